//! Section blocks.

use super::document::{Document, Match};
use super::line::{Class, Header, Line};
use super::occurrence::Keys;
use super::scan::Lines;
use super::span::Span;

/// A header with the lines up to the next one, or the lines before the first header.
///
/// A name may have several blocks; each is a section of its own here.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    document: Document<'a>,
    header: Option<(Line, Header)>,
    body: Span,
}

impl<'a> Section<'a> {
    /// The name without blanks around it; empty for the lines before the first header.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.header.map_or(&[], |(_, header)| header.name.of(self.document.to_bytes()))
    }

    /// The line of the header; none for the lines before the first header.
    #[must_use]
    pub fn header(&self) -> Option<Line> {
        self.header.map(|(line, _)| line)
    }

    /// The number of the header's line; none for the lines before the first header.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.header.map(|(line, _)| line.number)
    }

    /// The lines behind the header, up to the next header.
    #[must_use]
    pub const fn body(&self) -> Span {
        self.body
    }

    /// Whether this is a block of the section `name`; a header `[]` has no name to reach it by.
    #[must_use]
    pub fn is_named(&self, name: &[u8], names: Match) -> bool {
        match self.header {
            None => name.is_empty(),
            Some((_, header)) => is_named(&self.document, &header, name, names),
        }
    }

    /// The active and the commented keys in order.
    #[must_use]
    pub fn keys(&self) -> Keys<'a> {
        Keys::of(self.document, self.header.as_ref().map(|(line, _)| line), self.body)
    }
}

pub(super) fn is_named(
    document: &Document<'_>,
    header: &Header,
    name: &[u8],
    names: Match,
) -> bool {
    let found = header.name.of(document.to_bytes());
    !name.is_empty() && names.sections(document.dialect(), found, name)
}

/// The section blocks of a document in order, the lines before the first header first.
#[derive(Debug, Clone)]
pub struct Sections<'a> {
    document: Document<'a>,
    lines: Lines<'a>,
    header: Option<(Line, Header)>,
    done: bool,
}

impl<'a> Sections<'a> {
    pub(super) fn of(document: Document<'a>) -> Self {
        Self { document, lines: document.lines(), header: None, done: false }
    }
}

impl<'a> Iterator for Sections<'a> {
    type Item = Section<'a>;

    fn next(&mut self) -> Option<Section<'a>> {
        if self.done {
            return None;
        }
        let next = self.lines.find_map(|line| match line.class {
            Class::Header(header) => Some((line, header)),
            _ => None,
        });
        let all = self.document.body();
        let header = std::mem::replace(&mut self.header, next);
        let start = header.map_or(all.start, |(line, _)| line.span.end);
        let end = next.map_or(all.end, |(line, _)| line.span.start);
        self.done = next.is_none();
        Some(Section { document: self.document, header, body: Span::new(start, end) })
    }
}
