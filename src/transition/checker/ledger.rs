//! How much is exposed, kept up to date step by step.

use std::collections::BTreeMap;

use crate::{
    safety::blank_legs,
    site::{
        BlankScope, HostId, InterfaceId, OwnLeg, PortState, Ports, TaskId, Transport, id::IdVec,
    },
    transition::{Action, catalog::Catalog},
};

use super::{census::Census, tally::Tally};

/// Counts the exposures of the goal, in time that depends on what a step changes only.
///
/// Tasks that name the same interface, or pick from the same sets, are exposed together: they are counted, not listed.
/// A task that is not exposed by what it names or picks itself may be by its source: such tasks are counted by source.
#[derive(Debug)]
pub(super) struct Ledger {
    goal: u32,
    /// Tasks by the interface that they name.
    named: IdVec<InterfaceId, u32>,
    /// Tasks that name nothing, by host.
    blank: IdVec<HostId, u32>,
    /// Tasks that only their source may expose, by source.
    by_source: IdVec<HostId, u32>,
    /// Whether the sets of hosts are exposed, on hosts of the goal: asked for each step that moves a task with a source.
    exposed_sets: IdVec<HostId, bool>,
    /// Tasks with a source, by the host that carries them.
    carried: Roster,
    /// Tasks with a source whose references dangle in the first state, until the interface is entered.
    dangling: BTreeMap<InterfaceId, Vec<TaskId>>,
}

/// Tasks by host, all in one list.
#[derive(Debug)]
struct Roster {
    tasks: Vec<TaskId>,
    /// Where those of each host end.
    ends: IdVec<HostId, usize>,
}

impl Roster {
    /// Sorts tasks by host; those of one host keep their order.
    fn of(tasks: &[TaskId], hosts: usize, host_of: impl Fn(TaskId) -> HostId) -> Self {
        let mut ends = IdVec::filled(0, hosts);
        for &task in tasks {
            ends[host_of(task)] += 1;
        }
        let mut start = 0;
        for host in ends.ids() {
            start += core::mem::replace(&mut ends[host], start);
        }
        // What says now where those of a host start says where they end once all have been put down.
        let mut sorted = tasks.to_vec();
        for &task in tasks {
            let next = &mut ends[host_of(task)];
            if let Some(place) = sorted.get_mut(*next) {
                *place = task;
            }
            *next += 1;
        }
        Self { tasks: sorted, ends }
    }

    fn of_host(&self, host: HostId) -> &[TaskId] {
        let start = host.index().checked_sub(1).map_or(0, |before| self.ends[HostId::new(before)]);
        self.tasks.get(start..self.ends[host]).unwrap_or_default()
    }
}

