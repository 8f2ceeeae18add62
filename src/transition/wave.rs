//! The waves of a plan: steps of one kind that stand together.

use core::fmt;

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

impl fmt::Display for Wave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
