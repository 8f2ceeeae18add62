//! What a report speaks of: the conditions, the columns in which they hold, and what is exposed.

use super::port::Transport;
use super::text::Text;

/// In the order of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Condition {
    Precondition,
    Route,
    Abort,
    Listener,
    Interface,
    Distinct,
    Exposure,
}

impl Condition {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Precondition => "precondition",
            Self::Route => "route",
            Self::Abort => "abort",
            Self::Listener => "listener",
            Self::Interface => "interface",
            Self::Distinct => "distinct",
            Self::Exposure => "exposure",
        }
    }

    /// Whether it can hold in one column and not in the other.
    pub(crate) fn has_columns(self) -> bool {
        !matches!(self, Self::Precondition | Self::Interface | Self::Exposure)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    Now,
    Next,
}

impl Column {
    pub(crate) const BOTH: [Self; 2] = [Self::Now, Self::Next];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Next => "next",
        }
    }
}

/// What a grade is about: the last is the place in the file of the task (of a route) or the host.
pub(crate) type About = (Condition, Column, usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Exposure {
    Port(Text, Transport),
    Interface(Text, Text),
    Task(Text),
    Kill,
    Setting(Text, Text, Text),
}
