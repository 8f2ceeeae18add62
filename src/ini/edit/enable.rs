//! Restoring a commented key.

use std::iter::once;

use super::draft::{Draft, Reading, rewritten};
use super::found::{Found, places};
use super::{MissingSection, NotFound, Outcome, Target, Unchanged, insert};
use crate::ini::document::Document;
use crate::ini::occurrence::{Occurrence, State};
use crate::ini::patch::Patch;
use crate::ini::refusal::Refusal;
use crate::ini::span::Span;

pub(super) fn plan<'e>(
    document: &Document<'e>,
    target: &Target<'e>,
    wanted: Option<&'e [u8]>,
) -> Result<Outcome<'e>, Refusal> {
    let found = Found::of(document, target);
    if !found.active.is_empty() {
        return already_active(target, &found.active, wanted);
    }
    if !found.commented.is_empty() {
        let candidate = candidate(target, &found.commented, wanted)?;
        return restore(document, candidate).map(Outcome::Changed);
    }
    match (wanted, found.not_found(document, target)) {
        (Some(value), Outcome::NotFound(NotFound::Key)) => {
            insert::plan(document, target, value, State::Active, MissingSection::Refuse)
        }
        (_, outcome) => Ok(outcome),
    }
}

/// Every active line must agree with what is wanted.
pub(super) fn already_active<'e>(
    target: &Target<'_>,
    active: &[Occurrence<'_>],
    wanted: Option<&[u8]>,
) -> Result<Outcome<'e>, Refusal> {
    let differs = |found: &&Occurrence<'_>| wanted.is_some_and(|value| !has_value(found, value));
    match (active.iter().find(differs), wanted) {
        (Some(other), Some(wanted)) => Err(Refusal::ActiveWithOtherValue {
            key: target.key.into(),
            wanted: wanted.into(),
            place: other.place(),
        }),
        _ => Ok(Outcome::Unchanged(Unchanged::AlreadyActive)),
    }
}

fn has_value(occurrence: &Occurrence<'_>, value: &[u8]) -> bool {
    occurrence.value() == Some(value) && !occurrence.is_continued()
}

/// The one commented line that can be meant.
fn candidate<'f, 'a>(
    target: &Target<'_>,
    commented: &'f [Occurrence<'a>],
    wanted: Option<&[u8]>,
) -> Result<&'f Occurrence<'a>, Refusal> {
    let fits = |found: &&Occurrence<'_>| wanted.is_none_or(|value| has_value(found, value));
    let mut fitting = commented.iter().filter(fits);
    match (fitting.next(), fitting.next(), wanted) {
        (Some(one), None, _) => Ok(one),
        (None, _, Some(wanted)) => Err(Refusal::NoCandidateWithValue {
            key: target.key.into(),
            wanted: wanted.into(),
            places: places(commented),
        }),
        _ => Err(Refusal::AmbiguousCommented {
            key: target.key.into(),
            places: commented.iter().filter(fits).map(Occurrence::place).collect(),
        }),
    }
}

fn restore<'e>(document: &Document<'e>, candidate: &Occurrence<'_>) -> Result<Patch<'e>, Refusal> {
    let line = candidate.key_line();
    let hidden: Vec<Span> = once(*line)
        .chain(candidate.continuation())
        .filter_map(|line| candidate.marker_of(&line))
        .collect();
    let first = hidden.first().copied().unwrap_or(Span::new(line.span.start, line.span.start));
    let content = rewritten(document, line, first, &[]);
    let (key, value) = (candidate.key(), candidate.value());
    if !(Reading { state: State::Active, key, value }).is_of(&content, document.dialect()) {
        return Err(Refusal::WouldNotReadBack { text: key.into(), place: candidate.place() });
    }
    let mut draft = Draft::of(*document);
    draft.brings(line.span.start, hidden.len());
    for marker in hidden {
        draft.replace(marker, &[]);
    }
    draft.seal()
}
