//! Which course each host takes: few are possible, and each is tried.

use core::{cmp::Reverse, ops::ControlFlow};
use std::collections::BinaryHeap;

use smallvec::{SmallVec, smallvec};

use crate::site::{BlankScope, HostId, Kill, PortState, Retired, Transport, id::IdVec};

use super::{
    course::{Cost, Course, Intent, SetStages, Surroundings},
    estate::{Estate, Ground},
    floor::floor_of,
    walk::walk,
};

/// Room for the ways that most hosts can go, so that their list is allocated once.
const INTENTS: usize = 64;

/// What a plan aims at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    /// The goal.
    Complete,
    /// The least exposure that can be reached.
    Partial,
}

/// One course per host, and whether aborts move to HTTPS between them.
pub(super) struct Choice {
    pub(super) courses: IdVec<HostId, Course>,
    pub(super) sets_kill: bool,
    pub(super) is_complete: bool,
    cost: Cost,
}

/// The cheapest way to the goal; where there is none, to the least exposure.
pub(super) fn choose(estate: &Estate<'_>) -> Choice {
    let kill = estate.site.kill();
    // Where aborts need not move, leaving the variable alone saves a step, but undoing edits for it may cost more.
    let ways: &[bool] = if kill == Kill::Https { &[false] } else { &[true, false] };
    let floor: u64 = estate.grounds.iter().map(|ground| ground.floor.exposures).sum();
    let best = |aim| {
        let mut best: Option<Choice> = None;
        for &sets_kill in ways {
            let least = floor + u64::from(is_kill_exposed(estate, sets_kill));
            if best.as_ref().is_some_and(|best| best.cost.exposures < least) {
                continue;
            }
            let choice = choose_with(estate, aim, sets_kill);
            let is_better = |best: &Choice| choice.as_ref().is_some_and(|it| it.cost < best.cost);
            if best.as_ref().is_none_or(is_better) {
                best = choice;
            }
        }
        best
    };
    best(Aim::Complete).or_else(|| best(Aim::Partial)).unwrap_or_else(|| Choice::none(estate))
}

impl Choice {
    /// To leave everything as it is: always safe.
    fn none(estate: &Estate<'_>) -> Self {
        let around = surroundings(estate, None);
        let stay = Intent {
            undo: [false; 2],
            reloads: false,
            enable: false,
            parks: false,
            first_restart: false,
            kill: false,
            kill_first: false,
            close: [false; 2],
            eager: false,
            patient: false,
            wants_https: false,
            loads_settings: false,
        };
        let course = |ground: &Ground| walk(ground, &around, stay).unwrap_or_else(Course::none);
        Self {
            courses: estate.grounds.iter().map(course).collect(),
            sets_kill: false,
            is_complete: false,
            cost: Cost::default(),
        }
    }
}

/// Whether aborts stay exposed on a host of the goal.
fn is_kill_exposed(estate: &Estate<'_>, sets_kill: bool) -> bool {
    let kill = if sets_kill { Kill::Https } else { estate.site.kill() };
    crate::safety::is_kill_exposed(estate.site, kill)
        && estate.grounds.iter().any(|ground| ground.in_goal)
}

fn choose_with(estate: &Estate<'_>, aim: Aim, sets_kill: bool) -> Option<Choice> {
    let site = estate.site;
    let is_exposed = is_kill_exposed(estate, sets_kill);
    if aim == Aim::Complete && is_exposed {
        return None;
    }
    let first = Cost { exposures: u64::from(is_exposed), restarts: 0, steps: u64::from(sets_kill) };
    let server = &estate.grounds[site.server()];
    // What the Server's set is like when other hosts' tasks come to pick from it depends on the Server's course.
    let of_server = courses(server, &surroundings(estate, None), aim, sets_kill);
    let choices = of_server
        .into_iter()
        .filter_map(|of_server| choose_around(estate, aim, sets_kill, first, of_server));
    choices.min_by_key(|choice| choice.cost)
}

