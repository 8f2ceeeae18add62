//! Commenting a key out.

use super::draft::Draft;
use super::found::{Found, place};
use super::{NotFound, Outcome, Target, Unchanged, Which};
use crate::ini::entry::Entry;
use crate::ini::lookup::Lookup;
use crate::ini::refusal::Refusal;
use crate::ini::span::Span;
use crate::ini::text::Text;

pub(super) fn plan<'e>(
    lookup: &impl Lookup<'e>,
    target: &Target<'_>,
    which: Which,
) -> Result<Outcome<'e>, Refusal> {
    let mut found = Found::default();
    found.look_up(lookup, target);
    let text = lookup.text();
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
    if !entry.reads_behind_marker(text) {
        let key = entry.key.of(text.bytes()).into();
        return Err(Refusal::WouldNotReadBack { text: key, place: place(text, entry) });
    }
    draft.takes(entry.line.start);
    draft.replace(Span::new(entry.line.start, entry.line.start), marker);
    if text.lines_depend() {
        for line in entry.continuation(text, 1) {
            draft.replace(Span::new(line.span.start, line.span.start), marker);
        }
    }
    Ok(())
}
