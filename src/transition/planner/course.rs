//! One host's part of a plan: what is tried, and what it comes to.

use crate::site::{Kill, Retired, Transport};

use super::{
    estate::Ground,
    stage::{Do, ROUNDS, Stage},
};

/// One way to treat a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own, and all combinations are tried"
)]
pub(super) struct Intent {
    /// Ports to re-enable on the number that they run on, as [`Transport::UNSECURE`].
    pub(super) undo: [bool; 2],
    /// Whether that is loaded before a port yields its number to HTTPS.
    pub(super) reloads: bool,
    pub(super) enable: bool,
    /// Whether stranded tasks wait on another interface of the same address; where that is not exposed, they stay.
    pub(super) parks: bool,
    pub(super) first_restart: bool,
    /// Whether aborts move to HTTPS.
    pub(super) kill: bool,
    /// Whether they do so before the first restart: the host must not abort over FTP now.
    pub(super) kill_first: bool,
    /// Ports to close, as [`Transport::UNSECURE`].
    pub(super) close: [bool; 2],
    /// Whether ports that run and that nobody uses are closed by the first restart already.
    pub(super) eager: bool,
    /// Whether tasks that reach nothing wait until the end before they move: nothing is lost meanwhile, and neither a set
    /// nor HTTPS has to be kept for them.
    pub(super) patient: bool,
    /// Whether HTTPS must be on at the end, in both columns.
    pub(super) wants_https: bool,
    /// Whether the host is restarted for its settings where nothing else restarts it.
    pub(super) loads_settings: bool,
}

impl Intent {
    /// Whether an unsecure port is closed for good so that the other gets the number back on which that runs.
    pub(super) fn hands_over(&self, ground: &Ground, transport: Transport) -> bool {
        let each = Transport::UNSECURE.into_iter().zip(self.close).zip(self.undo);
        let (mut goes, mut comes_back) = (false, false);
        for ((other, closes), undoes) in each {
            if other == transport {
                goes = closes && !undoes && ground.configured.of(transport).is_on();
            } else {
                let running = ground.running.of(other);
                comes_back = undoes && ground.configured.of(transport) == running;
            }
        }
        goes && comes_back
    }
}

/// What an intent comes to.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) log: Vec<(Stage, Do)>,
    pub(super) cost: Cost,
    /// Whether HTTPS is on at the end, in both columns.
    pub(super) has_https: bool,
    /// Undone edits, parked tasks and the like: steps that a better intent may save.
    pub(super) has_detours: bool,
    pub(super) sets: SetStages,
}

impl Course {
    /// Whether it does not reach the goal.
    pub(super) const fn falls_short(&self) -> bool {
        self.cost.exposures > 0 || !self.has_https
    }

    /// To do nothing.
    pub(super) fn none() -> Self {
        Self {
            log: Vec::new(),
            cost: Cost::default(),
            has_https: false,
            has_detours: false,
            sets: SetStages::default(),
        }
    }
}

/// What a plan costs, in the order in which it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    pub(super) exposures: u64,
    pub(super) restarts: u64,
    pub(super) steps: u64,
}

/// The grades of a host's set, now and next, at the points where other hosts' tasks may come to pick from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SetStages {
    pub(super) rounds: [[u8; 2]; ROUNDS as usize],
    pub(super) late: [u8; 2],
}

/// What a host needs to know of the rest of the site.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    pub(super) retired: Retired,
    pub(super) kill: Kill,
    /// The Server's set, where tasks without interface pick from it too.
    pub(super) server: Option<SetStages>,
    /// Whether tasks without interface pick from their own host's set.
    pub(super) picks_own: bool,
}
