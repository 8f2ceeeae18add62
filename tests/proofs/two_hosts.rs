//! The best plan of every state of the family of two hosts and three tasks: brute force in bits, for all 2^25 states.
//!
//! States are those of [`generate::two_hosts`](crate::oracle::generate::two_hosts). What is said here in bits the oracle says in
//! names; the tests below compare the two, move by move, and the costs with those of the plain search.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};

use crate::oracle::generate::TWO_HOSTS;
use crate::oracle::search::{Best, Cost};

const FTP: u32 = 1;
const HTTP: u32 = 2;
const HTTPS: u32 = 4;
const KILL: u32 = 1 << 12;
const BLANK: u32 = 3;

/// Where the bits of a host begin: the server, then the other.
const CONFIGURED: [u32; 2] = [0, 6];
const RUNNING: [u32; 2] = [3, 9];
const INTERFACES: [u32; 2] = [13, 16];

/// Where the reference of a task begins, and its host.
const TASKS: [(u32, usize); 3] = [(19, 0), (21, 0), (23, 1)];

fn three(state: u32, at: u32) -> u32 {
    state >> at & 7
}

/// Grade of a set of interfaces under some ports: none, some, all.
fn set_grade(interfaces: u32, ports: u32) -> u32 {
    let live = interfaces & ports;
    u32::from(live != 0) + u32::from(live != 0 && live == interfaces)
}

/// Whether a step between these two states keeps every grade and dims no member of a set that is in use.
fn keeps_all(before: u32, after: u32) -> bool {
    [CONFIGURED, RUNNING].into_iter().all(|column| {
        let hosts_keep = (0..2).all(|h| {
            let abort = |state| {
                let port = if state & KILL == 0 { FTP } else { HTTPS };
                three(state, column[h]) & port != 0
            };
            let listener = |state| three(state, column[h]) != 0;
            (!abort(before) || abort(after)) && (!listener(before) || listener(after))
        });
        let dims = [0, 1].map(|h| {
            let stay = three(before, INTERFACES[h]) & three(after, INTERFACES[h]);
            stay & three(before, column[h]) & !three(after, column[h]) != 0
        });
        let set = |state, h: usize| set_grade(three(state, INTERFACES[h]), three(state, column[h]));
        hosts_keep
            && TASKS.into_iter().all(|(at, own)| {
                let grade = |state: u32, leg| match state >> at & 3 {
                    BLANK => set(state, leg),
                    named => set_grade(
                        1 << named & three(state, INTERFACES[own]),
                        three(state, column[own]),
                    ),
                };
                let blank = before >> at & 3 == BLANK;
                [own, 0]
                    .into_iter()
                    .all(|leg| grade(before, leg) <= grade(after, leg) && !(blank && dims[leg]))
            })
    }) && [0, 1]
        .into_iter()
        .all(|h| three(before, INTERFACES[h]) == 0 || three(after, INTERFACES[h]) != 0)
}

/// The moves: nine of each host, the kill value, two of each task.
const MOVES: u32 = 25;

/// Whether a move is a restart.
pub(crate) fn is_restart(step: u32) -> bool {
    step < 18 && step % 9 == 3
}

/// Where a move leads, if its needs hold and it changes something.
fn moved(state: u32, step: u32) -> Option<u32> {
    match step {
        0..18 => host_moved(state, usize::from(step >= 9), step % 9),
        18 => (state & KILL == 0).then_some(state | KILL),
        _ => {
            let (at, h) = TASKS[(step as usize - 19) / 2];
            let named = state >> at & 3;
            let there = three(state, INTERFACES[h]);
            let to = if step % 2 == 1 { 2 } else { 1 - named.min(1) };
            let parks = step.is_multiple_of(2);
            let stranded = there & 1 << named != 0
                && three(state, CONFIGURED[h]) & 1 << named == 0
                && three(state, CONFIGURED[h]) & three(state, RUNNING[h]) & HTTPS == 0;
            let may = named < 2 && there & 1 << to != 0 && (!parks || stranded);
            may.then_some(state & !(3 << at) | to << at)
        }
    }
}

