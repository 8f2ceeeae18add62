//! Changes of a site that may unblock a part of the goal.

use core::fmt;

use serde_json::{Value, json};

use crate::site::{
    Avx, InterfaceDraft, InterfaceId, Os, Site, SiteDraft, Text, Transport, WaivableCondition,
    WaiverDraft,
};

use super::Cause;

/// A change of the site that may remove a cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Target(String, String),
    Avx(String),
    Except(String),
    Waive(String),
    Blank(String),
    Interface(String),
    Remove(String),
    All(Vec<Self>),
}

impl Change {
    /// The missing fact, or a machine that has what is missing.
    pub(super) fn supply(site: &Site, cause: &Cause) -> Option<Self> {
        match cause {
            Cause::TargetUnknown { task } => Self::target(site, task),
            Cause::HttpsUnavailable { host } | Cause::AbortHeld { host } => {
                Some(Self::Avx(host.clone()))
            }
            Cause::NoHttpsInterface { host } => Some(Self::Interface(host.clone())),
            _ => None,
        }
    }

    /// An interface of the task's host that reaches its HTTPS port, where there is one.
    fn target(site: &Site, task: &str) -> Option<Self> {
        let host = site.tasks().find(|known| known.name() == task)?.host();
        let reaches = |&id: &InterfaceId| {
            let interface = &site[id];
            interface.scheme().transport() == Some(Transport::Https)
                && interface.number() == Some(site[host].https_port())
        };
        let interface = site[host].interfaces().iter().copied().find(reaches)?;
        Some(Self::Target(task.to_owned(), site[interface].text().to_owned()))
    }

    /// The host is left as it is, its aborts given up, so that it holds back nobody else.
    pub(super) fn except(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::HttpsUnavailable { host }
            | Cause::AbortHeld { host }
            | Cause::NoHttpsInterface { host }
            | Cause::PendingRenumbering { host }
            | Cause::DeadBlankMember { host } => Some(Self::Except(host.clone())),
            Cause::TargetUnknown { .. } => None,
        }
    }

    pub(super) fn waive(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::AbortHeld { host } => Some(Self::Waive(host.clone())),
            _ => None,
        }
    }

    pub(super) fn go_blank(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::TargetUnknown { task } => Some(Self::Blank(task.clone())),
            _ => None,
        }
    }

    pub(super) fn remove(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::HttpsUnavailable { host } | Cause::AbortHeld { host } => {
                Some(Self::Remove(host.clone()))
            }
            _ => None,
        }
    }

    pub(super) fn apply(&self, draft: &mut SiteDraft<'_>, site: &Site) {
        match self {
            Self::All(changes) => changes.iter().for_each(|change| change.apply(draft, site)),
            Self::Avx(name) => {
                for host in draft.hosts.iter_mut().filter(|host| host.name == **name) {
                    host.avx = Avx::Yes;
                    host.os = if host.os == Os::Unknown { Os::Other } else { host.os };
                    // Nothing waits for a restart there, so nothing will once the fact is known either.
                    let known = site.host_named(name).map(|host| &site[host]);
                    if known.is_some_and(|known| known.running() == known.next()) {
                        host.running = None;
                    }
                }
            }
            Self::Except(name) => {
                Self::Waive(name.clone()).apply(draft, site);
                if draft.policy.except_hosts.iter().all(|host| *host != **name) {
                    draft.policy.except_hosts.push(name.clone().into());
                }
            }
            Self::Waive(name) => {
                if draft.waivers.iter().all(|waiver| waiver.host != **name) {
                    draft.waivers.push(waiver(name));
                }
            }
            Self::Target(name, text) => {
                for task in draft.tasks.iter_mut().filter(|task| task.id == **name) {
                    task.reassign = Some(text.clone().into());
                }
            }
            Self::Blank(name) => {
                for task in draft.tasks.iter_mut().filter(|task| task.id == **name) {
                    task.reassign = Some("blank".into());
                }
            }
            Self::Interface(name) => {
                let text = interface_for(site, name);
                for host in draft.hosts.iter_mut().filter(|host| host.name == **name) {
                    host.interfaces.push(InterfaceDraft::from(text.clone()));
                }
            }
            Self::Remove(name) => {
                draft.hosts.retain(|host| host.name != **name);
                draft.tasks.retain(|task| {
                    let on =
                        |host: &Option<Text<'_>>| host.as_ref().is_some_and(|host| *host == **name);
                    !on(&task.host) && !on(&task.source_host)
                });
                draft.waivers.retain(|waiver| waiver.host != **name);
                for setting in &mut draft.settings {
                    setting.hosts.iter_mut().for_each(|hosts| hosts.retain(|host| *host != **name));
                }
                draft.policy.except_hosts.retain(|host| *host != **name);
            }
        }
    }

    /// The change in the shape of the site file; what is to be removed is null.
    pub(super) fn fragment(&self) -> Value {
        match self {
            Self::Avx(host) => json!({ "hosts": [{ "name": host, "avx": "yes" }] }),
            Self::Except(host) => json!({
                "policy": { "except_hosts": [host] },
                "waivers": [waiver(host)],
            }),
            Self::Waive(host) => json!({ "waivers": [waiver(host)] }),
            Self::Target(task, text) => json!({ "tasks": [{ "id": task, "reassign": text }] }),
            Self::Blank(task) => json!({ "tasks": [{ "id": task, "reassign": "blank" }] }),
            Self::Interface(host) => {
                json!({ "hosts": [{ "name": host, "interfaces": [format!("https://{host}")] }] })
            }
            Self::Remove(host) => json!({ "hosts": [{ "name": host, "role": null }] }),
            Self::All(changes) => {
                changes.iter().fold(json!({}), |all, change| merge(all, change.fragment()))
            }
        }
    }
}

