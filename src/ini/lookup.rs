//! Two ways to find lines and blocks.

use super::block::{Block, Blocks};
use super::document::Document;
use super::search::{self, Entries};
use super::text::Text;
use super::wanted::Wanted;

/// Where the lines of a key and the blocks of a section are.
///
/// There are two ways to know: the index of a document, and a search in a text that is read for
/// one question only. Both find the same.
pub(super) trait Lookup<'a> {
    fn text(&self) -> Text<'a>;

    /// Adds every line with the key that is wanted, in order.
    fn find(&self, wanted: &Wanted<'_>, found: &mut Entries);

    /// Every block of the section that is wanted, in order.
    fn blocks<'s>(&'s self, wanted: &'s Wanted<'_>) -> impl Iterator<Item = Block> + 's;

    /// Whether there is a block of that section.
    fn has_section(&self, wanted: &Wanted<'_>) -> bool {
        self.blocks(wanted).next().is_some()
    }
}

impl<'a> Lookup<'a> for Text<'a> {
    fn text(&self) -> Self {
        *self
    }

    fn find(&self, wanted: &Wanted<'_>, found: &mut Entries) {
        search::find(self, wanted, found);
    }

    fn blocks<'s>(&'s self, wanted: &'s Wanted<'_>) -> impl Iterator<Item = Block> + 's {
        Blocks::of(*self).filter(|block| wanted.is_in(self, block))
    }
}

impl<'a> Lookup<'a> for Document<'a> {
    fn text(&self) -> Text<'a> {
        Document::text(self)
    }

    fn find(&self, wanted: &Wanted<'_>, found: &mut Entries) {
        self.index().find(&Document::text(self), wanted, found);
    }

    fn blocks<'s>(&'s self, wanted: &'s Wanted<'_>) -> impl Iterator<Item = Block> + 's {
        self.index().blocks(Document::text(self), wanted)
    }
}
