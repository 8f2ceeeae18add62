//! Replacing a value.

use super::draft::{Behind, Draft, Reading, stays_on_line};
use super::found::{Found, place};
use super::{Outcome, Target, Unchanged, Which};
use crate::ini::entry::Entry;
use crate::ini::lookup::Lookup;
use crate::ini::occurrence::State;
use crate::ini::refusal::Refusal;
use crate::ini::text::Text;
use crate::ini::value::Value;

pub(super) fn plan<'e>(
    lookup: &impl Lookup<'e>,
    target: &Target<'_>,
    value: &'e [u8],
    which: Which,
) -> Result<Outcome<'e>, Refusal> {
    let mut found = Found::default();
    found.look_up(lookup, target);
    let text = lookup.text();
    let chosen = found.chosen(&text, target, which)?;
    if chosen.clone().next().is_none() {
        return Ok(found.not_found(lookup, target));
    }
    let mut draft = Draft::of(text);
    for entry in chosen {
        replace(&text, &mut draft, entry, value)?;
    }
    if draft.is_empty() {
        return Ok(Outcome::Unchanged(Unchanged::SameValue));
    }
    draft.seal().map(Outcome::Changed)
}

/// Where the value is, if it has one place.
fn settable(text: &Text<'_>, entry: &Entry) -> Result<Value, Refusal> {
    let quoted = || (entry.key.of(text.bytes()).into(), place(text, entry));
    match entry.value_parts(text) {
        None => {
            let (key, place) = quoted();
            Err(Refusal::BareKey { key, place })
        }
        Some(_) if entry.is_continued(text) => {
            let (key, place) = quoted();
            Err(Refusal::Continued { key, place })
        }
        Some(parts) => Ok(parts),
    }
}

fn replace<'e>(
    text: &Text<'e>,
    draft: &mut Draft<'e>,
    entry: &Entry,
    value: &'e [u8],
) -> Result<(), Refusal> {
    let parts = settable(text, entry)?;
    let key = entry.key.of(text.bytes());
    let reading = Reading { state: State::Active, key, value: Behind::Value(value) };
    let reads_back =
        stays_on_line(value) && reading.is_of_rewritten(text, entry, parts.span, value);
    if !reads_back {
        let place = text.place(parts.span);
        return Err(Refusal::WouldNotReadBack { text: value.into(), place });
    }
    if parts.span.of(text.bytes()) != value {
        draft.takes(entry.line.start);
        draft.brings(entry.line.start);
        draft.replace(parts.span, value);
    }
    Ok(())
}
