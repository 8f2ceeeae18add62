//! Where lines end, as a bit for each byte.

use std::iter;

use super::COUNTED;
use crate::ini::mask::{WIDTH, bits};
use crate::ini::span::Span;

/// Where the lines of a text end.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    /// The bytes that the bits are about.
    body: Span,
    /// A bit for each byte, set where a line ends, the first byte lowest.
    words: Vec<u64>,
    /// How many bits are set before each group of words.
    counts: Vec<usize>,
    all: usize,
}

impl Ends {
    pub(super) fn with_room_for(body: Span) -> Self {
        let words = body.len().div_ceil(WIDTH);
        let (words, counts) =
            (Vec::with_capacity(words), Vec::with_capacity(words.div_ceil(COUNTED)));
        Self { body, words, counts, all: 0 }
    }

    /// The bits of the next bytes.
    #[inline]
    pub(super) fn push(&mut self, word: u64) {
        if self.words.len().is_multiple_of(COUNTED) {
            self.counts.push(self.all);
        }
        self.words.push(word);
        self.all += word.count_ones() as usize;
    }

    /// How many lines end before the offset.
    pub(super) fn count_before(&self, at: usize) -> usize {
        let at = at.saturating_sub(self.body.start);
        let (word, bit) = (at / WIDTH, at % WIDTH);
        let group = word / COUNTED;
        let Some(counted) = self.counts.get(group) else { return self.all };
        let whole = Span::new(group * COUNTED, word);
        let between: u32 = self.slice(whole).iter().map(|word| word.count_ones()).sum();
        let below = (1 << bit) - 1;
        let last = self.words.get(word).map_or(0, |word| (word & below).count_ones());
        counted + (between + last) as usize
    }

    /// Where the line with the byte at `at` ends, behind its terminator.
    pub(super) fn end_of_line_at(&self, at: usize) -> usize {
        self.ends_from(at).next().unwrap_or(self.body.end)
    }

    /// Behind the terminators from that of the line with the byte at `at`.
    fn ends_from(&self, at: usize) -> impl Iterator<Item = usize> {
        let before = at.saturating_sub(self.body.start);
        let (first, bit) = (before / WIDTH, before % WIDTH);
        let words = self.words.get(first..).unwrap_or_default().iter().zip(first..);
        words.flat_map(move |(&word, at)| {
            let word = if at == first { word & u64::MAX << bit } else { word };
            bits(word).map(move |bit| self.body.start + at * WIDTH + bit + 1)
        })
    }

    /// The lines of a span that begins where one does, each with what ends it.
    pub(super) fn lines(&self, span: Span) -> impl Iterator<Item = Span> {
        let mut ends = self.ends_from(span.start);
        let mut start = span.start;
        iter::from_fn(move || {
            let end = ends.next().map_or(span.end, |end| end.min(span.end));
            let line = Span::new(start, end);
            start = end;
            (!line.is_empty()).then_some(line)
        })
    }

    fn slice(&self, words: Span) -> &[u64] {
        self.words.get(words.range()).unwrap_or_default()
    }

    /// The start of the line with that many lines before it.
    pub(super) fn start_behind(&self, lines: usize) -> usize {
        if lines == 0 {
            return self.body.start;
        }
        let group = self.counts.partition_point(|before| *before < lines).saturating_sub(1);
        let mut left = lines - self.counts.get(group).copied().unwrap_or_default();
        let words = self.words.get(group * COUNTED..).unwrap_or_default();
        for (word, at) in words.iter().zip((group * COUNTED * WIDTH..).step_by(WIDTH)) {
            let here = word.count_ones() as usize;
            if left <= here {
                // Taking away the lowest set bit, one after the other, leaves the one that is meant.
                let last = (1..left).fold(*word, |word, _| word & (word - 1));
                return self.body.start + at + last.trailing_zeros() as usize + 1;
            }
            left -= here;
        }
        self.body.end
    }
}
