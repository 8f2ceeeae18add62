//! Two changes, one after the other, as one.
//!
//! A byte survives both or it does not, however the changes are grouped: that decides the hunks here. Bytes that are
//! taken away and come back are no survivors, for whether they meet again depends on the grouping.

use std::borrow::Cow;

use super::Hunk;
use crate::ini::span::Span;

/// A hunk seen from the bytes between the two changes.
struct Change<'h> {
    /// Where it stands in the bytes between.
    span: Span,
    /// Its bytes there.
    between: &'h [u8],
    /// Its bytes on the far side: before the first change, or after the second.
    far: &'h [u8],
}

/// `first` and then `second`, whose offsets are those of the bytes between the two.
///
/// Neither may have hunks that touch, and nor does the result. Old and new may begin or end alike in it.
pub(super) fn join(first: &[Hunk<'_>], second: &[Hunk<'_>]) -> Vec<Hunk<'static>> {
    let (first, second) = (seen_from_behind(first), seen_from_before(second));
    let (mut first, mut second) = (first.as_slice(), second.as_slice());
    let mut joined = Vec::with_capacity(first.len() + second.len());
    // How far offsets between the changes are ahead of, and behind, those before the first.
    let (mut ahead, mut behind) = (0, 0);
    while let Some(span) = next_group(first, second) {
        let ours = split_off(&mut first, span);
        let theirs = split_off(&mut second, span);
        let old = far_side(span, ours, theirs);
        let new = far_side(span, theirs, ours);
        if !old.is_empty() || !new.is_empty() {
            let at = span.start + behind - ahead;
            joined.push(Hunk { at, old: Cow::Owned(old), new: Cow::Owned(new) });
        }
        ahead += ours.iter().map(|change| change.between.len()).sum::<usize>();
        behind += ours.iter().map(|change| change.far.len()).sum::<usize>();
    }
    joined
}

fn seen_from_behind<'h>(hunks: &'h [Hunk<'_>]) -> Vec<Change<'h>> {
    let (mut added, mut removed) = (0, 0);
    let change = |hunk: &'h Hunk<'_>| {
        let start = hunk.at + added - removed;
        added += hunk.new.len();
        removed += hunk.old.len();
        let span = Span::new(start, start + hunk.new.len());
        Change { span, between: &hunk.new, far: &hunk.old }
    };
    hunks.iter().map(change).collect()
}

fn seen_from_before<'h>(hunks: &'h [Hunk<'_>]) -> Vec<Change<'h>> {
    let change =
        |hunk: &'h Hunk<'_>| Change { span: hunk.span(), between: &hunk.old, far: &hunk.new };
    hunks.iter().map(change).collect()
}

/// The span of the next changes that overlap or touch.
fn next_group(first: &[Change<'_>], second: &[Change<'_>]) -> Option<Span> {
    let heads = first.first().into_iter().chain(second.first());
    let mut group = heads.map(|change| change.span).min_by_key(|span| span.start)?;
    let (mut first, mut second) = (first.iter().peekable(), second.iter().peekable());
    loop {
        let touches = |change: &&Change<'_>| change.span.start <= group.end;
        let Some(change) = first.next_if(touches).or_else(|| second.next_if(touches)) else {
            return Some(group);
        };
        group.end = group.end.max(change.span.end);
    }
}

/// Takes the changes inside `span` off the front.
fn split_off<'c, 'h>(changes: &mut &'c [Change<'h>], span: Span) -> &'c [Change<'h>] {
    let inside = changes.iter().take_while(|change| change.span.start <= span.end).count();
    let (group, rest) = changes.split_at_checked(inside).unwrap_or((*changes, &[]));
    *changes = rest;
    group
}

/// The bytes of `span` on the far side of `changes`; what they leave alone is in `others`.
fn far_side(span: Span, changes: &[Change<'_>], others: &[Change<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at = span.start;
    for change in changes {
        copy_between(&mut bytes, Span::new(at, change.span.start), others);
        bytes.extend_from_slice(change.far);
        at = change.span.end;
    }
    copy_between(&mut bytes, Span::new(at, span.end), others);
    bytes
}

/// Appends the bytes between the changes in `span`, which lie inside of `changes`.
fn copy_between(bytes: &mut Vec<u8>, span: Span, changes: &[Change<'_>]) {
    // The spans are in order, so those that end before ours are skipped at once.
    let reached = changes.partition_point(|change| change.span.end <= span.start);
    let from = changes.get(reached..).unwrap_or_default();
    for change in from.iter().take_while(|change| change.span.start < span.end) {
        let start = span.start.max(change.span.start);
        let end = span.end.min(change.span.end);
        if start < end {
            let inside = Span::new(start - change.span.start, end - change.span.start);
            bytes.extend_from_slice(inside.of(change.between));
        }
    }
}
