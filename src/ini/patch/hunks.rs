//! The hunks of a patch, of which there is seldom more than one.

use std::ops::Deref;

use super::Hunk;

/// Hunks in order; a single one takes no allocation.
#[derive(Debug, Clone)]
pub(in crate::ini) enum Hunks<'a> {
    One(Hunk<'a>),
    Any(Vec<Hunk<'a>>),
}

impl<'a> Hunks<'a> {
    pub(in crate::ini) const fn new() -> Self {
        Self::Any(Vec::new())
    }

    /// Puts the first hunk where it stays; all else is seldom done, and apart so that this is done in place.
    #[inline]
    pub(in crate::ini) fn push(&mut self, hunk: Hunk<'a>) {
        if self.is_empty() {
            *self = Self::One(hunk);
        } else {
            self.push_further(hunk);
        }
    }

    #[inline(never)]
    fn push_further(&mut self, hunk: Hunk<'a>) {
        match self {
            Self::Any(hunks) => hunks.push(hunk),
            Self::One(_) => {
                let first = std::mem::replace(self, Self::new());
                *self = Self::Any(first.into_iter().chain([hunk]).collect());
            }
        }
    }
}

impl<'a> Deref for Hunks<'a> {
    type Target = [Hunk<'a>];

    fn deref(&self) -> &[Hunk<'a>] {
        match self {
            Self::One(hunk) => std::slice::from_ref(hunk),
            Self::Any(hunks) => hunks,
        }
    }
}

impl PartialEq for Hunks<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<'a> FromIterator<Hunk<'a>> for Hunks<'a> {
    fn from_iter<I: IntoIterator<Item = Hunk<'a>>>(hunks: I) -> Self {
        let mut all = Self::new();
        for hunk in hunks {
            all.push(hunk);
        }
        all
    }
}

impl<'a> IntoIterator for Hunks<'a> {
    type Item = Hunk<'a>;
    type IntoIter = std::iter::Chain<std::option::IntoIter<Hunk<'a>>, std::vec::IntoIter<Hunk<'a>>>;

    fn into_iter(self) -> Self::IntoIter {
        let (one, any) = match self {
            Self::One(hunk) => (Some(hunk), Vec::new()),
            Self::Any(hunks) => (None, hunks),
        };
        one.into_iter().chain(any)
    }
}
