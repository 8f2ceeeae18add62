//! What audit, plan and check take on large sites, beside what any program needs to look at them once, and beside a
//! search that knows nothing but the moves, on the sites that it still manages.
//!
//! ```sh
//! cargo bench --bench engine                        # 100,000 and 1,000,000 tasks
//! cargo bench --bench engine -- 10000000            # 10,000,000 besides; 10 GB of memory
//! cargo bench --bench engine -- site 1000000 FILE   # writes that site as JSON, to time the whole command
//! cargo bench --bench engine -- only plan 1000000 5 # one thing so many times, for a profiler
//! cargo bench --bench engine -- hostile 1000000     # plans that are made to be slow: a tenth of the steps, and so many
//! ```
//!
//! Times are those on a processor where the system tells them. Figures are printed and never fail a run; a wrong result
//! does.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark measures time, prints what it finds, and stops where something is wrong"
)]

mod brute;
mod hostile;
mod large_site;
#[expect(dead_code, reason = "the tests use more of it")]
mod oracle;
mod resources;

use std::{
    env,
    fs::File,
    hint::black_box,
    io::{self, BufWriter, Write as _},
    time::Duration,
};

use sesam_transport::{
    safety,
    site::{HostId, InterfaceId, Site},
    transition::{self, Direction, Outcome, Plan, PlanDocument},
};

use hostile::{Case, HOSTILE};
use large_site::LargeSite;
use resources::{Clock, in_child, peak, shortest};

/// A host for so many tasks.
const TASKS_OF_A_HOST: usize = 1_000;

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> =
        env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["site", tasks, path] => write_site(tasks.parse().unwrap(), path),
        ["only", what, tasks, runs] => only(what, tasks.parse().unwrap(), runs.parse().unwrap()),
        ["heap", what, tasks] => heap(what, tasks.parse().unwrap()),
        ["first", what, tasks] => first(what, tasks.parse().unwrap()),
        ["hostile", steps] => hostile(steps.parse().unwrap()),
        [tasks] => tables(tasks.parse().unwrap()),
        _ => tables(1_000_000),
    }
}

fn large(tasks: usize) -> LargeSite {
    LargeSite::new((tasks / TASKS_OF_A_HOST).max(2), tasks)
}

fn write_site(tasks: usize, path: &str) {
    let site = large(tasks);
    let mut file = BufWriter::new(File::create(path).unwrap());
    serde_json::to_writer(&mut file, &site.draft()).unwrap();
    file.flush().unwrap();
}

/// Does one thing so many times.
fn only(what: &str, tasks: usize, runs: usize) {
    with_subject(tasks, |subject| {
        for _ in 0..runs {
            let clock = Clock::start();
            subject.work(what);
            println!("{:?}", clock.elapsed());
        }
    });
}

/// Prints how much memory one thing takes.
fn heap(what: &str, tasks: usize) {
    with_subject(tasks, |subject| {
        if let Some(peak) = peak(|| subject.work(what)) {
            println!("{peak}");
        }
    });
}

/// Prints how many nanoseconds one thing takes when it is done for the first time.
fn first(what: &str, tasks: usize) {
    with_subject(tasks, |subject| {
        let clock = Clock::start();
        subject.work(what);
        println!("{}", clock.elapsed().as_nanos());
    });
}

/// What everything is measured on.
struct Subject<'s> {
    site: &'s Site,
    plan: &'s Plan<'s>,
    document: &'s PlanDocument<'s>,
}

fn with_subject<T>(tasks: usize, measure: impl FnOnce(&Subject<'_>) -> T) -> T {
    // Kept to the end: what is given back here would be used again, and memory look smaller than it is.
    let names = large(tasks);
    let draft = names.draft();
    let site = Site::try_from(&draft).unwrap();
    let plan = transition::plan(&site);
    assert_eq!(plan.outcome(), Outcome::Complete);
    let document = PlanDocument::new(Direction::Forward, plan.steps().map(|step| step.action));
    let found = measure(&Subject { site: &site, plan: &plan, document: &document });
    drop(document);
    drop(draft);
    found
}

const AUDIT: &str = "audit";
const LISTED: &str = "audit, each exposure listed";
const PLAN: &str = "plan, every prefix checked";
const TOGETHER: &str = "audit and plan together";
const CERTIFICATE: &str = "certificate of each step";
const WRITE: &str = "write the plan to nowhere";
const FINGERPRINT: &str = "fingerprint";
const CHECK: &str = "check a plan by its names";

const ALL: [&str; 8] = [AUDIT, LISTED, PLAN, TOGETHER, CERTIFICATE, WRITE, FINGERPRINT, CHECK];

impl Subject<'_> {
    fn work(&self, what: &str) {
        let Self { site, plan, document } = self;
        match what {
            AUDIT => drop(black_box(safety::audit(site))),
            LISTED => drop(black_box(safety::audit(site).exposures().count())),
            PLAN | "plan" => drop(black_box(transition::plan(site))),
            TOGETHER => drop(black_box((safety::audit(site), transition::plan(site)))),
            CERTIFICATE => drop(black_box(plan.steps().count())),
            WRITE => serde_json::to_writer(io::sink(), plan).unwrap(),
            FINGERPRINT => drop(black_box(site.fingerprint())),
            CHECK => assert!(transition::check(site, document).unwrap().is_safe()),
            _ => panic!("one of {ALL:?}"),
        }
    }
}

