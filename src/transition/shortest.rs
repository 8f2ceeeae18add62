//! The fewest steps that make a refused one allowed.
//!
//! What leads to the goal is not always the shortest way to get one step allowed: who has commented a port out too early
//! may switch it on again. So all short ways are tried, one step, two steps, and so on, as far as the work goes.

use std::collections::BTreeSet;

use crate::site::{HostId, InterfaceId, PortState, Scheme, Site, Transport};

use super::{Action, IniValue, KillValue, catalog::Catalog, checker::Walker};

/// How many steps may be tried. Small sites are searched through to the end.
const WORK_MAX: usize = 200_000;

/// Tasks of the hosts that matter: with more of them, moving tasks is not tried beyond what is given and planned.
const TASKS_MAX: usize = 64;

/// Hosts that matter where aborts are moved, which depend on all of them.
const HOSTS_MAX: usize = 16;

/// Finds a shorter way to make `refused` allowed than one of `length` steps; `None` where there is none, or the work is
/// too much.
///
/// `first` are steps to prefer where ways are equally long; those that may help are tried, and so is whatever else can be
/// done on the hosts of `refused` and `found`.
pub(super) fn shorter(
    catalog: &Catalog<'_>,
    start: &Walker<'_>,
    refused: Action,
    length: usize,
    found: &[Action],
    first: &[Action],
) -> Option<Vec<Action>> {
    let hosts = hosts(catalog, refused, found);
    let mut candidates = Vec::new();
    let mut seen = BTreeSet::new();
    let of_hosts =
        |action: &Action| catalog.host_of(*action).is_none_or(|host| hosts.contains(&host));
    let first = first.iter().copied().filter(of_hosts);
    for action in first.chain(moves(catalog, &hosts)) {
        if action != refused && seen.insert(action) {
            candidates.push(action);
        }
    }
    let mut search = Search { walker: start.clone(), refused, candidates, work: WORK_MAX };
    (1..length).find_map(|count| search.ways(count))
}

struct Search<'c> {
    walker: Walker<'c>,
    refused: Action,
    candidates: Vec<Action>,
    work: usize,
}

impl Search<'_> {
    /// A way of exactly so many steps, the first in the order of the candidates.
    fn ways(&mut self, count: usize) -> Option<Vec<Action>> {
        for at in 0..self.candidates.len() {
            self.work = self.work.checked_sub(1)?;
            let Some(&action) = self.candidates.get(at) else { continue };
            let Some(before) = self.walker.try_out(action) else { continue };
            let rest = match count {
                1 => self.walker.allows(self.refused).then(Vec::new),
                _ => self.ways(count - 1),
            };
            self.walker.revert(before);
            if let Some(mut rest) = rest {
                rest.insert(0, action);
                return Some(rest);
            }
        }
        None
    }
}

/// The hosts on which something may be done for a step: its own, those of a way that was found, and for tasks that pick
/// an interface the Server.
fn hosts(catalog: &Catalog<'_>, refused: Action, found: &[Action]) -> BTreeSet<HostId> {
    let site = catalog.site();
    let steps = found.iter().copied().chain([refused]);
    let mut hosts: BTreeSet<HostId> = steps.filter_map(|step| catalog.host_of(step)).collect();
    if let Action::Reassign { task, .. } = refused {
        hosts.extend(site.task(task).source_host());
        hosts.insert(site.server());
    }
    if catalog.host_of(refused).is_none() && site.hosts().len() <= HOSTS_MAX {
        hosts.extend(site.host_ids());
    }
    hosts
}

/// Whatever could be done on these hosts, allowed or not.
fn moves(catalog: &Catalog<'_>, hosts: &BTreeSet<HostId>) -> Vec<Action> {
    let site = catalog.site();
    let mut moves = vec![Action::SetKill { value: KillValue::Https }];
    for &host in hosts {
        moves.extend(port_moves(site, host));
    }
    let retired = site.policy().retired;
    let interfaces = catalog.interfaces().enumerate();
    let interfaces = interfaces.filter(|(_, interface)| hosts.contains(&interface.host()));
    for (at, interface) in interfaces {
        let id = InterfaceId::new(at);
        if interface.scheme() == Scheme::Https {
            moves.push(Action::AddInterface { interface: id, listener: None, position: None });
        }
        if interface.may_use_any(retired) {
            moves.push(Action::RemoveInterface { interface: id });
        }
        moves.extend(task_moves(catalog, hosts, Some(id)));
    }
    moves.extend(task_moves(catalog, hosts, None));
    moves
}

