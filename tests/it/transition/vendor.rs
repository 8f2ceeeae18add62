//! The order that the vendor gives, and the orders that a site without any fault leaves.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sesam_transport::{
    safety::Condition,
    site::Site,
    transition::{ActionDocument, Direction, PlanDocument, Wave, check},
};

use super::order::{Order, site_of};
use crate::oracle::{judgement::judge, step::Step, world::World};

/// What has to be done on a site where HTTPS runs everywhere, in four pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Move,
    Remove,
    Kill,
    /// Ports are closed, and STPD restarted.
    Ports,
}

/// The vendor: ports and restart, interfaces (what is named has to be moved first), the kill variable.
const VENDOR: [Piece; 4] = [Piece::Ports, Piece::Move, Piece::Remove, Piece::Kill];

fn every_order() -> Vec<[Piece; 4]> {
    let all = [Piece::Move, Piece::Remove, Piece::Kill, Piece::Ports];
    let mut orders = Vec::new();
    for a in all {
        for b in all {
            for c in all {
                for d in all {
                    let order = [a, b, c, d];
                    if all.iter().all(|piece| order.contains(piece)) {
                        orders.push(order);
                    }
                }
            }
        }
    }
    orders
}

fn comes_before(order: [Piece; 4], first: Piece, then: Piece) -> bool {
    let at = |piece| order.iter().position(|it| *it == piece);
    at(first) < at(then)
}

/// What stands in the way of an order: which pieces have to come before which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bonds {
    /// A task names what is removed.
    moves_before_removals: bool,
    /// A task names what a port carries.
    moves_before_ports: bool,
    /// A task may pick what a port carries.
    removals_before_ports: bool,
}

impl Bonds {
    fn of(site: &Value) -> Self {
        let exposed = |text: &str| !text.is_empty() && !text.starts_with("https");
        let tasks = site["tasks"].as_array().unwrap();
        let hosts = site["hosts"].as_array().unwrap();
        let is_named = tasks.iter().any(|task| exposed(task["interface"].as_str().unwrap()));
        let picks_exposed = |task: &Value| {
            let scopes = hosts
                .iter()
                .filter(|host| host["name"] == task["host"] || host["role"] == "server");
            let texts = scopes.flat_map(|host| host["interfaces"].as_array().unwrap());
            task["interface"] == "" && texts.into_iter().any(|text| exposed(text.as_str().unwrap()))
        };
        Self {
            moves_before_removals: is_named,
            moves_before_ports: is_named,
            removals_before_ports: tasks.iter().any(picks_exposed),
        }
    }

    /// FTP goes on every host, so aborts must have moved before.
    fn allow(self, order: [Piece; 4]) -> bool {
        let holds = |is_bound: bool, first, then| !is_bound || comes_before(order, first, then);
        holds(true, Piece::Kill, Piece::Ports)
            && holds(self.moves_before_removals, Piece::Move, Piece::Remove)
            && holds(self.moves_before_ports, Piece::Move, Piece::Ports)
            && holds(self.removals_before_ports, Piece::Remove, Piece::Ports)
    }
}

/// Every site of two hosts without any fault that is still all to be done: all ports run, every interface lives, every
/// reference is good, and HTTPS can be reached everywhere.
fn clean_sites() -> impl Iterator<Item = Value> {
    let ports = json!({ "ftp": 11001, "http": 11000, "https": 11443 });
    let texts = |host: &str, which: u32| -> Vec<String> {
        let all = [
            format!("ftp://{host}:11001"),
            format!("http://{host}:11000"),
            format!("https://{host}:11443"),
        ];
        (0..3).filter(|bit| which >> bit & 1 == 1).map(|bit| all[bit].clone()).collect()
    };
    let named = |texts: &[String]| {
        let mut named = texts.to_vec();
        named.push(String::new());
        named
    };
    (0..16).flat_map(move |which| {
        let on_s = texts("s", which & 3 | 4);
        let on_r = texts("r", which >> 2 | 4);
        let host = |name: &str, texts: &[String]| json!({
            "name": name, "role": if name == "s" { "server" } else { "rds" }, "os": "linux",
            "configured": ports, "interfaces": texts,
        });
        let hosts = [host("s", &on_s), host("r", &on_r)];
        let mut sites = Vec::new();
        for a in named(&on_s) {
            for b in named(&on_s) {
                for c in named(&on_r) {
                    let task = |id: &str, host: &str, text: &str| json!({ "id": id, "kind": "backup", "host": host, "interface": text });
                    sites.push(json!({
                        "format_version": "1.0", "hosts": hosts,
                        "tasks": [task("a", "s", &a), task("b", "s", &b), task("c", "r", &c)],
                    }));
                }
            }
        }
        sites
    })
}

