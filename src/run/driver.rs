//! The driver: which demand comes next, and what an answer means.

mod answers;

use std::collections::BTreeSet;

use crate::{
    site::{HostId, Ports, Site},
    transition::{Field, NoScript, PlanDocument, PlanMismatch, Script, Violation},
};

use super::{
    compare::Fit,
    demand::{Deed, Demand, Moment, Outcome, Place},
    digest::digest,
    journal::Journal,
    record::{Record, Started},
    scope::{Scope, host_of, order},
    stop::{End, Reason, Stop, Waiting},
};

/// Carries a plan out, without doing anything itself: it says what to do next, and is told what came of it.
///
/// See the [module](super) for the loop.
#[derive(Clone, Debug)]
pub struct Driver<'s> {
    script: Script<'s>,
    /// The first record, until it is written.
    started: Option<Box<Started<'s>>>,
    /// The site after the finished steps.
    state: Site,
    finished: Vec<bool>,
    /// What is left for this run, by index; the first is the one at hand.
    order: Vec<usize>,
    at: usize,
    /// Whether the step at hand is in the journal.
    is_begun: bool,
    /// The hosts to look at before anything happens.
    hosts: Vec<HostId>,
    /// Steps, by index, whose destinations are served already: nothing happens before each was reached.
    destinations: Vec<usize>,
    waiting: Option<Waiting>,
    phase: Phase,
    carried: usize,
}

/// What the driver waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    /// What the host with this index is like at the start.
    Start(usize),
    /// Whether the destination with this index is reached.
    Ahead(usize),
    /// The first record.
    Started,
    /// What the step at hand is about is like.
    Before,
    Reach,
    Drain,
    Begun,
    Carry,
    /// The effect of the step; `failed` says what the caller told of it.
    After {
        failed: Option<String>,
        seen: Option<Fit>,
    },
    Done,
    Undone(Stop),
    Ended(End),
}

/// A run cannot begin; nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunRefused {
    /// The plan does not belong to the site.
    #[error(transparent)]
    Plan(#[from] PlanMismatch),
    /// A step of the plan is not safe.
    #[error("step {} of the plan is not safe", .0.step)]
    Unsafe(Box<Violation>),
    /// The journal is that of another plan.
    #[error("the journal is that of another plan")]
    OtherPlan,
    /// The journal speaks of a step that the plan does not have.
    #[error("the journal speaks of step {step}, and the plan has {steps}")]
    NoSuchStep {
        /// The step.
        step: usize,
        /// How many the plan has.
        steps: usize,
    },
    /// A step was begun where this run does not act.
    #[error("step {step} was begun on `{host}` and has not ended: go on there first")]
    OpenElsewhere {
        /// The step.
        step: usize,
        /// The host.
        host: String,
    },
}

impl From<NoScript> for RunRefused {
    fn from(reason: NoScript) -> Self {
        match reason {
            NoScript::Mismatch(mismatch) => Self::Plan(mismatch),
            NoScript::Unsafe(violation) => Self::Unsafe(Box::new(violation)),
        }
    }
}

/// An answer that does not belong to the demand; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer `{answer}` does not belong to what was demanded")]
pub struct Misuse {
    /// The answer.
    pub answer: &'static str,
}

/// What is known when a run begins or goes on.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'b, 's> {
    /// The site that the plan starts from.
    pub site: &'s Site,
    /// The site that a rollback leads back to; none for a plan forward.
    pub original: Option<&'s Site>,
    /// The plan.
    pub plan: &'b PlanDocument<'b>,
    /// The journal of an earlier run that stopped.
    pub journal: Option<&'b Journal<'b>>,
    /// Steps, counted from 1, that journals of other hosts show to be finished.
    pub elsewhere: &'b [usize],
    /// Where this run acts.
    pub scope: Scope<'b>,
}

