//! The pass over a text that makes its index.

use super::ends::Ends;
use super::{Index, Long, Pair, SHORT, hash};
use crate::ini::block::{Block, Header, Headers};
use crate::ini::dialect::Continuation;
use crate::ini::entry::Entry;
use crate::ini::mask::{Firsts, Needle, WIDTH, Windows, bits};
use crate::ini::span::Span;
use crate::ini::text::Text;

impl Index {
    /// Reads all of the text once; one that cannot be edited has no lines, and so no index.
    pub(in crate::ini) fn of(text: &Text<'_>) -> Self {
        if !text.encoding().is_editable() {
            return Self::default();
        }
        let (ends, brackets) = scan(text);
        let mut index = Self { ends, ..Self::default() };
        index.find_headers(text, &brackets);
        drop(brackets);
        if index.is_too_large {
            index.names = Vec::new();
        } else {
            index.names.sort_unstable();
            index.find_keys(text);
        }
        index
    }

    /// Finds the headers; `brackets` are those that begin a line.
    fn find_headers(&mut self, text: &Text<'_>, brackets: &[u64]) {
        // Growing step by step would take more room than the text, if it is made of headers.
        let count = brackets.iter().map(|word| word.count_ones() as usize).sum();
        self.headers.reserve_exact(count);
        self.names.reserve_exact(count);
        self.is_too_large = u32::try_from(count.max(self.ends.count())).is_err();
        if text.dialect().continuation() == Continuation::Never {
            for (word, at) in brackets.iter().zip((text.body().start..).step_by(WIDTH)) {
                for bit in bits(*word) {
                    if let Some(header) = Header::at_bracket(text, at + bit) {
                        self.keep(text, header);
                    }
                }
            }
        } else {
            Headers::of(*text).for_each(|header| self.keep(text, header));
        }
    }

    fn keep(&mut self, text: &Text<'_>, header: Header) {
        let name = header.name.of(text.bytes());
        // A section without a name cannot be asked for.
        if !name.is_empty() {
            self.names.extend(Pair::new(hash(name), self.headers.len()));
        }
        self.headers.push(header.line.start);
    }

    /// Finds the keys of the sections that are too long to compare their lines.
    fn find_keys(&mut self, text: &Text<'_>) {
        let long = self.long_sections(text);
        let sections = || long.iter().flat_map(|section| self.blocks_of(text, *section));
        // A key takes two bytes at least.
        let most = |block: Block| self.lines_in(block.body).min(block.body.len().div_ceil(2));
        let mut keys: Vec<Pair> = Vec::with_capacity(sections().map(most).sum());
        let mut found = Vec::with_capacity(long.len());
        for first in long {
            let start = keys.len();
            for block in self.blocks_of(text, first) {
                self.keys_in(text, block, &mut keys);
            }
            if let Some(section) = keys.get_mut(start..) {
                section.sort_unstable();
            }
            found.push(Long { first, keys: start..keys.len() });
        }
        (self.keys, self.long) = (keys, found);
    }

    fn lines_in(&self, span: Span) -> usize {
        // The last line may have no terminator.
        self.ends.count_before(span.end) + 1 - self.ends.count_before(span.start)
    }

    /// The first of the names of each section that is long, taking all of its blocks together.
    fn long_sections(&self, text: &Text<'_>) -> Vec<Option<usize>> {
        let before_headers = self.block(text, 0).body.len() > SHORT;
        let mut long: Vec<Option<usize>> = before_headers.then_some(None).into_iter().collect();
        let mut first = 0;
        for section in self.names.chunk_by(|one, other| one.hash() == other.hash()) {
            let bytes: usize = section.iter().map(|pair| self.len(text, pair.number())).sum();
            if bytes > SHORT {
                long.push(Some(first));
            }
            first += section.len();
        }
        long
    }

    /// The bytes from a header to the next one.
    fn len(&self, text: &Text<'_>, header: usize) -> usize {
        let end = |at: Option<&usize>| at.copied().unwrap_or(text.body().end);
        end(self.headers.get(header + 1)) - end(self.headers.get(header))
    }

    /// All blocks whose names have the same hash as the one at `first`.
    fn blocks_of(&self, text: &Text<'_>, first: Option<usize>) -> impl Iterator<Item = Block> {
        let names = first.and_then(|first| self.names.get(first..)).unwrap_or_default();
        let hash = names.first().map(|pair| pair.hash());
        let same = names.iter().take_while(move |pair| Some(pair.hash()) == hash);
        let before_headers = first.is_none().then_some(0);
        let headers = before_headers.into_iter().chain(same.map(|pair| pair.number() + 1));
        headers.map(|headers| self.block(text, headers))
    }

    fn keys_in(&self, text: &Text<'_>, block: Block, keys: &mut Vec<Pair>) {
        let before = self.ends.count_before(block.body.start);
        let pair = |entry: Entry, line| Pair::new(hash(entry.key.of(text.bytes())), line);
        if text.dialect().continuation() == Continuation::Never {
            let lines = self.ends.lines(block.body).zip(before..);
            keys.extend(lines.filter_map(|(line, number)| pair(Entry::on(text, line)?, number)));
        } else {
            let lines = block.lines(text, before);
            keys.extend(lines.filter_map(|line| pair(Entry::of(text, &line)?, line.number)));
        }
    }
}

/// The ends of lines, and the brackets that begin a line.
fn scan(text: &Text<'_>) -> (Ends, Vec<u64>) {
    let body = text.body();
    let mut ends = Ends::with_room_for(body);
    let mut brackets = Vec::with_capacity(body.len().div_ceil(WIDTH));
    let mut firsts = Firsts::of(text.newlines().terminator());
    for window in Windows::of(body.of(text.bytes())) {
        let (end, first) = firsts.next(&window);
        ends.push(end);
        brackets.push(first & window.where_any([Needle::of(b'[')]));
    }
    (ends, brackets)
}
