//! The planner against brute force.

use serde_json::Value;
use sesam_transport::{
    site::{Site, SiteDraft},
    transition::{Outcome, plan},
};

use crate::oracle::{
    generate::{ODD, ONE_HOST, one_host},
    search::{Best, solve_family},
    world::World,
};

/// What the planner finds for a site, in the terms of the brute force.
fn found(site: &Value) -> Best {
    let text = site.to_string();
    let draft: SiteDraft<'_> = serde_json::from_str(&text).unwrap();
    let site = Site::try_from(&draft).unwrap();
    let plan = plan(&site);
    let summary = plan.summary();
    Best {
        complete: plan.outcome() == Outcome::Complete,
        cost: crate::oracle::search::Cost {
            restarts: summary.restarts.try_into().unwrap(),
            steps: summary.steps.try_into().unwrap(),
        },
        exposures_before: summary.exposures_before,
        exposures_after: summary.exposures_after,
    }
}

#[test]
fn every_state_of_one_host_is_planned_as_well_as_brute_force_can() {
    let sites: Vec<Value> = (0..ONE_HOST).map(one_host).collect();
    let worlds: Vec<World> = sites.iter().map(World::from_json).collect();
    let mut family = solve_family(&worlds);
    let mut bad = 0;
    for (site, world) in sites.iter().zip(&worlds) {
        let best = family.best(world).unwrap();
        let found = found(site);
        if found != best {
            bad += 1;
            if bad < 4 {
                println!("{site}\n  found {found:?}\n  best  {best:?}\n {:?}", family.plan(world));
            }
        }
    }
    assert_eq!(bad, 0);
}

#[test]
fn odd_facts_and_switches_are_planned_as_the_table_says() {
    let mut lines = Vec::new();
    let only = std::env::var("ODD_ONLY").unwrap_or_default();
    for odd in ODD
        .into_iter()
        .filter(|odd| odd.name.contains(&only) && (odd.hosts == 1 || only.contains("two")))
    {
        let sites: Vec<Value> = odd.sites().collect();
        let worlds: Vec<World> = sites.iter().map(World::from_json).collect();
        let mut family = solve_family(&worlds);
        let mut panics = 0;
        let (mut bad, mut incomplete, mut exposed, mut example) = (0, 0, 0, None);
        for (site, world) in sites.iter().zip(&worlds) {
            let best = family.best(world).unwrap();
            let Ok(found) = std::panic::catch_unwind(|| found(site)) else {
                if panics == 0 {
                    lines.push(format!("PANIC {} {site} {:?}", odd.name, family.plan(world)));
                }
                panics += 1;
                continue;
            };
            if found != best {
                bad += 1;
                incomplete += usize::from(found.complete != best.complete);
                exposed += usize::from(found.exposures_after != best.exposures_after);
                if example.is_none() {
                    example = Some(format!(
                        "{site}\n  found {found:?}\n  best  {best:?}\n {:?}",
                        family.plan(world)
                    ));
                }
            }
        }
        lines.push(format!("{:40} {:6} states {bad:6} worse {panics:5} panics {incomplete:5} incomplete {exposed:5} more exposed", odd.name, sites.len()));
        if let Some(example) = example {
            lines.push(example);
        }
    }
    println!("{}", lines.join("\n"));
}
