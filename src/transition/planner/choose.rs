//! Which course each host takes: few are possible, and each is tried.

use crate::site::{BlankScope, HostId, Kill, Transport, id::IdVec};

use super::{
    course::{Cost, Course, Intent, SetStages, Surroundings},
    estate::{Estate, Ground},
    walk::walk,
};

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
    let best = |aim| {
        let choices = ways.iter().filter_map(|&sets_kill| choose_with(estate, aim, sets_kill));
        choices.min_by_key(|choice| choice.cost)
    };
    best(Aim::Complete).or_else(|| best(Aim::Partial)).unwrap_or_else(|| Choice::none(estate))
}

impl Choice {
    /// To leave everything as it is: always safe.
    fn none(estate: &Estate<'_>) -> Self {
        let around = surroundings(estate, None);
        let stay = Intent {
            undo: [false; 2],
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

fn choose_with(estate: &Estate<'_>, aim: Aim, sets_kill: bool) -> Option<Choice> {
    let site = estate.site;
    let kill = if sets_kill { Kill::Https } else { site.kill() };
    let is_exposed =
        crate::safety::is_kill_exposed(site, kill) && site.hosts().any(|host| !host.is_excepted());
    if aim == Aim::Complete && is_exposed {
        return None;
    }
    let first = Cost { exposures: u64::from(is_exposed), restarts: 0, steps: u64::from(sets_kill) };
    let server = &estate.grounds[site.server()];
    // What the Server's set is like when other hosts' tasks come to pick from it depends on the Server's course.
    let of_server = courses(server, &surroundings(estate, None), aim, sets_kill);
    let choices = of_server
        .into_iter()
        .filter_map(|of_server| choose_around(estate, aim, sets_kill, first, &of_server));
    choices.min_by_key(|choice| choice.cost)
}

/// The cheapest courses of all other hosts, given that of the Server.
fn choose_around(
    estate: &Estate<'_>,
    aim: Aim,
    sets_kill: bool,
    first: Cost,
    of_server: &Course,
) -> Option<Choice> {
    let around = surroundings(estate, Some(of_server.sets));
    let mut chosen = IdVec::with_capacity(estate.grounds.len());
    let mut cost = first;
    for (id, ground) in estate.grounds.iter_enumerated() {
        let course = if id == estate.site.server() {
            of_server.clone()
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
fn courses(ground: &Ground, around: &Surroundings, aim: Aim, sets_kill: bool) -> Vec<Course> {
    let variants = Variants::of(ground, around, aim);
    let mut best: Vec<Course> = Vec::new();
    for intent in variants.intents(sets_kill) {
        let Some(course) = walk(ground, around, intent) else { continue };
        let falls_short = course.cost.exposures > 0 || !course.has_https;
        if aim == Aim::Complete && ground.in_goal && falls_short {
            continue;
        }
        // Nothing that comes later in this order is cheaper than a complete course without detours.
        let is_last = variants.has_plain && !course.has_detours && aim == Aim::Complete;
        let rival =
            best.iter_mut().find(|other| !ground.awaits_others || other.sets == course.sets);
        match rival {
            Some(rival) if course.cost < rival.cost => *rival = course,
            Some(_) => {}
            None => best.push(course),
        }
        if is_last {
            break;
        }
    }
    best
}

/// What may vary in the courses of a host, the plainest first.
struct Variants {
    undos: Vec<[bool; 2]>,
    enables: &'static [bool],
    parks: &'static [bool],
    closings: Vec<[bool; 2]>,
    patience: &'static [bool],
    /// Whether aborts move before the first restart, and whether that closes ports that run: it matters only where tasks
    /// wait for HTTPS or a transport stays.
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
        let is_pending = Transport::UNSECURE.into_iter().any(|transport| {
            !ground.running.of(transport).is_off() && !ground.configured.of(transport).is_on()
        });
        Self {
            undos: subsets(undoable(ground)),
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
                (false, _) => vec![[false; 2]],
                (true, true) => vec![retired],
                (true, false) => subsets(retired),
            },
            patience: if ground.in_goal && (ground.awaits_legs || !complete) {
                &[false, true]
            } else {
                &[false]
            },
            orders: if keeps_one || ground.awaits_legs {
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

    /// Every combination, those with fewer restarts first.
    fn intents(&self, kill: bool) -> impl Iterator<Item = Intent> {
        let restarts = [false, true].into_iter();
        let ports = restarts.flat_map(move |first_restart| {
            self.enables.iter().flat_map(move |&enable| {
                self.closings.iter().flat_map(move |&close| {
                    let undos = self
                        .undos
                        .iter()
                        .filter(move |undo| first_restart || !overlap(**undo, close));
                    undos.map(move |&undo| (first_restart, enable, close, undo))
                })
            })
        });
        ports.flat_map(move |(first_restart, enable, close, undo)| {
            let intent = Intent {
                undo,
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
            let orders = if first_restart { self.orders } else { &[(false, false)] };
            self.parks.iter().flat_map(move |&parks| {
                self.patience.iter().flat_map(move |&patient| {
                    let orders = orders.iter().filter(move |(kill_first, _)| kill || !kill_first);
                    orders.flat_map(move |&(kill_first, eager)| {
                        self.loads_settings.iter().map(move |&loads_settings| Intent {
                            parks,
                            kill_first,
                            eager,
                            patient,
                            loads_settings,
                            ..intent
                        })
                    })
                })
            })
        })
    }
}

/// The unsecure ports whose closing was configured, but not loaded yet.
fn undoable(ground: &Ground) -> [bool; 2] {
    Transport::UNSECURE.map(|transport| {
        ground.running.of(transport).is_on() && !ground.configured.of(transport).is_on()
    })
}

/// Every subset of `full`, the empty one first.
fn subsets(full: [bool; 2]) -> Vec<[bool; 2]> {
    let [ftp, http] = full;
    let mut subsets = vec![[false, false]];
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
