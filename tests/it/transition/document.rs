//! Plan files: what is read and what is refused.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use sesam_transport::{
    site::{Faults, Format, PortNumber, PortState, SettingValue, Source, Transport},
    transition::{ActionDocument, Direction, Exposed, Outcome, PlanDocument, Probe, Wave},
};

use crate::site::round_trip::damaged;

fn read(text: &str, format: Format) -> Result<PlanDocument<'_>, Faults> {
    PlanDocument::read(&Source::new(text.as_bytes(), format)?)
}

#[track_caller]
fn shown(text: &str, format: Format, expected: Expect) {
    let faults = read(text, format).expect_err("the plan is refused");
    let lines: Vec<_> =
        faults.listed().iter().map(|fault| fault.in_file("plan").to_string()).collect();
    expected.assert_eq(&lines.join("\n"));
}

/// A plan in JSON with one step that does `action`.
#[track_caller]
fn refused(action: &str, expected: Expect) {
    shown(
        &format!("{{\"format_version\": \"1.0\", \"steps\": [{{\"action\":\n{action}}}]}}"),
        Format::Json,
        expected,
    );
}

fn port(number: u16) -> PortNumber {
    PortNumber::new(number).unwrap()
}

/// Every action with all its keys.
fn actions() -> Vec<(&'static str, ActionDocument<'static>)> {
    let host = || "h".into();
    let interface = || "https://h:11443".into();
    vec![
        (
            r#"{"type":"enable-port","host":"h","transport":"https","port":11443}"#,
            ActionDocument::EnablePort {
                host: host(),
                transport: Transport::Https,
                port: port(11443),
            },
        ),
        (r#"{"type":"restart","host":"h"}"#, ActionDocument::Restart { host: host() }),
        (
            r#"{"type":"add-interface","host":"h","interface":"https://h:11443"}"#,
            ActionDocument::AddInterface {
                host: host(),
                interface: interface(),
                listener: None,
                position: None,
            },
        ),
        (
            r#"{"type":"add-interface","host":"h","interface":"https://h:11443","listener":5,"position":0}"#,
            ActionDocument::AddInterface {
                host: host(),
                interface: interface(),
                listener: Some(port(5)),
                position: Some(0),
            },
        ),
        (
            r#"{"type":"set-kill","value":"https"}"#,
            ActionDocument::SetKill { value: Some("https".into()) },
        ),
        (r#"{"type":"set-kill","value":null}"#, ActionDocument::SetKill { value: None }),
        (
            r#"{"type":"reassign","task":"t","interface":""}"#,
            ActionDocument::Reassign { task: "t".into(), interface: "".into() },
        ),
        (
            r#"{"type":"remove-interface","host":"h","interface":"https://h:11443"}"#,
            ActionDocument::RemoveInterface { host: host(), interface: interface() },
        ),
        (
            r#"{"type":"disable-port","host":"h","transport":"ftp"}"#,
            ActionDocument::DisablePort { host: host(), transport: Transport::Ftp },
        ),
        (
            r#"{"type":"set-ini","host":"h","section":"STPD_Server","key":"K","value":"v"}"#,
            ActionDocument::SetIni {
                host: host(),
                section: "STPD_Server".into(),
                key: "K".into(),
                value: "v".into(),
            },
        ),
        (
            r#"{"type":"restore-ports","host":"h","ftp":11001,"http":"off","https":"unknown"}"#,
            ActionDocument::RestorePorts {
                host: host(),
                ftp: PortState::On(port(11001)),
                http: PortState::Off,
                https: PortState::Unknown,
            },
        ),
    ]
}

#[test]
fn a_setting_that_goes_is_written_as_a_table() {
    let text =
        r#"{"type":"set-ini","host":"h","section":"S","key":"K","value":{"state":"absent"}}"#;
    let action = ActionDocument::SetIni {
        host: "h".into(),
        section: "S".into(),
        key: "K".into(),
        value: SettingValue::Absent,
    };
    assert_eq!(serde_json::to_string(&action).unwrap(), text);
    let plan = format!("{{\"steps\":[{{\"action\":{text}}}]}}");
    assert_eq!(read(&plan, Format::Json).unwrap().steps[0].action, action);
}

#[test]
fn every_action_is_read_and_written() {
    for (text, action) in actions() {
        assert_eq!(serde_json::to_string(&action).unwrap(), text);
        let plan = format!("{{\"format_version\":\"1.0\",\"steps\":[{{\"action\":{text}}}]}}");
        let expected = PlanDocument::new(Direction::Forward, [action]);
        assert_eq!(read(&plan, Format::Json).unwrap(), expected, "{text}");
        // The key that tells the type may stand anywhere.
        let last = text.replacen("\"type\":", "\"x\":", 1).replace('}', "");
        let kind = text.split('"').nth(3).unwrap();
        let last = last.replacen(&format!("\"x\":\"{kind}\","), "", 1);
        let moved = plan.replace(text, &format!("{last},\"type\":\"{kind}\"}}"));
        assert_eq!(read(&moved, Format::Json).unwrap(), expected, "{moved}");
    }
}

#[test]
fn a_key_that_an_action_does_not_have_is_refused_and_so_is_one_that_is_missing() {
    for (text, _) in actions() {
        let plan = |action: &str| {
            format!("{{\"format_version\":\"1.0\",\"steps\":[{{\"action\":{action}}}]}}")
        };
        for more in [r#","quick":1}"#, r#","quick":null}"#] {
            let faults = read(&plan(&text.replace('}', more)), Format::Json).unwrap_err();
            assert_eq!(faults.count(), 1, "{text}: {faults:?}");
        }
        let keys = text.trim_matches(['{', '}']).split(',');
        for key in keys.filter(|key| {
            !["\"listener\"", "\"position\""].iter().any(|optional| key.starts_with(optional))
        }) {
            let fewer =
                text.replacen(key, "", 1).replace(",,", ",").replace("{,", "{").replace(",}", "}");
            let faults = read(&plan(&fewer), Format::Json).unwrap_err();
            assert_eq!(faults.count(), 1, "{fewer}: {faults:?}");
        }
    }
}

/// Keys that actions, probes and exposures have, each with a value that it may have.
const KEYS: [(&str, &str); 14] = [
    ("host", "\"h\""),
    ("transport", "\"http\""),
    ("port", "11000"),
    ("interface", "\"http://h:11000\""),
    ("listener", "11000"),
    ("position", "1"),
    ("value", "\"1\""),
    ("task", "\"t\""),
    ("section", "\"S\""),
    ("key", "\"K\""),
    ("ftp", "11001"),
    ("http", "11000"),
    ("https", "11443"),
    ("column", "\"now\""),
];

/// What is one of several kinds has no key of another one: each that is not among those it may have is refused.
#[track_caller]
fn has_no_other_key(object: &str, optional: &[&str], plan: impl Fn(&str) -> String) {
    read(&plan(object), Format::Json).unwrap();
    for (key, value) in KEYS {
        if object.contains(&format!("\"{key}\":")) || optional.contains(&key) {
            continue;
        }
        let more = object.replace('}', &format!(",\"{key}\":{value}}}"));
        assert!(read(&plan(&more), Format::Json).is_err(), "{more}");
    }
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let with = |part: &str, value: &str| {
        format!(
            "{{\"format_version\":\"1.0\",\"steps\":[{{\"action\":{{\"type\":\"restart\",\"host\":\"h\"}},\"{part}\":{value}}}]}}"
        )
    };
    for (action, _) in actions() {
        let of_kind: &[&str] =
            if action.contains("add-interface") { &["listener", "position"] } else { &[] };
        has_no_other_key(action, of_kind, |action| {
            format!("{{\"format_version\":\"1.0\",\"steps\":[{{\"action\":{action}}}]}}")
        });
    }
    for exposure in [
        r#"{"kind":"port","host":"h","transport":"ftp"}"#,
        r#"{"kind":"interface","host":"h","interface":"h"}"#,
        r#"{"kind":"task","task":"t"}"#,
        r#"{"kind":"kill"}"#,
        r#"{"kind":"setting","host":"h","section":"S","key":"K"}"#,
    ] {
        has_no_other_key(exposure, &[], |exposure| {
            with("because", &format!("{{\"removes\":[{exposure}]}}"))
        });
    }
    for probe in [
        r#"{"type":"port-open","host":"h","transport":"ftp","port":11001}"#,
        r#"{"type":"port-closed","host":"h","transport":"ftp","port":11001}"#,
        r#"{"type":"configured-is","host":"h","ftp":11001,"http":11000,"https":11443}"#,
        r#"{"type":"interface-present","host":"h","interface":"h"}"#,
        r#"{"type":"interface-absent","host":"h","interface":"h"}"#,
        r#"{"type":"reference-is","task":"t","interface":"h"}"#,
        r#"{"type":"kill-is","value":"https"}"#,
        r#"{"type":"setting-is","host":"h","column":"now","section":"S","key":"K","value":"1"}"#,
    ] {
        has_no_other_key(probe, &[], |probe| with("probe", probe));
    }
}

#[test]
fn what_the_planner_writes_is_read() {
    let text = r#"{ "format_version": "1.0", "direction": "rollback", "site_fingerprint": "sha256:00",
  "outcome": "partial", "summary": { "steps": 1, "restarts": 0, "exposures_before": 11, "exposures_after": 10 },
  "steps": [ { "id": 1, "wave": "set-kill", "action": { "type": "set-kill", "value": "https" },
      "because": {"removes": [{"kind": "kill", "text": "aborts over FTP"}], "text": "no longer exposed"},
      "probe": {"type": "kill-is", "value": "https", "text": "the variable is `https`"},
      "file": {"path": "a", "sha256_before": "b", "sha256_after": "c"},
      "needs": [3, 4], "undo": { "type": "set-kill", "value": "ftp" }, "exposures_after": 10 },
    { "action": { "type": "restart", "host": "h" }, "undo": null, "id": null } ],
  "blocked": [ { "goal": { "https": "h" }, "cause": [], "options": [] } ], "kept": [] }"#;
    let plan = read(text, Format::Json).unwrap();
    assert_eq!(plan.direction, Direction::Rollback);
    assert_eq!(plan.site_fingerprint.as_deref(), Some("sha256:00"));
    let step = &plan.steps[0];
    assert_eq!((step.id, step.exposures_after), (Some(1), Some(10)));
    assert_eq!(step.wave, Some(Wave::SetKill));
    assert_eq!(step.needs.as_deref(), Some(&[3, 4][..]));
    let undo = ActionDocument::SetKill { value: Some("ftp".into()) };
    assert_eq!(step.undo, Some(Some(Box::new(undo))));
    assert_eq!(step.because.as_ref().unwrap().removes, Some(vec![Exposed::Kill]));
    assert_eq!(step.probe, Some(Some(Box::new(Probe::KillIs { value: Some("https".into()) }))));
    assert_eq!(step.file.as_ref().unwrap().path, "a");
    assert_eq!(plan.steps[1].undo, Some(None), "null says that there is none");
    assert_eq!(plan.steps[1].needs, None, "nothing is said");
    assert_eq!(plan.outcome, Some(Outcome::Partial));
    assert_eq!(plan.blocked.as_ref().unwrap()[0].goal.https.as_deref(), Some("h"));
}

#[test]
fn plans_may_be_written_in_toml() {
    let text = "format_version = \"1.0\"\n[[steps]]\naction = { type = \"restart\", host = \"h\" }\n[[steps]]\n[steps.action]\ntype = \"set-kill\"\nvalue = \"https\"\n";
    let plan = read(text, Format::Toml).unwrap();
    let expected = [
        ActionDocument::Restart { host: "h".into() },
        ActionDocument::SetKill { value: Some("https".into()) },
    ];
    assert_eq!(plan, PlanDocument::new(Direction::Forward, expected));
    shown(
        &text.replace("restart", "restat"),
        Format::Toml,
        expect![
            "plan:3:19: `restat` is not known here; did you mean `restart`? expected `enable-port`, `restart`, `add-interface`, `set-kill`, `reassign`, `remove-interface`, `disable-port`, `set-ini` or `restore-ports`"
        ],
    );
    shown(
        &text.replace("value", "val"),
        Format::Toml,
        expect!["plan:7:1: there is no key `val` here; did you mean `value`?"],
    );
}

#[test]
fn an_unknown_action() {
    refused(
        r#"{"type": "enable_port", "host": "h"}"#,
        expect![
            "plan:2:10: `enable_port` is not known here; did you mean `enable-port`? expected `enable-port`, `restart`, `add-interface`, `set-kill`, `reassign`, `remove-interface`, `disable-port`, `set-ini` or `restore-ports`"
        ],
    );
    refused(
        r#"{"type": "reboot", "host": "h"}"#,
        expect![
            "plan:2:10: `reboot` is not known here; expected `enable-port`, `restart`, `add-interface`, `set-kill`, `reassign`, `remove-interface`, `disable-port`, `set-ini` or `restore-ports`"
        ],
    );
    refused(
        r#"{"type": 3, "host": "h"}"#,
        expect![
            "plan:2:10: expected `enable-port`, `restart`, `add-interface`, `set-kill`, `reassign`, `remove-interface`, `disable-port`, `set-ini` or `restore-ports`, found a number"
        ],
    );
    refused(
        r#"{"host": "h"}"#,
        expect![
            "plan:2:1: the key `type` is missing; expected `enable-port`, `restart`, `add-interface`, `set-kill`, `reassign`, `remove-interface`, `disable-port`, `set-ini` or `restore-ports`"
        ],
    );
    refused(r#""restart""#, expect!["plan:2:1: expected a table, found a string"]);
}

#[test]
fn a_fault_in_an_action() {
    refused(
        r#"{"type": "enable-port", "host": "h", "transport": "ftps", "port": 0}"#,
        expect![[r#"
        plan:2:51: `ftps` is not known here; did you mean `ftp`? expected `ftp`, `http` or `https`
        plan:2:67: `0` is out of range; expected a whole number from 1 to 65535"#]],
    );
    refused(
        r#"{"type": "restart", "hots": "h"}"#,
        expect!["plan:2:21: there is no key `hots` here; did you mean `host`?"],
    );
    refused(
        r#"{"type": "restart", "host": "h", "port": 1}"#,
        expect!["plan:2:34: there is no key `port` here; the keys are `host` and `type`"],
    );
    refused(
        r#"{"type": "restart", "host": "h", "port": null}"#,
        expect!["plan:2:34: there is no key `port` here; the keys are `host` and `type`"],
    );
    refused(
        r#"{"type": "restart", "host": "h", "host": "g"}"#,
        expect!["plan:2:34: the key `host` is there twice; the first is in line 2"],
    );
    refused(
        r#"{"type": "set-kill"}"#,
        expect!["plan:2:1: the key `value` is missing; expected a string"],
    );
    refused(
        r#"{"type": "set-ini", "host": "h", "section": "s", "key": "k", "value": null}"#,
        expect!["plan:2:71: expected a string or a table, found null"],
    );
    refused(
        r#"{"type": "set-ini", "host": "h", "section": "s", "key": "k", "value": {"state": "gone"}}"#,
        expect!["plan:2:81: `gone` is not known here; expected `absent` or `unknown`"],
    );
    refused(
        r#"{"type": "set-kill", "value": {"state": "absent"}}"#,
        expect!["plan:2:31: expected a string, found a table"],
    );
    refused(
        r#"{"type": "add-interface", "host": "h", "interface": "i", "position": -1}"#,
        expect!["plan:2:70: `-1` is out of range; expected a whole number"],
    );
    refused(
        r#"{"type": "restore-ports", "host": "h", "ftp": "on", "http": "off", "https": 70000}"#,
        expect![[r#"
        plan:2:47: `on` is not known here; expected a whole number from 1 to 65535, `off` or `unknown`
        plan:2:77: `70000` is out of range; expected a whole number from 1 to 65535, `off` or `unknown`"#]],
    );
}

#[test]
fn a_fault_around_actions() {
    let json = |text, expected| shown(text, Format::Json, expected);
    json("{}", expect!["plan:1:1: the key `steps` is missing; expected a list"]);
    json(
        r#"{"format_version": "1.0", "steps": [{}, 5, {"action": {"type": "restart", "host": "h"}, "undo": {"type": "x"}, "needs": "1"}]}"#,
        expect![[r#"
        plan:1:37: the key `action` is missing; expected a table
        plan:1:41: expected a table, found a number
        plan:1:106: `x` is not known here; expected `enable-port`, `restart`, `add-interface`, `set-kill`, `reassign`, `remove-interface`, `disable-port`, `set-ini` or `restore-ports`
        plan:1:121: expected a list, found a string"#]],
    );
    json(
        r#"{"format_version": "1.0", "direction": "back", "stepps": []}"#,
        expect![[r#"
        plan:1:40: `back` is not known here; expected `forward` or `rollback`
        plan:1:48: there is no key `stepps` here; did you mean `steps`?"#]],
    );
    json(
        r#"{"format_version": "2.0", "stages": []}"#,
        expect![
            "plan:1:20: `2.0` is not a format version that can be read here; expected `1.0` or a later `1.x`"
        ],
    );
    json(
        r#"{"format_version": "1.0", "steps": [}"#,
        expect!["plan:1:37: this is not JSON: expected value"],
    );
}

#[test]
fn unknown_keys_of_a_newer_minor_version_are_ignored() {
    let text = r#"{"format_version": "1.3", "mood": 1, "steps": [{"action": {"type": "restart", "host": "h", "gently": true}}]}"#;
    let plan = read(text, Format::Json).unwrap();
    assert_eq!(plan.steps[0].action, ActionDocument::Restart { host: "h".into() });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_plan_is_read_or_refused(bytes in damaged(long_plan())) {
        let plan = Source::new(&bytes, Format::Json).and_then(|source| PlanDocument::read(&source));
        if let Err(faults) = plan {
            prop_assert!(faults.count() > 0);
            prop_assert!(faults.listed().iter().all(|fault| fault.position.is_some()));
        }
    }
}

/// A plan with every action.
fn long_plan() -> String {
    let steps: Vec<_> =
        actions().into_iter().map(|(text, _)| format!("{{\"action\":{text}}}")).collect();
    format!("{{\"format_version\":\"1.0\",\"steps\":[{}]}}", steps.join(",\n"))
}
