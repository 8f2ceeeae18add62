//! Hosts that run STPD.

use super::{
    Avx, Interface, InterfaceId, Os, PortNumber, PortState, Ports, Role, Scheme, SettingId,
    Transport, id::IdVec,
};

/// Whether HTTPS comes up at a host's next start of STPD where stpd.ini switches it on.
///
/// The vendor: "on Windows systems with a CPU that does not support AVX, STPD automatically disables the HTTPS port".
/// It is settled once, when a site is read, and never changes during a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reliance {
    /// It comes up.
    Relied,
    /// It is masked: STPD disables it.
    Masked,
    /// A fact is missing.
    Unknown,
}

impl Reliance {
    /// The first rule that matches: HTTPS observed running, AVX told, Windows without AVX, other systems with AVX unknown.
    pub(crate) fn settle(os: Os, avx: Avx, observed: Option<Ports>) -> Self {
        match (os, avx) {
            _ if observed.is_some_and(|running| running.https.is_on()) => Self::Relied,
            (_, Avx::Yes) | (Os::Linux | Os::Other, Avx::Unknown) => Self::Relied,
            (Os::Windows, Avx::No) => Self::Masked,
            _ => Self::Unknown,
        }
    }

    /// What the HTTPS port will be after a restart, given what is configured.
    #[must_use]
    pub const fn settled(self, configured: PortState) -> PortState {
        match (configured, self) {
            (PortState::On(_), Self::Masked) => PortState::Off,
            (PortState::On(_), Self::Unknown) => PortState::Unknown,
            (configured, _) => configured,
        }
    }
}

/// The two states of a host's ports that safety looks at.
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
pub enum Column {
    /// What STPD loaded at its last start.
    Now,
    /// What an unplanned restart would load.
    Next,
}

impl Column {
    /// Both, in the order of reports.
    pub const BOTH: [Self; 2] = [Self::Now, Self::Next];

    /// The name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Next => "next",
        }
    }
}

/// A host of a [`Site`](super::Site).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub(super) name: Box<str>,
    pub(super) role: Role,
    pub(super) os: Os,
    pub(super) avx: Avx,
    pub(super) reliance: Reliance,
    pub(super) https_port: PortNumber,
    pub(super) told_https_port: Option<PortNumber>,
    pub(super) configured: Ports,
    pub(super) running: Ports,
    pub(super) excepted: bool,
    pub(super) abort_waived: bool,
    pub(super) interfaces: Vec<InterfaceId>,
    pub(super) settings: Vec<SettingId>,
}

impl Host {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is to the site.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Its operating system.
    #[must_use]
    pub const fn os(&self) -> Os {
        self.os
    }

    /// Whether its processor has AVX, as the site file says; see [`Host::reliance`] for what follows.
    #[must_use]
    pub const fn avx(&self) -> Avx {
        self.avx
    }

    /// Whether HTTPS comes up where stpd.ini switches it on.
    #[must_use]
    pub const fn reliance(&self) -> Reliance {
        self.reliance
    }

    /// The HTTPS number of the host: configured, else running, else told, else that of its first HTTPS interface, else 11443.
    ///
    /// Like [`Host::reliance`] it is settled once and never changes during a plan.
    #[must_use]
    pub const fn https_port(&self) -> PortNumber {
        self.https_port
    }

    /// The number that the site file gives where none is configured or running.
    #[must_use]
    pub const fn told_https_port(&self) -> Option<PortNumber> {
        self.told_https_port
    }

    /// What stpd.ini says.
    #[must_use]
    pub const fn configured(&self) -> Ports {
        self.configured
    }

    /// What STPD loaded at its last start.
    #[must_use]
    pub const fn running(&self) -> Ports {
        self.running
    }

    /// What an unplanned restart would load: what is configured, with HTTPS as far as it can be relied on.
    #[must_use]
    pub const fn next(&self) -> Ports {
        let mut next = self.configured;
        next.https = self.reliance.settled(next.https);
        next
    }

    /// The ports in one column.
    #[must_use]
    pub const fn ports(&self, column: Column) -> Ports {
        match column {
            Column::Now => self.running,
            Column::Next => self.next(),
        }
    }

    /// Whether the goal leaves the host as it is.
    #[must_use]
    pub const fn is_excepted(&self) -> bool {
        self.excepted
    }

    /// Whether the operator gave up aborting transfers on it.
    #[must_use]
    pub const fn is_abort_waived(&self) -> bool {
        self.abort_waived
    }

    /// The interfaces entered in its properties, in their order.
    #[must_use]
    pub fn interfaces(&self) -> &[InterfaceId] {
        &self.interfaces
    }

    /// The settings that are wanted on it, in the order of the site file.
    #[must_use]
    pub fn settings(&self) -> &[SettingId] {
        &self.settings
    }

    /// What [`Host::https_port`] is for the state that the host is in.
    pub(super) fn settled_https_port(
        &self,
        interfaces: &IdVec<InterfaceId, Interface>,
    ) -> PortNumber {
        let taken =
            [self.configured.ftp, self.configured.http, self.running.ftp, self.running.http];
        let of_interface = |&id: &InterfaceId| {
            let interface = &interfaces[id];
            let number = interface.number().filter(|_| interface.scheme() == Scheme::Https)?;
            (!taken.contains(&PortState::On(number))).then_some(number)
        };
        (self.configured.https.number())
            .or_else(|| self.running.https.number())
            .or(self.told_https_port)
            .or_else(|| self.interfaces.iter().find_map(of_interface))
            .unwrap_or(Transport::Https.default_port())
    }
}
