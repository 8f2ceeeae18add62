//! The pass over a text that makes its index.

use super::beginning::PossibleKey;
use super::ends::Ends;
use super::hash::{hash, hash_at};
use super::table::{Pair, Table};
use super::{Index, Limits, Long};
use crate::ini::block::{Block, Header, Headers};
use crate::ini::entry::Entry;
use crate::ini::mask::{count_and_visit, each_line};
use crate::ini::span::Span;
use crate::ini::text::Text;

impl Index {
    /// Reads all of the text once; one that cannot be edited has no lines, and so no index.
    pub(in crate::ini) fn of(text: &Text<'_>, limits: Limits) -> Self {
        if !text.encoding().is_editable() {
            return Self::default();
        }
        let mut scan = Scan { text: *text, headers: Vec::new(), names: Vec::new() };
        let ends = if text.lines_depend() {
            Headers::of(*text).for_each(|header| scan.keep(header));
            scan.run(|_, _| {})
        } else {
            scan.run(Scan::keep_at)
        };
        scan.into_index(ends, limits)
    }

    /// Finds the keys of the sections that are too long to be searched.
    fn find_keys(&mut self, text: &Text<'_>, limits: Limits) {
        // A key takes two bytes at least.
        let most =
            |block: Block| self.count_lines(text, block.body).min(block.body.len().div_ceil(2));
        let keys_of = |first| {
            let most = self.blocks_of(text, first).map(most).sum();
            let mut keys = Vec::with_capacity(most);
            for block in self.blocks_of(text, first) {
                self.keys_in(text, block, limits.sparse, &mut keys);
            }
            Long { first, keys: Table::of(keys) }
        };
        self.long = self.long_sections(text, limits.short).into_iter().map(keys_of).collect();
    }

    fn count_lines(&self, text: &Text<'_>, span: Span) -> usize {
        let before = |at| self.ends.count_before(text.bytes(), at);
        // The last line may have no terminator.
        before(span.end) + 1 - before(span.start)
    }

    /// The first of the names of each section that is long, taking all of its blocks together.
    fn long_sections(&self, text: &Text<'_>, short: usize) -> Vec<Option<usize>> {
        let is_long = |number: &usize| self.span(text, *number).len() > short;
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
            let bytes: usize =
                several.iter().map(|pair| self.span(text, pair.number() + 1).len()).sum();
            if bytes > short {
                long.push(Some(first));
            }
            first += section.len();
        }
        long.sort_unstable();
        long.dedup();
        long
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

    /// Adds each possible key of a block, with where its line begins behind blanks.
    fn keys_in(&self, text: &Text<'_>, block: Block, sparse: usize, keys: &mut Vec<Pair>) {
        let bytes = text.bytes();
        if text.lines_depend() {
            let pair = |entry: Entry| Pair::new(hash(entry.key.of(bytes)), entry.first());
            keys.extend(block.entries(text).filter_map(pair));
            return;
        }
        let Span { start, end } = block.body;
        let mut add_from = |start: usize| {
            if let Some(key) = PossibleKey::of_line(text, Span::new(start, end)) {
                keys.extend(Pair::new(hash_at(bytes, key.name), key.first));
            }
        };
        if self.count_lines(text, block.body).saturating_mul(sparse) > block.body.len() {
            let terminator = text.newlines().terminator();
            return each_line(block.body.of(bytes), terminator, |at| add_from(start + at));
        }
        // Most of such lines is value, and need not be read again.
        let mut at = start;
        while at < end {
            add_from(at);
            at = self.ends.end_of_line_at(bytes, at);
        }
    }
}

/// What the pass has found so far.
struct Scan<'a> {
    text: Text<'a>,
    headers: Vec<usize>,
    names: Vec<Pair>,
}

