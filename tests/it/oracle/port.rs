//! Transports and their ports, read and written.

use std::ops::Index;

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

/// One port of each transport; the search clones them all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ports([Port; 3]);

impl Ports {
    pub(crate) fn of(port: impl Fn(Transport) -> Port) -> Self {
        Self(Transport::ALL.map(port))
    }

    pub(crate) fn insert(&mut self, transport: Transport, port: Port) {
        self.0[transport as usize] = port;
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Port> {
        self.0.into_iter()
    }
}

impl Index<&Transport> for Ports {
    type Output = Port;

    fn index(&self, transport: &Transport) -> &Port {
        &self.0[*transport as usize]
    }
}

/// Reads the three keys of a table; one that is missing is off.
pub(crate) fn ports_from_json(table: &Value) -> Ports {
    let port = |transport: Transport| Port::from_json(table.get(transport.name()));
    Ports::of(port)
}

pub(crate) fn ports_to_json(ports: &Ports) -> Value {
    let port = |it: Transport| (it.name().to_owned(), ports[&it].to_json());
    Transport::ALL.into_iter().map(port).collect()
}
