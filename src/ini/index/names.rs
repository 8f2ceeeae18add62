//! Names of sections by their hash.

use std::ops::Range;

use super::{Pair, hash};

/// The names of all sections, each with the number of its header.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Sorted by hash, and among the same hash by number.
    pairs: Vec<Pair>,
    /// Where the pairs begin whose hashes agree in their highest bits, and at last where all end.
    starts: Vec<u32>,
    /// How many bits of a hash are not among the highest.
    low_bits: u32,
}

impl Names {
    /// Sorts pairs that come in the order of their numbers.
    ///
    /// Hashes are spread evenly, so putting each pair where its highest bits belong does most of
    /// the sorting.
    pub(super) fn of(unsorted: &[Pair]) -> Self {
        // Two to four pairs share their highest bits.
        let bits = unsorted.len().checked_ilog2().unwrap_or_default().saturating_sub(1);
        let low_bits = 32 - bits;
        let mut starts = vec![0; (1 << bits) + 2];
        for pair in unsorted {
            if let Some(count) = starts.get_mut(highest(pair.hash(), low_bits) + 2) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut pairs = vec![Pair::default(); unsorted.len()];
        for pair in unsorted {
            // What starts here is taken for how far the place before is filled, and so moves on.
            let Some(filled) = starts.get_mut(highest(pair.hash(), low_bits) + 1) else { continue };
            if let Some(to) = pairs.get_mut(*filled as usize) {
                *to = *pair;
            }
            *filled += 1;
        }
        starts.pop();
        let mut names = Self { pairs, starts, low_bits };
        for highest in 0..1 << bits {
            let alike = names.alike(highest);
            if let Some(alike @ [_, _, ..]) = names.pairs.get_mut(alike) {
                alike.sort_unstable();
            }
        }
        names
    }

    /// All pairs, sorted.
    pub(super) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Where the pairs are whose hashes have these highest bits.
    fn alike(&self, highest: usize) -> Range<usize> {
        let start = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        start(highest)..start(highest + 1)
    }

    /// Where the pairs are whose hash is that of the name.
    pub(super) fn with_hash_of(&self, name: &[u8]) -> Range<usize> {
        let hash = hash(name);
        let alike = self.alike(highest(hash, self.low_bits));
        let pairs = self.pairs.get(alike.clone()).unwrap_or_default();
        let before = pairs.iter().take_while(|pair| pair.hash() < hash).count();
        let same = pairs.iter().skip(before).take_while(|pair| pair.hash() == hash).count();
        alike.start + before..alike.start + before + same
    }
}

/// The highest bits of a hash.
fn highest(hash: u32, low_bits: u32) -> usize {
    hash.checked_shr(low_bits).unwrap_or_default() as usize
}
