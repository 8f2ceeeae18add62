//! Switching one port on or off, as edits of lines.

use super::change::IniKey;
use super::key::{lines_of, lines_of_key, number_of, parse, target, target_of};
use crate::ini::{Document, Edit, Occurrence, Outcome, Patch, Refusal, Which};
use crate::site::{PortNumber, Transport};

/// Comments out every active line; where there is no line at all, writes a commented one.
///
/// The documented form of "off" is a commented line, so it is written even where an absent key would do.
pub(super) fn disable(text: &[u8], transport: Transport) -> Result<Patch<'static>, Refusal> {
    let document = parse(text);
    let target = target(transport);
    let number = transport.default_port().to_string();
    let outcome = match document.plan(&Edit::disable(target))? {
        Outcome::NotFound(_) => {
            let line = Edit::insert(target, number.as_bytes()).commented();
            document.plan(&line.creating_section())?
        }
        outcome => outcome,
    };
    Ok(patch(text, outcome))
}

/// Sets the only active line, restores the only fitting commented one, or writes a new one.
pub(super) fn enable(
    text: &[u8],
    transport: Transport,
    number: PortNumber,
) -> Result<Patch<'static>, Refusal> {
    let document = parse(text);
    let target = target(transport);
    let digits = number.to_string();
    let edit = if lines_of(&document, transport).any(|line| line.is_active()) {
        Edit::set(target, digits.as_bytes())
    } else if let Some(candidate) = only_commented(&document, transport, number) {
        Edit::enable(target, candidate.value())
    } else {
        Edit::insert(target, digits.as_bytes()).creating_section()
    };
    Ok(patch(text, document.plan(&edit)?))
}

/// Sets every active line, restores the only fitting commented one, or writes a new one.
pub(super) fn set(text: &[u8], key: IniKey<'_>, value: &str) -> Result<Patch<'static>, Refusal> {
    let document = parse(text);
    let (target, value) = (target_of(key), value.as_bytes());
    let mut commented = lines_of_key(&document, key)
        .filter(|line| !line.is_active() && line.value() == Some(value));
    let edit = if lines_of_key(&document, key).any(|line| line.is_active()) {
        Edit::set(target, value).choosing(Which::Every)
    } else if commented.next().is_some() && commented.next().is_none() {
        Edit::enable(target, Some(value))
    } else {
        Edit::insert(target, value).creating_section()
    };
    Ok(patch(text, document.plan(&edit)?))
}

/// Comments out every active line of a key that is no port; where there is none, nothing needs to be written.
pub(super) fn unset(text: &[u8], key: IniKey<'_>) -> Result<Patch<'static>, Refusal> {
    Ok(patch(text, parse(text).plan(&Edit::disable(target_of(key)))?))
}

/// The commented line with this number, if there is exactly one.
fn only_commented<'a>(
    document: &Document<'a>,
    transport: Transport,
    number: PortNumber,
) -> Option<Occurrence<'a>> {
    let fits = |line: &Occurrence<'_>| !line.is_active() && number_of(line) == Some(number);
    let mut fitting = lines_of(document, transport).filter(fits);
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only)
}

/// Nothing is ever not found here: each edit was chosen by what is there.
fn patch(text: &[u8], outcome: Outcome<'_>) -> Patch<'static> {
    match outcome {
        Outcome::Changed(patch) => patch.into_owned(),
        Outcome::Unchanged(_) | Outcome::NotFound(_) => {
            Patch::splicing(text, Vec::new()).into_owned()
        }
    }
}

/// The text with a patch that was just made for it, which therefore applies.
pub(super) fn applied(patch: &Patch<'_>, text: &[u8]) -> Vec<u8> {
    patch.apply(text).unwrap_or_else(|_| text.to_vec())
}
