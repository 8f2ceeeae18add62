//! People at work: one at a terminal with the README, and several with a host each.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{
    bench::{Lab, is_inside},
    carry::failures,
    playground::Playground,
    terminal,
};

pub(crate) const TRIALS: &[crate::NamedTrial] = &[
    ("session::an_administrator_at_the_terminal", administrator),
    ("session::a_new_user_with_the_readme_alone", new_user),
    ("session::somebody_who_says_no", says_no),
    ("session::an_administrator_for_each_host", one_each),
];

/// Carries a plan out at a terminal: whoever sits there does what is asked for, then says so.
///
/// Returns what stood there, and how many questions were asked.
fn at_the_terminal(lab: &Lab, words: &[&str], status: i32) -> (String, usize) {
    let plan = lab.json(words[2]);
    let mut questions = 0;
    let (found, text) = terminal::talk(lab.command(words), |said| {
        questions += 1;
        // "  Step 7: ..." is the instruction.
        let instruction = said.lines().find_map(|line| line.strip_prefix("  Step "));
        if let Some((step, _)) = instruction.and_then(|line| line.split_once(':')) {
            let step: usize = step.parse().unwrap();
            lab.product.act(&plan["steps"][step - 1]["action"]).unwrap();
        }
        "y"
    });
    assert_eq!(found, Some(status), "{text}");
    (text, questions)
}

/// The whole way there and back, with everybody at work.
fn administrator() {
    let lab = Lab::new();
    let (files, data) = (lab.files(), lab.product.data());
    let clients = lab.clients();
    lab.sesam(&["audit", "site.json"]).with_status(1);
    lab.plan();
    let plan = lab.json("plan.json");
    let steps = plan["steps"].as_array().unwrap().len();
    let inside = plan["steps"].as_array().unwrap().iter().filter(|step| is_inside(step)).count();

    let (text, questions) = at_the_terminal(&lab, &["apply", "site.json", "plan.json"], 0);
    assert!(text.ends_with(&format!("Finished: {steps} of {steps} steps done.\n")), "{text}");
    // One for each step inside the product, and one before all.
    assert_eq!(questions, inside + 1, "{text}");
    // The way through the product's own interface is told.
    for place in ["Components > Topology", "field Interface", "System Settings"] {
        assert!(text.contains(place), "{place}: {text}");
    }
    lab.write_site("now.json");
    lab.sesam(&["verify", "now.json"]).with_status(0);

    let after = steps.to_string();
    lab.sesam(&["rollback", "site.json", "plan.json", "--after", &after, "-o", "back.json"])
        .with_status(0);
    at_the_terminal(&lab, &["apply", "site.json", "back.json", "--undo", "plan.json"], 0);
    assert_eq!((lab.files(), lab.product.data()), (files, data));
    assert_eq!(failures(&clients.go_home()), <[&str; 0]>::default());
}

/// The commands of the README, on a copy of the example site.
fn new_user() {
    let folder = tempfile::tempdir().unwrap();
    let playground = Playground::new(folder.path()).unwrap();
    let files = || {
        ["backup", "rds1", "rds2"]
            .map(|host| fs::read(folder.path().join(host).join("stpd.ini")).unwrap())
    };
    let original = files();
    let command = |line: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sesam-transport"));
        command.args(line.split(' ')).current_dir(&playground.folder);
        command
    };
    let runs = |line: &str, status: i32| {
        let output = command(line).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(status), "{line}\n{text}");
        text
    };
    let talks = |line: &str| {
        let (status, text) = terminal::talk(command(line), |_| "y");
        assert_eq!(status, Some(0), "{line}\n{text}");
        text
    };
    runs("audit site.toml", 1);
    runs("plan site.toml -o plan.json", 0);
    let dry = runs("apply site.toml plan.json --dry-run", 0);
    assert!(dry.contains("[28/28] restart STPD on backup.example.com"), "{dry}");
    assert_eq!(files(), original);
    // The names of the example lead nowhere.
    let text = talks("apply site.toml plan.json --assume-reachable");
    assert!(text.ends_with("Finished: 28 of 28 steps done.\n"), "{text}");
    assert_eq!(playground.product.restarts(), 3);
    runs("simulate site.toml plan.json -o now.toml", 0);
    runs("verify now.toml", 0);
    runs("rollback site.toml plan.json --after 28 -o back.json", 0);
    talks("apply site.toml back.json --undo plan.json --assume-reachable");
    assert_eq!(files(), original);
    // Everything is as before, and answers as before.
    runs("verify site.toml", 1);
    runs("apply site.toml plan.json --dry-run --journal again", 0);
}