fn host_moved(state: u32, h: usize, step: u32) -> Option<u32> {
    let (configured, running) = (three(state, CONFIGURED[h]), three(state, RUNNING[h]));
    let there = three(state, INTERFACES[h]);
    let used = |bit| TASKS.into_iter().any(|(at, own)| own == h && 1 << (state >> at & 3) == bit);
    let toggled = |may: bool, at: u32, bit: u32| may.then_some(state ^ bit << at);
    match step {
        // Undo a premature edit, or enable https.
        0 | 1 => {
            let bit = 1 << step;
            toggled(configured & bit == 0 && running & bit != 0, CONFIGURED[h], bit)
        }
        2 => toggled(configured & HTTPS == 0, CONFIGURED[h], HTTPS),
        3 => {
            (running != configured).then_some(state & !(7 << RUNNING[h]) | configured << RUNNING[h])
        }
        4 => {
            let may = configured & HTTPS != 0 && there != 0 && there & HTTPS == 0;
            toggled(may, INTERFACES[h], HTTPS)
        }
        5 | 6 => {
            let bit = 1 << (step - 5);
            toggled(there & bit != 0 && !used(bit), INTERFACES[h], bit)
        }
        _ => {
            let bit = 1 << (step - 7);
            toggled(configured & bit != 0, CONFIGURED[h], bit)
        }
    }
}

/// How many tasks name something on a host without interfaces: nobody knows where they are to go.
pub(crate) fn unknown_targets(state: u32) -> usize {
    let is_unknown =
        |&&(at, h): &&(u32, usize)| state >> at & 3 != BLANK && three(state, INTERFACES[h]) == 0;
    TASKS.iter().filter(is_unknown).count()
}

/// The state after hosts have restarted that nobody asked to, one bit each.
pub(crate) fn restarted(state: u32, hosts: u32) -> u32 {
    (0..2).filter(|&h| hosts >> h & 1 == 1).fold(state, |state, h: usize| {
        state & !(7 << RUNNING[h]) | three(state, CONFIGURED[h]) << RUNNING[h]
    })
}

pub(crate) fn exposures(state: u32) -> u32 {
    let retired = FTP | HTTP;
    let there = [0, 1].map(|h| three(state, INTERFACES[h]));
    let hosts: u32 = (0..2)
        .map(|h| {
            let ports = three(state, CONFIGURED[h]) | three(state, RUNNING[h]);
            (ports & retired).count_ones() + (there[h] & retired).count_ones()
        })
        .sum();
    let exposed = |&(at, own): &(u32, usize)| match state >> at & 3 {
        BLANK => (there[own] | there[0]) & retired != 0,
        named => named < 2 || there[own] & 1 << named == 0,
    };
    let tasks = TASKS.iter().filter(|task| exposed(task)).count();
    hosts + u32::try_from(tasks).unwrap() + u32::from(state & KILL == 0)
}

/// Every grade of a state in one column, each in three bits of which the highest is free.
fn grades(state: u32, column: [u32; 2]) -> u64 {
    let abort = if state & KILL == 0 { FTP } else { HTTPS };
    let mut all = 0;
    let mut grade = |grade: u32| all = all << 3 | u64::from(grade);
    let mut sets = [0; 2];
    for h in 0..2 {
        let (ports, there) = (three(state, column[h]), three(state, INTERFACES[h]));
        grade(u32::from(ports & abort != 0));
        grade(u32::from(ports != 0));
        grade(u32::from(there != 0));
        sets[h] = set_grade(there, ports);
    }
    for (at, own) in TASKS {
        let named = state >> at & 3;
        let on_own = match named {
            BLANK => sets[own],
            _ => set_grade(1 << named & three(state, INTERFACES[own]), three(state, column[own])),
        };
        grade(on_own);
        // What is named counts as having its grade on each leg that it would have without a name.
        grade(if named == BLANK { sets[0] } else { on_own });
    }
    all
}

/// The free bits of all grades.
const FREE: u64 = 0o4444_4444_4444;

/// For each grade of a state the worse of its two columns: what no step and no restart may take away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floor(u64);

impl Floor {
    pub(crate) fn of(state: u32) -> Self {
        let (now, next) = (grades(state, RUNNING), grades(state, CONFIGURED));
        // Three bits where the grade is no worse now than next.
        let better = ((((now | FREE) - next) & FREE) >> 2) * 7;
        Self(next & better | now & !better)
    }

    /// Whether a state has every grade in both columns.
    pub(crate) fn holds(self, state: u32) -> bool {
        let kept = |column| ((grades(state, column) | FREE) - self.0) & FREE == FREE;
        kept(RUNNING) && kept(CONFIGURED)
    }
}

fn is_goal(state: u32) -> bool {
    let everywhere = CONFIGURED.into_iter().chain(RUNNING);
    exposures(state) == 0 && everywhere.into_iter().all(|at| three(state, at) & HTTPS != 0)
}

/// Not the goal, exposures, restarts and steps of the best plan, so that the better one is the lesser number.
fn own_value(state: u32) -> u16 {
    if is_goal(state) { 0 } else { 1 << 15 | u16::try_from(exposures(state)).unwrap() << REACH }
}

const RESTART: u16 = 1 << 8;

/// Where in a value stands what is not reached; below it, what the way there costs.
const REACH: u32 = 11;

/// How many threads share the states.
pub(crate) const THREADS: u32 = 2;

