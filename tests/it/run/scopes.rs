//! Runs that act on one host each.

use proptest::prelude::*;
use serde_json::Value;
use sesam_transport::{
    run::{Demand, Driver, End, RunRefused},
    transition::check,
};

use super::{
    two_hosts,
    world::{World, finish, with_plan},
};
use crate::oracle::generate::{Dice, plain_site};

/// Each host's run in turn, again and again, until none has anything left.
fn hosts_take_turns(json: &Value, turns: impl IntoIterator<Item = usize>) {
    let mut world = World::of(json);
    let hosts: Vec<_> = world.start.host_ids().collect();
    world.journals = vec![Vec::new(); hosts.len()];
    let mut ends: Vec<Option<End>> = vec![None; hosts.len()];
    let in_turn = (0..4 * (world.steps() + 1)).map(|turn| turn % hosts.len());
    for at in turns.into_iter().map(|turn| turn % hosts.len()).chain(in_turn) {
        let own = [hosts[at]];
        let end = world
            .run(at, Some(&own), |world, mut driver| {
                finish(world, at, &mut driver, &mut |_, _| None)
            })
            .unwrap();
        assert!(!matches!(end, End::Stopped(_)), "{json}\n{end:?}");
        ends[at] = Some(end);
    }
    let mut happened = world.happened.clone();
    assert!(ends.iter().all(|end| *end == Some(End::Finished)), "{json}\n{happened:?} {ends:?}");
    is_safe_in_order(&world);
    happened.sort_unstable();
    assert_eq!(happened, (1..=world.steps()).collect::<Vec<_>>(), "{json}");
}

/// The order in which the steps really happened is one that the checker allows.
fn is_safe_in_order(world: &World) {
    let plan: Value = serde_json::from_str(&world.plan).unwrap();
    let steps: Vec<Value> = world
        .happened
        .iter()
        .map(|step| serde_json::json!({ "action": plan["steps"][step - 1]["action"] }))
        .collect();
    let taken = serde_json::json!({ "steps": steps }).to_string();
    with_plan(&taken, |taken| {
        let verdict = check(&world.start, taken).unwrap();
        assert!(verdict.is_safe(), "{:?}: {:?}", world.happened, verdict.violation());
    });
}

#[test]
fn hosts_wait_for_each_other() {
    hosts_take_turns(&two_hosts(), [0, 1]);
    hosts_take_turns(&two_hosts(), [1, 1, 0, 0, 1]);
}

#[test]
fn a_host_says_what_it_waits_for() {
    let mut world = World::of(&two_hosts());
    let own = [world.start.host_named("r").unwrap()];
    let end = world
        .run(1, Some(&own), |world, mut driver| finish(world, 1, &mut driver, &mut |_, _| None))
        .unwrap();
    let End::Waiting(waiting) = end else { panic!("{end:?}") };
    assert_eq!(waiting.host, "s");
    assert!(waiting.on < waiting.step, "{waiting:?}");
    let text = format!("step {} is waiting for step {} on `s`", waiting.step, waiting.on);
    assert_eq!(waiting.to_string(), text);
}

#[test]
fn a_plan_by_hand_waits_for_everything_before() {
    let mut world = World::of(&two_hosts());
    let mut plan: Value = serde_json::from_str(&world.plan).unwrap();
    let steps = plan["steps"].as_array().unwrap().iter();
    let by_hand: Vec<Value> =
        steps.map(|step| serde_json::json!({ "action": step["action"] })).collect();
    plan = serde_json::json!({ "steps": by_hand });
    world.plan = plan.to_string();
    let own = [world.start.host_named("s").unwrap()];
    let first_elsewhere = by_hand.iter().position(|step| step["action"]["host"] == "r").unwrap();
    let end = world
        .run(0, Some(&own), |world, mut driver| finish(world, 0, &mut driver, &mut |_, _| None))
        .unwrap();
    let End::Waiting(waiting) = end else { panic!("{end:?}") };
    assert_eq!(waiting.on, first_elsewhere + 1);
    assert!(world.happened.iter().all(|&step| step <= first_elsewhere), "{:?}", world.happened);
}

#[test]
fn a_step_that_is_open_elsewhere_is_finished_there() {
    let mut world = World::of(&two_hosts());
    let [server, other] = ["s", "r"].map(|name| world.start.host_named(name).unwrap());
    // Killed while the first step of the other host was being carried out.
    let is_carry = |driver: &Driver<'_>| matches!(driver.demand(), Demand::Carry(_));
    world
        .run(0, Some(&[other]), |world, mut driver| {
            while !is_carry(&driver) {
                let outcome = world.comply(0, &driver.demand());
                driver.give(outcome).unwrap();
            }
        })
        .unwrap();
    let refused = world.run(0, Some(&[server]), |_, _| ()).unwrap_err();
    assert!(
        matches!(&refused, RunRefused::OpenElsewhere { host, .. } if host == "r"),
        "{refused:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hosts_in_any_turn_reach_the_end(
        seed: u64,
        hosts in 2..4_usize,
        turns in prop::collection::vec(0..4_usize, 0..6),
    ) {
        hosts_take_turns(&plain_site(&mut Dice::endless(seed), hosts, 4), turns);
    }
}