/// Measures what is asked of hostile plans, and how it grows.
fn hostile(steps: usize) {
    println!(
        "{:<44} {:>28} {:>28} {:>28}",
        "", "read and check", "read and repair", "read and roll back"
    );
    for hostile in &HOSTILE {
        let (few, many) = ((hostile.of_size)(steps / 10), (hostile.of_size)(steps));
        let ask: [fn(&Case); 3] = [
            |case| _ = black_box(case.verdict()),
            |case| _ = black_box(case.repaired()),
            |case| _ = black_box(case.rolled_back()),
        ];
        let cell = |ask: fn(&Case)| {
            let time = |case: &Case| {
                let clock = Clock::start();
                ask(case);
                clock.elapsed()
            };
            let (few, many) = (time(&few), time(&many));
            let ratio = many.as_secs_f64() / few.as_secs_f64();
            format!(
                "{:>9.1} {:>9.1} ms {ratio:>6.1}",
                few.as_secs_f64() * 1e3,
                many.as_secs_f64() * 1e3
            )
        };
        println!("{:<44} {}", hostile.name, ask.map(cell).join(" "));
    }
}

/// What one thing takes on one site.
#[derive(Clone, Copy)]
struct Used {
    time: Duration,
    peak: Option<u64>,
}

/// In a process that runs once all memory is new to it, whatever the size of the site; where the same thing is done again,
/// a small site gets memory that is there already, and a large one that the system takes back and hands out cleared.
const FIRST: &str = "the same, in a process of its own";

fn median_of_first(what: &str, tasks: usize) -> Duration {
    let arguments = ["first", what, &tasks.to_string()];
    let mut times: Vec<u64> = (0..3).map(|_| in_child(&arguments).unwrap()).collect();
    times.sort_unstable();
    Duration::from_nanos(times[times.len() / 2])
}

type Row = (&'static str, Used);

fn measure(tasks: usize) -> Vec<Row> {
    let timed = |time| Used { time, peak: None };
    with_subject(tasks, |subject| {
        let bare = columns(subject.site);
        let mut rows = vec![
            ("floor: a pass over the columns", timed(shortest(|| columns_sum(&bare)))),
            ("floor: a copy of the columns", timed(shortest(|| bare.clone()))),
        ];
        drop(bare);
        for what in ALL {
            let peak = in_child(&["heap", what, &tasks.to_string()]);
            rows.push((what, Used { time: shortest(|| subject.work(what)), peak }));
            if what == TOGETHER {
                rows.push((FIRST, timed(median_of_first(what, tasks))));
            }
        }
        rows
    })
}

/// Measures sites of 100,000 tasks and, tenfold each, up to `tasks`, and prints them side by side.
fn tables(tasks: usize) {
    let sizes = (0..).map(|power| 100_000 * 10_usize.pow(power));
    let sizes = sizes.take_while(|&size| size < tasks).chain([tasks]);
    let columns: Vec<(usize, Vec<Row>)> = sizes.map(|size| (size, measure(size))).collect();
    print!("{:<34}", "");
    for (size, _) in &columns {
        print!("{:>54}", format!("{size} tasks"));
    }
    print!("\n{:<34}", "");
    for _ in &columns {
        print!("{:>12}{:>10}{:>10}{:>13}{:>9}", "time", "a task", "by pass", "peak", "growth");
    }
    println!();
    for row in 0..columns[0].1.len() {
        print!("{:<34}", columns[0].1[row].0);
        let mut before = None;
        for (size, rows) in &columns {
            let (pass, used) = (rows[0].1.time, rows[row].1);
            print!("{}", cell(used, pass, *size, before));
            before = Some(used.time);
        }
        println!();
    }
    println!();
    brute::table();
}

/// Time, time for each task, by that of a bare pass over them, memory; and growth from the size before.
fn cell(used: Used, pass: Duration, tasks: usize, before: Option<Duration>) -> String {
    let seconds = used.time.as_secs_f64();
    let by_pass = seconds / pass.as_secs_f64();
    let peak = used.peak.map_or_else(String::new, |peak| format!("{:.1} MB", peak as f64 / 1e6));
    let growth = before.map(|before| seconds / before.as_secs_f64());
    let growth = growth.map_or_else(String::new, |growth| format!("x {growth:.1}"));
    let (milliseconds, of_task) = (seconds * 1e3, seconds * 1e9 / tasks as f64);
    format!("{milliseconds:>9.2} ms{of_task:>7.1} ns{by_pass:>10.1}{peak:>13}{growth:>9}")
}

/// What the engine reads of each task, as bare numbers.
fn columns(site: &Site) -> Vec<[u32; 3]> {
    let number = |index: usize| u32::try_from(index).unwrap();
    let row = |task: sesam_transport::site::Task<'_>| {
        let interface = task.interface().map_or(u32::MAX, |id| number(InterfaceId::index(id)));
        let source = task.source_host().map_or(u32::MAX, |id| number(HostId::index(id)));
        [number(task.host().index()), interface, source]
    };
    site.tasks().map(row).collect()
}

fn columns_sum(columns: &[[u32; 3]]) -> u32 {
    let row = |&[host, interface, source]: &[u32; 3]| host ^ interface ^ source;
    columns.iter().map(row).fold(0, u32::wrapping_add)
}
