//! A change as a unified diff.

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
    let mut diff = Vec::new();
    if !blocks.is_empty() {
        diff.extend_from_slice(format!("--- {name}\n+++ {name}\n").as_bytes());
    }
    let mut rest = blocks.as_slice();
    let mut writer = Writer { bytes, diff, line: 1, counted: 0, added: 0, removed: 0 };
    while let Some(group) = next_group(bytes, &mut rest) {
        writer.group(group);
    }
    writer.diff
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
    splice(span.of(bytes), &moved).flatten().copied().collect()
}

/// Takes the blocks off the front whose context runs together.
fn next_group<'b>(bytes: &[u8], rest: &mut &'b [Block]) -> Option<&'b [Block]> {
    let blocks = *rest;
    let near = |pair: &[Block]| match pair {
        [one, other] => {
            let between = Span::new(one.old.end, other.old.start).of(bytes);
            lines(between).count() <= 2 * CONTEXT_LINES
        }
        _ => false,
    };
    let count = 1 + blocks.windows(2).take_while(|pair| near(pair)).count();
    let (group, others) = blocks.split_at_checked(count)?;
    *rest = others;
    Some(group)
}

fn lines(bytes: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

/// The diff so far, and how far the old lines are counted.
struct Writer<'a> {
    bytes: &'a [u8],
    diff: Vec<u8>,
    line: usize,
    counted: usize,
    added: usize,
    removed: usize,
}

impl Writer<'_> {
    fn group(&mut self, group: &[Block]) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
        let span = with_context(self.bytes, Span::new(first.old.start, last.old.end));
        self.header(span, group);
        let mut at = span.start;
        for block in group {
            self.lines(b' ', Span::new(at, block.old.start).of(self.bytes));
            self.lines(b'-', block.old.of(self.bytes));
            self.lines(b'+', &block.new);
            at = block.old.end;
        }
        self.lines(b' ', Span::new(at, span.end).of(self.bytes));
    }

    fn header(&mut self, span: Span, group: &[Block]) {
        self.line += lines(Span::new(self.counted, span.start).of(self.bytes)).count();
        self.counted = span.start;
        let removed: usize =
            group.iter().map(|block| lines(block.old.of(self.bytes)).count()).sum();
        let added: usize = group.iter().map(|block| lines(&block.new).count()).sum();
        let old = lines(span.of(self.bytes)).count();
        let new = old + added - removed;
        let new_line = self.line + self.added - self.removed;
        let header = format!("@@ -{} +{} @@\n", range(self.line, old), range(new_line, new));
        self.diff.extend_from_slice(header.as_bytes());
        self.added += added;
        self.removed += removed;
    }

    fn lines(&mut self, sign: u8, text: &[u8]) {
        for line in lines(text) {
            self.diff.push(sign);
            self.diff.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                self.diff.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
}

/// A range of lines; an empty one is named by the line before it.
fn range(line: usize, count: usize) -> String {
    match count {
        0 => format!("{},0", line - 1),
        1 => line.to_string(),
        _ => format!("{line},{count}"),
    }
}

fn with_context(bytes: &[u8], span: Span) -> Span {
    let before = Span::new(0, span.start).of(bytes);
    let after = Span::new(span.end, bytes.len()).of(bytes);
    let len = |line: &[u8]| line.len();
    let head: usize = lines(before).rev().take(CONTEXT_LINES).map(len).sum();
    let tail: usize = lines(after).take(CONTEXT_LINES).map(len).sum();
    Span::new(span.start - head, span.end + tail)
}