/// No is no, before the first step and at any other.
fn says_no() {
    let lab = Lab::planned();
    let files = lab.files();
    let words = ["apply", "site.json", "plan.json"];
    let (status, text) = terminal::talk(lab.command(&words), |_| "n");
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("you said no: nothing was done"), "{text}");
    assert_eq!((lab.files(), lab.records("plan.json").len()), (files, 0));

    let mut questions = 0;
    let (status, text) = terminal::talk(lab.command(&words), |_| {
        questions += 1;
        if questions == 1 { "yes" } else { "later" }
    });
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("it failed: you said no"), "{text}");
    assert!(text.contains("to go on: sesam-transport resume site.json plan.json"), "{text}");
    at_the_terminal(&lab, &["resume", "site.json", "plan.json"], 0);
    lab.write_site("now.json");
    lab.sesam(&["verify", "now.json"]).with_status(0);
}

/// Three administrators, each with a host and a journal; one of them has the product too, and works from a list.
fn one_each() {
    let lab = Lab::planned();
    let clients = lab.clients();
    let hosts = ["rds1", "rds2", "backup"];
    let plan = lab.json("plan.json");
    let steps = plan["steps"].as_array().unwrap();
    let mut is_list_used = false;
    let (mut turns, mut finished) = (0, 0);
    while finished < hosts.len() {
        finished = 0;
        for host in hosts {
            turns += 1;
            let journal = format!("{host}.journal");
            let has_begun = lab.path(&journal).join("journal.jsonl").exists();
            let word = if has_begun { "resume" } else { "apply" };
            let mut words = vec![word, "site.json", "plan.json", "--yes", "--host", host];
            words.extend(["--journal", &journal, "--manual-steps", "list.md"]);
            let others: Vec<String> = hosts
                .iter()
                .filter(|other| **other != host)
                .map(|other| format!("{other}.journal"))
                .filter(|other| lab.path(other).join("journal.jsonl").exists())
                .chain(["ticked.md".to_owned()].into_iter().filter(|it| lab.path(it).exists()))
                .collect();
            words.extend(others.iter().flat_map(|other| ["--done", other]));
            let ended = lab.sesam(&words);
            let is_mine = ended.stdout.contains("is for you: see `list.md`");
            if is_mine {
                is_list_used = true;
                tick(&lab, steps);
            } else if ended.stdout.contains("is waiting for step") {
                ended.with_status(1);
            } else {
                finished += 1;
                ended.with_status(0);
            }
        }
        assert!(turns < 60, "nobody gets on");
    }
    assert!(is_list_used);
    assert_eq!(failures(&clients.go_home()), <[&str; 0]>::default());
    lab.write_site("now.json");
    lab.sesam(&["verify", "now.json"]).with_status(0);
    println!("{turns} turns");
}

/// Does what stands in the list, and ticks it.
fn tick(lab: &Lab, steps: &[Value]) {
    let list = fs::read_to_string(lab.path("list.md")).unwrap();
    let mut ticked = fs::read_to_string(lab.path("ticked.md")).unwrap_or_default();
    if ticked.is_empty() {
        ticked.push_str("# Done\n\n");
    }
    for line in list.lines().filter_map(|line| line.strip_prefix("- [ ] ")) {
        let step: usize = line.split_once('.').unwrap().0.parse().unwrap();
        lab.product.act(&steps[step - 1]["action"]).unwrap();
        ticked.extend(["- [x] ", line, "\n"]);
    }
    fs::write(lab.path("ticked.md"), ticked).unwrap();
}
