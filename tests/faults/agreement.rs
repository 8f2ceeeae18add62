//! Random sites, plans and rollbacks on which library and oracle are compared, as many as the argument says.
//!
//! It ends with an error at the first disagreement, after saying which law broke and after how many cases. The cases
//! are always the same.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    dead_code,
    reason = "what panics here is a failed comparison; the oracle has parts that it does not need"
)]

use std::process::ExitCode;

#[path = "../it/agreement.rs"]
mod agreement;
#[path = "../it/oracle/mod.rs"]
mod oracle;

use agreement::Disagreement;
use oracle::generate::{Dice, any_site, odd_site};
use oracle::plans::{moves_alike, plan, rollback_plan};
use oracle::world::World;

/// What must be the same in the case of a seed.
type Law = fn(u64) -> Result<(), Disagreement>;

const LAWS: [(&str, Law); 6] = [
    ("audit", |seed| agreement::on_audit(&any_site(&mut Dice::endless(seed)))),
    ("plan", same_plan),
    ("last step", same_last_step),
    ("moves alike", same_moves_alike),
    ("rollback", same_rollback),
    ("last step back", same_last_step_back),
];

fn main() -> ExitCode {
    let cases = std::env::args().nth(1).map_or(1_000, |cases| cases.parse().unwrap());
    for seed in 0..cases {
        for (name, holds) in LAWS {
            if let Err(disagreement) = holds(seed) {
                println!("{name}, case {seed}\n{disagreement}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{cases} cases of each of {} laws", LAWS.len());
    ExitCode::SUCCESS
}

/// A plan that is bad sooner or later, or never.
fn same_plan(seed: u64) -> Result<(), Disagreement> {
    let mut dice = Dice::endless(seed);
    let site = any_site(&mut dice);
    let bad_once_in = [2, 4, 8, usize::MAX][dice.below(4)];
    let steps = plan(&World::from_json(&site), &mut dice, 20, bad_once_in);
    agreement::on_plan(&site, &steps).map(drop)
}

fn same_last_step(seed: u64) -> Result<(), Disagreement> {
    let mut dice = Dice::endless(seed);
    agreement::on_last_steps(&any_site(&mut dice), &mut dice)
}

fn same_last_step_back(seed: u64) -> Result<(), Disagreement> {
    let mut dice = Dice::endless(seed);
    agreement::on_last_steps_back(&any_site(&mut dice), &mut dice)
}

/// Many tasks that go the same way: the checker judges the first of them only.
fn same_moves_alike(seed: u64) -> Result<(), Disagreement> {
    let mut dice = Dice::endless(seed);
    let site = odd_site(&mut dice, 2, 12);
    let steps = moves_alike(&World::from_json(&site), &mut dice);
    agreement::on_plan(&site, &steps).map(drop)
}

fn same_rollback(seed: u64) -> Result<(), Disagreement> {
    let mut dice = Dice::endless(seed);
    let site = any_site(&mut dice);
    let world = World::from_json(&site);
    let length = dice.below(14);
    let done = agreement::allowed_part(&site, &plan(&world, &mut dice, length, usize::MAX));
    let bad_once_in = [1, 3, usize::MAX][dice.below(3)];
    let back = rollback_plan(&world, &done, &mut dice, bad_once_in);
    agreement::on_rollback(&site, &done, &back).map(drop)
}
