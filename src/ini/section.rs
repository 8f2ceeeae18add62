//! Section blocks.

use super::block::Block;
use super::document::{Document, Match};
use super::line::Line;
use super::occurrence::Keys;
use super::span::Span;
use super::text::Text;
use super::wanted::Wanted;

/// A header with the lines up to the next one, or the lines before the first header.
///
/// A name may have several blocks; each is a section of its own here.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    text: Text<'a>,
    block: Block,
    /// The number of the first line: that of the header, if there is one.
    number: usize,
}

impl<'a> Section<'a> {
    /// The name without blanks around it; empty for the lines before the first header.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.block.name(&self.text).unwrap_or_default()
    }

    /// The line of the header; none for the lines before the first header.
    #[must_use]
    pub fn header(&self) -> Option<Line> {
        let header = self.block.header?;
        self.text.lines().starting_at(header.start, self.number).next()
    }

    /// The number of the header's line; none for the lines before the first header.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.block.header.map(|_| self.number)
    }

    /// The lines behind the header, up to the next header.
    #[must_use]
    pub const fn body(&self) -> Span {
        self.block.body
    }

    /// Whether this is a block of the section `name`; a header `[]` has no name to reach it by.
    #[must_use]
    pub fn is_named(&self, name: &[u8], names: Match) -> bool {
        let dialect = self.text.dialect();
        let wanted = Wanted { section: name, key: b"", names, dialect };
        wanted.is_in(&self.text, &self.block)
    }

    /// The active and the commented keys in order.
    #[must_use]
    pub fn keys(&self) -> Keys<'a> {
        let first = self.number + usize::from(self.block.header.is_some());
        Keys::on(self.text, self.block.lines(&self.text, first))
    }
}

/// The section blocks of a document in order, the lines before the first header first.
#[derive(Debug, Clone)]
pub struct Sections<'d, 'a> {
    document: &'d Document<'a>,
    /// How many headers stand before the end of the next block's first line.
    headers: usize,
}

impl<'d, 'a> Sections<'d, 'a> {
    pub(super) const fn of(document: &'d Document<'a>) -> Self {
        Self { document, headers: 0 }
    }
}

impl<'a> Iterator for Sections<'_, 'a> {
    type Item = Section<'a>;

    fn next(&mut self) -> Option<Section<'a>> {
        let block = self.document.block(self.headers)?;
        self.headers += 1;
        let number = self.document.line_at(block.start());
        Some(Section { text: self.document.text(), block, number })
    }
}
