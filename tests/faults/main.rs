//! Breaks copies of the library, one fault at a time, and sees that the comparison with the oracle finds each.
//!
//! `faults.toml` lists the faults. A text that does not stand exactly once in its file, a fault that does not build and
//! one that is not found fail the run, and so does a comparison that fails without any fault.
//!
//! `cargo test --test faults` tries all of them; words after `--` choose those whose names contain one of the words, and
//! `FAULTS_EVERY=3` chooses every third of them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "this builds and runs copies of the library; what panics here is a failed run"
)]

mod lane;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use serde::Deserialize;

use lane::{Found, Lane};

/// A mistake that someone could make.
#[derive(Debug, Deserialize)]
struct Fault {
    name: String,
    /// The rule of the model that does not hold any more.
    breaks: String,
    file: String,
    text: String,
    /// What stands there instead of the text.
    instead: String,
}

#[derive(Deserialize)]
struct Faults {
    fault: Vec<Fault>,
}

const AT_LEAST: usize = 24;

/// Two copies: while one is built the other one is tried.
const LANES: usize = 2;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let Faults { fault: faults } = toml::from_str(include_str!("faults.toml")).unwrap();
    assert!(faults.len() >= AT_LEAST, "there are {} faults only", faults.len());
    faults.iter().for_each(Fault::stands_once);
    let is_chosen = |fault: &&Fault| {
        words.is_empty() || words.iter().any(|word| fault.name.contains(word.as_str()))
    };
    let every = std::env::var("FAULTS_EVERY").map_or(1, |every| every.parse().unwrap());
    let chosen: Vec<&Fault> = faults.iter().filter(is_chosen).step_by(every).collect();
    println!("{} of {} faults are tried", chosen.len(), faults.len());

    let started = Instant::now();
    let lanes: Vec<Lane> = (0..LANES).map(Lane::new).collect();
    let found = lanes.first().unwrap().compare();
    println!("{:55} {found}", "without any fault");
    if !matches!(found, Found::Nothing { .. }) {
        return ExitCode::FAILURE;
    }
    let missed = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for lane in &lanes {
            scope.spawn(|| {
                while let Some(fault) = chosen.get(next.fetch_add(1, Relaxed)) {
                    let found = lane.compare_with(&fault.file, &fault.text, &fault.instead);
                    println!("{:55} {found}", fault.name);
                    if !matches!(found, Found::Disagreement { .. }) {
                        missed.lock().unwrap().push(*fault);
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().unwrap();
    for fault in &missed {
        println!("not found: {}; it breaks: {}", fault.name, fault.breaks);
    }
    let found = chosen.len() - missed.len();
    println!("{found} of {} faults found in {} s", chosen.len(), started.elapsed().as_secs());
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Fault {
    fn stands_once(&self) {
        let text = std::fs::read_to_string(lane::root().join(&self.file)).unwrap();
        let count = text.matches(&self.text).count();
        assert!(
            count == 1,
            "the text of the fault `{}` stands {count} times in {}: change tests/faults/faults.toml",
            self.name,
            self.file
        );
    }
}
