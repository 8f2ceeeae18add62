//! From a byte of a text to its line and column.

use core::ops::Range;

use crate::site::Position;

/// Where the lines of a text start.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        Self { text, starts: core::iter::once(0).chain(newlines.map(|at| at + 1)).collect() }
    }

    /// The place of the byte at `offset`; the end of the text where it is shorter.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = floor_char_boundary(self.text, offset);
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The byte at a line and a column that counts bytes, both from 1, as `serde_json` reports them.
    ///
    /// It counts the bytes that it has consumed of the line: 0 stands for the newline before.
    pub(super) fn offset(&self, line: usize, column: usize) -> usize {
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied();
        let offset = start.unwrap_or(self.text.len()) + column;
        floor_char_boundary(self.text, offset.saturating_sub(1))
    }
}

/// The place of a byte that no text has, because the bytes from there on are not UTF-8.
pub(super) fn position_after(valid: &str) -> Position {
    Lines::of(valid).position(valid.len())
}

/// The part of `span` that stands in its first line: what can be underlined.
pub(super) fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let inside = text.get(span.clone()).unwrap_or_default();
    let length = inside.find(['\n', '\r']).unwrap_or(inside.len());
    span.start..span.start + length
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
