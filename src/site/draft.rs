//! The site as it is written in a file or put together by a program: shaped, not yet checked.

use core::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{PortNumber, Ports, SettingValue, Text, Transport};

/// The version of the site format that this library writes.
pub const FORMAT_VERSION: &str = "1.0";

/// A site before validation: what a site file says, in its order.
///
/// It becomes a [`Site`](super::Site) by `TryFrom` where every port is given inline, and by
/// [`stpd::resolve`](crate::stpd::resolve) where ports are read from files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Site")]
pub struct SiteDraft<'a> {
    /// `1.x`; another major version is refused.
    #[serde(borrow)]
    pub format_version: Text<'a>,
    /// What the product is assumed to do where its documentation leaves room.
    #[serde(default, skip_serializing_if = "is_default")]
    pub assumptions: Assumptions,
    /// What is wanted.
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    pub policy: PolicyDraft<'a>,
    /// The SEP sesam Server and its Remote Device Servers.
    #[serde(borrow, default)]
    pub hosts: Vec<HostDraft<'a>>,
    /// Tasks and events that move data.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskDraft<'a>>,
    /// Rows of the global settings.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub globals: Vec<GlobalDraft<'a>>,
    /// Wanted values in stpd.ini besides the ports.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<SettingDraft<'a>>,
    /// Conditions that the operator gives up, with the reason.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverDraft<'a>>,
}

impl Default for SiteDraft<'_> {
    /// A draft of the current format without hosts; valid once it has a Server.
    fn default() -> Self {
        Self {
            format_version: FORMAT_VERSION.into(),
            assumptions: Assumptions::default(),
            policy: PolicyDraft::default(),
            hosts: Vec::new(),
            tasks: Vec::new(),
            globals: Vec::new(),
            settings: Vec::new(),
            waivers: Vec::new(),
        }
    }
}

impl SiteDraft<'_> {
    /// The `stpd_ini` paths of the hosts, as written, in file order: what the caller reads for
    /// [`stpd::resolve`](crate::stpd::resolve).
    pub fn ini_paths(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().filter_map(|host| host.stpd_ini.as_deref())
    }
}

/// What the product is assumed to do where its documentation leaves room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Assumptions {
    /// Where a task without interface looks for one.
    pub blank_scope: BlankScope,
}

/// Where a task without interface looks for one.
///
/// The vendor writes "any of the available interfaces configured on the SEP sesam Server"; observed sites also use
/// those of the task's own host. `Both` is safe under either reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BlankScope {
    /// Among the interfaces of the host that carries it.
    Host,
    /// Among the interfaces of the SEP sesam Server.
    Server,
    /// It may do either, so both must work.
    #[default]
    Both,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Policy")]
pub struct PolicyDraft<'a> {
    /// Where tasks on an unsecure interface go.
    pub reassign: ReassignPolicy,
    /// The transports to switch off.
    pub retire: Vec<Transport>,
    /// Hosts that keep what they have.
    #[serde(borrow)]
    pub except_hosts: Vec<Text<'a>>,
}

impl Default for PolicyDraft<'_> {
    fn default() -> Self {
        Self {
            reassign: ReassignPolicy::Secure,
            retire: Transport::UNSECURE.to_vec(),
            except_hosts: Vec::new(),
        }
    }
}

/// Where tasks on an unsecure interface go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReassignPolicy {
    /// To the HTTPS interface of the same address, which is added where it is missing.
    #[default]
    Secure,
    /// To no interface: the product picks one.
    Blank,
}

/// A host that runs STPD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Host")]
pub struct HostDraft<'a> {
    /// The name by which tasks, waivers and plans refer to it; unique.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// What it is to the site; exactly one host is the server.
    pub role: Role,
    /// Its operating system.
    pub os: Os,
    /// Whether its processor has AVX.
    #[serde(default, skip_serializing_if = "is_default")]
    pub avx: Avx,
    /// Its stpd.ini, relative to the site file; or `configured`, never both.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub stpd_ini: Option<Text<'a>>,
    /// What its stpd.ini says; an absent transport is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configured: Option<Ports>,
    /// What STPD loaded at its last start; an absent transport is off, an absent table means that nothing has changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<Ports>,
    /// The HTTPS number to use where none is configured or running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https_port: Option<PortNumber>,
    /// What its stpd.ini and its STPD have of the settings that are wanted on it; one that is not listed is in neither.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<HostSettingDraft<'a>>,
    /// Where its listeners are tried when a plan is carried out; its name where absent.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Text<'a>>,
    /// The command that restarts its STPD, as words; no shell sees it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub restart_command: Option<Vec<Text<'a>>>,
    /// The command that prints 0 or nothing when no transfer is active on it, as words; no shell sees it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub active_transfers_command: Option<Vec<Text<'a>>>,
    /// The interfaces entered in its properties, in their order.
    #[serde(borrow, default)]
    pub interfaces: Vec<InterfaceDraft<'a>>,
}

/// What a host is to the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The SEP sesam Server: exactly one per site.
    Server,
    /// A Remote Device Server.
    Rds,
}

