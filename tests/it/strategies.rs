//! Random sites and choices that shrink.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use serde_json::Value;

use crate::oracle::generate::{Dice, odd_site};

/// Rolls for a [`Dice`].
pub(crate) fn rolls(at_most: usize) -> impl Strategy<Value = Vec<u32>> {
    vec(any::<u32>(), 0..=at_most)
}

/// Random sites of one to four hosts with all that is odd in them, and up to six tasks.
pub(crate) fn odd_sites() -> impl Strategy<Value = Value> {
    rolls(200).prop_map(|rolls| {
        let mut dice = Dice::new(rolls);
        let (hosts, tasks) = (1 + dice.below(4), dice.below(7));
        odd_site(&mut dice, hosts, tasks)
    })
}
