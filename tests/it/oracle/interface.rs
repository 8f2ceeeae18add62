//! An interface, and what its text says.

use super::port::Transport;
use super::text::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scheme {
    Of(Transport),
    Bare,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Interface {
    pub(crate) text: Text,
    pub(crate) listener: Option<u16>,
    pub(crate) scheme: Scheme,
    /// Empty where the text is `other`.
    pub(crate) address: Text,
    /// The listener where given, else the text's; no meaning for bare and other.
    pub(crate) number: u16,
}

impl Interface {
    pub(crate) fn new(text: &str, listener: Option<u16>) -> Self {
        let (scheme, address, number) = parse(text).unwrap_or((Scheme::Other, "", 0));
        let number = listener.unwrap_or(number);
        Self { text: text.into(), listener, scheme, address: address.into(), number }
    }

    pub(crate) fn same_address(&self, other: &Self) -> bool {
        !self.address.is_empty() && self.address.eq_ignore_ascii_case(&other.address)
    }
}

/// Scheme, address and number of an interface text; none where it is `other`.
fn parse(text: &str) -> Option<(Scheme, &str, u16)> {
    let (scheme, default, authority) = match text.split_once("://") {
        None => (Scheme::Bare, 0, text),
        Some((word, rest)) => match word.to_ascii_lowercase().as_str() {
            "ftp" => (Scheme::Of(Transport::Ftp), 11001, rest),
            "http" => (Scheme::Of(Transport::Http), 11000, rest),
            "https" => (Scheme::Of(Transport::Https), 11443, rest),
            _ => return None,
        },
    };
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let host_ends = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (address, port) = authority.split_at(host_ends);
    let inside = address.strip_prefix('[').map_or(address, |rest| rest.trim_end_matches(']'));
    let odd = |c: char| "/?#@[]\\".contains(c) || c.is_whitespace() || c.is_control();
    if inside.is_empty() || inside.contains(odd) {
        return None;
    }
    match port.strip_prefix(':') {
        None if port.is_empty() => Some((scheme, address, default)),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().filter(|&number| number > 0).map(|number| (scheme, address, number))
        }
        _ => None,
    }
}
