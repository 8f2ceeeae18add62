//! Which steps each step of a plan waits for.

use std::collections::BTreeMap;

use crate::{
    safety::blank_legs,
    site::{HostId, InterfaceId, Scheme, SettingId, TaskId, Tasks, Transport, id::IdVec, work},
    transition::{Action, Actions, catalog::Catalog},
};

use super::stage::{Opening, Stage, Stages};

/// For each step the positions, from 0, of the steps that it waits for, all of which come before it.
///
/// Steps that wait for nothing of each other may be carried out in any order.
#[derive(Clone, Debug)]
pub(in crate::transition) struct Needs {
    targets: Vec<u32>,
    ends: Vec<u32>,
}

impl Needs {
    /// Finds what each step of a plan waits for; the catalog knows its names.
    pub(in crate::transition) fn of(
        catalog: &Catalog<'_>,
        actions: &Actions,
        stages: &Stages,
    ) -> Self {
        let steps = actions.len();
        let mut needs =
            Self { targets: Vec::with_capacity(steps), ends: Vec::with_capacity(steps) };
        let mut book = Book::new(catalog);
        for (action, stage) in actions.iter().zip(stages.iter()) {
            needs.push(&mut book, stage, action);
        }
        needs
    }

    /// The steps that the step at `index` waits for.
    pub(in crate::transition) fn of_step(&self, index: usize) -> &[u32] {
        let start =
            index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.targets.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Each step with each that it waits for, in the order of steps.
    pub(in crate::transition) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let steps = (0_u32..).zip(0..self.ends.len());
        steps.flat_map(|(step, at)| self.of_step(at).iter().map(move |&needed| (step, needed)))
    }

    /// Appends a step, which is entered in the book.
    fn push(&mut self, book: &mut Book<'_, '_>, stage: Stage, action: Action) {
        let start = self.targets.len();
        book.needs(stage, action, &mut self.targets);
        work::note(self.targets.len() - start);
        if let Some(own @ [_, _, ..]) = self.targets.get_mut(start..) {
            own.sort_unstable();
            self.dedup_from(start);
        }
        let index = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        book.enter(stage, action, index);
        self.ends.push(u32::try_from(self.targets.len()).unwrap_or(u32::MAX));
    }

    fn dedup_from(&mut self, start: usize) {
        let mut kept = start;
        for at in start..self.targets.len() {
            let Some(&target) = self.targets.get(at) else { continue };
            let is_repeated = kept > start && self.targets.get(kept - 1) == Some(&target);
            if !is_repeated {
                if let Some(place) = self.targets.get_mut(kept) {
                    *place = target;
                }
                kept += 1;
            }
        }
        self.targets.truncate(kept);
    }
}

/// Who has done what so far.
#[derive(Debug)]
struct Book<'c, 's> {
    catalog: &'c Catalog<'s>,
    tasks: &'s Tasks,
    hosts: IdVec<HostId, HostBook>,
    interfaces: IdVec<InterfaceId, InterfaceBook>,
    /// Where parked tasks are, and the steps that put them there: sorted, because they are parked in their order.
    parked: Vec<(TaskId, InterfaceId, u32)>,
    /// Per address of a host, in small letters, what added the first interface that shows it.
    shown: BTreeMap<(HostId, String), u32>,
    kill: Option<u32>,
    /// What aborts over HTTPS need on all hosts: that it runs, or at least will.
    ready: Vec<u32>,
    setting_hosts: IdVec<SettingId, HostId>,
    /// The hosts whose sets a task without interface picks from.
    scopes: IdVec<HostId, Vec<HostId>>,
}

#[derive(Clone, Debug)]
struct InterfaceBook {
    host: HostId,
    scheme: Scheme,
    /// The steps that took tasks away from it.
    left: Vec<u32>,
    /// How many of them did so before HTTPS came up: always the first ones.
    left_early: usize,
    removed: Option<u32>,
    added: Option<u32>,
}

