//! A whole plan made safe, and what was changed for it.

use core::fmt;
use std::sync::OnceLock;

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeStruct},
};

use crate::site::{FORMAT_VERSION, Site};

use super::{
    ActionDocument, Blocked, Breach, Direction, Explanation, Need, Outcome, Plan, PlanDocument,
    PlanMismatch,
    catalog::Catalog,
    checker, mender, plan,
    plan::Summary,
    resolve::resolve,
    verdict::{BreachReport, require_fingerprint},
};

/// A plan of which every prefix is safe, made from one that was given.
#[derive(Clone, Debug)]
#[must_use = "an unread repair helps nobody"]
pub struct Repaired<'s> {
    plan: Plan<'s>,
    given: usize,
    changes: Vec<Change>,
    replanned_after: Option<usize>,
}

/// A difference between the given plan and the repaired one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What was done.
    pub deed: Deed,
    /// The position, from 1, of the given step before which it was done; `None` behind the given steps.
    pub before: Option<usize>,
    /// The position, from 1, in the repaired plan; `None` where a step was left out.
    pub at: Option<usize>,
    /// Why.
    pub why: Why,
}

/// What is done to a plan to repair it. Positions are those of the given plan, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A given step moved.
    Move(usize),
    /// A step that was not given came in.
    Insert(ActionDocument<'static>),
    /// A given step was left out.
    LeaveOut(usize),
}

/// Why a plan is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A given step was refused where it stood.
    Refused {
        /// The position of the refused step, from 1.
        step: usize,
        /// What it would have broken. `None` where a need does not hold, and where too many steps were refused to look
        /// into each.
        breach: Option<Breach>,
        /// The need that does not hold.
        need: Option<Need>,
    },
    /// The plan would have stopped short of its goal.
    Goal,
    /// Safe as it was, the plan went where less of the goal can be reached.
    DeadEnd,
}

/// Repairs a plan that goes forward from `site`: the same steps in the same order, as far as the checker allows.
///
/// A safe plan comes back as it is, even where it stops short of the goal. In any other a refused step gets what has to
/// come first, later steps of the plan before new ones; where nothing helps it is left out; and what is missing then is
/// planned, so that the result goes as far as a plan for the site would, at least. The result has a certificate of its
/// own; that of the given plan is not looked at, because moving steps around by hand spoils it. What repairing costs
/// grows with plan and site, not with their product: once too many steps were refused to find advice for each, the
/// remaining ones wait until the rest is planned.
///
/// # Errors
///
/// [`PlanMismatch`] where the plan is not for this site, or goes back.
pub fn repair<'s>(
    site: &'s Site,
    document: &PlanDocument<'_>,
) -> Result<Repaired<'s>, PlanMismatch> {
    if document.direction == Direction::Rollback {
        return Err(PlanMismatch::RepairOfRollback);
    }
    require_fingerprint(site, document)?;
    let mut catalog = Catalog::new(site);
    let given = resolve(document, &mut catalog);
    let judgement = checker::judge(&catalog, given.iter().copied());
    if judgement.is_safe() {
        let actions = given.into_iter().flatten().collect();
        let mended = mender::Mended { actions, changes: Vec::new(), replanned_after: None };
        return Ok(Repaired::new(catalog, document.steps.len(), mended, judgement));
    }
    let mut mended = mender::mend(&mut catalog, &given);
    let judgement = mender::judge(&catalog, &mut mended);
    let mut repaired = Repaired::new(catalog, given.len(), mended, judgement);
    if !repaired.reaches_goal() {
        let end = repaired.plan.end();
        let rest = plan(&end);
        // What holds it back is what nothing from its end on can change; where something can, the plan is asked itself.
        if rest.actions().next().is_none() {
            repaired.plan.explanation = OnceLock::from(rest.explanation().clone());
        }
    }
    Ok(repaired)
}

impl<'s> Repaired<'s> {
    fn new(
        catalog: Catalog<'s>,
        given: usize,
        mended: mender::Mended,
        judgement: checker::Judgement,
    ) -> Self {
        let mender::Mended { actions, changes, replanned_after } = mended;
        let checker::Judgement { exposures, reaches_goal, .. } = judgement;
        let outcome = if reaches_goal { Outcome::Complete } else { Outcome::Partial };
        let plan = Plan::in_order(catalog, outcome, actions, exposures);
        Self { plan, given, changes, replanned_after }
    }

