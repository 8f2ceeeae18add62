//! Where large buffers come from.

use std::{env, process::Command};

/// What the allocator of the GNU C library does with large blocks; others do as they like.
#[derive(Debug, Clone, Copy)]
pub enum Memory {
    /// Each one is taken anew from the system and given back: so it is for whoever reads and writes a single file.
    Fresh,
    /// They are kept and used again: so it may be for a process that does the same many times.
    Kept,
}

impl Memory {
    pub const BOTH: [Self; 2] = [Self::Fresh, Self::Kept];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh from the system",
            Self::Kept => "kept by the allocator",
        }
    }

    /// Without settings it may be the one today and the other tomorrow: blocks are kept up to a size that changes with
    /// what was given back, or where there happens to be a gap.
    const fn settings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Fresh => &[("MALLOC_MMAP_THRESHOLD_", "131072")],
            Self::Kept => &[("MALLOC_MMAP_MAX_", "0"), ("MALLOC_TRIM_THRESHOLD_", "2000000000")],
        }
    }

    /// The one this process was started with, if any was asked for.
    pub fn asked() -> Option<Self> {
        let is_set = |(key, value): &(&str, &str)| env::var(key).is_ok_and(|found| found == *value);
        Self::BOTH.into_iter().find(|memory| memory.settings().iter().all(is_set))
    }

    /// Runs a part in a process with these settings: an allocator reads them when it starts.
    pub fn run(self, part: &str, quick: bool) {
        let mut again = Command::new(env::current_exe().expect("it runs"));
        again.arg(part).args(quick.then_some("--quick"));
        again.envs(self.settings().iter().copied());
        let status = again.status().expect("it was started before");
        assert!(status.success(), "{status}");
    }
}
