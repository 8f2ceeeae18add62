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
