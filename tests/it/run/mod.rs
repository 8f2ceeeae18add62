//! Carrying a plan out: the driver in a world that does what it is told, or not.

mod crashes;
mod faults;
mod journal;
mod laws;
mod reaches;
mod scopes;
mod settings;
mod world;

use serde_json::{Value, json};

/// A Server whose two unsecure ports go, with one task to move: every kind of step, 9 in all.
fn small_site() -> Value {
    json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux", "avx": "yes",
            "configured": { "ftp": 11001, "http": 11000 },
            "interfaces": ["http://s:11000"],
        }],
        "tasks": [{ "id": "t", "kind": "backup", "interface": "http://s:11000" }],
    })
}

/// The same, with a Remote Device Server that has to go the same way.
fn two_hosts() -> Value {
    let mut site = small_site();
    site["hosts"].as_array_mut().unwrap().push(json!({
        "name": "r", "role": "rds", "os": "linux", "avx": "yes",
        "configured": { "ftp": 11001, "http": 11000 },
        "interfaces": ["http://r:11000"],
    }));
    let task = json!({ "id": "u", "kind": "backup", "host": "r", "interface": "http://r:11000" });
    site["tasks"].as_array_mut().unwrap().push(task);
    site
}
