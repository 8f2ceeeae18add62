//! What can be untrue of the certificate of a plan: the parts of a plan file besides its actions.

use core::fmt;

use serde::Serialize;

use crate::site::{Fault, FaultKind, Faults, Path};

use super::{
    ActionDocument, FileChange, Outcome, Summary, Wave,
    step::{Exposed, Kept, Probe},
};

/// A part of a plan file that does not hold, though the steps before it are allowed.
///
/// The file contradicts itself, so nobody can tell which of the two is meant: it is refused. Positions count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}`{}` does not hold: expected {}, found {}", Place(self.step()), self.part(), brief(&self.expected()), brief(&self.found()))]
pub enum CertificateError {
    /// Steps are numbered in their order, from 1.
    Id {
        /// The step.
        step: usize,
        /// The number that it has in the file.
        found: u64,
    },
    /// A step stands in a wave of its kind.
    Wave {
        /// The step.
        step: usize,
        /// The wave that suits it.
        expected: Wave,
        /// The wave in the file.
        found: Wave,
    },
    /// A step needs earlier steps, each told once and in ascending order.
    Needs {
        /// The step.
        step: usize,
        /// The first number that is out of order, or not that of an earlier step.
        found: u64,
    },
    /// A step of a rollback needs the one before it: it goes back step by step.
    NeedsOfRollback {
        /// The step.
        step: usize,
        /// What the file says that it needs.
        found: Vec<u64>,
    },
    /// What takes a step back.
    Undo {
        /// The step.
        step: usize,
        /// What does; `None` where no single action can.
        expected: Option<Box<ActionDocument<'static>>>,
        /// What the file says.
        found: Option<Box<ActionDocument<'static>>>,
    },
    /// What is false before a step and true after it.
    Probe {
        /// The step.
        step: usize,
        /// What is; `None` where nobody can tell.
        expected: Option<Box<Probe<'static>>>,
        /// What the file says.
        found: Option<Box<Probe<'static>>>,
    },
    /// A step is for a later one that says that it needs it.
    For {
        /// The step.
        step: usize,
        /// The number that is none of such a step.
        found: u64,
    },
    /// A step keeps a condition that is better after it, now or after a restart.
    Keeps {
        /// The step.
        step: usize,
        /// The position of the condition in the list.
        position: usize,
        /// The condition that is not.
        found: Kept<'static>,
    },
    /// The exposures of the goal that a step removes, or lessens, among what it touches.
    Exposures {
        /// The step.
        step: usize,
        /// The key of the list: `removes` or `lessens`.
        key: &'static str,
        /// What it removes or lessens.
        expected: Vec<Exposed<'static>>,
        /// What the file says.
        found: Vec<Exposed<'static>>,
    },
    /// The exposures of the goal that are left after a step.
    ExposuresAfter {
        /// The step.
        step: usize,
        /// How many there are; `None` behind a step that enters an exposed interface for the second time, where they are
        /// not counted.
        expected: Option<usize>,
        /// How many the file says.
        found: u64,
    },
    /// The file that a step changes.
    File {
        /// The step.
        step: usize,
        /// What is expected.
        expected: FileExpectation,
        /// What the file says.
        found: Box<FileChange>,
    },
    /// Whether the plan reaches the whole goal.
    Outcome {
        /// What it does.
        expected: Outcome,
        /// What the file says.
        found: Outcome,
    },
    /// What the plan comes to.
    Summary {
        /// What it does.
        expected: Summary,
        /// What the file says.
        found: Summary,
    },
    /// A part of the goal that the plan does not reach.
    Blocked {
        /// Its position in the list.
        position: usize,
        /// What the file says, as it could be read.
        found: String,
    },
    /// How many parts of the goal the plan does not reach.
    BlockedTotal {
        /// How many there are.
        expected: usize,
        /// How many the file says.
        found: u64,
    },
    /// An interface that a rollback leaves.
    Kept {
        /// Its position in the list; `None` where the list is not that long, or too long.
        position: Option<usize>,
        /// What is expected.
        expected: String,
        /// What the file says.
        found: String,
    },
}

/// What is expected where a step says which file it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileExpectation {
    /// The step changes no file.
    None,
    /// Digests of 64 hexadecimal digits in lower case.
    Digests,
    /// Another path: that of an earlier step on the host.
    Path(String),
    /// Bytes before that are those which the last step on the same file leaves, by their digest.
    Before(String),
    /// The change that the step makes of the bytes at hand.
    Change(Box<FileChange>),
}

impl CertificateError {
    /// The step that it is about, by its position from 1; `None` for what is said of the whole plan.
    #[must_use]
    pub const fn step(&self) -> Option<usize> {
        match self {
            Self::Id { step, .. }
            | Self::Wave { step, .. }
            | Self::Needs { step, .. }
            | Self::NeedsOfRollback { step, .. }
            | Self::Undo { step, .. }
            | Self::Probe { step, .. }
            | Self::For { step, .. }
            | Self::Keeps { step, .. }
            | Self::Exposures { step, .. }
            | Self::ExposuresAfter { step, .. }
            | Self::File { step, .. } => Some(*step),
            Self::Outcome { .. }
            | Self::Summary { .. }
            | Self::Blocked { .. }
            | Self::BlockedTotal { .. }
            | Self::Kept { .. } => None,
        }
    }