    /// The repaired plan. Each of its steps waits for the one before it: in no other order it has been checked.
    pub const fn plan(&self) -> &Plan<'s> {
        &self.plan
    }

    /// The site that the plan starts from.
    #[must_use]
    pub const fn site(&self) -> &'s Site {
        self.plan.site()
    }

    /// Whether the given plan was safe, so that nothing had to be changed.
    #[must_use]
    pub const fn is_unchanged(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether the repaired plan reaches the goal.
    #[must_use]
    pub fn reaches_goal(&self) -> bool {
        self.plan.outcome() == Outcome::Complete
    }

    /// The differences: first those that put a step somewhere, in the order of the repaired plan, then the steps left out.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// How many given steps stand in their order, untouched.
    #[must_use]
    pub fn kept(&self) -> usize {
        let inserted = |change: &&Change| matches!(change.deed, Deed::Insert(_));
        self.given + self.changes.iter().filter(inserted).count() - self.changes.len()
    }

    /// After how many steps of the repaired plan the given order was given up and the rest planned, because it went
    /// where less of the goal can be reached.
    #[must_use]
    pub const fn replanned_after(&self) -> Option<usize> {
        self.replanned_after
    }

    /// The parts of the goal that the repaired plan does not reach, and what would unblock them.
    ///
    /// Of a safe plan that stops short nothing is said: nothing but its end holds it back.
    #[must_use]
    pub fn blocked(&self) -> &[Blocked] {
        self.plan.blocked()
    }

    /// Why the repaired plan does not reach the goal, and what there is to choose from behind its last step.
    #[must_use]
    pub fn explanation(&self) -> &Explanation {
        self.plan.explanation()
    }

    /// What the steps do, in their order.
    #[must_use]
    pub fn actions(&self) -> impl ExactSizeIterator<Item = ActionDocument<'_>> {
        self.plan.actions()
    }

    /// What the repaired plan comes to.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.plan.summary()
    }
}

impl Serialize for Repaired<'_> {
    /// Writes the report of `check --repair --format json`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let site = self.site();
        let changes: Vec<_> =
            self.changes.iter().map(|change| ChangeReport { site, change }).collect();
        let mut report = serializer.serialize_struct("Repaired", 7)?;
        report.serialize_field("format_version", FORMAT_VERSION)?;
        report.serialize_field("reaches_goal", &self.reaches_goal())?;
        report.serialize_field("summary", &self.summary())?;
        report.serialize_field("kept", &self.kept())?;
        report.serialize_field("changes", &changes)?;
        report.serialize_field("replanned_after", &self.replanned_after)?;
        report.serialize_field("blocked", self.blocked())?;
        report.end()
    }
}

struct ChangeReport<'r> {
    site: &'r Site,
    change: &'r Change,
}

impl Serialize for ChangeReport<'_> {
    /// What was done, as `{"move":n,"before":m}` or `{"insert":action,"before":m}` or `{"leave_out":n}`, and why.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Change { deed, before, at, why } = self.change;
        let mut map = serializer.serialize_map(None)?;
        match deed {
            Deed::Move(step) => map.serialize_entry("move", step),
            Deed::Insert(action) => map.serialize_entry("insert", action),
            Deed::LeaveOut(step) => map.serialize_entry("leave_out", step),
        }?;
        if at.is_some() {
            map.serialize_entry("before", before)?;
            map.serialize_entry("at", at)?;
        }
        map.serialize_entry("because", &WhyReport { site: self.site, why: *why })?;
        map.end()
    }
}

struct WhyReport<'r> {
    site: &'r Site,
    why: Why,
}

#[derive(Serialize)]
struct Refusal<'r> {
    refused: usize,
    #[serde(flatten)]
    breach: Option<BreachReport<'r>>,
    text: String,
}

impl Serialize for WhyReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.why.describe(self.site);
        match self.why {
            Why::Refused { step, breach, need } => {
                let breach = breach.or(need.map(|_| Breach::PRECONDITION));
                let breach = breach.map(|breach| BreachReport::of(self.site, breach));
                Refusal { refused: step, breach, text }.serialize(serializer)
            }
            Why::Goal => single("for", "goal", &text, serializer),
            Why::DeadEnd => single("avoids", "dead-end", &text, serializer),
        }
    }
}

fn single<S: Serializer>(
    key: &str,
    value: &str,
    text: &str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry(key, value)?;
    map.serialize_entry("text", text)?;
    map.end()
}

impl Why {
    /// The reason as a sentence.
    #[must_use]
    pub fn describe(&self, site: &Site) -> String {
        match self {
            Self::Refused { breach: Some(breach), need, .. } => breach.describe(site, *need),
            Self::Refused { need: Some(need), .. } => need.to_string(),
            Self::Refused { .. } => "it was not allowed there".to_owned(),
            Self::Goal => "it is needed to reach the goal".to_owned(),
            Self::DeadEnd => "less of the goal could be reached after it".to_owned(),
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Move(step) => write!(f, "move step {step}"),
            Self::Insert(_) => write!(f, "insert a step"),
            Self::LeaveOut(step) => write!(f, "leave out step {step}"),
        }
    }
}
