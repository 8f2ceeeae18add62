//! The steps of a plan as people and programs read them: what, why, what first, how to see it, how to take it back.

use core::fmt;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    safety::Exposure,
    site::{Column, PortState, SettingValue, Site, Text, Transport},
};

use super::{
    ActionDocument, Wave,
    action_document::nullable_text,
    parts::{PortStates, worded},
};

/// One step of a plan, with all that has to be known to carry it out.
#[derive(Clone, Debug)]
pub struct Step<'p> {
    /// Its number, from 1.
    pub id: usize,
    /// The wave that it belongs to.
    pub wave: Wave,
    /// The host that it concerns, also where only its task is named; `None` for what belongs to the whole site.
    pub host: Option<&'p str>,
    /// What it does.
    pub action: ActionDocument<'p>,
    /// Why it is in the plan.
    pub because: Because<'p>,
    /// The numbers of the steps that must come before it.
    pub needs: Vec<usize>,
    /// What takes it back; `None` where no single action can.
    pub undo: Option<ActionDocument<'p>>,
    /// What is false before and true after it; `None` where nobody can tell by looking.
    pub probe: Option<Probe<'p>>,
    /// The exposures of the goal that are left after it.
    pub exposures_after: usize,
}

/// Why a step is in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because<'p> {
    /// These exposures of the goal are there before it and gone after it.
    Removes(Vec<Exposed<'p>>),
    /// It takes away one cause of this exposure: the task still reads from a host where something is exposed.
    Lessens(Exposed<'p>),
    /// A condition is better after it, now or after a restart.
    Keeps(Kept<'p>),
    /// A later step needs it.
    For(usize),
    /// It takes back a step of the plan that is rolled back.
    GoesBack,
    /// The plan that was repaired has it.
    Given,
}

/// Something exposed, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[schemars(rename = "Exposed", deny_unknown_fields, transform = worded)]
pub enum Exposed<'p> {
    /// A port.
    Port {
        /// Its host.
        host: Text<'p>,
        /// Its transport.
        transport: Transport,
    },
    /// An interface.
    Interface {
        /// Its host.
        host: Text<'p>,
        /// Its text.
        interface: Text<'p>,
    },
    /// A task or event.
    Task {
        /// Its name.
        task: Text<'p>,
    },
    /// The variable that selects the transport of aborts.
    Kill,
    /// A setting.
    Setting {
        /// Its host.
        host: Text<'p>,
        /// Its section of stpd.ini.
        section: Text<'p>,
        /// Its key.
        key: Text<'p>,
    },
}

/// A condition that a step keeps up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "condition", rename_all = "kebab-case")]
#[schemars(rename = "Kept", deny_unknown_fields, transform = worded)]
pub enum Kept<'p> {
    /// Tasks reach the host.
    Route {
        /// The host.
        host: Text<'p>,
    },
    /// Transfers on the host can be aborted.
    Abort {
        /// The host.
        host: Text<'p>,
    },
    /// The host has an interface.
    Interface {
        /// The host.
        host: Text<'p>,
    },
    /// HTTPS is on, as the goal asks for; this is no condition of safety.
    Https {
        /// The host.
        host: Text<'p>,
    },
}

/// What is false before a step and true after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[schemars(rename = "Probe", deny_unknown_fields, transform = worded)]
pub enum Probe<'p> {
    /// STPD listens on a port.
    PortOpen {
        /// The host.
        host: Text<'p>,
        /// The transport.
        transport: Transport,
        /// The number.
        port: u16,
    },
    /// STPD no longer listens on a port.
    PortClosed {
        /// The host.
        host: Text<'p>,
        /// The transport.
        transport: Transport,
        /// The number; absent where it was not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        port: Option<u16>,
    },
    /// Stpd.ini says this.
    ConfiguredIs {
        /// The host.
        host: Text<'p>,
        /// What it says.
        #[serde(flatten)]
        #[schemars(with = "PortStates")]
        ports: BTreeMap<Transport, PortState>,
    },
    /// The host has an interface.
    InterfacePresent {
        /// The host.
        host: Text<'p>,
        /// The interface.
        interface: Text<'p>,
    },
    /// The host no longer has an interface.
    InterfaceAbsent {
        /// The host.
        host: Text<'p>,
        /// The interface.
        interface: Text<'p>,
    },
    /// A task names an interface; empty where the product picks one.
    ReferenceIs {
        /// The task.
        task: Text<'p>,
        /// The interface.
        interface: Text<'p>,
    },
    /// The kill variable has a value; null where there is no row.
    KillIs {
        /// The value.
        #[schemars(schema_with = "nullable_text")]
        value: Option<Text<'p>>,
    },
    /// A key that is no port has a value: next in stpd.ini, now in the STPD that runs.
    SettingIs {
        /// The host.
        host: Text<'p>,
        /// Where it has it.
        column: Column,
        /// The section of stpd.ini.
        section: Text<'p>,
        /// The key.
        key: Text<'p>,
        /// The value.
        value: SettingValue<Text<'p>>,
    },
}

