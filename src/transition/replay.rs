//! A plan gone through step by step, so that each step can say why it is there, how to see it, and how to take it back.

use std::collections::BTreeSet;

use crate::site::{
    Column, HostId, InterfaceId, Kill, OptionalId, PortState, Ports, SettingId, SettingValue,
    TaskId, Transport, id::IdVec,
};

use crate::safety::Exposure;

use super::{
    Action, ActionDocument, Plan, Wave,
    catalog::Catalog,
    plan::Waits,
    planner::Needs,
    step::{Because, Exposed, Kept, Probe, Step},
};

impl Plan<'_> {
    /// The steps, in their order.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let mut replay = Replay::new(self);
        (0..self.actions.len()).filter_map(move |index| replay.step(index))
    }

    /// The places that clients must reach after the plan and that something moves to: host, address and port.
    ///
    /// Firewalls often lack the HTTPS port: the vendor's table opens only 11322 and 11000 by default.
    #[must_use]
    pub fn endpoints(&self) -> Vec<(&str, &str, u16)> {
        let mut endpoints = Vec::new();
        for id in self.destinations() {
            let interface = &self.catalog[id];
            let is_secure = interface.scheme().transport() == Some(Transport::Https);
            if let (true, Some(address), Some(port)) =
                (is_secure, interface.address(), interface.outer_number())
            {
                endpoints.push((self.site()[interface.host()].name(), address, port.as_u16()));
            }
        }
        endpoints.sort_unstable();
        endpoints.dedup();
        endpoints
    }

    /// The interfaces that tasks move to, and those that are left on a host that loses some, once each.
    fn destinations(&self) -> impl Iterator<Item = InterfaceId> {
        let mut is_destination = vec![false; self.catalog.interface_count()];
        let mut thinned = BTreeSet::new();
        let mut mark = |id: InterfaceId| {
            if let Some(place) = is_destination.get_mut(id.index()) {
                *place = true;
            }
        };
        for action in self.actions.iter() {
            match action {
                Action::Reassign { to: Some(id), .. }
                | Action::AddInterface { interface: id, .. } => mark(id),
                Action::RemoveInterface { interface } => {
                    thinned.insert(self.catalog[interface].host());
                }
                _ => {}
            }
        }
        for host in thinned {
            self.site()[host].interfaces().iter().copied().for_each(&mut mark);
        }
        let marked = is_destination.into_iter().enumerate().filter(|&(_, marked)| marked);
        marked.map(|(index, _)| InterfaceId::new(index))
    }

    /// For each step the first later step that waits for it.
    fn first_dependents(&self, needs: Option<&Needs>) -> Vec<Option<u32>> {
        let mut first = vec![None; self.actions.len()];
        let Some(needs) = needs else { return first };
        for index in 0..self.actions.len() {
            for &needed in needs.of_step(index) {
                if let Some(place) = first.get_mut(needed as usize) {
                    place.get_or_insert(u32::try_from(index).unwrap_or(u32::MAX));
                }
            }
        }
        first
    }
}

/// A plan that is gone through step by step, so that each can say what was before.
struct Replay<'p, 's> {
    plan: &'p Plan<'s>,
    ports: IdVec<HostId, (Ports, Ports)>,
    lists: IdVec<HostId, Vec<InterfaceId>>,
    references: IdVec<TaskId, OptionalId<InterfaceId>>,
    kill: Option<&'p str>,
    /// What stpd.ini has and what runs.
    settings: IdVec<SettingId, [SettingValue<&'p str>; 2]>,
    /// What each step waits for; `None` where each waits for the last.
    needs: Option<Needs>,
    dependents: Vec<Option<u32>>,
}

impl<'p, 's> Replay<'p, 's> {
    fn new(plan: &'p Plan<'s>) -> Self {
        let site = plan.site();
        let needs = match &plan.waits {
            Waits::Staged(stages) => Some(Needs::of(&plan.catalog, &plan.actions, stages)),
            Waits::EachForTheLast => None,
        };
        Self {
            plan,
            ports: site.hosts().map(|host| (host.configured(), host.running())).collect(),
            lists: site.hosts().map(|host| host.interfaces().to_vec()).collect(),
            references: site.task_columns().reference.clone(),
            kill: site.kill_value(),
            settings: site.settings().map(|it| [it.configured(), it.running()]).collect(),
            dependents: plan.first_dependents(needs.as_ref()),
            needs,
        }
    }

