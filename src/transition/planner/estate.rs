//! A site as the planner sees it: per host the interfaces, with how many tasks leave each and where to.

use smallvec::SmallVec;

use crate::{
    site::{
        HostId, InterfaceId, OwnLeg, PortNumber, Ports, Reliance, Scheme, SettingId, Site, TaskId,
        Transport, id::IdVec,
    },
    transition::catalog::Catalog,
};

use super::{
    floor::Floor,
    inventory::{Inventory, Items},
    target::{Target, Targets, reaches_https},
};

/// The way in which the tasks on one interface leave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// To an interface that is entered.
    Entered,
    /// To one that is added.
    Added,
    /// To none.
    Blank,
}

/// An HTTPS interface that the plan may add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coming {
    pub(super) id: InterfaceId,
    /// Its place in the inventory of its host, once there is one.
    pub(super) at: u32,
}

impl Coming {
    /// Its place in the inventory of its host.
    pub(super) const fn at(self) -> usize {
        self.at as usize
    }
}

/// Tasks that leave an interface in the same way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaving {
    /// What they name in the first state.
    pub(super) origin: InterfaceId,
    pub(super) exit: Exit,
    /// The interface that is added for them, for [`Exit::Added`].
    pub(super) added: Option<Coming>,
    pub(super) tasks: u32,
}

/// The tasks on one interface that leave it.
pub(super) type Leavings = SmallVec<[Leaving; 1]>;

/// An interface of a host: entered, only named, or to come with the plan.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts of the interface")]
pub(super) struct Item {
    pub(super) id: InterfaceId,
    pub(super) scheme: Scheme,
    pub(super) number: Option<PortNumber>,
    pub(super) is_present: bool,
    /// The address, numbered per host; `None` where the text has none.
    pub(super) address: Option<u32>,
    /// It is forwarded to another local port.
    pub(super) is_forwarded: bool,
    /// It may use a retired transport.
    pub(super) is_exposed: bool,
    /// It ends at the HTTPS port of its host.
    pub(super) is_serviceable: bool,
    pub(super) leaving: Leavings,
    /// Tasks that cannot leave, because nobody knows where to.
    pub(super) pinned: u32,
    /// Tasks whose dangling reference is repaired by adding this very text.
    pub(super) repaired: u32,
}

impl Item {
    /// An interface that nobody knows yet, to be entered.
    pub(super) fn to_come(id: InterfaceId, number: PortNumber) -> Self {
        Self {
            id,
            scheme: Scheme::Https,
            number: Some(number),
            is_present: false,
            address: None,
            is_forwarded: false,
            is_exposed: false,
            is_serviceable: false,
            leaving: Leavings::new(),
            pinned: 0,
            repaired: 0,
        }
    }

    /// Whether tasks leave it for no interface.
    pub(super) fn goes_blank(&self) -> bool {
        self.leaving.iter().any(|leaving| leaving.exit == Exit::Blank)
    }

    pub(super) fn tasks(&self) -> u32 {
        self.pinned + self.leaving.iter().map(|leaving| leaving.tasks).sum::<u32>()
    }
}

/// A host as the planner sees it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts of the host")]
pub(super) struct Ground {
    pub(super) configured: Ports,
    pub(super) running: Ports,
    pub(super) reliance: Reliance,
    pub(super) https: PortNumber,
    pub(super) in_goal: bool,
    pub(super) abort_waived: bool,
    pub(super) items: Inventory,
    /// Legs that pick from the host's set in the first state.
    pub(super) legs: u32,
    /// Whether tasks come to pick from the host's set.
    pub(super) awaits_legs: bool,
    /// Whether tasks of other hosts do, and leave an interface for it.
    pub(super) awaits_others: bool,
    /// The interface that is added where nothing else would be left in the host's set.
    pub(super) twin: Option<Coming>,
    /// What no course of the host can beat.
    pub(super) floor: Floor,
    pub(super) settings: Settings,
}

impl Ground {
    /// Whether a port runs, and is configured on another number.
    pub(super) fn is_renumbered(&self, transport: Transport) -> bool {
        let (running, configured) = (self.running.of(transport), self.configured.of(transport));
        running.is_on() && configured.is_on() && configured != running
    }

    /// Whether the number on which an unsecure port runs is configured for the other.
    pub(super) fn is_taken(&self, transport: Transport) -> bool {
        let running = self.running.of(transport);
        let mut others = Transport::UNSECURE.into_iter().filter(|other| *other != transport);
        running.is_on() && others.any(|other| self.configured.of(other) == running)
    }
}

