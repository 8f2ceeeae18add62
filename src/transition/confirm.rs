//! Confirms the certificate of a plan in one pass: every part of the file is held against what the steps do.
//!
//! # What holds
//!
//! | part | holds where |
//! |---|---|
//! | `id` | it is the position of the step, from 1 |
//! | `wave` | it is one of the step's kind; only who goes to an interface that is not HTTPS is parked |
//! | `needs` | it lists earlier steps, in ascending order; in a rollback the one before. That no other order which it allows does harm is *not* confirmed |
//! | `because.removes` | it lists exactly the exposures of the goal that are there before the step and gone after it, among what the step touches: ports and settings of its host, its interface, its task, the variable, tasks that name the interface which it enters |
//! | `because.lessens` | it lists the task that the step frees by its own leg, while it is still exposed by what it reads from a second host |
//! | `because.keeps` | each condition is better after the step, now or after a restart |
//! | `because.for` | each is a later step whose `needs` list this one |
//! | `undo`, `probe`, `exposures_after` | it is what the state before the step says |
//! | `file` | the step changes a file, digests are digests, and each starts from the bytes that the last one on the same file left; with the bytes at hand also [`PlanDocument::confirm_files`] |
//! | `summary`, `outcome` | they are what the whole plan comes to |
//! | `blocked`, `blocked_total` | each part of the goal is not reached, and there are so many; causes, options and choices are not kept |
//! | `kept` | each is an interface that a task names and that is there in the end, and there are no others |
//!
//! What is not in the file is not missed: a plan that is written by hand needs only actions. A step costs constant time,
//! and what stands in the file at length costs its length.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    Action, CertificateError, Direction, FileChange, Need, Outcome, PlanDocument, PlanMismatch,
    StepDocument, Summary, Wave,
    catalog::Catalog,
    certificate::FileExpectation,
    checker::{self, Course, Raised},
    parts::{BecauseDocument, BlockedDocument, KeptDocument},
    replay::Effect,
    resolve::TaskNames,
    step::{Exposed, Kept},
};
use crate::{
    safety::Exposure,
    site::{HostId, Site},
};

/// What is known of the end of a plan.
#[derive(Clone, Copy)]
pub(super) enum End<'o> {
    /// The goal is looked for.
    Goal,
    /// It leads back to this site, and does reach it or does not.
    Original(&'o Site, bool),
    /// It leads back to a site that nobody named.
    Unknown,
}

/// Confirms what a file says of the first steps of its plan, and where those are all steps also what it says of the whole.
///
/// `steps` are what these do; `exposures`, where they are known, those of the goal before the first and after each.
pub(super) fn confirm<'a>(
    catalog: &Catalog<'_>,
    document: &PlanDocument<'_>,
    steps: impl Iterator<Item = &'a Result<Action, Need>>,
    exposures: Option<&[u32]>,
    end: End<'_>,
) -> Result<(), PlanMismatch> {
    if !document.has_certificate() {
        return Ok(());
    }
    let actions: Vec<Action> = steps.copied().flatten().collect();
    let counted = match document.direction {
        Direction::Forward => actions.as_slice(),
        Direction::Rollback => before_reentry(catalog, &actions),
    };
    let exposures = match exposures {
        Some(exposures) => Cow::Borrowed(exposures),
        None => Cow::Owned(checker::exposures_along(catalog, counted.iter().copied())),
    };
    let mut pass = Pass {
        document,
        course: Course::new(catalog),
        exposures: &exposures,
        files: BTreeMap::new(),
        paths: BTreeMap::new(),
    };
    pass.go_through(&actions, end).map_err(|error| PlanMismatch::Certificate(Box::new(error)))
}

/// The steps before one that enters an exposed interface for the second time. No way back has such a step, and who
/// switches the last exposed interface of a host on and off would have everyone counted anew each time.
fn before_reentry<'a>(catalog: &Catalog<'_>, actions: &'a [Action]) -> &'a [Action] {
    let retired = catalog.site().policy().retired;
    let mut entered = vec![false; catalog.interface_count()];
    let mut is_second = |action: &Action| {
        let Action::AddInterface { interface, .. } = *action else { return false };
        let Some(entered) = entered.get_mut(interface.index()) else { return false };
        core::mem::replace(entered, true) && catalog[interface].may_use_any(retired)
    };
    let upto = actions.iter().position(&mut is_second).unwrap_or(actions.len());
    actions.get(..upto).unwrap_or_default()
}

