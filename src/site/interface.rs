//! Interfaces: the URLs under which the clients of a site reach an STPD.

use core::{fmt, ops::Range};

use super::{HostId, PortNumber, Retired, Transport};

/// What the text of an interface says about the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `ftp://`
    Ftp,
    /// `http://`
    Http,
    /// `https://`
    Https,
    /// No `://` at all: FTP in older versions, HTTP since 4.4.3 Beefalo, so it may be either and never counts as secure.
    Bare,
    /// Anything else: another scheme, a bad port, user information, a path. It may use anything.
    Other,
}

impl Scheme {
    /// The transport that the scheme names, where it names just one.
    #[must_use]
    pub const fn transport(self) -> Option<Transport> {
        match self {
            Self::Ftp => Some(Transport::Ftp),
            Self::Http => Some(Transport::Http),
            Self::Https => Some(Transport::Https),
            Self::Bare | Self::Other => None,
        }
    }

    /// Whether an interface of this scheme may move data over `transport`.
    #[must_use]
    pub const fn may_use(self, transport: Transport) -> bool {
        matches!(
            (self, transport),
            (Self::Ftp | Self::Bare | Self::Other, Transport::Ftp)
                | (Self::Http | Self::Bare | Self::Other, Transport::Http)
                | (Self::Https | Self::Other, Transport::Https)
        )
    }
}

/// One interface of one host; its identity is the pair of host and text, never the text alone.
///
/// A text that a task names but that is not entered in the host's properties has one too, with
/// [`Interface::is_present`] false: the reference dangles.
#[derive(Clone, PartialEq, Eq)]
pub struct Interface {
    host: HostId,
    text: Box<str>,
    scheme: Scheme,
    address: Option<(u32, u32)>,
    number: Option<PortNumber>,
    pub(super) listener: Option<PortNumber>,
    pub(super) present: bool,
}

impl Interface {
    pub(crate) fn new(
        host: HostId,
        text: &str,
        listener: Option<PortNumber>,
        present: bool,
    ) -> Self {
        let parsed = InterfaceText::parse(text);
        Self {
            host,
            text: text.into(),
            scheme: parsed.scheme,
            address: parsed.address.map(|range| (narrow(range.start), narrow(range.end))),
            number: parsed.number,
            listener,
            present,
        }
    }

    /// The host in whose properties the interface is entered.
    #[must_use]
    pub const fn host(&self) -> HostId {
        self.host
    }

    /// The text, byte for byte as it is entered; references resolve by it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text says about the transport.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host name or IP address as written, brackets of an IPv6 address included; `None` where the text cannot be read.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        let (start, end) = self.address?;
        self.text.get(start as usize..end as usize)
    }

    /// The local port that reaches STPD through this interface: the listener where it is forwarded, else the text's own
    /// number, else the default of its scheme. `None` for bare and other texts, whose number says nothing.
    #[must_use]
    pub fn number(&self) -> Option<PortNumber> {
        let transport = self.scheme.transport()?;
        Some(self.listener.or(self.number).unwrap_or(transport.default_port()))
    }

    /// The number that clients connect to: the text's own, else the default of its scheme.
    #[must_use]
    pub fn outer_number(&self) -> Option<PortNumber> {
        let transport = self.scheme.transport()?;
        Some(self.number.unwrap_or(transport.default_port()))
    }

    /// The local port that a forwarded interface (NAT) ends at.
    #[must_use]
    pub const fn listener(&self) -> Option<PortNumber> {
        self.listener
    }

    /// Whether it is entered in the host's properties; otherwise a task names a text that nobody has.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.present
    }

    /// Whether data may move over one of the transports in `retired`.
    #[must_use]
    pub fn may_use_any(&self, retired: Retired) -> bool {
        retired.iter().any(|transport| self.scheme.may_use(transport))
    }

    /// Whether both are reached under the same address; ASCII letters compare without case, as in host names.
    #[must_use]
    pub fn same_address(&self, other: &Self) -> bool {
        match (self.address(), other.address()) {
            (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
            _ => false,
        }
    }
}

impl fmt::Debug for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interface")
            .field("host", &self.host)
            .field("text", &self.text)
            .field("listener", &self.listener)
            .field("present", &self.present)
            .finish_non_exhaustive()
    }
}

/// An offset inside an interface text; texts longer than 4 GiB are refused with the file that holds them.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// What can be read from the text of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InterfaceText {
    pub(crate) scheme: Scheme,
    /// Where the address stands in the text.
    pub(crate) address: Option<Range<usize>>,
    pub(crate) number: Option<PortNumber>,
}

impl InterfaceText {
    const OTHER: Self = Self { scheme: Scheme::Other, address: None, number: None };

    pub(crate) fn parse(text: &str) -> Self {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Self::bare(text);
        };
        let scheme = match scheme {
            _ if scheme.eq_ignore_ascii_case("ftp") => Scheme::Ftp,
            _ if scheme.eq_ignore_ascii_case("http") => Scheme::Http,
            _ if scheme.eq_ignore_ascii_case("https") => Scheme::Https,
            _ => return Self::OTHER,
        };
        let start = text.len() - rest.len();
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        match split_authority(authority) {
            Some((length, number)) => Self { scheme, address: Some(start..start + length), number },
            None => Self::OTHER,
        }
    }

    fn bare(text: &str) -> Self {
        let authority = text.strip_suffix('/').unwrap_or(text);
        // What no URL could hold is no address: an https text made from it could not be read.
        let address = split_authority(authority).map(|(length, _)| 0..length);
        Self { scheme: Scheme::Bare, address, number: None }
    }
}

/// The length of the address and the number in `address[:number]`; `None` where it is neither.
fn split_authority(authority: &str) -> Option<(usize, Option<PortNumber>)> {
    let length = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (address, rest) = authority.split_at_checked(length)?;
    if address.is_empty() || address == "[]" || address.contains(is_foreign_to_addresses) {
        return None;
    }
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((length, None)),
        None => None,
        Some(digits) => Some((length, Some(digits.parse().ok()?))),
    }
}

/// Characters that start a path, a query, user information or that no address has.
fn is_foreign_to_addresses(character: char) -> bool {
    matches!(character, '/' | '?' | '#' | '@' | '\\')
        || character.is_whitespace()
        || character.is_control()
}
