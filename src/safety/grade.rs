//! How well a condition holds: the grades, worst first.

use core::fmt;

use serde::Serialize;

use crate::site::{Interface, Kill, PortState, Ports, Scheme, Transport};

/// Whether an interface reaches a running listener.
///
/// Three values, because facts may be missing: safety counts only what is certainly so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Liveness {
    /// Its port is off, or listens on another number.
    Dead,
    /// Nobody can tell.
    Possible,
    /// Its port listens on its number.
    Certain,
}

impl Liveness {
    /// The liveness of `interface` where its host has `ports`; that it is entered at all is the caller's knowledge.
    #[must_use]
    pub fn of(interface: &Interface, ports: Ports) -> Self {
        match interface.scheme() {
            Scheme::Bare => Self::of_bare(ports),
            Scheme::Other => Self::Possible,
            Scheme::Ftp => Self::of_numbered(interface, ports.ftp),
            Scheme::Http => Self::of_numbered(interface, ports.http),
            Scheme::Https => Self::of_numbered(interface, ports.https),
        }
    }

    /// A bare text may mean FTP or HTTP, so it is certain only where both are on; its own number says nothing.
    #[must_use]
    pub const fn of_bare(ports: Ports) -> Self {
        match (ports.ftp, ports.http) {
            (PortState::On(_), PortState::On(_)) => Self::Certain,
            (PortState::Off, PortState::Off) => Self::Dead,
            _ => Self::Possible,
        }
    }

    fn of_numbered(interface: &Interface, port: PortState) -> Self {
        match port {
            PortState::On(number) if interface.number() == Some(number) => Self::Certain,
            PortState::On(_) | PortState::Off => Self::Dead,
            PortState::Unknown => Self::Possible,
        }
    }
}

/// How well a condition holds. Each condition uses its own three or four of these, which compare worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// A route reaches nothing.
    None,
    /// A host's condition does not hold.
    No,
    /// Nobody can tell.
    Maybe,
    /// A route may pick a dead interface, but has a live one.
    Some,
    /// Whatever a route picks is live.
    All,
    /// A host's condition holds.
    Yes,
}

impl Grade {
    /// The name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::No => "no",
            Self::Maybe => "maybe",
            Self::Some => "some",
            Self::All => "all",
            Self::Yes => "yes",
        }
    }

    /// Whether nothing could be better.
    #[must_use]
    pub const fn is_best(self) -> bool {
        matches!(self, Self::All | Self::Yes)
    }

    /// The grade of a route over one interface.
    #[must_use]
    pub const fn of_one(liveness: Liveness) -> Self {
        match liveness {
            Liveness::Dead => Self::None,
            Liveness::Possible => Self::Maybe,
            Liveness::Certain => Self::All,
        }
    }

    const fn of_port(port: PortState) -> Self {
        match port {
            PortState::Off => Self::No,
            PortState::On(_) => Self::Yes,
            PortState::Unknown => Self::Maybe,
        }
    }

    /// Whether running transfers can be aborted on a host with `ports`, over the transport that `kill` selects.
    #[must_use]
    pub const fn of_abort(kill: Kill, ports: Ports) -> Self {
        match kill {
            Kill::Ftp => Self::of_port(ports.ftp),
            Kill::Https => Self::of_port(ports.https),
            Kill::Other => Self::No,
        }
    }

    /// Whether a host with `ports` listens anywhere.
    #[must_use]
    pub fn of_listener(ports: Ports) -> Self {
        let best =
            Transport::ALL.into_iter().map(|transport| Self::of_port(ports.of(transport))).max();
        best.unwrap_or(Self::No)
    }

    /// Whether the ports that are on have numbers of their own.
    #[must_use]
    pub fn of_distinct(ports: Ports) -> Self {
        Self::of_fact(!ports.clash())
    }

    /// A condition that is a plain fact.
    #[must_use]
    pub const fn of_fact(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many members of a set of interfaces are how live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Membership {
    /// Members that are certainly live.
    pub certain: u32,
    /// Members that may be.
    pub possible: u32,
    /// Members that are dead.
    pub dead: u32,
}

impl Membership {
    /// Counts one member.
    pub const fn count(&mut self, liveness: Liveness) {
        match liveness {
            Liveness::Certain => self.certain += 1,
            Liveness::Possible => self.possible += 1,
            Liveness::Dead => self.dead += 1,
        }
    }

    /// The grade of a route that may pick any member.
    #[must_use]
    pub const fn grade(self) -> Grade {
        match self {
            Self { certain: 1.., possible: 0, dead: 0 } => Grade::All,
            Self { certain: 1.., .. } => Grade::Some,
            Self { possible: 1.., .. } => Grade::Maybe,
            Self { .. } => Grade::None,
        }
    }
}
