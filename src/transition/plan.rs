//! A plan: steps that lead from a site to its goal, each prefix of them safe.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use schemars::JsonSchema;

use crate::site::{HostId, InterfaceId, Site};

use super::{
    Action, Actions, Direction, Wave,
    catalog::Catalog,
    checker::{self, Course, Judgement},
    explain::{self, Blocked, Explanation},
    planner,
    reliance::reliances,
};

/// How far a plan goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug)]
#[must_use = "an unread plan moves nothing"]
pub struct Plan<'s> {
    pub(super) catalog: Catalog<'s>,
    pub(super) direction: Direction,
    pub(super) outcome: Outcome,
    pub(super) actions: Actions,
    pub(super) waves: Vec<Wave>,
    pub(super) waits: Waits,
    /// The exposures of the goal before the first step and after each.
    pub(super) exposures: Vec<u32>,
    /// Found when first asked for: looking for a way out plans many sites anew.
    pub(super) explanation: OnceLock<Explanation>,
    pub(super) kept: Vec<InterfaceId>,
}

/// Which steps a step waits for.
#[derive(Clone, Debug)]
pub(super) enum Waits {
    /// As the planner finds from the stages of the steps; that is left to whoever asks for it.
    Staged(planner::Stages),
    /// A rollback goes back step by step.
    EachForTheLast,
    /// A repaired plan is safe in its order, and of no other it is known; earlier steps that a step relies on are listed
    /// as well: pairs of positions from 0, the step and the earlier one, in ascending order.
    InOrder(Vec<(u32, u32)>),
}

/// What a plan comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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

impl Summary {
    /// What steps come to that leave these exposures, the first before all of them.
    pub(super) fn of(actions: impl Iterator<Item = Action>, exposures: &[u32]) -> Self {
        let (mut steps, mut restarts) = (0, 0);
        for action in actions {
            steps += 1;
            restarts += usize::from(matches!(action, Action::Restart { .. }));
        }
        Self {
            steps,
            restarts,
            exposures_before: exposures.first().map_or(0, |&count| count as usize),
            exposures_after: exposures.last().map_or(0, |&count| count as usize),
        }
    }
}

/// Plans the move of a site to HTTPS only.
///
/// The plan has the fewest restarts and then the fewest steps; where the goal cannot be reached, it goes as far as is
/// safe and says what holds it back. Every prefix of it is safe, even if any of the hosts restart at any moment.
pub fn plan(site: &Site) -> Plan<'_> {
    let mut catalog = Catalog::new(site);
    let (steps, is_complete) = planner::plan(&mut catalog);
    let judgement = checker::judge(&catalog, steps.actions.iter().map(Ok));
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
        let planner::Steps { mut actions, mut waves, stages } = steps;
        debug_assert!(judgement.is_safe(), "an unsafe plan: {:?} {actions:?}", judgement.violation);
        debug_assert_eq!(judgement.reaches_goal, is_complete, "the planner misjudged the goal");
        actions.truncate(judgement.steps_checked);
        waves.truncate(judgement.steps_checked);
        Self {
            catalog,
            direction: Direction::Forward,
            outcome: if judgement.reaches_goal { Outcome::Complete } else { Outcome::Partial },
            actions,
            waves,
            waits: Waits::Staged(stages),
            exposures: judgement.exposures,
            explanation: OnceLock::new(),
            kept: Vec::new(),
        }
    }

    /// A plan of steps that the checker has confirmed in their order, and that nobody planned.
    pub(super) fn in_order(
        catalog: Catalog<'s>,
        outcome: Outcome,
        actions: Vec<Action>,
        exposures: Vec<u32>,
    ) -> Self {
        let waits = Waits::InOrder(reliances(Course::new(&catalog), &actions));
        let mut course = Course::new(&catalog);
        let wave = |&action: &Action| {
            let wave = Wave::of(&course, action, Direction::Forward);
            course.apply(action);
            wave
        };
        let waves = actions.iter().map(wave).collect();
        Self {
            catalog,
            direction: Direction::Forward,
            outcome,
            actions: actions.into_iter().collect(),
            waves,
            waits,
            exposures,
            // What a given plan leaves open is told only where more was tried.
            explanation: OnceLock::from(Explanation::default()),
            kept: Vec::new(),
        }
    }

    /// The site that the plan starts from.
    #[must_use]
    pub const fn site(&self) -> &'s Site {
        self.catalog.site()
    }

    /// Whether the plan goes forward or back.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// How far the plan goes.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The parts of the goal that the plan does not reach, and what would unblock them.
    ///
    /// They are found when first asked for, which takes longer than making the plan.
    #[must_use]
    pub fn blocked(&self) -> &[Blocked] {
        &self.explanation().blocked
    }

    /// Why the plan is partial, and what there is to choose from; empty where it is complete.
    #[must_use]
    pub fn explanation(&self) -> &Explanation {
        let is_held_back = self.direction == Direction::Forward && self.outcome == Outcome::Partial;
        let find = || if is_held_back { explain::explain(self) } else { Explanation::default() };
        self.explanation.get_or_init(find)
    }

    /// Interfaces that a rollback leaves, because a task of the original names them: host and text.
    #[must_use]
    pub fn kept(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.kept
            .iter()
            .map(|&id| (self.site()[self.catalog[id].host()].name(), self.catalog[id].text()))
    }

    /// What the plan comes to.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(self.actions.iter(), &self.exposures)
    }

    /// The wave of each step and the host that it concerns, for whoever only counts them: [`Plan::steps`] tells the rest.
    ///
    /// What belongs to the whole site concerns no host.
    pub fn outline(&self) -> impl Iterator<Item = (Wave, Option<HostId>)> {
        let hosts = self.actions.iter().map(|action| self.host_of(action));
        self.waves.iter().copied().zip(hosts)
    }

    /// The host that an action concerns.
    pub(super) fn host_of(&self, action: Action) -> Option<HostId> {
        self.catalog.host_of(action)
    }

    /// The state of the site after the last step.
    pub(super) fn end(&self) -> Site {
        Course::after(&self.catalog, self.actions.iter()).site()
    }
}
