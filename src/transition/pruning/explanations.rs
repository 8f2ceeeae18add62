//! What explanations of partial plans look at.

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::{Value, json};

use super::{mask, named, set, sites, table};
use crate::{
    site::{Site, work},
    transition::plan,
};

/// What explaining their plans takes.
fn explaining(hosts: usize, every: usize, change: impl Fn(&mut Value)) -> u64 {
    sites(hosts, every, change).map(|site| work::of(|| plan(&site).explanation().untried)).sum()
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
        masked: 136334
        masked, policy blank: 524760
        masked, settings: 237227
        masked, source: 284658
        server excepted: 33787
        ftp running unknown: 66520
        http configured unknown: 29956
        https configured unknown: 29164
        smb named: 211332
        dangling gone: 141418
        number taken: 182445
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
            let plan = plan(&site);
            let work = work::of(|| plan.explanation().untried);
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
        2: 40642 [0, 0] {"this alone holds it back"}
          give `h0` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`
        4: 196515 [0, 0] {"this alone holds it back"}
          give `h3` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`, `h1` and `h2`
        5: 330946 [0, 0] {"this alone holds it back"}
          give `h4` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`, `h1`, `h2` and `h3`
        6: 505846 [0, 0] {"this alone holds it back"}
          give `h5` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`, `h1`, `h2` and 2 more
        30: 16354228 [0, 0] {"this alone holds it back"}
          give `h9` a processor with AVX (a virtual machine often needs only another CPU model); give up aborting running transfers on `h0`, `h1`, `h10` and 26 more
        700: 87593244 [9488, 753] {"the site is too large to confirm it", "the site is too large to find out whether all of it matters", "this alone holds it back"}
          take `h1`, `h10`, `h100` and 696 more out of the site, tasks included; give `h0` a processor with AVX (a virtual machine often needs only another CPU model)
    "#]].assert_eq(&lines.concat());
}
