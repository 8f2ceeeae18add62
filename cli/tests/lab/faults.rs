//! What goes wrong is told, nothing is lost, and the run goes on from there.

use std::{fs, io::Write as _, net::TcpListener, thread};

use expect_test::{Expect, expect};

use crate::{bench::Lab, product::Fault};

pub(crate) const TRIALS: &[crate::NamedTrial] = &[
    ("fault::the_hook_fails", hook_fails),
    ("fault::the_hook_hangs", hook_hangs),
    ("fault::the_hook_dies", hook_dies),
    ("fault::the_hook_lies", hook_lies),
    ("fault::the_hook_babbles", hook_babbles),
    ("fault::the_restart_fails", restart_fails),
    ("fault::the_restart_only_stops", restart_stops),
    ("fault::the_port_is_taken", port_taken),
    ("fault::the_port_is_taken_while_stpd_restarts", port_taken_later),
    ("fault::transfers_never_end", busy),
    ("fault::a_file_was_changed_before_the_first_step", changed_before),
    ("fault::a_file_was_changed_in_between", changed_between),
    ("fault::the_clock_jumps", clock_jumps),
    ("fault::the_disk_fills_up", disk_full),
    ("fault::something_lies_in_the_way_of_the_new_file", in_the_way),
    ("fault::nobody_reached_the_address", unreached),
    ("fault::an_address_that_is_served_already_was_not_reached", unreached_before),
    ("fault::an_unsafe_plan", unsafe_plan),
];

const APPLY: [&str; 3] = ["apply", "site.json", "plan.json"];
const RESUME: [&str; 3] = ["resume", "site.json", "plan.json"];
const SHORT: [&str; 6] = ["--hook-timeout", "1", "--probe-timeout", "1", "--drain-timeout", "1"];

/// Runs into a fault, and goes on when it is mended.
#[track_caller]
fn mends(fault: Fault, expected: &Expect) {
    let lab = Lab::planned();
    lab.product.break_with(fault);
    expected.assert_eq(&lab.carry(&[&APPLY[..], &SHORT].concat()).end());
    lab.product.break_with(Fault::None);
    goes_on(&lab);
}

#[track_caller]
fn goes_on(lab: &Lab) {
    lab.carry(&RESUME).with_status(0);
    lab.write_site("now.json");
    lab.sesam(&["verify", "now.json"]).with_status(0);
}