/// For each state the moves that are allowed from it, one bit each, and the best that they come to.
#[derive(Debug)]
pub(crate) struct Table {
    allowed: Vec<u32>,
    value: Vec<AtomicU16>,
}

impl Table {
    /// The table, made when it is first asked for: a matter of seconds with optimisation, of minutes without.
    pub(crate) fn of_all_states() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(Self::new)
    }

    /// Relaxes all states until nothing changes.
    fn new() -> Self {
        let part = TWO_HOSTS / THREADS;
        let mut allowed = vec![0; TWO_HOSTS as usize];
        std::thread::scope(|scope| {
            for (part_at, chunk) in (0..).zip(allowed.chunks_mut(part as usize)) {
                scope.spawn(move || {
                    let states = part_at * part..;
                    chunk.iter_mut().zip(states).for_each(|(to, of)| *to = allowed_moves(of));
                });
            }
        });
        let value = (0..TWO_HOSTS).map(|state| AtomicU16::new(own_value(state))).collect();
        let table = Self { allowed, value };
        // Values only ever sink, so it does not matter which of two a thread sees while another thread lowers it. A round
        // in which nothing sank has seen nothing change.
        while table.relax_all(part) {}
        table
    }

    /// Relaxes every state twice; the answer says whether a value sank.
    fn relax_all(&self, part: u32) -> bool {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..THREADS)
                .map(|at| at * part..(at + 1) * part)
                .map(|states| {
                    scope.spawn(|| {
                        // To and fro, because edits clear bits and restarts may set them.
                        let there = states.clone().fold(false, |sank, it| self.relax(it) | sank);
                        states.rev().fold(there, |sank, it| self.relax(it) | sank)
                    })
                })
                .collect();
            workers.into_iter().fold(false, |sank, worker| worker.join().unwrap() | sank)
        })
    }

    fn relax(&self, state: u32) -> bool {
        let own = self.value[state as usize].load(Relaxed);
        let mut best = own;
        let mut left = self.allowed[state as usize];
        while left != 0 {
            let step = left.trailing_zeros();
            left &= left - 1;
            let to = moved(state, step).unwrap();
            let cost = 1 + if is_restart(step) { RESTART } else { 0 };
            best = best.min(self.value[to as usize].load(Relaxed) + cost);
        }
        self.value[state as usize].store(best, Relaxed);
        best != own
    }

    /// Where a move leads that is allowed.
    pub(crate) fn follow(&self, state: u32, step: u32) -> Option<u32> {
        (self.allowed[state as usize] >> step & 1 == 1).then(|| moved(state, step))?
    }

    /// How much of the goal can be reached: 0 for all of it, and the less the greater.
    pub(crate) fn reach(&self, state: u32) -> u16 {
        self.value[state as usize].load(Relaxed) >> REACH
    }

    pub(crate) fn cost(&self, state: u32) -> Cost {
        let value = self.value[state as usize].load(Relaxed);
        Cost { restarts: value >> 8 & 7, steps: value & 0xff }
    }

    pub(crate) fn best(&self, state: u32) -> Best {
        let value = self.value[state as usize].load(Relaxed);
        Best {
            complete: value >> 15 == 0,
            cost: self.cost(state),
            exposures_before: exposures(state) as usize,
            exposures_after: usize::from(value >> REACH & 15),
        }
    }
}

