//! Settings: a key in a file, and a restart that no port shows.

use serde_json::{Value, json};
use sesam_transport::{
    run::{Demand, End, Outcome, Place, Reason},
    safety::audit,
};

use super::{small_site, world::World};

/// A host that is done but for a setting.
fn done_but_a_setting() -> Value {
    json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux",
            "configured": { "https": 11443 }, "interfaces": ["https://s:11443"],
        }],
        "globals": [{ "key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": "https" }],
        "settings": [{ "key": "KEY", "value": "new" }],
    })
}

#[test]
fn a_setting_is_a_step_in_the_file_of_its_host() {
    let mut site = small_site();
    site["settings"] = json!([{ "key": "KEY", "value": "new" }]);
    let mut world = World::of(&site);
    let mut written = 0;
    let (end, _) = world.drive(|_, demand| {
        if let Demand::Carry(deed) = demand
            && format!("{:?}", deed.action).starts_with("SetIni")
        {
            assert_eq!(deed.place, Place::File("s"));
            written += 1;
        }
        None
    });
    assert_eq!((end, written), (End::Finished, 1));
    assert!(audit(&world.state()).is_clean());
}

#[test]
fn a_key_that_nobody_saw_change_is_not_done() {
    let mut world = World::of(&done_but_a_setting());
    let (end, _) = world.drive(|_, demand| {
        matches!(demand, Demand::Carry(deed) if deed.step == 1).then_some(Outcome::Carried)
    });
    let End::Stopped(stop) = end else { panic!("{end:?}") };
    assert_eq!(stop.step, Some(1));
    assert!(matches!(stop.reason, Reason::NoEffect(_)), "{stop:?}");
}

#[test]
fn a_silent_restart_that_failed_is_made_again() {
    let mut world = World::of(&done_but_a_setting());
    let (end, _) = world.drive(|_, demand| {
        let fails = matches!(demand, Demand::Carry(deed) if deed.step == 2);
        fails.then(|| Outcome::Failed("exit status 1".to_owned()))
    });
    let End::Stopped(stop) = end else { panic!("{end:?}") };
    assert_eq!(stop.step, Some(2));
    assert!(!audit(&world.state()).is_clean());
    let (end, carried) = world.drive(|_, _| None);
    assert_eq!((end, carried), (End::Finished, 1));
    assert!(audit(&world.state()).is_clean());
}

#[test]
fn a_run_that_is_killed_anywhere_leaves_no_setting_unloaded() {
    for kill_at in 0..40 {
        for is_after in [false, true] {
            let mut world = World::of(&done_but_a_setting());
            let ended = super::crashes::drive_until_killed(&mut world, kill_at, is_after);
            // Whether it was restarted nobody could see, so it may be restarted again; nothing else is done twice.
            let (end, _) = world.drive(|world, demand| match demand {
                Demand::Carry(deed) if world.happened.contains(&deed.step) => {
                    assert_eq!(deed.place, Place::Daemon("s"));
                    Some(Outcome::Carried)
                }
                _ => None,
            });
            assert_eq!(end, End::Finished, "killed at {kill_at}, after it: {is_after}");
            assert_eq!(world.happened, [1, 2], "killed at {kill_at}, after it: {is_after}");
            if ended {
                return;
            }
        }
    }
    panic!("the run does not end");
}
