//! Two ways to find lines and blocks.

use super::block::{Block, Blocks};
use super::document::Document;
use super::search::{self, Entries};
use super::text::Text;
use super::wanted::Wanted;

/// Where the lines of a key and the blocks of a section are.
///
/// There are two ways to know: the index of a document, and a search in a text that is read for
/// one question only. Both find the same.
pub(super) trait Lookup<'a> {
    fn text(&self) -> Text<'a>;

    /// Adds every line with the key that is wanted, in order.
    fn find(&self, wanted: &Wanted<'_>, found: &mut Entries);

    /// Every block of the section that is wanted, in order.
    fn blocks<'s>(&'s self, wanted: &'s Wanted<'_>) -> impl Iterator<Item = Block> + 's;

    /// Whether there is a block of that section.
    fn has_section(&self, wanted: &Wanted<'_>) -> bool {
        self.blocks(wanted).next().is_some()
    }
}

impl<'a> Lookup<'a> for Text<'a> {
    fn text(&self) -> Self {
        *self
    }

    fn find(&self, wanted: &Wanted<'_>, found: &mut Entries) {
        if wanted.is_possible() {
            search::find(self, wanted, found);
        }
    }

    fn blocks<'s>(&'s self, wanted: &'s Wanted<'_>) -> impl Iterator<Item = Block> + 's {
        Blocks::of(*self).filter(|block| wanted.is_in(self, block))
    }
}

impl<'a> Lookup<'a> for Document<'a> {
    fn text(&self) -> Text<'a> {
        Document::text(self)
    }

    fn find(&self, wanted: &Wanted<'_>, found: &mut Entries) {
        if wanted.is_possible() && self.encoding().is_editable() {
            self.index().find(&Document::text(self), wanted, found);
        }
    }

    fn blocks<'s>(&'s self, wanted: &'s Wanted<'_>) -> impl Iterator<Item = Block> + 's {
        self.index().blocks(Document::text(self), wanted)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::dialect::Dialect;
    use super::super::document::Match;
    use super::super::index::{Index, Limits};
    use super::super::search::{Entries, by_key, by_line, by_reading, find};
    use super::super::text::Text;
    use super::super::wanted::Wanted;
    use super::{Block, Blocks};

    /// Some come often, some look like others, and some have the same hash.
    const NAMES: &[&[u8]] =
        &[b"K", b"k", b"KK", b"a@", b"a`", b"key of sixteen b", b"key of sixteen bytes and more"];
    const PIECES: &[&[u8]] = &[
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"\t",
        b"=",
        b"=",
        b":",
        b"#",
        b";",
        b"[",
        b"]",
        b"\0",
        b"\xEF\xBB\xBF",
        b"\\",
        b"\n  ",
        b"=1\n",
        b"# ",
    ];

    fn texts() -> impl Strategy<Value = Vec<u8>> {
        let header = prop::sample::select(NAMES).prop_map(|name| [b"\n[", name, b"]\n"].concat());
        let key = prop::sample::select(NAMES).prop_map(<[u8]>::to_vec);
        let other = prop::sample::select(PIECES).prop_map(<[u8]>::to_vec);
        let run = (0..80_usize).prop_map(|len| b" x\n".repeat(len));
        let long = (0..1500_usize).prop_map(|len| b"x".repeat(len));
        let piece = prop_oneof![2 => header, 4 => key, 6 => other, 1 => run, 1 => long];
        vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    fn dialects() -> impl Strategy<Value = Dialect> {
        prop::sample::select(vec![
            Dialect::stpd(),
            Dialect::generic(),
            Dialect::python(),
            Dialect::systemd(),
            Dialect::git(),
        ])
    }

    fn found(find: impl FnOnce(&mut Entries)) -> Entries {
        let mut found = Entries::new();
        find(&mut found);
        found
    }

    fn check(text: &[u8], dialect: Dialect, section: &[u8], key: &[u8], names: Match) {
        let text = Text::of(text, dialect);
        if !text.encoding().is_editable() {
            return;
        }
        let wanted = Wanted { section, key, names, dialect };
        if !wanted.is_possible() {
            assert!(found(|found| by_reading(&text, &wanted, found)).is_empty());
            return;
        }
        let plainly = found(|found| by_reading(&text, &wanted, found));
        let blocks: Vec<Block> =
            Blocks::of(text).filter(|block| wanted.is_in(&text, block)).collect();
        assert_eq!(found(|found| find(&text, &wanted, found)), plainly);
        if !text.lines_depend() {
            assert_eq!(found(|found| by_line(&text, &wanted, found)), plainly);
            let mut searched = Entries::new();
            if wanted.is_exact() && by_key(&text, &wanted, &mut searched).is_some() {
                assert_eq!(searched, plainly);
            }
        }
        for limits in [
            Limits::USUAL,
            Limits { short: 0, ..Limits::USUAL },
            Limits { short: 20, ..Limits::USUAL },
            Limits { short: 0, sparse: 0, ..Limits::USUAL },
            Limits { short: 20, sparse: 10, ..Limits::USUAL },
            Limits { tables: 0, ..Limits::USUAL },
        ] {
            let index = Index::of(&text, limits);
            assert_eq!(found(|found| index.find(&text, &wanted, found)), plainly, "{limits:?}");
            assert_eq!(index.blocks(text, &wanted).collect::<Vec<_>>(), blocks, "{limits:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: ProptestConfig::default().cases.max(2000),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn every_way_finds_the_same(
            text in texts(),
            dialect in dialects(),
            section in prop::sample::select([&[&b""[..]], NAMES].concat()),
            key in prop::sample::select([&[&b""[..], b"x", b" ", b"K "], NAMES].concat()),
            names in prop::sample::select(vec![Match::Exact, Match::IgnoreCase, Match::Family]),
        ) {
            check(&text, dialect, section, key, names);
        }

        #[test]
        fn places_are_found_as_by_counting(text in texts(), dialect in dialects(), at in any::<prop::sample::Index>()) {
            let at = at.index(text.len() + 1);
            let text = Text::of(&text, dialect);
            let span = super::super::span::Span::new(at, text.bytes().len());
            if text.encoding().is_editable() && at >= text.body().start {
                prop_assert_eq!(Index::of(&text, Limits::USUAL).place(&text, span), text.place(span));
            }
        }
    }
}
