//! One line with a key.

use std::num::NonZeroUsize;

use super::dialect::{Continuation, Dialect};
use super::line::{Class, Line, is_blank, leading_blanks, leading_blanks_of, len_before_line_end};
use super::occurrence::State;
use super::scan::ends_in_backslash;
use super::span::Span;
use super::text::Text;
use super::value::Value;

/// One line with a key, active or commented; the number of the line is not known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// The line with its terminator.
    pub(super) line: Span,
    /// Where its terminator starts.
    content_end: usize,
    /// The offset behind the comment marker that hides the key.
    behind_marker: Option<NonZeroUsize>,
    pub(super) key: Span,
    /// The offset of the delimiter, before which there is a key; none for a bare key.
    delimiter: Option<NonZeroUsize>,
}

impl Entry {
    /// There may be millions of them, so that they are kept small.
    #[inline]
    fn new(
        line: Span,
        content: Span,
        marker: Option<usize>,
        key: Span,
        delimiter: Option<usize>,
    ) -> Self {
        let behind_marker = marker.and_then(|marker| NonZeroUsize::new(marker + 1));
        let delimiter = delimiter.and_then(NonZeroUsize::new);
        Self { line, content_end: content.end, behind_marker, key, delimiter }
    }

    /// The line without its terminator.
    pub(super) const fn content(&self) -> Span {
        Span::new(self.line.start, self.content_end)
    }

    /// The offset of the comment marker that hides the key.
    fn marker(&self) -> Option<usize> {
        self.behind_marker.map(|behind| behind.get() - 1)
    }

    /// The offset of the delimiter; none for a bare key.
    pub(super) const fn delimiter(&self) -> Option<usize> {
        match self.delimiter {
            Some(delimiter) => Some(delimiter.get()),
            None => None,
        }
    }

    /// The key on a line of that class.
    #[inline]
    pub(super) fn of(text: &Text<'_>, line: &Line) -> Option<Self> {
        let Line { span, content, class, .. } = *line;
        let (marker, class) = match class {
            Class::Comment { marker } => {
                let behind = Span::new(marker + 1, content.end);
                (Some(marker), Class::hidden(text.bytes(), behind, text.dialect())?)
            }
            class => (None, class),
        };
        let (key, delimiter) = match class {
            Class::Key(found) => (found.key, Some(found.delimiter)),
            Class::Bare { key } => (key, None),
            _ => return None,
        };
        Some(Self::new(span, content, marker, key, delimiter))
    }

    /// The key on a line that reads by itself, if its name is all that stands at `key`.
    ///
    /// Between the start of the line and that there are only blanks and `marker`, and the name is
    /// one that can be read: this looks at no more than what follows it.
    #[inline]
    pub(super) fn with_key(
        text: &Text<'_>,
        line: Span,
        marker: Option<usize>,
        key: Span,
    ) -> Option<Self> {
        let content = text.content_of(line);
        let (bytes, dialect) = (text.bytes(), text.dialect());
        let rest = Span::new(key.start, content.end);
        let (name, behind) = rest.of(bytes).split_at_checked(key.len())?;
        let delimiter = dialect.len_before_delimiter(bytes, rest);
        let is_all = if let Some(len) = delimiter {
            let behind = Span::new(key.end, content.end);
            len.checked_sub(key.len()) == Some(leading_blanks_of(bytes, behind))
        } else {
            let is_word = !name.ends_with(b"\r") && !name.iter().copied().any(is_blank);
            dialect.sees_bare_keys() && is_word && len_before_line_end(behind) == 0
        };
        let delimiter = delimiter.map(|len| key.start + len);
        is_all.then(|| Self::new(line, content, marker, key, delimiter))
    }

    pub(super) const fn state(&self) -> State {
        match self.behind_marker {
            None => State::Active,
            Some(_) => State::Commented,
        }
    }

    /// The first byte of the line that is no blank.
    pub(super) fn first(&self) -> usize {
        self.marker().unwrap_or(self.key.start)
    }

    pub(super) const fn is_active(&self) -> bool {
        self.behind_marker.is_none()
    }

    /// Where the parts of the value are; none for a bare key.
    pub(super) fn value_parts(&self, text: &Text<'_>) -> Option<Value> {
        let raw = Span::new(self.delimiter()? + 1, self.content_end);
        Some(Value::of(text.bytes(), raw, text.dialect()))
    }

