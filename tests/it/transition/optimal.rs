//! The planner against brute force.

use serde_json::Value;

use super::against::{Tally, holds, tally, two_addresses_cost_what_they_have_to};
use crate::oracle::generate::{ODD, ONE_HOST, one_host};

#[test]
fn every_state_of_one_host_is_planned_as_well_as_brute_force_can() {
    let sites: Vec<Value> = (0..ONE_HOST).map(one_host).collect();
    let tally = tally(&sites);
    assert_eq!(tally, Tally { states: ONE_HOST as usize, ..Tally::default() });
}

#[test]
fn odd_facts_and_switches_are_planned_as_the_table_says() {
    ODD.into_iter().filter(|odd| odd.hosts == 1).for_each(holds);
}

#[test]
fn spread_out_states_of_two_addresses_cost_what_they_have_to() {
    let states = two_addresses_cost_what_they_have_to(101);
    assert!(states > 5_000, "{states}");
}
