//! Restoring a commented key.

use super::draft::{Behind, Draft, Reading};
use super::found::{Found, place, places};
use super::{MissingSection, NotFound, Outcome, Target, Unchanged, insert};
use crate::ini::entry::{Entry, marker_of};
use crate::ini::lookup::Lookup;
use crate::ini::occurrence::State;
use crate::ini::patch::Patch;
use crate::ini::refusal::Refusal;
use crate::ini::span::Span;
use crate::ini::text::Text;

pub(super) fn plan<'e>(
    lookup: &impl Lookup<'e>,
    target: &Target<'e>,
    wanted: Option<&'e [u8]>,
) -> Result<Outcome<'e>, Refusal> {
    let mut found = Found::default();
    found.look_up(lookup, target);
    let text = lookup.text();
    if found.active().next().is_some() {
        return already_active(&text, target, &found, wanted);
    }
    if found.commented().next().is_some() {
        let candidate = candidate(&text, target, &found, wanted)?;
        return restore(&text, candidate).map(Outcome::Changed);
    }
    match (wanted, found.not_found(lookup, target)) {
        (Some(value), Outcome::NotFound(NotFound::Key)) => {
            insert::plan(lookup, target, value, State::Active, MissingSection::Refuse)
        }
        (_, outcome) => Ok(outcome),
    }
}

/// Every active line must agree with what is wanted.
pub(super) fn already_active<'e>(
    text: &Text<'_>,
    target: &Target<'_>,
    found: &Found,
    wanted: Option<&[u8]>,
) -> Result<Outcome<'e>, Refusal> {
    let differs = |entry: &&Entry| wanted.is_some_and(|value| !has_value(text, entry, value));
    match (found.active().find(differs), wanted) {
        (Some(other), Some(wanted)) => Err(Refusal::ActiveWithOtherValue {
            key: target.key.into(),
            wanted: wanted.into(),
            place: place(text, other),
        }),
        _ => Ok(Outcome::Unchanged(Unchanged::AlreadyActive)),
    }
}

fn has_value(text: &Text<'_>, entry: &Entry, value: &[u8]) -> bool {
    entry.value(text) == Some(value) && !entry.is_continued(text)
}

/// The one commented line that can be meant.
fn candidate<'f>(
    text: &Text<'_>,
    target: &Target<'_>,
    found: &'f Found,
    wanted: Option<&[u8]>,
) -> Result<&'f Entry, Refusal> {
    let fits = |entry: &&Entry| wanted.is_none_or(|value| has_value(text, entry, value));
    let mut fitting = found.commented().filter(fits);
    match (fitting.next(), fitting.next(), wanted) {
        (Some(one), None, _) => Ok(one),
        (None, _, Some(wanted)) => Err(Refusal::NoCandidateWithValue {
            key: target.key.into(),
            wanted: wanted.into(),
            places: places(text, found.commented()),
        }),
        _ => Err(Refusal::AmbiguousCommented {
            key: target.key.into(),
            places: places(text, found.commented().filter(fits)),
        }),
    }
}

fn restore<'e>(text: &Text<'e>, candidate: &Entry) -> Result<Patch<'e>, Refusal> {
    let bytes = text.bytes();
    let start = candidate.line.start;
    let first = candidate.hidden_start(bytes).unwrap_or(Span::new(start, start));
    let key = candidate.key.of(bytes);
    let reading = Reading { state: State::Active, key, value: Behind::key_of(text, candidate) };
    if !reading.is_of_rewritten(text, candidate, first, &[]) {
        let place = place(text, candidate);
        return Err(Refusal::WouldNotReadBack { text: key.into(), place });
    }
    let mut draft = Draft::of(*text);
    draft.brings(start);
    draft.replace(first, &[]);
    for line in candidate.continuation(text, 1) {
        if let Some(marker) = marker_of(bytes, &line) {
            draft.goes_on(line.span.start);
            draft.replace(marker, &[]);
        }
    }
    draft.seal()
}
