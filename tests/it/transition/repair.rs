//! Repaired plans: safe, as far as can be, and as close to what was given as can be.

use proptest::prelude::*;
use serde_json::{Value, json};
use sesam_transport::{
    safety::Condition,
    site::{Site, Transport},
    transition::{
        self, ActionDocument, Change, Deed, Direction, Need, Outcome, PlanDocument, PlanMismatch,
        Repaired, Why, repair,
    },
};

use super::{check, plan_of, site_of, with_document};
use crate::{
    large_site::LargeSite,
    oracle::{
        generate::{Dice, plain_site},
        judgement::judge,
        plans::plan as random_plan,
        step::{steps_from_json, steps_to_json},
        world::World,
    },
    strategies::odd_sites,
};

/// The repaired plan and the report on it.
#[track_caller]
fn repaired(site: &Site, plan: &Value) -> (Value, Value) {
    let document = plan;
    with_document(document, |plan| {
        let repaired = repair(site, plan).unwrap();
        let file = serde_json::to_value(repaired.plan()).unwrap();
        (file, serde_json::to_value(&repaired).unwrap())
    })
}

fn actions(plan: &Value) -> Vec<Value> {
    plan["steps"].as_array().unwrap().iter().map(|step| step["action"].clone()).collect()
}

/// Gives the report after seeing that the repair of a plan holds what it promises.
#[track_caller]
fn keeps_its_promises(json: &Value, plan: &Value) -> Value {
    let site = site_of(json);
    let (file, report) = repaired(&site, plan);
    let verdict = judge(&World::from_json(json), &steps_from_json(&file));
    assert!(verdict.is_safe(), "{json}\n{plan}\n{file}\n{report}\n{verdict:?}");
    assert_eq!(report["reaches_goal"], verdict.reaches_goal, "{json}\n{plan}\n{file}");
    // A certificate does not survive that its steps are moved around.
    let given: Vec<Value> =
        actions(plan).into_iter().map(|action| json!({ "action": action })).collect();
    let before = check(&site, &json!({ "steps": given }));
    if before["safe"] == true {
        assert_eq!(actions(&file), actions(plan), "{json}");
        assert_eq!(report["changes"], json!([]), "{json}");
        assert_eq!(report["reaches_goal"], before["reaches_goal"], "{json}\n{plan}");
    } else {
        let best = plan_of(&site);
        if best["outcome"] == "complete" {
            assert_eq!(report["reaches_goal"], true, "{json}\n{plan}\n{file}\n{report}");
        }
        let left = |plan: &Value| plan["summary"]["exposures_after"].as_u64().unwrap();
        assert!(left(&file) <= left(&best), "{json}\n{plan}\n{file}\n{best}");
        assert_eq!(rebuilt(plan, &report), actions(&file), "{json}\n{plan}\n{report}");
    }
    let (again, report_again) = repaired(&site, &file);
    assert_eq!(actions(&again), actions(&file), "repaired twice: {json}\n{plan}");
    assert_eq!(report_again["changes"], json!([]), "repaired twice: {json}\n{plan}");
    report
}

/// What a person would get who does to the given plan what the report says.
fn rebuilt(plan: &Value, report: &Value) -> Vec<Value> {
    let given = actions(plan);
    let changes = report["changes"].as_array().unwrap();
    let given_of = |change: &Value, key: &str| {
        change[key].as_u64().map(|step| usize::try_from(step).unwrap() - 1)
    };
    let gone: Vec<usize> = changes
        .iter()
        .filter_map(|change| given_of(change, "move").or_else(|| given_of(change, "leave_out")))
        .collect();
    let kept = given.iter().enumerate().filter(|(index, _)| !gone.contains(index));
    let mut kept: Vec<Value> = kept.map(|(_, action)| action.clone()).collect();
    assert_eq!(report["kept"], kept.len());
    for change in changes.iter().filter(|change| change.get("leave_out").is_none()) {
        let action = given_of(change, "move")
            .map_or_else(|| change["insert"].clone(), |index| given[index].clone());
        let at = usize::try_from(change["at"].as_u64().unwrap()).unwrap();
        kept.insert(at - 1, action);
    }
    kept
}