impl<'s> Driver<'s> {
    /// Judges the plan, and finds out what of it is left to do.
    ///
    /// # Errors
    ///
    /// [`RunRefused`] where the plan is for another site or not safe, or the journal is not this plan's.
    pub fn new(beginning: Beginning<'_, 's>) -> Result<Self, RunRefused> {
        let Beginning { site, original, plan, journal, elsewhere, scope } = beginning;
        let script = Script::new(site, original, plan)?;
        let digest = digest(plan);
        if journal.is_some_and(|journal| *journal.started().plan != *digest) {
            return Err(RunRefused::OtherPlan);
        }
        let finished = finished(&script, journal, elsewhere)?;
        let open = journal.and_then(Journal::open);
        let (mut order, waiting) = order(&script, original, plan, scope, &finished);
        if let Some(step) = open {
            let index = index_of(&script, step)?;
            let Some(at) = order.iter().position(|&other| other == index) else {
                let host = site[host_of(&script, index)].name().to_owned();
                return Err(RunRefused::OpenElsewhere { step, host });
            };
            order.get_mut(..=at).unwrap_or_default().rotate_right(1);
        }
        let mut state = site.clone();
        let done = (0..script.len()).filter(|&index| finished.get(index) == Some(&true));
        done.for_each(|index| script.apply(index, &mut state));
        let started = journal.is_none().then(|| {
            Box::new(Started {
                format_version: crate::site::FORMAT_VERSION.into(),
                plan: digest.into(),
                site: site.to_draft(),
                original: original.map(Site::to_draft),
            })
        });
        let mut driver = Self {
            hosts: hosts(&script, &order, scope),
            // A step that was begun is finished first.
            destinations: match open {
                Some(_) => Vec::new(),
                None => destinations(&script, &order, &state),
            },
            script,
            started,
            state,
            finished,
            order,
            at: 0,
            is_begun: open.is_some(),
            waiting,
            phase: Phase::Start(0),
            carried: 0,
        };
        driver.look_at_hosts(0);
        Ok(driver)
    }

    /// What to do now; the same until it is answered.
    #[must_use]
    pub fn demand(&self) -> Demand<'_> {
        match &self.phase {
            Phase::Start(at) => {
                self.hosts.get(*at).map_or(Demand::Nothing(&End::Finished), |&id| {
                    Demand::LookAtHost { host: self.name(id), moment: Moment::Start }
                })
            }
            Phase::Started => match &self.started {
                Some(started) => Demand::Record(Record::Started(started.clone())),
                None => Demand::Nothing(&End::Finished),
            },
            Phase::Ended(end) => Demand::Nothing(end),
            Phase::Undone(_) => Demand::Record(Record::Undone(self.step())),
            Phase::Begun => Demand::Record(Record::Begun(self.step())),
            Phase::Done => Demand::Record(Record::Done(self.step())),
            Phase::Before => self.look(Moment::Before(self.step())),
            Phase::After { .. } => self.look(Moment::After(self.step())),
            Phase::Ahead(at) => self.reach(self.destinations.get(*at).copied()),
            Phase::Reach => self.reach(Some(self.index())),
            Phase::Drain => Demand::Drain {
                step: self.step(),
                host: self.name(host_of(&self.script, self.index())),
            },
            Phase::Carry => self.deed().map_or(Demand::Nothing(&End::Finished), Demand::Carry),
        }
    }

    /// Takes what came of the demand.
    ///
    /// # Errors
    ///
    /// [`Misuse`] where the answer does not belong to it: nothing has changed then.
    pub fn give(&mut self, outcome: Outcome) -> Result<(), Misuse> {
        let answer = answers::name_of(&outcome);
        let phase = match (self.phase.clone(), outcome) {
            (Phase::Started | Phase::Begun | Phase::Done | Phase::Undone(_), Outcome::Recorded) => {
                self.recorded();
                return Ok(());
            }
            // Nothing goes on without its record, and nothing after the end.
            (
                Phase::Started | Phase::Begun | Phase::Done | Phase::Undone(_) | Phase::Ended(_),
                _,
            ) => None,
            (_, Outcome::Stop(message)) => Some(self.declined(message)),
            (Phase::Start(at), Outcome::Host(seen)) => {
                self.started_at(at, seen);
                return Ok(());
            }
            (Phase::Start(_), Outcome::Unseen(message)) => {
                let stop = Stop { step: None, reason: Reason::Unseen(message), is_open: false };
                Some(Phase::Ended(End::Stopped(stop)))
            }
            (Phase::Ahead(at), Outcome::Reached) => Some(self.ahead(at + 1)),
            (Phase::Ahead(at), Outcome::Unreached(message)) => {
                self.destinations.get(at).map(|&index| self.unreached(index, message))
            }
            (Phase::Before, outcome) => self.before(outcome),
            (Phase::Reach, Outcome::Reached) | (Phase::Drain, Outcome::Idle) => Some(self.begin()),
            (Phase::Reach, Outcome::Unreached(message)) => {
                Some(self.unreached(self.index(), message))
            }
            (Phase::Drain, Outcome::Busy(message)) => Some(self.stop(Reason::Busy(message))),
            (Phase::Carry, Outcome::Carried) => Some(Phase::After { failed: None, seen: None }),
            (Phase::Carry, Outcome::Failed(message)) => {
                Some(Phase::After { failed: Some(message), seen: None })
            }
            (Phase::After { failed, seen }, outcome) => self.after(failed, seen, outcome),
            _ => None,
        };
        self.phase = phase.ok_or(Misuse { answer })?;
        Ok(())
    }

    /// How many steps of the plan are finished, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.finished.iter().filter(|&&finished| finished).count(), self.script.len())
    }

    /// Whether the step at hand is announced in the journal and has not ended.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.is_begun
    }

    /// How many steps this run has carried out.
    #[must_use]
    pub const fn carried_out(&self) -> usize {
        self.carried
    }

    /// The site after the finished steps.
    #[must_use]
    pub const fn state(&self) -> &Site {
        &self.state
    }

    /// The steps, counted from 1, that are left to this run.
    pub fn left(&self) -> impl Iterator<Item = usize> {
        self.order.iter().skip(self.at).map(|index| index + 1)
    }

    /// What a step, counted from 1, does and where.
    #[must_use]
    pub fn deed_of(&self, step: usize) -> Option<Deed<'_>> {
        let index = step.checked_sub(1)?;
        let place = match self.script.field(index) {
            Field::File(host) | Field::Setting(host) => Place::File(self.name(host)),
            Field::Daemon(host) => Place::Daemon(self.name(host)),
            Field::Product => Place::Product,
        };
        Some(Deed { step, action: self.script.document(index)?, place })
    }

    /// What STPD of the host that a step restarts is to listen on afterwards.
    #[must_use]
    pub fn running_after(&self, step: usize) -> Option<Ports> {
        let standing = self.script.standing_after(step.checked_sub(1)?, &self.state)?;
        Some(standing.running)
    }

    // Where the run stands.

    fn index(&self) -> usize {
        self.order.get(self.at).copied().unwrap_or(usize::MAX)
    }

    fn step(&self) -> usize {
        self.index().saturating_add(1)
    }

    fn name(&self, host: HostId) -> &str {
        self.script.site()[host].name()
    }

    fn deed(&self) -> Option<Deed<'_>> {
        self.deed_of(self.step())
    }

    fn look(&self, moment: Moment) -> Demand<'_> {
        match (self.script.field(self.index()), self.script.document(self.index())) {
            (Field::File(host) | Field::Daemon(host), _) => {
                Demand::LookAtHost { host: self.name(host), moment }
            }
            (Field::Setting(host), Some(action)) => {
                Demand::LookAtSetting { step: self.step(), host: self.name(host), action, moment }
            }
            (Field::Product, Some(action)) => {
                Demand::LookAtProduct { step: self.step(), action, moment }
            }
            (Field::Setting(_) | Field::Product, None) => Demand::Nothing(&End::Finished),
        }
    }

    fn reach(&self, index: Option<usize>) -> Demand<'_> {
        let found = index.and_then(|index| Some((index, self.script.destination(index)?)));
        match found {
            Some((index, (address, port, transport))) => {
                Demand::Reach { step: index.saturating_add(1), address, port, transport }
            }
            None => Demand::Nothing(&End::Finished),
        }
    }
}

