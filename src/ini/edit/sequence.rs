//! Several edits, one after the other.

use super::{Edit, NotFound, Outcome};
use crate::ini::dialect::Dialect;
use crate::ini::document::Document;
use crate::ini::patch::Patch;
use crate::ini::refusal::Refusal;

/// What several edits come to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Planned<'e> {
    /// The text changes; this is all of the change.
    Changed(Patch<'e>),
    /// The text already is as the edits want it.
    Unchanged,
    /// What one edit needs is not there, so none of them counts.
    NotFound {
        /// The edit, counted from 0.
        index: usize,
        /// What it did not find.
        missing: NotFound,
    },
}

/// One of several edits was refused, so none of them counts.
///
/// Places in the refusal are those of the text as the edits before it leave it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("edit {}: {refusal}", .index + 1)]
pub struct RefusedAt {
    /// The edit, counted from 0.
    pub index: usize,
    /// Why it was refused.
    #[source]
    pub refusal: Refusal,
}

/// Plans `edits` in order, each on what the ones before it leave, as one change of `bytes`.
///
/// The first edit that finds nothing or is refused decides for all.
///
/// # Errors
///
/// [`RefusedAt`] with the first refusal.
pub fn plan_all<'e>(
    bytes: &'e [u8],
    dialect: Dialect,
    edits: &[Edit<'e>],
) -> Result<Planned<'e>, RefusedAt> {
    let mut whole = Patch::new(bytes, Vec::new());
    let mut current: Option<Vec<u8>> = None;
    for (index, edit) in edits.iter().enumerate() {
        let text = current.as_deref().unwrap_or(bytes);
        let outcome = Document::parse(text, dialect).plan(edit);
        match outcome.map_err(|refusal| RefusedAt { index, refusal })? {
            Outcome::Changed(patch) => {
                let after = patch.spliced(text).flatten().copied().collect();
                whole = whole.joined(&patch);
                current = Some(after);
            }
            Outcome::Unchanged(_) => {}
            Outcome::NotFound(missing) => return Ok(Planned::NotFound { index, missing }),
        }
    }
    Ok(if whole.is_empty() { Planned::Unchanged } else { Planned::Changed(whole) })
}
