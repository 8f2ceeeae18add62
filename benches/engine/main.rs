//! How long audit, plan and check take on large sites, beside what any program would need to look at them once.
//!
//! ```sh
//! cargo bench --bench engine                        # 100,000 and 1,000,000 tasks
//! cargo bench --bench engine -- 10000000            # 1,000,000 and 10,000,000; 10 GB of memory
//! cargo bench --bench engine -- site 1000000 FILE   # writes that site as JSON, to time the whole command
//! ```
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark measures time, prints what it finds, and stops where something is wrong"
)]

mod large_site;

use std::{
    env,
    fs::File,
    hint::black_box,
    io::{self, BufWriter, Write as _},
    time::{Duration, Instant},
};

use sesam_transport::{
    safety,
    site::{HostId, InterfaceId, Site},
    transition::{self, Direction, Outcome, PlanDocument},
};

use large_site::LargeSite;

/// The best of so many runs counts: whatever else the machine does only adds.
const RUNS: usize = 7;

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> =
        env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["only", what, tasks, runs] => only(what, tasks.parse().unwrap(), runs.parse().unwrap()),
        ["site", tasks, path] => write_site(tasks.parse().unwrap(), path),
        [tasks] => table(tasks.parse().unwrap()),
        _ => table(1_000_000),
    }
}

/// Does one thing so many times, for a profiler.
fn only(what: &str, tasks: usize, runs: usize) {
    let names = LargeSite::new((tasks / 1000).max(2), tasks);
    let site = Site::try_from(&names.draft()).unwrap();
    for _ in 0..runs {
        let start = Instant::now();
        let begin = cpu();
        match what {
            "audit" => drop(black_box(safety::audit(&site))),
            "plan" => drop(black_box(transition::plan(&site))),
            _ => {}
        }
        println!("{:?} {:?}", start.elapsed(), cpu() - begin);
    }
}

fn write_site(tasks: usize, path: &str) {
    let site = LargeSite::new((tasks / 1000).max(2), tasks);
    let mut file = BufWriter::new(File::create(path).unwrap());
    serde_json::to_writer(&mut file, &site.draft()).unwrap();
    file.flush().unwrap();
}

/// Measures a site of `tasks` tasks and one of a tenth, and prints them side by side.
fn table(tasks: usize) {
    let (few, many) = (measure(tasks / 10), measure(tasks));
    let of = |tasks: usize| format!("{tasks} tasks");
    println!("{:<34} {:>17} {:>24} {:>6}", "", of(tasks / 10), of(tasks), "ratio");
    for ((name, short), (_, long)) in few.into_iter().zip(many) {
        let ratio = long.as_secs_f64() / short.as_secs_f64();
        println!("{name:<34} {} {} {ratio:>6.1}", cell(short, tasks / 10), cell(long, tasks));
    }
}

fn cell(time: Duration, tasks: usize) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    format!("{milliseconds:>9.2} ms {:>6.1} ns", milliseconds * 1e6 / tasks as f64)
}

type Row = (&'static str, Duration);

fn measure(tasks: usize) -> Vec<Row> {
    let names = LargeSite::new((tasks / 1000).max(2), tasks);
    let draft = names.draft();
    let site = Site::try_from(&draft).unwrap();
    drop(draft);
    let plan = transition::plan(&site);
    assert_eq!(plan.outcome(), Outcome::Complete);
    let actions = plan.steps().map(|step| step.action);
    let document = PlanDocument::new(Direction::Forward, actions);
    let bare = columns(&site);
    vec![
        ("floor: copy the tasks' columns", best(|| bare.clone())),
        ("floor: one pass over the tasks", best(|| columns_sum(&site))),
        ("audit", best(|| safety::audit(&site))),
        ("plan, every prefix checked", best(|| transition::plan(&site))),
        ("audit and plan together", best(|| (safety::audit(&site), transition::plan(&site)))),
        ("check a plan by its names", best(|| transition::check(&site, &document).unwrap())),
        ("fingerprint", best(|| site.fingerprint())),
        (
            "write the plan file to nowhere",
            best(|| serde_json::to_writer(io::sink(), &plan).unwrap()),
        ),
    ]
}

/// What the engine reads of each task, as bare numbers.
fn columns(site: &Site) -> Vec<[u32; 3]> {
    let number = |index: usize| u32::try_from(index).unwrap();
    let row = |task: sesam_transport::site::Task<'_>| {
        let interface = task.interface().map_or(u32::MAX, |id| number(id.index()));
        let source = task.source_host().map_or(u32::MAX, |id| number(id.index()));
        [number(task.host().index()), interface, source]
    };
    site.tasks().map(row).collect()
}

fn columns_sum(site: &Site) -> usize {
    let row = |task: sesam_transport::site::Task<'_>| {
        let interface = task.interface().map_or(0, InterfaceId::index);
        let source = task.source_host().map_or(0, HostId::index);
        task.host().index() ^ interface ^ source
    };
    site.tasks().map(row).fold(0, usize::wrapping_add)
}

/// The shortest time, that of giving the memory back included.
fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let run = |_| {
        let start = Instant::now();
        drop(black_box(work()));
        start.elapsed()
    };
    (0..RUNS).map(run).min().unwrap()
}

fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
}