fn index_of(script: &Script<'_>, step: usize) -> Result<usize, RunRefused> {
    let steps = script.len();
    let index = step.checked_sub(1).filter(|&index| index < steps);
    index.ok_or(RunRefused::NoSuchStep { step, steps })
}

fn finished(
    script: &Script<'_>,
    journal: Option<&Journal<'_>>,
    elsewhere: &[usize],
) -> Result<Vec<bool>, RunRefused> {
    let mut finished = vec![false; script.len()];
    let own = journal.map_or(&[][..], Journal::finished);
    for &step in own.iter().chain(elsewhere) {
        let index = index_of(script, step)?;
        finished.iter_mut().skip(index).take(1).for_each(|place| *place = true);
    }
    Ok(finished)
}

/// The hosts whose files or daemons this run touches, each once, in the order of the site.
fn hosts(script: &Script<'_>, order: &[usize], scope: Scope<'_>) -> Vec<HostId> {
    let touched: Vec<HostId> = order
        .iter()
        .filter_map(|&index| match script.field(index) {
            Field::File(host) | Field::Setting(host) | Field::Daemon(host) => Some(host),
            Field::Product => None,
        })
        .collect();
    let is_touched = |host: &HostId| scope.has(*host) && touched.contains(host);
    script.site().host_ids().filter(is_touched).collect()
}

/// The steps that send clients somewhere where it is served already, each address and port once.
fn destinations(script: &Script<'_>, order: &[usize], state: &Site) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let is_new = |index: &usize| {
        script.is_served(*index, state)
            && script
                .destination(*index)
                .is_some_and(|(address, port, _)| seen.insert((address.to_owned(), port)))
    };
    order.iter().copied().filter(is_new).collect()
}