fn example(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/worked-examples/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn hand_written_plans_are_repaired() {
    let expected = example("expected.json");
    let checks = expected["checks"].as_array().unwrap();
    assert!(!checks.is_empty());
    for example_of in checks {
        let site = example(example_of["site"].as_str().unwrap());
        keeps_its_promises(&site, &example_of["plan"]);
    }
}

#[test]
fn the_order_of_the_vendor_keeps_its_steps() {
    let expected = example("expected.json");
    let checks = expected["checks"].as_array().unwrap();
    let vendors = checks.iter().find(|check| check["says"] == "the vendor's order").unwrap();
    let report = keeps_its_promises(&example("clean-two-hosts.json"), &vendors["plan"]);
    assert_eq!(report["reaches_goal"], true);
    let changes = report["changes"].as_array().unwrap();
    let is_moved = |change: &Value| change.get("move").is_some();
    assert!(changes.iter().all(is_moved), "nothing comes in or goes: {report}");
}

#[test]
fn a_step_that_has_nothing_to_do_yet_is_done_when_it_has() {
    let json = example("clean-one-host.json");
    let site = site_of(&json);
    let mut steps = plan_of(&site)["steps"].as_array().unwrap().clone();
    let last = steps.pop().unwrap();
    assert_eq!(last["action"]["type"], "restart");
    steps.insert(0, last);
    let report = keeps_its_promises(&json, &json!({ "steps": steps }));
    let changes = report["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{report}");
    assert_eq!(changes[0]["move"], 1);
    assert_eq!(changes[0]["because"]["condition"], "precondition");
}

#[test]
fn a_safe_plan_that_stops_short_is_left_alone() {
    let json = example("clean-one-host.json");
    let mut steps = plan_of(&site_of(&json))["steps"].as_array().unwrap().clone();
    steps.pop();
    let report = keeps_its_promises(&json, &json!({ "steps": steps }));
    assert_eq!(report["changes"], json!([]));
    assert_eq!(report["reaches_goal"], false);
}

#[test]
fn a_move_that_closes_the_way_is_given_up() {
    let json = json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux",
            "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
            "interfaces": ["http://s:11000", { "url": "ftp://nat:2121", "listener": 11001 }, "https://s:11443"],
        }],
        "tasks": [{ "id": "t", "kind": "backup", "host": "s", "interface": "http://s:11000" }],
    });
    let plan = json!({ "steps": [
        { "action": { "type": "set-kill", "value": "https" } },
        { "action": { "type": "reassign", "task": "t", "interface": "ftp://nat:2121" } },
        { "action": { "type": "remove-interface", "host": "s", "interface": "ftp://nat:2121" } },
    ] });
    assert_eq!(plan_of(&site_of(&json))["outcome"], "complete");
    let report = keeps_its_promises(&json, &plan);
    assert_eq!(report["replanned_after"], 1, "{report}");
}

#[test]
fn a_rollback_is_not_repaired() {
    let site = site_of(&example("clean-one-host.json"));
    let plan = PlanDocument::new(Direction::Rollback, []);
    assert_eq!(repair(&site, &plan).unwrap_err(), PlanMismatch::RepairOfRollback);
}

#[test]
fn a_million_steps_on_tasks_that_nobody_knows() {
    let names = LargeSite::new(2, 20_000);
    let site = Site::try_from(&names.draft()).unwrap();
    let names: Vec<String> = (0..1_000_000).map(|at| format!("nobody-{at}")).collect();
    let steps = names
        .iter()
        .map(|name| ActionDocument::Reassign { task: name.as_str().into(), interface: "".into() });
    let repaired = on(&site, steps);
    assert!(repaired.reaches_goal());
    assert_eq!(repaired.kept(), 0);
    let why = Why::Refused { step: 1, breach: None, need: Some(Need::KnownTask) };
    let first = Change { deed: Deed::LeaveOut(1), before: None, at: None, why };
    assert!(repaired.changes().contains(&first));
}

