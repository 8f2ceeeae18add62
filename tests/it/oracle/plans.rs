//! Random plans, good and bad, to judge.

use super::condition::Condition;
use super::generate::{ABSENT, Dice, OTHER, UNKNOWN, WANTED, held};
use super::moves::moves;
use super::port::{Ftp, Http, Https, Port, Ports, Transport};
use super::rules::{Broken, verdict, verdict_rollback};
use super::settings::{Held, Setting};
use super::step::{Direction, Step};
use super::text::Text;
use super::world::{Host, Task, World};

/// A plan from the world: mostly steps that are allowed, now and then anything at all; some plans end at the goal.
pub(crate) fn plan(world: &World, dice: &mut Dice, steps: usize, bad_once_in: usize) -> Vec<Step> {
    let mut world = world.clone();
    let mut plan = Vec::new();
    let other_once_in = *dice.of(&[3, usize::MAX]);
    for _ in 0..steps {
        if world.goal_reached() && dice.once_in(2) {
            break;
        }
        let step = if dice.once_in(bad_once_in) {
            bad_step(&world, dice)
        } else {
            good_step(&world, dice, other_once_in).unwrap_or_else(|| bad_step(&world, dice))
        };
        if let Ok(after) = verdict(&world, &step) {
            world = after;
        }
        plan.push(step);
    }
    plan
}

/// A plan that mostly moves tasks, many of them from the same interface to the same. At most its last step is refused:
/// where there is such a one, a move like an earlier one that was allowed.
pub(crate) fn moves_alike(world: &World, dice: &mut Dice) -> Vec<Step> {
    let mut world = world.clone();
    let (mut steps, mut moves) = (Vec::new(), Vec::new());
    for _ in 0..40 {
        let step =
            if dice.once_in(4) { good_step(&world, dice, 3) } else { some_move(&world, dice) };
        let Some(step) = step else { break };
        match verdict(&world, &step) {
            Ok(after) => {
                moves.extend(move_of(&world, &step));
                world = after;
                steps.push(step);
            }
            Err(_) if dice.once_in(30) => {
                steps.push(step);
                break;
            }
            Err(_) => {}
        }
        if let Some(step) = refused_by_now(&world, &moves).filter(|_| dice.once_in(2)) {
            steps.push(step);
            break;
        }
    }
    steps
}

/// The host of a task, what it named, and what it names then.
type Move = (Text, Option<Text>, Option<Text>);

fn some_move(world: &World, dice: &mut Dice) -> Option<Step> {
    if world.tasks.is_empty() {
        return None;
    }
    let task = dice.of(&world.tasks);
    let interfaces = &world.host(&task.host)?.interfaces;
    let to = interfaces.get(dice.below(interfaces.len().min(2) + 1));
    let reference = to.map(|interface| interface.text.clone());
    Some(Step::Reassign { task: task.id.clone(), reference })
}

fn move_of(world: &World, step: &Step) -> Option<Move> {
    let Step::Reassign { task, reference } = step else { return None };
    let task = world.tasks.iter().find(|other| other.id == *task)?;
    Some((task.host.clone(), task.reference.clone(), reference.clone()))
}

/// A move like one that was allowed before, and is not any more.
fn refused_by_now(world: &World, moves: &[Move]) -> Option<Step> {
    moves.iter().find_map(|(host, from, to)| {
        let is_there = |task: &&Task| task.host == *host && task.reference == *from;
        let task = world.tasks.iter().find(is_there)?;
        let step = Step::Reassign { task: task.id.clone(), reference: to.clone() };
        verdict(world, &step).is_err().then_some(step)
    })
}

/// An allowed step: mostly one that a planner would try, sometimes another one.
fn good_step(world: &World, dice: &mut Dice, other_once_in: usize) -> Option<Step> {
    let is_allowed = |step: &Step| verdict(world, step).is_ok();
    if dice.once_in(other_once_in) {
        let other = (0..8).map(|_| any_step(world, dice, Direction::Forward)).find(is_allowed);
        if other.is_some() {
            return other;
        }
    }
    let good: Vec<Step> = moves(world).into_iter().filter(is_allowed).collect();
    (!good.is_empty()).then(|| dice.of(&good).clone())
}