impl PlanDocument<'_> {
    /// Whether the file says more than what the steps do.
    fn has_certificate(&self) -> bool {
        let of_plan = self.outcome.is_some()
            || self.summary.is_some()
            || self.blocked.is_some()
            || self.blocked_total.is_some()
            || self.kept.is_some();
        of_plan || self.steps.iter().any(StepDocument::has_certificate)
    }

    /// Confirms the files that the steps change against what `known` says of them, which is asked for each step by its
    /// number, from 1, and answers `None` where the bytes of the file are not at hand.
    ///
    /// # Errors
    ///
    /// [`PlanMismatch::Certificate`] for the first step that makes another change of the file.
    pub fn confirm_files<'f>(
        &self,
        known: impl Fn(usize) -> Option<&'f FileChange>,
    ) -> Result<(), PlanMismatch> {
        for (index, step) in self.steps.iter().enumerate() {
            let Some((found, expected)) = step.file.as_deref().zip(known(index + 1)) else {
                continue;
            };
            if found != expected {
                let expected = FileExpectation::Change(Box::new(expected.clone()));
                let (step, found) = (index + 1, Box::new(found.clone()));
                let error = CertificateError::File { step, expected, found };
                return Err(PlanMismatch::Certificate(Box::new(error)));
            }
        }
        Ok(())
    }
}

impl StepDocument<'_> {
    const fn has_certificate(&self) -> bool {
        let Self { id, wave, action: _, because, needs, undo, probe, file, exposures_after } = self;
        id.is_some()
            || wave.is_some()
            || because.is_some()
            || needs.is_some()
            || undo.is_some()
            || probe.is_some()
            || file.is_some()
            || exposures_after.is_some()
    }
}

struct Pass<'p, 'c> {
    document: &'p PlanDocument<'p>,
    course: Course<'c>,
    exposures: &'p [u32],
    /// By path the digest of the bytes that the last step left.
    files: BTreeMap<&'p str, &'p str>,
    paths: BTreeMap<HostId, &'p str>,
}

impl<'p, 'c> Pass<'p, 'c> {
    fn go_through(&mut self, actions: &[Action], end: End<'_>) -> Result<(), CertificateError> {
        let document = self.document;
        for (index, (step, &action)) in document.steps.iter().zip(actions).enumerate() {
            self.step(index + 1, step, action)?;
        }
        if actions.len() == document.steps.len() { self.whole(actions, end) } else { Ok(()) }
    }

    fn step(
        &mut self,
        number: usize,
        step: &'p StepDocument<'p>,
        action: Action,
    ) -> Result<(), CertificateError> {
        if let Some(found) = step.id.filter(|&found| found != number as u64) {
            return Err(CertificateError::Id { step: number, found });
        }
        if let Some(found) = step.wave {
            let expected = Wave::of(&self.course, action, self.document.direction);
            if !found.suits(expected, self.document.direction) {
                return Err(CertificateError::Wave { step: number, expected, found });
            }
        }
        if let Some(needs) = &step.needs {
            self.needs(number, needs)?;
        }
        self.undo_and_probe(number, step, action)?;
        let because = step.because.as_deref();
        if let Some(because) = because {
            self.later(number, because)?;
            self.keeps(number, because, action)?;
        }
        let Effect { removed, lessened } = self.course.carry_out(action);
        let lists = because.map(|because| {
            let lessened = lessened.map(Exposure::Task).into_iter().collect();
            [("removes", &because.removes, removed), ("lessens", &because.lessens, lessened)]
        });
        for (key, found, expected) in lists.into_iter().flatten() {
            let Some(found) = found else { continue };
            let catalog = self.course.catalog();
            let expected: Vec<_> = expected.into_iter().map(|it| catalog.exposed(it)).collect();
            if !is_same_set(&expected, found) {
                let owned = |exposed: &[Exposed<'_>]| {
                    exposed.iter().cloned().map(Exposed::into_owned).collect()
                };
                let (expected, found) = (owned(&expected), owned(found));
                return Err(CertificateError::Exposures { step: number, key, expected, found });
            }
        }
        if let Some(found) = step.exposures_after {
            let expected = self.exposures.get(number).map(|&count| count as usize);
            if expected.is_none_or(|expected| expected as u64 != found) {
                return Err(CertificateError::ExposuresAfter { step: number, expected, found });
            }
        }
        self.file(number, step, action)
    }

