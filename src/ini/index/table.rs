//! Names by their hash.

use std::{mem, ops::Range};

use super::hash::{hash, highest};

/// Hashes of names, each with a number, and found by the name.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// Sorted by hash, and among the same hash by number.
    pairs: Vec<Pair>,
    /// Where the pairs begin whose hashes agree in their highest bits, and at last where all end.
    starts: Vec<u32>,
    /// How many bits of a hash are not among the highest.
    low_bits: u32,
}

/// A hash and what it leads to, in one number so that sorting is cheap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair(u64);

impl Pair {
    /// None if the number is too large.
    pub(super) fn new(hash: u32, number: usize) -> Option<Self> {
        u32::try_from(number).ok().map(|number| Self(u64::from(hash) << 32 | u64::from(number)))
    }

    pub(super) const fn hash(self) -> u32 {
        (self.0 >> 32) as u32
    }

    pub(super) const fn number(self) -> usize {
        (self.0 & 0xFFFF_FFFF) as usize
    }
}

/// How many pairs are looked at one after the other.
const FEW: usize = 8;

/// How many of the highest bits are told apart at once: what is written to so many places still fits into the cache.
const BITS_AT_ONCE: u32 = 13;

impl Table {
    /// Sorts pairs that come in the order of their numbers.
    ///
    /// Hashes are spread evenly, so putting each pair where its highest bits belong does most of
    /// the sorting; where there are many, first roughly.
    pub(super) fn of(mut unsorted: Vec<Pair>) -> Self {
        // Two to four pairs share their highest bits.
        let bits = unsorted.len().checked_ilog2().unwrap_or_default().saturating_sub(1);
        let rough_bits = bits.saturating_sub(BITS_AT_ONCE);
        let mut pairs = vec![Pair::default(); unsorted.len()];
        // A name takes bytes, and there are tables only of texts whose offsets fit into them.
        let count = u32::try_from(unsorted.len()).unwrap_or(u32::MAX);
        let rough = if rough_bits == 0 {
            vec![0, count]
        } else {
            let rough = spread(&unsorted, &mut pairs, 0..rough_bits);
            mem::swap(&mut unsorted, &mut pairs);
            rough
        };
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for part in rough.windows(2) {
            let &[before, _] = part else { continue };
            let part = between(part);
            let (Some(from), Some(to)) = (unsorted.get(part.clone()), pairs.get_mut(part)) else {
                continue;
            };
            let fine = spread(from, to, rough_bits..bits);
            for alike in fine.windows(2) {
                if let Some(alike) = to.get_mut(between(alike)) {
                    sort(alike);
                }
            }
            // Where one part ends the next one begins.
            let begins = fine.split_last().map_or(&[][..], |(_, begins)| begins);
            starts.extend(begins.iter().map(|at| before + at));
        }
        starts.push(count);
        Self { pairs, starts, low_bits: 32 - bits }
    }

    /// All pairs, sorted.
    pub(super) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Some of all pairs.
    pub(super) fn get(&self, pairs: Range<usize>) -> &[Pair] {
        self.pairs.get(pairs).unwrap_or_default()
    }

    /// The pairs whose hash is that of the name.
    pub(super) fn named(&self, name: &[u8]) -> &[Pair] {
        self.get(self.with_hash_of(name))
    }

    /// Where the pairs are whose hashes have these highest bits.
    fn alike(&self, highest: usize) -> Range<usize> {
        self.starts.get(highest..highest + 2).map_or(0..0, between)
    }

    /// Where the pairs are whose hash is that of the name.
    pub(super) fn with_hash_of(&self, name: &[u8]) -> Range<usize> {
        let hash = hash(name);
        let alike = self.alike(highest(hash, self.low_bits));
        let pairs = self.pairs.get(alike.start..).unwrap_or_default();
        let (before, same) = match pairs.first_chunk::<FEW>() {
            Some(few) if alike.len() <= FEW => {
                // Looking at all of them is faster than deciding where to stop.
                let count = |(before, same), pair: &Pair| {
                    let other = pair.hash();
                    (before + usize::from(other < hash), same + usize::from(other == hash))
                };
                few.iter().fold((0, 0), count)
            }
            _ => {
                let before = pairs.partition_point(|pair| pair.hash() < hash);
                (before, pairs.partition_point(|pair| pair.hash() <= hash) - before)
            }
        };
        alike.start + before..alike.start + before + same
    }
}

/// Puts each pair where these of its highest bits belong, of equal ones each behind those before it, and says where
/// they begin, and at last where all end.
fn spread(from: &[Pair], to: &mut [Pair], bits: Range<u32>) -> Vec<u32> {
    let places = 1 << bits.len();
    let place = |pair: &Pair| highest(pair.hash(), 32 - bits.end) & (places - 1);
    let mut starts = vec![0; places + 2];
    for pair in from {
        if let Some(count) = starts.get_mut(place(pair) + 2) {
            *count += 1;
        }
    }
    let mut before = 0;
    for start in &mut starts {
        before += *start;
        *start = before;
    }
    for pair in from {
        // What starts here is taken for how far the place before is filled, and so moves on.
        let Some(filled) = starts.get_mut(place(pair) + 1) else { continue };
        if let Some(to) = to.get_mut(*filled as usize) {
            *to = *pair;
        }
        *filled += 1;
    }
    starts.pop();
    starts
}

/// Sorts pairs, mostly two or three: these without deciding anything that cannot be foreseen.
fn sort(pairs: &mut [Pair]) {
    let order = |one: &mut Pair, other: &mut Pair| {
        (*one, *other) = ((*one).min(*other), (*one).max(*other));
    };
    match pairs {
        [] | [_] => {}
        [one, two] => order(one, two),
        [one, two, three] => {
            order(one, two);
            order(two, three);
            order(one, two);
        }
        [one, two, three, four] => {
            order(one, two);
            order(three, four);
            order(one, three);
            order(two, four);
            order(two, three);
        }
        _ => pairs.sort_unstable(),
    }
}

/// From one place where something starts to the next.
fn between(starts: &[u32]) -> Range<usize> {
    match *starts {
        [start, end] => start as usize..end as usize,
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::{BITS_AT_ONCE, Pair, Table, hash};

    #[test]
    fn names_are_sorted_and_found_however_many_and_alike_they_are() {
        let many = 1 << (BITS_AT_ONCE + 3);
        let kinds: [fn(usize) -> String; 4] = [
            |at| format!("s{at}"),
            |_| "s".to_owned(),
            // As many of one name as of others.
            |at| if at % 2 == 0 { "s".to_owned() } else { format!("s{at}") },
            |at| format!("s{}", at % 7),
        ];
        for kind in kinds {
            for len in [0, 1, 2, 3, 4, 1_000, many - 1, many, many + 12_345] {
                let names: Vec<String> = (0..len).map(kind).collect();
                let pair = |(at, name): (usize, &String)| Pair::new(hash(name.as_bytes()), at);
                let pairs: Vec<Pair> = names.iter().enumerate().filter_map(pair).collect();
                let mut sorted = pairs.clone();
                sorted.sort_unstable();
                let table = Table::of(pairs);
                assert_eq!(table.pairs(), sorted);
                for name in names.iter().step_by(len / 100 + 1) {
                    let found = table.with_hash_of(name.as_bytes());
                    let hash = hash(name.as_bytes());
                    let same = sorted.partition_point(|pair| pair.hash() < hash)
                        ..sorted.partition_point(|pair| pair.hash() <= hash);
                    assert_eq!(found, same, "{name} of {len}");
                }
                assert!(table.with_hash_of(b"absent").is_empty());
            }
        }
    }
}
