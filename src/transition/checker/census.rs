//! A state of a site, counted so that one step is judged in constant time, hostile plans included.

mod past;

use crate::{
    safety::{Liveness, blank_legs},
    site::{
        HostId, Interface, InterfaceId, Kill, OptionalId, PortNumber, PortState, Ports, Scheme,
        SettingId, TaskId, id::IdVec,
    },
    transition::{Action, catalog::Catalog},
};

use super::{
    aborts::Aborts,
    demand::{Demand, Demands, Presence, add},
    host_census::{Bucket, HostCensus},
    setting::SettingCensus,
    tally::Tally,
};

pub(super) use past::Past;

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
        let retired = site.policy().retired;
        let slot = |interface: &Interface| Slot {
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
            hosts: site.hosts().map(HostCensus::uncounted).collect(),
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
