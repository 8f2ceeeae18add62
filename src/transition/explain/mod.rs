//! What holds a plan back, what would unblock it, and what that would cost.
//!
//! Nothing is said that was not planned: a cause is what the site is planned *without*, an option what it is planned
//! *with*. Each change is planned once, and its plan answers for all parts of the goal at the same time. Planning is
//! counted, and ends at a limit; what that leaves open is told, so that "impossible" is never mixed up with "not found".

mod blocked;
mod cause;
mod change;
mod choice;
mod diagnosis;
mod fragment;
mod part;
mod smallest;
mod trial;
mod ways;
mod wording;

use core::mem::{Discriminant, discriminant};
use std::collections::BTreeSet;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use crate::{safety::Exposure, site::Site};

use self::{
    change::Change,
    choice::weigh,
    diagnosis::{Diagnosis, Open, open_parts},
    smallest::{LimitReached, smallest},
    trial::{Trial, Trials, forecast},
    ways::Ways,
};
use super::Plan;

pub use blocked::{Blocked, Certainty, Explanation};
pub use cause::{Cause, Obstacle, Riddle};
pub use choice::{Choice, Fact, Forecast};
pub use part::{Part, PartExposure};

/// How much may be planned anew, counted in tasks: a large site gets fewer confirmations, not a long wait.
const WORK_MAX: usize = 5_000_000;

/// What of that is left for options when causes are made small, so that each at least gets some.
const WORK_FOR_OPTIONS: usize = WORK_MAX / 2;

/// How many parts of a kind are explained; what holds back the first holds back most of the rest.
const PARTS_MAX: usize = 25;

/// How many ways there are to think everything away.
const EVERYTHING: usize = 2;

/// Explains what a partial plan does not reach.
pub(super) fn explain(plan: &Plan<'_>) -> Explanation {
    let (site, end) = (plan.site(), plan.end());
    let (parts, blocked_total) = parts(&end);
    let diagnosis = Diagnosis::new(site, &end);
    let tasks = diagnosis.tasks(&parts);
    let keeps_ftp = parts.contains(&Open::Exposure(Exposure::Kill));
    let stay = Choice::stay(forecast(plan, &end), keeps_ftp);
    let explainer = Explainer {
        parts: &parts,
        diagnosis,
        everything: None,
        trials: Trials::new(site, &end, &parts, WORK_MAX),
        ways: Ways { site, end: &end, tasks: &tasks },
        choices: vec![stay],
    };
    Explanation { blocked_total, ..explainer.explain() }
}

/// The first open parts of each kind, and how many there are in all.
fn parts(end: &Site) -> (Vec<Open>, usize) {
    let mut seen: IndexMap<_, usize, FixedState> = IndexMap::default();
    let mut total = 0;
    let first = open_parts(end).filter(|open| {
        total += 1;
        let count = seen.entry(kind(*open)).or_default();
        *count += 1;
        *count <= PARTS_MAX
    });
    let first = first.collect();
    (first, total)
}

type Kind = (Discriminant<Open>, Option<Discriminant<Exposure>>);

fn kind(open: Open) -> Kind {
    let exposure = match open {
        Open::Https(_) => None,
        Open::Exposure(exposure) => Some(discriminant(&exposure)),
    };
    (discriminant(&open), exposure)
}

/// A cause, and what is known of it.
type Found = (Vec<Cause>, Certainty);

struct Explainer<'e> {
    parts: &'e [Open],
    diagnosis: Diagnosis<'e>,
    /// Every fact that may block anything; looked for when first needed.
    everything: Option<Vec<Cause>>,
    trials: Trials<'e>,
    ways: Ways<'e>,
    /// All that there is to choose from; the first is to carry the plan out as it is.
    choices: Vec<Choice>,
}

