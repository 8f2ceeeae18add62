//! What the legs of tasks are worth, found once per interface and host.

use crate::site::{HostId, InterfaceId, Site, TaskId, id::IdVec};

use super::{Leg, blank_legs};

/// What each leg is worth, so that a task costs a look-up or two, however many there are.
#[derive(Clone, Debug)]
pub(super) struct LegTable<T> {
    named: IdVec<InterfaceId, T>,
    /// Over all sets that a task of the host picks from where it names nothing.
    blank: IdVec<HostId, T>,
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
        let blank = site.host_ids().map(blank).collect();
        let named = (0..site.interface_count()).map(InterfaceId::new);
        Self { named: named.map(|id| of(Leg::Named(id))).collect(), blank, sets, join }
    }

    /// The same legs, seen otherwise.
    pub(super) fn map<U>(&self, see: impl Fn(T) -> U, join: fn(U, U) -> U) -> LegTable<U> {
        LegTable {
            named: self.named.iter().map(|&leg| see(leg)).collect(),
            blank: self.blank.iter().map(|&leg| see(leg)).collect(),
            sets: self.sets.iter().map(|&leg| see(leg)).collect(),
            join,
        }
    }

    /// What all legs of a task are worth together.
    pub(super) fn of_task(&self, site: &Site, task: TaskId) -> T {
        let tasks = site.task_columns();
        let own = match tasks.reference[task].id() {
            Some(id) => self.named[id],
            None => self.blank[tasks.host[task]],
        };
        let source = tasks.source(task);
        source.map_or(own, |source| (self.join)(own, self.sets[source]))
    }

    /// Each task with what all of its legs are worth together.
    pub(super) fn into_tasks(self, site: &Site) -> impl Iterator<Item = (TaskId, T)> + use<'_, T> {
        let Self { named, blank, sets, join } = self;
        let tasks = site.task_columns();
        let mut sources = tasks.sources();
        let mut next = sources.next();
        let own = tasks.reference.iter_enumerated().zip(tasks.host.iter());
        own.map(move |((task, reference), &host)| {
            let own = match reference.id() {
                Some(id) => named[id],
                None => blank[host],
            };
            match next {
                Some((other, source)) if other == task => {
                    next = sources.next();
                    (task, join(own, sets[source]))
                }
                _ => (task, own),
            }
        })
    }
}