    /// The decoded value; none for a bare key.
    pub(super) fn value<'a>(&self, text: &Text<'a>) -> Option<&'a [u8]> {
        self.value_parts(text).map(|value| value.span.of(text.bytes()))
    }

    /// Whether the line would still have this key, now commented, behind a marker and a space.
    ///
    /// Blanks in front say nothing, so what stands behind the two is read where it stands now. An active line that
    /// reads by itself was read in just that way.
    pub(super) fn reads_behind_marker(&self, text: &Text<'_>) -> bool {
        if self.is_active() && !text.lines_depend() {
            return true;
        }
        match Class::hidden(text.bytes(), self.content(), text.dialect()) {
            Some(Class::Key(found)) => {
                (found.key, Some(found.delimiter)) == (self.key, self.delimiter())
            }
            Some(Class::Bare { key }) => (key, None) == (self.key, self.delimiter()),
            _ => false,
        }
    }

    pub(super) fn is_continued(&self, text: &Text<'_>) -> bool {
        text.lines_depend() && self.continuation(text, 1).next().is_some()
    }

    /// The lines over which the value goes on, where this is the line with that number.
    ///
    /// Of a commented key these are the comments that would become such lines with it.
    pub(super) fn continuation<'a>(
        &self,
        text: &Text<'a>,
        number: usize,
    ) -> impl Iterator<Item = Line> + Clone + use<'a> {
        let (active, commented) = match self.state() {
            _ if !text.lines_depend() => (None, None),
            State::Active => (Some(self.active_continuation(text, number)), None),
            State::Commented => (None, Some(self.commented_continuation(text, number))),
        };
        active.into_iter().flatten().chain(commented.into_iter().flatten())
    }

    fn active_continuation<'a>(
        &self,
        text: &Text<'a>,
        number: usize,
    ) -> impl Iterator<Item = Line> + Clone + use<'a> {
        let lines = text.lines().starting_at(self.line.start, number).skip(1);
        let goes_on = |line: &Line| {
            matches!(line.class, Class::Continuation | Class::Blank | Class::Comment { .. })
        };
        lines.take_while(goes_on).filter(|line| matches!(line.class, Class::Continuation))
    }

    fn commented_continuation<'a>(
        &self,
        text: &Text<'a>,
        number: usize,
    ) -> impl Iterator<Item = Line> + Clone + use<'a> {
        let (bytes, dialect) = (text.bytes(), text.dialect());
        let hidden = self.hidden_start(bytes);
        let indent = hidden
            .map_or(0, |marker| restored_indent(bytes, self.line.start, marker, self.content_end));
        let mut last = self.content();
        text.lines().starting_at(self.line.start, number).skip(1).take_while(move |line| {
            let goes_on = match dialect.continuation() {
                Continuation::Never => false,
                Continuation::Indentation => hides_deeper(bytes, line, indent, dialect),
                Continuation::Backslash | Continuation::BackslashPastComments => {
                    ends_in_backslash(last.of(bytes)) && hides_any(bytes, line, dialect)
                }
            };
            last = line.content;
            goes_on
        })
    }

    /// The marker and the one space behind it, which hide a commented line.
    pub(super) fn hidden_start(&self, bytes: &[u8]) -> Option<Span> {
        self.marker().map(|marker| marker_and_space(bytes, marker, self.content_end))
    }
}

/// The marker and the one space behind it in a comment, which hide the rest of its line.
pub(super) fn marker_of(bytes: &[u8], line: &Line) -> Option<Span> {
    match line.class {
        Class::Comment { marker } => Some(marker_and_space(bytes, marker, line.content.end)),
        _ => None,
    }
}

fn marker_and_space(bytes: &[u8], marker: usize, end: usize) -> Span {
    let space = usize::from(Span::new(marker + 1, end).of(bytes).starts_with(b" "));
    Span::new(marker, marker + 1 + space)
}

/// The indentation that a commented line has without its marker.
fn restored_indent(bytes: &[u8], start: usize, marker: Span, end: usize) -> usize {
    marker.start - start + leading_blanks(Span::new(marker.end, end).of(bytes))
}

/// Whether a comment may hide a line, whatever that is.
///
/// Only in the form that disabling writes, marker and space at the start of the line: other
/// comments below a key are more likely prose.
fn hides_any(bytes: &[u8], line: &Line, dialect: Dialect) -> bool {
    let is_comment = matches!(line.class, Class::Comment { .. });
    is_comment && line.content.of(bytes).starts_with(dialect.disabling())
}

/// Whether a comment hides a line that is indented deeper than `indent`.
fn hides_deeper(bytes: &[u8], line: &Line, indent: usize, dialect: Dialect) -> bool {
    let Some(marker) = marker_of(bytes, line) else { return false };
    let behind = Span::new(marker.end, line.content.end);
    let hides_text =
        !matches!(Class::of(bytes, behind, dialect), Class::Blank | Class::Comment { .. });
    let restored = restored_indent(bytes, line.span.start, marker, line.content.end);
    hides_any(bytes, line, dialect) && hides_text && restored > indent
}
