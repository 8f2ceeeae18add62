//! The names of the port keys.

use super::change::IniKey;
use crate::ini::{Dialect, Document, Occurrence, Occurrences, Target};
use crate::site::{PortNumber, STPD_SECTION, Transport};

/// The section of stpd.ini with the ports.
///
/// Source: the vendor's page "Disabling unsecure transport modes".
pub const SECTION: &str = STPD_SECTION;

/// The key of a transport's port in [`SECTION`].
///
/// Source: the vendor's page "Disabling unsecure transport modes".
#[must_use]
pub const fn key(transport: Transport) -> &'static str {
    transport.ini_key()
}

/// The key as edits name it.
///
/// Case is ignored: whether STPD looks at it nobody knows, and a port that may be open counts as open.
pub(super) const fn target(transport: Transport) -> Target<'static> {
    Target::ignoring_case(SECTION.as_bytes(), key(transport).as_bytes())
}

/// A key that is no port, as edits name it: like the ports', in any case.
pub(super) const fn target_of(key: IniKey<'_>) -> Target<'_> {
    Target::ignoring_case(key.section.as_bytes(), key.key.as_bytes())
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

/// Every line with a key that is no port, active or commented.
pub(super) fn lines_of_key<'d, 'a>(
    document: &'d Document<'a>,
    key: IniKey<'d>,
) -> Occurrences<'d, 'a> {
    let target = target_of(key);
    document.occurrences(target.section, target.key, target.names)
}

/// The number that a line sets, if its value is one.
pub(super) fn number_of(line: &Occurrence<'_>) -> Option<PortNumber> {
    str::from_utf8(line.value()?).ok()?.parse().ok()
}
