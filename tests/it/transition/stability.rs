//! What the library says of drawn sites is what it said before, word for word.
//!
//! Of several answers that are equally good one is given, and always the same: who plans a site again after an update
//! expects the plan that was approved. No law notices that another one is given; only the last answers do.
//!
//! Where a change is meant, `just bless` stores the new answers, and it belongs into `CHANGELOG.md`. All that is said of
//! one site, to be compared with what the last commit says: `SITE=12 cargo test --test it stability -- --nocapture`.

use std::{env, fmt::Write as _, fs};

use serde_json::{Value, json};
use sesam_transport::{
    site::{Format, Site, Source},
    transition::{PlanDocument, check, check_rollback, repair, rollback},
};

use super::{plan_of, simulate, site_of, with_document};
use crate::oracle::{
    generate::{Dice, any_site},
    plans::{plan as random_plan, rollback_plan},
    step::{Step, steps_from_json, steps_to_json},
    world::World,
};

const SITES: u64 = 320;

type Question = (&'static str, fn(&mut Case) -> String);

const QUESTIONS: [Question; 5] = [
    ("plan", |case| case.plan.to_string()),
    ("check", Case::checked),
    ("repair", Case::repaired),
    ("back", Case::back),
    ("changed", Case::changed),
];

/// A site, its plan, and another plan for it.
struct Case {
    dice: Dice,
    json: Value,
    site: Site,
    plan: Value,
    other: Value,
}

impl Case {
    fn new(number: u64) -> Self {
        let mut dice = Dice::endless(number);
        let json = any_site(&mut dice);
        let site = site_of(&json);
        let bad_once_in = *dice.of(&[2, 6, usize::MAX]);
        let other = random_plan(&World::from_json(&json), &mut dice, 12, bad_once_in);
        Self { plan: plan_of(&site), other: steps_to_json(&other, "forward"), dice, json, site }
    }

    /// What is said of the other plan.
    fn checked(&mut self) -> String {
        with_document(&self.other, |plan| json!(check(&self.site, plan).unwrap()).to_string())
    }

    fn repaired(&mut self) -> String {
        with_document(&self.other, |plan| {
            let repaired = repair(&self.site, plan).unwrap();
            json!([repaired, repaired.plan()]).to_string()
        })
    }

    /// The way back from somewhere in the plan, and what is said of another one.
    fn back(&mut self) -> String {
        let steps = steps_from_json(&self.plan);
        let done: &[Step] = &steps[..self.dice.below(steps.len() + 1)];
        let way = with_document(&self.plan, |plan| {
            json!(rollback(&self.site, plan, done.len()).unwrap().plan())
        });
        let world = World::from_json(&self.json);
        let other = rollback_plan(&world, done, &mut self.dice, 4);
        let start = simulate(&self.site, &self.plan, done.len());
        let verdict = with_document(&steps_to_json(&other, "rollback"), |other| {
            json!(check_rollback(&self.site, &start, other).unwrap())
        });
        json!([way, verdict]).to_string()
    }

    /// What is said of the plan file where something in it was changed.
    fn changed(&mut self) -> String {
        let mut said = String::new();
        for _ in 0..8 {
            let mut changed = self.plan.clone();
            change(&mut changed, &mut self.dice);
            let text = changed.to_string();
            let source = Source::new(text.as_bytes(), Format::Json).unwrap();
            let answer = match PlanDocument::read(&source) {
                Err(faults) => faults.to_string(),
                Ok(plan) => match check(&self.site, &plan) {
                    Err(mismatch) => mismatch.to_string(),
                    Ok(verdict) => json!(verdict).to_string(),
                },
            };
            writeln!(said, "{answer}").unwrap();
        }
        said
    }
}

/// Changes one thing somewhere inside.
fn change(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let at = dice.below(items.len());
            match dice.below(16) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                2 => items.swap(0, at),
                _ => change(&mut items[at], dice),
            }
        }
        Value::Object(entries) if !entries.is_empty() => {
            let key = entries.keys().nth(dice.below(entries.len())).unwrap().clone();
            if dice.once_in(16) {
                entries.remove(&key);
            } else {
                change(&mut entries[&key], dice);
            }
        }
        Value::Number(number) => {
            let number = number.as_u64().unwrap_or(0);
            *value = json!(if dice.once_in(2) { number + 1 } else { number.saturating_sub(1) });
        }
        Value::Bool(flag) => *flag = !*flag,
        Value::String(text) => {
            let others = ["http", "ftp", "https", "now", "after-restart", "h0", "h1", "t0", ""];
            (*dice.of(&others)).clone_into(text);
        }
        _ => *value = json!([0]),
    }
}

/// FNV-1a: short, and the same everywhere.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// One line: the number of the site, and what is said of it in short.
fn line(number: u64, is_shown: bool) -> String {
    let mut case = Case::new(number);
    if is_shown {
        println!("site {}\nother plan {}", case.json, case.other);
    }
    let mut line = number.to_string();
    for (name, ask) in QUESTIONS {
        let answer = ask(&mut case);
        if is_shown {
            println!("{name} {answer}");
        }
        write!(line, " {name} {:08x}", digest(&answer) >> 32).unwrap();
    }
    line
}

#[test]
fn the_same_is_said_of_drawn_sites_as_before() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/stability.txt");
    let shown: Option<u64> = env::var("SITE").ok().map(|number| number.parse().unwrap());
    let lines: Vec<String> = (0..SITES).map(|number| line(number, shown == Some(number))).collect();
    if env::var_os("BLESS").is_some() {
        fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    let before = fs::read_to_string(path).unwrap();
    let changed: Vec<_> =
        before.lines().zip(&lines).filter(|(before, now)| before != now).collect();
    assert!(
        changed.is_empty() && before.lines().count() == lines.len(),
        "another answer for {} of {} sites; the first as it was and as it is: {:?}",
        changed.len(),
        lines.len(),
        changed.first()
    );
}
