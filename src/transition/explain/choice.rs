//! What an administrator can choose from, and which choices are better than others.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use crate::transition::plan::{Outcome, Summary};

/// A change of the site, or none, and what its plan comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The change, as a fragment in the shape of the site file; empty where this very plan is carried out.
    ///
    /// Tables are merged, hosts by `name`, tasks by `id`; waivers are added; a list is the whole new list, and null
    /// takes a key out. A host whose `role` is null is taken out with its tasks, and wherever else it is named.
    pub change: Value,
    /// The change in words.
    pub text: String,
    /// What the plan of the changed site comes to.
    pub forecast: Forecast,
    /// The parts that it unblocks: positions in the list of what is blocked, from 1.
    pub unblocks: Vec<usize>,
    /// Whether no other choice is at least as good in all of: exposures left on the whole site, restarts, steps; and
    /// better in one.
    pub is_pareto: bool,
}

/// A fact of the site: if it were otherwise than the site file says, a part of the goal could be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The fact as it would have to be, as a fragment in the shape of the site file; see [`Choice::change`].
    pub change: Value,
    /// The same in words, with what would follow.
    pub text: String,
    /// What the plan would come to.
    pub forecast: Forecast,
}

/// What the plan of a changed site comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Whether it reaches the goal.
    pub outcome: Outcome,
    /// Its counts; exposures are those of the goal.
    pub summary: Summary,
    /// What is exposed in the end on the whole site, hosts outside the goal included.
    pub site_exposures_after: usize,
}

impl Choice {
    /// The choice to carry a plan out as it is.
    pub(super) fn stay(forecast: Forecast, keeps_ftp: bool) -> Self {
        let text = if keeps_ftp {
            "carry this plan out, go on aborting over FTP, and leave the rest as it is"
        } else {
            "carry this plan out, and leave the rest as it is"
        };
        Self {
            change: Value::Object(serde_json::Map::new()),
            text: text.to_owned(),
            forecast,
            unblocks: Vec::new(),
            is_pareto: false,
        }
    }

    /// Whether it leads as far as another would, and costs no more.
    pub(super) fn covers(&self, forecast: &Forecast, unblocks: &[usize]) -> bool {
        let pairs = self.forecast.weights().into_iter().zip(forecast.weights());
        pairs.into_iter().all(|(own, other)| own <= other)
            && unblocks.iter().all(|position| self.unblocks.contains(position))
    }
}

impl Forecast {
    /// What is weighed: exposures left on the whole site, restarts, steps.
    const fn weights(&self) -> [usize; 3] {
        [self.site_exposures_after, self.summary.restarts, self.summary.steps]
    }

    /// Whether it is at least as good in all that is weighed, and better in something.
    #[must_use]
    pub fn dominates(&self, other: &Self) -> bool {
        let pairs = self.weights().into_iter().zip(other.weights());
        pairs.clone().all(|(one, other)| one <= other)
            && pairs.clone().any(|(one, other)| one < other)
    }
}

/// Sorts choices, the least exposure first, then the fewest restarts and steps, and marks those that none dominates.
pub(super) fn weigh(choices: &mut [Choice]) {
    choices.sort_by_key(|choice| choice.forecast.weights());
    let forecasts: Vec<Forecast> = choices.iter().map(|choice| choice.forecast).collect();
    for choice in choices {
        choice.is_pareto = !forecasts.iter().any(|other| other.dominates(&choice.forecast));
    }
}

impl Serialize for Choice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { change, text, forecast, unblocks, is_pareto } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("change", change)?;
        forecast.write(&mut map)?;
        map.serialize_entry("pareto", is_pareto)?;
        map.serialize_entry("unblocks", unblocks)?;
        map.serialize_entry("text", text)?;
        map.end()
    }
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { change, text, forecast } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("change", change)?;
        forecast.write(&mut map)?;
        map.serialize_entry("text", text)?;
        map.end()
    }
}

impl Forecast {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let Self { outcome, summary, site_exposures_after } = self;
        let Summary { steps, restarts, exposures_before: _, exposures_after } = summary;
        map.serialize_entry("outcome", outcome)?;
        map.serialize_entry("steps", steps)?;
        map.serialize_entry("restarts", restarts)?;
        map.serialize_entry("exposures_after", exposures_after)?;
        map.serialize_entry("site_exposures_after", site_exposures_after)
    }
}
