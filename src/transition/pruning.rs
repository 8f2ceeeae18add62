//! How much of what they could look at planner, explanations and advice look at: a floor that has become too low yields
//! the same plans, later.

mod advice;
mod explanations;

use expect_test::expect;
use serde_json::{Value, json};

use crate::{
    site::{Site, work},
    transition::plan,
};

/// The digits of a number, each in a base of its own: which of so many cases it stands for.
struct Digits(usize);

impl Digits {
    fn next<const N: usize>(&mut self, cases: [Value; N]) -> Value {
        let case = self.0 % N;
        self.0 /= N;
        cases.into_iter().nth(case).unwrap()
    }
}

/// One of the sites with a host or two: ports in both columns, interfaces and what tasks name in every combination.
fn site(number: usize, hosts: usize) -> Value {
    let mut digits = Digits(number);
    let mut tasks = Vec::new();
    let hosts: Vec<Value> =
        (0..hosts).map(|host| one_host(host, &mut digits, &mut tasks)).collect();
    let kill = digits.next([json!("ftp"), json!("https")]);
    json!({
        "format_version": "1.0", "hosts": hosts, "tasks": tasks,
        "globals": [{ "user": "sesam", "key": "gv_conf_use_com_stpd_kill", "value": kill }],
    })
}

fn one_host(host: usize, digits: &mut Digits, tasks: &mut Vec<Value>) -> Value {
    let name = format!("h{host}");
    let text = |scheme: &str, port: u16| json!(format!("{scheme}://{name}:{port}"));
    let texts = [text("ftp", 11001), text("http", 11000), text("https", 11443)];
    for task in 0..2 {
        let [ftp, http, https] = texts.clone();
        let names = digits.next([ftp, http, https, json!(null)]);
        let task = json!({ "id": format!("t{host}{task}"), "kind": "backup", "host": name, "interface": names });
        tasks.push(without_nulls(&task));
    }
    let mut ports = || {
        let ftp = digits.next([json!(11001), json!("off")]);
        let http = digits.next([json!(11000), json!("off")]);
        json!({ "ftp": ftp, "http": http, "https": digits.next([json!("off"), json!(11443)]) })
    };
    let (configured, running) = (ports(), ports());
    let interfaces: Vec<Value> =
        texts.into_iter().filter(|_| digits.next([json!(true), json!(false)]) == true).collect();
    let role = if host == 0 { "server" } else { "rds" };
    json!({ "name": name, "role": role, "os": "linux", "configured": configured, "running": running,
            "interfaces": interfaces })
}

fn without_nulls(value: &Value) -> Value {
    let pairs = value.as_object().into_iter().flatten().filter(|(_, inside)| !inside.is_null());
    Value::Object(pairs.map(|(key, inside)| (key.clone(), inside.clone())).collect())
}

/// Every so many-th of the sites, each changed a little.
fn sites(hosts: usize, every: usize, change: impl Fn(&mut Value)) -> impl Iterator<Item = Site> {
    let all = if hosts == 1 { 1 << 14 } else { 1 << 27 };
    (0..all).step_by(every).map(move |number| {
        let mut json = site(number, hosts);
        change(&mut json);
        Site::of_json(&json)
    })
}

/// What planning them takes.
fn planning(hosts: usize, every: usize, change: impl Fn(&mut Value)) -> u64 {
    sites(hosts, every, change).map(|site| work::of(|| plan(&site))).sum()
}

fn table(figures: &[(&str, u64)]) -> String {
    let lines: Vec<String> =
        figures.iter().map(|(name, figure)| format!("{name}: {figure}\n")).collect();
    lines.concat()
}

fn push(json: &mut Value, pointer: &str, value: Value) {
    if let Some(list) = json.pointer_mut(pointer).and_then(Value::as_array_mut) {
        list.push(value);
    }
}

/// The first task names an interface from which it cannot go to HTTPS, or one that nobody entered.
fn named(interface: Value, text: &'static str) -> impl Fn(&mut Value) {
    move |json| {
        if interface != Value::Null {
            push(json, "/hosts/0/interfaces", interface.clone());
        }
        json["tasks"][0]["interface"] = json!(text);
    }
}

fn mask(json: &mut Value) {
    json["hosts"][0]["os"] = json!("windows");
    json["hosts"][0]["avx"] = json!("no");
}

fn set(json: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = json.pointer_mut(pointer) {
        *place = value;
    }
}

