//! What a plan file says that a step keeps, removes or lessens is believed exactly where it is so.

use proptest::prelude::*;
use serde_json::{Value, json};
use sesam_transport::transition::{
    CertificateError, PlanMismatch, check, check_rollback, rollback, simulate,
};

use super::{certificate::exposed_in_goal, found_sites, plan_of, site_of, with_document};
use crate::oracle::{
    condition::Column,
    conditions::{Grade, live},
    generate::{Dice, ODD, one_host},
    plans::plan as random_plan,
    port::Https,
    rules::verdict,
    step::{Step, steps_from_json, steps_to_json},
    world::{Host, World},
};
use crate::strategies::odd_sites;

const CONDITIONS: [&str; 4] = ["route", "abort", "interface", "https"];

/// Whether some leg that a task has may come to more live members than before, on that host.
fn raises_route(before: &World, after: &World, step: &Step, name: &str) -> bool {
    let (was, is): (&Host, &Host) = (before.host(name).unwrap(), after.host(name).unwrap());
    let is_named = |text| {
        let mut tasks = before.tasks.iter().filter(|task| *task.host == *name);
        tasks.any(|task| task.reference.as_ref() == Some(text))
    };
    let picks = |task: &crate::oracle::world::Task| {
        let picks_here = before.blank_picks_own && *task.host == *name
            || before.blank_picks_server && was.is_server;
        task.source_host.as_deref() == Some(name) || task.reference.is_none() && picks_here
    };
    let is_set_used = before.tasks.iter().any(picks);
    Column::BOTH.into_iter().any(|column| {
        is.interfaces.iter().any(|it| {
            let now = live(it, &is.ports(column));
            match (was.interface(&it.text), step) {
                (None, _) => is_named(&it.text) && now > Grade::No,
                (Some(old), _) => {
                    (is_named(&it.text) || is_set_used) && now > live(old, &was.ports(column))
                }
            }
        })
    })
}

fn raises(before: &World, after: &World, step: &Step, name: &str, condition: &str) -> bool {
    let (was, is) = (before.host(name).unwrap(), after.host(name).unwrap());
    match condition {
        "route" => raises_route(before, after, step, name),
        "https" => {
            let comes_up =
                |column| is.ports(column)[&Https].is_on() && !was.ports(column)[&Https].is_on();
            before.in_goal(&was.name) && Column::BOTH.into_iter().any(comes_up)
        }
        _ => {
            let place = before.hosts.iter().position(|it| *it.name == *name).unwrap();
            Column::BOTH.into_iter().any(|column| {
                let (was, is) = (before.grades(column), after.grades(column));
                was.iter().zip(&is).any(|((about, was), (_, is))| {
                    about.0.name() == condition && about.2 == place && is > was
                })
            })
        }
    }
}

/// Says of each step that it keeps each condition of each host, one at a time; yields how many of these are so.
#[track_caller]
fn believed_where_it_is_so(json: &Value, steps: &[Step]) -> usize {
    let site = site_of(json);
    let mut world = World::from_json(json);
    let mut so = 0;
    for (index, step) in steps.iter().enumerate() {
        let Ok(after) = verdict(&world, step) else { return so };
        for host in world.hosts.iter().map(|host| host.name.to_string()) {
            for condition in CONDITIONS {
                let mut plan = steps_to_json(&steps[..=index], "forward");
                let kept = json!({ "condition": condition, "host": host });
                plan["steps"][index]["because"] = json!({ "keeps": [kept] });
                let is_so = raises(&world, &after, step, &host, condition);
                let found = with_document(&plan, |plan| check(&site, plan).map(drop));
                let refused = match &found {
                    Err(PlanMismatch::Certificate(error)) => match **error {
                        CertificateError::Keeps { step, position, .. } => Some((step, position)),
                        _ => None,
                    },
                    _ => None,
                };
                let is_as_told =
                    if is_so { found.is_ok() } else { refused == Some((index + 1, 1)) };
                assert!(is_as_told, "{condition} of {host}: {is_so}, {found:?}\n{plan}\n{json}");
                so += usize::from(is_so);
            }
        }
        world = after;
    }
    so
}

