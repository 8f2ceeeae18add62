//! Where a key stands, active or commented.

use super::document::{Document, Match};
use super::line::{Class, Line, leading_blanks};
use super::scan::{Lines, ends_in_backslash};
use super::section;
use super::span::{Place, Span};
use super::value::Value;
use super::{Continuation, Dialect};

/// Whether a key counts for the readers of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It stands for itself.
    Active,
    /// It is hidden by one comment marker.
    Commented,
}

/// One line with a key, active or commented.
#[derive(Debug, Clone, Copy)]
pub struct Occurrence<'a> {
    document: Document<'a>,
    line: Line,
    state: State,
    key: Span,
    delimiter: Option<usize>,
}

impl<'a> Occurrence<'a> {
    fn of(document: Document<'a>, line: Line) -> Option<Self> {
        let bytes = document.to_bytes();
        let (state, class) = match line.class {
            Class::Comment { .. } => {
                (State::Commented, Class::hidden(bytes, &line, document.dialect())?)
            }
            class => (State::Active, class),
        };
        let (key, delimiter) = match class {
            Class::Key(found) => (found.key, Some(found.delimiter)),
            Class::Bare { key } => (key, None),
            _ => return None,
        };
        Some(Self { document, line, state, key, delimiter })
    }

    /// Whether the key is active or commented.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Whether the key is active.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.state, State::Active)
    }

    /// Whether the key is a single word without a value.
    #[must_use]
    pub const fn is_bare(&self) -> bool {
        self.delimiter.is_none()
    }

    /// The key as it is written, without blanks around it.
    #[must_use]
    pub fn key(&self) -> &'a [u8] {
        self.key.of(self.document.to_bytes())
    }

    /// Where the key is written.
    #[must_use]
    pub const fn key_span(&self) -> Span {
        self.key
    }

    /// The offset of the delimiter; none for a bare key.
    #[must_use]
    pub const fn delimiter(&self) -> Option<usize> {
        self.delimiter
    }

    /// The decoded value: without blanks, quotes or comment around it; none for a bare key.
    ///
    /// Of a value that goes on over further lines this is the first line.
    #[must_use]
    pub fn value(&self) -> Option<&'a [u8]> {
        self.value_parts().map(|value| value.span.of(self.document.to_bytes()))
    }

    /// Everything between the delimiter and the terminator; none for a bare key.
    #[must_use]
    pub fn raw_value(&self) -> Option<&'a [u8]> {
        self.delimiter.map(|at| self.raw(at).of(self.document.to_bytes()))
    }

    /// Where the parts of the value are; none for a bare key.
    #[must_use]
    pub fn value_parts(&self) -> Option<Value> {
        let raw = self.raw(self.delimiter?);
        Some(Value::of(self.document.to_bytes(), raw, self.document.dialect()))
    }

    const fn raw(&self, delimiter: usize) -> Span {
        Span::new(delimiter + 1, self.line.content.end)
    }

    /// The line with its terminator, without continuation lines.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.line.span
    }

    /// The number of the line, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line.number
    }

    /// The byte in its line where the key starts, counted from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.key.start - self.line.span.start + 1
    }

    /// The place of the key.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place { span: self.key, line: self.line(), column: self.column() }
    }

    /// Whether the value goes on over further lines.
    #[must_use]
    pub fn is_continued(&self) -> bool {
        self.continuation().next().is_some()
    }

    /// The lines over which the value goes on.
    ///
    /// Of a commented key these are the comments that would become such lines with it.
    pub fn continuation(&self) -> impl Iterator<Item = Line> + use<'a> {
        let (active, commented) = match self.state {
            State::Active => (Some(self.active_continuation()), None),
            State::Commented => (None, Some(self.commented_continuation())),
        };
        active.into_iter().flatten().chain(commented.into_iter().flatten())
    }

    fn active_continuation(&self) -> impl Iterator<Item = Line> + use<'a> {
        let never = matches!(self.document.dialect().continuation(), Continuation::Never);
        let lines = self.document.lines().starting_at(&self.line).skip(1);
        lines
            .take_while(move |line| {
                !never
                    && matches!(
                        line.class,
                        Class::Continuation | Class::Blank | Class::Comment { .. }
                    )
            })
            .filter(|line| matches!(line.class, Class::Continuation))
    }

    fn commented_continuation(&self) -> impl Iterator<Item = Line> + use<'a> {
        let (bytes, dialect) = (self.document.to_bytes(), self.document.dialect());
        let indent = restored_indent(bytes, &self.line);
        let mut last = self.line;
        self.document.lines().starting_at(&self.line).skip(1).take_while(move |line| {
            let goes_on = match dialect.continuation() {
                Continuation::Never => false,
                Continuation::Indentation => hides_deeper(bytes, line, indent, dialect),
                Continuation::Backslash | Continuation::BackslashPastComments => {
                    ends_in_backslash(last.content.of(bytes))
                        && matches!(line.class, Class::Comment { .. })
                }
            };
            last = *line;
            goes_on
        })
    }

    /// The marker and the one space behind it, which hide a commented line.
    pub(super) fn marker_of(&self, line: &Line) -> Option<Span> {
        marker_and_space(self.document.to_bytes(), line)
    }

    pub(super) const fn key_line(&self) -> &Line {
        &self.line
    }
}

