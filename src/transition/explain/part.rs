//! Parts of the goal, by name.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::{
    safety::Exposure,
    site::{Site, Transport},
    transition::Exposed,
};

/// A part of the goal, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Something stays exposed.
    Exposure(PartExposure),
    /// HTTPS does not come up on this host.
    Https {
        /// The host.
        host: String,
    },
}

/// Something that stays exposed, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PartExposure {
    /// A port.
    Port {
        /// Its host.
        host: String,
        /// Its transport.
        transport: Transport,
    },
    /// An interface.
    Interface {
        /// Its host.
        host: String,
        /// Its text.
        interface: String,
    },
    /// A task or event.
    Task {
        /// Its name.
        task: String,
    },
    /// Aborts over FTP.
    Kill,
    /// A setting.
    Setting {
        /// Its host.
        host: String,
        /// Its section of stpd.ini.
        section: String,
        /// Its key.
        key: String,
    },
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Https { host } => write!(f, "HTTPS does not come up on `{host}`"),
            Self::Exposure(PartExposure::Port { host, transport }) => {
                write!(f, "the {} port of `{host}` stays open", transport.label())
            }
            Self::Exposure(PartExposure::Interface { host, interface }) => {
                write!(f, "interface `{interface}` of `{host}` stays")
            }
            Self::Exposure(PartExposure::Task { task }) => write!(f, "task `{task}` stays exposed"),
            Self::Exposure(PartExposure::Setting { host, section: _, key }) => {
                write!(f, "setting `{key}` of `{host}` waits for a restart")
            }
            Self::Exposure(PartExposure::Kill) => f.write_str(
                "aborts stay on FTP (one variable selects their transport for all hosts)",
            ),
        }
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Https<'p> {
            https: &'p str,
        }

        #[derive(Serialize)]
        struct Worded<T> {
            #[serde(flatten)]
            part: T,
            text: String,
        }

        let text = self.to_string();
        match self {
            Self::Https { host } => {
                Worded { part: Https { https: host }, text }.serialize(serializer)
            }
            Self::Exposure(part) => Worded { part, text }.serialize(serializer),
        }
    }
}

impl PartExposure {
    /// An exposure of `site`, by names of its own.
    pub(super) fn of(site: &Site, exposure: Exposure) -> Self {
        match Exposed::of(site, exposure) {
            Exposed::Port { host, transport } => Self::Port { host: host.to_string(), transport },
            Exposed::Interface { host, interface } => {
                Self::Interface { host: host.to_string(), interface: interface.to_string() }
            }
            Exposed::Task { task } => Self::Task { task: task.to_string() },
            Exposed::Kill => Self::Kill,
            Exposed::Setting { host, section, key } => Self::Setting {
                host: host.to_string(),
                section: section.to_string(),
                key: key.to_string(),
            },
        }
    }
}
