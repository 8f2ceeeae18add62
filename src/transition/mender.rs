//! Makes a whole plan safe: what the checker advises, done step by step.
//!
//! The given steps are gone through in their order. One that is allowed is kept where it stands. One that is refused gets
//! what has to come first, moved up from later in the plan or inserted; where nothing helps, or where it has nothing to
//! do yet, it waits. In the end the waiting steps are tried once more, and the planner goes the rest of the way; where a
//! step of its is one that waits, that one is taken.
//!
//! No allowed step loses a condition, but one can lead where the goal is out of reach (a task moved to an interface of
//! which nobody knows an HTTPS twin). Then the first such step is searched by halves; what comes before is kept, and the
//! planner goes on from there.
//!
//! # Cost
//!
//! Keeping, waiting and going the rest of the way cost O(steps log steps + site); the search by halves repeats a planner's
//! run O(log steps) times. Only advice costs as much as reading plan and site again, so there is a [`budget`] for it that
//! is linear in both: after that, refused steps wait without being asked why.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    Action, Need, Outcome,
    catalog::Catalog,
    checker::{self, Course, Judgement, Walker},
    plan,
    repair::{self, LATER_MAX, Prerequisite},
    repaired::{Change, Deed, Why},
};

/// How much work may go into advice, in tries of a step, for each step and each part of the site.
const WORK_PER_PART: usize = 64;

/// How much may go into it at any rate: enough for whatever is written by hand.
const WORK_MIN: usize = 20_000_000;

/// What reading a part of the site for advice costs, in tries of a step.
const READING: usize = 16;

/// How often the planner may go on from where it ended.
const ROUNDS_MAX: usize = 4;

/// A repaired plan before it is judged.
pub(super) struct Mended {
    pub(super) actions: Vec<Action>,
    pub(super) changes: Vec<Change>,
    pub(super) replanned_after: Option<usize>,
}

/// A step of the repaired plan.
#[derive(Clone, Debug)]
struct Taken {
    action: Action,
    /// Its position in the given plan, from 1; `None` where it is inserted.
    given: Option<usize>,
    /// Where it was not kept in its place: before which given step it comes, and why.
    change: Option<(Option<usize>, Why)>,
}

struct Mender<'c, 's> {
    catalog: &'c mut Catalog<'s>,
    given: &'c [Result<Action, Need>],
    /// Which of the given steps are in the repaired plan.
    is_taken: Vec<bool>,
    taken: Vec<Taken>,
    /// The positions, from 0, of the given steps that wait, by what they do.
    waiting: BTreeMap<Action, VecDeque<usize>>,
    /// Why the given steps that were refused were, by position from 0.
    refusals: BTreeMap<usize, Why>,
    /// What nothing that is known helped: nobody is asked twice.
    helpless: BTreeSet<Action>,
    budget: usize,
}

/// Repairs a plan that the checker refuses.
pub(super) fn mend(catalog: &mut Catalog<'_>, given: &[Result<Action, Need>]) -> Mended {
    let best = plan(catalog.site());
    let best = (best.outcome(), best.summary().exposures_after);
    let mut mender = Mender::new(catalog, given);
    mender.go_through();
    mender.try_waiting();
    let kept = mender.taken.len();
    let as_far = |reached: (Outcome, usize)| match best {
        (Outcome::Complete, _) => reached.0 == Outcome::Complete,
        (Outcome::Partial, left) => reached.0 == Outcome::Complete || reached.1 <= left,
    };
    let replanned_after = if as_far(mender.reach(kept)) {
        None
    } else {
        let kept = mender.longest(kept, as_far);
        mender.cut(kept);
        Some(kept)
    };
    mender.complete();
    let (actions, changes) = mender.finish();
    Mended { actions, changes, replanned_after }
}

impl<'c, 's> Mender<'c, 's> {
    fn new(catalog: &'c mut Catalog<'s>, given: &'c [Result<Action, Need>]) -> Self {
        let budget = budget(given.len() + size(catalog));
        Self {
            catalog,
            given,
            is_taken: vec![false; given.len()],
            taken: Vec::with_capacity(given.len()),
            waiting: BTreeMap::new(),
            refusals: BTreeMap::new(),
            helpless: BTreeSet::new(),
            budget,
        }
    }

    /// Takes the given steps in their order, each with what has to come first.
    fn go_through(&mut self) {
        let mut at = 0;
        while let Some((refused, action)) = self.keep_from(at) {
            at = refused + 1;
            self.advise(refused, action);
        }
    }

