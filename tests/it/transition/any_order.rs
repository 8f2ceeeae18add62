//! Every order that the `needs` of a plan allow is safe, reaches the goal, and can be left at any moment.

use proptest::prelude::*;
use serde_json::{Value, json};
use sesam_transport::{
    site::Site,
    transition::{Direction, PlanDocument, check},
};

use super::{
    families::families,
    found_sites,
    order::{Done, Order, hold, site_of},
};
use crate::oracle::{
    generate::{
        Dice, ODD, ONE_HOST, TWO_ADDRESSES, TWO_HOSTS, odd_site, one_host, plain_site,
        two_addresses, two_hosts,
    },
    judgement::judge,
    moves::Target,
    step::Step,
    world::World,
};

fn has_targets(world: &World) -> bool {
    world.tasks.iter().all(|task| world.target(task) != Target::Unknown)
}

#[test]
fn any_order_of_spread_out_plain_plans_holds_and_resuming_costs_the_rest() {
    let one = (0..ONE_HOST).step_by(23).map(one_host);
    let addresses = (0..TWO_ADDRESSES).step_by(997).map(two_addresses);
    let two = (0..TWO_HOSTS).step_by(400_009).map(two_hosts);
    let walked = hold(one.chain(addresses).chain(two), 5_000, has_targets);
    println!("{walked:?}");
    assert!(walked.skipped == 0 && walked.orders > 100_000, "{walked:?}");
}

#[test]
fn any_order_of_spread_out_odd_plans_holds() {
    let sites = ODD
        .into_iter()
        .flat_map(|odd| odd.sites().step_by(if odd.hosts == 1 { 61 } else { 9_001 }));
    let renumbered = families().into_iter().filter(|family| family.name.contains("renumbered"));
    let swapped = families().into_iter().filter(|family| family.name.contains("swapped"));
    let sites =
        sites.chain(renumbered.chain(swapped).flat_map(|it| it.sites().into_iter().step_by(23)));
    let walked = hold(sites, 5_000, |_| false);
    println!("{walked:?}");
    assert!(walked.skipped == 0 && walked.orders > 10_000, "{walked:?}");
}

/// Hands whole plans to the checker and to the oracle, one for each order.
#[test]
fn each_order_of_a_small_plan_is_judged_safe_as_a_whole() {
    let (mut plans, mut orders) = (0, 0);
    let sites = (0..ONE_HOST).step_by(131).map(one_host);
    for json in sites.chain((0..TWO_HOSTS).step_by(3_000_017).map(two_hosts)) {
        let (site, world) = (site_of(&json), World::from_json(&json));
        let order = Order::of(&site);
        if order.moments(5_000).unwrap().last().unwrap().1 > 300 {
            continue;
        }
        plans += 1;
        order.extensions(&mut |steps| {
            orders += 1;
            holds_as_a_whole(&order, &site, &world, steps, &json);
        });
    }
    println!("{orders} orders of {plans} plans");
    assert!(plans > 80 && orders > 1_000, "{orders} orders of {plans} plans");
}

#[track_caller]
fn holds_as_a_whole(order: &Order, site: &Site, world: &World, steps: &[usize], json: &Value) {
    let actions = steps.iter().map(|&step| order.actions[step].clone());
    let verdict = check(site, &PlanDocument::new(Direction::Forward, actions)).unwrap();
    let is_as_told = verdict.is_safe() && verdict.reaches_goal() == order.is_complete;
    assert!(is_as_told, "{steps:?}: {:?}\n{json}", verdict.violation());
    let all = order.steps();
    let steps: Vec<Step> = steps.iter().map(|&step| all[step].clone()).collect();
    let judgement = judge(world, &steps);
    let is_as_told = judgement.is_safe() && judgement.reaches_goal == order.is_complete;
    assert!(is_as_told, "{judgement:?}\n{json}");
}

/// One of the orders, by lot.
fn drawn(order: &Order, dice: &mut Dice) -> Vec<usize> {
    let (mut steps, mut done): (Vec<usize>, Done) = (Vec::new(), 0);
    while done != order.all() {
        let ready: Vec<usize> = order.ready(done).collect();
        let step = ready[dice.below(ready.len())];
        steps.push(step);
        done |= 1 << step;
    }
    steps
}

proptest! {
    #[test]
    fn an_order_by_lot_of_a_larger_plain_plan_is_safe(seed in any::<u64>(), hosts in 1_usize..5, tasks in 0_usize..9) {
        let mut dice = Dice::endless(seed);
        let json = plain_site(&mut dice, hosts, tasks);
        let (site, world) = (site_of(&json), World::from_json(&json));
        let order = Order::of(&site);
        for _ in 0..4 {
            holds_as_a_whole(&order, &site, &world, &drawn(&order, &mut dice), &json);
        }
    }

    #[test]
    fn an_order_by_lot_of_an_odd_plan_is_safe(seed in any::<u64>(), hosts in 1_usize..5, tasks in 0_usize..9) {
        let mut dice = Dice::endless(seed);
        let json = odd_site(&mut dice, hosts, tasks);
        let (site, world) = (site_of(&json), World::from_json(&json));
        let order = Order::of(&site);
        for _ in 0..4 {
            holds_as_a_whole(&order, &site, &world, &drawn(&order, &mut dice), &json);
        }
    }
}

#[test]
fn any_order_of_plans_for_sites_that_once_broke_laws_holds() {
    let sites: Vec<Value> = found_sites().into_iter().map(|(_, site)| site).collect();
    let walked = hold(sites.into_iter(), 20_000, |_| false);
    assert!(walked.orders > 20, "{walked:?}");
}

/// A removal once waited for the first interface that its host gets, whatever its address.
#[test]
fn the_last_interface_that_shows_an_address_waits_for_what_shows_it_next() {
    let json = json!({
        "format_version": "1.0",
        "hosts": [{ "name": "s", "role": "server", "os": "linux", "configured": {},
                    "interfaces": ["ftp://s:11001", "ftp://s-lan2:11001"] }],
        "tasks": [{ "id": "a", "kind": "backup", "interface": "https://s:11443" },
                  { "id": "b", "kind": "backup", "interface": "https://s-lan2:11443" }],
    });
    let walked = hold([json].into_iter(), 5_000, |_| true);
    assert!(walked.orders > 1, "{walked:?}");
}
