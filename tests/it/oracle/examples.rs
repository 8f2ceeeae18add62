//! The worked examples come out as stated, by brute force and by the oracle's own judgement.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::conditions::Subject;
use super::search::{solve, solve_family};
use super::steps::{Step, judge, steps_from_json};
use super::world::{Column, World};

fn read(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/worked-examples");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

fn list(name: &str) -> Vec<Value> {
    read("expected.json")[name].as_array().unwrap().clone()
}

#[test]
fn plans_of_the_worked_examples_are_the_stated_ones() {
    for example in list("plans") {
        let site = example["site"].as_str().unwrap();
        let world = World::from_json(&read(site));
        let (best, plan) = solve(&world);
        let found = json!({
            "outcome": if best.complete { "complete" } else { "partial" },
            "restarts": best.cost.restarts,
            "steps": best.cost.steps,
            "exposures_before": best.exposures_before,
            "exposures_after": best.exposures_after,
        });
        assert_eq!(found, example["plan"], "{site}: {plan:#?}");
        let judgement = judge(&world, &plan);
        assert!(judgement.safe, "{site}: {judgement:?}");
        assert_eq!(judgement.reaches_goal, best.complete, "{site}");
        assert_eq!(solve_family([&world]).best(&world), Some(best), "{site}");
    }
}

#[test]
fn checks_of_the_worked_examples_are_the_stated_ones() {
    for example in list("checks") {
        let world = World::from_json(&read(example["site"].as_str().unwrap()));
        let judgement = judge(&world, &steps_from_json(&example["plan"]));
        assert_eq!(json!(judgement.safe), example["safe"], "{}", example["says"]);
        assert_eq!(json!(judgement.reaches_goal), example["reaches_goal"], "{}", example["says"]);
        let found = judgement.violation.as_ref().map(|violation| {
            let mut found = json!({
                "step": judgement.steps_checked + 1,
                "condition": violation.condition.name(),
                "column": violation.column.map(Column::name),
            });
            match &violation.subject {
                Some(Subject::Host(name)) => found["host"] = json!(name),
                Some(Subject::Task(id)) => found["task"] = json!(id),
                None => {}
            }
            found
        });
        assert_eq!(found.as_ref(), example.get("violation"), "{}", example["says"]);
    }
}

#[test]
fn a_site_written_out_reads_back_the_same() {
    for example in list("plans") {
        let world = World::from_json(&read(example["site"].as_str().unwrap()));
        assert_eq!(World::from_json(&world.to_json()), world, "{}", example["site"]);
    }
}

#[test]
fn steps_written_out_read_back_the_same() {
    for example in list("checks") {
        for step in steps_from_json(&example["plan"]) {
            assert_eq!(Step::from_json(&step.to_json()), step);
        }
    }
}