/// The cheapest courses of all other hosts, given that of the Server.
fn choose_around(
    estate: &Estate<'_>,
    aim: Aim,
    sets_kill: bool,
    first: Cost,
    of_server: Course,
) -> Option<Choice> {
    let around = surroundings(estate, Some(of_server.sets));
    let mut of_server = Some(of_server);
    let mut chosen = IdVec::with_capacity(estate.grounds.len());
    let mut cost = first;
    for (id, ground) in estate.grounds.iter_enumerated() {
        let course = if id == estate.site.server() {
            of_server.take()?
        } else {
            courses(ground, &around, aim, sets_kill).into_iter().min_by_key(|course| course.cost)?
        };
        cost += course.cost;
        chosen.push(course);
    }
    Some(Choice { courses: chosen, sets_kill, is_complete: aim == Aim::Complete, cost })
}

fn surroundings(estate: &Estate<'_>, server: Option<SetStages>) -> Surroundings {
    let site = estate.site;
    let scope = site.blank_scope();
    Surroundings {
        retired: site.policy().retired,
        kill: site.kill(),
        server: server.filter(|_| scope != BlankScope::Host),
        // The Server is its own scope whatever the assumption says.
        picks_own: server.is_none() || scope != BlankScope::Server,
    }
}

/// The cheapest course of a host; where tasks of other hosts come to pick from its set, the cheapest for each thing
/// that the set may be like by then.
fn courses(
    ground: &Ground,
    around: &Surroundings,
    aim: Aim,
    sets_kill: bool,
) -> SmallVec<[Course; 1]> {
    let complete = aim == Aim::Complete && ground.in_goal;
    if complete && ground.floor.exposures > 0 {
        return SmallVec::new();
    }
    let variants = Variants::of(ground, around, aim);
    match (ground.awaits_others, complete) {
        (false, true) => first_plain(ground, around, &variants, sets_kill).into_iter().collect(),
        (false, false) => cheapest(ground, around, &variants, sets_kill).into_iter().collect(),
        (true, _) => cheapest_per_set(ground, around, &variants, sets_kill),
    }
}

