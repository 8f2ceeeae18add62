//! Which course each host takes: few are possible, and each is tried.

use core::{cmp::Reverse, ops::ControlFlow};
use std::collections::BinaryHeap;

use smallvec::SmallVec;

use crate::site::{BlankScope, HostId, Kill, id::IdVec};

use super::{
    course::{Cost, Course, Intent, SetStages, Surroundings},
    estate::{Estate, Ground},
    floor::floor_of,
    variants::{Aim, Variants},
    walk::walk,
};

/// Room for the ways that most hosts can go, so that their list is allocated once.
const INTENTS: usize = 64;

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
    for (id, ground) in estate.grounds.iter_enumerated() {
        let course = if id == estate.site.server() {
            of_server.take()?
        } else {
            courses(ground, &around, aim, sets_kill).into_iter().min_by_key(|course| course.cost)?
        };
        chosen.push(course);
    }
    let sum = |of: fn(&Cost) -> u64| {
        of(&first) + chosen.iter().map(|course: &Course| of(&course.cost)).sum::<u64>()
    };
    let cost = Cost {
        exposures: sum(|cost| cost.exposures),
        restarts: sum(|cost| cost.restarts),
        steps: sum(|cost| cost.steps),
    };
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
        // Whether no course with these ports is cheaper, nor as cheap and comes first.
        let is_settled = |best: &Option<(usize, Course)>| {
            best.as_ref().is_some_and(|(first, best)| (best.cost, *first) <= (floor, at))
        };
        if is_settled(&best) {
            break;
        }
        let _ = variants.visit_orders(intent, &mut |intent| {
            if is_settled(&best) {
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
