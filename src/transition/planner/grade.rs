//! The planner's own reading of the grades: it shares none with the checker, which confirms every plan.

use crate::site::{Kill, PortNumber, PortState, Ports, Scheme};

/// How live an interface is, or how good a set or a host's port: 0 not, 1 perhaps, 2 certainly.
pub(super) type Rank = u8;

pub(super) const DEAD: Rank = 0;
pub(super) const CERTAIN: Rank = 2;

const fn of_port(port: PortState) -> Rank {
    match port {
        PortState::Off => 0,
        PortState::Unknown => 1,
        PortState::On(_) => 2,
    }
}

pub(super) fn of_interface(scheme: Scheme, number: Option<PortNumber>, ports: Ports) -> Rank {
    let on_number = |port: PortState| match port {
        PortState::On(on) => {
            if number == Some(on) {
                2
            } else {
                0
            }
        }
        PortState::Off => 0,
        PortState::Unknown => 1,
    };
    match scheme {
        Scheme::Ftp => on_number(ports.ftp),
        Scheme::Http => on_number(ports.http),
        Scheme::Https => on_number(ports.https),
        Scheme::Bare => match of_port(ports.ftp) + of_port(ports.http) {
            0 => 0,
            4 => 2,
            _ => 1,
        },
        Scheme::Other => 1,
    }
}

pub(super) const fn of_abort(kill: Kill, ports: Ports) -> Rank {
    match kill {
        Kill::Ftp => of_port(ports.ftp),
        Kill::Https => of_port(ports.https),
        Kill::Other => 0,
    }
}

pub(super) fn of_listener(ports: Ports) -> Rank {
    of_port(ports.ftp).max(of_port(ports.http)).max(of_port(ports.https))
}

/// What a leg over a set is worth: 3 any member does, 2 one does, 1 one may, 0 none.
pub(super) const fn of_set(certain: u32, possible: u32, dead: u32) -> u8 {
    match (certain, possible, dead) {
        (1.., 0, 0) => 3,
        (1.., _, _) => 2,
        (0, 1.., _) => 1,
        (0, 0, _) => 0,
    }
}

/// What a leg over one interface is worth, on the scale of sets.
pub(super) const fn of_one(rank: Rank) -> u8 {
    match rank {
        0 => 0,
        1 => 1,
        _ => 3,
    }
}
