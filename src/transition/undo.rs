//! What takes a step back.

use crate::site::{InterfaceId, PortState, Ports, SettingId, SettingValue};

use super::{Action, ActionDocument, checker::Course};

/// How a step is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo<'c> {
    /// One action does it.
    Action(Action),
    /// The variable goes back to this value; `None` is a missing row.
    Kill(Option<&'c str>),
    /// The setting goes back to this value in stpd.ini.
    Setting(SettingId, SettingValue<&'c str>),
    /// An interface that repaired a dangling reference stays: the product refuses to delete what a task names.
    Kept(InterfaceId),
    /// A restart is undone by writing what ran, loading it, and writing what was configured again: ports where they
    /// differ, and the settings that were pending.
    Restart {
        /// The ports that ran.
        running: Ports,
        /// The ports that were configured.
        configured: Ports,
    },
}

impl<'c> Course<'c> {
    /// What takes `action` back to the state that it is about to change.
    pub(super) fn undo(&self, action: Action) -> Undo<'c> {
        let restore = |host| Action::RestorePorts { host, ports: self.configured(host) };
        Undo::Action(match action {
            Action::SetIni { setting, .. } => {
                let [configured, _] = self.setting(setting);
                return Undo::Setting(setting, configured);
            }
            Action::EnablePort { host, transport, .. } => {
                match self.configured(host).of(transport) {
                    PortState::Off => Action::DisablePort { host, transport },
                    _ => restore(host),
                }
            }
            Action::DisablePort { host, transport } => match self.configured(host).of(transport) {
                PortState::On(port) => Action::EnablePort { host, transport, port },
                _ => restore(host),
            },
            Action::RestorePorts { host, .. } => restore(host),
            Action::Restart { host } => {
                let (running, configured) = (self.running(host), self.configured(host));
                return Undo::Restart { running, configured };
            }
            Action::AddInterface { interface, .. } if self.is_named(interface) => {
                return Undo::Kept(interface);
            }
            Action::AddInterface { interface, .. } => Action::RemoveInterface { interface },
            Action::RemoveInterface { interface } => Action::AddInterface {
                interface,
                listener: self.listener(interface),
                position: Some(self.position(interface)),
            },
            Action::SetKill { .. } => return Undo::Kill(self.kill_value()),
            Action::Reassign { task, .. } => Action::Reassign { task, to: self.reference(task) },
        })
    }

    /// What takes `action` back as a plan file writes it; `None` where no single action can.
    pub(super) fn undo_document(&self, action: Action) -> Option<ActionDocument<'c>> {
        match self.undo(action) {
            Undo::Action(action) => Some(self.catalog().document(action)),
            Undo::Kill(value) => Some(ActionDocument::SetKill { value: value.map(Into::into) }),
            Undo::Setting(id, value) => {
                let site = self.catalog().site();
                let setting = &site[id];
                Some(ActionDocument::SetIni {
                    host: site[setting.host()].name().into(),
                    section: setting.section().into(),
                    key: setting.key().into(),
                    value: value.map(Into::into),
                })
            }
            Undo::Kept(_) | Undo::Restart { .. } => None,
        }
    }
}
