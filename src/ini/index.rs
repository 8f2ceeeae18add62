//! What is kept of a text after one pass over it, so that looking something up reads no more than
//! it finds.
//!
//! * A bit for each byte that ends a line, counted every few hundred bytes: the number of a line
//!   and its bounds come from there.
//! * Where the headers are, and a table of their names.
//! * For sections of more than a few kilobytes, a table of their keys. The lines of smaller ones
//!   are compared one after the other, which takes no longer.
//!
//! Both tables hold pairs of a hash and a position, sorted. Names that are equal without regard to
//! case have the same hash, so one table serves every way of comparing names; and no text, however
//! it is made, makes building the tables slow.

mod build;
mod ends;

use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::Range;

use ends::Ends;
use foldhash::fast::FixedState;

use super::block::{Block, Header};
use super::dialect::Continuation;
use super::entry::Entry;
use super::line::leading_blanks;
use super::search::Entries;
use super::span::{Place, Span};
use super::text::Text;
use super::wanted::Wanted;

/// The longest section whose lines are compared one after the other, in bytes.
const SHORT: usize = 4096;

/// How many words of bits are counted together.
const COUNTED: usize = 8;

/// What is kept of a text beside its bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    ends: Ends,
    /// Where the lines with headers start.
    headers: Vec<usize>,
    /// The names of the sections, each with the number of its header.
    names: Vec<Pair>,
    /// The keys of long sections, each with the number of its line.
    keys: Vec<Pair>,
    /// The sections that `keys` is about, in the order of their names.
    long: Vec<Long>,
    /// Whether lines or headers are too many for the tables, which are empty then.
    is_too_large: bool,
}

/// The keys of all sections whose names have the same hash, where that is much text.
#[derive(Debug, Clone)]
struct Long {
    /// The first of these sections in the table of names; none for the lines before all headers.
    first: Option<usize>,
    keys: Range<usize>,
}

/// A hash and what it leads to, in one number so that sorting is cheap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair(u64);

impl Pair {
    /// None if the number is too large.
    fn new(hash: u32, number: usize) -> Option<Self> {
        u32::try_from(number).ok().map(|number| Self(u64::from(hash) << 32 | u64::from(number)))
    }

    const fn hash(self) -> u64 {
        self.0 >> 32
    }

    const fn number(self) -> usize {
        (self.0 & 0xFFFF_FFFF) as usize
    }

    /// The pairs with the hash of the name.
    fn of_name(pairs: &[Self], name: &[u8]) -> Range<usize> {
        let hash = u64::from(hash(name));
        let start = pairs.partition_point(|pair| pair.hash() < hash);
        let rest = pairs.get(start..).unwrap_or_default();
        start..start + rest.iter().take_while(|pair| pair.hash() == hash).count()
    }
}

/// The same for names that are equal without regard to the case of ASCII letters.
fn hash(name: &[u8]) -> u32 {
    // This makes capitals small. Other bytes may become the same, which costs no more than a look.
    const SMALL: u64 = u64::from_le_bytes([0x20; 8]);
    let mut hasher = FixedState::default().build_hasher();
    let (words, rest) = name.as_chunks();
    for word in words {
        hasher.write_u64(u64::from_le_bytes(*word) | SMALL);
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = from | 0x20;
    }
    hasher.write_u64(u64::from_le_bytes(last));
    (hasher.finish() >> 32) as u32
}

impl Index {
    /// How many blocks have a header.
    pub(super) const fn headers(&self) -> usize {
        self.headers.len()
    }

    /// The number of the line that starts at `start`, counted from 1.
    pub(super) fn line_at(&self, start: usize) -> usize {
        self.ends.count_before(start) + 1
    }

    /// The line and the column of the first byte of `span`.
    pub(super) fn place(&self, span: Span) -> Place {
        let before = self.ends.count_before(span.start);
        let column = span.start.saturating_sub(self.ends.start_behind(before)) + 1;
        Place { span, line: before + 1, column }
    }

    /// The block with so many headers before it, its own included.
    pub(super) fn block(&self, text: &Text<'_>, headers: usize) -> Block {
        let header = headers.checked_sub(1).and_then(|number| self.header(text, number));
        let start = header.map_or(text.body().start, |header| header.line.end);
        let end = self.headers.get(headers).copied().unwrap_or(text.body().end);
        Block { header, body: Span::new(start, end) }
    }

    fn header(&self, text: &Text<'_>, number: usize) -> Option<Header> {
        let start = *self.headers.get(number)?;
        let rest = Span::new(start, text.bytes().len()).of(text.bytes());
        Header::at_bracket(text, start + leading_blanks(rest))
    }

    /// The blocks of the section that is wanted, in order.
    pub(super) fn blocks<'s, 'a: 's>(
        &'s self,
        text: Text<'a>,
        wanted: &'s Wanted<'_>,
    ) -> impl Iterator<Item = Block> + 's {
        let first = wanted.is_before_headers().then(|| self.block(&text, 0));
        let named = if first.is_some() { 0..0 } else { Pair::of_name(&self.names, wanted.section) };
        let named = self.names.get(named).unwrap_or_default();
        let named = named.iter().map(|pair| pair.number());
        let all = if self.is_too_large { 0..self.headers.len() } else { 0..0 };
        let named = all.chain(named).map(move |number| self.block(&text, number + 1));
        first.into_iter().chain(named).filter(move |block| wanted.is_in(&text, block))
    }

    /// Every line with the key that is wanted; none if the text is too large for the tables.
    pub(super) fn entries(&self, text: &Text<'_>, wanted: &Wanted<'_>) -> Option<Entries> {
        if self.is_too_large {
            return None;
        }
        let first = if wanted.is_before_headers() {
            None
        } else {
            let named = Pair::of_name(&self.names, wanted.section);
            if named.is_empty() {
                return Some(Entries::new());
            }
            Some(named.start)
        };
        let long = self.long.binary_search_by_key(&first, |long| long.first);
        Some(match long.ok().and_then(|at| self.long.get(at)) {
            Some(long) => self.in_long(text, wanted, long),
            None => self.in_short(text, wanted),
        })
    }

    fn in_short(&self, text: &Text<'_>, wanted: &Wanted<'_>) -> Entries {
        let mut entries = Entries::new();
        for block in self.blocks(*text, wanted) {
            if text.dialect().continuation() == Continuation::Never {
                let lines = self.ends.lines(block.body);
                entries.extend(lines.filter_map(|line| wanted.on(text, line)));
            } else {
                let is_wanted = |entry: &Entry| wanted.is_key(entry.key.of(text.bytes()));
                entries.extend(block.entries(text).filter(is_wanted));
            }
        }
        entries
    }

    fn in_long(&self, text: &Text<'_>, wanted: &Wanted<'_>, long: &Long) -> Entries {
        let keys = self.keys.get(long.keys.clone()).unwrap_or_default();
        let found = keys.get(Pair::of_name(keys, wanted.key)).unwrap_or_default();
        let lines = found.iter().map(|pair| self.ends.line_from(self.ends.start_behind(pair.number())));
        // The names of other sections may have the same hash.
        lines
            .filter_map(|line| wanted.on(text, line))
            .filter(|entry| wanted.is_in(text, &self.block_with(text, entry.line)))
            .collect()
    }

    fn block_with(&self, text: &Text<'_>, line: Span) -> Block {
        let headers = self.headers.partition_point(|start| *start < line.start);
        self.block(text, headers)
    }
}
