//! Which later step relies on a step, told from the order of a plan that nobody planned.

use std::collections::BTreeMap;

use crate::site::{HostId, InterfaceId};

use super::{Action, checker::Course};

/// For each step the first later one that relies on it, where one does: pairs of positions from 0, the later step and
/// the earlier one, in ascending order.
///
/// An edit of stpd.ini is for the restart that loads it; an interface for the tasks that move to it, or else for what is
/// deleted because it is there; a task moves away from an interface so that this can be deleted; and HTTPS comes up for
/// whatever goes on with its host.
pub(super) fn reliances(course: Course<'_>, actions: &[Action]) -> Vec<(u32, u32)> {
    let origins = origins(course, actions);
    let mut later = Later::default();
    let mut pairs = Vec::new();
    for (index, (&action, &origin)) in actions.iter().zip(&origins).enumerate().rev() {
        let Ok(index) = u32::try_from(index) else { continue };
        if let Some(relying) = later.relying_on(action, origin) {
            pairs.push((relying, index));
        }
        later.note(action, origin, index);
    }
    pairs.sort_unstable();
    pairs
}

/// Where a step starts from: the host of its object, and the interface that a task leaves.
#[derive(Clone, Copy)]
struct Origin {
    host: Option<HostId>,
    left: Option<InterfaceId>,
    /// Whether it is a restart that brings HTTPS up.
    opens: bool,
}

fn origins(mut course: Course<'_>, actions: &[Action]) -> Vec<Origin> {
    let catalog = course.catalog();
    let origin = |&action: &Action| {
        let mut origin = Origin { host: None, left: None, opens: false };
        match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::RestorePorts { host, .. } => origin.host = Some(host),
            Action::Restart { host } => {
                origin.host = Some(host);
                let next = course.next(host).https;
                origin.opens = next.is_on() && next != course.running(host).https;
            }
            Action::AddInterface { interface, .. } | Action::RemoveInterface { interface } => {
                origin.host = Some(catalog[interface].host());
            }
            Action::Reassign { task, .. } => {
                origin.host = Some(catalog.site().task(task).host());
                origin.left = course.reference(task);
            }
            Action::SetIni { setting, .. } => origin.host = Some(catalog.site()[setting].host()),
            Action::SetKill { .. } => {}
        }
        course.apply(action);
        origin
    };
    actions.iter().map(origin).collect()
}

/// The next step of each kind, for each object.
#[derive(Default)]
struct Later {
    restart: BTreeMap<HostId, u32>,
    /// What goes on with a host once HTTPS is up.
    use_of: BTreeMap<HostId, u32>,
    removal_on: BTreeMap<HostId, u32>,
    removal: BTreeMap<InterfaceId, u32>,
    arrival: BTreeMap<InterfaceId, u32>,
    kill: Option<u32>,
}

impl Later {
    fn relying_on(&self, action: Action, origin: Origin) -> Option<u32> {
        let on = |steps: &BTreeMap<HostId, u32>| steps.get(&origin.host?).copied();
        match action {
            Action::EnablePort { .. }
            | Action::DisablePort { .. }
            | Action::SetIni { .. }
            | Action::RestorePorts { .. } => on(&self.restart),
            Action::Restart { .. } if origin.opens => {
                on(&self.use_of).into_iter().chain(self.kill).min()
            }
            Action::AddInterface { interface, .. } => {
                self.arrival.get(&interface).copied().or_else(|| on(&self.removal_on))
            }
            Action::Reassign { .. } => origin.left.and_then(|id| self.removal.get(&id).copied()),
            Action::Restart { .. } | Action::SetKill { .. } | Action::RemoveInterface { .. } => {
                None
            }
        }
    }

    fn note(&mut self, action: Action, origin: Origin, index: u32) {
        if let (Some(host), false) = (origin.host, matches!(action, Action::Restart { .. })) {
            self.use_of.insert(host, index);
        }
        match action {
            Action::Restart { host } => {
                self.restart.insert(host, index);
            }
            Action::RemoveInterface { interface } => {
                self.removal.insert(interface, index);
                if let Some(host) = origin.host {
                    self.removal_on.insert(host, index);
                }
            }
            Action::Reassign { to: Some(to), .. } => {
                self.arrival.insert(to, index);
            }
            Action::SetKill { .. } => self.kill = Some(index),
            _ => {}
        }
    }
}
