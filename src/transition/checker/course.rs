//! A plan gone through step by step, with what has to be known of the state before each step to tell what it takes away,
//! raises, and how it is taken back.

use std::collections::BTreeMap;

use crate::{
    safety::{Exposure, Grade, Liveness},
    site::{
        Column, HostId, InterfaceId, Kill, PortNumber, PortState, Ports, SettingId, SettingValue,
        Site, TaskId, Transport,
    },
    transition::{Action, catalog::Catalog},
};

use super::{census::Census, demand::Presence, rosters::Rosters};

/// A state of the catalog's site that steps are carried out on; nothing is judged.
///
/// A step costs constant time, logarithmic where it changes a list of interfaces.
pub(in crate::transition) struct Course<'c> {
    census: Census<'c>,
    rosters: Rosters,
    /// Tasks that named an interface which was not entered, by that: some may have moved on.
    dangling: BTreeMap<InterfaceId, Vec<TaskId>>,
}

/// A condition of a host that a step can raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transition) enum Raised {
    /// Tasks reach the host.
    Route,
    /// Transfers on it can be aborted.
    Abort,
    /// It has an interface.
    Interface,
    /// HTTPS is on, as the goal asks for.
    Https,
}

impl<'c> Course<'c> {
    /// The state that the catalog's site is in.
    pub(in crate::transition) fn new(catalog: &'c Catalog<'c>) -> Self {
        let census = Census::new(catalog, &Presence);
        let mut dangling: BTreeMap<InterfaceId, Vec<TaskId>> = BTreeMap::new();
        for (task, reference) in census.references.iter_enumerated() {
            if let Some(id) = reference.id().filter(|&id| !census.slots[id].present) {
                dangling.entry(id).or_default().push(task);
            }
        }
        Self { census, rosters: Rosters::new(catalog), dangling }
    }

    /// The state after some steps.
    pub(in crate::transition) fn after(
        catalog: &'c Catalog<'c>,
        steps: impl Iterator<Item = Action>,
    ) -> Self {
        let mut course = Self::new(catalog);
        for action in steps {
            course.apply(action);
        }
        course
    }

    /// The names.
    pub(in crate::transition) const fn catalog(&self) -> &'c Catalog<'c> {
        self.census.catalog
    }

    /// What stpd.ini of a host says.
    pub(in crate::transition) fn configured(&self, host: HostId) -> Ports {
        self.census.hosts[host].configured
    }

    /// What STPD loaded at its last start on a host.
    pub(in crate::transition) fn running(&self, host: HostId) -> Ports {
        self.census.hosts[host].running
    }

    /// What an unplanned restart would load.
    pub(in crate::transition) fn next(&self, host: HostId) -> Ports {
        self.census.hosts[host].next()
    }

    /// What stpd.ini has of a setting, and what runs.
    pub(in crate::transition) fn setting(&self, id: SettingId) -> [SettingValue<&'c str>; 2] {
        self.census.setting_columns(id)
    }

    /// The settings of a host that its next restart loads: what stpd.ini has of each, and what runs.
    pub(in crate::transition) fn pending_settings(
        &self,
        host: HostId,
    ) -> impl Iterator<Item = (SettingId, SettingValue<&'c str>, SettingValue<&'c str>)> {
        self.census.pending_settings(host)
    }

    /// The interface that a task names.
    pub(in crate::transition) fn reference(&self, task: TaskId) -> Option<InterfaceId> {
        self.census.references[task].id()
    }

    /// Whether an interface is entered.
    pub(in crate::transition) fn is_entered(&self, id: InterfaceId) -> bool {
        self.census.slots[id].present
    }

    /// Whether a task names an interface.
    pub(in crate::transition) fn is_named(&self, id: InterfaceId) -> bool {
        self.census.slots[id].named.iter().any(|&count| count > 0)
    }

    /// The local port that an interface is forwarded to.
    pub(in crate::transition) fn listener(&self, id: InterfaceId) -> Option<PortNumber> {
        self.census.slots[id].listener
    }

