//! The state of a site, everything by its name. This file, `conditions` and `rules` are the whole judge.

use super::condition::Column;
use super::interface::Interface;
use super::moves::Policy;
use super::port::{Ftp, Https, Port, Ports, Transport};
use super::settings::Setting;
use super::text::Text;

/// Whether https can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reliance {
    Relied,
    Masked,
    Unknown,
}

/// Reliance and the https number `P(h)` are facts that no step changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Host {
    pub(crate) name: Text,
    pub(crate) is_server: bool,
    pub(crate) reliance: Reliance,
    pub(crate) https_port: u16,
    pub(crate) configured: Ports,
    pub(crate) running: Ports,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) settings: Vec<Setting>,
}

impl Host {
    /// What runs (`now`), or what an unplanned restart would load (`next`).
    pub(crate) fn ports(&self, column: Column) -> Ports {
        if column == Column::Now {
            return self.running.clone();
        }
        let mut next = self.configured.clone();
        match self.reliance {
            Reliance::Masked if next[&Https].is_on() => next.insert(Https, Port::Off),
            Reliance::Unknown if next[&Https].is_on() => next.insert(Https, Port::Unknown),
            _ => None,
        };
        next
    }

    pub(crate) fn interface(&self, text: &str) -> Option<&Interface> {
        self.interfaces.iter().find(|interface| &*interface.text == text)
    }
}

/// Without a reference it is blank.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Task {
    pub(crate) id: Text,
    pub(crate) host: Text,
    pub(crate) source_host: Option<Text>,
    pub(crate) reference: Option<Text>,
    pub(crate) reassign: Option<Policy>,
}

/// A site: what is fixed, and what steps change (ports, interfaces, references, the kill row of user `sesam`).
///
/// A blank task picks from the interfaces of its own host, of the Server, or of either.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) blank_picks_own: bool,
    pub(crate) blank_picks_server: bool,
    pub(crate) policy: Policy,
    pub(crate) retire: Vec<Transport>,
    pub(crate) except_hosts: Vec<Text>,
    pub(crate) abort_waived: Vec<Text>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) kill: Option<Text>,
}

impl World {
    pub(crate) fn host(&self, name: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| &*host.name == name)
    }

    pub(crate) fn host_mut(&mut self, name: &str) -> &mut Host {
        self.hosts.iter_mut().find(|host| &*host.name == name).unwrap()
    }

    /// The transport by which a transfer is aborted; none for a value that nobody knows.
    pub(crate) fn kill_transport(&self) -> Option<Transport> {
        match self.kill.as_deref() {
            None | Some("ftp") => Some(Ftp),
            Some("https") => Some(Https),
            Some(_) => None,
        }
    }
}
