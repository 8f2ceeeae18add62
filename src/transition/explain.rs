//! What holds a plan back, and what would unblock it.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    safety::{Exposure, blank_legs, exposures},
    site::{
        Avx, HostId, InterfaceDraft, InterfaceId, Kill, Os, PortState, Reliance, Site, SiteDraft,
        TaskId, Transport, WaivableCondition, WaiverDraft,
    },
};

use super::{
    Plan,
    plan::{Summary, plan_without_reasons},
    planner,
    step::{Exposed, WithText},
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

/// How many tasks may be planned anew while options are confirmed: a large site gets fewer options, not a long wait.
const TASKS_MAX: usize = 20_000_000;

/// How many parts are explained; what holds back the first hundred holds back the rest.
const PARTS_MAX: usize = 100;

/// How many options a cause may have, however many there are to think of.
const OPTIONS_MAX: usize = 8;

/// Explains what a partial plan does not reach.
pub(super) fn blocked(plan: &Plan<'_>) -> Vec<Blocked> {
    let end = plan.end();
    let mut explainer = Explainer { site: plan.site(), end: &end, known: Vec::new(), planned: 0 };
    explainer.parts().into_iter().map(|part| explainer.explain(part)).collect()
}

/// A part of the goal, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Exposure(Exposure),
    Https(HostId),
}

struct Explainer<'e> {
    /// The site as it was planned.
    site: &'e Site,
    /// The site after the plan.
    end: &'e Site,
    /// Options that were found for a cause before.
    known: Vec<(Vec<Cause>, Vec<Choice>)>,
    planned: usize,
}

