//! Carrying a plan out is refused where something is missing; the message says what, and nothing is done.

use expect_test::{Expect, expect};

use crate::binary::{Folder, sesam};

const SITE: &str = r#"
format_version = "1.0"
[[hosts]]
name = "backup.example.com"
role = "server"
os = "linux"
stpd_ini = "stpd.ini"
address = "127.0.0.1"
interfaces = ["https://backup.example.com:11443"]
"#;
const INI: &str = "[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTPS_PORT=11443\n";

/// A folder with a site of one host and its plan.
fn planned() -> Folder {
    let folder = Folder::new();
    folder.file("site.toml", SITE);
    folder.file("stpd.ini", INI);
    sesam(["plan", "site.toml", "-o", "plan.json"]).inside(&folder).ends().with_status(0);
    folder
}

#[track_caller]
fn refuses(folder: &Folder, arguments: &[&str], expected: &Expect) {
    let ended = sesam(arguments).inside(folder).ends().with_status(2);
    expected.assert_eq(&ended.to_string());
    assert_eq!(folder.bytes("stpd.ini"), INI.as_bytes());
    assert!(!folder.path().join("plan.json.journal/journal.jsonl").exists());
}

#[test]
fn nobody_can_be_asked() {
    refuses(
        &planned(),
        &["apply", "site.toml", "plan.json"],
        &expect![[r#"
        [1/3] set gv_conf_use_com_stpd_kill|sesam|https
        [2/3] comment FTP out in stpd.ini on backup.example.com
              rewrites stpd.ini
        [3/3] restart STPD on backup.example.com
              by hand
        3 steps, 1 restart.
        [stderr] error: nobody can be asked here: look at it with `--dry-run`, then say `--yes`
        [status] 2
    "#]],
    );
}

#[test]
fn nothing_was_begun() {
    refuses(
        &planned(),
        &["resume", "site.toml", "plan.json", "--yes"],
        &expect![[r#"
        [stderr] error: `plan.json.journal` has no record: begin with `apply`
        [status] 2
    "#]],
    );
}

#[test]
fn a_host_that_is_not_there() {
    let arguments = ["apply", "site.toml", "plan.json", "--host", "backup"];
    refuses(
        &planned(),
        &arguments,
        &expect![[r#"
        [stderr] error: the site has no host `backup`
        [status] 2
    "#]],
    );
}

#[test]
fn a_plan_from_standard_input() {
    let folder = planned();
    let plan = folder.bytes("plan.json");
    let ended = sesam(["apply", "site.toml", "-"]).inside(&folder).reading(plan).ends();
    expect![[r#"
        [stderr] error: a plan from standard input needs a place for its journal: `--journal FOLDER`
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn commands_that_are_none() {
    let arguments = ["apply", "site.toml", "plan.json", "--yes", "--restart-command"];
    refuses(
        &planned(),
        &[&arguments[..], &["sm_main 'reload"]].concat(),
        &expect![[r#"
        [stderr] error: `--restart-command`: missing closing quote
        [status] 2
    "#]],
    );
    refuses(
        &planned(),
        &[&arguments[..], &[" "]].concat(),
        &expect![[r#"
        [stderr] error: `--restart-command` has no words
        [status] 2
    "#]],
    );
}

#[test]
fn two_ways_into_the_product() {
    let ended =
        sesam(["apply", "s.toml", "p.json", "--hook", "h", "--manual-steps", "m.md"]).ends();
    expect![[r#"
        [stderr] error: the argument '--hook <PROGRAM>' cannot be used with '--manual-steps <FILE>'
        [stderr] 
        [stderr] Usage: sesam-transport apply --hook <PROGRAM> <SITE> <PLAN>
        [stderr] 
        [stderr] For more information, try '--help'.
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn a_way_back_without_what_it_takes_back() {
    let folder = planned();
    sesam(["rollback", "site.toml", "plan.json", "--after", "1", "-o", "back.json"])
        .inside(&folder)
        .ends()
        .with_status(0);
    refuses(
        &folder,
        &["apply", "site.toml", "back.json", "--yes"],
        &expect![[r#"
        [stderr] error: a rollback plan takes back what a journal tells: name the plan that was carried out with `--undo`
        [status] 2
    "#]],
    );
    let arguments = ["apply", "site.toml", "back.json", "--yes", "--undo", "plan.json"];
    refuses(
        &folder,
        &arguments,
        &expect![[r#"
        [stderr] error: `plan.json.journal` has no record: nothing was done
        [status] 2
    "#]],
    );
    let arguments = ["apply", "site.toml", "plan.json", "--yes", "--undo", "plan.json"];
    refuses(
        &folder,
        &arguments,
        &expect![[r#"
        [stderr] error: `--undo` belongs to a rollback plan: this one goes forward
        [status] 2
    "#]],
    );
}

#[test]
fn a_plan_for_another_site() {
    let folder = planned();
    folder.file("site.toml", SITE.replace("11443", "8443"));
    refuses(
        &folder,
        &["apply", "site.toml", "plan.json", "--yes"],
        &expect![[r#"
        [stderr] error: the plan is for another site, or for another state of this one: nothing was done; make a new plan
        [status] 2
    "#]],
    );
}

#[test]
fn a_site_without_files() {
    let folder = planned();
    let site =
        SITE.replace("stpd_ini = \"stpd.ini\"", "configured = { ftp = 11001, https = 11443 }");
    folder.file("site.toml", site);
    refuses(
        &folder,
        &["apply", "site.toml", "plan.json", "--yes"],
        &expect![[r#"
        [stderr] error: no host has a `stpd_ini` that can be read from here: nothing can be carried out
        [status] 2
    "#]],
    );
}

#[test]
fn a_dry_run_says_how_and_leaves_nothing_behind() {
    let folder = planned();
    let arguments =
        ["apply", "site.toml", "plan.json", "--dry-run", "--restart-command", "reload {host}"];
    let ended = sesam(arguments).inside(&folder).ends().with_status(0);
    expect![[r#"
        [1/3] set gv_conf_use_com_stpd_kill|sesam|https
        [2/3] comment FTP out in stpd.ini on backup.example.com
              rewrites stpd.ini
        [3/3] restart STPD on backup.example.com
              runs reload backup.example.com
        3 steps, 1 restart.
        [status] 0
    "#]]
    .assert_eq(&ended.to_string());
    assert_eq!(folder.names(), ["plan.json", "site.toml", "stpd.ini"]);
}

#[test]
fn probing_over_the_site_itself() {
    let folder = planned();
    let ended = sesam(["probe", "site.toml", "-o", "site.toml"]).inside(&folder).ends();
    expect![[r#"
        [stderr] error: `site.toml` is what the answer is made from: write it to another file
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}
