//! A key as it is looked for.

use super::block::{Block, Header};
use super::dialect::Dialect;
use super::document::Match;
use super::edit::Target;
use super::line::{is_blank, leading_blanks};
use super::span::Span;
use super::text::Text;

/// A key in a section, and how names are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'n> {
    pub(super) section: &'n [u8],
    pub(super) key: &'n [u8],
    pub(super) names: Match,
    pub(super) dialect: Dialect,
}

impl<'n> Wanted<'n> {
    pub(super) const fn of(target: &Target<'n>, dialect: Dialect) -> Self {
        let Target { section, key, names } = *target;
        Self { section, key, names, dialect }
    }

    /// Whether a line can have this key at all: it would be read without blanks around it, and
    /// what begins like a header or a comment is one.
    pub(super) fn is_possible(&self) -> bool {
        let begins =
            |first: u8| !is_blank(first) && first != b'[' && !self.dialect.is_marker(first);
        match (self.key.first(), self.key.last()) {
            (Some(first), Some(last)) => begins(*first) && !is_blank(*last),
            _ => false,
        }
    }

    /// Whether this is the name of the section, as a header has it; a header `[]` has none.
    pub(super) fn is_section(&self, name: &[u8]) -> bool {
        !name.is_empty() && self.names.sections(self.dialect, name, self.section)
    }

    /// Whether the lines before the first header are meant.
    pub(super) const fn is_before_headers(&self) -> bool {
        self.section.is_empty()
    }

    /// Whether the block is one of the section.
    pub(super) fn is_in(&self, text: &Text<'_>, block: &Block) -> bool {
        match block.name(text) {
            None => self.is_before_headers(),
            Some(name) => self.is_section(name),
        }
    }

    /// Whether the header whose line starts at `start` has the name of the section.
    #[inline]
    pub(super) fn is_named_at(&self, text: &Text<'_>, start: usize) -> bool {
        let rest = Span::new(start, text.bytes().len());
        let bracket = start + leading_blanks(rest.of(text.bytes()));
        let header = Header::at(text, bracket);
        header.is_some_and(|header| self.is_section(header.name.of(text.bytes())))
    }

    pub(super) fn is_key(&self, name: &[u8]) -> bool {
        self.names.keys(self.dialect, name, self.key)
    }

    /// Whether keys are compared byte for byte.
    pub(super) fn is_exact(&self) -> bool {
        self.names.is_exact_for_keys(self.dialect)
    }

    /// The key of a line whose first byte that is no blank is at `first`, and the marker that
    /// hides it, as far as one can see without reading the line.
    #[inline]
    pub(super) fn key_from(&self, text: &Text<'_>, first: usize) -> Option<(Option<usize>, Span)> {
        let bytes = text.bytes();
        let (marker, start) = match bytes.get(first) {
            Some(&byte) if self.dialect.is_marker(byte) => {
                let hidden = Span::new(first + 1, bytes.len()).of(bytes);
                (Some(first), first + 1 + leading_blanks(hidden))
            }
            _ => (None, first),
        };
        let key = Span::new(start, start + self.key.len());
        self.begins(Span::new(start, bytes.len()).of(bytes)).then_some((marker, key))
    }

    /// Whether `text` begins with the key, and nothing that would make it a longer one follows.
    #[inline]
    pub(super) fn begins(&self, text: &[u8]) -> bool {
        let Some((name, behind)) = text.split_at_checked(self.key.len()) else { return false };
        self.may_end_before(behind.first()) && self.is_key(name)
    }

    /// Whether a key may end before this byte, or at the end of the text.
    #[inline]
    pub(super) fn may_end_before(&self, next: Option<&u8>) -> bool {
        next.is_none_or(|&byte| {
            is_blank(byte) || matches!(byte, b'\r' | b'\n') || self.dialect.is_delimiter(byte)
        })
    }
}
