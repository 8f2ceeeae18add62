//! How often random sites and plans reach what is hard to reach, counted: each corner has a least share.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement;
use crate::oracle::condition::Column;
use crate::oracle::generate::{Dice, any_site};
use crate::oracle::interface::{Interface, Scheme};
use crate::oracle::judgement::{Breach, Judgement, judge, judge_rollback};
use crate::oracle::moves::{Policy, Target};
use crate::oracle::plans::{plan, rollback_plan};
use crate::oracle::port::{Ftp, Http, Https, Port, Transport};
use crate::oracle::step::Step;
use crate::oracle::world::{Host, Reliance, World};

/// How many sites, plans or rollbacks have something.
#[derive(Default)]
struct Census {
    of: usize,
    with: BTreeMap<String, usize>,
}

impl Census {
    /// Counts one case with what it has, each once.
    fn count(&mut self, traits: Vec<String>) {
        self.of += 1;
        for it in BTreeSet::from_iter(traits) {
            *self.with.entry(it).or_default() += 1;
        }
    }

    /// Everything is there in so many of a thousand cases at least.
    #[track_caller]
    fn has(&self, least: &[(usize, &[&str])]) {
        let share = |name: &str| self.with.get(name).map_or(0, |count| count * 1_000 / self.of);
        for name in self.with.keys() {
            println!("{name:30} {:5} of 1000", share(name));
        }
        for (floor, names) in least {
            for name in *names {
                assert!(share(name) >= *floor, "{name}: {} of 1000, not {floor}", share(name));
            }
        }
    }
}

const CASES: u64 = 2_000;

fn scheme(interface: &Interface) -> &'static str {
    match interface.scheme {
        Scheme::Of(transport) => transport.name(),
        Scheme::Bare => "bare",
        Scheme::Other => "other",
    }
}

/// What is worth counting of a host.
fn of_host(world: &World, host: &Host) -> Vec<String> {
    let mut traits = vec![format!("https is {:?}", host.reliance).to_lowercase()];
    for interface in &host.interfaces {
        traits.push(format!("interface {}", scheme(interface)));
        if interface.listener.is_some() {
            traits.push(format!("forwarded {}", scheme(interface)));
        }
        let on_another =
            |it: &Host| it.name != host.name && it.interface(&interface.text).is_some();
        if world.hosts.iter().any(on_another) {
            traits.push("text on two hosts".into());
        }
    }
    for transport in Transport::ALL {
        for (column, ports) in [("configured", &host.configured), ("running", &host.running)] {
            if ports[&transport] == Port::Unknown {
                traits.push(format!("{} {column} unknown", transport.name()));
            }
        }
        if let (Port::On(now), Port::On(next)) =
            (host.running[&transport], host.configured[&transport])
        {
            traits.extend((now != next).then(|| "pending renumbering".to_owned()));
        }
    }
    for column in Column::BOTH {
        let clashes = !crate::oracle::conditions::is_distinct(&host.ports(column));
        traits.extend(clashes.then(|| format!("clash {}", column.name())));
    }
    let is_pending = host.running != host.ports(Column::Next);
    traits.extend(is_pending.then(|| "pending edit".to_owned()));
    let is_commented =
        |it: &Transport| host.running[it].is_on() && host.configured[it] == Port::Off;
    let is_premature = !host.running[&Https].is_on() && [Ftp, Http].iter().any(is_commented);
    traits.extend(is_premature.then(|| "premature edit".to_owned()));
    traits.extend(host.interfaces.is_empty().then(|| "no interface".to_owned()));
    let is_blocked = host.reliance != Reliance::Relied && world.in_goal(&host.name);
    traits.extend(is_blocked.then(|| "host that blocks the goal".to_owned()));
    traits
}

fn of_site(world: &World) -> Vec<String> {
    let mut traits: Vec<String> = world.hosts.iter().flat_map(|it| of_host(world, it)).collect();
    for task in &world.tasks {
        traits.extend(world.dangles(task).then(|| "dangling".to_owned()));
        traits.extend(task.reference.is_none().then(|| "blank".to_owned()));
        traits.extend(task.source_host.is_some().then(|| "source".to_owned()));
        traits.extend((world.target(task) == Target::Unknown).then(|| "target unknown".to_owned()));
    }
    let kill = world.kill.as_deref().unwrap_or("no row");
    traits.push(format!("kill {kill}"));
    traits.push(format!("blank picks {} {}", world.blank_picks_own, world.blank_picks_server));
    traits.push(format!("retire {:?}", world.retire));
    traits.extend((world.policy == Policy::Blank).then(|| "policy blank".to_owned()));
    traits.extend((!world.except_hosts.is_empty()).then(|| "excepted host".to_owned()));
    traits.extend((!world.abort_waived.is_empty()).then(|| "abort waived".to_owned()));
    traits.extend(world.goal_reached().then(|| "goal".to_owned()));
    traits
}

fn kind(step: &Step) -> &'static str {
    match step {
        Step::EnablePort { transport: Https, .. } => "enable https",
        Step::EnablePort { .. } => "enable ftp, http",
        Step::DisablePort { .. } => "disable",
        Step::Restart { .. } => "restart",
        Step::AddInterface { .. } => "add",
        Step::RemoveInterface { .. } => "remove",
        Step::SetKill { .. } => "kill",
        Step::Reassign { reference: None, .. } => "to blank",
        Step::Reassign { .. } => "to name",
        Step::SetIni { .. } => "set",
        Step::RestorePorts { .. } => "restore",
    }
}

fn breach(breach: &Breach) -> String {
    let column = breach.column.map_or("", Column::name);
    format!("{} {column}", breach.condition.name()).trim().to_owned()
}