    /// The place of an interface that is entered in the list of its host, from 0.
    pub(in crate::transition) fn position(&self, id: InterfaceId) -> u32 {
        self.rosters.position(id)
    }

    /// The value of the kill variable; `None` where there is no row.
    pub(in crate::transition) const fn kill_value(&self) -> Option<&'c str> {
        self.census.kill_text
    }

    /// The transport of aborts.
    pub(in crate::transition) const fn kill(&self) -> Kill {
        self.census.kill
    }

    /// Whether HTTPS is on in both columns of every host of the goal, and nothing of the goal is exposed where `left`
    /// exposures are.
    pub(in crate::transition) fn reaches_goal(&self, left: usize) -> bool {
        left == 0 && self.census.is_https_on_in_goal()
    }

    /// Whether a host belongs to the goal and HTTPS is not on in both of its columns.
    pub(in crate::transition) fn lacks_https(&self, host: HostId) -> bool {
        self.census.is_in_goal(host)
            && !(self.running(host).https.is_on() && self.next(host).https.is_on())
    }

    /// Carries a step out.
    pub(in crate::transition) fn apply(&mut self, action: Action) {
        match action {
            Action::AddInterface { interface, position, .. } => {
                let host = self.census.slots[interface].host;
                self.rosters.insert(host, interface, position);
            }
            Action::RemoveInterface { interface } => {
                self.rosters.remove(self.census.slots[interface].host, interface);
            }
            Action::Reassign { task, to: Some(to) } if !self.is_entered(to) => {
                self.dangling.entry(to).or_default().push(task);
            }
            _ => {}
        }
        self.census.apply(action, &Presence);
        if let Action::AddInterface { interface, .. } = action {
            self.dangling.remove(&interface);
        }
    }

    /// What of the goal is exposed now among what a step touches: a port, a setting, an interface, a task, the variable, and
    /// the tasks that name an interface which is entered.
    pub(in crate::transition) fn exposed_by_touch(&self, action: Action) -> Vec<Exposure> {
        let ports = |host| {
            Transport::UNSECURE.into_iter().map(move |transport| Exposure::Port(host, transport))
        };
        let touched: Vec<Exposure> = match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::RestorePorts { host, .. } => ports(host).collect(),
            Action::Restart { host } => {
                let settings = self.pending_settings(host).map(|(id, ..)| Exposure::Setting(id));
                ports(host).chain(settings).collect()
            }
            Action::SetIni { setting, .. } => vec![Exposure::Setting(setting)],
            Action::AddInterface { interface, .. } => {
                self.dangling_at(interface).into_iter().map(Exposure::Task).collect()
            }
            Action::RemoveInterface { interface } => vec![Exposure::Interface(interface)],
            Action::SetKill { .. } => vec![Exposure::Kill],
            Action::Reassign { task, .. } => vec![Exposure::Task(task)],
        };
        touched.into_iter().filter(|&exposure| self.is_exposed(exposure)).collect()
    }

    /// The tasks that name an interface which is not entered, in file order.
    pub(in crate::transition) fn dangling_at(&self, id: InterfaceId) -> Vec<TaskId> {
        let Some(tasks) = self.dangling.get(&id) else { return Vec::new() };
        let mut tasks: Vec<TaskId> =
            tasks.iter().copied().filter(|&task| self.reference(task) == Some(id)).collect();
        tasks.sort_unstable();
        tasks.dedup();
        tasks
    }

    /// Whether something of the goal is exposed now.
    pub(in crate::transition) fn is_exposed(&self, exposure: Exposure) -> bool {
        let census = &self.census;
        match exposure {
            Exposure::Port(host, transport) => {
                let is_open = |column| !census.hosts[host].ports(column).of(transport).is_off();
                census.is_in_goal(host)
                    && census.retired().contains(transport)
                    && Column::BOTH.into_iter().any(is_open)
            }
            Exposure::Interface(id) => {
                self.is_entered(id)
                    && census.slots[id].is_exposed
                    && census.is_in_goal(census.slots[id].host)
            }
            Exposure::Task(task) => census.is_task_exposed_in_goal(task),
            Exposure::Kill => census.is_kill_exposed_in_goal(),
            Exposure::Setting(id) => {
                census.is_setting_exposed(id) && census.is_in_goal(census.settings[id].host)
            }
        }
    }

    /// Whether a task of the goal is exposed by what it names or picks itself.
    pub(in crate::transition) fn is_own_leg_exposed(&self, task: TaskId) -> bool {
        self.census.is_own_leg_exposed_in_goal(task)
    }

    /// Whether a step makes a condition of a host better than it is, now or after a restart.
    pub(in crate::transition) fn raises(
        &self,
        raised: Raised,
        host: HostId,
        action: Action,
    ) -> bool {
        let census = &self.census.hosts[host];
        let kill = match action {
            Action::SetKill { value } => self.catalog().kill(value),
            _ => self.kill(),
        };
        let columns = || {
            Column::BOTH.into_iter().map(|column| {
                let old = census.ports(column);
                (old, self.ports_after(host, action, column).unwrap_or(old))
            })
        };
        match raised {
            Raised::Abort => {
                let is_waived = self.catalog().site()[host].is_abort_waived();
                let gets_better = |(old, new): (Ports, Ports)| {
                    Grade::of_abort(kill, new) > Grade::of_abort(self.kill(), old)
                };
                !is_waived && columns().any(gets_better)
            }
            Raised::Route => match action {
                Action::AddInterface { interface, .. } => {
                    self.census.slots[interface].host == host
                        && self.is_named(interface)
                        && columns().any(|(ports, _)| {
                            Liveness::of(&self.catalog()[interface], ports) != Liveness::Dead
                        })
                }
                _ => columns().any(|(old, new)| {
                    // What gets less live on the way back gets more live on the way there.
                    let raised = census.lowered(new, old);
                    raised.is_named() || (raised.present > 0 && census.has_legs())
                }),
            },
            Raised::Https => {
                let comes_up = |(old, new): (Ports, Ports)| new.https.is_on() && !old.https.is_on();
                census.in_goal && columns().any(comes_up)
            }
            Raised::Interface => match action {
                Action::AddInterface { interface, .. } => {
                    self.census.slots[interface].host == host && census.interfaces() == 0
                }
                _ => false,
            },
        }
    }

    /// The ports of a host after a step that may make something of them better; to close one does not.
    fn ports_after(&self, host: HostId, action: Action, column: Column) -> Option<Ports> {
        let census = &self.census.hosts[host];
        let configured = match action {
            Action::EnablePort { host: of, transport, port } if of == host => {
                census.configured.with(transport, PortState::On(port))
            }
            Action::RestorePorts { host: of, ports } if of == host => ports,
            Action::Restart { host: of } if of == host => census.configured,
            _ => return None,
        };
        let next = Ports { https: census.reliance.settled(configured.https), ..configured };
        match (column, action) {
            (Column::Now, Action::Restart { .. }) | (Column::Next, _) => Some(next),
            (Column::Now, _) => Some(census.running),
        }
    }

    /// How many interfaces all hosts have together.
    pub(in crate::transition) fn entered(&self) -> usize {
        self.census.hosts.iter().map(|host| host.interfaces() as usize).sum()
    }

    /// The site in this state. Interfaces keep their ids.
    pub(in crate::transition) fn site(&self) -> Site {
        let catalog = self.catalog();
        let mut site = catalog.site().clone();
        for interface in catalog.interfaces().skip(site.interface_count()) {
            site.intern(interface.host(), interface.text());
        }
        for (host, census) in self.census.hosts.iter_enumerated() {
            site.set_ports(host, census.configured, census.running);
            let list = self.rosters.list(host);
            site.set_interfaces(host, list, |id| self.listener(id));
        }
        for (task, reference) in self.census.references.iter_enumerated() {
            site.set_reference(task, reference.id());
        }
        for id in site.setting_ids() {
            let [configured, running] = self.setting(id);
            site.set_setting_to(id, configured, running);
        }
        site.set_kill(self.kill_value());
        site
    }
}
