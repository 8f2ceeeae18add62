//! Explanations of partial plans.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    explain::{choices_cost_what_they_have_to, holds_on, holds_on_families},
    plan_of, site_of,
};
use crate::strategies::odd_sites;

#[test]
fn what_is_said_of_families_of_one_host_is_true() {
    assert!(holds_on_families(1, 127) > 300);
}

#[test]
fn what_is_said_of_families_of_two_hosts_is_true() {
    assert!(holds_on_families(2, 4_999) > 10);
}

#[test]
fn choices_for_one_host_cost_what_brute_force_finds() {
    assert!(choices_cost_what_they_have_to(127) > 300);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_of_odd_sites_is_true(site in odd_sites()) {
        holds_on(&site);
    }
}

/// A site of a Server and hosts on Windows without AVX, each with so many addresses.
fn without_avx(hosts: usize, addresses: usize) -> Value {
    let host = |at: usize| {
        let texts =
            |nth| [format!("http://h{at}-{nth}:11000"), format!("https://h{at}-{nth}:11443")];
        json!({
            "name": format!("h{at}"), "role": if at == 0 { "server" } else { "rds" },
            "os": if at == 0 { "linux" } else { "windows" }, "avx": if at == 0 { "yes" } else { "no" },
            "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
            "interfaces": (0..addresses).flat_map(texts).collect::<Vec<_>>(),
        })
    };
    json!({ "format_version": "1.0", "hosts": (0..=hosts).map(host).collect::<Vec<_>>() })
}

fn kill(plan: &Value) -> &Value {
    plan["blocked"].as_array().unwrap().iter().find(|it| it["goal"]["kind"] == "kill").unwrap()
}

fn names(causes: &Value) -> Vec<&str> {
    causes.as_array().unwrap().iter().map(|cause| cause["host"].as_str().unwrap()).collect()
}

#[test]
fn two_hosts_that_hold_back_aborts_are_one_cause() {
    let site = without_avx(2, 1);
    let planned = holds_on(&site);
    let plan = plan_of(&site_of(&site));
    assert_eq!(planned.list("blocked").len() as u64, plan["blocked_total"].as_u64().unwrap());
    assert_eq!(kill(&plan)["certainty"], "smallest");
    assert_eq!(names(&kill(&plan)["cause"]), ["h1", "h2"]);
    // No single fact changes the answer for what both hold back.
    assert_eq!(kill(&plan)["facts"], json!([]));
}

#[test]
fn to_leave_aborts_on_ftp_is_among_the_options() {
    let plan = plan_of(&site_of(&without_avx(1, 1)));
    let stays = |option: &&Value| option["change"] == json!({});
    let stay = kill(&plan)["options"].as_array().unwrap().iter().find(stays).unwrap();
    assert_eq!(stay["unblocks"], json!([]));
    assert_eq!(stay["exposures_after"], plan["summary"]["exposures_after"]);
    assert_eq!(stay["steps"], plan["summary"]["steps"]);
}

#[test]
fn a_limit_of_work_is_told() {
    // So many hosts that leaving each out once is more than may be planned.
    let plan = plan_of(&site_of(&without_avx(900, 2)));
    let kill = kill(&plan);
    assert_eq!(kill["certainty"], "sufficient");
    assert!(kill["cause"].as_array().unwrap().len() > 100);
    assert!(plan["blocked_total"].as_u64().unwrap() > 900);
    // What was left out is told where the list ends, never taken for an answer.
    assert!(plan["blocked"].as_array().unwrap().len() < 200);
    // Beyond what a diagnosis may name nothing is confirmed.
    let plan = plan_of(&site_of(&without_avx(1_500, 1)));
    assert_eq!(self::kill(&plan)["certainty"], "presumed");
}

/// A site where so many tasks of the Server go nobody knows where.
fn with_riddles(tasks: usize) -> Value {
    let task = |at: usize| json!({ "id": format!("t{at:04}"), "kind": "backup", "host": "h0", "interface": "smb://h0" });
    json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "h0", "role": "server", "os": "linux",
            "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
            "interfaces": ["smb://h0", "http://h0:11000", "https://h0:11443"],
        }],
        "tasks": (0..tasks).map(task).collect::<Vec<_>>(),
    })
}

#[test]
fn more_than_a_diagnosis_may_name_is_no_proof() {
    for (tasks, certainty, named) in [(1_000, "smallest", 1_000), (1_001, "presumed", 1_000)] {
        let plan = plan_of(&site_of(&with_riddles(tasks)));
        let blocked = plan["blocked"].as_array().unwrap();
        let interface = blocked.iter().find(|it| it["goal"]["kind"] == "interface");
        let interface = interface.unwrap_or_else(|| panic!("{:?}", blocked[0]));
        assert_eq!(interface["certainty"], certainty, "{tasks}");
        assert_eq!(interface["cause"].as_array().unwrap().len(), named, "{tasks}");
    }
}
