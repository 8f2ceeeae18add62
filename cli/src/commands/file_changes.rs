//! What the steps of a plan do to the stpd.ini files of their hosts.

use indexmap::IndexMap;
use sesam_transport::{
    site::{HostId, PortState, Ports, SettingId, SettingValue, Site},
    stpd::{Change, IniKey, Places, StpdFile},
    transition::{ActionDocument, Direction, FileChange, Plan},
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
struct FileState<'p> {
    ports: Ports,
    settings: Vec<(IniKey<'p>, SettingValue<&'p str>)>,
}

impl FileChanges {
    /// What the steps of `plan` do, after `done` was carried out on the files as they are in `places`.
    ///
    /// Where a file cannot be rewritten, its steps are left to a person, and a message says why.
    pub(crate) fn of(plan: &Plan<'_>, places: &Places, done: &[ActionDocument<'_>]) -> Self {
        let mut changes = Self::default();
        if places.files().is_empty() {
            return changes;
        }
        let site = plan.site();
        let steps: Vec<(usize, ActionDocument<'_>)> = plan
            .steps()
            .filter(|step| host_of(site, &step.action).is_some())
            .map(|step| (step.id, step.action))
            .collect();
        let mut states: IndexMap<HostId, FileState<'_>> = IndexMap::new();
        let mut courses: IndexMap<&str, (&StpdFile, Course<'_>)> = IndexMap::new();
        let done = done.iter().map(|action| (None, action));
        let steps = steps.iter().map(|(number, action)| (Some(*number), action));
        for (number, action) in done.chain(steps) {
            let Some(host) = host_of(site, action) else { continue };
            let Some(file) = places.file(host) else { continue };
            let edit = if number.is_some() && plan.direction() == Direction::Rollback {
                let state = states.entry(host).or_insert_with(|| FileState::of(site, host));
                state.apply(site, host, action);
                Some(Edit::Back(state.clone()))
            } else {
                forward(action).map(Edit::Forward)
            };
            let course = &mut courses.entry(file.path()).or_insert((file, Vec::new())).1;
            course.extend(edit.map(|edit| (number, edit)));
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
        match file.steps(course.iter().map(|(_, edit)| edit.change(file))) {
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

impl Edit<'_> {
    fn change<'e>(&'e self, file: &'e StpdFile) -> Change<'e> {
        match self {
            Self::Forward(change) => *change,
            Self::Back(FileState { ports, settings }) => {
                Change::Restore { ports: *ports, settings, original: Some(file.bytes()) }
            }
        }
    }
}

impl<'p> FileState<'p> {
    fn of(site: &'p Site, host: HostId) -> Self {
        let setting = |&id: &SettingId| {
            let setting = &site[id];
            let key = IniKey { section: setting.section(), key: setting.key() };
            (key, setting.configured())
        };
        let settings = site[host].settings().iter().map(setting).collect();
        Self { ports: site[host].configured(), settings }
    }

    fn apply(&mut self, site: &Site, host: HostId, action: &'p ActionDocument<'_>) {
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
fn forward<'p>(action: &'p ActionDocument<'_>) -> Option<Change<'p>> {
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
