//! Where lines end: how many do so before each few hundred bytes.
//!
//! That is enough to count the lines before any place, and to find where one begins or ends
//! however long it is, by reading no more of the text than those few hundred bytes.

use crate::ini::mask::{GROUP, count};
use crate::ini::span::Span;

/// Where the lines of a text end.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    /// The bytes whose groups are counted.
    body: Span,
    /// What ends a line.
    terminator: u8,
    /// How many lines end before each group, and at last how many there are.
    counts: Vec<usize>,
}

impl Ends {
    pub(super) const fn of(body: Span, terminator: u8, counts: Vec<usize>) -> Self {
        Self { body, terminator, counts }
    }

    /// How many lines end before the offset.
    pub(super) fn count_before(&self, text: &[u8], at: usize) -> usize {
        let group = self.group_of(at);
        let inside = Span::new(self.group(group).start, at);
        self.before(group) + count(text, inside, self.terminator)
    }

    /// Where the line with the byte at `at` starts.
    pub(super) fn start_of_line_at(&self, text: &[u8], at: usize) -> usize {
        let group = self.group_of(at);
        let last_in = |span: Span| memchr::memrchr(self.terminator, span.of(text));
        let near = Span::new(self.group(group).start, at);
        if let Some(found) = last_in(near) {
            return near.start + found + 1;
        }
        // It starts behind the last group in which a line ends.
        let before = self.before(group);
        let behind = self.counts.partition_point(|count| *count < before);
        let far = behind.checked_sub(1).map(|group| self.group(group)).unwrap_or_default();
        last_in(far).map_or(self.body.start, |found| far.start + found + 1)
    }

    /// Where the line with the byte at `at` ends, behind its terminator.
    pub(super) fn end_of_line_at(&self, text: &[u8], at: usize) -> usize {
        let group = self.group_of(at);
        let first_in = |span: Span| memchr::memchr(self.terminator, span.of(text));
        let near = Span::new(at, self.group(group).end);
        if let Some(found) = first_in(near) {
            return near.start + found + 1;
        }
        // It ends in the first group that one ends in.
        let before = self.before(group + 1);
        let behind = self.counts.partition_point(|count| *count <= before);
        let far = behind.checked_sub(1).map(|group| self.group(group)).unwrap_or_default();
        first_in(far).map_or(self.body.end, |found| far.start + found + 1)
    }

    /// The group with the byte at that offset.
    const fn group_of(&self, at: usize) -> usize {
        at.saturating_sub(self.body.start) / GROUP
    }

    /// The bytes of a group.
    fn group(&self, number: usize) -> Span {
        let start = self.body.start.saturating_add(number.saturating_mul(GROUP));
        Span::new(start.min(self.body.end), start.saturating_add(GROUP).min(self.body.end))
    }

    /// How many lines end before the group.
    fn before(&self, group: usize) -> usize {
        self.counts.get(group).or(self.counts.last()).copied().unwrap_or_default()
    }
}
