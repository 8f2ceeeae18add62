//! A plan gone through step by step, so that each step can say why it is there, how to see it, and how to take it back.

use std::collections::BTreeSet;

use crate::{
    safety::Exposure,
    site::{
        Column, HostId, InterfaceId, PortNumber, PortState, SettingId, SettingValue, TaskId,
        Transport,
    },
};

use super::{
    Action, ActionDocument, Direction, Plan,
    catalog::Catalog,
    checker::{Course, Raised},
    plan::Waits,
    planner::Needs,
    step::{Because, Exposed, Kept, Probe, Step},
};

impl Plan<'_> {
    /// The steps, in their order.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let mut replay = Replay::new(self);
        (0..self.actions.len()).filter_map(move |index| replay.step(index))
    }

    /// What the steps do, in their order, and nothing else of them.
    pub fn actions(&self) -> impl ExactSizeIterator<Item = ActionDocument<'_>> {
        self.actions.iter().map(|action| self.catalog.document(action))
    }

    /// The places that clients must reach after the plan and that something moves to: host, address and port.
    ///
    /// Firewalls often lack the HTTPS port: the vendor's table opens only 11322 and 11000 by default.
    #[must_use]
    pub fn endpoints(&self) -> Vec<(&str, &str, u16)> {
        let mut endpoints = Vec::new();
        for id in self.destinations() {
            let interface = &self.catalog[id];
            let is_secure = interface.scheme().transport() == Some(Transport::Https);
            if let (true, Some(address), Some(port)) =
                (is_secure, interface.address(), interface.outer_number())
            {
                endpoints.push((self.site()[interface.host()].name(), address, port.as_u16()));
            }
        }
        endpoints.sort_unstable();
        endpoints.dedup();
        endpoints
    }

    /// The interfaces that tasks move to, and those that are left on a host that loses some, once each.
    fn destinations(&self) -> impl Iterator<Item = InterfaceId> {
        let mut is_destination = vec![false; self.catalog.interface_count()];
        let mut thinned = BTreeSet::new();
        let mut mark = |id: InterfaceId| {
            if let Some(place) = is_destination.get_mut(id.index()) {
                *place = true;
            }
        };
        for action in self.actions.iter() {
            match action {
                Action::Reassign { to: Some(id), .. }
                | Action::AddInterface { interface: id, .. } => mark(id),
                Action::RemoveInterface { interface } => {
                    thinned.insert(self.catalog[interface].host());
                }
                _ => {}
            }
        }
        for host in thinned {
            self.site()[host].interfaces().iter().copied().for_each(&mut mark);
        }
        let marked = is_destination.into_iter().enumerate().filter(|&(_, marked)| marked);
        marked.map(|(index, _)| InterfaceId::new(index))
    }

    /// For each step the first later step that waits for it.
    fn first_dependents(&self, needs: Option<&Needs>) -> Vec<Option<u32>> {
        let mut first = vec![None; self.actions.len()];
        let mut note = |index: u32, needed: u32| {
            if let Some(place) = first.get_mut(needed as usize) {
                place.get_or_insert(index);
            }
        };
        match &self.waits {
            Waits::Staged(_) => {
                let needs = needs.into_iter().flat_map(Needs::iter);
                needs.for_each(|(step, needed)| note(step, needed));
            }
            Waits::InOrder(pairs) => pairs.iter().for_each(|&(step, needed)| note(step, needed)),
            Waits::EachForTheLast => {}
        }
        first
    }
}

/// A plan that is gone through step by step, so that each can say what was before.
struct Replay<'p> {
    plan: &'p Plan<'p>,
    course: Course<'p>,
    /// What each step waits for, where the planner found it.
    needs: Option<Needs>,
    dependents: Vec<Option<u32>>,
}

impl<'p> Replay<'p> {
    fn new(plan: &'p Plan<'_>) -> Self {
        let needs = match &plan.waits {
            Waits::Staged(stages) => Some(Needs::of(&plan.catalog, &plan.actions, stages)),
            Waits::EachForTheLast | Waits::InOrder(_) => None,
        };
        let dependents = plan.first_dependents(needs.as_ref());
        Self { plan, course: Course::new(&plan.catalog), needs, dependents }
    }

