//! What is to be said of a whole plan.

use serde_json::{Value, json};

use super::condition::{Column, Condition};
use super::rules::{Broken, verdict, verdict_rollback};
use super::step::Step;
use super::text::Text;
use super::world::World;

/// One thing that a step breaks, as a report says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breach {
    pub(crate) condition: Condition,
    pub(crate) column: Option<Column>,
    /// A task where the condition is a route, else a host.
    pub(crate) subject: Option<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) reaches_goal: bool,
    /// The steps before the one that is not allowed.
    pub(crate) steps_checked: usize,
    /// All that this step breaks, the first of a report first; empty where every step is allowed.
    pub(crate) breaches: Vec<Breach>,
}

impl Judgement {
    pub(crate) fn is_safe(&self) -> bool {
        self.breaches.is_empty()
    }

    /// What a report on the plan says.
    pub(crate) fn to_json(&self) -> Value {
        let violation = self.breaches.split_first().map(|(first, also)| {
            let mut violation = first.to_json();
            violation["step"] = json!(self.steps_checked + 1);
            violation["also"] = also.iter().map(Breach::to_json).collect();
            violation
        });
        json!({
            "safe": self.is_safe(),
            "reaches_goal": self.reaches_goal,
            "steps_checked": self.steps_checked,
            "violation": violation,
        })
    }
}

impl Breach {
    fn all(world: &World, broken: &Broken) -> Vec<Self> {
        let breach = |&(condition, column, place): &(Condition, Column, usize)| {
            let subject = match condition {
                Condition::Precondition | Condition::Exposure => None,
                Condition::Route => Some(world.tasks[place].id.clone()),
                _ => Some(world.hosts[place].name.clone()),
            };
            Self { condition, column: condition.has_columns().then_some(column), subject }
        };
        // What is the same in both columns is said once.
        let is_said = |it: &&(Condition, Column, usize)| it.0.has_columns() || it.1 == Column::Now;
        broken.iter().filter(is_said).map(breach).collect()
    }

    fn to_json(&self) -> Value {
        let mut breach = json!({
            "condition": self.condition.name(),
            "column": self.column.map(Column::name),
        });
        if let Some(subject) = &self.subject {
            let is_task = self.condition == Condition::Route;
            breach[if is_task { "task" } else { "host" }] = json!(subject);
        }
        breach
    }
}

fn judge_with(
    start: &World,
    steps: &[Step],
    allowed: impl Fn(&World, &Step) -> Result<World, Broken>,
    reached: impl Fn(&World) -> bool,
) -> Judgement {
    let mut world = start.clone();
    for (steps_checked, step) in steps.iter().enumerate() {
        match allowed(&world, step) {
            Ok(after) => world = after,
            Err(broken) => {
                let breaches = Breach::all(&world, &broken);
                return Judgement { reaches_goal: false, steps_checked, breaches };
            }
        }
    }
    let reaches_goal = reached(&world);
    Judgement { reaches_goal, steps_checked: steps.len(), breaches: Vec::new() }
}

pub(crate) fn judge(world: &World, steps: &[Step]) -> Judgement {
    judge_with(world, steps, verdict, World::goal_reached)
}

/// Judges a rollback from `start`: its goal is the original, but for interfaces that repair what dangled there.
pub(crate) fn judge_rollback(original: &World, start: &World, steps: &[Step]) -> Judgement {
    let allowed = |world: &World, step: &Step| verdict_rollback(original, world, step);
    let without_kept = |world: &World| {
        let mut world = world.clone();
        for task in original.tasks.iter().filter(|task| original.dangles(task)) {
            let host = world.host_mut(&task.host);
            host.interfaces.retain(|it| Some(&it.text) != task.reference.as_ref());
        }
        world
    };
    judge_with(start, steps, allowed, |world| without_kept(world) == *original)
}
