//! A change as a unified diff.

use std::slice::Iter;

use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, group_diff_ops};

use super::{Hunk, splice};
use crate::ini::span::Span;

const CONTEXT_LINES: usize = 3;

/// Whole lines that a change replaces.
struct Block {
    old: Span,
    new: Vec<u8>,
}

pub(super) fn unified(bytes: &[u8], hunks: &[Hunk<'_>], name: &str) -> Vec<u8> {
    let blocks = blocks(bytes, hunks);
    if blocks.is_empty() {
        return Vec::new();
    }
    let mut diff = format!("--- {name}\n+++ {name}\n").into_bytes();
    let mut rest = blocks.iter();
    for group in group_diff_ops(operations(bytes, &blocks), CONTEXT_LINES) {
        diff.extend_from_slice(format!("{}\n", UnifiedHunkHeader::new(&group)).as_bytes());
        write_group(&mut diff, bytes, &group, &mut rest);
    }
    diff
}

/// The hunks widened to whole lines; those that share a line are one block.
fn blocks(bytes: &[u8], hunks: &[Hunk<'_>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = hunks;
    while let Some((first, others)) = rest.split_first() {
        let mut span = whole_lines(bytes, first);
        let mut count = 1;
        for hunk in others {
            let next = whole_lines(bytes, hunk);
            if next.start > span.end {
                break;
            }
            span.end = span.end.max(next.end);
            count += 1;
        }
        let (group, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        rest = others;
        blocks.push(Block { old: span, new: rewritten(bytes, span, group) });
    }
    blocks
}

/// The lines that a hunk changes: none if it only puts whole lines between two.
fn whole_lines(bytes: &[u8], hunk: &Hunk<'_>) -> Span {
    let changed = hunk.span();
    let start = line_start(bytes, changed.start);
    let starts_whole = start == changed.start;
    let stays_whole = hunk.new.is_empty() || hunk.new.ends_with(b"\n");
    if starts_whole && stays_whole && line_start(bytes, changed.end) == changed.end {
        return changed;
    }
    Span::new(start, line_end(bytes, changed.end))
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    let before = Span::new(0, at).of(bytes);
    memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1)
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = Span::new(at, bytes.len()).of(bytes);
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |newline| at + newline + 1)
}

fn rewritten(bytes: &[u8], span: Span, hunks: &[Hunk<'_>]) -> Vec<u8> {
    let moved: Vec<Hunk<'_>> =
        hunks.iter().map(|hunk| Hunk { at: hunk.at - span.start, ..hunk.clone() }).collect();
    splice(span.of(bytes), &moved).collect::<Vec<_>>().concat()
}

/// The change in lines. The library would find changes by comparing texts; these are known.
fn operations(bytes: &[u8], blocks: &[Block]) -> Vec<DiffOp> {
    let mut operations = Vec::with_capacity(2 * blocks.len() + 1);
    let (mut old_index, mut new_index, mut at) = (0, 0, 0);
    for Block { old, new } in blocks {
        let len = lines(Span::new(at, old.start).of(bytes)).count();
        operations.push(DiffOp::Equal { old_index, new_index, len });
        (old_index, new_index) = (old_index + len, new_index + len);
        let (old_len, new_len) = (lines(old.of(bytes)).count(), lines(new).count());
        operations.push(DiffOp::Replace { old_index, old_len, new_index, new_len });
        (old_index, new_index, at) = (old_index + old_len, new_index + new_len, old.end);
    }
    let len = lines(Span::new(at, bytes.len()).of(bytes)).take(CONTEXT_LINES).count();
    operations.push(DiffOp::Equal { old_index, new_index, len });
    operations
}

/// Writes changes with the lines around them, taking their blocks off the front.
fn write_group(diff: &mut Vec<u8>, bytes: &[u8], group: &[DiffOp], rest: &mut Iter<'_, Block>) {
    let (Some(first), Some(block)) = (group.first(), rest.as_slice().first()) else { return };
    let before = Span::new(0, block.old.start).of(bytes);
    let context: usize = lines(before).rev().take(first.old_range().len()).map(<[u8]>::len).sum();
    let mut at = block.old.start - context;
    for operation in group {
        if let DiffOp::Equal { len, .. } = operation {
            write_lines(diff, b' ', lines(Span::new(at, bytes.len()).of(bytes)).take(*len));
        } else if let Some(Block { old, new }) = rest.next() {
            write_lines(diff, b'-', lines(old.of(bytes)));
            write_lines(diff, b'+', lines(new));
            at = old.end;
        }
    }
}

fn write_lines<'l>(diff: &mut Vec<u8>, sign: u8, lines: impl Iterator<Item = &'l [u8]>) {
    for line in lines {
        diff.push(sign);
        diff.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            diff.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

fn lines(bytes: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}
