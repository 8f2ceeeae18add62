//! What is found while a document is read.

use core::ops::Range;
use std::borrow::Cow;

use super::{
    lines::{Lines, first_line},
    spoilt::Spoilt,
};
use crate::site::{Fault, FaultKind, Faults, Path, Segment};

/// The faults found so far, and where in the document the reader stands.
#[derive(Debug)]
pub(super) struct Report<'n> {
    text: &'n str,
    lines: &'n Lines<'n>,
    pub(super) ignores_unknown_keys: bool,
    trail: Vec<Step<'n>>,
    substitutes: u64,
    pub(super) faults: Faults,
    pub(super) spoilt: Spoilt,
}

/// A segment of the path to the value that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'n> {
    Key(&'n str),
    Index(usize),
}

impl<'n> Report<'n> {
    pub(super) fn new(text: &'n str, lines: &'n Lines<'n>, ignores_unknown_keys: bool) -> Self {
        Self {
            text,
            lines,
            ignores_unknown_keys,
            trail: Vec::new(),
            substitutes: 0,
            faults: Faults::none(),
            spoilt: Spoilt::default(),
        }
    }

    pub(super) fn enter(&mut self, step: Step<'n>) {
        self.trail.push(step);
    }

    pub(super) fn leave(&mut self) {
        self.trail.pop();
    }

    /// A fault of the value that is being read, shown at `span`.
    pub(super) fn fault(&mut self, span: Range<usize>, kind: FaultKind) {
        self.fault_after(span, kind, None);
    }

    /// A fault that repeats what stands at `first` already.
    pub(super) fn fault_after(
        &mut self,
        span: Range<usize>,
        kind: FaultKind,
        first: Option<Range<usize>>,
    ) {
        if self.faults.is_full() {
            return self.faults.count_only();
        }
        let mut fault = Fault::new(self.path(), kind);
        fault.position = Some(self.lines.position(span.start));
        fault.first = first.map(|first| self.lines.position(first.start));
        fault.span = Some(first_line(self.text, span));
        self.faults.push(fault);
    }

    /// Something will stand in for the value that is being read.
    pub(super) fn spoil(&mut self) {
        self.spoilt.insert(self.path());
    }

    /// Something will stand in for the value under `key` of the table that is being read.
    pub(super) fn spoil_key(&mut self, key: &'n str) {
        self.enter(Step::Key(key));
        self.spoil();
        self.leave();
    }

    /// A text to stand in for one that cannot be read. It equals no other, so that it is no duplicate.
    pub(super) fn substitute(&mut self) -> String {
        self.substitutes += 1;
        format!("\u{fffd}{}", self.substitutes)
    }

    fn path(&self) -> Path {
        let segment = |step: &Step<'_>| match *step {
            Step::Key(key) => Segment::Key(Cow::Owned(key.to_owned())),
            Step::Index(index) => Segment::Index(index),
        };
        self.trail.iter().map(segment).collect()
    }
}