/// Says of each step back that it keeps each condition of each host, from where the plan leads.
#[track_caller]
fn believed_on_the_way_back(json: &Value) -> usize {
    let site = site_of(json);
    let plan = plan_of(&site);
    let back = with_document(&plan, |plan| {
        let after = plan.steps.len();
        serde_json::to_value(rollback(&site, plan, after).unwrap().plan()).unwrap()
    });
    let start = with_document(&plan, |plan| simulate(&site, plan, None).unwrap());
    let mut world =
        steps_from_json(&plan).iter().fold(World::from_json(json), |world, step| world.apply(step));
    let steps = steps_from_json(&back);
    let mut so = 0;
    for (index, step) in steps.iter().enumerate() {
        let after = world.apply(step);
        for host in world.hosts.iter().map(|host| host.name.to_string()) {
            for condition in CONDITIONS {
                let mut way = steps_to_json(&steps[..=index], "rollback");
                let kept = json!({ "condition": condition, "host": host });
                way["steps"][index]["because"] = json!({ "keeps": [kept] });
                let is_so = raises(&world, &after, step, &host, condition);
                let found = with_document(&way, |way| check_rollback(&site, &start, way).map(drop));
                assert_eq!(found.is_ok(), is_so, "{condition} of {host}: {found:?}\n{way}\n{json}");
                so += usize::from(is_so);
            }
        }
        world = after;
    }
    so
}

/// The exposures of the goal that a step may remove by what it touches, as they are called in a plan file.
fn touched(world: &World, step: &Step) -> Vec<Value> {
    let names = |exposure: &Value, task: &str| exposure["task"] == task;
    let is_touched = |exposure: &Value| match step {
        Step::EnablePort { host, .. }
        | Step::DisablePort { host, .. }
        | Step::RestorePorts { host, .. } => {
            exposure["kind"] == "port" && exposure["host"] == **host
        }
        Step::Restart { host } => {
            (exposure["kind"] == "port" || exposure["kind"] == "setting")
                && exposure["host"] == **host
        }
        Step::SetIni { host, section, key, .. } => {
            exposure["kind"] == "setting"
                && exposure["host"] == **host
                && exposure["section"] == **section
                && exposure["key"] == **key
        }
        Step::AddInterface { host, text, .. } => world.tasks.iter().any(|task| {
            task.host == *host && task.reference.as_ref() == Some(text) && names(exposure, &task.id)
        }),
        Step::RemoveInterface { host, text } => {
            exposure["kind"] == "interface"
                && exposure["host"] == **host
                && exposure["interface"] == **text
        }
        Step::SetKill { .. } => exposure["kind"] == "kill",
        Step::Reassign { task, .. } => names(exposure, task),
    };
    let exposed =
        exposed_in_goal(world).into_iter().map(|name| serde_json::from_str(&name).unwrap());
    exposed.filter(is_touched).collect()
}

/// The task that is exposed by what it reads from a second host only, once the step is done.
fn lessened(before: &World, after: &World, step: &Step) -> Option<Value> {
    let Step::Reassign { task, .. } = step else { return None };
    let name = json!({ "kind": "task", "task": **task });
    let is_exposed = |world: &World| exposed_in_goal(world).contains(&name.to_string());
    let alone = |world: &World| {
        let mut world = world.clone();
        world.tasks.iter_mut().for_each(|task| task.source_host = None);
        is_exposed(&world)
    };
    (alone(before) && !alone(after) && is_exposed(after)).then_some(name)
}

