//! The first step that is not allowed, and all that it breaks.

use crate::{
    safety::{Condition, Grade, Leg, Subject, legs},
    site::{Column, HostId, Ports, TaskId, id::IdVec},
    transition::Action,
};

use super::{Need, census::Census, demand::level, floor::Floors};

/// A condition that a step breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The condition.
    pub condition: Condition,
    /// Now, or after an unplanned restart; `None` for conditions that do not depend on it.
    pub column: Option<Column>,
    /// What it is about; `None` for preconditions and exposures.
    pub subject: Option<Subject>,
}

/// Why a plan is refused: its first step that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The position of the step in the plan, from 1.
    pub step: usize,
    /// The first condition that it breaks: by condition, then now before next, then in file order.
    pub breach: Breach,
    /// The need that does not hold, where the condition is `precondition`.
    pub need: Option<Need>,
    /// Every other condition that the same step breaks.
    pub also: Vec<Breach>,
}

impl Breach {
    /// A step cannot be carried out at all.
    pub(in crate::transition) const PRECONDITION: Self =
        Self { condition: Condition::Precondition, column: None, subject: None };
}

impl Violation {
    pub(super) const fn of_need(step: usize, need: Need) -> Self {
        Self { step, breach: Breach::PRECONDITION, need: Some(need), also: Vec::new() }
    }

    /// `None` where nothing is broken.
    pub(super) fn of_breaches(step: usize, mut breaches: Vec<Breach>) -> Option<Self> {
        breaches.sort_by_key(|breach| (breach.condition, breach.column, breach.subject));
        let first = *breaches.first()?;
        Some(Self { step, breach: first, need: None, also: breaches.split_off(1) })
    }
}

/// How good each leg and each host is in a state, found without any shortcut.
///
/// It is only made once a step has been refused, so it may cost what reading the whole site costs.
struct Grades<'a, 'c> {
    census: &'a Census<'c>,
    sets: [IdVec<HostId, Grade>; 2],
}

impl<'a, 'c> Grades<'a, 'c> {
    fn of(census: &'a Census<'c>) -> Self {
        let sets = Column::BOTH.map(|column| {
            census.hosts.iter().map(|host| host.set_grade(host.ports(column))).collect()
        });
        Self { census, sets }
    }

    fn set(&self, host: HostId, column: Column) -> Grade {
        let [now, next] = &self.sets;
        match column {
            Column::Now => now[host],
            Column::Next => next[host],
        }
    }

    fn leg(&self, leg: Leg, column: Column) -> Grade {
        match leg {
            Leg::Set(host) => self.set(host, column),
            Leg::Named(id) => {
                let host = self.census.slots[id].host;
                Grade::of_one(self.census.liveness(id, self.census.hosts[host].ports(column)))
            }
        }
    }
}

/// Every breach of the rules for a plan that goes forward: what gets worse from `before` to `after`.
pub(super) fn forward(before: &Census<'_>, after: &Census<'_>, action: Action) -> Vec<Breach> {
    let (old, new) = (Grades::of(before), Grades::of(after));
    let fading = fading_sets(before, after);
    let mut breaches = Vec::new();
    for column in Column::BOTH {
        for task in before.references_ids() {
            if is_route_lowered(&old, &new, &fading, task, column) {
                breaches.push(route(task, column));
            }
        }
        for host in before.hosts.ids() {
            let (old_ports, new_ports) =
                (before.hosts[host].ports(column), after.hosts[host].ports(column));
            let lower = host_grades(before, host, old_ports)
                .into_iter()
                .zip(host_grades(after, host, new_ports))
                .filter(|((_, old), (_, new))| new < old);
            breaches.extend(lower.map(|((condition, _), _)| of_host(condition, host, column)));
        }
    }
    breaches.extend(interface_breaches(before, |host| {
        after.hosts[host].interfaces() > 0 || before.hosts[host].interfaces() == 0
    }));
    if exposes(before, after, action) {
        breaches.push(Breach { condition: Condition::Exposure, column: None, subject: None });
    }
    breaches
}

/// Every breach of the rule for a rollback: what the original had in both columns and `after` has not.
pub(super) fn rollback(floors: &Floors, after: &Census<'_>) -> Vec<Breach> {
    let grades = Grades::of(after);
    let mut breaches = Vec::new();
    for column in Column::BOTH {
        for task in after.references_ids() {
            let kept = after
                .legs_of(task)
                .all(|leg| level(grades.leg(leg, column)) >= floors.of_leg(after, task, leg));
            if !kept {
                breaches.push(route(task, column));
            }
        }
        for host in after.hosts.ids() {
            let ports = after.hosts[host].ports(column);
            let lower = host_grades(after, host, ports)
                .into_iter()
                .filter(|&(condition, grade)| grade < floors.of_host(host, condition));
            breaches.extend(lower.map(|(condition, _)| of_host(condition, host, column)));
        }
    }
    breaches.extend(interface_breaches(after, |host| {
        Grade::of_fact(after.hosts[host].interfaces() > 0)
            >= floors.of_host(host, Condition::Interface)
    }));
    breaches
}

