//! What holds for every run.

use proptest::prelude::*;
use serde_json::Value;
use sesam_transport::run::{Demand, End, Journal, Observation, Outcome, Record, Standing};
use sesam_transport::site::Ports;

use super::{
    small_site, two_hosts,
    world::{World, finish},
};
use crate::oracle::generate::{Dice, plain_site};
use crate::strategies::odd_sites;

/// A run goes through the whole plan in its order, and the journal tells it.
fn goes_through(json: &Value) {
    let mut world = World::of(json);
    let (end, carried) = world.drive(|_, _| None);
    assert_eq!(end, End::Finished, "{json}");
    let steps: Vec<usize> = (1..=world.steps()).collect();
    assert_eq!((carried, &world.happened), (steps.len(), &steps), "{json}");
    if steps.is_empty() {
        assert_eq!(world.journals[0], b"", "nothing to do leaves nothing behind: {json}");
    } else {
        let journal = Journal::read(&world.journals[0]).unwrap();
        assert_eq!((journal.finished(), journal.open()), (&steps[..], None), "{json}");
    }
}

#[test]
fn a_run_goes_through_the_whole_plan() {
    goes_through(&small_site());
    goes_through(&two_hosts());
}

#[test]
fn a_finished_run_has_nothing_left() {
    let mut world = World::of(&two_hosts());
    let _ = world.drive(|_, _| None);
    let before = world.clone();
    assert_eq!(world.drive(|_, _| None), (End::Finished, 0));
    assert_eq!(world.journals, before.journals);
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    let text = || "x".to_owned();
    prop_oneof![
        Just(Outcome::Recorded),
        Just(Outcome::Product(Standing::Before)),
        Just(Outcome::Product(Standing::After)),
        Just(Outcome::Product(Standing::Other(text()))),
        Just(Outcome::Host(Observation { configured: Ports::default(), running: None })),
        Just(Outcome::Unseen(text())),
        Just(Outcome::GaveUp(text())),
        Just(Outcome::Reached),
        Just(Outcome::Unreached(text())),
        Just(Outcome::Idle),
        Just(Outcome::Busy(text())),
        Just(Outcome::Carried),
        Just(Outcome::Failed(text())),
        Just(Outcome::Stop(text())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn runs_go_through_plans_of_odd_sites(json in odd_sites()) {
        goes_through(&json);
    }

    #[test]
    fn runs_go_through_plans_of_plain_sites(seed: u64, hosts in 1..4_usize, tasks in 0..5_usize) {
        goes_through(&plain_site(&mut Dice::endless(seed), hosts, tasks));
    }

    /// Whatever is answered, nothing is carried out that was not recorded, and a misuse changes nothing.
    #[test]
    fn no_answer_leads_astray(answers in prop::collection::vec(prop::option::of(outcomes()), 0..60)) {
        let mut world = World::of(&two_hosts());
        world.run(0, None, |world, mut driver| {
            let mut begun = None;
            for answer in answers {
                let demand = driver.demand();
                if matches!(demand, Demand::Nothing(_)) {
                    break;
                }
                if let Demand::Carry(deed) = &demand {
                    assert_eq!(begun, Some(deed.step), "carried out without its record");
                }
                let answer = answer.unwrap_or_else(|| world.comply(0, &demand));
                let record = match &demand {
                    Demand::Record(Record::Begun(step)) => Some(Some(*step)),
                    Demand::Record(_) => Some(None),
                    _ => None,
                };
                let before = format!("{demand:?}");
                let accepted = driver.give(answer).is_ok();
                if !accepted {
                    assert_eq!(format!("{:?}", driver.demand()), before);
                } else if let Some(record) = record {
                    begun = record;
                }
            }
            // Whatever was said, the run can still be brought to an end.
            let mut stop = |_: &mut World, demand: &Demand<'_>| match demand {
                Demand::Record(_) => Some(Outcome::Recorded),
                _ => Some(Outcome::Stop("enough".to_owned())),
            };
            finish(world, 0, &mut driver, &mut stop)
        }).unwrap();
    }
}
