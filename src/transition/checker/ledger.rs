//! How much is exposed, kept up to date step by step.

use std::collections::BTreeMap;

use crate::{
    safety::blank_legs,
    site::{BlankScope, HostId, InterfaceId, PortState, Ports, TaskId, Transport, id::IdVec},
    transition::Action,
};

use super::census::Census;

/// Counts the exposures of the goal, in time that depends on what a step changes only.
///
/// Tasks that name the same interface, or pick from the same sets, are exposed together: they are counted, not listed.
/// Only the few that read from a second host are looked at one by one.
#[derive(Debug)]
pub(super) struct Ledger {
    goal: usize,
    /// Tasks without source, by the interface that they name.
    named: IdVec<InterfaceId, usize>,
    /// Tasks without source that name nothing, by host.
    blank: IdVec<HostId, usize>,
    /// Per host the tasks with a source that may ever depend on its set.
    sourced: IdVec<HostId, Vec<TaskId>>,
    /// Tasks with a source whose references dangle in the first state, until the interface is entered.
    dangling: BTreeMap<InterfaceId, Vec<TaskId>>,
}

/// What may come to be exposed, or cease to be, when an interface is entered or deleted.
struct Affected {
    interface: InterfaceId,
    /// Hosts whose tasks without interface may.
    hosts: Vec<HostId>,
    /// Tasks with a source that may.
    tasks: Vec<TaskId>,
}

impl Ledger {
    pub(super) fn new(census: &Census<'_>) -> Self {
        let hosts = census.hosts.len();
        let mut ledger = Self {
            goal: 0,
            named: IdVec::filled(0, census.slots.len()),
            blank: IdVec::filled(0, hosts),
            sourced: IdVec::filled(Vec::new(), hosts),
            dangling: BTreeMap::new(),
        };
        let mut of_sourced = 0;
        for task in census.references_ids() {
            if census.source_of(task).is_none() {
                *ledger.place(census, task) += 1;
            } else {
                ledger.list(census, task);
                of_sourced += usize::from(census.is_task_exposed_in_goal(task));
            }
        }
        ledger.goal = ledger.count(census) + of_sourced;
        ledger
    }

    /// The exposures that belong to a host of the goal.
    pub(super) fn goal(&self) -> u32 {
        u32::try_from(self.goal).unwrap_or(u32::MAX)
    }

    /// Where a task without source is counted now.
    fn place(&mut self, census: &Census<'_>, task: TaskId) -> &mut usize {
        match census.references[task].id() {
            Some(id) => &mut self.named[id],
            None => &mut self.blank[census.host_of(task)],
        }
    }

    /// Lists a task with a source wherever it may have to be looked at.
    fn list(&mut self, census: &Census<'_>, task: TaskId) {
        let source = census.source_of(task);
        let sets = blank_legs(census.catalog.site(), census.host_of(task));
        for host in sets.filter(|&host| Some(host) != source).chain(source) {
            self.sourced[host].push(task);
        }
        if let Some(id) = census.references[task].id().filter(|&id| !census.slots[id].present) {
            self.dangling.entry(id).or_default().push(task);
        }
    }

    /// The exposures of the goal, tasks with a source aside.
    fn count(&self, census: &Census<'_>) -> usize {
        let hosts = census.hosts.ids().filter(|&host| census.is_in_goal(host));
        let of_hosts: usize =
            hosts.map(|host| census.exposed_ports(host) + census.exposed_interfaces(host)).sum();
        let named: usize = self.named.ids().map(|id| self.exposed_named(census, id)).sum();
        let blank: usize = self.blank.ids().map(|host| self.exposed_blank(census, host)).sum();
        of_hosts + named + blank + usize::from(census.is_kill_exposed_in_goal())
    }

    fn exposed_named(&self, census: &Census<'_>, id: InterfaceId) -> usize {
        if census.is_name_exposed_in_goal(id) { self.named[id] } else { 0 }
    }

    fn exposed_blank(&self, census: &Census<'_>, host: HostId) -> usize {
        if census.is_blank_exposed_in_goal(host) { self.blank[host] } else { 0 }
    }

