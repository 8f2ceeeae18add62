//! Laws that hold for every site.

use proptest::prelude::*;
use serde_json::Value;
use sesam_transport::{
    site::Site,
    transition::{self, check_rollback, rollback},
};

use super::{against::found, check, found_sites, plan_of, simulate, site_of, with_document};
use crate::agreement;
use crate::oracle::{
    closed_form,
    generate::{Dice, odd_site, one_host, plain_site},
    judgement::{judge, judge_rollback},
    moves::Target,
    plans::{moves_alike, plan as random_plan, rollback_plan},
    search::solve,
    step::steps_from_json,
    world::World,
};
use crate::strategies::odd_sites;

fn steps(plan: &Value) -> usize {
    plan["steps"].as_array().unwrap().len()
}

fn cost(plan: &Value) -> (u64, u64) {
    let count = |key: &str| plan["summary"][key].as_u64().unwrap();
    (count("restarts"), count("steps"))
}

/// Every prefix is allowed, what is said of it is true, and going on from anywhere costs the rest.
fn holds_on(json: &Value, resumes: bool) {
    let site = site_of(json);
    let plan = plan_of(&site);
    assert_eq!(plan.to_string(), plan_of(&site_of(json)).to_string(), "planned twice");
    let report = check(&site, &plan);
    assert_eq!(report["safe"], true, "{json}\n{plan}\n{report}");
    let complete = plan["outcome"] == "complete";
    assert_eq!(report["reaches_goal"], complete, "{json}\n{plan}");
    let world = World::from_json(json);
    let actions: Vec<Value> =
        plan["steps"].as_array().unwrap().iter().map(|step| step["action"].clone()).collect();
    let verdict = judge(&world, &steps_from_json(&plan));
    assert!(verdict.is_safe(), "the oracle refuses {json}\n{actions:?}\n{verdict:?}");
    assert_eq!(verdict.reaches_goal, complete, "{json}\n{actions:?}");
    let (restarts, total) = cost(&plan);
    let mut spent = (0, 0);
    for after in 0..=steps(&plan) {
        let state = simulate(&site, &plan, after);
        let exposed = sesam_transport::safety::audit(&state).goal_exposures();
        let told = if after == 0 {
            &plan["summary"]["exposures_before"]
        } else {
            &plan["steps"][after - 1]["exposures_after"]
        };
        assert_eq!(Some(exposed as u64), told.as_u64(), "after {after}: {json}");
        if resumes {
            let rest = plan_of(&state);
            assert_eq!(
                (spent.0 + cost(&rest).0, spent.1 + cost(&rest).1),
                (restarts, total),
                "after {after}: {json}\n{plan}\n{rest}"
            );
        }
        if complete && after == steps(&plan) {
            assert_eq!(steps(&plan_of(&state)), 0, "planned on at the end: {json}\n{plan}");
        }
        goes_back(&site, &plan, after, &state, json);
        let Some(step) = plan["steps"].get(after) else { break };
        spent = (spent.0 + u64::from(step["action"]["type"] == "restart"), spent.1 + 1);
    }
}

fn goes_back(site: &Site, plan: &Value, after: usize, state: &Site, json: &Value) {
    let way = with_document(plan, |plan| rollback(site, plan, after).unwrap());
    assert_eq!(way.start().fingerprint(), state.fingerprint());
    let back = serde_json::to_value(way.plan()).unwrap();
    assert_eq!(back["outcome"], "complete", "back from {after}: {json}\n{plan}\n{back}");
    let report = with_document(&back, |back| {
        serde_json::to_value(check_rollback(site, state, back).unwrap()).unwrap()
    });
    assert_eq!(report["safe"], true, "back from {after}: {json}\n{back}\n{report}");
    assert_eq!(report["reaches_goal"], true, "back from {after}: {json}\n{back}\n{report}");
    let end = with_document(&back, |back| transition::simulate(state, back, None).unwrap());
    if back["kept"].as_array().unwrap().is_empty() {
        assert_eq!(end.fingerprint(), site.fingerprint(), "back from {after}: {json}\n{back}");
    }
    let (original, start) = (World::from_json(json), world_after(json, plan, after));
    let verdict = judge_rollback(&original, &start, &steps_from_json(&back));
    assert!(
        verdict.is_safe() && verdict.reaches_goal,
        "the oracle refuses the way back from {after}: {json}\n{back}\n{verdict:?}"
    );
}

