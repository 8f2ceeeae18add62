//! The waves of a plan: steps of one kind that stand together.

use core::fmt;

use crate::site::{Scheme, Transport};

use super::{Action, Direction, checker::Course};

/// A group of steps of one kind; a wave may come in several passes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Wave {
    /// Edits of stpd.ini that came too early are undone.
    UndoEdits,
    /// HTTPS is switched on in stpd.ini.
    EnableHttps,
    /// Settings get the values that are wanted in stpd.ini, so that the next restart loads them.
    Settings,
    /// Tasks that a restart would strand wait on another interface of the same address.
    Park,
    /// HTTPS comes up.
    FirstRestart,
    /// Aborts move to HTTPS.
    SetKill,
    /// HTTPS interfaces are entered.
    AddInterfaces,
    /// Tasks move.
    Reassign,
    /// Unsecure interfaces are deleted.
    RemoveInterfaces,
    /// Unsecure ports are commented out in stpd.ini.
    DisablePorts,
    /// The unsecure ports go.
    ClosingRestart,
}

impl Wave {
    /// The name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UndoEdits => "undo-edits",
            Self::EnableHttps => "enable-https",
            Self::Settings => "settings",
            Self::Park => "park",
            Self::FirstRestart => "first-restart",
            Self::SetKill => "set-kill",
            Self::AddInterfaces => "add-interfaces",
            Self::Reassign => "reassign",
            Self::RemoveInterfaces => "remove-interfaces",
            Self::DisablePorts => "disable-ports",
            Self::ClosingRestart => "closing-restart",
        }
    }
}

impl Wave {
    /// The wave that a step back stands in: that of its kind.
    pub(super) const fn back(action: Action) -> Self {
        match action {
            Action::EnablePort { transport: Transport::Https, .. } => Self::EnableHttps,
            Action::EnablePort { .. } | Action::RestorePorts { .. } => Self::UndoEdits,
            Action::SetIni { .. } => Self::Settings,
            Action::DisablePort { .. } => Self::DisablePorts,
            Action::Restart { .. } => Self::ClosingRestart,
            Action::AddInterface { .. } => Self::AddInterfaces,
            Action::SetKill { .. } => Self::SetKill,
            Action::Reassign { .. } => Self::Reassign,
            Action::RemoveInterface { .. } => Self::RemoveInterfaces,
        }
    }

    /// The wave that suits a step best which is about to be carried out.
    ///
    /// A first restart brings HTTPS up, on another number maybe, and may close ports as well; tasks are parked where HTTPS is not.
    pub(super) fn of(course: &Course<'_>, action: Action, direction: Direction) -> Self {
        match (direction, action) {
            (Direction::Forward, Action::Restart { host })
                if course.next(host).https.is_on()
                    && course.next(host).https != course.running(host).https =>
            {
                Self::FirstRestart
            }
            (Direction::Forward, Action::Reassign { to: Some(to), .. })
                if course.catalog()[to].scheme() != Scheme::Https =>
            {
                Self::Park
            }
            (_, action) => Self::back(action),
        }
    }

    /// Whether a step that suits `best` can stand in this wave: of its restarts the planner says which come first, and
    /// HTTPS may come up with a closing one as well.
    pub(super) fn suits(self, best: Self, direction: Direction) -> bool {
        let restarts = [Self::FirstRestart, Self::ClosingRestart];
        let is_more = (restarts.contains(&best) && restarts.contains(&self))
            || (best, self) == (Self::Park, Self::Reassign);
        self == best || (is_more && direction == Direction::Forward)
    }
}

impl fmt::Display for Wave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