    fn step(&mut self, index: usize) -> Option<Step<'p>> {
        let plan = self.plan;
        let action = plan.actions.get(index)?;
        let wave = plan.waves.get(index).copied()?;
        let (undo, probe) = (self.course.undo_document(action), self.course.probe(action));
        let because = self.carry_out(index, action);
        Some(Step {
            id: index + 1,
            wave,
            host: plan.host_of(action).map(|host| plan.site()[host].name()),
            action: plan.catalog.document(action),
            because,
            needs: self.waits_of(index),
            undo,
            probe,
            exposures_after: plan.exposures.get(index + 1).map_or(0, |&count| count as usize),
        })
    }

    /// The positions, from 1, of the steps that the step at `index` waits for.
    fn waits_of(&self, index: usize) -> Vec<usize> {
        match (&self.plan.waits, &self.needs) {
            (Waits::Staged(_), needs) => {
                let needs = needs.as_ref().map_or(&[][..], |needs| needs.of_step(index));
                needs.iter().map(|&step| step as usize + 1).collect()
            }
            (Waits::EachForTheLast, _) if index > 0 => vec![index],
            (Waits::EachForTheLast, _) => Vec::new(),
            (Waits::InOrder(pairs), _) => {
                let start = pairs.partition_point(|&(step, _)| (step as usize) < index);
                let pairs = pairs.get(start..).unwrap_or_default().iter();
                let own = pairs.take_while(|&&(step, _)| step as usize == index);
                let mut waits: Vec<usize> = own.map(|&(_, needed)| needed as usize + 1).collect();
                if index > 0 && waits.last() != Some(&index) {
                    waits.push(index);
                }
                waits
            }
        }
    }

    /// Carries a step out and says why it is there.
    fn carry_out(&mut self, index: usize, action: Action) -> Because<'p> {
        if self.plan.direction == Direction::Rollback {
            self.course.apply(action);
            return Because::GoesBack;
        }
        let kept = self.kept(action).map(Because::Keeps);
        let effect = self.course.carry_out(action);
        let catalog = self.course.catalog();
        let named = |exposures: Vec<Exposure>| {
            exposures.into_iter().map(|exposure| catalog.exposed(exposure)).collect()
        };
        if !effect.removed.is_empty() {
            return Because::Removes(named(effect.removed));
        }
        let dependent = self.dependents.get(index).copied().flatten();
        let dependent = dependent.map(|step| Because::For(step as usize + 1));
        // An edit that is undone helps those who rely on it at once, not only the restart that it waits for.
        let is_undone =
            matches!(action, Action::EnablePort { transport, .. } if transport != Transport::Https);
        let because = if is_undone { kept.or(dependent) } else { dependent.or(kept) };
        because.unwrap_or_else(|| match effect.lessened {
            Some(task) => Because::Lessens(catalog.exposed(Exposure::Task(task))),
            None => Because::Given,
        })
    }

    /// The first condition that a step makes better.
    fn kept(&self, action: Action) -> Option<Kept<'p>> {
        let site = self.plan.site();
        let raised_on = |host: HostId| {
            let raised = [Raised::Abort, Raised::Route, Raised::Interface, Raised::Https];
            let raised = raised.into_iter().find(|&it| self.course.raises(it, host, action))?;
            let host = site[host].name().into();
            Some(match raised {
                Raised::Abort => Kept::Abort { host },
                Raised::Route => Kept::Route { host },
                Raised::Interface => Kept::Interface { host },
                Raised::Https => Kept::Https { host },
            })
        };
        match self.plan.host_of(action) {
            Some(host) => raised_on(host),
            None => site.host_ids().find_map(raised_on),
        }
    }
}

/// What a step does to the exposures of the goal among what it touches.
pub(super) struct Effect {
    /// What was exposed before it, and is not any more.
    pub(super) removed: Vec<Exposure>,
    /// A task that is not exposed by its own leg any more, but is by what it reads from a second host.
    pub(super) lessened: Option<TaskId>,
}