    fn step(&mut self, index: usize) -> Option<Step<'p>> {
        let plan = self.plan;
        let action = plan.actions.get(index)?;
        let wave = plan.waves.get(index).copied()?;
        let step = Step {
            id: index + 1,
            wave,
            host: plan.host_of(action).map(|host| self.host(host)),
            action: plan.catalog.document(action),
            because: self.because(index, wave, action),
            needs: self.waits_of(index),
            undo: self.undo(action),
            probe: self.probe(action),
            exposures_after: plan.exposures.get(index + 1).map_or(0, |&count| count as usize),
        };
        self.apply(action);
        Some(step)
    }

    /// The positions, from 1, of the steps that the step at `index` waits for.
    fn waits_of(&self, index: usize) -> Vec<usize> {
        match &self.needs {
            Some(needs) => needs.of_step(index).iter().map(|&step| step as usize + 1).collect(),
            None if index > 0 => vec![index],
            None => Vec::new(),
        }
    }

    fn catalog(&self) -> &'p Catalog<'s> {
        &self.plan.catalog
    }

    fn host(&self, id: HostId) -> &'p str {
        self.plan.site()[id].name()
    }

    fn text(&self, id: InterfaceId) -> &'p str {
        self.catalog()[id].text()
    }

    fn next(&self, host: HostId) -> Ports {
        let configured = self.ports[host].0;
        let reliance = self.plan.site()[host].reliance();
        Ports { https: reliance.settled(configured.https), ..configured }
    }

    fn because(&self, index: usize, wave: Wave, action: Action) -> Because<'p> {
        if self.plan.direction == super::Direction::Rollback {
            return Because::GoesBack;
        }
        let dependent = self.dependents.get(index).copied().flatten();
        let for_dependent = dependent.map(|step| Because::For(step as usize + 1));
        match action {
            Action::SetKill { .. } if self.removes_kill() => Because::Removes(vec![Exposed::Kill]),
            Action::SetKill { .. } => {
                Because::Keeps(Kept::Abort { host: self.host(self.plan.site().server()) })
            }
            Action::Reassign { .. } if wave == Wave::Park => {
                for_dependent.unwrap_or(Because::GoesBack)
            }
            Action::Reassign { task, .. } => {
                Because::Removes(vec![Exposed::Task { task: self.plan.site().task(task).name() }])
            }
            Action::RemoveInterface { interface } => {
                Because::Removes(vec![self.exposed_interface(interface)])
            }
            Action::DisablePort { host, transport } => {
                Because::Removes(vec![Exposed::Port { host: self.host(host), transport }])
            }
            Action::Restart { host } => match (self.ended_by_restart(host), for_dependent) {
                (exposed, Some(dependent)) if exposed.is_empty() => dependent,
                (exposed, _) => Because::Removes(exposed),
            },
            // What runs as wanted only has to stay so; anything else waits for a restart.
            Action::SetIni { setting, .. } => {
                let [_, running] = self.settings[setting];
                match for_dependent {
                    Some(dependent) if !running.is(self.plan.site()[setting].wanted()) => dependent,
                    _ => Because::Removes(vec![self.exposed_setting(setting)]),
                }
            }
            Action::EnablePort { host, transport: Transport::Ftp, .. }
                if Kill::of(self.kill) == Kill::Ftp =>
            {
                Because::Keeps(Kept::Abort { host: self.host(host) })
            }
            Action::EnablePort { host, transport, .. } => match for_dependent {
                Some(dependent) if transport == Transport::Https => dependent,
                _ => Because::Keeps(Kept::Route { host: self.host(host) }),
            },
            Action::AddInterface { interface, .. } => {
                for_dependent.unwrap_or(Because::Keeps(Kept::Interface {
                    host: self.host(self.catalog()[interface].host()),
                }))
            }
            Action::RestorePorts { host, .. } => {
                Because::Keeps(Kept::Route { host: self.host(host) })
            }
        }
    }

    fn removes_kill(&self) -> bool {
        self.plan.site().policy().retired.contains(Transport::Ftp)
    }

    fn exposed_interface(&self, id: InterfaceId) -> Exposed<'p> {
        Exposed::Interface { host: self.host(self.catalog()[id].host()), interface: self.text(id) }
    }

    fn exposed_setting(&self, id: SettingId) -> Exposed<'p> {
        Exposed::of(self.plan.site(), Exposure::Setting(id))
    }

    /// What is no longer exposed after a restart: ports that it closes, and settings that it loads.
    fn ended_by_restart(&self, host: HostId) -> Vec<Exposed<'p>> {
        let site = self.plan.site();
        let is_loaded = |&id: &SettingId| {
            let [configured, running] = self.settings[id];
            configured.is(site[id].wanted()) && configured != running
        };
        let loaded = site[host].settings().iter().copied().filter(is_loaded);
        let mut ended = self.closed_ports(host);
        ended.extend(loaded.map(|id| self.exposed_setting(id)));
        ended
    }

    /// The retired ports that a restart closes.
    fn closed_ports(&self, host: HostId) -> Vec<Exposed<'p>> {
        let (running, next) = (self.ports[host].1, self.next(host));
        let retired = self.plan.site().policy().retired;
        retired
            .iter()
            .filter(|&transport| !running.of(transport).is_off() && next.of(transport).is_off())
            .map(|transport| Exposed::Port { host: self.host(host), transport })
            .collect()
    }

    fn undo(&self, action: Action) -> Option<ActionDocument<'p>> {
        let undone = match action {
            Action::EnablePort { host, transport, .. } => match self.ports[host].0.of(transport) {
                PortState::Off => Action::DisablePort { host, transport },
                _ => return None,
            },
            Action::DisablePort { host, transport } => {
                let port = self.ports[host].0.of(transport).number()?;
                Action::EnablePort { host, transport, port }
            }
            Action::AddInterface { interface, .. } => {
                let repairs = self.plan.site().interface_count() > interface.index();
                if repairs {
                    return None;
                }
                Action::RemoveInterface { interface }
            }
            Action::RemoveInterface { interface } => {
                let list = &self.lists[self.catalog()[interface].host()];
                let position = list.iter().position(|&id| id == interface)?;
                Action::AddInterface {
                    interface,
                    listener: self.catalog()[interface].listener(),
                    position: u32::try_from(position).ok(),
                }
            }
            Action::SetKill { .. } => {
                return Some(ActionDocument::SetKill { value: self.kill.map(Into::into) });
            }
            Action::SetIni { setting, .. } => {
                let [configured, _] = self.settings[setting];
                let setting = &self.plan.site()[setting];
                return Some(ActionDocument::SetIni {
                    host: self.host(setting.host()).into(),
                    section: setting.section().into(),
                    key: setting.key().into(),
                    value: configured.map(Into::into),
                });
            }
            Action::Reassign { task, .. } => {
                Action::Reassign { task, to: self.references[task].id() }
            }
            Action::Restart { .. } | Action::RestorePorts { .. } => return None,
        };
        Some(self.catalog().document(undone))
    }

    fn probe(&self, action: Action) -> Probe<'p> {
        let configured = |host: HostId, states: &[(Transport, PortState)]| Probe::ConfiguredIs {
            host: self.host(host),
            ports: states.iter().copied().collect(),
        };
        match action {
            Action::EnablePort { host, transport, port } => {
                configured(host, &[(transport, PortState::On(port))])
            }
            Action::DisablePort { host, transport } => {
                configured(host, &[(transport, PortState::Off)])
            }
            Action::RestorePorts { host, ports } => {
                let states = Transport::ALL.map(|transport| (transport, ports.of(transport)));
                configured(host, &states)
            }
            Action::Restart { host } => self.probe_of_restart(host),
            Action::AddInterface { interface, .. } => Probe::InterfacePresent {
                host: self.host(self.catalog()[interface].host()),
                interface: self.text(interface),
            },
            Action::RemoveInterface { interface } => Probe::InterfaceAbsent {
                host: self.host(self.catalog()[interface].host()),
                interface: self.text(interface),
            },
            Action::Reassign { task, to } => Probe::ReferenceIs {
                task: self.plan.site().task(task).name(),
                interface: to.map_or("", |to| self.text(to)),
            },
            Action::SetKill { value } => Probe::KillIs { value: self.catalog().kill_text(value) },
            Action::SetIni { setting, value } => {
                let value = self.catalog().setting_value(setting, value);
                self.probe_of_setting(setting, Column::Next, value)
            }
        }
    }

    fn probe_of_setting(
        &self,
        id: SettingId,
        column: Column,
        value: SettingValue<&'p str>,
    ) -> Probe<'p> {
        let setting = &self.plan.site()[id];
        let host = self.host(setting.host());
        Probe::SettingIs { host, column, section: setting.section(), key: setting.key(), value }
    }

    /// A restart shows by a port that opens or, where none does, by one that closes; where no port changes, by a setting.
    fn probe_of_restart(&self, host: HostId) -> Probe<'p> {
        let (running, next) = (self.ports[host].1, self.next(host));
        let name = self.host(host);
        if running == next {
            let mut settings = self.plan.site()[host].settings().iter().copied();
            let is_pending = |id: &SettingId| {
                let [configured, running] = self.settings[*id];
                configured != running
            };
            if let Some(id) = settings.find(is_pending) {
                let [configured, _] = self.settings[id];
                return self.probe_of_setting(id, Column::Now, configured);
            }
        }
        let opened = Transport::ALL.into_iter().rev().find_map(|transport| {
            let port = next
                .of(transport)
                .number()
                .filter(|_| running.of(transport) != next.of(transport))?;
            Some(Probe::PortOpen { host: name, transport, port: port.as_u16() })
        });
        opened.unwrap_or_else(|| {
            let changed = |transport: &Transport| running.of(*transport) != next.of(*transport);
            let transport = Transport::ALL.into_iter().find(changed).unwrap_or(Transport::Ftp);
            let port = running.of(transport).number().map(crate::site::PortNumber::as_u16);
            Probe::PortClosed { host: name, transport, port }
        })
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::EnablePort { host, transport, port } => {
                let ports = &mut self.ports[host].0;
                *ports = ports.with(transport, PortState::On(port));
            }
            Action::DisablePort { host, transport } => {
                let ports = &mut self.ports[host].0;
                *ports = ports.with(transport, PortState::Off);
            }
            Action::RestorePorts { host, ports } => self.ports[host].0 = ports,
            Action::Restart { host } => {
                self.ports[host].1 = self.next(host);
                for &id in self.plan.site()[host].settings() {
                    let [configured, running] = &mut self.settings[id];
                    *running = *configured;
                }
            }
            Action::SetIni { setting, value } => {
                let [configured, _] = &mut self.settings[setting];
                *configured = self.plan.catalog.setting_value(setting, value);
            }
            Action::AddInterface { interface, position, .. } => {
                let list = &mut self.lists[self.plan.catalog[interface].host()];
                let end = list.len();
                list.insert(position.map_or(end, |at| (at as usize).min(end)), interface);
            }
            Action::RemoveInterface { interface } => {
                self.lists[self.plan.catalog[interface].host()].retain(|&id| id != interface);
            }
            Action::SetKill { value } => self.kill = self.plan.catalog.kill_text(value),
            Action::Reassign { task, to } => self.references[task] = to.into(),
        }
    }
}
