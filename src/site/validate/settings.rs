//! The settings of a draft: what is wanted where, and what the hosts have of it.

use std::sync::Arc;

use crate::site::{
    FaultKind, HostId, HostSettingDraft, Path, STPD_SECTION, SettingDraft, SettingId, SettingValue,
    Site,
    id::IdVec,
    nearest, port_of_key,
    setting::{Setting, Wanted, flaw_of_key, flaw_of_section, flaw_of_value},
};

use super::Validation;

/// Gives what the stpd.ini of the host at an index has under a key of a section.
pub(crate) type ReadSetting<'r> = dyn Fn(usize, &str, &str) -> SettingValue<Box<str>> + 'r;

/// A setting of one host on its way into the site.
struct Found {
    wanted: Arc<Wanted>,
    /// The element of `settings` that wants it.
    at: usize,
}

impl Validation<'_> {
    /// Enters what is wanted and what the hosts have of it; `ini` is asked where that stands in a file.
    pub(super) fn settings(&mut self, site: &mut Site, ini: &ReadSetting<'_>) {
        let draft = self.draft;
        if draft.settings.is_empty() && draft.hosts.iter().all(|host| host.settings.is_empty()) {
            return;
        }
        let mut found: IdVec<HostId, Vec<Found>> = IdVec::filled_with(Vec::new, site.hosts.len());
        for (at, setting) in draft.settings.iter().enumerate() {
            let wanted = self.wanted(site, at, setting);
            let all = wanted.hosts.is_none().then(|| site.host_ids()).into_iter().flatten();
            let named = wanted.hosts.iter().flat_map(|hosts| hosts.iter().copied());
            for host in all.chain(named) {
                found[host].push(Found { wanted: Arc::clone(&wanted), at });
            }
            site.wanted.push(wanted);
        }
        let mut origins = IdVec::new();
        for host in site.host_ids() {
            for found in core::mem::take(&mut found[host]) {
                self.enter(site, host, found, &mut origins, ini);
            }
            self.told(site, host);
        }
    }

    /// What an element of `settings` wants. One at fault is entered too: what the hosts have of it is no second fault.
    fn wanted(&mut self, site: &Site, at: usize, draft: &SettingDraft<'_>) -> Arc<Wanted> {
        let path = Path::element("settings", at);
        let section = draft.section.as_deref().unwrap_or(STPD_SECTION);
        let (section_path, key_path) = (path.key("section"), path.key("key"));
        self.writable(&section_path, "section of the setting", section, flaw_of_section);
        self.writable(&key_path, "key of the setting", &draft.key, flaw_of_key);
        if let Some(flaw) = flaw_of_value(&draft.value) {
            let text = draft.value.to_string();
            let kind = FaultKind::Unwritable { what: "value of the setting", text, flaw };
            self.fault(path.key("value"), kind);
        }
        if let Some(transport) = port_of_key(section, &draft.key) {
            let key = draft.key.to_string();
            self.fault(key_path, FaultKind::PortKey { key, transport });
        }
        let mut hosts = draft.hosts.as_ref().map(|names| Vec::with_capacity(names.len()));
        for (nth, name) in draft.hosts.iter().flatten().enumerate() {
            let path = path.key("hosts").index(nth);
            let host = self.host_called(site, &path, name);
            if let (Some(hosts), Some(host)) = (&mut hosts, host) {
                hosts.push(host);
            }
        }
        Arc::new(Wanted {
            section: section.into(),
            key: draft.key.as_str().into(),
            value: draft.value.as_str().into(),
            hosts: hosts.map(Into::into),
        })
    }

    fn writable(
        &mut self,
        path: &Path,
        what: &'static str,
        text: &str,
        flaw: impl Fn(&str) -> Option<&'static str>,
    ) {
        if !self.is_filled(path, what, text) {
            return;
        }
        if let Some(flaw) = flaw(text) {
            let text = text.to_owned();
            self.fault(path.clone(), FaultKind::Unwritable { what, text, flaw });
        }
    }

    /// Enters a setting of a host with what its file has; one that is wanted twice is a fault.
    fn enter(
        &mut self,
        site: &mut Site,
        host: HostId,
        found: Found,
        origins: &mut IdVec<SettingId, usize>,
        ini: &ReadSetting<'_>,
    ) {
        let Found { wanted, at } = found;
        let key = |at| Path::element("settings", at).key("key");
        if let Some(first) = site.setting_named(host, &wanted.section, &wanted.key) {
            let name = format!("{}` on `{}", wanted.key, site.hosts[host].name());
            self.duplicate(key(at), "setting", &name, key(origins[first]));
            return;
        }
        let row = self.draft.hosts.get(host.index());
        let is_read = row.is_some_and(|row| row.stpd_ini.is_some());
        let configured = if is_read {
            ini(host.index(), &wanted.section, &wanted.key)
        } else {
            SettingValue::Absent
        };
        let running = configured.clone();
        site.enter_setting(Setting { host, wanted, configured, running });
        origins.push(at);
    }

    /// What the draft says that a host has.
    fn told(&mut self, site: &mut Site, host: HostId) {
        let draft = self.draft;
        let Some(row) = draft.hosts.get(host.index()) else { return };
        let mut entered = vec![None; site.hosts[host].settings.len()];
        for (nth, told) in row.settings.iter().enumerate() {
            let path = Path::element("hosts", host.index()).key("settings").index(nth);
            let section = told.section.as_deref().unwrap_or(STPD_SECTION);
            let Some(id) = site.setting_named(host, section, &told.key) else {
                self.unwanted(site, host, &path, told);
                continue;
            };
            let own = site.hosts[host].settings.first().map_or(0, |first| first.index());
            let place = entered.get_mut(id.index() - own);
            match place {
                Some(Some(first)) => {
                    let first = Path::element("hosts", host.index()).key("settings").index(*first);
                    self.duplicate(path, "setting", &told.key, first);
                    continue;
                }
                Some(place) => *place = Some(nth),
                None => {}
            }
            if told.configured.is_some() && row.stpd_ini.is_some() {
                self.fault(path.key("configured"), FaultKind::PortsTwice);
            }
            let setting = &mut site.settings[id];
            if let Some(configured) = &told.configured {
                setting.configured = configured.as_str().to_boxed();
            }
            setting.running = told
                .running
                .as_ref()
                .map_or(setting.configured.clone(), |it| it.as_str().to_boxed());
        }
    }

    fn unwanted(&mut self, site: &Site, host: HostId, path: &Path, told: &HostSettingDraft<'_>) {
        let keys = site.hosts[host].settings.iter().map(|&id| site[id].key());
        let nearest = nearest(&told.key, keys).map(str::to_owned);
        let kind = FaultKind::UnwantedSetting { key: told.key.to_string(), nearest };
        self.fault(path.key("key"), kind);
    }
}
