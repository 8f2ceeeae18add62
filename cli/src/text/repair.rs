//! Repaired plans as a person reads them.

use sesam_transport::transition::{Change, Deed, PlanDocument, Repaired, Summary, Why};

use super::{
    action,
    check::deed,
    count,
    explanation::explanation,
    line::put,
    style::{ASIDE, BAD, GOOD, HEADING, WARNING},
};

/// More changes than this are counted, not listed.
const CHANGES: usize = 200;

/// What was changed in a plan, why, and what came of it.
pub(crate) fn repaired(repaired: &Repaired<'_>, plan: &PlanDocument<'_>) -> String {
    let mut text = if repaired.is_unchanged() {
        format!("{GOOD}Unchanged{GOOD:#}: no step of the plan is refused.\n")
    } else {
        changes(repaired, plan)
    };
    text.push_str(&explanation(repaired.explanation()));
    text.push_str(&summary(repaired));
    text.push('\n');
    text
}

fn changes(repaired: &Repaired<'_>, plan: &PlanDocument<'_>) -> String {
    let mut text = String::new();
    let changes = repaired.changes();
    let mut last = None;
    for change in changes.iter().take(CHANGES) {
        let reason = reason(repaired, change);
        if last.as_ref() != Some(&reason) {
            put(&mut text, format_args!("{reason}"));
            last = Some(reason);
        }
        put(&mut text, format_args!("  {}", what(change, plan)));
    }
    if let Some(more) = changes.len().checked_sub(CHANGES).filter(|&more| more > 0) {
        let more = count(more, "more change");
        put(&mut text, format_args!("{ASIDE}and {more}: --format json lists them{ASIDE:#}"));
    }
    text.push('\n');
    if let Some(kept) = repaired.replanned_after() {
        let kept = count(kept, "step");
        put(
            &mut text,
            format_args!(
                "{WARNING}Planned anew after {kept}{WARNING:#}: as it goes on, the plan is safe, but not all of the goal \
                 can be reached."
            ),
        );
        text.push('\n');
    }
    text
}

/// Why something is changed.
fn reason(repaired: &Repaired<'_>, change: &Change) -> String {
    let why = change.why.describe(repaired.site());
    match change.why {
        Why::Refused { step, .. } => format!("{HEADING}Step {step} is refused{HEADING:#}: {why}"),
        Why::Goal => format!("{HEADING}To reach the goal{HEADING:#}"),
        Why::DeadEnd => format!("{HEADING}To reach all that can be reached{HEADING:#}: {why}"),
    }
}

/// A change, with its place in the repaired plan.
fn what(change: &Change, plan: &PlanDocument<'_>) -> String {
    let place = if change.before.is_some() { "before it" } else { "behind the rest" };
    let at = change.at.map_or_else(String::new, |at| format!(" {ASIDE}(now step {at}){ASIDE:#}"));
    match &change.deed {
        Deed::Move(step) => {
            format!("{WARNING}move{WARNING:#} step {step} {place}: {}{at}", deed(plan, *step))
        }
        Deed::Insert(action) => {
            format!("{GOOD}insert{GOOD:#} {place}: {}{at}", action::sentence(action))
        }
        Deed::LeaveOut(step) => {
            format!("{BAD}leave out{BAD:#} step {step}: {}", deed(plan, *step))
        }
    }
}

/// The last line: what the repaired plan comes to.
fn summary(repaired: &Repaired<'_>) -> String {
    let Summary { steps, restarts, exposures_before, exposures_after } = repaired.summary();
    let counts = format!(
        "{}, {}, exposures {exposures_before} -> {exposures_after}; {} kept in order.",
        count(steps, "step"),
        count(restarts, "restart"),
        repaired.kept(),
    );
    if repaired.reaches_goal() {
        format!("{GOOD}Safe{GOOD:#}, and it reaches the goal: {counts}")
    } else if repaired.is_unchanged() {
        let hint = "`plan` goes on from there, on what `simulate` writes.";
        format!("{BAD}Safe, but it stops short of the goal{BAD:#}: {counts}\n{hint}")
    } else {
        format!("{BAD}Safe, but not all of the goal can be reached{BAD:#}: {counts}")
    }
}
