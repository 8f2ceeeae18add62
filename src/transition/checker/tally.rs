//! The tasks of a site, counted by what they depend on.

use crate::{
    safety::blank_legs,
    site::{HostId, InterfaceId, OwnLeg, Site, TaskId, id::IdVec},
};

/// What one pass over the tasks finds.
#[derive(Debug)]
pub(super) struct Tally {
    /// Tasks by the interface that they name.
    pub(super) named: IdVec<InterfaceId, u32>,
    /// Tasks that name nothing, by the host that carries them.
    pub(super) blank: IdVec<HostId, u32>,
    /// Legs that may pick any interface of a host.
    pub(super) legs: IdVec<HostId, u32>,
    /// Tasks with a source, in their order.
    pub(super) sourced: Vec<TaskId>,
}

impl Tally {
    /// Counts the tasks of a site; a plan knows so many interfaces.
    pub(super) fn of(site: &Site, interfaces: usize) -> Self {
        let tasks = site.task_columns();
        let mut own: IdVec<OwnLeg, u32> = IdVec::filled(0, interfaces + site.hosts().len());
        for leg in tasks.own_legs(interfaces) {
            own[leg] += 1;
        }
        let named = own.iter().take(interfaces).copied().collect();
        let blank: IdVec<HostId, u32> = own.iter().skip(interfaces).copied().collect();
        let mut legs = IdVec::filled(0, site.hosts().len());
        for (host, &tasks) in blank.iter_enumerated() {
            blank_legs(site, host).for_each(|set| legs[set] += tasks);
        }
        let mut sourced = Vec::new();
        for (task, source) in tasks.sources() {
            legs[source] += 1;
            sourced.push(task);
        }
        Self { named, blank, legs, sourced }
    }
}
