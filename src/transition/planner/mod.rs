//! The planner: from any site to its goal, or as near as it gets, with the fewest restarts and then the fewest steps.
//!
//! A host has few ways to go: which premature edits to undo, whether HTTPS needs a restart of its own, which ports
//! can be closed. Each is tried on the host alone, with the tasks counted per interface, so a host costs the same
//! however many tasks it has. Only two things tie hosts together: aborts move to HTTPS once for all of them, and
//! tasks without interface may pick from the Server's.

mod assemble;
mod choose;
mod course;
mod estate;
mod floor;
mod grade;
mod inventory;
mod needs;
mod stage;
mod target;
mod variants;
mod walk;

use crate::site::{Site, Task};

use super::catalog::Catalog;

pub(super) use assemble::Steps;
pub(super) use needs::Needs;
pub(super) use stage::Stages;

/// Plans the move of the catalog's site; the catalog learns the interfaces that are added.
///
/// The answer says whether the planner means to reach the goal.
pub(super) fn plan(catalog: &mut Catalog<'_>) -> (Steps, bool) {
    let estate = estate::Estate::survey(catalog);
    let choice = choose::choose(&estate);
    let steps = assemble::assemble(&estate, &choice);
    (steps, choice.is_complete)
}

/// Where a task goes, as far as an explanation needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// It stays where it is.
    Stay,
    /// To an HTTPS interface that its host has or gets.
    Https,
    /// To no interface.
    Blank,
    /// Nobody knows.
    Unknown,
}

/// Where the tasks of a site go, for explanations.
pub(super) struct Aims<'s> {
    targets: target::Targets<'s>,
    catalog: Catalog<'s>,
}

impl<'s> Aims<'s> {
    /// Those of `site`.
    pub(super) fn new(site: &'s Site) -> Self {
        Self { targets: target::Targets::new(site), catalog: Catalog::new(site) }
    }

    /// Where one task of the site goes.
    pub(super) fn of(&mut self, task: Task<'s>) -> Aim {
        match self.targets.of(task, &mut self.catalog) {
            target::Target::Stay => Aim::Stay,
            target::Target::Entered(_) | target::Target::Added(_) | target::Target::Repaired(_) => {
                Aim::Https
            }
            target::Target::Blank => Aim::Blank,
            target::Target::Unknown => Aim::Unknown,
        }
    }
}
