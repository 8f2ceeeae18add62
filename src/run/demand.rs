//! What a run asks of its caller, and what the caller answers.

use crate::{
    site::{Ports, Transport},
    transition::ActionDocument,
};

use super::{record::Record, stop::End};

/// What the caller is to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Demand<'d> {
    /// Put this record on disk; nothing else happens before it is there. Answer: [`Outcome::Recorded`].
    Record(Record<'d>),
    /// Say what a host is like, from its stpd.ini and its listeners. Answer: [`Outcome::Host`].
    LookAtHost {
        /// The host.
        host: &'d str,
        /// Why.
        moment: Moment,
    },
    /// Say whether a key of a stpd.ini that is no port has its new value. Answer: [`Outcome::Product`].
    LookAtSetting {
        /// The step, counted from 1.
        step: usize,
        /// The host.
        host: &'d str,
        /// What it does.
        action: ActionDocument<'d>,
        /// Why.
        moment: Moment,
    },
    /// Say whether a step inside the product was carried out. Answer: [`Outcome::Product`].
    LookAtProduct {
        /// The step, counted from 1.
        step: usize,
        /// What it does.
        action: ActionDocument<'d>,
        /// Why.
        moment: Moment,
    },
    /// Try whether clients reach the address that a step sends them to: before the first step where it is served by
    /// then, and before the step itself. Answer: [`Outcome::Reached`] or [`Outcome::Unreached`].
    Reach {
        /// The step, counted from 1.
        step: usize,
        /// The address.
        address: &'d str,
        /// Its port.
        port: u16,
        /// What has to answer there.
        transport: Transport,
    },
    /// Wait until no transfer is active on a host. Answer: [`Outcome::Idle`] or [`Outcome::Busy`].
    Drain {
        /// The restart that waits, counted from 1.
        step: usize,
        /// The host.
        host: &'d str,
    },
    /// Carry a step out. Answer: [`Outcome::Carried`] or [`Outcome::Failed`]; either way it is looked at afterwards.
    Carry(Deed<'d>),
    /// Nothing: the run is over.
    Nothing(&'d End),
}

/// Why something is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// The run starts.
    Start,
    /// The step, counted from 1, is to begin.
    Before(usize),
    /// The step was carried out; it is looked at until its effect shows, or the caller gives up.
    After(usize),
}

/// A step to carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed<'d> {
    /// The step, counted from 1.
    pub step: usize,
    /// What it does.
    pub action: ActionDocument<'d>,
    /// Where.
    pub place: Place<'d>,
}

/// Where a step is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'d> {
    /// In the stpd.ini of a host.
    File(&'d str),
    /// STPD of a host is restarted.
    Daemon(&'d str),
    /// Inside the product.
    Product,
}

/// What came of a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The record is on disk.
    Recorded,
    /// What the host is like.
    Host(Observation),
    /// What the product, or the key in stpd.ini, says of the step.
    Product(Standing),
    /// It could not be observed.
    Unseen(String),
    /// It was looked at often enough.
    GaveUp(String),
    /// The address was reached, or is taken for reachable on the operator's word.
    Reached,
    /// The address was not reached.
    Unreached(String),
    /// No transfer is active.
    Idle,
    /// Transfers are active.
    Busy(String),
    /// The step was carried out, as far as the caller can tell.
    Carried,
    /// The step failed.
    Failed(String),
    /// The run is to stop here; an answer to every demand but a record.
    Stop(String),
}

/// What a host is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// What its stpd.ini says.
    pub configured: Ports,
    /// What its STPD listens on; `None` where nobody looked.
    pub running: Option<Ports>,
}

/// What the product, or the key in stpd.ini, says of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All is as before the step.
    Before,
    /// All is as after it.
    After,
    /// Neither.
    Other(String),
}