/// The operating system of a host, as far as it matters for HTTPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Os {
    /// Linux.
    Linux,
    /// Windows: without AVX, STPD disables its HTTPS port there.
    Windows,
    /// Another one.
    Other,
    /// Nobody said.
    Unknown,
}

/// Whether the processor of a host has the AVX instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Avx {
    /// It has.
    Yes,
    /// It has not.
    No,
    /// Nobody said.
    #[default]
    Unknown,
}

/// An interface of a host: its text, or a table where it is forwarded to a local port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceDraft<'a> {
    /// The text as entered.
    pub url: Text<'a>,
    /// The local port that it is forwarded to (NAT).
    pub listener: Option<PortNumber>,
}

impl<'a, T: Into<Text<'a>>> From<T> for InterfaceDraft<'a> {
    fn from(url: T) -> Self {
        Self { url: url.into(), listener: None }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ForwardedInterface<'a> {
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    listener: Option<PortNumber>,
}

impl Serialize for InterfaceDraft<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.listener.is_none() {
            return self.url.serialize(serializer);
        }
        ForwardedInterface { url: self.url.as_str().into(), listener: self.listener }
            .serialize(serializer)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for InterfaceDraft<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = InterfaceDraft<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an interface text or a table with `url` and `listener`")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(text.into())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(text.to_owned().into())
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let forwarded =
                    ForwardedInterface::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(InterfaceDraft { url: forwarded.url, listener: forwarded.listener })
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for InterfaceDraft<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Interface".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Text<'_>>();
        let forwarded = generator.subschema_for::<ForwardedInterface<'_>>();
        json_schema!({ "anyOf": [text, forwarded] })
    }
}

/// A task or event that moves data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Task")]
pub struct TaskDraft<'a> {
    /// Its name; unique in the site.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// What it does.
    pub kind: TaskKind,
    /// Whether it is a task or an event.
    #[serde(default, skip_serializing_if = "is_default")]
    pub form: TaskForm,
    /// The host whose STPD carries it; the server where absent.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Text<'a>>,
    /// The interface it names; absent or empty means that the product picks one.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<Text<'a>>,
    /// The host that a migration or replication reads from.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub source_host: Option<Text<'a>>,
    /// Where this task goes, against the site's policy: `secure`, `blank` or an interface text.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub reassign: Option<Text<'a>>,
}

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// Writes a client's data to media.
    Backup,
    /// Writes data back to a client.
    Restore,
    /// Copies saved data from one media pool to another.
    Migration,
    /// Copies a deduplication store to another.
    Replication,
}

impl TaskKind {
    /// Whether a task of this kind reads from a second STPD.
    #[must_use]
    pub const fn has_source(self) -> bool {
        matches!(self, Self::Migration | Self::Replication)
    }

    /// The name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::Migration => "migration",
            Self::Replication => "replication",
        }
    }
}

/// Whether something that moves data is entered as a task or as an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TaskForm {
    /// A task, or a saved restore task.
    Task,
    /// An event of a schedule, disabled and follow-up events included.
    #[default]
    Event,
}

/// A row of the global settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Global")]
pub struct GlobalDraft<'a> {
    /// The variable.
    #[serde(borrow)]
    pub key: Text<'a>,
    /// The user it holds for; only `sesam` counts for aborts.
    #[serde(borrow)]
    pub user: Text<'a>,
    /// Its value.
    #[serde(borrow)]
    pub value: Text<'a>,
}

/// A wanted value in stpd.ini besides the ports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Setting")]
pub struct SettingDraft<'a> {
    /// The section; `STPD_Server` where absent.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Text<'a>>,
    /// The key; never one of the port keys.
    #[serde(borrow)]
    pub key: Text<'a>,
    /// The wanted value.
    #[serde(borrow)]
    pub value: Text<'a>,
    /// The hosts it is wanted on; all where absent.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub hosts: Option<Vec<Text<'a>>>,
}

/// What one host has of a setting that is wanted on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HostSetting")]
pub struct HostSettingDraft<'a> {
    /// The section; `STPD_Server` where absent.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Text<'a>>,
    /// The key.
    #[serde(borrow)]
    pub key: Text<'a>,
    /// What stpd.ini has: a text, or a table with the `state` absent or unknown; absent where nothing is said. Never
    /// beside `stpd_ini`, which is read for it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub configured: Option<SettingValue<Text<'a>>>,
    /// What STPD loaded at its last start, written in the same way; what is configured where nothing is said.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub running: Option<SettingValue<Text<'a>>>,
}

/// A condition that the operator gives up on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Waiver")]
pub struct WaiverDraft<'a> {
    /// The host.
    #[serde(borrow)]
    pub host: Text<'a>,
    /// The condition.
    pub condition: WaivableCondition,
    /// Why.
    #[serde(borrow)]
    pub reason: Text<'a>,
    /// The last day on which the reason holds, `YYYY-MM-DD`. It never changes a plan; the audit notes an expired one.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Text<'a>>,
}

/// The conditions that can be given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaivableCondition {
    /// Running transfers of the host can be aborted.
    Abort,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
