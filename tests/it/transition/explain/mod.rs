//! What is said of a partial plan is true: causes are smallest, options unblock, facts change the answer, and what is
//! marked as better than the rest is.

mod causes;
mod merge;

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use serde_json::{Value, json};
use sesam_transport::transition::{self, Outcome};

use self::{causes::without, merge::merged};
use super::{plan_of, site_of};
use crate::oracle::{
    condition::{Column, Exposure},
    generate::ODD,
    judgement::judge,
    port::Https,
    search::solve,
    step::steps_from_json,
    world::{Host, World},
};

/// A plan, and what the oracle finds open where it ends.
pub(crate) struct Planned {
    plan: Value,
    open: BTreeSet<String>,
    /// Exposures of the whole site.
    exposures: usize,
}

impl Planned {
    #[track_caller]
    fn of(site: &Value) -> Self {
        let plan = plan_of(&site_of(site));
        let steps = steps_from_json(&plan);
        let start = World::from_json(site);
        assert!(judge(&start, &steps).is_safe(), "{site}");
        let end = steps.iter().fold(start, |world, step| world.apply(step));
        Self { plan, open: open_parts(&end), exposures: end.exposures().len() }
    }

    pub(crate) fn list<'p>(&'p self, key: &str) -> &'p [Value] {
        self.plan[key].as_array().unwrap()
    }

    /// What a choice says that its plan comes to.
    fn weights(&self) -> Value {
        let summary = &self.plan["summary"];
        json!({
            "outcome": self.plan["outcome"], "steps": summary["steps"], "restarts": summary["restarts"],
            "exposures_after": summary["exposures_after"], "site_exposures_after": self.exposures,
        })
    }
}

/// Changed sites that were planned already: parts share causes, facts and options.
#[derive(Default)]
struct Again(RefCell<HashMap<String, Rc<Planned>>>);

impl Again {
    #[track_caller]
    fn plan(&self, site: &Value) -> Rc<Planned> {
        let mut known = self.0.borrow_mut();
        let planned = known.entry(site.to_string()).or_insert_with(|| Rc::new(Planned::of(site)));
        Rc::clone(planned)
    }
}

/// The parts of the goal that are open, as the oracle sees it.
fn open_parts(world: &World) -> BTreeSet<String> {
    let exposures = world.exposures().into_iter().filter(|it| world.belongs_to_goal(it));
    let exposed = exposures.map(|exposure| match exposure {
        Exposure::Port(host, transport) => format!("port {} {}", transport.name(), &*host),
        Exposure::Interface(host, text) => format!("interface {} {}", &*host, &*text),
        Exposure::Task(task) => format!("task {}", &*task),
        Exposure::Kill => "kill".to_owned(),
        Exposure::Setting(host, section, key) => {
            format!("setting {} {} {}", &*host, &*section, &*key)
        }
    });
    let has_https = |column: &Column, host: &Host| host.ports(*column)[&Https].is_on();
    let without = world.hosts.iter().filter(|host| {
        world.in_goal(&host.name) && !Column::BOTH.iter().all(|column| has_https(column, host))
    });
    exposed.chain(without.map(|host| format!("https {}", &*host.name))).collect()
}

/// The name of a part as in [`open_parts`].
fn part(goal: &Value) -> String {
    let text = |key: &str| goal[key].as_str().unwrap();
    if goal.get("https").is_some() {
        return format!("https {}", text("https"));
    }
    match text("kind") {
        "port" => format!("port {} {}", text("transport"), text("host")),
        "interface" => format!("interface {} {}", text("host"), text("interface")),
        "task" => format!("task {}", text("task")),
        "kill" => "kill".to_owned(),
        "setting" => format!("setting {} {} {}", text("host"), text("section"), text("key")),
        other => panic!("{other}"),
    }
}

/// Positions, from 1, of the parts that are not open.
fn reached(parts: &[String], open: &BTreeSet<String>) -> Value {
    let reached = parts.iter().zip(1..).filter(|(part, _)| !open.contains(*part));
    reached.map(|(_, position)| position).collect()
}

/// What is said of the plan for a site is true, as far as planning it anew and the oracle can tell.
pub(crate) fn holds_on(site: &Value) -> Planned {
    let planned = Planned::of(site);
    assert_eq!(planned.plan.to_string(), plan_of(&site_of(site)).to_string(), "planned twice");
    let blocked = planned.list("blocked");
    let parts: Vec<String> = blocked.iter().map(|blocked| part(&blocked["goal"])).collect();
    assert_eq!(parts.iter().cloned().collect::<BTreeSet<_>>(), planned.open, "{site}");
    assert_eq!(planned.plan["blocked_total"], parts.len(), "{site}");
    assert_eq!(planned.plan["untried"], 0, "small sites are explained to the end");
    let choices = planned.list("choices");
    if parts.is_empty() {
        assert!(choices.is_empty());
        return planned;
    }
    let again = Again::default();
    for choice in choices {
        holds_for_choice(&again, site, choice, &parts);
    }
    is_pareto(choices);
    let stay = choices.iter().find(|choice| choice["change"] == json!({})).unwrap();
    for (blocked, part) in blocked.iter().zip(&parts) {
        holds_for_part(&again, site, &planned, blocked, part);
        let position = parts.iter().position(|other| other == part).unwrap() + 1;
        for option in blocked["options"].as_array().unwrap() {
            assert!(choices.contains(option), "{site}\n{option}");
            let unblocks = option["unblocks"].as_array().unwrap();
            assert!(option == stay || unblocks.contains(&json!(position)), "{site}\n{option}");
        }
    }
    planned
}

