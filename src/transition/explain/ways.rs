//! What can be done about a cause: what to think away, what to choose from, what may be otherwise.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::FixedState;
use indexmap::IndexSet;

use crate::{
    safety::Exposure,
    site::{
        Avx, Column, HostId, InterfaceId, Os, PortNumber, PortState, ReassignOverride, Reliance,
        Role, Scheme, Site, Task, TaskId, Transport,
    },
};

use super::{
    Cause, Obstacle, Riddle,
    change::Change,
    diagnosis::{Open, dead_members, has_https, is_renumbered, is_serviceable, obstacle},
};

/// Knows what can be done on a site; `end` is where its plan ends.
#[derive(Clone, Copy)]
pub(super) struct Ways<'w> {
    pub(super) site: &'w Site,
    pub(super) end: &'w Site,
    /// The tasks that a cause may name.
    pub(super) tasks: &'w BTreeMap<&'w str, TaskId>,
}

/// A kind of way out: what it does about one fact, if anything.
type Way<'w> = fn(Ways<'w>, &Cause) -> Option<Change>;

impl<'w> Ways<'w> {
    /// These facts thought away.
    pub(super) fn without(self, causes: &[Cause]) -> Change {
        self.all(causes.iter().map(|cause| match cause {
            Cause::AbortHeld { host, .. } => Change::Waive(host.clone()),
            cause => self.supply(cause),
        }))
    }

    /// All of these changes; an HTTPS text that one of them brings has the number that another brings.
    fn all(self, changes: impl IntoIterator<Item = Change>) -> Change {
        let all = Change::all(changes);
        let number = |change: &Change| match change {
            Change::Number(name, number) => Some((self.host(name)?, *number)),
            _ => None,
        };
        let numbers: BTreeMap<HostId, PortNumber> = all.each().iter().filter_map(number).collect();
        if numbers.is_empty() {
            return all;
        }
        Change::all(all.each().iter().cloned().map(|mut change| {
            match &mut change {
                Change::Enter { host: name, interface } => {
                    if let Some(number) = self.host(name).and_then(|host| numbers.get(&host)) {
                        *interface = https_text(name, *number);
                    }
                }
                Change::Target { task, interface } => {
                    if let Some(task) = self.task(task)
                        && let Some(number) = numbers.get(&task.host())
                    {
                        *interface = self.interface_for(task, *number);
                    }
                }
                _ => {}
            }
            change
        }))
    }

