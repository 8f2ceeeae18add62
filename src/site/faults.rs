//! All the faults of a document at once.

use super::Fault;

/// Every fault of a document, in its order; at most [`Faults::LIMIT`], then only counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there {}", if *.count == 1 { "is 1 fault".to_owned() } else { format!("are {count} faults") })]
pub struct Faults {
    faults: Vec<Fault>,
    count: usize,
}

impl Faults {
    /// How many faults are listed: more than anyone mends before trying again.
    pub const LIMIT: usize = 100;

    pub(crate) const fn none() -> Self {
        Self { faults: Vec::new(), count: 0 }
    }

    pub(crate) fn push(&mut self, fault: Fault) {
        self.count += 1;
        if self.faults.len() < Self::LIMIT {
            self.faults.push(fault);
        }
    }

    /// Takes over the faults of another part of the same document.
    pub(crate) fn append(&mut self, other: Self) {
        self.count += other.count;
        self.faults.extend(other.faults);
        self.sort();
        self.faults.truncate(Self::LIMIT);
    }

    /// Puts the faults in the order of the text; those without place come last.
    pub(super) fn sort(&mut self) {
        self.faults.sort_by_key(|fault| fault.position.map_or((1, None), |place| (0, Some(place))));
    }

    /// Whether further faults are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.faults.len() >= Self::LIMIT
    }

    /// Counts a fault that is not listed.
    pub(super) fn count_only(&mut self) {
        self.count += 1;
    }

    pub(super) fn listed_mut(&mut self) -> &mut [Fault] {
        &mut self.faults
    }

    /// The faults that are listed.
    #[must_use]
    pub fn listed(&self) -> &[Fault] {
        &self.faults
    }

    /// How many there are, those that are not listed included.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault], count: 1 }
    }
}
