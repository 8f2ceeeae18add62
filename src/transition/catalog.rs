//! The names of a plan: those of its site, and the interfaces that the plan adds.

use core::ops::Index;
use std::collections::BTreeMap;

use crate::site::{HostId, Interface, InterfaceId, Kill, Site};

use super::KillValue;

/// A site together with the texts that a plan brings in.
///
/// An interface that only the plan knows gets an id behind those of the site, so that ids stay plain numbers.
#[derive(Clone, Debug)]
pub(super) struct Catalog<'s> {
    site: &'s Site,
    added: Vec<Interface>,
    by_text: BTreeMap<HostId, BTreeMap<Box<str>, InterfaceId>>,
    kill_texts: Vec<Box<str>>,
}

impl<'s> Catalog<'s> {
    /// The names of `site` alone.
    #[must_use]
    pub(super) const fn new(site: &'s Site) -> Self {
        Self { site, added: Vec::new(), by_text: BTreeMap::new(), kill_texts: Vec::new() }
    }

    /// The site.
    #[must_use]
    pub(super) const fn site(&self) -> &'s Site {
        self.site
    }

    /// The interface with this text on this host, if the site or the plan knows one.
    #[must_use]
    pub(super) fn interface_named(&self, host: HostId, text: &str) -> Option<InterfaceId> {
        let added = || self.by_text.get(&host)?.get(text).copied();
        self.site.interface_named(host, text).or_else(added)
    }

    /// The interface with this text on this host; a new one is not entered anywhere yet.
    pub(super) fn intern(&mut self, host: HostId, text: &str) -> InterfaceId {
        if let Some(known) = self.interface_named(host, text) {
            return known;
        }
        let id = InterfaceId::new(self.interface_count());
        self.added.push(Interface::new(host, text, None, false));
        self.by_text.entry(host).or_default().insert(text.into(), id);
        id
    }

    /// The value of the kill variable that `text` stands for; `None` is a missing row.
    pub(super) fn intern_kill(&mut self, text: Option<&str>) -> KillValue {
        let Some(text) = text else { return KillValue::Absent };
        if Kill::of(Some(text)) == Kill::Https {
            return KillValue::Https;
        }
        self.kill_texts.push(text.into());
        KillValue::Text(u32::try_from(self.kill_texts.len() - 1).unwrap_or(u32::MAX))
    }

    /// The text of a value of the kill variable; `None` is a missing row.
    #[must_use]
    pub(super) fn kill_text(&self, value: KillValue) -> Option<&str> {
        match value {
            KillValue::Https => Some("https"),
            KillValue::Absent => None,
            KillValue::Text(at) => self.kill_texts.get(at as usize).map(|text| &**text),
        }
    }

    /// The transport of aborts under a value of the kill variable.
    #[must_use]
    pub(super) fn kill(&self, value: KillValue) -> Kill {
        Kill::of(self.kill_text(value))
    }

    /// How many interfaces there are, those that are not entered included.
    #[must_use]
    pub(super) fn interface_count(&self) -> usize {
        self.site.interface_count() + self.added.len()
    }

    /// Every interface, in the order of their ids.
    pub(super) fn interfaces(&self) -> impl Iterator<Item = &Interface> {
        self.site.all_interfaces().chain(&self.added)
    }
}

impl Index<InterfaceId> for Catalog<'_> {
    type Output = Interface;

    #[expect(clippy::indexing_slicing, reason = "ids are made only by the catalog and its site")]
    fn index(&self, id: InterfaceId) -> &Interface {
        match id.index().checked_sub(self.site.interface_count()) {
            None => &self.site[id],
            Some(added) => &self.added[added],
        }
    }
}
