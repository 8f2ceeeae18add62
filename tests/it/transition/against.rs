//! The planner held against brute force, family by family.

use std::{
    iter,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
};

use serde_json::Value;
use sesam_transport::transition::{Direction, Outcome, PlanDocument, check, plan};

use super::{
    families::Family as Kind,
    order::{Order, site_of},
    small_sites::told,
};
use crate::oracle::{
    closed_form,
    condition::Column,
    conditions::Grade,
    generate::{TWO_ADDRESSES, two_addresses},
    judgement::judge,
    moves::Target,
    search::{Best, Cost, Family, solve_family},
    step::Step,
    text::Text,
    world::World,
};

/// What the planner finds for a site, in the terms of the brute force.
pub(crate) fn found(site: &Value) -> Best {
    let site = site_of(site);
    let plan = plan(&site);
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

/// How the planner does on a family of sites.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) states: usize,
    /// States where the goal can be reached and the plan does not reach it, or it leaves more exposed than need be.
    pub(crate) incomplete: usize,
    /// States where the plan reaches what can be reached, but with a restart or a step too many.
    pub(crate) dearer: usize,
    /// States where the plan is cheaper than what the planner moves allow.
    pub(crate) cheaper: usize,
    /// The smallest of them all.
    pub(crate) example: Option<Value>,
}

pub(crate) fn tally(sites: &[Value]) -> Tally {
    let worlds: Vec<World> = sites.iter().map(World::from_json).collect();
    let mut family: Family = solve_family(&worlds);
    let mut tally = Tally::default();
    for (site, world) in sites.iter().zip(&worlds) {
        let (best, found) = (family.best(world).unwrap(), found(site));
        assert_eq!(found.exposures_before, best.exposures_before, "{site}");
        let reach = |of: &Best| (!of.complete, of.exposures_after);
        tally.states += 1;
        tally.incomplete += usize::from(reach(&found) > reach(&best));
        tally.dearer += usize::from(reach(&found) == reach(&best) && found.cost > best.cost);
        tally.cheaper += usize::from(
            reach(&found) < reach(&best)
                || (reach(&found) == reach(&best) && found.cost < best.cost),
        );
        let size = |site: &Value| (site.to_string().len(), site.to_string());
        if found != best && tally.example.as_ref().is_none_or(|known| size(site) < size(known)) {
            tally.example = Some(site.clone());
        }
    }
    tally
}

/// A family on which the planner falls short of what brute force finds with the moves of a planner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Short<'a> {
    pub(crate) family: &'static str,
    pub(crate) states: usize,
    pub(crate) incomplete: usize,
    pub(crate) dearer: usize,
    pub(crate) cheaper: usize,
    pub(crate) example: &'a str,
}

const fn short(
    family: &'static str,
    states: usize,
    [incomplete, dearer, cheaper]: [usize; 3],
    example: &'static str,
) -> Short<'static> {
    Short { family, states, incomplete, dearer, cheaper, example }
}

/// All of them; every other family is planned as well as can be.
pub(crate) const FALLS_SHORT: [Short<'static>; 5] = [
    short(
        "twin stands there forwarded elsewhere",
        4096,
        [0, 9, 0],
        "s: configured http+https, running ftp+http, interfaces ftp://s:11001 https://s:11443 to 9443; task on s: no interface; aborts over ftp",
    ),
    short(
        "task to an http text",
        4096,
        [0, 16, 0],
        "s: configured http, running ftp+http, interfaces ftp://s:11001; task on s: ftp://s:11001 to http://s:11000; aborts over ftp",
    ),
    // The Server would have to close a port that other hosts wait for while HTTPS is still to come.
    short(
        "two hosts, policy blank",
        49152,
        [0, 144, 0],
        "s: configured http, running nothing, interfaces http://s:11000; r: configured nothing, running ftp+http, interfaces http://r:11000 https://r:11443; task on s: no interface; task on r: http://r:11000; aborts over ftp; policy {reassign:blank}",
    ),
    short(
        "two hosts, policy blank, scope server",
        2560,
        [0, 40, 0],
        "s: configured https, running https, interfaces http://s:11000 https://s:11443; r: configured nothing, running ftp+http, interfaces http://r:11000; task on s: http://s:11000; task on r: http://r:11000; aborts over ftp; policy {reassign:blank}; assumptions {blank_scope:server}",
    ),
    short(
        "three hosts, policy blank, scope server",
        768,
        [0, 12, 0],
        "s: configured https, running https, interfaces http://s:11000 https://s:11443; r: configured nothing, running ftp+http, interfaces http://r:11000; q: configured https, running http+https, interfaces https://q:11443; task on s: http://s:11000; task on r: http://r:11000; task on q: no interface; aborts over ftp; policy {reassign:blank}; assumptions {blank_scope:server}",
    ),
];