#[derive(Clone, Debug, Default)]
struct HostBook {
    undone: Vec<u32>,
    reloaded: Option<u32>,
    yielded: Vec<u32>,
    enabled: Option<u32>,
    /// Ports that were closed to be enabled again on the number that they run on.
    renumbered: Vec<u32>,
    parked: Vec<u32>,
    early: Vec<u32>,
    first_restart: Option<u32>,
    first_added: Option<u32>,
    last_dead: Option<u32>,
    removed: Vec<(Scheme, u32)>,
    /// Interfaces that tasks left after that.
    left: Vec<InterfaceId>,
    disabled: Vec<u32>,
    /// Settings that were written.
    set: Vec<u32>,
    closing_restart: Option<u32>,
    /// The first task that came to the set after all removals.
    first_late: Option<u32>,
}

impl HostBook {
    /// What brought HTTPS up, or will.
    fn https(&self) -> Option<u32> {
        self.closing_restart.or(self.first_restart).or(self.enabled)
    }

    /// What makes the ports as a later step counts on them, and live what this step added.
    fn needs_of_ports(&self, added: Option<u32>, out: &mut Vec<u32>) {
        out.extend(added);
        match self.closing_restart.or(self.first_restart) {
            // What is added waited for the restart itself, unless it came early.
            Some(restart) => {
                out.extend(added.is_none_or(|added| added < restart).then_some(restart));
            }
            None => self.needs_of_early(out),
        }
    }

    /// Every removal and closed port, for a task that comes to the set only when the others have gone; the first that comes
    /// waits for all of them, the rest for the first.
    fn needs_of_last(&self, out: &mut Vec<u32>) {
        if let Some(first) = self.first_late {
            out.push(first);
            return;
        }
        out.extend(self.removed.iter().map(|&(_, step)| step));
        // A set with a port that is still to be closed would be missed; the closing restart waits for that itself.
        if self.closing_restart.is_none() {
            out.extend(&self.disabled);
        }
    }

    /// What an edit before the first restart counts on: a restart may load the ports at any time.
    fn needs_of_early(&self, out: &mut Vec<u32>) {
        out.extend(self.undone.iter().chain(&self.enabled));
    }
}

impl<'c, 's> Book<'c, 's> {
    fn new(catalog: &'c Catalog<'s>) -> Self {
        let site = catalog.site();
        let interface = |interface: &crate::site::Interface| InterfaceBook {
            host: interface.host(),
            scheme: interface.scheme(),
            left: Vec::new(),
            left_early: 0,
            removed: None,
            added: None,
        };
        Self {
            catalog,
            tasks: site.task_columns(),
            hosts: IdVec::filled(HostBook::default(), site.hosts().len()),
            interfaces: catalog.interfaces().map(interface).collect(),
            parked: Vec::new(),
            shown: BTreeMap::new(),
            kill: None,
            ready: Vec::new(),
            setting_hosts: site.settings().map(crate::site::Setting::host).collect(),
            scopes: site.host_ids().map(|host| blank_legs(site, host).collect()).collect(),
        }
    }

    /// The steps that `action` waits for.
    fn needs(&self, stage: Stage, action: Action, out: &mut Vec<u32>) {
        match action {
            Action::EnablePort { host, .. } => self.needs_of_enable(stage, host, out),
            Action::Restart { host } if stage == Stage::Reload => {
                out.extend(&self.hosts[host].undone);
            }
            Action::Restart { host } if stage.opening().is_some() => {
                let host = &self.hosts[host];
                out.extend(self.kill);
                out.extend(host.enabled);
                out.extend(
                    host.undone.iter().chain(&host.parked).chain(&host.early).chain(&host.yielded),
                );
                out.extend(&host.set);
            }
            Action::Restart { host } => self.needs_of_closing(host, out),
            Action::SetKill { .. } => out.extend(&self.ready),
            Action::AddInterface { interface, .. } => {
                out.extend(self.hosts[self.host_of(interface)].https());
            }
            Action::Reassign { task, to } => self.needs_of_reassign(stage, task, to, out),
            Action::RemoveInterface { interface } => self.needs_of_remove(stage, interface, out),
            Action::DisablePort { host, transport } => {
                self.needs_of_disable(stage, host, transport, out);
            }
            // It enters no condition; only which restart loads it must not depend on the order.
            Action::SetIni { setting, .. } => {
                out.extend(self.hosts[self.setting_hosts[setting]].reloaded);
            }
            Action::RestorePorts { .. } => {}
        }
    }

