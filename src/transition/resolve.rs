//! From the names of a plan file to the indices of a site.

use crate::{
    safety::Exposure,
    site::{
        HostId, PortNumber, Ports, SettingValue, Site, TaskId, Text, index::NameIndex, index::hash,
        port_of_key,
    },
};

use super::{
    Action, ActionDocument, Exposed, KillValue, PlanDocument, catalog::Catalog, checker::Need,
};

/// The tasks of a site by name.
///
/// Plans name most tasks in the order of the site, wave by wave. So the next one is looked for behind the last one; a
/// table of all names is made only where that leads too far too often.
pub(super) struct TaskNames<'s> {
    site: &'s Site,
    /// Behind the last one that was found.
    next: usize,
    /// How many more names may be looked at before a table is cheaper.
    patience: usize,
    table: Option<NameIndex>,
}

/// How often all names may be looked at, and how many of them for each step.
const PATIENCE: usize = 4;

impl<'s> TaskNames<'s> {
    /// Those of a site, of which so many are going to be looked for.
    pub(super) fn new(site: &'s Site, count: usize) -> Self {
        let patience = site.task_count().saturating_add(count).saturating_mul(PATIENCE);
        Self { site, next: 0, patience, table: None }
    }

    pub(super) fn find(&mut self, name: &str) -> Option<TaskId> {
        if self.table.is_none() {
            match self.find_behind(name) {
                Ok(found) => return found,
                Err(OutOfPatience) => self.table = Some(table(self.site)),
            }
        }
        let is = |at| self.site.task(TaskId::new(at)).name() == name;
        self.table.as_ref()?.find(name, is).map(TaskId::new)
    }

    /// Looks through the names behind the last one found, and then through those before it.
    fn find_behind(&mut self, name: &str) -> Result<Option<TaskId>, OutOfPatience> {
        let count = self.site.task_count();
        let looked_at = count.min(self.patience);
        let mut places = (self.next..count).chain(0..self.next).take(looked_at).enumerate();
        let found = places.find(|&(_, at)| self.site.task(TaskId::new(at)).name() == name);
        let Some((tried, at)) = found else {
            self.patience -= looked_at;
            return if looked_at == count { Ok(None) } else { Err(OutOfPatience) };
        };
        self.patience -= tried;
        self.next = at + 1;
        Ok(Some(TaskId::new(at)))
    }
}

/// Looking through the names costs more than a table of them.
struct OutOfPatience;

fn table(site: &Site) -> NameIndex {
    let mut table = NameIndex::new(site.name_seed(), site.task_count());
    for task in site.tasks() {
        let of = |at| site.task(TaskId::new(at)).name();
        let is = |other| of(other) == task.name();
        table.find_or_insert(task.id().index(), task.name(), is, |seed, other| {
            hash(seed, of(other))
        });
    }
    table
}

/// Resolves every step of a plan file; the catalog learns the texts that the plan brings in.
///
/// A step that names something the site does not have comes out as the [`Need`] that fails.
pub(super) fn resolve(
    document: &PlanDocument<'_>,
    catalog: &mut Catalog<'_>,
) -> Vec<Result<Action, Need>> {
    let tasks = TaskNames::new(catalog.site(), document.steps.len());
    let mut resolver = Resolver { tasks, catalog };
    document.steps.iter().map(|step| resolver.action(&step.action)).collect()
}

struct Resolver<'c, 's> {
    tasks: TaskNames<'s>,
    catalog: &'c mut Catalog<'s>,
}

impl Resolver<'_, '_> {
    fn action(&mut self, action: &ActionDocument<'_>) -> Result<Action, Need> {
        Ok(match action {
            ActionDocument::EnablePort { host, transport, port } => {
                Action::EnablePort { host: self.host(host)?, transport: *transport, port: *port }
            }
            ActionDocument::Restart { host } => Action::Restart { host: self.host(host)? },
            ActionDocument::AddInterface { host, interface, listener, position } => {
                self.add(host, interface, *listener, *position)?
            }
            ActionDocument::SetKill { value } => {
                let value = self.catalog.intern_kill(value.as_deref());
                Action::SetKill { value }
            }
            ActionDocument::Reassign { task, interface } => self.reassign(task, interface)?,
            ActionDocument::RemoveInterface { host, interface } => {
                let host = self.host(host)?;
                let interface =
                    self.catalog.interface_named(host, interface).ok_or(Need::Entered)?;
                Action::RemoveInterface { interface }
            }
            ActionDocument::DisablePort { host, transport } => {
                Action::DisablePort { host: self.host(host)?, transport: *transport }
            }
            ActionDocument::SetIni { host, section, key, value } => {
                self.set_ini(host, section, key, value)?
            }
            ActionDocument::RestorePorts { host, ftp, http, https } => {
                let ports = Ports { ftp: *ftp, http: *http, https: *https };
                Action::RestorePorts { host: self.host(host)?, ports }
            }
        })
    }

    fn host(&self, name: &str) -> Result<HostId, Need> {
        self.catalog.site().host_named(name).ok_or(Need::KnownHost)
    }

    fn add(
        &mut self,
        host: &str,
        text: &str,
        listener: Option<PortNumber>,
        position: Option<u64>,
    ) -> Result<Action, Need> {
        let host = self.host(host)?;
        if text.is_empty() {
            return Err(Need::Text);
        }
        let interface = self.catalog.intern(host, text);
        // A place beyond any list is the end of it.
        let position = position.map(|position| u32::try_from(position).unwrap_or(u32::MAX));
        Ok(Action::AddInterface { interface, listener, position })
    }

