//! Other orders, carried out blindly: the lab has to see what they lose, or it would see nothing.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use sesam_transport::{
    site::{PortNumber, Transport},
    stpd::{Change, rewrite},
};

use crate::{
    bench::Lab,
    carry::{ABORTS, TRANSFERS, failures},
    clients::Working,
};

pub(crate) const TRIALS: &[crate::NamedTrial] = &[
    ("order::the_plan_carried_out_blindly_loses_nothing", own),
    ("order::the_vendors_loses", vendors),
    ("order::moving_before_https_runs_loses", early_moves),
    ("order::moving_after_the_ports_are_closed_loses", late_moves),
    ("order::removing_interfaces_after_the_ports_are_closed_loses", late_removals),
    ("order::aborting_over_https_before_it_runs_loses", early_kill),
    ("order::aborting_over_ftp_after_it_is_closed_loses", late_kill),
];

fn own() {
    keeps(
        "enable-https first-restart set-kill add-interfaces \
         reassign remove-interfaces disable-ports closing-restart",
    );
}

fn vendors() {
    loses(
        "enable-https disable-ports closing-restart add-interfaces \
         reassign remove-interfaces set-kill",
    );
}

fn early_moves() {
    loses(
        "enable-https add-interfaces reassign first-restart \
         set-kill remove-interfaces disable-ports closing-restart",
    );
}

fn late_moves() {
    loses(
        "enable-https first-restart set-kill add-interfaces \
         disable-ports closing-restart reassign remove-interfaces",
    );
}

fn late_removals() {
    loses(
        "enable-https first-restart set-kill add-interfaces \
         reassign disable-ports closing-restart remove-interfaces",
    );
}

fn early_kill() {
    loses(
        "enable-https set-kill first-restart add-interfaces \
         reassign remove-interfaces disable-ports closing-restart",
    );
}

fn late_kill() {
    loses(
        "enable-https first-restart add-interfaces reassign \
         remove-interfaces disable-ports closing-restart set-kill",
    );
}

fn keeps(waves: &str) {
    let (lost, steps, of) = carried_out(waves);
    assert_eq!(lost, <[String; 0]>::default());
    assert_eq!(steps, of, "all steps were carried out");
}

fn loses(waves: &str) {
    let (lost, steps, of) = carried_out(waves);
    assert!(!lost.is_empty(), "nothing was lost in {steps} of {of} steps");
    println!("lost after {steps} of {of} steps: {}", lost[0]);
}

/// Carries the steps of the plan out, wave by wave, and stops at the first loss.
fn carried_out(waves: &str) -> (Vec<String>, usize, usize) {
    let lab = Lab::new();
    let plan = lab.plan();
    let steps = plan["steps"].as_array().unwrap();
    let in_order =
        waves.split(' ').flat_map(|wave| steps.iter().filter(move |step| step["wave"] == wave));
    let clients = lab.clients();
    clients.beside(Instant::now(), TRANSFERS, ABORTS);
    let mut done = 0;
    for step in in_order {
        let from = Instant::now();
        act(&lab, &step["action"]);
        done += 1;
        clients.beside(from, TRANSFERS, ABORTS);
        if has_lost(&clients) {
            break;
        }
    }
    let events = clients.go_home();
    let lost = failures(&events).into_iter().map(ToOwned::to_owned).collect();
    (lost, done, steps.len())
}

fn has_lost(clients: &Working) -> bool {
    clients.events().iter().any(|event| event.failed.is_some())
}

fn act(lab: &Lab, action: &Value) {
    let host = || action["host"].as_str().unwrap();
    let transport =
        || -> Transport { serde_json::from_value(action["transport"].clone()).unwrap() };
    match action["type"].as_str().unwrap() {
        "enable-port" => {
            let port = u16::try_from(action["port"].as_u64().unwrap()).unwrap();
            edit(lab, host(), Change::Enable(transport(), PortNumber::new(port).unwrap()));
        }
        "disable-port" => edit(lab, host(), Change::Disable(transport())),
        "restart" => {
            while lab.product.hold(host()) > 0 {
                thread::sleep(Duration::from_millis(20));
            }
            assert_eq!(lab.product.restart(host()), 0);
        }
        // What it refuses stays as it is.
        _ => drop(lab.product.act(action)),
    }
}

fn edit(lab: &Lab, host: &str, change: Change<'_>) {
    let before = fs::read(lab.ini(host)).unwrap();
    fs::write(lab.ini(host), rewrite(&before, change).unwrap().after()).unwrap();
}
