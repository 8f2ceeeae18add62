//! The interfaces of each host in their order: a place is told, filled and emptied in logarithmic time.
//!
//! A list that is shifted with each change would make a plan that deletes all interfaces of a host quadratic.

use crate::{
    site::{HostId, InterfaceId, OptionalId, id::IdVec, index::hash},
    transition::catalog::Catalog,
};

type Link = OptionalId<InterfaceId>;

/// An interface in the tree of its host: those before it on the left, those behind it on the right.
#[derive(Clone, Copy, Debug)]
struct Node {
    left: Link,
    right: Link,
    above: Link,
    /// How many interfaces hang on it, itself included.
    size: u32,
}

const ALONE: Node = Node { left: Link::NONE, right: Link::NONE, above: Link::NONE, size: 1 };

/// Treaps, one per host. Who stands above whom is a hash that is seeded by the content of the site, so that no plan can
/// be written that makes them deep.
#[derive(Clone, Debug)]
pub(super) struct Rosters {
    seed: u64,
    tops: IdVec<HostId, Link>,
    nodes: IdVec<InterfaceId, Node>,
}

impl Rosters {
    pub(super) fn new(catalog: &Catalog<'_>) -> Self {
        let site = catalog.site();
        let mut rosters = Self {
            seed: site.name_seed(),
            tops: IdVec::filled(Link::NONE, site.hosts().len()),
            nodes: IdVec::filled(ALONE, catalog.interface_count()),
        };
        for (host, id) in site.host_ids().zip(site.hosts()) {
            for &id in id.interfaces() {
                rosters.insert(host, id, None);
            }
        }
        rosters
    }

    /// Puts an interface that is in no list before the `position`-th of its host, at the end where there are fewer.
    pub(super) fn insert(&mut self, host: HostId, id: InterfaceId, position: Option<u32>) {
        self.nodes[id] = ALONE;
        let all = self.tops[host];
        let top = match position.filter(|&position| position < self.size(all)) {
            None => self.merge(all, Link::some(id)),
            Some(position) => {
                let (before, behind) = self.split(all, position);
                let before = self.merge(before, Link::some(id));
                self.merge(before, behind)
            }
        };
        self.set_top(host, top);
    }

    /// Takes an interface out of the list of its host.
    pub(super) fn remove(&mut self, host: HostId, id: InterfaceId) {
        let position = self.position(id);
        let (before, rest) = self.split(self.tops[host], position);
        let (_, behind) = self.split(rest, 1);
        let top = self.merge(before, behind);
        self.set_top(host, top);
    }

    /// The place of an interface in the list of its host, from 0.
    pub(super) fn position(&self, id: InterfaceId) -> u32 {
        let mut position = self.size(self.nodes[id].left);
        let mut at = id;
        while let Some(above) = self.nodes[at].above.id() {
            if self.nodes[above].right.id() == Some(at) {
                position += self.size(self.nodes[above].left) + 1;
            }
            at = above;
        }
        position
    }

    /// The list of a host.
    pub(super) fn list(&self, host: HostId) -> Vec<InterfaceId> {
        let mut list = Vec::with_capacity(self.size(self.tops[host]) as usize);
        let mut pending = Vec::new();
        let mut at = self.tops[host].id();
        while at.is_some() || !pending.is_empty() {
            while let Some(id) = at {
                pending.push(id);
                at = self.nodes[id].left.id();
            }
            let Some(id) = pending.pop() else { break };
            list.push(id);
            at = self.nodes[id].right.id();
        }
        list
    }

    fn set_top(&mut self, host: HostId, top: Link) {
        if let Some(top) = top.id() {
            self.nodes[top].above = Link::NONE;
        }
        self.tops[host] = top;
    }

    fn size(&self, link: Link) -> u32 {
        link.id().map_or(0, |id| self.nodes[id].size)
    }

    fn priority(&self, id: InterfaceId) -> (u64, usize) {
        (hash(self.seed, &id.index()), id.index())
    }