    fn needs(&self, step: usize, needs: &[u64]) -> Result<(), CertificateError> {
        if self.document.direction == Direction::Rollback {
            let previous = step as u64 - 1;
            let holds = if previous == 0 { needs.is_empty() } else { needs == [previous] };
            let refused = || CertificateError::NeedsOfRollback { step, found: needs.to_vec() };
            return if holds { Ok(()) } else { Err(refused()) };
        }
        let mut last = 0;
        for &found in needs {
            if found <= last || found >= step as u64 {
                return Err(CertificateError::Needs { step, found });
            }
            last = found;
        }
        Ok(())
    }

    fn undo_and_probe(
        &self,
        number: usize,
        step: &StepDocument<'_>,
        action: Action,
    ) -> Result<(), CertificateError> {
        if let Some(found) = &step.undo {
            let expected = self.course.undo_document(action);
            if found.as_deref() != expected.as_ref() {
                return Err(CertificateError::Undo {
                    step: number,
                    expected: expected.map(|action| Box::new(action.into_owned())),
                    found: found.clone().map(|action| Box::new(action.into_owned())),
                });
            }
        }
        if let Some(found) = &step.probe {
            let expected = self.course.probe(action);
            if found.as_deref() != expected.as_ref() {
                return Err(CertificateError::Probe {
                    step: number,
                    expected: expected.map(|probe| Box::new(probe.into_owned())),
                    found: found.clone().map(|probe| Box::new(probe.into_owned())),
                });
            }
        }
        Ok(())
    }

    /// Later steps that the step is for list it among their needs.
    fn later(&self, step: usize, because: &BecauseDocument<'_>) -> Result<(), CertificateError> {
        let steps = &self.document.steps;
        let needs_it = |later: u64| {
            let later = usize::try_from(later).ok().filter(|&later| later > step)?;
            let needs = steps.get(later - 1)?.needs.as_ref()?;
            needs.binary_search(&(step as u64)).ok()
        };
        let later = because.steps.iter().flatten();
        match later.copied().find(|&later| needs_it(later).is_none()) {
            Some(found) => Err(CertificateError::For { step, found }),
            None => Ok(()),
        }
    }

