//! What is odd about a text.

use std::fmt;

use super::line::{Class, Line, Oddity};
use super::scan::{Lines, Newlines};
use super::span::{Place, Span};
use super::text::Text;

/// Something in the text that a reader may take differently, or not at all.
///
/// Findings never stop an edit elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// What is odd.
    pub oddness: Oddness,
    /// Where it is.
    pub place: Place,
}

/// What is odd in a [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Oddness {
    /// The line cannot be read.
    Unread(Oddity),
    /// Something that is no comment follows the bracket of a header.
    TextBehindHeader,
    /// A CR that ends no line, in a document that has LF. Some programs end a line there.
    LoneCr,
}

impl fmt::Display for Oddness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unread(Oddity::UnclosedHeader) => "a section header without `]`",
            Self::Unread(Oddity::NoKey) => "a value without a key",
            Self::Unread(Oddity::NoDelimiter) => "neither a key with a value nor a comment",
            Self::Unread(Oddity::Opaque) => "an encoding that cannot be read byte by byte",
            Self::TextBehindHeader => "text behind a section header",
            Self::LoneCr => "a carriage return that ends no line",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { oddness, place } = self;
        write!(f, "{place}: {oddness}")
    }
}

/// The findings of a document in order of lines.
#[derive(Debug, Clone)]
pub struct Findings<'a> {
    text: Text<'a>,
    lines: Lines<'a>,
    line: Option<Line>,
    cr_from: usize,
}

impl<'a> Findings<'a> {
    pub(super) fn of(text: Text<'a>) -> Self {
        Self { text, lines: text.lines(), line: None, cr_from: 0 }
    }

    /// The next lone CR of the current line.
    fn lone_cr(&mut self) -> Option<Finding> {
        let line = self.line?;
        if matches!(self.text.newlines(), Newlines::Cr) {
            return None;
        }
        let rest = Span::new(self.cr_from, line.content.end);
        let at = self.cr_from + memchr::memchr(b'\r', rest.of(self.text.bytes()))?;
        self.cr_from = at + 1;
        Some(Finding { oddness: Oddness::LoneCr, place: line.place(Span::new(at, at + 1)) })
    }

    /// What is odd about the line as a whole.
    fn of_line(line: &Line) -> Option<Finding> {
        let (oddness, span) = match line.class {
            Class::Other(oddity) => (Oddness::Unread(oddity), line.content),
            Class::Header(header) => (Oddness::TextBehindHeader, header.stray?),
            _ => return None,
        };
        Some(Finding { oddness, place: line.place(span) })
    }
}

impl Iterator for Findings<'_> {
    type Item = Finding;

    fn next(&mut self) -> Option<Finding> {
        loop {
            if let Some(found) = self.lone_cr() {
                return Some(found);
            }
            let line = self.lines.next()?;
            self.cr_from = line.span.start;
            let opaque = matches!(line.class, Class::Other(Oddity::Opaque));
            self.line = (!opaque).then_some(line);
            if let Some(found) = Self::of_line(&line) {
                return Some(found);
            }
        }
    }
}
