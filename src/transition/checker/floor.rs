//! The floor of a rollback: every grade that the original site had in both columns.

use crate::{
    safety::{Condition, Grade, Leg, blank_legs},
    site::{Column, HostId, Ports, TaskId, id::IdVec},
};

use super::{
    aborts::LowAborts,
    census::Census,
    demand::{Demand, Demands, level},
    violation::host_grades,
};

/// What a rollback must keep: for each condition the worse of the original's two grades.
pub(super) struct Floors {
    /// Per task that named an interface the rank that it had; `None` where the product picked.
    named: IdVec<TaskId, Option<u8>>,
    /// The sets that each task without interface picked from are those of its host; per host the rank of its set.
    sets: IdVec<HostId, usize>,
    hosts: IdVec<HostId, HostFloors>,
    /// The sets that a task of each host picks from.
    scopes: IdVec<HostId, Vec<HostId>>,
    task_hosts: IdVec<TaskId, HostId>,
    sources: Vec<Option<HostId>>,
}

#[derive(Clone, Copy)]
struct HostFloors {
    abort: Grade,
    listener: Grade,
    distinct: Grade,
    interface: Grade,
}

impl Floors {
    /// The floors that `original` sets.
    pub(super) fn of(original: &Census<'_>) -> Self {
        let site = original.catalog.site();
        let worse = |grade: &dyn Fn(Ports) -> Grade, host: HostId| {
            let ports = |column| original.hosts[host].ports(column);
            grade(ports(Column::Now)).min(grade(ports(Column::Next)))
        };
        let host = |id: HostId| HostFloors {
            abort: worse(&|ports| Grade::of_abort(original.kill, ports), id),
            listener: worse(&Grade::of_listener, id),
            distinct: worse(&Grade::of_distinct, id),
            interface: Grade::of_fact(original.hosts[id].interfaces() > 0),
        };
        let named = |task: TaskId| {
            let id = original.references[task].id()?;
            let owner = original.slots[id].host;
            let grade = worse(&|ports| Grade::of_one(original.liveness(id, ports)), owner);
            u8::try_from(level(grade)).ok()
        };
        Self {
            named: original.references.ids().map(named).collect(),
            sets: original
                .hosts
                .ids()
                .map(|id| level(worse(&|ports| original.hosts[id].set_grade(ports), id)))
                .collect(),
            hosts: original.hosts.ids().map(host).collect(),
            scopes: original.hosts.ids().map(|id| blank_legs(site, id).collect()).collect(),
            task_hosts: site.task_columns().host.clone(),
            sources: original.references.ids().map(|task| original.source_of(task)).collect(),
        }
    }

    /// The grade that a condition of a host must keep.
    pub(super) fn of_host(&self, host: HostId, condition: Condition) -> Grade {
        let floors = self.hosts[host];
        match condition {
            Condition::Abort => floors.abort,
            Condition::Listener => floors.listener,
            Condition::Distinct => floors.distinct,
            Condition::Interface => floors.interface,
            Condition::Precondition | Condition::Route | Condition::Exposure => Grade::None,
        }
    }

    /// The rank that a leg of a task must keep.
    pub(super) fn of_leg(&self, state: &Census<'_>, task: TaskId, leg: Leg) -> usize {
        let Leg::Set(host) = leg else { return self.own(task) };
        let picks = state.references[task].id().is_none();
        let own = (picks && self.scopes[self.task_hosts[task]].contains(&host))
            .then(|| self.set(task, host));
        let source = (state.source_of(task) == Some(host)).then(|| self.source(task));
        own.max(source).unwrap_or(0)
    }

    /// The hosts of a state on which aborts would be worse than they must be.
    pub(super) fn low_aborts(&self, state: &Census<'_>) -> LowAborts {
        let mut low = LowAborts::default();
        for host in state.hosts.ids() {
            self.count_low_aborts(state, Some(host), &mut low, true);
        }
        low
    }

    /// Counts or uncounts one host among them.
    pub(super) fn count_low_aborts(
        &self,
        state: &Census<'_>,
        host: Option<HostId>,
        low: &mut LowAborts,
        counted: bool,
    ) {
        let site = state.catalog.site();
        if let Some(host) = host.filter(|&host| !site[host].is_abort_waived()) {
            let ports = &state.hosts[host];
            low.count([ports.running, ports.next()], self.hosts[host].abort, counted);
        }
    }

    /// Whether everything that depends on one host is kept.
    pub(super) fn hold_on(&self, state: &Census<'_>, host: HostId) -> bool {
        let census = &state.hosts[host];
        let interface =
            Grade::of_fact(census.interfaces() > 0) >= self.of_host(host, Condition::Interface);
        interface
            && Column::BOTH.into_iter().all(|column| {
                let ports = census.ports(column);
                let conditions = host_grades(state, host, ports)
                    .into_iter()
                    .all(|(condition, grade)| grade >= self.of_host(host, condition));
                let named = census.groups(ports).into_iter().all(|(liveness, bucket)| {
                    level(Grade::of_one(liveness)) >= highest(&bucket.named)
                });
                conditions && named && level(census.set_grade(ports)) >= highest(&census.legs)
            })
    }

    /// Whether every leg of one task is kept.
    pub(super) fn hold_for(&self, state: &Census<'_>, task: TaskId) -> bool {
        state.legs_of(task).all(|leg| {
            let floor = self.of_leg(state, task, leg);
            Column::BOTH.into_iter().all(|column| {
                let grade = match leg {
                    Leg::Set(host) => state.hosts[host].set_grade(state.hosts[host].ports(column)),
                    Leg::Named(id) => {
                        let host = state.slots[id].host;
                        Grade::of_one(state.liveness(id, state.hosts[host].ports(column)))
                    }
                };
                level(grade) >= floor
            })
        })
    }
}

impl Demands for Floors {
    fn own(&self, task: TaskId) -> usize {
        let scope = &self.scopes[self.task_hosts[task]];
        match self.named[task] {
            Some(level) => usize::from(level),
            None => scope.iter().map(|&host| self.sets[host]).max().unwrap_or(0),
        }
    }

    fn set(&self, task: TaskId, host: HostId) -> usize {
        self.named[task].map_or(self.sets[host], usize::from)
    }

    fn source(&self, task: TaskId) -> usize {
        let source = self.sources.get(task.index()).copied().flatten();
        source.map_or(0, |host| self.sets[host])
    }
}

/// The highest rank that anyone asks for.
fn highest(demand: &Demand) -> usize {
    demand.iter().rposition(|&count| count > 0).unwrap_or(0)
}
