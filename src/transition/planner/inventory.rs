//! The interfaces of one host in the course of a plan.
//!
//! Whatever is asked once per interface is counted here as interfaces come and go, so that a host with many of them
//! costs no more for each. A host is tried in several ways, and each begins with a copy of this: where there are few
//! interfaces, the copy allocates nothing.

use core::cmp::Ordering;

use smallvec::SmallVec;

use crate::{
    site::{InterfaceId, PortNumber, Ports, Scheme, Transport, work},
    transition::catalog::Catalog,
};

use super::{
    estate::{Coming, Exit, Item, Leavings},
    grade,
};

/// The interfaces of a host: entered, only named, or to come with the plan.
#[derive(Clone, Debug)]
pub(super) struct Inventory {
    items: Items,
    addresses: SmallVec<[Address; 2]>,
    /// The exposed ones that every task can leave.
    leavable: u32,
    /// Those of which an HTTPS interface can be made that is added where nothing else would be left.
    models: u32,
    /// The ports, now and next, under which the members are counted.
    columns: [Ports; 2],
    members: [Members; 2],
}

/// Interfaces by their place in an inventory.
pub(super) type Items = SmallVec<[Item; 5]>;

/// What is counted of the interfaces of one address.
#[derive(Clone, Copy, Debug, Default)]
struct Address {
    /// Those that are entered and not forwarded: they show that the address is the host's own.
    own: u32,
    /// Whether tasks name something there that is not entered, and wait for an interface that is added, or for it to be.
    is_awaited: bool,
}

/// Interfaces that tasks can wait on, sorted by address, scheme and ranks: the first of each.
pub(super) struct Shelters(SmallVec<[(Shelter, usize); 4]>);

type Shelter = (u32, Option<Transport>, [grade::Rank; 2]);

