//! The names of a plan: those of its site, and the interfaces that the plan adds.

use core::ops::Index;

use crate::site::{
    HostId, Interface, InterfaceId, Kill, SettingId, SettingValue, Site,
    index::{NameIndex, hash},
};

use super::{Action, IniValue, KillValue};

/// A site together with the texts that a plan brings in.
///
/// An interface that only the plan knows gets an id behind those of the site, so that ids stay plain numbers.
#[derive(Clone, Debug)]
pub(super) struct Catalog<'s> {
    site: &'s Site,
    added: Vec<Interface>,
    /// The added ones by host and text.
    by_text: NameIndex,
    kill_texts: Vec<Box<str>>,
    setting_texts: Vec<Box<str>>,
}

impl<'s> Catalog<'s> {
    /// The names of `site` alone.
    #[must_use]
    pub(super) fn new(site: &'s Site) -> Self {
        Self {
            site,
            added: Vec::new(),
            by_text: NameIndex::new(site.name_seed(), 0),
            kill_texts: Vec::new(),
            setting_texts: Vec::new(),
        }
    }

    /// The site.
    #[must_use]
    pub(super) const fn site(&self) -> &'s Site {
        self.site
    }

    /// The interface with this text on this host, if the site or the plan knows one.
    #[must_use]
    pub(super) fn interface_named(&self, host: HostId, text: &str) -> Option<InterfaceId> {
        self.site.interface_named(host, text).or_else(|| self.added_as(host, text))
    }

    fn added_as(&self, host: HostId, text: &str) -> Option<InterfaceId> {
        if self.added.is_empty() {
            return None;
        }
        let is = |at: usize| self.added.get(at).is_some_and(|known| is_named(known, host, text));
        let at = self.by_text.find(&(host, text), is)?;
        Some(InterfaceId::new(self.site.interface_count() + at))
    }

    /// The interface with this text on this host; a new one is not entered anywhere yet.
    pub(super) fn intern(&mut self, host: HostId, text: &str) -> InterfaceId {
        if let Some(known) = self.interface_named(host, text) {
            return known;
        }
        let id = InterfaceId::new(self.interface_count());
        let Self { added, by_text, .. } = self;
        by_text.find_or_insert(
            added.len(),
            &(host, text),
            |at| added.get(at).is_some_and(|known| is_named(known, host, text)),
            |seed, at| added.get(at).map_or(0, |known| hash(seed, &(known.host(), known.text()))),
        );
        added.push(Interface::new(host, text, None, false));
        id
    }

    /// The value of the kill variable that `text` stands for; `None` is a missing row.
    pub(super) fn intern_kill(&mut self, text: Option<&str>) -> KillValue {
        let Some(text) = text else { return KillValue::Absent };
        if Kill::of(Some(text)) == Kill::Https {
            return KillValue::Https;
        }
        self.kill_texts.push(text.into());
        KillValue::Text(u32::try_from(self.kill_texts.len() - 1).unwrap_or(u32::MAX))
    }

    /// The text of a value of the kill variable; `None` is a missing row.
    #[must_use]
    pub(super) fn kill_text(&self, value: KillValue) -> Option<&str> {
        match value {
            KillValue::Https => Some("https"),
            KillValue::Absent => None,
            KillValue::Text(at) => self.kill_texts.get(at as usize).map(|text| &**text),
        }
    }

    /// The transport of aborts under a value of the kill variable.
    #[must_use]
    pub(super) fn kill(&self, value: KillValue) -> Kill {
        Kill::of(self.kill_text(value))
    }

    /// What stands for a value of a setting.
    pub(super) fn intern_value(&mut self, id: SettingId, value: SettingValue<&str>) -> IniValue {
        match value {
            SettingValue::Text(text) if text == self.site[id].wanted() => IniValue::Wanted,
            SettingValue::Text(text) => {
                self.setting_texts.push(text.into());
                IniValue::Text(u32::try_from(self.setting_texts.len() - 1).unwrap_or(u32::MAX))
            }
            SettingValue::Absent => IniValue::Absent,
            SettingValue::Unknown => IniValue::Unknown,
        }
    }

    /// A value of a setting.
    #[must_use]
    pub(super) fn setting_value(&self, id: SettingId, value: IniValue) -> SettingValue<&str> {
        match value {
            IniValue::Wanted => SettingValue::Text(self.site[id].wanted()),
            IniValue::Absent => SettingValue::Absent,
            IniValue::Unknown => SettingValue::Unknown,
            IniValue::Text(at) => self
                .setting_texts
                .get(at as usize)
                .map_or(SettingValue::Unknown, |text| SettingValue::Text(text)),
        }
    }

    /// How many interfaces there are, those that are not entered included.
    #[must_use]
    pub(super) fn interface_count(&self) -> usize {
        self.site.interface_count() + self.added.len()
    }

    /// The host of what a step changes; `None` for what belongs to the whole site.
    pub(super) fn host_of(&self, action: Action) -> Option<HostId> {
        match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::Restart { host }
            | Action::RestorePorts { host, .. } => Some(host),
            Action::AddInterface { interface, .. } | Action::RemoveInterface { interface } => {
                Some(self[interface].host())
            }
            Action::Reassign { task, .. } => Some(self.site.task(task).host()),
            Action::SetIni { setting, .. } => Some(self.site[setting].host()),
            Action::SetKill { .. } => None,
        }
    }

    /// Every interface, in the order of their ids.
    pub(super) fn interfaces(&self) -> impl Iterator<Item = &Interface> {
        self.site.all_interfaces().chain(&self.added)
    }

    /// Carries `action` out on `site`, which may be any state of the catalog's site; nothing is judged.
    pub(super) fn apply(&self, action: Action, site: &mut Site) {
        let local = |site: &mut Site, id: InterfaceId| {
            let interface = &self[id];
            site.intern(interface.host(), interface.text())
        };
        match action {
            Action::EnablePort { host, transport, port } => {
                site.set_configured(
                    host,
                    site[host].configured().with(transport, crate::site::PortState::On(port)),
                );
            }
            Action::DisablePort { host, transport } => {
                site.set_configured(
                    host,
                    site[host].configured().with(transport, crate::site::PortState::Off),
                );
            }
            Action::Restart { host } => site.restart(host),
            Action::AddInterface { interface, listener, position } => {
                let id = local(site, interface);
                site.enter_interface(id, listener, position.map(|position| position as usize));
            }
            Action::SetKill { value } => site.set_kill(self.kill_text(value)),
            Action::Reassign { task, to } => {
                let to = to.map(|id| local(site, id));
                site.set_reference(task, to);
            }
            Action::RemoveInterface { interface } => {
                let id = local(site, interface);
                site.delete_interface(id);
            }
            Action::SetIni { setting, value } => {
                site.set_setting(setting, self.setting_value(setting, value));
            }
            Action::RestorePorts { host, ports } => site.set_configured(host, ports),
        }
    }
}

fn is_named(interface: &Interface, host: HostId, text: &str) -> bool {
    interface.host() == host && interface.text() == text
}

impl Index<InterfaceId> for Catalog<'_> {
    type Output = Interface;

    #[expect(clippy::indexing_slicing, reason = "ids are made only by the catalog and its site")]
    fn index(&self, id: InterfaceId) -> &Interface {
        match id.index().checked_sub(self.site.interface_count()) {
            None => &self.site[id],
            Some(added) => &self.added[added],
        }
    }
}
