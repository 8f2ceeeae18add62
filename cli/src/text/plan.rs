//! Plans as a person reads them: waves, and each step on a line.

use std::borrow::Cow;

use sesam_transport::{
    site::{HostId, Site},
    transition::{ActionDocument, Because, Direction, Exposed, Outcome, Plan, Step, Summary, Wave},
};

use super::{
    action::{self, Sign},
    count,
    explanation::explanation,
    line::{one_line, put},
    list,
    style::{ASIDE, BAD, GOOD, HEADING, WARNING},
};

/// More steps than this are counted, not listed, unless all are asked for.
const STEPS: usize = 200;

/// A step as it is printed.
#[derive(Debug)]
struct Line<'p> {
    number: usize,
    wave: Wave,
    /// Empty for what belongs to the whole site.
    host: Cow<'p, str>,
    sign: Sign,
    what: String,
    why: String,
    /// It is there for settings only.
    only_loads: bool,
}

/// The plan, all of it; `kept` are interfaces that a way back leaves.
pub(crate) fn plan(plan: &Plan<'_>, kept: &[String], all: bool) -> String {
    let counted = plan.summary().steps > STEPS && !all;
    let steps = if counted { counts(plan) } else { steps(plan) };
    let explanation = explanation(plan.explanation());
    [endpoints(plan), steps, explanation, stays(kept), summary(plan)].concat()
}

impl<'p> Line<'p> {
    fn of(step: &Step<'p>) -> Self {
        Self {
            number: step.id,
            wave: step.wave,
            host: one_line(step.host.unwrap_or("")),
            sign: Sign::of(&step.action),
            what: one_line(&action::what(&step.action)).into_owned(),
            why: one_line(&why(step)).into_owned(),
            only_loads: only_loads(step),
        }
    }
}

/// Whether a restart is there for settings only.
fn only_loads(step: &Step<'_>) -> bool {
    let Because::Removes(exposed) = &step.because else { return false };
    let is_setting = |exposed: &Exposed<'_>| matches!(exposed, Exposed::Setting { .. });
    matches!(step.action, ActionDocument::Restart { .. }) && exposed.iter().all(is_setting)
}

/// The key of a setting.
fn key<'e>(exposed: &'e Exposed<'_>) -> Option<&'e str> {
    match exposed {
        Exposed::Setting { key, .. } => Some(key),
        _ => None,
    }
}

/// Why a step is there, without naming again what the line names.
fn why(step: &Step<'_>) -> String {
    let Because::Removes(exposed) = &step.because else {
        return match (&step.because, &step.action) {
            (Because::GoesBack | Because::Given, _) => String::new(),
            (Because::For(_), ActionDocument::DisablePort { .. }) => {
                "closes it with the next restart".to_owned()
            }
            (Because::Lessens(_), _) => {
                "no longer exposed by itself; its source still is".to_owned()
            }
            (because, _) => because.to_string(),
        };
    };
    match &step.action {
        ActionDocument::SetKill { .. } => "aborts no longer need FTP".to_owned(),
        ActionDocument::Restart { .. } => {
            let port = |exposed: &Exposed<'_>| match exposed {
                Exposed::Port { transport, .. } => Some(transport.label()),
                _ => None,
            };
            let ports: Vec<&str> = exposed.iter().filter_map(port).collect();
            let settings: Vec<&str> = exposed.iter().filter_map(key).collect();
            let done = [("closes", ports), ("loads", settings)];
            let done = done.iter().filter(|(_, names)| !names.is_empty());
            let done: Vec<String> =
                done.map(|(verb, names)| format!("{verb} {}", list(names))).collect();
            done.join(", ")
        }
        _ => "no longer exposed".to_owned(),
    }
}

/// The addresses and ports that clients must reach before anything moves to them.
fn endpoints(plan: &Plan<'_>) -> String {
    let endpoints = plan.endpoints();
    if endpoints.is_empty() {
        return String::new();
    }
    let heading = "Before you start: clients must reach these addresses and ports";
    let mut text = format!("{HEADING}{heading}{HEADING:#} (firewalls often lack 11443)\n");
    let width = endpoints.iter().map(|(host, _, _)| host.chars().count()).max().unwrap_or(0);
    for (host, address, port) in endpoints.iter().take(STEPS) {
        put(&mut text, format_args!("  {host:<width$}  {address}:{port}"));
    }
    if let Some(more) = endpoints.len().checked_sub(STEPS).filter(|&more| more > 0) {
        put(&mut text, format_args!("  {ASIDE}and {more} more{ASIDE:#}"));
    }
    text.push('\n');
    text
}

