//! What the steps of a plan do to the stpd.ini files of their hosts.

use indexmap::IndexMap;
use sesam_transport::{
    site::{HostId, PortState, Ports, SettingId, SettingValue, Site},
    stpd::{Change, FileStep, IniKey, Places, StpdFile},
    transition::{ActionDocument, Direction, FileChange, Plan, PlanDocument},
};

use crate::{output, text};

/// What each step of a plan does to a file.
#[derive(Debug, Default)]
pub(crate) struct FileChanges(IndexMap<usize, FileChange>);

/// The edits of one file: the number of the step, and what it does. Steps before the plan have none.
type Course<'p> = Vec<(Option<usize>, Edit<'p>)>;

/// What a step does to a file.
enum Edit<'p> {
    /// On the way forward each line is changed as it stands.
    Forward(Change<'p>),
    /// A way back leads from the bytes of the original to the state that it has after the step.
    Back(FileState<'p>),
}

/// What the file of a host says in a state of the site.
#[derive(Clone)]
pub(crate) struct FileState<'p> {
    pub(crate) ports: Ports,
    pub(crate) settings: Vec<(IniKey<'p>, SettingValue<&'p str>)>,
}

impl FileChanges {
    /// What the steps of `plan` do, after `done` was carried out on the files as they are in `places`.
    ///
    /// Where a file cannot be rewritten, its steps are left to a person, and a message says why.
    pub(crate) fn of(plan: &Plan<'_>, places: &Places, done: &[ActionDocument<'_>]) -> Self {
        if places.files().is_empty() {
            return Self::default();
        }
        let site = plan.site();
        let steps: Vec<(usize, ActionDocument<'_>)> = plan
            .steps()
            .filter(|step| host_of(site, &step.action).is_some())
            .map(|step| (step.id, step.action))
            .collect();
        let done = done.iter().map(|action| (None, action));
        let steps = steps.iter().map(|(number, action)| (Some(*number), action));
        let files = Files { site, places, originals: places, direction: plan.direction() };
        let (changes, refused) = files.changes(done.chain(steps));
        for (file, step, refusal) in refused {
            let step = step.map_or_else(String::new, |number| format!("step {number}: "));
            output::complain(&text::warning(&format!(
                "`{file}` has to be edited by hand: {step}{refusal}"
            )));
        }
        changes
    }

    /// What the steps of a plan file do to the files in `places`, where it says so itself; a rollback takes old bytes from
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
        let steps = steps.map(|(index, step)| (Some(index + 1), &step.action));
        Files { site, places, originals, direction: plan.direction }.changes(steps).0
    }

    /// What the step with this number does.
    pub(crate) fn step(&self, number: usize) -> Option<&FileChange> {
        self.0.get(&number)
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
}

/// The files that steps change, one after the other.
struct Files<'f> {
    site: &'f Site,
    places: &'f Places,
    /// Where a rollback finds the old bytes.
    originals: &'f Places,
    direction: Direction,
}

/// A file that cannot be rewritten, the step, and why.
type Refused = (String, Option<usize>, String);

impl<'f> Files<'f> {
    /// What each step changes; those without a number were carried out before.
    fn changes<'p>(
        &self,
        steps: impl Iterator<Item = (Option<usize>, &'p ActionDocument<'p>)>,
    ) -> (FileChanges, Vec<Refused>)
    where
        'f: 'p,
    {
        let mut states: IndexMap<HostId, FileState<'p>> = IndexMap::new();
        let mut courses: IndexMap<&str, (HostId, &StpdFile, Course<'p>)> = IndexMap::new();
        for (number, action) in steps {
            let Some(host) = host_of(self.site, action) else { continue };
            let Some(file) = self.places.file(host) else { continue };
            let edit = if number.is_some() && self.direction == Direction::Rollback {
                let state = states.entry(host).or_insert_with(|| FileState::of(self.site, host));
                state.apply(self.site, host, action);
                Some(Edit::Back(state.clone()))
            } else {
                forward(action).map(Edit::Forward)
            };
            let course = &mut courses.entry(file.path()).or_insert((host, file, Vec::new())).2;
            course.extend(edit.map(|edit| (number, edit)));
        }
        let (mut changes, mut refusals) = (FileChanges::default(), Vec::new());
        for (host, file, course) in courses.values() {
            let original = self.originals.file(*host);
            match file.steps(course.iter().map(|(_, edit)| edit.change(original))) {
                Ok(steps) => changes.note(file, course, steps),
                Err(refused) => {
                    let number = course.get(refused.index).and_then(|&(number, _)| number);
                    refusals.push((file.path().to_owned(), number, refused.refusal.to_string()));
                }
            }
        }
        (changes, refusals)
    }
}

impl Edit<'_> {
    fn change<'e>(&'e self, original: Option<&'e StpdFile>) -> Change<'e> {
        match self {
            Self::Forward(change) => *change,
            Self::Back(FileState { ports, settings }) => {
                Change::Restore { ports: *ports, settings, original: original.map(StpdFile::bytes) }
            }
        }
    }
}

impl<'p> FileState<'p> {
    pub(crate) fn of(site: &'p Site, host: HostId) -> Self {
        let setting = |&id: &SettingId| {
            let setting = &site[id];
            let key = IniKey { section: setting.section(), key: setting.key() };
            (key, setting.configured())
        };
        let settings = site[host].settings().iter().map(setting).collect();
        Self { ports: site[host].configured(), settings }
    }

    /// What the file says after a step.
    pub(crate) fn apply(&mut self, site: &Site, host: HostId, action: &'p ActionDocument<'_>) {
        match action {
            ActionDocument::EnablePort { transport, port, .. } => {
                self.ports = self.ports.with(*transport, PortState::On(*port));
            }
            ActionDocument::DisablePort { transport, .. } => {
                self.ports = self.ports.with(*transport, PortState::Off);
            }
            ActionDocument::RestorePorts { ftp, http, https, .. } => {
                self.ports = Ports { ftp: *ftp, http: *http, https: *https };
            }
            ActionDocument::SetIni { section, key, value, .. } => {
                let wanted = site.setting_named(host, section, key);
                let place = site[host].settings().iter().position(|&id| Some(id) == wanted);
                if let Some((_, state)) = place.and_then(|place| self.settings.get_mut(place)) {
                    *state = value.as_str();
                }
            }
            _ => {}
        }
    }
}

/// The host whose file an action changes.
fn host_of(site: &Site, action: &ActionDocument<'_>) -> Option<HostId> {
    let (ActionDocument::EnablePort { host, .. }
    | ActionDocument::DisablePort { host, .. }
    | ActionDocument::SetIni { host, .. }
    | ActionDocument::RestorePorts { host, .. }) = action
    else {
        return None;
    };
    site.host_named(host)
}

/// The change of a step that goes forward.
pub(crate) fn forward<'p>(action: &'p ActionDocument<'_>) -> Option<Change<'p>> {
    match action {
        ActionDocument::EnablePort { transport, port, .. } => {
            Some(Change::Enable(*transport, *port))
        }
        ActionDocument::DisablePort { transport, .. } => Some(Change::Disable(*transport)),
        ActionDocument::SetIni { section, key, value: SettingValue::Text(value), .. } => {
            Some(Change::Set(IniKey { section, key }, value))
        }
        _ => None,
    }
}
