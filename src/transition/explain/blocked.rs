//! What a partial plan says of the parts of the goal that it does not reach.

use core::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    site::{Site, Transport},
    transition::{Exposed, plan::Summary, step::WithText},
};

/// A part of the goal that a plan does not reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The part.
    pub goal: Part,
    /// What it is blocked by; all of it has to be removed.
    pub cause: Vec<Cause>,
    /// Changes of the site that unblock the part, each confirmed by planning it.
    pub options: Vec<Choice>,
}

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

/// A fact that blocks a part of the goal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Cause {
    /// HTTPS cannot be relied on, or its number belongs to a port that is needed.
    HttpsUnavailable {
        /// The host.
        host: String,
    },
    /// Transfers on this host can be aborted over FTP only.
    AbortHeld {
        /// The host.
        host: String,
    },
    /// Nobody knows where this task is to go.
    TargetUnknown {
        /// The task.
        task: String,
    },
    /// The host has no HTTPS interface, and there is no telling which to add.
    NoHttpsInterface {
        /// The host.
        host: String,
    },
    /// A port is configured with another number than it runs with.
    PendingRenumbering {
        /// The host.
        host: String,
    },
    /// An interface that reaches nothing cannot be removed, and the product might pick it.
    DeadBlankMember {
        /// The host.
        host: String,
    },
}

/// A change of the site that unblocks a part of the goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The change, as a fragment in the shape of the site file.
    pub change: serde_json::Value,
    /// The change in words.
    pub text: String,
    /// What the plan of the changed site comes to.
    pub summary: Summary,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HttpsUnavailable { host } => write!(f, "HTTPS cannot be relied on at `{host}`"),
            Self::AbortHeld { host } => {
                write!(f, "transfers on `{host}` can be aborted over FTP only")
            }
            Self::TargetUnknown { task } => write!(f, "nobody knows where task `{task}` is to go"),
            Self::NoHttpsInterface { host } => {
                write!(f, "`{host}` has no HTTPS interface, and there is no telling which to add")
            }
            Self::PendingRenumbering { host } => {
                write!(f, "a port of `{host}` is configured with another number than it runs with")
            }
            Self::DeadBlankMember { host } => {
                write!(f, "the product might pick an interface of `{host}` that reaches nothing")
            }
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Https { host } => write!(f, "HTTPS on `{host}`"),
            Self::Exposure(PartExposure::Port { host, transport }) => {
                write!(f, "the {} port of `{host}` stays open", transport.label())
            }
            Self::Exposure(PartExposure::Interface { host, interface }) => {
                write!(f, "interface `{interface}` of `{host}` stays")
            }
            Self::Exposure(PartExposure::Task { task }) => write!(f, "task `{task}` stays exposed"),
            Self::Exposure(PartExposure::Kill) => f.write_str("aborts stay on FTP"),
            Self::Exposure(PartExposure::Setting { host, section: _, key }) => {
                write!(f, "setting `{key}` of `{host}` waits for a restart")
            }
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

impl Serialize for Blocked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { goal, cause, options } = self;
        let cause: Vec<_> = cause.iter().map(WithText).collect();
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("goal", goal)?;
        map.serialize_entry("cause", &cause)?;
        map.serialize_entry("options", options)?;
        map.end()
    }
}

impl Serialize for Choice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { change, text, summary } = self;
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("change", change)?;
        map.serialize_entry("steps", &summary.steps)?;
        map.serialize_entry("restarts", &summary.restarts)?;
        map.serialize_entry("exposures_after", &summary.exposures_after)?;
        map.serialize_entry("text", text)?;
        map.end()
    }
}

impl PartExposure {
    /// An exposure of `site`, by names of its own.
    pub(super) fn of(site: &Site, exposure: crate::safety::Exposure) -> Self {
        match Exposed::of(site, exposure) {
            Exposed::Port { host, transport } => Self::Port { host: host.to_owned(), transport },
            Exposed::Interface { host, interface } => {
                Self::Interface { host: host.to_owned(), interface: interface.to_owned() }
            }
            Exposed::Task { task } => Self::Task { task: task.to_owned() },
            Exposed::Kill => Self::Kill,
            Exposed::Setting { host, section, key } => Self::Setting {
                host: host.to_owned(),
                section: section.to_owned(),
                key: key.to_owned(),
            },
        }
    }
}
