//! The worked examples and the hard places come out as stated, by brute force and by the oracle's own judgement.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::oracle::judgement::judge;
use crate::oracle::search::{solve, solve_family};
use crate::oracle::step::{Step, steps_from_json};
use crate::oracle::world::World;

const FOLDERS: [&str; 2] = ["worked-examples", "hard-places"];

fn read(folder: &str, name: &str) -> Value {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    serde_json::from_str(&fs::read_to_string(fixtures.join(folder).join(name)).unwrap()).unwrap()
}

/// What is expected in a folder under this name, each with its world.
fn expected(folder: &str, name: &str) -> Vec<(Value, World)> {
    let examples = read(folder, "expected.json")[name].as_array().unwrap().clone();
    let world =
        |example: &Value| World::from_json(&read(folder, example["site"].as_str().unwrap()));
    examples.into_iter().map(|example| (example.clone(), world(&example))).collect()
}

fn plans() -> impl Iterator<Item = (Value, World)> {
    FOLDERS.into_iter().flat_map(|folder| expected(folder, "plans"))
}

#[test]
fn plans_are_the_stated_ones() {
    for (example, world) in plans() {
        let (best, plan) = solve(&world);
        let found = json!({
            "outcome": if best.complete { "complete" } else { "partial" },
            "restarts": best.cost.restarts,
            "steps": best.cost.steps,
            "exposures_before": best.exposures_before,
            "exposures_after": best.exposures_after,
        });
        assert_eq!(found, example["plan"], "{}: {plan:#?}", example["site"]);
        let judgement = judge(&world, &plan);
        assert!(judgement.is_safe(), "{}: {judgement:?}", example["site"]);
        assert_eq!(judgement.reaches_goal, best.complete, "{}", example["site"]);
        assert_eq!(solve_family([&world]).best(&world), Some(best), "{}", example["site"]);
    }
}

#[test]
fn plans_given_for_example_are_best_ones() {
    for (example, world) in expected("hard-places", "plans") {
        let steps = example["for_example"].as_array().unwrap();
        let steps: Vec<Step> = steps.iter().map(Step::from_json).collect();
        let judgement = judge(&world, &steps);
        assert!(judgement.is_safe(), "{}: {judgement:?}", example["site"]);
        assert_eq!(json!(steps.len()), example["plan"]["steps"], "{}", example["site"]);
    }
}

#[test]
fn checks_of_the_worked_examples_are_the_stated_ones() {
    for (example, world) in expected("worked-examples", "checks") {
        let judgement = judge(&world, &steps_from_json(&example["plan"]));
        assert_eq!(json!(judgement.is_safe()), example["safe"], "{}", example["says"]);
        assert_eq!(json!(judgement.reaches_goal), example["reaches_goal"], "{}", example["says"]);
        let mut found = judgement.to_json()["violation"].take();
        if let Some(found) = found.as_object_mut() {
            found.remove("also");
        }
        assert_eq!(found, example["violation"], "{}", example["says"]);
    }
}

#[test]
fn a_site_written_out_reads_back_the_same() {
    for (example, world) in plans() {
        assert_eq!(World::from_json(&world.to_json()), world, "{}", example["site"]);
    }
}

#[test]
fn steps_written_out_read_back_the_same() {
    for (example, _) in expected("worked-examples", "checks") {
        for step in steps_from_json(&example["plan"]) {
            assert_eq!(Step::from_json(&step.to_json()), step);
        }
    }
}
