//! The pass over a text that makes its index.

use super::ends::Ends;
use super::names::Names;
use super::{Index, Limits, Long, Pair, hash, hash_at};
use crate::ini::block::{Block, Header, Headers};
use crate::ini::dialect::Dialect;
use crate::ini::entry::Entry;
use crate::ini::line::{leading_blanks, len_before_blanks, len_before_line_end};
use crate::ini::mask::{Needle, beginnings, bits, each_window};
use crate::ini::span::Span;
use crate::ini::text::Text;

impl Index {
    /// Reads all of the text once; one that cannot be edited has no lines, and so no index.
    pub(in crate::ini) fn of(text: &Text<'_>, limits: Limits) -> Self {
        if !text.encoding().is_editable() {
            return Self::default();
        }
        let mut scan = Scan::of(*text);
        if text.lines_depend() {
            scan.run(|_, _| {});
            Headers::of(*text).for_each(|header| scan.keep(header));
        } else {
            scan.run(Scan::keep_at);
        }
        scan.into_index(limits)
    }

    /// Finds the keys of the sections that are too long to compare their lines.
    fn find_keys(&mut self, text: &Text<'_>, limits: Limits) {
        let long = self.long_sections(text, limits.short);
        let sections = || long.iter().flat_map(|section| self.blocks_of(text, *section));
        // A key takes two bytes at least.
        let most = |block: Block| self.count_lines(block.body).min(block.body.len().div_ceil(2));
        let mut keys: Vec<Pair> = Vec::with_capacity(sections().map(most).sum());
        let mut found = Vec::with_capacity(long.len());
        for first in long {
            let start = keys.len();
            for block in self.blocks_of(text, first) {
                self.keys_in(text, block, limits.sparse, &mut keys);
            }
            if let Some(section) = keys.get_mut(start..) {
                section.sort_unstable();
            }
            found.push(Long { first, keys: start..keys.len() });
        }
        (self.keys, self.long) = (keys, found);
    }

    fn count_lines(&self, span: Span) -> usize {
        // The last line may have no terminator.
        self.ends.count_before(span.end) + 1 - self.ends.count_before(span.start)
    }

    /// The first of the names of each section that is long, taking all of its blocks together.
    fn long_sections(&self, text: &Text<'_>, short: usize) -> Vec<Option<usize>> {
        let is_long = |number: &usize| self.len(text, *number) > short;
        let blocks = (0..=self.headers.len()).filter(is_long).filter_map(|number| {
            let name = self.block(text, number).name(text);
            let names = name.map(|name| self.names.with_hash_of(name));
            // Sections without a name are in no table, for nobody can ask for them.
            match names {
                None => Some(None),
                Some(names) => (!names.is_empty()).then_some(Some(names.start)),
            }
        });
        let mut long: Vec<Option<usize>> = blocks.collect();
        let mut first = 0;
        for section in self.names.pairs().chunk_by(|one, other| one.hash() == other.hash()) {
            // Blocks that are alone were looked at above, in the order of the text.
            let several = if section.len() > 1 { section } else { &[] };
            let bytes: usize = several.iter().map(|pair| self.len(text, pair.number() + 1)).sum();
            if bytes > short {
                long.push(Some(first));
            }
            first += section.len();
        }
        long.sort_unstable();
        long.dedup();
        long
    }

    /// The bytes of the block with so many headers before its end.
    fn len(&self, text: &Text<'_>, headers: usize) -> usize {
        let body = text.body();
        let start = headers.checked_sub(1).and_then(|number| self.headers.get(number));
        let end = self.headers.get(headers);
        end.copied().unwrap_or(body.end) - start.copied().unwrap_or(body.start)
    }

    /// All blocks whose names have the same hash as the one at `first`.
    fn blocks_of(&self, text: &Text<'_>, first: Option<usize>) -> impl Iterator<Item = Block> {
        let names = first.and_then(|first| self.names.pairs().get(first..)).unwrap_or_default();
        let hash = names.first().map(|pair| pair.hash());
        let same = names.iter().take_while(move |pair| Some(pair.hash()) == hash);
        let before_headers = first.is_none().then_some(0);
        let headers = before_headers.into_iter().chain(same.map(|pair| pair.number() + 1));
        headers.map(|headers| self.block(text, headers))
    }

