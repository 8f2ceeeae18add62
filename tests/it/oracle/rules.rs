//! What each step needs and does, and all that it breaks where it is not allowed.

use std::collections::BTreeSet;

use super::condition::{About, Column, Condition};
use super::conditions::{Grade, is_distinct};
use super::interface::{Interface, Scheme};
use super::port::{Ftp, Http, Https, Port};
use super::settings::Held;
use super::step::{Direction, Step};
use super::world::{Reliance, Task, World};

/// What a step breaks; the first is that of a report.
pub(crate) type Broken = BTreeSet<About>;

/// The state after the step if it is allowed in a plan that goes forward.
pub(crate) fn verdict(world: &World, step: &Step) -> Result<World, Broken> {
    let after = world.stepped(step, Direction::Forward)?;
    let mut broken = after.below(Column::BOTH.map(|column| world.grades(column)));
    for column in Column::BOTH {
        let faded = (0..world.tasks.len()).filter(|place| world.fades(&after, *place, column));
        broken.extend(faded.map(|place| (Condition::Route, column, place)));
    }
    let exposed = world.exposures();
    if after.exposures().iter().any(|exposure| !exposed.contains(exposure)) {
        broken.insert((Condition::Exposure, Column::Now, 0));
    }
    if broken.is_empty() { Ok(after) } else { Err(broken) }
}

/// The state after the step if it is allowed in a rollback: all that the original had in both columns is reached in both.
pub(crate) fn verdict_rollback(
    original: &World,
    world: &World,
    step: &Step,
) -> Result<World, Broken> {
    let after = world.stepped(step, Direction::Rollback)?;
    let [now, next] = Column::BOTH.map(|column| original.grades(column));
    let worse = now.into_iter().zip(next).map(|((about, now), (_, next))| (about, now.min(next)));
    let worse: Vec<_> = worse.collect();
    let broken = after.below([worse.clone(), worse]);
    if broken.is_empty() { Ok(after) } else { Err(broken) }
}

impl World {
    /// The state after the step, if its needs hold and it changes something.
    fn stepped(&self, step: &Step, direction: Direction) -> Result<Self, Broken> {
        let needs = self.needs_hold(step, direction == Direction::Rollback).unwrap_or(false);
        let after = if needs { self.apply(step) } else { self.clone() };
        let broken = Broken::from([(Condition::Precondition, Column::Now, 0)]);
        if after == *self { Err(broken) } else { Ok(after) }
    }

    /// Whether what the step needs is there; none where it names what nobody has.
    fn needs_hold(&self, step: &Step, back: bool) -> Option<bool> {
        Some(match step {
            Step::EnablePort { host, transport, port } => {
                let host = self.host(host)?;
                let wanted = Port::On(*port);
                let may = match (transport, host.reliance) {
                    (Https, Reliance::Masked) => false,
                    (Https, _) => !host.configured.values().any(|port| *port == wanted),
                    (Ftp | Http, _) => host.running[transport] == wanted,
                };
                !host.configured[transport].is_on() && (may || back)
            }
            Step::DisablePort { host, transport } => {
                self.host(host)?.configured[transport] != Port::Off
            }
            // What a rollback may restart into is for its floor to judge: a clash that the original had.
            Step::Restart { host } => {
                let distinct = |column| Some(is_distinct(&self.host(host)?.ports(column)));
                distinct(Column::Next)? || !distinct(Column::Now)? || back
            }
            Step::AddInterface { host, text, listener, position } => {
                let host = self.host(host)?;
                let new = Interface::new(text, *listener);
                let https = new.scheme == Scheme::Of(Https)
                    && host.ports(Column::Next)[&Https] == Port::On(new.number);
                let plain = listener.is_none() && position.is_none();
                let in_reach = position.is_none_or(|position| position <= host.interfaces.len());
                host.interface(text).is_none() && if back { in_reach } else { plain && https }
            }
            Step::RemoveInterface { host, text } => {
                let names_it = |it: &Task| it.host == *host && it.reference.as_ref() == Some(text);
                self.host(host)?.interface(text).is_some() && !self.tasks.iter().any(names_it)
            }
            Step::SetKill { value } => back || value.as_deref() == Some("https"),
            // A rollback goes back to whatever the task named, a text that nobody has included.
            Step::Reassign { task, reference } => {
                let task = self.tasks.iter().find(|it| it.id == *task)?;
                let host = self.host(&task.host)?;
                back || reference.as_ref().is_none_or(|text| host.interface(text).is_some())
            }
            Step::SetIni { host, section, key, value } => {
                let setting = self.host(host)?.setting(section, key)?;
                back || *value == Held::Text(setting.wanted.clone())
            }
            Step::RestorePorts { host, .. } => self.host(host).is_some() && back,
        })
    }

    /// The state after a step whose needs hold.
    pub(crate) fn apply(&self, step: &Step) -> Self {
        let mut after = self.clone();
        match step {
            Step::EnablePort { host, transport, port } => {
                after.host_mut(host).configured.insert(*transport, Port::On(*port));
            }
            Step::DisablePort { host, transport } => {
                after.host_mut(host).configured.insert(*transport, Port::Off);
            }
            Step::Restart { host } => {
                let host = after.host_mut(host);
                host.running = host.ports(Column::Next);
                for setting in &mut host.settings {
                    setting.running.clone_from(&setting.configured);
                }
            }
            Step::AddInterface { host, text, listener, position } => {
                let list = &mut after.host_mut(host).interfaces;
                list.insert(position.unwrap_or(list.len()), Interface::new(text, *listener));
            }
            Step::RemoveInterface { host, text } => {
                after.host_mut(host).interfaces.retain(|it| it.text != *text);
            }
            Step::SetKill { value } => after.kill.clone_from(value),
            Step::Reassign { task, reference } => {
                let task = after.tasks.iter_mut().find(|it| it.id == *task).unwrap();
                task.reference.clone_from(reference);
            }
            Step::SetIni { host, section, key, value } => {
                let setting = after.host_mut(host).setting_mut(section, key).unwrap();
                setting.configured.clone_from(value);
            }
            Step::RestorePorts { host, ports } => after.host_mut(host).configured.clone_from(ports),
        }
        after
    }

    /// What is worse here than in the floor, column by column.
    fn below(&self, floor: [Vec<(About, Grade)>; 2]) -> Broken {
        let is = Column::BOTH.into_iter().flat_map(|column| self.grades(column));
        let both = is.zip(floor.into_iter().flatten());
        both.filter(|((_, is), (_, least))| is < least).map(|((about, _), _)| about).collect()
    }

    /// Whether an interface that stays in a leg of the task gets less live.
    fn fades(&self, after: &Self, task: usize, column: Column) -> bool {
        let legs = self.legs(&self.tasks[task]);
        legs.iter().zip(after.legs(&after.tasks[task])).any(|(old, new)| {
            let is = new.lives(column);
            old.lives(column).iter().any(|(which, was)| is.get(which).is_some_and(|is| is < was))
        })
    }
}
