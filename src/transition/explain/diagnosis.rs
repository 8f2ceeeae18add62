//! What holds a part of the goal back, read off the state in which a plan ends. It is a first guess: planning decides.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    safety::{Exposure, Liveness, blank_legs, exposures},
    site::{
        Avx, Column, HostId, InterfaceId, Kill, PortState, ReassignOverride, Reliance, Scheme,
        Site, Task, TaskId, Transport,
    },
    transition::planner::{Aim, Aims},
};

use super::{Cause, Obstacle, Part, PartExposure, Riddle};

/// How many facts a diagnosis may name. More are not thought away one by one anyway.
const FACTS_MAX: usize = 1_000;

/// How many tasks without a target are told apart.
const TASKS_MAX: usize = 20_000;

/// A part of the goal, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    Exposure(Exposure),
    Https(HostId),
}

impl Open {
    pub(super) fn name(self, site: &Site) -> Part {
        match self {
            Self::Https(host) => Part::Https { host: site[host].name().to_owned() },
            Self::Exposure(exposure) => Part::Exposure(PartExposure::of(site, exposure)),
        }
    }
}

/// The parts of the goal that are open: hosts without HTTPS first, then what is exposed, in the order of reports.
pub(super) fn open_parts(site: &Site) -> impl Iterator<Item = Open> + '_ {
    let is_without = |id: &HostId| !site[*id].is_excepted() && !has_https(site, *id);
    let https = site.host_ids().filter(is_without).map(Open::Https);
    let exposed = exposures(site).filter(|&(_, in_goal)| in_goal);
    https.chain(exposed.map(|(exposure, _)| Open::Exposure(exposure)))
}

pub(super) fn has_https(site: &Site, host: HostId) -> bool {
    site[host].running().https.is_on() && site[host].next().https.is_on()
}

/// Whether a port of the host is on with two different numbers.
pub(super) fn is_renumbered(site: &Site, host: HostId) -> bool {
    let (now, next) = (site[host].running().to_array(), site[host].next().to_array());
    now.into_iter()
        .zip(next)
        .any(|pair| matches!(pair, (PortState::On(now), PortState::On(next)) if now != next))
}

/// Whether a task must not stay on an interface.
fn is_unfit(site: &Site, id: InterfaceId) -> bool {
    !site[id].is_present() || site[id].may_use_any(site.policy().retired)
}

/// Whether an interface that is entered ends at the HTTPS port of its host.
pub(super) fn is_serviceable(site: &Site, id: InterfaceId) -> bool {
    let interface = &site[id];
    interface.is_present()
        && interface.scheme() == Scheme::Https
        && interface.number() == Some(site[interface.host()].https_port())
}

/// What is wrong with HTTPS on a host, where something is.
pub(super) fn obstacle(site: &Site, host: HostId) -> Option<Obstacle> {
    let host = &site[host];
    match (host.reliance(), host.avx()) {
        (Reliance::Masked, _) => Some(Obstacle::Masked),
        (Reliance::Unknown, Avx::No) => Some(Obstacle::NoAvx),
        (Reliance::Unknown, _) => Some(Obstacle::AvxUnknown),
        (Reliance::Relied, _) => {
            let https = PortState::On(host.https_port());
            let takes = |column| {
                let ports = host.ports(column);
                ports.ftp == https || ports.http == https
            };
            Column::BOTH.into_iter().any(takes).then_some(Obstacle::NumberTaken)
        }
    }
}

/// Looks at the state in which a plan ends.
pub(super) struct Diagnosis<'d> {
    /// Where the plan starts: some of what is in the way there is gone in the end, and was in the way all the same.
    start: &'d Site,
    end: &'d Site,
    aims: Aims<'d>,
    /// The first tasks that name each interface of those that tasks must leave.
    named_by: BTreeMap<InterfaceId, Vec<TaskId>>,
    /// Whether something was left out because there is too much of it.
    is_cut: bool,
}