impl<'c> Course<'c> {
    /// Carries a step out, and tells what it does to the exposures of the goal among what it touches.
    pub(super) fn carry_out(&mut self, action: Action) -> Effect {
        let mut removed = self.exposed_by_touch(action);
        let own = match action {
            Action::Reassign { task, .. } if self.is_own_leg_exposed(task) => Some(task),
            _ => None,
        };
        self.apply(action);
        removed.retain(|&exposure| !self.is_exposed(exposure));
        let lessened = own.filter(|&task| {
            !self.is_own_leg_exposed(task) && self.is_exposed(Exposure::Task(task))
        });
        Effect { removed, lessened }
    }

    /// What is false before a step and true after it; `None` where nobody can tell by looking.
    pub(super) fn probe(&self, action: Action) -> Option<Probe<'c>> {
        let catalog = self.catalog();
        let host = |id: HostId| catalog.site()[id].name().into();
        let configured = |id: HostId, states: &[(Transport, PortState)]| Probe::ConfiguredIs {
            host: host(id),
            ports: states.iter().copied().collect(),
        };
        Some(match action {
            Action::EnablePort { host, transport, port } => {
                configured(host, &[(transport, PortState::On(port))])
            }
            Action::DisablePort { host, transport } => {
                configured(host, &[(transport, PortState::Off)])
            }
            Action::RestorePorts { host, ports } => {
                let states = Transport::ALL.map(|transport| (transport, ports.of(transport)));
                configured(host, &states)
            }
            Action::Restart { host } => return self.probe_of_restart(host),
            Action::AddInterface { interface, .. } => Probe::InterfacePresent {
                host: host(catalog[interface].host()),
                interface: catalog[interface].text().into(),
            },
            Action::RemoveInterface { interface } => Probe::InterfaceAbsent {
                host: host(catalog[interface].host()),
                interface: catalog[interface].text().into(),
            },
            Action::Reassign { task, to } => Probe::ReferenceIs {
                task: catalog.site().task(task).name().into(),
                interface: to.map_or("", |to| catalog[to].text()).into(),
            },
            Action::SetKill { value } => {
                Probe::KillIs { value: catalog.kill_text(value).map(Into::into) }
            }
            Action::SetIni { setting, value } => {
                let value = catalog.setting_value(setting, value);
                self.probe_of_setting(setting, Column::Next, value)
            }
        })
    }

    fn probe_of_setting(
        &self,
        id: SettingId,
        column: Column,
        value: SettingValue<&'c str>,
    ) -> Probe<'c> {
        let site = self.catalog().site();
        let setting = &site[id];
        Probe::SettingIs {
            host: site[setting.host()].name().into(),
            column,
            section: setting.section().into(),
            key: setting.key().into(),
            value: value.map(Into::into),
        }
    }

    /// A restart shows by a port that opens or, where none does, by one that closes; where no port changes, by a setting.
    fn probe_of_restart(&self, id: HostId) -> Option<Probe<'c>> {
        let (running, next) = (self.running(id), self.next(id));
        if running == next {
            let (setting, configured, _) = self.pending_settings(id).next()?;
            return Some(self.probe_of_setting(setting, Column::Now, configured));
        }
        let host = self.catalog().site()[id].name().into();
        let changed = |transport: &Transport| running.of(*transport) != next.of(*transport);
        let opens = |transport| next.of(transport).number().map(|port| (transport, port));
        let opened = Transport::ALL.into_iter().rev().filter(changed).find_map(opens);
        if let Some((transport, port)) = opened {
            return Some(Probe::PortOpen { host, transport, port: port.as_u16() });
        }
        let closes = |transport: &Transport| next.of(*transport).is_off();
        let transport = Transport::ALL.into_iter().filter(changed).find(closes)?;
        let port = running.of(transport).number().map(PortNumber::as_u16);
        Some(Probe::PortClosed { host, transport, port })
    }
}

impl Catalog<'_> {
    /// An exposure by name.
    pub(super) fn exposed(&self, exposure: Exposure) -> Exposed<'_> {
        match exposure {
            Exposure::Interface(id) => Exposed::Interface {
                host: self.site()[self[id].host()].name().into(),
                interface: self[id].text().into(),
            },
            exposure => Exposed::of(self.site(), exposure),
        }
    }
}
