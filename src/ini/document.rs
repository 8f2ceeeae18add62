//! A text as lines, sections and keys, borrowed from the input.

use super::block::Block;
use super::dialect::{Case, Dialect};
use super::encoding::Encoding;
use super::finding::Findings;
use super::index::{Index, Limits};
use super::lookup::Lookup;
use super::occurrence::Occurrences;
use super::scan::{Lines, Newlines};
use super::search::Entries;
use super::section::Sections;
use super::span::{Place, Span};
use super::text::Text;
use super::wanted::Wanted;

/// How names of sections and keys are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Match {
    /// Byte for byte.
    Exact,
    /// Without regard to the case of ASCII letters.
    IgnoreCase,
    /// As the family of the dialect does it: see [`Case`].
    Family,
}

impl Match {
    pub(super) fn sections(self, dialect: Dialect, one: &[u8], other: &[u8]) -> bool {
        let ignored = matches!(dialect.case(), Case::Ignored);
        self.compare(ignored, one, other)
    }

    pub(super) fn keys(self, dialect: Dialect, one: &[u8], other: &[u8]) -> bool {
        let ignored = !matches!(dialect.case(), Case::Exact);
        self.compare(ignored, one, other)
    }

    /// Whether keys are compared byte for byte.
    pub(super) const fn is_exact_for_keys(self, dialect: Dialect) -> bool {
        match self {
            Self::Exact => true,
            Self::IgnoreCase => false,
            Self::Family => matches!(dialect.case(), Case::Exact),
        }
    }

    fn compare(self, family_ignores: bool, one: &[u8], other: &[u8]) -> bool {
        match self {
            Self::Family if !family_ignores => one == other,
            Self::Exact => one == other,
            Self::IgnoreCase | Self::Family => one.eq_ignore_ascii_case(other),
        }
    }
}

/// A text that was read, losslessly, as lines, sections and keys.
///
/// The document borrows the bytes. Reading passes over them once and keeps where sections begin,
/// how many lines come before, and where the keys of very long sections are; what it keeps is a
/// fraction of the text. Every byte string is a document.
///
/// For one edit of a text that nothing else is asked of, [`plan`](super::plan) is faster: it does
/// not read the text as a whole.
///
/// ```
/// use sesam_transport::ini::{Dialect, Document, Match};
///
/// let document = Document::parse(b"[Server]\r\n# PORT = 1\r\nPORT = 2\r\n", Dialect::generic());
/// let lines: Vec<usize> =
///     document.occurrences(b"Server", b"PORT", Match::Exact).map(|found| found.line()).collect();
/// assert_eq!(lines, [2, 3]);
/// ```
#[derive(Debug, Clone)]
pub struct Document<'a> {
    text: Text<'a>,
    index: Index,
}

impl<'a> Document<'a> {
    /// Reads `bytes`; there is nothing that cannot be read.
    #[must_use]
    pub fn parse(bytes: &'a [u8], dialect: Dialect) -> Self {
        let text = Text::of(bytes, dialect);
        Self { text, index: Index::of(&text, Limits::USUAL) }
    }

    /// The bytes that were read, all of them and unchanged.
    #[must_use]
    pub const fn to_bytes(&self) -> &'a [u8] {
        self.text.bytes()
    }

    /// The dialect the document was read in.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.text.dialect()
    }

    /// The encoding, as far as the first bytes tell it.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.text.encoding()
    }

    /// What ends the lines.
    #[must_use]
    pub const fn newlines(&self) -> Newlines {
        self.text.newlines()
    }

    /// The bytes behind a byte order mark.
    #[must_use]
    pub const fn body(&self) -> Span {
        self.text.body()
    }

    /// All lines in order; together they are the [`body`](Self::body).
    ///
    /// This reads them again, one after the other.
    #[must_use]
    pub fn lines(&self) -> Lines<'a> {
        self.text.lines()
    }

    /// All section blocks in order; the first is the lines before the first header.
    #[must_use]
    pub const fn sections(&self) -> Sections<'_, 'a> {
        Sections::of(self)
    }

    /// Every line with that key, active or commented, in every block of that section.
    ///
    /// The section `""` is the lines before the first header.
    #[must_use]
    pub fn occurrences(&self, section: &[u8], key: &[u8], names: Match) -> Occurrences<'_, 'a> {
        let wanted = Wanted { section, key, names, dialect: self.dialect() };
        let mut found = Entries::new();
        self.find(&wanted, &mut found);
        Occurrences::of(self, found)
    }

    /// Whether there is a block of that section; the lines before the first header always are.
    #[must_use]
    pub fn has_section(&self, section: &[u8], names: Match) -> bool {
        let wanted = Wanted { section, key: b"", names, dialect: self.dialect() };
        Lookup::has_section(self, &wanted)
    }

    /// What is odd about the text: lines that cannot be read, and lone CRs.
    #[must_use]
    pub fn findings(&self) -> Findings<'a> {
        Findings::of(self.text)
    }

    /// The line and the column of the first byte of `span`.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        if self.encoding().is_editable() {
            self.index.place(&self.text, span)
        } else {
            self.text.place(span)
        }
    }

    pub(super) const fn text(&self) -> Text<'a> {
        self.text
    }

    pub(super) const fn index(&self) -> &Index {
        &self.index
    }

    /// The number of the line that starts at `start`, counted from 1.
    pub(super) fn line_at(&self, start: usize) -> usize {
        self.index.line_at(&self.text, start)
    }

    /// The block with so many headers before it, its own included.
    pub(super) fn block(&self, headers: usize) -> Option<Block> {
        (headers <= self.index.headers()).then(|| self.index.block(&self.text, headers))
    }
}