/// Joins two fragments: tables key by key, lists end to end.
fn merge(mut one: Value, other: Value) -> Value {
    match (&mut one, other) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                let old = into.remove(&key);
                into.insert(
                    key,
                    match old {
                        Some(old) => merge(old, value),
                        None => value,
                    },
                );
            }
            one
        }
        (Value::Array(into), Value::Array(from)) => {
            for value in from {
                if !into.contains(&value) {
                    into.push(value);
                }
            }
            one
        }
        (_, other) => other,
    }
}

fn waiver(host: &str) -> WaiverDraft<'static> {
    WaiverDraft {
        host: host.to_owned().into(),
        condition: WaivableCondition::Abort,
        reason: "transfers on this host cannot be aborted".into(),
        until: None,
    }
}

/// An HTTPS text for a host that has none: its own name, with its number.
fn interface_for(site: &Site, name: &str) -> String {
    let port = site
        .host_named(name)
        .map_or(Transport::Https.default_port(), |host| site[host].https_port());
    format!("https://{name}:{port}")
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Avx(host) => write!(
                f,
                "give `{host}` a processor with AVX (for a virtual machine often its CPU model), or say so if it has one"
            ),
            Self::Except(host) => {
                write!(f, "leave `{host}` as it is and give up aborting transfers on it")
            }
            Self::Waive(host) => write!(f, "give up aborting transfers on `{host}`"),
            Self::Target(task, text) => {
                write!(f, "move task `{task}` to `{text}`, if it serves as well")
            }
            Self::Blank(task) => write!(f, "let the product pick the interface of task `{task}`"),
            Self::Interface(host) => write!(f, "enter an HTTPS interface for `{host}`"),
            Self::Remove(host) => write!(f, "take `{host}` out of the site"),
            Self::All(changes) => {
                for (index, change) in changes.iter().enumerate() {
                    let lead = if index == 0 { "" } else { "; " };
                    write!(f, "{lead}{change}")?;
                }
                Ok(())
            }
        }
    }
}