/// The moves that are allowed from a state, one bit each.
fn allowed_moves(state: u32) -> u32 {
    let is_allowed = |&step: &u32| moved(state, step).is_some_and(|to| keeps_all(state, to));
    (0..MOVES).filter(is_allowed).fold(0, |all, step| all | 1 << step)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::oracle::generate::two_hosts;
    use crate::oracle::moves::moves;
    use crate::oracle::rules::verdict;
    use crate::oracle::search::solve;
    use crate::oracle::world::World;

    /// States spread over the whole family.
    fn sample(count: u32) -> impl Iterator<Item = u32> {
        (0..count).map(|nth| nth.wrapping_mul(0x9e37_79b1) >> 7)
    }

    #[test]
    fn bits_and_names_agree_on_every_move() {
        for state in sample(5_000) {
            let world = World::from_json(&two_hosts(state));
            let by_name: Vec<World> =
                moves(&world).iter().filter_map(|step| verdict(&world, step).ok()).collect();
            let allowed = allowed_moves(state);
            let by_bits: Vec<u32> = (0..MOVES)
                .filter(|step| allowed >> step & 1 == 1)
                .map(|step| moved(state, step).unwrap())
                .collect();
            assert_eq!(by_bits.len(), by_name.len(), "{}", world.to_json());
            for to in by_bits {
                assert!(by_name.contains(&World::from_json(&two_hosts(to))));
            }
            assert_eq!(exposures(state) as usize, world.goal_exposures());
            assert_eq!(is_goal(state), world.goal_reached());
        }
    }

    /// What the best plan costs, said without any search: exposures left over, restarts, steps.
    fn closed_form(state: u32) -> (usize, Cost) {
        let unknown = unknown_targets(state);
        let mut cost = Cost { restarts: 0, steps: u16::from(state & KILL == 0) };
        for h in 0..2 {
            let restarts = restarts_of(state, h, unknown == 0);
            let edits = edits_of(state, h, unknown == 0);
            let detour = if restarts == 2 { detour_of(state, h) } else { 0 };
            cost.restarts += restarts;
            cost.steps += restarts + u16::try_from(edits + detour).unwrap();
        }
        (unknown, cost)
    }

    fn named(state: u32, h: usize, which: u32) -> u32 {
        let names_it = |&(at, own): &(u32, usize)| own == h && state >> at & 3 == which;
        u32::try_from(TASKS.into_iter().filter(names_it).count()).unwrap()
    }

    /// Interfaces of a host that live now by a retired port.
    fn live(state: u32, h: usize) -> u32 {
        three(state, INTERFACES[h]) & three(state, RUNNING[h]) & (FTP | HTTP)
    }

    /// Whether a blank task depends on such an interface.
    fn blank_needs(state: u32, h: usize) -> bool {
        let on_it = |&(at, own): &(u32, usize)| state >> at & 3 == BLANK && (h == 0 || own == h);
        live(state, h) != 0 && TASKS.iter().any(on_it)
    }

    /// Whether ftp is needed for abort until https runs.
    fn abort_needs(state: u32, h: usize) -> bool {
        state & KILL == 0 && three(state, RUNNING[h]) & FTP != 0
    }

    fn restarts_of(state: u32, h: usize, goal: bool) -> u16 {
        let running = three(state, RUNNING[h]);
        let named_needs = (0..2).any(|p| live(state, h) >> p & 1 == 1 && named(state, h, p) > 0);
        let needed = abort_needs(state, h) || blank_needs(state, h) || named_needs;
        // What cannot reach the goal anyway restarts only to close a port.
        if running == HTTPS || !goal && running & (FTP | HTTP) == 0 {
            0
        } else {
            1 + u16::from(running & HTTPS == 0 && needed)
        }
    }

    /// The edits that every plan has.
    fn edits_of(state: u32, h: usize, goal: bool) -> u32 {
        let retired = FTP | HTTP;
        let (configured, there) = (three(state, CONFIGURED[h]), three(state, INTERFACES[h]));
        let add = there != 0 && there & HTTPS == 0;
        let ports = (configured | three(state, RUNNING[h])) & retired;
        let enable = configured & HTTPS == 0 && (goal || ports != 0 || add);
        let moved = if there == 0 { 0 } else { named(state, h, 0) + named(state, h, 1) };
        u32::from(enable)
            + u32::from(add)
            + moved
            + (there & retired).count_ones()
            + (configured & retired).count_ones()
    }

    /// What a premature edit costs: each port enabled again is closed again, each other stranded task is parked.
    fn detour_of(state: u32, h: usize) -> u32 {
        let (configured, running) = (three(state, CONFIGURED[h]), three(state, RUNNING[h]));
        let live = live(state, h);
        let kept = (0..4).map(|again| again & running | configured & running & (FTP | HTTP));
        kept.filter(|kept| !abort_needs(state, h) || kept & FTP != 0)
            .filter(|kept| !blank_needs(state, h) || kept & live != 0)
            .filter_map(|kept| {
                let stranded = |p: &u32| live >> p & 1 == 1 && kept >> p & 1 == 0;
                let parked: u32 = (0..2).filter(stranded).map(|p| named(state, h, p)).sum();
                let may = parked == 0 || kept & live != 0;
                may.then_some(2 * (kept & !configured).count_ones() + parked)
            })
            .min()
            .unwrap()
    }

    #[test]
    fn bits_and_names_agree_on_every_best_plan() {
        let table = Table::of_all_states();
        let mut with_restarts = BTreeMap::new();
        for state in 0..TWO_HOSTS {
            let best = table.best(state);
            *with_restarts.entry((best.complete, best.cost.restarts)).or_insert(0) += 1;
            let (exposures, cost) = closed_form(state);
            assert_eq!((best.exposures_after, best.cost), (exposures, cost), "{state}");
            assert_eq!(best.complete, exposures == 0, "{state}");
        }
        println!("(complete, restarts) of {TWO_HOSTS} states: {with_restarts:?}");
        for state in sample(300) {
            let world = World::from_json(&two_hosts(state));
            assert_eq!(solve(&world).0, table.best(state), "{}", world.to_json());
        }
    }
}
