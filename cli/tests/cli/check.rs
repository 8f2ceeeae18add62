//! The command `check`.

use expect_test::expect;

use crate::binary::{Folder, sesam};

const SITE: &str = "examples/gadgets/vendor-order.toml";
const PLAN: &str = "examples/gadgets/vendor-order.plan.json";

#[test]
fn the_order_of_the_vendor_is_refused_at_its_first_step() {
    expect![[r#"
        Not safe: step 1 is not allowed.
          comment FTP out in stpd.ini on backup.example.com

        What it breaks
          route: task `self-backup` may reach no STPD after the next restart
          route: task `nightly-files` may reach no STPD after the next restart
          abort: transfers on `backup.example.com` can no longer be aborted after the next restart

        What has to come first
          move step 7 up: self-backup: to https://backup.example.com:11443
          move step 8 up: delete interface ftp://backup.example.com:11001 on backup.example.com
          move step 11 up: set gv_conf_use_com_stpd_kill|sesam|https
        [status] 1
    "#]]
    .assert_eq(&sesam(["check", SITE, PLAN]).ends().to_string());
    let json = sesam(["check", SITE, PLAN, "--format", "json"]).ends();
    expect![[r#"
        {
          "format_version": "1.0",
          "safe": false,
          "reaches_goal": false,
          "steps_checked": 0,
          "violation": {
            "step": 1,
            "condition": "route",
            "column": "next",
            "task": "self-backup",
            "also": [{ "condition": "route", "column": "next", "task": "nightly-files" }, { "condition": "abort", "column": "next", "host": "backup.example.com" }],
            "repair": { "move": 7, "before": 1, "then": [{ "move": 8 }, { "move": 11 }], "text": "move step 7, then move step 8, then move step 11 before step 1" },
            "text": "task `self-backup` may reach no STPD after the next restart"
          }
        }
        [status] 1
    "#]].assert_eq(&json.to_string());
}

const VENDORS: [&str; 3] =
    ["check", "examples/site/site.toml", "examples/site/vendors-procedure.toml"];

#[test]
fn the_procedure_of_the_vendor_is_refused_where_the_first_port_is_closed() {
    expect![[r#"
        Not safe: step 12 is not allowed.
          comment FTP out in stpd.ini on backup.example.com

        What it breaks
          route: task `nightly-files` may reach no STPD after the next restart
          route: task `disk-to-tape` may reach no STPD after the next restart
          route: task `copy-store` may reach no STPD after the next restart
          route: task `restore-sql` may reach no STPD after the next restart
          abort: transfers on `backup.example.com` can no longer be aborted after the next restart

        What has to come first
          move step 22 up: delete interface ftp://backup.example.com:11001 on backup.example.com
          move step 28 up: set gv_conf_use_com_stpd_kill|sesam|https

        The 11 steps before it are safe.
        [status] 1
    "#]]
    .assert_eq(&sesam(VENDORS).ends().to_string());
}

#[test]
fn the_procedure_of_the_vendor_is_repaired() {
    let folder = Folder::new();
    let repaired = folder.path().join("repaired.json");
    let repaired = repaired.to_str().unwrap();
    let repair = [&VENDORS[..], &["--repair", "-o", repaired]].concat();
    expect![[r#"
        Step 12 is refused: task `nightly-files` may reach no STPD after the next restart
          move step 22 before it: delete interface ftp://backup.example.com:11001 on backup.example.com (now step 12)
          move step 28 before it: set gv_conf_use_com_stpd_kill|sesam|https (now step 13)
        Step 13 is refused: task `nightly-files` may reach no STPD after the next restart
          move step 21 before it: delete interface http://backup.example.com:11000 on backup.example.com (now step 15)
          move step 23 before it: delete interface http://backup-san.example.com:11000 on backup.example.com (now step 16)
          move step 24 before it: delete interface http://backup-nat.example.com:8000 on backup.example.com (now step 17)
        Step 15 is refused: task `copy-store` may reach no STPD after the next restart
          move step 25 before it: delete interface http://rds1.example.com:11000 on rds1.example.com (now step 20)
          move step 26 before it: delete interface http://10.20.0.11:11000 on rds1.example.com (now step 21)
        Step 16 is refused: task `copy-store` may reach no STPD after the next restart
          move step 27 before it: delete interface rds2.example.com on rds2.example.com (now step 23)

        Safe, and it reaches the goal: 28 steps, 3 restarts, exposures 26 -> 0; 20 kept in order.
        [status] 0
    "#]].assert_eq(&sesam(repair).ends().to_string());
    let plan = folder.bytes("repaired.json");
    let plan: serde_json::Value = serde_json::from_slice(&plan).unwrap();
    // It is a plan like any other: with reasons, undo and the files that its steps change.
    let edit = plan["steps"].as_array().unwrap().iter().find(|step| step["file"].is_object());
    let edit = edit.expect("a step that changes a file");
    for part in ["id", "wave", "because", "needs", "undo", "probe", "exposures_after"] {
        assert!(!edit[part].is_null(), "{part}: {edit}");
    }
    sesam(["check", VENDORS[1], repaired]).ends().with_status(0);
}

/// The plan for the site of the README with one value changed.
fn tampered(folder: &Folder, pointer: &str, value: serde_json::Value) -> String {
    let plan = sesam(["plan", VENDORS[1], "--format", "json"]).ends().with_status(0);
    let mut plan = plan.json();
    *plan.pointer_mut(pointer).unwrap() = value;
    let plan = serde_json::to_string_pretty(&plan).unwrap();
    folder.file("plan.json", plan).to_str().unwrap().to_owned()
}

#[test]
fn a_plan_that_contradicts_itself_is_no_answer() {
    let folder = Folder::new();
    let path = tampered(&folder, "/steps/12/undo/position", serde_json::json!(7));
    let site = VENDORS[1];
    let hide = |ended: crate::binary::Ended| ended.to_string().replace(&path, "plan.json");
    expect![[r#"
        [stderr] error: step 13: `undo` does not hold: expected {"type":"add-interface","host":"backup.example.com","interface":"ftp://backup.example.com:11001","position":2}, found {"type":"add-interface","host":"backup.example.com","interface":"ftp://backup.example.com:11001","position":7}
        [stderr]    --> plan.json:412:15
        [stderr]     |
        [stderr] 412 |       "undo": {
        [stderr]     |               ^
        [stderr]     |
        [stderr]     = help: leave out what nobody vouches for: of a step only `action` has to be there
        [stderr] 
        [status] 2
    "#]].assert_eq(&hide(sesam(["check", site, &path]).ends()));
    sesam(["simulate", site, &path, "--after", "1"]).ends().with_status(2);
    sesam(["rollback", site, &path, "--after", "1"]).ends().with_status(2);
    // Repairing makes a new certificate.
    let repaired = folder.path().join("repaired.json");
    let repaired = repaired.to_str().unwrap();
    sesam(["check", site, &path, "--repair", "-o", repaired]).ends().with_status(0);
    sesam(["check", site, repaired]).ends().with_status(0);
}

#[test]
fn a_file_that_would_not_become_what_the_plan_says() {
    let folder = Folder::new();
    let digest = serde_json::json!("0".repeat(64));
    let path = tampered(&folder, "/steps/19/file/sha256_before", digest);
    let ended = sesam(["check", VENDORS[1], &path]).ends().to_string().replace(&path, "plan.json");
    expect![[r#"
        [stderr] error: step 20: `file` does not hold: expected {"path":"backup/stpd.ini","sha256_before":"8502f80877b278f5985731dae1a59bc165cf86d52c4c3a26c51443862b518e4a","sha256_after":"5c30ea7a9af59be5663371f7fccbc9614edd96788bb09127b08979dad958da93"}, found {"path":"backup/stpd.ini","sha256_before":"0000000000000000000000000000000000000000000000000000000000000000","sha256_after":"5c30ea7a9af59be5663371f7fccbc9614edd96788bb09127b08979dad958da93"}
        [stderr]    --> plan.json:656:15
        [stderr]     |
        [stderr] 656 |       "file": {
        [stderr]     |               ^
        [stderr]     |
        [stderr]     = help: leave out what nobody vouches for: of a step only `action` has to be there
        [stderr] 
        [status] 2
    "#]].assert_eq(&ended);
}

#[test]
fn a_name_with_a_line_break_stays_on_its_line() {
    let site = r#"{"format_version": "1.0", "hosts": [
        {"name": "s\nFake heading", "role": "server", "os": "linux", "configured": {"ftp": 11001, "http": 11000, "https": 11443},
         "interfaces": ["http://s:11000", "https://s:11443"]}],
        "tasks": [{"id": "t\n\tt", "kind": "backup", "interface": "http://s:11000"}]}"#;
    expect![[r#"
        Before you start: clients must reach these addresses and ports (firewalls often lack 11443)
          s\u{a}Fake heading  s:11443

        Wave 1: let aborts travel over HTTPS (set-kill, 1 step)
            1 ~ set gv_conf_use_com_stpd_kill|sesam|https  aborts no longer need FTP

        Wave 2: move tasks and events (reassign, 1 step)
            2 ~ s\u{a}Fake heading  t\u{a}\u{9}t: to https://s:11443  no longer exposed

        Wave 3: delete unsecure interfaces (remove-interfaces, 1 step)
            3 - s\u{a}Fake heading  delete interface http://s:11000  no longer exposed

        Wave 4: comment unsecure ports out in stpd.ini (disable-ports, 2 steps)
            4 - s\u{a}Fake heading  comment FTP out in stpd.ini   closes it with the next restart
            5 - s\u{a}Fake heading  comment HTTP out in stpd.ini  closes it with the next restart

        Wave 5: restart STPD, so that the unsecure ports close (closing-restart, 1 step)
            6 ! s\u{a}Fake heading  restart STPD  closes FTP and HTTP

        Plan: 6 steps, 1 restart, exposures 5 -> 0.
        [status] 0
    "#]]
    .assert_eq(&sesam(["plan", "-"]).reading(site).ends().to_string());
    let audit = sesam(["audit", "-"]).reading(site).ends().to_string();
    assert!(!audit.lines().any(|line| line.starts_with("Fake") || line.trim() == "t"), "{audit}");
}

#[test]
fn a_plan_may_stop_early_and_be_written_in_toml() {
    let folder = Folder::new();
    let plan = folder.file(
        "plan.toml",
        "format_version = \"1.0\"\n[[steps]]\naction = { type = \"set-kill\", value = \"https\" }\n",
    );
    let ended = sesam(["check", SITE, plan.to_str().unwrap()]).ends();
    expect![[r#"
        Safe: 1 step, and after each of them all that worked works.
        It does not reach the goal: 9 exposures of it would be left.
        [status] 1
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn a_step_that_cannot_be_carried_out() {
    let plan = r#"{"format_version": "1.0", "steps": [
        {"action": {"type": "set-kill", "value": "https"}},
        {"action": {"type": "restart", "host": "backup.example.com"}}]}"#;
    let ended = sesam(["check", SITE, "-"]).reading(plan).ends();
    expect![[r#"
        Not safe: step 2 is not allowed.
          restart STPD on backup.example.com

        What it breaks
          precondition: a restart would load nothing new

        The step before it is safe.
        [status] 1
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn a_plan_for_another_site_is_no_answer() {
    let other = sesam(["plan", "examples/gadgets/half-done.toml", "--format", "json"]).ends();
    let ended = sesam(["check", SITE, "-"]).reading(other.stdout).ends();
    expect![[r#"
        [stderr] error: `standard input`: the plan is for another site, or for another state of this one
        [status] 2
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn faults_of_a_plan_have_places() {
    let plan =
        "{\"format_version\": \"1.0\", \"steps\": [\n  {\"action\": {\"type\": \"set-kil\"}}\n]}";
    let ended = sesam(["check", SITE, "-"]).reading(plan).ends();
    expect![[r#"
        [stderr] error: `set-kil` is not known here
        [stderr]  --> standard input:2:23
        [stderr]   |
        [stderr] 2 |   {"action": {"type": "set-kil"}}
        [stderr]   |                       ^^^^^^^^^
        [stderr]   |
        [stderr]   = help: did you mean `set-kill`? expected `enable-port`, `restart`, `add-interface`, `set-kill`, `reassign`, `remove-interface`, `disable-port`, `set-ini` or `restore-ports`
        [stderr] 
        [status] 2
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn a_rollback_needs_its_original() {
    let plan = r#"{"format_version": "1.0", "direction": "rollback", "steps": []}"#;
    let ended = sesam(["check", SITE, "-"]).reading(plan).ends();
    expect![[r#"
        [stderr] error: `standard input`: a rollback is judged against the original site: give it with `--original`
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn only_one_file_is_standard_input() {
    let ended = sesam(["check", "-", "-"]).ends();
    expect![[r#"
        [stderr] error: only one of the files can be standard input
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

/// Switching the port off and on again was not safe; being back is.
#[test]
fn a_way_back_from_unsafe_steps() {
    let off =
        r#"{"action": {"type": "disable-port", "host": "backup.example.com", "transport": "ftp"}}"#;
    let on = r#"{"action": {"type": "enable-port", "host": "backup.example.com", "transport": "ftp", "port": 11001}}"#;
    let restart = r#"{"action": {"type": "restart", "host": "backup.example.com"}}"#;
    let plan = |second| format!(r#"{{"format_version": "1.0", "steps": [{off}, {second}]}}"#);
    let back = |second| sesam(["rollback", SITE, "-", "--after", "2"]).reading(plan(second)).ends();
    expect![[r#"
        Nothing to do: this is the original site.
        [status] 0
    "#]]
    .assert_eq(&back(on).to_string());
    expect![[r#"
        Part of the way back: 0 steps, 0 restarts, exposures 9 -> 9.
        From there a step back would break something: a step on the way forward was not safe,
        and `check` says which.
        [status] 1
    "#]]
    .assert_eq(&back(restart).to_string());
}

#[test]
fn the_order_of_the_vendor_is_repaired() {
    let folder = Folder::new();
    let repaired = folder.path().join("repaired.json");
    let repaired = repaired.to_str().unwrap();
    expect![[r#"
        Step 1 is refused: task `self-backup` may reach no STPD after the next restart
          move step 7 before it: self-backup: to https://backup.example.com:11443 (now step 1)
          move step 8 before it: delete interface ftp://backup.example.com:11001 on backup.example.com (now step 2)
          move step 11 before it: set gv_conf_use_com_stpd_kill|sesam|https (now step 3)
        Step 2 is refused: task `nightly-files` may reach no STPD after the next restart
          move step 9 before it: delete interface http://backup.example.com:11000 on backup.example.com (now step 5)

        Safe, and it reaches the goal: 11 steps, 2 restarts, exposures 10 -> 0; 7 kept in order.
        [status] 0
    "#]]
        .assert_eq(&sesam(["check", SITE, PLAN, "--repair", "-o", repaired]).ends().to_string());
    sesam(["check", SITE, repaired]).ends().with_status(0);
    let again = folder.path().join("again.json");
    let again = again.to_str().unwrap();
    let ended = sesam(["check", SITE, repaired, "--repair", "-o", again]).ends().with_status(0);
    assert!(ended.text().starts_with("Unchanged"), "{ended}");
    assert_eq!(std::fs::read(again).unwrap(), std::fs::read(repaired).unwrap());
}

#[test]
fn the_report_on_a_repair_says_why() {
    let folder = Folder::new();
    let repaired = folder.path().join("repaired.json");
    let plan = r#"{"steps": [
        {"action": {"type": "restart", "host": "nobody.example.com"}},
        {"action": {"type": "set-kill", "value": "https"}},
        {"action": {"type": "restart", "host": "backup.example.com"}},
        {"action": {"type": "disable-port", "host": "backup.example.com", "transport": "http"}}]}"#;
    let arguments = ["check", SITE, "-", "--repair", "-o", repaired.to_str().unwrap()];
    expect![[r#"
        Step 4 is refused: task `nightly-files` may reach no STPD after the next restart
          insert before it: delete interface http://backup.example.com:11000 on backup.example.com (now step 2)
        To reach the goal
          insert behind the rest: self-backup: to https://backup.example.com:11443 (now step 4)
          insert behind the rest: delete interface ftp://backup.example.com:11001 on backup.example.com (now step 5)
          insert behind the rest: delete interface http://rds1.example.com:11000 on rds1.example.com (now step 6)
          insert behind the rest: comment FTP out in stpd.ini on backup.example.com (now step 7)
          insert behind the rest: comment FTP out in stpd.ini on rds1.example.com (now step 8)
          insert behind the rest: comment HTTP out in stpd.ini on rds1.example.com (now step 9)
          insert behind the rest: restart STPD on rds1.example.com (now step 10)
        Step 3 is refused: a restart would load nothing new
          move step 3 behind the rest: restart STPD on backup.example.com (now step 11)
        Step 1 is refused: the site has no such host
          leave out step 1: restart STPD on nobody.example.com

        Safe, and it reaches the goal: 11 steps, 2 restarts, exposures 10 -> 0; 2 kept in order.
        [status] 0
    "#]].assert_eq(&sesam(arguments).reading(plan).ends().to_string());
    let json = sesam([&arguments[..], &["--format", "json"]].concat()).reading(plan).ends();
    expect![[r#"
        {
          "format_version": "1.0",
          "reaches_goal": true,
          "summary": {
            "steps": 11,
            "restarts": 2,
            "exposures_before": 10,
            "exposures_after": 0
          },
          "kept": 2,
          "changes": [
            { "insert": { "type": "remove-interface", "host": "backup.example.com", "interface": "http://backup.example.com:11000" }, "before": 4, "at": 2, "because": { "refused": 4, "condition": "route", "column": "next", "task": "nightly-files", "text": "task `nightly-files` may reach no STPD after the next restart" } },
            { "insert": { "type": "reassign", "task": "self-backup", "interface": "https://backup.example.com:11443" }, "before": null, "at": 4, "because": { "for": "goal", "text": "it is needed to reach the goal" } },
            { "insert": { "type": "remove-interface", "host": "backup.example.com", "interface": "ftp://backup.example.com:11001" }, "before": null, "at": 5, "because": { "for": "goal", "text": "it is needed to reach the goal" } },
            { "insert": { "type": "remove-interface", "host": "rds1.example.com", "interface": "http://rds1.example.com:11000" }, "before": null, "at": 6, "because": { "for": "goal", "text": "it is needed to reach the goal" } },
            { "insert": { "type": "disable-port", "host": "backup.example.com", "transport": "ftp" }, "before": null, "at": 7, "because": { "for": "goal", "text": "it is needed to reach the goal" } },
            { "insert": { "type": "disable-port", "host": "rds1.example.com", "transport": "ftp" }, "before": null, "at": 8, "because": { "for": "goal", "text": "it is needed to reach the goal" } },
            { "insert": { "type": "disable-port", "host": "rds1.example.com", "transport": "http" }, "before": null, "at": 9, "because": { "for": "goal", "text": "it is needed to reach the goal" } },
            { "insert": { "type": "restart", "host": "rds1.example.com" }, "before": null, "at": 10, "because": { "for": "goal", "text": "it is needed to reach the goal" } },
            { "move": 3, "before": null, "at": 11, "because": { "refused": 3, "condition": "precondition", "column": null, "text": "a restart would load nothing new" } },
            { "leave_out": 1, "because": { "refused": 1, "condition": "precondition", "column": null, "text": "the site has no such host" } }
          ],
          "replanned_after": null,
          "blocked": []
        }
        [status] 0
    "#]].assert_eq(&json.to_string());
}

#[test]
fn what_stays_out_of_reach_is_told() {
    let folder = Folder::new();
    let repaired = folder.path().join("repaired.json");
    let plan = r#"{"steps": [{"action": {"type": "set-kill", "value": "https"}}]}"#;
    let site = "examples/gadgets/no-avx.toml";
    let ended = sesam(["check", site, "-", "--repair", "-o", repaired.to_str().unwrap()]);
    expect![[r#"
        To reach the goal
          insert behind the rest: nightly-mail: to https://backup.example.com:11443 (now step 1)
          insert behind the rest: delete interface http://backup.example.com:11000 on backup.example.com (now step 2)
          insert behind the rest: comment HTTP out in stpd.ini on backup.example.com (now step 3)
          insert behind the rest: restart STPD on backup.example.com (now step 4)
        Step 1 is refused: transfers on `old.example.com` can no longer be aborted at once
          leave out step 1: set gv_conf_use_com_stpd_kill|sesam|https

        Out of reach, and why
          1.  HTTPS does not come up on `old.example.com`
              the HTTP port of `old.example.com` stays open
              interface `http://old.example.com:11000` of `old.example.com` stays
              task `nightly-old` stays exposed
              because
              - HTTPS cannot be relied on at `old.example.com`: on Windows without AVX, STPD switches HTTPS off
          2.  the FTP port of `backup.example.com` stays open
              the FTP port of `old.example.com` stays open
              aborts stay on FTP (one variable selects their transport for all hosts)
              because
              - running transfers of `old.example.com` can be aborted over FTP only: on Windows without AVX, STPD switches HTTPS off

        What you can do (each was planned; * = no other is as good in exposures, restarts and steps)
        * take `old.example.com` out of the site, tasks included
            reaches the whole goal: 0 exposures left, 1 restart, 3 steps
            in the site file: [[hosts]] "old.example.com": delete this table and those of its tasks
          give `old.example.com` a processor with AVX (a virtual machine often needs only another CPU model)
            reaches the whole goal: 0 exposures left, 2 restarts, 9 steps
            in the site file: [[hosts]] "old.example.com": avx = "yes", without `running`
          give up aborting running transfers on `old.example.com`
            solves point 2: 3 exposures left, 2 restarts, 5 steps
            in the site file: [[waivers]] host = "old.example.com", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
          leave `old.example.com` as it is, out of the goal, and give up aborting running transfers there
            reaches the whole goal: 4 exposures left, all outside the goal, 1 restart, 3 steps
            in the site file: [policy] except_hosts = ["old.example.com"]
                              [[waivers]] host = "old.example.com", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
        * carry this plan out, go on aborting over FTP, and leave the rest as it is
            solves nothing of it: 6 exposures left, 0 restarts, 0 steps

        Safe, but not all of the goal can be reached: 4 steps, 1 restart, exposures 9 -> 6; 0 kept in order.
        [status] 1
    "#]].assert_eq(&ended.reading(plan).ends().to_string());
}

#[test]
fn a_repair_needs_a_file_of_its_own() {
    let folder = Folder::new();
    let plan = folder.file("plan.json", "{\"steps\": []}");
    let plan = plan.to_str().unwrap();
    let own = sesam(["check", SITE, plan, "--repair", "-o", plan]).ends().with_status(2);
    assert!(own.stderr.contains("is what the answer is made from"), "{own}");
    assert_eq!(std::fs::read_to_string(plan).unwrap(), "{\"steps\": []}");
    sesam(["check", SITE, plan, "--repair"]).ends().with_status(2);
    sesam(["check", SITE, plan, "-o", "other.json"]).ends().with_status(2);
    let back = folder.file("back.json", "{\"direction\": \"rollback\", \"steps\": []}");
    let new = folder.path().join("new.json");
    let arguments =
        ["check", SITE, back.to_str().unwrap(), "--repair", "-o", new.to_str().unwrap()];
    let back = sesam(arguments).ends().with_status(2);
    assert!(back.stderr.contains("a rollback is not repaired"), "{back}");
    assert!(!new.exists());
}
