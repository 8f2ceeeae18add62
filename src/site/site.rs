//! The validated site.

use core::ops::Index;
use std::sync::Arc;

use super::{
    Assumptions, BlankScope, Host, HostId, Interface, InterfaceId, KILL_KEY, KILL_USER, Kill,
    Policy, PortNumber, Ports, Setting, SettingId, SettingValue, Task, TaskId, WaivableCondition,
    id::IdVec,
    index::{NameIndex, hash},
    setting::{IniName, Wanted},
    task::Tasks,
};

/// A SEP sesam site: hosts, tasks, global settings and what is wanted of them, checked and resolved once.
///
/// The only ways in are `Site::try_from(draft)` and [`stpd::resolve`](crate::stpd::resolve). Names stand at its
/// borders; inside, everything is an index, so that a site of ten million tasks is planned in well under a second.
#[derive(Clone, Debug)]
pub struct Site {
    pub(super) assumptions: Assumptions,
    pub(super) policy: Policy,
    pub(super) hosts: IdVec<HostId, Host>,
    pub(super) server: HostId,
    pub(super) hosts_by_name: NameIndex,
    pub(super) interfaces: IdVec<InterfaceId, Interface>,
    pub(super) by_text: NameIndex,
    pub(super) tasks: Tasks,
    pub(super) globals: Vec<Global>,
    pub(super) waivers: Vec<Waiver>,
    pub(super) wanted: Vec<Arc<Wanted>>,
    /// Host by host, those of one host in the order in which they are wanted.
    pub(super) settings: IdVec<SettingId, Setting>,
    pub(super) settings_by_name: NameIndex,
}

/// A row of the global settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    pub(super) key: Box<str>,
    pub(super) user: Box<str>,
    pub(super) value: Box<str>,
}

impl Global {
    /// The variable.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The user it holds for.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    fn is_kill(&self) -> bool {
        *self.key == *KILL_KEY && *self.user == *KILL_USER
    }
}

/// A condition that the operator gave up on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    pub(super) host: HostId,
    pub(super) condition: WaivableCondition,
    pub(super) reason: Box<str>,
    pub(super) until: Option<Box<str>>,
}

impl Waiver {
    /// The host.
    #[must_use]
    pub const fn host(&self) -> HostId {
        self.host
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The last day on which the reason holds, `YYYY-MM-DD`.
    #[must_use]
    pub fn until(&self) -> Option<&str> {
        self.until.as_deref()
    }
}

#[cfg(test)]
impl Site {
    /// The site that a site file describes.
    pub(crate) fn of_json(json: &serde_json::Value) -> Self {
        let text = json.to_string();
        let source = super::Source::new(text.as_bytes(), super::Format::Json).unwrap();
        Self::try_from(&super::SiteDraft::read(&source).unwrap()).unwrap()
    }
}

impl Site {
    /// The hosts, in file order.
    #[must_use]
    pub fn hosts(&self) -> impl ExactSizeIterator<Item = &Host> {
        self.hosts.iter()
    }

    /// The ids of the hosts, in file order.
    #[must_use]
    pub fn host_ids(&self) -> impl DoubleEndedIterator<Item = HostId> + use<> {
        self.hosts.ids()
    }

    /// The host with this name.
    #[must_use]
    pub fn host_named(&self, name: &str) -> Option<HostId> {
        let is = |at| self.hosts.find(HostId::new(at)).is_some_and(|host| host.name() == name);
        self.hosts_by_name.find(name, is).map(HostId::new)
    }

    /// The SEP sesam Server.
    #[must_use]
    pub const fn server(&self) -> HostId {
        self.server
    }

    /// How many tasks and events there are.
    #[must_use]
    pub fn task_count(&self) -> usize {
        self.tasks.host.len()
    }

    /// The tasks and events, in file order.
    #[must_use]
    pub fn tasks(&self) -> impl DoubleEndedIterator<Item = Task<'_>> {
        self.tasks.host.ids().map(|id| self.task(id))
    }

