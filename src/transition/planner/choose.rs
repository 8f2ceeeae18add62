//! Which course each host takes: few are possible, and each is tried.

use crate::{
    site::{BlankScope, HostId, Kill, Site, Transport, id::IdVec},
    transition::planner::course::{Cost, Course, Intent, SetStages, Surroundings, walk},
};

use super::estate::{Estate, Ground};

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
            close: [false; 2],
            patient: false,
            wants_https: false,
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
    let is_exposed =
        crate::safety::is_kill_exposed(site, if sets_kill { Kill::Https } else { site.kill() });
    let counts = is_exposed && site.hosts().any(|host| !host.is_excepted());
    if aim == Aim::Complete && counts {
        return None;
    }
    let mut cost = Cost { exposures: u64::from(counts), restarts: 0, steps: u64::from(sets_kill) };
    let server = site.server();
    let of_server =
        choose_course(&estate.grounds[server], &surroundings(estate, None), aim, sets_kill)?;
    let around = surroundings(estate, Some(of_server.sets));
    let mut courses = IdVec::with_capacity(estate.grounds.len());
    for (id, ground) in estate.grounds.iter_enumerated() {
        let course = if id == server {
            of_server.clone()
        } else {
            choose_course(ground, &around, aim, sets_kill)?
        };
        cost += course.cost;
        courses.push(course);
    }
    Some(Choice { courses, sets_kill, is_complete: aim == Aim::Complete, cost })
}

fn surroundings<'s>(estate: &Estate<'s>, server: Option<SetStages>) -> Surroundings<'s> {
    let site: &'s Site = estate.site;
    let scope = site.blank_scope();
    Surroundings {
        site,
        retired: site.policy().retired,
        kill: site.kill(),
        server: server.filter(|_| scope != BlankScope::Host),
        // The Server is its own scope whatever the assumption says.
        picks_own: server.is_none() || scope != BlankScope::Server,
    }
}

/// The cheapest course of one host.
fn choose_course(
    ground: &Ground,
    around: &Surroundings<'_>,
    aim: Aim,
    sets_kill: bool,
) -> Option<Course> {
    if ground.in_goal {
        choose_in_goal(ground, around, aim, sets_kill)
    } else {
        choose_excepted(ground, around, sets_kill)
    }
}

fn choose_in_goal(
    ground: &Ground,
    around: &Surroundings<'_>,
    aim: Aim,
    sets_kill: bool,
) -> Option<Course> {
    let full = Transport::UNSECURE.map(|transport| around.retired.contains(transport));
    let complete = aim == Aim::Complete;
    let closings = if complete { vec![full] } else { subsets(full) };
    let enables: &[bool] = match (complete, ground.configured.https.is_on()) {
        (_, true) => &[false],
        (true, false) => &[true],
        (false, false) => &[false, true],
    };
    let undos = subsets(undoable(ground));
    // Where one of the two unsecure transports stays, tasks may stay on it for good.
    let keeps_one = full != [true; 2];
    let variants = Variants {
        enables,
        closings: &closings,
        undos: &undos,
        parks: if undos.len() > 1 || keeps_one { &[false, true] } else { &[false] },
        patience: if ground.awaits_legs { &[false, true] } else { &[false] },
    };
    let mut best: Option<Course> = None;
    for first_restart in [false, true] {
        for (enable, close, undo, parks, patient) in variants.product() {
            if !first_restart && overlap(undo, close) {
                continue;
            }
            let intent = Intent {
                undo,
                enable,
                parks,
                first_restart,
                kill: sets_kill,
                close,
                patient,
                wants_https: complete,
            };
            let Some(course) = walk(ground, around, intent) else { continue };
            if complete && (course.cost.exposures > 0 || !course.has_https) {
                continue;
            }
            let is_plain = complete && !course.has_detours && !keeps_one;
            if best.as_ref().is_none_or(|best| course.cost < best.cost) {
                best = Some(course);
            }
            // Nothing that comes later in this order is cheaper than a complete course without detours.
            if is_plain {
                return best;
            }
        }
    }
    best
}

/// What may vary in the courses of a host, the plainest first.
#[derive(Clone, Copy)]
struct Variants<'a> {
    enables: &'a [bool],
    closings: &'a [[bool; 2]],
    undos: &'a [[bool; 2]],
    parks: &'a [bool],
    patience: &'a [bool],
}

impl<'a> Variants<'a> {
    /// Every combination.
    fn product(self) -> impl Iterator<Item = (bool, [bool; 2], [bool; 2], bool, bool)> + 'a {
        let Self { enables, closings, undos, parks, patience } = self;
        let last = move || {
            parks
                .iter()
                .flat_map(move |&parks| patience.iter().map(move |&patient| (parks, patient)))
        };
        enables.iter().flat_map(move |&enable| {
            closings.iter().flat_map(move |&close| {
                undos.iter().flat_map(move |&undo| {
                    last().map(move |(parks, patient)| (enable, close, undo, parks, patient))
                })
            })
        })
    }
}

/// Outside the goal nothing is closed, removed, moved or added; but HTTPS may be needed there.
fn choose_excepted(ground: &Ground, around: &Surroundings<'_>, sets_kill: bool) -> Option<Course> {
    let enables: &[bool] = if ground.configured.https.is_on() { &[false] } else { &[false, true] };
    let mut best: Option<(u8, Course)> = None;
    for &enable in enables {
        for first_restart in [false, true] {
            for undo in subsets(undoable(ground)) {
                let intent = Intent {
                    undo,
                    enable,
                    parks: false,
                    first_restart,
                    kill: sets_kill,
                    close: [false; 2],
                    patient: false,
                    wants_https: false,
                };
                let Some(course) = walk(ground, around, intent) else { continue };
                // Tasks that come to pick from this set need every member of it to be live.
                let set = course.sets.last.into_iter().min().unwrap_or(0);
                let merit = if ground.awaits_legs { set } else { 0 };
                let key = (core::cmp::Reverse(merit), course.cost);
                if best
                    .as_ref()
                    .is_none_or(|(merit, best)| key < (core::cmp::Reverse(*merit), best.cost))
                {
                    best = Some((merit, course));
                }
            }
        }
    }
    best.map(|(_, course)| course)
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
