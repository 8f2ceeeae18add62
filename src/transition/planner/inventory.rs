//! The interfaces of one host in the course of a plan.
//!
//! Whatever is asked once per interface is counted here as interfaces come and go, so that a host with many of them
//! costs no more for each.

use std::collections::BTreeMap;

use crate::{
    site::{InterfaceId, PortNumber, Ports, Scheme, Transport, work},
    transition::catalog::Catalog,
};

use super::{
    estate::{Coming, Exit, Item, Leaving},
    grade,
};

/// The interfaces of a host, entered or only named.
#[derive(Clone, Debug)]
pub(super) struct Inventory {
    items: Vec<Item>,
    places: BTreeMap<InterfaceId, usize>,
    addresses: Vec<Address>,
    /// The ports, now and next, under which the members are counted.
    columns: [Ports; 2],
    members: [Members; 2],
}

/// What is counted of the interfaces of one address.
#[derive(Clone, Copy, Debug, Default)]
struct Address {
    /// Those that are entered and not forwarded: they show that the address is the host's own.
    own: u32,
    /// Those that tasks only name, and leave for an interface that is added, or that are to be added themselves.
    awaiting: u32,
}

/// Interfaces that tasks can wait on, by address, scheme and ranks: the first of each.
pub(super) struct Shelters(BTreeMap<Shelter, usize>);

type Shelter = (usize, Option<Transport>, [grade::Rank; 2]);

impl Inventory {
    /// The interfaces of a host of the catalog's site.
    pub(super) fn new(catalog: &Catalog<'_>, mut items: Vec<Item>) -> Self {
        let mut numbers = BTreeMap::new();
        let mut number = |id: InterfaceId| {
            let address = catalog[id].address()?.to_ascii_lowercase();
            let next = numbers.len();
            Some(*numbers.entry(address).or_insert(next))
        };
        for item in &mut items {
            item.address = number(item.id);
            for leaving in &mut item.leaving {
                if let Some(coming) = &mut leaving.added {
                    coming.address = number(coming.id);
                }
            }
        }
        let places = items.iter().enumerate().map(|(at, item)| (item.id, at)).collect();
        let mut addresses = vec![Address::default(); numbers.len()];
        for item in &items {
            if let Some(address) = item.address.and_then(|at| addresses.get_mut(at)) {
                address.own += u32::from(item.is_own());
                address.awaiting += u32::from(item.is_awaiting());
            }
        }
        let (columns, members) = Default::default();
        Self { items, places, addresses, columns, members }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Item> {
        work::note(1);
        self.items.get(at)
    }

    pub(super) fn iter(&self) -> core::slice::Iter<'_, Item> {
        work::note(self.items.len());
        self.items.iter()
    }

    /// Those that are entered.
    pub(super) fn present(&self) -> impl Iterator<Item = &Item> + Clone {
        work::note(self.items.len());
        self.items.iter().filter(|item| item.is_present)
    }

    pub(super) fn is_present(&self, id: InterfaceId) -> bool {
        self.places.get(&id).and_then(|&at| self.items.get(at)).is_some_and(|item| item.is_present)
    }

    /// The address of an interface that the host has or tasks name.
    pub(super) fn address_of(&self, id: InterfaceId) -> Option<usize> {
        self.items.get(*self.places.get(&id)?)?.address
    }

    /// Whether the host has the interface, or tasks name it.
    pub(super) fn knows(&self, id: InterfaceId) -> bool {
        self.places.contains_key(&id)
    }

    /// Counts the members of the set under new ports, now and next.
    pub(super) fn count_under(&mut self, columns: [Ports; 2]) {
        self.columns = columns;
        self.members = columns.map(|ports| {
            let mut members = Members::default();
            self.present().for_each(|item| members.count(item.rank(ports)));
            members
        });
    }

    /// How good the set is, now and next.
    pub(super) fn grades(&self) -> [u8; 2] {
        self.members.map(Members::grade)
    }

    /// Whether the set is as good without this member.
    pub(super) fn keeps_without(&self, item: &Item) -> bool {
        self.keeps(|members, ports| members.uncount(item.rank(ports)))
    }

    /// Whether more than one interface is entered.
    pub(super) fn has_several(&self) -> bool {
        self.members.iter().all(|members| members.sum() > 1)
    }

    /// Whether the set is as good with one more member, which ends at the HTTPS port.
    pub(super) fn keeps_with_https(&self, number: PortNumber) -> bool {
        self.keeps(|members, ports| {
            members.count(grade::of_interface(Scheme::Https, Some(number), ports));
        })
    }

    fn keeps(&self, change: impl Fn(&mut Members, Ports)) -> bool {
        self.members.into_iter().zip(self.columns).all(|(before, ports)| {
            let mut after = before;
            change(&mut after, ports);
            after.grade() >= before.grade()
        })
    }

    /// Whether only this interface shows that an address is the host's own, where a task that dangles there waits for an
    /// interface to be added: without it nobody would know any more where the task goes.
    pub(super) fn holds_address(&self, item: &Item) -> bool {
        let address = item.address.and_then(|at| self.addresses.get(at));
        address
            .is_some_and(|address| address.awaiting > 0 && address.own == u32::from(item.is_own()))
    }

