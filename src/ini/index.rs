//! What is kept of a text after one pass over it, so that looking something up reads no more than
//! it finds.
//!
//! * A bit for each byte that ends a line, counted every few hundred bytes: the number of a line
//!   and its bounds come from there.
//! * Where the headers are, and a table of their names.
//! * For long sections, a table of their keys. Short ones are searched, which takes no longer.
//!
//! Both tables hold pairs of a hash and a position, sorted. Names that are equal without regard to
//! case have the same hash, so one table serves every way of comparing names; and no text, however
//! it is made, makes building the tables slow.

mod build;
mod ends;
mod names;

use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::Range;

use ends::Ends;
use foldhash::fast::FixedState;
use names::Names;

use super::block::{Block, Header};
use super::entry::Entry;
use super::line::leading_blanks;
use super::search::{self, Entries, entry_between};
use super::span::{Place, Span};
use super::text::Text;
use super::wanted::Wanted;

/// Where the tables begin and end to be worth it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The longest section that is searched instead of having a table of its keys, in bytes.
    pub(super) short: usize,
    /// How long lines are, in the mean, where each is looked at by itself instead of all text with them, in bytes.
    pub(super) sparse: usize,
    /// The longest text whose offsets fit into tables, in bytes.
    pub(super) tables: usize,
}

impl Limits {
    /// A search passes over a short section in two microseconds; a table of its keys would cost
    /// more than that for each hundred of them.
    pub(super) const USUAL: Self =
        Self { short: 64 * 1024, sparse: 1024, tables: u32::MAX as usize };
}

/// How many words of bits are counted together.
const COUNTED: usize = 8;

/// What is kept of a text beside its bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    ends: Ends,
    /// Where the lines with headers start.
    headers: Vec<usize>,
    names: Names,
    /// The keys of long sections, each with the offset where its line begins, behind blanks.
    keys: Vec<Pair>,
    /// The sections that `keys` is about, in the order of their names.
    long: Vec<Long>,
    /// Whether offsets are too large for the tables, which are empty then.
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Pair(u64);

impl Pair {
    /// None if the number is too large.
    fn new(hash: u32, number: usize) -> Option<Self> {
        u32::try_from(number).ok().map(|number| Self(u64::from(hash) << 32 | u64::from(number)))
    }

    const fn hash(self) -> u32 {
        (self.0 >> 32) as u32
    }

    const fn number(self) -> usize {
        (self.0 & 0xFFFF_FFFF) as usize
    }

    /// The pairs with the hash of the name.
    fn of_name<'p>(pairs: &'p [Self], name: &[u8]) -> impl Iterator<Item = &'p Self> {
        let hash = hash(name);
        let start = pairs.partition_point(|pair| pair.hash() < hash);
        pairs.iter().skip(start).take_while(move |pair| pair.hash() == hash)
    }
}

/// The same for names that are equal without regard to the case of ASCII letters.
fn hash(name: &[u8]) -> u32 {
    let mut padded = [0; 16];
    for (to, from) in padded.iter_mut().zip(name) {
        *to = *from;
    }
    hash_of(u128::from_le_bytes(padded), name)
}

/// The hash of the name at `span`; where more text follows this takes less time.
#[inline]
fn hash_at(text: &[u8], span: Span) -> u32 {
    let name = span.of(text);
    match text.get(span.start..).and_then(<[u8]>::first_chunk) {
        Some(first) if name.len() < 16 => {
            let beyond = 8 * (16 - name.len());
            hash_of(u128::from_le_bytes(*first) << beyond >> beyond, name)
        }
        _ => hash(name),
    }
}

/// `first` are the first bytes of the name, and zero behind it.
#[inline]
fn hash_of(first: u128, name: &[u8]) -> u32 {
    // This makes capitals small. Other bytes may become the same, which costs no more than a look.
    const SMALL: u128 = u128::from_le_bytes([0x20; 16]);
    let mut hasher = FixedState::default().build_hasher();
    hasher.write_u128(first | SMALL);
    if let Some(rest) = name.get(16..) {
        for part in rest.chunks(16) {
            let part = part.iter().fold(0, |part, byte| part << 8 | u128::from(*byte));
            hasher.write_u128(part | SMALL);
        }
    }
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
        let end = self.headers.get(headers).copied().unwrap_or(text.body().end);
        Block::new(text, header, end)
    }

    fn header(&self, text: &Text<'_>, number: usize) -> Option<Header> {
        let start = *self.headers.get(number)?;
        let rest = Span::new(start, text.bytes().len()).of(text.bytes());
        Header::at(text, start + leading_blanks(rest))
    }

    /// The blocks of the section that is wanted, in order.
    pub(super) fn blocks<'s, 'a: 's>(
        &'s self,
        text: Text<'a>,
        wanted: &'s Wanted<'_>,
    ) -> impl Iterator<Item = Block> + 's {
        let first = wanted.is_before_headers().then(|| self.block(&text, 0));
        let named = self.names.pairs().get(self.named(wanted)).unwrap_or_default();
        let named = named.iter().map(|pair| pair.number());
        let all = if self.is_too_large { 0..self.headers.len() } else { 0..0 };
        let named = all.chain(named).map(move |number| self.block(&text, number + 1));
        first.into_iter().chain(named).filter(move |block| wanted.is_in(&text, block))
    }

    /// Adds every line with the key that is wanted, which must be a possible one.
    pub(super) fn find(&self, text: &Text<'_>, wanted: &Wanted<'_>, found: &mut Entries) {
        if self.is_too_large {
            return search::find(text, wanted, found);
        }
        let named = self.named(wanted);
        let first = (!wanted.is_before_headers()).then_some(named.start);
        let long = self.long.binary_search_by_key(&first, |long| long.first);
        if let Some(long) = long.ok().and_then(|at| self.long.get(at)) {
            return self.find_in_long(text, wanted, long, found);
        }
        if wanted.is_before_headers() {
            find_in_short(text, wanted, &self.block(text, 0), found);
        }
        for pair in self.names.pairs().get(named).unwrap_or_default() {
            let block = self.block(text, pair.number() + 1);
            if wanted.is_in(text, &block) {
                find_in_short(text, wanted, &block, found);
            }
        }
    }

    /// The names that may be that of the section that is wanted.
    fn named(&self, wanted: &Wanted<'_>) -> Range<usize> {
        if wanted.is_before_headers() { 0..0 } else { self.names.with_hash_of(wanted.section) }
    }

    fn find_in_long(&self, text: &Text<'_>, wanted: &Wanted<'_>, long: &Long, found: &mut Entries) {
        let keys = self.keys.get(long.keys.clone()).unwrap_or_default();
        let same_hash = Pair::of_name(keys, wanted.key);
        let entries = same_hash.filter_map(|pair| {
            let first = pair.number();
            entry_between(text, wanted, first, || self.ends.end_of_line_at(first))
        });
        // The names of other sections may have the same hash.
        found
            .extend(entries.filter(|entry| wanted.is_in(text, &self.block_with(text, entry.line))));
    }

    fn block_with(&self, text: &Text<'_>, line: Span) -> Block {
        let headers = self.headers.partition_point(|start| *start < line.start);
        self.block(text, headers)
    }
}

fn find_in_short(text: &Text<'_>, wanted: &Wanted<'_>, block: &Block, found: &mut Entries) {
    if text.lines_depend() {
        let is_wanted = |entry: &Entry| wanted.is_key(entry.key.of(text.bytes()));
        found.extend(block.entries(text).filter(is_wanted));
    } else {
        search::find_in_block(text, wanted, block.body, found);
    }
}
