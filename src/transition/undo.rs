//! What takes a step back.

use crate::site::{InterfaceId, Site};

use super::Action;

/// How a step is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    /// One action does it.
    Action(Action),
    /// The variable goes back to what it was; the caller has to name that, because a text is no index yet.
    Kill,
    /// An interface that repaired a dangling reference stays: the product refuses to delete what a task names.
    Kept(InterfaceId),
    /// A restart is undone by three steps: the old ports are written, loaded, and what was configured is written again.
    Restart,
}

/// What takes `action` back to the state `before` it; `is_named` says whether a task named an interface then.
pub(super) fn undo(before: &Site, action: Action, is_named: impl Fn(InterfaceId) -> bool) -> Undo {
    let action = match action {
        // A port that is enabled or disabled the other way would not get its old line back: that may have been
        // commented out in another way. What was configured is written as it stood.
        Action::EnablePort { host, .. }
        | Action::DisablePort { host, .. }
        | Action::RestorePorts { host, .. } => {
            Action::RestorePorts { host, ports: before[host].configured() }
        }
        Action::Restart { .. } => return Undo::Restart,
        Action::AddInterface { interface, .. } if is_named(interface) => {
            return Undo::Kept(interface);
        }
        Action::AddInterface { interface, .. } => Action::RemoveInterface { interface },
        Action::RemoveInterface { interface } => {
            let host = before[interface].host();
            let position = before[host].interfaces().iter().position(|&id| id == interface);
            Action::AddInterface {
                interface,
                listener: before[interface].listener(),
                position: position.and_then(|position| u32::try_from(position).ok()),
            }
        }
        Action::SetKill { .. } => return Undo::Kill,
        Action::Reassign { task, .. } => {
            Action::Reassign { task, to: before.task(task).interface() }
        }
    };
    Undo::Action(action)
}
