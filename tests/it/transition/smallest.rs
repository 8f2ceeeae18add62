//! The repair that the checker advises is the smallest there is: no fewer steps make the refused one allowed.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{check, site_of};
use crate::oracle::{
    generate::{Dice, ONE_HOST, one_host, plain_site},
    moves::moves,
    plans::plan as random_plan,
    rules::verdict,
    step::{Step, steps_to_json},
    world::World,
};
use crate::strategies::odd_sites;

/// The fewest steps, later ones of the plan or moves of a planner, after which a step is allowed; `None` where `fewer`
/// than so many are not enough.
fn fewest(
    world: &World,
    refused: &Step,
    later: &[Step],
    fewer: usize,
) -> Option<(usize, Vec<Step>)> {
    let mut reached: Vec<(World, Vec<Step>)> = vec![(world.clone(), Vec::new())];
    let mut seen: HashSet<World> = reached.iter().map(|(world, _)| world.clone()).collect();
    for count in 1..fewer {
        let mut next = Vec::new();
        for (world, way) in &reached {
            for step in later.iter().cloned().chain(moves(world)) {
                if step == *refused {
                    continue;
                }
                let Ok(after) = verdict(world, &step) else { continue };
                let way: Vec<Step> = way.iter().cloned().chain([step]).collect();
                if verdict(&after, refused).is_ok() {
                    return Some((count, way));
                }
                if seen.insert(after.clone()) {
                    next.push((after, way));
                }
            }
        }
        reached = next;
    }
    None
}

/// How many steps the advice has; `None` where the plan is safe or nothing is advised.
#[track_caller]
fn is_smallest(json: &Value, steps: &[Step]) -> Option<usize> {
    // More than three steps take brute force too long.
    const MOST: usize = 4;
    let report = check(&site_of(json), &steps_to_json(steps, "forward"));
    let violation = report["violation"].as_object()?;
    let repair = violation["repair"].as_object()?;
    let advised = 1 + repair.get("then").map_or(0, |then| then.as_array().unwrap().len());
    let at = usize::try_from(violation["step"].as_u64().unwrap()).unwrap() - 1;
    let world = steps[..at].iter().fold(World::from_json(json), |world, step| world.apply(step));
    let better = fewest(&world, &steps[at], &steps[at + 1..], advised.min(MOST));
    assert_eq!(better, None, "{json}\n{:#?}\n{violation:#?}", &steps[at..]);
    Some(advised)
}

/// Counts how many steps are advised how often.
fn tally(advised: impl Iterator<Item = Option<usize>>) -> [usize; 8] {
    let mut counts = [0; 8];
    advised.flatten().for_each(|count| counts[count.min(7)] += 1);
    counts
}

#[test]
fn on_every_state_of_one_host() {
    let advised = (0..ONE_HOST).step_by(5).flat_map(|state| {
        let json = one_host(state);
        let world = World::from_json(&json);
        // Each step that a person might start with.
        let starts = moves(&world);
        starts.into_iter().map(move |step| is_smallest(&json, &[step])).collect::<Vec<_>>()
    });
    let counts = tally(advised);
    println!("{counts:?}");
    assert!(counts[1] > 1000 && counts[2] > 100 && counts[3] > 10, "{counts:?}");
}

proptest! {
    #[test]
    fn on_plain_sites(seed in any::<u64>(), hosts in 1_usize..3, tasks in 0_usize..4, bad_once_in in 1_usize..12) {
        let mut dice = Dice::endless(seed);
        let json = plain_site(&mut dice, hosts, tasks);
        let steps = random_plan(&World::from_json(&json), &mut dice, 8, bad_once_in);
        is_smallest(&json, &steps);
    }

    #[test]
    fn on_odd_sites(json in odd_sites(), seed in any::<u64>(), bad_once_in in 1_usize..12) {
        let steps = random_plan(&World::from_json(&json), &mut Dice::endless(seed), 8, bad_once_in);
        is_smallest(&json, &steps);
    }
}

/// Too many tasks to try every few steps: what leads to the goal is taken, without what does not help.
#[test]
fn on_a_site_that_is_too_large_to_try_all_steps() {
    let names =
        |task: usize| if task.is_multiple_of(20) { "ftp://s:11001" } else { "http://s:11000" };
    let tasks: Vec<Value> = (0..70)
        .map(|task| json!({ "id": format!("t{task}"), "kind": "backup", "interface": names(task) }))
        .collect();
    let ports = json!({ "ftp": 11001, "http": 11000, "https": 11443 });
    let site = site_of(&json!({
        "format_version": "1.0",
        "globals": [{ "user": "sesam", "key": "gv_conf_use_com_stpd_kill", "value": "https" }],
        "hosts": [{ "name": "s", "role": "server", "os": "linux", "configured": ports, "running": ports,
                    "interfaces": ["ftp://s:11001", "http://s:11000", "https://s:11443"] }],
        "tasks": tasks,
    }));
    let action = |action: Value| json!({ "action": action });
    let removal =
        action(json!({ "type": "remove-interface", "host": "s", "interface": "ftp://s:11001" }));
    let moves = |task: usize| json!({ "type": "reassign", "task": format!("t{task}"), "interface": "https://s:11443" });
    let advice = |steps: Vec<Value>| {
        let plan = json!({ "format_version": "1.0", "direction": "forward", "steps": steps });
        let mut advice = check(&site, &plan)["violation"]["repair"].clone();
        advice.as_object_mut().unwrap().remove("text");
        advice
    };
    let steps = |tasks: &[usize]| {
        let steps = tasks.iter().map(|&task| action(moves(task)));
        [removal.clone()].into_iter().chain(steps).collect::<Vec<_>>()
    };
    let all: Vec<usize> = (0..70).collect();
    let then = |steps: [usize; 3]| steps.map(|step| json!({ "move": step }));
    assert_eq!(advice(steps(&all)), json!({ "move": 2, "before": 1, "then": then([22, 42, 62]) }));
    let inserted = [20, 40, 60].map(|task| json!({ "insert": moves(task) }));
    assert_eq!(advice(steps(&[])), json!({ "insert": moves(0), "before": 1, "then": inserted }));
    let mixed = [json!({ "insert": moves(20) }), json!({ "insert": moves(60) })];
    let mixed: Vec<Value> = [json!({ "move": 4 })].into_iter().chain(mixed).collect();
    assert_eq!(advice(steps(&[1, 0, 40])), json!({ "move": 3, "before": 1, "then": mixed }));
}
