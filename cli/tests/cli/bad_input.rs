//! Input that answers no question: the message says what is wrong and where, and nothing is written.

use expect_test::expect;

use crate::binary::{Folder, sesam};

const HOST: &str =
    r#"{"name": "s", "role": "server", "os": "linux", "interfaces": [], "configured": {}}"#;

#[test]
fn truncated_json() {
    let ended = sesam(["audit", "-"]).reading(r#"{"format_version": "1.0", "hosts": ["#).ends();
    expect![[r#"
        [stderr] error: this is not JSON: EOF while parsing a list
        [stderr]  --> standard input:1:36
        [stderr]   |
        [stderr] 1 | {"format_version": "1.0", "hosts": [
        [stderr]   |                                    ^
        [stderr] 
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn binary_garbage() {
    let folder = Folder::new();
    folder.file("site.toml", b"\x7fELF\x02\x01\x01\x00\xff\xfe");
    let ended = sesam(["plan", "site.toml", "-o", "plan.json"]).inside(&folder).ends();
    expect![[r#"
        [stderr] error: this is not UTF-8 text
        [stderr] --> site.toml:1:9
        [stderr]  = help: save it in the encoding UTF-8
        [stderr] 
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
    assert_eq!(folder.names(), ["site.toml"]);
}

#[test]
fn a_directory_instead_of_a_file() {
    let ended = sesam(["audit", "examples"]).ends();
    expect![[r#"
        [stderr] error: cannot read `examples`: it is a directory
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn a_name_that_says_nothing() {
    let ended = sesam(["audit", "README.md"]).ends();
    expect![[r#"
        [stderr] error: `README.md` is neither .toml nor .json: name it after what it is
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn every_fault_is_listed_with_its_place() {
    let site = "format_version = \"1.0\"\n\n[[hosts]]\nname = \"s\"\nrole = \"srever\"\nos = \"linux\"\n\
                configured = { ftp = 70000 }\n\n[[tasks]]\nid = \"t\"\nkind = \"backup\"\nhots = \"s\"\n";
    let folder = Folder::new();
    folder.file("site.toml", site);
    let ended = sesam(["plan", "site.toml", "-o", "plan.json"]).inside(&folder).ends();
    expect![[r#"
        [stderr] error: `srever` is not known here
        [stderr]  --> site.toml:5:8
        [stderr]   |
        [stderr] 5 | role = "srever"
        [stderr]   |        ^^^^^^^^
        [stderr]   |
        [stderr]   = help: did you mean `server`? expected `server` or `rds`
        [stderr] 
        [stderr] error: `70000` is out of range
        [stderr]  --> site.toml:7:22
        [stderr]   |
        [stderr] 7 | configured = { ftp = 70000 }
        [stderr]   |                      ^^^^^
        [stderr]   |
        [stderr]   = help: expected a whole number from 1 to 65535, `off` or `unknown`
        [stderr] 
        [stderr] error: there is no key `hots` here
        [stderr]   --> site.toml:12:1
        [stderr]    |
        [stderr] 12 | hots = "s"
        [stderr]    | ^^^^
        [stderr]    |
        [stderr]    = help: did you mean `host`?
        [stderr] 
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
    assert_eq!(folder.names(), ["site.toml"]);
}

#[test]
fn colour_is_for_terminals() {
    let ended = sesam(["audit", "-"]).reading("{").ends();
    assert!(!ended.stderr.contains('\u{1b}'), "{ended}");
    let forced = sesam(["audit", "-"]).reading("{").with_variable("CLICOLOR_FORCE", "1").ends();
    assert!(forced.stderr.contains('\u{1b}'), "{forced}");
    let refused = sesam(["audit", "-"]).reading("{");
    let refused = refused.with_variable("NO_COLOR", "1").with_variable("TERM", "xterm").ends();
    assert!(!refused.stderr.contains('\u{1b}'), "{refused}");
}

#[test]
fn a_site_without_a_server() {
    let site =
        format!(r#"{{"format_version": "1.0", "hosts": [{}]}}"#, HOST.replace("server", "rds"));
    let ended = sesam(["audit", "-"]).reading(site).ends();
    expect![[r#"
        [stderr] error: no host has the role `server`
        [stderr]  --> standard input:1:36
        [stderr]   |
        [stderr] 1 | {"format_version": "1.0", "hosts": [{"name": "s", "role": "rds", "os": "linux", "interfaces": [], "configured": {}}...
        [stderr]   |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        [stderr]   |
        [stderr]   = help: give the SEP sesam Server the role `server`
        [stderr] 
        [status] 2
    "#]].assert_eq(&ended.to_string());
}

/// A site whose one host has its ports in this file.
fn site_with(ini: &str) -> String {
    let ports = r#""configured": {}"#;
    let host = HOST.replace(ports, &format!(r#""stpd_ini": "{ini}""#));
    format!("{{\"format_version\": \"1.0\", \"hosts\": [\n{host}]}}\n")
}

#[track_caller]
fn ini_is_refused(ini: Option<&[u8]>, expected: expect_test::Expect) {
    let folder = Folder::new();
    folder.file("site.json", site_with("s/stpd.ini"));
    if let Some(bytes) = ini {
        folder.file("s/stpd.ini", bytes);
    }
    let before = folder.names();
    let ended = sesam(["plan", "site.json", "-o", "plan.json"]).inside(&folder).ends();
    expected.assert_eq(&ended.to_string());
    assert_eq!(folder.names(), before);
}

#[test]
fn a_stpd_ini_that_is_not_there() {
    ini_is_refused(
        None,
        expect![[r#"
        [stderr] error: there is no file `s/stpd.ini`
        [stderr]  --> site.json:2:78
        [stderr]   |
        [stderr]  ::: 
        [stderr] 2 | ...le": "server", "os": "linux", "interfaces": [], "stpd_ini": "s/stpd.ini"}]}
        [stderr]   |                                                                ^^^^^^^^^^^^
        [stderr]   |
        [stderr]   = help: give its path relative to the site file, or the ports in `configured`, "unknown" where nobody knows them
        [stderr] 
        [status] 2
    "#]],
    );
}

#[test]
fn a_stpd_ini_in_utf_16() {
    ini_is_refused(
        Some(b"\xff\xfe[\x00S\x00]\x00"),
        expect![[r#"
        [stderr] error: `s/stpd.ini` cannot be used: text in utf-16le cannot be read
        [stderr]  --> site.json:2:78
        [stderr]   |
        [stderr]  ::: 
        [stderr] 2 | ...le": "server", "os": "linux", "interfaces": [], "stpd_ini": "s/stpd.ini"}]}
        [stderr]   |                                                                ^^^^^^^^^^^^
        [stderr]   |
        [stderr]   = help: give the ports in `configured` instead, "unknown" where nobody knows them
        [stderr] 
        [status] 2
    "#]],
    );
}

#[test]
fn a_directory_instead_of_a_stpd_ini() {
    let folder = Folder::new();
    folder.file("site.json", site_with("s"));
    folder.file("s/other.ini", "");
    let ended = sesam(["audit", "site.json"]).inside(&folder).ends();
    expect![[r#"
        [stderr] error: `s` cannot be used: it is a directory
        [stderr]  --> site.json:2:78
        [stderr]   |
        [stderr]  ::: 
        [stderr] 2 | ...le": "server", "os": "linux", "interfaces": [], "stpd_ini": "s"}]}
        [stderr]   |                                                                ^^^
        [stderr]   |
        [stderr]   = help: give the ports in `configured` instead, "unknown" where nobody knows them
        [stderr] 
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn a_stpd_ini_that_has_to_be_edited_by_hand() {
    let ini = "[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTPS_PORT=11443\nSTPD_HTTPS_PORT=?\n";
    let folder = Folder::new();
    folder.file("site.json", site_with("stpd.ini"));
    folder.file("stpd.ini", ini);
    let ended = sesam(["plan", "site.json"]).inside(&folder).ends();
    expect![[r#"
        Wave 1: switch HTTPS on in stpd.ini (enable-https, 1 step)
            1 + s  switch HTTPS on, port 11443, in stpd.ini  step 2 needs it

        Wave 2: restart STPD, so that HTTPS comes up (first-restart, 1 step)
            2 ! s  restart STPD  step 3 needs it

        Wave 3: let aborts travel over HTTPS (set-kill, 1 step)
            3 ~ set gv_conf_use_com_stpd_kill|sesam|https  aborts no longer need FTP

        Wave 4: comment unsecure ports out in stpd.ini (disable-ports, 1 step)
            4 - s  comment FTP out in stpd.ini  closes it with the next restart

        Wave 5: restart STPD, so that the unsecure ports close (closing-restart, 1 step)
            5 ! s  restart STPD  closes FTP

        Plan: 5 steps, 2 restarts, exposures 2 -> 0.
        [stderr] warning: `stpd.ini` has to be edited by hand: step 1: `STPD_HTTPS_PORT` is active more than once: lines 3, 4
        [status] 0
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn an_answer_does_not_replace_what_it_is_made_from() {
    let folder = Folder::new();
    let site = format!(r#"{{"format_version": "1.0", "hosts": [{HOST}]}}"#);
    folder.file("site.json", &site);
    folder.file("plan.json", r#"{"format_version": "1.0", "steps": []}"#);
    let ended = sesam(["plan", "site.json", "-o", "./site.json"]).inside(&folder).ends();
    expect![[r#"
        [stderr] error: `./site.json` is what the answer is made from: write it to another file
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
    let simulate = ["simulate", "site.json", "plan.json", "-o", "plan.json"];
    sesam(simulate).inside(&folder).ends().with_status(2);
    let rollback = ["rollback", "site.json", "plan.json", "--after", "0", "-o", "site.json"];
    sesam(rollback).inside(&folder).ends().with_status(2);
    assert_eq!(folder.bytes("site.json"), site.as_bytes());
}

#[test]
fn standard_output_is_no_file() {
    let folder = Folder::new();
    folder.file("site.json", format!(r#"{{"format_version": "1.0", "hosts": [{HOST}]}}"#));
    let ended = sesam(["plan", "site.json", "-o", "-"]).inside(&folder).ends();
    expect![[r#"
        [stderr] error: `-` is no file to write to: without `-o` the answer goes to standard output
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
    assert_eq!(folder.names(), ["site.json"]);
}

#[test]
fn a_day_that_is_none() {
    for date in
        ["2026-13-01", "2026-00-10", "2026-1-1", "20260101", "tomorrow", "+026-01-01", "äääää"]
    {
        let ended = sesam(["audit", "examples/site/site.toml", "--date", date]).ends();
        assert_eq!((ended.status, ended.text().as_str()), (2, ""), "{date}");
        assert!(ended.stderr.contains("expected a day such as 2027-03-31"), "{ended}");
    }
}

#[test]
fn fewer_steps_than_none() {
    let ended = sesam(["simulate", "examples/site/site.toml", "none.json", "--after", "-1"]).ends();
    assert!(ended.stderr.contains("invalid value '-1' for '--after <N>'"), "{ended}");
    assert_eq!(ended.status, 2);
}