/// What is worth counting of a judged plan.
fn of_plan(steps: &[Step], judgement: &Judgement) -> Vec<String> {
    let allowed = &steps[..judgement.steps_checked];
    let mut traits: Vec<String> =
        allowed.iter().map(|step| format!("allowed {}", kind(step))).collect();
    for depth in [4, 8, 12, 16] {
        traits.extend((allowed.len() >= depth).then(|| format!("{depth} steps or more")));
    }
    traits.extend(judgement.reaches_goal.then(|| "reaches its goal".to_owned()));
    if let Some((first, also)) = judgement.breaches.split_first() {
        traits.push(format!("refused {}", kind(&steps[judgement.steps_checked])));
        traits.push(format!("first {}", breach(first)));
        traits.extend(also.iter().map(|it| format!("also {}", breach(it))));
    } else {
        traits.push("safe".into());
    }
    traits
}

#[test]
fn random_sites_have_every_odd_fact() {
    let mut census = Census::default();
    for seed in 0..CASES {
        census.count(of_site(&World::from_json(&any_site(&mut Dice::endless(seed)))));
    }
    census.has(&[
        (
            500,
            &[
                "https is relied",
                "interface ftp",
                "interface http",
                "interface https",
                "pending edit",
            ],
        ),
        (300, &["blank", "blank picks true true", "retire [Ftp, Http]"]),
        (
            200,
            &[
                "dangling",
                "host that blocks the goal",
                "https is unknown",
                "interface other",
                "kill https",
                "premature edit",
                "source",
            ],
        ),
        (
            100,
            &[
                "excepted host",
                "forwarded http",
                "forwarded https",
                "https running unknown",
                "interface bare",
                "kill ftp",
                "kill no row",
                "pending renumbering",
                "policy blank",
                "target unknown",
            ],
        ),
        (
            50,
            &[
                "blank picks false true",
                "blank picks true false",
                "ftp configured unknown",
                "ftp running unknown",
                "http configured unknown",
                "http running unknown",
                "https configured unknown",
                "kill smssh",
                "retire [Ftp]",
                "retire [Http, Ftp]",
                "retire [Http]",
                "text on two hosts",
            ],
        ),
        (20, &["clash next", "goal", "no interface"]),
        (10, &["clash now", "https is masked"]),
    ]);
}

#[test]
fn random_plans_break_every_condition_in_every_column() {
    let mut census = Census::default();
    for seed in 0..CASES {
        let mut dice = Dice::endless(seed);
        let world = World::from_json(&any_site(&mut dice));
        let bad_once_in = [2, 4, 8, usize::MAX][dice.below(4)];
        let steps = plan(&world, &mut dice, 20, bad_once_in);
        census.count(of_plan(&steps, &judge(&world, &steps)));
    }
    census.has(&[
        (300, &["4 steps or more", "allowed disable", "allowed remove", "allowed restart"]),
        (200, &["8 steps or more", "allowed enable ftp, http", "allowed enable https"]),
        (
            100,
            &[
                "16 steps or more",
                "allowed add",
                "allowed kill",
                "allowed to name",
                "first precondition",
                "first route next",
                "refused disable",
                "safe",
            ],
        ),
        (
            50,
            &[
                "allowed to blank",
                "also abort next",
                "also route next",
                "first abort now",
                "first route now",
                "reaches its goal",
                "refused kill",
                "refused remove",
                "refused restart",
            ],
        ),
        (
            20,
            &[
                "also abort now",
                "also listener next",
                "also route now",
                "first abort next",
                "first interface",
                "first listener next",
                "refused add",
                "refused to blank",
                "refused to name",
            ],
        ),
        (8, &["also listener now", "first exposure", "refused enable ftp, http"]),
        (5, &["first distinct next", "refused enable https"]),
        (3, &["also exposure", "also interface", "first listener now"]),
    ]);
}

#[test]
fn random_rollbacks_break_every_condition_in_every_column() {
    let mut census = Census::default();
    for seed in 0..CASES {
        let mut dice = Dice::endless(seed);
        let world = World::from_json(&any_site(&mut dice));
        let length = dice.below(14);
        let done = plan(&world, &mut dice, length, usize::MAX);
        let done = agreement::allowed_part(&world.to_json(), &done);
        let end = done.iter().fold(world.clone(), |world, step| world.apply(step));
        let bad_once_in = [1, 3, usize::MAX][dice.below(3)];
        let back = rollback_plan(&world, &done, &mut dice, bad_once_in);
        census.count(of_plan(&back, &judge_rollback(&world, &end, &back)));
    }
    census.has(&[
        (300, &["4 steps or more", "allowed add", "allowed restore", "safe"]),
        (200, &["allowed restart", "reaches its goal"]),
        (100, &["8 steps or more", "allowed kill", "allowed remove", "allowed to name"]),
        (
            50,
            &[
                "allowed disable",
                "also abort next",
                "also route next",
                "first route next",
                "refused restore",
            ],
        ),
        (
            20,
            &[
                "16 steps or more",
                "allowed enable ftp, http",
                "allowed to blank",
                "also listener next",
                "first abort next",
                "first abort now",
                "first listener next",
                "first route now",
                "refused disable",
                "refused kill",
                "refused remove",
            ],
        ),
        (
            10,
            &[
                "allowed enable https",
                "also abort now",
                "first distinct next",
                "first interface",
                "refused enable ftp, http",
                "refused to name",
            ],
        ),
        (5, &["first precondition", "refused add"]),
        (3, &["refused to blank"]),
        (1, &["also interface", "also route now"]),
        (2, &["refused restart"]),
        (1, &["refused enable https"]),
    ]);
}