/// The settings of a host that are not as wanted; none of a host outside the goal.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    /// Those that run as wanted, so that writing them is enough.
    pub(super) unwritten: Vec<SettingId>,
    /// Those that a restart has to load, and whether they have to be written before it.
    pub(super) unloaded: Vec<(SettingId, bool)>,
}

impl Settings {
    fn of(site: &Site, host: HostId) -> Self {
        let mut settings = Self::default();
        if site[host].is_excepted() {
            return settings;
        }
        for &id in site[host].settings() {
            let setting = &site[id];
            let [is_written, is_loaded] =
                [setting.configured(), setting.running()].map(|value| value.is(setting.wanted()));
            match (is_written, is_loaded) {
                (true, true) => {}
                (false, true) => settings.unwritten.push(id),
                (is_written, false) => settings.unloaded.push((id, !is_written)),
            }
        }
        settings
    }
}

/// The site as the planner sees it.
pub(super) struct Estate<'s> {
    pub(super) site: &'s Site,
    pub(super) grounds: IdVec<HostId, Ground>,
    /// Tasks without a target of their own, by the interface that they name.
    pub(super) usual: IdVec<InterfaceId, Usual>,
    /// Where each task with a target of its own goes, in the order of tasks.
    pub(super) own: Vec<(TaskId, Target)>,
}

/// The tasks that go where the policy sends whoever names an interface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual {
    pub(super) tasks: u32,
    pub(super) target: Target,
}

impl<'s> Estate<'s> {
    pub(super) fn survey(catalog: &mut Catalog<'s>) -> Self {
        let site = catalog.site();
        let mut targets = Targets::new(site);
        let mut tally = Tally::new(site);
        let (usual, own) = tally.tasks(site, &mut targets, catalog);
        tally.close(site);
        let grounds =
            site.host_ids().map(|id| tally.ground(site, id, &mut targets, catalog)).collect();
        Self { site, grounds, usual, own }
    }
}

/// Tasks counted by what they name.
struct Tally {
    interfaces: IdVec<InterfaceId, Named>,
    hosts: IdVec<HostId, Picked>,
}

/// What is counted of an interface.
#[derive(Clone, Default)]
struct Named {
    leaving: Leavings,
    staying: u32,
    repaired: u32,
}

/// What is counted of a host.
#[derive(Clone, Default)]
struct Picked {
    legs: u32,
    /// Tasks without interface.
    blank: u32,
    awaits_legs: bool,
    awaits_others: bool,
    /// Interfaces that tasks name without their being entered.
    dangling: SmallVec<[InterfaceId; 2]>,
}

impl Tally {
    fn new(site: &Site) -> Self {
        let mut hosts = IdVec::filled(Picked::default(), site.hosts().len());
        for (index, interface) in site.all_interfaces().enumerate() {
            if !interface.is_present() {
                hosts[interface.host()].dangling.push(InterfaceId::new(index));
            }
        }
        Self { interfaces: IdVec::filled(Named::default(), site.interface_count()), hosts }
    }