impl Explainer<'_> {
    fn parts(&self) -> Vec<Open> {
        let end = self.end;
        let exposed = exposures(end)
            .filter(|&(_, in_goal)| in_goal)
            .map(|(exposure, _)| Open::Exposure(exposure));
        let https = end
            .host_ids()
            .filter(|&id| !end[id].is_excepted() && !has_https(end, id))
            .map(Open::Https);
        https.chain(exposed).take(PARTS_MAX).collect()
    }

    fn explain(&mut self, open: Open) -> Blocked {
        let mut causes = BTreeSet::new();
        match open {
            Open::Https(host) => self.https(host, &mut causes),
            Open::Exposure(exposure) => self.exposure(exposure, &mut causes),
        }
        let cause: Vec<Cause> = causes.into_iter().collect();
        let options = self.options(&cause, open);
        Blocked { goal: self.part(open), cause, options }
    }

    fn part(&self, open: Open) -> Part {
        let site = self.end;
        match open {
            Open::Https(host) => Part::Https { host: site[host].name().to_owned() },
            Open::Exposure(exposure) => Part::Exposure(match Exposed::of(site, exposure) {
                Exposed::Port { host, transport } => {
                    PartExposure::Port { host: host.to_owned(), transport }
                }
                Exposed::Interface { host, interface } => PartExposure::Interface {
                    host: host.to_owned(),
                    interface: interface.to_owned(),
                },
                Exposed::Task { task } => PartExposure::Task { task: task.to_owned() },
                Exposed::Kill => PartExposure::Kill,
            }),
        }
    }

    // Causes.

    fn name(&self, host: HostId) -> String {
        self.end[host].name().to_owned()
    }

    fn https(&self, host: HostId, causes: &mut BTreeSet<Cause>) {
        let renumbered = is_renumbered(self.site, host);
        let relied = self.site[host].reliance() == Reliance::Relied;
        causes.insert(match (relied, renumbered) {
            (true, true) => Cause::PendingRenumbering { host: self.name(host) },
            _ => Cause::HttpsUnavailable { host: self.name(host) },
        });
    }

    fn exposure(&self, exposure: Exposure, causes: &mut BTreeSet<Cause>) {
        match exposure {
            Exposure::Port(host, transport) => self.port(host, transport, causes),
            Exposure::Interface(id) => self.interface(id, causes),
            Exposure::Task(task) => self.task(task, causes),
            Exposure::Kill => self.kill(causes),
        }
        let is_renumbered = |host: &HostId| is_renumbered(self.site, *host);
        if causes.is_empty() {
            causes.extend(
                self.site
                    .host_ids()
                    .filter(is_renumbered)
                    .map(|host| Cause::PendingRenumbering { host: self.name(host) }),
            );
        }
    }

    fn port(&self, host: HostId, transport: Transport, causes: &mut BTreeSet<Cause>) {
        if transport == Transport::Ftp
            && self.end.kill() == Kill::Ftp
            && !self.end[host].is_abort_waived()
        {
            self.kill(causes);
        }
        for &id in self.end[host].interfaces() {
            if self.end[id].scheme().may_use(transport) && transport != Transport::Https {
                self.interface(id, causes);
            }
        }
        // Nothing uses the port, so it is kept because it is the last one that listens.
        if causes.is_empty() && !has_https(self.end, host) {
            self.https(host, causes);
        }
    }

    fn interface(&self, id: InterfaceId, causes: &mut BTreeSet<Cause>) {
        let host = self.end[id].host();
        let named = self.end.tasks().filter(|task| task.interface() == Some(id)).take(PARTS_MAX);
        let before = causes.len();
        for task in named {
            self.task(task.id(), causes);
        }
        if causes.len() > before {
            return;
        }
        // Nobody names it, so it is held back because nothing else would be left.
        if has_https(self.end, host) {
            causes.insert(Cause::NoHttpsInterface { host: self.name(host) });
        } else {
            self.https(host, causes);
        }
    }

    fn task(&self, task: TaskId, causes: &mut BTreeSet<Cause>) {
        let task = self.end.task(task);
        let host = task.host();
        let name = || task.name().to_owned();
        match (task.interface(), planner::target_of(self.end, task)) {
            (Some(_), planner::Aim::Unknown) => {
                causes.insert(Cause::TargetUnknown { task: name() });
            }
            (Some(id), planner::Aim::Stay)
                if !self.end[id].may_use_any(self.end.policy().retired) =>
            {
                self.sets(task.source_host().into_iter(), causes);
            }
            (Some(_), planner::Aim::Blank) if has_https(self.end, host) => {
                let dead = |set: &HostId| self.has_dead_member(*set);
                let sets: Vec<HostId> = blank_legs(self.end, host).filter(dead).collect();
                causes.extend(
                    sets.into_iter().map(|set| Cause::DeadBlankMember { host: self.name(set) }),
                );
            }
            (Some(_), _) => self.https(host, causes),
            (None, _) => self.sets(blank_legs(self.end, host).chain(task.source_host()), causes),
        }
    }

    fn sets(&self, sets: impl Iterator<Item = HostId>, causes: &mut BTreeSet<Cause>) {
        for set in sets.filter(|&set| !self.end[set].is_excepted()) {
            let retired = self.end.policy().retired;
            let mut exposed =
                self.end[set].interfaces().iter().filter(|&&id| self.end[id].may_use_any(retired));
            if let Some(&first) = exposed.next()
                && !self.end.tasks().any(|task| task.interface() == Some(first))
            {
                self.interface(first, causes);
            } else if exposed.next().is_some() || !self.end[set].interfaces().is_empty() {
                self.https_or_names(set, causes);
            }
        }
    }

    /// The set of a host is exposed because tasks name its interfaces.
    fn https_or_names(&self, host: HostId, causes: &mut BTreeSet<Cause>) {
        let retired = self.end.policy().retired;
        for task in self.end.tasks().filter(|task| task.host() == host).take(PARTS_MAX) {
            if task.interface().is_some_and(|id| self.end[id].may_use_any(retired)) {
                self.task(task.id(), causes);
            }
        }
    }

    fn has_dead_member(&self, host: HostId) -> bool {
        let host = &self.end[host];
        host.interfaces().is_empty()
            || host.interfaces().iter().any(|&id| {
                crate::safety::Liveness::of(&self.end[id], host.running())
                    != crate::safety::Liveness::Certain
            })
    }

    fn kill(&self, causes: &mut BTreeSet<Cause>) {
        for host in self.end.host_ids() {
            let state = &self.end[host];
            let needs_ftp =
                state.running().ftp != PortState::Off || state.next().ftp != PortState::Off;
            if !state.is_abort_waived() && needs_ftp && !has_https(self.end, host) {
                causes.insert(Cause::AbortHeld { host: self.name(host) });
            }
        }
    }

    // Options.

    fn options(&mut self, cause: &[Cause], open: Open) -> Vec<Choice> {
        if let Some((_, options)) = self.known.iter().find(|(known, _)| known == cause) {
            return options.clone();
        }
        let mut options = Vec::new();
        for change in changes(self.site, cause) {
            if options.len() == OPTIONS_MAX {
                break;
            }
            options.extend(self.confirm(&change, open));
        }
        self.known.push((cause.to_vec(), options.clone()));
        options
    }

    /// The option, if planning the changed site shows that it unblocks the part.
    fn confirm(&mut self, change: &Change, open: Open) -> Option<Choice> {
        self.planned += self.site.task_count();
        if self.planned > TASKS_MAX {
            return None;
        }
        let mut draft = self.site.to_draft();
        change.apply(&mut draft, self.site);
        let site = Site::try_from(&draft).ok()?;
        let plan = plan_without_reasons(&site);
        let end = plan.end();
        (!is_open(&end, self.end, open)).then(|| Choice {
            change: change.fragment(),
            text: change.to_string(),
            summary: plan.summary(),
        })
    }
}

