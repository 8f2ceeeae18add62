//! The command `plan`.

use expect_test::expect;

use crate::binary::{Folder, sesam};

#[test]
fn an_edit_that_waits_for_a_restart_is_finished() {
    let ended = sesam(["plan", "examples/gadgets/pending-restart.toml"]).ends();
    expect![[r#"
        Before you start: clients must reach these addresses and ports (firewalls often lack 11443)
          backup.example.com  backup.example.com:11443

        Wave 1: let aborts travel over HTTPS (set-kill, 1 step)
            1 ~ set gv_conf_use_com_stpd_kill|sesam|https  aborts no longer need FTP

        Wave 2: move tasks and events (reassign, 1 step)
            2 ~ backup.example.com  nightly-mail: to https://backup.example.com:11443  no longer exposed

        Wave 3: delete unsecure interfaces (remove-interfaces, 1 step)
            3 - backup.example.com  delete interface http://backup.example.com:11000  no longer exposed

        Wave 4: restart STPD, so that the unsecure ports close (closing-restart, 1 step)
            4 ! backup.example.com  restart STPD  closes FTP and HTTP

        Plan: 4 steps, 1 restart, exposures 5 -> 0.
        [status] 0
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn a_premature_edit_is_undone_as_far_as_needed() {
    let ended = sesam(["plan", "examples/gadgets/premature-edit.toml"]).ends();
    expect![[r#"
        Before you start: clients must reach these addresses and ports (firewalls often lack 11443)
          backup.example.com  backup.example.com:11443

        Wave 1: undo edits that came too early (undo-edits, 1 step)
            1 + backup.example.com  switch FTP on, port 11001, in stpd.ini  transfers on `backup.example.com` could not be aborted without it

        Wave 2: switch HTTPS on in stpd.ini (enable-https, 1 step)
            2 + backup.example.com  switch HTTPS on, port 11443, in stpd.ini  step 5 needs it

        Wave 3: let tasks wait where a restart does not strand them (park, 2 steps)
            3 ~ backup.example.com  nightly-mail: to ftp://backup.example.com:11001   step 5 needs it
            4 ~ backup.example.com  nightly-files: to ftp://backup.example.com:11001  step 5 needs it

        Wave 4: restart STPD, so that HTTPS comes up (first-restart, 1 step)
            5 ! backup.example.com  restart STPD  closes HTTP

        Wave 5: let aborts travel over HTTPS (set-kill, 1 step)
            6 ~ set gv_conf_use_com_stpd_kill|sesam|https  aborts no longer need FTP

        Wave 6: enter HTTPS interfaces (add-interfaces, 1 step)
            7 + backup.example.com  enter interface https://backup.example.com:11443  step 8 needs it

        Wave 7: move tasks and events (reassign, 2 steps)
            8 ~ backup.example.com  nightly-mail: to https://backup.example.com:11443   no longer exposed
            9 ~ backup.example.com  nightly-files: to https://backup.example.com:11443  no longer exposed

        Wave 8: delete unsecure interfaces (remove-interfaces, 2 steps)
           10 - backup.example.com  delete interface http://backup.example.com:11000  no longer exposed
           11 - backup.example.com  delete interface ftp://backup.example.com:11001   no longer exposed

        Wave 9: comment unsecure ports out in stpd.ini (disable-ports, 1 step)
           12 - backup.example.com  comment FTP out in stpd.ini  closes it with the next restart

        Wave 10: restart STPD, so that the unsecure ports close (closing-restart, 1 step)
           13 ! backup.example.com  restart STPD  closes FTP

        Plan: 13 steps, 2 restarts, exposures 7 -> 0.
        [status] 0
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn a_half_done_migration_gets_the_rest() {
    let ended = sesam(["plan", "examples/gadgets/half-done.toml"]).ends();
    expect![[r#"
        Before you start: clients must reach these addresses and ports (firewalls often lack 11443)
          rds1.example.com  rds1.example.com:11443

        Wave 1: move tasks and events (reassign, 1 step)
            1 ~ rds1.example.com  nightly-vm: to https://rds1.example.com:11443  no longer exposed

        Wave 2: delete unsecure interfaces (remove-interfaces, 1 step)
            2 - rds1.example.com  delete interface http://rds1.example.com:11000  no longer exposed

        Wave 3: comment unsecure ports out in stpd.ini (disable-ports, 1 step)
            3 - rds1.example.com  comment HTTP out in stpd.ini  closes it with the next restart

        Wave 4: restart STPD, so that the unsecure ports close (closing-restart, 1 step)
            4 ! rds1.example.com  restart STPD  closes HTTP

        Plan: 4 steps, 1 restart, exposures 3 -> 0.
        [status] 0
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn a_host_without_avx_holds_the_rest_back() {
    let ended = sesam(["plan", "examples/gadgets/no-avx.toml"]).ends();
    expect![[r#"
        Before you start: clients must reach these addresses and ports (firewalls often lack 11443)
          backup.example.com  backup.example.com:11443

        Wave 1: move tasks and events (reassign, 1 step)
            1 ~ backup.example.com  nightly-mail: to https://backup.example.com:11443  no longer exposed

        Wave 2: delete unsecure interfaces (remove-interfaces, 1 step)
            2 - backup.example.com  delete interface http://backup.example.com:11000  no longer exposed

        Wave 3: comment unsecure ports out in stpd.ini (disable-ports, 1 step)
            3 - backup.example.com  comment HTTP out in stpd.ini  closes it with the next restart

        Wave 4: restart STPD, so that the unsecure ports close (closing-restart, 1 step)
            4 ! backup.example.com  restart STPD  closes HTTP

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
            reaches the whole goal: 0 exposures left, 1 restart, 6 steps
            in the site file: [[hosts]] "old.example.com": delete this table and those of its tasks
          give `old.example.com` a processor with AVX (a virtual machine often needs only another CPU model)
            reaches the whole goal: 0 exposures left, 2 restarts, 12 steps
            in the site file: [[hosts]] "old.example.com": avx = "yes", without `running`
          give up aborting running transfers on `old.example.com`
            solves point 2: 3 exposures left, 2 restarts, 8 steps
            in the site file: [[waivers]] host = "old.example.com", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
          leave `old.example.com` as it is, out of the goal, and give up aborting running transfers there
            reaches the whole goal: 4 exposures left, all outside the goal, 1 restart, 6 steps
            in the site file: [policy] except_hosts = ["old.example.com"]
                              [[waivers]] host = "old.example.com", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
        * carry this plan out, go on aborting over FTP, and leave the rest as it is
            solves nothing of it: 6 exposures left, 1 restart, 4 steps

        Partial plan: 4 steps, 1 restart, exposures 9 -> 6.
        [status] 1
    "#]].assert_eq(&ended.to_string());
}

#[test]
fn the_plan_file_is_what_json_prints() {
    let folder = Folder::new();
    let site = std::fs::read("../examples/gadgets/half-done.toml").unwrap();
    folder.file("site.toml", site);
    let arguments = ["plan", "site.toml", "-o", "plan.json", "--format", "json"];
    let ended = sesam(arguments).inside(&folder).ends().with_status(0);
    assert_eq!(folder.bytes("plan.json"), ended.stdout);
    assert_eq!(folder.names(), ["plan.json", "site.toml"]);
    expect![[r#"
        {
          "format_version": "1.0",
          "direction": "forward",
          "site_fingerprint": "sha256:071e4df08aade92601398e96a6addbcb9eb73a9c196d5339338240f4374c8caf",
          "outcome": "complete",
          "summary": {
            "steps": 4,
            "restarts": 1,
            "exposures_before": 3,
            "exposures_after": 0
          },
          "steps": [
            { "id": 1, "wave": "reassign", "action": { "type": "reassign", "task": "nightly-vm", "interface": "https://rds1.example.com:11443" }, "because": { "removes": [{ "kind": "task", "task": "nightly-vm", "text": "task `nightly-vm`" }], "text": "no longer exposed: task `nightly-vm`" }, "needs": [], "undo": { "type": "reassign", "task": "nightly-vm", "interface": "http://rds1.example.com:11000" }, "probe": { "type": "reference-is", "task": "nightly-vm", "interface": "https://rds1.example.com:11443", "text": "task `nightly-vm` names `https://rds1.example.com:11443`" }, "exposures_after": 2 },
            { "id": 2, "wave": "remove-interfaces", "action": { "type": "remove-interface", "host": "rds1.example.com", "interface": "http://rds1.example.com:11000" }, "because": { "removes": [{ "kind": "interface", "host": "rds1.example.com", "interface": "http://rds1.example.com:11000", "text": "interface `http://rds1.example.com:11000` of `rds1.example.com`" }], "text": "no longer exposed: interface `http://rds1.example.com:11000` of `rds1.example.com`" }, "needs": [1], "undo": { "type": "add-interface", "host": "rds1.example.com", "interface": "http://rds1.example.com:11000", "position": 0 }, "probe": { "type": "interface-absent", "host": "rds1.example.com", "interface": "http://rds1.example.com:11000", "text": "`rds1.example.com` no longer has interface `http://rds1.example.com:11000`" }, "exposures_after": 1 },
            { "id": 3, "wave": "disable-ports", "action": { "type": "disable-port", "host": "rds1.example.com", "transport": "http" }, "because": { "for": [4], "text": "step 4 needs it" }, "needs": [2], "undo": { "type": "enable-port", "host": "rds1.example.com", "transport": "http", "port": 11000 }, "probe": { "type": "configured-is", "host": "rds1.example.com", "http": "off", "text": "stpd.ini of `rds1.example.com` says HTTP off" }, "exposures_after": 1 },
            { "id": 4, "wave": "closing-restart", "action": { "type": "restart", "host": "rds1.example.com" }, "because": { "removes": [{ "kind": "port", "host": "rds1.example.com", "transport": "http", "text": "the HTTP port of `rds1.example.com`" }], "text": "no longer exposed: the HTTP port of `rds1.example.com`" }, "needs": [2, 3], "undo": null, "probe": { "type": "port-closed", "host": "rds1.example.com", "transport": "http", "port": 11000, "text": "`rds1.example.com` refuses HTTP on port 11000" }, "exposures_after": 0 }
          ],
          "blocked": [],
          "blocked_total": 0,
          "choices": [],
          "untried": 0,
          "kept": []
        }
    "#]].assert_eq(&ended.text());
}

#[test]
fn nothing_to_do_is_complete() {
    let site = r#"{ "format_version": "1.0",
        "globals": [{ "key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": "https" }],
        "hosts": [{ "name": "s", "role": "server", "os": "linux",
                    "configured": { "https": 11443 }, "interfaces": ["https://s:11443"] }] }"#;
    expect![[r#"
        Nothing to do: the goal is reached.
        [status] 0
    "#]]
    .assert_eq(&sesam(["plan", "-"]).reading(site).ends().to_string());
}

/// A site with so many tasks that nobody reads all steps.
fn many_tasks() -> String {
    let task = |number| {
        let host = if number % 3 == 0 { "r" } else { "s" };
        format!(
            "\n[[tasks]]\nid = \"t{number}\"\nkind = \"backup\"\nhost = \"{host}\"\n\
             interface = \"http://{host}:11000\"\n"
        )
    };
    let host = |name, role| {
        format!(
            "[[hosts]]\nname = \"{name}\"\nrole = \"{role}\"\nos = \"linux\"\n\
             configured = {{ ftp = 11001, http = 11000, https = 11443 }}\n\
             interfaces = [\"http://{name}:11000\"]\n"
        )
    };
    let tasks: String = (0..200).map(task).collect();
    format!("format_version = \"1.0\"\n{}{}{tasks}", host("s", "server"), host("r", "rds"))
}

#[test]
fn many_steps_are_counted() {
    let folder = Folder::new();
    folder.file("site.toml", many_tasks());
    let ended = sesam(["plan", "site.toml"]).inside(&folder).ends();
    expect![[r#"
        Before you start: clients must reach these addresses and ports (firewalls often lack 11443)
          r  r:11443
          s  s:11443

        Wave 1: let aborts travel over HTTPS (set-kill, 1 step)
          the whole site  1 step

        Wave 2: enter HTTPS interfaces (add-interfaces, 2 steps)
          s  1 step
          r  1 step

        Wave 3: move tasks and events (reassign, 200 steps)
          r  67 steps
          s  133 steps

        Wave 4: delete unsecure interfaces (remove-interfaces, 2 steps)
          s  1 step
          r  1 step

        Wave 5: comment unsecure ports out in stpd.ini (disable-ports, 4 steps)
          s  2 steps
          r  2 steps

        Wave 6: restart STPD, so that the unsecure ports close (closing-restart, 2 steps)
          r  1 step
          s  1 step

        211 steps: --all prints each, -o writes them to a file

        Plan: 211 steps, 2 restarts, exposures 207 -> 0.
        [status] 0
    "#]]
    .assert_eq(&ended.to_string());
    let all = sesam(["plan", "site.toml", "--all"]).inside(&folder).ends().with_status(0).text();
    assert!(all.contains("t199: to https://s:11443"), "{all}");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::{
        io::Read as _,
        process::{Command, Stdio},
    };
    let folder = Folder::new();
    folder.file("site.toml", many_tasks());
    let mut child = Command::new(env!("CARGO_BIN_EXE_sesam-transport"))
        .args(["plan", "site.toml", "--format", "json"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut messages = String::new();
    child.stderr.take().unwrap().read_to_string(&mut messages).unwrap();
    assert_eq!(messages, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_output_that_cannot_be_written_is_status_2() {
    let ended = sesam(["plan", "examples/gadgets/half-done.toml", "-o", "examples"]).ends();
    expect![[r#"
        [stderr] error: cannot write `examples`: is a directory
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
    let ended = sesam(["plan", "examples/gadgets/half-done.toml", "-o", "none/plan.json"]).ends();
    expect![[r#"
        [stderr] error: cannot write `none/plan.json`: its folder does not exist
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
}

#[test]
fn a_bare_text_without_an_address_gets_no_twin() {
    for text in ["#", "a b", "fe80::1", "host:port", "user@host", "a/b", "a\\\\b"] {
        let site = format!(
            r#"{{"format_version": "1.0", "hosts": [{{"name": "s", "role": "server", "os": "linux",
                "configured": {{"ftp": 11001, "http": 11000, "https": 11443}}, "interfaces": ["{text}"]}}]}}"#
        );
        let plan =
            sesam(["plan", "-", "--format", "json"]).reading(site).ends().with_status(1).json();
        assert_eq!(plan["outcome"], "partial", "{text}: {plan}");
        assert_eq!(plan["blocked"][0]["cause"][0]["type"], "no-https-interface", "{text}: {plan}");
    }
}
