//! Where tasks go is where the model sends them, whatever their host's interfaces are and in which order.

use serde_json::{Value, json};

use super::{plan_of, simulate, site_of};
use crate::oracle::{moves::Target, world::World};

/// Interfaces that share addresses, some of them forwarded: only one that is not says whose address it is.
fn interfaces() -> Vec<Value> {
    let mut interfaces: Vec<Value> =
        ["http://s:11000", "https://s:11443", "http://S-lan2:11000", "https://s-LAN2:8443"]
            .map(Value::from)
            .into();
    for (text, listener) in [
        ("http://s:8000", 11000),
        ("https://s:9443", 11443),
        ("ftp://s-lan2:2121", 11001),
        ("https://nat:8443", 11443),
    ] {
        interfaces.push(json!({ "url": text, "listener": listener }));
    }
    interfaces
}

fn text(interface: &Value) -> &Value {
    interface.get("url").unwrap_or(interface)
}

/// One task for each text, and some for texts that nobody entered.
fn tasks() -> Value {
    let entered = interfaces();
    let gone = [
        "http://s:12000",
        "http://S-LAN2:12000",
        "https://nat:12443",
        "http://gone:11000",
        "https://s-lan2:11443",
    ];
    let gone = gone.map(Value::from);
    let texts = entered.iter().map(text).chain(&gone);
    let task = |(nth, text): (usize, &Value)| json!({ "id": format!("t{nth}"), "kind": "backup", "host": "s", "interface": text });
    texts.enumerate().map(task).collect()
}

fn goes_where_it_should(interfaces: &[&Value]) {
    let ports = json!({ "ftp": 11001, "http": 11000, "https": 11443 });
    let json = json!({
        "format_version": "1.0", "tasks": tasks(),
        "hosts": [{ "name": "s", "role": "server", "os": "linux", "configured": ports, "interfaces": interfaces }],
    });
    let site = site_of(&json);
    let plan = plan_of(&site);
    let steps = plan["steps"].as_array().unwrap().len();
    let end = simulate(&site, &plan, steps);
    let world = World::from_json(&json);
    for (task, after) in world.tasks.iter().zip(end.tasks()) {
        let named = after.interface().map(|id| end[id].text());
        let before = task.reference.as_deref();
        match world.target(task) {
            Target::Stays | Target::Unknown => assert_eq!(named, before, "{json}\n{plan}"),
            Target::Blank => assert_eq!(named, None, "{json}\n{plan}"),
            // One interface is added for an address, whichever way it is written.
            Target::Named(text) => {
                assert!(named.is_some_and(|it| it.eq_ignore_ascii_case(&text)), "{json}\n{plan}");
            }
        }
    }
}

#[test]
fn every_task_goes_where_the_model_sends_it() {
    let all = interfaces();
    for one in &all {
        goes_where_it_should(&[one]);
        for other in all.iter().filter(|it| *it != one) {
            goes_where_it_should(&[one, other]);
            for third in all.iter().filter(|it| ![one, other].contains(it)) {
                goes_where_it_should(&[one, other, third]);
            }
        }
    }
}
