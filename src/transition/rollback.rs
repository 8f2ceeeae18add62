//! The way back: from the state after some steps of a plan to the original.

use crate::site::{HostId, InterfaceId, SettingId, SettingValue, Site, Task, id::IdVec};

use super::{
    Action, Actions, Outcome, Plan, PlanDocument, Wave,
    catalog::Catalog,
    checker,
    plan::Waits,
    undo::{Undo, undo},
    verdict::{PlanMismatch, first_steps, require_fingerprint},
};

/// The way back from the first steps of a plan.
///
/// It owns the state that it starts from; [`Rollback::plan`] is the plan itself.
#[derive(Clone, Debug)]
pub struct Rollback<'s> {
    original: &'s Site,
    start: Site,
    /// The last step of the plan first; interfaces by their ids in `start`.
    undos: Vec<Back>,
    kept: Vec<InterfaceId>,
}

#[derive(Clone, Debug)]
enum Back {
    Action(Action),
    Kill(Option<Box<str>>),
    Setting(SettingId, SettingValue<Box<str>>),
}

/// Finds the way back from the first `after` steps of a plan for `original`.
///
/// # Errors
///
/// [`PlanMismatch`] where the plan is not for this site, has fewer steps, or one of them cannot be carried out.
pub fn rollback<'s>(
    original: &'s Site,
    document: &PlanDocument<'_>,
    after: usize,
) -> Result<Rollback<'s>, PlanMismatch> {
    if document.direction == super::Direction::Rollback {
        return Err(PlanMismatch::RollbackOfRollback);
    }
    require_fingerprint(original, document)?;
    let (catalog, actions) = first_steps(original, document, Some(after))?;
    let way = |keeps: bool| {
        let mut way = Way::new(original.clone(), keeps);
        for &action in &actions {
            way.go(&catalog, action);
        }
        way.undos.reverse();
        let undos = without_idle_writes(way.undos, &way.state);
        Rollback { original, start: way.state, undos, kept: way.kept }
    };
    let kept = way(true);
    // An interface that stays may be dead where HTTPS goes off again, and some task may pick it. Then the tasks that
    // name it step aside while it is deleted.
    let way_back = if kept.kept.is_empty() || kept.plan().outcome() == Outcome::Complete {
        kept
    } else {
        way(false)
    };
    // Who has come back to the original by unsafe steps need not go through them again.
    let is_back = !actions.is_empty() && way_back.start.fingerprint() == original.fingerprint();
    if is_back && way_back.plan().outcome() == Outcome::Partial {
        return Ok(Rollback { undos: Vec::new(), ..way_back });
    }
    Ok(way_back)
}

/// A plan on its way forward, with each step's undo noted.
struct Way {
    /// Whether interfaces that repaired a dangling reference stay.
    keeps: bool,
    state: Site,
    undos: Vec<Back>,
    kept: Vec<InterfaceId>,
    named: IdVec<InterfaceId, u32>,
}

impl Way {
    fn new(state: Site, keeps: bool) -> Self {
        let mut named = IdVec::filled(0, state.interface_count());
        for id in state.tasks().filter_map(Task::interface) {
            named[id] += 1;
        }
        Self { keeps, state, undos: Vec::new(), kept: Vec::new(), named }
    }

    fn go(&mut self, catalog: &Catalog<'_>, action: Action) {
        let action = self.localize(catalog, action);
        match undo(&self.state, action, |id| self.named[id] > 0) {
            Undo::Action(back) => self.undos.push(Back::Action(back)),
            Undo::Kill => self.undos.push(Back::Kill(self.state.kill_value().map(Into::into))),
            Undo::Setting(id) => self.note_setting(id, self.state[id].configured().to_boxed()),
            Undo::Kept(id) if self.keeps => self.kept.push(id),
            Undo::Kept(id) => self.note_detour(id),
            Undo::Restart => self.note_restart(action),
        }
        match action {
            Action::Reassign { task, to } => {
                if let Some(id) = self.state.task(task).interface() {
                    self.named[id] -= 1;
                }
                if let Some(id) = to {
                    self.named[id] += 1;
                }
                self.state.set_reference(task, to);
            }
            Action::AddInterface { interface, listener, position } => {
                self.state.enter_interface(interface, listener, position.map(|at| at as usize));
            }
            Action::RemoveInterface { interface } => self.state.delete_interface(interface),
            action => catalog.apply(action, &mut self.state),
        }
    }

    /// The same action with interfaces by their ids in the state.
    fn localize(&mut self, catalog: &Catalog<'_>, action: Action) -> Action {
        let mut local = |id: InterfaceId| {
            let id = self.state.intern(catalog[id].host(), catalog[id].text());
            while self.named.len() <= id.index() {
                self.named.push(0);
            }
            id
        };
        match action {
            Action::AddInterface { interface, listener, position } => {
                Action::AddInterface { interface: local(interface), listener, position }
            }
            Action::RemoveInterface { interface } => {
                Action::RemoveInterface { interface: local(interface) }
            }
            Action::Reassign { task, to } => Action::Reassign { task, to: to.map(local) },
            action => action,
        }
    }

    /// Every task that names the interface goes elsewhere, the interface goes, and the tasks come back: last one first.
    fn note_detour(&mut self, interface: InterfaceId) {
        let named = self.state.tasks().filter(|task| task.interface() == Some(interface));
        let tasks: Vec<_> = named.map(Task::id).collect();
        let to = |to| move |&task| Back::Action(Action::Reassign { task, to });
        self.undos.extend(tasks.iter().map(to(Some(interface))));
        self.undos.push(Back::Action(Action::RemoveInterface { interface }));
        self.undos.extend(tasks.iter().map(to(None)));
    }

