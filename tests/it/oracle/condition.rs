//! The conditions, the columns in which they hold, and the names of both in a report.

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
