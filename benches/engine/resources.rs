//! What a piece of work takes: processor time, and memory.

use std::{
    env, fs,
    hint::black_box,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// The best of so many runs counts: whatever else the machine does only adds.
const RUNS: usize = 7;

/// No more runs are made once they took that long.
const ENOUGH: Duration = Duration::from_secs(8);

/// The shortest time that `work` takes; giving its result back counts as well.
pub(crate) fn shortest<T>(mut work: impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    let mut once = || {
        let clock = Clock::start();
        drop(black_box(work()));
        clock.elapsed()
    };
    let mut shortest = once();
    for _ in 1..RUNS {
        if start.elapsed() < ENOUGH {
            shortest = shortest.min(once());
        }
    }
    shortest
}

/// Measures the time that this process is on a processor, where the system tells: others on the machine do not count.
pub(crate) struct Clock {
    wall: Instant,
    processor: Option<Duration>,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let processor = on_processor();
        Self { wall: Instant::now(), processor }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        let wall = self.wall.elapsed();
        match (on_processor(), self.processor) {
            (Some(now), Some(start)) => wall.min(now.saturating_sub(start)),
            _ => wall,
        }
    }
}

/// How long the main thread has been on a processor, in the kernel's name too.
fn on_processor() -> Option<Duration> {
    // The kernel brings its figure up to date when it takes the thread off.
    thread::sleep(Duration::from_nanos(1));
    let stat = fs::read_to_string("/proc/self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// How much more memory `work` has in use at a time than was in use before, in bytes; `None` where the system does not
/// tell. It is asked in a process of its own: see [`in_child`].
pub(crate) fn peak<T>(work: impl FnOnce() -> T) -> Option<u64> {
    let before = memory("VmRSS:")?;
    // Starts the largest size anew.
    fs::write("/proc/self/clear_refs", "5").ok()?;
    drop(black_box(work()));
    memory("VmHWM:")?.checked_sub(before)
}

fn memory(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// What this benchmark prints for these arguments in a process of its own, whose allocator gives large blocks back to
/// the system at once, so that what was freed before does not hide what is asked for later.
pub(crate) fn in_child(arguments: &[&str]) -> Option<u64> {
    let mut command = Command::new(env::current_exe().ok()?);
    command.args(arguments).env("MALLOC_MMAP_THRESHOLD_", "65536");
    String::from_utf8(command.output().ok()?.stdout).ok()?.trim().parse().ok()
}
