//! The audit: what is exposed, what is broken, and what is worth knowing.

use std::collections::BTreeMap;

use crate::site::{
    Avx, Column, HostId, InterfaceId, KILL_KEY, KILL_USER, Os, PortNumber, Reliance, Scheme, Site,
    TaskId,
};

use super::{
    Broken, Condition, Exposure, Grade, Leg, Liveness, Membership, Subject,
    exposure::{Verdict, besides, of_hosts, verdict},
    exposures,
    legs::LegTable,
};

/// What an audit of one site found.
#[derive(Clone, Debug)]
#[must_use = "an unread audit protects nobody"]
pub struct Audit<'s> {
    site: &'s Site,
    counted: Counted,
    broken: Vec<Broken>,
    notes: Vec<Note>,
}

/// Something worth knowing that is neither exposed nor broken.
///
/// More kinds come with more facts, so matching must leave room for them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// HTTPS was observed running, so AVX counts as there, although the site file says no.
    AvxContradicted(HostId),
    /// STPD disables HTTPS on this host: Windows without AVX.
    HttpsMasked(HostId),
    /// Whether HTTPS comes up cannot be told before the site file says whether the processor has AVX.
    AvxNeeded(HostId),
    /// The site file gives an HTTPS number that is not the one configured or running.
    HttpsPortContradicted {
        /// The host.
        host: HostId,
        /// The number that the site file gives.
        told: PortNumber,
        /// The number that counts.
        counts: PortNumber,
    },
    /// The stpd.ini of this host was changed after the last start: a restart would load something else.
    PendingEdit(HostId),
    /// Two interfaces of one host are the same endpoint.
    SameEndpoint(InterfaceId, InterfaceId),
    /// The text of an interface cannot be read, so it may use anything.
    OddInterface(InterfaceId),
    /// A task names a text that is no interface of its host.
    Dangling(TaskId),
    /// The kill variable is set for another user, where it does not count.
    KillOfOtherUser {
        /// That user.
        user: String,
    },
    /// The reason of a waiver has expired.
    WaiverExpired {
        /// The host.
        host: HostId,
        /// The last day on which it held.
        until: String,
    },
}

/// Audits a site.
pub fn audit(site: &Site) -> Audit<'_> {
    let Findings { counted, broken, dangling } = Findings::of(site);
    Audit { site, counted, broken, notes: notes(site, dangling) }
}

impl<'s> Audit<'s> {
    /// The site that was audited.
    #[must_use]
    pub const fn site(&self) -> &'s Site {
        self.site
    }

    /// Adds a note for each waiver whose reason expired before `date`, written `YYYY-MM-DD`.
    pub fn on_date(mut self, date: &str) -> Self {
        for waiver in self.site.waivers() {
            if let Some(until) = waiver.until().filter(|&until| until < date) {
                self.notes
                    .push(Note::WaiverExpired { host: waiver.host(), until: until.to_owned() });
            }
        }
        self
    }

    /// Everything that is exposed, and whether it belongs to a host of the goal.
    ///
    /// It is looked up while it is listed: on a site that has not moved yet that is nearly every task.
    pub fn exposures(&self) -> impl Iterator<Item = (Exposure, bool)> + 's {
        exposures(self.site)
    }

    /// How many exposures belong to a host of the goal.
    #[must_use]
    pub const fn goal_exposures(&self) -> usize {
        self.counted.in_goal
    }

    /// How many exposures belong to no host of the goal.
    #[must_use]
    pub const fn other_exposures(&self) -> usize {
        self.counted.elsewhere
    }

    /// Whether nothing of the goal is exposed.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.counted.in_goal == 0
    }

    /// Conditions that are not at their best grade; a task's is that of its worst leg.
    #[must_use]
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// What else is worth knowing.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}

/// How much is exposed.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    in_goal: usize,
    elsewhere: usize,
}

impl Counted {
    const fn count(&mut self, exposed: Verdict) {
        match exposed {
            Some(true) => self.in_goal += 1,
            Some(false) => self.elsewhere += 1,
            None => {}
        }
    }
}

/// What is to be said of one leg of a task, or of all of them together.
#[derive(Clone, Copy)]
struct Finding {
    exposed: Verdict,
    grades: [Grade; 2],
    dangles: bool,
}

impl Finding {
    fn of(site: &Site, leg: Leg) -> Self {
        let (grades, dangles) = match leg {
            Leg::Named(id) => {
                (Column::BOTH.map(|column| named_grade(site, id, column)), !site[id].is_present())
            }
            Leg::Set(host) => (set_grades(site, host), false),
        };
        Self { exposed: verdict(site, leg), grades, dangles }
    }

    fn join(self, other: Self) -> Self {
        let ([now, next], [other_now, other_next]) = (self.grades, other.grades);
        Self {
            exposed: self.exposed.max(other.exposed),
            grades: [now.min(other_now), next.min(other_next)],
            dangles: self.dangles || other.dangles,
        }
    }

    fn kind(self) -> Kind {
        let [now, next] = self.grades;
        match self.exposed {
            _ if !now.is_best() || !next.is_best() || self.dangles => Kind::Odd,
            None => Kind::Sound,
            Some(false) => Kind::ExposedElsewhere,
            Some(true) => Kind::Exposed,
        }
    }
}

/// What kind of task it is, as far as most tasks go; with several legs the greatest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Sound,
    ExposedElsewhere,
    Exposed,
    /// There is more to be said of it.
    Odd,
}

/// What an audit lists, and counts.
struct Findings {
    counted: Counted,
    /// In the order of reports.
    broken: Vec<Broken>,
    dangling: Vec<TaskId>,
}

