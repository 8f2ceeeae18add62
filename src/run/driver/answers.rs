//! What an answer leads to.

use super::{Driver, Phase};
use crate::{
    run::{
        compare::{self, Fit},
        demand::{Observation, Outcome, Standing},
        scope::host_of,
        stop::{Difference, End, Reason, Stop},
    },
    transition::Field,
};

impl Driver<'_> {
    /// Looks at the hosts from the `at`-th on, then at what can be known of the steps.
    pub(super) fn look_at_hosts(&mut self, at: usize) {
        self.phase = if at < self.hosts.len() { Phase::Start(at) } else { self.ahead(0) };
    }

    /// Tries the destinations from the `at`-th on, then goes to the first step.
    pub(super) fn ahead(&self, at: usize) -> Phase {
        if at < self.destinations.len() {
            Phase::Ahead(at)
        } else if self.started.is_some() && !self.order.is_empty() {
            Phase::Started
        } else {
            self.next()
        }
    }

    fn next(&self) -> Phase {
        if self.at < self.order.len() {
            return Phase::Before;
        }
        Phase::Ended(self.waiting.clone().map_or(End::Finished, End::Waiting))
    }

    pub(super) fn recorded(&mut self) {
        self.phase = match core::mem::replace(&mut self.phase, Phase::Before) {
            Phase::Started => {
                self.started = None;
                self.next()
            }
            Phase::Begun => {
                self.is_begun = true;
                Phase::Carry
            }
            Phase::Done => {
                let index = self.index();
                self.script.apply(index, &mut self.state);
                self.finished.iter_mut().skip(index).take(1).for_each(|place| *place = true);
                self.at += 1;
                self.is_begun = false;
                self.carried += 1;
                self.next()
            }
            Phase::Undone(stop) => {
                self.is_begun = false;
                Phase::Ended(End::Stopped(stop))
            }
            other => other,
        };
    }

    /// A host as it was found at the start: as after the finished steps, or as after the one that was begun.
    pub(super) fn started_at(&mut self, at: usize, seen: Observation) {
        let Some(&host) = self.hosts.get(at) else { return };
        let field = self.script.field(self.index());
        let is_open_here =
            self.is_begun && matches!(field, Field::File(at) | Field::Daemon(at) if at == host);
        let fit = if is_open_here {
            compare::open_step(&self.script, self.index(), &self.state, seen)
        } else {
            compare::host(&self.state, host, seen)
        };
        match fit {
            Fit::Other(differences) => {
                let reason = Reason::Differs { host: self.name(host).to_owned(), differences };
                let stop = Stop { step: None, reason, is_open: self.is_begun };
                self.phase = Phase::Ended(End::Stopped(stop));
            }
            Fit::Before | Fit::After => self.look_at_hosts(at + 1),
        }
    }

    pub(super) fn before(&self, outcome: Outcome) -> Option<Phase> {
        let fit = match self.seen(outcome, true) {
            Seen::Fit(fit) => fit,
            Seen::Reason(reason) => return Some(self.stop(reason)),
            Seen::Misuse => return None,
        };
        Some(match fit {
            Fit::After if self.is_begun => Phase::Done,
            Fit::After => self.stop(Reason::AlreadyDone),
            Fit::Before => self.ready(),
            Fit::Other(differences) => self.stop(self.differs(differences)),
        })
    }

    /// The step may be carried out; some steps wait for more.
    fn ready(&self) -> Phase {
        if self.script.destination(self.index()).is_some() {
            return Phase::Reach;
        }
        match self.script.field(self.index()) {
            Field::Daemon(_) => Phase::Drain,
            Field::File(_) | Field::Setting(_) | Field::Product => self.begin(),
        }
    }

    pub(super) const fn begin(&self) -> Phase {
        if self.is_begun { Phase::Carry } else { Phase::Begun }
    }

    pub(super) fn after(
        &self,
        failed: Option<String>,
        seen: Option<Fit>,
        outcome: Outcome,
    ) -> Option<Phase> {
        if let Outcome::GaveUp(message) = outcome {
            let reason = failed.map_or(Reason::NoEffect(message), Reason::Failed);
            return Some(match seen {
                Some(Fit::Before) => self.undone(reason),
                _ => self.open_stop(reason),
            });
        }
        let fit = match self.seen(outcome, false) {
            Seen::Fit(fit) => fit,
            // What cannot be seen yet may be seen soon; it is the caller who gives up.
            Seen::Reason(Reason::Unseen(_)) => return Some(Phase::After { failed, seen }),
            Seen::Reason(reason) => return Some(self.open_stop(reason)),
            Seen::Misuse => return None,
        };
        let is_slow =
            !matches!(self.script.field(self.index()), Field::File(_) | Field::Setting(_));
        let is_silent = self.script.is_silent(self.index(), &self.state);
        Some(match (fit, failed) {
            // No port tells whether settings were loaded, so the one who failed is believed: another restart does no harm.
            (Fit::After, Some(message)) if is_silent => self.undone(Reason::Failed(message)),
            (Fit::After, _) => Phase::Done,
            (Fit::Before, Some(message)) => self.undone(Reason::Failed(message)),
            (fit, failed) if is_slow => Phase::After { failed, seen: Some(fit) },
            (Fit::Before, None) => {
                self.undone(Reason::NoEffect("the file is as it was before".to_owned()))
            }
            (Fit::Other(differences), _) => self.open_stop(self.differs(differences)),
        })
    }

    /// What an answer says of the step at hand.
    fn seen(&self, outcome: Outcome, is_before: bool) -> Seen {
        let is_product =
            matches!(self.script.field(self.index()), Field::Setting(_) | Field::Product);
        match outcome {
            Outcome::Host(seen) if !is_product => {
                let (index, state) = (self.index(), &self.state);
                Seen::Fit(if is_before && self.is_begun {
                    compare::open_step(&self.script, index, state, seen)
                } else {
                    compare::step(&self.script, index, state, seen, is_before)
                })
            }
            Outcome::Product(Standing::Before) if is_product => Seen::Fit(Fit::Before),
            Outcome::Product(Standing::After) if is_product => Seen::Fit(Fit::After),
            Outcome::Product(Standing::Other(message)) if is_product => {
                Seen::Reason(Reason::Other(message))
            }
            Outcome::Unseen(message) => Seen::Reason(Reason::Unseen(message)),
            _ => Seen::Misuse,
        }
    }

    // How it ends.

    fn differs(&self, differences: Vec<Difference>) -> Reason {
        let host = self.name(host_of(&self.script, self.index())).to_owned();
        Reason::Differs { host, differences }
    }

    /// Ends the run before it sends clients where they may not get.
    pub(super) fn unreached(&self, index: usize, message: String) -> Phase {
        let (address, port) =
            self.script.destination(index).map_or(("", 0), |(address, port, _)| (address, port));
        let reason = Reason::Unreached { address: address.to_owned(), port, message };
        let step = Some(index.saturating_add(1));
        Phase::Ended(End::Stopped(Stop { step, reason, is_open: self.is_begun }))
    }

    /// Ends the run before the step at hand is carried out.
    pub(super) fn stop(&self, reason: Reason) -> Phase {
        let stop = Stop { step: Some(self.step()), reason, is_open: self.is_begun };
        Phase::Ended(End::Stopped(stop))
    }

    /// Ends the run with the step at hand in an unknown state.
    fn open_stop(&self, reason: Reason) -> Phase {
        let stop = Stop { step: Some(self.step()), reason, is_open: true };
        Phase::Ended(End::Stopped(stop))
    }

    /// Ends the run once the journal says that the step at hand did not happen.
    fn undone(&self, reason: Reason) -> Phase {
        Phase::Undone(Stop { step: Some(self.step()), reason, is_open: false })
    }

    pub(super) fn declined(&self, message: String) -> Phase {
        let reason = Reason::Declined(message);
        match &self.phase {
            Phase::Start(_) | Phase::Ahead(_) => {
                Phase::Ended(End::Stopped(Stop { step: None, reason, is_open: self.is_begun }))
            }
            // It was announced, and not carried out.
            Phase::Carry => self.undone(reason),
            Phase::After { .. } => self.open_stop(reason),
            _ => self.stop(reason),
        }
    }
}

/// What an answer says of a step.
enum Seen {
    Fit(Fit),
    Reason(Reason),
    Misuse,
}

/// An answer in a word, for whoever gave the wrong one.
pub(super) const fn name_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Recorded => "recorded",
        Outcome::Host(_) => "host",
        Outcome::Product(_) => "product",
        Outcome::Unseen(_) => "unseen",
        Outcome::GaveUp(_) => "gave up",
        Outcome::Reached => "reached",
        Outcome::Unreached(_) => "unreached",
        Outcome::Idle => "idle",
        Outcome::Busy(_) => "busy",
        Outcome::Carried => "carried",
        Outcome::Failed(_) => "failed",
        Outcome::Stop(_) => "stop",
    }
}
