//! What the legs of tasks are worth, found once per interface and host.

use crate::site::{HostId, InterfaceId, OwnLeg, Site, TaskId, id::IdVec};

use super::{Leg, blank_legs};

/// What each leg is worth, so that a task costs a look-up or two, however many there are.
#[derive(Clone, Debug)]
pub(super) struct LegTable<T> {
    /// Over the interface that a task names, or all sets that it picks from where it names nothing.
    own: IdVec<OwnLeg, T>,
    sets: IdVec<HostId, T>,
    join: fn(T, T) -> T,
}

impl<T: Copy> LegTable<T> {
    /// `of` says what a leg is worth; `join` what two of them are worth together.
    pub(super) fn new(site: &Site, of: impl Fn(Leg) -> T, join: fn(T, T) -> T) -> Self {
        let sets: IdVec<HostId, T> = site.host_ids().map(|host| of(Leg::Set(host))).collect();
        let blank = |host: HostId| {
            let legs = blank_legs(site, host).map(|set| sets[set]);
            legs.reduce(join).unwrap_or(sets[host])
        };
        let named = (0..site.interface_count()).map(InterfaceId::new);
        let named = named.map(|id| of(Leg::Named(id)));
        Self { own: named.chain(site.host_ids().map(blank)).collect(), sets, join }
    }

    /// The same legs, seen otherwise.
    pub(super) fn map<U>(&self, see: impl Fn(T) -> U, join: fn(U, U) -> U) -> LegTable<U> {
        LegTable {
            own: self.own.iter().map(|&leg| see(leg)).collect(),
            sets: self.sets.iter().map(|&leg| see(leg)).collect(),
            join,
        }
    }

    /// What all legs of a task are worth together.
    pub(super) fn of_task(&self, site: &Site, task: TaskId) -> T {
        let tasks = site.task_columns();
        let own = self.own[tasks.own_leg(site.interface_count(), task)];
        let source = tasks.source(task);
        source.map_or(own, |source| (self.join)(own, self.sets[source]))
    }

    /// Each task with what all of its legs are worth together.
    pub(super) fn into_tasks(self, site: &Site) -> impl Iterator<Item = (TaskId, T)> + use<'_, T> {
        let Self { own, sets, join } = self;
        let tasks = site.task_columns();
        let mut sources = tasks.sources();
        let mut next = sources.next();
        let legs = tasks.own_legs(site.interface_count()).enumerate();
        legs.map(move |(at, leg)| {
            let task = TaskId::new(at);
            match next {
                Some((other, source)) if other == task => {
                    next = sources.next();
                    (task, join(own[leg], sets[source]))
                }
                _ => (task, own[leg]),
            }
        })
    }
}
