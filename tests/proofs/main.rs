//! Slow proofs: exhaustive runs over all states of small sites, and long runs over random ones. `cargo test` leaves them
//! out; `cargo test --release --test proofs` runs them.
#![expect(
    clippy::unwrap_used,
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
mod every_state;
#[path = "../it/transition/explain/mod.rs"]
mod explain;
#[path = "../it/ini/naive.rs"]
mod naive;
#[path = "../it/oracle/mod.rs"]
mod oracle;
#[path = "../it/ini/short_texts.rs"]
mod short_texts;
mod two_hosts;

use sesam_transport::{
    site::{Format, Site, SiteDraft, Source},
    transition,
};

/// The site that a JSON site file with inline ports describes.
fn site_of(site: &serde_json::Value) -> Site {
    let text = site.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap()
}

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
    assert_eq!(figures.states, u64::from(oracle::generate::TWO_HOSTS.div_ceil(every)));
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
    oracle::generate::ODD.into_iter().filter(|odd| odd.hosts == 2).for_each(against::holds);
}

#[test]
fn every_edit_of_every_text_of_seven_bytes_keeps_all_promises() {
    let short_texts::Figures { texts, edits, changed } =
        short_texts::hold(7, &[sesam_transport::ini::Dialect::stpd()], 2);
    assert_eq!((texts, edits), (11_111_111, 11_111_111 * 14));
    println!("{texts} texts, {edits} edits of them on two routes, {changed} change something");
}
