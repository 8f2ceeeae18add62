//! Several edits, one after the other.

use std::iter::once;

use super::{Action, Edit, NotFound, Outcome, Target, plan};
use crate::ini::dialect::Dialect;
use crate::ini::document::Document;
use crate::ini::patch::{Hunks, Patch};
use crate::ini::refusal::Refusal;
use crate::ini::span::Span;
use crate::ini::text::Text;

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
/// The first edit that finds nothing or is refused decides for all. Edits that cannot meet, as
/// they are about different keys and write no new line, are planned on the text as it is, which
/// is then read once for all of them.
///
/// # Errors
///
/// [`RefusedAt`] with the first refusal.
pub fn plan_all<'e>(
    bytes: &'e [u8],
    dialect: Dialect,
    edits: &[Edit<'e>],
) -> Result<Planned<'e>, RefusedAt> {
    match at_once(&Text::of(bytes, dialect), edits) {
        Some(planned) => Ok(planned),
        None => one_after_another(bytes, dialect, edits),
    }
}

fn one_after_another<'e>(
    bytes: &'e [u8],
    dialect: Dialect,
    edits: &[Edit<'e>],
) -> Result<Planned<'e>, RefusedAt> {
    let mut whole = Patch::new(bytes, Hunks::new());
    let mut current: Option<Vec<u8>> = None;
    for (index, edit) in edits.iter().enumerate() {
        let text = current.as_deref().unwrap_or(bytes);
        let outcome = plan(text, dialect, edit);
        match outcome.map_err(|refusal| RefusedAt { index, refusal })? {
            Outcome::Changed(patch) => {
                // Nobody reads what the last edit leaves.
                let is_last = index + 1 == edits.len();
                let after = (!is_last).then(|| patch.spliced(text).collect::<Vec<_>>().concat());
                whole = whole.joined(&patch);
                current = after;
            }
            Outcome::Unchanged(_) => {}
            Outcome::NotFound(missing) => return Ok(Planned::NotFound { index, missing }),
        }
    }
    Ok(if whole.is_empty() { Planned::Unchanged } else { Planned::Changed(whole) })
}

/// Plans edits that cannot meet on one document; none if they might, or if one of them fails and
/// the others have to be looked at to tell how.
fn at_once<'e>(text: &Text<'e>, edits: &[Edit<'e>]) -> Option<Planned<'e>> {
    if edits.len() < 2 || text.lines_depend() || !are_apart(edits) {
        return None;
    }
    let document = Document::parse(text.bytes(), text.dialect());
    let mut patches = Vec::with_capacity(edits.len());
    for edit in edits {
        match document.plan(edit) {
            Ok(Outcome::Changed(patch)) => patches.push(patch),
            Ok(Outcome::Unchanged(_)) => {}
            Ok(Outcome::NotFound(_)) | Err(_) => return None,
        }
    }
    let whole = Patch::together(text.bytes(), patches);
    if whole.is_empty() {
        return Some(Planned::Unchanged);
    }
    keeps_reading(&whole, text).then_some(Planned::Changed(whole))
}

/// Whether the edits are about different keys and write no new line.
fn are_apart(edits: &[Edit<'_>]) -> bool {
    let writes_no_line = |edit: &Edit<'_>| match edit.action {
        Action::Disable(_) | Action::Enable(None) | Action::Set { .. } | Action::Remove(_) => true,
        Action::Enable(Some(_)) | Action::Insert { .. } => false,
    };
    let name = |edit: &Edit<'_>| {
        let Target { section, key, .. } = edit.target;
        (section.to_ascii_lowercase(), key.to_ascii_lowercase())
    };
    let mut names: Vec<_> = edits.iter().map(name).collect();
    names.sort_unstable();
    names.is_sorted_by(|one, other| one < other) && edits.iter().all(writes_no_line)
}

/// Whether the text is read the same way after any of the hunks: neither the bytes that tell the
/// encoding nor the last line feed go.
fn keeps_reading(patch: &Patch<'_>, text: &Text<'_>) -> bool {
    let has_lf = |bytes: &[u8]| memchr::memchr(b'\n', bytes).is_some();
    let hunks = patch.hunks();
    let starts = once(text.body().start).chain(hunks.iter().map(|hunk| hunk.span().end));
    let ends = hunks.iter().map(|hunk| hunk.span().start).chain(once(text.bytes().len()));
    let mut kept = starts.zip(ends).map(|(start, end)| Span::new(start, end).of(text.bytes()));
    let keeps_lf = !hunks.iter().any(|hunk| has_lf(hunk.before())) || kept.any(has_lf);
    keeps_lf && hunks.first().is_none_or(|first| first.span().start >= 4)
}
