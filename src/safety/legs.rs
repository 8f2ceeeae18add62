//! What the legs of tasks are worth, found once per interface and host.

use crate::site::{HostId, InterfaceId, Site, TaskId, id::IdVec};

use super::{Leg, blank_legs};

/// What each leg is worth, so that a task costs a look-up or two, however many there are.
#[derive(Clone, Debug)]
pub(super) struct LegTable<T, F> {
    named: IdVec<InterfaceId, T>,
    /// Over all sets that a task of the host picks from where it names nothing.
    blank: IdVec<HostId, T>,
    sets: IdVec<HostId, T>,
    join: F,
}

impl<T: Copy, F: Fn(T, T) -> T> LegTable<T, F> {
    /// `of` says what a leg is worth; `join` what two of them are worth together.
    pub(super) fn new(site: &Site, of: impl Fn(Leg) -> T, join: F) -> Self {
        let sets: IdVec<HostId, T> = site.host_ids().map(|host| of(Leg::Set(host))).collect();
        let blank = |host: HostId| {
            let legs = blank_legs(site, host).map(|set| sets[set]);
            legs.reduce(&join).unwrap_or(sets[host])
        };
        let blank = site.host_ids().map(blank).collect();
        let named = (0..site.interface_count()).map(InterfaceId::new);
        Self { named: named.map(|id| of(Leg::Named(id))).collect(), blank, sets, join }
    }

    /// What all legs of a task are worth together.
    pub(super) fn of_task(&self, site: &Site, task: TaskId) -> T {
        let tasks = site.task_columns();
        let own = match tasks.reference[task].id() {
            Some(id) => self.named[id],
            None => self.blank[tasks.host[task]],
        };
        match tasks.source(task) {
            Some(source) => (self.join)(own, self.sets[source]),
            None => own,
        }
    }
}
