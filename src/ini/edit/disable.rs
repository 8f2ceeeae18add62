//! Commenting a key out.

use super::draft::{Draft, Reading, rewritten};
use super::found::Found;
use super::{NotFound, Outcome, Target, Unchanged, Which};
use crate::ini::document::Document;
use crate::ini::occurrence::{Occurrence, State};
use crate::ini::refusal::Refusal;
use crate::ini::span::Span;

pub(super) fn plan<'e>(
    document: &Document<'e>,
    target: &Target<'_>,
    which: Which,
) -> Result<Outcome<'e>, Refusal> {
    let found = Found::of(document, target);
    let chosen = found.chosen(target, which)?;
    if chosen.is_empty() {
        return Ok(match found.not_found(document, target) {
            Outcome::NotFound(NotFound::ActiveKey) => {
                Outcome::Unchanged(Unchanged::AlreadyCommented)
            }
            outcome => outcome,
        });
    }
    let mut draft = Draft::of(*document);
    for occurrence in chosen {
        comment_out(document, &mut draft, occurrence)?;
    }
    draft.seal().map(Outcome::Changed)
}

fn comment_out(
    document: &Document<'_>,
    draft: &mut Draft<'_>,
    occurrence: &Occurrence<'_>,
) -> Result<(), Refusal> {
    let marker = document.dialect().disabling();
    let line = occurrence.key_line();
    let start = Span::new(line.span.start, line.span.start);
    let content = rewritten(document, line, start, marker);
    let (key, value) = (occurrence.key(), occurrence.value());
    if !(Reading { state: State::Commented, key, value }).is_of(&content, document.dialect()) {
        return Err(Refusal::WouldNotReadBack { text: key.into(), place: occurrence.place() });
    }
    draft.takes(start.start);
    draft.replace(start, marker);
    for line in occurrence.continuation() {
        draft.replace(Span::new(line.span.start, line.span.start), marker);
    }
    Ok(())
}
