//! What has to come before a step that is not allowed.

use core::fmt;
use std::collections::BTreeSet;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{safety::Condition, site::Site};

use super::{
    Action, ActionDocument,
    catalog::Catalog,
    checker::{Course, Need, Violation, Walker},
    plan,
    resolve::resolve,
    shortest,
};

/// What has to come before a step that is not allowed, so that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The position, from 1, of the step that was refused.
    pub before: usize,
    /// What has to come first, in this order. There is no shorter way to make the step allowed, as far as all short ways
    /// could be tried; where they are too many, at least none of these can be left out.
    pub first: Vec<Prerequisite>,
}

/// A step that has to come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prerequisite {
    /// A later step of the same plan, by its position from 1.
    Move(usize),
    /// A step that the plan does not have.
    Insert(ActionDocument<'static>),
}

/// How much work may go into making a repair: steps that are tried, times the tasks of the site.
const WORK_MAX: usize = 20_000_000;

/// Later steps that are considered: someone who wrote a plan by hand did not write more.
pub(super) const LATER_MAX: usize = 2_000;

/// Finds what has to come before the step that `violation` refuses; `None` where nothing that is known helps.
pub(super) fn find(
    catalog: &mut Catalog<'_>,
    actions: &[Result<Action, Need>],
    violation: &Violation,
) -> Option<Repair> {
    let at = violation.step.checked_sub(1)?;
    let refused = actions.get(at).copied()?.ok()?;
    if violation.breach.condition == Condition::Precondition
        && violation.need.is_some_and(is_hopeless)
    {
        return None;
    }
    let done: Vec<Action> = actions.iter().take(at).copied().filter_map(Result::ok).collect();
    let later = actions.iter().enumerate().skip(violation.step);
    let later = later.filter_map(|(index, action)| Some((index + 1, (*action).ok()?)));
    let later: Vec<(usize, Action)> = later.take(LATER_MAX).collect();
    let found = prerequisites(catalog, &done, refused, later.iter().copied());
    let first = fewest(catalog, &done, refused, &later, found)?;
    Some(Repair { before: violation.step, first })
}

/// The fewest steps that have to come first, as far as they can be found: those that lead to the goal, or fewer.
fn fewest(
    catalog: &Catalog<'_>,
    done: &[Action],
    refused: Action,
    later: &[(usize, Action)],
    found: Option<Found>,
) -> Option<Vec<Prerequisite>> {
    /// Who does not know what leads to the goal may try this many steps.
    const UNKNOWN: usize = 3;
    let length = found.as_ref().map_or(UNKNOWN + 1, Vec::len);
    let steps: Vec<Action> = found.iter().flatten().map(|&(_, action)| action).collect();
    let first: Vec<Action> =
        later.iter().map(|&(_, action)| action).chain(steps.iter().copied()).collect();
    let start = Walker::after(catalog, done);
    let Some(fewer) = shortest::shorter(catalog, &start, refused, length, &steps, &first) else {
        return Some(found?.into_iter().map(|(prerequisite, _)| prerequisite).collect());
    };
    let prerequisite = |action: Action| {
        let given = later.iter().find(|&&(_, other)| other == action);
        given.map_or_else(
            || Prerequisite::Insert(catalog.document(action).into_owned()),
            |&(position, _)| Prerequisite::Move(position),
        )
    };
    Some(fewer.into_iter().map(prerequisite).collect())
}

/// Finds what has to come between `done` and `refused`: some of the `later` steps, given with their positions, and steps
/// of a plan from there.
pub(super) fn prerequisites(
    catalog: &mut Catalog<'_>,
    done: &[Action],
    refused: Action,
    later: impl Iterator<Item = (usize, Action)>,
) -> Option<Found> {
    let planned = planned_from(catalog, done, LATER_MAX);
    let start = Walker::after(catalog, done);
    let later = later.take(LATER_MAX);
    let later = later.map(|(position, action)| (Prerequisite::Move(position), action));
    let inserted =
        planned.into_iter().map(|(document, action)| (Prerequisite::Insert(document), action));
    let candidates: Vec<(Prerequisite, Action)> = later.chain(inserted).collect();
    let found = collect(&start, refused, &candidates)?;
    Some(minimize(&start, refused, found, catalog.site()))
}

