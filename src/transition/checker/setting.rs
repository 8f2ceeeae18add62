//! Settings in a state of a site: what stpd.ini has, what runs, and how many of a host are exposed.

use crate::site::{HostId, Setting, SettingId, SettingValue};

use super::census::Census;

/// What a state has of one setting.
#[derive(Clone, Copy, Debug)]
pub(super) struct SettingCensus<'c> {
    pub(super) host: HostId,
    wanted: &'c str,
    pub(super) configured: SettingValue<&'c str>,
    running: SettingValue<&'c str>,
    /// It stands in the list of what its host's next restart has to look at.
    is_listed: bool,
}

/// What is counted of the settings of one host.
#[derive(Clone, Debug, Default)]
pub(super) struct HostSettings {
    exposed: u32,
    pending: u32,
    /// Whatever may be pending, each once: a restart looks at these only, and each was set since the last one.
    listed: Vec<SettingId>,
}

impl<'c> SettingCensus<'c> {
    pub(super) fn of(setting: &'c Setting) -> Self {
        Self {
            host: setting.host(),
            wanted: setting.wanted(),
            configured: setting.configured(),
            running: setting.running(),
            is_listed: false,
        }
    }

    fn is_exposed(&self) -> bool {
        !self.configured.is(self.wanted) || !self.running.is(self.wanted)
    }

    fn is_pending(&self) -> bool {
        self.configured != self.running
    }
}

impl HostSettings {
    /// How many are not certainly as wanted, in stpd.ini and running.
    pub(super) const fn exposed(&self) -> u32 {
        self.exposed
    }

    /// Whether a restart would load another value.
    pub(super) const fn is_pending(&self) -> bool {
        self.pending > 0
    }
}

impl<'c> Census<'c> {
    /// Counts all settings, once.
    pub(super) fn count_settings(&mut self) {
        for id in self.settings.ids() {
            self.count_setting(id, true);
            self.list_setting(id);
        }
    }

    fn count_setting(&mut self, id: SettingId, counted: bool) {
        let setting = self.settings[id];
        let settings = &mut self.hosts[setting.host].settings;
        let (exposed, pending) = (u32::from(setting.is_exposed()), u32::from(setting.is_pending()));
        if counted {
            settings.exposed += exposed;
            settings.pending += pending;
        } else {
            settings.exposed -= exposed;
            settings.pending -= pending;
        }
    }

    fn list_setting(&mut self, id: SettingId) {
        let setting = &mut self.settings[id];
        if setting.is_pending() && !setting.is_listed {
            setting.is_listed = true;
            self.hosts[setting.host].settings.listed.push(id);
        }
    }

    /// Writes a value to stpd.ini.
    pub(super) fn set_setting(&mut self, id: SettingId, value: SettingValue<&'c str>) {
        self.count_setting(id, false);
        self.settings[id].configured = value;
        self.count_setting(id, true);
        self.list_setting(id);
    }

    /// What a restart of a host would load: the settings, what stpd.ini has of each, and what runs.
    pub(super) fn pending_settings(
        &self,
        host: HostId,
    ) -> impl Iterator<Item = (SettingId, SettingValue<&'c str>, SettingValue<&'c str>)> {
        let mut listed = self.hosts[host].settings.listed.clone();
        listed.sort_unstable();
        let of = |id| (id, self.settings[id].configured, self.settings[id].running);
        listed.into_iter().map(of).filter(|(_, configured, running)| configured != running)
    }

    /// What stpd.ini has of a setting, and what runs.
    pub(super) fn setting_columns(&self, id: SettingId) -> [SettingValue<&'c str>; 2] {
        [self.settings[id].configured, self.settings[id].running]
    }

    /// Whether a setting is not certainly as wanted.
    pub(super) fn is_setting_exposed(&self, id: SettingId) -> bool {
        self.settings[id].is_exposed()
    }

    /// Something else runs than a restart has loaded.
    pub(super) fn unload_setting(&mut self, id: SettingId, running: SettingValue<&'c str>) {
        self.count_setting(id, false);
        self.settings[id].running = running;
        self.count_setting(id, true);
        self.list_setting(id);
    }

    /// A restart loads what stpd.ini has.
    pub(super) fn load_settings(&mut self, host: HostId) {
        for id in core::mem::take(&mut self.hosts[host].settings.listed) {
            self.count_setting(id, false);
            let setting = &mut self.settings[id];
            setting.running = setting.configured;
            setting.is_listed = false;
            self.count_setting(id, true);
        }
    }
}