    fn set_ini(
        &mut self,
        host: &str,
        section: &str,
        key: &str,
        value: &SettingValue<Text<'_>>,
    ) -> Result<Action, Need> {
        let host = self.host(host)?;
        if let Some(transport) = port_of_key(section, key) {
            return Err(Need::NoPort(transport));
        }
        let setting =
            self.catalog.site().setting_named(host, section, key).ok_or(Need::KnownSetting)?;
        Ok(Action::SetIni { setting, value: self.catalog.intern_value(setting, value.as_str()) })
    }

    fn reassign(&mut self, task: &str, text: &str) -> Result<Action, Need> {
        let task = self.tasks.find(task).ok_or(Need::KnownTask)?;
        let host = self.catalog.site().task(task).host();
        let to = (!text.is_empty()).then(|| self.catalog.intern(host, text));
        Ok(Action::Reassign { task, to })
    }
}

impl Catalog<'_> {
    /// The exposure with these names.
    pub(super) fn exposure_named(
        &self,
        exposed: &Exposed<'_>,
        tasks: &mut TaskNames<'_>,
    ) -> Option<Exposure> {
        let host = |name: &str| self.site().host_named(name);
        Some(match exposed {
            Exposed::Port { host: name, transport } => Exposure::Port(host(name)?, *transport),
            Exposed::Interface { host: name, interface } => {
                Exposure::Interface(self.interface_named(host(name)?, interface)?)
            }
            Exposed::Task { task } => Exposure::Task(tasks.find(task)?),
            Exposed::Kill => Exposure::Kill,
            Exposed::Setting { host: name, section, key } => {
                Exposure::Setting(self.site().setting_named(host(name)?, section, key)?)
            }
        })
    }

    /// An action with its names, as a plan file writes it.
    pub(super) fn document(&self, action: Action) -> ActionDocument<'_> {
        let host = |id: HostId| self.site()[id].name().into();
        match action {
            Action::EnablePort { host: id, transport, port } => {
                ActionDocument::EnablePort { host: host(id), transport, port }
            }
            Action::DisablePort { host: id, transport } => {
                ActionDocument::DisablePort { host: host(id), transport }
            }
            Action::Restart { host: id } => ActionDocument::Restart { host: host(id) },
            Action::AddInterface { interface, listener, position } => {
                ActionDocument::AddInterface {
                    host: host(self[interface].host()),
                    interface: self[interface].text().into(),
                    listener,
                    position: position.map(u64::from),
                }
            }
            Action::SetKill { value: KillValue::Absent } => ActionDocument::SetKill { value: None },
            Action::SetKill { value } => {
                ActionDocument::SetKill { value: self.kill_text(value).map(Into::into) }
            }
            Action::Reassign { task, to } => ActionDocument::Reassign {
                task: self.site().task(task).name().into(),
                interface: to.map_or("", |to| self[to].text()).into(),
            },
            Action::RemoveInterface { interface } => ActionDocument::RemoveInterface {
                host: host(self[interface].host()),
                interface: self[interface].text().into(),
            },
            Action::SetIni { setting: id, value } => {
                let setting = &self.site()[id];
                ActionDocument::SetIni {
                    host: host(setting.host()),
                    section: setting.section().into(),
                    key: setting.key().into(),
                    value: self.setting_value(id, value).map(Into::into),
                }
            }
            Action::RestorePorts { host: id, ports } => ActionDocument::RestorePorts {
                host: host(id),
                ftp: ports.ftp,
                http: ports.http,
                https: ports.https,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value, json};

    use super::TaskNames;
    use crate::site::{Site, TaskId, work};

    const TASKS: usize = 60;

    fn site() -> Site {
        let task = |nth| json!({ "id": format!("t{nth}"), "kind": "backup", "host": "s" });
        let tasks: Vec<Value> = (0..TASKS).map(task).collect();
        let host = json!({ "name": "s", "role": "server", "os": "linux", "configured": {}, "interfaces": [] });
        Site::of_json(&json!({ "format_version": "1.0", "hosts": [host], "tasks": tasks }))
    }

    /// What looking for these tasks takes, each of which must be found; there is none with a number beyond the last.
    fn work_of(site: &Site, tasks: impl ExactSizeIterator<Item = usize>) -> u64 {
        let mut names = TaskNames::new(site, tasks.len());
        tasks
            .map(|nth| {
                let name = format!("t{nth}");
                let expected = (nth < TASKS).then(|| TaskId::new(nth));
                work::of(|| assert_eq!(names.find(&name), expected, "{name}"))
            })
            .sum()
    }

    #[test]
    fn names_are_found_in_any_order_and_soon_in_theirs() {
        let site = site();
        let rounds = || (0..10 * TASKS).map(|nth| nth % TASKS);
        let in_order = work_of(&site, rounds());
        let backwards = work_of(&site, rounds().rev());
        let unknown = work_of(&site, (0..10 * TASKS).map(|nth| TASKS + nth));
        let every_other = work_of(&site, (0..10 * TASKS).map(|nth| nth * 2 % (TASKS + 10)));
        let figures = format!("{in_order} {backwards} {unknown} {every_other}");
        expect!["600 3986 3421 3666"].assert_eq(&figures);
    }
}
