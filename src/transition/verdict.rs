//! Whether a plan is safe, and where it leads.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    safety::{Condition, Subject},
    site::{Column, FORMAT_VERSION, Site},
};

use super::{
    Action, CertificateError, Direction, PlanDocument,
    catalog::Catalog,
    checker::{self, Breach, Course, Judgement, Need, Violation},
    confirm::{End, confirm},
    repair::{self, Repair},
    resolve::resolve,
};

/// A question about a plan that has no answer.
///
/// More reasons may come, so matching must leave room for them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanMismatch {
    /// The plan was made for another site, or for another state of it.
    #[error("the plan is for another site, or for another state of this one")]
    Fingerprint {
        /// The fingerprint in the plan.
        of_plan: String,
        /// The fingerprint of the site.
        of_site: String,
    },
    /// The plan is a rollback, and nobody said from what.
    #[error("a rollback is judged against the original site")]
    NeedsOriginal,
    /// An original was given for a plan that goes forward.
    #[error("only a rollback is judged against an original site")]
    NeedsNoOriginal,
    /// The original has other hosts or tasks.
    #[error("the original site has other hosts or tasks")]
    OtherEstate,
    /// The plan has fewer steps.
    #[error("the plan has {steps} steps, so there is nothing after step {after}")]
    TooFewSteps {
        /// How many steps there are.
        steps: usize,
        /// How many were asked for.
        after: usize,
    },
    /// A step cannot be carried out.
    #[error("step {step} cannot be carried out: {need}")]
    Impossible {
        /// Its position, from 1.
        step: usize,
        /// What it needs.
        need: Need,
    },
    /// What the plan says of itself is not so.
    #[error(transparent)]
    Certificate(Box<CertificateError>),
    /// Only a plan that goes forward can be rolled back.
    #[error("a rollback is not rolled back: make a new plan instead")]
    RollbackOfRollback,
    /// Only a plan that goes forward can be repaired.
    #[error("a rollback is not repaired: make a new one instead")]
    RepairOfRollback,
}

/// What a check says of a plan.
#[derive(Clone, Debug)]
#[must_use = "an unread verdict keeps nobody safe"]
pub struct Verdict<'s> {
    catalog: Catalog<'s>,
    direction: Direction,
    judgement: Judgement,
    repair: Option<Repair>,
}

/// Checks a plan that goes forward from `site`.
///
/// # Errors
///
/// [`PlanMismatch`] where the plan is not for this site, goes back, or says of a step something that is not so; of a step
/// that is not allowed, and of those behind it, nothing is confirmed.
pub fn check<'s>(site: &'s Site, document: &PlanDocument<'_>) -> Result<Verdict<'s>, PlanMismatch> {
    if document.direction == Direction::Rollback {
        return Err(PlanMismatch::NeedsOriginal);
    }
    require_fingerprint(site, document)?;
    let mut catalog = Catalog::new(site);
    let actions = resolve(document, &mut catalog);
    let judgement = checker::judge(&catalog, actions.iter().copied());
    let allowed = actions.iter().take(judgement.steps_checked);
    confirm(&catalog, document, allowed, Some(&judgement.exposures), End::Goal)?;
    let repair = judgement
        .violation
        .as_ref()
        .and_then(|violation| repair::find(&mut catalog, &actions, violation));
    Ok(Verdict { catalog, direction: Direction::Forward, judgement, repair })
}

/// Checks a rollback that starts from `site` and has to end at `original`.
///
/// # Errors
///
/// [`PlanMismatch`] where the plan is not for this site, goes forward, says of a step something that is not so, or the
/// sites do not belong together.
pub fn check_rollback<'s>(
    original: &Site,
    site: &'s Site,
    document: &PlanDocument<'_>,
) -> Result<Verdict<'s>, PlanMismatch> {
    if document.direction == Direction::Forward {
        return Err(PlanMismatch::NeedsNoOriginal);
    }
    require_fingerprint(site, document)?;
    if !checker::is_same_estate(original, site) {
        return Err(PlanMismatch::OtherEstate);
    }
    let mut catalog = Catalog::new(site);
    let actions = resolve(document, &mut catalog);
    let mut judgement =
        checker::judge_rollback(&Catalog::new(original), &catalog, actions.iter().copied());
    let allowed = || actions.iter().take(judgement.steps_checked);
    if judgement.is_safe() {
        let done: Vec<Action> = allowed().copied().flatten().collect();
        judgement.reaches_goal =
            Course::after(&catalog, done.into_iter()).site().is_restored_to(original);
    }
    let end = End::Original(original, judgement.reaches_goal);
    confirm(&catalog, document, allowed(), None, end)?;
    Ok(Verdict { catalog, direction: Direction::Rollback, judgement, repair: None })
}

/// The state of `site` after the first `after` steps of a plan, or after all of them.
///
/// Whether the steps are safe is not asked: what would happen is.
///
/// # Errors
///
/// [`PlanMismatch`] where the plan is not for this site, a step cannot be carried out, or the plan says of any step
/// something that is not so.
pub fn simulate(
    site: &Site,
    document: &PlanDocument<'_>,
    after: Option<usize>,
) -> Result<Site, PlanMismatch> {
    require_fingerprint(site, document)?;
    let mut catalog = Catalog::new(site);
    let resolved = resolve(document, &mut catalog);
    let actions = first_steps(&catalog, document, &resolved, after)?;
    Ok(Course::after(&catalog, actions.into_iter()).site())
}

