//! What goes wrong while a plan is carried out, and what the driver makes of it.

use sesam_transport::{
    run::{
        Demand, End, Journal, Look, Moment, Observation, Outcome, Place, Reason, RunRefused,
        Standing, Stop,
    },
    site::{PortState, Ports},
};

use super::{
    small_site, two_hosts,
    world::{World, step_of},
};

/// The first step of the small site's plan with such a place.
fn first(world: &World, is_such: impl Fn(Place<'_>) -> bool) -> usize {
    let mut world = world.clone();
    world
        .run(0, None, |world, driver| {
            (1..=world.steps()).find(|&step| is_such(driver.deed_of(step).unwrap().place)).unwrap()
        })
        .unwrap()
}

fn stop_of(end: End) -> Stop {
    let End::Stopped(halt) = end else { panic!("it did not stop: {end:?}") };
    halt
}

/// Stops once, then goes on when all is well again, at no extra step.
#[track_caller]
fn stops_and_goes_on(
    step: usize,
    mut fault: impl FnMut(&mut World, &Demand<'_>) -> Option<Outcome>,
) -> Stop {
    let mut world = World::of(&small_site());
    let mut stopped = world.drive(|world, demand| {
        (step_of(demand) == Some(step)).then(|| fault(world, demand)).flatten()
    });
    let halt = stop_of(core::mem::replace(&mut stopped.0, End::Finished));
    assert_eq!(halt.step, Some(step), "{halt:?}");
    let journal = Journal::read(&world.journals[0]).unwrap();
    assert_eq!(journal.open().is_some(), halt.is_open, "{halt:?}");
    assert_eq!(journal.finished().len(), step - 1);
    assert_eq!(world.drive(|_, _| None).0, End::Finished, "{halt:?}");
    assert_eq!(world.happened, (1..=world.steps()).collect::<Vec<_>>());
    halt
}

fn file_step() -> usize {
    first(&World::of(&small_site()), |place| matches!(place, Place::File(_)))
}

fn restart_step() -> usize {
    first(&World::of(&small_site()), |place| matches!(place, Place::Daemon(_)))
}

fn product_step() -> usize {
    first(&World::of(&small_site()), |place| place == Place::Product)
}

#[test]
fn a_step_that_fails_is_undone() {
    for step in [file_step(), restart_step(), product_step()] {
        let halt = stops_and_goes_on(step, |_, demand| match demand {
            Demand::Carry(_) => Some(Outcome::Failed("disk full".to_owned())),
            _ => None,
        });
        assert_eq!(halt.reason, Reason::Failed("disk full".to_owned()));
        assert!(!halt.is_open);
        assert_eq!(halt.reason.to_string(), "it failed: disk full");
    }
}

#[test]
fn a_step_that_only_claims_to_have_failed_is_done() {
    let mut world = World::of(&small_site());
    let (end, _) = world.drive(|world, demand| match demand {
        Demand::Carry(_) => {
            let _ = world.comply(0, demand);
            Some(Outcome::Failed("so it says".to_owned()))
        }
        _ => None,
    });
    assert_eq!(end, End::Finished);
    assert_eq!(world.happened.len(), world.steps());
}

#[test]
fn a_claim_without_effect_is_not_believed() {
    let step = file_step();
    let halt = stops_and_goes_on(step, |_, demand| {
        matches!(demand, Demand::Carry(_)).then_some(Outcome::Carried)
    });
    assert!(matches!(halt.reason, Reason::NoEffect(_)), "{halt:?}");
    for step in [restart_step(), product_step()] {
        let mut looks = 0;
        let halt = stops_and_goes_on(step, |_, demand| match demand {
            Demand::Carry(_) => Some(Outcome::Carried),
            Demand::LookAtHost { moment: Moment::After(_), .. }
            | Demand::LookAtProduct { moment: Moment::After(_), .. } => {
                looks += 1;
                (looks > 3).then(|| Outcome::GaveUp("after 3 looks".to_owned()))
            }
            _ => None,
        });
        assert_eq!(halt.reason, Reason::NoEffect("after 3 looks".to_owned()));
        assert!(!halt.is_open, "it is as it was before");
    }
}

#[test]
fn a_restart_that_comes_up_late_is_waited_for() {
    let mut world = World::of(&small_site());
    let mut looks = 0;
    let (end, _) = world.drive(|world, demand| match demand {
        Demand::LookAtHost { host, moment: Moment::After(_) } => {
            looks += 1;
            let seen = world.observe(host);
            match looks % 3 {
                0 => None,
                1 => Some(Outcome::Unseen("no answer yet".to_owned())),
                _ => Some(Outcome::Host(Observation { running: Some(Ports::default()), ..seen })),
            }
            .filter(|_| matches!(last_place(world), Place::Daemon(_)))
        }
        _ => None,
    });
    assert_eq!(end, End::Finished);
}

/// Where the step happened that happened last.
fn last_place(world: &World) -> Place<'static> {
    let step = *world.happened.last().unwrap();
    let mut world = World::of(&small_site());
    world
        .run(0, None, |_, driver| match driver.deed_of(step).unwrap().place {
            Place::File(_) => Place::File("s"),
            Place::Daemon(_) => Place::Daemon("s"),
            Place::Product => Place::Product,
        })
        .unwrap()
}

#[test]
fn a_restart_that_never_comes_up_stays_open_and_is_tried_again() {
    let step = restart_step();
    let mut world = World::of(&small_site());
    let down = |world: &World| {
        Outcome::Host(Observation { running: Some(Ports::default()), ..world.observe("s") })
    };
    let (end, _) = world.drive(|world, demand| match demand {
        Demand::Carry(deed) if deed.step == step => Some(Outcome::Carried),
        Demand::LookAtHost { moment: Moment::After(at), .. } if *at == step => {
            if world.journals[1].len() < 3 {
                world.journals[1].push(b'.');
                return Some(down(world));
            }
            world.journals[1].clear();
            Some(Outcome::GaveUp("60 s".to_owned()))
        }
        _ => None,
    });
    let halt = stop_of(end);
    assert!(halt.is_open, "{halt:?}");
    // It is still down when the run goes on: then it is restarted again.
    let mut is_up = false;
    let (end, _) = world.drive(|world, demand| match demand {
        Demand::LookAtHost { .. } if !is_up => Some(down(world)),
        Demand::Carry(deed) if deed.step == step => {
            is_up = true;
            None
        }
        _ => None,
    });
    assert_eq!(end, End::Finished);
}

#[test]
fn a_file_that_someone_changes_stops_the_run() {
    let step = file_step();
    let halt = stops_and_goes_on(step, |world, demand| match demand {
        Demand::LookAtHost { host, moment: Moment::Before(_) } => {
            let seen = world.observe(host);
            let configured = Ports { http: PortState::Off, ..seen.configured };
            Some(Outcome::Host(Observation { configured, ..seen }))
        }
        _ => None,
    });
    assert!(!halt.is_open);
    let Reason::Differs { host, differences } = &halt.reason else { panic!("{halt:?}") };
    assert_eq!((host.as_str(), differences.len()), ("s", 1));
    assert_eq!(differences[0].column, Look::Configured);
    assert_eq!(
        halt.reason.to_string(),
        "`s` is not as the plan has it: HTTP is configured as off instead of 11000"
    );
}

#[test]
fn a_step_that_someone_took_first_stops_the_run() {
    let mut world = World::of(&small_site());
    world.happened.push(1);
    let halt = stop_of(world.drive(|_, _| None).0);
    assert_eq!((halt.step, world.journals[0].len()), (None, 0), "nothing was begun: {halt:?}");
    let product = product_step();
    let mut world = World::of(&small_site());
    let (end, carried) = world.drive(|_, demand| match demand {
        Demand::LookAtProduct { step, moment: Moment::Before(_), .. } if *step == product => {
            Some(Outcome::Product(Standing::After))
        }
        _ => None,
    });
    assert_eq!(stop_of(end).reason, Reason::AlreadyDone);
    assert_eq!(carried, product - 1);
}

#[test]
fn transfers_that_do_not_end_and_addresses_that_do_not_answer_stop_the_run() {
    let halt = stops_and_goes_on(restart_step(), |_, demand| {
        matches!(demand, Demand::Drain { .. }).then(|| Outcome::Busy("2 transfers".to_owned()))
    });
    assert_eq!(halt.reason.to_string(), "transfers are active: 2 transfers");
    let mut world = World::of(&two_hosts());
    let (end, _) = world.drive(|_, demand| {
        matches!(demand, Demand::Reach { .. }).then(|| Outcome::Unreached("time-out".to_owned()))
    });
    let halt = stop_of(end);
    assert_eq!(halt.reason.to_string(), "`s` port 11443 was not reached: time-out");
    assert!(!halt.is_open);
}

#[test]
fn the_operator_may_stop_at_any_demand() {
    let mut stops = 0;
    for at in 0.. {
        let mut world = World::of(&small_site());
        let mut count = 0;
        let (end, _) = world.drive(|_, demand| {
            count += 1;
            let may_stop = !matches!(demand, Demand::Record(_));
            (may_stop && count > at).then(|| Outcome::Stop("no".to_owned()))
        });
        if end == End::Finished {
            break;
        }
        stops += 1;
        assert_eq!(stop_of(end).reason, Reason::Declined("no".to_owned()));
        let (end, _) = world.drive(|_, _| None);
        assert_eq!(end, End::Finished, "stopped after {at} demands");
        assert_eq!(world.happened.len(), world.steps());
    }
    assert!(stops > 40, "only {stops} stops");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let mut world = World::of(&small_site());
    let _ = world.drive(|_, _| None);
    let mut other = World::of(&two_hosts());
    other.journals.clone_from(&world.journals);
    assert_eq!(other.run(0, None, |_, _| ()).unwrap_err(), RunRefused::OtherPlan);
    let mut reversed = World::of(&small_site());
    let mut plan: serde_json::Value = serde_json::from_str(&reversed.plan).unwrap();
    plan["steps"].as_array_mut().unwrap().reverse();
    reversed.plan = plan.to_string();
    let refused = reversed.run(0, None, |_, _| ()).unwrap_err();
    assert!(matches!(refused, RunRefused::Unsafe(_)), "{refused:?}");
    let mut strange = World::of(&small_site());
    strange.journals[1] = world.journals[0].clone();
    strange.journals[1].extend(b"{\"time\":\"\",\"begun\":99}\n{\"time\":\"\",\"done\":99}\n");
    let refused = strange.run(0, None, |_, _| ()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("the journal speaks of step 99, and the plan has {}", world.steps())
    );
}
