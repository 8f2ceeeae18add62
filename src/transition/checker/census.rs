//! A state of a site, counted so that one step is judged in constant time, hostile plans included.

use std::collections::BTreeMap;

use crate::{
    safety::{Grade, Liveness, Membership, blank_legs},
    site::{
        Column, HostId, InterfaceId, Kill, OptionalId, PortNumber, PortState, Ports, Reliance,
        Retired, Scheme, SettingId, SettingValue, TaskId, Transport, id::IdVec,
    },
    transition::{Action, catalog::Catalog},
};

use super::{
    aborts::Aborts,
    setting::{HostSettings, SettingCensus},
    tally::Tally,
};

/// How many grades a route can be asked to have.
pub(super) const LEVELS: usize = 4;

/// The rank of a route's grade, worst first.
pub(super) const fn level(grade: Grade) -> usize {
    match grade {
        Grade::None | Grade::No => 0,
        Grade::Maybe => 1,
        Grade::Some => 2,
        Grade::All | Grade::Yes => 3,
    }
}

/// How many tasks ask for which grade.
pub(super) type Demand = [u32; LEVELS];

/// Interfaces that live and die together: those of one host with the same scheme and number.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    /// Interfaces that are entered.
    pub(super) present: u32,
    /// Tasks that name one of them.
    pub(super) named: Demand,
}

impl Bucket {
    pub(super) fn is_named(&self) -> bool {
        self.named.iter().any(|&count| count > 0)
    }

    fn add(&mut self, other: &Self) {
        self.present += other.present;
        for (mine, theirs) in self.named.iter_mut().zip(other.named) {
            *mine += theirs;
        }
    }

    fn subtract(&mut self, other: &Self) {
        self.present = self.present.saturating_sub(other.present);
        for (mine, theirs) in self.named.iter_mut().zip(other.named) {
            *mine = mine.saturating_sub(theirs);
        }
    }
}

/// What is counted of one host.
#[derive(Clone, Debug)]
pub(super) struct HostCensus {
    pub(super) configured: Ports,
    pub(super) running: Ports,
    pub(super) reliance: Reliance,
    pub(super) in_goal: bool,
    /// By transport and number, where their bucket is.
    places: BTreeMap<(Transport, PortNumber), usize>,
    numbered: Vec<Bucket>,
    /// All of one transport.
    total: [Bucket; 3],
    bare: Bucket,
    other: Bucket,
    /// Legs that may pick any interface of the host.
    pub(super) legs: Demand,
    pub(super) settings: HostSettings,
}

impl HostCensus {
    pub(super) const fn next(&self) -> Ports {
        let mut next = self.configured;
        next.https = self.reliance.settled(next.https);
        next
    }

    pub(super) const fn ports(&self, column: Column) -> Ports {
        match column {
            Column::Now => self.running,
            Column::Next => self.next(),
        }
    }

    pub(super) fn has_legs(&self) -> bool {
        self.legs.iter().any(|&count| count > 0)
    }

    pub(super) fn interfaces(&self) -> u32 {
        let numbered: u32 = self.total.iter().map(|bucket| bucket.present).sum();
        numbered + self.bare.present + self.other.present
    }

    /// How many interfaces may use a retired transport.
    pub(super) fn exposed(&self, retired: Retired) -> u32 {
        let numbered: u32 = retired.iter().map(|transport| self.total(transport).present).sum();
        // A site always retires something, so texts that may mean anything always count.
        numbered + self.bare.present + self.other.present
    }

    fn of_number(&self, transport: Transport, number: PortNumber) -> Bucket {
        let place = self.places.get(&(transport, number)).copied();
        place.and_then(|place| self.numbered.get(place)).copied().unwrap_or_default()
    }

    fn total(&self, transport: Transport) -> Bucket {
        let [ftp, http, https] = self.total;
        match transport {
            Transport::Ftp => ftp,
            Transport::Http => http,
            Transport::Https => https,
        }
    }

