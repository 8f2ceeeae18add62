//! Keys of long sections by their hash.

use std::iter;

use super::hash::{hash, highest};

/// Keys by their hash, each section for itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    /// For each section and the highest bits of a hash the last key with these, as one more than
    /// its place in `all`; zero for none.
    last: Vec<u32>,
    all: Vec<Key>,
}

#[derive(Debug, Clone, Copy)]
struct Key {
    /// The offset of the first byte of its line that is no blank.
    first: u32,
    /// The key before it with the same bits, as in `last`.
    before: u32,
}

/// The keys of one section among [`Keys`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Where in `last` its places start.
    start: usize,
    /// How many of the highest bits of a hash say which of them it is.
    bits: u32,
}

impl Keys {
    pub(super) fn with_room_for(keys: usize) -> Self {
        Self { last: Vec::new(), all: Vec::with_capacity(keys) }
    }

    /// A section that has so many keys at most; only to the last one keys can be added.
    pub(super) fn add_section(&mut self, most: usize) -> Part {
        let start = self.last.len();
        let bits = most.checked_ilog2().unwrap_or_default();
        self.last.resize(start + (1 << bits), 0);
        Part { start, bits }
    }

    /// Adds the next key, with its hash and where its line begins behind blanks.
    #[inline]
    pub(super) fn add(&mut self, part: Part, hash: u32, first: usize) {
        let last = self.last.get_mut(part.place(hash));
        let number = u32::try_from(self.all.len() + 1);
        // There are tables only of texts whose offsets fit into them.
        if let (Some(last), Ok(number), Ok(first)) = (last, number, u32::try_from(first)) {
            self.all.push(Key { first, before: *last });
            *last = number;
        }
    }

    /// Where lines begin that may have the key: all that do, the last one first.
    pub(super) fn may_be(&self, part: Part, key: &[u8]) -> impl Iterator<Item = usize> {
        let mut next = self.last.get(part.place(hash(key))).copied().unwrap_or_default();
        iter::from_fn(move || {
            let key = self.all.get((next as usize).checked_sub(1)?)?;
            next = key.before;
            Some(key.first as usize)
        })
    }
}

impl Part {
    /// Where the last key with the highest bits of that hash is noted.
    fn place(self, hash: u32) -> usize {
        self.start + highest(hash, u32::BITS - self.bits)
    }
}