    /// Counts again what hangs on a node whose sides have changed.
    fn settle(&mut self, id: InterfaceId) {
        let Node { left, right, .. } = self.nodes[id];
        for side in [left, right].into_iter().filter_map(Link::id) {
            self.nodes[side].above = Link::some(id);
        }
        self.nodes[id].size = self.size(left) + self.size(right) + 1;
    }

    /// One list behind the other.
    fn merge(&mut self, before: Link, behind: Link) -> Link {
        let (one, other) = match (before.id(), behind.id()) {
            (Some(one), Some(other)) => (one, other),
            (Some(_), None) => return before,
            (None, _) => return behind,
        };
        if self.priority(one) > self.priority(other) {
            self.nodes[one].right = self.merge(self.nodes[one].right, behind);
            self.settle(one);
            before
        } else {
            self.nodes[other].left = self.merge(before, self.nodes[other].left);
            self.settle(other);
            behind
        }
    }

    /// The first `count` of a list, and the rest.
    fn split(&mut self, list: Link, count: u32) -> (Link, Link) {
        let Some(id) = list.id() else { return (Link::NONE, Link::NONE) };
        let Node { left, right, .. } = self.nodes[id];
        let upto = self.size(left) + 1;
        let (first, rest) = if count < upto {
            let (first, rest) = self.split(left, count);
            self.nodes[id].left = rest;
            (first, list)
        } else {
            let (first, rest) = self.split(right, count - upto);
            self.nodes[id].right = first;
            (list, rest)
        };
        self.settle(id);
        for top in [first, rest].into_iter().filter_map(Link::id) {
            self.nodes[top].above = Link::NONE;
        }
        (first, rest)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{HostId, InterfaceId, Rosters, hash};
    use crate::site::Site;
    use crate::transition::catalog::Catalog;

    fn site() -> Site {
        let host = json!({ "name": "s", "role": "server", "os": "linux", "configured": {},
                           "interfaces": ["a", "b", "c"] });
        Site::of_json(&json!({ "format_version": "1.0", "hosts": [host] }))
    }

    /// Rosters of one host and `count` more interfaces that are in no list.
    fn rosters(site: &Site, count: usize) -> (Rosters, HostId) {
        let mut catalog = Catalog::new(site);
        let host = site.server();
        for at in 0..count {
            catalog.intern(host, &format!("x{at}"));
        }
        (Rosters::new(&catalog), host)
    }

    /// How many interfaces stand above the deepest one.
    fn depth(rosters: &Rosters, host: HostId) -> usize {
        let above = |id: InterfaceId| {
            core::iter::successors(rosters.nodes[id].above.id(), |&at| rosters.nodes[at].above.id())
        };
        rosters.list(host).into_iter().map(|id| above(id).count()).max().unwrap_or(0)
    }

    #[test]
    fn lists_are_those_of_a_plain_vector() {
        let site = site();
        let (mut rosters, host) = rosters(&site, 200);
        let mut plain = rosters.list(host);
        assert_eq!(plain.len(), 3);
        for round in 0_u64..4000 {
            let roll = hash(7, &round);
            let id = InterfaceId::new(usize::try_from(roll % 203).unwrap());
            if let Some(at) = plain.iter().position(|&other| other == id) {
                assert_eq!(rosters.position(id) as usize, at);
                rosters.remove(host, id);
                plain.remove(at);
            } else {
                let at = usize::try_from(roll >> 32).unwrap() % (plain.len() + 2);
                rosters.insert(host, id, u32::try_from(at).ok());
                plain.insert(at.min(plain.len()), id);
            }
            assert_eq!(rosters.list(host), plain);
        }
    }

    #[test]
    fn no_order_of_entering_makes_a_list_deep() {
        let site = site();
        let count = 100_000;
        let orders: [fn(usize) -> Option<u32>; 3] =
            [|_| None, |_| Some(0), |at| Some(u32::try_from(at / 2).unwrap())];
        for order in orders {
            let (mut rosters, host) = rosters(&site, count);
            for at in 0..count {
                rosters.insert(host, InterfaceId::new(at + 3), order(at));
            }
            let depth = depth(&rosters, host);
            assert!(depth < 64, "{depth}");
        }
    }
}
