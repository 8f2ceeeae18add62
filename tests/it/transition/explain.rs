//! What is said of a partial plan is true: causes are smallest, options unblock, facts change the answer, and what is
//! marked as better than the rest is.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use proptest::prelude::*;
use serde_json::Value;

use super::{plan_of, site_of};
use crate::oracle::{
    conditions::Exposure,
    generate::{ODD, ONE_HOST, odd_sites, one_host},
    search::solve_within,
    steps::{judge, steps_from_json},
    world::{Column, World},
};

/// A plan, and what the oracle finds open where it ends.
struct Planned {
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
        assert!(judge(&start, &steps).safe, "{site}");
        let end = steps.iter().fold(start, |world, step| world.apply(step));
        Self { plan, open: open_parts(&end), exposures: end.exposures().len() }
    }

    fn list<'p>(&'p self, key: &str) -> &'p [Value] {
        self.plan[key].as_array().unwrap()
    }

    /// What a choice says that its plan comes to.
    fn weights(&self) -> Value {
        let summary = &self.plan["summary"];
        serde_json::json!({
            "outcome": self.plan["outcome"], "steps": summary["steps"], "restarts": summary["restarts"],
            "exposures_after": summary["exposures_after"], "site_exposures_after": self.exposures,
        })
    }
}

/// The parts of the goal that are open, as the oracle sees it.
fn open_parts(world: &World) -> BTreeSet<String> {
    let in_goal =
        |hosts: &[_]| hosts.iter().any(|host: &crate::oracle::world::Text| world.in_goal(host));
    let exposures = world.exposures().into_iter().filter(|(_, hosts)| in_goal(hosts));
    let exposed = exposures.map(|(exposure, _)| match exposure {
        Exposure::Port(host, transport) => format!("port {} {}", transport.name(), &*host),
        Exposure::Interface(host, text) => format!("interface {} {}", &*host, &*text),
        Exposure::Task(task) => format!("task {}", &*task),
        Exposure::Kill => "kill".to_owned(),
    });
    let has_https =
        |column: &Column, host: &crate::oracle::world::Host| host.ports(*column).https.is_on();
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
        other => panic!("{other}"),
    }
}

#[test]
fn survey() {
    let tally: RefCell<BTreeMap<String, usize>> = RefCell::default();
    let look = |site: &Value, name: &str| {
        let plan = plan_of(&site_of(site));
        for blocked in plan["blocked"].as_array().unwrap() {
            let certainty = blocked["certainty"].as_str().unwrap();
            let count = blocked["cause"].as_array().unwrap().len();
            let options = blocked["options"].as_array().unwrap().len();
            let facts = blocked["facts"].as_array().unwrap().len();
            let key = format!(
                "{name}: {certainty} {} options {} facts {}",
                count.min(3),
                options.min(1),
                facts.min(1)
            );
            let mut tally = tally.borrow_mut();
            let seen = tally.entry(key).or_default();
            *seen += 1;
            if (certainty == "unexplained" || options == 0) && *seen <= 2 {
                println!("{name} {site}\n   {} {}", blocked["goal"], blocked["cause"]);
            }
        }
    };
    for odd in ODD {
        for site in odd.sites().step_by(if odd.hosts == 1 { 3 } else { 97 }) {
            look(&site, odd.name);
        }
    }
    for (key, count) in tally.take() {
        println!("{count:6} {key}");
    }
}

#[test]
fn probe_one() {
    let site: Value = serde_json::json!({"format_version":"1.0","globals":[{"key":"gv_conf_use_com_stpd_kill","user":"sesam","value":"ftp"}],"hosts":[{"configured":{},"interfaces":["ftp://s:11001","http://s:11000"],"name":"s","os":"linux","role":"server","running":{"ftp":"unknown","http":11000}}],"tasks":[{"host":"s","id":"a","interface":"","kind":"backup"}], "waivers": [{"host":"s","condition":"abort","reason":"x"}]});
    println!("{:?}", crate::oracle::search::solve(&World::from_json(&site)));
    let plan = plan_of(&site_of(&site));
    println!("{}", plan["summary"]);
}
