//! What the steps of a plan do to the stpd.ini files of their hosts.

use indexmap::IndexMap;
use sesam_transport::{
    site::Site,
    stpd::{Change, Places, StpdFile},
    transition::{ActionDocument, FileChange, Plan},
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
        let mut changes = Self::default();
        if places.files().is_empty() {
            return changes;
        }
        let mut courses: IndexMap<&str, (&StpdFile, Course<'_>)> = IndexMap::new();
        let mut note = |step: Option<usize>, action: &ActionDocument<'_>| {
            let Some(file) = file_of(plan.site(), places, action) else { return };
            let Some(change) = change(action, file) else { return };
            courses.entry(file.path()).or_insert((file, Vec::new())).1.push((step, change));
        };
        for action in done {
            note(None, action);
        }
        for step in plan.steps() {
            note(Some(step.id), &step.action);
        }
        for (file, course) in courses.values() {
            changes.follow(file, course);
        }
        changes
    }

    /// What the step with this number does.
    pub(crate) fn step(&self, number: usize) -> Option<&FileChange> {
        self.0.get(&number)
    }

    fn follow(&mut self, file: &StpdFile, course: &Course<'_>) {
        match file.steps(course.iter().map(|&(_, change)| change)) {
            Ok(steps) => {
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
            Err(refused) => {
                let number = course.get(refused.index).and_then(|&(number, _)| number);
                let step = number.map_or_else(String::new, |number| format!("step {number}: "));
                let refusal = refused.refusal;
                output::complain(&text::warning(&format!(
                    "`{}` has to be edited by hand: {step}{refusal}",
                    file.path()
                )));
            }
        }
    }
}

fn file_of<'p>(
    site: &Site,
    places: &'p Places,
    action: &ActionDocument<'_>,
) -> Option<&'p StpdFile> {
    let (ActionDocument::EnablePort { host, .. }
    | ActionDocument::DisablePort { host, .. }
    | ActionDocument::RestorePorts { host, .. }) = action
    else {
        return None;
    };
    places.file(site.host_named(host)?)
}

fn change<'p>(action: &ActionDocument<'_>, file: &'p StpdFile) -> Option<Change<'p>> {
    match action {
        ActionDocument::EnablePort { transport, port, .. } => {
            Some(Change::Enable(*transport, *port))
        }
        ActionDocument::DisablePort { transport, .. } => Some(Change::Disable(*transport)),
        ActionDocument::RestorePorts { ftp, http, https, .. } => Some(Change::Restore {
            ports: sesam_transport::site::Ports { ftp: *ftp, http: *http, https: *https },
            original: Some(file.bytes()),
        }),
        _ => None,
    }
}
