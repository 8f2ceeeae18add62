//! A plan: steps that lead from a site to its goal, each prefix of them safe.

use crate::site::Site;

use super::{
    Action, Direction, Wave,
    catalog::Catalog,
    checker::{self, Judgement},
    planner,
};

/// How far a plan goes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It reaches the goal.
    Complete,
    /// It goes as far as is safe; what holds it back is told.
    Partial,
}

/// A plan for a site, checked.
///
/// It borrows the site, and works on its indices; a program that wants to keep it writes it down.
#[derive(Debug)]
#[must_use = "an unread plan moves nothing"]
pub struct Plan<'s> {
    pub(super) catalog: Catalog<'s>,
    pub(super) direction: Direction,
    pub(super) outcome: Outcome,
    pub(super) actions: Vec<Action>,
    pub(super) waves: Vec<Wave>,
    pub(super) needs: planner::Needs,
    /// The exposures of the goal before the first step and after each.
    pub(super) exposures: Vec<usize>,
}

/// What a plan comes to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct Summary {
    /// How many steps there are.
    pub steps: usize,
    /// How many of them restart STPD on a host.
    pub restarts: usize,
    /// What of the goal is exposed before the first step.
    pub exposures_before: usize,
    /// What of the goal is exposed after the last one.
    pub exposures_after: usize,
}

/// Plans the move of a site to HTTPS only.
///
/// The plan has the fewest restarts and then the fewest steps; where the goal cannot be reached, it goes as far as is
/// safe. Every prefix of it is safe, even if any of the hosts restart at any moment.
pub fn plan(site: &Site) -> Plan<'_> {
    let mut catalog = Catalog::new(site);
    let (steps, is_complete) = planner::plan(&mut catalog);
    let judgement = checker::judge(&catalog, steps.actions.iter().copied().map(Ok));
    Plan::confirmed(catalog, steps, is_complete, judgement)
}

impl<'s> Plan<'s> {
    /// Keeps what the checker confirmed of the planner's steps.
    ///
    /// The tests show that this is always all of them. Should they ever miss a case, a shorter plan is still safe.
    fn confirmed(
        catalog: Catalog<'s>,
        steps: planner::Steps,
        is_complete: bool,
        judgement: Judgement,
    ) -> Self {
        let planner::Steps { mut actions, mut waves, needs } = steps;
        debug_assert!(
            judgement.is_safe(),
            "the planner made an unsafe plan: {:?} {:?}",
            judgement.violation,
            actions
        );
        debug_assert_eq!(judgement.reaches_goal, is_complete, "the planner misjudged the goal");
        actions.truncate(judgement.steps_checked);
        waves.truncate(judgement.steps_checked);
        let outcome = if judgement.reaches_goal { Outcome::Complete } else { Outcome::Partial };
        let exposures = judgement.exposures;
        Self { catalog, direction: Direction::Forward, outcome, actions, waves, needs, exposures }
    }

    /// How far the plan goes.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What the plan comes to.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let restarts =
            self.actions.iter().filter(|action| matches!(action, Action::Restart { .. })).count();
        Summary {
            steps: self.actions.len(),
            restarts,
            exposures_before: self.exposures.first().copied().unwrap_or(0),
            exposures_after: self.exposures.last().copied().unwrap_or(0),
        }
    }
}