    /// Every group of interfaces with the liveness that it has under `ports`.
    pub(super) fn groups(&self, ports: Ports) -> [(Liveness, Bucket); 8] {
        let [ftp, http, https] = Transport::ALL.map(|transport| self.split(transport, ports));
        let bare = (Liveness::of_bare(ports), self.bare);
        [ftp.0, ftp.1, http.0, http.1, https.0, https.1, bare, (Liveness::Possible, self.other)]
    }

    /// The interfaces of a transport: those of the number that is on, and the rest.
    fn split(
        &self,
        transport: Transport,
        ports: Ports,
    ) -> ((Liveness, Bucket), (Liveness, Bucket)) {
        let mut rest = self.total(transport);
        match ports.of(transport) {
            PortState::On(number) => {
                let live = self.of_number(transport, number);
                rest.subtract(&live);
                ((Liveness::Certain, live), (Liveness::Dead, rest))
            }
            PortState::Off => ((Liveness::Certain, Bucket::default()), (Liveness::Dead, rest)),
            PortState::Unknown => ((Liveness::Possible, rest), (Liveness::Dead, Bucket::default())),
        }
    }

    /// The grade of a leg that may pick any interface, under `ports`.
    pub(super) fn set_grade(&self, ports: Ports) -> Grade {
        self.membership(ports).grade()
    }

    pub(super) fn membership(&self, ports: Ports) -> Membership {
        let mut members = Membership::default();
        for (liveness, bucket) in self.groups(ports) {
            match liveness {
                Liveness::Certain => members.certain += bucket.present,
                Liveness::Possible => members.possible += bucket.present,
                Liveness::Dead => members.dead += bucket.present,
            }
        }
        members
    }

    /// The interfaces that are less live under `new` than under `old`.
    pub(super) fn lowered(&self, old: Ports, new: Ports) -> Bucket {
        let mut lowered = Bucket::default();
        for transport in Transport::ALL {
            match (old.of(transport), new.of(transport)) {
                (old, new) if old == new => {}
                (PortState::On(number), _) => lowered.add(&self.of_number(transport, number)),
                (PortState::Unknown, PortState::On(number)) => {
                    lowered.add(&self.total(transport));
                    lowered.subtract(&self.of_number(transport, number));
                }
                (PortState::Unknown, _) => lowered.add(&self.total(transport)),
                (PortState::Off, _) => {}
            }
        }
        if Liveness::of_bare(new) < Liveness::of_bare(old) {
            lowered.add(&self.bare);
        }
        lowered
    }

    /// The place of the bucket of a number; `None` where the scheme has none.
    fn place_of(&mut self, scheme: Scheme, number: Option<PortNumber>) -> Option<usize> {
        let key = (scheme.transport()?, number?);
        let next = self.numbered.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.numbered.push(Bucket::default());
        }
        Some(place)
    }

    fn buckets_of(&mut self, scheme: Scheme, place: Option<usize>) -> [Option<&mut Bucket>; 2] {
        let [ftp, http, https] = &mut self.total;
        let total = match scheme {
            Scheme::Bare => &mut self.bare,
            Scheme::Other => &mut self.other,
            Scheme::Ftp => ftp,
            Scheme::Http => http,
            Scheme::Https => https,
        };
        [Some(total), place.and_then(|place| self.numbered.get_mut(place))]
    }
}

/// What an interface is in a state, with what every step asks of its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) host: HostId,
    scheme: Scheme,
    outer_number: Option<PortNumber>,
    /// It may use a retired transport, once it is entered.
    pub(super) is_exposed: bool,
    pub(super) present: bool,
    pub(super) listener: Option<PortNumber>,
    /// Where its host counts it by its number, while it is entered.
    place: Option<usize>,
    /// Tasks that name it, entered or not.
    pub(super) named: Demand,
}

/// A state of the catalog's site, with everything counted that a step's verdict needs.
#[derive(Clone, Debug)]
pub(super) struct Census<'c> {
    pub(super) catalog: &'c Catalog<'c>,
    pub(super) hosts: IdVec<HostId, HostCensus>,
    pub(super) slots: IdVec<InterfaceId, Slot>,
    pub(super) settings: IdVec<SettingId, SettingCensus<'c>>,
    pub(super) references: IdVec<TaskId, OptionalId<InterfaceId>>,
    pub(super) aborts: Aborts,
    /// Whether the goal is about any host.
    pub(super) has_goal: bool,
    pub(super) kill: Kill,
    /// The value of the kill variable; `None` where there is no row.
    pub(super) kill_text: Option<&'c str>,
}

