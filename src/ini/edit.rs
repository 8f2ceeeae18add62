//! Edits as values, and what becomes of them.

mod disable;
mod draft;
mod enable;
mod found;
mod insert;
mod remove;
mod sequence;
mod set;

use std::num::NonZeroUsize;

pub use sequence::{Planned, RefusedAt, plan_all};

use super::dialect::Dialect;
use super::document::{Document, Match};
use super::lookup::Lookup;
use super::occurrence::State;
use super::patch::Patch;
use super::refusal::Refusal;
use super::span::Span;
use super::text::Text;

/// A key in a section, and how names are compared.
///
/// The section `""` is the lines before the first header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target<'e> {
    /// The name of the section, without brackets.
    pub section: &'e [u8],
    /// The name of the key.
    pub key: &'e [u8],
    /// How both are compared with what the text has.
    pub names: Match,
}

impl<'e> Target<'e> {
    /// The key whose name and section are exactly these bytes.
    #[must_use]
    pub const fn exact(section: &'e [u8], key: &'e [u8]) -> Self {
        Self { section, key, names: Match::Exact }
    }

    /// The key whose name and section are these, without regard to the case of ASCII letters.
    #[must_use]
    pub const fn ignoring_case(section: &'e [u8], key: &'e [u8]) -> Self {
        Self { section, key, names: Match::IgnoreCase }
    }
}

/// Which of several active lines an edit means.
///
/// The edits are idempotent with [`Only`](Self::Only) and [`Every`](Self::Every). The others
/// count the lines that are active at that moment, so a second `disable` or `remove` of the first
/// one finds the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// The only one; with several the edit is refused.
    Only,
    /// All of them.
    Every,
    /// The first.
    First,
    /// The last.
    Last,
    /// The n-th, counted from 1.
    Nth(NonZeroUsize),
}

/// What an insertion does when the section is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissingSection {
    /// It is refused.
    Refuse,
    /// It writes the section at the end of the text.
    Create,
}

/// What an edit does to its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action<'e> {
    /// Comment active lines out.
    Disable(Which),
    /// Restore the commented line, with this value if one is given.
    Enable(Option<&'e [u8]>),
    /// Replace the value of active lines.
    Set {
        /// The new value.
        value: &'e [u8],
        /// The lines meant.
        which: Which,
    },
    /// Write a new line.
    Insert {
        /// The value of the new line.
        value: &'e [u8],
        /// Whether the new line is active or commented.
        state: State,
        /// What to do without a section.
        missing: MissingSection,
    },
    /// Take active lines out.
    Remove(Which),
}

/// One edit of one key; [`Document::plan`] says what it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "an edit changes nothing until it is planned and its patch applied"]
pub struct Edit<'e> {
    /// The key.
    pub target: Target<'e>,
    /// What is done to it.
    pub action: Action<'e>,
}

impl<'e> Edit<'e> {
    /// Comments out every active line with the key, in every block of the section.
    ///
    /// `# ` goes before the first byte of the line. Lines that continue the value go along. A key
    /// that is only commented is left as it is.
    pub const fn disable(target: Target<'e>) -> Self {
        Self { target, action: Action::Disable(Which::Every) }
    }

    /// Restores the commented line by dropping its marker and one space behind it.
    ///
    /// With a value, it is the line with that value; if no line is commented, one is inserted. A
    /// key that is active, with that value if one is given, is left as it is.
    ///
    /// Comments right below that hide lines which would continue the value are restored along, up
    /// to a blank line or another comment: what stands further down may as well be prose. So where
    /// disabling commented out a value of several lines with such ones between them, only the
    /// [inverse](Patch::inverse) of its patch surely leads back.
    pub const fn enable(target: Target<'e>, value: Option<&'e [u8]>) -> Self {
        Self { target, action: Action::Enable(value) }
    }

    /// Replaces the bytes of the value in the only active line, and nothing else.
    ///
    /// Blanks, quotes and a comment behind the value stay. No quotes are added: a value that
    /// would not read back is refused.
    pub const fn set(target: Target<'e>, value: &'e [u8]) -> Self {
        Self { target, action: Action::Set { value, which: Which::Only } }
    }

