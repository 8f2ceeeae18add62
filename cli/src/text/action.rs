//! What a step does, in a few words.

use sesam_transport::{
    site::{KILL_KEY, KILL_USER, STPD_SECTION, SettingValue},
    transition::ActionDocument,
};

/// What a step does to its object, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Add,
    Change,
    Remove,
    Restart,
}

impl Sign {
    pub(crate) const fn of(action: &ActionDocument<'_>) -> Self {
        match action {
            ActionDocument::EnablePort { .. } | ActionDocument::AddInterface { .. } => Self::Add,
            ActionDocument::DisablePort { .. } | ActionDocument::RemoveInterface { .. } => {
                Self::Remove
            }
            ActionDocument::Restart { .. } => Self::Restart,
            ActionDocument::SetKill { .. }
            | ActionDocument::Reassign { .. }
            | ActionDocument::SetIni { .. }
            | ActionDocument::RestorePorts { .. } => Self::Change,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Remove => "-",
            Self::Restart => "!",
        }
    }
}

/// The host that an action names; `None` for tasks and the whole site.
pub(crate) fn host<'a>(action: &'a ActionDocument<'_>) -> Option<&'a str> {
    match action {
        ActionDocument::EnablePort { host, .. }
        | ActionDocument::Restart { host }
        | ActionDocument::AddInterface { host, .. }
        | ActionDocument::RemoveInterface { host, .. }
        | ActionDocument::DisablePort { host, .. }
        | ActionDocument::SetIni { host, .. }
        | ActionDocument::RestorePorts { host, .. } => Some(host),
        ActionDocument::SetKill { .. } | ActionDocument::Reassign { .. } => None,
    }
}

/// What an action does, its host left out.
pub(crate) fn what(action: &ActionDocument<'_>) -> String {
    match action {
        ActionDocument::EnablePort { transport, port, .. } => {
            format!("switch {} on, port {port}, in stpd.ini", transport.label())
        }
        ActionDocument::DisablePort { transport, .. } => {
            format!("comment {} out in stpd.ini", transport.label())
        }
        ActionDocument::Restart { .. } => "restart STPD".to_owned(),
        ActionDocument::AddInterface { interface, listener: None, .. } => {
            format!("enter interface {interface}")
        }
        ActionDocument::AddInterface { interface, listener: Some(listener), .. } => {
            format!("enter interface {interface}, forwarded to {listener}")
        }
        ActionDocument::RemoveInterface { interface, .. } => {
            format!("delete interface {interface}")
        }
        ActionDocument::SetKill { value: Some(value) } => {
            format!("set {KILL_KEY}|{KILL_USER}|{value}")
        }
        ActionDocument::SetKill { value: None } => format!("delete {KILL_KEY}|{KILL_USER}"),
        ActionDocument::Reassign { task, interface } if interface.is_empty() => {
            format!("{task}: empty its interface")
        }
        ActionDocument::Reassign { task, interface } => format!("{task}: to {interface}"),
        ActionDocument::SetIni { section, key, value, .. } => {
            let place = if section.as_str() == STPD_SECTION {
                String::new()
            } else {
                format!("section {section} of ")
            };
            match value {
                SettingValue::Text(value) => format!("set {key}={value} in {place}stpd.ini"),
                SettingValue::Absent => format!("take {key} out of {place}stpd.ini"),
                SettingValue::Unknown => {
                    format!("write the old lines of {key} back to {place}stpd.ini")
                }
            }
        }
        ActionDocument::RestorePorts { ftp, http, https, .. } => {
            format!("write the ports back to stpd.ini: FTP {ftp}, HTTP {http}, HTTPS {https}")
        }
    }
}

/// What an action does, its host included.
pub(crate) fn sentence(action: &ActionDocument<'_>) -> String {
    match host(action) {
        Some(host) => format!("{} on {host}", what(action)),
        None => what(action),
    }
}