impl Findings {
    fn of(site: &Site) -> Self {
        let mut counted = Counted::default();
        let of_no_task = of_hosts(site).chain(besides(site));
        of_no_task.for_each(|(_, in_goal)| counted.count(Some(in_goal)));
        let legs = LegTable::new(site, |leg| Finding::of(site, leg), Finding::join);
        let (mut now, mut next, mut dangling) = (Vec::new(), Vec::new(), Vec::new());
        for (task, kind) in legs.map(Finding::kind, Kind::max).into_tasks(site) {
            // Added up without asking: nobody can tell ahead what kind the next task is.
            counted.elsewhere += usize::from(kind == Kind::ExposedElsewhere);
            counted.in_goal += usize::from(kind == Kind::Exposed);
            if kind != Kind::Odd {
                continue;
            }
            let finding = legs.of_task(site, task);
            counted.count(finding.exposed);
            if finding.dangles {
                dangling.push(task);
            }
            let columns = [&mut now, &mut next].into_iter().zip(Column::BOTH);
            for ((broken, column), grade) in columns.zip(finding.grades) {
                if !grade.is_best() {
                    let subject = Subject::Task(task);
                    broken.push(Broken { condition: Condition::Route, column, subject, grade });
                }
            }
        }
        // Routes come first in reports anyway, and are too many to be sorted.
        now.append(&mut next);
        now.extend(broken_hosts(site));
        Self { counted, broken: now, dangling }
    }
}

/// Conditions of hosts that are not at their best, in the order of reports.
fn broken_hosts(site: &Site) -> Vec<Broken> {
    let mut broken: Vec<_> = site.host_ids().flat_map(|id| broken_of_host(site, id)).collect();
    broken.sort_by_key(|broken| (broken.condition, broken.column, broken.subject));
    broken
}

/// The grade of a route over an interface that a task names.
fn named_grade(site: &Site, id: InterfaceId, column: Column) -> Grade {
    let interface = &site[id];
    if !interface.is_present() {
        return Grade::None;
    }
    Grade::of_one(Liveness::of(interface, site[interface.host()].ports(column)))
}

/// The grades of a route over any interface of a host, in both columns.
fn set_grades(site: &Site, id: HostId) -> [Grade; 2] {
    Column::BOTH.map(|column| {
        let ports = site[id].ports(column);
        let mut members = Membership::default();
        site[id].interfaces().iter().for_each(|&id| members.count(Liveness::of(&site[id], ports)));
        members.grade()
    })
}

fn broken_of_host(site: &Site, id: HostId) -> impl Iterator<Item = Broken> + '_ {
    let host = &site[id];
    let of_column = move |column| {
        let ports = host.ports(column);
        let abort = (!host.is_abort_waived())
            .then(|| (Condition::Abort, Grade::of_abort(site.kill(), ports)));
        let listener = (Condition::Listener, Grade::of_listener(ports));
        let distinct = (Condition::Distinct, Grade::of_distinct(ports));
        // The list of interfaces is the same in both columns; once is enough.
        let interface = (column == Column::Now)
            .then(|| (Condition::Interface, Grade::of_fact(!host.interfaces().is_empty())));
        (abort.into_iter()).chain([listener, distinct]).chain(interface).map(
            move |(condition, grade)| Broken {
                condition,
                column,
                subject: Subject::Host(id),
                grade,
            },
        )
    };
    Column::BOTH.into_iter().flat_map(of_column).filter(|broken| !broken.grade.is_best())
}

fn notes(site: &Site, dangling: Vec<TaskId>) -> Vec<Note> {
    let mut notes = Vec::new();
    for id in site.host_ids() {
        notes_on_host(site, id, &mut notes);
    }
    notes.extend(dangling.into_iter().map(Note::Dangling));
    for global in site.globals() {
        if global.key() == KILL_KEY && global.user() != KILL_USER {
            notes.push(Note::KillOfOtherUser { user: global.user().to_owned() });
        }
    }
    notes
}

fn notes_on_host(site: &Site, id: HostId, notes: &mut Vec<Note>) {
    let host = &site[id];
    match (host.reliance(), host.avx(), host.os()) {
        (Reliance::Relied, Avx::No, _) => notes.push(Note::AvxContradicted(id)),
        (Reliance::Masked, _, _) => notes.push(Note::HttpsMasked(id)),
        (Reliance::Unknown, Avx::Unknown, Os::Windows | Os::Unknown)
        | (Reliance::Unknown, Avx::No, _) => notes.push(Note::AvxNeeded(id)),
        _ => {}
    }
    if let Some(told) = host.told_https_port().filter(|&told| told != host.https_port()) {
        notes.push(Note::HttpsPortContradicted { host: id, told, counts: host.https_port() });
    }
    let is_pending = host.settings().iter().any(|&id| site[id].is_pending());
    if host.running() != host.next() || is_pending {
        notes.push(Note::PendingEdit(id));
    }
    let mut endpoints = BTreeMap::new();
    for &interface in host.interfaces() {
        if site[interface].scheme() == Scheme::Other {
            notes.push(Note::OddInterface(interface));
            continue;
        }
        let address = site[interface].address().unwrap_or_default().to_ascii_lowercase();
        let endpoint =
            (address, site[interface].scheme().transport(), site[interface].outer_number());
        match endpoints.entry(endpoint) {
            std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(interface)),
            std::collections::btree_map::Entry::Occupied(first) => {
                notes.push(Note::SameEndpoint(*first.get(), interface));
            }
        }
    }
}