/// The grade that each leg of a task is asked to have.
pub(super) trait Demands {
    /// The rank that the leg over the task's own interface, or over the sets it picks from, must keep.
    fn own(&self, task: TaskId) -> usize;
    /// The rank that the leg over the set of `host` must keep, where the task picks from sets.
    fn set(&self, task: TaskId, host: HostId) -> usize;
    /// The rank that the leg over the source host's set must keep.
    fn source(&self, task: TaskId) -> usize;
}

/// Nothing in particular is asked for: only that tasks are there counts.
pub(super) struct Presence;

impl Presence {
    /// What so many tasks ask for.
    pub(super) const fn demand(tasks: u32) -> Demand {
        let mut demand = [0; LEVELS];
        let [own, ..] = &mut demand;
        *own = tasks;
        demand
    }
}

impl Demands for Presence {
    fn own(&self, _: TaskId) -> usize {
        0
    }

    fn set(&self, _: TaskId, _: HostId) -> usize {
        0
    }

    fn source(&self, _: TaskId) -> usize {
        0
    }
}

impl<'c> Census<'c> {
    /// Counts the state that `site` is in; `catalog` knows its names.
    pub(super) fn new(catalog: &'c Catalog<'c>, demands: &impl Demands) -> Self {
        let mut census = Self::uncounted(catalog);
        let tasks = catalog.site().task_columns();
        for task in tasks.host.ids() {
            census.count_task(task, demands, true);
            if let Some(source) = tasks.source(task) {
                add(&mut census.hosts[source].legs, demands.source(task), true);
            }
        }
        census.enter_all();
        census
    }

    /// The same where nothing in particular is asked for, from what is counted of the tasks.
    pub(super) fn of(catalog: &'c Catalog<'c>, tally: &Tally) -> Self {
        let mut census = Self::uncounted(catalog);
        for (id, &tasks) in tally.named.iter_enumerated() {
            census.slots[id].named = Presence::demand(tasks);
        }
        for (host, &legs) in tally.legs.iter_enumerated() {
            census.hosts[host].legs = Presence::demand(legs);
        }
        census.enter_all();
        census
    }

    /// A state with no interface entered and no task counted.
    fn uncounted(catalog: &'c Catalog<'c>) -> Self {
        let site = catalog.site();
        let host = |host: &crate::site::Host| HostCensus {
            configured: host.configured(),
            running: host.running(),
            reliance: host.reliance(),
            in_goal: !host.is_excepted(),
            places: BTreeMap::new(),
            numbered: Vec::new(),
            total: [Bucket::default(); 3],
            bare: Bucket::default(),
            other: Bucket::default(),
            legs: Demand::default(),
            settings: HostSettings::default(),
        };
        let retired = site.policy().retired;
        let slot = |interface: &crate::site::Interface| Slot {
            host: interface.host(),
            scheme: interface.scheme(),
            outer_number: interface.outer_number(),
            is_exposed: interface.may_use_any(retired),
            present: false,
            listener: interface.listener(),
            place: None,
            named: Demand::default(),
        };
        let tasks = site.task_columns();
        Self {
            catalog,
            hosts: site.hosts().map(host).collect(),
            slots: catalog.interfaces().map(slot).collect(),
            settings: site.settings().map(SettingCensus::of).collect(),
            references: tasks.reference.clone(),
            aborts: Aborts::default(),
            has_goal: site.hosts().any(|host| !host.is_excepted()),
            kill: site.kill(),
            kill_text: site.kill_value(),
        }
    }

    fn enter_all(&mut self) {
        self.count_settings();
        for host in self.hosts.ids() {
            self.count_aborts(host, true);
        }
        for (at, interface) in self.catalog.site().all_interfaces().enumerate() {
            if interface.is_present() {
                self.enter(InterfaceId::new(at), interface.listener());
            }
        }
    }

    pub(super) fn host_of(&self, task: TaskId) -> HostId {
        self.catalog.site().task_columns().host[task]
    }