    /// The part that does not hold, by its key in the file.
    #[must_use]
    pub const fn part(&self) -> &'static str {
        match self {
            Self::Id { .. } => "id",
            Self::Wave { .. } => "wave",
            Self::Needs { .. } | Self::NeedsOfRollback { .. } => "needs",
            Self::Undo { .. } => "undo",
            Self::Probe { .. } => "probe",
            Self::For { .. } | Self::Keeps { .. } | Self::Exposures { .. } => "because",
            Self::ExposuresAfter { .. } => "exposures_after",
            Self::File { .. } => "file",
            Self::Outcome { .. } => "outcome",
            Self::Summary { .. } => "summary",
            Self::Blocked { .. } => "blocked",
            Self::BlockedTotal { .. } => "blocked_total",
            Self::Kept { .. } => "kept",
        }
    }

    /// What would hold, in words or as the file would write it.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::Id { step, .. } => step.to_string(),
            Self::Wave { expected, .. } => quoted(expected),
            Self::Needs { .. } => "numbers of earlier steps in ascending order".to_owned(),
            Self::NeedsOfRollback { step: 1, .. } => "[]".to_owned(),
            Self::NeedsOfRollback { step, .. } => format!("[{}]", step - 1),
            Self::Undo { expected, .. } => json(expected),
            Self::Probe { expected, .. } => json(expected),
            Self::For { step, .. } => format!("numbers of later steps that need step {step}"),
            Self::Keeps { .. } => "conditions that are better after the step".to_owned(),
            Self::Exposures { expected, .. } => json(expected),
            Self::ExposuresAfter { expected: Some(expected), .. }
            | Self::BlockedTotal { expected, .. } => expected.to_string(),
            Self::ExposuresAfter { expected: None, .. } => {
                "nothing, because an exposed interface is entered twice".to_owned()
            }
            Self::File { expected, .. } => expected.to_string(),
            Self::Outcome { expected, .. } => quoted(&json(expected).trim_matches('"')),
            Self::Summary { expected, .. } => json(expected),
            Self::Blocked { .. } => "a part of the goal that is not reached".to_owned(),
            Self::Kept { expected, .. } => expected.clone(),
        }
    }

    /// What the file says instead.
    #[must_use]
    pub fn found(&self) -> String {
        match self {
            Self::Id { found, .. }
            | Self::Needs { found, .. }
            | Self::For { found, .. }
            | Self::ExposuresAfter { found, .. }
            | Self::BlockedTotal { found, .. } => found.to_string(),
            Self::Wave { found, .. } => quoted(found),
            Self::NeedsOfRollback { found, .. } => json(found),
            Self::Undo { found, .. } => json(found),
            Self::Probe { found, .. } => json(found),
            Self::Keeps { found, .. } => json(found),
            Self::Exposures { found, .. } => json(found),
            Self::File { found, .. } => json(found),
            Self::Outcome { found, .. } => quoted(&json(found).trim_matches('"')),
            Self::Summary { found, .. } => json(found),
            Self::Blocked { found, .. } | Self::Kept { found, .. } => found.clone(),
        }
    }

    /// Where the part stands in the plan file.
    #[must_use]
    pub fn path(&self) -> Path {
        let part = match self.step() {
            Some(step) => Path::element("steps", step - 1).key(self.part()),
            None => Path::default().key(self.part()),
        };
        match self {
            Self::For { .. } => part.key("for"),
            Self::Exposures { key, .. } => part.key(key),
            Self::Keeps { position, .. } => part.key("keeps").index(position - 1),
            Self::Blocked { position, .. } | Self::Kept { position: Some(position), .. } => {
                part.index(position - 1)
            }
            _ => part,
        }
    }

    /// The same as a fault of the plan file, which [`Source::locate`](crate::site::Source::locate) gives its place.
    #[must_use]
    pub fn to_faults(&self) -> Faults {
        Fault::new(self.path(), FaultKind::Untrue { message: self.to_string() }).into()
    }
}

impl fmt::Display for FileExpectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("nothing, because the step changes no file"),
            Self::Digests => f.write_str("digests of 64 hexadecimal digits"),
            Self::Path(path) => write!(f, "the path `{path}`, as in an earlier step"),
            Self::Before(digest) => {
                write!(f, "`sha256_before` {digest}, which is what the step before leaves")
            }
            Self::Change(change) => f.write_str(&json(change)),
        }
    }
}

struct Place(Option<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |step| write!(f, "step {step}: "))
    }
}

fn quoted(word: &impl fmt::Display) -> String {
    format!("`{word}`")
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What a message can bear: a list of a million names cannot be read, and its start tells enough.
fn brief(text: &str) -> String {
    const MAX: usize = 400;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
