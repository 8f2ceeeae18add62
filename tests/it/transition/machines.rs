//! What the model checker finds.

use serde_json::Value;

use super::{
    machine::{Driver, Explored, Machine, explore},
    small_sites::{host, site},
};
use crate::oracle::{
    generate::{ONE_HOST, one_host, two_hosts},
    world::World,
};

fn worlds(sites: impl IntoIterator<Item = Value>) -> Vec<World> {
    sites.into_iter().map(|site| World::from_json(&site)).collect()
}

#[track_caller]
fn holds(machine: Machine, states_at_least: usize) {
    let Explored { states, faults, told } = explore(machine);
    println!("{told}");
    assert_eq!(faults, [""; 0]);
    assert!(states >= states_at_least, "{told}");
}

/// Everything runs on both hosts, nothing is done yet.
fn clean_pair() -> Value {
    let hosts = [
        host("s", "fhs", "fhs", &["http://s:11000", "https://s:11443"]),
        host("r", "fhs", "fhs", &["ftp://r:11001", "https://r:11443"]),
    ];
    site("ftp", &hosts, &[["s", "http://s:11000"], ["r", ""]])
}

#[test]
fn one_host_keeps_its_promises_whatever_restarts_and_whoever_edits() {
    let starts = (0..ONE_HOST).step_by(1_021).map(one_host);
    holds(Machine::new(worlds(starts), 1, Driver::Shipped), 10_000);
}

#[test]
fn two_hosts_keep_their_promises_whatever_restarts() {
    // Besides the clean one some that an administrator left half done.
    let half_done = [4_711_003, 12_345_678, 23_456_789].map(two_hosts);
    let starts = half_done.into_iter().chain([clean_pair()]);
    holds(Machine::new(worlds(starts), 0, Driver::Shipped), 2_000);
}

/// The model is worth something only if it finds what is wrong.
#[test]
fn drivers_that_are_wrong_are_found_out() {
    let one = |configured, running, texts: &[&str], reference| {
        site("ftp", &[host("s", configured, running, texts)], &[["s", reference]])
    };
    let both = ["http://s:11000", "https://s:11443"];
    let cases = [
        (Driver::Vendor, clean_pair()),
        (Driver::Vendor, one("fhs", "fhs", &both, "")),
        (Driver::Without("X -> D"), one("fhs", "fhs", &both, "")),
        (Driver::Without("M -> X"), one("fhs", "fhs", &both, "http://s:11000")),
        (Driver::Without("K -> D"), clean_pair()),
        (Driver::Without("R1 -> M"), one("fhs", "fh", &both, "http://s:11000")),
        (Driver::Without("U -> R1"), one("", "h", &both[..1], "http://s:11000")),
    ];
    for (driver, start) in cases {
        let sound = explore(Machine::new(worlds([start.clone()]), 0, Driver::Shipped));
        assert!(sound.faults.iter().all(|fault| fault.starts_with("never")), "{sound:?}");
        is_found_out(Machine::new(worlds([start]), 0, driver), &format!("{driver:?}"));
    }
}

#[track_caller]
fn is_found_out(machine: Machine, driver: &str) {
    let explored = explore(machine);
    let fault = explored.faults.iter().find(|fault| !fault.starts_with("never"));
    println!("{driver}: {}", fault.expect(driver));
}

/// HTTPS still runs, but stpd.ini no longer has it: after a restart a plan that was made before counts on what is gone.
#[test]
fn a_driver_that_does_not_heed_restarts_is_found_out() {
    let texts = ["ftp://s:11001", "https://s:11443"];
    let s = host("s", "fh", "fs", &texts);
    let start = worlds([site("https", &[s], &[["s", "ftp://s:11001"]])]);
    is_found_out(Machine::new(start.clone(), 0, Driver::Heedless), "heedless");
    let sound = explore(Machine::new(start, 0, Driver::Shipped));
    assert!(sound.faults.iter().all(|fault| fault.starts_with("never")), "{sound:?}");
}