const fn route(task: TaskId, column: Column) -> Breach {
    Breach { condition: Condition::Route, column: Some(column), subject: Some(Subject::Task(task)) }
}

const fn of_host(condition: Condition, host: HostId, column: Column) -> Breach {
    Breach { condition, column: Some(column), subject: Some(Subject::Host(host)) }
}

fn interface_breaches(census: &Census<'_>, holds: impl Fn(HostId) -> bool) -> Vec<Breach> {
    let breach = |host| Breach {
        condition: Condition::Interface,
        column: None,
        subject: Some(Subject::Host(host)),
    };
    census.hosts.ids().filter(|&host| !holds(host)).map(breach).collect()
}

/// The conditions of a host that depend on a column.
pub(super) fn host_grades(
    census: &Census<'_>,
    host: HostId,
    ports: Ports,
) -> Vec<(Condition, Grade)> {
    let mut grades = vec![
        (Condition::Listener, Grade::of_listener(ports)),
        (Condition::Distinct, Grade::of_distinct(ports)),
    ];
    if !census.catalog.site()[host].is_abort_waived() {
        grades.push((Condition::Abort, Grade::of_abort(census.kill, ports)));
    }
    grades
}

/// Per column, whether an interface that stays in the set of a host gets less live.
fn fading_sets(before: &Census<'_>, after: &Census<'_>) -> [IdVec<HostId, bool>; 2] {
    let fading = |id: HostId, column: Column| {
        let (old, new) = (before.hosts[id].ports(column), after.hosts[id].ports(column));
        before.hosts[id].lowered(old, new).present > 0
    };
    Column::BOTH.map(|column| before.hosts.ids().map(|host| fading(host, column)).collect())
}

/// Whether a leg of the task gets worse.
///
/// Where the task changes between a name and the product's choice, its named interface stands for each set.
fn is_route_lowered(
    old: &Grades<'_, '_>,
    new: &Grades<'_, '_>,
    fading: &[IdVec<HostId, bool>; 2],
    task: TaskId,
    column: Column,
) -> bool {
    let [now, next] = fading;
    let fades = |host: HostId| match column {
        Column::Now => now[host],
        Column::Next => next[host],
    };
    let (was, is) = (old.census.references[task].id(), new.census.references[task].id());
    let before = old.census.legs_of(task).collect::<Vec<_>>();
    let after = new.census.legs_of(task).collect::<Vec<_>>();
    let set_lowered = |host| new.set(host, column) < old.set(host, column) || fades(host);
    let source = old.census.source_of(task);
    if source.is_some_and(set_lowered) {
        return true;
    }
    match (was, is) {
        (Some(was), Some(is)) => new.leg(Leg::Named(is), column) < old.leg(Leg::Named(was), column),
        (None, None) => {
            before.iter().any(|leg| matches!(leg, Leg::Set(host) if set_lowered(*host)))
        }
        (Some(was), None) => {
            let own = old.leg(Leg::Named(was), column);
            own_sets(&after, source).any(|host| new.set(host, column) < own)
        }
        (None, Some(is)) => {
            let own = new.leg(Leg::Named(is), column);
            own_sets(&before, source).any(|host| own < old.set(host, column))
        }
    }
}

/// The sets that a task picks from itself: its source leg is last and judged apart.
fn own_sets(legs: &[Leg], source: Option<HostId>) -> impl Iterator<Item = HostId> {
    let own = legs.len() - usize::from(source.is_some());
    legs.iter().take(own).filter_map(|leg| match leg {
        Leg::Set(host) => Some(*host),
        Leg::Named(_) => None,
    })
}

/// Whether something is exposed that was not. With the needs of a forward plan only a reassignment can do that.
fn exposes(before: &Census<'_>, after: &Census<'_>, action: Action) -> bool {
    match action {
        Action::Reassign { task, .. } => {
            after.is_task_exposed(task) && !before.is_task_exposed(task)
        }
        _ => false,
    }
}

impl Census<'_> {
    pub(super) fn references_ids(&self) -> impl Iterator<Item = TaskId> + use<> {
        self.references.ids()
    }

    pub(super) fn legs_of(&self, task: TaskId) -> impl Iterator<Item = Leg> + use<> {
        legs(
            self.catalog.site(),
            self.host_of(task),
            self.source_of(task),
            self.references[task].id(),
        )
    }

    /// Whether one of the legs of a task may use a retired transport, or its reference dangles.
    pub(super) fn is_task_exposed(&self, task: TaskId) -> bool {
        self.legs_of(task).any(|leg| match leg {
            Leg::Named(id) => !self.slots[id].present || self.is_interface_exposed(id),
            Leg::Set(host) => self.is_set_exposed(host),
        })
    }

    /// Whether a text may use a retired transport, entered or not.
    pub(super) fn is_interface_exposed(&self, id: crate::site::InterfaceId) -> bool {
        self.slots[id].is_exposed
    }
}
