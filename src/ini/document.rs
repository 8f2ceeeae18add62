//! A text as lines, sections and keys, borrowed from the input.

use super::dialect::{Case, Dialect};
use super::encoding::Encoding;
use super::finding::Findings;
use super::occurrence::Occurrences;
use super::scan::{Lines, Newlines};
use super::section::Sections;
use super::span::{Place, Span};

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
/// The document borrows the bytes and holds nothing per line: reading decides how lines end and
/// which encoding this is, everything else is found by walking the lines. Every byte string is a
/// document.
///
/// ```
/// use sesam_transport::ini::{Dialect, Document, Match};
///
/// let document = Document::parse(b"[Server]\r\n# PORT = 1\r\nPORT = 2\r\n", Dialect::generic());
/// let lines: Vec<usize> =
///     document.occurrences(b"Server", b"PORT", Match::Exact).map(|found| found.line()).collect();
/// assert_eq!(lines, [2, 3]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    encoding: Encoding,
    newlines: Newlines,
}

impl<'a> Document<'a> {
    /// Reads `bytes`; there is nothing that cannot be read.
    #[must_use]
    pub fn parse(bytes: &'a [u8], dialect: Dialect) -> Self {
        let encoding = Encoding::of(bytes);
        Self { bytes, dialect, encoding, newlines: Newlines::of(bytes) }
    }

    /// The bytes that were read, all of them and unchanged.
    #[must_use]
    pub const fn to_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The dialect the document was read in.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The encoding, as far as the first bytes tell it.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// What ends the lines.
    #[must_use]
    pub const fn newlines(&self) -> Newlines {
        self.newlines
    }

    /// The bytes behind a byte order mark.
    #[must_use]
    pub const fn body(&self) -> Span {
        Span::new(self.encoding.mark_len(), self.bytes.len())
    }

    /// All lines in order; together they are the [`body`](Self::body).
    #[must_use]
    pub fn lines(&self) -> Lines<'a> {
        if self.encoding.is_editable() {
            Lines::new(self.bytes, self.dialect, self.newlines, self.body())
        } else {
            Lines::opaque(self.bytes, self.dialect)
        }
    }

    /// All section blocks in order; the first is the lines before the first header.
    #[must_use]
    pub fn sections(&self) -> Sections<'a> {
        Sections::of(*self)
    }

    /// Every line with that key, active or commented, in every block of that section.
    ///
    /// The section `""` is the lines before the first header.
    #[must_use]
    pub fn occurrences<'n>(
        &self,
        section: &'n [u8],
        key: &'n [u8],
        names: Match,
    ) -> Occurrences<'a, 'n> {
        Occurrences::of(*self, section, key, names)
    }

    /// Whether there is a block of that section; the lines before the first header always are.
    #[must_use]
    pub fn has_section(&self, section: &[u8], names: Match) -> bool {
        self.sections().any(|block| block.is_named(section, names))
    }

    /// What is odd about the text: lines that cannot be read, and lone CRs.
    #[must_use]
    pub fn findings(&self) -> Findings<'a> {
        Findings::of(*self)
    }

    /// The line and the column of the first byte of `span`.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let mark = self.encoding.mark_len();
        let before = Span::new(mark, span.start).of(self.bytes);
        let (line, start) =
            if self.encoding.is_editable() { self.line_at_end_of(before) } else { (1, 0) };
        Place { span, line, column: before.len() - start + 1 }
    }

    /// The number of the line that begins or goes on at the end of `before`, and its start.
    fn line_at_end_of(&self, before: &[u8]) -> (usize, usize) {
        let terminator = match self.newlines {
            Newlines::LfOrCrLf => b'\n',
            Newlines::Cr => b'\r',
        };
        let line = memchr::memchr_iter(terminator, before).count() + 1;
        (line, memchr::memrchr(terminator, before).map_or(0, |at| at + 1))
    }
}