    fn keys_in(&self, text: &Text<'_>, block: Block, sparse: usize, keys: &mut Vec<Pair>) {
        if text.lines_depend() {
            let pair = |entry: Entry| Pair::new(hash(entry.key.of(text.bytes())), entry.first());
            keys.extend(block.entries(text).filter_map(pair));
            return;
        }
        let (body, dialect) = (block.body.of(text.bytes()), text.dialect());
        let mut add = |start: usize, stop: usize| {
            if let Some(key) = key_in(body, Span::new(start, stop), dialect) {
                keys.extend(Pair::new(hash_at(body, key), block.body.start + start));
            }
        };
        let (terminator, delimiters) = (text.newlines().terminator(), dialect.delimiter_bytes());
        if self.count_lines(block.body).saturating_mul(sparse) > body.len() {
            return beginnings(body, terminator, delimiters, add);
        }
        // Most of such lines is value, and need not be read again.
        let [one, other] = delimiters;
        for line in self.ends.lines(block.body) {
            let content = text.content_of(line).of(text.bytes());
            let blanks = leading_blanks(content);
            let rest = content.get(blanks..).unwrap_or_default();
            let len = memchr::memchr2(one, other, rest).unwrap_or(rest.len());
            let start = line.start - block.body.start + blanks;
            add(start, start + len);
        }
    }
}

/// The key, active or commented, of a line whose beginning, up to a delimiter or the end of the
/// line, is at `span`.
#[inline]
fn key_in(text: &[u8], span: Span, dialect: Dialect) -> Option<Span> {
    let Span { mut start, end } = span;
    let mut first = span.of(text).first()?;
    if dialect.is_marker(*first) {
        let hidden = Span::new(start + 1, end).of(text);
        start += 1 + leading_blanks(hidden);
        first = Span::new(start, end).of(text).first()?;
    }
    if *first == b'[' || dialect.is_marker(*first) {
        return None;
    }
    let beginning = Span::new(start, end).of(text);
    if text.get(end).is_some_and(|byte| dialect.is_delimiter(*byte)) {
        return Some(Span::new(start, start + len_before_blanks(beginning)));
    }
    let word = Span::new(start, start + len_before_line_end(beginning));
    let is_word = !word.is_empty() && memchr::memchr2(b' ', b'\t', word.of(text)).is_none();
    (is_word && dialect.sees_bare_keys()).then_some(word)
}

/// What the pass has found so far.
struct Scan<'a> {
    text: Text<'a>,
    ends: Ends,
    headers: Vec<usize>,
    names: Vec<Pair>,
}

impl<'a> Scan<'a> {
    fn of(text: Text<'a>) -> Self {
        let (headers, names) = (Vec::new(), Vec::new());
        Self { text, ends: Ends::with_room_for(text.body()), headers, names }
    }

    /// Passes over the text, calling `visit` with the offset of each bracket.
    #[inline]
    fn run(&mut self, mut visit: impl FnMut(&mut Self, usize)) {
        let body = self.text.body();
        let end = Needle::of(self.text.newlines().terminator());
        let bracket = Needle::of(b'[');
        each_window(body.of(self.text.bytes()), |at, window| {
            self.ends.push(window.where_any([end]));
            for bit in bits(window.where_any([bracket])) {
                visit(self, body.start + at + bit);
            }
        });
    }

    fn keep_at(&mut self, bracket: usize) {
        if let Some(header) = Header::at(&self.text, bracket) {
            self.keep(header);
        }
    }

    fn keep(&mut self, header: Header) {
        if self.headers.len() == self.headers.capacity() {
            self.make_room(header.start);
        }
        // A section without a name cannot be asked for.
        if !header.name.is_empty() {
            let hash = hash_at(self.text.bytes(), header.name);
            self.names.extend(Pair::new(hash, self.headers.len()));
        }
        self.headers.push(header.start);
    }

    /// Makes room for as many headers as there will be if the rest of the text is like what was
    /// seen of it: growing twofold would take more room than a text that is made of headers.
    #[cold]
    fn make_room(&mut self, seen: usize) {
        let (found, all) = (self.headers.len(), self.text.bytes().len());
        let expected = found.saturating_mul(all) / seen.max(1);
        let more = expected.saturating_sub(found) + expected / 16;
        self.headers.reserve_exact(more.max(found / 8).max(16));
        self.names.reserve_exact(self.headers.capacity() - self.names.len());
    }

    fn into_index(mut self, limits: Limits) -> Index {
        let mut index = Index { ends: self.ends, ..Index::default() };
        self.headers.shrink_to_fit();
        self.names.shrink_to_fit();
        index.headers = self.headers;
        index.is_too_large = self.text.bytes().len() > limits.tables;
        if !index.is_too_large {
            index.names = Names::of(self.names);
            index.find_keys(&self.text, limits);
        }
        index
    }
}
