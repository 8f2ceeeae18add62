//! What still moves data, or may move it, over a transport that is to be retired.

use crate::site::{Column, Host, HostId, InterfaceId, Kill, SettingId, Site, TaskId, Transport};

use super::{Leg, legs::LegTable};

/// Something that is exposed; each is counted once.
///
/// Exposure counts all that is not certainly otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exposure {
    /// A port of a retired transport that is on or unknown in either column.
    Port(HostId, Transport),
    /// An interface that may use a retired transport.
    Interface(InterfaceId),
    /// A task that may use such an interface, or whose reference dangles.
    Task(TaskId),
    /// Aborts do not travel over HTTPS although FTP is retired.
    Kill,
    /// A setting that does not have the wanted value in both columns.
    Setting(SettingId),
}

/// Whether a port of a retired transport is on or unknown, now or after a restart.
#[must_use]
pub fn is_port_exposed(site: &Site, host: &Host, transport: Transport) -> bool {
    site.policy().retired.contains(transport)
        && Column::BOTH.into_iter().any(|column| !host.ports(column).of(transport).is_off())
}

/// Whether an interface that is entered may use a retired transport.
#[must_use]
pub fn is_interface_exposed(site: &Site, interface: InterfaceId) -> bool {
    site[interface].is_present() && site[interface].may_use_any(site.policy().retired)
}

/// Whether aborts do not travel over HTTPS although FTP is retired.
#[must_use]
pub fn is_kill_exposed(site: &Site, kill: Kill) -> bool {
    site.policy().retired.contains(Transport::Ftp) && kill != Kill::Https
}

/// Everything that is exposed on a site, with whether it belongs to a host of the goal.
///
/// The order is that of reports: ports and interfaces by host, tasks, the kill variable, settings.
pub fn exposures(site: &Site) -> impl Iterator<Item = (Exposure, bool)> + '_ {
    let exposed = LegTable::new(site, |leg| verdict(site, leg), Verdict::max);
    let tasks = exposed.into_tasks(site);
    let tasks = tasks.filter_map(|(task, exposed)| Some((Exposure::Task(task), exposed?)));
    of_hosts(site).chain(tasks).chain(besides(site))
}

/// The exposed ports and interfaces.
pub(super) fn of_hosts(site: &Site) -> impl Iterator<Item = (Exposure, bool)> + '_ {
    site.host_ids().flat_map(|id| of_host(site, id))
}

/// The kill variable and settings, where they are exposed.
pub(super) fn besides(site: &Site) -> impl Iterator<Item = (Exposure, bool)> + '_ {
    let kill = is_kill_exposed(site, site.kill())
        .then(|| (Exposure::Kill, site.hosts().any(|host| !host.is_excepted())));
    kill.into_iter().chain(of_settings(site))
}

fn of_settings(site: &Site) -> impl Iterator<Item = (Exposure, bool)> + '_ {
    site.setting_ids()
        .filter(|&id| site[id].is_exposed())
        .map(|id| (Exposure::Setting(id), !site[site[id].host()].is_excepted()))
}

fn of_host(site: &Site, id: HostId) -> impl Iterator<Item = (Exposure, bool)> + '_ {
    let host = &site[id];
    let in_goal = !host.is_excepted();
    let ports = Transport::UNSECURE
        .into_iter()
        .filter(move |&transport| is_port_exposed(site, host, transport))
        .map(move |transport| Exposure::Port(id, transport));
    let interfaces = (host.interfaces().iter().copied())
        .filter(move |&interface| is_interface_exposed(site, interface))
        .map(Exposure::Interface);
    ports.chain(interfaces).map(move |exposure| (exposure, in_goal))
}

/// `None` where nothing is exposed; else whether it belongs to the goal.
pub(super) type Verdict = Option<bool>;

/// `None` for a leg that is not exposed; else whether it belongs to the goal, which counts for the whole task: the
/// greatest verdict of its legs.
///
/// A task belongs to the hosts of the exposed interfaces that it may use; a dangling one to its own host, which is also
/// that of the interface that it names.
pub(super) fn verdict(site: &Site, leg: Leg) -> Verdict {
    let (is_exposed, owner) = match leg {
        Leg::Named(id) => {
            (!site[id].is_present() || is_interface_exposed(site, id), site[id].host())
        }
        Leg::Set(host) => {
            let mut members = site[host].interfaces().iter();
            (members.any(|&id| is_interface_exposed(site, id)), host)
        }
    };
    is_exposed.then(|| !site[owner].is_excepted())
}
