//! Every state of two hosts and three tasks, planned and judged by the library itself, on its own [`Site`].
//!
//! # What is shown
//!
//! For each of the 2^25 states, with the plan as it is handed out:
//!
//! * It costs what the table of brute force says: nothing is left exposed that need not be, no restart is one too many,
//!   and then no step.
//! * It reaches the goal exactly where every task has a target; elsewhere exactly the tasks without one stay exposed.
//! * Every step is allowed: the library's checker says so of the whole plan, and the rules in bits say so of each step.
//! * After every prefix, and after any of the hosts have restarted then, every grade that the first state had in both
//!   columns is still there, and as much of the goal can be reached as before.
//! * After every prefix the best plan costs exactly what is left of this one.
//!
//! # Why planning anew works from wherever this leads
//!
//! Each step is followed in bits, so the state after a prefix is a state of the family, and so is the same state with
//! some hosts restarted: a restart copies three bits of each. What the planner does from there is therefore looked at
//! too, when the run comes to that state, and found to be as good as the table says. So of each state that is reached it
//! is enough to look its value up: where the table says that the goal can be reached, the planner reaches it, and where
//! another reboot hits the new plan, the same holds again. That the bits stand for the site that the library arrives at
//! is compared on a sample, fingerprint by fingerprint; `two_hosts` compares the moves and the table with the oracle's.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use sesam_transport::{
    site::{Format, HostId, PortState, Ports, Site, SiteDraft, Source, Transport},
    transition::{
        ActionDocument, Direction, Outcome, Plan, PlanDocument, check, check_rollback, plan,
        simulate,
    },
};

use crate::oracle::generate::{TWO_HOSTS, two_hosts};
use crate::oracle::search::{Best, Cost};
use crate::two_hosts::{Floor, THREADS, Table, exposures, is_restart, restarted, unknown_targets};

/// The states that differ in their ports only: those of twelve bits.
const PORTS: u32 = 1 << 12;

const NAMES: [&str; 2] = ["s", "r"];
const TASKS: [(&str, usize); 3] = [("a", 0), ("b", 0), ("c", 1)];
const TEXTS: [[&str; 3]; 2] = [
    ["ftp://s:11001", "http://s:11000", "https://s:11443"],
    ["ftp://r:11001", "http://r:11000", "https://r:11443"],
];

/// What a run over states comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) states: u64,
    pub(crate) complete: u64,
    pub(crate) steps: u64,
    /// Prefixes, the empty one of each plan included.
    pub(crate) prefixes: u64,
    /// Prefixes after which some hosts, or none, restarted.
    pub(crate) restarted: u64,
    /// Of those that lose a grade, or a prefix that ends with a step that is not allowed.
    pub(crate) unsafe_prefixes: u64,
    /// States from where less of the goal is reached than can be.
    pub(crate) dead_ends: u64,
    /// Plans that cost more than the best one, or go on dearer after a prefix.
    pub(crate) longer: u64,
    pub(crate) example: Option<String>,
}

impl Figures {
    fn add(&mut self, other: Self) {
        self.states += other.states;
        self.complete += other.complete;
        self.steps += other.steps;
        self.prefixes += other.prefixes;
        self.restarted += other.restarted;
        self.unsafe_prefixes += other.unsafe_prefixes;
        self.dead_ends += other.dead_ends;
        self.longer += other.longer;
        self.example = self.example.take().or(other.example);
    }

    #[track_caller]
    pub(crate) fn assert_flawless(&self) {
        let flaws = [self.unsafe_prefixes, self.dead_ends, self.longer];
        assert_eq!(flaws, [0; 3], "{self}\n{}", self.example.as_deref().unwrap_or_default());
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { states, unsafe_prefixes, dead_ends, longer, .. } = self;
        let grouped = |number: &u64| {
            let digits = number.to_string();
            let groups = digits.as_bytes().rchunks(3).rev();
            groups.map(|it| std::str::from_utf8(it).unwrap()).collect::<Vec<_>>().join(",")
        };
        write!(
            f,
            "{} states, {} unsafe prefixes, {} dead ends, {} longer than optimal",
            grouped(states),
            grouped(unsafe_prefixes),
            grouped(dead_ends),
            grouped(longer)
        )?;
        write!(
            f,
            "\n{} of them reach the goal; {} steps, {} prefixes, {} of them with some hosts restarted",
            grouped(&self.complete),
            grouped(&self.steps),
            grouped(&self.prefixes),
            grouped(&self.restarted)
        )
    }
}

