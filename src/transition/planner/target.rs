//! Where each task goes: nothing is left to choose when a plan is carried out.

use crate::{
    site::{
        HostId, Interface, InterfaceId, ReassignOverride, ReassignPolicy, Scheme, Site, Task,
        id::IdVec,
    },
    transition::catalog::Catalog,
};

use super::inventory::compare_addresses;

/// Where a task goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// It stays: what it names is neither exposed nor dangling, or its host is not in the goal.
    Stay,
    /// To an HTTPS interface that its host has.
    Entered(InterfaceId),
    /// To an HTTPS interface that is added for it.
    Added(InterfaceId),
    /// What it names is itself added: the reference no longer dangles, and the task is not touched.
    Repaired(InterfaceId),
    /// To no interface.
    Blank,
    /// Nobody knows: an administrator has to enter one.
    Unknown,
}

/// What is known of one address of a host.
#[derive(Clone, Copy, Debug)]
struct Address<'s> {
    host: HostId,
    /// As it is written first.
    text: &'s str,
    /// The first interface there that reaches the HTTPS port.
    serviceable: Option<InterfaceId>,
    /// Whether an interface there is not forwarded, so that the address is known to be the host's own.
    is_own: bool,
    /// The HTTPS interface that is added there.
    twin: Option<InterfaceId>,
}

/// The targets of a site's tasks.
pub(super) struct Targets<'s> {
    site: &'s Site,
    /// Those of entered interfaces, by host and text.
    addresses: Vec<Address<'s>>,
    /// Of tasks without a target of their own, per interface that they name; found when first asked for.
    usual: IdVec<InterfaceId, Option<Target>>,
}

impl<'s> Targets<'s> {
    pub(super) fn new(site: &'s Site) -> Self {
        let usual = IdVec::filled(None, site.interface_count());
        Self { site, addresses: addresses(site), usual }
    }

    /// Where `task` goes; the catalog learns the interfaces that have to be added.
    pub(super) fn of(&mut self, task: Task<'_>, catalog: &mut Catalog<'s>) -> Target {
        let Some(named) = task.interface() else { return Target::Stay };
        match task.reassign_override() {
            None => self.usual(named, catalog),
            Some(_) if !self.is_unfit(named) => Target::Stay,
            Some(ReassignOverride::To(text)) => self.told(named, text, catalog),
            Some(ReassignOverride::Blank) => Target::Blank,
            Some(ReassignOverride::Secure) => self.secure(named, catalog),
        }
    }

    /// Where tasks without a target of their own go that name an interface; they stay where none has been asked about.
    pub(super) fn usual_of(&self, named: InterfaceId) -> Target {
        self.usual[named].unwrap_or(Target::Stay)
    }

    /// The HTTPS interface that is added at the address of `interface`; `None` where there can be none.
    pub(super) fn twin(
        &mut self,
        interface: InterfaceId,
        catalog: &mut Catalog<'s>,
    ) -> Option<InterfaceId> {
        let known = &self.site[interface];
        if known.listener().is_some() || known.scheme() == Scheme::Other {
            return None;
        }
        let address = known.address()?;
        let host = known.host();
        let at = self.place(known)?;
        let place = self.addresses.get_mut(at)?;
        if place.twin.is_none() {
            let text = format!("https://{address}:{}", self.site[host].https_port());
            let twin = catalog.intern(host, &text);
            // The text may be there and be forwarded elsewhere: then no second one can be entered.
            place.twin = (!catalog[twin].is_present()).then_some(twin);
        }
        place.twin
    }

    /// Whether a task must not stay on what it names.
    fn is_unfit(&self, named: InterfaceId) -> bool {
        let interface = &self.site[named];
        if self.site[interface.host()].is_excepted() {
            return false;
        }
        !interface.is_present() || interface.may_use_any(self.site.policy().retired)
    }

    /// A text of the task's own: an interface of its host that reaches the HTTPS port, or one that can be added.
    fn told(&self, named: InterfaceId, text: &str, catalog: &mut Catalog<'s>) -> Target {
        let host = self.site[named].host();
        let id = catalog.intern(host, text);
        if !reaches_https(self.site, &catalog[id]) {
            return Target::Unknown;
        }
        match catalog[id].is_present() {
            true => Target::Entered(id),
            false if id == named => Target::Repaired(id),
            false => Target::Added(id),
        }
    }

    /// The target that the policy gives.
    fn usual(&mut self, named: InterfaceId, catalog: &mut Catalog<'s>) -> Target {
        if let Some(known) = self.usual[named] {
            return known;
        }
        let target = match self.site.policy().reassign {
            _ if !self.is_unfit(named) => Target::Stay,
            ReassignPolicy::Blank => Target::Blank,
            ReassignPolicy::Secure => self.secure(named, catalog),
        };
        self.usual[named] = Some(target);
        target
    }

    /// The first case that matches.
    fn secure(&mut self, named: InterfaceId, catalog: &mut Catalog<'s>) -> Target {
        let interface = &self.site[named];
        let dangles = !interface.is_present();
        let address = self.place(interface).and_then(|at| self.addresses.get(at)).copied();
        if dangles && address.is_some() && reaches_https(self.site, interface) {
            return Target::Repaired(named);
        }
        if let Some(serviceable) = address.and_then(|address| address.serviceable) {
            return Target::Entered(serviceable);
        }
        if dangles && !address.is_some_and(|address| address.is_own) {
            return Target::Unknown;
        }
        self.twin(named, catalog).map_or(Target::Unknown, Target::Added)
    }

    /// Where the address of an interface stands; `None` where no entered interface has it.
    fn place(&self, interface: &Interface) -> Option<usize> {
        let (host, text) = (interface.host(), interface.address()?);
        let order = |other: &Address<'_>| {
            other.host.cmp(&host).then_with(|| compare_addresses(other.text, text))
        };
        self.addresses.binary_search_by(order).ok()
    }
}

/// Whether an interface, entered or about to be, ends at the HTTPS port of its host.
pub(super) fn reaches_https(site: &Site, interface: &Interface) -> bool {
    interface.scheme() == Scheme::Https
        && interface.number() == Some(site[interface.host()].https_port())
}

fn addresses(site: &Site) -> Vec<Address<'_>> {
    let mut addresses: Vec<Address<'_>> = Vec::with_capacity(site.interface_count());
    for host in site.host_ids() {
        let start = addresses.len();
        for &id in site[host].interfaces() {
            let Some(text) = site[id].address() else { continue };
            let is_own = site[id].listener().is_none();
            let serviceable = reaches_https(site, &site[id]).then_some(id);
            addresses.push(Address { host, text, serviceable, is_own, twin: None });
        }
        if let Some(of_host) = addresses.get_mut(start..) {
            // Stable: of the interfaces at one address the first counts.
            of_host.sort_by(|one, other| compare_addresses(one.text, other.text));
        }
    }
    addresses.dedup_by(|next, kept| {
        let is_same = kept.host == next.host && compare_addresses(kept.text, next.text).is_eq();
        if is_same {
            kept.serviceable = kept.serviceable.or(next.serviceable);
            kept.is_own |= next.is_own;
        }
        is_same
    });
    addresses
}
