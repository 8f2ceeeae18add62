//! The steps: what each needs and does, and whether it is allowed.

use serde_json::{Value, json};

use super::conditions::{Condition, Exposure, Graded, Subject, live};
use super::settings::Held;
use super::world::{Column, Interface, Port, Ports, Reliance, Scheme, Text, Transport, World};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    EnablePort {
        host: Text,
        transport: Transport,
        port: u16,
    },
    DisablePort {
        host: Text,
        transport: Transport,
    },
    Restart {
        host: Text,
    },
    /// `listener` and `position` in rollback plans only.
    AddInterface {
        host: Text,
        text: Text,
        listener: Option<u16>,
        position: Option<usize>,
    },
    RemoveInterface {
        host: Text,
        text: Text,
    },
    /// Another value than `https` in rollback plans only.
    SetKill {
        value: Option<Text>,
    },
    Reassign {
        task: Text,
        reference: Option<Text>,
    },
    /// Another value than the wanted one in rollback plans only.
    SetIni {
        host: Text,
        section: Text,
        key: Text,
        value: Held,
    },
    /// In rollback plans only.
    RestorePorts {
        host: Text,
        ports: Ports,
    },
}

impl Step {
    /// Reads the `action` of a step of a plan file.
    pub(crate) fn from_json(action: &Value) -> Self {
        let text = |name: &str| Text::from(action[name].as_str().unwrap());
        let number = |name: &str| u16::try_from(action.get(name)?.as_u64()?).ok();
        let host = || text("host");
        let transport = || Transport::named(&text("transport")).unwrap();
        match &*text("type") {
            "enable-port" => Self::EnablePort {
                host: host(),
                transport: transport(),
                port: number("port").unwrap(),
            },
            "disable-port" => Self::DisablePort { host: host(), transport: transport() },
            "restart" => Self::Restart { host: host() },
            "add-interface" => Self::AddInterface {
                host: host(),
                text: text("interface"),
                listener: number("listener"),
                position: number("position").map(usize::from),
            },
            "remove-interface" => Self::RemoveInterface { host: host(), text: text("interface") },
            "set-kill" => Self::SetKill { value: action["value"].as_str().map(Text::from) },
            "reassign" => Self::Reassign {
                task: text("task"),
                reference: Some(text("interface")).filter(|text| !text.is_empty()),
            },
            "set-ini" => Self::SetIni {
                host: host(),
                section: text("section"),
                key: text("key"),
                value: Held::from_json(&action["value"]),
            },
            "restore-ports" => {
                let port = |name| Port::from_json(&action[name]);
                let ports = Ports { ftp: port("ftp"), http: port("http"), https: port("https") };
                Self::RestorePorts { host: host(), ports }
            }
            other => panic!("not an action: {other}"),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::EnablePort { host, transport, port } => json!({
                "type": "enable-port", "host": host, "transport": transport.name(), "port": port
            }),
            Self::DisablePort { host, transport } => json!({
                "type": "disable-port", "host": host, "transport": transport.name()
            }),
            Self::Restart { host } => json!({ "type": "restart", "host": host }),
            Self::AddInterface { host, text, listener, position } => {
                let mut action =
                    json!({ "type": "add-interface", "host": host, "interface": text });
                if let Some(listener) = listener {
                    action["listener"] = json!(listener);
                }
                if let Some(position) = position {
                    action["position"] = json!(position);
                }
                action
            }
            Self::RemoveInterface { host, text } => json!({
                "type": "remove-interface", "host": host, "interface": text
            }),
            Self::SetKill { value } => json!({ "type": "set-kill", "value": value }),
            Self::Reassign { task, reference } => json!({
                "type": "reassign", "task": task, "interface": reference.as_deref().unwrap_or("")
            }),
            Self::SetIni { host, section, key, value } => json!({
                "type": "set-ini", "host": host, "section": section, "key": key,
                "value": value.to_json(),
            }),
            Self::RestorePorts { host, ports } => json!({
                "type": "restore-ports",
                "host": host,
                "ftp": ports.ftp.to_json(),
                "http": ports.http.to_json(),
                "https": ports.https.to_json(),
            }),
        }
    }

    pub(crate) fn is_restart(&self) -> bool {
        matches!(self, Self::Restart { .. })
    }
}

/// Reads the steps of a plan file.
pub(crate) fn steps_from_json(plan: &Value) -> Vec<Step> {
    plan["steps"].as_array().unwrap().iter().map(|step| Step::from_json(&step["action"])).collect()
}

/// Writes a plan file by hand: nothing but the actions.
pub(crate) fn steps_to_json(steps: &[Step], direction: &str) -> Value {
    let steps: Vec<Value> = steps.iter().map(|step| json!({ "action": step.to_json() })).collect();
    json!({ "format_version": "1.0", "direction": direction, "steps": steps })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Rollback,
}

/// Why a step is not allowed: the first reason in the order of a report, and the other conditions that it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) condition: Condition,
    pub(crate) column: Option<Column>,
    pub(crate) subject: Option<Subject>,
    pub(crate) also: Vec<Condition>,
}

