//! The command `audit`.

use expect_test::expect;

use crate::binary::sesam;

#[test]
fn the_hand_edit_shows_what_a_restart_would_break() {
    let ended = sesam(["audit", "examples/gadgets/pending-restart.toml"]).ends();
    expect![[r#"
        Ports that are open, or may be
          host                transport  stpd.ini  running  place
          backup.example.com  FTP        off       11001
          backup.example.com  HTTP       off       11000

        Interfaces that use FTP or HTTP, or may
          host                interface
          backup.example.com  http://backup.example.com:11000

        Tasks and events in the way
          name          what          host                why
          nightly-mail  backup event  backup.example.com  names http://backup.example.com:11000

        Aborts of running transfers
          travel over FTP until gv_conf_use_com_stpd_kill|sesam|https is set

        Broken already
          what                                when             how
          nightly-mail on backup.example.com  after a restart  no interface that it may use works
          backup.example.com                  after a restart  no transfer can be aborted

        Notes
          * backup.example.com: stpd.ini was changed since the last start; a restart loads something else

        Not visible here
          Interfaces that are named outside the database: `sbc -S` in scripts, parameter files of agents, and
          defaults of a user for a drive group. Other plaintext: Si3 ports, REST on 11401, control connections
          (CTRL on 11301). Firewalls between the hosts.

        5 exposures.
        2 conditions broken already; no plan makes that worse.
        [status] 1
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn the_host_without_avx_is_noted() {
    let ended = sesam(["audit", "examples/gadgets/no-avx.toml"]).ends().with_status(1);
    assert!(ended.text().contains("* old.example.com: STPD disables HTTPS on Windows without AVX"));
}

#[test]
fn a_site_that_is_done_is_clean() {
    let site = r#"{ "format_version": "1.0",
        "globals": [{ "key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": "https" }],
        "hosts": [{ "name": "s", "role": "server", "os": "linux",
                    "configured": { "https": 11443 }, "interfaces": ["https://s:11443"] }] }"#;
    let text = sesam(["audit", "-"]).reading(site).ends();
    expect![[r#"
        Not visible here
          Interfaces that are named outside the database: `sbc -S` in scripts, parameter files of agents, and
          defaults of a user for a drive group. Other plaintext: Si3 ports, REST on 11401, control connections
          (CTRL on 11301). Firewalls between the hosts.

        Nothing is exposed.
        [status] 0
    "#]].assert_eq(&text.to_string());
    let json = sesam(["audit", "-", "--format", "json"]).reading(site).ends();
    expect![[r#"
        {
          "format_version": "1.0",
          "clean": true,
          "exposures": [],
          "broken": [],
          "notes": []
        }
        [status] 0
    "#]]
    .assert_eq(&json.to_string());
}

#[test]
fn json_has_the_same_content() {
    let ended = sesam(["audit", "examples/gadgets/half-done.toml", "--format", "json"]).ends();
    expect![[r#"
        {
          "format_version": "1.0",
          "clean": false,
          "exposures": [
            { "kind": "port", "host": "rds1.example.com", "transport": "http", "in_goal": true, "place": null },
            { "kind": "interface", "host": "rds1.example.com", "interface": "http://rds1.example.com:11000", "in_goal": true, "place": null },
            { "kind": "task", "task": "nightly-vm", "in_goal": true, "place": null }
          ],
          "broken": [],
          "notes": []
        }
        [status] 1
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn a_waiver_expires_on_a_date_that_is_given() {
    let site = r#"{ "format_version": "1.0",
        "hosts": [{ "name": "s", "role": "server", "os": "linux",
                    "configured": { "https": 11443 }, "interfaces": ["https://s:11443"] }],
        "waivers": [{ "host": "s", "condition": "abort", "reason": "is replaced", "until": "2027-03-31" }] }"#;
    let on =
        |date| sesam(["audit", "-", "--date", date]).reading(site).ends().with_status(1).text();
    assert!(on("2027-04-01").contains("s: the reason of its waiver expired on 2027-03-31"));
    assert!(!on("2027-03-31").contains("expired"));
}
