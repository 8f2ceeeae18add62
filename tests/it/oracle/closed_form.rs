//! What the best plan of a site without odd facts costs, said without any search, for sites of any size.
//!
//! Every plan has the same edits; what is to be found are the restarts of each host, and the cheapest way round a
//! premature edit where https does not run yet. Hosts do not interfere: the one barrier between them, the kill value,
//! holds back no restart that it needs itself.

use super::conditions::{Grade, live};
use super::interface::{Interface, Scheme};
use super::moves::Target;
use super::port::{Ftp, Http, Https, Transport};
use super::search::Cost;
use super::world::{Host, World};

const RETIRED: [Transport; 2] = [Ftp, Http];

/// The cost of the best plan, where both transports are retired everywhere, under policy `secure`, without waivers and
/// source hosts, with plain interfaces on the default numbers, nothing unknown, and a target for every task.
pub(crate) fn cost(world: &World) -> Cost {
    let set_kill = world.kill_transport() != Some(Https);
    let mut cost = Cost { restarts: 0, steps: u16::from(set_kill) };
    for host in &world.hosts {
        let restarts = restarts(world, host);
        let detour = if restarts == 2 { detour(world, host) } else { 0 };
        cost.restarts += restarts;
        cost.steps += restarts + u16::try_from(edits(world, host) + detour).unwrap();
    }
    cost
}

/// The edits that every plan has: enable, add, reassign, remove, disable.
fn edits(world: &World, host: &Host) -> usize {
    let unsecure = host.interfaces.iter().filter(|it| it.scheme != Scheme::Of(Https)).count();
    let mut moved = 0;
    let mut added = Vec::new();
    for task in world.tasks.iter().filter(|task| task.host == host.name) {
        if let Target::Named(text) = world.target(task) {
            moved += usize::from(task.reference.as_ref() != Some(&text));
            if host.interface(&text).is_none() && !added.contains(&text) {
                added.push(text);
            }
        }
    }
    let serviceable = host.interfaces.len() > unsecure;
    let last = usize::from(added.is_empty() && !serviceable && unsecure > 0);
    let enabled = usize::from(!host.configured[&Https].is_on());
    let disabled = RETIRED.into_iter().filter(|&it| host.configured[&it].is_on()).count();
    enabled + added.len() + last + moved + unsecure + disabled
}

fn transport(interface: &Interface) -> Transport {
    if interface.scheme == Scheme::Of(Ftp) { Ftp } else { Http }
}

/// The interfaces that live now by a port that is to be closed.
fn living(host: &Host) -> Vec<&Interface> {
    let unsecure = host.interfaces.iter().filter(|it| it.scheme != Scheme::Of(Https));
    unsecure.filter(|it| live(it, &host.running) == Grade::Yes).collect()
}

fn named(world: &World, host: &Host, interface: &Interface) -> usize {
    let on_host = world.tasks.iter().filter(|task| task.host == host.name);
    on_host.filter(|task| task.reference.as_ref() == Some(&interface.text)).count()
}

fn abort_needs_ftp(world: &World, host: &Host) -> bool {
    world.kill_transport() == Some(Ftp) && host.running[&Ftp].is_on()
}

fn blank_needs_one(world: &World, host: &Host) -> bool {
    let on_it = |task| world.legs(task).iter().any(|leg| leg.host.name == host.name);
    let mut blank = world.tasks.iter().filter(|task| task.reference.is_none());
    !living(host).is_empty() && blank.any(on_it)
}

/// Two where something lives by a port that is to be closed while https does not run.
fn restarts(world: &World, host: &Host) -> u16 {
    let lives_by_https = host.running[&Https].is_on();
    if lives_by_https && RETIRED.into_iter().all(|it| !host.running[&it].is_on()) {
        return 0;
    }
    let named_needs = living(host).iter().any(|it| named(world, host, it) > 0);
    let needed = abort_needs_ftp(world, host) || blank_needs_one(world, host) || named_needs;
    1 + u16::from(!lives_by_https && needed)
}

/// The cheapest ports to keep until https runs: one that is enabled again costs two steps, a task that is parked one.
fn detour(world: &World, host: &Host) -> usize {
    let subsets = [&[][..], &[Ftp], &[Http], &RETIRED];
    let is_edited = |it: &Transport| host.running[it].is_on() && !host.configured[it].is_on();
    subsets
        .into_iter()
        .filter(|again| again.iter().all(is_edited))
        .filter_map(|again| {
            let kept = |it: &Interface| {
                host.configured[&transport(it)].is_on() || again.contains(&transport(it))
            };
            let abort = host.configured[&Ftp].is_on() || again.contains(&Ftp);
            if abort_needs_ftp(world, host) && !abort {
                return None;
            }
            Some(2 * again.len() + parked(world, host, &kept)?)
        })
        .min()
        .unwrap()
}

/// How many tasks have to be parked where these interfaces outlive the first restart; none where that is not enough.
fn parked(world: &World, host: &Host, kept: &dyn Fn(&Interface) -> bool) -> Option<usize> {
    let living = living(host);
    let stays_at =
        |address: &Interface| living.iter().any(|it| it.same_address(address) && kept(it));
    if blank_needs_one(world, host) && !living.iter().any(|it| kept(it)) {
        return None;
    }
    // A set that is wholly alive takes its twins only after the restart: until then an interface has to remain that
    // tells the address of a dangling reference.
    if blank_needs_one(world, host) && living.len() == host.interfaces.len() {
        for task in world.tasks.iter().filter(|it| it.host == host.name && world.dangles(it)) {
            let from = Interface::new(task.reference.as_ref().unwrap(), None);
            let Target::Named(text) = world.target(task) else { continue };
            if host.interface(&text).is_none() && !stays_at(&from) {
                return None;
            }
        }
    }
    let stranded = living.iter().filter(|it| !kept(it) && named(world, host, it) > 0);
    stranded.map(|it| stays_at(it).then(|| named(world, host, it))).sum()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::generate::{Dice, plain_site};
    use super::super::search::solve_within;
    use super::*;

    #[track_caller]
    pub(crate) fn holds(rounds: u64, hosts: usize, limit: usize) {
        let mut compared = 0;
        for seed in 0..rounds {
            let mut dice = Dice::endless(seed);
            let tasks = dice.below(4);
            let world = World::from_json(&plain_site(&mut dice, hosts, tasks));
            if world.tasks.iter().any(|task| world.target(task) == Target::Unknown) {
                continue;
            }
            if let Some((best, _)) = solve_within(&world, limit) {
                assert!(best.complete, "{}", world.to_json());
                assert_eq!(best.cost, cost(&world), "{}", world.to_json());
                compared += 1;
            }
        }
        assert!(compared > rounds / 4, "{compared}");
    }

    #[test]
    fn the_closed_form_is_what_the_search_finds() {
        holds(300, 1, usize::MAX);
        holds(20, 2, 3_000);
    }
}
