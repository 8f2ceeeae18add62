//! How much is exposed, kept up to date step by step.

use crate::{
    safety::blank_legs,
    site::{HostId, PortState, Ports, TaskId, Transport, id::IdVec},
    transition::Action,
};

use super::census::Census;

/// Counts the exposures of the goal, in time that depends on what a step changes only.
#[derive(Debug)]
pub(super) struct Ledger {
    goal: usize,
    /// Per host the tasks with a leg over its set, in the first state.
    dependents: Lists<HostId>,
    /// Per host the tasks that came to pick from its set later.
    joined: IdVec<HostId, Vec<TaskId>>,
    has_joined: Vec<bool>,
    /// Tasks whose references dangle in the first state, by interface.
    dangling: Lists<crate::site::InterfaceId>,
}

impl Ledger {
    pub(super) fn new(census: &Census<'_>) -> Self {
        let site = census.catalog.site();
        let dependents = Lists::collect(site.hosts().len(), |push| {
            for task in census.references_ids() {
                depend_on(census, task, |host| push(host.index(), task));
            }
        });
        let dangling = Lists::collect(census.slots.len(), |push| {
            for task in census.references_ids() {
                let id = census.references[task].id().filter(|&id| !census.slots[id].present);
                if let Some(id) = id {
                    push(id.index(), task);
                }
            }
        });
        let mut ledger = Self {
            goal: 0,
            dependents,
            joined: IdVec::filled(Vec::new(), site.hosts().len()),
            has_joined: vec![false; site.task_count()],
            dangling,
        };
        ledger.goal = count(census);
        ledger
    }

    /// The exposures that belong to a host of the goal.
    pub(super) const fn goal(&self) -> usize {
        self.goal
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
            Action::Reassign { task, .. } => {
                let before = usize::from(census.is_task_exposed_in_goal(task));
                apply(census);
                self.goal = self.goal - before + usize::from(census.is_task_exposed_in_goal(task));
                self.join(census, task);
            }
            Action::AddInterface { interface, .. } | Action::RemoveInterface { interface } => {
                self.follow_interface(census, interface, apply);
            }
        }
    }

    fn follow_interface<'c>(
        &mut self,
        census: &mut Census<'c>,
        id: crate::site::InterfaceId,
        apply: impl FnOnce(&mut Census<'c>),
    ) {
        let host = census.catalog[id].host();
        let was_set_exposed = census.is_set_exposed(host);
        let named = self.dangling.of(id.index());
        let of_named = |census: &Census<'_>| {
            let still = |&&task: &&TaskId| census.references[task].id() == Some(id);
            named.iter().filter(still).filter(|&&task| census.is_task_exposed_in_goal(task)).count()
        };
        let before = (census.hosts[host].exposed(census.retired()) as usize, of_named(census));
        apply(census);
        let after = (census.hosts[host].exposed(census.retired()) as usize, of_named(census));
        if census.is_in_goal(host) {
            self.goal = self.goal - before.0 + after.0;
        }
        self.goal = self.goal - before.1 + after.1;
        if was_set_exposed != census.is_set_exposed(host) {
            self.follow_set(census, host, was_set_exposed);
        }
    }

    /// The set of `host` came to be exposed, or ceased to be: so may the tasks that depend on it.
    fn follow_set(&mut self, census: &Census<'_>, host: HostId, was_exposed: bool) {
        let joined = self.joined[host].iter().filter(|&&task| census.depends_on(task, host));
        let first =
            self.dependents.of(host.index()).iter().filter(|&&task| census.depends_on(task, host));
        for &task in first.chain(joined) {
            let is = census.is_task_exposed_in_goal(task);
            let was = is_exposed_in_goal_with(census, task, host, was_exposed);
            self.goal = self.goal + usize::from(is) - usize::from(was);
        }
    }

    /// Remembers a task that picks from sets now and did not at first.
    fn join(&mut self, census: &Census<'_>, task: TaskId) {
        let first = census.catalog.site().reference(task).id();
        let picks = census.references[task].id().is_none();
        let Some(known) = self.has_joined.get_mut(task.index()) else { return };
        if picks && first.is_some() && !*known {
            *known = true;
            let source = census.source_of(task);
            blank_legs(census.catalog.site(), census.host_of(task))
                .filter(|&host| Some(host) != source)
                .for_each(|host| self.joined[host].push(task));
        }
    }
}

