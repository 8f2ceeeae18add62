//! An edit as a value.

mod compose;
mod diff;

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::span::Span;

/// One range of bytes with its old and its new content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk<'a> {
    /// The offset in the bytes before the change.
    pub(super) at: usize,
    pub(super) old: Cow<'a, [u8]>,
    pub(super) new: Cow<'a, [u8]>,
}

impl Hunk<'_> {
    /// The range in the bytes before the change.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.at, self.at + self.old.len())
    }

    /// The bytes that are replaced.
    #[must_use]
    pub fn before(&self) -> &[u8] {
        &self.old
    }

    /// The bytes that replace them.
    #[must_use]
    pub fn after(&self) -> &[u8] {
        &self.new
    }

    fn into_owned(self) -> Hunk<'static> {
        let Self { at, old, new } = self;
        Hunk { at, old: Cow::Owned(old.into_owned()), new: Cow::Owned(new.into_owned()) }
    }
}

/// The bytes a patch is made for are not the bytes it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes differ from those the patch was made for")]
pub struct PatchMismatch;

/// What a text is known by when it is not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fingerprint {
    len: usize,
    sha256: [u8; 32],
}

impl Fingerprint {
    fn of<'s>(slices: impl Iterator<Item = &'s [u8]>) -> Self {
        let mut hasher = Sha256::new();
        let mut len = 0;
        for slice in slices {
            hasher.update(slice);
            len += slice.len();
        }
        Self { len, sha256: hasher.finalize().into() }
    }
}

/// How a patch knows the bytes it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Base<'a> {
    Borrowed(&'a [u8]),
    /// Apart, so that the usual patch is small.
    Known(Box<Ends>),
}

/// What the bytes before and after a change are known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    before: Fingerprint,
    after: Fingerprint,
}

impl Base<'_> {
    fn known(before: Fingerprint, after: Fingerprint) -> Self {
        Self::Known(Box::new(Ends { before, after }))
    }
}

/// A change of bytes: ranges with their old and their new content.
///
/// A patch applies to exactly the bytes it was made for and refuses all others. One that comes
/// from an edit borrows those bytes; [`into_owned`](Self::into_owned) keeps their length and
/// SHA-256 instead, so that the patch can outlive them.
///
/// ```
/// use sesam_transport::ini::{Dialect, Document, Edit, Outcome, Target};
///
/// let text = b"[Server]\nPORT = 1\n";
/// let document = Document::parse(text, Dialect::generic());
/// let Ok(Outcome::Changed(patch)) = document.plan(&Edit::disable(Target::exact(b"Server", b"PORT")))
/// else {
///     panic!("PORT is there");
/// };
/// let after = patch.apply(text)?;
/// assert_eq!(after, b"[Server]\n# PORT = 1\n");
/// assert_eq!(patch.inverse().apply(&after)?, text);
/// # Ok::<(), sesam_transport::ini::PatchMismatch>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a patch changes nothing until it is applied"]
pub struct Patch<'a> {
    base: Base<'a>,
    hunks: Vec<Hunk<'a>>,
}

impl<'a> Patch<'a> {
    /// `hunks` must be in order, apart from each other, and hold the bytes of `base` as old.
    pub(super) const fn new(base: &'a [u8], hunks: Vec<Hunk<'a>>) -> Self {
        Self { base: Base::Borrowed(base), hunks }
    }

    /// The change that puts other bytes in the place of spans, which come in order and do not overlap.
    ///
    /// What is the same at the end and at the start of old and new stays out of it; the end first, so that a marker
    /// before a line comes out alone.
    pub(crate) fn splicing(base: &'a [u8], splices: Vec<(Span, &[u8])>) -> Self {
        let mut hunks: Vec<Hunk<'a>> = Vec::new();
        for (span, new) in splices {
            let old = span.of(base);
            let same = |(one, other): &(&u8, &u8)| one == other;
            let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
            let (old, new) = (old.split_at(old.len() - end).0, new.split_at(new.len() - end).0);
            let start = old.iter().zip(new).take_while(same).count();
            let (old, new) = (old.split_at(start).1, new.split_at(start).1);
            let at = span.start + start;
            match hunks.last_mut() {
                _ if old.is_empty() && new.is_empty() => {}
                Some(last) if last.span().end == at => {
                    last.old = Cow::Borrowed(Span::new(last.at, at + old.len()).of(base));
                    last.new.to_mut().extend_from_slice(new);
                }
                _ => {
                    let (old, new) = (Cow::Borrowed(old), Cow::Owned(new.to_vec()));
                    hunks.push(Hunk { at, old, new });
                }
            }
        }
        Self::new(base, hunks)
    }

    /// The ranges in order; they do not overlap.
    #[must_use]
    pub fn hunks(&self) -> &[Hunk<'a>] {
        &self.hunks
    }

