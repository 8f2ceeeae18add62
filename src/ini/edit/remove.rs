//! Taking lines out.

use super::draft::Draft;
use super::found::Found;
use super::{Outcome, Target, Which};
use crate::ini::document::Document;
use crate::ini::refusal::Refusal;

pub(super) fn plan<'e>(
    document: &Document<'e>,
    target: &Target<'_>,
    which: Which,
) -> Result<Outcome<'e>, Refusal> {
    let found = Found::of(document, target);
    let chosen = found.chosen(target, which)?;
    if chosen.is_empty() {
        return Ok(found.not_found(document, target));
    }
    let mut draft = Draft::of(*document);
    for occurrence in chosen {
        draft.takes(occurrence.span().start);
        draft.replace(occurrence.span(), &[]);
        for line in occurrence.continuation() {
            draft.replace(line.span, &[]);
        }
    }
    draft.seal().map(Outcome::Changed)
}