    fn needs_of_enable(&self, stage: Stage, host: HostId, out: &mut Vec<u32>) {
        let host = &self.hosts[host];
        match stage {
            Stage::Enable => out.extend(&host.yielded),
            // Either may be what took its other number away, or another port that holds its own.
            Stage::RenumberOn | Stage::LateRenumberOn => {
                out.extend(host.yielded.iter().chain(&host.renumbered));
            }
            _ => {}
        }
    }

    fn address_of(&self, interface: InterfaceId) -> Option<(HostId, String)> {
        let address = self.catalog[interface].address()?;
        Some((self.host_of(interface), address.to_ascii_lowercase()))
    }

    fn host_of(&self, interface: InterfaceId) -> HostId {
        self.interfaces[interface].host
    }

    fn needs_of_reassign(
        &self,
        stage: Stage,
        task: TaskId,
        to: Option<InterfaceId>,
        out: &mut Vec<u32>,
    ) {
        let host = self.tasks.host[task];
        if stage == Stage::Park {
            out.extend(&self.hosts[host].undone);
            return;
        }
        if stage.opening() == Some(Opening::Reassign) {
            self.hosts[host].needs_of_early(out);
            return;
        }
        out.extend(self.parked_at(task).map(|(_, step)| step));
        match to {
            Some(to) => {
                self.hosts[host].needs_of_ports(self.interfaces[to].added, out);
            }
            None => {
                for &host in &self.scopes[host] {
                    let host = &self.hosts[host];
                    host.needs_of_ports(host.first_added, out);
                    out.extend(host.last_dead.iter().chain(host.early.last()));
                    if stage == Stage::LateReassign {
                        host.needs_of_last(out);
                    }
                }
            }
        }
    }

    fn needs_of_remove(&self, stage: Stage, interface: InterfaceId, out: &mut Vec<u32>) {
        out.extend(&self.interfaces[interface].left);
        let host = &self.hosts[self.host_of(interface)];
        out.extend(self.address_of(interface).and_then(|address| self.shown.get(&address)));
        if stage == Stage::YieldRemove || stage.opening() == Some(Opening::Remove) {
            host.needs_of_early(out);
            out.extend(&host.reloaded);
            out.extend(host.first_added);
            // A chain: whoever waits for the last early step waits for all.
            out.extend(host.early.last());
            return;
        }
        host.needs_of_ports(host.first_added, out);
        // A chain: whoever waits for the last dead interface to go waits for all.
        out.extend(host.last_dead);
    }

    fn needs_of_disable(
        &self,
        stage: Stage,
        host: HostId,
        transport: Transport,
        out: &mut Vec<u32>,
    ) {
        let book = &self.hosts[host];
        if stage.frees_number() {
            book.needs_of_early(out);
            out.extend(self.kill);
            return;
        }
        if stage == Stage::Yield || stage.opening() == Some(Opening::Close) {
            book.needs_of_early(out);
            out.extend(&book.reloaded);
            out.extend(&book.early);
            out.extend(self.kill);
            return;
        }
        book.needs_of_ports(None, out);
        out.extend(
            book.removed
                .iter()
                .filter(|(scheme, _)| scheme.may_use(transport))
                .map(|&(_, step)| step),
        );
        out.extend(self.left_standing(book, |scheme| scheme.may_use(transport)));
        if transport == Transport::Ftp {
            out.extend(self.kill);
        }
    }

    fn needs_of_closing(&self, host: HostId, out: &mut Vec<u32>) {
        let book = &self.hosts[host];
        out.extend(book.enabled.into_iter().chain(book.first_restart).chain(self.kill));
        out.extend(book.undone.iter().chain(&book.disabled).chain(&book.yielded));
        // Whoever waits for the first restart waits for what that loads, and for whom it strands.
        if book.first_restart.is_none() {
            out.extend(book.set.iter().chain(&book.parked).chain(&book.early));
        }
        out.extend(book.removed.iter().map(|&(_, step)| step));
        out.extend(self.left_standing(book, |_| true));
    }

