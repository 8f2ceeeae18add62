//! What must hold of the oracle, of the search and of the generators themselves.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use crate::oracle::condition::Column;
use crate::oracle::generate::{Dice, ODD, ONE_HOST, TWO_HOSTS, odd_site, one_host, two_hosts};
use crate::oracle::judgement::{judge, judge_rollback};
use crate::oracle::moves::Target;
use crate::oracle::plans::{any_step, plan, way_back};
use crate::oracle::rules::{verdict, verdict_rollback};
use crate::oracle::search::{Family, solve, solve_family, solve_within};
use crate::oracle::step::{Direction, Step, steps_from_json, steps_to_json};
use crate::oracle::world::World;
use crate::strategies::{odd_sites, rolls};

/// Always the same cases: these tests are about the generators and must not fail by chance.
fn cases(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// A plan of the family is safe, as long as it should be, and ends where it should.
#[track_caller]
fn holds_what_it_promises(family: &mut Family, world: &World) {
    let best = family.best(world).unwrap();
    let plan = family.plan(world).unwrap();
    let judgement = judge(world, &plan);
    assert!(judgement.is_safe(), "{}: {judgement:?}", world.to_json());
    assert_eq!(judgement.reaches_goal, best.complete);
    assert_eq!(plan.len(), usize::from(best.cost.steps));
    let restarts = plan.iter().filter(|step| step.is_restart()).count();
    assert_eq!(restarts, usize::from(best.cost.restarts));
    let end = plan.iter().fold(world.clone(), |world, step| world.apply(step));
    assert_eq!(end.goal_exposures(), best.exposures_after);
}

/// In the families without odd facts a target is unknown only where a task dangles on a host without interfaces.
fn all_targets_known(world: &World) -> bool {
    world.tasks.iter().all(|task| world.target(task) != Target::Unknown)
}

#[test]
fn every_state_of_one_host_reaches_the_goal_with_two_restarts_at_most() {
    let worlds: Vec<World> = (0..ONE_HOST).map(|it| World::from_json(&one_host(it))).collect();
    let mut family = solve_family(&worlds);
    assert_eq!(family.worlds().len(), worlds.len(), "planner moves do not lead out of the family");
    let mut with_restarts = BTreeMap::new();
    for world in &worlds {
        let best = family.best(world).unwrap();
        assert_eq!(best.complete, all_targets_known(world), "{}", world.to_json());
        *with_restarts.entry(best.cost.restarts).or_insert(0) += 1;
    }
    println!("{with_restarts:?}");
    assert_eq!(with_restarts.keys().copied().collect::<Vec<_>>(), [0, 1, 2]);
    for world in worlds.iter().step_by(97) {
        holds_what_it_promises(&mut family, world);
        assert_eq!(solve(world).0, family.best(world).unwrap());
    }
}

#[test]
fn sampled_states_of_two_hosts_reach_the_goal() {
    for state in (0..TWO_HOSTS).step_by(2_500_009) {
        let world = World::from_json(&two_hosts(state));
        let (best, plan) = solve(&world);
        assert_eq!(best.complete, all_targets_known(&world), "{}", world.to_json());
        assert_eq!(best.complete, judge(&world, &plan).reaches_goal);
    }
}

#[test]
fn odd_families_are_solved_with_safe_plans() {
    assert_eq!(ODD.iter().map(|odd| odd.name).collect::<BTreeSet<_>>().len(), ODD.len());
    for odd in ODD {
        let sites = odd.sites().step_by(if odd.hosts == 1 { 211 } else { 7001 });
        let worlds: Vec<World> = sites.map(|site| World::from_json(&site)).collect();
        let mut family = solve_family(&worlds);
        for world in &worlds {
            holds_what_it_promises(&mut family, world);
        }
    }
}

#[test]
fn random_sites_read_back_the_same() {
    cases(500)
        .run(&odd_sites(), |site| {
            let world = World::from_json(&site);
            prop_assert_eq!(World::from_json(&world.to_json()), world);
            Ok(())
        })
        .unwrap();
}

#[test]
fn random_sites_are_varied() {
    let seen = RefCell::new(BTreeSet::new());
    cases(500)
        .run(&odd_sites(), |site| {
            let world = World::from_json(&site);
            let mut seen = seen.borrow_mut();
            seen.extend(
                world
                    .exposures()
                    .iter()
                    .map(|it| format!("{it:?}").chars().take(4).collect::<String>()),
            );
            seen.extend(
                Column::BOTH
                    .iter()
                    .flat_map(|&column| world.grades(column))
                    .map(|(about, grade)| format!("{:?} {grade:?}", about.0)),
            );
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    assert_eq!(seen.len(), 5 + 4 + 3 + 3 + 2 + 2, "{seen:?}");
}

#[test]
fn random_sites_are_solved_with_safe_plans() {
    let solved = Cell::new(0);
    cases(200)
        .run(&odd_sites(), |site| {
            let world = World::from_json(&site);
            if let Some((best, plan)) = solve_within(&world, 500) {
                solved.set(solved.get() + 1);
                let judgement = judge(&world, &plan);
                prop_assert!(judgement.is_safe() && judgement.reaches_goal == best.complete);
            }
            Ok(())
        })
        .unwrap();
    println!("{} of 200", solved.get());
    assert!(solved.get() > 50);
}

#[test]
fn a_large_site_is_a_site() {
    let world = World::from_json(&odd_site(&mut Dice::endless(1), 50, 500));
    assert_eq!((world.hosts.len(), world.tasks.len()), (50, 500));
    assert_eq!(World::from_json(&world.to_json()), world);
}

#[test]
fn random_plans_are_partly_good_and_partly_bad() {
    let verdicts = RefCell::new(BTreeMap::new());
    cases(500)
        .run(&(odd_sites(), rolls(200)), |(site, rolls)| {
            let world = World::from_json(&site);
            let plan = plan(&world, &mut Dice::new(rolls), 12, 5);
            prop_assert_eq!(&steps_from_json(&steps_to_json(&plan, "forward")), &plan);
            let violation = judge(&world, &plan).breaches.first().cloned();
            let name = violation.map_or("safe", |violation| violation.condition.name());
            *verdicts.borrow_mut().entry(name).or_insert(0) += 1;
            Ok(())
        })
        .unwrap();
    let verdicts = verdicts.into_inner();
    println!("{verdicts:?}");
    for name in ["safe", "precondition", "route", "abort", "listener", "interface", "exposure"] {
        assert!(verdicts.contains_key(name), "{name}: {verdicts:?}");
    }
}

#[test]
fn any_subset_of_hosts_may_restart_after_any_allowed_step() {
    cases(300)
        .run(&(odd_sites(), rolls(200)), |(site, rolls)| {
            let start = World::from_json(&site);
            let floor = start.grades(Column::Now).into_iter().zip(start.grades(Column::Next));
            let floor: Vec<_> = floor.map(|(now, next)| now.1.min(next.1)).collect();
            let mut world = start.clone();
            for step in plan(&start, &mut Dice::new(rolls), 12, 1000) {
                if let Ok(after) = verdict(&world, &step) {
                    world = after;
                }
                for subset in 0..1_u32 << world.hosts.len() {
                    let mut rebooted = world.clone();
                    for (at, host) in rebooted.hosts.iter_mut().enumerate() {
                        if subset >> at & 1 == 1 {
                            host.running = host.ports(Column::Next);
                        }
                    }
                    for (is, least) in rebooted.grades(Column::Now).iter().zip(&floor) {
                        prop_assert!(is.1 >= *least, "{step:?} {is:?}");
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_plan_of_one_host_can_be_undone_from_every_prefix() {
    for state in (0..ONE_HOST).step_by(331) {
        let mut site = one_host(state);
        if state % 2 == 1 {
            site["settings"] =
                json!([{ "key": "A", "value": "new" }, { "key": "B", "value": "new" }]);
            let absent = json!({ "state": "absent" });
            site["hosts"][0]["settings"] =
                json!([{ "key": "A", "configured": "old", "running": absent }]);
        }
        let original = World::from_json(&site);
        let (_, steps) = solve(&original);
        let mut worlds = vec![original.clone()];
        for step in &steps {
            worlds.push(verdict(worlds.last().unwrap(), step).unwrap());
        }
        for after in 0..=steps.len() {
            let mut back = way_back(&worlds, &steps[..after]);
            // What changes nothing is no step.
            let mut world = worlds[after].clone();
            back.retain(|step| {
                let next = world.apply(step);
                let changes = next != world;
                world = next;
                changes
            });
            let judgement = judge_rollback(&original, &worlds[after], &back);
            let case = (original.to_json(), &steps[..after], &back);
            assert!(judgement.reaches_goal, "{case:#?} {judgement:?}");
        }
    }
}

#[test]
fn random_rollback_steps_are_judged_without_surprise() {
    cases(300)
        .run(&(odd_sites(), rolls(100)), |(site, rolls)| {
            let world = World::from_json(&site);
            let mut dice = Dice::new(rolls);
            for _ in 0..10 {
                let step = any_step(&world, &mut dice, Direction::Rollback);
                prop_assert_eq!(&Step::from_json(&step.to_json()), &step);
                if let Ok(after) = verdict_rollback(&world, &world, &step) {
                    prop_assert_ne!(&after, &world);
                }
            }
            Ok(())
        })
        .unwrap();
}
