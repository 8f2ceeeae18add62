//! stpd.ini: what its ports are, and what becomes of its bytes when they change.

mod chains;
mod differences;
mod fixtures;
mod properties;
mod reading;
mod resolving;
mod restoring;
mod second_reader;
mod settings;
mod verbs;
mod writing;

use sesam_transport::site::{PortNumber, PortState, Ports};

/// The port with this number, 0 being "off".
pub(crate) fn port(number: u16) -> PortState {
    PortNumber::new(number).map_or(PortState::Off, PortState::On)
}

pub(crate) fn number(number: u16) -> PortNumber {
    PortNumber::new(number).expect("no port has the number 0")
}

pub(crate) fn ports(ftp: PortState, http: PortState, https: PortState) -> Ports {
    Ports { ftp, http, https }
}

pub(crate) const UNKNOWN: PortState = PortState::Unknown;