fn marker_and_space(bytes: &[u8], line: &Line) -> Option<Span> {
    let Class::Comment { marker } = line.class else { return None };
    let space = usize::from(Span::new(marker + 1, line.content.end).of(bytes).starts_with(b" "));
    Some(Span::new(marker, marker + 1 + space))
}

/// The indentation that a commented line has without its marker.
fn restored_indent(bytes: &[u8], line: &Line) -> usize {
    let Some(marker) = marker_and_space(bytes, line) else { return 0 };
    let behind = Span::new(marker.end, line.content.end);
    marker.start - line.span.start + leading_blanks(behind.of(bytes))
}

/// Whether a comment hides a line that is indented deeper than `indent`.
///
/// Only in the form that disabling writes, marker and space at the start of the line: other
/// comments below a key are more likely prose.
fn hides_deeper(bytes: &[u8], line: &Line, indent: usize, dialect: Dialect) -> bool {
    let Some(marker) = marker_and_space(bytes, line) else { return false };
    let behind = Span::new(marker.end, line.content.end);
    let hides_text =
        !matches!(Class::of(bytes, behind, dialect), Class::Blank | Class::Comment { .. });
    let as_disabled = line.content.of(bytes).starts_with(dialect.disabling());
    as_disabled && hides_text && restored_indent(bytes, line) > indent
}

/// The keys of one section block, active and commented, in order.
#[derive(Debug, Clone)]
pub struct Keys<'a> {
    document: Document<'a>,
    lines: Lines<'a>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(document: Document<'a>, header: Option<&Line>, body: Span) -> Self {
        let mut lines = document.lines().ending_at(body.end);
        if let Some(header) = header {
            lines = lines.starting_at(header);
            lines.next();
        }
        Self { document, lines }
    }
}

impl<'a> Iterator for Keys<'a> {
    type Item = Occurrence<'a>;

    fn next(&mut self) -> Option<Occurrence<'a>> {
        let document = self.document;
        self.lines.find_map(|line| Occurrence::of(document, line))
    }
}

/// The lines with one key, in order.
#[derive(Debug, Clone)]
pub struct Occurrences<'a, 'n> {
    document: Document<'a>,
    lines: Lines<'a>,
    section: &'n [u8],
    key: &'n [u8],
    names: Match,
    inside: bool,
}

impl<'a, 'n> Occurrences<'a, 'n> {
    pub(super) fn of(
        document: Document<'a>,
        section: &'n [u8],
        key: &'n [u8],
        names: Match,
    ) -> Self {
        let (lines, inside) = (document.lines(), section.is_empty());
        Self { document, lines, section, key, names, inside }
    }

    fn of_line(&mut self, line: Line) -> Option<Occurrence<'a>> {
        if let Class::Header(header) = line.class {
            self.inside = section::is_named(&self.document, &header, self.section, self.names);
        }
        if !self.inside {
            return None;
        }
        let found = Occurrence::of(self.document, line)?;
        self.names.keys(self.document.dialect(), found.key(), self.key).then_some(found)
    }
}

impl<'a> Iterator for Occurrences<'a, '_> {
    type Item = Occurrence<'a>;

    fn next(&mut self) -> Option<Occurrence<'a>> {
        while let Some(line) = self.lines.next() {
            if let Some(found) = self.of_line(line) {
                return Some(found);
            }
        }
        None
    }
}