impl Ledger {
    /// Counts the state that the catalog's site is in, and its exposures, in one pass over the tasks.
    pub(super) fn open<'c>(catalog: &'c Catalog<'c>) -> (Census<'c>, Self) {
        let tally = Tally::of(catalog.site(), catalog.interface_count());
        let census = Census::of(catalog, &tally);
        let Tally { named, blank, legs: _, sourced } = tally;
        let hosts = census.hosts.len();
        let mut ledger = Self {
            goal: 0,
            named,
            blank,
            by_source: IdVec::filled(0, hosts),
            exposed_sets: census.hosts.ids().map(|id| census.is_set_exposed_in_goal(id)).collect(),
            carried: Roster::of(&sourced, hosts, |task| census.host_of(task)),
            dangling: BTreeMap::new(),
        };
        let (interfaces, legs) = (census.slots.len(), census.own_legs());
        let tasks = catalog.site().task_columns();
        for (task, source) in tasks.sources() {
            let OwnLegFacts { is_exposed, dangles } = legs[tasks.own_leg(interfaces, task)];
            ledger.by_source[source] += u32::from(!is_exposed);
            if let (true, Some(id)) = (dangles, census.references[task].id()) {
                ledger.dangling.entry(id).or_default().push(task);
            }
        }
        ledger.goal = ledger.exposed(&census);
        (census, ledger)
    }

    /// The exposures that belong to a host of the goal.
    pub(super) const fn goal(&self) -> u32 {
        self.goal
    }

    /// Counts a change of whether a task is exposed by what it names or picks itself: by -1, 0 or 1.
    #[inline]
    pub(super) fn count(&mut self, census: &Census<'_>, task: TaskId, change: i32) {
        self.goal = self.goal.wrapping_add_signed(change);
        if let Some(source) = census.source_of(task) {
            self.count_source(source, change);
        }
    }

    /// Counts the other way round that its source may expose it.
    fn count_source(&mut self, source: HostId, change: i32) {
        self.by_source[source] = self.by_source[source].wrapping_add_signed(-change);
        if self.exposed_sets[source] {
            self.goal = self.goal.wrapping_add_signed(-change);
        }
    }

    /// What a task itself adds to the exposures of the goal that has just gone from an interface.
    pub(super) fn exposes(census: &Census<'_>, task: TaskId, from: InterfaceId) -> i32 {
        let before = census.is_name_exposed_in_goal(from);
        let after = census.is_own_leg_exposed_in_goal(task);
        i32::from(after) - i32::from(before)
    }

    /// Counts tasks as gone from an interface to another, or to none.
    pub(super) fn shift(
        &mut self,
        census: &Census<'_>,
        from: InterfaceId,
        to: Option<InterfaceId>,
        tasks: u32,
    ) {
        self.named[from] = self.named[from].wrapping_sub(tasks);
        let place = match to {
            Some(to) => &mut self.named[to],
            None => &mut self.blank[census.slots[from].host],
        };
        *place = place.wrapping_add(tasks);
    }

    /// Where a task is counted now.
    fn place(&mut self, census: &Census<'_>, task: TaskId) -> &mut u32 {
        match census.references[task].id() {
            Some(id) => &mut self.named[id],
            None => &mut self.blank[census.host_of(task)],
        }
    }

    /// The exposures of the goal.
    fn exposed(&self, census: &Census<'_>) -> u32 {
        let hosts = census.hosts.ids().filter(|&host| census.is_in_goal(host));
        let of_host = |host: HostId| {
            let settings = census.hosts[host].settings.exposed();
            census.exposed_ports(host) + census.exposed_interfaces(host) + settings
        };
        let of_hosts: u32 = hosts.map(of_host).sum();
        let named: u32 = self.named.ids().map(|id| self.exposed_named(census, id)).sum();
        let blank: u32 = self.blank.ids().map(|host| self.exposed_blank(census, host)).sum();
        let by_source: u32 = self.blank.ids().map(|host| self.exposed_by(census, host)).sum();
        of_hosts + named + blank + by_source + u32::from(census.is_kill_exposed_in_goal())
    }

    fn exposed_named(&self, census: &Census<'_>, id: InterfaceId) -> u32 {
        if census.is_name_exposed_in_goal(id) { self.named[id] } else { 0 }
    }

    fn exposed_blank(&self, census: &Census<'_>, host: HostId) -> u32 {
        if census.is_blank_exposed_in_goal(host) { self.blank[host] } else { 0 }
    }

    /// The tasks that only their source exposes, where that is `host`.
    fn exposed_by(&self, census: &Census<'_>, host: HostId) -> u32 {
        if census.is_set_exposed_in_goal(host) { self.by_source[host] } else { 0 }
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
                self.follow_host(census, host, apply);
            }
            Action::SetIni { setting, .. } => {
                self.follow_host(census, census.settings[setting].host, apply);
            }
            Action::SetKill { .. } => {
                let before = u32::from(census.is_kill_exposed_in_goal());
                apply(census);
                self.goal = self.goal - before + u32::from(census.is_kill_exposed_in_goal());
            }
            Action::Reassign { task, .. } => self.follow_task(census, task, apply),
            Action::AddInterface { interface, .. } | Action::RemoveInterface { interface } => {
                self.follow_interface(census, interface, apply);
            }
        }
    }

    /// Ports and settings of one host change.
    fn follow_host<'c>(
        &mut self,
        census: &mut Census<'c>,
        host: HostId,
        apply: impl FnOnce(&mut Census<'c>),
    ) {
        let exposed = |census: &Census<'_>| {
            census.exposed_ports(host) + census.hosts[host].settings.exposed()
        };
        let before = exposed(census);
        apply(census);
        if census.is_in_goal(host) {
            self.goal = self.goal - before + exposed(census);
        }
    }

    fn follow_task<'c>(
        &mut self,
        census: &mut Census<'c>,
        task: TaskId,
        apply: impl FnOnce(&mut Census<'c>),
    ) {
        let before = census.is_own_leg_exposed_in_goal(task);
        // Moves that wait to be entered may take away here before they add.
        let place = self.place(census, task);
        *place = place.wrapping_sub(1);
        apply(census);
        let place = self.place(census, task);
        *place = place.wrapping_add(1);
        let after = census.is_own_leg_exposed_in_goal(task);
        self.count(census, task, i32::from(after) - i32::from(before));
    }

    /// An interface is entered or deleted.
    fn follow_interface<'c>(
        &mut self,
        census: &mut Census<'c>,
        interface: InterfaceId,
        apply: impl FnOnce(&mut Census<'c>),
    ) {
        let host = census.slots[interface].host;
        // Only the first exposed interface of a set and the last one make a difference to who picks from it.
        let itself = u32::from(census.slots[interface].present);
        let decides =
            census.is_interface_exposed(interface) && census.exposed_interfaces(host) == itself;
        let pickers = if decides { pickers(census, host) } else { Vec::new() };
        let was_exposed: Vec<bool> =
            pickers.iter().map(|&host| census.is_blank_exposed_in_goal(host)).collect();
        let named_was = census.is_name_exposed_in_goal(interface);
        let before = self.exposed_with(census, interface, &pickers);
        apply(census);
        self.exposed_sets[host] = census.is_set_exposed_in_goal(host);
        self.goal = self.goal - before + self.exposed_with(census, interface, &pickers);
        // Once it has been entered, nobody's reference dangles there any more.
        let mut changed = Vec::new();
        for task in self.dangling.remove(&interface).unwrap_or_default() {
            let stays = census.references[task].id() == Some(interface);
            changed.extend(stays.then_some((task, named_was)));
        }
        for (&host, was) in pickers.iter().zip(was_exposed) {
            let of_host = self.carried.of_host(host).iter();
            let blank = of_host.filter(|&&task| census.references[task].id().is_none());
            changed.extend(blank.map(|&task| (task, was)));
        }
        for (task, was) in changed {
            let Some(source) = census.source_of(task) else { continue };
            let is = census.is_own_leg_exposed_in_goal(task);
            self.count_source(source, i32::from(is) - i32::from(was));
        }
    }

    /// What of the exposures may depend on whether an interface is entered.
    fn exposed_with(&self, census: &Census<'_>, interface: InterfaceId, pickers: &[HostId]) -> u32 {
        let host = census.slots[interface].host;
        let interfaces = if census.is_in_goal(host) { census.exposed_interfaces(host) } else { 0 };
        let blank: u32 = pickers.iter().map(|&host| self.exposed_blank(census, host)).sum();
        interfaces + self.exposed_named(census, interface) + blank + self.exposed_by(census, host)
    }
}

