//! A key as it is looked for.

use super::block::Block;
use super::dialect::Dialect;
use super::document::Match;
use super::edit::Target;
use super::entry::Entry;
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

    /// Whether a line can have this key at all: it would be read without blanks around it.
    pub(super) fn is_possible(&self) -> bool {
        match (self.key.first(), self.key.last()) {
            (Some(first), Some(last)) => !is_blank(*first) && !is_blank(*last),
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

    pub(super) fn is_key(&self, name: &[u8]) -> bool {
        self.names.keys(self.dialect, name, self.key)
    }

    /// Whether keys are compared byte for byte.
    pub(super) fn is_exact(&self) -> bool {
        self.names.is_exact_for_keys(self.dialect)
    }

    /// The key on a line that does not depend on the lines before it, if it is this one.
    pub(super) fn on(&self, text: &Text<'_>, line: Span) -> Option<Entry> {
        if !self.may_be_on(line.of(text.bytes())) {
            return None;
        }
        Entry::on(text, line).filter(|entry| self.is_key(entry.key.of(text.bytes())))
    }

    /// Whether a line begins with the key, as far as one can see without reading all of it.
    #[inline]
    pub(super) fn may_be_on(&self, line: &[u8]) -> bool {
        let Some((_, text)) = line.split_at_checked(leading_blanks(line)) else { return false };
        match text.split_first() {
            Some((&first, hidden)) if self.dialect.is_marker(first) => {
                let hidden = hidden.get(leading_blanks(hidden)..).unwrap_or_default();
                self.begins(hidden)
            }
            _ => self.begins(text),
        }
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