    /// What ran is written, loaded, and what was configured is written again: the last step first. What would change
    /// nothing is left out.
    fn note_restart(&mut self, action: Action) {
        let Action::Restart { host } = action else { return };
        let (configured, running) = (self.state[host].configured(), self.state[host].running());
        let ports = |ports| Back::Action(Action::RestorePorts { host, ports });
        let pending = self.state[host].settings().iter().map(|&id| &self.state[id]);
        let pending = pending.zip(self.state[host].settings());
        let pending = pending.filter(|(setting, _)| setting.is_pending());
        let values = |(setting, &id): (&crate::site::Setting, &SettingId)| {
            (id, setting.configured().to_boxed(), setting.running().to_boxed())
        };
        let pending: Vec<_> = pending.map(values).collect();
        let differ = configured != running;
        self.undos.extend(differ.then(|| ports(configured)));
        for (id, configured, _) in &pending {
            self.note_setting(*id, configured.clone());
        }
        self.undos.push(Back::Action(action));
        for (id, _, running) in pending {
            self.note_setting(id, running);
        }
        self.undos.extend(differ.then(|| ports(running)));
    }

    fn note_setting(&mut self, id: SettingId, value: SettingValue<Box<str>>) {
        self.undos.push(Back::Setting(id, value));
    }
}

/// Leaves out what is written to a setting only to be written over before a restart loads it, and what is there already.
///
/// A setting enters no condition, so nobody depends on what it has in between.
fn without_idle_writes(undos: Vec<Back>, start: &Site) -> Vec<Back> {
    // The last restart of a host, counted from the end, and the one before which a setting is written next.
    let mut restarts = IdVec::filled(1_usize, start.hosts().len());
    let mut written = IdVec::filled(0_usize, start.settings().len());
    let mut last_first: Vec<Back> = Vec::with_capacity(undos.len());
    for back in undos.into_iter().rev() {
        match &back {
            Back::Action(Action::Restart { host }) => restarts[*host] += 1,
            Back::Setting(id, _) => {
                let before = restarts[start[*id].host()];
                if written[*id] == before {
                    continue;
                }
                written[*id] = before;
            }
            _ => {}
        }
        last_first.push(back);
    }
    let mut values: IdVec<SettingId, SettingValue<Box<str>>> =
        start.settings().map(|setting| setting.configured().to_boxed()).collect();
    let mut changes = |back: &Back| match back {
        Back::Setting(id, value) if values[*id] == *value => false,
        Back::Setting(id, value) => {
            values[*id].clone_from(value);
            true
        }
        _ => true,
    };
    last_first.into_iter().rev().filter(|back| changes(back)).collect()
}

impl Rollback<'_> {
    /// The state that the way back starts from.
    #[must_use]
    pub const fn start(&self) -> &Site {
        &self.start
    }

    /// Interfaces that stay, because a task of the original names them without its host having them.
    pub fn kept(&self) -> impl Iterator<Item = (HostId, &str)> {
        self.kept.iter().map(|&id| (self.start[id].host(), self.start[id].text()))
    }

    /// The plan, from [`Rollback::start`] to the original.
    ///
    /// It is complete where the checker confirms all of it; a plan that was not safe on its way forward may have a
    /// way back of which only the first steps are.
    pub fn plan(&self) -> Plan<'_> {
        let mut catalog = Catalog::new(&self.start);
        let mut actions = Actions::default();
        for back in &self.undos {
            let action = match back {
                Back::Action(action) => *action,
                Back::Kill(value) => {
                    Action::SetKill { value: catalog.intern_kill(value.as_deref()) }
                }
                Back::Setting(setting, value) => {
                    let value = catalog.intern_value(*setting, value.as_str());
                    Action::SetIni { setting: *setting, value }
                }
            };
            actions.push(action);
        }
        let judgement =
            checker::judge_rollback(&Catalog::new(self.original), &catalog, actions.iter().map(Ok));
        let outcome = if judgement.is_safe() { Outcome::Complete } else { Outcome::Partial };
        actions.truncate(judgement.steps_checked);
        let exposures = checker::exposures_along(&catalog, actions.iter());
        Plan {
            direction: super::Direction::Rollback,
            outcome,
            waves: actions.iter().map(wave).collect(),
            waits: Waits::EachForTheLast,
            exposures,
            actions,
            blocked: Vec::new(),
            kept: self.kept.clone(),
            catalog,
        }
    }
}

/// The wave that a step back stands in: that of its kind.
const fn wave(action: Action) -> Wave {
    match action {
        Action::EnablePort { transport: crate::site::Transport::Https, .. } => Wave::EnableHttps,
        Action::EnablePort { .. } | Action::RestorePorts { .. } => Wave::UndoEdits,
        Action::SetIni { .. } => Wave::Settings,
        Action::DisablePort { .. } => Wave::DisablePorts,
        Action::Restart { .. } => Wave::ClosingRestart,
        Action::AddInterface { .. } => Wave::AddInterfaces,
        Action::SetKill { .. } => Wave::SetKill,
        Action::Reassign { .. } => Wave::Reassign,
        Action::RemoveInterface { .. } => Wave::RemoveInterfaces,
    }
}