/// A choice comes to what it says: planned anew, with its fragment merged into the site as it was written.
fn holds_for_choice(again: &Again, site: &Value, choice: &Value, parts: &[String]) {
    let changed = again.plan(&merged(site, &choice["change"]));
    for (key, value) in changed.weights().as_object().unwrap() {
        assert_eq!(choice[key], *value, "{key}\n{site}\n{choice}");
    }
    assert_eq!(choice["unblocks"], reached(parts, &changed.open), "{site}\n{choice}");
}

fn is_pareto(choices: &[Value]) {
    let weights = |choice: &Value| {
        ["site_exposures_after", "restarts", "steps"].map(|key| choice[key].as_u64().unwrap())
    };
    for choice in choices {
        let of = weights(choice);
        let is_better = |other: &Value| {
            let other = weights(other);
            other != of && (0..3).all(|at| other[at] <= of[at])
        };
        assert_eq!(choice["pareto"], !choices.iter().any(is_better), "{choice}");
    }
    assert!(choices.is_sorted_by_key(weights));
}

fn holds_for_part(again: &Again, site: &Value, planned: &Planned, blocked: &Value, part: &str) {
    let cause: Vec<&Value> = blocked["cause"].as_array().unwrap().iter().collect();
    let end = steps_from_json(&planned.plan)
        .iter()
        .fold(World::from_json(site), |world, step| world.apply(step));
    let reaches = |cause: &[&Value]| !again.plan(&without(site, &end, cause)).open.contains(part);
    match blocked["certainty"].as_str().unwrap() {
        "smallest" => {
            assert!(!cause.is_empty(), "{site}\n{blocked}");
            assert!(reaches(&cause), "{site}\n{blocked}");
            for at in 0..cause.len() {
                let mut fewer = cause.clone();
                fewer.remove(at);
                assert!(!reaches(&fewer), "{site}\n{blocked}");
            }
        }
        "unexplained" => assert!(!reaches(&cause), "{site}\n{blocked}"),
        other => panic!("{other}: no limit is reached on small sites"),
    }
    for fact in blocked["facts"].as_array().unwrap() {
        let changed = again.plan(&merged(site, &fact["change"]));
        assert!(!changed.open.contains(part), "{site}\n{fact}");
        for (key, value) in changed.weights().as_object().unwrap() {
            assert_eq!(fact[key], *value, "{key}\n{site}\n{fact}");
        }
    }
}

/// What is said of every so many sites of the families is true, and nothing is left unexplained.
pub(crate) fn holds_on_families(hosts: usize, every: usize) -> usize {
    let mut partial = 0;
    for odd in ODD.into_iter().filter(|odd| odd.hosts == hosts) {
        for site in odd.sites().step_by(every) {
            // Of complete plans nothing has to be explained.
            if transition::plan(&site_of(&site)).outcome() == Outcome::Complete {
                continue;
            }
            let planned = holds_on(&site);
            for blocked in planned.list("blocked") {
                partial += 1;
                assert_eq!(blocked["certainty"], "smallest", "{}: {site}\n{blocked}", odd.name);
                // A host that is all of the goal cannot be left out of it.
                let options = blocked["options"].as_array().unwrap();
                assert!(!options.is_empty(), "{}: {site}\n{blocked}", odd.name);
            }
        }
    }
    println!("{partial} parts out of reach");
    partial
}

/// What the choices for every so many sites of one host come to is what brute force finds for them.
///
/// Families in which numbers clash or change are left out: there no shortest plan is promised.
pub(crate) fn choices_cost_what_they_have_to(every: usize) -> usize {
    let is_promised =
        |name: &str| !["number", "forwarded", "an http text"].iter().any(|odd| name.contains(odd));
    let mut choices = 0;
    for odd in ODD.into_iter().filter(|odd| odd.hosts == 1 && is_promised(odd.name)) {
        for site in odd.sites().step_by(every) {
            let plan = plan_of(&site_of(&site));
            for choice in plan["choices"].as_array().unwrap() {
                let changed = merged(&site, &choice["change"]);
                let (best, _) = solve(&World::from_json(&changed));
                let told = |key: &str| choice[key].as_u64().unwrap();
                let found = (
                    choice["outcome"] == "complete",
                    told("exposures_after"),
                    told("restarts"),
                    told("steps"),
                );
                let wanted = (
                    best.complete,
                    best.exposures_after as u64,
                    u64::from(best.cost.restarts),
                    u64::from(best.cost.steps),
                );
                assert_eq!(found, wanted, "{}: {changed}", odd.name);
                choices += 1;
            }
        }
    }
    println!("{choices} choices");
    choices
}
