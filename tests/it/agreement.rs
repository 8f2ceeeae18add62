//! What the library says of a site, a plan or a rollback, held against what the oracle says.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sesam_transport::{
    safety::{self, Audit, Subject},
    site::{Format, Site, SiteDraft, Source},
    transition::{self, PlanDocument, Verdict},
};

use crate::oracle::{
    condition::{Column, Condition, Exposure},
    conditions::Grade,
    generate::Dice,
    judgement::{Judgement, judge, judge_rollback},
    plans::{any_step, fails_needs, plan, rollback_plan},
    rules::verdict,
    step::{Direction, Step, steps_to_json},
    world::World,
};

/// Where library and oracle do not say the same: what, on which site, for which plan.
pub(crate) type Disagreement = String;

/// The site that a JSON site file describes.
#[track_caller]
pub(crate) fn site_of(json: &Value) -> Site {
    let text = json.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap()
}

#[track_caller]
fn with_document<T>(plan: &Value, act: impl FnOnce(&PlanDocument<'_>) -> T) -> T {
    let text = plan.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    act(&PlanDocument::read(&source).unwrap())
}

fn same(what: &str, found: &Value, wanted: &Value, case: &[&Value]) -> Result<(), Disagreement> {
    if found == wanted {
        return Ok(());
    }
    let case: Vec<String> = case.iter().map(ToString::to_string).collect();
    Err(format!("{what}\n found {found}\n wanted {wanted}\n on {}", case.join("\n  and ")))
}

/// The report on a plan, but for what only helps a person.
fn report(verdict: &Verdict<'_>) -> Value {
    let mut report = serde_json::to_value(verdict).unwrap();
    report.as_object_mut().unwrap().remove("format_version");
    if let Some(violation) = report["violation"].as_object_mut() {
        for key in ["need", "repair", "text"] {
            violation.remove(key);
        }
    }
    report
}

/// The first steps of a plan that are allowed, and where they lead.
fn after(world: &World, steps: &[Step]) -> World {
    steps.iter().fold(world.clone(), |world, step| world.apply(step))
}

/// The same steps are allowed, the first other one breaks the same, and as much is exposed before it.
pub(crate) fn on_plan(json: &Value, steps: &[Step]) -> Result<Judgement, Disagreement> {
    let (site, world) = (site_of(json), World::from_json(json));
    let plan = steps_to_json(steps, "forward");
    let (found, left) = with_document(&plan, |plan| {
        let verdict = transition::check(&site, plan).unwrap();
        (report(&verdict), verdict.exposures_left())
    });
    let wanted = judge(&world, steps);
    same("the plan", &found, &wanted.to_json(), &[json, &plan])?;
    let exposed = after(&world, &steps[..wanted.steps_checked]).goal_exposures();
    same("what is left exposed", &json!(left), &json!(exposed), &[json, &plan])?;
    Ok(wanted)
}

/// The same steps back to the original are allowed, from where the steps of a plan lead, and the first other one breaks
/// the same.
pub(crate) fn on_rollback(
    json: &Value,
    done: &[Step],
    back: &[Step],
) -> Result<Judgement, Disagreement> {
    let (original, world) = (site_of(json), World::from_json(json));
    let (plan, way) = (steps_to_json(done, "forward"), steps_to_json(back, "rollback"));
    let start = with_document(&plan, |plan| transition::simulate(&original, plan, None).unwrap());
    let found = with_document(&way, |way| {
        report(&transition::check_rollback(&original, &start, way).unwrap())
    });
    let wanted = judge_rollback(&world, &after(&world, done), back);
    same("the rollback", &found, &wanted.to_json(), &[json, &plan, &way])?;
    Ok(wanted)
}

/// Several steps of any kind, each after the same good ones.
pub(crate) fn on_last_steps(json: &Value, dice: &mut Dice) -> Result<(), Disagreement> {
    let world = World::from_json(json);
    let length = dice.below(8);
    let good = allowed_part(json, &plan(&world, dice, length, usize::MAX));
    let end = after(&world, &good);
    for _ in 0..8 {
        let last = any_step(&end, dice, Direction::Forward);
        on_plan(json, &[&good[..], &[last]].concat())?;
    }
    Ok(())
}

/// The same on the way back from where a plan led, after a good part of it.
pub(crate) fn on_last_steps_back(json: &Value, dice: &mut Dice) -> Result<(), Disagreement> {
    let world = World::from_json(json);
    let length = dice.below(10);
    let bad_once_in = *dice.of(&[2, usize::MAX]);
    let done = possible_part(json, &plan(&world, dice, length, bad_once_in));
    let way = rollback_plan(&world, &done, dice, usize::MAX);
    let good = &way[..dice.below(way.len() + 1)];
    let end = after(&after(&world, &done), good);
    for _ in 0..8 {
        let last = any_step(&end, dice, Direction::Rollback);
        on_rollback(json, &done, &[good, &[last]].concat())?;
    }
    Ok(())
}

/// The longest part of a plan, from its first step on, that is allowed.
pub(crate) fn allowed_part(json: &Value, steps: &[Step]) -> Vec<Step> {
    let mut world = World::from_json(json);
    let mut part = Vec::new();
    for step in steps {
        let Ok(after) = verdict(&world, step) else { break };
        world = after;
        part.push(step.clone());
    }
    part
}

/// The longest part of a plan, from its first step on, that can be carried out, safe or not.
fn possible_part(json: &Value, steps: &[Step]) -> Vec<Step> {
    let mut world = World::from_json(json);
    let mut part = Vec::new();
    for step in steps {
        if verdict(&world, step).is_err_and(|broken| fails_needs(&broken)) {
            break;
        }
        world = world.apply(step);
        part.push(step.clone());
    }
    part
}

/// The same is exposed and the same is broken.
pub(crate) fn on_audit(json: &Value) -> Result<(), Disagreement> {
    let (site, world) = (site_of(json), World::from_json(json));
    let audit = safety::audit(&site);
    same("what is exposed", &exposed(&audit), &exposed_in(&world), &[json])?;
    same("what is broken", &broken(&audit), &broken_in(&world), &[json])?;
    same("how much is exposed", &counted(&audit), &counted_in(&world), &[json])?;
    same("what dangles", &dangling(&audit), &dangling_in(&world), &[json])
}

/// What belongs to the goal, what does not, and whether nothing of the goal is left.
fn counted(audit: &Audit<'_>) -> Value {
    json!([audit.goal_exposures(), audit.other_exposures(), audit.is_clean()])
}

fn counted_in(world: &World) -> Value {
    let exposures = world.exposures();
    let in_goal = exposures.iter().filter(|exposure| world.belongs_to_goal(exposure)).count();
    json!([in_goal, exposures.len() - in_goal, in_goal == 0])
}

fn dangling(audit: &Audit<'_>) -> Value {
    let name = |note: &safety::Note| match *note {
        safety::Note::Dangling(task) => Some(audit.site().task(task).name().to_owned()),
        _ => None,
    };
    audit.notes().iter().filter_map(name).collect()
}

fn dangling_in(world: &World) -> Value {
    let dangling = world.tasks.iter().filter(|task| world.dangles(task));
    dangling.map(|task| task.id.to_string()).collect()
}

fn exposed(audit: &Audit<'_>) -> Value {
    let site = audit.site();
    let exposed = audit.exposures().map(|(exposure, in_goal)| match exposure {
        safety::Exposure::Port(host, transport) => {
            json!(["port", site[host].name(), transport.as_str(), in_goal])
        }
        safety::Exposure::Interface(id) => {
            json!(["interface", site[site[id].host()].name(), site[id].text(), in_goal])
        }
        safety::Exposure::Task(task) => json!(["task", site.task(task).name(), in_goal]),
        safety::Exposure::Kill => json!(["kill", in_goal]),
        safety::Exposure::Setting(id) => {
            let setting = &site[id];
            let host = site[setting.host()].name();
            json!(["setting", host, setting.section(), setting.key(), in_goal])
        }
    });
    in_order(exposed)
}

fn exposed_in(world: &World) -> Value {
    let exposures = world.exposures();
    let exposed = exposures.iter().map(|exposure| {
        let in_goal = world.belongs_to_goal(exposure);
        match exposure {
            Exposure::Port(host, transport) => json!(["port", host, transport.name(), in_goal]),
            Exposure::Interface(host, text) => json!(["interface", host, text, in_goal]),
            Exposure::Task(task) => json!(["task", task, in_goal]),
            Exposure::Kill => json!(["kill", in_goal]),
            Exposure::Setting(host, section, key) => {
                json!(["setting", host, section, key, in_goal])
            }
        }
    });
    in_order(exposed)
}

/// The order of exposures is for people.
fn in_order(exposures: impl Iterator<Item = Value>) -> Value {
    let mut texts: Vec<String> = exposures.map(|exposure| exposure.to_string()).collect();
    texts.sort();
    json!(texts)
}

fn broken(audit: &Audit<'_>) -> Value {
    let site = audit.site();
    let broken = audit.broken().iter().map(|broken| {
        let subject = match broken.subject {
            Subject::Host(host) => site[host].name(),
            Subject::Task(task) => site.task(task).name(),
        };
        json!([broken.condition, broken.column, subject, broken.grade.as_str()])
    });
    broken.collect()
}

/// Of a task its worst leg counts; what is the same in both columns is said once.
fn broken_in(world: &World) -> Value {
    let mut worst: BTreeMap<(Condition, Column, usize), Grade> = BTreeMap::new();
    for (about, grade) in Column::BOTH.into_iter().flat_map(|column| world.grades(column)) {
        let least = worst.entry(about).or_insert(grade);
        *least = grade.min(*least);
    }
    let is_said = |about: &(Condition, Column, usize)| {
        about.0 != Condition::Interface || about.1 == Column::Now
    };
    let broken = worst.iter().filter(|(about, grade)| **grade < Grade::Yes && is_said(about));
    let broken = broken.map(|(&(condition, column, place), grade)| {
        let is_route = condition == Condition::Route;
        let subject = if is_route { &world.tasks[place].id } else { &world.hosts[place].name };
        let grade = match grade {
            Grade::Some => "some",
            Grade::Maybe => "maybe",
            Grade::No if is_route => "none",
            Grade::No | Grade::Yes => "no",
        };
        json!([condition.name(), column.name(), subject, grade])
    });
    broken.collect()
}
