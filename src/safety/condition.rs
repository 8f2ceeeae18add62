//! The conditions that must never get worse, and what they are about.

use core::fmt;

use serde::Serialize;

use crate::site::{BlankScope, Column, HostId, InterfaceId, Site, TaskId};

use super::Grade;

/// A condition of a site, in the order in which a checker reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// A step's own needs hold and it changes something.
    Precondition,
    /// A task reaches an STPD, on every leg.
    Route,
    /// Running transfers of a host can be aborted.
    Abort,
    /// A host listens somewhere.
    Listener,
    /// A host has an interface.
    Interface,
    /// The ports of a host that are on have different numbers.
    Distinct,
    /// Nothing new is exposed.
    Exposure,
}

impl Condition {
    /// The name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
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
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A host.
    Host(HostId),
    /// A task or event.
    Task(TaskId),
}

/// One way that the data of a task takes: each must work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leg {
    /// Over just this interface.
    Named(InterfaceId),
    /// Over any interface of this host.
    Set(HostId),
}

/// The sets that a task without interface depends on: those of one or two hosts.
///
/// Where the product looks for an interface is an assumption of the site, see [`BlankScope`].
pub fn blank_legs(site: &Site, host: HostId) -> impl Iterator<Item = HostId> + use<> {
    let server = site.server();
    let (first, second) = match site.blank_scope() {
        BlankScope::Host => (host, None),
        BlankScope::Server => (server, None),
        BlankScope::Both => (host, Some(server).filter(|&server| server != host)),
    };
    core::iter::once(first).chain(second)
}

/// The legs of a task that is carried by `host`, reads from `source` and names `reference`.
pub fn legs(
    site: &Site,
    host: HostId,
    source: Option<HostId>,
    reference: Option<InterfaceId>,
) -> impl Iterator<Item = Leg> + use<> {
    let blank = reference.is_none().then(|| blank_legs(site, host).map(Leg::Set));
    (reference.map(Leg::Named).into_iter())
        .chain(blank.into_iter().flatten())
        .chain(source.map(Leg::Set))
}

/// A condition that is not at its best grade, in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Broken {
    /// The condition.
    pub condition: Condition,
    /// Now, or after an unplanned restart.
    pub column: Column,
    /// What it is about.
    pub subject: Subject,
    /// How far it holds.
    pub grade: Grade,
}
