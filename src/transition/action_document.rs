//! Actions, as plan files write them.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::site::{PortNumber, PortState, SettingValue, Text, Transport};

/// What a step of a plan file does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Action")]
pub enum ActionDocument<'a> {
    /// Switches a port on in stpd.ini.
    EnablePort {
        /// The host.
        host: Text<'a>,
        /// The port.
        transport: Transport,
        /// Its number.
        port: PortNumber,
    },
    /// Restarts STPD.
    Restart {
        /// The host.
        host: Text<'a>,
    },
    /// Enters an interface in the properties of a host.
    AddInterface {
        /// The host.
        host: Text<'a>,
        /// The text.
        interface: Text<'a>,
        /// The local port that it is forwarded to; in rollback plans only.
        #[serde(skip_serializing_if = "Option::is_none")]
        listener: Option<PortNumber>,
        /// The index in the list of interfaces, from 0, at the end where absent; in rollback plans only.
        #[serde(skip_serializing_if = "Option::is_none")]
        position: Option<u64>,
    },
    /// Sets the variable that selects the transport of aborts.
    SetKill {
        /// The value; null, in rollback plans only, means that there is no row.
        #[schemars(schema_with = "nullable_text")]
        value: Option<Text<'a>>,
    },
    /// Gives a task another interface.
    Reassign {
        /// The id of the task.
        task: Text<'a>,
        /// The text of the interface; empty where the product is to pick one.
        interface: Text<'a>,
    },
    /// Deletes an interface from the properties of a host.
    RemoveInterface {
        /// The host.
        host: Text<'a>,
        /// The text.
        interface: Text<'a>,
    },
    /// Switches a port off in stpd.ini.
    DisablePort {
        /// The host.
        host: Text<'a>,
        /// The port.
        transport: Transport,
    },
    /// Sets a value in stpd.ini that is no port.
    SetIni {
        /// The host.
        host: Text<'a>,
        /// The section.
        section: Text<'a>,
        /// The key.
        key: Text<'a>,
        /// The value. In rollback plans only also a table: with the state `absent` the key goes, with `unknown` its old
        /// lines come back; both from the bytes that the file had.
        value: SettingValue<Text<'a>>,
    },
    /// Writes all three ports at once; in rollback plans only.
    RestorePorts {
        /// The host.
        host: Text<'a>,
        /// The FTP port; `unknown` stands for the old bytes of its key.
        ftp: PortState,
        /// The HTTP port; `unknown` stands for the old bytes of its key.
        http: PortState,
        /// The HTTPS port; `unknown` stands for the old bytes of its key.
        https: PortState,
    },
}

impl ActionDocument<'_> {
    /// The same action, independent of the text it was read from.
    #[must_use]
    pub fn into_owned(self) -> ActionDocument<'static> {
        match self {
            Self::EnablePort { host, transport, port } => {
                ActionDocument::EnablePort { host: host.into_owned(), transport, port }
            }
            Self::Restart { host } => ActionDocument::Restart { host: host.into_owned() },
            Self::AddInterface { host, interface, listener, position } => {
                ActionDocument::AddInterface {
                    host: host.into_owned(),
                    interface: interface.into_owned(),
                    listener,
                    position,
                }
            }
            Self::SetKill { value } => {
                ActionDocument::SetKill { value: value.map(Text::into_owned) }
            }
            Self::Reassign { task, interface } => ActionDocument::Reassign {
                task: task.into_owned(),
                interface: interface.into_owned(),
            },
            Self::RemoveInterface { host, interface } => ActionDocument::RemoveInterface {
                host: host.into_owned(),
                interface: interface.into_owned(),
            },
            Self::DisablePort { host, transport } => {
                ActionDocument::DisablePort { host: host.into_owned(), transport }
            }
            Self::SetIni { host, section, key, value } => ActionDocument::SetIni {
                host: host.into_owned(),
                section: section.into_owned(),
                key: key.into_owned(),
                value: value.map(Text::into_owned),
            },
            Self::RestorePorts { host, ftp, http, https } => {
                ActionDocument::RestorePorts { host: host.into_owned(), ftp, http, https }
            }
        }
    }
}

pub(super) fn nullable_text(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Option<Text<'_>>>()
}

impl<'de: 'a, 'a> Deserialize<'de> for ActionDocument<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Keys::deserialize(deserializer)?.action().map_err(de::Error::custom)
    }
}