    pub(super) fn source_of(&self, task: TaskId) -> Option<HostId> {
        self.catalog.site().task_columns().source(task)
    }

    /// Counts or uncounts what a task refers to now; its source leg never changes.
    fn count_task(&mut self, task: TaskId, demands: &impl Demands, counted: bool) {
        match self.references[task].id() {
            Some(id) => {
                let level = demands.own(task);
                add(&mut self.slots[id].named, level, counted);
                if self.slots[id].present {
                    self.with_buckets(id, |bucket| add(&mut bucket.named, level, counted));
                }
            }
            None => {
                for host in blank_legs(self.catalog.site(), self.host_of(task)) {
                    add(&mut self.hosts[host].legs, demands.set(task, host), counted);
                }
            }
        }
    }

    /// Counts tasks as gone from an interface to another, or to none; what they demand is only that they are there.
    pub(super) fn shift(&mut self, from: InterfaceId, to: Option<InterfaceId>, tasks: u32) {
        self.recount(from, |count| *count = count.wrapping_sub(tasks));
        match to {
            Some(to) => self.recount(to, |count| *count = count.wrapping_add(tasks)),
            None => {
                for host in blank_legs(self.catalog.site(), self.slots[from].host) {
                    let [count, ..] = &mut self.hosts[host].legs;
                    *count = count.wrapping_add(tasks);
                }
            }
        }
    }

    /// Changes how many tasks name an interface.
    fn recount(&mut self, id: InterfaceId, change: impl Fn(&mut u32)) {
        let [count, ..] = &mut self.slots[id].named;
        change(count);
        if self.slots[id].present {
            self.with_buckets(id, |bucket| {
                let [count, ..] = &mut bucket.named;
                change(count);
            });
        }
    }

    fn with_buckets(&mut self, id: InterfaceId, mut change: impl FnMut(&mut Bucket)) {
        let slot = &self.slots[id];
        let host = &mut self.hosts[slot.host];
        host.buckets_of(slot.scheme, slot.place).into_iter().flatten().for_each(&mut change);
    }

    /// The local number that an interface ends at, in this state.
    pub(super) fn number(&self, id: InterfaceId) -> Option<PortNumber> {
        let slot = &self.slots[id];
        slot.listener.filter(|_| slot.scheme.transport().is_some()).or(slot.outer_number)
    }

    /// The liveness of an interface that is entered, under `ports`; dead where it is not.
    pub(super) fn liveness(&self, id: InterfaceId, ports: Ports) -> Liveness {
        if !self.slots[id].present {
            return Liveness::Dead;
        }
        match self.slots[id].scheme {
            Scheme::Bare => Liveness::of_bare(ports),
            Scheme::Other => Liveness::Possible,
            Scheme::Ftp => self.numbered_liveness(id, ports.ftp),
            Scheme::Http => self.numbered_liveness(id, ports.http),
            Scheme::Https => self.numbered_liveness(id, ports.https),
        }
    }

    fn numbered_liveness(&self, id: InterfaceId, port: PortState) -> Liveness {
        match port {
            PortState::On(number) if self.number(id) == Some(number) => Liveness::Certain,
            PortState::On(_) | PortState::Off => Liveness::Dead,
            PortState::Unknown => Liveness::Possible,
        }
    }

    fn enter(&mut self, id: InterfaceId, listener: Option<PortNumber>) {
        self.slots[id].present = true;
        self.slots[id].listener = listener;
        let (slot, number) = (self.slots[id], self.number(id));
        self.slots[id].place = self.hosts[slot.host].place_of(slot.scheme, number);
        let entered = Bucket { present: 1, named: self.slots[id].named };
        self.with_buckets(id, |bucket| bucket.add(&entered));
    }

    fn delete(&mut self, id: InterfaceId) {
        let entered = Bucket { present: 1, named: self.slots[id].named };
        self.with_buckets(id, |bucket| bucket.subtract(&entered));
        self.slots[id].present = false;
    }

    /// Counts or uncounts a host among those that aborts depend on.
    fn count_aborts(&mut self, host: HostId, counted: bool) {
        if !self.catalog.site()[host].is_abort_waived() {
            let host = &self.hosts[host];
            self.aborts.count([host.running, host.next()], counted);
        }
    }

