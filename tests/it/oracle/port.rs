//! Transports and their ports, read and written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub(crate) use Transport::{Ftp, Http, Https};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Transport {
    Ftp,
    Http,
    Https,
}

impl Transport {
    pub(crate) const ALL: [Self; 3] = [Ftp, Http, Https];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Ftp => "ftp",
            Http => "http",
            Https => "https",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transport| transport.name() == name)
    }
}

/// What is known of one port in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Port {
    Off,
    On(u16),
    Unknown,
}

impl Port {
    pub(crate) fn is_on(self) -> bool {
        matches!(self, Self::On(_))
    }

    fn from_json(value: Option<&Value>) -> Self {
        match value {
            None => Self::Off,
            Some(Value::String(word)) if word == "off" => Self::Off,
            Some(Value::String(word)) if word == "unknown" => Self::Unknown,
            Some(number) => Self::On(number.as_u64().unwrap().try_into().unwrap()),
        }
    }

    pub(crate) fn to_json(self) -> Value {
        match self {
            Self::Off => json!("off"),
            Self::On(number) => json!(number),
            Self::Unknown => json!("unknown"),
        }
    }
}

/// Each of the three is there.
pub(crate) type Ports = BTreeMap<Transport, Port>;

/// Reads the three keys of a table; one that is missing is off.
pub(crate) fn ports_from_json(table: &Value) -> Ports {
    let port = |transport: Transport| Port::from_json(table.get(transport.name()));
    Transport::ALL.into_iter().map(|transport| (transport, port(transport))).collect()
}

pub(crate) fn ports_to_json(ports: &Ports) -> Value {
    ports.iter().map(|(transport, port)| (transport.name().to_owned(), port.to_json())).collect()
}
