//! Causes thought away, written afresh from what is said of them.

use serde_json::{Value, json};

use crate::oracle::{
    condition::Column,
    conditions::{Grade, live},
    interface::{Interface, Scheme},
    port::{Ftp, Http, Https, Port, Transport},
    world::{Host, Reliance, World},
};

/// The site as it would be without these causes. `end` is where its plan leads.
pub(super) fn without(site: &Value, end: &World, causes: &[&Value]) -> Value {
    let mut changed = site.clone();
    // Numbers first: what is entered elsewhere has the number of its host.
    let (first, then): (Vec<&Value>, Vec<&Value>) =
        causes.iter().copied().partition(|it| it["type"] == "https-unavailable");
    for cause in first {
        https_comes_up(&mut changed, cause["host"].as_str().unwrap());
    }
    let rest = ["dead-blank-member", "no-https-interface"];
    let (enters, others): (Vec<&Value>, Vec<&Value>) =
        then.into_iter().partition(|it| rest.contains(&it["type"].as_str().unwrap()));
    let last = |it: &&Value| it["type"] == rest[1];
    let (last, dead): (Vec<&Value>, Vec<&Value>) = enters.into_iter().partition(last);
    for cause in others.into_iter().chain(dead).chain(last) {
        let name = || cause["host"].as_str().unwrap();
        match cause["type"].as_str().unwrap() {
            "abort-held" => {
                let waiver =
                    json!({ "host": name(), "condition": "abort", "reason": "thought away" });
                let waivers =
                    changed.as_object_mut().unwrap().entry("waivers").or_insert(json!([]));
                waivers.as_array_mut().unwrap().push(waiver);
            }
            "target-unknown" => {
                let world = World::from_json(&changed);
                let task = cause["task"].as_str().unwrap();
                let host = &world.tasks.iter().find(|it| *it.id == *task).unwrap().host;
                let host = world.host(host).unwrap();
                let serves = |text: &&Interface| {
                    text.scheme == Scheme::Of(Https) && text.number == host.https_port
                };
                let first = host.interfaces.iter().find(serves);
                let text = first.map_or_else(|| text_of(host), |it| it.text.to_string());
                let tasks = changed["tasks"].as_array_mut().unwrap();
                tasks.iter_mut().find(|row| row["id"] == task).unwrap()["reassign"] = json!(text);
            }
            "no-https-interface" => enter(&mut changed, name()),
            "pending-renumbering" => {
                let world = World::from_json(site);
                let (configured, running) =
                    (&world.host(name()).unwrap().configured, &world.host(name()).unwrap().running);
                for transport in Transport::ALL {
                    if configured[&transport].is_on() && running[&transport].is_on() {
                        row(&mut changed, name())["configured"][transport.name()] =
                            running[&transport].to_json();
                    }
                }
            }
            "dead-blank-member" => {
                let host = end.host(name()).unwrap();
                let is_dead = |text: &str| {
                    let interface = host.interface(text);
                    interface.is_some_and(|it| {
                        !(it.scheme == Scheme::Of(Https) && it.number == host.https_port)
                            && Column::BOTH
                                .iter()
                                .any(|&column| live(it, &host.ports(column)) != Grade::Yes)
                    })
                };
                let texts = row(&mut changed, name())["interfaces"].as_array_mut().unwrap();
                texts.retain(|it| !is_dead(it.get("url").unwrap_or(it).as_str().unwrap()));
                if host.interfaces.iter().all(|it| is_dead(&it.text)) {
                    enter(&mut changed, name());
                }
            }
            other => panic!("{other}"),
        }
    }
    changed
}

fn row<'s>(site: &'s mut Value, name: &str) -> &'s mut Value {
    let hosts = site["hosts"].as_array_mut().unwrap();
    hosts.iter_mut().find(|host| host["name"] == name).unwrap()
}

fn text_of(host: &Host) -> String {
    format!("https://{}:{}", &*host.name, host.https_port)
}

fn enter(site: &mut Value, name: &str) {
    let text = text_of(World::from_json(site).host(name).unwrap());
    let list = row(site, name)["interfaces"].as_array_mut().unwrap();
    if !list.iter().any(|it| *it.get("url").unwrap_or(it) == text) {
        list.push(json!(text));
    }
}

/// HTTPS can be relied on, with a number that no other port has.
fn https_comes_up(site: &mut Value, name: &str) {
    let world = World::from_json(site);
    let host = world.host(name).unwrap();
    let next = Column::BOTH.map(|column| host.ports(column));
    let taken = |number: u16| {
        next.iter().any(|ports| [ports[&Ftp], ports[&Http]].contains(&Port::On(number)))
    };
    let row = row(site, name);
    if host.reliance != Reliance::Relied {
        row["avx"] = json!("yes");
        if next[0] == next[1] {
            row.as_object_mut().unwrap().remove("running");
        }
    }
    if taken(host.https_port) {
        let free = (11443..=u16::MAX).find(|&number| !taken(number)).unwrap();
        row["https_port"] = json!(free);
        for column in ["configured", "running"] {
            if row.get(column).is_some_and(|ports| ports["https"].is_number()) {
                row[column]["https"] = json!(free);
            }
        }
    }
}
