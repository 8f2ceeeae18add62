//! What a partial plan says of the parts of the goal that it does not reach.

use core::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::transition::step::WithText;

use super::{Cause, Choice, Fact, Part};

/// Why a plan is partial, and what can be done about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Parts of the goal that are out of reach, with what holds them back.
    ///
    /// Of a large site these are the first of each kind: what holds those back holds back most of the rest.
    pub blocked: Vec<Blocked>,
    /// How many parts are out of reach, those that are not listed included.
    pub blocked_total: usize,
    /// All that there is to choose from, this plan included: the least exposure first, then the fewest restarts and steps.
    pub choices: Vec<Choice>,
    /// How many different changes were left untried, because the work that an explanation may take had been done.
    pub untried: usize,
}

/// A part of the goal that a plan does not reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The part.
    pub goal: Part,
    /// What it is blocked by; see [`Certainty`] for what is known of it.
    pub cause: Vec<Cause>,
    /// What is known of the cause.
    pub certainty: Certainty,
    /// Changes of the site that unblock the part, each confirmed by planning it. Where aborts are in the way, also the
    /// choice to leave them on FTP, which unblocks nothing.
    pub options: Vec<Choice>,
    /// Single facts that would change the answer for this part if they were otherwise, each confirmed by planning it.
    pub facts: Vec<Fact>,
    /// How many options and facts were left untried, because the work that an explanation may take had been done.
    pub untried: usize,
}

/// What is known of a cause.
///
/// A part is *reachable* where the plan of a site does not leave it open. To *think a fact away* is to plan the site
/// with what [`Cause`] says would be there instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It is a smallest one: think all of it away, and the part is reachable; keep any one of it, and the part is not.
    ///
    /// So removing any element makes the part reachable, once the others are removed. A cause of one element is *the*
    /// fact; several are independent of each other, and each has to be dealt with.
    Smallest,
    /// Think all of it away, and the part is reachable; whether less would do was not found out within the limit of work.
    Sufficient,
    /// These facts are in the way; the limit of work did not allow to plan without them.
    Presumed,
    /// These facts are in the way; but even with every fact thought away that is known to block anything, no plan was
    /// found that reaches the part.
    Unexplained,
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smallest => "this alone holds it back",
            Self::Sufficient => "the site is too large to find out whether all of it matters",
            Self::Presumed => "the site is too large to confirm it",
            Self::Unexplained => "there is more to it that is not known",
        })
    }
}

impl Serialize for Blocked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { goal, cause, certainty, options, facts, untried } = self;
        let cause: Vec<_> = cause.iter().map(WithText).collect();
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("goal", goal)?;
        map.serialize_entry("cause", &cause)?;
        map.serialize_entry("certainty", certainty)?;
        map.serialize_entry("options", options)?;
        map.serialize_entry("facts", facts)?;
        map.serialize_entry("untried", untried)?;
        map.end()
    }
}
