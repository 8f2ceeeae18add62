//! From a site back to a draft: what `simulate` writes.

use super::{
    Avx, GlobalDraft, HostDraft, HostId, HostSettingDraft, InterfaceDraft, PolicyDraft,
    ReassignOverride, Reliance, Role, STPD_SECTION, SettingDraft, SettingId, SettingValue, Site,
    SiteDraft, Task, TaskDraft, Text, WaiverDraft,
};

impl Site {
    /// The site as a draft with its ports inline, in its own order.
    ///
    /// What was settled when the site was read is written down (`avx` and `https_port`), so that a restart in a
    /// simulation does not lose it: the draft validates to an equal site.
    #[must_use]
    pub fn to_draft(&self) -> SiteDraft<'_> {
        SiteDraft {
            assumptions: self.assumptions,
            policy: self.policy_draft(),
            hosts: self.host_ids().map(|id| self.host_draft(id)).collect(),
            tasks: self.tasks().map(|task| self.task_draft(task)).collect(),
            globals: self.global_drafts(),
            settings: self.setting_drafts(),
            waivers: self.waiver_drafts(),
            ..SiteDraft::default()
        }
    }

    /// The same, without what only followed from the rest when the site was read: a change of the draft finds the
    /// facts as they were told.
    pub(crate) fn to_draft_as_told(&self) -> SiteDraft<'_> {
        let mut draft = self.to_draft();
        for (row, id) in draft.hosts.iter_mut().zip(self.host_ids()) {
            let host = &self[id];
            if Reliance::settle(host.os(), host.avx(), Some(host.running())) == host.reliance() {
                row.avx = host.avx();
            }
            // Of a site in the middle of a plan the number may no longer follow from what is left.
            if host.settled_https_port(&self.interfaces) == host.https_port() {
                row.https_port = host.told_https_port();
            }
        }
        draft
    }

    fn policy_draft(&self) -> PolicyDraft<'_> {
        let excepted = self.hosts().filter(|host| host.is_excepted());
        PolicyDraft {
            reassign: self.policy.reassign,
            retire: self.policy.retired.iter().collect(),
            except_hosts: excepted.map(|host| host.name().into()).collect(),
        }
    }

    fn host_draft(&self, id: HostId) -> HostDraft<'_> {
        let host = &self[id];
        let interface = |&id| {
            let interface: &super::Interface = &self[id];
            InterfaceDraft { url: interface.text().into(), listener: interface.listener() }
        };
        HostDraft {
            name: host.name().into(),
            role: host.role(),
            os: host.os(),
            avx: match host.reliance() {
                Reliance::Relied => Avx::Yes,
                Reliance::Masked | Reliance::Unknown => host.avx(),
            },
            stpd_ini: None,
            configured: Some(host.configured()),
            running: Some(host.running()),
            https_port: Some(host.https_port()),
            settings: host.settings().iter().filter_map(|&id| self.host_setting(id)).collect(),
            address: None,
            restart_command: None,
            active_transfers_command: None,
            interfaces: host.interfaces().iter().map(interface).collect(),
        }
    }

    /// What a host has of a setting; `None` where it has nothing of it, which goes without saying.
    fn host_setting(&self, id: SettingId) -> Option<HostSettingDraft<'_>> {
        let setting = &self[id];
        let (configured, running) = (setting.configured(), setting.running());
        let is_there = configured != SettingValue::Absent;
        (is_there || setting.is_pending()).then(|| HostSettingDraft {
            section: section_of(setting.section()),
            key: setting.key().into(),
            configured: is_there.then(|| configured.map(Text::from)),
            running: setting.is_pending().then(|| running.map(Text::from)),
        })
    }

    fn setting_drafts(&self) -> Vec<SettingDraft<'_>> {
        let name = |&host: &HostId| Text::from(self[host].name());
        self.wanted
            .iter()
            .map(|wanted| SettingDraft {
                section: section_of(&wanted.section),
                key: (&*wanted.key).into(),
                value: (&*wanted.value).into(),
                hosts: wanted.hosts.as_ref().map(|hosts| hosts.iter().map(name).collect()),
            })
            .collect()
    }

    fn task_draft<'s>(&'s self, task: Task<'s>) -> TaskDraft<'s> {
        let name = |id: HostId| Text::from(self[id].name());
        TaskDraft {
            id: task.name().into(),
            kind: task.kind(),
            form: task.form(),
            host: (self[task.host()].role() != Role::Server).then(|| name(task.host())),
            interface: task.interface().map(|id| self[id].text().into()),
            source_host: task.source_host().map(name),
            reassign: task.reassign_override().map(ReassignOverride::as_str).map(Text::from),
        }
    }

    fn global_drafts(&self) -> Vec<GlobalDraft<'_>> {
        self.globals
            .iter()
            .map(|global| GlobalDraft {
                key: (&*global.key).into(),
                user: (&*global.user).into(),
                value: (&*global.value).into(),
            })
            .collect()
    }

    fn waiver_drafts(&self) -> Vec<WaiverDraft<'_>> {
        self.waivers
            .iter()
            .map(|waiver| WaiverDraft {
                host: self[waiver.host].name().into(),
                condition: waiver.condition,
                reason: (&*waiver.reason).into(),
                until: waiver.until.as_deref().map(Text::from),
            })
            .collect()
    }
}

/// A section as a file names it: nothing where it is the usual one.
fn section_of(section: &str) -> Option<Text<'_>> {
    (section != STPD_SECTION).then(|| section.into())
}
