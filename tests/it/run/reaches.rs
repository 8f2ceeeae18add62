//! Addresses are tried as soon as an answer can be had: before anything is done where it is served, else before the step.

use serde_json::json;
use sesam_transport::{
    run::{Beginning, Demand, Driver, End, Scope},
    transition::{self, Direction, PlanDocument, rollback, simulate},
};

use super::{
    two_hosts,
    world::{World, finish, site_of, with_plan},
};

/// The addresses that are tried before the first step, and those that are tried later, each once.
fn tried(world: &mut World) -> (Vec<String>, Vec<String>) {
    let (mut first, mut later) = (Vec::new(), Vec::new());
    let mut is_begun = false;
    let (end, _) = world.drive(|_, demand| {
        match demand {
            Demand::Carry(_) => is_begun = true,
            Demand::Reach { address, .. } => {
                let tried = if is_begun { &mut later } else { &mut first };
                if !tried.iter().any(|other| other == address) {
                    tried.push((*address).to_owned());
                }
            }
            _ => {}
        }
        None
    });
    assert_eq!(end, End::Finished);
    (first, later)
}

#[test]
fn what_is_served_already_is_tried_before_anything_is_done() {
    let mut json = two_hosts();
    json["hosts"][1]["configured"]["https"] = json!(11443);
    let (first, later) = tried(&mut World::of(&json));
    assert_eq!(first, ["r"]);
    assert!(later.contains(&"s".to_owned()), "{later:?}");
    let (first, later) = tried(&mut World::of(&two_hosts()));
    assert_eq!((first, later.len()), (Vec::new(), 2));
}

/// After a restart is taken back the file has what was configured before it, and the run sees that.
#[test]
fn ports_are_restored_on_the_way_back() {
    let original = site_of(&two_hosts());
    let plan = transition::plan(&original);
    let document = PlanDocument::new(Direction::Forward, plan.actions());
    let steps = document.steps.len();
    let end = simulate(&original, &document, None).unwrap();
    let way = rollback(&original, &document, steps).unwrap();
    let back = serde_json::to_string(&way.plan()).unwrap();
    assert!(back.contains("restore-ports"), "{back}");
    let mut world = World {
        start: end.clone(),
        plan: back.clone(),
        happened: Vec::new(),
        journals: vec![Vec::new(); 2],
    };
    with_plan(&back, |plan| {
        let mut driver = Driver::new(Beginning {
            site: &end,
            original: Some(&original),
            plan,
            journal: None,
            elsewhere: &[],
            scope: Scope::Everywhere,
        })
        .unwrap();
        assert_eq!(finish(&mut world, 0, &mut driver, &mut |_, _| None), End::Finished);
        assert_eq!(world.happened.len(), plan.steps.len());
    });
    assert_eq!(world.state().fingerprint(), original.fingerprint());
}
