//! The bytes of a document with what decides how they are read.

use super::dialect::{Continuation, Dialect};
use super::encoding::Encoding;
use super::mask::len_before;
use super::scan::{Lines, Newlines};
use super::span::{Place, Span};

/// The bytes of a document with what decides how they are read: all that is known without reading
/// more than its beginning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    encoding: Encoding,
    newlines: Newlines,
}

impl<'a> Text<'a> {
    pub(super) fn of(bytes: &'a [u8], dialect: Dialect) -> Self {
        Self { bytes, dialect, encoding: Encoding::of(bytes), newlines: Newlines::of(bytes) }
    }

    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub(super) const fn newlines(&self) -> Newlines {
        self.newlines
    }

    /// The bytes behind a byte order mark.
    pub(super) const fn body(&self) -> Span {
        Span::new(self.encoding.mark_len(), self.bytes.len())
    }

    /// Whether what a line is may depend on the lines before it.
    pub(super) fn lines_depend(&self) -> bool {
        self.dialect.continuation() != Continuation::Never
    }

    pub(super) fn lines(&self) -> Lines<'a> {
        if self.encoding.is_editable() {
            Lines::new(self.bytes, self.dialect, self.newlines, self.body())
        } else {
            Lines::opaque(self.bytes, self.dialect)
        }
    }

    /// The line that starts at `start`, with its terminator.
    #[inline]
    pub(super) fn line_from(&self, start: usize) -> Span {
        let rest = Span::new(start, self.bytes.len());
        let len = len_before(self.bytes, rest, [self.newlines.terminator()]);
        Span::new(start, len.map_or(rest.end, |len| start + len + 1))
    }

    /// The last line; none in a text without any.
    pub(super) fn last_line(&self) -> Option<Span> {
        let body = self.body();
        let (_, before) = body.of(self.bytes).split_last()?;
        let start = memchr::memrchr(self.newlines.terminator(), before).map_or(0, |at| at + 1);
        Some(Span::new(body.start + start, body.end))
    }

    /// A line without its terminator.
    pub(super) fn content_of(&self, line: Span) -> Span {
        let terminator = match (self.newlines, line.of(self.bytes)) {
            (Newlines::LfOrCrLf, [.., b'\r', b'\n']) => 2,
            (Newlines::LfOrCrLf, [.., b'\n']) | (Newlines::Cr, [.., b'\r']) => 1,
            _ => 0,
        };
        Span::new(line.start, line.end - terminator)
    }

    /// The place of `span`, found by counting lines from the start.
    pub(super) fn place(&self, span: Span) -> Place {
        let mut counted = Counted { line: 1, start: self.body().start };
        counted.place(self, span)
    }

    /// The places of spans that come in order, found by counting lines once.
    pub(super) fn places(&self, spans: impl Iterator<Item = Span>) -> Box<[Place]> {
        let mut counted = Counted { line: 1, start: self.body().start };
        spans.map(|span| counted.place(self, span)).collect()
    }
}

/// How far the lines of a text are counted: the number of a line and where it starts.
struct Counted {
    line: usize,
    start: usize,
}

impl Counted {
    fn place(&mut self, text: &Text<'_>, span: Span) -> Place {
        if text.encoding.is_editable() {
            let terminator = text.newlines.terminator();
            let before = Span::new(self.start, span.start).of(text.bytes);
            self.line += memchr::memchr_iter(terminator, before).count();
            self.start += memchr::memrchr(terminator, before).map_or(0, |at| at + 1);
        }
        Place { span, line: self.line, column: span.start.saturating_sub(self.start) + 1 }
    }
}
