//! What advice on plans looks at.

use expect_test::expect;
use serde_json::json;

use crate::{
    site::{Site, work},
    transition::{ActionDocument, Direction, PlanDocument, check, repair},
};

/// So many steps that come too early that not each can be helped; what waits comes later.
#[test]
fn as_many_steps_are_helped_as_were() {
    const HOSTS: usize = 600;
    let host = |at: usize| {
        json!({
            "name": format!("h{at}"), "role": if at == 0 { "server" } else { "rds" }, "os": "linux",
            "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
            "interfaces": [format!("http://h{at}:11000"), format!("https://h{at}:11443")],
        })
    };
    let task = |at: usize| json!({ "id": format!("t{at}"), "kind": "backup", "interface": format!("http://h{at}:11000"), "host": format!("h{at}") });
    let site = Site::of_json(&json!({
        "format_version": "1.0", "hosts": (0..HOSTS).map(host).collect::<Vec<_>>(),
        "tasks": (0..HOSTS).map(task).collect::<Vec<_>>(),
        "settings": [{ "key": "A", "value": "1", "hosts": (0..100).map(|at| format!("h{at}")).collect::<Vec<_>>() }],
    }));
    let removals = (0..HOSTS).map(|at| ActionDocument::RemoveInterface {
        host: format!("h{at}").into(),
        interface: format!("http://h{at}:11000").into(),
    });
    let given = PlanDocument::new(Direction::Forward, removals);
    let mut repaired = None;
    let work = work::of(|| repaired = repair(&site, &given).ok());
    let repaired = repaired.unwrap();
    let helped = repaired.changes().iter().filter(|change| change.before.is_some()).count();
    let figures = format!("{work} {helped} {}", repaired.changes().len());
    expect!["158036401 383 2718"].assert_eq(&figures);
}

/// The advice for one step that comes too early: an interface goes that so many of all tasks still name.
#[test]
fn advice_looks_no_further_than_it_did() {
    let figures = [(3, 64), (3, 65), (100, 4_600), (1_900, 10_100), (4_600, 4_600)].map(|(on_ftp, tasks)| {
        let text = |at: usize| if at < on_ftp { "ftp://s:11001" } else { "http://s:11000" };
        let task =
            |at: usize| json!({ "id": format!("t{at}"), "kind": "backup", "interface": text(at) });
        let site = Site::of_json(&json!({
            "format_version": "1.0", "tasks": (0..tasks).map(task).collect::<Vec<_>>(),
            "hosts": [{
                "name": "s", "role": "server", "os": "linux",
                "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
                "interfaces": ["ftp://s:11001", "http://s:11000", "https://s:11443"],
            }],
        }));
        let removal =
            ActionDocument::RemoveInterface { host: "s".into(), interface: "ftp://s:11001".into() };
        let given = PlanDocument::new(Direction::Forward, [removal]);
        let work = work::of(|| check(&site, &given).map(drop));
        format!("{on_ftp} of {tasks}: {work}\n")
    });
    expect![[r#"
        3 of 64: 1886633
        3 of 65: 4761
        100 of 4600: 10126451
        1900 of 10100: 10946125
        4600 of 4600: 235555
    "#]]
    .assert_eq(&figures.concat());
}