    /// Enters an HTTPS interface; one that nobody knows yet comes with its address, which it shows from now on.
    pub(super) fn enter(&mut self, coming: Coming, number: PortNumber) {
        let known = self.places.get(&coming.id).copied();
        let at = known.unwrap_or(self.items.len());
        if known.is_none() {
            self.places.insert(coming.id, at);
            self.items.push(Item::https(coming, number));
        }
        self.change(at, |item| {
            item.is_present = true;
            item.is_serviceable = true;
            // Tasks that named the text are repaired by it, wherever they were to go.
            item.leaving.clear();
        });
        self.recount(at, Members::count);
    }

    /// Deletes an interface.
    pub(super) fn delete(&mut self, at: usize) {
        self.recount(at, Members::uncount);
        self.change(at, |item| item.is_present = false);
    }

    fn recount(&mut self, at: usize, count: impl Fn(&mut Members, grade::Rank)) {
        let Some(item) = self.items.get(at) else { return };
        for (members, ports) in self.members.iter_mut().zip(self.columns) {
            count(members, item.rank(ports));
        }
    }

    /// Takes out what may leave an interface; `may` is told whether the interface that is added for it is there.
    pub(super) fn leave(
        &mut self,
        at: usize,
        may: &dyn Fn(&Leaving, bool) -> bool,
    ) -> Vec<Leaving> {
        let mut leaving = Vec::new();
        self.change(at, |item| leaving = core::mem::take(&mut item.leaving));
        let is_added =
            |leaving: &Leaving| leaving.added.is_some_and(|coming| self.is_present(coming.id));
        let (left, staying) =
            leaving.into_iter().partition(|leaving| may(leaving, is_added(leaving)));
        self.change(at, |item| item.leaving = staying);
        left
    }

    /// Moves all tasks from one interface to another, both of them entered.
    pub(super) fn park(
        &mut self,
        from: usize,
        to: usize,
    ) -> Option<(InterfaceId, InterfaceId, u32)> {
        let item = self.items.get_mut(from)?;
        let (id, tasks) = (item.id, item.tasks());
        let (leaving, pinned) =
            (core::mem::take(&mut item.leaving), core::mem::take(&mut item.pinned));
        let place = self.items.get_mut(to)?;
        place.pinned += pinned;
        if place.is_exposed {
            place.leaving.extend(leaving);
        } else {
            place.pinned += leaving.iter().map(|leaving| leaving.tasks).sum::<u32>();
        }
        Some((id, place.id, tasks))
    }

    /// Changes an interface and what is counted of its address.
    fn change(&mut self, at: usize, change: impl FnOnce(&mut Item)) {
        let Some(item) = self.items.get_mut(at) else { return };
        let before = (item.is_own(), item.is_awaiting());
        change(item);
        let after = (item.is_own(), item.is_awaiting());
        if let Some(address) = item.address.and_then(|at| self.addresses.get_mut(at)) {
            address.own = address.own + u32::from(after.0) - u32::from(before.0);
            address.awaiting = address.awaiting + u32::from(after.1) - u32::from(before.1);
        }
    }

    /// The interfaces that tasks can wait on under these ports.
    pub(super) fn shelters(&self, columns: [Ports; 2]) -> Shelters {
        let mut shelters = BTreeMap::new();
        for (at, item) in self.items.iter().enumerate() {
            let is_shelter = matches!(item.scheme, Scheme::Ftp | Scheme::Http | Scheme::Bare);
            if let Some(address) = item.address.filter(|_| item.is_present && is_shelter) {
                let ranks = columns.map(|ports| item.rank(ports));
                shelters.entry((address, item.scheme.transport(), ranks)).or_insert(at);
            }
        }
        Shelters(shelters)
    }

    /// The first shelter at the address of `item` that suits.
    pub(super) fn shelter_of(
        &self,
        shelters: &Shelters,
        item: &Item,
        suits: impl Fn(&Item) -> bool,
    ) -> Option<usize> {
        let address = item.address?;
        let at_address = shelters.0.range((address, None, [0; 2])..);
        at_address
            .take_while(|(shelter, _)| shelter.0 == address)
            .map(|(_, &at)| at)
            .filter(|&at| self.items.get(at).is_some_and(&suits))
            .min()
    }
}

impl Item {
    /// How live it is, were it entered.
    pub(super) fn rank(&self, ports: Ports) -> grade::Rank {
        grade::of_interface(self.scheme, self.number, ports)
    }

    const fn is_own(&self) -> bool {
        self.is_present && !self.is_forwarded
    }

    fn is_awaiting(&self) -> bool {
        let to_added = self.leaving.iter().any(|leaving| leaving.exit == Exit::Added);
        !self.is_present && (to_added || self.repaired > 0)
    }
}

/// The members of a set by rank.
#[derive(Clone, Copy, Debug, Default)]
struct Members {
    certain: u32,
    possible: u32,
    dead: u32,
}

impl Members {
    const fn place(&mut self, rank: grade::Rank) -> &mut u32 {
        match rank {
            0 => &mut self.dead,
            1 => &mut self.possible,
            _ => &mut self.certain,
        }
    }

    const fn count(&mut self, rank: grade::Rank) {
        *self.place(rank) += 1;
    }

    const fn uncount(&mut self, rank: grade::Rank) {
        *self.place(rank) -= 1;
    }

    const fn sum(&self) -> u32 {
        self.certain + self.possible + self.dead
    }

    const fn grade(self) -> u8 {
        grade::of_set(self.certain, self.possible, self.dead)
    }
}
