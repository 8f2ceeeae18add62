//! Tasks and events, stored by column: a site of ten million must fit in memory.

use core::marker::PhantomData;

use super::{
    HostId, InterfaceId, ReassignOverride, Site, TaskForm, TaskId, TaskKind,
    id::{Id, IdVec},
    work,
};

/// An id or none, in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OptionalId<I>(u32, PhantomData<fn() -> I>);

impl<I: Id> OptionalId<I> {
    pub(crate) const NONE: Self = Self(u32::MAX, PhantomData);

    pub(crate) fn some(id: I) -> Self {
        Self(u32::try_from(id.index()).unwrap_or(u32::MAX), PhantomData)
    }

    /// The number that stands for it: none is the greatest there is.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    pub(crate) const fn of_bits(bits: u32) -> Self {
        Self(bits, PhantomData)
    }

    pub(crate) fn id(self) -> Option<I> {
        (self.0 != u32::MAX).then(|| I::from_index(self.0 as usize))
    }
}

impl<I: Id> From<Option<I>> for OptionalId<I> {
    fn from(id: Option<I>) -> Self {
        id.map_or(Self::NONE, Self::some)
    }
}

/// What a task depends on by itself: the interface that it names or, where it names none, its host.
///
/// Interfaces come first, then hosts: so one table serves all tasks, and which of the two it is need not be asked for
/// each of ten million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnLeg(usize);

impl OwnLeg {
    /// That of the tasks on a host that name nothing, on a site with so many interfaces.
    pub(crate) const fn blank(interfaces: usize, host: HostId) -> Self {
        Self(interfaces + host.index())
    }
}

impl From<InterfaceId> for OwnLeg {
    fn from(named: InterfaceId) -> Self {
        Self(named.index())
    }
}

impl Id for OwnLeg {
    fn from_index(index: usize) -> Self {
        Self(index)
    }

    fn index(self) -> usize {
        self.0
    }
}

/// Many short strings in one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    /// Appends a name; `None`, with nothing changed, where the names together outgrow 4 GiB.
    pub(crate) fn push(&mut self, name: &str) -> Option<()> {
        let end = u32::try_from(self.text.len() + name.len()).ok()?;
        self.text.push_str(name);
        self.ends.push(end);
        Some(())
    }

    pub(crate) fn at(&self, index: usize) -> &str {
        work::note(1);
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// The tasks of a site, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tasks {
    pub(super) names: Names,
    pub(super) shape: IdVec<TaskId, (TaskKind, TaskForm)>,
    pub(crate) host: IdVec<TaskId, HostId>,
    /// Empty where no task has a source.
    pub(super) source: Vec<OptionalId<HostId>>,
    pub(crate) reference: IdVec<TaskId, OptionalId<InterfaceId>>,
    /// Sorted by task.
    pub(super) overrides: Vec<(TaskId, ReassignOverride)>,
}

impl Tasks {
    pub(crate) fn source(&self, task: TaskId) -> Option<HostId> {
        self.source.get(task.index()).and_then(|source| source.id())
    }

    /// What each task depends on by itself, on a site with so many interfaces.
    pub(crate) fn own_legs(&self, interfaces: usize) -> impl Iterator<Item = OwnLeg> {
        let columns = self.reference.iter().zip(self.host.iter());
        columns.map(move |(&reference, &host)| own_leg(interfaces, reference, host))
    }

    /// What one task depends on by itself.
    pub(crate) fn own_leg(&self, interfaces: usize, task: TaskId) -> OwnLeg {
        own_leg(interfaces, self.reference[task], self.host[task])
    }

    /// The tasks that have a source, in their order.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (TaskId, HostId)> {
        work::note(self.source.len());
        let sources = self.source.iter().enumerate();
        sources.filter_map(|(at, source)| Some((TaskId::new(at), source.id()?)))
    }

    /// The tasks that go against the site's policy, in their order.
    pub(crate) fn overridden(&self) -> impl Iterator<Item = TaskId> {
        self.overrides.iter().map(|&(task, _)| task)
    }
}

#[inline]
fn own_leg(interfaces: usize, reference: OptionalId<InterfaceId>, host: HostId) -> OwnLeg {
    let blank = OwnLeg::blank(interfaces, host);
    reference.id().map_or(blank, OwnLeg::from)
}

/// A task or event of a [`Site`].
#[derive(Clone, Copy, Debug)]
pub struct Task<'s> {
    pub(super) site: &'s Site,
    pub(super) id: TaskId,
}

impl<'s> Task<'s> {
    /// Its position in the site.
    #[must_use]
    pub const fn id(self) -> TaskId {
        self.id
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'s str {
        self.site.tasks.names.at(self.id.index())
    }

    /// What it does.
    #[must_use]
    pub fn kind(self) -> TaskKind {
        self.site.tasks.shape[self.id].0
    }

    /// Whether it is a task or an event.
    #[must_use]
    pub fn form(self) -> TaskForm {
        self.site.tasks.shape[self.id].1
    }

    /// The host whose STPD carries it.
    #[must_use]
    pub fn host(self) -> HostId {
        self.site.tasks.host[self.id]
    }

    /// The host that it reads from, for migrations and replications that name one.
    #[must_use]
    pub fn source_host(self) -> Option<HostId> {
        self.site.tasks.source(self.id)
    }

    /// The interface that it names, dangling references included; `None` where the product picks one.
    #[must_use]
    pub fn interface(self) -> Option<InterfaceId> {
        self.site.tasks.reference[self.id].id()
    }

    /// Where it goes, against the site's policy.
    #[must_use]
    pub fn reassign_override(self) -> Option<&'s ReassignOverride> {
        let overrides = &self.site.tasks.overrides;
        let found = overrides.binary_search_by_key(&self.id, |&(task, _)| task).ok()?;
        overrides.get(found).map(|(_, to)| to)
    }
}
