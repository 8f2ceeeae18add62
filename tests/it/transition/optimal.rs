//! The planner against brute force.

use serde_json::Value;
use sesam_transport::transition::{
    ActionDocument, Direction, PlanDocument, check, check_rollback, plan, simulate,
};

use super::{
    against::{FALLS_SHORT, Tally, hold, tally, two_addresses_cost_what_they_have_to},
    families::families,
    site_of,
};
use crate::oracle::{
    generate::{ONE_HOST, one_host},
    search::{Best, Cost, Family, solve_family},
    step::{Step, steps_from_json},
    world::World,
};

#[test]
fn every_state_of_one_host_is_planned_as_well_as_brute_force_can() {
    let sites: Vec<Value> = (0..ONE_HOST).map(one_host).collect();
    let tally = tally(&sites);
    assert_eq!(tally, Tally { states: ONE_HOST as usize, ..Tally::default() });
}

/// Together with the test above: every state that is looked up here is one of the family, where the planner does as well
/// as brute force. So planning anew from it reaches what brute force does.
#[test]
fn every_prefix_of_every_plan_of_one_host_is_safe_even_if_the_host_restarts_and_leads_on() {
    let worlds: Vec<World> =
        (0..ONE_HOST).map(|state| World::from_json(&one_host(state))).collect();
    let mut family = solve_family(&worlds);
    let mut prefixes = 0;
    for (state, world) in (0..).zip(&worlds) {
        prefixes += every_prefix_is_safe(&one_host(state), world, &mut family);
    }
    println!(
        "{prefixes} prefixes of the plans of {ONE_HOST} states, each with a restart and without"
    );
    assert!(prefixes > 3 * ONE_HOST as usize, "{prefixes}");
}

fn every_prefix_is_safe(json: &Value, world: &World, family: &mut Family) -> usize {
    let site = site_of(json);
    let plan = plan(&site);
    let document = PlanDocument::new(Direction::Forward, plan.actions());
    assert!(check(&site, &document).unwrap().is_safe(), "{json}");
    let best = family.best(world).unwrap();
    let restart = ActionDocument::Restart { host: "s".into() };
    let restart = PlanDocument::new(Direction::Rollback, [restart]);
    let mut there = world.clone();
    let mut spent = Cost::default();
    for after in 0..=document.steps.len() {
        if let Some(done) = after.checked_sub(1) {
            let step = step_of(&document.steps[done].action);
            there = there.apply(&step);
            spent.restarts += u16::from(step.is_restart());
            spent.steps += 1;
        }
        leads_on(json, after, &best, family.best(&there), Some(spent));
        let arrived = simulate(&site, &document, Some(after)).unwrap();
        let host = &arrived[arrived.server()];
        if host.running() != host.next() {
            // A way back must keep whatever the first state had in both columns.
            let verdict = check_rollback(&site, &arrived, &restart).unwrap();
            assert!(verdict.is_safe(), "{json} after {after}: {:?}", verdict.violation());
            let restarted = there.apply(&Step::Restart { host: "s".into() });
            leads_on(json, after, &best, family.best(&restarted), None);
        }
    }
    document.steps.len() + 1
}

/// From a state that was reached the goal is as near as it was, and the way there costs exactly the rest; what it costs
/// after a restart that nobody planned nobody knows.
fn leads_on(json: &Value, after: usize, best: &Best, left: Option<Best>, spent: Option<Cost>) {
    let left = left.unwrap_or_else(|| panic!("{json} after {after} is out of the family"));
    let reach = |it: &Best| (it.complete, it.exposures_after);
    assert_eq!(reach(&left), reach(best), "{json} after {after}");
    if let Some(spent) = spent {
        let cost = Cost {
            restarts: spent.restarts + left.cost.restarts,
            steps: spent.steps + left.cost.steps,
        };
        assert_eq!(cost, best.cost, "{json} after {after}");
    }
}

/// The step that the oracle makes of an action.
fn step_of(action: &ActionDocument<'_>) -> Step {
    let plan = serde_json::json!({ "steps": [{ "action": action }] });
    steps_from_json(&plan).remove(0)
}

#[test]
fn odd_facts_and_switches_are_planned_as_the_table_says() {
    hold(families().into_iter().filter(|family| family.hosts == 1), 7);
}

#[test]
fn the_documentation_tells_where_plans_fall_short() {
    let docs = include_str!("../../../src/transition/mod.rs");
    let told: Vec<&str> = docs.lines().filter_map(|line| line.strip_prefix("//! ")).collect();
    let table = told.iter().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows: Vec<&str> = table.take_while(|line| line.starts_with('|')).copied().collect();
    assert_eq!(rows, FALLS_SHORT.map(|short| short.row()));
    assert!(
        FALLS_SHORT.iter().all(|short| short.incomplete == 0),
        "the text above the table says so"
    );
    assert!(docs.contains(&format!("Of {} families", families().len())));
}

#[test]
fn spread_out_states_of_two_addresses_cost_what_they_have_to() {
    let states = two_addresses_cost_what_they_have_to(101);
    assert!(states > 5_000, "{states}");
}
