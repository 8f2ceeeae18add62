//! The walk over the lines of a document.

use super::dialect::{Continuation, Dialect, InlineComments};
use super::line::{Class, Line, Oddity, leading_blanks};
use super::mask::has;
use super::span::Span;
use super::value::Value;

/// What ends the lines of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Newlines {
    /// LF or CRLF, each line for itself; a CR elsewhere is content.
    LfOrCrLf,
    /// A lone CR: the document has no LF at all.
    Cr,
}

impl Newlines {
    pub(super) fn of(bytes: &[u8]) -> Self {
        if has(bytes, b'\n') { Self::LfOrCrLf } else { Self::Cr }
    }

    /// The byte that ends a line, whatever comes before it.
    pub(super) const fn terminator(self) -> u8 {
        match self {
            Self::LfOrCrLf => b'\n',
            Self::Cr => b'\r',
        }
    }
}

/// What the lines so far mean for the next one.
#[derive(Debug, Clone, Copy)]
enum Carry {
    /// Nothing: it stands for itself.
    Nothing,
    /// It goes on with the value above if it is indented deeper than this.
    DeeperThan(usize),
    /// It goes on with the line above.
    Joined,
}

/// The lines of a document in order, each with its class.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    newlines: Newlines,
    opaque: bool,
    at: usize,
    end: usize,
    number: usize,
    carry: Carry,
}

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8], dialect: Dialect, newlines: Newlines, body: Span) -> Self {
        let Span { start: at, end } = body;
        let carry = Carry::Nothing;
        Self { bytes, dialect, newlines, opaque: false, at, end, number: 1, carry }
    }

    /// One line for everything, which nobody can read.
    pub(super) fn opaque(bytes: &'a [u8], dialect: Dialect) -> Self {
        let all = Span::new(0, bytes.len());
        Self { opaque: true, ..Self::new(bytes, dialect, Newlines::Cr, all) }
    }

    /// The same walk from the line at `start` on, which must not depend on the lines before it.
    pub(super) const fn starting_at(mut self, start: usize, number: usize) -> Self {
        self.at = start;
        self.number = number;
        self.carry = Carry::Nothing;
        self
    }

    /// The same walk up to `end`, where a line must end.
    pub(super) const fn ending_at(mut self, end: usize) -> Self {
        self.end = end;
        self
    }

    /// The next line and its content, as the terminators have it.
    fn cut(&self) -> (Span, Span) {
        let rest = Span::new(self.at, self.end).of(self.bytes);
        if self.opaque {
            let all = Span::new(self.at, self.end);
            return (all, all);
        }
        let Some(len) = memchr::memchr(self.newlines.terminator(), rest) else {
            let all = Span::new(self.at, self.end);
            return (all, all);
        };
        let span = Span::new(self.at, self.at + len + 1);
        let cr = match (self.newlines, rest.get(..len).unwrap_or_default()) {
            (Newlines::LfOrCrLf, [.., b'\r']) => 1,
            _ => 0,
        };
        (span, Span::new(self.at, self.at + len - cr))
    }

    fn classify(&mut self, content: Span) -> Class {
        if self.opaque {
            return Class::Other(Oddity::Opaque);
        }
        let class = Class::of(self.bytes, content, self.dialect);
        if self.continues(content, class) {
            if matches!(self.carry, Carry::Joined) && !self.ends_in_backslash(content) {
                self.carry = Carry::Nothing;
            }
            return Class::Continuation;
        }
        self.carry = self.carried_on(content, class);
        class
    }

    /// Whether a line that would read as `class` belongs to the value above.
    fn continues(&self, content: Span, class: Class) -> bool {
        let comment = matches!(class, Class::Comment { .. });
        match self.carry {
            Carry::Nothing => false,
            Carry::DeeperThan(indent) => {
                !comment && class != Class::Blank && self.indent(content) > indent
            }
            Carry::Joined => {
                !comment || self.dialect.continuation() != Continuation::BackslashPastComments
            }
        }
    }

    /// What a line that stands for itself means for the next one.
    fn carried_on(&self, content: Span, class: Class) -> Carry {
        match (self.dialect.continuation(), class) {
            (Continuation::Never, _) | (_, Class::Header(_) | Class::Continuation) => {
                Carry::Nothing
            }
            (_, Class::Blank | Class::Comment { .. }) => self.carry,
            (Continuation::Indentation, Class::Key(_) | Class::Bare { .. }) => {
                Carry::DeeperThan(self.indent(content))
            }
            (Continuation::Indentation, Class::Other(_)) => Carry::Nothing,
            (_, _) if self.joins_next(content, class) => Carry::Joined,
            _ => Carry::Nothing,
        }
    }

    fn indent(&self, content: Span) -> usize {
        leading_blanks(content.of(self.bytes))
    }

    fn joins_next(&self, content: Span, class: Class) -> bool {
        joins_next(self.bytes, content, class, self.dialect)
    }

    fn ends_in_backslash(&self, content: Span) -> bool {
        ends_in_backslash(content.of(self.bytes))
    }
}

/// Whether a line of that class joins the next one: a backslash at its end is more than the end of
/// a comment.
pub(super) fn joins_next(bytes: &[u8], content: Span, class: Class, dialect: Dialect) -> bool {
    let by_backslash = match dialect.continuation() {
        Continuation::Never | Continuation::Indentation => false,
        Continuation::Backslash | Continuation::BackslashPastComments => true,
    };
    let commented = || match class {
        Class::Key(key) if dialect.inline_comments() != InlineComments::Never => {
            let raw = Span::new(key.delimiter + 1, content.end);
            Value::of(bytes, raw, dialect).comment.is_some()
        }
        _ => false,
    };
    by_backslash && ends_in_backslash(content.of(bytes)) && !commented()
}

/// Whether `text` ends in a backslash that is not itself escaped.
pub(super) fn ends_in_backslash(text: &[u8]) -> bool {
    text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if self.at >= self.end {
            return None;
        }
        let (span, content) = self.cut();
        let class = self.classify(content);
        let number = self.number;
        self.at = span.end;
        self.number += 1;
        Some(Line { span, content, number, class })
    }
}