impl Short<'_> {
    /// As the documentation tells it.
    pub(crate) fn row(&self) -> String {
        let Self { family, states, incomplete, dearer, cheaper, example } = self;
        let share = |count: &usize| {
            let per_mille = (1000 * count + states / 2) / states;
            match count {
                0 => "0".to_owned(),
                count => format!("{count} ({}.{} %)", per_mille / 10, per_mille % 10),
            }
        };
        let (incomplete, dearer, cheaper) = (share(incomplete), share(dearer), share(cheaper));
        format!("| {family} | {states} | {incomplete} | {dearer} | {cheaper} | `{example}` |")
    }
}

/// Families are planned as well as brute force can, or fall short as the table says; every state is safe throughout,
/// and every so many whatever restarts.
pub(crate) fn hold(kinds: impl Iterator<Item = Kind>, every: usize) {
    let kinds: Vec<Kind> = kinds.collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let taken = iter::from_fn(|| kinds.get(next.fetch_add(1, Relaxed)));
        taken.filter_map(|kind| differs(*kind, every)).collect()
    };
    let wrong: Vec<String> = thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().flat_map(|worker| -> Vec<String> { worker.join().unwrap() }).collect()
    });
    assert_eq!(wrong, [""; 0]);
}

/// The row that the table should have for a family; none where it has it, or needs none.
fn differs(kind: Kind, every: usize) -> Option<String> {
    let sites = kind.sites();
    let Tally { states, incomplete, dearer, cheaper, example } = tally(&sites);
    println!(
        "{:55} {states:6} states, {incomplete:4} incomplete, {dearer:4} dearer, {cheaper:4} cheaper than its moves",
        kind.name
    );
    let example = example.as_ref().map(told).unwrap_or_default();
    let known = FALLS_SHORT.into_iter().find(|short| short.family == kind.name);
    let known = known.unwrap_or(short(kind.name, states, [0; 3], ""));
    let found =
        Short { example: &example, ..short(kind.name, states, [incomplete, dearer, cheaper], "") };
    for (nth, json) in sites.iter().enumerate() {
        is_safe_throughout(json);
        if nth % every == 0 {
            is_steady(json);
        }
    }
    (found != known).then(|| found.row())
}

/// The checker, asked about the whole plan as if a stranger had written it, finds every prefix safe.
fn is_safe_throughout(json: &Value) {
    let site = site_of(json);
    let plan = plan(&site);
    let document = PlanDocument::new(Direction::Forward, plan.actions());
    let verdict = check(&site, &document).unwrap();
    assert!(verdict.is_safe(), "{json}: {:?}", verdict.violation());
    assert_eq!(verdict.reaches_goal(), plan.outcome() == Outcome::Complete, "{json}");
}

/// The oracle finds every prefix safe, and whichever hosts restart after it, every grade that the first state had in
/// both columns is still there in both.
pub(crate) fn is_steady(json: &Value) {
    let first = World::from_json(json);
    let steps: Vec<Step> = Order::of(&site_of(json)).steps();
    assert!(judge(&first, &steps).is_safe(), "{json}");
    let grades = |world: &World, column| world.grades(column).into_iter().map(|(_, grade)| grade);
    let floor: Vec<Grade> = grades(&first, Column::Now)
        .zip(grades(&first, Column::Next))
        .map(|(now, next)| now.min(next))
        .collect();
    let mut world = first.clone();
    for after in 0..=steps.len() {
        for which in 0..1_u32 << world.hosts.len() {
            let restarted = restarted(&world, which);
            for column in Column::BOTH {
                let holds = grades(&restarted, column).zip(&floor).all(|(is, floor)| is >= *floor);
                assert!(holds, "after {after} steps and restarts of {which:b}: {json}\n{steps:?}");
            }
        }
        if let Some(step) = steps.get(after) {
            world = world.apply(step);
        }
    }
}

/// The world after some of its hosts, one bit each, have restarted.
fn restarted(world: &World, which: u32) -> World {
    let hosts: Vec<Text> = world.hosts.iter().map(|host| host.name.clone()).collect();
    let chosen = hosts.into_iter().enumerate().filter(|(at, _)| which >> at & 1 == 1);
    chosen.fold(world.clone(), |world, (_, host)| world.apply(&Step::Restart { host }))
}

/// Every so many states of the site with two addresses cost what the closed form says, where each task has a target.
///
/// No step of a planner leads out of these states: as long as it leaves the targets known, what resuming costs is
/// covered with them.
pub(crate) fn two_addresses_cost_what_they_have_to(every: usize) -> usize {
    let mut states = 0;
    for state in (0..TWO_ADDRESSES).step_by(every) {
        let site = two_addresses(state);
        let world = World::from_json(&site);
        if world.tasks.iter().all(|task| world.target(task) != Target::Unknown) {
            let found = found(&site);
            assert!(found.complete, "{site}");
            assert_eq!(found.cost, closed_form::cost(&world), "{site}");
            states += 1;
        }
    }
    states
}