/// The steps of the shipped plan, piece by piece in this order; whoever does nothing in a piece has none.
fn in_order(plan: &Order, order: [Piece; 4]) -> Vec<usize> {
    let piece = |step: usize| match plan.waves[step] {
        Wave::Reassign => Piece::Move,
        Wave::RemoveInterfaces => Piece::Remove,
        Wave::SetKill => Piece::Kill,
        Wave::DisablePorts | Wave::ClosingRestart => Piece::Ports,
        other => panic!("{other:?} on a clean site"),
    };
    let mut steps: Vec<usize> = (0..plan.len()).collect();
    steps.sort_by_key(|&step| order.iter().position(|it| *it == piece(step)));
    steps
}

/// What the checker says, which is what the oracle says.
#[track_caller]
fn is_safe(site: &Site, world: &World, plan: &Order, steps: &[usize]) -> bool {
    let actions = steps.iter().map(|&step| plan.actions[step].clone());
    let document = PlanDocument::new(Direction::Forward, actions);
    let verdict = check(site, &document).unwrap();
    let all = plan.steps();
    let steps: Vec<Step> = steps.iter().map(|&step| all[step].clone()).collect();
    let judgement = judge(world, &steps);
    assert_eq!(verdict.is_safe(), judgement.is_safe(), "{steps:?}");
    assert_eq!(verdict.reaches_goal(), judgement.reaches_goal, "{steps:?}");
    verdict.is_safe() && verdict.reaches_goal()
}

#[test]
fn the_order_of_the_vendor_is_unsafe_on_every_clean_site_and_three_of_24_orders_are_safe() {
    let orders = every_order();
    assert_eq!(orders.len(), 24);
    let mut safe_orders: BTreeMap<usize, usize> = BTreeMap::new();
    let mut bound = 0;
    for json in clean_sites() {
        let (site, world) = (site_of(&json), World::from_json(&json));
        let plan = Order::of(&site);
        assert!(plan.is_complete, "{json}");
        let bonds = Bonds::of(&json);
        let mut safe = Vec::new();
        for &order in &orders {
            let found = is_safe(&site, &world, &plan, &in_order(&plan, order));
            assert_eq!(found, bonds.allow(order), "{order:?}: {json}");
            if found {
                safe.push(order);
            }
        }
        assert!(!safe.contains(&VENDOR), "{json}");
        *safe_orders.entry(safe.len()).or_default() += 1;
        if bonds.moves_before_removals && bonds.removals_before_ports {
            let wanted = |order: &[Piece; 4]| {
                comes_before(*order, Piece::Move, Piece::Remove)
                    && comes_before(*order, Piece::Remove, Piece::Ports)
                    && comes_before(*order, Piece::Kill, Piece::Ports)
            };
            let wanted: Vec<_> = orders.iter().copied().filter(wanted).collect();
            assert_eq!((wanted.len(), &safe), (3, &wanted), "{json}");
            bound += 1;
        }
    }
    println!(
        "sites by how many of 24 orders are safe: {safe_orders:?}; three and no others on {bound} sites where tasks name what goes and pick from what goes"
    );
    assert!(bound > 100, "{bound}");
}

/// The same site before HTTPS is enabled; none where a task then names nothing that is there.
fn before_https(mut json: Value) -> Option<Value> {
    for host in json["hosts"].as_array_mut()? {
        host["configured"].as_object_mut()?.remove("https");
        let list = host["interfaces"].as_array_mut()?;
        list.retain(|text| text.as_str().is_some_and(|text| !text.starts_with("https")));
        if list.is_empty() {
            return None;
        }
    }
    let world = World::from_json(&json);
    let is_clean = !world.tasks.iter().any(|task| world.dangles(task));
    is_clean.then_some(json)
}

/// All edits of stpd.ini at once, one restart each, interfaces and tasks, the kill variable.
#[test]
fn the_order_of_the_vendor_is_unsafe_where_https_is_still_to_come() {
    let sites: Vec<Value> = clean_sites().filter_map(before_https).collect();
    assert!(sites.len() > 50, "{}", sites.len());
    for json in sites {
        let site = site_of(&json);
        let plan = Order::of(&site);
        let piece = |step: &usize| match plan.actions[*step] {
            ActionDocument::EnablePort { .. } | ActionDocument::DisablePort { .. } => 0,
            ActionDocument::Restart { .. } => 1,
            ActionDocument::SetKill { .. } => 3,
            _ => 2,
        };
        let restarted = |step: &usize| plan.waves[*step] != Wave::FirstRestart;
        let mut steps: Vec<usize> = (0..plan.len()).filter(restarted).collect();
        steps.sort_by_key(piece);
        let actions = steps.iter().map(|&step| plan.actions[step].clone());
        let document = PlanDocument::new(Direction::Forward, actions);
        let verdict = check(&site, &document).unwrap();
        let condition = verdict.violation().map(|violation| violation.breach.condition);
        let condition = condition.map(Condition::as_str);
        assert!(matches!(condition, Some("route" | "abort")), "{condition:?}, {steps:?}: {json}");
    }
}
