//! What the steps of a plan do to the stpd.ini files of their hosts.

use std::borrow::Cow;

use indexmap::IndexMap;
use sesam_transport::{
    site::{HostId, Ports, Site},
    stpd::{Change, FileStep, Places, StpdFile},
    transition::{ActionDocument, FileChange, Plan, PlanDocument},
};

use crate::{output, text};

/// What each step of a plan does to a file.
#[derive(Debug, Default)]
pub(crate) struct FileChanges(IndexMap<usize, FileChange>);

/// The changes of one file: the number of the step, and what it does. Steps before the plan have none.
type Course<'p> = Vec<(Option<usize>, Change<'p>)>;

impl FileChanges {
    /// What the steps of `plan` do, after `done` was carried out on the files as they are in `places`.
    ///
    /// Where a file cannot be rewritten, its steps are left to a person, and a message says why.
    pub(crate) fn of(plan: &Plan<'_>, places: &Places, done: &[ActionDocument<'_>]) -> Self {
        if places.files().is_empty() {
            return Self::default();
        }
        let done = done.iter().map(|action| (None, Cow::Borrowed(action)));
        let steps = plan.steps().map(|step| (Some(step.id), Cow::Owned(step.action)));
        let (changes, refused) = Self::follow(plan.site(), places, places, done.chain(steps));
        for (file, step, refusal) in refused {
            let step = step.map_or_else(String::new, |number| format!("step {number}: "));
            output::complain(&text::warning(&format!(
                "`{file}` has to be edited by hand: {step}{refusal}"
            )));
        }
        changes
    }

    /// What the steps of a plan file do to the files in `places`, where it says so itself; unknown states come back from
    /// the files in `originals`.
    pub(crate) fn of_file(
        plan: &PlanDocument<'_>,
        site: &Site,
        places: &Places,
        originals: &Places,
    ) -> Self {
        if places.files().is_empty() || plan.steps.iter().all(|step| step.file.is_none()) {
            return Self::default();
        }
        let steps = plan.steps.iter().enumerate();
        let steps = steps.map(|(index, step)| (Some(index + 1), Cow::Borrowed(&step.action)));
        Self::follow(site, places, originals, steps).0
    }

    /// The changes, and the files that cannot be rewritten, with the step and the reason.
    fn follow<'p>(
        site: &Site,
        places: &Places,
        originals: &Places,
        steps: impl Iterator<Item = (Option<usize>, Cow<'p, ActionDocument<'p>>)>,
    ) -> (Self, Vec<(String, Option<usize>, String)>) {
        let mut courses: IndexMap<&str, (&StpdFile, Course<'_>)> = IndexMap::new();
        for (step, action) in steps {
            let Some(host) = host_of(site, &action) else { continue };
            let Some(file) = places.file(host) else { continue };
            let original = originals.file(host).map(StpdFile::bytes);
            let Some(change) = change(&action, original) else { continue };
            courses.entry(file.path()).or_insert((file, Vec::new())).1.push((step, change));
        }
        let (mut changes, mut refusals) = (Self::default(), Vec::new());
        for (file, course) in courses.values() {
            match file.steps(course.iter().map(|&(_, change)| change)) {
                Ok(steps) => changes.note(file, course, steps),
                Err(refused) => {
                    let number = course.get(refused.index).and_then(|&(number, _)| number);
                    refusals.push((file.path().to_owned(), number, refused.refusal.to_string()));
                }
            }
        }
        (changes, refusals)
    }

    fn note(&mut self, file: &StpdFile, course: &Course<'_>, steps: Vec<FileStep>) {
        let numbered = course.iter().zip(steps);
        self.0.extend(numbered.filter_map(|(&(number, _), step)| {
            let change = FileChange {
                path: file.path().to_owned(),
                sha256_before: step.sha256_before.to_string(),
                sha256_after: step.sha256_after.to_string(),
            };
            Some((number?, change))
        }));
    }

    /// What the step with this number does.
    pub(crate) fn step(&self, number: usize) -> Option<&FileChange> {
        self.0.get(&number)
    }
}

/// The host whose stpd.ini an action changes.
fn host_of(site: &Site, action: &ActionDocument<'_>) -> Option<HostId> {
    match action {
        ActionDocument::EnablePort { host, .. }
        | ActionDocument::DisablePort { host, .. }
        | ActionDocument::RestorePorts { host, .. } => site.host_named(host),
        _ => None,
    }
}

fn change<'p>(action: &ActionDocument<'_>, original: Option<&'p [u8]>) -> Option<Change<'p>> {
    match action {
        ActionDocument::EnablePort { transport, port, .. } => {
            Some(Change::Enable(*transport, *port))
        }
        ActionDocument::DisablePort { transport, .. } => Some(Change::Disable(*transport)),
        ActionDocument::RestorePorts { ftp, http, https, .. } => Some(Change::Restore {
            ports: Ports { ftp: *ftp, http: *http, https: *https },
            original,
        }),
        _ => None,
    }
}