    /// What unblocks all of a cause, the least drastic first.
    pub(super) fn out_of(self, causes: &[Cause]) -> IndexSet<Change, FixedState> {
        let kinds: [Way<'w>; 7] = [
            |ways, cause| Some(ways.supply(cause)),
            |_, cause| finish(cause),
            |_, cause| go_blank(cause),
            |_, cause| drop_override(cause),
            |_, cause| waive(cause),
            Self::except,
            Self::remove,
        ];
        // What a kind has no answer to is supplied, so that each way removes the whole cause.
        let one = |kind: Way<'w>| {
            let changes = causes.iter().map(|cause| kind(self, cause));
            let is_any = changes.clone().any(|change| change.is_some());
            let supplied = changes
                .zip(causes)
                .map(|(change, cause)| change.unwrap_or_else(|| self.supply(cause)));
            is_any.then(|| self.all(supplied)).filter(|change| self.leaves_a_goal(change))
        };
        kinds.into_iter().filter_map(one).filter(|way| *way != Change::NONE).collect()
    }

    /// Whether any host of the goal is left: to give it all up is no way to reach it.
    fn leaves_a_goal(self, change: &Change) -> bool {
        let given_up = |change: &Change| match change {
            Change::Except { host, .. } | Change::Remove(host) => self.host(host),
            _ => None,
        };
        let given_up: BTreeSet<HostId> = change.each().iter().filter_map(given_up).collect();
        let is_left = |id: HostId| !self.site[id].is_excepted() && !given_up.contains(&id);
        self.site.host_ids().any(is_left)
    }

    /// What is missing, or a machine that has what is missing.
    fn supply(self, cause: &Cause) -> Change {
        match cause {
            Cause::HttpsUnavailable { host, why } | Cause::AbortHeld { host, why: Some(why) } => {
                self.https(host, *why)
            }
            Cause::AbortHeld { host, why: None } => match self.host(host) {
                Some(id) if is_renumbered(self.site, id) => Change::Undo(host.clone()),
                _ => Change::Waive(host.clone()),
            },
            Cause::TargetUnknown { task, .. } => self.target(task),
            Cause::NoHttpsInterface { host } => self.enter(host),
            Cause::PendingRenumbering { host } => Change::Undo(host.clone()),
            Cause::DeadBlankMember { host } => self.delete_dead(host),
        }
    }

    fn host(self, name: &str) -> Option<HostId> {
        self.site.host_named(name)
    }

    fn https(self, host: &str, why: Obstacle) -> Change {
        let Some(id) = self.host(host) else { return Change::NONE };
        let number = || Change::Number(host.to_owned(), free_number(self.site, id));
        match why {
            Obstacle::NumberTaken => number(),
            Obstacle::FtpUnknown => Change::Off(host.to_owned()),
            Obstacle::Masked | Obstacle::NoAvx | Obstacle::AvxUnknown => {
                let is_known = self.site[id].avx() == Avx::No;
                let avx = Change::Avx { host: host.to_owned(), is_known };
                let takes = |column| {
                    let ports = self.site[id].ports(column);
                    let https = PortState::On(self.site[id].https_port());
                    ports.ftp == https || ports.http == https
                };
                if Column::BOTH.into_iter().any(takes) { Change::all([avx, number()]) } else { avx }
            }
        }
    }

    /// An interface of the task's host that reaches its HTTPS port; one that can be entered where there is none.
    fn target(self, name: &str) -> Change {
        let Some(task) = self.task(name) else { return Change::NONE };
        let number = self.site[task.host()].https_port();
        Change::Target { task: name.to_owned(), interface: self.interface_for(task, number) }
    }

    fn task(self, name: &str) -> Option<Task<'w>> {
        self.tasks.get(name).map(|&id| self.site.task(id))
    }

    fn interface_for(self, task: Task<'_>, number: PortNumber) -> String {
        let host = &self.site[task.host()];
        let serves = |id: &InterfaceId| {
            let interface = &self.site[*id];
            interface.scheme() == Scheme::Https && interface.number() == Some(number)
        };
        match host.interfaces().iter().copied().find(serves) {
            Some(id) => self.site[id].text().to_owned(),
            None => https_text(host.name(), number),
        }
    }

    fn enter(self, host: &str) -> Change {
        match self.host(host) {
            Some(id) => Change::Enter {
                host: host.to_owned(),
                interface: https_text(host, self.site[id].https_port()),
            },
            None => Change::NONE,
        }
    }

    fn delete_dead(self, host: &str) -> Change {
        let Some(id) = self.end.host_named(host) else { return Change::NONE };
        let interfaces = dead_members(self.end, id);
        let all = interfaces.len() == self.end[id].interfaces().len();
        let interfaces: Vec<String> = interfaces.into_iter().map(str::to_owned).collect();
        let delete =
            (!interfaces.is_empty()).then(|| Change::Delete { host: host.to_owned(), interfaces });
        Change::all(delete.into_iter().chain(all.then(|| self.enter(host))))
    }

    /// The host is left as it is; where HTTPS does not come up there, aborts are given up, so that it holds back nobody else.
    fn except(self, cause: &Cause) -> Option<Change> {
        let name = match cause {
            Cause::HttpsUnavailable { host, .. }
            | Cause::AbortHeld { host, .. }
            | Cause::NoHttpsInterface { host }
            | Cause::PendingRenumbering { host }
            | Cause::DeadBlankMember { host } => host.as_str(),
            Cause::TargetUnknown { task, .. } => self.site[self.task(task)?.host()].name(),
        };
        let host = &self.end[self.end.host_named(name)?];
        let waives = !host.is_abort_waived() && !has_https(self.end, self.end.host_named(name)?);
        if host.is_excepted() && !waives {
            return None;
        }
        Some(Change::Except { host: name.to_owned(), waives })
    }

    fn remove(self, cause: &Cause) -> Option<Change> {
        match cause {
            Cause::HttpsUnavailable { host, .. } | Cause::AbortHeld { host, .. } => {
                let is_rds = self.site[self.host(host)?].role() == Role::Rds;
                is_rds.then(|| Change::Remove(host.clone()))
            }
            _ => None,
        }
    }

    /// Single facts that may be otherwise than the site file says, and matter to a part and its cause.
    pub(super) fn facts(self, open: Open, causes: &[Cause]) -> Vec<Change> {
        let mut hosts = BTreeSet::new();
        let mut tasks: Vec<Task<'w>> = Vec::new();
        self.concerned(open, &mut hosts, &mut tasks);
        for cause in causes {
            match cause {
                Cause::TargetUnknown { task, .. } => tasks.extend(self.task(task)),
                Cause::HttpsUnavailable { host, .. }
                | Cause::AbortHeld { host, .. }
                | Cause::NoHttpsInterface { host }
                | Cause::PendingRenumbering { host }
                | Cause::DeadBlankMember { host } => hosts.extend(self.host(host)),
            }
        }
        let mut facts: Vec<Change> =
            hosts.into_iter().flat_map(|host| self.of_host(host)).collect();
        for task in tasks {
            facts.extend(self.of_task(task));
        }
        let mut seen = Vec::new();
        facts.retain(|fact| {
            let is_new = !seen.contains(fact);
            seen.push(fact.clone());
            is_new
        });
        facts
    }

    fn concerned(self, open: Open, hosts: &mut BTreeSet<HostId>, tasks: &mut Vec<Task<'w>>) {
        match open {
            Open::Https(host) | Open::Exposure(Exposure::Port(host, _)) => {
                hosts.insert(host);
            }
            // The end may know interfaces that the site does not; hosts and tasks are the same.
            Open::Exposure(Exposure::Interface(id)) => {
                hosts.insert(self.end[id].host());
            }
            Open::Exposure(Exposure::Task(id)) => {
                let task = self.site.task(id);
                hosts.insert(task.host());
                tasks.push(task);
            }
            Open::Exposure(Exposure::Setting(id)) => {
                hosts.insert(self.end[id].host());
            }
            Open::Exposure(Exposure::Kill) => {}
        }
    }

    fn of_host(self, id: HostId) -> Vec<Change> {
        let (site, host) = (self.site, &self.site[id]);
        let name = || host.name().to_owned();
        let mut facts = Vec::new();
        if host.reliance() != Reliance::Relied {
            facts.push(Change::Avx { host: name(), is_known: host.avx() == Avx::No });
            // Where the processor is said to have no AVX, that would have to be wrong first.
            let may_run = host.configured().https == PortState::On(host.https_port());
            if may_run && host.avx() != Avx::No {
                facts.push(Change::Seen(name()));
            }
        }
        if host.os() == Os::Unknown && host.avx() == Avx::Unknown {
            facts.push(Change::Linux(name()));
        }
        if obstacle(site, id) == Some(Obstacle::NumberTaken) {
            facts.push(Change::Number(name(), free_number(site, id)));
        }
        let is_unknown = |transport: &Transport| {
            let states = [host.configured().of(*transport), host.running().of(*transport)];
            states.contains(&PortState::Unknown)
        };
        if Transport::UNSECURE.iter().any(is_unknown) {
            facts.push(Change::Off(name()));
        }
        if is_renumbered(site, id) {
            facts.extend([Change::Undo(name()), Change::Finish(name())]);
        }
        let serves = |&interface: &InterfaceId| is_serviceable(site, interface);
        if !host.interfaces().iter().any(serves) {
            facts.push(self.enter(host.name()));
        }
        let delete = self.delete_dead(host.name());
        if matches!(delete, Change::Delete { .. }) {
            facts.push(delete);
        }
        facts
    }

    fn of_task(self, task: Task<'_>) -> Vec<Change> {
        let name = || task.name().to_owned();
        let interface = self.interface_for(task, self.site[task.host()].https_port());
        let mut facts = Vec::new();
        let is_told = matches!(task.reassign_override(), Some(ReassignOverride::To(text)) if **text == *interface);
        if !is_told {
            facts.push(Change::Target { task: name(), interface: interface.clone() });
        }
        let entered = self.site[task.host()].interfaces().iter();
        if entered.copied().any(|id| self.site[id].text() == interface) {
            facts.push(Change::Names { task: name(), interface });
        }
        facts
    }
}

