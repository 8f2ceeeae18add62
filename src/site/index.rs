//! Finding interfaces, hosts and tasks by name.

use core::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::work;

/// A set of positions, looked up by a name that the elements themselves hold.
///
/// The hash is seeded by the content of the site. So the same site always behaves the same, and nobody can
/// write a file beforehand whose names all fall together.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameIndex {
    seed: u64,
    table: HashTable<u32>,
}

impl NameIndex {
    pub(crate) fn new(seed: u64, capacity: usize) -> Self {
        Self { seed, table: HashTable::with_capacity(capacity) }
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    /// The element whose name is `key`; `is` compares an element's name with it.
    pub(crate) fn find<K: Hash + ?Sized>(
        &self,
        key: &K,
        mut is: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        let hash = hash(self.seed, key);
        work::note(1);
        self.table.find(hash, |&at| is(at as usize)).map(|&at| at as usize)
    }

    /// The element whose name is `key`, or else `at` is added under it and `None` is the answer.
    pub(crate) fn find_or_insert<K: Hash + ?Sized>(
        &mut self,
        at: usize,
        key: &K,
        mut is: impl FnMut(usize) -> bool,
        hash_of: impl Fn(u64, usize) -> u64,
    ) -> Option<usize> {
        use hashbrown::hash_table::Entry;

        work::note(1);
        let (seed, new) = (self.seed, u32::try_from(at).unwrap_or(u32::MAX));
        let entry = self.table.entry(
            hash(seed, key),
            |&other| is(other as usize),
            |&other| hash_of(seed, other as usize),
        );
        match entry {
            Entry::Occupied(found) => Some(*found.get() as usize),
            Entry::Vacant(place) => {
                place.insert(new);
                None
            }
        }
    }
}

/// The seeded hash of one name.
pub(crate) fn hash<K: Hash + ?Sized>(seed: u64, key: &K) -> u64 {
    FixedState::with_seed(seed).hash_one(key)
}
