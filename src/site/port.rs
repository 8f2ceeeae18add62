//! Transports, port numbers and what is known of a port.

use core::{fmt, num::NonZeroU16, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A way in which STPD moves data: each has a port of its own.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Plain FTP, key `STPD_PORT`, usually 11001. Aborts travel here by default.
    Ftp,
    /// Plain HTTP, key `STPD_HTTP_PORT`, usually 11000.
    Http,
    /// HTTP over TLS, key `STPD_HTTPS_PORT`, usually 11443.
    Https,
}

impl Transport {
    /// All transports, in the order in which every report names them.
    pub const ALL: [Self; 3] = [Self::Ftp, Self::Http, Self::Https];

    /// The transports that the vendor tells administrators to switch off.
    pub const UNSECURE: [Self; 2] = [Self::Ftp, Self::Http];

    /// The number that the product uses when nobody says otherwise.
    #[must_use]
    pub const fn default_port(self) -> PortNumber {
        PortNumber(match self {
            Self::Ftp => NonZeroU16::MIN.saturating_add(11_000),
            Self::Http => NonZeroU16::MIN.saturating_add(10_999),
            Self::Https => NonZeroU16::MIN.saturating_add(11_442),
        })
    }

    /// The key of the port in stpd.ini.
    ///
    /// Source: the vendor's page "Disabling unsecure transport modes".
    #[must_use]
    pub const fn ini_key(self) -> &'static str {
        match self {
            Self::Ftp => "STPD_PORT",
            Self::Http => "STPD_HTTP_PORT",
            Self::Https => "STPD_HTTPS_PORT",
        }
    }

    /// The name in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The name as people write it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ftp => "FTP",
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A TCP port number from 1 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortNumber(NonZeroU16);

impl PortNumber {
    /// The port with this number; `None` for 0, which names no port.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        match NonZeroU16::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn as_u16(self) -> u16 {
        self.0.get()
    }
}

impl fmt::Display for PortNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number that names no TCP port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a port is a whole number from 1 to 65535")]
pub struct NotAPort;

impl TryFrom<u64> for PortNumber {
    type Error = NotAPort;

    fn try_from(number: u64) -> Result<Self, NotAPort> {
        u16::try_from(number).ok().and_then(Self::new).ok_or(NotAPort)
    }
}

impl FromStr for PortNumber {
    type Err = NotAPort;

    /// Reads decimal digits only: no sign, no blanks.
    fn from_str(text: &str) -> Result<Self, NotAPort> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAPort);
        }
        text.parse::<u16>().ok().and_then(Self::new).ok_or(NotAPort)
    }
}

impl Serialize for PortNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.as_u16())
    }
}

impl<'de> Deserialize<'de> for PortNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(u64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for PortNumber {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PortNumber".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": 65535 })
    }
}

/// What is known of one port of one host, in one column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortState {
    /// Nothing listens.
    #[default]
    Off,
    /// STPD listens on this number.
    On(PortNumber),
    /// Nobody can tell: safety counts it as off, exposure as on.
    Unknown,
}

impl PortState {
    /// The number, if the port is on.
    #[must_use]
    pub const fn number(self) -> Option<PortNumber> {
        match self {
            Self::On(number) => Some(number),
            Self::Off | Self::Unknown => None,
        }
    }

    /// Whether the port is certainly on.
    #[must_use]
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On(_))
    }

    /// Whether the port is certainly off.
    #[must_use]
    pub const fn is_off(self) -> bool {
        matches!(self, Self::Off)
    }
}

impl fmt::Display for PortState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::On(number) => number.fmt(f),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl Serialize for PortState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_str("off"),
            Self::On(number) => number.serialize(serializer),
            Self::Unknown => serializer.serialize_str("unknown"),
        }
    }
}

impl<'de> Deserialize<'de> for PortState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = PortState;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a port number, \"off\" or \"unknown\"")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<PortState, E> {
                PortNumber::try_from(number).map(PortState::On).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<PortState, E> {
                self.visit_u64(u64::try_from(number).map_err(|_| E::custom(NotAPort))?)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<PortState, E> {
                match text {
                    "off" => Ok(PortState::Off),
                    "unknown" => Ok(PortState::Unknown),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for PortState {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PortState".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<PortNumber>();
        json_schema!({ "anyOf": [number, { "enum": ["off", "unknown"] }] })
    }
}

/// The three ports of one host, in one column.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub struct Ports {
    /// The FTP port; off where the file does not name it.
    pub ftp: PortState,
    /// The HTTP port; off where the file does not name it.
    pub http: PortState,
    /// The HTTPS port; off where the file does not name it.
    pub https: PortState,
}

impl Ports {
    /// The state of one transport's port.
    #[must_use]
    pub const fn of(self, transport: Transport) -> PortState {
        match transport {
            Transport::Ftp => self.ftp,
            Transport::Http => self.http,
            Transport::Https => self.https,
        }
    }

    /// The same ports with one replaced.
    #[must_use]
    pub const fn with(mut self, transport: Transport, state: PortState) -> Self {
        match transport {
            Transport::Ftp => self.ftp = state,
            Transport::Http => self.http = state,
            Transport::Https => self.https = state,
        }
        self
    }

    /// The three states, in the order of [`Transport::ALL`].
    #[must_use]
    pub const fn to_array(self) -> [PortState; 3] {
        [self.ftp, self.http, self.https]
    }

    /// Whether two ports that are on share a number; an unknown number clashes with nothing.
    #[must_use]
    pub fn clash(self) -> bool {
        let same = |a: PortState, b: PortState| a.is_on() && a == b;
        same(self.ftp, self.http) || same(self.ftp, self.https) || same(self.http, self.https)
    }
}