/// The keys of any action. A plan may have a million of them, and they may stand in any order: read like this, none
/// has to be kept in a buffer until its type is known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "a key may be absent, or there and null")]
struct Keys<'a> {
    r#type: Type,
    #[serde(borrow, default, deserialize_with = "present")]
    host: Option<Text<'a>>,
    #[serde(default, deserialize_with = "present")]
    transport: Option<Transport>,
    #[serde(default, deserialize_with = "present")]
    port: Option<PortNumber>,
    #[serde(borrow, default, deserialize_with = "present")]
    interface: Option<Text<'a>>,
    #[serde(default, deserialize_with = "present")]
    listener: Option<Option<PortNumber>>,
    #[serde(default, deserialize_with = "present")]
    position: Option<Option<u64>>,
    #[serde(borrow, default, deserialize_with = "present")]
    value: Option<Option<SettingValue<Text<'a>>>>,
    #[serde(borrow, default, deserialize_with = "present")]
    task: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    section: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    key: Option<Text<'a>>,
    #[serde(default, deserialize_with = "present")]
    ftp: Option<PortState>,
    #[serde(default, deserialize_with = "present")]
    http: Option<PortState>,
    #[serde(default, deserialize_with = "present")]
    https: Option<PortState>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Type {
    EnablePort,
    Restart,
    AddInterface,
    SetKill,
    Reassign,
    RemoveInterface,
    DisablePort,
    SetIni,
    RestorePorts,
}

/// Reads a value that is there, so that null is one.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The keys of a table do not suit its type.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsuited {
    #[error("a table of this type needs the key `{0}`")]
    Missing(&'static str),
    #[error("a table of this type has fewer keys")]
    TooMany,
    #[error("the key `{0}` of an action of this type is a text or null")]
    NoText(&'static str),
}

impl<'a> Keys<'a> {
    fn action(mut self) -> Result<ActionDocument<'a>, Unsuited> {
        let action = self.take_action()?;
        if self.is_empty() { Ok(action) } else { Err(Unsuited::TooMany) }
    }

    fn take_action(&mut self) -> Result<ActionDocument<'a>, Unsuited> {
        Ok(match self.r#type {
            Type::EnablePort => ActionDocument::EnablePort {
                host: take(&mut self.host, "host")?,
                transport: take(&mut self.transport, "transport")?,
                port: take(&mut self.port, "port")?,
            },
            Type::Restart => ActionDocument::Restart { host: take(&mut self.host, "host")? },
            Type::AddInterface => ActionDocument::AddInterface {
                host: take(&mut self.host, "host")?,
                interface: take(&mut self.interface, "interface")?,
                listener: self.listener.take().flatten(),
                position: self.position.take().flatten(),
            },
            Type::SetKill => ActionDocument::SetKill { value: self.take_kill()? },
            Type::Reassign => ActionDocument::Reassign {
                task: take(&mut self.task, "task")?,
                interface: take(&mut self.interface, "interface")?,
            },
            Type::RemoveInterface => ActionDocument::RemoveInterface {
                host: take(&mut self.host, "host")?,
                interface: take(&mut self.interface, "interface")?,
            },
            Type::DisablePort => ActionDocument::DisablePort {
                host: take(&mut self.host, "host")?,
                transport: take(&mut self.transport, "transport")?,
            },
            Type::SetIni => ActionDocument::SetIni {
                host: take(&mut self.host, "host")?,
                section: take(&mut self.section, "section")?,
                key: take(&mut self.key, "key")?,
                value: take(&mut self.value.take().flatten(), "value")?,
            },
            Type::RestorePorts => ActionDocument::RestorePorts {
                host: take(&mut self.host, "host")?,
                ftp: take(&mut self.ftp, "ftp")?,
                http: take(&mut self.http, "http")?,
                https: take(&mut self.https, "https")?,
            },
        })
    }

    fn take_kill(&mut self) -> Result<Option<Text<'a>>, Unsuited> {
        match take(&mut self.value, "value")? {
            None => Ok(None),
            Some(SettingValue::Text(text)) => Ok(Some(text)),
            Some(SettingValue::Absent | SettingValue::Unknown) => Err(Unsuited::NoText("value")),
        }
    }

    /// Whether no key is left.
    const fn is_empty(&self) -> bool {
        let Self {
            r#type: _,
            host,
            transport,
            port,
            interface,
            listener,
            position,
            value,
            task,
            section,
            key,
            ftp,
            http,
            https,
        } = self;
        let texts = host.is_none()
            && interface.is_none()
            && value.is_none()
            && task.is_none()
            && section.is_none()
            && key.is_none();
        let ports = transport.is_none()
            && port.is_none()
            && listener.is_none()
            && position.is_none()
            && ftp.is_none()
            && http.is_none()
            && https.is_none();
        texts && ports
    }
}

pub(super) fn take<T>(key: &mut Option<T>, name: &'static str) -> Result<T, Unsuited> {
    key.take().ok_or(Unsuited::Missing(name))
}
