//! What a step does, in the engine's own terms.

use crate::site::{HostId, InterfaceId, PortNumber, Ports, SettingId, TaskId, Transport};

/// What one step does. Names are resolved: see [`Catalog`](super::catalog::Catalog).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
    /// Switches a port on in stpd.ini.
    EnablePort {
        /// The host.
        host: HostId,
        /// The transport.
        transport: Transport,
        /// The number to listen on.
        port: PortNumber,
    },
    /// Comments a port out in stpd.ini.
    DisablePort {
        /// The host.
        host: HostId,
        /// The transport.
        transport: Transport,
    },
    /// Restarts STPD, so that it loads what is configured.
    Restart {
        /// The host.
        host: HostId,
    },
    /// Enters an interface in its host's properties.
    AddInterface {
        /// The interface.
        interface: InterfaceId,
        /// The local port that it is forwarded to; only a rollback gives one.
        listener: Option<PortNumber>,
        /// Its place in the list, counted from 0; at the end where absent. Only a rollback gives one.
        position: Option<u32>,
    },
    /// Sets the variable that selects the transport of aborts.
    SetKill {
        /// The new value.
        value: KillValue,
    },
    /// Gives a task another interface, or none.
    Reassign {
        /// The task.
        task: TaskId,
        /// The interface; `None` lets the product pick one.
        to: Option<InterfaceId>,
    },
    /// Deletes an interface from its host's properties.
    RemoveInterface {
        /// The interface.
        interface: InterfaceId,
    },
    /// Gives a setting another value in stpd.ini.
    SetIni {
        /// The setting, which knows its host.
        setting: SettingId,
        /// The new value.
        value: IniValue,
    },
    /// Writes all three port keys back to an earlier state at once; only a rollback does.
    RestorePorts {
        /// The host.
        host: HostId,
        /// The states; unknown stands for the old bytes of that key.
        ports: Ports,
    },
}

/// A value of the kill variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KillValue {
    /// `https`: what a plan sets.
    Https,
    /// No row; only a rollback takes the row away.
    Absent,
    /// A text of the catalog; only a rollback brings one back.
    Text(u32),
}

/// A value of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum IniValue {
    /// The one that is wanted: what a plan sets.
    Wanted,
    /// No line with the key; only a rollback takes it away.
    Absent,
    /// The old lines of the key, of which nobody can tell what they mean; only a rollback brings them back.
    Unknown,
    /// A text of the catalog; only a rollback brings one back.
    Text(u32),
}
