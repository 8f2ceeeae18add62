//! What is wanted of a site.

use super::{ReassignPolicy, Transport};

/// The transports to switch off: FTP, HTTP, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Retired {
    pub(super) ftp: bool,
    pub(super) http: bool,
}

impl Retired {
    /// Whether `transport` is to be switched off.
    #[must_use]
    pub const fn contains(self, transport: Transport) -> bool {
        match transport {
            Transport::Ftp => self.ftp,
            Transport::Http => self.http,
            Transport::Https => false,
        }
    }

    /// The transports to switch off, in the order of [`Transport::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Transport> {
        Transport::UNSECURE.into_iter().filter(move |&transport| self.contains(transport))
    }
}

/// What is wanted of a site, the excepted hosts aside: those are marked on the hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Where tasks on an unsecure interface go.
    pub reassign: ReassignPolicy,
    /// The transports to switch off.
    pub retired: Retired,
}

/// Where one task goes, against the site's policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReassignOverride {
    /// To the HTTPS interface of the same address.
    Secure,
    /// To no interface.
    Blank,
    /// To this interface text.
    To(Box<str>),
}

impl ReassignOverride {
    pub(crate) fn of(text: &str) -> Self {
        match text {
            "secure" => Self::Secure,
            "blank" => Self::Blank,
            text => Self::To(text.into()),
        }
    }

    /// Whether it only repeats the policy of the site.
    pub(crate) const fn repeats(&self, policy: ReassignPolicy) -> bool {
        matches!(
            (self, policy),
            (Self::Secure, ReassignPolicy::Secure) | (Self::Blank, ReassignPolicy::Blank)
        )
    }

    /// The text that stands for it in a site file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Secure => "secure",
            Self::Blank => "blank",
            Self::To(text) => text,
        }
    }
}