/// The cheapest course to the goal, those with fewer restarts tried first.
fn first_plain(
    ground: &Ground,
    around: &Surroundings,
    variants: &Variants,
    sets_kill: bool,
) -> Option<Course> {
    let mut best: Option<Course> = None;
    let _ = variants.visit(sets_kill, |intent| {
        let floor = floor_of(ground, around, &intent).filter(|floor| floor.exposures == 0);
        let is_beaten = |best: &Course| floor.is_none_or(|floor| floor >= best.cost);
        if floor.is_none() || best.as_ref().is_some_and(is_beaten) {
            return ControlFlow::Continue(());
        }
        let course = walk(ground, around, intent).filter(|course| !course.falls_short());
        let Some(course) = course else { return ControlFlow::Continue(()) };
        // Nothing that comes later in this order is cheaper than a complete course without detours.
        let is_last = variants.has_plain && !course.has_detours;
        if best.as_ref().is_none_or(|best| course.cost < best.cost) {
            best = Some(course);
        }
        if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    best
}

/// The cheapest course, of equal ones the first: those that may be cheapest are tried first, until none can be cheaper.
fn cheapest(
    ground: &Ground,
    around: &Surroundings,
    variants: &Variants,
    sets_kill: bool,
) -> Option<Course> {
    let mut intents = Vec::with_capacity(INTENTS);
    let _ = variants.visit_ports(sets_kill, |intent| {
        // Of all orders the one that may leave least.
        let eager = variants.orders.iter().any(|&(_, eager)| eager);
        let loads_settings = variants.loads_settings.contains(&true);
        let least = Intent { eager, loads_settings, ..intent };
        if let Some(floor) = floor_of(ground, around, &least) {
            intents.push(Reverse((floor, intents.len(), intent)));
        }
        ControlFlow::Continue(())
    });
    let mut intents = BinaryHeap::from(intents);
    let mut best: Option<(usize, Course)> = None;
    while let Some(Reverse((floor, at, intent))) = intents.pop() {
        if best.as_ref().is_some_and(|(first, best)| (best.cost, *first) < (floor, at)) {
            break;
        }
        let _ = variants.visit_orders(intent, &mut |intent| {
            let is_beaten = |(first, best): &(usize, Course)| (best.cost, *first) <= (floor, at);
            if best.as_ref().is_some_and(is_beaten) {
                return ControlFlow::Break(());
            }
            if let Some(course) = walk(ground, around, intent) {
                let is_better = |(first, best): &(usize, Course)| {
                    // Of equal ones with the same ports the first stays.
                    course.cost < best.cost || (course.cost == best.cost && at < *first)
                };
                if best.as_ref().is_none_or(is_better) {
                    best = Some((at, course));
                }
            }
            ControlFlow::Continue(())
        });
    }
    best.map(|(_, course)| course)
}

/// The cheapest course for each thing that the host's set may be like when tasks of other hosts come to pick from it.
fn cheapest_per_set(
    ground: &Ground,
    around: &Surroundings,
    variants: &Variants,
    sets_kill: bool,
) -> SmallVec<[Course; 1]> {
    let mut best: SmallVec<[Course; 1]> = SmallVec::new();
    let _ = variants.visit(sets_kill, |intent| {
        let course = walk(ground, around, intent);
        if let Some(course) = course.filter(|it| !variants.wants_https || !it.falls_short()) {
            match best.iter_mut().find(|other| other.sets == course.sets) {
                Some(rival) if course.cost < rival.cost => *rival = course,
                Some(_) => {}
                None => best.push(course),
            }
        }
        ControlFlow::Continue(())
    });
    best
}

/// What may vary in the courses of a host, the plainest first.
struct Variants {
    undos: Subsets,
    /// Whether a port may have to yield its number to HTTPS, so that another has to listen meanwhile.
    may_yield: bool,
    enables: &'static [bool],
    parks: &'static [bool],
    closings: Subsets,
    patience: &'static [bool],
    /// Whether aborts move before the first restart, and whether that closes ports that run: it matters only where tasks
    /// wait for HTTPS, it has to move to another number, or a transport stays.
    orders: &'static [(bool, bool)],
    wants_https: bool,
    loads_settings: &'static [bool],
    /// Whether a course that needs no detour is the cheapest there is.
    has_plain: bool,
}

impl Variants {
    fn of(ground: &Ground, around: &Surroundings, aim: Aim) -> Self {
        let complete = aim == Aim::Complete && ground.in_goal;
        let retired = Transport::UNSECURE.map(|transport| around.retired.contains(transport));
        // Where one of the two unsecure transports stays, tasks may stay on it for good.
        let keeps_one = retired != [true; 2];
        // Aborts may move to HTTPS before it comes up on another number, or before FTP gives HTTP its number back.
        let moves_https = ground.running.https.is_on()
            && ground.configured.https.is_on()
            && ground.configured.https != ground.running.https;
        let is_taken = Transport::UNSECURE.into_iter().any(|it| ground.is_taken(it));
        // A port that comes up on another number strands who is on it just as one that goes down.
        let is_pending = Transport::UNSECURE.into_iter().any(|transport| {
            let running = ground.running.of(transport);
            !running.is_off() && (ground.configured.of(transport) != running || !running.is_on())
        });
        Self {
            undos: subsets(undoable(ground, around.retired)),
            may_yield: ground.in_goal && may_yield(ground),
            enables: match (complete, ground.configured.https.is_on()) {
                (_, true) => &[false],
                (true, false) => &[true],
                (false, false) => &[false, true],
            },
            parks: if ground.in_goal && (is_pending || keeps_one) {
                &[false, true]
            } else {
                &[false]
            },
            closings: match (ground.in_goal, complete) {
                (false, _) => smallvec![[false; 2]],
                (true, true) => smallvec![retired],
                (true, false) => subsets(retired),
            },
            patience: if ground.in_goal && (ground.awaits_legs || !complete) {
                &[false, true]
            } else {
                &[false]
            },
            orders: if keeps_one || ground.awaits_legs || moves_https || is_taken {
                &[(false, false), (false, true), (true, false), (true, true)]
            } else {
                &[(false, false)]
            },
            wants_https: complete,
            loads_settings: match (ground.settings.unloaded.is_empty(), complete) {
                (true, _) => &[false],
                (false, true) => &[true],
                (false, false) => &[false, true],
            },
            has_plain: ground.in_goal && !keeps_one && !ground.awaits_others,
        }
    }

    /// Shows `visit` every combination, those with fewer restarts first, until it breaks off.
    fn visit(
        &self,
        kill: bool,
        mut visit: impl FnMut(Intent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.visit_ports(kill, |intent| self.visit_orders(intent, &mut visit))
    }

    /// Shows `visit` everything that can be done about the ports.
    fn visit_ports(
        &self,
        kill: bool,
        mut visit: impl FnMut(Intent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for first_restart in [false, true] {
            for &enable in self.enables {
                for &close in &self.closings {
                    for &undo in &self.undos {
                        let yields = enable && self.may_yield;
                        if !first_restart && !yields && overlap(undo, close) {
                            continue;
                        }
                        let intent = Intent {
                            undo,
                            reloads: false,
                            enable,
                            parks: false,
                            first_restart,
                            kill,
                            kill_first: false,
                            close,
                            eager: false,
                            patient: false,
                            wants_https: self.wants_https,
                            loads_settings: false,
                        };
                        visit(intent)?;
                        if first_restart && yields {
                            visit(Intent { reloads: true, ..intent })?;
                        }
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Shows `visit` every way to go about the ports of `intent`.
    fn visit_orders(
        &self,
        intent: Intent,
        visit: &mut impl FnMut(Intent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let orders = if intent.first_restart { self.orders } else { &[(false, false)] };
        for &parks in self.parks {
            for &patient in self.patience {
                for &(kill_first, eager) in orders {
                    if kill_first && !intent.kill {
                        continue;
                    }
                    for &loads_settings in self.loads_settings {
                        visit(Intent {
                            parks,
                            kill_first,
                            eager,
                            patient,
                            loads_settings,
                            ..intent
                        })?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// The unsecure ports whose closing was configured, but not loaded yet, or another number that they can be rid of.
fn undoable(ground: &Ground, retired: Retired) -> [bool; 2] {
    Transport::UNSECURE.map(|transport| {
        let may_close = ground.in_goal && retired.contains(transport);
        let is_closed = !ground.configured.of(transport).is_on();
        let is_undoable = is_closed || (may_close && ground.is_renumbered(transport));
        ground.running.of(transport).is_on() && is_undoable
    })
}

/// Whether a port holds the number at which HTTPS is to be enabled, or would if it were undone.
fn may_yield(ground: &Ground) -> bool {
    let number = PortState::On(ground.https);
    !ground.configured.https.is_on()
        && Transport::UNSECURE.into_iter().any(|transport| {
            [ground.running, ground.configured].iter().any(|ports| ports.of(transport) == number)
        })
}

/// Sets of unsecure ports, each as [`Transport::UNSECURE`].
type Subsets = SmallVec<[[bool; 2]; 4]>;

/// Every subset of `full`, the empty one first.
fn subsets(full: [bool; 2]) -> Subsets {
    let [ftp, http] = full;
    let mut subsets: Subsets = smallvec![[false, false]];
    if ftp {
        subsets.push([true, false]);
    }
    if http {
        subsets.push([false, true]);
    }
    if ftp && http {
        subsets.push([true, true]);
    }
    subsets
}

fn overlap(one: [bool; 2], other: [bool; 2]) -> bool {
    one.into_iter().zip(other).any(|(one, other)| one && other)
}
