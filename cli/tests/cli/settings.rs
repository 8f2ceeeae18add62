//! Settings on the command line.

use expect_test::expect;

use crate::binary::{Folder, sesam};

const GADGET: &str = "examples/gadgets/settings.toml";

#[test]
fn the_audit_shows_what_is_wanted_and_what_there_is() {
    let ended = sesam(["audit", GADGET]).ends();
    expect![""].assert_eq(&ended.to_string());
}

#[test]
fn the_plan_writes_settings_before_the_restart_that_comes_anyway() {
    let ended = sesam(["plan", GADGET]).ends();
    expect![""].assert_eq(&ended.to_string());
}

/// A site whose settings stand in a file.
fn site_with_file() -> Folder {
    let folder = Folder::new();
    folder.file(
        "site.toml",
        r#"format_version = "1.0"
[[hosts]]
name = "s"
role = "server"
os = "linux"
stpd_ini = "stpd.ini"
interfaces = ["https://s:11443"]
[[globals]]
key = "gv_conf_use_com_stpd_kill"
user = "sesam"
value = "https"
[[settings]]
key = "STPD_TLS_MINIMUM"
value = "1.2"
"#,
    );
    folder.file("stpd.ini", "[STPD_Server]\r\nSTPD_HTTPS_PORT=11443\r\n#STPD_TLS_MINIMUM=1.0");
    folder
}

#[test]
fn a_file_step_knows_the_bytes_before_and_after() {
    let folder = site_with_file();
    let ask = |arguments: &[&str]| sesam(arguments).inside(&folder).ends();
    let audit = ask(&["audit", "site.toml", "--format", "json"]).with_status(1).json();
    let expected = serde_json::json!([{
        "kind": "setting", "host": "s", "section": "STPD_Server", "key": "STPD_TLS_MINIMUM",
        "in_goal": true, "place": { "file": "stpd.ini", "line": 3, "column": 1 },
    }]);
    assert_eq!(audit["exposures"], expected);
    let plan =
        ask(&["plan", "site.toml", "-o", "plan.json", "--format", "json"]).with_status(0).json();
    let steps = plan["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 2);
    expect![""].assert_eq(&serde_json::to_string_pretty(&steps[0]).unwrap());
    let back = ask(&["rollback", "site.toml", "plan.json", "--after", "2", "--format", "json"]);
    let back = back.with_status(0).json();
    let last = back["steps"].as_array().unwrap().last().unwrap();
    expect![[r#"{"host":"s","key":"STPD_TLS_MINIMUM","section":"STPD_Server","type":"set-ini","value":{"state":"absent"}}"#]]
        .assert_eq(&last["action"].to_string());
    assert_eq!(last["file"]["sha256_after"], steps[0]["file"]["sha256_before"]);
    ask(&["simulate", "site.toml", "plan.json", "-o", "end.toml"]).with_status(0);
    expect![""].assert_eq(std::str::from_utf8(&folder.bytes("end.toml")).unwrap());
    ask(&["audit", "end.toml"]).with_status(0);
    ask(&["check", "site.toml", "plan.json"]).with_status(0);
}

#[test]
fn the_way_back_is_told_in_words() {
    let folder = site_with_file();
    let ask = |arguments: &[&str]| sesam(arguments).inside(&folder).ends();
    ask(&["plan", "site.toml", "-o", "plan.json"]).with_status(0);
    let back = ask(&["rollback", "site.toml", "plan.json", "--after", "2"]);
    expect![""].assert_eq(&back.to_string());
}

#[test]
fn a_plan_that_writes_something_else_is_refused() {
    let folder = site_with_file();
    let step = |key: &str, value: &str| {
        format!(
            "[[steps]]\naction = {{ type = \"set-ini\", host = \"s\", section = \"STPD_Server\", key = \"{key}\", value = \"{value}\" }}\n"
        )
    };
    folder.file("other.toml", step("STPD_TLS_MINIMUM", "1.1"));
    folder.file("port.toml", step("STPD_PORT", "11001"));
    for plan in ["other.toml", "port.toml"] {
        let ended = sesam(["check", "site.toml", plan]).inside(&folder).ends();
        assert_eq!(ended.status, 1);
        println!("{ended}");
    }
    let ended = sesam(["check", "site.toml", "other.toml"]).inside(&folder).ends();
    expect![""].assert_eq(&ended.to_string());
    let ended = sesam(["check", "site.toml", "port.toml"]).inside(&folder).ends();
    expect![""].assert_eq(&ended.to_string());
}
