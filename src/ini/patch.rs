//! An edit as a value.

mod compose;
mod diff;
mod hunks;

use std::borrow::Cow;

pub(super) use hunks::Hunks;
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

    /// How many bytes old and new have in common at the start and at the end; the end counts first, so that a marker
    /// before a line comes out alone.
    fn common(&self) -> (usize, usize) {
        let same = |(one, other): &(&u8, &u8)| one == other;
        let end = self.old.iter().rev().zip(self.new.iter().rev()).take_while(same).count();
        let rest = (self.old.len() - end).min(self.new.len() - end);
        (self.old.iter().zip(&*self.new).take(rest).take_while(same).count(), end)
    }

    /// The hunk without what old and new have in common at either side; none if that is all.
    fn narrowed(self) -> Option<Self> {
        let (start, end) = self.common();
        let Self { at, old, new } = self;
        let (old, new) = (inner(old, start, end), inner(new, start, end));
        (!old.is_empty() || !new.is_empty()).then_some(Self { at: at + start, old, new })
    }
}

/// The bytes without so many at the start and at the end.
fn inner(bytes: Cow<'_, [u8]>, start: usize, end: usize) -> Cow<'_, [u8]> {
    let inner = Span::new(start, bytes.len() - end);
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(inner.of(bytes)),
        Cow::Owned(bytes) if inner.len() == bytes.len() => Cow::Owned(bytes),
        Cow::Owned(bytes) => Cow::Owned(inner.of(&bytes).to_vec()),
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

    /// Whether the hunks yield the bytes that were there before.
    fn is_kept_by(&self, hunks: &[Hunk<'_>]) -> bool {
        match self {
            Self::Known(ends) => ends.before == ends.after,
            Self::Borrowed(base) => {
                let mut rest = *base;
                let mut is_next = |slice: &[u8]| {
                    let Some((head, tail)) = rest.split_at_checked(slice.len()) else {
                        return false;
                    };
                    rest = tail;
                    std::ptr::eq(head, slice) || head == slice
                };
                len_after(base.len(), hunks) == base.len() && splice(base, hunks).all(&mut is_next)
            }
        }
    }
}

/// A change of bytes: ranges with their old and their new content.
///
/// A patch applies to exactly the bytes it was made for and refuses all others. One that comes
/// from an edit borrows those bytes; [`into_owned`](Self::into_owned) keeps their length and
/// SHA-256 instead, so that the patch can outlive them.
///
/// Patches are equal if they are made for the same bytes, known in the same way, and have the same hunks.
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
#[derive(Debug, Clone)]
#[must_use = "a patch changes nothing until it is applied"]
pub struct Patch<'a> {
    base: Base<'a>,
    hunks: Hunks<'a>,
    /// What the changes touched that this patch was composed of, where that is more than its hunks: bytes that went
    /// and came back stand here with the same bytes as old and new.
    touched: Option<Box<[Hunk<'a>]>>,
}

impl PartialEq for Patch<'_> {
    fn eq(&self, other: &Self) -> bool {
        let Self { base, hunks, touched: _ } = self;
        *base == other.base && *hunks == other.hunks
    }
}

impl Eq for Patch<'_> {}

impl<'a> Patch<'a> {
    /// `hunks` must be in order, apart from each other, and hold the bytes of `base` as old.
    pub(super) const fn new(base: &'a [u8], hunks: Hunks<'a>) -> Self {
        Self { base: Base::Borrowed(base), hunks, touched: None }
    }

    /// The change that touches these ranges, which do not touch each other.
    fn touching(base: Base<'a>, touched: Vec<Hunk<'a>>) -> Self {
        let is_kept = base.is_kept_by(&touched);
        let changed = touched.iter().filter(|_| !is_kept).cloned();
        let hunks: Hunks<'a> = changed.filter_map(Hunk::narrowed).collect();
        let touched = (*hunks != *touched).then(|| touched.into());
        Self { base, hunks, touched }
    }

    fn touched(&self) -> &[Hunk<'a>] {
        self.touched.as_deref().unwrap_or(&self.hunks)
    }

    /// The change that puts other bytes in the place of spans, which come in order and do not overlap.
    ///
    /// What is the same at the end and at the start of old and new stays out of it.
    pub(crate) fn splicing(base: &'a [u8], splices: Vec<(Span, &[u8])>) -> Self {
        let mut hunks: Vec<Hunk<'a>> = Vec::new();
        for (span, new) in splices {
            let (old, new) = (Cow::Borrowed(span.of(base)), Cow::Borrowed(new));
            let narrowed = Hunk { at: span.start, old, new }.narrowed();
            let Some(Hunk { at, old, new }) = narrowed else { continue };
            let end = at + old.len();
            match hunks.last_mut() {
                Some(last) if last.span().end == at => {
                    last.old = Cow::Borrowed(Span::new(last.at, end).of(base));
                    last.new.to_mut().extend_from_slice(&new);
                }
                _ => {
                    let old = Cow::Borrowed(Span::new(at, end).of(base));
                    hunks.push(Hunk { at, old, new: Cow::Owned(new.into_owned()) });
                }
            }
        }
        Self::touching(Base::Borrowed(base), hunks)
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
        if !self.is_made_for(bytes) {
            return Err(PatchMismatch);
        }
        let mut after = Vec::with_capacity(len_after(bytes.len(), &self.hunks));
        let mut at = 0;
        for hunk in &*self.hunks {
            after.extend_from_slice(Span::new(at, hunk.at).of(bytes));
            after.extend_from_slice(&hunk.new);
            at = hunk.span().end;
        }
        after.extend_from_slice(Span::new(at, bytes.len()).of(bytes));
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
        Patch {
            base: Base::known(after, before),
            hunks: inverse(&self.hunks),
            touched: self.touched.as_deref().map(inverse),
        }
    }

    /// This patch and then `next` as one.
    ///
    /// How a chain of patches is grouped makes no difference: `a.then(b)` and then `c` is equal to `a` and then
    /// `b.then(c)`. A chain that ends in the bytes it began with [is empty](Self::is_empty). Two other chains with the
    /// same ends may differ in their hunks, for the bytes between these are not known here.
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
        let touched = compose::join(self.touched(), next.touched());
        Ok(Patch::touching(Base::known(before, after), touched))
    }

    /// As [`then`](Self::then), for a `next` that is known to fit.
    pub(super) fn joined(self, next: &Patch<'_>) -> Self {
        let touched = compose::join(self.touched(), next.touched());
        let base = match self.base {
            Base::Borrowed(_) => self.base,
            Base::Known(ends) => Base::known(ends.before, next.ends().1),
        };
        Self::touching(base, touched)
    }

    /// All of these patches of the same bytes at once, which change different lines.
    pub(super) fn together(base: &'a [u8], patches: Vec<Self>) -> Self {
        let mut hunks: Vec<Hunk<'a>> = patches.into_iter().flat_map(|patch| patch.hunks).collect();
        hunks.sort_by_key(|hunk| hunk.at);
        let mut touched: Vec<Hunk<'a>> = Vec::with_capacity(hunks.len());
        for hunk in hunks {
            match touched.last_mut() {
                Some(last) if last.span().end == hunk.at => {
                    last.old = Cow::Borrowed(Span::new(last.at, hunk.span().end).of(base));
                    last.new.to_mut().extend_from_slice(&hunk.new);
                }
                _ => touched.push(hunk),
            }
        }
        Self::touching(Base::Borrowed(base), touched)
    }

    /// The same patch without a borrow.
    pub fn into_owned(self) -> Patch<'static> {
        let (before, after) = self.ends();
        Patch {
            base: Base::known(before, after),
            hunks: into_owned(self.hunks),
            touched: self.touched.map(into_owned),
        }
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

    pub(super) fn spliced<'s>(&'s self, bytes: &'s [u8]) -> Slices<'s> {
        splice(bytes, &self.hunks)
    }
}

fn len_after(len: usize, hunks: &[Hunk<'_>]) -> usize {
    let removed: usize = hunks.iter().map(|hunk| hunk.old.len()).sum();
    let added: usize = hunks.iter().map(|hunk| hunk.new.len()).sum();
    (len + added).saturating_sub(removed)
}

/// The ranges as they are after the change, with old and new in each other's place.
fn inverse<C: FromIterator<Hunk<'static>>>(hunks: &[Hunk<'_>]) -> C {
    let (mut removed, mut added) = (0, 0);
    let inverse = |Hunk { at, old, new }: &Hunk<'_>| {
        let at = at + added - removed;
        removed += old.len();
        added += new.len();
        Hunk { at, old: Cow::Owned(new.to_vec()), new: Cow::Owned(old.to_vec()) }
    };
    hunks.iter().map(inverse).collect()
}

fn into_owned<'a, C: FromIterator<Hunk<'static>>>(hunks: impl IntoIterator<Item = Hunk<'a>>) -> C {
    hunks.into_iter().map(Hunk::into_owned).collect()
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
