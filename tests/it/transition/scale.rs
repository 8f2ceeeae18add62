//! Work grows with the site and the plan, not with their square: what is square here would take minutes.

use serde_json::{Value, json};
use sesam_transport::{
    safety,
    site::{PortNumber, Site, Transport},
    transition::{self, ActionDocument, Direction, Need, Outcome, PlanDocument, check, plan},
};

use super::site_of;
use crate::large_site::LargeSite;

const MANY: usize = 20_000;

/// A site of one host with many interfaces of one scheme, a task on each, and one that reaches HTTPS.
fn wide_host(policy: &str, interface: impl Fn(usize) -> String) -> Site {
    let texts: Vec<String> = (0..MANY).map(interface).collect();
    let tasks: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| json!({"id": format!("t{at}"), "kind": "backup", "host": "s", "interface": text}))
        .collect();
    site_of(&json!({
        "format_version": "1.0",
        "policy": {"reassign": policy},
        "hosts": [{
            "name": "s", "role": "server", "os": "linux", "interfaces": texts,
            "configured": {"ftp": 11001, "http": 11000, "https": 11443},
        }],
        "tasks": tasks,
    }))
}

/// Plans, checks, simulates and goes back, as an operator would.
fn there_and_back(site: &Site) {
    assert!(!safety::audit(site).is_clean());
    let plan = plan(site);
    assert_eq!(plan.outcome(), Outcome::Complete);
    let steps = plan.summary().steps;
    let document = PlanDocument::new(Direction::Forward, plan.steps().map(|step| step.action));
    assert!(check(site, &document).unwrap().reaches_goal());
    let end = transition::simulate(site, &document, None).unwrap();
    assert!(safety::audit(&end).is_clean());
    let back = transition::rollback(site, &document, steps).unwrap();
    assert_eq!(back.plan().outcome(), Outcome::Complete);
}

#[test]
fn interfaces_of_one_host_with_an_address_each() {
    there_and_back(&wide_host("secure", |at| format!("http://n{at}:11000")));
}

#[test]
fn interfaces_of_one_host_at_one_address() {
    let scheme = |at: usize| ["http", "ftp"][at % 2];
    there_and_back(&wide_host("secure", |at| format!("{}://n:{}", scheme(at), at + 1)));
}

#[test]
fn a_site_like_the_benchmarks() {
    let names = LargeSite::new(100, 50_000);
    there_and_back(&Site::try_from(&names.draft()).unwrap());
}

/// A small site, for plans that are long for no reason.
fn small() -> Site {
    let names = LargeSite::new(2, 20_000);
    Site::try_from(&names.draft()).unwrap()
}

fn verdict_on<'a>(
    site: &'a Site,
    actions: impl Iterator<Item = ActionDocument<'a>>,
) -> transition::Verdict<'a> {
    check(site, &PlanDocument::new(Direction::Forward, actions)).unwrap()
}

#[test]
fn a_port_that_is_switched_a_million_times() {
    let site = site_of(&json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux", "interfaces": ["https://s:11443"],
            "configured": {"ftp": 11001, "http": 11000, "https": 11443},
        }],
        "globals": [{"key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": "https"}],
    }));
    let port = PortNumber::try_from(11_001_u64).unwrap();
    let (host, transport) = ("s", Transport::Ftp);
    let toggle = (0..1_000_000).map(|at| match at % 2 {
        0 => ActionDocument::DisablePort { host: host.into(), transport },
        _ => ActionDocument::EnablePort { host: host.into(), transport, port },
    });
    assert_eq!(verdict_on(&site, toggle).steps_checked(), 1_000_000);
}

#[test]
fn an_interface_that_is_entered_and_deleted_a_million_times() {
    let site = small();
    let (host, interface) = ("rds-000001", "https://other.example.com:11443");
    let toggle = (0..1_000_000).map(|at| match at % 2 {
        0 => ActionDocument::AddInterface {
            host: host.into(),
            interface: interface.into(),
            listener: None,
            position: None,
        },
        _ => ActionDocument::RemoveInterface { host: host.into(), interface: interface.into() },
    });
    assert_eq!(verdict_on(&site, toggle).steps_checked(), 1_000_000);
}

#[test]
fn a_million_steps_on_tasks_that_nobody_knows() {
    let site = small();
    let names: Vec<String> = (0..1_000_000).map(|at| format!("nobody-{at}")).collect();
    let steps = names
        .iter()
        .map(|name| ActionDocument::Reassign { task: name.as_str().into(), interface: "".into() });
    let verdict = verdict_on(&site, steps);
    assert_eq!(verdict.violation().unwrap().need, Some(Need::KnownTask));
}