    /// One task or event.
    #[must_use]
    pub const fn task(&self, id: TaskId) -> Task<'_> {
        Task { site: self, id }
    }

    /// The interface with this text on this host, one that tasks only name included.
    #[must_use]
    pub fn interface_named(&self, host: HostId, text: &str) -> Option<InterfaceId> {
        let is = |at| {
            let interface = &self.interfaces[InterfaceId::new(at)];
            interface.host() == host && interface.text() == text
        };
        self.by_text.find(&(host, text), is).map(InterfaceId::new)
    }

    /// How many interfaces there are, those that tasks only name included.
    #[must_use]
    pub(crate) fn interface_count(&self) -> usize {
        self.interfaces.len()
    }

    /// Every interface, those that tasks only name included, in the order of their ids.
    pub(crate) fn all_interfaces(&self) -> impl Iterator<Item = &Interface> {
        self.interfaces.iter()
    }

    /// What is wanted.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Where a task without interface looks for one.
    #[must_use]
    pub const fn blank_scope(&self) -> BlankScope {
        self.assumptions.blank_scope
    }

    /// The value of the kill variable for user `sesam`; `None` where there is no row.
    #[must_use]
    pub fn kill_value(&self) -> Option<&str> {
        self.globals.iter().find(|global| global.is_kill()).map(|global| &*global.value)
    }

    /// The transport over which running transfers are aborted.
    #[must_use]
    pub fn kill(&self) -> Kill {
        Kill::of(self.kill_value())
    }

    /// The rows of the global settings, in file order.
    #[must_use]
    pub fn globals(&self) -> &[Global] {
        &self.globals
    }

    /// The conditions that the operator gave up.
    #[must_use]
    pub fn waivers(&self) -> &[Waiver] {
        &self.waivers
    }

    /// The settings that are wanted, host by host.
    #[must_use]
    pub fn settings(&self) -> impl ExactSizeIterator<Item = &Setting> {
        self.settings.iter()
    }

    /// The ids of the settings that are wanted, host by host.
    #[must_use]
    pub fn setting_ids(&self) -> impl DoubleEndedIterator<Item = SettingId> + use<> {
        self.settings.ids()
    }

    /// The setting that is wanted on this host under this key; names are compared without regard to the case of ASCII
    /// letters, as those of ports are.
    #[must_use]
    pub fn setting_named(&self, host: HostId, section: &str, key: &str) -> Option<SettingId> {
        let is = |at| {
            let setting = &self.settings[SettingId::new(at)];
            setting.host == host && setting.is_called(section, key)
        };
        let name = (host, IniName(section), IniName(key));
        self.settings_by_name.find(&name, is).map(SettingId::new)
    }

    /// A hash seed that depends on the names of the site.
    pub(crate) const fn name_seed(&self) -> u64 {
        self.by_text.seed()
    }

    pub(crate) const fn task_columns(&self) -> &Tasks {
        &self.tasks
    }
}

/// The effects of steps. They judge nothing: that is the checker's work.
impl Site {
    pub(crate) fn set_configured(&mut self, host: HostId, ports: Ports) {
        self.hosts[host].configured = ports;
    }

    pub(crate) fn set_ports(&mut self, host: HostId, configured: Ports, running: Ports) {
        let host = &mut self.hosts[host];
        (host.configured, host.running) = (configured, running);
    }

    pub(crate) fn set_setting_to(
        &mut self,
        id: SettingId,
        configured: SettingValue<&str>,
        running: SettingValue<&str>,
    ) {
        let setting = &mut self.settings[id];
        (setting.configured, setting.running) = (configured.to_boxed(), running.to_boxed());
    }

    pub(crate) fn restart(&mut self, host: HostId) {
        let host = &mut self.hosts[host];
        host.running = host.next();
        for &id in &host.settings {
            let setting = &mut self.settings[id];
            if setting.is_pending() {
                setting.running.clone_from(&setting.configured);
            }
        }
    }

    pub(crate) fn set_setting(&mut self, id: SettingId, value: SettingValue<&str>) {
        self.settings[id].configured = value.to_boxed();
    }

