//! Which steps a run carries out, and for which it has to wait.

use std::collections::BTreeMap;

use crate::{
    site::{HostId, Site},
    transition::{Field, PlanDocument, Script},
};

use super::stop::Waiting;

/// Where a run acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// On every host, and inside the product.
    Everywhere,
    /// On these hosts; inside the product only where one of them is the Server.
    Hosts(&'a [HostId]),
}

impl Scope<'_> {
    pub(super) fn has(self, host: HostId) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Hosts(hosts) => hosts.contains(&host),
        }
    }
}

/// The host on which a step is carried out; the product's data is the Server's.
pub(super) fn host_of(script: &Script<'_>, index: usize) -> HostId {
    match script.field(index) {
        Field::File(host) | Field::Setting(host) | Field::Daemon(host) => host,
        Field::Product => script.site().server(),
    }
}

/// The steps that are left to this run, by index, and what the one after them waits for.
pub(super) fn order(
    script: &Script<'_>,
    original: Option<&Site>,
    document: &PlanDocument<'_>,
    scope: Scope<'_>,
    finished: &[bool],
) -> (Vec<usize>, Option<Waiting>) {
    let needs = Needs::of(document);
    let mut reached = finished.to_vec();
    let is_finished = |index: usize| finished.get(index) == Some(&true);
    let mut order: Vec<usize> = (0..script.len()).filter(|&index| is_finished(index)).collect();
    let done = order.len();
    let mut waiting = None;
    for index in 0..script.len() {
        if is_finished(index) || !scope.has(host_of(script, index)) {
            continue;
        }
        if let Some(on) = needs.missing(index, &reached) {
            waiting = Some((index, on));
            break;
        }
        order.push(index);
        reached.iter_mut().skip(index).take(1).for_each(|place| *place = true);
    }
    // The plan's own list of needs is a claim. What it would lead to is judged, so that a wrong claim only makes us wait.
    let safe = script.safe_in_order(original, &order).max(done);
    if let Some(&index) = order.get(safe) {
        let open = |&other: &usize| !is_finished(other) && !scope.has(host_of(script, other));
        waiting = (0..index).find(open).map(|on| (index, on));
        order.truncate(safe);
    }
    let waiting = waiting.map(|(step, on)| Waiting {
        step: step + 1,
        on: on + 1,
        host: script.site()[host_of(script, on)].name().to_owned(),
    });
    (order.split_off(done.min(order.len())), waiting)
}

/// What each step waits for.
struct Needs<'p> {
    document: &'p PlanDocument<'p>,
    /// Where the step of each id stands; none where the plan does not tell what its steps need.
    places: Option<BTreeMap<u64, usize>>,
}

impl<'p> Needs<'p> {
    fn of(document: &'p PlanDocument<'p>) -> Self {
        let place = |(index, step): (usize, &crate::transition::StepDocument<'_>)| {
            // A plan by hand says nothing of what its steps need.
            step.needs.as_ref().and(step.id).map(|id| (id, index))
        };
        Self { document, places: document.steps.iter().enumerate().map(place).collect() }
    }

    /// The first step that has to be finished before this one and is not.
    fn missing(&self, index: usize, finished: &[bool]) -> Option<usize> {
        let is_open = |other: &usize| finished.get(*other) != Some(&true);
        let Some(places) = &self.places else { return (0..index).find(is_open) };
        let step = self.document.steps.get(index)?;
        let needed = step.needs.iter().flatten().filter_map(|id| places.get(id).copied());
        needed.filter(|&other| other < index && is_open(&other)).min()
    }
}
