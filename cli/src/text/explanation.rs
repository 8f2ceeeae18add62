//! Why a plan is partial and what can be done about it, as a person reads it.

use std::fmt::Write as _;

use serde_json::Value;
use sesam_transport::transition::{
    Blocked, Certainty, Choice, Explanation, Fact, Forecast, Outcome,
};

use super::{
    count, list,
    style::{ASIDE, BAD, GOOD, HEADING, WARNING},
};

/// More of a kind than this are counted, not listed.
const LINES: usize = 6;

/// More choices or causes than this are counted, not listed.
const CHOICES: usize = 10;

/// What cannot be reached and why, what can be done, and which facts to look at again; nothing where all is reached.
pub(super) fn explanation(explanation: &Explanation) -> String {
    let Explanation { blocked, blocked_total, choices, untried } = explanation;
    if blocked.is_empty() {
        return String::new();
    }
    let groups = Group::of_all(blocked);
    let mut text = String::new();
    put(&mut text, format_args!("{BAD}Out of reach{BAD:#}, and why"));
    for (group, number) in groups.iter().take(CHOICES).zip(1..) {
        group.write(&mut text, number);
    }
    if let Some(more) = groups.len().checked_sub(CHOICES).filter(|&more| more > 0) {
        let points = count(more, "more point");
        put(&mut text, format_args!("  {ASIDE}and {points}: --format json lists them{ASIDE:#}"));
    }
    if let Some(more) = blocked_total.checked_sub(blocked.len()).filter(|&more| more > 0) {
        put(
            &mut text,
            format_args!(
                "  {ASIDE}and {more} more parts of the goal: what holds the first of a kind back holds back most of the rest{ASIDE:#}"
            ),
        );
    }
    text.push('\n');
    write_choices(&mut text, choices, &groups);
    write_facts(&mut text, choices, &groups);
    if *untried > 0 {
        let changes = count(*untried, "change");
        put(
            &mut text,
            format_args!(
                "{WARNING}Not tried{WARNING:#}: {changes} of the site, because planning them all would take too long.\n"
            ),
        );
    }
    text
}

/// Parts with the same cause.
struct Group<'e> {
    /// Their positions in what is blocked, from 1.
    positions: Vec<usize>,
    parts: Vec<&'e Blocked>,
}

impl<'e> Group<'e> {
    fn of_all(blocked: &'e [Blocked]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (part, position) in blocked.iter().zip(1..) {
            let is_same = |group: &&mut Self| {
                let first = group.parts.first();
                first.is_some_and(|it| it.cause == part.cause && it.certainty == part.certainty)
            };
            match groups.iter_mut().find(is_same) {
                Some(group) => {
                    group.positions.push(position);
                    group.parts.push(part);
                }
                None => groups.push(Self { positions: vec![position], parts: vec![part] }),
            }
        }
        groups
    }

    fn write(&self, text: &mut String, number: usize) {
        let number = format!("{number}.");
        let goals: Vec<String> = self.parts.iter().map(|part| part.goal.to_string()).collect();
        for (index, goal) in goals.iter().take(LINES).enumerate() {
            let lead = if index == 0 { &*number } else { "" };
            put(text, format_args!("  {lead:<3} {goal}"));
        }
        and_more(text, goals.len(), "      ");
        let Some(first) = self.parts.first() else { return };
        put(text, format_args!("      {HEADING}{}{HEADING:#}", because(first)));
        for cause in first.cause.iter().take(LINES) {
            put(text, format_args!("      - {cause}"));
        }
        and_more(text, first.cause.len(), "      - ");
    }

    /// How many parts of the group a choice reaches.
    fn solved_by(&self, choice: &Choice) -> usize {
        self.positions.iter().filter(|position| choice.unblocks.contains(position)).count()
    }

    /// For how many parts of the group a fact would change the answer.
    fn hinges_on(&self, fact: &Fact) -> usize {
        let is_listed = |part: &&&Blocked| part.facts.iter().any(|it| it.change == fact.change);
        self.parts.iter().filter(is_listed).count()
    }
}

/// How sure it is that what follows is the cause.
fn because(blocked: &Blocked) -> &'static str {
    let Blocked { cause, certainty, .. } = blocked;
    match (certainty, cause.as_slice()) {
        (Certainty::Smallest, [_]) => "because",
        (Certainty::Smallest, [_, _]) => "because of both; each has to be dealt with",
        (Certainty::Smallest, _) => "because of all of these; each has to be dealt with",
        (Certainty::Sufficient, _) => {
            "because of these; whether each matters was not tried, the site is too large for it"
        }
        (Certainty::Presumed, _) => "probably because (not confirmed: the site is too large)",
        (Certainty::Unexplained, []) => "no fact of the site file explains it",
        (Certainty::Unexplained, _) => "because, but there is more to it that is not known",
    }
}