impl Inventory {
    /// The interfaces of a host of the catalog's site, and those to come for its tasks, for `twin` or at the HTTPS number.
    pub(super) fn new(
        catalog: &Catalog<'_>,
        mut items: Items,
        twin: Option<InterfaceId>,
        https: PortNumber,
    ) -> Self {
        expect_coming(&mut items, twin, https);
        let addresses = number_addresses(catalog, &mut items);
        let mut addresses = SmallVec::from_elem(Address::default(), addresses);
        for item in &items {
            if let Some(address) = address_of(&mut addresses, item) {
                address.own += u32::from(item.is_own());
                address.is_awaited |= item.is_awaiting();
            }
        }
        let count =
            |which: fn(&Item) -> bool| items.iter().map(|item| u32::from(which(item))).sum();
        let (leavable, models) = (count(Item::is_leavable), count(Item::is_model));
        let (columns, members) = Default::default();
        Self { items, addresses, leavable, models, columns, members }
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

    pub(super) fn is_present(&self, coming: Coming) -> bool {
        self.get(coming.at()).is_some_and(|item| item.is_present)
    }

    /// An interface to come, by its id.
    pub(super) fn coming(&self, id: InterfaceId) -> Option<Coming> {
        let at = self.items.iter().rposition(|item| item.id == id)?;
        Some(Coming { id, at: u32::try_from(at).ok()? })
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
    /// interface to be added: without it nobody would know any more where the task goes. Once something is added there, it
    /// shows the address as well.
    pub(super) fn holds_address(&self, item: &Item) -> bool {
        let address = item.address.and_then(|at| self.addresses.get(at as usize));
        address.is_some_and(|address| address.is_awaited && address.own == u32::from(item.is_own()))
    }

    /// Whether others stay exposed that may go only when an HTTPS interface is added, and only this one says what that
    /// is.
    pub(super) fn is_last_model(&self, item: &Item) -> bool {
        let others = self.leavable - u32::from(item.is_leavable());
        item.is_model() && self.models == 1 && others > 0
    }

    /// Enters an HTTPS interface; one that nobody knew before shows its address from now on.
    pub(super) fn enter(&mut self, coming: Coming) {
        self.change(coming.at(), |item| {
            item.is_present = true;
            item.is_serviceable = true;
            // Tasks that named the text are repaired by it, wherever they were to go.
            item.leaving.clear();
        });
        self.recount(coming.at(), Members::count);
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
    pub(super) fn leave(&mut self, at: usize, may: impl Fn(Exit, bool) -> bool) -> Leavings {
        let Some(item) = self.items.get(at) else { return Leavings::new() };
        let is_added = |coming| self.is_present(coming);
        let (left, staying): (Leavings, Leavings) = item
            .leaving
            .iter()
            .copied()
            .partition(|leaving| may(leaving.exit, leaving.added.is_some_and(is_added)));
        if !left.is_empty() {
            self.change(at, |item| item.leaving = staying);
        }
        left
    }

    /// Moves all tasks from one interface to another, both of them entered.
    pub(super) fn park(
        &mut self,
        from: usize,
        to: usize,
    ) -> Option<(InterfaceId, InterfaceId, u32)> {
        let (id, place) = (self.items.get(from)?.id, self.items.get(to)?.id);
        let (mut leaving, mut pinned) = (Leavings::new(), 0);
        self.change(from, |item| {
            leaving = core::mem::take(&mut item.leaving);
            pinned = core::mem::take(&mut item.pinned);
        });
        let leaves = leaving.iter().map(|leaving| leaving.tasks).sum::<u32>();
        self.change(to, |item| {
            item.pinned += pinned;
            if item.is_exposed {
                item.leaving.extend(leaving);
            } else {
                item.pinned += leaves;
            }
        });
        Some((id, place, pinned + leaves))
    }

    /// Changes an interface and what is counted of its address.
    fn change(&mut self, at: usize, change: impl FnOnce(&mut Item)) {
        let Some(item) = self.items.get_mut(at) else { return };
        let before = item.is_own();
        self.leavable -= u32::from(item.is_leavable());
        self.models -= u32::from(item.is_model());
        change(item);
        let after = item.is_own();
        self.leavable += u32::from(item.is_leavable());
        self.models += u32::from(item.is_model());
        if let Some(address) = address_of(&mut self.addresses, item) {
            address.own = address.own + u32::from(after) - u32::from(before);
        }
    }

    /// The interfaces that tasks can wait on under these ports.
    pub(super) fn shelters(&self, columns: [Ports; 2]) -> Shelters {
        let mut shelters = SmallVec::new();
        for (at, item) in self.items.iter().enumerate() {
            let is_shelter = matches!(item.scheme, Scheme::Ftp | Scheme::Http | Scheme::Bare);
            if let Some(address) = item.address.filter(|_| item.is_present && is_shelter) {
                let ranks = columns.map(|ports| item.rank(ports));
                shelters.push(((address, item.scheme.transport(), ranks), at));
            }
        }
        shelters.sort_unstable();
        shelters.dedup_by_key(|&mut (shelter, _)| shelter);
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
        let first = shelters.0.partition_point(|&((other, ..), _)| other < address);
        let at_address = shelters.0.get(first..).unwrap_or_default().iter();
        at_address
            .take_while(|((other, ..), _)| *other == address)
            .map(|&(_, at)| at)
            .filter(|&at| self.items.get(at).is_some_and(&suits))
            .min()
    }
}

/// Gives every interface that may come a place among the items, and tells the tasks that wait for it.
fn expect_coming(items: &mut Items, twin: Option<InterfaceId>, https: PortNumber) {
    let added = items.iter().flat_map(|item| &item.leaving).filter_map(|leaving| leaving.added);
    let mut awaited: SmallVec<[InterfaceId; 4]> =
        added.map(|coming| coming.id).chain(twin).collect();
    if awaited.is_empty() {
        return;
    }
    awaited.sort_unstable();
    awaited.dedup();
    let mut places: SmallVec<[(InterfaceId, u32); 8]> = places(items);
    awaited.retain(|id| place_of(&places, *id).is_none());
    if !awaited.is_empty() {
        items.extend(awaited.into_iter().map(|id| Item::to_come(id, https)));
        places = self::places(items);
    }
    for leaving in items.iter_mut().flat_map(|item| &mut item.leaving) {
        if let Some(coming) = &mut leaving.added {
            coming.at = place_of(&places, coming.id).unwrap_or(u32::MAX);
        }
    }
}

fn places(items: &Items) -> SmallVec<[(InterfaceId, u32); 8]> {
    let mut places: SmallVec<[_; 8]> = items.iter().map(|item| item.id).zip(0..).collect();
    places.sort_unstable();
    places
}

fn place_of(places: &[(InterfaceId, u32)], id: InterfaceId) -> Option<u32> {
    let at = places.binary_search_by_key(&id, |&(id, _)| id).ok()?;
    places.get(at).map(|&(_, place)| place)
}

/// Numbers the addresses, ASCII letters compared without case, and says how many there are.
fn number_addresses(catalog: &Catalog<'_>, items: &mut Items) -> usize {
    let of = |(at, item): (usize, &Item)| Some((catalog[item.id].address()?, at));
    let mut named: SmallVec<[(&str, usize); 8]> = items.iter().enumerate().filter_map(of).collect();
    named.sort_unstable_by(|(one, _), (other, _)| compare_addresses(one, other));
    let mut count = 0;
    let mut last = None;
    for (address, at) in named {
        if last.is_none_or(|last| compare_addresses(last, address).is_ne()) {
            count += 1;
            last = Some(address);
        }
        if let Some(item) = items.get_mut(at) {
            item.address = Some(count - 1);
        }
    }
    count as usize
}

/// The order of addresses: ASCII letters compare without case, as in host names.
pub(super) fn compare_addresses(one: &str, other: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(lower).cmp(other.bytes().map(lower))
}

fn address_of<'a>(addresses: &'a mut [Address], item: &Item) -> Option<&'a mut Address> {
    addresses.get_mut(item.address? as usize)
}

impl Item {
    /// How live it is, were it entered.
    pub(super) fn rank(&self, ports: Ports) -> grade::Rank {
        grade::of_interface(self.scheme, self.number, ports)
    }

    const fn is_own(&self) -> bool {
        self.is_present && !self.is_forwarded
    }

    const fn is_leavable(&self) -> bool {
        self.is_present && self.is_exposed && self.pinned == 0
    }

    /// The first of these tells the address of the interface that is added where nothing else would be left.
    const fn is_model(&self) -> bool {
        let has_address = matches!(self.scheme, Scheme::Ftp | Scheme::Http | Scheme::Bare);
        self.is_present && self.is_exposed && !self.is_forwarded && has_address
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
