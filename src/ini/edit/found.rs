//! The lines an edit has to do with.

use super::{NotFound, Outcome, Target, Which};
use crate::ini::entry::Entry;
use crate::ini::lookup::Lookup;
use crate::ini::refusal::Refusal;
use crate::ini::search::Entries;
use crate::ini::span::Place;
use crate::ini::text::Text;
use crate::ini::wanted::Wanted;

/// The lines with the key.
#[derive(Default)]
pub(super) struct Found(Entries);

impl Found {
    /// Adds the lines that `lookup` finds, where they are to stay: to hand so many bytes on takes longer than to find them.
    #[inline]
    pub(super) fn look_up<'a>(&mut self, lookup: &impl Lookup<'a>, target: &Target<'_>) {
        let dialect = lookup.text().dialect();
        lookup.find(&Wanted::of(target, dialect), &mut self.0);
    }

    pub(super) fn active(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(|entry| entry.is_active())
    }

    pub(super) fn commented(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(|entry| !entry.is_active())
    }

    /// The active lines meant; none if they are not there.
    #[inline]
    pub(super) fn chosen(
        &self,
        text: &Text<'_>,
        target: &Target<'_>,
        which: Which,
    ) -> Result<impl Iterator<Item = &Entry> + Clone, Refusal> {
        let active = self.0.iter().filter(|entry| entry.is_active());
        let count = active.clone().count();
        let (before, meant) = match which {
            Which::Only if count > 1 => {
                let places = places(text, active);
                return Err(Refusal::AmbiguousActive { key: target.key.into(), places });
            }
            Which::Only | Which::Every => (0, count),
            Which::First => (0, 1),
            Which::Last => (count.saturating_sub(1), 1),
            Which::Nth(n) => (n.get() - 1, 1),
        };
        Ok(active.skip(before).take(meant))
    }

    /// The outcome for a key that is not there as an edit needs it.
    pub(super) fn not_found<'a, 'e>(
        &self,
        lookup: &impl Lookup<'a>,
        target: &Target<'_>,
    ) -> Outcome<'e> {
        let wanted = Wanted::of(target, lookup.text().dialect());
        let is_only_commented = self.active().next().is_none() && !self.0.is_empty();
        Outcome::NotFound(if is_only_commented {
            NotFound::ActiveKey
        } else if !self.0.is_empty() || lookup.has_section(&wanted) {
            NotFound::Key
        } else {
            NotFound::Section
        })
    }
}

pub(super) fn place(text: &Text<'_>, entry: &Entry) -> Place {
    text.place(entry.key)
}

pub(super) fn places<'f>(
    text: &Text<'_>,
    entries: impl Iterator<Item = &'f Entry>,
) -> Box<[Place]> {
    text.places(entries.map(|entry| entry.key))
}