    /// Brings the count from `before` the action to after it; `census` is advanced by `apply`.
    pub(super) fn follow<'c>(
        &mut self,
        census: &mut Census<'c>,
        action: Action,
        apply: impl FnOnce(&mut Census<'c>),
    ) {
        match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::Restart { host }
            | Action::RestorePorts { host, .. } => {
                let before = census.exposed_ports(host);
                apply(census);
                let after = census.exposed_ports(host);
                if census.is_in_goal(host) {
                    self.goal = self.goal - before + after;
                }
            }
            Action::SetKill { .. } => {
                let before = usize::from(census.is_kill_exposed_in_goal());
                apply(census);
                self.goal = self.goal - before + usize::from(census.is_kill_exposed_in_goal());
            }
            Action::Reassign { task, .. } => self.follow_task(census, task, apply),
            Action::AddInterface { interface, .. } | Action::RemoveInterface { interface } => {
                let affected = self.affected(census, interface);
                let before = self.count_affected(census, &affected);
                apply(census);
                self.goal = self.goal - before + self.count_affected(census, &affected);
            }
        }
    }

    fn follow_task<'c>(
        &mut self,
        census: &mut Census<'c>,
        task: TaskId,
        apply: impl FnOnce(&mut Census<'c>),
    ) {
        let is_counted = census.source_of(task).is_none();
        let before = usize::from(census.is_task_exposed_in_goal(task));
        if is_counted {
            *self.place(census, task) -= 1;
        }
        apply(census);
        if is_counted {
            *self.place(census, task) += 1;
        }
        self.goal = self.goal - before + usize::from(census.is_task_exposed_in_goal(task));
    }

    /// What depends on whether an interface is entered, before that changes.
    fn affected(&mut self, census: &Census<'_>, interface: InterfaceId) -> Affected {
        // Once it has been entered, nobody's reference dangles there any more.
        let mut tasks = self.dangling.remove(&interface).unwrap_or_default();
        let mut hosts = Vec::new();
        let host = census.slots[interface].host;
        // Only the first exposed interface of a set and the last one make a difference to who picks from it.
        let itself = usize::from(census.slots[interface].present);
        if census.is_interface_exposed(interface) && census.exposed_interfaces(host) == itself {
            hosts = pickers(census, host);
            tasks.extend(&self.sourced[host]);
            tasks.sort_unstable();
            tasks.dedup();
        }
        Affected { interface, hosts, tasks }
    }

    fn count_affected(&self, census: &Census<'_>, affected: &Affected) -> usize {
        let Affected { interface, hosts, tasks } = affected;
        let host = census.slots[*interface].host;
        let interfaces = if census.is_in_goal(host) { census.exposed_interfaces(host) } else { 0 };
        let blank: usize = hosts.iter().map(|&host| self.exposed_blank(census, host)).sum();
        let sourced = tasks.iter().filter(|&&task| census.is_task_exposed_in_goal(task)).count();
        interfaces + self.exposed_named(census, *interface) + blank + sourced
    }
}

/// The hosts whose tasks without interface pick from the set of `host`.
fn pickers(census: &Census<'_>, host: HostId) -> Vec<HostId> {
    let site = census.catalog.site();
    match site.blank_scope() {
        BlankScope::Host => vec![host],
        _ if host == site.server() => site.host_ids().collect(),
        BlankScope::Both => vec![host],
        BlankScope::Server => Vec::new(),
    }
}

impl Census<'_> {
    pub(super) const fn retired(&self) -> crate::site::Retired {
        self.catalog.site().policy().retired
    }

    pub(super) fn is_in_goal(&self, host: HostId) -> bool {
        self.hosts[host].in_goal
    }

    fn exposed_interfaces(&self, host: HostId) -> usize {
        self.hosts[host].exposed(self.retired()) as usize
    }

    fn exposed_ports(&self, host: HostId) -> usize {
        let host = &self.hosts[host];
        let open = |ports: Ports, transport| ports.of(transport) != PortState::Off;
        Transport::UNSECURE
            .into_iter()
            .filter(|&transport| self.retired().contains(transport))
            .filter(|&transport| open(host.running, transport) || open(host.next(), transport))
            .count()
    }

    fn is_kill_exposed_in_goal(&self) -> bool {
        let site = self.catalog.site();
        crate::safety::is_kill_exposed(site, self.kill)
            && site.hosts().any(|host| !host.is_excepted())
    }

    /// Whether an interface of a host may use a retired transport.
    pub(super) fn is_set_exposed(&self, host: HostId) -> bool {
        self.hosts[host].exposed(self.retired()) > 0
    }

    /// Whether a task is exposed over an interface of a host of the goal, or dangles on one.
    fn is_task_exposed_in_goal(&self, task: TaskId) -> bool {
        let own = match self.references[task].id() {
            Some(id) => self.is_name_exposed_in_goal(id),
            None => self.is_blank_exposed_in_goal(self.host_of(task)),
        };
        own || self.source_of(task).is_some_and(|source| self.is_set_exposed_in_goal(source))
    }

    /// Whether a task that names the interface is; it belongs to the same host.
    fn is_name_exposed_in_goal(&self, id: InterfaceId) -> bool {
        let slot = &self.slots[id];
        (!slot.present || slot.is_exposed) && self.is_in_goal(slot.host)
    }

    /// Whether a task of the host that names nothing is.
    fn is_blank_exposed_in_goal(&self, host: HostId) -> bool {
        blank_legs(self.catalog.site(), host).any(|set| self.is_set_exposed_in_goal(set))
    }

    fn is_set_exposed_in_goal(&self, host: HostId) -> bool {
        self.is_in_goal(host) && self.is_set_exposed(host)
    }
}
