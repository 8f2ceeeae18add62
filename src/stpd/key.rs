//! The names of the port keys.

use crate::ini::{Dialect, Document, Occurrence, Occurrences, Target};
use crate::site::{PortNumber, Transport};

/// The section of stpd.ini with the ports.
///
/// Source: the vendor's page "Disabling unsecure transport modes".
pub const SECTION: &str = "STPD_Server";

/// The key of a transport's port in [`SECTION`].
///
/// Source: the vendor's page "Disabling unsecure transport modes".
#[must_use]
pub const fn key(transport: Transport) -> &'static str {
    match transport {
        Transport::Ftp => "STPD_PORT",
        Transport::Http => "STPD_HTTP_PORT",
        Transport::Https => "STPD_HTTPS_PORT",
    }
}

/// The key as edits name it.
///
/// Case is ignored: whether STPD looks at it nobody knows, and a port that may be open counts as open.
pub(super) const fn target(transport: Transport) -> Target<'static> {
    Target::ignoring_case(SECTION.as_bytes(), key(transport).as_bytes())
}

/// Whether this is the name of the section with the ports.
pub(super) fn is_section(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(SECTION.as_bytes())
}

/// The transport whose port this key sets.
pub(super) fn transport_of(name: &[u8]) -> Option<Transport> {
    Transport::ALL
        .into_iter()
        .find(|&transport| name.eq_ignore_ascii_case(key(transport).as_bytes()))
}

pub(super) fn parse(text: &[u8]) -> Document<'_> {
    Document::parse(text, Dialect::stpd())
}

/// Every line with the key of a transport, active or commented.
pub(super) fn lines_of<'d, 'a>(
    document: &'d Document<'a>,
    transport: Transport,
) -> Occurrences<'d, 'a> {
    let target = target(transport);
    document.occurrences(target.section, target.key, target.names)
}

/// The number that a line sets, if its value is one.
pub(super) fn number_of(line: &Occurrence<'_>) -> Option<PortNumber> {
    str::from_utf8(line.value()?).ok()?.parse().ok()
}