#[test]
fn the_planner_looks_no_further_than_it_did() {
    let odd = |key: &'static str, value: Value| move |json: &mut Value| json[key] = value.clone();
    let of_host = |key: &'static str, value: Value| {
        move |json: &mut Value| json["hosts"][0][key] = value.clone()
    };
    let number = |pointer: &'static str, number: u16| {
        move |json: &mut Value| {
            if json.pointer(pointer).is_some_and(|port| port != "off") {
                set(json, pointer, json!(number));
            }
        }
    };
    let waiver = json!([{ "host": "h0", "condition": "abort", "reason": "none runs" }]);
    let settings = json!([{ "key": "A", "value": "1" }]);
    let figures = [
        ("one host", planning(1, 3, |_| {})),
        ("two hosts", planning(2, 50_021, |_| {})),
        ("policy blank", planning(1, 11, odd("policy", json!({ "reassign": "blank" })))),
        ("http stays", planning(1, 11, odd("policy", json!({ "retire": ["ftp"] })))),
        ("ftp stays", planning(1, 11, odd("policy", json!({ "retire": ["http"] })))),
        ("excepted", planning(2, 100_003, odd("policy", json!({ "except_hosts": ["h0"] })))),
        ("waived", planning(1, 11, odd("waivers", waiver))),
        ("settings", planning(1, 11, odd("settings", settings.clone()))),
        (
            "masked, settings",
            planning(1, 11, |json| {
                mask(json);
                json["settings"] = settings.clone();
            }),
        ),
        ("windows", planning(1, 11, of_host("os", json!("windows")))),
        ("masked", planning(1, 11, mask)),
        ("ftp runs 12001", planning(1, 11, number("/hosts/0/running/ftp", 12001))),
        ("http runs 11443", planning(1, 11, number("/hosts/0/running/http", 11443))),
        ("ftp 11443", planning(1, 11, number("/hosts/0/configured/ftp", 11443))),
        (
            "two hosts, policy blank",
            planning(2, 100_003, odd("policy", json!({ "reassign": "blank" }))),
        ),
        (
            "source",
            planning(2, 100_003, |json| {
                json["tasks"][0]["kind"] = json!("replication");
                json["tasks"][0]["source_host"] = json!("h1");
            }),
        ),
    ];
    expect![[r#"
        one host: 3086641
        two hosts: 3311769
        policy blank: 929932
        http stays: 943452
        ftp stays: 1043359
        excepted: 1043784
        waived: 836434
        settings: 1070395
        masked, settings: 4148530
        windows: 2083121
        masked: 1905762
        ftp runs 12001: 858736
        http runs 11443: 886160
        ftp 11443: 1459212
        two hosts, policy blank: 3266739
        source: 1690229
    "#]]
    .assert_eq(&table(&figures));
}

#[test]
fn the_planner_looks_no_further_where_a_task_names_something_odd() {
    // Further tasks name what the first one names, and are to go elsewhere.
    let together = |to: &'static [Option<&str>]| {
        move |json: &mut Value| {
            for (nth, to) in to.iter().enumerate() {
                let mut task = json["tasks"][0].clone();
                task["id"] = json!(format!("together{nth}"));
                if let Some(to) = to {
                    task["reassign"] = json!(to);
                }
                push(json, "/tasks", task);
            }
        }
    };
    let figures = [
        ("smb named", planning(1, 11, named(json!("smb://h0"), "smb://h0"))),
        ("bare named", planning(1, 11, named(json!("h0"), "h0"))),
        (
            "smb named, ftp stays",
            planning(1, 11, |json| {
                json["policy"] = json!({ "retire": ["http"] });
                named(json!("smb://h0"), "smb://h0")(json);
            }),
        ),
        (
            "forwarded",
            planning(1, 11, {
                let forwarded = json!({ "url": "http://nat:8000", "listener": 11000 });
                named(forwarded, "http://nat:8000")
            }),
        ),
        ("dangling gone", planning(1, 11, named(Value::Null, "http://gone:11000"))),
        ("dangling 9443", planning(1, 11, named(Value::Null, "https://h0:9443"))),
        ("dangling http 11443", planning(1, 11, named(Value::Null, "http://h0:11443"))),
        (
            "targets of their own",
            planning(1, 11, together(&[Some("blank"), Some("https://h0:11443"), Some("blank")])),
        ),
        ("one has to stay", planning(1, 11, together(&[None, None, Some("https://h0:9443")]))),
    ];
    expect![[r#"
        smb named: 1255946
        bare named: 988937
        smb named, ftp stays: 9946708
        forwarded: 3378270
        dangling gone: 1019977
        dangling 9443: 936846
        dangling http 11443: 939700
        targets of their own: 1032921
        one has to stay: 1381407
    "#]]
    .assert_eq(&table(&figures));
}

/// What steps wait for is looked at once each, however many tasks leave an interface that stays.
#[test]
fn what_steps_wait_for_is_looked_at_once() {
    let listing = |tasks: usize| {
        let task = |at: usize| {
            // One cannot leave, so the interface stays.
            let to = if at == 0 { "https://h0:9443" } else { "secure" };
            json!({ "id": format!("t{at}"), "kind": "backup", "host": "h0", "interface": "http://h0:11000", "reassign": to })
        };
        let mut site = site(0, 1);
        site["tasks"] = (0..=tasks).map(task).collect();
        let site = Site::of_json(&site);
        let plan = plan(&site);
        let mut listed = Value::Null;
        let work = work::of(|| listed = json!(plan));
        assert!(listed["steps"].as_array().unwrap().len() > tasks);
        work
    };
    let (few, many) = (listing(100), listing(1_000));
    assert!(many < 11 * few, "{few} {many}");
}
