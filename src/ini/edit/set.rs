//! Replacing a value.

use super::draft::{Draft, Reading, rewritten, stays_on_line};
use super::found::Found;
use super::{Outcome, Target, Unchanged, Which};
use crate::ini::document::Document;
use crate::ini::occurrence::{Occurrence, State};
use crate::ini::refusal::Refusal;
use crate::ini::value::Value;

pub(super) fn plan<'e>(
    document: &Document<'e>,
    target: &Target<'_>,
    value: &'e [u8],
    which: Which,
) -> Result<Outcome<'e>, Refusal> {
    let found = Found::of(document, target);
    let chosen = found.chosen(target, which)?;
    if chosen.is_empty() {
        return Ok(found.not_found(document, target));
    }
    let mut draft = Draft::of(*document);
    for occurrence in chosen {
        let parts = settable(occurrence)?;
        replace(document, &mut draft, occurrence, parts, value)?;
    }
    if draft.is_empty() {
        return Ok(Outcome::Unchanged(Unchanged::SameValue));
    }
    draft.seal().map(Outcome::Changed)
}

/// Where the value is, if it has one place.
fn settable(occurrence: &Occurrence<'_>) -> Result<Value, Refusal> {
    let (key, place) = (occurrence.key().into(), occurrence.place());
    match occurrence.value_parts() {
        None => Err(Refusal::BareKey { key, place }),
        Some(_) if occurrence.is_continued() => Err(Refusal::Continued { key, place }),
        Some(parts) => Ok(parts),
    }
}

fn replace<'e>(
    document: &Document<'e>,
    draft: &mut Draft<'e>,
    occurrence: &Occurrence<'_>,
    parts: Value,
    value: &'e [u8],
) -> Result<(), Refusal> {
    let line = occurrence.key_line();
    let reading = Reading { state: State::Active, key: occurrence.key(), value: Some(value) };
    let content = rewritten(document, line, parts.span, value);
    if !stays_on_line(value, document.dialect()) || !reading.is_of(&content, document.dialect()) {
        let place = document.place(parts.span);
        return Err(Refusal::WouldNotReadBack { text: value.into(), place });
    }
    if occurrence.value() != Some(value) {
        draft.takes(line.span.start);
        draft.brings(line.span.start, 1);
        draft.replace(parts.span, value);
    }
    Ok(())
}