/// The steps under the headings of their waves.
fn steps(plan: &Plan<'_>) -> String {
    let lines: Vec<Line<'_>> = plan.steps().map(|step| Line::of(&step)).collect();
    let mut text = String::new();
    let number = lines.last().map_or(0, |line| line.number).to_string().len().max(3);
    for (index, wave) in lines.chunk_by(|one, other| one.wave == other.wave).enumerate() {
        let Some(first) = wave.first() else { continue };
        let only_loads = wave.iter().all(|line| line.only_loads);
        heading(
            &mut text,
            index + 1,
            first.wave,
            title_of(plan, first.wave, only_loads),
            wave.len(),
        );
        listed(&mut text, wave, number);
        text.push('\n');
    }
    text
}

/// How many steps of each wave each host has.
fn counts(plan: &Plan<'_>) -> String {
    let mut text = String::new();
    let mut outline = plan.outline().zip(loads(plan)).peekable();
    let mut number = 0;
    while let Some(&((wave, _), _)) = outline.peek() {
        number += 1;
        let mut hosts = HostCounts::new(plan.site());
        let mut only_loads = true;
        while let Some(((_, host), loads)) = outline.next_if(|&((other, _), _)| other == wave) {
            hosts.count(host);
            only_loads &= loads;
        }
        heading(&mut text, number, wave, title_of(plan, wave, only_loads), hosts.sum());
        hosts.put(&mut text);
        text.push('\n');
    }
    let steps = count(plan.summary().steps, "step");
    put(
        &mut text,
        format_args!("{ASIDE}{steps}: --all prints each, -o writes them to a file{ASIDE:#}"),
    );
    text.push('\n');
    text
}

/// For each step whether it is a restart for settings only; why a step is there is found only where that can be.
fn loads<'p>(plan: &'p Plan<'_>) -> Box<dyn Iterator<Item = bool> + 'p> {
    match plan.site().settings().next() {
        Some(_) => Box::new(plan.steps().map(|step| only_loads(&step))),
        None => Box::new(core::iter::repeat(false)),
    }
}

