//! Where a key stands, active or commented.

use super::document::Document;
use super::entry::Entry;
use super::line::Line;
use super::scan::Lines;
use super::search::Entries;
use super::span::{Place, Span};
use super::text::Text;
use super::value::Value;

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
    text: Text<'a>,
    entry: Entry,
    number: usize,
}

impl<'a> Occurrence<'a> {
    /// Whether the key is active or commented.
    #[must_use]
    pub const fn state(&self) -> State {
        self.entry.state()
    }

    /// Whether the key is active.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.entry.is_active()
    }

    /// Whether the key is a single word without a value.
    #[must_use]
    pub const fn is_bare(&self) -> bool {
        self.entry.delimiter().is_none()
    }

    /// The key as it is written, without blanks around it.
    #[must_use]
    pub fn key(&self) -> &'a [u8] {
        self.entry.key.of(self.text.bytes())
    }

    /// Where the key is written.
    #[must_use]
    pub const fn key_span(&self) -> Span {
        self.entry.key
    }

    /// The offset of the delimiter; none for a bare key.
    #[must_use]
    pub const fn delimiter(&self) -> Option<usize> {
        self.entry.delimiter()
    }

    /// The decoded value: without blanks, quotes or comment around it; none for a bare key.
    ///
    /// Of a value that goes on over further lines this is the first line.
    #[must_use]
    pub fn value(&self) -> Option<&'a [u8]> {
        self.entry.value(&self.text)
    }

    /// Everything between the delimiter and the terminator; none for a bare key.
    #[must_use]
    pub fn raw_value(&self) -> Option<&'a [u8]> {
        let raw = |delimiter| Span::new(delimiter + 1, self.entry.content().end);
        self.entry.delimiter().map(|at| raw(at).of(self.text.bytes()))
    }

    /// Where the parts of the value are; none for a bare key.
    #[must_use]
    pub fn value_parts(&self) -> Option<Value> {
        self.entry.value_parts(&self.text)
    }

    /// The line with its terminator, without continuation lines.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.entry.line
    }

    /// The number of the line, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.number
    }

    /// The byte in its line where the key starts, counted from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.entry.key.start - self.entry.line.start + 1
    }

    /// The place of the key.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place { span: self.entry.key, line: self.line(), column: self.column() }
    }

    /// Whether the value goes on over further lines.
    #[must_use]
    pub fn is_continued(&self) -> bool {
        self.entry.is_continued(&self.text)
    }

    /// The lines over which the value goes on.
    ///
    /// Of a commented key these are the comments that would become such lines with it.
    pub fn continuation(&self) -> impl Iterator<Item = Line> + use<'a> {
        self.entry.continuation(&self.text, self.number)
    }
}

/// The keys of one section block, active and commented, in order.
#[derive(Debug, Clone)]
pub struct Keys<'a> {
    text: Text<'a>,
    lines: Lines<'a>,
}

impl<'a> Keys<'a> {
    /// The keys on `lines`.
    pub(super) const fn on(text: Text<'a>, lines: Lines<'a>) -> Self {
        Self { text, lines }
    }
}

impl<'a> Iterator for Keys<'a> {
    type Item = Occurrence<'a>;

    fn next(&mut self) -> Option<Occurrence<'a>> {
        let text = self.text;
        let found = |line: Line| {
            Entry::of(&text, &line).map(|entry| Occurrence { text, entry, number: line.number })
        };
        self.lines.find_map(found)
    }
}

/// The lines with one key, in order.
#[derive(Debug, Clone)]
pub struct Occurrences<'d, 'a> {
    document: &'d Document<'a>,
    entries: <Entries as IntoIterator>::IntoIter,
}

impl<'d, 'a> Occurrences<'d, 'a> {
    pub(super) fn of(document: &'d Document<'a>, entries: Entries) -> Self {
        Self { document, entries: entries.into_iter() }
    }
}

impl<'a> Iterator for Occurrences<'_, 'a> {
    type Item = Occurrence<'a>;

    fn next(&mut self) -> Option<Occurrence<'a>> {
        let entry = self.entries.next()?;
        let number = self.document.line_at(entry.line.start);
        Some(Occurrence { text: self.document.text(), entry, number })
    }
}