/// The changes that may remove a whole cause, the least drastic first.
fn changes(site: &Site, cause: &[Cause]) -> Vec<Change> {
    // One kind of change for every element, so that each option removes the whole cause.
    let all = |kind: &dyn Fn(&Cause) -> Option<Change>| {
        let mut changes: Vec<Change> = cause.iter().map(kind).collect::<Option<_>>()?;
        changes.dedup();
        Some(Change::All(changes))
    };
    let kinds: [&dyn Fn(&Cause) -> Option<Change>; 5] = [
        &|cause| Change::supply(site, cause),
        &Change::except,
        &Change::waive,
        &Change::go_blank,
        &Change::remove,
    ];
    kinds.into_iter().filter_map(all).collect()
}

/// Whether a part of the goal, known by its names in `known`, is still open at the end of another plan.
fn is_open(end: &Site, known: &Site, open: Open) -> bool {
    match open {
        Open::Https(host) => end
            .host_named(known[host].name())
            .is_some_and(|host| !end[host].is_excepted() && !has_https(end, host)),
        Open::Exposure(exposure) => {
            let wanted = Exposed::of(known, exposure);
            exposures(end).any(|(other, in_goal)| in_goal && Exposed::of(end, other) == wanted)
        }
    }
}

fn has_https(site: &Site, host: HostId) -> bool {
    site[host].running().https.is_on() && site[host].next().https.is_on()
}

fn is_renumbered(site: &Site, host: HostId) -> bool {
    let (now, next) = (site[host].running().to_array(), site[host].next().to_array());
    now.into_iter()
        .zip(next)
        .any(|pair| matches!(pair, (PortState::On(now), PortState::On(next)) if now != next))
}

/// A change of the site that may remove a cause.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
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
    fn supply(site: &Site, cause: &Cause) -> Option<Self> {
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
    fn except(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::HttpsUnavailable { host }
            | Cause::AbortHeld { host }
            | Cause::NoHttpsInterface { host }
            | Cause::PendingRenumbering { host }
            | Cause::DeadBlankMember { host } => Some(Self::Except(host.clone())),
            Cause::TargetUnknown { .. } => None,
        }
    }

    fn waive(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::AbortHeld { host } => Some(Self::Waive(host.clone())),
            _ => None,
        }
    }

    fn go_blank(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::TargetUnknown { task } => Some(Self::Blank(task.clone())),
            _ => None,
        }
    }

    fn remove(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::HttpsUnavailable { host } | Cause::AbortHeld { host } => {
                Some(Self::Remove(host.clone()))
            }
            _ => None,
        }
    }

    fn apply(&self, draft: &mut SiteDraft<'_>, site: &Site) {
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
                    let on = |host: &Option<crate::site::Text<'_>>| {
                        host.as_ref().is_some_and(|host| *host == **name)
                    };
                    !on(&task.host) && !on(&task.source_host)
                });
                draft.waivers.retain(|waiver| waiver.host != **name);
                draft.policy.except_hosts.retain(|host| *host != **name);
            }
        }
    }

    /// The change in the shape of the site file; what is to be removed is null.
    fn fragment(&self) -> serde_json::Value {
        use serde_json::json;

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
fn merge(mut one: serde_json::Value, other: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;

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

impl core::fmt::Display for Change {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
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

impl core::fmt::Display for Cause {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
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

impl core::fmt::Display for Part {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
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