    /// Keeps steps from `at` on; the answer is the first one that is refused and that some other step may help.
    fn keep_from(&mut self, at: usize) -> Option<(usize, Action)> {
        let mut walker = Walker::after(self.catalog, &actions(&self.taken));
        let size = size(self.catalog);
        for (index, &step) in self.given.iter().enumerate().skip(at) {
            if self.is_taken.get(index).copied().unwrap_or(false) {
                continue;
            }
            let refused = |breach, need| Why::Refused { step: index + 1, breach, need };
            let action = match step {
                Ok(action) => action,
                Err(need) => {
                    self.refusals.insert(index, refused(None, Some(need)));
                    continue;
                }
            };
            let Err(need) = walker.try_take(action) else {
                self.taken.push(Taken { action, given: Some(index + 1), change: None });
                mark(&mut self.is_taken, index);
                continue;
            };
            let is_hopeless = need.is_some_and(|need| has_nothing_to_do(action, need))
                || self.helpless.contains(&action);
            let later = self.given.len() - index;
            let cost = cost_of_advice(size + self.taken.len(), later);
            if let Some(left) = self.budget.checked_sub(cost).filter(|_| !is_hopeless) {
                self.budget = left;
                let breach = if need.is_none() { walker.breach(action) } else { None };
                self.refusals.insert(index, refused(breach, need));
                return Some((index, action));
            }
            self.refusals.insert(index, refused(None, need));
            self.waiting.entry(action).or_default().push_back(index);
        }
        None
    }

    /// Takes what has to come before a refused step, and then the step; where nothing helps, it waits.
    fn advise(&mut self, refused: usize, action: Action) {
        let why = self.refusals.get(&refused).copied().unwrap_or(Why::Goal);
        let later = self.given.iter().zip(&self.is_taken).enumerate().skip(refused).skip(1);
        let later = later.filter(|&(_, (_, &is_taken))| !is_taken);
        let later = later.filter_map(|(index, (step, _))| Some((index + 1, (*step).ok()?)));
        let first = repair::prerequisites(self.catalog, &actions(&self.taken), action, later);
        let Some(first) = first else {
            self.helpless.insert(action);
            self.waiting.entry(action).or_default().push_back(refused);
            return;
        };
        for (prerequisite, action) in first {
            let given = match prerequisite {
                Prerequisite::Move(position) => Some(position),
                Prerequisite::Insert(_) => self.waiting_for(action),
            };
            self.take(Taken { action, given, change: Some((Some(refused + 1), why)) });
        }
        self.refusals.remove(&refused);
        self.take(Taken { action, given: Some(refused + 1), change: None });
    }

    fn take(&mut self, taken: Taken) {
        if let Some(index) = taken.given.and_then(|position| position.checked_sub(1)) {
            mark(&mut self.is_taken, index);
        }
        self.taken.push(taken);
    }

    /// The position, from 1, of the first step that waits and does this; it waits no longer.
    fn waiting_for(&mut self, action: Action) -> Option<usize> {
        self.waiting.get_mut(&action)?.pop_front().map(|index| index + 1)
    }

    /// Takes those of the waiting steps that are allowed by now, in their order.
    fn try_waiting(&mut self) {
        let mut waiting: Vec<(usize, Action)> = core::mem::take(&mut self.waiting)
            .into_iter()
            .flat_map(|(action, indices)| indices.into_iter().map(move |index| (index, action)))
            .collect();
        waiting.sort_unstable_by_key(|&(index, _)| index);
        let mut walker = Walker::after(self.catalog, &actions(&self.taken));
        for (index, action) in waiting {
            if self.had_nothing_to_do(index, action) || !walker.take(action) {
                self.waiting.entry(action).or_default().push_back(index);
                continue;
            }
            let why = self.refusals.remove(&index).unwrap_or(Why::Goal);
            self.taken.push(Taken { action, given: Some(index + 1), change: Some((None, why)) });
            mark(&mut self.is_taken, index);
        }
    }

    /// Whether a step was refused because what it does was done.
    fn had_nothing_to_do(&self, index: usize, action: Action) -> bool {
        match self.refusals.get(&index) {
            Some(Why::Refused { need: Some(need), .. }) => has_nothing_to_do(action, *need),
            _ => false,
        }
    }

    /// How far the planner gets from the state after the first `kept` steps, and the exposures that it leaves.
    fn reach(&self, kept: usize) -> (Outcome, usize) {
        let mut course = Course::new(self.catalog);
        self.taken.iter().take(kept).for_each(|taken| course.apply(taken.action));
        let site = course.site();
        let plan = plan(&site);
        (plan.outcome(), plan.summary().exposures_after)
    }