    /// Whether the patch leaves its bytes as they are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hunks.is_empty()
    }

    /// The bytes after the change.
    ///
    /// # Errors
    ///
    /// [`PatchMismatch`] if `bytes` are not those the patch was made for.
    pub fn apply(&self, bytes: &[u8]) -> Result<Vec<u8>, PatchMismatch> {
        let mut after = Vec::with_capacity(self.len_after(bytes.len()));
        for slice in self.slices(bytes)? {
            after.extend_from_slice(slice);
        }
        Ok(after)
    }

    /// The bytes after the change, slice by slice and without a copy.
    ///
    /// # Errors
    ///
    /// [`PatchMismatch`] if `bytes` are not those the patch was made for.
    pub fn slices<'s>(&'s self, bytes: &'s [u8]) -> Result<Slices<'s>, PatchMismatch> {
        if self.is_made_for(bytes) { Ok(self.spliced(bytes)) } else { Err(PatchMismatch) }
    }

    /// Whether these are the bytes that the patch was made for.
    #[must_use]
    pub fn is_made_for(&self, bytes: &[u8]) -> bool {
        match &self.base {
            // The base is borrowed, so the same address holds the same bytes.
            Base::Borrowed(base) => std::ptr::eq(*base, bytes) || *base == bytes,
            Base::Known(ends) => {
                let Ends { before, .. } = **ends;
                before.len == bytes.len() && before == Fingerprint::of([bytes].into_iter())
            }
        }
    }

    /// The patch that takes back exactly this one.
    pub fn inverse(&self) -> Patch<'static> {
        let (before, after) = self.ends();
        let mut hunks = Vec::with_capacity(self.hunks.len());
        let (mut removed, mut added) = (0, 0);
        for Hunk { at, old, new } in &self.hunks {
            hunks.push(Hunk {
                at: at + added - removed,
                old: Cow::Owned(new.to_vec()),
                new: Cow::Owned(old.to_vec()),
            });
            removed += old.len();
            added += new.len();
        }
        Patch { base: Base::known(after, before), hunks }
    }

    /// This patch and then `next` as one.
    ///
    /// # Errors
    ///
    /// [`PatchMismatch`] if `next` was not made for the bytes that this patch yields.
    pub fn then(&self, next: &Patch<'_>) -> Result<Patch<'static>, PatchMismatch> {
        let (before, between) = self.ends();
        let (expected, after) = next.ends();
        if between != expected {
            return Err(PatchMismatch);
        }
        let hunks = compose::join(&self.hunks, &next.hunks);
        Ok(Patch { base: Base::known(before, after), hunks })
    }

    /// As [`then`](Self::then), for a `next` that is known to fit.
    pub(super) fn joined(self, next: &Patch<'_>) -> Self {
        let hunks = compose::join(&self.hunks, &next.hunks);
        match self.base {
            Base::Borrowed(_) => Self { base: self.base, hunks },
            Base::Known(ends) => Patch { base: Base::known(ends.before, next.ends().1), hunks },
        }
    }

    /// The same patch without a borrow.
    pub fn into_owned(self) -> Patch<'static> {
        let (before, after) = self.ends();
        let hunks = self.hunks.into_iter().map(Hunk::into_owned).collect();
        Patch { base: Base::known(before, after), hunks }
    }

    /// The change as a unified diff with three lines of context; empty if nothing changes.
    ///
    /// `name` stands in both file lines. A line ends at LF here, as `patch` has it; the bytes of
    /// the lines are given as they are.
    ///
    /// # Errors
    ///
    /// [`PatchMismatch`] if `bytes` are not those the patch was made for.
    pub fn unified_diff(&self, bytes: &[u8], name: &str) -> Result<Vec<u8>, PatchMismatch> {
        if !self.is_made_for(bytes) {
            return Err(PatchMismatch);
        }
        Ok(diff::unified(bytes, &self.hunks, name))
    }

    fn ends(&self) -> (Fingerprint, Fingerprint) {
        match &self.base {
            Base::Borrowed(base) => {
                (Fingerprint::of([*base].into_iter()), Fingerprint::of(self.spliced(base)))
            }
            Base::Known(ends) => (ends.before, ends.after),
        }
    }

    fn len_after(&self, len: usize) -> usize {
        let removed: usize = self.hunks.iter().map(|hunk| hunk.old.len()).sum();
        let added: usize = self.hunks.iter().map(|hunk| hunk.new.len()).sum();
        (len + added).saturating_sub(removed)
    }

    pub(super) fn spliced<'s>(&'s self, bytes: &'s [u8]) -> Slices<'s> {
        splice(bytes, &self.hunks)
    }
}

/// The bytes with the hunks applied.
pub(super) const fn splice<'s>(bytes: &'s [u8], hunks: &'s [Hunk<'s>]) -> Slices<'s> {
    Slices { bytes, hunks, at: 0, pending: None }
}

/// The bytes after a change, in pieces: kept ones borrowed from the input, new ones from the
/// patch. No piece is empty.
#[derive(Debug, Clone)]
pub struct Slices<'s> {
    bytes: &'s [u8],
    hunks: &'s [Hunk<'s>],
    at: usize,
    pending: Option<&'s [u8]>,
}

impl<'s> Iterator for Slices<'s> {
    type Item = &'s [u8];

    fn next(&mut self) -> Option<&'s [u8]> {
        loop {
            if let Some(new) = self.pending.take().filter(|new| !new.is_empty()) {
                return Some(new);
            }
            let kept = if let Some((hunk, rest)) = self.hunks.split_first() {
                self.hunks = rest;
                self.pending = Some(&hunk.new);
                let kept = Span::new(self.at, hunk.at);
                self.at = hunk.span().end;
                kept
            } else if self.at < self.bytes.len() {
                let kept = Span::new(self.at, self.bytes.len());
                self.at = kept.end;
                kept
            } else {
                return None;
            };
            if !kept.is_empty() {
                return Some(kept.of(self.bytes));
            }
        }
    }
}
