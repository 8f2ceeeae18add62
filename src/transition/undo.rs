//! What takes a step back.

use crate::site::{InterfaceId, PortState, SettingId, Site};

use super::Action;

/// How a step is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    /// One action does it.
    Action(Action),
    /// The variable goes back to what it was; the caller has to name that, because a text is no index yet.
    Kill,
    /// The setting goes back to what it was; likewise.
    Setting(SettingId),
    /// An interface that repaired a dangling reference stays: the product refuses to delete what a task names.
    Kept(InterfaceId),
    /// A restart is undone by three kinds of steps: what ran is written, loaded, and what was configured is written again.
    Restart,
}

/// What takes `action` back to the state `before` it; `is_named` says whether a task named an interface then.
pub(super) fn undo(before: &Site, action: Action, is_named: impl Fn(InterfaceId) -> bool) -> Undo {
    let action = match action {
        Action::EnablePort { host, transport, .. } => {
            match before[host].configured().of(transport) {
                PortState::Off => Action::DisablePort { host, transport },
                _ => Action::RestorePorts { host, ports: before[host].configured() },
            }
        }
        Action::DisablePort { host, transport } => match before[host].configured().of(transport) {
            PortState::On(port) => Action::EnablePort { host, transport, port },
            _ => Action::RestorePorts { host, ports: before[host].configured() },
        },
        Action::RestorePorts { host, .. } => {
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
        Action::SetIni { setting, .. } => return Undo::Setting(setting),
        Action::Reassign { task, .. } => {
            Action::Reassign { task, to: before.task(task).interface() }
        }
    };
    Undo::Action(action)
}