/// What the oracle makes of the first steps of a plan.
fn world_after(json: &Value, plan: &Value, after: usize) -> World {
    let mut world = World::from_json(json);
    for step in steps_from_json(plan).iter().take(after) {
        world = world.apply(step);
    }
    world
}

/// Going on from a few places costs the rest, nothing at the end.
#[test]
fn large_sites_are_resumed_anywhere() {
    for seed in 0..4 {
        let mut dice = Dice::endless(seed);
        let json = plain_site(&mut dice, 40, 400);
        let site = site_of(&json);
        let plan = plan_of(&site);
        assert_eq!(plan.to_string(), plan_of(&site_of(&json)).to_string(), "planned twice");
        assert_eq!(check(&site, &plan)["safe"], true, "{json}\n{plan}");
        let total = cost(&plan);
        for after in [0, dice.below(steps(&plan)), dice.below(steps(&plan)), steps(&plan)] {
            let state = simulate(&site, &plan, after);
            let rest = plan_of(&state);
            let done = plan["steps"].as_array().unwrap().iter().take(after);
            let restarts = done.filter(|step| step["action"]["type"] == "restart").count();
            let spent = (restarts as u64, after as u64);
            assert_eq!(
                (spent.0 + cost(&rest).0, spent.1 + cost(&rest).1),
                total,
                "seed {seed}, after {after}"
            );
            assert_eq!(rest["outcome"], plan["outcome"], "seed {seed}, after {after}");
        }
    }
}

#[test]
fn laws_hold_on_spread_out_states_of_one_host() {
    for state in (0..crate::oracle::generate::ONE_HOST).step_by(37) {
        holds_on(&one_host(state), true);
    }
}

#[test]
fn laws_hold_on_sites_that_once_broke_them() {
    for (name, site) in found_sites() {
        // What resuming costs is promised for sites without odd facts.
        let is_odd = ["blank-late.json", "same-text-on-the-server.json"].contains(&name.as_str());
        holds_on(&site, !is_odd);
        let world = World::from_json(&site);
        if world.hosts.len() <= 2 {
            assert_eq!(found(&site), solve(&world).0, "{name}");
        }
    }
}

#[test]
fn an_interface_that_is_not_exposed_may_go_from_a_set_without_exposed_ones() {
    let site = site_of(&serde_json::json!({
        "format_version": "1.0",
        "hosts": [{ "name": "s", "role": "server", "os": "linux", "configured": { "https": 11443 },
                    "interfaces": ["http://s:11000", "https://s:11443"] }],
        "policy": { "retire": ["ftp"] },
    }));
    let action = serde_json::json!({ "type": "remove-interface", "host": "s", "interface": "http://s:11000" });
    let report = check(
        &site,
        &serde_json::json!({ "format_version": "1.0", "steps": [{ "action": action }] }),
    );
    assert_eq!(report["safe"], true, "{report}");
}

#[test]
fn whoever_came_back_by_unsafe_steps_need_not_go_through_them_again() {
    let site = site_of(&serde_json::json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux", "configured": { "https": 11443 },
            "interfaces": ["http://s:11000", "https://s:11443"],
        }],
        "tasks": [{ "id": "t", "kind": "backup", "host": "s", "interface": "https://s:11443" }],
    }));
    // Nothing listens on HTTP.
    let to = |text: &str| serde_json::json!({ "action": { "type": "reassign", "task": "t", "interface": text } });
    let there_and_back = serde_json::json!({
        "format_version": "1.0", "steps": [to("http://s:11000"), to("https://s:11443")],
    });
    let back = with_document(&there_and_back, |plan| {
        serde_json::to_value(rollback(&site, plan, 2).unwrap().plan()).unwrap()
    });
    assert_eq!(back["steps"], serde_json::json!([]), "{back}");
    assert_eq!(back["outcome"], "complete", "{back}");
}