    /// Enters a setting that is wanted on a host; the settings of a host are entered one after the other.
    pub(super) fn enter_setting(&mut self, setting: Setting) {
        let Self { settings, settings_by_name, hosts, .. } = self;
        let host = setting.host;
        let of = |setting: &Setting, seed| {
            hash(seed, &(setting.host, IniName(setting.section()), IniName(setting.key())))
        };
        let name = (host, IniName(setting.section()), IniName(setting.key()));
        settings_by_name.find_or_insert(
            settings.len(),
            &name,
            |_| false,
            |seed, at| of(&settings[SettingId::new(at)], seed),
        );
        let id = settings.push(setting);
        hosts[host].settings.push(id);
    }

    /// Replaces the row of the kill variable, appends it, or drops it.
    pub(crate) fn set_kill(&mut self, value: Option<&str>) {
        let row = self.globals.iter().position(Global::is_kill);
        match (value, row) {
            (Some(value), Some(row)) => {
                if let Some(global) = self.globals.get_mut(row) {
                    global.value = value.into();
                }
            }
            (Some(value), None) => self.globals.push(Global {
                key: KILL_KEY.into(),
                user: KILL_USER.into(),
                value: value.into(),
            }),
            (None, Some(row)) => drop(self.globals.remove(row)),
            (None, None) => {}
        }
    }

    pub(crate) fn set_reference(&mut self, task: TaskId, to: Option<InterfaceId>) {
        self.tasks.reference[task] = to.into();
    }

    /// Enters an interface in its host's properties, at the end or before the `position`-th.
    pub(crate) fn enter_interface(
        &mut self,
        id: InterfaceId,
        listener: Option<PortNumber>,
        position: Option<usize>,
    ) {
        let interface = &mut self.interfaces[id];
        interface.present = true;
        interface.listener = listener;
        let list = &mut self.hosts[interface.host()].interfaces;
        list.insert(position.unwrap_or(list.len()).min(list.len()), id);
    }

    /// Deletes an interface from its host's properties.
    pub(crate) fn delete_interface(&mut self, id: InterfaceId) {
        let interface = &mut self.interfaces[id];
        interface.present = false;
        self.hosts[interface.host()].interfaces.retain(|&other| other != id);
    }

    /// Gives a host these interfaces, in this order, and no others.
    pub(crate) fn set_interfaces(
        &mut self,
        host: HostId,
        list: Vec<InterfaceId>,
        listener: impl Fn(InterfaceId) -> Option<PortNumber>,
    ) {
        for &id in &self.hosts[host].interfaces {
            self.interfaces[id].present = false;
        }
        for &id in &list {
            self.interfaces[id].present = true;
            self.interfaces[id].listener = listener(id);
        }
        self.hosts[host].interfaces = list;
    }

    /// The interface with this text on this host; a text that nobody has named yet becomes one that is not entered.
    pub(crate) fn intern(&mut self, host: HostId, text: &str) -> InterfaceId {
        let Self { interfaces, by_text, .. } = self;
        let found = by_text.find_or_insert(
            interfaces.len(),
            &(host, text),
            |at| {
                let interface = &interfaces[InterfaceId::new(at)];
                interface.host() == host && interface.text() == text
            },
            |seed, at| {
                let interface = &interfaces[InterfaceId::new(at)];
                hash(seed, &(interface.host(), interface.text()))
            },
        );
        match found {
            Some(at) => InterfaceId::new(at),
            None => interfaces.push(Interface::new(host, text, None, false)),
        }
    }
}

impl Index<HostId> for Site {
    type Output = Host;

    fn index(&self, id: HostId) -> &Host {
        &self.hosts[id]
    }
}

impl Index<SettingId> for Site {
    type Output = Setting;

    fn index(&self, id: SettingId) -> &Setting {
        &self.settings[id]
    }
}

impl Index<InterfaceId> for Site {
    type Output = Interface;

    fn index(&self, id: InterfaceId) -> &Interface {
        &self.interfaces[id]
    }
}