    /// How many of the first `kept` steps can stay so that the planner gets `as_far` as without any.
    fn longest(&self, kept: usize, as_far: impl Fn((Outcome, usize)) -> bool) -> usize {
        let (mut good, mut bad) = (0, kept);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            if as_far(self.reach(middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        good
    }

    /// Gives up all steps but the first `kept`; given ones among them wait.
    fn cut(&mut self, kept: usize) {
        for taken in self.taken.split_off(kept) {
            let Some(index) = taken.given.and_then(|position| position.checked_sub(1)) else {
                continue;
            };
            if let Some(is_taken) = self.is_taken.get_mut(index) {
                *is_taken = false;
            }
            self.refusals.insert(index, Why::DeadEnd);
            self.waiting.entry(taken.action).or_default().push_back(index);
        }
        self.waiting.values_mut().for_each(|indices| indices.make_contiguous().sort_unstable());
    }

    /// Takes the steps of a plan from here on, those that wait first.
    ///
    /// Where numbers of ports clashed, a plan may go on from where one ends.
    fn complete(&mut self) {
        for _ in 0..ROUNDS_MAX {
            let planned = repair::planned_from(self.catalog, &actions(&self.taken), usize::MAX);
            if planned.is_empty() {
                return;
            }
            for (_, action) in planned {
                let given = self.waiting.get_mut(&action).and_then(VecDeque::pop_front);
                let why = given.and_then(|index| self.refusals.remove(&index)).unwrap_or(Why::Goal);
                let given = given.map(|index| index + 1);
                self.take(Taken { action, given, change: Some((None, why)) });
            }
        }
    }

    /// The steps, and what became of the given ones.
    fn finish(self) -> (Vec<Action>, Vec<Change>) {
        let catalog = &*self.catalog;
        let mut changes = Vec::new();
        for (index, taken) in self.taken.iter().enumerate() {
            let Some((before, why)) = taken.change else { continue };
            let deed = match taken.given {
                Some(step) => Deed::Move(step),
                None => Deed::Insert(catalog.document(taken.action).into_owned()),
            };
            changes.push(Change { deed, before, at: Some(index + 1), why });
        }
        let is_taken = self.is_taken.iter();
        for (index, _) in is_taken.enumerate().filter(|&(_, &is_taken)| !is_taken) {
            let why = self.refusals.get(&index).copied().unwrap_or(Why::DeadEnd);
            let deed = Deed::LeaveOut(index + 1);
            changes.push(Change { deed, before: None, at: None, why });
        }
        (actions(&self.taken), changes)
    }
}

/// What one piece of advice costs, in tries of a step: the state is found again, and later steps are tried.
fn cost_of_advice(parts: usize, later: usize) -> usize {
    (parts + later.min(LATER_MAX)).saturating_mul(READING)
}

/// How much work may go into advice for a plan and a site with so many parts together.
const fn budget(parts: usize) -> usize {
    parts.saturating_mul(WORK_PER_PART).saturating_add(WORK_MIN)
}

/// How many parts a site has.
fn size(catalog: &Catalog<'_>) -> usize {
    let site = catalog.site();
    site.hosts().len() + site.task_count() + catalog.interface_count() + site.settings().len()
}

fn actions(taken: &[Taken]) -> Vec<Action> {
    taken.iter().map(|taken| taken.action).collect()
}

fn mark(is_taken: &mut [bool], index: usize) {
    if let Some(is_taken) = is_taken.get_mut(index) {
        *is_taken = true;
    }
}

/// Whether a step is refused because what it does is done, or because nothing else makes up for what it needs.
fn has_nothing_to_do(action: Action, need: Need) -> bool {
    let is_deleted = matches!(action, Action::RemoveInterface { .. }) && need == Need::Entered;
    is_deleted || repair::is_hopeless(need)
}

/// What the checker says of a repaired plan; it has the last word.
pub(super) fn judge(catalog: &Catalog<'_>, mended: &mut Mended) -> Judgement {
    let judgement = checker::judge(catalog, mended.actions.iter().copied().map(Ok));
    debug_assert!(judgement.is_safe(), "an unsafe repair: {:?}", judgement.violation);
    mended.actions.truncate(judgement.steps_checked);
    mended.changes.retain(|change| change.at.is_none_or(|at| at <= judgement.steps_checked));
    judgement
}
