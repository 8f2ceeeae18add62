//! When each step stands in a plan.

use crate::site::{InterfaceId, PortNumber, SettingId, Transport};

use super::estate::Exit;

/// When a step is carried out, in the order of the whole plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Premature edits are undone.
    Undo,
    /// They are loaded, where a port has to yield that is all that serves until then.
    Reload,
    /// Interfaces of a port that yields are removed.
    YieldRemove,
    /// A port that holds the HTTPS number is closed, where nothing needs it.
    Yield,
    /// HTTPS is enabled.
    Enable,
    /// A port is closed so that it, or another, can be given the number back on which that runs.
    RenumberOff,
    /// That is enabled again on the number on which it runs.
    RenumberOn,
    /// Settings are written, before whatever restart comes.
    Settings,
    /// Stranded tasks are parked.
    Park,
    /// HTTPS comes up, with what that takes.
    Opening(Opening),
    /// Aborts move to HTTPS, once for the whole site.
    SetKill,
    /// Ports get numbers back where that can wait for the aborts.
    LateRenumberOff,
    /// See [`Stage::LateRenumberOff`].
    LateRenumberOn,
    /// HTTPS comes up on hosts where that can wait for the aborts.
    LateOpening(Opening),
    /// Interfaces are added.
    Add,
    /// Tasks move, and dead interfaces go that others wait for: several rounds.
    Reassign(u8),
    /// See [`Stage::Reassign`].
    RemoveDead(u8),
    /// Exposed interfaces are removed.
    Remove,
    /// Ports are closed.
    Close,
    /// The closed ports go.
    ClosingRestart,
    /// What only the closing restart made possible.
    LateAdd,
    /// See [`Stage::LateAdd`].
    LateReassign,
    /// See [`Stage::LateAdd`].
    LateRemove,
}

/// The steps up to the restart that brings HTTPS up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Opening {
    /// Tasks go to no interface.
    Reassign,
    /// Interfaces are added, so that others that show their address may go.
    Add,
    /// Stranded interfaces are removed.
    Remove,
    /// Ports are closed that nothing will miss, so that the restart does not open them.
    Close,
    /// The restart.
    Restart,
}

impl Opening {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 5] =
        [Self::Reassign, Self::Add, Self::Remove, Self::Close, Self::Restart];
}

impl Stage {
    /// The part of an opening, before or after the aborts.
    pub(super) const fn opening(self) -> Option<Opening> {
        match self {
            Self::Opening(part) | Self::LateOpening(part) => Some(part),
            _ => None,
        }
    }

    /// Whether a port is closed so that a number can be given back.
    pub(super) const fn frees_number(self) -> bool {
        matches!(self, Self::RenumberOff | Self::LateRenumberOff)
    }

    /// Whether it stands before the restart that brings HTTPS up.
    pub(super) const fn is_early(self) -> bool {
        matches!(self, Self::YieldRemove) || self.opening().is_some()
    }
}

/// The stages of a plan's steps: at each stage stand those up to a position.
#[derive(Clone, Debug, Default)]
pub(in crate::transition) struct Stages(Vec<(Stage, usize)>);

impl Stages {
    /// Steps from where the last stage ended up to `end`.
    pub(super) fn push(&mut self, stage: Stage, end: usize) {
        self.0.push((stage, end));
    }

    /// The stage of each step.
    pub(super) fn iter(&self) -> impl Iterator<Item = Stage> {
        let starts = core::iter::once(0).chain(self.0.iter().map(|&(_, end)| end));
        let each = self.0.iter().zip(starts);
        each.flat_map(|(&(stage, end), start)| core::iter::repeat_n(stage, end - start))
    }
}

/// How often tasks move and dead interfaces go in turn: a task to no interface may wait for an interface that waits
/// for another task.
pub(super) const ROUNDS: u8 = 3;

/// What a host does in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Do {
    Enable(Transport, PortNumber),
    Disable(Transport),
    Restart,
    /// All tasks on the first interface go to the second.
    Park(InterfaceId, InterfaceId),
    Add(InterfaceId),
    /// The tasks that named this interface at first and leave it in this way.
    Leave(InterfaceId, Exit, u32),
    Remove(InterfaceId),
    Set(SettingId),
}
