//! What the legs of tasks are asked to keep, counted.

use crate::{
    safety::Grade,
    site::{HostId, TaskId},
};

/// How many grades a route can be asked to have.
pub(super) const LEVELS: usize = 4;

/// The rank of a route's grade, worst first.
pub(super) const fn level(grade: Grade) -> usize {
    match grade {
        Grade::None | Grade::No => 0,
        Grade::Maybe => 1,
        Grade::Some => 2,
        Grade::All | Grade::Yes => 3,
    }
}

/// How many tasks ask for which grade.
pub(super) type Demand = [u32; LEVELS];

/// The grade that each leg of a task is asked to have.
pub(super) trait Demands {
    /// The rank that the leg over the task's own interface, or over the sets it picks from, must keep.
    fn own(&self, task: TaskId) -> usize;
    /// The rank that the leg over the set of `host` must keep, where the task picks from sets.
    fn set(&self, task: TaskId, host: HostId) -> usize;
    /// The rank that the leg over the source host's set must keep.
    fn source(&self, task: TaskId) -> usize;
}

/// Nothing in particular is asked for: only that tasks are there counts.
pub(super) struct Presence;

impl Presence {
    /// What so many tasks ask for.
    pub(super) const fn demand(tasks: u32) -> Demand {
        let mut demand = [0; LEVELS];
        let [own, ..] = &mut demand;
        *own = tasks;
        demand
    }
}

impl Demands for Presence {
    fn own(&self, _: TaskId) -> usize {
        0
    }

    fn set(&self, _: TaskId, _: HostId) -> usize {
        0
    }

    fn source(&self, _: TaskId) -> usize {
        0
    }
}

/// Counts or uncounts one that asks for a level.
pub(super) fn add(demand: &mut Demand, level: usize, counted: bool) {
    if let Some(count) = demand.get_mut(level) {
        // Moves that wait to be entered may take away here before they add.
        *count = if counted { count.wrapping_add(1) } else { count.wrapping_sub(1) };
    }
}
