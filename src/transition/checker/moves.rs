//! Moves of tasks that are like one before.

use crate::site::{InterfaceId, OptionalId, TaskId, id::IdVec};

use super::{census::Census, ledger::Ledger};

/// The moves that were allowed since the last step of another kind, by the interface that tasks leave.
///
/// Whether a task may go from one interface to another depends on ports, interfaces and sets, and not on which task it
/// is or how many have gone. So the first one is judged, and those like it follow. They are counted, and entered in the
/// census together when something is asked of it that they matter for.
#[derive(Debug)]
pub(super) struct Moves {
    known: IdVec<InterfaceId, Known>,
    /// Those from which tasks went that the census does not know of yet.
    waiting: Vec<InterfaceId>,
    /// Counts the steps that may change a verdict, from 1.
    epoch: u32,
}

/// An allowed move from an interface.
#[derive(Clone, Copy, Debug)]
struct Known {
    epoch: u32,
    to: OptionalId<InterfaceId>,
    /// What such a task itself adds to the exposures of the goal.
    exposes: i32,
    /// Tasks that the census does not know of yet.
    tasks: u32,
}

impl Known {
    const NONE: Self = Self { epoch: 0, to: OptionalId::NONE, exposes: 0, tasks: 0 };
}

impl Moves {
    pub(super) fn new(census: &Census<'_>) -> Self {
        Self {
            known: IdVec::filled(Known::NONE, census.slots.len()),
            waiting: Vec::new(),
            epoch: 1,
        }
    }

    /// Takes a step that is like one before; the answer says whether it was.
    #[inline]
    pub(super) fn repeat(
        &mut self,
        census: &mut Census<'_>,
        ledger: &mut Ledger,
        task: TaskId,
        to: Option<InterfaceId>,
    ) -> bool {
        let Some(from) = census.references[task].id() else { return false };
        let known = &mut self.known[from];
        if known.epoch != self.epoch || known.to != to.into() {
            return false;
        }
        if known.tasks == 0 {
            self.waiting.push(from);
        }
        known.tasks += 1;
        census.references[task] = known.to;
        ledger.count(census, task, known.exposes);
        true
    }

    /// Notes that a task went from an interface, which was judged and carried out.
    pub(super) fn learn(
        &mut self,
        census: &mut Census<'_>,
        ledger: &mut Ledger,
        task: TaskId,
        from: Option<InterfaceId>,
    ) {
        // A task that is exposed by its source may go where others may not.
        let Some(from) = from.filter(|_| census.source_of(task).is_none()) else { return };
        self.enter(census, ledger, from);
        let to = census.references[task];
        let exposes = Ledger::exposes(census, task, from);
        self.known[from] = Known { epoch: self.epoch, to, exposes, ..Known::NONE };
    }

    /// Enters what went in the census, because something else is asked of it.
    pub(super) fn settle(&mut self, census: &mut Census<'_>, ledger: &mut Ledger) {
        while let Some(from) = self.waiting.pop() {
            self.enter(census, ledger, from);
        }
    }

    fn enter(&mut self, census: &mut Census<'_>, ledger: &mut Ledger, from: InterfaceId) {
        let known = &mut self.known[from];
        if known.tasks > 0 {
            census.shift(from, known.to.id(), known.tasks);
            ledger.shift(census, from, known.to.id(), known.tasks);
            known.tasks = 0;
        }
    }

    /// Forgets all verdicts, because a step of another kind was taken.
    pub(super) const fn forget(&mut self) {
        self.epoch += 1;
    }
}
