//! What an audit notes besides what is exposed and what is broken.

use serde_json::{Value, json};
use sesam_transport::safety::{Condition, Grade, Note, audit};

use crate::agreement::site_of;

fn site(more: &Value) -> Value {
    let mut site = json!({
        "format_version": "1.0",
        "hosts": [{ "name": "s", "role": "server", "os": "linux", "configured": { "https": 11443 },
                    "interfaces": ["https://s:11443"] }],
    });
    site.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    site
}

/// A waiver holds on its last day.
#[test]
fn a_waiver_has_expired_on_the_day_after_its_last() {
    let waiver = json!({ "host": "s", "condition": "abort", "reason": "r", "until": "2026-11-23" });
    let site = site_of(&site(&json!({ "waivers": [waiver] })));
    let host = site.server();
    let expired = || Note::WaiverExpired { host, until: "2026-11-23".to_owned() };
    for (date, is_expired) in [
        ("2026-11-22", false),
        ("2026-11-23", false),
        ("2026-11-24", true),
        ("2025-12-31", false),
        ("2027-01-01", true),
    ] {
        let audit = audit(&site).on_date(date);
        assert_eq!(audit.notes().contains(&expired()), is_expired, "{date}");
    }
}

/// Only the variable of the user `sesam` selects the transport of aborts; that of another looks as if it did.
#[test]
fn a_variable_for_aborts_of_another_user_is_noted() {
    let noted = |user: &str, key: &str| {
        let global = json!({ "user": user, "key": key, "value": "https" });
        let site = site_of(&site(&json!({ "globals": [global] })));
        let note = Note::KillOfOtherUser { user: user.to_owned() };
        audit(&site).notes().contains(&note)
    };
    assert!(noted("admin", "gv_conf_use_com_stpd_kill"));
    assert!(!noted("sesam", "gv_conf_use_com_stpd_kill"));
    assert!(!noted("admin", "gv_other"));
    assert!(!noted("sesam", "gv_other"));
}

/// A host with these facts beside its name, and what is noted of it.
fn notes_on(facts: &Value) -> Vec<Note> {
    let mut host = json!({ "name": "s", "role": "server", "os": "linux", "configured": { "https": 11443 },
                           "interfaces": ["https://s:11443"] });
    host.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    let wanted = json!([{ "key": "A", "value": "wanted" }]);
    let site = site_of(&site(&json!({ "hosts": [host], "settings": wanted })));
    audit(&site).notes().to_vec()
}

#[test]
fn what_is_odd_about_https_on_a_host_is_noted() {
    let host = site_of(&site(&json!({}))).server();
    let (none, needed) = (vec![], vec![Note::AvxNeeded(host)]);
    let running = json!({ "https": 11443 });
    let off = json!({});
    for (os, avx, running, notes) in [
        ("windows", "no", Some(&running), vec![Note::AvxContradicted(host)]),
        ("linux", "no", Some(&running), vec![Note::AvxContradicted(host)]),
        ("windows", "yes", Some(&running), none.clone()),
        ("windows", "unknown", Some(&running), none.clone()),
        ("windows", "no", Some(&off), vec![Note::HttpsMasked(host)]),
        ("windows", "no", None, vec![Note::HttpsMasked(host)]),
        ("windows", "unknown", None, needed.clone()),
        ("unknown", "unknown", None, needed.clone()),
        ("unknown", "no", None, needed.clone()),
        ("linux", "no", None, needed),
        ("windows", "yes", None, none.clone()),
        ("linux", "unknown", None, none.clone()),
        ("other", "unknown", None, none),
    ] {
        let mut facts = json!({ "os": os, "avx": avx });
        if let Some(running) = running {
            facts["running"] = running.clone();
        }
        let about_https = |note: &Note| !matches!(note, Note::PendingEdit(_));
        let found: Vec<Note> = notes_on(&facts).into_iter().filter(about_https).collect();
        assert_eq!(found, notes, "{facts}");
    }
    let told = |told: u16| notes_on(&json!({ "https_port": told }));
    assert_eq!(told(11443), []);
    let [Note::HttpsPortContradicted { told, counts, .. }] = told(8443)[..] else {
        panic!("a number that does not count is not noted")
    };
    assert_eq!((told.to_string(), counts.to_string()), ("8443".into(), "11443".into()));
}

#[test]
fn edits_that_are_still_to_be_loaded_are_noted() {
    let host = site_of(&site(&json!({}))).server();
    let setting = |configured: &str, running: &str| json!([{ "key": "A", "configured": configured, "running": running }]);
    for (facts, is_pending) in [
        (json!({ "running": { "https": 11443 } }), false),
        (json!({ "running": { "https": 11443, "http": 11000 } }), true),
        (json!({ "running": { "https": 8443 } }), true),
        (json!({ "settings": setting("old", "old") }), false),
        (json!({ "settings": setting("new", "old") }), true),
        (json!({ "running": { "https": 8443 }, "settings": setting("new", "old") }), true),
    ] {
        let notes = if is_pending { vec![Note::PendingEdit(host)] } else { vec![] };
        assert_eq!(notes_on(&facts), notes, "{facts}");
    }
}

#[test]
fn interfaces_that_nobody_can_read_and_that_are_the_same_are_noted() {
    let names = |interfaces: Value| -> Vec<&str> {
        let name = |note: &Note| match note {
            Note::OddInterface(_) => "odd",
            Note::SameEndpoint(..) => "same",
            _ => "another",
        };
        notes_on(&json!({ "interfaces": interfaces })).iter().map(name).collect()
    };
    assert_eq!(names(json!(["https://s:11443", "http://s:11000"])), [""; 0]);
    assert_eq!(names(json!(["https://s:11443", "smb://s"])), ["odd"]);
    assert_eq!(names(json!(["https://s:11443", "HTTPS://S:11443/"])), ["same"]);
    assert_eq!(names(json!(["smb://s", "smb://S", "https://s:11443"])), ["odd", "odd"]);
    assert_eq!(names(json!(["https://s:11443", "https://s:8443", "https://t:11443"])), [""; 0]);
}

/// Plan files and reports have these words.
#[test]
fn conditions_and_grades_have_words() {
    let conditions = [
        (Condition::Precondition, "precondition"),
        (Condition::Route, "route"),
        (Condition::Abort, "abort"),
        (Condition::Listener, "listener"),
        (Condition::Interface, "interface"),
        (Condition::Distinct, "distinct"),
        (Condition::Exposure, "exposure"),
    ];
    for (condition, word) in conditions {
        assert_eq!((condition.as_str(), &*condition.to_string()), (word, word));
    }
    for grade in [Grade::All, Grade::Some, Grade::Maybe, Grade::None, Grade::Yes, Grade::No] {
        assert_eq!(grade.to_string(), grade.as_str());
    }
}
