//! Small sites, written and told in few words.

use serde_json::{Value, json};

use crate::oracle::site_file::KILL_KEY;

const PORTS: [(&str, &str, u16); 3] =
    [("f", "ftp", 11001), ("h", "http", 11000), ("s", "https", 11443)];

/// Ports on their default numbers, by the letters `f`, `h` and `s`.
pub(crate) fn ports(letters: &str) -> Value {
    let on = PORTS.into_iter().filter(|(letter, ..)| letters.contains(letter));
    on.map(|(_, name, number)| (name.to_owned(), json!(number))).collect()
}

/// A host, `s` being the Server: the ports that stpd.ini says, and those that run.
pub(crate) fn host(name: &str, configured: &str, running: &str, interfaces: &[&str]) -> Value {
    json!({
        "name": name, "role": if name == "s" { "server" } else { "rds" }, "os": "linux",
        "configured": ports(configured), "running": ports(running), "interfaces": interfaces,
    })
}

/// A site; tasks are told by host and interface.
pub(crate) fn site(kill: &str, hosts: &[Value], tasks: &[[&str; 2]]) -> Value {
    let task = |(at, [host, interface]): (usize, &[&str; 2])| json!({ "id": format!("t{at}"), "kind": "backup", "host": host, "interface": interface });
    json!({
        "format_version": "1.0", "hosts": hosts,
        "tasks": tasks.iter().enumerate().map(task).collect::<Vec<_>>(),
        "globals": [{ "key": KILL_KEY, "user": "sesam", "value": kill }],
    })
}

/// The site in a line: what is not said is as usual.
pub(crate) fn told(site: &Value) -> String {
    let mut parts: Vec<String> = list(site, "hosts").iter().map(host_told).collect();
    parts.extend(list(site, "tasks").iter().map(task_told));
    let kill = list(site, "globals").iter().find(|row| row["key"] == KILL_KEY);
    parts.extend(kill.map(|row| format!("aborts over {}", word(&row["value"]))));
    for key in ["policy", "assumptions", "waivers"] {
        parts.extend(site.get(key).map(|value| format!("{key} {value}").replace('"', "")));
    }
    parts.join("; ")
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn host_told(host: &Value) -> String {
    let mut facts = Vec::new();
    if host["os"] != "linux" {
        facts.push(word(&host["os"]));
    }
    for key in ["avx", "https_port"] {
        facts.extend(host.get(key).map(|value| format!("{key} {}", word(value))));
    }
    for key in ["configured", "running"] {
        facts.extend(host.get(key).map(|ports| format!("{key} {}", ports_told(ports))));
    }
    let texts = list(host, "interfaces").iter().map(|interface| match interface.get("url") {
        Some(url) => format!("{} to {}", word(url), interface["listener"]),
        None => word(interface),
    });
    let texts: Vec<String> = texts.collect();
    let texts = if texts.is_empty() { "none".to_owned() } else { texts.join(" ") };
    format!("{}: {}, interfaces {texts}", word(&host["name"]), facts.join(", "))
}

fn ports_told(ports: &Value) -> String {
    let on = PORTS.into_iter().filter_map(|(_, name, number)| match &ports[name] {
        Value::Null => None,
        off if off == "off" => None,
        it if *it == number => Some(name.to_owned()),
        it => Some(format!("{name} {}", word(it))),
    });
    let on: Vec<String> = on.collect();
    if on.is_empty() { "nothing".to_owned() } else { on.join("+") }
}

fn task_told(task: &Value) -> String {
    let interface = task.get("interface").map(word).unwrap_or_default();
    let names = if interface.is_empty() { "no interface" } else { &interface };
    let also = |key: &str, word_before: &str| {
        task.get(key).map(|it| format!(" {word_before} {}", word(it))).unwrap_or_default()
    };
    let (from, to) = (also("source_host", "from"), also("reassign", "to"));
    format!("task on {}: {names}{from}{to}", word(&task["host"]))
}