/// What a wave is for; `only_loads` where all of its steps are restarts for settings only.
fn title_of(plan: &Plan<'_>, wave: Wave, only_loads: bool) -> &'static str {
    match plan.direction() {
        Direction::Forward if only_loads => LOADS_SETTINGS,
        Direction::Forward => title(wave),
        Direction::Rollback => title_back(wave),
    }
}

fn heading(text: &mut String, number: usize, wave: Wave, title: &str, steps: usize) {
    let steps = count(steps, "step");
    put(
        text,
        format_args!(
            "{HEADING}Wave {number}: {title}{HEADING:#} {ASIDE}({wave}, {steps}){ASIDE:#}"
        ),
    );
}

fn listed(text: &mut String, wave: &[Line<'_>], number: usize) {
    let host = wave.iter().map(|line| line.host.chars().count()).max().unwrap_or(0);
    // One long name must not push all reasons off the screen.
    let what = wave.iter().map(|line| line.what.chars().count()).max().unwrap_or(0).min(72);
    for line in wave {
        let Line { number: id, wave: _, host: name, sign, what: deed, why, only_loads: _ } = line;
        let style = match sign {
            Sign::Add => GOOD,
            Sign::Remove => BAD,
            Sign::Change | Sign::Restart => WARNING,
        };
        let sign = sign.as_str();
        let gap = if host == 0 { "" } else { "  " };
        let why = if why.is_empty() { String::new() } else { format!("  {ASIDE}{why}{ASIDE:#}") };
        put(
            text,
            format_args!(
                "  {id:>number$} {style}{sign}{style:#} {name:<host$}{gap}{deed:<what$}{why}"
            ),
        );
    }
}

/// How many steps of a wave each host has; hosts in the order in which they come.
struct HostCounts<'s> {
    site: &'s Site,
    counts: Vec<(Option<HostId>, usize)>,
    /// Where each host is counted, and at the end what belongs to the whole site.
    places: Vec<Option<usize>>,
}

impl<'s> HostCounts<'s> {
    fn new(site: &'s Site) -> Self {
        Self { site, counts: Vec::new(), places: vec![None; site.hosts().len() + 1] }
    }

    fn count(&mut self, host: Option<HostId>) {
        let index = host.map_or(self.site.hosts().len(), HostId::index);
        let Some(place) = self.places.get_mut(index) else { return };
        let place = *place.get_or_insert_with(|| {
            self.counts.push((host, 0));
            self.counts.len() - 1
        });
        if let Some((_, steps)) = self.counts.get_mut(place) {
            *steps += 1;
        }
    }

    fn sum(&self) -> usize {
        self.counts.iter().map(|(_, steps)| steps).sum()
    }

    fn put(&self, text: &mut String) {
        let name = |host: HostId| one_line(self.site[host].name());
        let named = |&(host, _): &(Option<HostId>, usize)| host.map(name);
        let width = self.counts.iter().filter_map(named).map(|name| name.chars().count()).max();
        let width = width.unwrap_or(0);
        for &(host, steps) in self.counts.iter().take(STEPS) {
            let host = host.map_or(Cow::Borrowed("the whole site"), name);
            let steps = count(steps, "step");
            put(text, format_args!("  {host:<width$}  {steps}"));
        }
        if let Some(more) = self.counts.len().checked_sub(STEPS).filter(|&more| more > 0) {
            put(text, format_args!("  {ASIDE}and {} more{ASIDE:#}", count(more, "host")));
        }
    }
}

/// What a way back leaves as it is.
fn stays(kept: &[String]) -> String {
    let mut text = String::new();
    for interface in kept {
        put(
            &mut text,
            format_args!("{WARNING}Stays{WARNING:#}: {interface}, because a task names it"),
        );
    }
    if !kept.is_empty() {
        text.push('\n');
    }
    text
}

/// The last line: what the plan comes to.
fn summary(plan: &Plan<'_>) -> String {
    let Summary { steps, restarts, exposures_before, exposures_after } = plan.summary();
    let verdict = match (plan.direction(), plan.outcome()) {
        (Direction::Forward, Outcome::Complete) if steps == 0 => {
            return format!("{GOOD}Nothing to do{GOOD:#}: the goal is reached.\n");
        }
        (Direction::Rollback, Outcome::Complete) if steps == 0 => {
            return format!("{GOOD}Nothing to do{GOOD:#}: this is the original site.\n");
        }
        (Direction::Forward, Outcome::Complete) => format!("{GOOD}Plan{GOOD:#}"),
        (Direction::Forward, Outcome::Partial) => format!("{BAD}Partial plan{BAD:#}"),
        (Direction::Rollback, Outcome::Complete) => format!("{GOOD}Way back{GOOD:#}"),
        (Direction::Rollback, Outcome::Partial) => format!("{BAD}Part of the way back{BAD:#}"),
    };
    let mut text = format!(
        "{verdict}: {}, {}, exposures {exposures_before} -> {exposures_after}.\n",
        count(steps, "step"),
        count(restarts, "restart")
    );
    if (plan.direction(), plan.outcome()) == (Direction::Rollback, Outcome::Partial) {
        text.push_str("From there a step back would break something: a step on the way forward was not safe,\n");
        text.push_str("and `check` says which.\n");
    }
    text
}

/// What a wave of restarts is for where no port waits for it.
const LOADS_SETTINGS: &str = "restart STPD, so that it loads its settings";

/// What a wave is for.
const fn title(wave: Wave) -> &'static str {
    match wave {
        Wave::UndoEdits => "undo edits that came too early",
        Wave::EnableHttps => "switch HTTPS on in stpd.ini",
        Wave::Settings => "write settings to stpd.ini",
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

/// What a wave of a way back is for.
const fn title_back(wave: Wave) -> &'static str {
    match wave {
        Wave::UndoEdits => "write ports back to stpd.ini",
        Wave::EnableHttps => "switch HTTPS on in stpd.ini again",
        Wave::Settings => "write settings back to stpd.ini",
        Wave::SetKill => "set the variable for aborts back",
        Wave::AddInterfaces => "enter interfaces again",
        Wave::Park | Wave::Reassign => "move tasks and events back",
        Wave::RemoveInterfaces => "delete interfaces that were added",
        Wave::DisablePorts => "comment ports out in stpd.ini again",
        Wave::FirstRestart | Wave::ClosingRestart => "restart STPD",
    }
}