impl Violation {
    fn precondition() -> Self {
        Self { condition: Condition::Precondition, column: None, subject: None, also: Vec::new() }
    }

    /// The first of what is broken: by condition, then by column, then by subject in file order.
    fn first_of(world: &World, mut broken: Vec<Broken>) -> Option<Self> {
        let place = |subject: &Option<Subject>| match subject {
            Some(Subject::Task(id)) => world.tasks.iter().position(|task| task.id == *id),
            Some(Subject::Host(name)) => world.hosts.iter().position(|host| host.name == *name),
            None => None,
        };
        broken.sort_by_key(|(condition, column, subject)| (*condition, *column, place(subject)));
        let (condition, column, subject) = broken.first()?.clone();
        let mut also: Vec<Condition> = broken.iter().map(|(condition, _, _)| *condition).collect();
        also.dedup();
        also.remove(0);
        let in_a_column = !matches!(condition, Condition::Interface | Condition::Exposure);
        Some(Self { condition, column: in_a_column.then_some(column), subject, also })
    }
}

type Broken = (Condition, Column, Option<Subject>);

impl World {
    /// Whether what the step needs is there; a name that nobody has is not.
    fn needs_hold(&self, step: &Step, direction: Direction) -> bool {
        let back = direction == Direction::Rollback;
        self.needs_of(step, back).unwrap_or(false)
    }

    fn needs_of(&self, step: &Step, back: bool) -> Option<bool> {
        Some(match step {
            Step::EnablePort { host, transport, port } => {
                let host = self.host(host)?;
                let wanted = Port::On(*port);
                let others = Transport::ALL.into_iter().filter(|other| other != transport);
                let free = others.map(|other| host.configured.of(other)).all(|p| p != wanted);
                let fits = match transport {
                    _ if back => true,
                    Transport::Https => host.reliance != Reliance::Masked && free,
                    Transport::Ftp | Transport::Http => host.running.of(*transport) == wanted,
                };
                !host.configured.of(*transport).is_on() && fits
            }
            Step::DisablePort { host, transport } => {
                self.host(host)?.configured.of(*transport) != Port::Off
            }
            Step::Restart { host } => {
                let host = self.host(host)?;
                let distinct = |column| super::conditions::is_distinct(host.ports(column));
                // A rollback goes back to a clash that the original had; its floor judges that.
                distinct(Column::Next) || !distinct(Column::Now) || back
            }
            Step::AddInterface { host, text, listener, position } => {
                let host = self.host(host)?;
                let new = Interface::new(text, *listener);
                let plain = listener.is_none() && position.is_none();
                let in_reach = position.is_none_or(|position| position <= host.interfaces.len());
                let https = new.scheme == Scheme::Https
                    && host.ports(Column::Next).https == Port::On(new.number);
                host.interface(text).is_none() && if back { in_reach } else { plain && https }
            }
            Step::RemoveInterface { host, text } => {
                let host = self.host(host)?;
                let names_it = |task: &super::world::Task| {
                    task.host == host.name && task.reference.as_ref() == Some(text)
                };
                host.interface(text).is_some() && !self.tasks.iter().any(names_it)
            }
            Step::SetKill { value } => back || value.as_deref() == Some("https"),
            Step::Reassign { task, reference } => {
                let task = self.task(task)?;
                let host = self.host(&task.host)?;
                let known = |text: &Text| host.interface(text).is_some();
                // The way back may lead to a reference that dangled before.
                back || reference.as_ref().is_none_or(known)
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
                let host = after.host_mut(host).unwrap();
                host.configured.set(*transport, Port::On(*port));
            }
            Step::DisablePort { host, transport } => {
                after.host_mut(host).unwrap().configured.set(*transport, Port::Off);
            }
            Step::Restart { host } => {
                let host = after.host_mut(host).unwrap();
                host.running = host.ports(Column::Next);
                for setting in &mut host.settings {
                    setting.running.clone_from(&setting.configured);
                }
            }
            Step::AddInterface { host, text, listener, position } => {
                let list = &mut after.host_mut(host).unwrap().interfaces;
                list.insert(position.unwrap_or(list.len()), Interface::new(text, *listener));
            }
            Step::RemoveInterface { host, text } => {
                after.host_mut(host).unwrap().interfaces.retain(|it| it.text != *text);
            }
            Step::SetKill { value } => after.kill.clone_from(value),
            Step::Reassign { task, reference } => {
                let task = after.tasks.iter_mut().find(|it| it.id == *task).unwrap();
                task.reference.clone_from(reference);
            }
            Step::SetIni { host, section, key, value } => {
                let setting = after.host_mut(host).unwrap().setting_mut(section, key).unwrap();
                setting.configured.clone_from(value);
            }
            Step::RestorePorts { host, ports } => after.host_mut(host).unwrap().configured = *ports,
        }
        after
    }

    /// The state after the step, if its needs hold and it changes something.
    fn stepped(&self, step: &Step, direction: Direction) -> Result<Self, Violation> {
        if !self.needs_hold(step, direction) {
            return Err(Violation::precondition());
        }
        let after = self.apply(step);
        if after == *self { Err(Violation::precondition()) } else { Ok(after) }
    }

    /// The tasks one of whose legs depends on a set of which a member that stays gets less live.
    fn dimmed_tasks(&self, after: &Self, column: Column) -> Vec<Text> {
        let dimmed_on = |name: &str| {
            let (before, after) = (self.host(name).unwrap(), after.host(name).unwrap());
            let (was, is) = (before.ports(column), after.ports(column));
            before.interfaces.iter().any(|interface| {
                after.interface(&interface.text).is_some()
                    && live(interface, is) < live(interface, was)
            })
        };
        let dimmed = |task: &&super::world::Task| {
            self.set_legs(task).into_iter().any(|leg| dimmed_on(&leg.name))
        };
        self.tasks.iter().filter(dimmed).map(|task| task.id.clone()).collect()
    }
}

/// What a world is compared with, computed once for all the steps that leave it.
#[derive(Debug)]
pub(crate) struct Standing {
    grades: Vec<Graded>,
    exposures: Vec<Exposure>,
}

impl Standing {
    pub(crate) fn of(world: &World) -> Self {
        let exposures = world.exposures().into_iter().map(|(exposure, _)| exposure).collect();
        Self { grades: world.grades(), exposures }
    }
}

/// The state after the step if it is allowed, else the reason why it is not.
pub(crate) fn verdict(world: &World, step: &Step) -> Result<World, Violation> {
    verdict_from(world, &Standing::of(world), step)
}

/// [`verdict`] where the standing of the world is at hand.
pub(crate) fn verdict_from(
    world: &World,
    before: &Standing,
    step: &Step,
) -> Result<World, Violation> {
    let after = world.stepped(step, Direction::Forward)?;
    let mut broken = Vec::new();
    for (was, is) in before.grades.iter().zip(after.grades()) {
        if is.grade < was.grade {
            broken.push((is.condition, is.column, Some(is.subject)));
        }
    }
    for column in Column::BOTH {
        for task in world.dimmed_tasks(&after, column) {
            broken.push((Condition::Route, column, Some(Subject::Task(task))));
        }
    }
    for (exposure, _) in after.exposures() {
        if !before.exposures.contains(&exposure) {
            broken.push((Condition::Exposure, Column::Now, None));
        }
    }
    Violation::first_of(world, broken).map_or(Ok(after), Err)
}

/// What is to be said of a whole plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) safe: bool,
    pub(crate) reaches_goal: bool,
    /// The steps before the violation.
    pub(crate) steps_checked: usize,
    pub(crate) violation: Option<Violation>,
}

