//! The fingerprint of a site: equal where plans are equal.

use core::fmt;

use sha2::{Digest, Sha256};

use super::{
    BlankScope, Host, Os, PortState, Ports, ReassignOverride, ReassignPolicy, Reliance, Role,
    SettingValue, Site, TaskForm, TaskKind,
};

/// A digest over everything that a plan depends on: hosts with resolved ports, tasks, the kill row, assumptions,
/// policy, settings and waived hosts; not reasons, dates, paths or layout.
///
/// It is opaque. Equal fingerprints mean equal sites, whether they were written in TOML or JSON, and with defaults
/// spelled out or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Site {
    /// The fingerprint of this site.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut writer = Writer::default();
        writer.site(self);
        writer.finish()
    }
}

/// Collects the canonical bytes in blocks, because a digest is fed a million short strings slowly.
#[derive(Default)]
struct Writer {
    digest: Sha256,
    buffer: Vec<u8>,
}

impl Writer {
    const BLOCK: usize = 1 << 14;

    fn finish(mut self) -> Fingerprint {
        self.digest.update(&self.buffer);
        Fingerprint(self.digest.finalize().into())
    }

    fn byte(&mut self, byte: u8) {
        self.buffer.push(byte);
    }

    fn number(&mut self, number: u64) {
        self.buffer.extend_from_slice(&number.to_le_bytes());
    }

    /// A count or an index: the same bytes on every machine, however wide its words are.
    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// Length and characters, so that no two lists of texts have the same bytes.
    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.buffer.extend_from_slice(text.as_bytes());
        if self.buffer.len() >= Self::BLOCK {
            self.digest.update(&self.buffer);
            self.buffer.clear();
        }
    }

    fn optional_text(&mut self, text: Option<&str>) {
        self.byte(u8::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn site(&mut self, site: &Site) {
        self.text("sesam-transport site 1");
        self.byte(match site.blank_scope() {
            BlankScope::Host => 0,
            BlankScope::Server => 1,
            BlankScope::Both => 2,
        });
        self.byte(match site.policy.reassign {
            ReassignPolicy::Secure => 0,
            ReassignPolicy::Blank => 1,
        });
        self.byte(u8::from(site.policy.retired.ftp) | u8::from(site.policy.retired.http) << 1);
        self.optional_text(site.kill_value());
        self.count(site.hosts.len());
        for host in site.hosts() {
            self.host(site, host);
        }
        self.count(site.task_count());
        for task in site.tasks() {
            self.text(task.name());
            self.byte(match task.kind() {
                TaskKind::Backup => 0,
                TaskKind::Restore => 1,
                TaskKind::Migration => 2,
                TaskKind::Replication => 3,
            });
            self.byte(match task.form() {
                TaskForm::Task => 0,
                TaskForm::Event => 1,
            });
            self.count(task.host().index());
            self.count(task.source_host().map_or(0, |host| host.index() + 1));
            self.text(task.interface().map_or("", |id| site[id].text()));
            // What only repeats the policy says nothing.
            let own = task.reassign_override().filter(|own| !own.repeats(site.policy.reassign));
            self.optional_text(own.map(ReassignOverride::as_str));
        }
        self.settings(site);
    }

    /// A site without settings keeps the fingerprint that it had before there were any.
    fn settings(&mut self, site: &Site) {
        for setting in site.settings() {
            self.count(setting.host().index());
            self.text(setting.section());
            self.text(setting.key());
            self.text(setting.wanted());
            self.setting_value(setting.configured());
            self.setting_value(setting.running());
        }
    }

    fn setting_value(&mut self, value: SettingValue<&str>) {
        let (kind, text) = match value {
            SettingValue::Absent => (0, ""),
            SettingValue::Unknown => (1, ""),
            SettingValue::Text(text) => (2, text),
        };
        self.byte(kind);
        self.text(text);
    }

    fn host(&mut self, site: &Site, host: &Host) {
        self.text(host.name());
        self.byte(match host.role() {
            Role::Server => 0,
            Role::Rds => 1,
        });
        self.byte(match host.os() {
            Os::Linux => 0,
            Os::Windows => 1,
            Os::Other => 2,
            Os::Unknown => 3,
        });
        self.byte(match host.reliance() {
            Reliance::Relied => 0,
            Reliance::Masked => 1,
            Reliance::Unknown => 2,
        });
        self.number(host.https_port().as_u16().into());
        self.ports(host.configured());
        self.ports(host.running());
        self.byte(u8::from(host.is_excepted()) | u8::from(host.is_abort_waived()) << 1);
        self.count(host.interfaces().len());
        for &id in host.interfaces() {
            self.text(site[id].text());
            self.number(site[id].listener().map_or(0, |port| port.as_u16().into()));
        }
    }

    fn ports(&mut self, ports: Ports) {
        for state in ports.to_array() {
            self.number(match state {
                PortState::Off => 0,
                PortState::On(number) => number.as_u16().into(),
                PortState::Unknown => u64::MAX,
            });
        }
    }
}
