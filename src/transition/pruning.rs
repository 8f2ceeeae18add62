//! How much of what it could look at the planner looks at: a floor that has become too low yields the same plans, later.

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::{Value, json};

use crate::{
    site::{Site, work},
    transition::{ActionDocument, Direction, PlanDocument, check, plan, repair},
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

/// What explaining their plans takes.
fn explaining(hosts: usize, every: usize, change: impl Fn(&mut Value)) -> u64 {
    sites(hosts, every, change).map(|site| work::of(|| plan(&site).explanation().untried)).sum()
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
        ("settings", planning(1, 11, odd("settings", settings))),
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
        one host: 3072101
        two hosts: 3297877
        policy blank: 927562
        http stays: 940749
        ftp stays: 1039465
        excepted: 1036055
        waived: 832462
        settings: 1066428
        windows: 2078661
        masked: 1901302
        ftp runs 12001: 854754
        http runs 11443: 882178
        ftp 11443: 1455546
        two hosts, policy blank: 3267436
        source: 1683174
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
        smb named: 1254143
        bare named: 985448
        smb named, ftp stays: 9968178
        forwarded: 3382076
        dangling gone: 1016302
        dangling 9443: 932916
        dangling http 11443: 935770
        targets of their own: 1030074
        one has to stay: 1379875
    "#]]
    .assert_eq(&table(&figures));
}

/// A guess at what holds a part back that is wider or narrower than it need be comes to the same, later.
#[test]
fn explanations_look_no_further_than_they_did() {
    let odd = |key: &'static str, value: Value| move |json: &mut Value| json[key] = value.clone();
    let of_port =
        |pointer: &'static str| move |json: &mut Value| set(json, pointer, json!("unknown"));
    let figures = [
        ("masked", explaining(1, 509, mask)),
        (
            "masked, policy blank",
            explaining(2, 8_000_009, |json| {
                mask(json);
                json["policy"] = json!({ "reassign": "blank" });
            }),
        ),
        (
            "masked, settings",
            explaining(1, 509, |json| {
                mask(json);
                json["settings"] =
                    json!([{ "key": "A", "value": "1" }, { "key": "B", "value": "2" }]);
            }),
        ),
        (
            "masked, source",
            explaining(2, 8_000_009, |json| {
                mask(json);
                json["tasks"][2]["kind"] = json!("replication");
                json["tasks"][2]["source_host"] = json!("h0");
            }),
        ),
        (
            "server excepted",
            explaining(2, 8_000_009, odd("policy", json!({ "except_hosts": ["h0"] }))),
        ),
        ("ftp running unknown", explaining(1, 509, of_port("/hosts/0/running/ftp"))),
        ("http configured unknown", explaining(1, 509, of_port("/hosts/0/configured/http"))),
        ("https configured unknown", explaining(1, 509, of_port("/hosts/0/configured/https"))),
        ("smb named", explaining(1, 509, named(json!("smb://h0"), "smb://h0"))),
        ("dangling gone", explaining(1, 509, named(Value::Null, "http://gone:11000"))),
        (
            "number taken",
            explaining(1, 509, |json| {
                json["hosts"][0]["https_port"] = json!(11001);
                set(json, "/hosts/0/running/https", json!("off"));
                set(json, "/hosts/0/configured/https", json!("off"));
            }),
        ),
    ];
    expect![[r#"
        masked: 135957
        masked, policy blank: 524350
        masked, settings: 236863
        masked, source: 284063
        server excepted: 33616
        ftp running unknown: 66334
        http configured unknown: 29791
        https configured unknown: 29011
        smb named: 210771
        dangling gone: 140930
        number taken: 182080
    "#]]
    .assert_eq(&table(&figures));
}

/// So many hosts that none of them can serve HTTPS that not everything can be tried.
#[test]
fn what_is_tried_on_large_sites_is_what_was() {
    let host = |at: usize| {
        let texts =
            [format!("http://h{at}:11000"), format!("h{at}"), format!("https://h{at}:11443")];
        json!({
            "name": format!("h{at}"), "role": if at == 0 { "server" } else { "rds" },
            "os": if at == 0 { "linux" } else { "windows" }, "avx": "no",
            "configured": { "ftp": 11001, "http": 11000, "https": 11443 }, "interfaces": texts,
        })
    };
    let task = |at: usize| {
        let host = format!("h{at}");
        json!({ "id": format!("t{at}"), "kind": "backup", "host": host, "interface": host })
    };
    let of = |hosts: usize| {
        Site::of_json(&json!({
            "format_version": "1.0", "hosts": (0..hosts).map(host).collect::<Vec<_>>(),
            "tasks": (0..hosts).map(task).collect::<Vec<_>>(),
        }))
    };
    let lines: Vec<String> = [2, 4, 5, 6, 30, 700]
        .map(|hosts| {
            let site = of(hosts);
            let work = work::of(|| plan(&site).explanation().untried);
            let plan = plan(&site);
            let explanation = plan.explanation();
            let untried: usize = explanation.blocked.iter().map(|blocked| blocked.untried).sum();
            let certain = explanation.blocked.iter().map(|blocked| blocked.certainty.to_string());
            let certain: BTreeSet<String> = certain.collect();
            let longest =
                explanation.choices.iter().map(|choice| &*choice.text).max_by_key(|it| it.len());
            let untried = [untried, explanation.untried];
            format!("{hosts}: {work} {untried:?} {certain:?}\n  {}\n", longest.unwrap_or_default())
        })
        .into();
    expect![[r#"
        2: 41869 [0, 0] {"this alone holds it back"}
          give `h0` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`
        4: 198430 [0, 0] {"this alone holds it back"}
          give `h3` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`, `h1` and `h2`
        5: 333031 [0, 0] {"this alone holds it back"}
          give `h4` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`, `h1`, `h2` and `h3`
        6: 507957 [0, 0] {"this alone holds it back"}
          give `h5` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`, `h1`, `h2` and 2 more
        30: 16319055 [0, 0] {"this alone holds it back"}
          give `h9` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`, `h1`, `h10` and 26 more
        700: 87735445 [9488, 753] {"the site is too large to confirm it", "the site is too large to find out whether all of it matters", "this alone holds it back"}
          take `h1`, `h10`, `h100` and 696 more out of the site, tasks included; give `h0` a processor with AVX (a virtual machine often needs only another CPU model)
    "#]].assert_eq(&lines.concat());
}

/// So many steps that come too early that not each can be helped; what waits comes later.
#[test]
fn as_many_steps_are_helped_as_were() {
    const HOSTS: usize = 600;
    let host = |at: usize| {
        json!({
            "name": format!("h{at}"), "role": if at == 0 { "server" } else { "rds" }, "os": "linux",
            "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
            "interfaces": [format!("http://h{at}:11000"), format!("https://h{at}:11443")],
        })
    };
    let task = |at: usize| json!({ "id": format!("t{at}"), "kind": "backup", "interface": format!("http://h{at}:11000"), "host": format!("h{at}") });
    let site = Site::of_json(&json!({
        "format_version": "1.0", "hosts": (0..HOSTS).map(host).collect::<Vec<_>>(),
        "tasks": (0..HOSTS).map(task).collect::<Vec<_>>(),
        "settings": [{ "key": "A", "value": "1", "hosts": (0..100).map(|at| format!("h{at}")).collect::<Vec<_>>() }],
    }));
    let removals = (0..HOSTS).map(|at| ActionDocument::RemoveInterface {
        host: format!("h{at}").into(),
        interface: format!("http://h{at}:11000").into(),
    });
    let given = PlanDocument::new(Direction::Forward, removals);
    let work = work::of(|| repair(&site, &given).map(drop));
    let repaired = repair(&site, &given).unwrap();
    let helped = repaired.changes().iter().filter(|change| change.before.is_some()).count();
    let figures = format!("{work} {helped} {}", repaired.changes().len());
    expect!["157339801 383 2718"].assert_eq(&figures);
}

/// The advice for one step that comes too early: an interface goes that so many of all tasks still name.
#[test]
fn advice_looks_no_further_than_it_did() {
    let figures = [(3, 64), (3, 65), (100, 4_600), (4_600, 4_600)].map(|(on_ftp, tasks)| {
        let text = |at: usize| if at < on_ftp { "ftp://s:11001" } else { "http://s:11000" };
        let task =
            |at: usize| json!({ "id": format!("t{at}"), "kind": "backup", "interface": text(at) });
        let site = Site::of_json(&json!({
            "format_version": "1.0", "tasks": (0..tasks).map(task).collect::<Vec<_>>(),
            "hosts": [{
                "name": "s", "role": "server", "os": "linux",
                "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
                "interfaces": ["ftp://s:11001", "http://s:11000", "https://s:11443"],
            }],
        }));
        let removal =
            ActionDocument::RemoveInterface { host: "s".into(), interface: "ftp://s:11001".into() };
        let given = PlanDocument::new(Direction::Forward, [removal]);
        let work = work::of(|| check(&site, &given).map(drop));
        format!("{on_ftp} of {tasks}: {work}\n")
    });
    expect![[r#"
        3 of 64: 1886630
        3 of 65: 4758
        100 of 4600: 10126448
        4600 of 4600: 235552
    "#]]
    .assert_eq(&figures.concat());
}
