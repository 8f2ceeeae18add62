//! `apply` is killed again and again, and gone on with, while clients transfer.

use std::{collections::BTreeMap, env, fs, thread, time::Duration};

use sesam_transport::stpd::FileDigest;

use crate::{
    bench::{Lab, is_inside, is_leftover},
    carry::failures,
    clients::Dice,
};

pub(crate) const TRIALS: &[crate::NamedTrial] =
    &[("kills::everyone_reaches_the_goal_all_the_same", kills)];

/// The longest time that a run has before it is killed.
const LONGEST_MS: usize = 2000;

/// How long a step inside the product takes before and after its effect.
const PACE: Duration = Duration::from_millis(60);

/// What is counted over all sites.
#[derive(Default)]
struct Tally {
    kills: usize,
    wanted: usize,
    sites: usize,
    events: usize,
    hits: BTreeMap<String, usize>,
}

fn kills() {
    let wanted = env::var("LAB_KILLS").map_or(30, |kills| kills.parse().unwrap());
    let mut tally = Tally { wanted, ..Tally::default() };
    let mut dice = Dice(0x5eed);
    while tally.kills < tally.wanted {
        there_and_back(&mut tally, &mut dice);
    }
    let Tally { kills, sites, events, hits, .. } = tally;
    println!(
        "{kills} kills on {sites} sites, there and back; {events} transfers and aborts, none failed; killed"
    );
    for (moment, count) in hits {
        println!("{count:5} {moment}");
    }
}

fn there_and_back(tally: &mut Tally, dice: &mut Dice) {
    let lab = Lab::planned();
    let (files, data) = (lab.files(), lab.product.data());
    lab.product.dawdle(PACE);
    let clients = lab.clients();
    is_killed(&lab, "plan.json", &[], tally, dice);
    is_done_once(&lab, "plan.json", 0);
    let inside = lab.product.done().len();
    lab.write_site("now.json");
    lab.sesam(&["verify", "now.json"]).with_status(0);

    let after = lab.json("plan.json")["steps"].as_array().unwrap().len().to_string();
    lab.sesam(&["rollback", "site.json", "plan.json", "--after", &after, "-o", "back.json"])
        .with_status(0);
    is_killed(&lab, "back.json", &["--undo", "plan.json"], tally, dice);
    is_done_once(&lab, "back.json", inside);
    assert_eq!(lab.files(), files);
    assert_eq!(lab.product.data(), data);

    let events = clients.go_home();
    assert_eq!(failures(&events), <[&str; 0]>::default());
    tally.events += events.len();
    tally.sites += 1;
}

/// Carries a plan out, killed again and again.
fn is_killed(lab: &Lab, plan: &str, more: &[&str], tally: &mut Tally, dice: &mut Dice) {
    loop {
        let word = if lab.records(plan).is_empty() { "apply" } else { "resume" };
        let mut child = lab.begin(&[&[word, "site.json", plan], more].concat());
        if tally.kills < tally.wanted {
            thread::sleep(Duration::from_millis(dice.below(LONGEST_MS) as u64));
            if child.try_wait().unwrap().is_none() {
                child.kill().unwrap();
                tally.kills += 1;
            }
        }
        let output = child.wait_with_output().unwrap();
        // What the run had asked for goes on without it.
        files_are_old_or_new(lab, plan);
        if output.status.code().is_some() {
            lab.ended(&output).with_status(0);
            return;
        }
        *tally.hits.entry(moment(lab, plan)).or_default() += 1;
    }
}

/// Each step was finished once, and begun once for each time that it ended.
fn is_done_once(lab: &Lab, plan: &str, inside_before: usize) {
    let steps = lab.json(plan)["steps"].as_array().unwrap().len();
    let records = lab.records(plan);
    let steps_of = |key: &str| -> Vec<u64> {
        records.iter().filter_map(|record| record[key].as_u64()).collect()
    };
    let mut done = steps_of("done");
    let all: Vec<u64> = (1..=steps as u64).collect();
    assert_eq!(steps_of("begun"), done);
    done.sort_unstable();
    assert_eq!(done, all);
    assert_eq!(steps_of("undone"), <[u64; 0]>::default());
    let inside = inside(lab, plan) + inside_before;
    assert_eq!(lab.product.done().len(), inside, "each step inside the product was done once");
    for host in ["backup", "rds1", "rds2"] {
        let entries = fs::read_dir(lab.path(host)).unwrap();
        let left: Vec<_> =
            entries.map(|entry| entry.unwrap().path()).filter(|path| is_leftover(path)).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// How many steps of the plan are inside the product.
fn inside(lab: &Lab, plan: &str) -> usize {
    lab.json(plan)["steps"].as_array().unwrap().iter().filter(|step| is_inside(step)).count()
}

/// Every file has the bytes before the step that is open on it, or those after; where none is, what was left there.
fn files_are_old_or_new(lab: &Lab, plan: &str) {
    let records = lab.records(plan);
    let open = records.last().and_then(|record| record["begun"].as_u64());
    for host in ["backup", "rds1", "rds2"] {
        let path = fs::canonicalize(lab.ini(host)).unwrap();
        let last = records.iter().rfind(|record| record["file"]["path"].as_str() == path.to_str());
        let Some(last) = last else { continue };
        let found = FileDigest::of(&fs::read(&path).unwrap()).to_string();
        let hash = |key: &str| last["file"][key].as_str().unwrap() == found;
        let is_open = open.is_some() && last["begun"].as_u64() == open;
        assert!(hash("sha256_after") || is_open && hash("sha256_before"), "{host}: a third state");
    }
}

/// Where a kill hit.
fn moment(lab: &Lab, plan: &str) -> String {
    let records = lab.records(plan);
    let plan = lab.json(plan);
    let kind = |step: u64| {
        let step = usize::try_from(step).unwrap() - 1;
        plan["steps"][step]["action"]["type"].as_str().unwrap_or("the end").to_owned()
    };
    let Some(last) = records.last() else { return "before the first record".to_owned() };
    match (last["begun"].as_u64(), last["done"].as_u64()) {
        (Some(step), _) => format!("inside {}", kind(step)),
        (_, Some(step)) => format!("before {}", kind(step + 1)),
        _ => format!("before {}", kind(1)),
    }
}
