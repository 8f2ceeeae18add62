//! A run that is killed at any moment goes on where it was, at no extra step.

use proptest::prelude::*;
use serde_json::Value;
use sesam_transport::run::{Demand, End, Journal};

use super::{small_site, two_hosts, world::World};
use crate::oracle::generate::{Dice, plain_site};

/// Drives until the `kill_at`-th answer; the world then has it or has not. Says whether the run ended before that.
pub(super) fn drive_until_killed(world: &mut World, kill_at: usize, is_after: bool) -> bool {
    world
        .run(0, None, |world, mut driver| {
            let mut at = 0;
            loop {
                let demand = driver.demand();
                if let Demand::Nothing(end) = demand {
                    assert_eq!(end, &End::Finished);
                    return true;
                }
                if at == kill_at {
                    if is_after {
                        let _ = world.comply(0, &demand);
                    }
                    return false;
                }
                let outcome = world.comply(0, &demand);
                driver.give(outcome).unwrap();
                at += 1;
            }
        })
        .unwrap()
}

/// What a killed run leaves leads to the end, and each step happened once.
fn goes_on(world: &mut World, context: &str) {
    let (end, _) = world.drive(|_, _| None);
    assert_eq!(end, End::Finished, "{context}");
    let steps: Vec<usize> = (1..=world.steps()).collect();
    assert_eq!(world.happened, steps, "{context}: each step once, in its order");
    if let Ok(journal) = Journal::read(&world.journals[0]) {
        assert_eq!((journal.finished(), journal.open()), (&steps[..], None), "{context}");
    }
}

fn survives_a_kill_anywhere(json: &Value) -> usize {
    let mut kills = 0;
    for kill_at in 0.. {
        let mut ended = false;
        for is_after in [false, true] {
            let mut world = World::of(json);
            ended |= drive_until_killed(&mut world, kill_at, is_after);
            goes_on(&mut world, &format!("killed at demand {kill_at}, after it: {is_after}"));
            kills += 1;
        }
        if ended {
            return kills;
        }
    }
    kills
}

#[test]
fn a_kill_at_any_demand_costs_no_step() {
    let kills = survives_a_kill_anywhere(&small_site()) + survives_a_kill_anywhere(&two_hosts());
    assert!(kills > 200, "only {kills} kills");
}

#[test]
fn a_journal_torn_at_any_byte_costs_no_step() {
    let mut whole = World::of(&small_site());
    let _ = whole.drive(|_, _| None);
    let bytes = whole.journals[0].clone();
    for length in 0..bytes.len() {
        let mut world = World::of(&small_site());
        let torn = &bytes[..length];
        // What is announced may have happened or not; what is not announced has not.
        let (finished, open) = Journal::read(torn)
            .map_or((0, None), |journal| (journal.finished().len(), journal.open()));
        for happened in [finished, finished + usize::from(open.is_some())] {
            world.journals[0] = torn.to_vec();
            let kept = Journal::read(torn).map_or(0, |journal| journal.whole());
            world.journals[0].truncate(kept);
            world = world.after(happened);
            goes_on(&mut world, &format!("torn after {length} bytes"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn many_kills_cost_no_step(
        seed: u64,
        hosts in 1..4_usize,
        kills in prop::collection::vec((0..40_usize, any::<bool>()), 1..6),
    ) {
        let json = plain_site(&mut Dice::endless(seed), hosts, 4);
        let mut world = World::of(&json);
        for (at, is_after) in kills {
            let _ = drive_until_killed(&mut world, at, is_after);
        }
        goes_on(&mut world, &json.to_string());
    }
}
