//! Which steps each step of a plan waits for.

use crate::{
    safety::blank_legs,
    site::{HostId, InterfaceId, OptionalId, Scheme, TaskId, Transport, id::IdVec},
    transition::{Action, catalog::Catalog},
};

use super::course::{Opening, Stage};

/// For each step the positions, from 0, of the steps that it waits for, all of which come before it.
///
/// Steps that wait for nothing of each other may be carried out in any order.
#[derive(Debug, Default)]
pub(in crate::transition) struct Needs {
    targets: Vec<u32>,
    ends: Vec<u32>,
    book: Book,
}

impl Needs {
    pub(super) fn new(catalog: &Catalog<'_>) -> Self {
        Self { targets: Vec::new(), ends: Vec::new(), book: Book::new(catalog) }
    }

    /// The steps that the step at `index` waits for.
    pub(in crate::transition) fn of(&self, index: usize) -> &[u32] {
        let start =
            index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.targets.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The book of who did what is not needed once all steps are there.
    pub(super) fn close(&mut self) {
        self.book = Book::default();
    }

    /// Appends a step.
    pub(super) fn push(&mut self, stage: Stage, action: Action) {
        let start = self.targets.len();
        self.book.needs(stage, action, &mut self.targets);
        if let Some(own) = self.targets.get_mut(start..) {
            own.sort_unstable();
        }
        self.dedup_from(start);
        let index = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.book.enter(stage, action, index);
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
#[derive(Debug, Default)]
struct Book {
    hosts: IdVec<HostId, HostBook>,
    /// Per interface the steps that took tasks away from it.
    left: IdVec<InterfaceId, Vec<u32>>,
    removed: IdVec<InterfaceId, Option<u32>>,
    added: IdVec<InterfaceId, Option<u32>>,
    /// Per task where it is and the step that put it there.
    parked: std::collections::BTreeMap<TaskId, (InterfaceId, u32)>,
    kill: Option<u32>,
    /// What aborts over HTTPS need on all hosts: that it runs, or at least will.
    ready: Vec<u32>,
    shape: Shape,
}

/// What of the site the book looks up.
#[derive(Debug, Default)]
struct Shape {
    references: IdVec<TaskId, OptionalId<InterfaceId>>,
    task_hosts: IdVec<TaskId, HostId>,
    /// Host and scheme of each interface.
    interfaces: IdVec<InterfaceId, (HostId, Scheme)>,
    scopes: IdVec<HostId, Vec<HostId>>,
}

#[derive(Clone, Debug, Default)]
struct HostBook {
    undone: Vec<u32>,
    yielded: Vec<u32>,
    enabled: Option<u32>,
    parked: Vec<u32>,
    early: Vec<u32>,
    first_restart: Option<u32>,
    first_added: Option<u32>,
    last_dead: Option<u32>,
    removed: Vec<(Scheme, u32)>,
    left: Vec<(Scheme, InterfaceId, u32)>,
    disabled: Vec<u32>,
    closing_restart: Option<u32>,
}

impl HostBook {
    /// What brought HTTPS up, or will.
    fn https(&self) -> Option<u32> {
        self.closing_restart.or(self.first_restart).or(self.enabled)
    }
}

impl Book {
    fn new(catalog: &Catalog<'_>) -> Self {
        let site = catalog.site();
        let tasks = site.task_columns();
        let interfaces = catalog.interface_count();
        Self {
            hosts: IdVec::filled(HostBook::default(), site.hosts().len()),
            left: IdVec::filled(Vec::new(), interfaces),
            removed: IdVec::filled(None, interfaces),
            added: IdVec::filled(None, interfaces),
            shape: Shape {
                references: tasks.reference.clone(),
                task_hosts: tasks.host.clone(),
                interfaces: catalog
                    .interfaces()
                    .map(|interface| (interface.host(), interface.scheme()))
                    .collect(),
                scopes: site.host_ids().map(|host| blank_legs(site, host).collect()).collect(),
            },
            ..Self::default()
        }
    }

    /// The steps that `action` waits for.
    fn needs(&self, stage: Stage, action: Action, out: &mut Vec<u32>) {
        match action {
            Action::EnablePort { host, transport, .. } => {
                if transport == Transport::Https {
                    out.extend(&self.hosts[host].yielded);
                }
            }
            Action::Restart { host } if stage.opening().is_some() => {
                let host = &self.hosts[host];
                out.extend(self.kill);
                out.extend(host.enabled);
                out.extend(
                    host.undone.iter().chain(&host.parked).chain(&host.early).chain(&host.yielded),
                );
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
            Action::RestorePorts { .. } => {}
        }
    }

    fn host_of(&self, interface: InterfaceId) -> HostId {
        self.shape.interfaces[interface].0
    }

    fn needs_of_reassign(
        &self,
        stage: Stage,
        task: TaskId,
        to: Option<InterfaceId>,
        out: &mut Vec<u32>,
    ) {
        let host = self.shape.task_hosts[task];
        if stage == Stage::Park || stage.opening() == Some(Opening::Reassign) {
            out.extend(&self.hosts[host].undone);
            return;
        }
        out.extend(self.parked.get(&task).map(|&(_, step)| step));
        match to {
            Some(to) => {
                out.extend(self.added[to].or_else(|| self.hosts[host].https()));
            }
            None => {
                for &host in &self.shape.scopes[host] {
                    let host = &self.hosts[host];
                    out.extend(
                        host.https().into_iter().chain(host.first_added).chain(host.last_dead),
                    );
                    out.extend(&host.early);
                }
            }
        }
    }

    fn needs_of_remove(&self, stage: Stage, interface: InterfaceId, out: &mut Vec<u32>) {
        out.extend(&self.left[interface]);
        let host = &self.hosts[self.host_of(interface)];
        if stage.opening() == Some(Opening::Remove) {
            out.extend(&host.undone);
            return;
        }
        out.extend(host.first_added.or_else(|| host.https()));
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
        if stage == Stage::Yield || stage.opening() == Some(Opening::Close) {
            out.extend(&book.early);
            out.extend(self.kill);
            return;
        }
        out.extend(book.https());
        out.extend(
            book.removed
                .iter()
                .filter(|(scheme, _)| scheme.may_use(transport))
                .map(|&(_, step)| step),
        );
        let stays = |id: InterfaceId| self.removed[id].is_none();
        let left =
            book.left.iter().filter(|&&(scheme, id, _)| scheme.may_use(transport) && stays(id));
        out.extend(left.map(|&(_, _, step)| step));
        if transport == Transport::Ftp {
            out.extend(self.kill);
        }
    }

    fn needs_of_closing(&self, host: HostId, out: &mut Vec<u32>) {
        let book = &self.hosts[host];
        out.extend(book.enabled.into_iter().chain(book.first_restart).chain(self.kill));
        out.extend(book.undone.iter().chain(&book.disabled).chain(&book.yielded));
        out.extend(book.removed.iter().map(|&(_, step)| step));
        let stays = |id: InterfaceId| self.removed[id].is_none();
        out.extend(book.left.iter().filter(|&&(_, id, _)| stays(id)).map(|&(_, _, step)| step));
    }

    /// Enters a step that now stands at `index`.
    fn enter(&mut self, stage: Stage, action: Action, index: u32) {
        match action {
            Action::EnablePort { host, transport: Transport::Https, .. } => {
                self.hosts[host].enabled = Some(index);
                self.ready.push(index);
            }
            Action::EnablePort { host, .. } => self.hosts[host].undone.push(index),
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
            Action::DisablePort { host, .. } => self.hosts[host].disabled.push(index),
            Action::RestorePorts { .. } => {}
        }
    }

    fn enter_added(&mut self, interface: InterfaceId, index: u32) {
        let host = self.host_of(interface);
        self.added[interface] = Some(index);
        self.hosts[host].first_added.get_or_insert(index);
    }

    fn enter_reassigned(
        &mut self,
        stage: Stage,
        task: TaskId,
        to: Option<InterfaceId>,
        index: u32,
    ) {
        let parked = self.parked.get(&task).map(|&(place, _)| place);
        let Some(from) = parked.or_else(|| self.shape.references[task].id()) else { return };
        self.left[from].push(index);
        let (host, scheme) = self.shape.interfaces[from];
        match (stage, to) {
            (Stage::Park, Some(to)) => {
                self.parked.insert(task, (to, index));
                self.hosts[host].parked.push(index);
            }
            (stage, _) if stage.opening().is_some() => self.hosts[host].early.push(index),
            _ => self.hosts[host].left.push((scheme, from, index)),
        }
    }

    fn enter_removed(&mut self, stage: Stage, interface: InterfaceId, index: u32) {
        let (host, scheme) = self.shape.interfaces[interface];
        self.removed[interface] = Some(index);
        let host = &mut self.hosts[host];
        host.removed.push((scheme, index));
        match stage {
            Stage::Opening(_) | Stage::LateOpening(_) => host.early.push(index),
            Stage::RemoveDead(_) => host.last_dead = Some(index),
            _ => {}
        }
    }
}
