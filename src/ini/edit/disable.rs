//! Commenting a key out.

use super::draft::{Behind, Draft, Reading};
use super::found::{Found, place};
use super::{NotFound, Outcome, Target, Unchanged, Which};
use crate::ini::entry::Entry;
use crate::ini::lookup::Lookup;
use crate::ini::occurrence::State;
use crate::ini::refusal::Refusal;
use crate::ini::span::Span;
use crate::ini::text::Text;

pub(super) fn plan<'e>(
    lookup: &impl Lookup<'e>,
    target: &Target<'_>,
    which: Which,
) -> Result<Outcome<'e>, Refusal> {
    let text = lookup.text();
    let found = Found::of(lookup, target);
    let mut draft = Draft::of(text);
    for entry in found.chosen(&text, target, which)? {
        comment_out(&text, &mut draft, entry)?;
    }
    if !draft.is_empty() {
        return draft.seal().map(Outcome::Changed);
    }
    Ok(match found.not_found(lookup, target) {
        Outcome::NotFound(NotFound::ActiveKey) => Outcome::Unchanged(Unchanged::AlreadyCommented),
        outcome => outcome,
    })
}

fn comment_out(text: &Text<'_>, draft: &mut Draft<'_>, entry: &Entry) -> Result<(), Refusal> {
    let marker = text.dialect().disabling();
    let start = Span::new(entry.line.start, entry.line.start);
    let key = entry.key.of(text.bytes());
    let reading = Reading { state: State::Commented, key, value: Behind::key_of(text, entry) };
    if !reading.is_of_rewritten(text, entry, start, marker) {
        return Err(Refusal::WouldNotReadBack { text: key.into(), place: place(text, entry) });
    }
    draft.takes(start.start);
    draft.replace(start, marker);
    if text.lines_depend() {
        for line in entry.continuation(text, 1) {
            draft.replace(Span::new(line.span.start, line.span.start), marker);
        }
    }
    Ok(())
}