fn judge_with(
    start: &World,
    steps: &[Step],
    allowed: impl Fn(&World, &Step) -> Result<World, Violation>,
    reached: impl Fn(&World) -> bool,
) -> Judgement {
    let mut world = start.clone();
    for (steps_checked, step) in steps.iter().enumerate() {
        match allowed(&world, step) {
            Ok(after) => world = after,
            Err(violation) => {
                let violation = Some(violation);
                return Judgement { safe: false, reaches_goal: false, steps_checked, violation };
            }
        }
    }
    let reaches_goal = reached(&world);
    Judgement { safe: true, reaches_goal, steps_checked: steps.len(), violation: None }
}

pub(crate) fn judge(world: &World, steps: &[Step]) -> Judgement {
    judge_with(world, steps, verdict, World::goal_reached)
}

/// Whether a step of a rollback is allowed: every grade that the original had in both columns is reached in both.
pub(crate) fn verdict_rollback(
    original: &World,
    world: &World,
    step: &Step,
) -> Result<World, Violation> {
    let after = world.stepped(step, Direction::Rollback)?;
    let (now, next) = (original.grades_in(Column::Now), original.grades_in(Column::Next));
    let mut broken = Vec::new();
    for column in Column::BOTH {
        for ((now, next), is) in now.iter().zip(&next).zip(after.grades_in(column)) {
            if is.grade < now.grade.min(next.grade) {
                broken.push((is.condition, column, Some(is.subject)));
            }
        }
    }
    Violation::first_of(world, broken).map_or(Ok(after), Err)
}

/// Judges a rollback from `start`: its goal is the original, but for interfaces that repair what dangled there.
pub(crate) fn judge_rollback(original: &World, start: &World, steps: &[Step]) -> Judgement {
    let allowed = |world: &World, step: &Step| verdict_rollback(original, world, step);
    let without_kept = |world: &World| {
        let mut world = world.clone();
        for task in original.tasks.iter().filter(|task| original.dangles(task)) {
            let host = world.host_mut(&task.host).unwrap();
            host.interfaces.retain(|it| Some(&it.text) != task.reference.as_ref());
        }
        world
    };
    judge_with(start, steps, allowed, |world| without_kept(world) == *original)
}