/// Whether no other step can make up for a need.
pub(super) const fn is_hopeless(need: Need) -> bool {
    !matches!(
        need,
        Need::Unnamed(_)
            | Need::DistinctNext
            | Need::FreeNumber(_)
            | Need::HttpsNumber
            | Need::Entered
    )
}

/// The first steps, `at_most` of them, that the planner would take from the state after `done`.
pub(super) fn planned_from(
    catalog: &mut Catalog<'_>,
    done: &[Action],
    at_most: usize,
) -> Vec<(ActionDocument<'static>, Action)> {
    let site = Course::after(catalog, done.iter().copied()).site();
    let plan = plan(&site);
    let documents =
        plan.actions.iter().take(at_most).map(|action| plan.catalog.document(action).into_owned());
    let documents: Vec<ActionDocument<'static>> = documents.collect();
    let document = super::PlanDocument::new(super::Direction::Forward, documents.iter().cloned());
    let actions = resolve(&document, catalog);
    documents
        .into_iter()
        .zip(actions)
        .filter_map(|(document, action)| Some((document, action.ok()?)))
        .collect()
}

type Found = Vec<(Prerequisite, Action)>;

/// Takes whatever candidate is allowed until the refused step is.
fn collect(
    start: &Walker<'_>,
    refused: Action,
    candidates: &[(Prerequisite, Action)],
) -> Option<Vec<(Prerequisite, Action)>> {
    let mut walker = start.clone();
    let mut found: Found = Vec::new();
    let mut taken = BTreeSet::from([refused]);
    loop {
        let before = found.len();
        for (prerequisite, action) in candidates {
            if taken.contains(action) || !walker.take(*action) {
                continue;
            }
            taken.insert(*action);
            found.push((prerequisite.clone(), *action));
            if walker.allows(refused) {
                return Some(found);
            }
        }
        if found.len() == before {
            return None;
        }
    }
}

/// Leaves out every step without which the refused one is allowed all the same.
fn minimize(
    start: &Walker<'_>,
    refused: Action,
    mut found: Found,
    site: &Site,
) -> Vec<(Prerequisite, Action)> {
    let work = found.len().saturating_mul(found.len() + site.task_count());
    if work > WORK_MAX {
        return found;
    }
    for at in (0..found.len()).rev() {
        let mut fewer = found.clone();
        fewer.remove(at);
        let mut walker = start.clone();
        if fewer.iter().all(|&(_, action)| walker.take(action)) && walker.allows(refused) {
            found = fewer;
        }
    }
    found
}

impl Serialize for Repair {
    /// The first thing to do, as `{"move":n,"before":m}` or `{"insert":action,"before":m}`; what else has to come first
    /// stands under `then`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some((first, then)) = self.first.split_first() {
            first.serialize_into(&mut map)?;
            map.serialize_entry("before", &self.before)?;
            if !then.is_empty() {
                map.serialize_entry("then", then)?;
            }
            map.serialize_entry("text", &self.to_string())?;
        }
        map.end()
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, prerequisite) in self.first.iter().enumerate() {
            let lead = if index == 0 { "" } else { ", then " };
            match prerequisite {
                Prerequisite::Move(step) => write!(f, "{lead}move step {step}"),
                Prerequisite::Insert(_) => write!(f, "{lead}insert a step"),
            }?;
        }
        write!(f, " before step {}", self.before)
    }
}

impl Serialize for Prerequisite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        self.serialize_into(&mut map)?;
        map.end()
    }
}

impl Prerequisite {
    fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Move(step) => map.serialize_entry("move", step),
            Self::Insert(action) => map.serialize_entry("insert", action),
        }
    }
}