    fn change_ports(&mut self, host: HostId, change: impl FnOnce(&mut HostCensus)) {
        self.count_aborts(host, false);
        change(&mut self.hosts[host]);
        self.count_aborts(host, true);
    }

    /// Carries `action` out; it must make sense, but need not be allowed.
    pub(super) fn apply(&mut self, action: Action, demands: &impl Demands) {
        match action {
            Action::EnablePort { host, transport, port } => self.change_ports(host, |host| {
                host.configured = host.configured.with(transport, PortState::On(port));
            }),
            Action::DisablePort { host, transport } => self.change_ports(host, |host| {
                host.configured = host.configured.with(transport, PortState::Off);
            }),
            Action::Restart { host: id } => {
                self.change_ports(id, |host| host.running = host.next());
                self.load_settings(id);
            }
            Action::RestorePorts { host, ports } => {
                self.change_ports(host, |host| host.configured = ports);
            }
            Action::SetIni { setting, value } => {
                self.set_setting(setting, self.catalog.setting_value(setting, value));
            }
            Action::AddInterface { interface, listener, .. } => self.enter(interface, listener),
            Action::RemoveInterface { interface } => self.delete(interface),
            Action::SetKill { value } => {
                self.kill = self.catalog.kill(value);
                self.kill_text = self.catalog.kill_text(value);
            }
            Action::Reassign { task, to } => {
                self.count_task(task, demands, false);
                self.references[task] = to.into();
                self.count_task(task, demands, true);
            }
        }
    }
}

/// What one step is about to change.
#[derive(Clone, Debug)]
pub(super) enum Past<'c> {
    Ports(HostId, Ports, Ports),
    Restart(HostId, Ports, Vec<(SettingId, SettingValue<&'c str>)>),
    Setting(SettingId, SettingValue<&'c str>),
    Entered(InterfaceId, Option<PortNumber>),
    NotEntered(InterfaceId),
    Kill(Kill, Option<&'c str>),
    Reference(TaskId, Option<InterfaceId>),
}

impl<'c> Census<'c> {
    /// What `action` is about to change.
    pub(super) fn past(&self, action: Action) -> Past<'c> {
        match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::RestorePorts { host, .. } => {
                Past::Ports(host, self.hosts[host].configured, self.hosts[host].running)
            }
            Action::Restart { host } => {
                let loaded = self.pending_settings(host).map(|(id, _, running)| (id, running));
                Past::Restart(host, self.hosts[host].running, loaded.collect())
            }
            Action::SetIni { setting, .. } => {
                Past::Setting(setting, self.settings[setting].configured)
            }
            Action::AddInterface { interface, .. } => Past::NotEntered(interface),
            Action::RemoveInterface { interface } => {
                Past::Entered(interface, self.slots[interface].listener)
            }
            Action::SetKill { .. } => Past::Kill(self.kill, self.kill_text),
            Action::Reassign { task, .. } => Past::Reference(task, self.references[task].id()),
        }
    }

    /// Brings back what the last step changed.
    pub(super) fn revert(&mut self, past: Past<'c>, demands: &impl Demands) {
        match past {
            Past::Ports(host, configured, running) => self.change_ports(host, |host| {
                (host.configured, host.running) = (configured, running);
            }),
            Past::Restart(id, running, loaded) => {
                self.change_ports(id, |host| host.running = running);
                for (id, running) in loaded {
                    self.unload_setting(id, running);
                }
            }
            Past::Setting(id, configured) => self.set_setting(id, configured),
            Past::Entered(id, listener) => self.enter(id, listener),
            Past::NotEntered(id) => self.delete(id),
            Past::Kill(kill, text) => (self.kill, self.kill_text) = (kill, text),
            Past::Reference(task, to) => self.apply(Action::Reassign { task, to }, demands),
        }
    }
}

fn add(demand: &mut Demand, level: usize, counted: bool) {
    if let Some(count) = demand.get_mut(level) {
        // Moves that wait to be entered may take away here before they add.
        *count = if counted { count.wrapping_add(1) } else { count.wrapping_sub(1) };
    }
}
