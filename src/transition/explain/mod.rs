//! What holds a plan back, and what would unblock it.

mod blocked;
mod change;

use std::collections::BTreeSet;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use crate::{
    safety::{Exposure, Liveness, blank_legs, exposures},
    site::{HostId, InterfaceId, Kill, PortState, Reliance, Site, TaskId, Transport},
};

use self::change::Change;
use super::{Exposed, Plan, plan::plan_without_reasons, planner};

pub use blocked::{Blocked, Cause, Choice, Part, PartExposure};

/// How many tasks may be planned anew while options are confirmed: a large site gets fewer options, not a long wait.
const TASKS_MAX: usize = 20_000_000;

/// How many parts are explained; what holds back the first hundred holds back the rest.
const PARTS_MAX: usize = 100;

/// How many options a cause may have, however many there are to think of.
const OPTIONS_MAX: usize = 8;

/// Explains what a partial plan does not reach.
pub(super) fn blocked(plan: &Plan<'_>) -> Vec<Blocked> {
    let end = plan.end();
    let mut explainer =
        Explainer { site: plan.site(), end: &end, known: IndexMap::default(), planned: 0 };
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
    known: IndexMap<Vec<Cause>, Vec<Choice>, FixedState>,
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
        match open {
            Open::Https(host) => Part::Https { host: self.name(host) },
            Open::Exposure(exposure) => Part::Exposure(PartExposure::of(self.end, exposure)),
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
            Exposure::Setting(id) => self.restart(self.end[id].host(), causes),
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

    /// A restart that a setting waits for would take a port away that is still needed.
    fn restart(&self, host: HostId, causes: &mut BTreeSet<Cause>) {
        if is_renumbered(self.site, host) {
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
            || host
                .interfaces()
                .iter()
                .any(|&id| Liveness::of(&self.end[id], host.running()) != Liveness::Certain)
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
        if let Some(options) = self.known.get(cause) {
            return options.clone();
        }
        let mut options = Vec::new();
        for change in changes(self.site, cause) {
            if options.len() == OPTIONS_MAX {
                break;
            }
            options.extend(self.confirm(&change, open));
        }
        self.known.insert(cause.to_vec(), options.clone());
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
    let all = |kind: Kind<'_>| {
        let mut changes: Vec<Change> = cause.iter().map(kind).collect::<Option<_>>()?;
        changes.dedup();
        Some(Change::All(changes))
    };
    let supply = |cause: &Cause| Change::supply(site, cause);
    let kinds: [Kind<'_>; 5] =
        [&supply, &Change::except, &Change::waive, &Change::go_blank, &Change::remove];
    kinds.into_iter().filter_map(all).collect()
}

/// A kind of change: what it does about a cause, if anything.
type Kind<'k> = &'k dyn Fn(&Cause) -> Option<Change>;

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
