//! Fragments put into a site file, as whoever reads one would do it.

use serde_json::{Value, json};

/// The site with a fragment merged in: hosts by name, tasks by id, waivers added, null takes out.
pub(super) fn merged(site: &Value, fragment: &Value) -> Value {
    let mut site = site.clone();
    for (key, change) in fragment.as_object().unwrap() {
        match key.as_str() {
            "policy" => put(site.as_object_mut().unwrap().entry(key).or_insert(json!({})), change),
            "hosts" => change.as_array().unwrap().iter().for_each(|row| host(&mut site, row)),
            "tasks" => change.as_array().unwrap().iter().for_each(|row| {
                let tasks = site["tasks"].as_array_mut().unwrap();
                put(tasks.iter_mut().find(|task| task["id"] == row["id"]).unwrap(), row);
            }),
            "waivers" => {
                let waivers = site.as_object_mut().unwrap().entry(key).or_insert(json!([]));
                waivers.as_array_mut().unwrap().extend(change.as_array().unwrap().iter().cloned());
            }
            other => panic!("{other}"),
        }
    }
    site
}

fn put(table: &mut Value, changes: &Value) {
    let table = table.as_object_mut().unwrap();
    for (key, value) in changes.as_object().unwrap() {
        if value.is_null() {
            table.remove(key);
        } else {
            table.insert(key.clone(), value.clone());
        }
    }
}

fn host(site: &mut Value, row: &Value) {
    if row.get("role") == Some(&Value::Null) {
        return take_out(site, &row["name"]);
    }
    let hosts = site["hosts"].as_array_mut().unwrap();
    put(hosts.iter_mut().find(|host| host["name"] == row["name"]).unwrap(), row);
}

/// A host goes with all that names it.
fn take_out(site: &mut Value, name: &Value) {
    let drop = |list: Option<&mut Value>, names_it: &dyn Fn(&Value) -> bool| {
        if let Some(list) = list.and_then(Value::as_array_mut) {
            list.retain(|row| !names_it(row));
        }
    };
    drop(site.get_mut("hosts"), &|row| row["name"] == *name);
    drop(site.get_mut("tasks"), &|row| row["host"] == *name || row["source_host"] == *name);
    drop(site.get_mut("waivers"), &|row| row["host"] == *name);
    let excepted = site.get_mut("policy").and_then(|policy| policy.get_mut("except_hosts"));
    drop(excepted, &|row| row == name);
    for setting in site.get_mut("settings").and_then(Value::as_array_mut).into_iter().flatten() {
        drop(setting.get_mut("hosts"), &|row| row == name);
    }
}
