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
    site::{Faults, Format, Site, Source},
    transition::{
        PlanDocument, PlanMismatch, Verdict, check, check_rollback, plan, repair, rollback,
    },
};
use sha2::{Digest as _, Sha256};

use super::{plan_of, simulate, site_of, with_document};
use crate::oracle::{
    generate::{Dice, any_site},
    plans::{plan as random_plan, rollback_plan},
    step::{Step, steps_from_json, steps_to_json},
    world::World,
};

const SITES: u64 = 320;

/// Sites where something shows that no other one shows: choices that one sentence tells for several hosts, settings that
/// are alike, ports closed ahead of the restart, hosts where fewer restarts take more steps.
const RARE: [u64; 14] = [
    986, 2_512, 3_095, 4_429, 4_873, 5_781, 5_786, 6_125, 6_617, 7_292, 8_237, 10_423, 19_286,
    39_570,
];

type Question = (&'static str, fn(&mut Case) -> String);

const QUESTIONS: [Question; 5] = [
    ("plan", |case| json!([case.plan, plan(&case.site).endpoints()]).to_string()),
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
            let replanned = repaired.replanned_after();
            let deeds = repaired.changes().iter().map(|change| change.deed.to_string());
            json!([repaired, repaired.plan(), replanned, deeds.collect::<Vec<_>>()]).to_string()
        })
    }

    /// The way back from somewhere in the plan, what is said of another one, and of the first where something in it was
    /// changed.
    fn back(&mut self) -> String {
        let steps = steps_from_json(&self.plan);
        let done: &[Step] = &steps[..self.dice.below(steps.len() + 1)];
        let (way, kept) = with_document(&self.plan, |plan| {
            let way = rollback(&self.site, plan, done.len()).unwrap();
            (json!(way.plan()), json!(way.kept().map(|(_, text)| text).collect::<Vec<_>>()))
        });
        let world = World::from_json(&self.json);
        let other = rollback_plan(&world, done, &mut self.dice, 4);
        let start = simulate(&self.site, &self.plan, done.len());
        let verdict = with_document(&steps_to_json(&other, "rollback"), |other| {
            json!(check_rollback(&self.site, &start, other).unwrap())
        });
        let changed = changed(&way, &mut self.dice, |way| check_rollback(&self.site, &start, way));
        json!([way, kept, verdict, changed]).to_string()
    }

    /// What is said of the plan file where something in it was changed.
    fn changed(&mut self) -> String {
        changed(&self.plan, &mut self.dice, |plan| check(&self.site, plan))
    }
}

/// What is said of a plan file after one change and another.
fn changed<'s>(
    plan: &Value,
    dice: &mut Dice,
    ask: impl Fn(&PlanDocument<'_>) -> Result<Verdict<'s>, PlanMismatch>,
) -> String {
    let mut said = String::new();
    for nth in 0..12 {
        let mut changed = plan.clone();
        match nth {
            0..8 => change(&mut changed, dice),
            _ => leave_but_one(&mut changed, dice),
        }
        let text = changed.to_string();
        let source = Source::new(text.as_bytes(), Format::Json).unwrap();
        let answer = match PlanDocument::read(&source) {
            Err(faults) => listed(&faults),
            Ok(plan) => match ask(&plan) {
                Err(PlanMismatch::Certificate(error)) => {
                    format!("{error}, {}", listed(&source.locate(error.to_faults())))
                }
                Err(mismatch) => mismatch.to_string(),
                Ok(verdict) => json!([verdict, verdict.direction()]).to_string(),
            },
        };
        writeln!(said, "{answer}").unwrap();
    }
    said
}

fn listed(faults: &Faults) -> String {
    faults
        .listed()
        .iter()
        .map(|fault| fault.in_file("plan").to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Leaves of what a plan file says besides its actions a single thing, and changes that.
fn leave_but_one(plan: &mut Value, dice: &mut Dice) {
    let mut steps = plan["steps"].take();
    let of_step = dice.once_in(2) && steps != json!([]);
    let (mut all, needed): (_, &[&str]) = if of_step {
        let at = dice.below(steps.as_array().unwrap().len());
        (steps[at].take(), &["action"])
    } else {
        (plan.take(), &["direction", "format_version", "steps"])
    };
    let keys: Vec<String> = all
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| !needed.contains(&key.as_str()))
        .cloned()
        .collect();
    let one = dice.of(&keys).clone();
    all.as_object_mut().unwrap().retain(|key, _| *key == one || needed.contains(&key.as_str()));
    change(&mut all[&one], dice);
    for step in steps.as_array_mut().unwrap() {
        *step = if step.is_null() { all.clone() } else { json!({ "action": step["action"] }) };
    }
    if of_step {
        plan.as_object_mut().unwrap().retain(|key, _| key == "direction");
    } else {
        *plan = all;
    }
    plan["steps"] = steps;
}

/// Keys of steps, probes and parts of the goal.
const KEYS: [&str; 21] = [
    "host",
    "transport",
    "port",
    "interface",
    "listener",
    "position",
    "value",
    "task",
    "section",
    "key",
    "ftp",
    "http",
    "https",
    "kind",
    "type",
    "column",
    "url",
    "step",
    "steps",
    "text",
    "sha256_before",
];

fn values() -> [Value; 6] {
    [json!("h0"), json!("http"), json!(11000), json!(1), json!("off"), json!([1])]
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
            match dice.below(8) {
                0 => drop(entries.remove(&key)),
                1 => drop(entries.insert((*dice.of(&KEYS)).into(), dice.of(&values()).clone())),
                _ => change(&mut entries[&key], dice),
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

/// As short as tells two answers apart.
fn digest(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
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
        write!(line, " {name} {}", digest(&answer)).unwrap();
    }
    line
}

#[test]
fn the_same_is_said_of_drawn_sites_as_before() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/stability.txt");
    let shown: Option<u64> = env::var("SITE").ok().map(|number| number.parse().unwrap());
    let numbers = (0..SITES).chain(RARE);
    let lines: Vec<String> = numbers.map(|number| line(number, shown == Some(number))).collect();
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