fn port_moves(site: &Site, id: HostId) -> Vec<Action> {
    let host = &site[id];
    let https =
        Action::EnablePort { host: id, transport: Transport::Https, port: host.https_port() };
    let mut moves = vec![https, Action::Restart { host: id }];
    for transport in Transport::UNSECURE {
        for states in [host.running(), host.configured()] {
            if let PortState::On(port) = states.of(transport) {
                moves.push(Action::EnablePort { host: id, transport, port });
            }
        }
        moves.push(Action::DisablePort { host: id, transport });
    }
    let settings = host.settings().iter();
    moves.extend(settings.map(|&setting| Action::SetIni { setting, value: IniValue::Wanted }));
    moves
}

/// Every task of the hosts goes to one interface of its own host, or to none.
fn task_moves(
    catalog: &Catalog<'_>,
    hosts: &BTreeSet<HostId>,
    to: Option<InterfaceId>,
) -> Vec<Action> {
    let site = catalog.site();
    if site.task_count() > TASKS_MAX {
        return Vec::new();
    }
    let fits = |host: HostId| match to {
        Some(to) => catalog[to].host() == host,
        None => hosts.contains(&host),
    };
    let tasks = site.tasks().filter(|task| fits(task.host()));
    tasks.map(|task| Action::Reassign { task: task.id(), to }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{
        site::Site,
        transition::{Action, checker::Walker, plan},
    };

    fn site() -> Site {
        let site = json!({
            "format_version": "1.0",
            "hosts": [
                { "name": "s", "role": "server", "os": "linux",
                  "configured": { "ftp": 11001, "http": 11000 }, "running": { "ftp": 11001, "http": 11000 },
                  "interfaces": ["ftp://s:11001", "http://s:11000", "s"] },
                { "name": "r", "role": "rds", "os": "linux",
                  "configured": { "http": 11000, "https": 11443 }, "running": { "ftp": 11001, "http": 11000 },
                  "interfaces": ["http://r:11000", "https://r:11443"] },
            ],
            "settings": [{ "key": "A", "value": "1" }, { "key": "B", "value": "2", "hosts": ["r"] }],
            "tasks": [
                { "id": "a", "kind": "backup", "host": "s", "interface": "ftp://s:11001" },
                { "id": "b", "kind": "replication", "host": "s", "source_host": "r" },
                { "id": "c", "kind": "restore", "host": "r", "interface": "http://r:11000" },
                { "id": "d", "kind": "restore", "host": "r", "interface": "https://r:8443" },
            ],
        });
        Site::of_json(&site)
    }

    /// What may come next, and after each of that.
    fn ways_on(walker: &Walker<'_>, actions: &[Action]) -> String {
        let next = |walker: &Walker<'_>| -> Vec<String> {
            actions.iter().map(|&action| format!("{:?}", walker.require(action))).collect()
        };
        let after = actions.iter().map(|&action| {
            let mut walker = walker.clone();
            (walker.take(action), next(&walker))
        });
        format!("{:?} {:?}", next(walker), after.collect::<Vec<_>>())
    }

    #[test]
    fn what_was_tried_out_leaves_nothing() {
        let site = site();
        let plan = plan(&site);
        let actions: Vec<Action> = plan.actions.iter().collect();
        let parts = (0..actions.len()).map(|at| actions.iter().take(at).copied().collect());
        let alone = actions.iter().map(|&action| vec![action]);
        let mut tried = 0;
        for done in parts.chain(alone).collect::<Vec<Vec<Action>>>() {
            let mut walker = Walker::after(&plan.catalog, &done);
            let before = ways_on(&walker, &actions);
            for &action in &actions {
                let Some(past) = walker.try_out(action) else { continue };
                assert_ne!(ways_on(&walker, &actions), before, "{action:?} does nothing");
                walker.revert(past);
                assert_eq!(ways_on(&walker, &actions), before, "{action:?} is not taken back");
                tried += 1;
            }
        }
        assert!(tried > 60, "{tried}");
    }
}