/// Says of each step that it removes, or lessens, what it touches: all, none but one, and what it does.
#[track_caller]
fn removals_are_believed(json: &Value, steps: &[Step]) {
    let site = site_of(json);
    let mut world = World::from_json(json);
    for (index, step) in steps.iter().enumerate() {
        let Ok(after) = verdict(&world, step) else { return };
        let left = exposed_in_goal(&after);
        let touched = touched(&world, step);
        let is_removed = |name: &&Value| !left.contains(&name.to_string());
        let removed: Vec<Value> = touched.iter().filter(is_removed).cloned().collect();
        let lessened: Vec<Value> = lessened(&world, &after, step).into_iter().collect();
        let mut claims =
            vec![("removes", touched.clone(), &removed), ("lessens", touched.clone(), &lessened)];
        claims.extend([
            ("removes", removed.clone(), &removed),
            ("lessens", lessened.clone(), &lessened),
        ]);
        for exposure in &touched {
            claims.push(("removes", vec![exposure.clone()], &removed));
        }
        for (key, claim, wanted) in claims.into_iter().filter(|(_, claim, _)| !claim.is_empty()) {
            let mut plan = steps_to_json(&steps[..=index], "forward");
            plan["steps"][index]["because"] = json!({ key: claim });
            let found = with_document(&plan, |plan| check(&site, plan).map(drop));
            assert_eq!(
                found.is_ok(),
                claim == *wanted,
                "{key}, wanted {wanted:?}: {found:?}\n{plan}\n{json}"
            );
        }
        world = after;
    }
}

#[test]
fn what_steps_of_plans_keep_is_believed() {
    let odd = ODD
        .into_iter()
        .flat_map(|odd| odd.sites().step_by(if odd.hosts == 1 { 211 } else { 9_001 }));
    let plain = (0..crate::oracle::generate::ONE_HOST).step_by(211).map(one_host);
    let found = found_sites().into_iter().map(|(_, site)| site);
    let mut so = 0;
    for json in plain.chain(odd).chain(found) {
        so += believed_where_it_is_so(&json, &steps_from_json(&plan_of(&site_of(&json))));
    }
    assert!(so > 1_000, "{so}");
}

#[test]
fn what_steps_back_keep_is_believed() {
    let odd = ODD
        .into_iter()
        .flat_map(|odd| odd.sites().step_by(if odd.hosts == 1 { 331 } else { 15_013 }));
    let plain = (0..crate::oracle::generate::ONE_HOST).step_by(331).map(one_host);
    let so: usize = plain.chain(odd).map(|json| believed_on_the_way_back(&json)).sum();
    assert!(so > 300, "{so}");
}

proptest! {
    #[test]
    fn what_random_steps_keep_is_believed(json in odd_sites(), seed in any::<u64>()) {
        let steps = random_plan(&World::from_json(&json), &mut Dice::endless(seed), 8, usize::MAX);
        believed_where_it_is_so(&json, &steps);
        removals_are_believed(&json, &steps);
    }
}

/// On a way back a task may come back to a text that its host does not have yet.
#[test]
fn an_interface_repairs_who_came_back_to_its_text_before_it() {
    let ports = json!({ "ftp": 11001, "https": 11443 });
    let original = site_of(&json!({
        "format_version": "1.0",
        "hosts": [{ "name": "s", "role": "server", "os": "linux", "configured": ports, "running": ports,
                    "interfaces": ["ftp://s:11001"] }],
        "tasks": [{ "id": "t", "kind": "backup", "interface": "https://s:11443" }],
    }));
    let step = |action: Value| json!({ "action": action });
    let adds =
        step(json!({ "type": "add-interface", "host": "s", "interface": "https://s:11443" }));
    let moves = |to: &str| step(json!({ "type": "reassign", "task": "t", "interface": to }));
    let there = json!({ "format_version": "1.0", "direction": "forward", "steps": [adds] });
    let start = with_document(&there, |there| simulate(&original, there, None).unwrap());
    let removes =
        json!({ "type": "remove-interface", "host": "s", "interface": "https://s:11443" });
    let is_believed = |claim: Value| {
        let mut last = adds.clone();
        last["because"] = json!({ "removes": claim });
        let steps = [moves("ftp://s:11001"), step(removes.clone()), moves("https://s:11443"), last];
        let way = json!({ "format_version": "1.0", "direction": "rollback", "steps": steps });
        with_document(&way, |way| check_rollback(&original, &start, way).map(|it| it.is_safe()))
    };
    assert_eq!(is_believed(json!([{ "kind": "task", "task": "t" }])), Ok(true));
    assert!(is_believed(json!([])).is_err());
}
