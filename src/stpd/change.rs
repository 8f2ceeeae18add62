//! What is to be changed in a stpd.ini.

use crate::site::{PortNumber, Ports, Transport};

/// A change of the ports in one stpd.ini.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'o> {
    /// Comments the port out: the documented way to switch it off.
    Disable(Transport),
    /// Switches the port on with this number.
    Enable(Transport, PortNumber),
    /// Brings all three ports to an earlier state at once.
    Restore {
        /// The states; unknown stands for the lines of that key in `original`.
        ports: Ports,
        /// The bytes that the file had before the first change, where they are known. Without them no port can be
        /// unknown.
        original: Option<&'o [u8]>,
    },
}
