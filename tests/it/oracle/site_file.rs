//! The state of a site, read from and written to the JSON site file.

use serde_json::{Map, Value, json};

use super::interface::{Interface, Scheme};
use super::moves::Policy;
use super::port::{Ftp, Http, Https, Port, Transport, ports_from_json, ports_to_json};
use super::settings;
use super::text::Text;
use super::world::{Host, Reliance, Task, World};

pub(crate) const KILL_KEY: &str = "gv_conf_use_com_stpd_kill";

impl World {
    /// Reads a valid site with inline ports; panics on anything else.
    pub(crate) fn from_json(site: &Value) -> Self {
        let array = |name| site.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let policy = site.get("policy").cloned().unwrap_or_else(|| json!({}));
        let hosts: Vec<Host> =
            array("hosts").iter().map(|host| host_from_json(site, host)).collect();
        let server = hosts.iter().find(|host| host.is_server).unwrap().name.clone();
        let is_kill_row = |row: &Value| row["key"] == KILL_KEY && row["user"] == "sesam";
        let (blank_picks_own, blank_picks_server) =
            match site["assumptions"]["blank_scope"].as_str() {
                Some("host") => (true, false),
                Some("server") => (false, true),
                None | Some("both") => (true, true),
                Some(other) => panic!("not a blank scope: {other}"),
            };
        Self {
            blank_picks_own,
            blank_picks_server,
            policy: policy.get("reassign").map_or(Policy::Secure, Policy::from_json),
            retire: policy.get("retire").map_or(vec![Ftp, Http], |list| {
                texts(list).iter().map(|name| Transport::named(name).unwrap()).collect()
            }),
            except_hosts: policy.get("except_hosts").map_or(Vec::new(), texts),
            abort_waived: array("waivers").iter().map(|waiver| text(&waiver["host"])).collect(),
            tasks: array("tasks").iter().map(|task| task_from_json(task, &server)).collect(),
            kill: array("globals")
                .iter()
                .find(|row| is_kill_row(row))
                .map(|row| text(&row["value"])),
            hosts,
        }
    }

    /// Writes a site file that means the same, with every fact spelled out.
    pub(crate) fn to_json(&self) -> Value {
        let mut globals = Vec::new();
        if let Some(value) = &self.kill {
            globals.push(json!({ "key": KILL_KEY, "user": "sesam", "value": value }));
        }
        let waiver = |host| json!({ "host": host, "condition": "abort", "reason": "told so", "until": "2099-12-31" });
        json!({
            "format_version": "1.0",
            "assumptions": {
                "blank_scope": match (self.blank_picks_own, self.blank_picks_server) {
                    (true, true) => "both",
                    (false, true) => "server",
                    _ => "host",
                }
            },
            "policy": {
                "reassign": self.policy.to_json(),
                "retire": self.retire.iter().map(|transport| transport.name()).collect::<Vec<_>>(),
                "except_hosts": self.except_hosts,
            },
            "hosts": self.hosts.iter().map(host_to_json).collect::<Vec<_>>(),
            "tasks": self.tasks.iter().map(task_to_json).collect::<Vec<_>>(),
            "globals": globals,
            "settings": settings::wanted_to_json(self),
            "waivers": self.abort_waived.iter().map(waiver).collect::<Vec<_>>(),
        })
    }
}

impl Policy {
    fn from_json(value: &Value) -> Self {
        match value.as_str().unwrap() {
            "secure" => Self::Secure,
            "blank" => Self::Blank,
            text => Self::Text(text.into()),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Secure => json!("secure"),
            Self::Blank => json!("blank"),
            Self::Text(text) => json!(text),
        }
    }
}

fn text(value: &Value) -> Text {
    value.as_str().unwrap().into()
}

fn texts(value: &Value) -> Vec<Text> {
    value.as_array().unwrap().iter().map(text).collect()
}

fn number(value: &Value) -> Option<u16> {
    value.as_u64().map(|number| number.try_into().unwrap())
}

