//! How a run ends.

use core::fmt;

use crate::site::{PortState, Transport};

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Every step of the plan is finished.
    Finished,
    /// What is left of this run's part waits for a step that is carried out elsewhere.
    Waiting(Waiting),
    /// The run cannot go on.
    Stopped(Stop),
}

/// A step waits for one that this run does not carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The step that waits, counted from 1.
    pub step: usize,
    /// The step that it waits for.
    pub on: usize,
    /// The host where that one is carried out; the Server for steps inside the product.
    pub host: String,
}

/// Why a run cannot go on, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The step, counted from 1; none where the site was looked at before the first.
    pub step: Option<usize>,
    /// Why.
    pub reason: Reason,
    /// Whether the step was begun and nobody knows how far it went: the journal keeps it open.
    pub is_open: bool,
}

/// Why a run cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A host is not as it has to be before the step.
    Differs {
        /// The host.
        host: String,
        /// Every port that differs.
        differences: Vec<Difference>,
    },
    /// What a step inside the product is about is neither as before it nor as after it.
    Other(String),
    /// The step was carried out already, and not by this run.
    AlreadyDone,
    /// What has to be known could not be observed.
    Unseen(String),
    /// An address that clients have to use was not reached.
    Unreached {
        /// The address.
        address: String,
        /// Its port.
        port: u16,
        /// What happened instead.
        message: String,
    },
    /// Transfers are active on the host that is to be restarted.
    Busy(String),
    /// The step failed.
    Failed(String),
    /// The step was reported as carried out, and its effect never showed.
    NoEffect(String),
    /// The caller was told to stop.
    Declined(String),
}

/// A port that is not as the plan has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whether it is about what STPD runs or about what its file says.
    pub column: Look,
    /// The port.
    pub transport: Transport,
    /// Its state as it has to be.
    pub expected: PortState,
    /// Its state as observed.
    pub found: PortState,
}

/// Which of the two states of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// What stpd.ini says.
    Configured,
    /// What STPD listens on.
    Running,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, on, host } = self;
        write!(f, "step {step} is waiting for step {on} on `{host}`")
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, transport, expected, found } = self;
        let (what, label) = (column, transport.label());
        write!(f, "{label} is {what} as {found} instead of {expected}")
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Configured => "configured",
            Self::Running => "running",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { host, differences } => {
                write!(f, "`{host}` is not as the plan has it: ")?;
                for (index, difference) in differences.iter().enumerate() {
                    let lead = if index == 0 { "" } else { ", " };
                    write!(f, "{lead}{difference}")?;
                }
                Ok(())
            }
            Self::Other(message) => {
                write!(f, "it is neither as before the step nor as after it: {message}")
            }
            Self::AlreadyDone => f.write_str("it was done already, and not by this run"),
            Self::Unseen(message) => write!(f, "it could not be observed: {message}"),
            Self::Unreached { address, port, message } => {
                write!(f, "`{address}` port {port} was not reached: {message}")
            }
            Self::Busy(message) => write!(f, "transfers are active: {message}"),
            Self::Failed(message) => write!(f, "it failed: {message}"),
            Self::NoEffect(message) => {
                write!(f, "it was reported as done, and its effect does not show: {message}")
            }
            Self::Declined(message) => write!(f, "{message}"),
        }
    }
}
