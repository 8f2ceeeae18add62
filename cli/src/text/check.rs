//! Verdicts as a person reads them.

use sesam_transport::transition::{Direction, PlanDocument, Prerequisite, Verdict, Violation};

use super::{
    action, count,
    line::put,
    style::{ASIDE, BAD, GOOD, HEADING, WARNING},
};

/// More conditions than this are counted, not listed.
const CONDITIONS: usize = 200;

/// What a check found.
pub(crate) fn verdict(verdict: &Verdict<'_>, plan: &PlanDocument<'_>) -> String {
    match verdict.violation() {
        Some(violation) => refusal(verdict, violation, plan),
        None => approval(verdict),
    }
}

fn approval(verdict: &Verdict<'_>) -> String {
    let steps = count(verdict.steps_checked(), "step");
    let safe =
        format!("{GOOD}Safe{GOOD:#}: {steps}, and after each of them all that worked works.\n");
    let end = match (verdict.direction(), verdict.reaches_goal()) {
        (Direction::Forward, true) => format!("{GOOD}It reaches the goal{GOOD:#}: HTTPS only."),
        (Direction::Rollback, true) => format!("{GOOD}It leads back{GOOD:#} to the original site."),
        (Direction::Rollback, false) => {
            format!("{BAD}It does not lead back{BAD:#} to the original site.")
        }
        (Direction::Forward, false) => match verdict.exposures_left() {
            Some(left @ 1..) => {
                let left = count(left, "exposure");
                format!("{BAD}It does not reach the goal{BAD:#}: {left} of it would be left.")
            }
            _ => format!("{BAD}It does not reach the goal{BAD:#}: HTTPS is not on everywhere."),
        },
    };
    format!("{safe}{end}\n")
}

fn refusal(verdict: &Verdict<'_>, violation: &Violation, plan: &PlanDocument<'_>) -> String {
    let site = verdict.site();
    let step = violation.step;
    let deed = deed(plan, step);
    let mut text = format!("{BAD}Not safe{BAD:#}: step {step} is not allowed.\n");
    put(&mut text, format_args!("  {deed}"));
    text.push('\n');
    put(&mut text, format_args!("{HEADING}What it breaks{HEADING:#}"));
    let sentence = violation.breach.describe(site, violation.need);
    let condition = violation.breach.condition;
    put(&mut text, format_args!("  {WARNING}{condition}{WARNING:#}: {sentence}"));
    for breach in violation.also.iter().take(CONDITIONS) {
        let (condition, sentence) = (breach.condition, breach.describe(site, None));
        put(&mut text, format_args!("  {WARNING}{condition}{WARNING:#}: {sentence}"));
    }
    if let Some(more) = violation.also.len().checked_sub(CONDITIONS).filter(|&more| more > 0) {
        put(&mut text, format_args!("  {ASIDE}and {more} more: --format json lists them{ASIDE:#}"));
    }
    if let Some(repair) = verdict.repair() {
        text.push('\n');
        put(&mut text, format_args!("{HEADING}What has to come first{HEADING:#}"));
        for prerequisite in &repair.first {
            put(&mut text, format_args!("  {}", first(prerequisite, plan)));
        }
    }
    match verdict.steps_checked() {
        0 => {}
        1 => text.push_str("\nThe step before it is safe.\n"),
        steps => {
            text.push('\n');
            put(&mut text, format_args!("The {steps} steps before it are safe."));
        }
    }
    text
}

/// A step that has to come first, and where it comes from.
fn first(prerequisite: &Prerequisite, plan: &PlanDocument<'_>) -> String {
    match prerequisite {
        Prerequisite::Move(step) => {
            let deed = deed(plan, *step);
            format!("{WARNING}move{WARNING:#} step {step} up: {deed}")
        }
        Prerequisite::Insert(action) => {
            format!("{GOOD}insert{GOOD:#}: {}", action::sentence(action))
        }
    }
}

/// What the step at this position does.
pub(super) fn deed(plan: &PlanDocument<'_>, step: usize) -> String {
    let step = step.checked_sub(1).and_then(|index| plan.steps.get(index));
    step.map_or_else(String::new, |step| action::sentence(&step.action))
}