/// An HTTPS text for a host: its own name, with its number.
fn https_text(address: &str, number: PortNumber) -> String {
    format!("https://{address}:{number}")
}

fn finish(cause: &Cause) -> Option<Change> {
    match cause {
        Cause::PendingRenumbering { host } => Some(Change::Finish(host.clone())),
        _ => None,
    }
}

fn go_blank(cause: &Cause) -> Option<Change> {
    match cause {
        Cause::TargetUnknown { task, .. } => Some(Change::Blank(task.clone())),
        _ => None,
    }
}

fn drop_override(cause: &Cause) -> Option<Change> {
    match cause {
        Cause::TargetUnknown { task, why: Riddle::Unfit, .. } => Some(Change::Secure(task.clone())),
        _ => None,
    }
}

fn waive(cause: &Cause) -> Option<Change> {
    match cause {
        Cause::AbortHeld { host, .. } => Some(Change::Waive(host.clone())),
        _ => None,
    }
}

/// A number that no port of the host has: the usual one of HTTPS, or the next that is free.
fn free_number(site: &Site, host: HostId) -> PortNumber {
    let host = &site[host];
    let takes = |number: &PortNumber| {
        Column::BOTH.into_iter().any(|column| {
            let ports = host.ports(column);
            [ports.ftp, ports.http].contains(&PortState::On(*number))
        })
    };
    let usual = Transport::Https.default_port();
    let numbers = (usual.as_u16()..=u16::MAX).filter_map(PortNumber::new);
    numbers.into_iter().find(|number| !takes(number)).unwrap_or(usual)
}
