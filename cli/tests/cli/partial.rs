//! What the command `plan` says where not all of the goal can be reached.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::binary::sesam;

/// A host with its three ports and an interface for HTTP and HTTPS.
fn host(name: &str) -> Value {
    json!({
        "name": name, "role": if name == "backup" { "server" } else { "rds" }, "os": "linux",
        "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
        "interfaces": [format!("http://{name}:11000"), format!("https://{name}:11443")],
    })
}

fn with(mut host: Value, facts: Value) -> Value {
    host.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    host
}

fn task(id: &str, host: &str, interface: &str) -> Value {
    json!({ "id": id, "kind": "backup", "host": host, "interface": interface })
}

/// What is printed behind the steps.
#[track_caller]
fn says(hosts: Vec<Value>, tasks: Vec<Value>, wanted: &Expect) {
    let site = json!({ "format_version": "1.0", "hosts": hosts, "tasks": tasks }).to_string();
    let text = sesam(["plan", "-"]).reading(&*site).ends().with_status(1).text();
    let (_, rest) = text.split_once("Out of reach, and why").unwrap();
    wanted.assert_eq(rest);
}

#[test]
fn a_fact_that_nobody_told() {
    let old = with(host("old"), json!({ "os": "windows" }));
    let tasks = vec![task("nightly-old", "old", "http://old:11000")];
    says(
        vec![host("backup"), old],
        tasks,
        &expect![[r#"

              1.  HTTPS does not come up on `old`
                  the HTTP port of `old` stays open
                  interface `http://old:11000` of `old` stays
                  task `nightly-old` stays exposed
                  because
                  - HTTPS cannot be relied on at `old`: the site file does not say whether its processor has AVX
              2.  the FTP port of `backup` stays open
                  the FTP port of `old` stays open
                  aborts stay on FTP (one variable selects their transport for all hosts)
                  because
                  - running transfers of `old` can be aborted over FTP only: the site file does not say whether its processor has AVX

            What you can do (each was planned; * = no other is as good in exposures, restarts and steps)
            * take `old` out of the site, tasks included
                reaches the whole goal: 0 exposures left, 1 restart, 5 steps
                in the site file: [[hosts]] "old": delete this table and those of its tasks
              find out whether `old` has a processor with AVX and say so; if not, give it one (a virtual machine often needs only another CPU model)
                reaches the whole goal: 0 exposures left, 2 restarts, 10 steps
                in the site file: [[hosts]] "old": avx = "yes", without `running`
              give up aborting running transfers on `old`
                solves point 2: 3 exposures left, 2 restarts, 7 steps
                in the site file: [[waivers]] host = "old", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
              leave `old` as it is, out of the goal, and give up aborting running transfers there
                reaches the whole goal: 4 exposures left, all outside the goal, 1 restart, 5 steps
                in the site file: [policy] except_hosts = ["old"]
                                  [[waivers]] host = "old", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
            * carry this plan out, go on aborting over FTP, and leave the rest as it is
                solves nothing of it: 6 exposures left, 1 restart, 3 steps

            Look again at these facts (the answer would be another)
              if HTTPS was seen running on `old`
                reaches the whole goal: 0 exposures left, 2 restarts, 10 steps
                in the site file: [[hosts]] "old": running = { ftp = 11001, http = 11000, https = 11443 }
              if task `nightly-old` named `https://old:11443`
                solves some of point 1: 3 exposures left, 2 restarts, 6 steps
                in the site file: [[tasks]] "nightly-old": interface = "https://old:11443"

            Partial plan: 3 steps, 1 restart, exposures 8 -> 6.
        "#]],
    );
}

#[test]
fn two_hosts_that_each_hold_back_aborts() {
    let without = json!({ "os": "windows", "avx": "no" });
    let hosts =
        vec![host("backup"), with(host("old1"), without.clone()), with(host("old2"), without)];
    says(
        hosts,
        vec![],
        &expect![[r#"

              1.  HTTPS does not come up on `old1`
                  because
                  - HTTPS cannot be relied on at `old1`: on Windows without AVX, STPD switches HTTPS off
              2.  HTTPS does not come up on `old2`
                  because
                  - HTTPS cannot be relied on at `old2`: on Windows without AVX, STPD switches HTTPS off
              3.  the FTP port of `backup` stays open
                  aborts stay on FTP (one variable selects their transport for all hosts)
                  because of both; each has to be dealt with
                  - running transfers of `old1` can be aborted over FTP only: on Windows without AVX, STPD switches HTTPS off
                  - running transfers of `old2` can be aborted over FTP only: on Windows without AVX, STPD switches HTTPS off
              4.  the FTP port of `old1` stays open
                  because
                  - running transfers of `old1` can be aborted over FTP only: on Windows without AVX, STPD switches HTTPS off
              5.  the FTP port of `old2` stays open
                  because
                  - running transfers of `old2` can be aborted over FTP only: on Windows without AVX, STPD switches HTTPS off

            What you can do (each was planned; * = no other is as good in exposures, restarts and steps)
            * take `old1` and `old2` out of the site, tasks included
                reaches the whole goal: 0 exposures left, 1 restart, 5 steps
                in the site file: [[hosts]] "old1": delete this table and those of its tasks
                                  [[hosts]] "old2": delete this table and those of its tasks
              give `old1` and `old2` a processor with AVX (a virtual machine often needs only another CPU model)
                reaches the whole goal: 0 exposures left, 3 restarts, 13 steps
                in the site file: [[hosts]] "old1": avx = "yes", without `running`
                                  [[hosts]] "old2": avx = "yes", without `running`
              give up aborting running transfers on `old1` and `old2`
                solves points 3, 4 and 5: 2 exposures left, 3 restarts, 11 steps
                in the site file: [[waivers]] host = "old1", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
                                  [[waivers]] host = "old2", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
              take `old1` out of the site, tasks included
                solves points 1 and 4: 3 exposures left, 2 restarts, 6 steps
                in the site file: [[hosts]] "old1": delete this table and those of its tasks
              take `old2` out of the site, tasks included
                solves points 2 and 5: 3 exposures left, 2 restarts, 6 steps
                in the site file: [[hosts]] "old2": delete this table and those of its tasks
              carry this plan out, go on aborting over FTP, and leave the rest as it is
                solves nothing of it: 4 exposures left, 3 restarts, 9 steps
              give `old1` a processor with AVX (a virtual machine often needs only another CPU model)
                solves point 1: 4 exposures left, 3 restarts, 9 steps
                in the site file: [[hosts]] "old1": avx = "yes", without `running`
              give `old2` a processor with AVX (a virtual machine often needs only another CPU model)
                solves point 2: 4 exposures left, 3 restarts, 9 steps
                in the site file: [[hosts]] "old2": avx = "yes", without `running`
              give up aborting running transfers on `old1`
                solves point 4: 4 exposures left, 3 restarts, 9 steps
                in the site file: [[waivers]] host = "old1", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
              give up aborting running transfers on `old2`
                solves point 5: 4 exposures left, 3 restarts, 9 steps
                in the site file: [[waivers]] host = "old2", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
              and 3 more: --format json lists them

            Partial plan: 9 steps, 3 restarts, exposures 10 -> 4.
        "#]],
    );
}

#[test]
fn a_forwarded_interface_without_a_twin() {
    let forwarded = json!({ "url": "http://branch.example.com:8000", "listener": 11000 });
    let backup = with(host("backup"), json!({ "interfaces": ["https://backup:11443", forwarded] }));
    let tasks = vec![task("nightly-branch", "backup", "http://branch.example.com:8000")];
    says(
        vec![backup, host("rds1")],
        tasks,
        &expect![[r#"

              1.  the HTTP port of `backup` stays open
                  interface `http://branch.example.com:8000` of `backup` stays
                  task `nightly-branch` stays exposed
                  because
                  - nobody knows where task `nightly-branch` is to go: it names `http://branch.example.com:8000`, which is forwarded (NAT): nobody knows which address is forwarded to HTTPS

            What you can do (each was planned; * = no other is as good in exposures, restarts and steps)
            * move task `nightly-branch` to `https://backup:11443`, if it serves as well
                reaches the whole goal: 0 exposures left, 2 restarts, 10 steps
                in the site file: [[tasks]] "nightly-branch": reassign = "https://backup:11443"
            * let the product pick the interface of task `nightly-branch`
                reaches the whole goal: 0 exposures left, 2 restarts, 10 steps
                in the site file: [[tasks]] "nightly-branch": reassign = "blank"
            * carry this plan out, and leave the rest as it is
                solves nothing of it: 3 exposures left, 2 restarts, 7 steps
            * leave `backup` as it is, out of the goal
                reaches the whole goal: 4 exposures left, all outside the goal, 1 restart, 5 steps
                in the site file: [policy] except_hosts = ["backup"]

            Look again at these facts (the answer would be another)
              if task `nightly-branch` named `https://backup:11443`
                reaches the whole goal: 0 exposures left, 2 restarts, 9 steps
                in the site file: [[tasks]] "nightly-branch": interface = "https://backup:11443"

            Partial plan: 7 steps, 2 restarts, exposures 8 -> 3.
        "#]],
    );
}

#[test]
fn a_task_that_names_nothing_that_is_there() {
    let tasks = vec![task("nightly-mail", "backup", "http://gone:11000")];
    says(
        vec![host("backup"), host("rds1")],
        tasks,
        &expect![[r#"

              1.  task `nightly-mail` stays exposed
                  because
                  - nobody knows where task `nightly-mail` is to go: it names `http://gone:11000`, which its host does not have

            What you can do (each was planned; * = no other is as good in exposures, restarts and steps)
            * move task `nightly-mail` to `https://backup:11443`, if it serves as well
                reaches the whole goal: 0 exposures left, 2 restarts, 10 steps
                in the site file: [[tasks]] "nightly-mail": reassign = "https://backup:11443"
            * let the product pick the interface of task `nightly-mail`
                reaches the whole goal: 0 exposures left, 2 restarts, 10 steps
                in the site file: [[tasks]] "nightly-mail": reassign = "blank"
            * carry this plan out, and leave the rest as it is
                solves nothing of it: 1 exposure left, 2 restarts, 9 steps
            * leave `backup` as it is, out of the goal
                reaches the whole goal: 4 exposures left, all outside the goal, 1 restart, 5 steps
                in the site file: [policy] except_hosts = ["backup"]

            Look again at these facts (the answer would be another)
              if task `nightly-mail` named `https://backup:11443`
                reaches the whole goal: 0 exposures left, 2 restarts, 9 steps
                in the site file: [[tasks]] "nightly-mail": interface = "https://backup:11443"

            Partial plan: 9 steps, 2 restarts, exposures 8 -> 1.
        "#]],
    );
}

#[test]
fn a_host_without_interfaces_that_could_tell_an_address() {
    let nameless = with(host("backup"), json!({ "interfaces": ["smb://backup"] }));
    says(
        vec![nameless, host("rds1")],
        vec![],
        &expect![[r#"

              1.  interface `smb://backup` of `backup` stays
                  because
                  - `backup` has no HTTPS interface, and there is no telling which to enter

            What you can do (each was planned; * = no other is as good in exposures, restarts and steps)
            * enter an HTTPS interface for `backup`, such as `https://backup:11443`
                reaches the whole goal: 0 exposures left, 2 restarts, 9 steps
                in the site file: [[hosts]] "backup": interfaces = ["smb://backup", "https://backup:11443"]
            * carry this plan out, and leave the rest as it is
                solves nothing of it: 1 exposure left, 2 restarts, 8 steps
            * leave `backup` as it is, out of the goal
                reaches the whole goal: 3 exposures left, all outside the goal, 1 restart, 5 steps
                in the site file: [policy] except_hosts = ["backup"]

            Partial plan: 8 steps, 2 restarts, exposures 7 -> 1.
        "#]],
    );
}

#[test]
fn a_number_that_another_port_must_keep() {
    let crowded = with(
        host("rds1"),
        json!({ "configured": { "ftp": 11001, "http": 11000 }, "https_port": 11001,
                "interfaces": ["ftp://rds1:11001"] }),
    );
    says(
        vec![host("backup"), crowded],
        vec![],
        &expect![[r#"

              1.  HTTPS does not come up on `rds1`
                  the FTP port of `rds1` stays open
                  interface `ftp://rds1:11001` of `rds1` stays
                  because
                  - HTTPS cannot be relied on at `rds1`: another port has the number of HTTPS
              2.  the FTP port of `backup` stays open
                  aborts stay on FTP (one variable selects their transport for all hosts)
                  because
                  - running transfers of `rds1` can be aborted over FTP only: another port has the number of HTTPS

            What you can do (each was planned; * = no other is as good in exposures, restarts and steps)
            * take `rds1` out of the site, tasks included
                reaches the whole goal: 0 exposures left, 1 restart, 5 steps
                in the site file: [[hosts]] "rds1": delete this table and those of its tasks
              give up aborting running transfers on `rds1`
                reaches the whole goal: 0 exposures left, 2 restarts, 11 steps
                in the site file: [[waivers]] host = "rds1", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
              give HTTPS on `rds1` a number of its own, such as 11443
                reaches the whole goal: 0 exposures left, 3 restarts, 12 steps
                in the site file: [[hosts]] "rds1": https_port = 11443
              leave `rds1` as it is, out of the goal, and give up aborting running transfers there
                reaches the whole goal: 3 exposures left, all outside the goal, 1 restart, 5 steps
                in the site file: [policy] except_hosts = ["rds1"]
                                  [[waivers]] host = "rds1", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"
              carry this plan out, go on aborting over FTP, and leave the rest as it is
                solves nothing of it: 4 exposures left, 2 restarts, 5 steps

            Look again at these facts (the answer would be another)
              if `rds1` had interface `https://rds1:11001`
                solves some of point 1: 3 exposures left, 2 restarts, 6 steps
                in the site file: [[hosts]] "rds1": interfaces = ["ftp://rds1:11001", "https://rds1:11001"]

            Partial plan: 5 steps, 2 restarts, exposures 7 -> 4.
        "#]],
    );
}

#[test]
fn a_change_of_numbers_that_waits_for_a_restart() {
    let changed = with(
        host("rds1"),
        json!({ "os": "windows", "avx": "no", "configured": { "http": 12000 },
                "running": { "http": 11000 } }),
    );
    let tasks = vec![task("nightly-vm", "rds1", "http://rds1:11000")];
    says(
        vec![host("backup"), changed],
        tasks,
        &expect![[r#"

          1.  HTTPS does not come up on `rds1`
              the HTTP port of `rds1` stays open
              interface `http://rds1:11000` of `rds1` stays
              task `nightly-vm` stays exposed
              because
              - HTTPS cannot be relied on at `rds1`: on Windows without AVX, STPD switches HTTPS off

        What you can do (each was planned; * = no other is as good in exposures, restarts and steps)
        * take `rds1` out of the site, tasks included
            reaches the whole goal: 0 exposures left, 1 restart, 5 steps
            in the site file: [[hosts]] "rds1": delete this table and those of its tasks
          give `rds1` a processor with AVX (a virtual machine often needs only another CPU model)
            reaches the whole goal: 0 exposures left, 3 restarts, 13 steps
            in the site file: [[hosts]] "rds1": avx = "yes"
          carry this plan out, and leave the rest as it is
            solves nothing of it: 3 exposures left, 1 restart, 5 steps
          leave `rds1` as it is, out of the goal, and give up aborting running transfers there
            reaches the whole goal: 3 exposures left, all outside the goal, 1 restart, 5 steps
            in the site file: [policy] except_hosts = ["rds1"]
                              [[waivers]] host = "rds1", condition = "abort", reason = "transfers on this host cannot be aborted over HTTPS"

        Look again at these facts (the answer would be another)
          if the ports of `rds1` ran with the numbers of its stpd.ini
            solves some of point 1: 1 exposure left, 1 restart, 7 steps
            in the site file: [[hosts]] "rds1": running = { ftp = "off", http = 12000, https = "off" }
          if `rds1` did not have the interfaces that nothing answers
            solves some of point 1: 1 exposure left, 1 restart, 6 steps
            in the site file: [[hosts]] "rds1": interfaces = ["https://rds1:11443"]
          if task `nightly-vm` named `https://rds1:11443`
            solves some of point 1: 1 exposure left, 1 restart, 6 steps
            in the site file: [[tasks]] "nightly-vm": interface = "https://rds1:11443"

        Partial plan: 5 steps, 1 restart, exposures 7 -> 3.
    "#]],
    );
}

#[test]
fn a_change_of_numbers_is_taken_back_where_https_can_listen_meanwhile() {
    let changed = with(
        host("rds1"),
        json!({ "configured": { "http": 12000, "https": 8443 },
                "running": { "http": 11000, "https": 11443 } }),
    );
    let tasks = [task("nightly-vm", "rds1", "http://rds1:11000")];
    let hosts = [host("backup"), changed];
    let site = json!({ "format_version": "1.0", "hosts": hosts, "tasks": tasks }).to_string();
    let text = sesam(["plan", "-"]).reading(&*site).ends().with_status(0).text();
    let (_, waves) = text.split_once("\n\n").unwrap();
    expect![[r#"
        Wave 1: comment unsecure ports out in stpd.ini (disable-ports, 1 step)
            1 - rds1  comment HTTP out in stpd.ini  closes it with the next restart

        Wave 2: undo edits that came too early (undo-edits, 1 step)
            2 + rds1  switch HTTP on, port 11000, in stpd.ini  tasks on `rds1` would lose their way without it

        Wave 3: restart STPD, so that HTTPS comes up (first-restart, 1 step)
            3 ! rds1  restart STPD  step 4 needs it

        Wave 4: let aborts travel over HTTPS (set-kill, 1 step)
            4 ~ set gv_conf_use_com_stpd_kill|sesam|https  aborts no longer need FTP

        Wave 5: enter HTTPS interfaces (add-interfaces, 1 step)
            5 + rds1  enter interface https://rds1:8443  step 6 needs it

        Wave 6: move tasks and events (reassign, 1 step)
            6 ~ rds1  nightly-vm: to https://rds1:8443  no longer exposed

        Wave 7: delete unsecure interfaces (remove-interfaces, 2 steps)
            7 - backup  delete interface http://backup:11000  no longer exposed
            8 - rds1    delete interface http://rds1:11000    no longer exposed

        Wave 8: comment unsecure ports out in stpd.ini (disable-ports, 3 steps)
            9 - backup  comment FTP out in stpd.ini   closes it with the next restart
           10 - backup  comment HTTP out in stpd.ini  closes it with the next restart
           11 - rds1    comment HTTP out in stpd.ini  closes it with the next restart

        Wave 9: restart STPD, so that the unsecure ports close (closing-restart, 2 steps)
           12 ! rds1    restart STPD  closes HTTP
           13 ! backup  restart STPD  closes FTP and HTTP

        Plan: 13 steps, 3 restarts, exposures 7 -> 0.
    "#]].assert_eq(waves);
}

#[test]
fn the_plan_file_has_the_same_as_data() {
    let plan = sesam(["plan", "examples/gadgets/no-avx.toml", "--format", "json"]);
    let plan = plan.ends().with_status(1).json();
    let blocked = plan["blocked"].as_array().unwrap();
    let aborts = blocked.iter().find(|it| it["goal"]["kind"] == "kill").unwrap();
    let lines = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(Value::to_string).collect()
    };
    let data = [
        vec![format!("parts: {}, untried: {}", plan["blocked_total"], plan["untried"])],
        vec![aborts["goal"].to_string(), aborts["certainty"].to_string()],
        lines(&aborts["cause"]),
        lines(&aborts["facts"]),
        lines(&aborts["options"]),
    ];
    expect![[r#"
        parts: 7, untried: 0
        {"kind":"kill","text":"aborts stay on FTP (one variable selects their transport for all hosts)"}
        "smallest"
        {"host":"old.example.com","text":"running transfers of `old.example.com` can be aborted over FTP only: on Windows without AVX, STPD switches HTTPS off","type":"abort-held","why":"masked"}
        {"change":{"hosts":[{"avx":"yes","name":"old.example.com","running":null}]},"exposures_after":0,"outcome":"complete","restarts":2,"site_exposures_after":0,"steps":12,"text":"if the processor of `old.example.com` had AVX"}
        {"change":{"hosts":[{"name":"old.example.com","role":null}]},"exposures_after":0,"outcome":"complete","pareto":true,"restarts":1,"site_exposures_after":0,"steps":6,"text":"take `old.example.com` out of the site, tasks included","unblocks":[1,2,3,4,5,6,7]}
        {"change":{"hosts":[{"avx":"yes","name":"old.example.com","running":null}]},"exposures_after":0,"outcome":"complete","pareto":false,"restarts":2,"site_exposures_after":0,"steps":12,"text":"give `old.example.com` a processor with AVX (a virtual machine often needs only another CPU model)","unblocks":[1,2,3,4,5,6,7]}
        {"change":{"waivers":[{"condition":"abort","host":"old.example.com","reason":"transfers on this host cannot be aborted over HTTPS"}]},"exposures_after":3,"outcome":"partial","pareto":false,"restarts":2,"site_exposures_after":3,"steps":8,"text":"give up aborting running transfers on `old.example.com`","unblocks":[2,3,7]}
        {"change":{"policy":{"except_hosts":["old.example.com"]},"waivers":[{"condition":"abort","host":"old.example.com","reason":"transfers on this host cannot be aborted over HTTPS"}]},"exposures_after":0,"outcome":"complete","pareto":false,"restarts":1,"site_exposures_after":4,"steps":6,"text":"leave `old.example.com` as it is, out of the goal, and give up aborting running transfers there","unblocks":[1,2,3,4,5,6,7]}
        {"change":{},"exposures_after":6,"outcome":"partial","pareto":true,"restarts":1,"site_exposures_after":6,"steps":4,"text":"carry this plan out, go on aborting over FTP, and leave the rest as it is","unblocks":[]}"#]].assert_eq(&data.concat().join("\n"));
}