    /// Writes a new line behind the last key with a value in the section, in that key's style, or
    /// else behind the section's first header.
    ///
    /// A key that is there in the wanted state and with that value is left as it is; an active
    /// key with another value is refused. A missing section is refused.
    pub const fn insert(target: Target<'e>, value: &'e [u8]) -> Self {
        let missing = MissingSection::Refuse;
        Self { target, action: Action::Insert { value, state: State::Active, missing } }
    }

    /// Takes out every active line with the key, with its terminator.
    pub const fn remove(target: Target<'e>) -> Self {
        Self { target, action: Action::Remove(Which::Every) }
    }

    /// The same edit for other lines; it says nothing to `enable` and `insert`.
    pub const fn choosing(mut self, lines: Which) -> Self {
        match &mut self.action {
            Action::Disable(which) | Action::Remove(which) | Action::Set { which, .. } => {
                *which = lines;
            }
            Action::Enable(_) | Action::Insert { .. } => {}
        }
        self
    }

    /// The same insertion as a commented line; it says nothing to other edits.
    pub const fn commented(mut self) -> Self {
        if let Action::Insert { state, .. } = &mut self.action {
            *state = State::Commented;
        }
        self
    }

    /// The same insertion, creating the section where it is missing; it says nothing to other
    /// edits.
    pub const fn creating_section(mut self) -> Self {
        if let Action::Insert { missing, .. } = &mut self.action {
            *missing = MissingSection::Create;
        }
        self
    }
}

/// What an edit comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Outcome<'e> {
    /// The text changes.
    Changed(Patch<'e>),
    /// The text already is as the edit wants it.
    Unchanged(Unchanged),
    /// What the edit needs is not there.
    NotFound(NotFound),
}

/// Why an edit changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unchanged {
    /// The key is commented and nowhere active.
    AlreadyCommented,
    /// The key is active, with the wanted value if one is given.
    AlreadyActive,
    /// The key has that value.
    SameValue,
}

/// What an edit did not find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotFound {
    /// The section is not there.
    Section,
    /// The section is there, the key or the line meant is not.
    Key,
    /// The key is there only as a comment, and the edit needs it active.
    ActiveKey,
}

impl<'a> Document<'a> {
    /// Finds out what `edit` comes to, without changing anything.
    ///
    /// The patch holds everything that changes; each rewritten line was read back.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] if the edit is ambiguous, would not survive re-reading, or cannot be done in
    /// this encoding.
    pub fn plan<'e>(&self, edit: &Edit<'e>) -> Result<Outcome<'e>, Refusal>
    where
        'a: 'e,
    {
        planned(self, edit)
    }
}

/// Plans one edit of `bytes` that nothing else is asked of.
///
/// The outcome is that of [`Document::plan`], byte for byte, but the text is not read as a whole:
/// the bytes of the key are searched for, and only the lines that have them are read, and the
/// headers above those.
///
/// # Errors
///
/// As [`Document::plan`].
pub fn plan<'e>(
    bytes: &'e [u8],
    dialect: Dialect,
    edit: &Edit<'e>,
) -> Result<Outcome<'e>, Refusal> {
    planned(&Text::of(bytes, dialect), edit)
}

fn planned<'e>(lookup: &impl Lookup<'e>, edit: &Edit<'e>) -> Result<Outcome<'e>, Refusal> {
    let text = lookup.text();
    let encoding = text.encoding();
    if !encoding.is_editable() {
        let place = text.place(Span::new(0, text.bytes().len()));
        return Err(Refusal::UnsupportedEncoding { encoding, place });
    }
    let Edit { target, action } = edit;
    match *action {
        Action::Disable(which) => disable::plan(lookup, target, which),
        Action::Enable(value) => enable::plan(lookup, target, value),
        Action::Set { value, which } => set::plan(lookup, target, value, which),
        Action::Insert { value, state, missing } => {
            insert::plan(lookup, target, value, state, missing)
        }
        Action::Remove(which) => remove::plan(lookup, target, which),
    }
}
