//! One line and what it is.

use super::dialect::Dialect;
use super::mask::{NEAR, Near};
use super::span::{Place, Span};

/// One line with its terminator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// All bytes of the line, its terminator included.
    pub span: Span,
    /// The bytes before the terminator.
    pub content: Span,
    /// The number of the line, counted from 1.
    pub number: usize,
    /// What the line is.
    pub class: Class,
}

impl Line {
    /// The bytes that end the line; empty at an unterminated end of input.
    #[must_use]
    pub const fn terminator(&self) -> Span {
        Span::new(self.content.end, self.span.end)
    }

    /// The place of `span`, which starts in this line.
    #[must_use]
    pub const fn place(&self, span: Span) -> Place {
        let column = span.start.saturating_sub(self.span.start) + 1;
        Place { span, line: self.number, column }
    }
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Nothing but blanks.
    Blank,
    /// A comment; it may hide a key.
    Comment {
        /// The offset of the marker.
        marker: usize,
    },
    /// The header of a section.
    Header(Header),
    /// A key with a value.
    Key(KeyLine),
    /// A single word without a delimiter.
    Bare {
        /// The word.
        key: Span,
    },
    /// A further line of the value above.
    Continuation,
    /// Anything else: kept, reported, never touched.
    Other(Oddity),
}

/// The header of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The name without blanks around it.
    pub name: Span,
    /// What follows the bracket, if that is neither blank nor a comment.
    pub stray: Option<Span>,
}

/// A key, its delimiter, and a value behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLine {
    /// The key without blanks around it.
    pub key: Span,
    /// The offset of the delimiter.
    pub delimiter: usize,
}

/// Why a line cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Oddity {
    /// It starts with `[` and has no `]`.
    UnclosedHeader,
    /// It starts with the delimiter.
    NoKey,
    /// It has several words and no delimiter, or a single word where those are no keys.
    NoDelimiter,
    /// It is the whole document, in an encoding whose lines cannot be told apart byte by byte.
    Opaque,
}

pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The number of blanks that `text` starts with.
#[inline]
pub(super) fn leading_blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_blank(**byte)).count()
}

/// The number of blanks that `span` starts with.
///
/// Mostly there is one or none, and which of these cannot be foreseen: so it is not decided.
#[inline]
pub(super) fn leading_blanks_of(text: &[u8], span: Span) -> usize {
    let near = Near::at(text, span.start);
    match near.map_or(NEAR, |near| near.where_any([b' ', b'\t']).trailing_ones() as usize) {
        NEAR => leading_blanks(span.of(text)),
        blanks => blanks.min(span.len()),
    }
}

/// The length of `text` without the blanks at its end.
#[inline]
pub(super) fn len_before_blanks(text: &[u8]) -> usize {
    let mut text = text;
    while let [before @ .., b' ' | b'\t'] = text {
        text = before;
    }
    text.len()
}

/// The length of `text` without what counts as blank at the end of a line: CRs as well.
#[inline]
pub(super) fn len_before_line_end(text: &[u8]) -> usize {
    text.len() - text.iter().rev().take_while(|byte| is_blank(**byte) || **byte == b'\r').count()
}

/// `span` without the blanks on either side.
#[inline]
fn trimmed(bytes: &[u8], span: Span) -> Span {
    let start = span.start + leading_blanks(span.of(bytes));
    let rest = Span::new(start, span.end);
    Span::new(start, start + len_before_blanks(rest.of(bytes)))
}

/// The name between the brackets of a header.
#[inline]
pub(super) fn header_name(bytes: &[u8], open: usize, close: usize) -> Span {
    trimmed(bytes, Span::new(open + 1, close))
}

impl Class {
    /// Reads one line by itself, without regard to the lines before it.
    pub(super) fn of(bytes: &[u8], content: Span, dialect: Dialect) -> Self {
        let text = content.of(bytes);
        let start = content.start + leading_blanks(text);
        let end = content.start + len_before_line_end(text);
        match bytes.get(start) {
            Some(&first) if start < end => {
                Self::of_text(first, bytes, Span::new(start, end), dialect)
            }
            _ => Self::Blank,
        }
    }

    fn of_text(first: u8, bytes: &[u8], text: Span, dialect: Dialect) -> Self {
        if dialect.is_marker(first) {
            Self::Comment { marker: text.start }
        } else if first == b'[' {
            Self::of_bracket(bytes, text, dialect)
        } else {
            Self::of_key(bytes, text, dialect)
        }
    }

    fn of_bracket(bytes: &[u8], text: Span, dialect: Dialect) -> Self {
        let Some(len) = memchr::memchr(b']', text.of(bytes)) else {
            return Self::Other(Oddity::UnclosedHeader);
        };
        let close = text.start + len;
        let name = header_name(bytes, text.start, close);
        let rest = trimmed(bytes, Span::new(close + 1, text.end));
        let stray = match rest.of(bytes).first() {
            Some(&first) if !dialect.is_marker(first) => Some(rest),
            _ => None,
        };
        Self::Header(Header { name, stray })
    }

    fn of_key(bytes: &[u8], text: Span, dialect: Dialect) -> Self {
        match dialect.len_before_delimiter(bytes, text) {
            Some(0) => Self::Other(Oddity::NoKey),
            Some(len) => {
                let delimiter = text.start + len;
                let key = trimmed(bytes, Span::new(text.start, delimiter));
                Self::Key(KeyLine { key, delimiter })
            }
            None if dialect.sees_bare_keys() && !text.of(bytes).iter().copied().any(is_blank) => {
                Self::Bare { key: text }
            }
            None => Self::Other(Oddity::NoDelimiter),
        }
    }

    /// The key that a comment hides, if its text behind one marker reads as a key.
    pub(super) fn hidden(bytes: &[u8], behind_marker: Span, dialect: Dialect) -> Option<Self> {
        match Self::of(bytes, behind_marker, dialect) {
            class @ (Self::Key(_) | Self::Bare { .. }) => Some(class),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{leading_blanks, leading_blanks_of};
    use crate::ini::span::Span;

    #[test]
    fn blanks_are_counted_alike_however_many_there_are_and_wherever_the_span_ends() {
        for blanks in 0..80 {
            for behind in [0, 1, 40] {
                let text = [&b" \t".repeat(40)[..blanks], &b"x".repeat(behind)].concat();
                for start in 0..=text.len() {
                    for end in start..=text.len() {
                        let span = Span::new(start, end);
                        let plainly = leading_blanks(span.of(&text));
                        assert_eq!(leading_blanks_of(&text, span), plainly, "{blanks} {span:?}");
                    }
                }
            }
        }
    }
}