fn hook_fails() {
    mends(
        Fault::HookFails,
        &expect![[r#"
            [ 5/27] set gv_conf_use_com_stpd_kill|sesam|https
            [ 5/27] not done
            Stopped at step 5 (set gv_conf_use_com_stpd_kill|sesam|https): it failed: the hook ended with exit status: 3: the product is read-only.
            4 of 27 steps done.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn hook_hangs() {
    mends(
        Fault::HookHangs,
        &expect![[r#"
            [ 5/27] set gv_conf_use_com_stpd_kill|sesam|https
            [ 5/27] not done
            Stopped at step 5 (set gv_conf_use_com_stpd_kill|sesam|https): it failed: `ask hook` did not end within 1 s and was stopped.
            4 of 27 steps done.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn hook_dies() {
    mends(
        Fault::HookDies,
        &expect![[r#"
            [ 5/27] set gv_conf_use_com_stpd_kill|sesam|https
            Stopped at step 5 (set gv_conf_use_com_stpd_kill|sesam|https): it failed: `ask hook` did not end within 1 s and was stopped.
            Step 5 was begun, and nobody knows how far it went.
            Going on looks first whether it happened.
            4 of 27 steps done.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn hook_lies() {
    mends(
        Fault::HookLies,
        &expect![[r#"
            [ 5/27] set gv_conf_use_com_stpd_kill|sesam|https
            [ 5/27] not done
            Stopped at step 5 (set gv_conf_use_com_stpd_kill|sesam|https): it was reported as done, and its effect does not show: after 1 s the product still has it as before.
            4 of 27 steps done.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn hook_babbles() {
    mends(
        Fault::HookBabbles,
        &expect![[r#"
            [ 5/27] set gv_conf_use_com_stpd_kill|sesam|https
            [ 5/27] not done
            Stopped at step 5 (set gv_conf_use_com_stpd_kill|sesam|https): it failed: the hook did not answer with JSON: expected value at line 1 column 1; it printed `Good morning!`.
            4 of 27 steps done.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn restart_fails() {
    mends(
        Fault::RestartFails,
        &expect![[r#"
            [ 3/27] restart STPD on rds1
            [ 3/27] not done
            Stopped at step 3 (restart STPD on rds1): it failed: `ask restart rds1` ended with exit status: 1.
            2 of 27 steps done.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn restart_stops() {
    mends(
        Fault::RestartStops,
        &expect![[r#"
            [ 3/27] restart STPD on rds1
            Stopped at step 3 (restart STPD on rds1): it was reported as done, and its effect does not show: after 1 s FTP 11001 refuses, HTTP 11000 refuses, HTTPS 11443 refuses.
            Step 3 was begun, and nobody knows how far it went.
            Look at STPD there; going on restarts it once more.
            2 of 27 steps done.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn busy() {
    mends(
        Fault::AlwaysBusy,
        &expect![[r#"
            Stopped at step 3 (restart STPD on rds1): transfers are active: `ask transfers rds1` says 3, for 1 s.
            2 of 27 steps done.
            Wait for the transfers, or give them longer with `--drain-timeout`.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn port_taken_later() {
    mends(
        Fault::PortTaken,
        &expect![[r#"
            [ 3/27] restart STPD on rds1
            Stopped at step 3 (restart STPD on rds1): it was reported as done, and its effect does not show: after 1 s FTP 11001 answers, HTTP 11000 answers, HTTPS 11443: no answer within 3 s.
            Step 3 was begun, and nobody knows how far it went.
            Look at STPD there; going on restarts it once more.
            2 of 27 steps done.
            [stderr] to go on: sesam-transport resume site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
            [status] 1
        "#]],
    );
}

fn port_taken() {
    let lab = Lab::planned();
    let stranger = TcpListener::bind((lab.address(3), 11443)).unwrap();
    let answering = stranger.try_clone().unwrap();
    thread::spawn(move || {
        for stream in answering.incoming() {
            let Ok(mut stream) = stream else { return };
            if stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n").is_err() {
                return;
            }
        }
    });
    // Somebody is there before anything was done.
    expect![[r#"
        Stopped before the first step: it could not be observed: `rds1` at `127.0.0.3`: FTP 11001 answers, HTTP 11000 answers, HTTPS 11443: something else answers there.
        0 of 27 steps done.
        Nothing is changed where it is not clear what is there.
        [stderr] to go on: sesam-transport apply site.json plan.json --hook-timeout 1 --probe-timeout 1 --drain-timeout 1 --yes --hook 'ask hook'
        [status] 2
    "#]].assert_eq(&lab.carry(&[&APPLY[..], &SHORT].concat()).end());
}

fn changed_before() {
    let lab = Lab::planned();
    let text = String::from_utf8(fs::read(lab.ini("rds1")).unwrap()).unwrap();
    fs::write(lab.ini("rds1"), text.replace("  STPD_PORT", "  ;STPD_PORT")).unwrap();
    expect![[r#"
        [stderr] error: the plan is for another site, or for another state of this one: nothing was done; make a new plan
        [status] 2
    "#]].assert_eq(&lab.carry(&APPLY).end());
    assert_eq!(lab.records("plan.json").len(), 0);
}

fn changed_between() {
    let lab = Lab::planned();
    lab.product.break_with(Fault::HookFails);
    lab.carry(&APPLY).with_status(1);
    lab.product.break_with(Fault::None);
    let bytes = fs::read(lab.ini("rds2")).unwrap();
    fs::write(lab.ini("rds2"), [&bytes[..], b"; do not touch\r\n"].concat()).unwrap();
    expect![[r#"
        Stopped before the first step: `rds2/stpd.ini` was changed by someone else since: to go on, put back what was left there, `plan.json.journal/bytes/HASH`.
        4 of 27 steps done.
        [stderr] to go on: sesam-transport resume site.json plan.json --yes --hook 'ask hook'
        [status] 1
    "#]].assert_eq(&lab.carry(&RESUME).end());
    fs::write(lab.ini("rds2"), bytes).unwrap();
    goes_on(&lab);
}

/// The times of the records are for people: whatever they say, nothing changes.
fn clock_jumps() {
    let lab = Lab::planned();
    lab.product.break_with(Fault::HookFails);
    lab.carry(&APPLY).with_status(1);
    lab.product.break_with(Fault::None);
    let path = lab.path("plan.json.journal").join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let mut years = ["1970", "2999", "0001"].into_iter().cycle();
    let jumped: Vec<String> = text
        .lines()
        .map(|line| {
            line.replacen(
                "\"time\":\"20",
                &format!("\"time\":\"{}-01-01 was 20", years.next().unwrap()),
                1,
            )
        })
        .collect();
    assert_ne!(jumped[0], text.lines().next().unwrap());
    fs::write(&path, jumped.join("\n") + "\n").unwrap();
    goes_on(&lab);
}

/// Files may not grow beyond a size: a write fails, earlier or later.
#[cfg(unix)]
fn disk_full() {
    let lab = Lab::planned();
    let files = lab.files();
    let (mut untouched, mut stopped) = (0, 0);
    for blocks in 1.. {
        let words = if lab.records("plan.json").is_empty() { APPLY } else { RESUME };
        let ended = lab.ended(&lab.carry_limited(&words, blocks).output().unwrap());
        let text = ended.to_string();
        if text.contains("Finished: 27 of 27 steps done.") {
            ended.with_status(0);
            break;
        }
        // What was not done, what was done, and how to go on.
        assert!(text.contains("error: cannot write `plan.json.journal`"), "{text}");
        assert!(text.contains(" of 27 steps done.\n"), "{text}");
        if lab.records("plan.json").is_empty() {
            assert!(text.contains("to go on: sesam-transport apply site.json plan.json"), "{text}");
            ended.with_status(2);
            assert_eq!(lab.files(), files);
            untouched += 1;
        } else {
            assert!(
                text.contains("to go on: sesam-transport resume site.json plan.json"),
                "{text}"
            );
            ended.with_status(1);
            stopped += 1;
        }
        assert!(blocks < 200, "{text}");
    }
    assert!(untouched > 0 && stopped > 0, "{untouched} {stopped}");
    lab.write_site("now.json");
    lab.sesam(&["verify", "now.json"]).with_status(0);
}

#[cfg(not(unix))]
fn disk_full() {}

/// A folder has the name of the file that is to be put in place.
fn in_the_way() {
    let lab = Lab::planned();
    let files = lab.files();
    let way = lab.path("rds1").join(".stpd.ini.sesam-transport");
    fs::create_dir(&way).unwrap();
    expect![[r#"
        [ 1/27] switch HTTPS on, port 11443, in stpd.ini on rds1
        [ 1/27] not done
        Stopped at step 1 (switch HTTPS on, port 11443, in stpd.ini on rds1): it failed: cannot make `rds1/.stpd.ini.sesam-transport`: File exists (os error 17).
        0 of 27 steps done.
        [stderr] to go on: sesam-transport resume site.json plan.json --yes --hook 'ask hook'
        [status] 2
    "#]].assert_eq(&lab.carry(&APPLY).end());
    assert_eq!(lab.files(), files);
    fs::remove_dir(way).unwrap();
    goes_on(&lab);
}

fn unreached() {
    let lab = Lab::with(|net, data| {
        // A card of rds1 that is not up: nobody can say what is behind it.
        let url = format!("http://{net}9:11000");
        data.interfaces.get_mut("rds1").unwrap().push(url.clone());
        data.tasks[4].reference = Some(url);
    });
    lab.plan();
    expect![[r#"
        Stopped at step 11 (vm: to https://127.0.0.9:11443): `127.0.0.9` port 11443 was not reached: connection refused.
        10 of 29 steps done.
        Open the firewall for it; or say `--assume-reachable` where only clients reach it.
        [stderr] to go on: sesam-transport resume site.json plan.json --yes --hook 'ask hook'
        [status] 1
    "#]].assert_eq(&lab.carry(&APPLY).end());
    lab.carry(&[&RESUME[..], &["--assume-reachable"]].concat()).with_status(0);
}

/// Where HTTPS runs already, nothing is begun before every address on it was reached.
fn unreached_before() {
    let lab = Lab::with(|net, data| {
        let url = format!("http://{net}9:11000");
        data.interfaces.get_mut("backup").unwrap().push(url.clone());
        data.tasks[0].reference = Some(url);
    });
    lab.plan();
    expect![[r#"
        Stopped at step 9 (mail: to https://127.0.0.9:11443): `127.0.0.9` port 11443 was not reached: connection refused.
        0 of 29 steps done.
        Open the firewall for it; or say `--assume-reachable` where only clients reach it.
        [stderr] to go on: sesam-transport apply site.json plan.json --yes --hook 'ask hook'
        [status] 2
    "#]].assert_eq(&lab.carry(&APPLY).end());
    assert_eq!(lab.records("plan.json").len(), 0);
    lab.carry(&[&APPLY[..], &["--assume-reachable"]].concat()).with_status(0);
}

fn unsafe_plan() {
    let lab = Lab::planned();
    let mut plan = lab.json("plan.json");
    let steps = plan["steps"].as_array_mut().unwrap();
    // Aborts go over HTTPS before it runs.
    let kill = steps.iter().position(|step| step["wave"] == "set-kill").unwrap();
    steps[..=kill].rotate_right(1);
    fs::write(lab.path("plan.json"), plan.to_string()).unwrap();
    expect![[r#"
        [stderr] Not safe: step 1 is not allowed.
        [stderr]   set gv_conf_use_com_stpd_kill|sesam|https
        [stderr] 
        [stderr] What it breaks
        [stderr]   abort: transfers on `rds1` can no longer be aborted at once
        [stderr]   abort: transfers on `rds2` can no longer be aborted at once
        [stderr]   abort: transfers on `rds1` can no longer be aborted after the next restart
        [stderr]   abort: transfers on `rds2` can no longer be aborted after the next restart
        [stderr] 
        [stderr] What has to come first
        [stderr]   move step 2 up: switch HTTPS on, port 11443, in stpd.ini on rds1
        [stderr]   move step 3 up: switch HTTPS on, port 11443, in stpd.ini on rds2
        [stderr]   move step 4 up: restart STPD on rds1
        [stderr]   move step 5 up: restart STPD on rds2
        [status] 2
    "#]]
    .assert_eq(&lab.carry(&APPLY).end());
    assert_eq!(lab.records("plan.json").len(), 0);
}
