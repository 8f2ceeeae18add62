//! Switching one port on or off, as edits of lines.

use super::key::{lines_of, number_of, parse, target};
use crate::ini::{Document, Edit, Occurrence, Outcome, Patch, Refusal};
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