impl Scan<'_> {
    /// Passes over the text, calling `visit` with the offset of each bracket; where lines end.
    #[inline]
    fn run(&mut self, mut visit: impl FnMut(&mut Self, usize)) -> Ends {
        let body = self.text.body();
        let terminator = self.text.newlines().terminator();
        let counts = count_and_visit(body.of(self.text.bytes()), terminator, b'[', |at| {
            visit(self, body.start + at);
        });
        Ends::of(body, terminator, counts)
    }

    #[inline]
    fn keep_at(&mut self, bracket: usize) {
        if let Some(header) = Header::at(&self.text, bracket) {
            self.keep(header);
        }
    }

    #[inline]
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

    fn into_index(mut self, ends: Ends, limits: Limits) -> Index {
        let mut index = Index { ends, ..Index::default() };
        self.headers.shrink_to_fit();
        self.names.shrink_to_fit();
        index.headers = self.headers;
        index.is_too_large = self.text.bytes().len() > limits.tables;
        if !index.is_too_large {
            index.names = Table::of(self.names);
            index.find_keys(&self.text, limits);
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::{Index, Limits, Scan, Text};
    use crate::ini::dialect::Dialect;

    /// For each table of keys the name of the first block in it, none for the lines before all headers, and how many
    /// keys it has.
    fn tables(text: &[u8], limits: Limits) -> Vec<(Option<String>, usize)> {
        let text = Text::of(text, Dialect::stpd());
        let index = Index::of(&text, limits);
        let named = |first: Option<usize>| {
            let headers = index.names.get(first?..first? + 1).first()?.number() + 1;
            let name = index.block(&text, headers).name(&text)?;
            Some(String::from_utf8_lossy(name).into_owned())
        };
        let tables = index.long.iter().map(|long| (named(long.first), long.keys.pairs().len()));
        tables.collect()
    }

    fn of(name: &str, keys: usize) -> (Option<String>, usize) {
        (Some(name.to_owned()), keys)
    }

    #[test]
    fn sections_longer_than_the_limit_have_a_table_of_their_keys() {
        let limits = Limits { short: 20, ..Limits::USUAL };
        // Twenty bytes, its header included, and one more.
        assert_eq!(tables(b"[A]\nK=1\n#L=2\nM=3456\n[B]\n", limits), []);
        assert_eq!(tables(b"[A]\nK=1\n#L=2\nM=34567\n[B]\n", limits), [of("A", 3)]);
        assert_eq!(tables(b"K=1\nL=2\nM=3\nN=4\nO=56\n[B]\n", limits), [(None, 5)]);
        assert_eq!(tables(b"[B]\nK=1\n[A]\nK=1\n\nno key\nL=2345\n", limits), [of("A", 2)]);
        // Nobody can ask for a section without a name.
        assert_eq!(tables(b"[]\nK=1\nL=2\nM=3\nN=4\nO=5\n", limits), []);
    }

    #[test]
    fn the_blocks_of_a_section_count_together_and_have_one_table() {
        let limits = Limits { short: 20, ..Limits::USUAL };
        // Twenty bytes together, and one more; names that differ in case are found in the same place.
        assert_eq!(tables(b"[A]\nK=1\n[B]\n[A]\nL=23456\n", limits), []);
        assert_eq!(tables(b"[A]\nK=1\n[B]\n[A]\nL=234567\n", limits), [of("A", 2)]);
        assert_eq!(tables(b"[A]\nK=1\n[B]\n[a]\nL=234567\n", limits), [of("A", 2)]);
        assert_eq!(tables(b"[A]\nK=1\nL=234567890123\n[A]\nM=3\n", limits), [of("A", 3)]);
    }

    #[test]
    fn each_long_section_has_a_table_of_its_own() {
        let limits = Limits { short: 20, ..Limits::USUAL };
        let mut found = tables(
            b"K=1\nL=2\nM=3\nN=4\nO=56\n[A]\nK=1234567890123456\n[B]\n[C]\nK=1\nL=234567890123\n[D]\n[D]\n",
            limits,
        );
        found.sort();
        assert_eq!(found, [(None, 5), of("A", 1), of("C", 2)]);
    }

    #[test]
    fn a_text_whose_offsets_do_not_fit_has_no_tables() {
        let text = b"[A]\nK=1\n";
        for (tables, is_too_large) in [(text.len(), false), (text.len() - 1, true)] {
            let limits = Limits { short: 0, tables, ..Limits::USUAL };
            let index = Index::of(&Text::of(text, Dialect::stpd()), limits);
            assert_eq!(index.is_too_large, is_too_large);
            assert_eq!(index.names.pairs().is_empty(), is_too_large);
            assert_eq!(index.long.is_empty(), is_too_large);
        }
    }

    /// Room for a table of a text that is made of headers is a large part of what it costs.
    #[test]
    fn there_is_room_for_little_more_headers_than_there_are() {
        let dense = b"[a]\n".repeat(10_000);
        let thin = [b"[a]\n".as_slice(), &b"key = value\n".repeat(9)].concat().repeat(10_000);
        let ever_more = [&b"key = value\n".repeat(100_000)[..], &dense].concat();
        for text in [dense, thin, ever_more] {
            let text = Text::of(&text, Dialect::stpd());
            let mut scan = Scan { text, headers: Vec::new(), names: Vec::new() };
            scan.run(Scan::keep_at);
            assert_eq!((scan.headers.len(), scan.names.len()), (10_000, 10_000));
            assert!(scan.headers.capacity() < 11_500, "{}", scan.headers.capacity());
            assert!(scan.names.capacity() < 11_500, "{}", scan.names.capacity());
        }
    }
}