    /// The steps that took tasks away from interfaces that stay.
    fn left_standing(
        &self,
        host: &HostBook,
        which: impl Fn(Scheme) -> bool,
    ) -> impl Iterator<Item = u32> {
        let books = host.left.iter().map(|&id| &self.interfaces[id]);
        books
            .filter(move |book| which(book.scheme) && book.removed.is_none())
            .flat_map(|book| book.left.iter().skip(book.left_early).copied())
    }

    /// Where a parked task is, and the step that put it there.
    fn parked_at(&self, task: TaskId) -> Option<(InterfaceId, u32)> {
        let at = self.parked.binary_search_by_key(&task, |&(task, ..)| task).ok()?;
        self.parked.get(at).map(|&(_, place, step)| (place, step))
    }

    /// Enters a step that now stands at `index`.
    fn enter(&mut self, stage: Stage, action: Action, index: u32) {
        match action {
            Action::EnablePort { host, transport: Transport::Https, .. } => {
                self.hosts[host].enabled = Some(index);
                self.ready.push(index);
            }
            Action::EnablePort { host, .. } => self.hosts[host].undone.push(index),
            Action::Restart { host } if stage == Stage::Reload => {
                self.hosts[host].reloaded = Some(index);
            }
            Action::Restart { host } if stage.opening().is_some() => {
                self.hosts[host].first_restart = Some(index);
                self.ready.push(index);
            }
            Action::Restart { host } => self.hosts[host].closing_restart = Some(index),
            Action::SetKill { .. } => self.kill = Some(index),
            Action::AddInterface { interface, .. } => self.enter_added(interface, index),
            Action::Reassign { task, to } => self.enter_reassigned(stage, task, to, index),
            Action::RemoveInterface { interface } => self.enter_removed(stage, interface, index),
            Action::DisablePort { host, .. }
                if stage == Stage::Yield || stage.opening() == Some(Opening::Close) =>
            {
                self.hosts[host].yielded.push(index);
            }
            Action::DisablePort { host, .. } if stage.frees_number() => {
                self.hosts[host].renumbered.push(index);
            }
            Action::DisablePort { host, .. } => self.hosts[host].disabled.push(index),
            Action::SetIni { setting, .. } => {
                let host = self.setting_hosts[setting];
                self.hosts[host].set.push(index);
            }
            Action::RestorePorts { .. } => {}
        }
    }

    fn enter_added(&mut self, interface: InterfaceId, index: u32) {
        let host = self.host_of(interface);
        self.interfaces[interface].added = Some(index);
        self.hosts[host].first_added.get_or_insert(index);
        if let Some(address) = self.address_of(interface) {
            self.shown.entry(address).or_insert(index);
        }
    }

    fn enter_reassigned(
        &mut self,
        stage: Stage,
        task: TaskId,
        to: Option<InterfaceId>,
        index: u32,
    ) {
        if (stage, to) == (Stage::LateReassign, None) {
            for &scope in &self.scopes[self.tasks.host[task]] {
                self.hosts[scope].first_late.get_or_insert(index);
            }
        }
        let parked = self.parked_at(task).map(|(place, _)| place);
        let Some(from) = parked.or_else(|| self.tasks.reference[task].id()) else { return };
        let book = &mut self.interfaces[from];
        let host = &mut self.hosts[book.host];
        book.left.push(index);
        match (stage, to) {
            (Stage::Park, Some(to)) => {
                book.left_early = book.left.len();
                self.parked.push((task, to, index));
                host.parked.push(index);
            }
            (stage, _) if stage.opening().is_some() => {
                book.left_early = book.left.len();
                host.early.push(index);
            }
            _ if book.left.len() == book.left_early + 1 => host.left.push(from),
            _ => {}
        }
    }

    fn enter_removed(&mut self, stage: Stage, interface: InterfaceId, index: u32) {
        let book = &mut self.interfaces[interface];
        book.removed = Some(index);
        let host = &mut self.hosts[book.host];
        host.removed.push((book.scheme, index));
        match stage {
            _ if stage.is_early() => host.early.push(index),
            Stage::RemoveDead(_) => host.last_dead = Some(index),
            _ => {}
        }
    }
}
