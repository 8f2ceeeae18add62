//! The way back, carried out.

use std::{env, fs};

use expect_test::expect;
use serde_json::Value;

use crate::{bench::Lab, carry::failures};

pub(crate) const TRIALS: &[crate::NamedTrial] = &[
    ("rollback::after_the_last_step_while_everybody_works", under_transfers),
    ("rollback::after_some_steps", after_some_steps),
    ("rollback::not_over_what_someone_else_has_written", foreign),
];

/// Carries out the first `after` steps of the plan, makes the way back, and carries that out.
fn there_and_back(lab: &Lab, after: usize) {
    let (files, data) = (lab.files(), lab.product.data());
    prefix(lab, after);
    lab.carry(&["apply", "site.json", "first.json"]).with_status(0);
    let after = after.to_string();
    lab.sesam(&["rollback", "site.json", "first.json", "--after", &after, "-o", "back.json"])
        .with_status(0);
    lab.carry(&["apply", "site.json", "back.json", "--undo", "first.json"]).with_status(0);
    assert_eq!(lab.files(), files, "after {after} steps");
    assert_eq!(lab.product.data(), data, "after {after} steps");
    // It is the site of before in every respect: the same plan is for it.
    lab.carry(&["apply", "site.json", "plan.json", "--dry-run"]).with_status(0);
}

/// Writes the beginning of the plan as `first.json`: it is as safe as the whole.
fn prefix(lab: &Lab, after: usize) {
    // What the plan vouches for holds of the whole only, so the first steps go as if they were written by hand.
    let plan = lab.json("plan.json");
    let steps = plan["steps"].as_array().unwrap().iter().take(after);
    let steps: Vec<_> = steps.map(|step| serde_json::json!({ "action": step["action"] })).collect();
    let first = serde_json::json!({ "steps": steps });
    fs::write(lab.path("first.json"), first.to_string()).unwrap();
}

fn under_transfers() {
    let lab = Lab::planned();
    let steps = lab.json("plan.json")["steps"].as_array().unwrap().len();
    let clients = lab.clients();
    there_and_back(&lab, steps);
    assert_eq!(failures(&clients.go_home()), <[&str; 0]>::default());
}

/// One step of each wave, or all of them.
fn after_some_steps() {
    let plan = Lab::planned().json("plan.json");
    let steps = plan["steps"].as_array().unwrap();
    let is_wanted = |after: &usize| {
        let wave = |index: usize| steps.get(index).map(|step: &Value| &step["wave"]);
        env::var_os("LAB_ROLLBACKS").is_some() || wave(*after) != wave(after - 1)
    };
    let wanted: Vec<usize> = (1..=steps.len()).filter(is_wanted).collect();
    for &after in &wanted {
        there_and_back(&Lab::planned(), after);
    }
    println!("of {} steps taken back after {wanted:?}", steps.len());
}

fn foreign() {
    let lab = Lab::planned();
    prefix(&lab, 4);
    lab.carry(&["apply", "site.json", "first.json"]).with_status(0);
    let mut bytes = fs::read(lab.ini("rds1")).unwrap();
    bytes.extend_from_slice(b"; do not touch\n");
    fs::write(lab.ini("rds1"), &bytes).unwrap();
    lab.sesam(&["rollback", "site.json", "first.json", "--after", "4", "-o", "back.json"])
        .with_status(0);
    let ended = lab.carry(&["apply", "site.json", "back.json", "--undo", "first.json"]);
    expect![[r#"
        Stopped before the first step: `rds1/stpd.ini` was changed by someone else since: to go on, put back what was left there, `first.json.journal/bytes/HASH`.
        0 of 8 steps done.
        [stderr] to go on: sesam-transport apply site.json back.json --undo first.json --yes --hook 'ask hook'
        [status] 2
    "#]].assert_eq(&ended.end());
    assert_eq!(fs::read(lab.ini("rds1")).unwrap(), bytes);
}
