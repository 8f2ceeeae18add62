//! The parts of a step besides its action, as plan files write them.
//!
//! What they say in words (`text`) is for people, and not kept.

use core::fmt;

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};

use crate::site::{Column, PortState, SettingValue, Text, Transport};

use super::{
    action_document::{Unsuited, present, take},
    document::Skipped,
    step::{Exposed, Kept, Probe},
};

/// Why a step is in a plan, as far as a plan file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Because")]
pub struct BecauseDocument<'a> {
    /// The exposures of the goal that it removes.
    #[serde(borrow, default)]
    pub removes: Option<Vec<Exposed<'a>>>,
    /// The exposures of which it takes away one cause.
    #[serde(borrow, default)]
    pub lessens: Option<Vec<Exposed<'a>>>,
    /// The conditions that it makes better.
    #[serde(borrow, default)]
    pub keeps: Option<Vec<Kept<'a>>>,
    /// The numbers of later steps that need it.
    #[serde(default, rename = "for")]
    pub steps: Option<Vec<u64>>,
    #[serde(default)]
    text: Skipped,
}

/// A part of the goal that a plan does not reach, as far as it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Blocked")]
pub struct BlockedDocument<'a> {
    /// The part.
    #[serde(borrow)]
    pub goal: PartDocument<'a>,
    /// The facts that block it.
    #[serde(default)]
    cause: Skipped,
    /// How sure that is.
    #[serde(default)]
    certainty: Skipped,
    /// What would unblock it.
    #[serde(default)]
    options: Skipped,
    /// Facts that would change the answer.
    #[serde(default)]
    facts: Skipped,
    /// What was left untried.
    #[serde(default)]
    untried: Skipped,
}

/// An exposure, or HTTPS on a host.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Part")]
pub struct PartDocument<'a> {
    /// The kind of an exposure.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// The host of a port or an interface.
    #[serde(borrow, default)]
    pub host: Option<Text<'a>>,
    /// The transport of a port.
    #[serde(default)]
    pub transport: Option<Transport>,
    /// The text of an interface.
    #[serde(borrow, default)]
    pub interface: Option<Text<'a>>,
    /// The name of a task.
    #[serde(borrow, default)]
    pub task: Option<Text<'a>>,
    /// The section of a setting.
    #[serde(borrow, default)]
    pub section: Option<Text<'a>>,
    /// The key of a setting.
    #[serde(borrow, default)]
    pub key: Option<Text<'a>>,
    /// The host on which HTTPS does not come up.
    #[serde(borrow, default)]
    pub https: Option<Text<'a>>,
    #[serde(default)]
    text: Skipped,
}

impl<'a> PartDocument<'a> {
    /// The exposure, where it is one and has its keys.
    #[must_use]
    pub fn exposed(&self) -> Option<Exposed<'a>> {
        let mut keys = ExposedKeys {
            kind: self.kind?,
            host: self.host.clone(),
            transport: self.transport,
            interface: self.interface.clone(),
            task: self.task.clone(),
            section: self.section.clone(),
            key: self.key.clone(),
            text: Skipped,
        };
        keys.take().ok()
    }
}

impl fmt::Display for PartDocument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.exposed(), &self.https) {
            (Some(exposed), None) => exposed.fmt(f),
            (None, Some(host)) => write!(f, "HTTPS on `{host}`"),
            _ => f.write_str("neither an exposure nor a host"),
        }
    }
}

/// An interface that a rollback leaves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KeptInterface")]
pub struct KeptDocument<'a> {
    /// Its host.
    #[serde(borrow)]
    pub host: Text<'a>,
    /// Its text.
    #[serde(borrow)]
    pub interface: Text<'a>,
    #[serde(default)]
    text: Skipped,
}

/// What kind of thing is exposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A port.
    Port,
    /// An interface.
    Interface,
    /// A task or event.
    Task,
    /// The variable that selects the transport of aborts.
    Kill,
    /// A setting.
    Setting,
}

/// The keys of any exposure, in any order: read like this, none is kept in a buffer until its kind is known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExposedKeys<'a> {
    kind: Kind,
    #[serde(borrow, default, deserialize_with = "present")]
    host: Option<Text<'a>>,
    #[serde(default, deserialize_with = "present")]
    transport: Option<Transport>,
    #[serde(borrow, default, deserialize_with = "present")]
    interface: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    task: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    section: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    key: Option<Text<'a>>,
    #[serde(default)]
    #[expect(dead_code, reason = "it may be there, and is for people")]
    text: Skipped,
}

