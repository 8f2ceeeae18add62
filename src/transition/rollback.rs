//! The way back: from the state after some steps of a plan to the original.

use std::sync::OnceLock;

use crate::site::{HostId, InterfaceId, Ports, SettingId, SettingValue, Site, TaskId, id::IdVec};

use super::{
    Action, Actions, Direction, Outcome, Plan, PlanDocument, PlanMismatch, Wave,
    catalog::Catalog,
    checker::{self, Course},
    plan::Waits,
    resolve::resolve,
    undo::Undo,
    verdict::{first_steps, require_fingerprint},
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
/// [`PlanMismatch`] where the plan is not for this site, has fewer steps, one of them cannot be carried out, or the plan
/// says of any step something that is not so.
pub fn rollback<'s>(
    original: &'s Site,
    document: &PlanDocument<'_>,
    after: usize,
) -> Result<Rollback<'s>, PlanMismatch> {
    if document.direction == Direction::Rollback {
        return Err(PlanMismatch::RollbackOfRollback);
    }
    require_fingerprint(original, document)?;
    let mut catalog = Catalog::new(original);
    let resolved = resolve(document, &mut catalog);
    let actions = first_steps(&catalog, document, &resolved, Some(after))?;
    let way = |keeps: bool| {
        let mut way = Way::new(&catalog, keeps);
        for &action in &actions {
            way.go(action);
        }
        way.undos.reverse();
        let start = way.course.site();
        Rollback { original, undos: without_idle_writes(way.undos, &start), start, kept: way.kept }
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
struct Way<'c> {
    /// Whether interfaces that repaired a dangling reference stay.
    keeps: bool,
    course: Course<'c>,
    undos: Vec<Back>,
    kept: Vec<InterfaceId>,
}

impl<'c> Way<'c> {
    fn new(catalog: &'c Catalog<'c>, keeps: bool) -> Self {
        Self { keeps, course: Course::new(catalog), undos: Vec::new(), kept: Vec::new() }
    }

    fn go(&mut self, action: Action) {
        match self.course.undo(action) {
            Undo::Action(back) => self.undos.push(Back::Action(back)),
            Undo::Kill(value) => self.undos.push(Back::Kill(value.map(Into::into))),
            Undo::Kept(id) if self.keeps => self.kept.push(id),
            Undo::Kept(id) => self.note_detour(id),
            Undo::Setting(id, value) => self.undos.push(Back::Setting(id, value.to_boxed())),
            Undo::Restart { running, configured } => self.note_restart(action, running, configured),
        }
        self.course.apply(action);
    }

    /// What ran is written, loaded, and what was configured is written again: the last step first. What would change
    /// nothing is left out.
    fn note_restart(&mut self, action: Action, running: Ports, configured: Ports) {
        let Action::Restart { host } = action else { return };
        let ports = |ports| Back::Action(Action::RestorePorts { host, ports });
        let pending: Vec<_> = self.course.pending_settings(host).collect();
        let setting = |id, value: SettingValue<&str>| Back::Setting(id, value.to_boxed());
        let differ = configured != running;
        self.undos.extend(differ.then(|| ports(configured)));
        self.undos.extend(pending.iter().map(|&(id, configured, _)| setting(id, configured)));
        self.undos.push(Back::Action(action));
        self.undos.extend(pending.iter().map(|&(id, _, running)| setting(id, running)));
        self.undos.extend(differ.then(|| ports(running)));
    }

    /// Every task that names the interface goes elsewhere, the interface goes, and the tasks come back: last one first.
    fn note_detour(&mut self, interface: InterfaceId) {
        let tasks: Vec<TaskId> = self.course.dangling_at(interface);
        let to = |to| move |&task| Back::Action(Action::Reassign { task, to });
        self.undos.extend(tasks.iter().map(to(Some(interface))));
        self.undos.push(Back::Action(Action::RemoveInterface { interface }));
        self.undos.extend(tasks.iter().map(to(None)));
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
            direction: Direction::Rollback,
            outcome,
            waves: actions.iter().map(Wave::back).collect(),
            waits: Waits::EachForTheLast,
            exposures,
            actions,
            explanation: OnceLock::new(),
            kept: self.kept.clone(),
            catalog,
        }
    }
}