proptest! {
    // One plain site in five has a task without a target: a long run leaves out more of them than is usual.
    #![proptest_config(ProptestConfig { max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn plain_sites_of_any_size_cost_what_they_have_to_and_resuming_costs_the_rest(seed in any::<u64>(), hosts in 1_usize..5, tasks in 0_usize..7) {
        let site = plain_site(&mut Dice::endless(seed), hosts, tasks);
        let world = World::from_json(&site);
        prop_assume!(world.tasks.iter().all(|task| world.target(task) != Target::Unknown));
        let best = closed_form::cost(&world);
        let plan = plan_of(&site_of(&site));
        prop_assert_eq!(&plan["outcome"], "complete", "{}", site);
        prop_assert_eq!(cost(&plan), (u64::from(best.restarts), u64::from(best.steps)), "{}\n{}", site, plan);
        holds_on(&site, true);
    }

    #[test]
    fn laws_hold_on_odd_sites(site in odd_sites()) {
        holds_on(&site, false);
    }

    #[test]
    fn the_checker_agrees_with_the_oracle_on_any_plan(site in odd_sites(), seed in any::<u64>(), bad_once_in in 1_usize..12) {
        let steps = random_plan(&World::from_json(&site), &mut Dice::endless(seed), 14, bad_once_in);
        agreement::on_plan(&site, &steps).map(drop).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn the_checker_agrees_with_the_oracle_on_tasks_that_move_alike(seed in any::<u64>()) {
        let mut dice = Dice::endless(seed);
        let json = odd_site(&mut dice, 2, 12);
        let steps = moves_alike(&World::from_json(&json), &mut dice);
        agreement::on_plan(&json, &steps).map(drop).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn the_checker_agrees_with_the_oracle_on_any_rollback(site in odd_sites(), seed in any::<u64>(), bad_once_in in 1_usize..12) {
        let mut dice = Dice::endless(seed);
        let original = World::from_json(&site);
        let done = agreement::allowed_part(&site, &random_plan(&original, &mut dice, 14, 30));
        let back = rollback_plan(&original, &done, &mut dice, bad_once_in);
        agreement::on_rollback(&site, &done, &back).map(drop).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn the_checker_agrees_with_the_oracle_on_any_last_step(site in odd_sites(), seed in any::<u64>()) {
        agreement::on_last_steps(&site, &mut Dice::endless(seed)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn the_checker_agrees_with_the_oracle_on_any_last_step_back(site in odd_sites(), seed in any::<u64>()) {
        agreement::on_last_steps_back(&site, &mut Dice::endless(seed)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn the_audit_agrees_with_the_oracle(site in odd_sites()) {
        agreement::on_audit(&site).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn only_a_way_back_says_where_an_interface_stands_or_is_forwarded() {
    let site = site_of(&serde_json::json!({
        "format_version": "1.0",
        "hosts": [{ "name": "s", "role": "server", "os": "linux", "configured": { "ftp": 11001, "https": 11443 },
                    "running": { "ftp": 11001, "https": 11443 }, "interfaces": ["ftp://s:11001"] }],
    }));
    let condition = |key: &str, number: u16| {
        let mut action = serde_json::json!({ "type": "add-interface", "host": "s", "interface": "https://s:11443" });
        action[key] = number.into();
        let steps = [serde_json::json!({ "action": action })];
        let plan =
            serde_json::json!({ "format_version": "1.0", "direction": "forward", "steps": steps });
        check(&site, &plan)["violation"]["condition"].clone()
    };
    assert_eq!(condition("listener", 11443), "precondition");
    assert_eq!(condition("position", 0), "precondition");
}

/// The set that a task reads from a second host is judged apart: it stays what it was.
#[test]
fn a_task_that_goes_blank_is_not_refused_for_its_source() {
    let https = serde_json::json!({ "https": 11443 });
    let both = serde_json::json!({ "http": 11000, "https": 11443 });
    let site = site_of(&serde_json::json!({
        "format_version": "1.0",
        "hosts": [
            { "name": "s", "role": "server", "os": "linux", "configured": both, "running": both,
              "interfaces": ["https://s:11443", "http://s:11000"] },
            { "name": "r", "role": "rds", "os": "linux", "configured": https, "running": https,
              "interfaces": ["https://r:11443", "https://r:8443"] },
        ],
        "tasks": [{ "id": "t", "kind": "replication", "host": "s", "source_host": "r", "interface": "https://s:11443" }],
    }));
    let action = serde_json::json!({ "type": "reassign", "task": "t", "interface": "" });
    let steps = [serde_json::json!({ "action": action })];
    let plan =
        serde_json::json!({ "format_version": "1.0", "direction": "forward", "steps": steps });
    let violation = check(&site, &plan)["violation"].clone();
    assert_eq!(violation["condition"], "exposure", "{violation}");
    assert_eq!(violation["also"], serde_json::json!([]), "{violation}");
}
