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
fn every_exposure_of_the_example_has_its_place() {
    let ended = sesam(["audit", "examples/site/site.toml"]).ends();
    expect![[r#"
        Ports that are open, or may be
          host                transport  stpd.ini  running  place
          backup.example.com  FTP        11001     11001    backup/stpd.ini:4
          backup.example.com  HTTP       11000     11000    backup/stpd.ini:5
          rds1.example.com    FTP        11001     11001    rds1/stpd.ini:2
          rds1.example.com    HTTP       11000     11000    rds1/stpd.ini:3
          rds2.example.com    FTP        11001     11001    rds2/stpd.ini:4
          rds2.example.com    HTTP       11000     11000    rds2/stpd.ini:5

        Interfaces that use FTP or HTTP, or may
          host                interface
          backup.example.com  http://backup.example.com:11000
          backup.example.com  ftp://backup.example.com:11001
          backup.example.com  http://backup-san.example.com:11000
          backup.example.com  http://backup-nat.example.com:8000
          rds1.example.com    http://rds1.example.com:11000
          rds1.example.com    http://10.20.0.11:11000
          rds2.example.com    rds2.example.com

        Tasks and events in the way
          name                what               host                why
          nightly-mail        backup event       backup.example.com  names http://backup.example.com:11000
          nightly-files       backup event       backup.example.com  may use any interface of backup.example.com
          nightly-erp         backup event       backup.example.com  names http://backup-san.example.com:11000
          nightly-branch      backup event       backup.example.com  names http://backup-nat.example.com:8000
          self-backup         backup event       backup.example.com  names ftp://backup.example.com:11001
          restore-fileserver  restore task       backup.example.com  names http://backup.example.com:11000
          restore-mailbox     restore task       backup.example.com  names http://backup.example.com, which is no interface of its host
          nightly-vm          backup event       rds1.example.com    names http://rds1.example.com:11000
          disk-to-tape        migration event    rds1.example.com    names http://10.20.0.11:11000
          copy-store          replication event  rds1.example.com    may use any interface of rds1.example.com, backup.example.com and rds2.example.com
          nightly-sql         backup event       rds2.example.com    names rds2.example.com
          restore-sql         restore task       rds2.example.com    may use any interface of rds2.example.com and backup.example.com

        Aborts of running transfers
          travel over FTP until gv_conf_use_com_stpd_kill|sesam|https is set

        Broken already
          what                                   when                     how
          restore-mailbox on backup.example.com  now and after a restart  no interface that it may use works

        Notes
          * restore-mailbox on backup.example.com: it names an interface that its host does not have

        Not visible here
          Interfaces that are named outside the database: `sbc -S` in scripts, parameter files of agents, and
          defaults of a user for a drive group. Other plaintext: Si3 ports, REST on 11401, control connections
          (CTRL on 11301). Firewalls between the hosts.

        26 exposures.
        1 condition broken already; no plan makes that worse.
        [status] 1
    "#]].assert_eq(&ended.to_string());
    let json = sesam(["audit", "examples/site/site.toml", "--format", "json"]).ends().json();
    let place = &json["exposures"][0]["place"];
    let expected = serde_json::json!({ "file": "backup/stpd.ini", "line": 4, "column": 1 });
    assert_eq!(*place, expected);
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

#[test]
fn a_fact_that_does_not_help_is_not_asked_for() {
    let site = r#"{ "format_version": "1.0",
        "hosts": [{ "name": "s", "role": "server", "os": "linux", "avx": "no",
                    "configured": { "http": 11000 }, "interfaces": ["http://s:11000"] }] }"#;
    let text = sesam(["audit", "-"]).reading(site).ends().with_status(1).text();
    let note =
        "s: without AVX nobody knows whether HTTPS comes up here: add `running` where it was seen";
    assert!(text.contains(note), "{text}");
    assert!(!text.contains("add `avx"), "{text}");
}