    fn keeps(
        &self,
        step: usize,
        because: &BecauseDocument<'_>,
        action: Action,
    ) -> Result<(), CertificateError> {
        let holds = |kept: &Kept<'_>| {
            let (raised, host) = match kept {
                Kept::Route { host } => (Raised::Route, host),
                Kept::Abort { host } => (Raised::Abort, host),
                Kept::Interface { host } => (Raised::Interface, host),
                Kept::Https { host } => (Raised::Https, host),
            };
            let host = self.course.catalog().site().host_named(host);
            host.is_some_and(|host| self.course.raises(raised, host, action))
        };
        let mut kept = because.keeps.iter().flatten().enumerate();
        match kept.find(|(_, kept)| !holds(kept)) {
            Some((index, found)) => {
                let found = found.clone().into_owned();
                Err(CertificateError::Keeps { step, position: index + 1, found })
            }
            None => Ok(()),
        }
    }

    fn file(
        &mut self,
        number: usize,
        step: &'p StepDocument<'p>,
        action: Action,
    ) -> Result<(), CertificateError> {
        let host = match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::RestorePorts { host, .. } => Some(host),
            Action::SetIni { setting, .. } => Some(self.course.catalog().site()[setting].host()),
            _ => None,
        };
        let Some(found) = step.file.as_deref() else {
            // What it leaves nobody said.
            if let Some(path) = host.and_then(|host| self.paths.get(&host)) {
                self.files.remove(path);
            }
            return Ok(());
        };
        let FileChange { path, sha256_before, sha256_after } = found;
        let expected = match host {
            None => Some(FileExpectation::None),
            Some(_) if ![sha256_before, sha256_after].into_iter().all(|it| is_digest(it)) => {
                Some(FileExpectation::Digests)
            }
            Some(host) => {
                let known = *self.paths.entry(host).or_insert(path);
                let before = self.files.insert(path, sha256_after);
                let before = before.filter(|before| before != sha256_before);
                let path = (known != path).then(|| FileExpectation::Path(known.to_owned()));
                path.or_else(|| Some(FileExpectation::Before(before?.to_owned())))
            }
        };
        match expected {
            Some(expected) => Err(CertificateError::File {
                step: number,
                expected,
                found: Box::new(found.clone()),
            }),
            None => Ok(()),
        }
    }

    /// What the file says of the whole plan, of which the last step was carried out.
    fn whole(&self, actions: &[Action], end: End<'_>) -> Result<(), CertificateError> {
        let is_counted = self.exposures.len() == actions.len() + 1;
        let left = self.exposures.last().map_or(0, |&count| count as usize);
        if let Some(found) = self.document.summary {
            let counted = if is_counted { self.exposures } else { &[] };
            let expected = Summary::of(actions.iter().copied(), counted);
            if found != expected {
                return Err(CertificateError::Summary { expected, found });
            }
        }
        let is_reached = match end {
            End::Goal => Some(self.course.reaches_goal(left)),
            End::Original(_, is_reached) => Some(is_reached),
            End::Unknown => None,
        };
        if let Some((found, is_reached)) = self.document.outcome.zip(is_reached) {
            let expected = if is_reached { Outcome::Complete } else { Outcome::Partial };
            if found != expected {
                return Err(CertificateError::Outcome { expected, found });
            }
        }
        let mut names = None;
        let blocked = self.document.blocked.iter().flatten().enumerate();
        for (index, blocked) in blocked {
            if !self.is_out_of_reach(blocked, &mut names) {
                let found = blocked.goal.to_string();
                return Err(CertificateError::Blocked { position: index + 1, found });
            }
        }
        if let Some(found) = self.document.blocked_total {
            let listed = self.document.blocked.as_ref().map_or(0, Vec::len);
            let sites = self.course.catalog().site();
            let https = sites.host_ids().filter(|&host| self.course.lacks_https(host)).count();
            let open = left + https;
            // A plan that nobody explained says nothing.
            let is_unexplained = found == 0 && listed == 0;
            if !is_unexplained && (found != open as u64 || listed > open) {
                return Err(CertificateError::BlockedTotal { expected: open, found });
            }
        }
        self.document.kept.as_ref().map_or(Ok(()), |kept| self.kept(kept, end))
    }

    /// Whether a part of the goal is not reached in the end.
    fn is_out_of_reach(
        &self,
        blocked: &BlockedDocument<'_>,
        names: &mut Option<TaskNames<'c>>,
    ) -> bool {
        let site = self.course.catalog().site();
        let goal = &blocked.goal;
        match (goal.exposed(), &goal.https) {
            (Some(exposed), None) => {
                let names = names.get_or_insert_with(|| {
                    TaskNames::new(site, self.document.blocked.as_ref().map_or(0, Vec::len))
                });
                let exposure = self.course.catalog().exposure_named(&exposed, names);
                exposure.is_some_and(|exposure| self.course.is_exposed(exposure))
            }
            (None, Some(host)) if goal.kind.is_none() => {
                site.host_named(host).is_some_and(|host| self.course.lacks_https(host))
            }
            _ => false,
        }
    }

    fn kept(&self, kept: &[KeptDocument<'_>], end: End<'_>) -> Result<(), CertificateError> {
        let catalog = self.course.catalog();
        let mut is_listed = vec![false; catalog.interface_count()];
        for (index, KeptDocument { host, interface, .. }) in kept.iter().enumerate() {
            let id = catalog.site().host_named(host);
            let id = id.and_then(|host| catalog.interface_named(host, interface));
            let holds = id.is_some_and(|id| {
                let is_repeated = is_listed
                    .get_mut(id.index())
                    .is_none_or(|is_listed| core::mem::replace(is_listed, true));
                let is_new = match end {
                    End::Original(original, _) => original.is_named_in_vain(&catalog[id]),
                    _ => true,
                };
                !is_repeated && is_new && self.course.is_entered(id) && self.course.is_named(id)
            });
            if !holds || matches!(end, End::Goal) {
                return Err(CertificateError::Kept {
                    position: Some(index + 1),
                    expected: "an interface that repairs a dangling reference, once".to_owned(),
                    found: format!("interface `{interface}` of `{host}`"),
                });
            }
        }
        let End::Original(original, true) = end else { return Ok(()) };
        let before: usize = original.hosts().map(|host| host.interfaces().len()).sum();
        let expected = self.course.entered().saturating_sub(before);
        if kept.len() == expected {
            return Ok(());
        }
        let (expected, found) = (format!("{expected} of them"), kept.len().to_string());
        Err(CertificateError::Kept { position: None, expected, found })
    }
}

/// Whether the same exposures are listed, each once, in whatever order.
fn is_same_set(expected: &[Exposed<'_>], found: &[Exposed<'_>]) -> bool {
    expected.len() == found.len()
        && (expected.iter().eq(found) || sorted(expected).eq(&sorted(found)))
}

fn sorted<'e, 'a>(exposed: &'e [Exposed<'a>]) -> Vec<&'e Exposed<'a>> {
    let mut sorted: Vec<_> = exposed.iter().collect();
    sorted.sort_unstable();
    sorted
}

/// Whether this is a SHA-256 as it is written in files.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