/// A step that need not be allowed; most often one whose needs hold, such as a planner would try too early.
fn bad_step(world: &World, dice: &mut Dice) -> Step {
    if dice.once_in(3) {
        let is_early = |step: &Step| verdict(world, step).is_err_and(|it| !fails_needs(&it));
        let early: Vec<Step> = moves(world).into_iter().filter(is_early).collect();
        if !early.is_empty() {
            return dice.of(&early).clone();
        }
    }
    let needs_fail = |step: &Step| verdict(world, step).is_err_and(|it| fails_needs(&it));
    let tries = dice.below(12);
    let mut step = any_step(world, dice, Direction::Forward);
    for _ in 0..tries {
        if !needs_fail(&step) {
            break;
        }
        step = any_step(world, dice, Direction::Forward);
    }
    step
}

pub(crate) fn fails_needs(broken: &Broken) -> bool {
    broken.iter().any(|(condition, ..)| *condition == Condition::Precondition)
}

/// A way back from where an allowed plan leads, with now and then any step at all.
pub(crate) fn rollback_plan(
    original: &World,
    done: &[Step],
    dice: &mut Dice,
    bad_once_in: usize,
) -> Vec<Step> {
    let mut worlds = vec![original.clone()];
    worlds.extend(done.iter().scan(original.clone(), |world, step| {
        *world = world.apply(step);
        Some(world.clone())
    }));
    let mut world = worlds[done.len()].clone();
    let mut plan = Vec::new();
    for step in way_back(&worlds, done) {
        let mut steps = vec![step];
        if dice.once_in(bad_once_in) {
            let tries = if dice.once_in(8) { 1 } else { 5 };
            let any: Vec<Step> =
                (0..tries).map(|_| any_step(&world, dice, Direction::Rollback)).collect();
            let fails = |step: &Step| {
                verdict_rollback(original, &world, step).is_err_and(|it| fails_needs(&it))
            };
            let step = any.into_iter().find(|step| tries == 1 || !fails(step));
            steps.splice(..0, step);
        }
        for step in steps {
            match verdict_rollback(original, &world, &step) {
                Ok(after) => world = after,
                // What changes nothing is no step.
                Err(broken) if fails_needs(&broken) && !dice.once_in(10) => continue,
                Err(_) => {}
            }
            plan.push(step);
        }
    }
    plan
}

/// Any step of the direction, most of them useless or harmful, some with names that nobody has.
pub(crate) fn any_step(world: &World, dice: &mut Dice, direction: Direction) -> Step {
    let back = direction == Direction::Rollback;
    let mut hosts: Vec<Text> = world.hosts.iter().map(|host| host.name.clone()).collect();
    if dice.once_in(20) {
        hosts = vec!["nobody".into()];
    }
    let host = dice.of(&hosts).clone();
    let transport = *dice.of(&Transport::ALL);
    let ports = |transport| world.host(&host).map_or(Port::Off, |it| it.running[&transport]);
    let mut numbers = vec![11443, 11000, 11001, 8443];
    if let Port::On(number) = ports(transport) {
        numbers.extend([number, number, number]);
    }
    let port = *dice.of(&numbers);
    match dice.below(if back { 9 } else { 8 }) {
        0 => Step::DisablePort { host, transport },
        1 => Step::EnablePort { host, transport, port },
        2 => Step::Restart { host },
        3 => {
            let text = any_text(world, &host, dice);
            let listener = (back && dice.once_in(3)).then_some(port);
            let position = (back && dice.once_in(2)).then(|| dice.below(3));
            Step::AddInterface { host, text, listener, position }
        }
        4 => Step::RemoveInterface { text: any_text(world, &host, dice), host },
        5 => {
            let value = if back {
                dice.of(&[Some("ftp"), None, Some("https"), Some("x")])
            } else {
                &Some("https")
            };
            Step::SetKill { value: value.map(Text::from) }
        }
        6 => {
            let Some(task) = world.tasks.get(dice.below(world.tasks.len() + 1)) else {
                return Step::Reassign { task: "nothing".into(), reference: None };
            };
            let reference = (!dice.once_in(4)).then(|| any_text(world, &task.host, dice));
            Step::Reassign { task: task.id.clone(), reference }
        }
        7 => any_setting(world, host, dice),
        _ => {
            let port = |number| *dice.of(&[Port::On(number), Port::Off, Port::Unknown]);
            let [ftp, http, https] = [11001, 11000, 11443].map(port);
            let ports = Ports::of(|transport| match transport {
                Ftp => ftp,
                Http => http,
                Https => https,
            });
            Step::RestorePorts { host, ports }
        }
    }
}