/// How many there are: a site has as many as a `u32` counts.
fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    items.fold(0, |count, _| count + 1)
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

/// What holds of all tasks with the same own leg.
#[derive(Clone, Copy)]
struct OwnLegFacts {
    /// It exposes them on a host of the goal.
    is_exposed: bool,
    dangles: bool,
}

impl Census<'_> {
    /// What holds of each own leg in this state.
    fn own_legs(&self) -> IdVec<OwnLeg, OwnLegFacts> {
        let named = self.slots.ids().map(|id| OwnLegFacts {
            is_exposed: self.is_name_exposed_in_goal(id),
            dangles: !self.slots[id].present,
        });
        let blank = self.hosts.ids().map(|host| OwnLegFacts {
            is_exposed: self.is_blank_exposed_in_goal(host),
            dangles: false,
        });
        named.chain(blank).collect()
    }

    pub(super) const fn retired(&self) -> crate::site::Retired {
        self.catalog.site().policy().retired
    }

    pub(super) fn is_in_goal(&self, host: HostId) -> bool {
        self.hosts[host].in_goal
    }

    fn exposed_interfaces(&self, host: HostId) -> u32 {
        self.hosts[host].exposed(self.retired())
    }

    fn exposed_ports(&self, host: HostId) -> u32 {
        let host = &self.hosts[host];
        let open = |ports: Ports, transport| ports.of(transport) != PortState::Off;
        let exposed = Transport::UNSECURE
            .into_iter()
            .filter(|&transport| self.retired().contains(transport))
            .filter(|&transport| open(host.running, transport) || open(host.next(), transport));
        count(exposed)
    }

    pub(super) fn is_kill_exposed_in_goal(&self) -> bool {
        self.has_goal && crate::safety::is_kill_exposed(self.catalog.site(), self.kill)
    }

    /// Whether an interface of a host may use a retired transport.
    pub(super) fn is_set_exposed(&self, host: HostId) -> bool {
        self.hosts[host].exposed(self.retired()) > 0
    }

    /// Whether a task is exposed over an interface of a host of the goal, or dangles on one.
    pub(super) fn is_task_exposed_in_goal(&self, task: TaskId) -> bool {
        self.is_own_leg_exposed_in_goal(task)
            || self.source_of(task).is_some_and(|source| self.is_set_exposed_in_goal(source))
    }

    /// Whether a task is exposed so by what it names or picks itself, whatever it reads from a second host.
    pub(super) fn is_own_leg_exposed_in_goal(&self, task: TaskId) -> bool {
        match self.references[task].id() {
            Some(id) => self.is_name_exposed_in_goal(id),
            None => self.is_blank_exposed_in_goal(self.host_of(task)),
        }
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
