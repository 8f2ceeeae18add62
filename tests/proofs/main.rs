//! Slow proofs: exhaustive runs over all states of small sites, and long runs over random ones. `cargo test` leaves them
//! out; `cargo test --release --test proofs` runs them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    dead_code,
    reason = "tests read files; what panics here is a failed test, also in the helpers; the oracle has more than is needed"
)]

#[path = "../it/transition/against.rs"]
mod against;
#[path = "../it/transition/edges.rs"]
mod edges;
mod every_state;
#[path = "../it/transition/explain/mod.rs"]
mod explain;
#[path = "../it/transition/families.rs"]
mod families;
#[path = "../it/ini/naive.rs"]
mod naive;
#[path = "../it/oracle/mod.rs"]
mod oracle;
#[path = "../it/transition/order.rs"]
mod order;
#[path = "../it/ini/short_texts.rs"]
mod short_texts;
#[path = "../it/transition/small_sites.rs"]
mod small_sites;
mod two_hosts;

use oracle::{
    generate::{ONE_HOST, TWO_ADDRESSES, TWO_HOSTS, one_host, two_addresses, two_hosts},
    moves::Target,
    world::World,
};
use order::site_of;
use sesam_transport::{site::Site, transition};

/// The plan file for a site.
fn plan_of(site: &Site) -> serde_json::Value {
    serde_json::to_value(transition::plan(site)).unwrap()
}

#[test]
fn the_closed_form_is_what_the_search_finds_on_many_sites() {
    oracle::closed_form::tests::holds(20_000, 1, usize::MAX);
    oracle::closed_form::tests::holds(500, 2, 20_000);
}

#[test]
fn every_state_of_two_addresses_costs_what_it_has_to() {
    let states = against::two_addresses_cost_what_they_have_to(1);
    println!("{states} states of two addresses, none dearer than it has to be");
}

/// `EVERY=211` looks at every 211th state only.
#[test]
fn every_state_of_two_hosts_is_planned_as_well_as_can_be_and_safe_whatever_restarts() {
    let every = std::env::var("EVERY").map_or(1, |every| every.parse().unwrap());
    let start = std::time::Instant::now();
    let table = two_hosts::Table::of_all_states();
    let of_table = start.elapsed().as_secs();
    let figures = every_state::go_through(table, every, 1_009);
    let seconds = start.elapsed().as_secs();
    println!("{figures}\n{seconds} s, {of_table} s of them for the table");
    assert_eq!(figures.states, u64::from(TWO_HOSTS.div_ceil(every)));
    figures.assert_flawless();
}

#[test]
fn what_is_said_of_partial_plans_for_families_of_one_host_is_true() {
    let parts = explain::holds_on_families(1, 1);
    let choices = explain::choices_cost_what_they_have_to(7);
    println!("{parts} parts explained, {choices} choices priced as brute force does");
}

#[test]
fn odd_facts_and_switches_on_two_hosts_are_planned_as_the_table_says() {
    let families = families::families().into_iter();
    against::hold(families.filter(|family| family.hosts == 2), 11);
}

#[test]
fn odd_facts_and_switches_on_three_hosts_are_planned_as_the_table_says() {
    let families = families::families().into_iter();
    against::hold(families.filter(|family| family.hosts == 3), 1);
}

#[test]
fn every_order_of_every_plan_of_one_host_and_many_of_two_holds() {
    let has_targets =
        |world: &World| world.tasks.iter().all(|task| world.target(task) != Target::Unknown);
    let one = (0..ONE_HOST).map(one_host);
    let addresses = (0..TWO_ADDRESSES).step_by(17).map(two_addresses);
    let two = (0..TWO_HOSTS).step_by(9_973).map(two_hosts);
    let plain = order::hold(one.chain(addresses).chain(two), 20_000, has_targets);
    println!("without odd facts: {plain:?}");
    let sites = families::families().into_iter().flat_map(|family| {
        let every = [1, 7, 101, 29][family.hosts];
        family.sites().into_iter().step_by(every)
    });
    let odd = order::hold(sites, 20_000, |_| false);
    println!("with odd facts: {odd:?}");
    assert_eq!((plain.skipped, odd.skipped), (0, 0));
}

#[test]
fn every_edge_of_many_plans_is_told() {
    let one = (0..ONE_HOST).step_by(9).map(one_host);
    let addresses = (0..TWO_ADDRESSES).step_by(1_997).map(two_addresses);
    let two = (0..TWO_HOSTS).step_by(200_003).map(two_hosts);
    let odd = families::families().into_iter().flat_map(|family| {
        let every = [1, 41, 997, 211][family.hosts];
        family.sites().into_iter().step_by(every)
    });
    edges::are_told(one.chain(addresses).chain(two).chain(odd), 1_000);
}

#[test]
fn every_edit_of_every_text_of_seven_bytes_keeps_all_promises() {
    let short_texts::Figures { texts, edits, changed } =
        short_texts::hold(7, &[sesam_transport::ini::Dialect::stpd()], 2);
    assert_eq!((texts, edits), (11_111_111, 11_111_111 * 14));
    println!("{texts} texts, {edits} edits of them on two routes, {changed} change something");
}
