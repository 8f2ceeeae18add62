//! The state of a site, read from and written to the JSON site file.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::settings::{self, Setting};

/// A name or an interface text: cheap to clone, because the search clones whole worlds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text(Arc<str>);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Transport {
    Ftp,
    Http,
    Https,
}

impl Transport {
    pub(crate) const ALL: [Self; 3] = [Self::Ftp, Self::Http, Self::Https];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transport| transport.name() == name)
    }
}

/// What is known of one port in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Port {
    Off,
    On(u16),
    Unknown,
}

impl Port {
    pub(crate) fn is_on(self) -> bool {
        matches!(self, Self::On(_))
    }

    pub(crate) fn from_json(value: &Value) -> Self {
        match value {
            Value::String(word) if word == "unknown" => Self::Unknown,
            Value::String(word) if word == "off" => Self::Off,
            Value::Number(number) => Self::On(u16::try_from(number.as_u64().unwrap()).unwrap()),
            other => panic!("not a port: {other}"),
        }
    }

    pub(crate) fn to_json(self) -> Value {
        match self {
            Self::Off => json!("off"),
            Self::On(number) => json!(number),
            Self::Unknown => json!("unknown"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ports {
    pub(crate) ftp: Port,
    pub(crate) http: Port,
    pub(crate) https: Port,
}

impl Ports {
    pub(crate) fn of(self, transport: Transport) -> Port {
        match transport {
            Transport::Ftp => self.ftp,
            Transport::Http => self.http,
            Transport::Https => self.https,
        }
    }

    pub(crate) fn set(&mut self, transport: Transport, port: Port) {
        match transport {
            Transport::Ftp => self.ftp = port,
            Transport::Http => self.http = port,
            Transport::Https => self.https = port,
        }
    }

    fn from_json(value: &Value) -> Self {
        let port = |name| value.get(name).map_or(Port::Off, Port::from_json);
        Self { ftp: port("ftp"), http: port("http"), https: port("https") }
    }

    fn to_json(self) -> Value {
        json!({
            "ftp": self.ftp.to_json(), "http": self.http.to_json(), "https": self.https.to_json()
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scheme {
    Ftp,
    Http,
    Https,
    Bare,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Interface {
    pub(crate) text: Text,
    pub(crate) listener: Option<u16>,
    pub(crate) scheme: Scheme,
    /// Empty where the text is `other`.
    pub(crate) address: Text,
    /// The listener where given, else the text's; no meaning for bare and other.
    pub(crate) number: u16,
}

impl Interface {
    pub(crate) fn new(text: &str, listener: Option<u16>) -> Self {
        let (scheme, address, number) = parse(text).unwrap_or((Scheme::Other, "", 0));
        let number = listener.unwrap_or(number);
        Self { text: text.into(), listener, scheme, address: address.into(), number }
    }

    pub(crate) fn same_address(&self, other: &Self) -> bool {
        !self.address.is_empty() && self.address.eq_ignore_ascii_case(&other.address)
    }
}

/// Scheme, address and number of an interface text; none where it is `other`.
fn parse(text: &str) -> Option<(Scheme, &str, u16)> {
    let (scheme, default, authority) = match text.split_once("://") {
        None => (Scheme::Bare, 0, text),
        Some((word, rest)) => match word.to_ascii_lowercase().as_str() {
            "ftp" => (Scheme::Ftp, 11001, rest),
            "http" => (Scheme::Http, 11000, rest),
            "https" => (Scheme::Https, 11443, rest),
            _ => return None,
        },
    };
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let host_ends = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (address, port) = authority.split_at(host_ends);
    let inside = address.strip_prefix('[').map_or(address, |rest| rest.trim_end_matches(']'));
    let odd = |c: char| "/?#@[]\\".contains(c) || c.is_whitespace() || c.is_control();
    if inside.is_empty() || inside.contains(odd) {
        return None;
    }
    match port.strip_prefix(':') {
        None if port.is_empty() => Some((scheme, address, default)),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().filter(|&number| number > 0).map(|number| (scheme, address, number))
        }
        _ => None,
    }
}

/// Whether https of a host can be relied on: a fact that no step changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reliance {
    Relied,
    Masked,
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Host {
    pub(crate) name: Text,
    pub(crate) is_server: bool,
    pub(crate) os: Text,
    /// As settled: `yes` wherever https can be relied on.
    pub(crate) avx: Text,
    pub(crate) reliance: Reliance,
    /// The https number `P(h)`: a fact that no step changes.
    pub(crate) https_port: u16,
    pub(crate) configured: Ports,
    pub(crate) running: Ports,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) settings: Vec<Setting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Column {
    Now,
    Next,
}

impl Column {
    pub(crate) const BOTH: [Self; 2] = [Self::Now, Self::Next];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Next => "next",
        }
    }
}

impl Host {
    /// What runs (`now`), or what an unplanned restart would load (`next`).
    pub(crate) fn ports(&self, column: Column) -> Ports {
        match column {
            Column::Now => self.running,
            Column::Next => loaded(self.configured, self.reliance),
        }
    }

    pub(crate) fn interface(&self, text: &str) -> Option<&Interface> {
        self.interfaces.iter().find(|interface| &*interface.text == text)
    }
}

fn loaded(configured: Ports, reliance: Reliance) -> Ports {
    let https = match (configured.https, reliance) {
        (Port::On(_), Reliance::Masked) => Port::Off,
        (Port::On(_), Reliance::Unknown) => Port::Unknown,
        (port, _) => port,
    };
    Ports { https, ..configured }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Policy {
    Secure,
    Blank,
    Text(Text),
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

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Task {
    pub(crate) id: Text,
    pub(crate) kind: Text,
    pub(crate) form: Text,
    pub(crate) host: Text,
    pub(crate) source_host: Option<Text>,
    /// None = blank.
    pub(crate) reference: Option<Text>,
    pub(crate) reassign: Option<Policy>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum BlankScope {
    Host,
    Server,
    Both,
}

/// A site: what is fixed, and what steps change (ports, interfaces, references, the kill row).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) blank_scope: BlankScope,
    pub(crate) policy: Policy,
    pub(crate) retire: Vec<Transport>,
    pub(crate) except_hosts: Vec<Text>,
    pub(crate) abort_waived: Vec<Text>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) tasks: Vec<Task>,
    /// The row of user `sesam`; none where there is no such row.
    pub(crate) kill: Option<Text>,
}

pub(crate) const KILL_KEY: &str = "gv_conf_use_com_stpd_kill";

impl World {
    pub(crate) fn host(&self, name: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| &*host.name == name)
    }

    pub(crate) fn host_mut(&mut self, name: &str) -> Option<&mut Host> {
        self.hosts.iter_mut().find(|host| &*host.name == name)
    }

    pub(crate) fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| &*task.id == id)
    }

    pub(crate) fn server(&self) -> &Host {
        self.hosts.iter().find(|host| host.is_server).unwrap()
    }

    pub(crate) fn in_goal(&self, host: &str) -> bool {
        !self.except_hosts.iter().any(|name| &**name == host)
    }

    /// The transport by which a transfer is aborted; none for a value that nobody knows.
    pub(crate) fn kill_transport(&self) -> Option<Transport> {
        match self.kill.as_deref() {
            None | Some("ftp") => Some(Transport::Ftp),
            Some("https") => Some(Transport::Https),
            Some(_) => None,
        }
    }

    /// Reads a valid site with inline ports; panics on anything else.
    pub(crate) fn from_json(site: &Value) -> Self {
        let array = |name| site.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let policy = site.get("policy").cloned().unwrap_or_else(|| json!({}));
        let hosts: Vec<Host> =
            array("hosts").iter().map(|host| host_from_json(site, host)).collect();
        let server = hosts.iter().find(|host| host.is_server).unwrap().name.clone();
        let is_kill_row = |row: &Value| row["key"] == KILL_KEY && row["user"] == "sesam";
        Self {
            blank_scope: match site["assumptions"]["blank_scope"].as_str() {
                Some("host") => BlankScope::Host,
                Some("server") => BlankScope::Server,
                None | Some("both") => BlankScope::Both,
                Some(other) => panic!("not a blank scope: {other}"),
            },
            policy: policy.get("reassign").map_or(Policy::Secure, Policy::from_json),
            retire: policy.get("retire").map_or(vec![Transport::Ftp, Transport::Http], |list| {
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
            "assumptions": { "blank_scope": match self.blank_scope {
                BlankScope::Host => "host",
                BlankScope::Server => "server",
                BlankScope::Both => "both",
            } },
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

fn text(value: &Value) -> Text {
    value.as_str().unwrap().into()
}

fn texts(value: &Value) -> Vec<Text> {
    value.as_array().unwrap().iter().map(text).collect()
}

fn host_from_json(site: &Value, value: &Value) -> Host {
    let configured = Ports::from_json(value.get("configured").unwrap());
    let told_running = value.get("running").map(Ports::from_json);
    let observed = told_running.is_some_and(|running| running.https.is_on());
    let os = text(&value["os"]);
    let avx = match value.get("avx") {
        _ if observed => "yes".into(),
        None => "unknown".into(),
        Some(avx) => text(avx),
    };
    let reliance = match (&*os, &*avx) {
        (_, "yes") | ("linux" | "other", "unknown") => Reliance::Relied,
        ("windows", "no") => Reliance::Masked,
        _ => Reliance::Unknown,
    };
    let running = told_running.unwrap_or_else(|| loaded(configured, reliance));
    let interfaces: Vec<Interface> = value
        .get("interfaces")
        .and_then(Value::as_array)
        .map_or(Vec::new(), |list| list.iter().map(interface_from_json).collect());
    let taken = |number| {
        [configured.ftp, configured.http, running.ftp, running.http].contains(&Port::On(number))
    };
    let free_interface = || {
        let https = interfaces.iter().filter(|interface| interface.scheme == Scheme::Https);
        https.map(|interface| interface.number).find(|&number| !taken(number))
    };
    let told_port = value.get("https_port").and_then(Value::as_u64);
    let https_port = match (configured.https, running.https) {
        (Port::On(number), _) | (_, Port::On(number)) => number,
        _ => told_port
            .map(|number| u16::try_from(number).unwrap())
            .or_else(free_interface)
            .unwrap_or(11443),
    };
    Host {
        name: text(&value["name"]),
        is_server: value["role"] == "server",
        os,
        avx: if reliance == Reliance::Relied { "yes".into() } else { avx },
        reliance,
        https_port,
        configured,
        running,
        interfaces,
        settings: settings::of_host(site, value),
    }
}

fn interface_from_json(value: &Value) -> Interface {
    match value {
        Value::String(text) => Interface::new(text, None),
        table => {
            let listener = table.get("listener").and_then(Value::as_u64);
            let listener = listener.map(|number| u16::try_from(number).unwrap());
            Interface::new(&text(&table["url"]), listener)
        }
    }
}

fn host_to_json(host: &Host) -> Value {
    let interface = |interface: &Interface| match interface.listener {
        None => json!(interface.text),
        Some(listener) => json!({ "url": interface.text, "listener": listener }),
    };
    json!({
        "name": host.name,
        "role": if host.is_server { "server" } else { "rds" },
        "os": host.os,
        "avx": host.avx,
        "https_port": host.https_port,
        "configured": host.configured.to_json(),
        "running": host.running.to_json(),
        "interfaces": host.interfaces.iter().map(interface).collect::<Vec<_>>(),
        "settings": host.settings_to_json(),
    })
}

fn task_from_json(value: &Value, server: &Text) -> Task {
    let optional = |name| value.get(name).map(text);
    Task {
        id: text(&value["id"]),
        kind: text(&value["kind"]),
        form: optional("form").unwrap_or_else(|| "event".into()),
        host: optional("host").unwrap_or_else(|| server.clone()),
        source_host: optional("source_host"),
        reference: optional("interface").filter(|text| !text.is_empty()),
        reassign: value.get("reassign").map(Policy::from_json),
    }
}

fn task_to_json(task: &Task) -> Value {
    let mut table = Map::new();
    table.insert("id".into(), json!(task.id));
    table.insert("kind".into(), json!(task.kind));
    table.insert("form".into(), json!(task.form));
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