impl<'d> Diagnosis<'d> {
    pub(super) fn new(start: &'d Site, end: &'d Site) -> Self {
        let mut aims = Aims::new(end);
        let mut named_by: BTreeMap<InterfaceId, Vec<TaskId>> = BTreeMap::new();
        let mut listed = 0;
        for task in end.tasks() {
            let Some(named) = task.interface().filter(|&id| is_unfit(end, id)) else { continue };
            let tasks = named_by.entry(named).or_default();
            // Tasks that are held back by their host alone are all held back alike.
            let counts = aims.of(task) == Aim::Unknown && listed < TASKS_MAX;
            if counts || tasks.is_empty() {
                tasks.push(task.id());
                listed += 1;
            }
        }
        Self { start, end, aims, named_by, is_cut: listed >= TASKS_MAX }
    }

    /// The tasks that a diagnosis may name, by name.
    pub(super) fn tasks(&self, parts: &[Open]) -> BTreeMap<&'d str, TaskId> {
        let of_parts = parts.iter().filter_map(|open| match open {
            Open::Exposure(Exposure::Task(id)) => Some(id),
            _ => None,
        });
        let tasks = self.named_by.values().flatten().chain(of_parts);
        tasks.map(|&id| (self.end.task(id).name(), id)).collect()
    }

    /// The facts that seem to hold a part back.
    pub(super) fn of(&mut self, open: Open) -> Vec<Cause> {
        let mut causes = BTreeSet::new();
        match open {
            Open::Https(host) => self.https(host, &mut causes),
            Open::Exposure(exposure) => self.exposure(exposure, &mut causes),
        }
        self.first(causes)
    }

    /// Whether a diagnosis may have left something out, because there is too much of it.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    fn first(&mut self, causes: BTreeSet<Cause>) -> Vec<Cause> {
        let mut causes = causes.into_iter();
        let first = causes.by_ref().take(FACTS_MAX).collect();
        self.is_cut |= causes.next().is_some();
        first
    }

    /// Every fact of the site that may hold anything back.
    pub(super) fn of_all(&mut self) -> Vec<Cause> {
        let mut causes = BTreeSet::new();
        for host in self.end.host_ids() {
            let name = || self.name(host);
            self.https(host, &mut causes);
            if !self.end[host].is_abort_waived() && !has_https(self.end, host) {
                causes.insert(self.abort_held(host));
            }
            if !self.end[host].interfaces().iter().any(|&id| is_serviceable(self.end, id)) {
                causes.insert(Cause::NoHttpsInterface { host: name() });
            }
            if !self.end[host].interfaces().is_empty() && self.has_dead_member(host) {
                causes.insert(Cause::DeadBlankMember { host: name() });
            }
        }
        let tasks: Vec<TaskId> = self.named_by.values().flatten().copied().collect();
        for task in tasks {
            causes.extend(self.riddle(self.end.task(task)));
        }
        self.first(causes)
    }

    fn name(&self, host: HostId) -> String {
        self.end[host].name().to_owned()
    }

    /// What keeps HTTPS from coming up on a host.
    fn https(&self, host: HostId, causes: &mut BTreeSet<Cause>) {
        if let Some(why) = obstacle(self.start, host) {
            causes.insert(Cause::HttpsUnavailable { host: self.name(host), why });
        }
        if is_renumbered(self.start, host) {
            causes.insert(Cause::PendingRenumbering { host: self.name(host) });
        }
    }

    fn exposure(&mut self, exposure: Exposure, causes: &mut BTreeSet<Cause>) {
        match exposure {
            Exposure::Port(host, transport) => self.port(host, transport, causes),
            Exposure::Interface(id) => self.interface(id, causes),
            Exposure::Task(task) => self.task(self.end.task(task), causes),
            Exposure::Kill => self.kill(causes),
            Exposure::Setting(id) => self.restart(self.end[id].host(), causes),
        }
    }

    fn port(&mut self, host: HostId, transport: Transport, causes: &mut BTreeSet<Cause>) {
        let state = &self.end[host];
        let carries_aborts = transport == Transport::Ftp && self.end.kill() == Kill::Ftp;
        if carries_aborts && !state.is_abort_waived() {
            self.kill(causes);
        }
        for &id in state.interfaces() {
            if self.end[id].scheme().may_use(transport) {
                self.interface(id, causes);
            }
        }
        // Where nothing uses the port, it is kept because it is the last one that listens.
        if causes.is_empty() {
            self.https(host, causes);
        }
    }

    /// A restart that a setting waits for would take a port away that is still needed.
    fn restart(&mut self, host: HostId, causes: &mut BTreeSet<Cause>) {
        if is_renumbered(self.start, host) {
            causes.insert(Cause::PendingRenumbering { host: self.name(host) });
            return;
        }
        let (now, next) = (self.end[host].running(), self.end[host].next());
        for transport in Transport::UNSECURE {
            if now.of(transport) != next.of(transport) {
                self.port(host, transport, causes);
            }
        }
        if causes.is_empty() {
            self.https(host, causes);
        }
    }

    fn interface(&mut self, id: InterfaceId, causes: &mut BTreeSet<Cause>) {
        let host = self.end[id].host();
        let before = causes.len();
        for task in self.named_by.get(&id).cloned().unwrap_or_default() {
            self.task(self.end.task(task), causes);
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

    fn task(&mut self, task: Task<'d>, causes: &mut BTreeSet<Cause>) {
        let end = self.end;
        let host = task.host();
        let Some(named) = task.interface() else {
            return self.sets(blank_legs(end, host).chain(task.source_host()), causes);
        };
        match self.aims.of(task) {
            Aim::Unknown => causes.extend(self.riddle(task)),
            Aim::Stay if !end[named].may_use_any(end.policy().retired) => {
                self.sets(task.source_host().into_iter(), causes);
            }
            Aim::Blank if has_https(end, host) => {
                for set in blank_legs(end, host).filter(|&set| self.has_dead_member(set)) {
                    causes.insert(Cause::DeadBlankMember { host: self.name(set) });
                }
                self.https(host, causes);
            }
            _ => self.https(host, causes),
        }
    }

    /// Sets that tasks pick from are exposed while an interface in them is.
    fn sets(&mut self, sets: impl Iterator<Item = HostId>, causes: &mut BTreeSet<Cause>) {
        let end = self.end;
        for set in sets.filter(|&set| !end[set].is_excepted()) {
            for &id in end[set].interfaces() {
                if end[id].may_use_any(end.policy().retired) && causes.len() <= FACTS_MAX {
                    self.interface(id, causes);
                }
            }
        }
    }

    fn kill(&self, causes: &mut BTreeSet<Cause>) {
        for host in self.end.host_ids() {
            let state = &self.end[host];
            let over_ftp = [state.running().ftp, state.next().ftp];
            let needs_ftp = over_ftp.into_iter().any(|port| !port.is_off());
            if !state.is_abort_waived() && needs_ftp && !has_https(self.end, host) {
                causes.insert(self.abort_held(host));
            }
        }
    }

    fn abort_held(&self, host: HostId) -> Cause {
        let is_unknown = self.start[host].running().ftp == PortState::Unknown;
        let unknown = is_unknown.then_some(Obstacle::FtpUnknown);
        Cause::AbortHeld { host: self.name(host), why: obstacle(self.start, host).or(unknown) }
    }

    /// Why nobody knows where a task is to go, where nobody does.
    fn riddle(&mut self, task: Task<'d>) -> Option<Cause> {
        let named = &self.end[task.interface()?];
        if self.aims.of(task) != Aim::Unknown {
            return None;
        }
        let knows = |&id: &InterfaceId| self.end[id].same_address(named);
        let why = match task.reassign_override() {
            Some(ReassignOverride::To(_)) => Riddle::Unfit,
            _ if named.address().is_none() => Riddle::NoAddress,
            _ if named.listener().is_some() => Riddle::Forwarded,
            _ if !named.is_present() && !self.end[task.host()].interfaces().iter().any(knows) => {
                Riddle::Gone
            }
            _ => Riddle::Elsewhere,
        };
        Some(Cause::TargetUnknown {
            task: task.name().to_owned(),
            interface: named.text().to_owned(),
            why,
        })
    }

    fn has_dead_member(&self, host: HostId) -> bool {
        self.end[host].interfaces().is_empty() || !dead_members(self.end, host).is_empty()
    }
}

/// The texts of interfaces that do not certainly answer, now or after a restart; those that will once HTTPS runs aside.
pub(super) fn dead_members(site: &Site, id: HostId) -> Vec<&str> {
    let host = &site[id];
    let is_dead = |id: &&InterfaceId| {
        let answers = |column| Liveness::of(&site[**id], host.ports(column)) == Liveness::Certain;
        !is_serviceable(site, **id) && !Column::BOTH.into_iter().all(answers)
    };
    host.interfaces().iter().filter(is_dead).map(|&id| site[id].text()).collect()
}