fn host_from_json(site: &Value, value: &Value) -> Host {
    let running = value.get("running").map(ports_from_json);
    let interfaces = value.get("interfaces").and_then(Value::as_array);
    let is_observed = running.as_ref().is_some_and(|running| running[&Https].is_on());
    let configured = ports_from_json(&value["configured"]);
    let mut host = Host {
        name: text(&value["name"]),
        is_server: value["role"] == "server",
        reliance: reliance(&value["os"], value.get("avx"), is_observed),
        https_port: 0,
        running: configured.clone(),
        configured,
        interfaces: interfaces.into_iter().flatten().map(interface_from_json).collect(),
        settings: settings::of_host(site, value),
    };
    host.running = running.unwrap_or_else(|| host.ports(super::condition::Column::Next));
    host.https_port = https_port(&host, value.get("https_port").and_then(number));
    host
}

/// First match wins, as the model states it.
fn reliance(os: &Value, avx: Option<&Value>, is_observed: bool) -> Reliance {
    match (os.as_str().unwrap(), avx.map_or("unknown", |avx| avx.as_str().unwrap())) {
        _ if is_observed => Reliance::Relied,
        (_, "yes") | ("linux" | "other", "unknown") => Reliance::Relied,
        ("windows", "no") => Reliance::Masked,
        _ => Reliance::Unknown,
    }
}

/// The https number `P(h)`.
fn https_port(host: &Host, told: Option<u16>) -> u16 {
    let taken = |number| {
        let ports = [&host.configured, &host.running];
        ports.iter().any(|ports| [ports[&Ftp], ports[&Http]].contains(&Port::On(number)))
    };
    let https = host.interfaces.iter().filter(|it| it.scheme == Scheme::Of(Https));
    let free = || https.map(|interface| interface.number).find(|&number| !taken(number));
    match (host.configured[&Https], host.running[&Https]) {
        (Port::On(number), _) | (_, Port::On(number)) => number,
        _ => told.or_else(free).unwrap_or(11443),
    }
}

fn interface_from_json(value: &Value) -> Interface {
    match value {
        Value::String(text) => Interface::new(text, None),
        table => Interface::new(&text(&table["url"]), table.get("listener").and_then(number)),
    }
}

fn host_to_json(host: &Host) -> Value {
    let interface = |interface: &Interface| match interface.listener {
        None => json!(interface.text),
        Some(listener) => json!({ "url": interface.text, "listener": listener }),
    };
    let (os, avx) = match host.reliance {
        Reliance::Relied => ("linux", "yes"),
        Reliance::Masked => ("windows", "no"),
        Reliance::Unknown => ("unknown", "unknown"),
    };
    json!({
        "name": host.name,
        "role": if host.is_server { "server" } else { "rds" },
        "os": os,
        "avx": avx,
        "https_port": host.https_port,
        "configured": ports_to_json(&host.configured),
        "running": ports_to_json(&host.running),
        "interfaces": host.interfaces.iter().map(interface).collect::<Vec<_>>(),
        "settings": host.settings_to_json(),
    })
}

fn task_from_json(value: &Value, server: &Text) -> Task {
    let optional = |name| value.get(name).map(text);
    Task {
        id: text(&value["id"]),
        host: optional("host").unwrap_or_else(|| server.clone()),
        source_host: optional("source_host"),
        reference: optional("interface").filter(|text| !text.is_empty()),
        reassign: value.get("reassign").map(Policy::from_json),
    }
}

fn task_to_json(task: &Task) -> Value {
    let kind = if task.source_host.is_some() { "migration" } else { "backup" };
    let mut table = Map::new();
    table.insert("id".into(), json!(task.id));
    table.insert("kind".into(), json!(kind));
    table.insert("host".into(), json!(task.host));
    if let Some(reference) = &task.reference {
        table.insert("interface".into(), json!(reference));
    }
    if let Some(source) = &task.source_host {
        table.insert("source_host".into(), json!(source));
    }
    if let Some(policy) = &task.reassign {
        table.insert("reassign".into(), policy.to_json());
    }
    Value::Object(table)
}