/// The exposures of the goal, counted afresh.
fn count(census: &Census<'_>) -> usize {
    let hosts = census.hosts.ids().filter(|&host| census.is_in_goal(host));
    let of_hosts: usize = hosts
        .map(|host| {
            census.exposed_ports(host) + census.hosts[host].exposed(census.retired()) as usize
        })
        .sum();
    let tasks =
        census.references_ids().filter(|&task| census.is_task_exposed_in_goal(task)).count();
    of_hosts + tasks + usize::from(census.is_kill_exposed_in_goal())
}

/// Calls `on` for each host whose set a task depends on, once each.
fn depend_on(census: &Census<'_>, task: TaskId, mut on: impl FnMut(HostId)) {
    let source = census.source_of(task);
    if census.references[task].id().is_none() {
        blank_legs(census.catalog.site(), census.host_of(task))
            .filter(|&host| Some(host) != source)
            .for_each(&mut on);
    }
    source.into_iter().for_each(on);
}

/// What [`Census::is_task_exposed_in_goal`] would say if the set of `host` were exposed as told.
fn is_exposed_in_goal_with(census: &Census<'_>, task: TaskId, host: HostId, exposed: bool) -> bool {
    let set = |set: HostId| if set == host { exposed } else { census.is_set_exposed(set) };
    census.is_task_exposed_where(task, |owner| census.is_in_goal(owner), set)
}

impl Census<'_> {
    pub(super) const fn retired(&self) -> crate::site::Retired {
        self.catalog.site().policy().retired
    }

    pub(super) fn is_in_goal(&self, host: HostId) -> bool {
        !self.catalog.site()[host].is_excepted()
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
        self.is_task_exposed_where(
            task,
            |owner| self.is_in_goal(owner),
            |set| self.is_set_exposed(set),
        )
    }

    fn is_task_exposed_where(
        &self,
        task: TaskId,
        counts: impl Fn(HostId) -> bool,
        is_set_exposed: impl Fn(HostId) -> bool,
    ) -> bool {
        use crate::safety::Leg;

        self.legs_of(task).any(|leg| match leg {
            Leg::Named(id) => {
                (!self.slots[id].present || self.is_interface_exposed(id))
                    && counts(self.host_of(task))
            }
            Leg::Set(host) => counts(host) && is_set_exposed(host),
        })
    }

    fn depends_on(&self, task: TaskId, host: HostId) -> bool {
        self.source_of(task) == Some(host)
            || (self.references[task].id().is_none()
                && blank_legs(self.catalog.site(), self.host_of(task)).any(|set| set == host))
    }
}

/// Many short lists in one allocation.
#[derive(Debug)]
struct Lists<I> {
    items: Vec<TaskId>,
    starts: Vec<u32>,
    _by: core::marker::PhantomData<fn() -> I>,
}

impl<I> Lists<I> {
    /// Runs `each` twice: to count, then to fill.
    fn collect(len: usize, each: impl Fn(&mut dyn FnMut(usize, TaskId))) -> Self {
        let mut starts = vec![0_u32; len + 1];
        each(&mut |list, _| {
            if let Some(count) = starts.get_mut(list + 1) {
                *count += 1;
            }
        });
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut items = vec![TaskId::new(0); sum as usize];
        each(&mut |list, task| {
            if let Some(place) = next.get_mut(list) {
                if let Some(item) = items.get_mut(*place as usize) {
                    *item = task;
                }
                *place += 1;
            }
        });
        Self { items, starts, _by: core::marker::PhantomData }
    }

    fn of(&self, list: usize) -> &[TaskId] {
        let bound = |at: usize| self.starts.get(at).copied().unwrap_or(0) as usize;
        self.items.get(bound(list)..bound(list + 1)).unwrap_or_default()
    }
}
