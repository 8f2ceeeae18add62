//! Times and memory of several ways to the same end, side by side.

use std::{
    fmt::Write as _,
    hint::black_box,
    time::{Duration, Instant},
};

use crate::heap::{self, Heap};

/// How long each contender may take, and how often it runs at most.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub seconds: f64,
    pub rounds: usize,
}

impl Effort {
    pub const FULL: Self = Self { seconds: 1.5, rounds: 150 };
    pub const QUICK: Self = Self { seconds: 0.12, rounds: 12 };
    /// For texts of 100 MB.
    pub const LARGE: Self = Self { seconds: 4.0, rounds: 12 };
}

/// What a contender does, again and again.
trait Work {
    fn time(&mut self, times: u32) -> Duration;
    fn heap(&mut self) -> Heap;
}

impl<T, F: FnMut() -> T> Work for F {
    /// The time of giving the result back included.
    fn time(&mut self, times: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..times {
            drop(black_box(self()));
        }
        start.elapsed()
    }

    fn heap(&mut self) -> Heap {
        heap::of(self)
    }
}

struct Contender<'a> {
    name: String,
    floors: &'static [&'static str],
    work: Box<dyn Work + 'a>,
}

/// Contenders on one input. They take turns, so that whatever else the machine does hits them all alike.
pub struct Group<'a> {
    input: &'static str,
    bytes: usize,
    contenders: Vec<Contender<'a>>,
}

/// What came out for one contender.
pub struct Row {
    pub input: &'static str,
    pub bytes: usize,
    pub name: String,
    /// The shortest time of one run.
    pub seconds: f64,
    /// Names of floors with their time by this row's: 1 is as fast as the floor.
    pub ratios: Vec<(&'static str, f64)>,
    pub heap: Heap,
}

impl<'a> Group<'a> {
    pub fn new(input: &'static str, bytes: usize) -> Self {
        Self { input, bytes, contenders: Vec::new() }
    }

    /// Adds a contender, and the names of those it is measured against.
    pub fn add<T>(
        &mut self,
        name: &str,
        floors: &'static [&'static str],
        work: impl FnMut() -> T + 'a,
    ) {
        self.contenders.push(Contender { name: name.to_owned(), floors, work: Box::new(work) });
    }

    pub fn run(mut self, effort: Effort) -> Vec<Row> {
        // Counting slows down what it counts, so it has a pass of its own.
        let heaps: Vec<Heap> = self.contenders.iter_mut().map(|one| one.work.heap()).collect();
        let mut turns: Vec<Turn> = self.contenders.iter_mut().map(Turn::new).collect();
        for _ in 0..effort.rounds {
            for (contender, turn) in self.contenders.iter_mut().zip(&mut turns) {
                turn.take(contender, effort);
            }
        }
        let best: Vec<(String, f64)> = self
            .contenders
            .iter()
            .zip(&turns)
            .map(|(contender, turn)| (contender.name.clone(), turn.best))
            .collect();
        let row = |((contender, turn), heap): ((Contender<'_>, Turn), Heap)| {
            let ratio = |floor: &&'static str| {
                let (_, seconds) = best.iter().find(|(name, _)| name == floor)?;
                Some((*floor, seconds / turn.best))
            };
            Row {
                input: self.input,
                bytes: self.bytes,
                ratios: contender.floors.iter().filter_map(ratio).collect(),
                name: contender.name,
                seconds: turn.best,
                heap,
            }
        };
        self.contenders.into_iter().zip(turns).zip(heaps).map(row).collect()
    }
}

/// How far a contender is.
struct Turn {
    /// Runs timed as one: what is short is shorter than the clock can tell.
    batch: u32,
    spent: f64,
    best: f64,
}

impl Turn {
    fn new(contender: &mut Contender<'_>) -> Self {
        let first = contender.work.time(1).as_secs_f64();
        let batch = if first < 50e-6 { (100e-6 / first.max(20e-9)).ceil() as u32 } else { 1 };
        Self { batch, spent: first, best: first }
    }

    fn take(&mut self, contender: &mut Contender<'_>, effort: Effort) {
        if self.spent > effort.seconds {
            return;
        }
        // What ran before left its own bytes in the caches: the first run of a turn only warms up.
        let runs = if self.best < 5e-3 { 4 } else { 1 };
        for run in 0..runs {
            let seconds = contender.work.time(self.batch).as_secs_f64();
            self.spent += seconds;
            if run > 0 || runs == 1 {
                self.best = self.best.min(seconds / f64::from(self.batch));
            }
        }
    }
}

/// The best of some runs, for what is only compared with itself.
pub fn best<T>(effort: Effort, mut work: impl FnMut() -> T) -> f64 {
    let (mut spent, mut best) = (0.0, f64::INFINITY);
    for _ in 0..effort.rounds {
        let seconds = work.time(1).as_secs_f64();
        spent += seconds;
        best = best.min(seconds);
        if spent > effort.seconds {
            break;
        }
    }
    best
}

pub fn table_head() -> String {
    format!(
        "{:<20} {:<42} {:>11} {:>8} {:>9} {:>8}  {}",
        "input", "what", "time", "MB/s", "allocs", "heap B/B", "times as fast as"
    )
}

impl Row {
    pub fn mb_per_second(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.seconds
    }

    /// The most memory held beside the input, by the input's size.
    pub fn heap_by_byte(&self) -> f64 {
        self.heap.peak as f64 / self.bytes as f64
    }

    pub fn ratio(&self, floor: &str) -> Option<f64> {
        self.ratios.iter().find(|(name, _)| *name == floor).map(|(_, ratio)| *ratio)
    }

    pub fn line(&self) -> String {
        let mut line = format!(
            "{:<20} {:<42} {:>11} {:>8.0} {:>9} {:>8.3} ",
            self.input,
            self.name,
            time(self.seconds),
            self.mb_per_second(),
            self.heap.allocations,
            self.heap_by_byte()
        );
        for (floor, ratio) in &self.ratios {
            let _ = write!(line, " {ratio:.2} {floor},");
        }
        line.trim_end_matches(',').trim_end().to_owned()
    }
}

pub fn time(seconds: f64) -> String {
    match seconds {
        ..1e-6 => format!("{:.1} ns", seconds * 1e9),
        ..1e-3 => format!("{:.2} us", seconds * 1e6),
        ..1.0 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}