/// The first `after` steps, all of which can be carried out; what the file says of its steps is confirmed.
pub(super) fn first_steps(
    catalog: &Catalog<'_>,
    document: &PlanDocument<'_>,
    resolved: &[Result<Action, Need>],
    after: Option<usize>,
) -> Result<Vec<Action>, PlanMismatch> {
    let steps = document.steps.len();
    let after = after.unwrap_or(steps);
    if after > steps {
        return Err(PlanMismatch::TooFewSteps { steps, after });
    }
    let impossible = checker::replay(catalog, resolved, document.direction).err();
    let possible = impossible.map_or(steps, |(index, _)| index);
    let end = match document.direction {
        Direction::Forward => End::Goal,
        Direction::Rollback => End::Unknown,
    };
    confirm(catalog, document, resolved.iter().take(possible), None, end)?;
    match impossible.filter(|&(index, _)| index < after) {
        Some((index, need)) => Err(PlanMismatch::Impossible { step: index + 1, need }),
        None => Ok(resolved.iter().take(after).copied().flatten().collect()),
    }
}

pub(super) fn require_fingerprint(
    site: &Site,
    document: &PlanDocument<'_>,
) -> Result<(), PlanMismatch> {
    let Some(of_plan) = &document.site_fingerprint else { return Ok(()) };
    let of_site = site.fingerprint().to_string();
    if *of_plan == *of_site {
        return Ok(());
    }
    Err(PlanMismatch::Fingerprint { of_plan: of_plan.to_string(), of_site })
}

impl<'s> Verdict<'s> {
    /// Whether every prefix of the plan is safe.
    #[must_use]
    pub const fn is_safe(&self) -> bool {
        self.judgement.is_safe()
    }

    /// Whether the plan is safe and ends where it should: at the goal, or at the original.
    #[must_use]
    pub const fn reaches_goal(&self) -> bool {
        self.judgement.reaches_goal
    }

    /// Whether the plan goes forward or back.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// How many steps are allowed, from the first on.
    #[must_use]
    pub const fn steps_checked(&self) -> usize {
        self.judgement.steps_checked
    }

    /// The first step that is not allowed.
    #[must_use]
    pub const fn violation(&self) -> Option<&Violation> {
        self.judgement.violation.as_ref()
    }

    /// What has to come first.
    #[must_use]
    pub const fn repair(&self) -> Option<&Repair> {
        self.repair.as_ref()
    }

    /// The names that the verdict's indices stand for.
    #[must_use]
    pub const fn site(&self) -> &'s Site {
        self.catalog.site()
    }

    /// The exposures of the goal that are left after the last step that is allowed; `None` for a rollback.
    #[must_use]
    pub fn exposures_left(&self) -> Option<usize> {
        self.judgement.exposures.last().map(|&count| count as usize)
    }
}

impl Serialize for Verdict<'_> {
    /// Writes the report of `check --format json`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Verdict", 5)?;
        report.serialize_field("format_version", FORMAT_VERSION)?;
        report.serialize_field("safe", &self.is_safe())?;
        report.serialize_field("reaches_goal", &self.reaches_goal())?;
        report.serialize_field("steps_checked", &self.steps_checked())?;
        report.serialize_field(
            "violation",
            &self.violation().map(|violation| ViolationReport::of(self, violation)),
        )?;
        report.end()
    }
}

#[derive(Serialize)]
struct ViolationReport<'v> {
    step: usize,
    #[serde(flatten)]
    breach: BreachReport<'v>,
    #[serde(skip_serializing_if = "Option::is_none")]
    need: Option<String>,
    also: Vec<BreachReport<'v>>,
    repair: Option<&'v Repair>,
    text: String,
}

#[derive(Serialize)]
pub(super) struct BreachReport<'v> {
    condition: Condition,
    column: Option<Column>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'v str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<&'v str>,
}

impl<'v> ViolationReport<'v> {
    fn of(verdict: &'v Verdict<'_>, violation: &'v Violation) -> Self {
        let site = verdict.site();
        Self {
            step: violation.step,
            breach: BreachReport::of(site, violation.breach),
            need: violation.need.map(|need| need.to_string()),
            also: violation.also.iter().map(|&breach| BreachReport::of(site, breach)).collect(),
            repair: verdict.repair(),
            text: violation.breach.describe(site, violation.need),
        }
    }
}

impl<'v> BreachReport<'v> {
    pub(super) fn of(site: &'v Site, breach: Breach) -> Self {
        let (host, task) = match breach.subject {
            Some(Subject::Host(host)) => (Some(site[host].name()), None),
            Some(Subject::Task(task)) => (None, Some(site.task(task).name())),
            None => (None, None),
        };
        Self { condition: breach.condition, column: breach.column, host, task }
    }
}

impl Breach {
    /// The breach as a sentence.
    #[must_use]
    pub fn describe(&self, site: &Site, need: Option<Need>) -> String {
        let when = match self.column {
            Some(Column::Now) => " at once",
            Some(Column::Next) => " after the next restart",
            None => "",
        };
        let subject = match self.subject {
            Some(Subject::Host(host)) => site[host].name(),
            Some(Subject::Task(task)) => site.task(task).name(),
            None => "",
        };
        match self.condition {
            Condition::Precondition => {
                need.map_or_else(|| "it cannot be carried out".to_owned(), |need| need.to_string())
            }
            Condition::Route => format!("task `{subject}` may reach no STPD{when}"),
            Condition::Abort => format!("transfers on `{subject}` can no longer be aborted{when}"),
            Condition::Listener => format!("STPD on `{subject}` has no certain port left{when}"),
            Condition::Interface => format!("`{subject}` is left without any interface"),
            Condition::Distinct => format!("two ports of `{subject}` share a number{when}"),
            Condition::Exposure => "something is exposed that was not".to_owned(),
        }
    }
}
