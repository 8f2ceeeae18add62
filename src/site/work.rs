//! Elementary operations, counted in tests: that they grow with a site and no faster can be held by numbers, not by
//! seconds.

/// Notes operations: a look into a column, a comparison of names, a step that is put down or read. Outside tests this is
/// nothing at all.
#[inline]
#[cfg(not(test))]
pub(crate) const fn note(_: usize) {}

#[cfg(test)]
pub(crate) use counter::{note, of};

#[cfg(test)]
mod counter {
    use core::cell::Cell;

    thread_local! {
        static NOTED: Cell<u64> = const { Cell::new(0) };
    }

    pub(crate) fn note(operations: usize) {
        NOTED.set(NOTED.get() + operations as u64);
    }

    /// How many operations some work takes.
    pub(crate) fn of<T>(work: impl FnOnce() -> T) -> u64 {
        let before = NOTED.get();
        drop(work());
        NOTED.get() - before
    }
}
