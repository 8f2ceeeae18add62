//! How many of the tricky edits come out exactly as written down, for everyone over the same cases, and how many
//! genuine files come back byte for byte.

use std::{
    env, fs,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use sesam_transport::ini::{Dialect, Document, Edit, Outcome, Refusal, Target, plan};

#[path = "../../tests/it/ini/tricky/cases.rs"]
#[allow(dead_code, reason = "the tests ask more of the cases")]
mod cases;

use self::cases::{CASES, Case, Expected, Family};
use crate::peers::{self, Answer, Cannot, Peer, Task};

const VERBS: [&str; 5] = ["round trip", "disable", "enable", "set", "remove"];

/// Prints the table; a result of ours that is not exact fails the run.
pub fn run(quick: bool) -> ExitCode {
    // What anyone can take part in: exact names, lines without continuation.
    let limit = Duration::from_secs(if quick { 2 } else { 20 });
    let cases: Vec<&'static Case> =
        CASES.iter().filter(|case| case.family == Family::Stpd && !case.caseless).collect();
    println!("exact results of {} tricky texts", cases.len());
    print!("{:<24}", "");
    VERBS.iter().for_each(|verb| print!(" {verb:>10}"));
    println!("  remarks");

    let mut failures = Vec::new();
    let ours = VERBS.map(|verb| {
        let is_exact = |case: &&&'static Case| {
            let exact = is_exact(case, verb, &ours(case, verb));
            if !exact {
                failures.push(format!("{:?}, {}: {verb} is not exact", case.kind, case.name));
            }
            exact
        };
        cases.iter().filter(is_exact).count().to_string()
    });
    print_row("sesam-transport", &ours, "");
    for peer in peers::PROCESSES.iter().chain(peers::CRATES) {
        // Starting Python some hundred times is not quick.
        let skipped =
            quick && !peer.name.starts_with("sed") && !peer.name.ends_with(char::is_numeric);
        if skipped || !peers::is_here(peer) {
            println!(
                "{:<24} {}",
                peer.name,
                if skipped { "not in a quick run" } else { "not here" }
            );
            continue;
        }
        match cells(peer, &cases, limit) {
            Ok(cells) => print_row(peer.name, &cells, peer.remark),
            Err(case) => println!("{:<24} does not come to an end: {case}", peer.name),
        }
    }
    println!();
    genuine(limit);
    failures.iter().for_each(|failure| eprintln!("{failure}"));
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print_row(name: &str, cells: &[String; 5], remark: &str) {
    print!("{name:<24}");
    cells.iter().for_each(|cell| print!(" {cell:>10}"));
    println!("  {remark}");
}

/// The counts of a peer, or the text on which it took longer than `limit`.
fn cells(
    peer: &'static Peer,
    cases: &[&'static Case],
    limit: Duration,
) -> Result<[String; 5], String> {
    let asked = cases.to_vec();
    let verbs =
        VERBS.iter().flat_map(move |verb| asked.clone().into_iter().map(move |one| (verb, one)));
    let answers = answers(verbs.map(|(verb, case)| theirs(peer, case, verb)));
    let mut cells = VERBS.map(|_| String::new());
    for (cell, verb) in cells.iter_mut().zip(VERBS) {
        let (mut exact, mut has_way) = (0, true);
        for case in cases {
            let late = |_| format!("{verb}, {:?}, {}", case.kind, case.name);
            let answer = answers.recv_timeout(limit).map_err(late)?;
            has_way &= answer != Err(Cannot::NoWay);
            exact += usize::from(is_exact(case, verb, &answer));
        }
        *cell = if has_way { exact.to_string() } else { "no way".to_owned() };
    }
    Ok(cells)
}

/// Answers as they come, one after the other.
///
/// They are asked for in a thread of its own; one that does not come to an end is left behind until the process does.
fn answers(mut asked: impl Iterator<Item = Answer> + Send + 'static) -> Receiver<Answer> {
    let (sender, answers) = mpsc::channel();
    thread::spawn(move || {
        // Who gives up in a panic has refused.
        let mut next = || {
            let answer = panic::catch_unwind(AssertUnwindSafe(|| asked.next()));
            answer.unwrap_or(Some(Err(Cannot::Refused)))
        };
        while let Some(answer) = next() {
            if sender.send(answer).is_err() {
                return;
            }
        }
    });
    answers
}

/// Prints how many genuine files come back byte for byte from those that can be asked so often.
fn genuine(limit: Duration) {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ini-corpus");
    let folder = env::var_os("INI_CORPUS").map_or(beside, PathBuf::from);
    // What lies in the folder itself tells of the files in those below it.
    let files = files_in(&folder).into_iter().filter(|file| file.parent() != Some(&folder));
    let texts: Vec<Vec<u8>> = files.filter_map(|file| fs::read(file).ok()).collect();
    if texts.is_empty() {
        println!("genuine files: none here, INI_CORPUS names a folder with folders of them\n");
        return;
    }
    println!("exact round trips of {} genuine files", texts.len());
    // Not by asking for the bytes, which are never let go of: by putting the lines together.
    let is_kept = |text: &&Vec<u8>| {
        let document = Document::parse(text, Dialect::stpd());
        let lines = document.lines().flat_map(|line| line.span.of(text));
        lines.eq(document.body().of(text))
    };
    println!("{:<24} {:>10}", "sesam-transport", texts.iter().filter(is_kept).count());
    for peer in peers::CRATES {
        let asked = texts.clone().into_iter();
        let answers = answers(asked.map(|text| peer.edit_bytes(&text, b"", b"", Task::RoundTrip)));
        let mut exact = 0;
        let is_late = texts.iter().any(|text| {
            let answer = answers.recv_timeout(limit);
            exact += usize::from(answer.as_ref().is_ok_and(|answer| answer.as_ref() == Ok(text)));
            answer.is_err()
        });
        let remark = if is_late { "  does not come to an end" } else { "" };
        println!("{:<24} {exact:>10}{remark}", peer.name);
    }
    println!();
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let files = entries.flat_map(|entry| match entry.path() {
        path if path.is_dir() => files_in(&path),
        path => vec![path],
    });
    files.collect()
}

/// What an edit is given: `enable` goes on from where `disable` should have led.
fn given(case: &Case, verb: &str) -> Vec<u8> {
    let text = case.text();
    match verb {
        "enable" => case.results.disable.bytes(&text).unwrap_or(text),
        _ => text,
    }
}

/// The bytes as written down; or, where nothing is to change, an answer that changes nothing.
fn is_exact(case: &Case, verb: &str, answer: &Answer) -> bool {
    let expected = match verb {
        "disable" => case.results.disable,
        "enable" => case.results.enable,
        "set" => case.results.set,
        "remove" => case.results.remove,
        _ => Expected::Original,
    };
    match (expected.bytes(&case.text()), answer) {
        (Some(expected), answer) => answer.as_ref() == Ok(&expected),
        (None, Ok(left)) => *left == given(case, verb),
        (None, Err(why)) => *why == Cannot::Refused,
    }
}

fn ours(case: &Case, verb: &str) -> Answer {
    let text = given(case, verb);
    let target = Target::exact(case.section, case.key);
    let edit = match verb {
        "disable" => Edit::disable(target),
        "enable" => Edit::enable(target, case.wanted),
        "set" => Edit::set(target, case.value),
        "remove" => Edit::remove(target),
        _ => return Ok(Document::parse(&text, Dialect::stpd()).to_bytes().to_vec()),
    };
    let done = |outcome: Result<Outcome<'_>, Refusal>| match outcome {
        Ok(Outcome::Changed(patch)) => patch.apply(&text).map_err(|_| Cannot::Refused),
        Ok(_) => Ok(text.clone()),
        Err(_) => Err(Cannot::Refused),
    };
    let answer = done(plan(&text, Dialect::stpd(), &edit));
    let document = Document::parse(&text, Dialect::stpd());
    assert_eq!(done(document.plan(&edit)), answer, "{}: the routes differ", case.name);
    answer
}

fn theirs(peer: &Peer, case: &Case, verb: &str) -> Answer {
    let value = String::from_utf8_lossy(case.value);
    let task = match verb {
        "disable" => Task::Disable,
        "enable" => Task::Enable,
        "set" => Task::Set(&value),
        "remove" => Task::Remove,
        _ => Task::RoundTrip,
    };
    peer.edit_bytes(&given(case, verb), case.section, case.key, task)
}
