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