impl<'a> ExposedKeys<'a> {
    fn take(&mut self) -> Result<Exposed<'a>, Unsuited> {
        let exposed = match self.kind {
            Kind::Port => Exposed::Port {
                host: take(&mut self.host, "host")?,
                transport: take(&mut self.transport, "transport")?,
            },
            Kind::Interface => Exposed::Interface {
                host: take(&mut self.host, "host")?,
                interface: take(&mut self.interface, "interface")?,
            },
            Kind::Task => Exposed::Task { task: take(&mut self.task, "task")? },
            Kind::Kill => Exposed::Kill,
            Kind::Setting => Exposed::Setting {
                host: take(&mut self.host, "host")?,
                section: take(&mut self.section, "section")?,
                key: take(&mut self.key, "key")?,
            },
        };
        let Self { kind: _, host, transport, interface, task, section, key, text: _ } = self;
        let is_empty = host.is_none()
            && transport.is_none()
            && interface.is_none()
            && task.is_none()
            && section.is_none()
            && key.is_none();
        if is_empty { Ok(exposed) } else { Err(Unsuited::TooMany) }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Exposed<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ExposedKeys::deserialize(deserializer)?.take().map_err(de::Error::custom)
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KeptCondition {
    Route,
    Abort,
    Interface,
    Https,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptKeys<'a> {
    condition: KeptCondition,
    #[serde(borrow)]
    host: Text<'a>,
    #[serde(default)]
    #[expect(dead_code, reason = "it may be there, and is for people")]
    text: Skipped,
}

impl<'de: 'a, 'a> Deserialize<'de> for Kept<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let KeptKeys { condition, host, .. } = KeptKeys::deserialize(deserializer)?;
        Ok(match condition {
            KeptCondition::Route => Self::Route { host },
            KeptCondition::Abort => Self::Abort { host },
            KeptCondition::Interface => Self::Interface { host },
            KeptCondition::Https => Self::Https { host },
        })
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ProbeType {
    PortOpen,
    PortClosed,
    ConfiguredIs,
    InterfacePresent,
    InterfaceAbsent,
    ReferenceIs,
    KillIs,
    SettingIs,
}

/// The keys of any probe, in any order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "a key may be absent, or there and null")]
struct ProbeKeys<'a> {
    r#type: ProbeType,
    #[serde(borrow, default, deserialize_with = "present")]
    host: Option<Text<'a>>,
    #[serde(default, deserialize_with = "present")]
    transport: Option<Transport>,
    #[serde(default, deserialize_with = "present")]
    port: Option<Option<u16>>,
    #[serde(default, deserialize_with = "present")]
    ftp: Option<Option<PortState>>,
    #[serde(default, deserialize_with = "present")]
    http: Option<Option<PortState>>,
    #[serde(default, deserialize_with = "present")]
    https: Option<Option<PortState>>,
    #[serde(borrow, default, deserialize_with = "present")]
    interface: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    task: Option<Text<'a>>,
    #[serde(default, deserialize_with = "present")]
    column: Option<Column>,
    #[serde(borrow, default, deserialize_with = "present")]
    section: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    key: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    value: Option<Option<SettingValue<Text<'a>>>>,
    #[serde(default)]
    #[expect(dead_code, reason = "it may be there, and is for people")]
    text: Skipped,
}

impl<'a> ProbeKeys<'a> {
    fn take(&mut self) -> Result<Probe<'a>, Unsuited> {
        let probe = match self.r#type {
            ProbeType::PortOpen => Probe::PortOpen {
                host: take(&mut self.host, "host")?,
                transport: take(&mut self.transport, "transport")?,
                port: take(&mut self.port.take().flatten(), "port")?,
            },
            ProbeType::PortClosed => Probe::PortClosed {
                host: take(&mut self.host, "host")?,
                transport: take(&mut self.transport, "transport")?,
                port: self.port.take().flatten(),
            },
            ProbeType::ConfiguredIs => {
                let states = [
                    (Transport::Ftp, self.ftp.take().flatten()),
                    (Transport::Http, self.http.take().flatten()),
                    (Transport::Https, self.https.take().flatten()),
                ];
                let states = states.into_iter().filter_map(|(of, state)| Some((of, state?)));
                let host = take(&mut self.host, "host")?;
                Probe::ConfiguredIs { host, ports: states.collect() }
            }
            ProbeType::InterfacePresent => Probe::InterfacePresent {
                host: take(&mut self.host, "host")?,
                interface: take(&mut self.interface, "interface")?,
            },
            ProbeType::InterfaceAbsent => Probe::InterfaceAbsent {
                host: take(&mut self.host, "host")?,
                interface: take(&mut self.interface, "interface")?,
            },
            ProbeType::ReferenceIs => Probe::ReferenceIs {
                task: take(&mut self.task, "task")?,
                interface: take(&mut self.interface, "interface")?,
            },
            ProbeType::KillIs => Probe::KillIs {
                value: match take(&mut self.value, "value")? {
                    None => None,
                    Some(SettingValue::Text(text)) => Some(text),
                    Some(SettingValue::Absent | SettingValue::Unknown) => {
                        return Err(Unsuited::NoText("value"));
                    }
                },
            },
            ProbeType::SettingIs => Probe::SettingIs {
                host: take(&mut self.host, "host")?,
                column: take(&mut self.column, "column")?,
                section: take(&mut self.section, "section")?,
                key: take(&mut self.key, "key")?,
                value: take(&mut self.value.take().flatten(), "value")?,
            },
        };
        if self.is_empty() { Ok(probe) } else { Err(Unsuited::TooMany) }
    }

    const fn is_empty(&self) -> bool {
        let Self {
            r#type: _,
            host,
            transport,
            port,
            ftp,
            http,
            https,
            interface,
            task,
            column,
            section,
            key,
            value,
            text: _,
        } = self;
        let setting = column.is_none() && section.is_none() && key.is_none();
        let ports = transport.is_none()
            && port.is_none()
            && ftp.is_none()
            && http.is_none()
            && https.is_none();
        setting
            && ports
            && host.is_none()
            && interface.is_none()
            && task.is_none()
            && value.is_none()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Probe<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ProbeKeys::deserialize(deserializer)?.take().map_err(de::Error::custom)
    }
}

/// The states that a probe of stpd.ini names, for the schema.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct PortStates {
    /// What it says of FTP.
    ftp: Option<PortState>,
    /// What it says of HTTP.
    http: Option<PortState>,
    /// What it says of HTTPS.
    https: Option<PortState>,
}

/// Adds to the schema of each variant that it may say in words what it is.
pub(super) fn worded(schema: &mut Schema) {
    let variants = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    for variant in variants.into_iter().flatten() {
        if let Some(properties) = variant.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("text".to_owned(), json!(true));
        }
    }
}
