//! `apply` is killed between any two of its calls on files, and gone on with.

use std::{collections::BTreeMap, env, ffi::OsStr, fs, path::Path};

use crate::{
    bench::{Lab, is_leftover},
    clients::Dice,
    traced::{self, Call, Traced},
};

pub(crate) const TRIALS: &[crate::NamedTrial] =
    &[("kills::between_any_two_file_calls", between_any_two)];

const APPLY: [&str; 3] = ["apply", "site.json", "first.json"];
const RESUME: [&str; 3] = ["resume", "site.json", "first.json"];

/// The least that a step in a file takes: to make, write, sync and rename a file, and two records with their syncs.
const CALLS_AT_LEAST: usize = 20;

/// How often a run was killed, by what it had done last and what it was about to do.
type Histogram = BTreeMap<[String; 2], usize>;

fn between_any_two() {
    let lab = Lab::planned();
    // The first step is one in a file: nothing is restarted, so that it can be tried again and again.
    let plan = lab.json("plan.json");
    let first = &plan["steps"][0]["action"];
    assert_eq!(first["type"], "enable-port");
    let host = first["host"].as_str().unwrap();
    let steps = serde_json::json!({ "steps": [{ "action": first }] });
    fs::write(lab.path("first.json"), steps.to_string()).unwrap();
    let step = Step { before: fs::read(lab.ini(host)).unwrap(), host, lab: &lab };

    let whole = step.run(&APPLY, None);
    assert_eq!(whole.status.code(), Some(0), "{}", String::from_utf8_lossy(&whole.stdout));
    let after = fs::read(lab.ini(host)).unwrap();
    assert_ne!(after, step.before);
    let count = whole.calls.len();
    assert!(count >= CALLS_AT_LEAST, "{:?}", whole.calls);

    let wanted: Option<usize> = env::var("LAB_KILLS").ok().map(|kills| kills.parse().unwrap());
    let mut histogram = Histogram::new();
    // Every place is tried where many kills are asked for, and some otherwise.
    for at in (0..count).step_by(if wanted.is_some() { 1 } else { 5 }) {
        step.is_killed_and_goes_on([Some(at), None], &after, &mut histogram);
    }
    let mut dice = Dice(0xca11);
    while histogram.values().sum::<usize>() < wanted.unwrap_or(0) {
        let places = [Some(dice.below(count)), Some(dice.below(count))];
        step.is_killed_and_goes_on(places, &after, &mut histogram);
    }

    println!(
        "{} kills; an undisturbed run makes {count} calls on files; killed",
        histogram.values().sum::<usize>()
    );
    for ([last, next], count) in &histogram {
        println!("{count:5} after {last}, before {next}");
    }
    let mut pairs = whole.calls.windows(2).map(|pair| [told(&pair[0]), told(&pair[1])]);
    let missing = pairs.find(|pair| wanted.is_some() && !histogram.contains_key(pair));
    assert_eq!(missing, None, "it was never killed there");
}

/// A step in a file, to be tried again and again.
struct Step<'l> {
    lab: &'l Lab,
    host: &'l str,
    before: Vec<u8>,
}

impl Step<'_> {
    fn reset(&self) {
        fs::write(self.lab.ini(self.host), &self.before).unwrap();
        let journal = self.lab.path("first.json.journal");
        if journal.exists() {
            fs::remove_dir_all(journal).unwrap();
        }
    }

    fn run(&self, words: &[&str], kill_before: Option<usize>) -> Traced {
        let folder = fs::canonicalize(self.lab.path("")).unwrap();
        traced::run(&self.lab.carry_command(words), &folder, kill_before)
    }

    /// A run that is killed, one that goes on and may be killed too, and one that nobody disturbs.
    fn is_killed_and_goes_on(
        &self,
        places: [Option<usize>; 2],
        after: &[u8],
        histogram: &mut Histogram,
    ) {
        self.reset();
        let mut words = APPLY;
        for place in places {
            self.is_killed(&words, place, after, histogram);
            // Before the first record there is nothing to resume.
            words = if self.lab.records("first.json").is_empty() { APPLY } else { RESUME };
        }
        assert!(!self.is_killed(&words, None, after, histogram), "nobody killed it");
        self.is_done_once(after);
    }

    /// Whether a run was killed; the file is old or new whatever happened.
    fn is_killed(
        &self,
        words: &[&str],
        kill_before: Option<usize>,
        after: &[u8],
        histogram: &mut Histogram,
    ) -> bool {
        let ran = self.run(words, kill_before);
        let found = fs::read(self.lab.ini(self.host)).unwrap();
        assert!(found == self.before || found == after, "{kill_before:?}: a third state");
        let is_killed = ran.status.code().is_none();
        if is_killed {
            let last = ran.calls.last().map_or_else(|| "nothing".to_owned(), told);
            let next = ran.stopped_before.as_ref().map_or_else(String::new, told);
            *histogram.entry([last, next]).or_default() += 1;
        } else {
            let said = String::from_utf8_lossy(&ran.stdout);
            assert_eq!(ran.status.code(), Some(0), "{words:?} {kill_before:?}: {said}");
        }
        is_killed
    }

    /// The file is new, nothing lies about, and the journal has the step once.
    fn is_done_once(&self, after: &[u8]) {
        assert_eq!(fs::read(self.lab.ini(self.host)).unwrap(), after);
        let entries = fs::read_dir(self.lab.path(self.host)).unwrap();
        let left: Vec<_> =
            entries.map(|it| it.unwrap().path()).filter(|it| is_leftover(it)).collect();
        assert!(left.is_empty(), "{left:?}");
        let records = self.lab.records("first.json");
        let count = |key: &str| records.iter().filter(|record| record[key] == 1).count();
        assert_eq!([count("begun"), count("done"), count("undone")], [1, 1, 0], "{records:?}");
    }
}

/// A call in words that are the same in every run.
fn told(call: &Call) -> String {
    let name = call.path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let is_in = |folder: &str| call.path.parent().is_some_and(|parent| parent.ends_with(folder));
    let place = match name {
        "" => "the folder of the plan",
        _ if is_in("bytes") => "stored bytes",
        _ if is_leftover(Path::new(name)) => "temporary file",
        other => other,
    };
    format!("{} {place}", call.name)
}
