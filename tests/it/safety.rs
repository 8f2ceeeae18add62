//! What an audit notes besides what is exposed and what is broken.

use serde_json::{Value, json};
use sesam_transport::safety::{Note, audit};

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
