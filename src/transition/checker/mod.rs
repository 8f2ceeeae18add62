//! The checker: it decides what safe means.
//!
//! It replays any plan, hand-written ones included, and names the first step that is not allowed. It shares no code
//! with the planner, so that trust can flow from here: what the planner makes is checked before it is handed out.

mod aborts;
mod census;
mod course;
mod demand;
mod floor;
mod forward;
mod host_census;
mod ledger;
mod moves;
mod need;
mod rosters;
mod setting;
mod tally;
mod violation;

use crate::site::{HostId, Site};

use self::{
    aborts::LowAborts,
    census::{Census, Past},
    demand::Presence,
    floor::Floors,
    ledger::Ledger,
    moves::Moves,
};
use super::{Action, Direction, catalog::Catalog};

pub(super) use course::{Course, Raised};
pub use need::Need;
pub use violation::{Breach, Violation};

/// What the checker says of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an unread verdict keeps nobody safe"]
pub(super) struct Judgement {
    /// How many steps are allowed, from the first on.
    pub(super) steps_checked: usize,
    /// The first step that is not allowed; `None` where every prefix is safe.
    pub(super) violation: Option<Violation>,
    /// Whether the plan ends where it should: at the goal, or at the original.
    pub(super) reaches_goal: bool,
    /// The exposures of the goal before the first step and after each one that is allowed; empty for a rollback.
    pub(super) exposures: Vec<u32>,
}

impl Judgement {
    /// Whether every prefix of the plan is safe.
    #[must_use]
    pub(super) const fn is_safe(&self) -> bool {
        self.violation.is_none()
    }
}

/// Judges a plan that goes forward from the catalog's site.
///
/// A step whose names could not be resolved comes with the [`Need`] that fails.
pub(super) fn judge(
    catalog: &Catalog<'_>,
    actions: impl Iterator<Item = Result<Action, Need>>,
) -> Judgement {
    let (mut census, mut ledger) = Ledger::open(catalog);
    let mut moves = Moves::new(&census);
    let (least, most) = actions.size_hint();
    let mut exposures = Vec::with_capacity(most.unwrap_or(least) + 1);
    exposures.push(ledger.goal());
    for (index, action) in actions.enumerate() {
        if let Ok(Action::Reassign { task, to }) = action
            && moves.repeat(&mut census, &mut ledger, task, to)
        {
            exposures.push(ledger.goal());
            continue;
        }
        if !matches!(action, Ok(Action::Reassign { .. })) {
            moves.settle(&mut census, &mut ledger);
        }
        let allowed =
            action.and_then(|action| census.needs(action, Direction::Forward).map(|()| action));
        let violation = match allowed {
            Err(need) => Some(Violation::of_need(index + 1, need)),
            Ok(action) if census.keeps(action) => {
                take(&mut census, &mut ledger, &mut moves, action);
                None
            }
            Ok(action) => {
                moves.settle(&mut census, &mut ledger);
                let mut after = census.clone();
                after.apply(action, &Presence);
                Violation::of_breaches(index + 1, violation::forward(&census, &after, action))
            }
        };
        if violation.is_some() {
            return Judgement { steps_checked: index, violation, reaches_goal: false, exposures };
        }
        exposures.push(ledger.goal());
    }
    let reaches_goal = ledger.goal() == 0 && census.is_https_on_in_goal();
    Judgement { steps_checked: exposures.len() - 1, violation: None, reaches_goal, exposures }
}

/// Takes a step that is allowed.
fn take(census: &mut Census<'_>, ledger: &mut Ledger, moves: &mut Moves, action: Action) {
    let follow = |census: &mut Census<'_>, ledger: &mut Ledger| {
        ledger.follow(census, action, |census| census.apply(action, &Presence));
    };
    if let Action::Reassign { task, .. } = action {
        let from = census.references[task].id();
        follow(census, ledger);
        moves.learn(census, ledger, task, from);
    } else {
        follow(census, ledger);
        moves.forget();
    }
}

/// Judges a rollback from the catalog's site: it must keep what `original` had in both columns.
///
/// Whether it ends at the original is for the caller to see: it needs the whole state, not its grades.
pub(super) fn judge_rollback(
    original: &Catalog<'_>,
    catalog: &Catalog<'_>,
    actions: impl Iterator<Item = Result<Action, Need>>,
) -> Judgement {
    let floors = Floors::of(&Census::new(original, &Presence));
    let mut census = Census::new(catalog, &floors);
    let mut low_aborts = floors.low_aborts(&census);
    let mut steps_checked = 0;
    let mut is_low = !violation::rollback(&floors, &census).is_empty();
    for (index, action) in actions.enumerate() {
        let allowed =
            action.and_then(|action| census.needs(action, Direction::Rollback).map(|()| action));
        let violation = match allowed {
            Err(need) => Some(Violation::of_need(index + 1, need)),
            Ok(action) => {
                let host = host_of_ports(action);
                floors.count_low_aborts(&census, host, &mut low_aborts, false);
                census.apply(action, &floors);
                floors.count_low_aborts(&census, host, &mut low_aborts, true);
                let kept = !is_low && census.keeps_floors(&floors, &low_aborts, action);
                let breaches =
                    if kept { Vec::new() } else { violation::rollback(&floors, &census) };
                Violation::of_breaches(index + 1, breaches)
            }
        };
        if violation.is_some() {
            let exposures = Vec::new();
            return Judgement { steps_checked: index, violation, reaches_goal: false, exposures };
        }
        is_low = false;
        steps_checked = index + 1;
    }
    Judgement { steps_checked, violation: None, reaches_goal: false, exposures: Vec::new() }
}