/// Goes through every `every`-th state; what is costly is done only for those that `sampled` divides.
pub(crate) fn go_through(table: &Table, every: u32, sampled: u32) -> Figures {
    let next = AtomicU32::new(0);
    let work = || {
        let mut run = Run { table, sampled, figures: Figures::default() };
        loop {
            let block = next.fetch_add(1, Relaxed);
            if block >= TWO_HOSTS / PORTS {
                return run.figures;
            }
            let first = (block * PORTS).next_multiple_of(every);
            run.block(block, (first..(block + 1) * PORTS).step_by(every as usize));
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let mut figures = Figures::default();
        for worker in workers {
            figures.add(worker.join().unwrap());
        }
        figures
    })
}

/// Where a plan starts, and what that asks of every state on its way.
struct Start {
    state: u32,
    floor: Floor,
    reach: u16,
    cost: Cost,
}

struct Run<'t> {
    table: &'t Table,
    sampled: u32,
    figures: Figures,
}

impl Run<'_> {
    /// States that differ in their ports only: the site is read once, and its ports are observed.
    fn block(&mut self, block: u32, states: impl Iterator<Item = u32>) {
        let mut site = read(block * PORTS);
        for state in states {
            observe(&mut site, state);
            self.figures.states += 1;
            let plan = plan(&site);
            let actions: Vec<_> = plan.actions().collect();
            self.judge(state, &found(&plan), &actions);
            self.check(state, &plan, actions);
            if state.is_multiple_of(self.sampled) {
                look_closely(&site, state, &plan, self.table);
            }
        }
    }

    /// Holds a plan against the table.
    fn judge(&mut self, state: u32, found: &Best, actions: &[ActionDocument<'_>]) {
        let end = self.follow(state, actions);
        let best = self.table.best(state);
        let unknown = unknown_targets(state);
        let reach = |it: &Best| (it.complete, it.exposures_after);
        let is_told_truly = found.exposures_before == exposures(state) as usize
            && found.exposures_after == exposures(end) as usize;
        let is_as_far = [(unknown == 0, unknown), reach(&best)] == [reach(found); 2];
        if !is_as_far || !is_told_truly {
            self.figures.dead_ends += 1;
            self.note(state, &format!("reaches {found:?}, not {best:?}"));
        } else if found.cost != best.cost {
            self.figures.longer += 1;
            self.note(state, &format!("costs {found:?}, not {best:?}"));
        }
        self.figures.complete += u64::from(found.complete);
    }

    /// Asks the library's checker.
    fn check(&mut self, state: u32, plan: &Plan<'_>, actions: Vec<ActionDocument<'_>>) {
        let document = PlanDocument::new(Direction::Forward, actions);
        let verdict = check(plan.site(), &document).unwrap();
        let complete = plan.outcome() == Outcome::Complete;
        if !verdict.is_safe() || verdict.reaches_goal() != complete {
            self.figures.unsafe_prefixes += 1;
            self.note(state, &format!("is judged {:?}", verdict.violation()));
        }
    }

    /// Follows a plan in bits to where its last allowed step leads.
    fn follow(&mut self, first: u32, actions: &[ActionDocument<'_>]) -> u32 {
        let start = Start {
            state: first,
            floor: Floor::of(first),
            reach: self.table.reach(first),
            cost: self.table.cost(first),
        };
        let mut spent = Cost::default();
        let mut state = first;
        self.after(&start, state, spent);
        for action in actions {
            let step = step_of(state, action);
            let Some(to) = step.and_then(|step| self.table.follow(state, step)) else {
                self.figures.unsafe_prefixes += 1;
                self.note(first, &format!("is not allowed {action:?} at {state}"));
                return state;
            };
            state = to;
            spent.steps += 1;
            spent.restarts += u16::from(step.is_some_and(is_restart));
            self.figures.steps += 1;
            self.after(&start, state, spent);
        }
        state
    }

    /// Looks at the state after a prefix, and at what it becomes when some of the hosts restart.
    fn after(&mut self, start: &Start, state: u32, spent: Cost) {
        self.figures.prefixes += 1;
        let left = self.table.cost(state);
        let cost =
            Cost { restarts: left.restarts + spent.restarts, steps: left.steps + spent.steps };
        // What reaches less than it could is counted below.
        if self.table.reach(state) == start.reach && cost != start.cost {
            self.figures.longer += 1;
            self.note(start.state, &format!("goes on dearer at {state}: {left:?}"));
        }
        for hosts in 0..1 << NAMES.len() {
            let there = restarted(state, hosts);
            self.figures.restarted += 1;
            if !start.floor.holds(there) {
                self.figures.unsafe_prefixes += 1;
                let what = format!("loses a grade at {state} when {hosts:02b} restart");
                self.note(start.state, &what);
            }
            if self.table.reach(there) != start.reach {
                self.figures.dead_ends += 1;
                self.note(start.state, &format!("is stuck at {state} when {hosts:02b} restart"));
            }
        }
    }

    fn note(&mut self, state: u32, what: &str) {
        self.figures
            .example
            .get_or_insert_with(|| format!("state {state} {what}\n{}", two_hosts(state)));
    }
}

/// What is too costly for every state: the library's own word on each prefix and each restart, and that the states
/// that it arrives at are those in bits.
fn look_closely(site: &Site, state: u32, plan: &Plan<'_>, table: &Table) {
    assert_eq!(site.fingerprint(), read(state).fingerprint(), "state {state} is another site");
    assert_eq!(plan.blocked().is_empty(), plan.outcome() == Outcome::Complete, "{state}");
    let document = PlanDocument::new(Direction::Forward, plan.actions());
    let exposed: Vec<usize> = plan.steps().map(|step| step.exposures_after).collect();
    let mut there = state;
    for after in 0..=document.steps.len() {
        if let Some(done) = after.checked_sub(1) {
            there = step_of(there, &document.steps[done].action)
                .and_then(|step| table.follow(there, step))
                .unwrap();
            assert_eq!(exposed[done], exposures(there) as usize, "{state} after {after}");
        }
        let arrived = simulate(site, &document, Some(after)).unwrap();
        assert_eq!(arrived.fingerprint(), read(there).fingerprint(), "{state} after {after}");
        for hosts in 1..1 << NAMES.len() {
            // Whatever the first state had in both columns is what a way back to it must keep.
            let pending = |&h: &usize| {
                let host = arrived.hosts().nth(h).unwrap();
                hosts >> h & 1 == 1 && host.running() != host.next()
            };
            let restarts = (0..NAMES.len()).filter(pending);
            let restarts = restarts.map(|h| ActionDocument::Restart { host: NAMES[h].into() });
            let back = PlanDocument::new(Direction::Rollback, restarts);
            let verdict = check_rollback(site, &arrived, &back).unwrap();
            assert!(verdict.is_safe(), "{state} after {after}, {hosts:02b} restarted");
        }
    }
}

/// What the library found, in the terms of the table.
fn found(plan: &Plan<'_>) -> Best {
    let summary = plan.summary();
    Best {
        complete: plan.outcome() == Outcome::Complete,
        cost: Cost {
            restarts: summary.restarts.try_into().unwrap(),
            steps: summary.steps.try_into().unwrap(),
        },
        exposures_before: summary.exposures_before,
        exposures_after: summary.exposures_after,
    }
}

/// The move that a step is, numbered as the table does; `None` for what leads out of the family.
fn step_of(state: u32, action: &ActionDocument<'_>) -> Option<u32> {
    let host = |name: &str| NAMES.iter().position(|&other| other == name);
    let of_host = |name: &str, step: u32| Some(9 * u32::try_from(host(name)?).unwrap() + step);
    let text = |h: usize, text: &str| TEXTS[h].iter().position(|&other| other == text);
    let of_text = |name: &str, it: &str| Some(u32::try_from(text(host(name)?, it)?).unwrap());
    match action {
        ActionDocument::EnablePort { host, transport, port } => {
            let is_usual = *port == transport.default_port();
            of_host(host, *transport as u32).filter(|_| is_usual)
        }
        ActionDocument::Restart { host } => of_host(host, 3),
        ActionDocument::AddInterface { host, interface, listener: None, position: None } => {
            of_host(host, 4).filter(|_| of_text(host, interface) == Some(2))
        }
        ActionDocument::RemoveInterface { host, interface } => {
            of_host(host, 5 + of_text(host, interface).filter(|&which| which < 2)?)
        }
        ActionDocument::DisablePort { host, transport } => {
            of_host(host, 7 + *transport as u32).filter(|_| *transport != Transport::Https)
        }
        ActionDocument::SetKill { value: Some(value) } => (*value == "https").then_some(18),
        ActionDocument::Reassign { task, interface } => {
            let at = TASKS.iter().position(|&(id, _)| id == task.as_str())?;
            let (place, to) = (u32::try_from(at).unwrap(), text(TASKS[at].1, interface)?);
            let named = state >> (19 + 2 * place) & 3;
            // To HTTPS, or to the other of the two unsecure texts.
            match to {
                2 => Some(19 + 2 * place),
                _ if named == 1 - u32::try_from(to).unwrap() => Some(20 + 2 * place),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The site of a state, read from its file.
fn read(state: u32) -> Site {
    let text = two_hosts(state).to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap()
}

/// Brings a site that differs from a state in its ports only to that state.
fn observe(site: &mut Site, state: u32) {
    let ports = |at: u32| {
        let port = |transport: Transport| match state >> at >> transport as u32 & 1 {
            0 => PortState::Off,
            _ => PortState::On(transport.default_port()),
        };
        Ports {
            ftp: port(Transport::Ftp),
            http: port(Transport::Http),
            https: port(Transport::Https),
        }
    };
    let mut hosts = site.host_ids();
    let (s, r): (HostId, HostId) = (hosts.next().unwrap(), hosts.next().unwrap());
    site.observe(s, ports(0), ports(3));
    site.observe(r, ports(6), ports(9));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both hosts with all three ports and interfaces, all tasks over HTTP, aborts over FTP.
    const CLEAN: u32 = 0xfff | 0o77 << 13 | 0b01_01_01 << 19;

    fn run(state: u32, reaches: bool, actions: &[ActionDocument<'_>]) -> Figures {
        let table = Table::of_all_states();
        let mut run = Run { table, sampled: 1, figures: Figures::default() };
        let best = table.best(state);
        let found = if reaches {
            best
        } else {
            let exposures_after = best.exposures_before;
            Best { complete: false, cost: Cost::default(), exposures_after, ..best }
        };
        run.judge(state, &found, actions);
        run.figures
    }

    #[test]
    fn the_run_sees_a_plan_that_is_unsafe_stops_short_or_goes_round() {
        let disable = |host: &'static str, transport| ActionDocument::DisablePort {
            host: host.into(),
            transport,
        };
        let cut_off = run(CLEAN, true, &[disable("s", Transport::Http)]);
        assert_eq!(cut_off.unsafe_prefixes, 1, "{cut_off:?}");
        let short = run(CLEAN, false, &[]);
        assert_eq!((short.dead_ends, short.unsafe_prefixes), (1, 0), "{short:?}");
        // Nobody needs the FTP port of `r` any more, and its closing is configured: it is opened again.
        let by_https = CLEAN & !(0b111 << 6) & !(0o77 << 13) | 4 << 6 | 0o44 << 13 | 1 << 12;
        let back = ActionDocument::EnablePort {
            host: "r".into(),
            transport: Transport::Ftp,
            port: Transport::Ftp.default_port(),
        };
        let round = run(by_https, true, &[back]);
        assert_eq!((round.longer, round.unsafe_prefixes), (1, 0), "{round:?}");
    }

    #[test]
    fn a_restart_that_takes_a_grade_away_is_seen() {
        let pending = CLEAN & !(1 << 1);
        assert!(Floor::of(CLEAN).holds(CLEAN) && !Floor::of(CLEAN).holds(pending));
        assert!(Floor::of(pending).holds(restarted(pending, 0b01)));
        assert!(!Floor::of(CLEAN).holds(restarted(pending, 0b01)));
        assert_eq!(restarted(pending, 0b10), pending);
    }
}