    /// Counts all tasks, and finds where they go.
    ///
    /// Tasks that name the same interface go the same way, so of most only their number has to be known.
    fn tasks<'s>(
        &mut self,
        site: &'s Site,
        targets: &mut Targets<'s>,
        catalog: &mut Catalog<'s>,
    ) -> (IdVec<InterfaceId, Usual>, Vec<(TaskId, Target)>) {
        let tasks = site.task_columns();
        for (_, source) in tasks.sources() {
            self.hosts[source].legs += 1;
        }
        let interfaces = site.interface_count();
        let mut legs: IdVec<OwnLeg, u32> = IdVec::filled(0, interfaces + site.hosts().len());
        let mut own = Vec::new();
        let mut overridden = tasks.overridden();
        let mut next_own = overridden.next();
        for (at, leg) in tasks.own_legs(interfaces).enumerate() {
            let task = TaskId::new(at);
            if next_own == Some(task) {
                next_own = overridden.next();
                if let Some(named) = tasks.reference[task].id() {
                    let target = targets.of(site.task(task), catalog);
                    self.count(named, target, 1);
                    own.push((task, target));
                    continue;
                }
            }
            let count = &mut legs[leg];
            *count += 1;
            if *count > 1 {
                continue;
            }
            // The first one tells where all go, and is entered at once: so what is counted is in their order.
            if let Some(named) = tasks.reference[task].id() {
                self.count(named, targets.of(site.task(task), catalog), 1);
            }
        }
        for host in site.host_ids() {
            self.hosts[host].blank = legs[OwnLeg::blank(interfaces, host)];
        }
        let usual = (0..interfaces).map(InterfaceId::new).map(|named| {
            let (tasks, target) = (legs[named.into()], targets.usual_of(named));
            if tasks > 1 {
                self.count(named, target, tasks - 1);
            }
            Usual { tasks, target }
        });
        (usual.collect(), own)
    }

    /// Counts tasks that name an interface and go the same way.
    fn count(&mut self, named: InterfaceId, target: Target, tasks: u32) {
        let counted = &mut self.interfaces[named];
        let (exit, added) = match target {
            Target::Stay | Target::Unknown => {
                counted.staying += tasks;
                return;
            }
            Target::Repaired(_) => {
                counted.repaired += tasks;
                return;
            }
            Target::Entered(_) => (Exit::Entered, None),
            Target::Added(id) => (Exit::Added, Some(Coming { id, at: u32::MAX })),
            Target::Blank => (Exit::Blank, None),
        };
        let leaving = &mut counted.leaving;
        // Tasks with targets of their own may each need an entry; looking through all would cost their square.
        let likely = [leaving.len().saturating_sub(1), 0].into_iter().find(|&at| {
            leaving.get(at).is_some_and(|other| other.exit == exit && other.added == added)
        });
        match likely.and_then(|at| leaving.get_mut(at)) {
            Some(other) => other.tasks += tasks,
            None => leaving.push(Leaving { origin: named, exit, added, tasks }),
        }
    }

    /// Works out who picks from which set, now that all tasks are counted.
    fn close(&mut self, site: &Site) {
        for host in site.host_ids() {
            for set in crate::safety::blank_legs(site, host) {
                self.hosts[set].legs += self.hosts[host].blank;
            }
        }
        for (named, counted) in self.interfaces.iter_enumerated() {
            if counted.leaving.iter().any(|leaving| leaving.exit == Exit::Blank) {
                let host = site[named].host();
                for set in crate::safety::blank_legs(site, host) {
                    let picked = &mut self.hosts[set];
                    picked.awaits_legs = true;
                    picked.awaits_others |= set != host && site[named].is_present();
                }
            }
        }
    }

    fn ground<'s>(
        &mut self,
        site: &'s Site,
        id: HostId,
        targets: &mut Targets<'s>,
        catalog: &mut Catalog<'s>,
    ) -> Ground {
        let host = &site[id];
        let dangling = core::mem::take(&mut self.hosts[id].dangling);
        let entered = host.interfaces().iter().copied();
        let items: Items =
            entered.chain(dangling).map(|interface| self.item(site, interface)).collect();
        let twin = twin_of(site, id, targets, catalog);
        let mut items = Inventory::new(catalog, items, twin, host.https_port());
        items.count_under([host.running(), host.next()]);
        let picked = &self.hosts[id];
        let in_goal = !host.is_excepted();
        Ground {
            configured: host.configured(),
            running: host.running(),
            reliance: host.reliance(),
            https: host.https_port(),
            in_goal,
            abort_waived: host.is_abort_waived(),
            twin: twin.and_then(|twin| items.coming(twin)),
            legs: picked.legs,
            awaits_legs: picked.awaits_legs,
            awaits_others: picked.awaits_others,
            floor: if in_goal {
                let ports = (host.running(), host.https_port());
                Floor::of(&items, ports, picked.legs, site.policy().retired)
            } else {
                Floor::default()
            },
            items,
            settings: Settings::of(site, id),
        }
    }

    fn item(&mut self, site: &Site, id: InterfaceId) -> Item {
        let interface = &site[id];
        let counted = core::mem::take(&mut self.interfaces[id]);
        Item {
            id,
            scheme: interface.scheme(),
            number: interface.number(),
            is_present: interface.is_present(),
            address: None,
            is_forwarded: interface.listener().is_some(),
            is_exposed: interface.may_use_any(site.policy().retired),
            is_serviceable: reaches_https(site, interface),
            leaving: counted.leaving,
            pinned: counted.staying,
            repaired: counted.repaired,
        }
    }
}

/// The twin of the first unsecure interface of a host that is not forwarded.
fn twin_of<'s>(
    site: &'s Site,
    host: HostId,
    targets: &mut Targets<'s>,
    catalog: &mut Catalog<'s>,
) -> Option<InterfaceId> {
    let unsecure = |&id: &InterfaceId| {
        matches!(site[id].scheme(), Scheme::Ftp | Scheme::Http | Scheme::Bare)
            && site[id].listener().is_none()
            && site[id].may_use_any(site.policy().retired)
    };
    let first = site[host].interfaces().iter().copied().find(unsecure)?;
    // Every text that is looked for here becomes part of the catalog, so ask only where it can matter.
    let is_served = site[host].interfaces().iter().any(|&id| reaches_https(site, &site[id]));
    if is_served || site[host].is_excepted() {
        return None;
    }
    targets.twin(first, catalog)
}