/// The host whose ports a step changes.
const fn host_of_ports(action: Action) -> Option<HostId> {
    match action {
        Action::EnablePort { host, .. }
        | Action::DisablePort { host, .. }
        | Action::Restart { host }
        | Action::RestorePorts { host, .. } => Some(host),
        Action::AddInterface { .. }
        | Action::RemoveInterface { .. }
        | Action::SetKill { .. }
        | Action::SetIni { .. }
        | Action::Reassign { .. } => None,
    }
}

/// Carries out steps whose safety nobody asks about, as long as their needs hold.
///
/// The answer is the position of the first step, from 0, that cannot be carried out, and its need.
pub(super) fn replay(
    catalog: &Catalog<'_>,
    actions: &[Result<Action, Need>],
    direction: Direction,
) -> Result<(), (usize, Need)> {
    let mut census = Census::new(catalog, &Presence);
    for (index, action) in actions.iter().enumerate() {
        let action = action.map_err(|need| (index, need))?;
        census.needs(action, direction).map_err(|need| (index, need))?;
        census.apply(action, &Presence);
    }
    Ok(())
}

/// The exposures of the goal before the first of some steps and after each, whether they are safe or not.
pub(super) fn exposures_along(
    catalog: &Catalog<'_>,
    actions: impl Iterator<Item = Action>,
) -> Vec<u32> {
    let (mut census, mut ledger) = Ledger::open(catalog);
    let first = ledger.goal();
    let after = |action: Action| {
        ledger.follow(&mut census, action, |census| census.apply(action, &Presence));
        ledger.goal()
    };
    core::iter::once(first).chain(actions.map(after)).collect()
}

/// A state in which steps can be tried.
#[derive(Clone)]
pub(super) struct Walker<'c>(Census<'c>);

impl<'c> Walker<'c> {
    /// The state after some steps, which were allowed.
    pub(super) fn after(catalog: &'c Catalog<'c>, done: &[Action]) -> Self {
        let mut census = Census::new(catalog, &Presence);
        for &action in done {
            census.apply(action, &Presence);
        }
        Self(census)
    }

    /// Whether a step would be allowed.
    pub(super) fn allows(&self, action: Action) -> bool {
        self.require(action).is_ok()
    }

    /// Whether a step would be allowed; where a need of it does not hold, which.
    pub(super) fn require(&self, action: Action) -> Result<(), Option<Need>> {
        self.0.needs(action, Direction::Forward).map_err(Some)?;
        if self.0.keeps(action) { Ok(()) } else { Err(None) }
    }

    /// The first condition that a step would break whose needs hold; it costs what reading the whole site costs.
    pub(super) fn breach(&self, action: Action) -> Option<Breach> {
        let mut after = self.0.clone();
        after.apply(action, &Presence);
        let breaches = violation::forward(&self.0, &after, action);
        Violation::of_breaches(1, breaches).map(|violation| violation.breach)
    }

    /// Takes a step if it is allowed; the answer says whether it was.
    pub(super) fn take(&mut self, action: Action) -> bool {
        self.try_take(action).is_ok()
    }

    /// Takes a step if it is allowed; where a need of it does not hold, the error says which.
    pub(super) fn try_take(&mut self, action: Action) -> Result<(), Option<Need>> {
        self.require(action)?;
        self.0.apply(action, &Presence);
        Ok(())
    }
}

/// What a step that is only tried out has changed.
pub(super) struct Before<'c>(Past<'c>);

impl<'c> Walker<'c> {
    /// Takes a step for a while, if it is allowed; [`Walker::revert`] brings back what was before.
    pub(super) fn try_out(&mut self, action: Action) -> Option<Before<'c>> {
        self.require(action).ok()?;
        let before = self.0.past(action);
        self.0.apply(action, &Presence);
        Some(Before(before))
    }

    /// Brings back what was before the last step.
    pub(super) fn revert(&mut self, before: Before<'c>) {
        self.0.revert(before.0, &Presence);
    }
}

impl Census<'_> {
    fn is_https_on_in_goal(&self) -> bool {
        let mut hosts = self.hosts.iter_enumerated().filter(|&(id, _)| self.is_in_goal(id));
        hosts.all(|(_, host)| host.running.https.is_on() && host.next().https.is_on())
    }

    /// Whether the floors still hold wherever `action`, which was just carried out, can have lowered something.
    fn keeps_floors(&self, floors: &Floors, low_aborts: &LowAborts, action: Action) -> bool {
        match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::Restart { host }
            | Action::RestorePorts { host, .. } => floors.hold_on(self, host),
            Action::AddInterface { interface, .. } | Action::RemoveInterface { interface } => {
                floors.hold_on(self, self.slots[interface].host)
            }
            // Nothing but aborts depends on the variable, and they held before.
            Action::SetKill { .. } => low_aborts.allow(self.kill),
            Action::Reassign { task, .. } => floors.hold_for(self, task),
            Action::SetIni { .. } => true,
        }
    }
}

/// Whether two sites have the same hosts, settings and tasks, so that one can be the other's past.
pub(super) fn is_same_estate(one: &Site, other: &Site) -> bool {
    one.hosts().len() == other.hosts().len()
        && one.task_count() == other.task_count()
        && one.hosts().zip(other.hosts()).all(|(one, other)| one.name() == other.name())
        && one.settings().len() == other.settings().len()
        && one.settings().zip(other.settings()).all(|(one, other)| {
            one.host() == other.host()
                && one.section() == other.section()
                && one.key() == other.key()
                && one.wanted() == other.wanted()
        })
        && one.tasks().zip(other.tasks()).all(|(one, other)| {
            one.name() == other.name()
                && one.host() == other.host()
                && one.source_host() == other.source_host()
        })
}
