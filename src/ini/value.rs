//! The value behind a delimiter: raw, decoded, and what is around it.

use super::dialect::{Dialect, InlineComments};
use super::line::{
    is_blank, leading_blanks, leading_blanks_of, len_before_blanks, len_before_line_end,
};
use super::span::Span;

/// The parts of what stands behind a delimiter.
///
/// The decoded value is always a part of the raw bytes, so nothing is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// Everything from the delimiter to the terminator.
    pub raw: Span,
    /// The value with the quotes that represent it.
    pub quoted: Span,
    /// The value itself: these are the bytes that an edit replaces.
    pub span: Span,
    /// The comment behind the value, its marker first.
    pub comment: Option<Span>,
}

impl Value {
    /// Reads the value in `raw`, which runs from the delimiter to the terminator.
    pub(super) fn of(bytes: &[u8], raw: Span, dialect: Dialect) -> Self {
        let text = raw.of(bytes);
        let start = raw.start + leading_blanks_of(bytes, raw);
        let end = raw.start + len_before_line_end(text);
        let inner = Span::new(start, end.max(start));
        in_quotes(bytes, raw, inner, dialect).unwrap_or_else(|| plain(bytes, raw, inner, dialect))
    }

    /// Whether a pair of quotes represents the value.
    #[must_use]
    pub const fn is_quoted(&self) -> bool {
        self.quoted.start < self.span.start
    }
}

/// The value, if quotes around it are representation.
fn in_quotes(bytes: &[u8], raw: Span, inner: Span, dialect: Dialect) -> Option<Value> {
    let (&quote, rest) = inner.of(bytes).split_first()?;
    if !dialect.is_quote(quote) {
        return None;
    }
    let start = inner.start + 1;
    let close = start + memchr::memchr(quote, rest)?;
    let after = Span::new(close + 1, inner.end);
    let comment = match behind_quote(bytes, after, dialect) {
        Behind::Nothing => None,
        Behind::Comment(span) => Some(span),
        Behind::More => return None,
    };
    let quoted = Span::new(inner.start, close + 1);
    Some(Value { raw, quoted, span: Span::new(start, close), comment })
}

enum Behind {
    Nothing,
    Comment(Span),
    More,
}

/// What follows a closing quote; `after` has no blanks at its end.
fn behind_quote(bytes: &[u8], after: Span, dialect: Dialect) -> Behind {
    let text = after.of(bytes);
    let blanks = leading_blanks(text);
    let parted = match dialect.inline_comments() {
        InlineComments::Never => false,
        InlineComments::AfterBlank => blanks > 0,
        InlineComments::Anywhere => true,
    };
    match text.get(blanks) {
        None => Behind::Nothing,
        Some(&byte) if parted && dialect.is_marker(byte) => {
            Behind::Comment(Span::new(after.start + blanks, after.end))
        }
        Some(_) => Behind::More,
    }
}

/// The value, its quotes being ordinary bytes.
fn plain(bytes: &[u8], raw: Span, inner: Span, dialect: Dialect) -> Value {
    let line_end = raw.start + len_before_line_end(raw.of(bytes));
    let Some(marker) = comment_in(bytes, raw, dialect) else {
        return Value { raw, quoted: inner, span: inner, comment: None };
    };
    let text = Span::new(raw.start, marker);
    let end = raw.start + len_before_blanks(text.of(bytes));
    let span = if end > inner.start {
        Span::new(inner.start, end)
    } else {
        // One blank is left to the comment: without it there would be none.
        let blank = usize::from(marker > raw.start);
        Span::new(marker - blank, marker - blank)
    };
    let comment = Some(Span::new(marker, line_end));
    Value { raw, quoted: span, span, comment }
}

/// The offset of the marker that starts a comment in `raw`.
fn comment_in(bytes: &[u8], raw: Span, dialect: Dialect) -> Option<usize> {
    match dialect.inline_comments() {
        InlineComments::Never => None,
        InlineComments::AfterBlank => {
            let follows_blank = |at: &usize| {
                let before = Span::new(raw.start, *at).of(bytes).last();
                before.is_some_and(|byte| is_blank(*byte))
            };
            dialect.markers_in(bytes, raw).find(follows_blank)
        }
        InlineComments::Anywhere => {
            unquoted_marker(raw.of(bytes), dialect).map(|at| raw.start + at)
        }
    }
}

/// The first marker outside double quotes; a backslash takes its next byte along.
fn unquoted_marker(text: &[u8], dialect: Dialect) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.iter().position(|&byte| {
        if escaped {
            escaped = false;
            return false;
        }
        escaped = byte == b'\\';
        quoted ^= byte == b'"';
        !quoted && dialect.is_marker(byte)
    })
}
