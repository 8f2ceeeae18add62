//! What differs between two drafts, in the shape of the site file.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::site::SiteDraft;

/// What makes `new` of `old`: keys that differ, those that go as null; hosts by name, tasks by id, waivers that come.
///
/// A host that goes has the role null; what goes with it is not listed.
pub(super) fn fragment(old: &SiteDraft<'_>, new: &SiteDraft<'_>) -> Value {
    let mut fragment = Map::new();
    let policy = difference(&old.policy, &new.policy);
    if !policy.is_empty() {
        fragment.insert("policy".to_owned(), policy.into());
    }
    let hosts = hosts(old, new);
    if !hosts.is_empty() {
        fragment.insert("hosts".to_owned(), hosts.into());
    }
    let tasks = tasks(old, new);
    if !tasks.is_empty() {
        fragment.insert("tasks".to_owned(), tasks.into());
    }
    let waivers = new.waivers.iter().filter(|waiver| !old.waivers.contains(waiver));
    let waivers: Vec<Value> = waivers.map(value).collect();
    if !waivers.is_empty() {
        fragment.insert("waivers".to_owned(), waivers.into());
    }
    fragment.into()
}

fn hosts(old: &SiteDraft<'_>, new: &SiteDraft<'_>) -> Vec<Value> {
    let mut hosts = Vec::new();
    let mut left = new.hosts.iter().peekable();
    for host in &old.hosts {
        let Some(other) = left.next_if(|other| other.name == host.name) else {
            hosts.push(json!({ "name": host.name, "role": null }));
            continue;
        };
        if other != host {
            let mut changes = difference(host, other);
            if changes.contains_key("configured") {
                // What is told inline is not read from a file as well.
                changes.insert("stpd_ini".to_owned(), Value::Null);
            }
            hosts.push(named("name", &host.name, changes));
        }
    }
    hosts
}

fn tasks(old: &SiteDraft<'_>, new: &SiteDraft<'_>) -> Vec<Value> {
    let mut tasks = Vec::new();
    let mut left = new.tasks.iter().peekable();
    for task in &old.tasks {
        // A task that goes does so with its host.
        let Some(other) = left.next_if(|other| other.id == task.id) else { continue };
        if other != task {
            tasks.push(named("id", &task.id, difference(task, other)));
        }
    }
    tasks
}

fn named(key: &str, name: &str, changes: Map<String, Value>) -> Value {
    let mut table = Map::from_iter([(key.to_owned(), Value::from(name))]);
    table.extend(changes);
    table.into()
}

/// The keys whose values differ; null where one goes.
fn difference(old: &impl Serialize, new: &impl Serialize) -> Map<String, Value> {
    let (Value::Object(mut old), Value::Object(new)) = (value(old), value(new)) else {
        return Map::new();
    };
    let mut changes = Map::new();
    for (key, value) in new {
        if old.remove(&key).as_ref() != Some(&value) {
            changes.insert(key, value);
        }
    }
    changes.extend(old.into_iter().map(|(key, _)| (key, Value::Null)));
    changes
}

fn value(of: &(impl Serialize + ?Sized)) -> Value {
    // Drafts are plain data: there is nothing in them that JSON could not hold.
    serde_json::to_value(of).unwrap_or_default()
}
