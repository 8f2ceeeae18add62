//! Whether a rollback has brought a site back.

use super::{Interface, InterfaceId, Site};

impl Site {
    /// Whether this site is in the state of `original`, which has the same hosts and tasks.
    ///
    /// Interfaces that repaired a dangling reference of the original may have stayed: the product refuses to delete what
    /// a task names.
    pub(crate) fn is_restored_to(&self, original: &Self) -> bool {
        let hosts = self.host_ids().all(|host| {
            let (is, was) = (&self[host], &original[host]);
            is.configured() == was.configured()
                && is.running() == was.running()
                && self.has_interfaces_of(original, is.interfaces(), was.interfaces())
        });
        let references = self.tasks().zip(original.tasks()).all(|(is, was)| {
            is.interface().map(|id| self[id].text())
                == was.interface().map(|id| original[id].text())
        });
        let settings = self
            .settings()
            .zip(original.settings())
            .all(|(is, was)| is.configured() == was.configured() && is.running() == was.running());
        hosts && references && settings && self.kill_value() == original.kill_value()
    }

    fn has_interfaces_of(&self, original: &Self, is: &[InterfaceId], was: &[InterfaceId]) -> bool {
        let same = |one: &Interface, other: &Interface| {
            one.text() == other.text() && one.listener() == other.listener()
        };
        let mut rest = was.iter().map(|&id| &original[id]).peekable();
        for interface in is.iter().map(|&id| &self[id]) {
            match rest.peek() {
                Some(next) if same(interface, next) => drop(rest.next()),
                _ if original.is_named_in_vain(interface) => {}
                _ => return false,
            }
        }
        rest.next().is_none()
    }

    /// Whether a task of this site names the interface, and the host does not have it.
    pub(crate) fn is_named_in_vain(&self, interface: &Interface) -> bool {
        let known = self.interface_named(interface.host(), interface.text());
        known.is_some_and(|id| !self[id].is_present())
    }
}