impl<'p> Exposed<'p> {
    /// The same exposure, independent of where its names come from.
    #[must_use]
    pub fn into_owned(self) -> Exposed<'static> {
        match self {
            Self::Port { host, transport } => Exposed::Port { host: host.into_owned(), transport },
            Self::Interface { host, interface } => {
                Exposed::Interface { host: host.into_owned(), interface: interface.into_owned() }
            }
            Self::Task { task } => Exposed::Task { task: task.into_owned() },
            Self::Kill => Exposed::Kill,
            Self::Setting { host, section, key } => Exposed::Setting {
                host: host.into_owned(),
                section: section.into_owned(),
                key: key.into_owned(),
            },
        }
    }

    /// An exposure of `site`, by name.
    #[must_use]
    pub fn of(site: &'p Site, exposure: Exposure) -> Self {
        match exposure {
            Exposure::Port(host, transport) => {
                Self::Port { host: site[host].name().into(), transport }
            }
            Exposure::Interface(id) => Self::Interface {
                host: site[site[id].host()].name().into(),
                interface: site[id].text().into(),
            },
            Exposure::Task(task) => Self::Task { task: site.task(task).name().into() },
            Exposure::Kill => Self::Kill,
            Exposure::Setting(id) => {
                let setting = &site[id];
                Self::Setting {
                    host: site[setting.host()].name().into(),
                    section: setting.section().into(),
                    key: setting.key().into(),
                }
            }
        }
    }
}

impl Kept<'_> {
    /// The same condition, independent of where its name comes from.
    #[must_use]
    pub fn into_owned(self) -> Kept<'static> {
        match self {
            Self::Route { host } => Kept::Route { host: host.into_owned() },
            Self::Abort { host } => Kept::Abort { host: host.into_owned() },
            Self::Interface { host } => Kept::Interface { host: host.into_owned() },
            Self::Https { host } => Kept::Https { host: host.into_owned() },
        }
    }
}

impl Probe<'_> {
    /// The same probe, independent of where its names come from.
    #[must_use]
    pub fn into_owned(self) -> Probe<'static> {
        match self {
            Self::PortOpen { host, transport, port } => {
                Probe::PortOpen { host: host.into_owned(), transport, port }
            }
            Self::PortClosed { host, transport, port } => {
                Probe::PortClosed { host: host.into_owned(), transport, port }
            }
            Self::ConfiguredIs { host, ports } => {
                Probe::ConfiguredIs { host: host.into_owned(), ports }
            }
            Self::InterfacePresent { host, interface } => Probe::InterfacePresent {
                host: host.into_owned(),
                interface: interface.into_owned(),
            },
            Self::InterfaceAbsent { host, interface } => Probe::InterfaceAbsent {
                host: host.into_owned(),
                interface: interface.into_owned(),
            },
            Self::ReferenceIs { task, interface } => {
                Probe::ReferenceIs { task: task.into_owned(), interface: interface.into_owned() }
            }
            Self::KillIs { value } => Probe::KillIs { value: value.map(Text::into_owned) },
            Self::SettingIs { host, column, section, key, value } => Probe::SettingIs {
                host: host.into_owned(),
                column,
                section: section.into_owned(),
                key: key.into_owned(),
                value: value.map(Text::into_owned),
            },
        }
    }
}

