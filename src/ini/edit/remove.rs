//! Taking lines out.

use super::draft::Draft;
use super::found::Found;
use super::{Outcome, Target, Which};
use crate::ini::lookup::Lookup;
use crate::ini::refusal::Refusal;

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
        draft.takes(entry.line.start);
        draft.replace(entry.line, &[]);
        if text.lines_depend() {
            for line in entry.continuation(&text, 1) {
                draft.replace(line.span, &[]);
            }
        }
    }
    if draft.is_empty() {
        return Ok(found.not_found(lookup, target));
    }
    draft.seal().map(Outcome::Changed)
}
