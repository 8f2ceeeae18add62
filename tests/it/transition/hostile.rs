//! Plans that are written to do harm: judged in time that grows with their length, or refused with one clear error.
//!
//! No clock decides: what grows with the square of these sizes would take hours. How long each takes prints
//! `cargo bench --bench engine -- hostile 1000000`.

use expect_test::{Expect, expect};
use sesam_transport::{
    site::{Format, Source},
    transition::PlanDocument,
};

use crate::hostile::HOSTILE;

const MANY: usize = 100_000;

/// Asks something of every hostile plan.
fn asked(ask: impl Fn(&crate::hostile::Case) -> String) -> String {
    let answers = HOSTILE.iter().map(|hostile| {
        let answer = ask(&(hostile.of_size)(MANY));
        format!("{}: {answer}\n", hostile.name)
    });
    answers.collect()
}

#[test]
fn every_hostile_plan_is_judged() {
    expect![[r#"
        a port that is switched to and fro: safe, 100000 steps
        steps on tasks that nobody knows: step 1 breaks precondition
        one restart, again and again: step 1 breaks precondition
        aborts moved too early, again and again: step 1 breaks abort
        interfaces of one host, each entered: safe, 100000 steps
        interfaces of one host, entered and deleted: safe, 100000 steps
        a task that is moved to and fro: safe, 100000 steps
        a step that needs all before it: safe, 100000 steps
        steps that all are for the last one: safe, 100000 steps
        a step that needs itself, and one behind it: `needs` of step 1 is not so
        a step that removes a long list: `because` of step 1 is not so
        numbers of steps in disorder: `id` of step 50000 is not so
        parts of the goal that are reached: `blocked` is not so
        a rollback that turns aborts to and fro: safe, 100000 steps
        a rollback that enters and deletes: safe, 100000 steps
        a rollback that enters and deletes, counted: `exposures_after` of step 3 is not so
        a rollback that keeps a long list: `kept` is not so
    "#]]
    .assert_eq(&asked(crate::hostile::Case::verdict));
}

#[test]
fn every_hostile_plan_is_repaired() {
    let steps = |case: &crate::hostile::Case| {
        case.repaired().map_or("none".to_owned(), |steps| format!("{steps} steps"))
    };
    expect![[r#"
        a port that is switched to and fro: 100000 steps
        steps on tasks that nobody knows: 5 steps
        one restart, again and again: 5 steps
        aborts moved too early, again and again: 12006 steps
        interfaces of one host, each entered: 100000 steps
        interfaces of one host, entered and deleted: 100000 steps
        a task that is moved to and fro: 100000 steps
        a step that needs all before it: 100000 steps
        steps that all are for the last one: 100000 steps
        a step that needs itself, and one behind it: 100000 steps
        a step that removes a long list: 1 steps
        numbers of steps in disorder: 100000 steps
        parts of the goal that are reached: 0 steps
        a rollback that turns aborts to and fro: none
        a rollback that enters and deletes: none
        a rollback that enters and deletes, counted: none
        a rollback that keeps a long list: none
    "#]]
    .assert_eq(&asked(steps));
}

#[test]
fn there_is_a_way_back_from_hostile_plans() {
    let steps = |case: &crate::hostile::Case| {
        case.rolled_back().map_or("none".to_owned(), |steps| format!("{steps} steps"))
    };
    expect![[r#"
        a port that is switched to and fro: 100000 steps
        steps on tasks that nobody knows: 0 steps
        one restart, again and again: 0 steps
        aborts moved too early, again and again: 1 steps
        interfaces of one host, each entered: 100000 steps
        interfaces of one host, entered and deleted: 100000 steps
        a task that is moved to and fro: 100000 steps
        a step that needs all before it: 100000 steps
        steps that all are for the last one: 100000 steps
        a step that needs itself, and one behind it: none
        a step that removes a long list: none
        numbers of steps in disorder: none
        parts of the goal that are reached: none
        a rollback that turns aborts to and fro: none
        a rollback that enters and deletes: none
        a rollback that enters and deletes, counted: none
        a rollback that keeps a long list: none
    "#]]
    .assert_eq(&asked(steps));
}

#[track_caller]
fn refused(text: &str, format: Format, expected: Expect) {
    let faults = Source::new(text.as_bytes(), format)
        .and_then(|source| PlanDocument::read(&source).map(drop))
        .expect_err("the plan is refused");
    let lines: Vec<_> =
        faults.listed().iter().map(|fault| fault.in_file("plan").to_string()).collect();
    expected.assert_eq(&lines.join("\n"));
}

/// A plan in JSON whose only step has these parts besides its action.
#[track_caller]
fn part_refused(part: &str, expected: Expect) {
    let action = r#"{"type":"restart","host":"s"}"#;
    refused(&format!("{{\"steps\":[{{\"action\":{action},\n{part}}}]}}"), Format::Json, expected);
}

#[test]
fn numbers_that_are_none() {
    part_refused(r#""id": -1"#, expect!["plan:2:7: `-1` is out of range; expected a whole number"]);
    part_refused(
        r#""id": 1.5"#,
        expect!["plan:2:7: expected a whole number, found a number that is not whole"],
    );
    part_refused(
        r#""needs": [1e400]"#,
        expect!["plan:2:11: expected a whole number, found a number that is not whole"],
    );
    part_refused(
        r#""exposures_after": 99999999999999999999999999"#,
        expect!["plan:2:20: `99999999999999999999999999` is out of range; expected a whole number"],
    );
    part_refused(
        &format!(r#""exposures_after": {}"#, "9".repeat(1_000_000)),
        expect![
            "plan:2:20: `999999999999999999999999999999999999999999999999999999999999...` is out of range; expected a whole number"
        ],
    );
    part_refused(r#""id": NaN"#, expect!["plan:2:7: this is not JSON: expected value"]);
    refused(
        "[[steps]]\nid = -1\naction = { type = \"restart\", host = \"s\" }",
        Format::Toml,
        expect!["plan:2:6: `-1` is out of range; expected a whole number"],
    );
    refused(
        "[[steps]]\nid = inf\naction = { type = \"restart\", host = \"s\" }",
        Format::Toml,
        expect!["plan:2:6: expected a whole number, found a number that is not whole"],
    );
}

#[test]
fn keys_that_are_there_twice() {
    part_refused(
        r#""id": 1, "id": 1"#,
        expect!["plan:2:10: the key `id` is there twice; the first is in line 2"],
    );
    part_refused(
        r#""because": {"for": [], "for": []}"#,
        expect!["plan:2:24: the key `for` is there twice; the first is in line 2"],
    );
    let many = vec![r#""id": 1"#; 100_000].join(",");
    let text = format!("{{\"steps\":[{{{many}}}]}}");
    let faults = PlanDocument::read(&Source::new(text.as_bytes(), Format::Json).unwrap());
    let faults = faults.unwrap_err();
    assert_eq!((faults.count(), faults.listed().len()), (100_000, 100));
}

#[test]
fn values_inside_values() {
    let depth = 100_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    part_refused(
        &format!("\"because\": {deep}"),
        expect!["plan:2:12: expected a table, found a list"],
    );
    // What is for people is passed over, however deep it goes.
    let text =
        format!("{{\"steps\":[],\"blocked\":[{{\"goal\":{{\"https\":\"s\"}},\"cause\":{deep}}}]}}");
    assert!(PlanDocument::read(&Source::new(text.as_bytes(), Format::Json).unwrap()).is_ok());
    refused(&deep, Format::Json, expect!["plan:1:1: expected a table, found a list"]);
    refused(
        &format!("steps = {deep}"),
        Format::Toml,
        expect!["plan:1:89: this is not TOML: cannot recurse further; max recursion depth met"],
    );
    let keys = vec!["a"; depth].join(".");
    refused(
        &format!("steps = []\n[{keys}]"),
        Format::Toml,
        expect!["plan:1:1: this is not TOML: recursion limit"],
    );
}

#[test]
fn texts_without_end() {
    let long = "x".repeat(10_000_000);
    part_refused(
        &format!("\"wave\": \"{long}\""),
        expect![
            "plan:2:9: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...` is not known here; expected `undo-edits`, `enable-https`, `settings`, `park`, `first-restart`, `set-kill`, `add-interfaces`, `reassign`, `remove-interfaces`, `disable-ports` or `closing-restart`"
        ],
    );
    part_refused(
        &format!("\"{long}\": 1"),
        expect![
            "plan:2:1: there is no key `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...` here; the keys are `action`, `because`, `exposures_after`, `file`, `id`, `needs`, `probe`, `undo` and `wave`"
        ],
    );
    part_refused(
        &format!("\"probe\": {{\"type\": \"{long}\"}}"),
        expect![
            "plan:2:19: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...` is not known here; expected `port-open`, `port-closed`, `configured-is`, `interface-present`, `interface-absent`, `reference-is`, `kill-is` or `setting-is`"
        ],
    );
}