impl fmt::Display for Exposed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port { host, transport } => {
                write!(f, "the {} port of `{host}`", transport.label())
            }
            Self::Interface { host, interface } => write!(f, "interface `{interface}` of `{host}`"),
            Self::Task { task } => write!(f, "task `{task}`"),
            Self::Kill => f.write_str("aborts over FTP"),
            Self::Setting { host, section: _, key } => write!(f, "setting `{key}` of `{host}`"),
        }
    }
}

impl fmt::Display for Kept<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route { host } => write!(f, "tasks on `{host}` would lose their way without it"),
            Self::Abort { host } => {
                write!(f, "transfers on `{host}` could not be aborted without it")
            }
            Self::Interface { host } => {
                write!(f, "`{host}` would be left without an interface that works")
            }
            Self::Https { host } => write!(f, "the goal asks for HTTPS on `{host}`"),
        }
    }
}

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Removes(exposed) => {
                for (index, exposed) in exposed.iter().enumerate() {
                    let lead = if index == 0 { "no longer exposed: " } else { ", " };
                    write!(f, "{lead}{exposed}")?;
                }
                Ok(())
            }
            Self::Lessens(exposed) => {
                write!(f, "no longer exposed by itself: {exposed}; its source still is")
            }
            Self::Keeps(kept) => kept.fmt(f),
            Self::For(step) => write!(f, "step {step} needs it"),
            Self::GoesBack => f.write_str("takes a step back"),
            Self::Given => f.write_str("the given plan has it"),
        }
    }
}

impl fmt::Display for Probe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortOpen { host, transport, port } => {
                write!(f, "`{host}` answers {} on port {port}", transport.label())
            }
            Self::PortClosed { host, transport, port: Some(port) } => {
                write!(f, "`{host}` refuses {} on port {port}", transport.label())
            }
            Self::PortClosed { host, transport, port: None } => {
                write!(f, "`{host}` refuses {}", transport.label())
            }
            Self::ConfiguredIs { host, ports } => {
                write!(f, "stpd.ini of `{host}` says")?;
                for (index, (transport, state)) in ports.iter().enumerate() {
                    let lead = if index == 0 { "" } else { "," };
                    write!(f, "{lead} {} {state}", transport.label())?;
                }
                Ok(())
            }
            Self::InterfacePresent { host, interface } => {
                write!(f, "`{host}` has interface `{interface}`")
            }
            Self::InterfaceAbsent { host, interface } => {
                write!(f, "`{host}` no longer has interface `{interface}`")
            }
            Self::ReferenceIs { task, interface } if interface.is_empty() => {
                write!(f, "task `{task}` names no interface")
            }
            Self::ReferenceIs { task, interface } => write!(f, "task `{task}` names `{interface}`"),
            Self::KillIs { value: Some(value) } => write!(f, "the variable is `{value}`"),
            Self::KillIs { value: None } => f.write_str("the variable has no row"),
            Self::SettingIs { host, column: Column::Next, section, key, value } => {
                write!(f, "stpd.ini of `{host}` has `{key}` in section `{section}`: {value}")
            }
            Self::SettingIs { host, column: Column::Now, section, key, value } => {
                write!(f, "STPD of `{host}` runs with `{key}` of section `{section}`: {value}")
            }
        }
    }
}

/// Writes a value together with the sentence for people.
pub(super) struct WithText<'v, T>(pub(super) &'v T);

#[derive(Serialize)]
#[serde(bound = "T: fmt::Display + Serialize")]
struct Worded<'v, T> {
    #[serde(flatten)]
    value: &'v T,
    text: Sentence<'v, T>,
}

struct Sentence<'v, T>(&'v T);

impl<T: fmt::Display> Serialize for Sentence<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

impl<T: fmt::Display + Serialize> Serialize for WithText<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Worded { value: self.0, text: Sentence(self.0) }.serialize(serializer)
    }
}

impl Serialize for Because<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Removes(exposed) => {
                let exposed: Vec<_> = exposed.iter().map(WithText).collect();
                map.serialize_entry("removes", &exposed)?;
            }
            Self::Lessens(exposed) => map.serialize_entry("lessens", &[WithText(exposed)])?,
            Self::Keeps(kept) => map.serialize_entry("keeps", &[WithText(kept)])?,
            Self::For(step) => map.serialize_entry("for", &[step])?,
            Self::GoesBack | Self::Given => {}
        }
        map.serialize_entry("text", &Sentence(self))?;
        map.end()
    }
}
