//! Settings on the command line.

use expect_test::expect;

use crate::binary::{Folder, sesam};

const GADGET: &str = "examples/gadgets/settings.toml";

#[test]
fn the_audit_shows_what_is_wanted_and_what_there_is() {
    let ended = sesam(["audit", GADGET]).ends();
    expect![[r#"
        Ports that are open, or may be
          host                transport  stpd.ini  running  place
          backup.example.com  HTTP       11000     11000

        Interfaces that use FTP or HTTP, or may
          host                interface
          backup.example.com  http://backup.example.com:11000

        Tasks and events in the way
          name          what          host                why
          nightly-mail  backup event  backup.example.com  names http://backup.example.com:11000

        Settings that are not as wanted
          host                setting           wanted  stpd.ini  running  place
          backup.example.com  STPD_TLS_MINIMUM  1.2     absent    absent
          rds1.example.com    STPD_TLS_MINIMUM  1.2     1.0       1.0

        Not visible here
          Interfaces that are named outside the database: `sbc -S` in scripts, parameter files of agents, and
          defaults of a user for a drive group. Other plaintext: Si3 ports, REST on 11401, control connections
          (CTRL on 11301). Firewalls between the hosts.

        5 exposures.
        [status] 1
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn the_plan_writes_settings_before_the_restart_that_comes_anyway() {
    let ended = sesam(["plan", GADGET]).ends();
    expect![[r#"
        Before you start: clients must reach these addresses and ports (firewalls often lack 11443)
          backup.example.com  backup.example.com:11443

        Wave 1: write settings to stpd.ini (settings, 2 steps)
            1 ~ backup.example.com  set STPD_TLS_MINIMUM=1.2 in stpd.ini  step 7 needs it
            2 ~ rds1.example.com    set STPD_TLS_MINIMUM=1.2 in stpd.ini  step 6 needs it

        Wave 2: move tasks and events (reassign, 1 step)
            3 ~ backup.example.com  nightly-mail: to https://backup.example.com:11443  no longer exposed

        Wave 3: delete unsecure interfaces (remove-interfaces, 1 step)
            4 - backup.example.com  delete interface http://backup.example.com:11000  no longer exposed

        Wave 4: comment unsecure ports out in stpd.ini (disable-ports, 1 step)
            5 - backup.example.com  comment HTTP out in stpd.ini  closes it with the next restart

        Wave 5: restart STPD, so that the unsecure ports close (closing-restart, 2 steps)
            6 ! rds1.example.com    restart STPD  loads STPD_TLS_MINIMUM
            7 ! backup.example.com  restart STPD  closes HTTP, loads STPD_TLS_MINIMUM

        Plan: 7 steps, 2 restarts, exposures 5 -> 0.
        [status] 0
    "#]].assert_eq(&ended.to_string());
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
        "in_goal": true, "place": { "file": "stpd.ini", "line": 3, "column": 2 },
    }]);
    assert_eq!(audit["exposures"], expected);
    let plan =
        ask(&["plan", "site.toml", "-o", "plan.json", "--format", "json"]).with_status(0).json();
    let steps = plan["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 2);
    expect![[r#"
        {
          "action": {
            "host": "s",
            "key": "STPD_TLS_MINIMUM",
            "section": "STPD_Server",
            "type": "set-ini",
            "value": "1.2"
          },
          "because": {
            "for": [
              2
            ],
            "text": "step 2 needs it"
          },
          "exposures_after": 1,
          "file": {
            "path": "stpd.ini",
            "sha256_after": "6d4ce14aade5425a07e7468142a4510f91aef71501acdfe98b43cc8315f282e0",
            "sha256_before": "f2958d701a1aca0394fe0704013d1f1af1a8076335e11d08eec0e32f0c39a209"
          },
          "id": 1,
          "needs": [],
          "probe": {
            "column": "next",
            "host": "s",
            "key": "STPD_TLS_MINIMUM",
            "section": "STPD_Server",
            "text": "stpd.ini of `s` has `STPD_TLS_MINIMUM` in section `STPD_Server`: `1.2`",
            "type": "setting-is",
            "value": "1.2"
          },
          "undo": {
            "host": "s",
            "key": "STPD_TLS_MINIMUM",
            "section": "STPD_Server",
            "type": "set-ini",
            "value": {
              "state": "absent"
            }
          },
          "wave": "settings"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&steps[0]).unwrap());
    let back = ask(&["rollback", "site.toml", "plan.json", "--after", "2", "--format", "json"]);
    let back = back.with_status(0).json();
    let written = &back["steps"][0];
    expect![[r#"{"host":"s","key":"STPD_TLS_MINIMUM","section":"STPD_Server","type":"set-ini","value":{"state":"absent"}}"#]]
        .assert_eq(&written["action"].to_string());
    assert_eq!(written["file"]["sha256_after"], steps[0]["file"]["sha256_before"]);
    ask(&["simulate", "site.toml", "plan.json", "-o", "end.toml"]).with_status(0);
    expect![[r#"
        format_version = "1.0"

        [[hosts]]
        name = "s"
        role = "server"
        os = "linux"
        avx = "yes"
        configured = { ftp = "off", http = "off", https = 11443 }
        running = { ftp = "off", http = "off", https = 11443 }
        https_port = 11443
        settings = [{ key = "STPD_TLS_MINIMUM", configured = "1.2" }]
        interfaces = ["https://s:11443"]

        [[globals]]
        key = "gv_conf_use_com_stpd_kill"
        user = "sesam"
        value = "https"

        [[settings]]
        key = "STPD_TLS_MINIMUM"
        value = "1.2"
    "#]]
    .assert_eq(std::str::from_utf8(&folder.bytes("end.toml")).unwrap());
    ask(&["audit", "end.toml"]).with_status(0);
    ask(&["check", "site.toml", "plan.json"]).with_status(0);
}

#[test]
fn the_way_back_is_told_in_words() {
    let folder = site_with_file();
    let ask = |arguments: &[&str]| sesam(arguments).inside(&folder).ends();
    ask(&["plan", "site.toml", "-o", "plan.json"]).with_status(0);
    let back = ask(&["rollback", "site.toml", "plan.json", "--after", "2"]);
    expect![[r#"
        Wave 1: write settings back to stpd.ini (settings, 1 step)
            1 ~ s  take STPD_TLS_MINIMUM out of stpd.ini

        Wave 2: restart STPD (closing-restart, 1 step)
            2 ! s  restart STPD

        Way back: 2 steps, 1 restart, exposures 0 -> 1.
        [status] 0
    "#]]
    .assert_eq(&back.to_string());
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
    let ended = sesam(["check", "site.toml", "other.toml"]).inside(&folder).ends();
    expect![[r#"
        Not safe: step 1 is not allowed.
          set STPD_TLS_MINIMUM=1.1 in stpd.ini on s

        What it breaks
          precondition: a plan sets the value that the site wants only
        [status] 1
    "#]]
    .assert_eq(&ended.to_string());
    let ended = sesam(["check", "site.toml", "port.toml"]).inside(&folder).ends();
    expect![[r#"
        Not safe: step 1 is not allowed.
          set STPD_PORT=11001 in stpd.ini on s

        What it breaks
          precondition: the key is the FTP port, and no setting
        [status] 1
    "#]]
    .assert_eq(&ended.to_string());
}
