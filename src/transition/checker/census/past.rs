//! What a step changes, kept so that it can be taken back.

use crate::{
    site::{HostId, InterfaceId, Kill, PortNumber, Ports, SettingId, SettingValue, TaskId},
    transition::Action,
};

use super::{super::demand::Demands, Census};

/// What one step is about to change.
#[derive(Clone, Debug)]
pub(in crate::transition::checker) enum Past<'c> {
    Ports(HostId, Ports, Ports),
    Restart(HostId, Ports, Vec<(SettingId, SettingValue<&'c str>)>),
    Setting(SettingId, SettingValue<&'c str>),
    Entered(InterfaceId, Option<PortNumber>),
    NotEntered(InterfaceId),
    Kill(Kill, Option<&'c str>),
    Reference(TaskId, Option<InterfaceId>),
}

impl<'c> Census<'c> {
    /// What `action` is about to change.
    pub(in crate::transition::checker) fn past(&self, action: Action) -> Past<'c> {
        match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::RestorePorts { host, .. } => {
                Past::Ports(host, self.hosts[host].configured, self.hosts[host].running)
            }
            Action::Restart { host } => {
                let loaded = self.pending_settings(host).map(|(id, _, running)| (id, running));
                Past::Restart(host, self.hosts[host].running, loaded.collect())
            }
            Action::SetIni { setting, .. } => {
                Past::Setting(setting, self.settings[setting].configured)
            }
            Action::AddInterface { interface, .. } => Past::NotEntered(interface),
            Action::RemoveInterface { interface } => {
                Past::Entered(interface, self.slots[interface].listener)
            }
            Action::SetKill { .. } => Past::Kill(self.kill, self.kill_text),
            Action::Reassign { task, .. } => Past::Reference(task, self.references[task].id()),
        }
    }

    /// Brings back what the last step changed.
    pub(in crate::transition::checker) fn revert(
        &mut self,
        past: Past<'c>,
        demands: &impl Demands,
    ) {
        match past {
            Past::Ports(host, configured, running) => self.change_ports(host, |host| {
                (host.configured, host.running) = (configured, running);
            }),
            Past::Restart(id, running, loaded) => {
                self.change_ports(id, |host| host.running = running);
                for (id, running) in loaded {
                    self.unload_setting(id, running);
                }
            }
            Past::Setting(id, configured) => self.set_setting(id, configured),
            Past::Entered(id, listener) => self.enter(id, listener),
            Past::NotEntered(id) => self.delete(id),
            Past::Kill(kill, text) => (self.kill, self.kill_text) = (kill, text),
            Past::Reference(task, to) => self.apply(Action::Reassign { task, to }, demands),
        }
    }
}