fn write_choices(text: &mut String, choices: &[Choice], groups: &[Group<'_>]) {
    put(
        text,
        format_args!(
            "{HEADING}What you can do{HEADING:#} {ASIDE}(each was planned; * = no other is as good in exposures, restarts and \
             steps){ASIDE:#}"
        ),
    );
    for choice in choices.iter().take(CHOICES) {
        let star = if choice.is_pareto { "*" } else { " " };
        put(text, format_args!("{GOOD}{star}{GOOD:#} {}", choice.text));
        let solves = solves(groups, |group| group.solved_by(choice));
        put(text, format_args!("    {}", comes_to(&choice.forecast, &solves)));
        edits(text, &choice.change);
    }
    if let Some(more) = choices.len().checked_sub(CHOICES).filter(|&more| more > 0) {
        put(text, format_args!("  {ASIDE}and {more} more: --format json lists them{ASIDE:#}"));
    }
    text.push('\n');
}

/// Which points are solved, given how many parts of a group are.
fn solves(groups: &[Group<'_>], parts: impl Fn(&Group<'_>) -> usize) -> String {
    let points = |is_meant: &dyn Fn(&Group<'_>, usize) -> bool| -> Vec<String> {
        let numbered = (1..).zip(groups);
        let meant = numbered.filter(|(_, group)| is_meant(group, parts(group)));
        meant.map(|(number, _): (usize, _)| number.to_string()).collect()
    };
    let whole = points(&|group, parts| parts == group.parts.len());
    let partly = points(&|group, parts| parts > 0 && parts < group.parts.len());
    let points = |points: &[String]| {
        let noun = if points.len() == 1 { "point" } else { "points" };
        format!("{noun} {}", list(&points.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    match (&*whole, &*partly) {
        ([], []) => "solves nothing of it".to_owned(),
        ([], partly) => format!("solves some of {}", points(partly)),
        (whole, []) => format!("solves {}", points(whole)),
        (whole, partly) => format!("solves {}, and some of {}", points(whole), points(partly)),
    }
}

/// What a choice leads to.
fn comes_to(forecast: &Forecast, solves: &str) -> String {
    let Forecast { outcome, summary, site_exposures_after } = forecast;
    let solves = match outcome {
        Outcome::Complete => "reaches the whole goal",
        Outcome::Partial => solves,
    };
    let outside = site_exposures_after.saturating_sub(summary.exposures_after);
    let exposed = match (summary.exposures_after, outside) {
        (inside, 0) => format!("{} left", count(inside, "exposure")),
        (0, outside) => format!("{} left, all outside the goal", count(outside, "exposure")),
        (inside, outside) => {
            format!(
                "{} left, {outside} of them outside the goal",
                count(inside + outside, "exposure")
            )
        }
    };
    let (restarts, steps) = (count(summary.restarts, "restart"), count(summary.steps, "step"));
    format!("{solves}: {exposed}, {restarts}, {steps}")
}

/// Facts that no choice is about.
fn write_facts(text: &mut String, choices: &[Choice], groups: &[Group<'_>]) {
    let mut facts: Vec<&Fact> = Vec::new();
    for fact in groups.iter().flat_map(|group| &group.parts).flat_map(|part| &part.facts) {
        let is_known = facts.iter().any(|known| known.change == fact.change)
            || choices.iter().any(|choice| choice.change == fact.change);
        if !is_known {
            facts.push(fact);
        }
    }
    if facts.is_empty() {
        return;
    }
    put(
        text,
        format_args!(
            "{HEADING}Look again at these facts{HEADING:#} {ASIDE}(the answer would be another){ASIDE:#}"
        ),
    );
    for fact in facts.iter().take(LINES) {
        let solves = solves(groups, |group| group.hinges_on(fact));
        put(text, format_args!("  {}", fact.text));
        put(text, format_args!("    {}", comes_to(&fact.forecast, &solves)));
        edits(text, &fact.change);
    }
    and_more(text, facts.len(), "  ");
    text.push('\n');
}

/// What to type into the site file.
fn edits(text: &mut String, change: &Value) {
    let rows = |key: &str| change.get(key).and_then(Value::as_array).into_iter().flatten();
    let mut lines: Vec<String> = Vec::new();
    lines.extend(change.get("policy").map(|policy| format!("[policy] {}", keys(policy, ""))));
    for host in rows("hosts") {
        let name = host.get("name").and_then(Value::as_str).unwrap_or_default();
        lines.push(match host.get("role") {
            Some(Value::Null) => {
                format!("[[hosts]] {name:?}: delete this table and those of its tasks")
            }
            _ => format!("[[hosts]] {name:?}: {}", keys(host, "name")),
        });
    }
    for task in rows("tasks") {
        let name = task.get("id").and_then(Value::as_str).unwrap_or_default();
        lines.push(format!("[[tasks]] {name:?}: {}", keys(task, "id")));
    }
    lines.extend(rows("waivers").map(|waiver| format!("[[waivers]] {}", keys(waiver, ""))));
    for (index, line) in lines.iter().take(LINES).enumerate() {
        let lead = if index == 0 { "in the site file:" } else { "" };
        put(text, format_args!("    {ASIDE}{lead:<17} {line}{ASIDE:#}"));
    }
    and_more(text, lines.len(), "                      ");
}

/// The keys of a table as they stand in TOML, without that of its name.
fn keys(table: &Value, name: &str) -> String {
    let entries = table.as_object().into_iter().flatten();
    // What is read from the file when the ports are not told inline goes without saying.
    let entries = entries.filter(|(key, _)| *key != name && *key != "stpd_ini");
    let mut entries: Vec<(&String, &Value)> = entries.collect();
    entries.sort_by_key(|(key, _)| *key != "host");
    let key = |(key, value): (&String, &Value)| match toml::Value::try_from(value) {
        Ok(value) => format!("{key} = {value}"),
        Err(_) => format!("without `{key}`"),
    };
    entries.into_iter().map(key).collect::<Vec<_>>().join(", ")
}

fn and_more(text: &mut String, all: usize, indent: &str) {
    if let Some(more) = all.checked_sub(LINES).filter(|&more| more > 0) {
        put(text, format_args!("{indent}{ASIDE}and {more} more{ASIDE:#}"));
    }
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
