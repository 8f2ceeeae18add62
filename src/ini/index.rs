//! What is kept of a text after one pass over it, so that looking something up reads no more than
//! it finds.
//!
//! * How many lines end before each few hundred bytes: the number of a line and its bounds come
//!   from there.
//! * Where the headers are, and a table of their names.
//! * For long sections, a table of their keys. Short ones are searched, which takes no longer.
//!
//! Both tables lead from a hash to positions. Names that are equal without regard to case have the
//! same hash, so one table serves every way of comparing names; and no text, however it is made,
//! makes building the tables slow.

mod beginning;
mod build;
mod ends;
mod hash;
mod table;

use std::ops::Range;

use ends::Ends;
use table::Table;

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
    /// A short section is searched in half a microsecond; a table of its keys would cost as much
    /// for each two dozen of them.
    pub(super) const USUAL: Self =
        Self { short: 16 * 1024, sparse: 1024, tables: u32::MAX as usize };
}

/// What is kept of a text beside its bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    ends: Ends,
    /// Where the lines with headers start.
    headers: Vec<usize>,
    /// The names of sections, each with the number of its header.
    names: Table,
    /// The sections that are too long to be searched, in the order of their names.
    long: Vec<Long>,
    /// Whether offsets are too large for the tables, which are empty then.
    is_too_large: bool,
}

/// The keys of all sections whose names have the same hash, where that is much text.
#[derive(Debug, Clone)]
struct Long {
    /// The first of these sections in the table of names; none for the lines before all headers.
    first: Option<usize>,
    /// Each with where its line begins, behind blanks.
    keys: Table,
}

impl Index {
    /// How many blocks have a header.
    pub(super) const fn headers(&self) -> usize {
        self.headers.len()
    }

    /// The number of the line that starts at `start`, counted from 1.
    pub(super) fn line_at(&self, text: &Text<'_>, start: usize) -> usize {
        self.ends.count_before(text.bytes(), start) + 1
    }

    /// The line and the column of the first byte of `span`.
    pub(super) fn place(&self, text: &Text<'_>, span: Span) -> Place {
        let line = self.line_at(text, span.start);
        let start = self.ends.start_of_line_at(text.bytes(), span.start);
        Place { span, line, column: span.start.saturating_sub(start) + 1 }
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
        let named = self.names.get(self.named(wanted)).iter().map(|pair| pair.number());
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
        let first = match named.is_empty() {
            _ if wanted.is_before_headers() => None,
            true => return,
            false => Some(named.start),
        };
        let long = self.long.binary_search_by_key(&first, |long| long.first);
        if let Some(long) = long.ok().and_then(|at| self.long.get(at)) {
            return self.find_in_long(text, wanted, named, long, found);
        }
        if wanted.is_before_headers() {
            find_in_short(text, wanted, self.span(text, 0), found);
        }
        for pair in self.names.get(named) {
            let span = self.span(text, pair.number() + 1);
            if wanted.is_named_at(text, span.start) {
                find_in_short(text, wanted, span, found);
            }
        }
    }

    /// The block with so many headers before it, its own included, from the line of that one on.
    fn span(&self, text: &Text<'_>, headers: usize) -> Span {
        let start = headers.checked_sub(1).and_then(|number| self.headers.get(number));
        let end = self.headers.get(headers);
        let body = text.body();
        Span::new(*start.unwrap_or(&body.start), *end.unwrap_or(&body.end))
    }

    /// The names that may be that of the section that is wanted.
    fn named(&self, wanted: &Wanted<'_>) -> Range<usize> {
        if wanted.is_before_headers() { 0..0 } else { self.names.with_hash_of(wanted.section) }
    }

    fn find_in_long(
        &self,
        text: &Text<'_>,
        wanted: &Wanted<'_>,
        named: Range<usize>,
        long: &Long,
        found: &mut Entries,
    ) {
        // The names of other sections may have the same hash.
        let only = match self.names.get(named) {
            [pair] => Some(wanted.is_named_at(text, self.span(text, pair.number() + 1).start)),
            [] => Some(true),
            _ => None,
        };
        let is_in = |entry: &Entry| {
            only.unwrap_or_else(|| wanted.is_in(text, &self.block_with(text, entry.line)))
        };
        let entries = long.keys.named(wanted.key).iter().filter_map(|pair| {
            let first = pair.number();
            entry_between(text, wanted, first, || self.ends.end_of_line_at(text.bytes(), first))
        });
        found.extend(entries.filter(is_in));
    }

    fn block_with(&self, text: &Text<'_>, line: Span) -> Block {
        let headers = self.headers.partition_point(|start| *start < line.start);
        self.block(text, headers)
    }
}

/// In `block` there is one header at most, and that first.
fn find_in_short(text: &Text<'_>, wanted: &Wanted<'_>, block: Span, found: &mut Entries) {
    if text.lines_depend() {
        let is_wanted = |entry: &Entry| wanted.is_key(entry.key.of(text.bytes()));
        let lines = text.lines().ending_at(block.end).starting_at(block.start, 1);
        found.extend(lines.filter_map(|line| Entry::of(text, &line)).filter(is_wanted));
    } else {
        search::find_in_block(text, wanted, block, found);
    }
}
