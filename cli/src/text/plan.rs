//! Plans as a person reads them: waves, and each step on a line.

use std::fmt::Write as _;

use sesam_transport::transition::{Outcome, Summary, Wave};

use super::{
    count,
    style::{ASIDE, BAD, GOOD, HEADING, WARNING},
};

/// More steps than this are counted, not listed, unless all are asked for.
const STEPS: usize = 200;

/// A step as it is printed.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) number: usize,
    pub(crate) wave: Wave,
    /// Empty for what belongs to the whole site.
    pub(crate) host: &'a str,
    pub(crate) sign: Sign,
    pub(crate) what: String,
    pub(crate) why: String,
}

/// What a step does to its object, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Add,
    Change,
    Remove,
    Restart,
}

impl Sign {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Remove => "-",
            Self::Restart => "!",
        }
    }
}

/// The addresses and ports that clients must reach before anything moves to them.
pub(crate) fn addresses(addresses: &[String]) -> String {
    if addresses.is_empty() {
        return String::new();
    }
    let heading = "Before you start: clients must reach these addresses and ports";
    let mut text = format!("{HEADING}{heading}{HEADING:#} (firewalls often lack 11443)\n");
    for address in addresses.iter().take(STEPS) {
        put(&mut text, format_args!("  {address}"));
    }
    if let Some(more) = addresses.len().checked_sub(STEPS).filter(|&more| more > 0) {
        put(&mut text, format_args!("  {ASIDE}and {more} more{ASIDE:#}"));
    }
    text.push('\n');
    text
}

/// The steps under the headings of their waves; counts per wave and host where there are too many.
pub(crate) fn steps(lines: &[Line<'_>], all: bool) -> String {
    let mut text = String::new();
    let counted = lines.len() > STEPS && !all;
    let number = lines.last().map_or(0, |line| line.number).to_string().len().max(3);
    for (index, wave) in lines.chunk_by(|one, other| one.wave == other.wave).enumerate() {
        let Some(first) = wave.first() else { continue };
        let title = title(first.wave);
        let steps = count(wave.len(), "step");
        put(
            &mut text,
            format_args!(
                "{HEADING}Wave {}: {title}{HEADING:#} {ASIDE}({}, {steps}){ASIDE:#}",
                index + 1,
                first.wave
            ),
        );
        if counted {
            hosts(&mut text, wave);
        } else {
            listed(&mut text, wave, number);
        }
        text.push('\n');
    }
    if counted {
        let steps = count(lines.len(), "step");
        put(
            &mut text,
            format_args!("{ASIDE}{steps}: --all prints each, -o writes them to a file{ASIDE:#}\n"),
        );
    }
    text
}

fn listed(text: &mut String, wave: &[Line<'_>], number: usize) {
    let host = wave.iter().map(|line| line.host.chars().count()).max().unwrap_or(0);
    // One long name must not push all reasons off the screen.
    let what = wave.iter().map(|line| line.what.chars().count()).max().unwrap_or(0).min(72);
    for line in wave {
        let Line { number: id, wave: _, host: name, sign, what: deed, why } = line;
        let style = match sign {
            Sign::Add => GOOD,
            Sign::Remove => BAD,
            Sign::Change | Sign::Restart => WARNING,
        };
        let sign = sign.as_str();
        let gap = if host == 0 { "" } else { "  " };
        put(
            text,
            format_args!(
                "  {id:>number$} {style}{sign}{style:#} {name:<host$}{gap}{deed:<what$}  {ASIDE}{why}{ASIDE:#}"
            ),
        );
    }
}

/// How many steps of a wave each host has; hosts in the order in which they come.
fn hosts(text: &mut String, wave: &[Line<'_>]) {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for line in wave {
        let place = *places.entry(line.host).or_insert(counts.len());
        match counts.get_mut(place) {
            Some((_, steps)) => *steps += 1,
            None => counts.push((line.host, 1)),
        }
    }
    let width = counts.iter().map(|(host, _)| host.chars().count()).max().unwrap_or(0);
    for (host, steps) in counts.iter().take(STEPS) {
        let host = if host.is_empty() { "the whole site" } else { host };
        put(text, format_args!("  {host:<width$}  {}", count(*steps, "step")));
    }
    if let Some(more) = counts.len().checked_sub(STEPS).filter(|&more| more > 0) {
        put(text, format_args!("  {ASIDE}and {} more{ASIDE:#}", count(more, "host")));
    }
}

/// The last line: what the plan comes to.
pub(crate) fn summary(outcome: Outcome, summary: Summary) -> String {
    let Summary { steps, restarts, exposures_before, exposures_after } = summary;
    let verdict = match outcome {
        Outcome::Complete if steps == 0 => {
            return format!("{GOOD}Nothing to do{GOOD:#}: the goal is reached.\n");
        }
        Outcome::Complete => format!("{GOOD}Plan{GOOD:#}"),
        Outcome::Partial => format!("{BAD}Partial plan{BAD:#}"),
    };
    format!(
        "{verdict}: {}, {}, exposures {exposures_before} -> {exposures_after}.\n",
        count(steps, "step"),
        count(restarts, "restart")
    )
}

/// What a wave is for.
const fn title(wave: Wave) -> &'static str {
    match wave {
        Wave::UndoEdits => "undo edits that came too early",
        Wave::EnableHttps => "switch HTTPS on in stpd.ini",
        Wave::Park => "let tasks wait where a restart does not strand them",
        Wave::FirstRestart => "restart STPD, so that HTTPS comes up",
        Wave::SetKill => "let aborts travel over HTTPS",
        Wave::AddInterfaces => "enter HTTPS interfaces",
        Wave::Reassign => "move tasks and events",
        Wave::RemoveInterfaces => "delete unsecure interfaces",
        Wave::DisablePorts => "comment unsecure ports out in stpd.ini",
        Wave::ClosingRestart => "restart STPD, so that the unsecure ports close",
    }
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    let start = text.len();
    // Writing to a string cannot fail.
    let _ = text.write_fmt(line);
    let end = text.trim_end_matches(' ').len().max(start);
    text.truncate(end);
    text.push('\n');
}