/// A setting of the host, if it has one, set to anything.
fn any_setting(world: &World, host: Text, dice: &mut Dice) -> Step {
    let known = world.host(&host).map_or(&[][..], |host| &host.settings);
    let (section, key) = match known.get(dice.below(known.len() + 1)) {
        Some(setting) => (setting.section.clone(), setting.key.clone()),
        None => ("STPD_Server".into(), (*dice.of(&["NOBODY", "STPD_PORT"])).into()),
    };
    let value = Held::from_json(&held(dice.of::<&str>(&[WANTED, WANTED, OTHER, ABSENT, UNKNOWN])));
    Step::SetIni { host, section, key, value }
}

fn any_text(world: &World, host: &str, dice: &mut Dice) -> Text {
    let present = world.host(host).into_iter().flat_map(|host| &host.interfaces);
    let mut texts: Vec<Text> = present.map(|interface| interface.text.clone()).collect();
    texts.push(format!("https://{host}:11443").as_str().into());
    if dice.once_in(4) {
        texts = vec!["http://gone:11000".into(), format!("https://{host}:8443").as_str().into()];
    }
    dice.of(&texts).clone()
}

/// Gives a setting of a host a value.
fn set(host: &Host, setting: &Setting, value: &Held) -> Step {
    Step::SetIni {
        host: host.name.clone(),
        section: setting.section.clone(),
        key: setting.key.clone(),
        value: value.clone(),
    }
}

/// The way back over every step, last step first; `worlds` are those before each of them.
pub(crate) fn way_back(worlds: &[World], steps: &[Step]) -> Vec<Step> {
    let mut back = Vec::new();
    let original = &worlds[0];
    let dangled = |text: &Text| {
        let names_it = |task: &&Task| task.reference.as_ref() == Some(text);
        original.tasks.iter().filter(names_it).any(|task| original.dangles(task))
    };
    for (step, before) in steps.iter().zip(worlds).rev() {
        match step {
            Step::EnablePort { host, .. }
            | Step::DisablePort { host, .. }
            | Step::RestorePorts { host, .. } => {
                let ports = before.host(host).unwrap().configured;
                back.push(Step::RestorePorts { host: host.clone(), ports });
            }
            Step::Restart { host } => {
                let was = before.host(host).unwrap();
                let ports = was.running;
                back.push(Step::RestorePorts { host: host.clone(), ports });
                back.extend(was.settings.iter().map(|it| set(was, it, &it.running)));
                back.push(Step::Restart { host: host.clone() });
                back.extend(was.settings.iter().map(|it| set(was, it, &it.configured)));
                let ports = was.configured;
                back.push(Step::RestorePorts { host: host.clone(), ports });
            }
            // An interface that repaired what dangled is kept.
            Step::AddInterface { text, .. } if dangled(text) => {}
            Step::AddInterface { host, text, .. } => {
                back.push(Step::RemoveInterface { host: host.clone(), text: text.clone() });
            }
            Step::RemoveInterface { host, text } => {
                let list = &before.host(host).unwrap().interfaces;
                let position = list.iter().position(|it| it.text == *text).unwrap();
                back.push(Step::AddInterface {
                    host: host.clone(),
                    text: text.clone(),
                    listener: list[position].listener,
                    position: Some(position),
                });
            }
            Step::SetIni { host, section, key, .. } => {
                let host = before.host(host).unwrap();
                let setting = host.setting(section, key).unwrap();
                back.push(set(host, setting, &setting.configured));
            }
            Step::SetKill { .. } => back.push(Step::SetKill { value: before.kill.clone() }),
            Step::Reassign { task, .. } => back.push(Step::Reassign {
                task: task.clone(),
                reference: before.tasks.iter().find(|it| it.id == *task).unwrap().reference.clone(),
            }),
        }
    }
    back
}