impl Explainer<'_> {
    /// Causes first, then what can be done about them, then what may be otherwise.
    fn explain(mut self) -> Explanation {
        let parts = self.parts.iter().copied().enumerate();
        let causes: Vec<Found> = parts.clone().map(|(at, open)| self.cause(at, open)).collect();
        let mut blocked: Vec<Blocked> = parts
            .clone()
            .zip(causes)
            .map(|((at, open), found)| self.blocked(at, open, found))
            .collect();
        self.whole(&blocked);
        for ((at, open), blocked) in parts.zip(&mut blocked) {
            self.facts(at, open, blocked);
        }
        weigh(&mut self.choices);
        for blocked in &mut blocked {
            self.mark(blocked);
        }
        let untried = self.trials.untried();
        Explanation { blocked, blocked_total: 0, choices: self.choices, untried }
    }

    /// The smallest cause of a part that can be found.
    fn cause(&mut self, at: usize, open: Open) -> Found {
        let guess = self.diagnosis.of(open);
        let mut is_known = true;
        for nth in 0..=EVERYTHING {
            let facts = if nth == 0 { guess.clone() } else { self.everything(nth) };
            match self.suffices(at, &facts) {
                Ok(true) => return self.smallest(at, facts),
                Ok(false) => {}
                Err(LimitReached) => is_known = false,
            }
        }
        // What was cut short is no proof that there is nothing.
        let is_known = is_known && !self.diagnosis.is_cut();
        (guess, if is_known { Certainty::Unexplained } else { Certainty::Presumed })
    }

    /// Every fact that may block anything; first without those that are thought away by deleting interfaces, which
    /// others may need.
    fn everything(&mut self, nth: usize) -> Vec<Cause> {
        let all = self.everything.get_or_insert_with(|| self.diagnosis.of_all());
        let deletes = |cause: &&Cause| matches!(cause, Cause::DeadBlankMember { .. });
        all.iter().filter(|cause| nth == EVERYTHING || !deletes(cause)).cloned().collect()
    }

    fn smallest(&mut self, at: usize, whole: Vec<Cause>) -> Found {
        let (cause, confirmed) = smallest(whole, |some| self.suffices(at, some));
        match confirmed {
            Ok(()) => (cause, Certainty::Smallest),
            Err(LimitReached) => (cause, Certainty::Sufficient),
        }
    }

    /// Whether a part is reachable once these facts are thought away.
    fn suffices(&mut self, at: usize, cause: &[Cause]) -> Result<bool, LimitReached> {
        if cause.is_empty() {
            return Ok(false);
        }
        let change = self.ways.without(cause);
        let trial = self.trials.of(&change, WORK_FOR_OPTIONS)?;
        Ok(trial.is_some_and(|trial| trial.reaches(at)))
    }

    /// A part with its cause and what unblocks it.
    fn blocked(&mut self, at: usize, open: Open, (cause, certainty): Found) -> Blocked {
        let mut options = Vec::new();
        let mut untried = 0;
        if cause.iter().any(|fact| matches!(fact, Cause::AbortHeld { .. })) {
            options.extend(self.choices.first().cloned());
        }
        for change in self.ways.out_of(&cause) {
            match self.trials.of(&change, 0) {
                Ok(Some(trial)) if trial.reaches(at) => options.push(self.choose(&change, &trial)),
                Ok(_) => {}
                Err(LimitReached) => untried += 1,
            }
        }
        let goal = open.name(self.ways.end);
        Blocked { goal, cause, certainty, options, facts: Vec::new(), untried }
    }

    /// Adds ways out of everything at once, where they lead further or cost less than what is known.
    fn whole(&mut self, blocked: &[Blocked]) {
        let all: BTreeSet<&Cause> = blocked.iter().flat_map(|blocked| &blocked.cause).collect();
        let all: Vec<Cause> = all.into_iter().cloned().collect();
        for change in self.ways.out_of(&all) {
            let Ok(Some(trial)) = self.trials.of(&change, 0) else { continue };
            let is_known = |choice: &Choice| choice.covers(&trial.forecast, &trial.unblocks());
            if !self.choices.iter().any(is_known) {
                self.choose(&change, &trial);
            }
        }
    }

    /// A choice among all there are; entered once.
    fn choose(&mut self, change: &Change, trial: &Trial) -> Choice {
        if let Some(known) = self.choices.iter().find(|choice| choice.change == trial.fragment) {
            return known.clone();
        }
        let choice = Choice {
            change: trial.fragment.clone(),
            text: change.to_string(),
            forecast: trial.forecast,
            unblocks: trial.unblocks(),
            is_pareto: false,
        };
        self.choices.push(choice.clone());
        choice
    }

    /// Finds the single facts that would change the answer for a part.
    fn facts(&mut self, at: usize, open: Open, blocked: &mut Blocked) {
        for change in self.ways.facts(open, &blocked.cause) {
            match self.trials.of(&change, 0) {
                Ok(Some(trial)) if trial.reaches(at) => blocked.facts.push(Fact {
                    change: trial.fragment.clone(),
                    text: change.condition(),
                    forecast: trial.forecast,
                }),
                Ok(_) => {}
                Err(LimitReached) => blocked.untried += 1,
            }
        }
    }

    /// Sorts the options of a part like all choices, and marks them alike.
    fn mark(&self, blocked: &mut Blocked) {
        let is_option =
            |choice: &&Choice| blocked.options.iter().any(|option| option.change == choice.change);
        blocked.options = self.choices.iter().filter(is_option).cloned().collect();
    }
}
