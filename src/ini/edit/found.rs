//! The lines an edit has to do with.

use super::{NotFound, Outcome, Target, Which};
use crate::ini::document::Document;
use crate::ini::occurrence::Occurrence;
use crate::ini::refusal::Refusal;
use crate::ini::span::Place;

/// The lines with the key, by state.
pub(super) struct Found<'a> {
    pub(super) active: Vec<Occurrence<'a>>,
    pub(super) commented: Vec<Occurrence<'a>>,
}

impl<'a> Found<'a> {
    pub(super) fn of(document: &Document<'a>, target: &Target<'_>) -> Self {
        let all = document.occurrences(target.section, target.key, target.names);
        let (active, commented) = all.partition(Occurrence::is_active);
        Self { active, commented }
    }

    /// The active lines meant; none if they are not there.
    pub(super) fn chosen(
        &self,
        target: &Target<'_>,
        which: Which,
    ) -> Result<&[Occurrence<'a>], Refusal> {
        let active = self.active.as_slice();
        let one = |index: usize| active.get(index..=index).unwrap_or_default();
        match which {
            Which::Only if active.len() > 1 => {
                Err(Refusal::AmbiguousActive { key: target.key.into(), places: places(active) })
            }
            Which::Only | Which::Every => Ok(active),
            Which::First => Ok(one(0)),
            Which::Last => Ok(one(active.len().saturating_sub(1))),
            Which::Nth(n) => Ok(one(n.get() - 1)),
        }
    }

    /// The outcome for a key that is not there as an edit needs it.
    pub(super) fn not_found<'e>(
        &self,
        document: &Document<'_>,
        target: &Target<'_>,
    ) -> Outcome<'e> {
        Outcome::NotFound(if self.active.is_empty() && !self.commented.is_empty() {
            NotFound::ActiveKey
        } else if document.has_section(target.section, target.names) {
            NotFound::Key
        } else {
            NotFound::Section
        })
    }
}

pub(super) fn places(occurrences: &[Occurrence<'_>]) -> Box<[Place]> {
    occurrences.iter().map(Occurrence::place).collect()
}
