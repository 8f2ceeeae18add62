//! Which two sites can be states of the same one: a way back goes from the one to the other.

use serde_json::{Value, json};
use sesam_transport::transition::{
    Direction, PlanDocument, PlanMismatch, check_rollback, simulate,
};

use super::{site_of, with_document};

fn site() -> Value {
    json!({
        "format_version": "1.0",
        "hosts": [
            { "name": "s", "role": "server", "os": "linux", "configured": { "ftp": 11001, "https": 11443 },
              "interfaces": ["ftp://s:11001"] },
            { "name": "r", "role": "rds", "os": "linux", "configured": {}, "interfaces": [] },
            { "name": "q", "role": "rds", "os": "linux", "configured": {}, "interfaces": [] },
        ],
        "settings": [{ "key": "A", "section": "One", "value": "1", "hosts": ["s"] }],
        "tasks": [{ "id": "a", "kind": "backup", "host": "s" },
                  { "id": "b", "kind": "replication", "host": "s", "source_host": "r" }],
    })
}

/// The site with something else at a place.
fn with(pointer: &str, value: Value) -> Value {
    let mut site = site();
    *site.pointer_mut(pointer).unwrap() = value;
    site
}

#[track_caller]
fn belong_together(other: &Value) -> bool {
    let (one, other) = (site_of(&site()), site_of(other));
    let way = PlanDocument::new(Direction::Rollback, []);
    let found = [check_rollback(&one, &other, &way), check_rollback(&other, &one, &way)];
    let refused = found.map(|found| match found {
        Ok(_) => false,
        Err(PlanMismatch::OtherEstate) => true,
        Err(mismatch) => panic!("{mismatch}"),
    });
    assert_eq!(refused[0], refused[1]);
    !refused[0]
}

#[test]
fn what_steps_change_makes_no_other_site() {
    assert!(belong_together(&site()));
    for changed in [
        with("/hosts/0/configured", json!({})),
        with("/hosts/0/interfaces", json!(["ftp://s:11001", "https://s:11443"])),
        with(
            "/tasks/0",
            json!({ "id": "a", "kind": "backup", "host": "s", "interface": "ftp://s:11001" }),
        ),
    ] {
        assert!(belong_together(&changed), "{changed}");
    }
}

#[test]
fn what_no_step_changes_makes_another_site() {
    let (first, second) = (site()["tasks"][0].clone(), site()["tasks"][1].clone());
    let mut hosts = site()["hosts"].clone();
    let more =
        json!({ "name": "p", "role": "rds", "os": "linux", "configured": {}, "interfaces": [] });
    hosts.as_array_mut().unwrap().push(more);
    let setting = |key: &str, section: &str, value: &str, host: &str| json!({ "key": key, "section": section, "value": value, "hosts": [host] });
    for other in [
        with("/hosts", hosts),
        with("/hosts/2/name", json!("p")),
        with("/tasks", json!([first])),
        with("/tasks/0/id", json!("c")),
        with("/tasks/0/host", json!("r")),
        with("/tasks/1/source_host", json!("q")),
        with("/tasks/1", json!({ "id": "b", "kind": "replication", "host": "s" })),
        with("/tasks", json!([second, first])),
        with("/settings", json!([])),
        with("/settings/0", setting("B", "One", "1", "s")),
        with("/settings/0", setting("A", "Two", "1", "s")),
        with("/settings/0", setting("A", "One", "2", "s")),
        with("/settings/0", setting("A", "One", "1", "r")),
    ] {
        assert!(!belong_together(&other), "{other}");
    }
}

/// What a plan leads to can be told only as far as its steps can be carried out, safe or not.
#[test]
fn a_step_that_cannot_be_carried_out_leads_nowhere() {
    let site = site_of(&site());
    let step = |action: Value| json!({ "action": action });
    let closes = step(json!({ "type": "disable-port", "host": "s", "transport": "ftp" }));
    let steps = [closes.clone(), closes, step(json!({ "type": "restart", "host": "nobody" }))];
    let plan = json!({ "format_version": "1.0", "direction": "forward", "steps": steps });
    let after = |count| with_document(&plan, |plan| simulate(&site, plan, count).map(drop));
    assert_eq!((after(Some(0)), after(Some(1))), (Ok(()), Ok(())));
    for count in [Some(2), Some(3), None] {
        assert!(matches!(after(count), Err(PlanMismatch::Impossible { step: 2, .. })), "{count:?}");
    }
    assert!(matches!(after(Some(4)), Err(PlanMismatch::TooFewSteps { steps: 3, after: 4 })));
}