#[test]
fn a_plan_for_a_large_site_backwards() {
    let names = LargeSite::new(100, 20_000);
    let site = Site::try_from(&names.draft()).unwrap();
    let plan = transition::plan(&site);
    assert_eq!(plan.outcome(), Outcome::Complete);
    let mut actions: Vec<ActionDocument<'_>> = plan.steps().map(|step| step.action).collect();
    actions.reverse();
    let count = actions.len();
    let repaired = on(&site, actions.into_iter());
    assert!(repaired.reaches_goal());
    assert_eq!(repaired.summary().steps, count, "nothing comes in or goes");
}

#[test]
fn a_restart_that_is_asked_for_half_a_million_times() {
    let names = LargeSite::new(2, 20_000);
    let site = Site::try_from(&names.draft()).unwrap();
    let host = "rds-000001";
    let close = ActionDocument::DisablePort { host: host.into(), transport: Transport::Http };
    let restart = ActionDocument::Restart { host: host.into() };
    let steps = (0..1_000_000).map(|at| if at % 2 == 0 { close.clone() } else { restart.clone() });
    let repaired = on(&site, steps);
    assert!(repaired.reaches_goal());
    let refused = |change: &Change| match change.why {
        Why::Refused { breach: Some(breach), .. } => breach.condition == Condition::Route,
        _ => false,
    };
    assert!(repaired.changes().iter().any(refused));
}

#[track_caller]
fn on<'a>(site: &'a Site, actions: impl Iterator<Item = ActionDocument<'a>>) -> Repaired<'a> {
    repair(site, &PlanDocument::new(Direction::Forward, actions)).unwrap()
}

proptest! {
    #[test]
    fn any_plan_for_an_odd_site_is_repaired(site in odd_sites(), seed in any::<u64>(), bad_once_in in 1_usize..12) {
        let world = World::from_json(&site);
        let steps = random_plan(&world, &mut Dice::endless(seed), 14, bad_once_in);
        keeps_its_promises(&site, &steps_to_json(&steps, "forward"));
    }

    #[test]
    fn any_plan_for_a_plain_site_is_repaired(seed in any::<u64>(), hosts in 1_usize..4, tasks in 0_usize..6, bad_once_in in 1_usize..12) {
        let mut dice = Dice::endless(seed);
        let site = plain_site(&mut dice, hosts, tasks);
        let steps = random_plan(&World::from_json(&site), &mut dice, 20, bad_once_in);
        keeps_its_promises(&site, &steps_to_json(&steps, "forward"));
    }

    #[test]
    fn a_shuffled_plan_is_put_in_order_again(seed in any::<u64>(), hosts in 1_usize..4, tasks in 0_usize..6) {
        let mut dice = Dice::endless(seed);
        let json = plain_site(&mut dice, hosts, tasks);
        let mut steps = plan_of(&site_of(&json))["steps"].as_array().unwrap().clone();
        for index in (1..steps.len()).rev() {
            steps.swap(index, dice.below(index + 1));
        }
        let best = plan_of(&site_of(&json))["summary"]["exposures_after"].clone();
        let plan = json!({ "steps": steps });
        let report = keeps_its_promises(&json, &plan);
        // In some orders all steps are safe, and some port stays open for want of a restart behind it.
        let is_short = report["changes"] == json!([]);
        prop_assert!(is_short || report["summary"]["exposures_after"] == best, "{}", report);
    }
}

/// A restart that comes before there is anything to load is moved to where it is needed, not left out and inserted again.
#[test]
fn a_step_that_waits_is_what_another_one_needs() {
    let site = json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux", "configured": { "http": 11000 },
            "interfaces": ["http://s:11000", "https://s:11443"],
        }],
        "tasks": [{ "id": "t", "kind": "backup", "host": "s", "interface": "http://s:11000" }],
    });
    let steps = [
        json!({ "type": "restart", "host": "s" }),
        json!({ "type": "enable-port", "host": "s", "transport": "https", "port": 11443 }),
        json!({ "type": "reassign", "task": "t", "interface": "https://s:11443" }),
    ];
    let steps = steps.map(|action| json!({ "action": action }));
    let report = keeps_its_promises(&site, &json!({ "format_version": "1.0", "steps": steps }));
    let changes = report["changes"].as_array().unwrap();
    assert_eq!((&changes[0]["move"], &changes[0]["at"]), (&json!(1), &json!(2)), "{report}");
    assert!(changes.iter().all(|change| change.get("leave_out").is_none()), "{report}");
}
