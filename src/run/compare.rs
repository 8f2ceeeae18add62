//! Whether a host is as it has to be before a step, or after it.

use crate::{
    site::{HostId, PortState, Ports, Site, Transport},
    transition::{Field, Script, Standing},
};

use super::{
    demand::Observation,
    stop::{Difference, Look},
};

/// What an observation shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// All is as before the step.
    Before,
    /// All is as after it.
    After,
    /// Neither; these ports are not as wanted.
    Other(Vec<Difference>),
}

/// A host on which nothing was begun.
pub(super) fn host(state: &Site, host: HostId, seen: Observation) -> Fit {
    let differences = differences(Standing::of(state, host), seen);
    if differences.is_empty() { Fit::Before } else { Fit::Other(differences) }
}

/// The host of a step. Where it could be both, `is_before` says which one is asked for.
pub(super) fn step(
    script: &Script<'_>,
    index: usize,
    state: &Site,
    seen: Observation,
    is_before: bool,
) -> Fit {
    let (Field::File(host) | Field::Daemon(host)) = script.field(index) else {
        return Fit::Other(Vec::new());
    };
    let before = Standing::of(state, host);
    let after = script.standing_after(index, state).unwrap_or(before);
    let (from_before, from_after) = (differences(before, seen), differences(after, seen));
    match (from_before.is_empty(), from_after.is_empty()) {
        (true, true) if is_before => Fit::Before,
        (_, true) => Fit::After,
        (true, false) => Fit::Before,
        (false, false) if is_before => Fit::Other(from_before),
        (false, false) => Fit::Other(from_after),
    }
}

/// The host of a step that an earlier run began and that nobody has seen end.
///
/// A daemon that was being restarted may be down, or half up: it is restarted again. Its file has to be as it was.
pub(super) fn open_step(script: &Script<'_>, index: usize, state: &Site, seen: Observation) -> Fit {
    match (step(script, index, state, seen, false), script.field(index)) {
        (Fit::Other(differences), Field::Daemon(_)) => {
            let of_file: Vec<Difference> = differences
                .into_iter()
                .filter(|difference| difference.column == Look::Configured)
                .collect();
            if of_file.is_empty() { Fit::Before } else { Fit::Other(of_file) }
        }
        // No port tells whether settings were loaded.
        (Fit::After, Field::Daemon(_)) if script.is_silent(index, state) => Fit::Before,
        (fit, _) => fit,
    }
}

fn differences(expected: Standing, seen: Observation) -> Vec<Difference> {
    let column = |column: Look, expected: Ports, found: Ports| {
        Transport::ALL.into_iter().filter_map(move |transport| {
            let (expected, found) = (expected.of(transport), found.of(transport));
            // What the model does not know cannot be contradicted.
            let differs = expected != found && expected != PortState::Unknown;
            differs.then_some(Difference { column, transport, expected, found })
        })
    };
    let configured = column(Look::Configured, expected.configured, seen.configured);
    let running = seen.running.map(|found| column(Look::Running, expected.running, found));
    configured.chain(running.into_iter().flatten()).collect()
}
