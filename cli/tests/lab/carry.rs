//! The whole way, under constant transfers and aborts.

use std::{
    io::{BufRead as _, BufReader},
    time::Instant,
};

use crate::{
    bench::Lab,
    clients::{Event, Kind},
};

pub(crate) const TRIALS: &[crate::NamedTrial] =
    &[("the_goal_is_reached_and_nobody_notices", whole)];

/// So many of each overlap every step, or the lab has seen too little.
pub(crate) const TRANSFERS: usize = 20;
pub(crate) const ABORTS: usize = 5;

fn whole() {
    let lab = Lab::planned();
    let plan = lab.json("plan.json");
    let steps = plan["steps"].as_array().unwrap().len();
    let clients = lab.clients();
    clients.beside(Instant::now(), TRANSFERS, ABORTS);

    let mut child = lab.begin(&["apply", "site.json", "plan.json"]);
    let (mut begun, mut spans, mut lines) = (Instant::now(), Vec::new(), String::new());
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.ends_with("] done") {
            spans.push((begun, Instant::now()));
        } else {
            begun = Instant::now();
        }
        lines = lines + &line + "\n";
    }
    let mut output = child.wait_with_output().unwrap();
    output.stdout = lines.into_bytes();
    let ended = lab.ended(&output).with_status(0);
    assert!(ended.stdout.ends_with(&format!("Finished: {steps} of {steps} steps done.\n")));

    let events = clients.go_home();
    assert_eq!(failures(&events), <[&str; 0]>::default());
    assert_eq!(spans.len(), steps);
    let least = |kind| {
        let beside = |&(from, until): &(Instant, Instant)| {
            let is_beside = |event: &&Event| event.from < until && event.until > from;
            events.iter().filter(|event| event.kind == kind).filter(is_beside).count()
        };
        spans.iter().map(beside).min().unwrap()
    };
    let (transfers, aborts) = (least(Kind::Transfer), least(Kind::Abort));
    println!(
        "{steps} steps; {} transfers and aborts, none failed; beside each step at least {transfers} and {aborts}",
        events.len()
    );
    assert!(transfers >= TRANSFERS && aborts >= ABORTS, "{transfers} transfers, {aborts} aborts");

    // As it is, the site has nothing left of what was to go, whoever asks.
    let restarts = usize::try_from(plan["summary"]["restarts"].as_u64().unwrap()).unwrap();
    assert_eq!(lab.product.restarts(), restarts);
    lab.write_site("now.json");
    lab.sesam(&["verify", "now.json"]).with_status(0);
    assert_eq!(lab.sesam(&["plan", "now.json", "--format", "json"]).with_status(0).steps(), 0);
}

/// What went wrong.
pub(crate) fn failures(events: &[Event]) -> Vec<&str> {
    events.iter().filter_map(|event| event.failed.as_deref()).collect()
}
