//! What is to be changed in a stpd.ini.

use crate::site::{PortNumber, Ports, SettingValue, Transport};

/// A change of one stpd.ini.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'o> {
    /// Comments the port out: the documented way to switch it off.
    Disable(Transport),
    /// Switches the port on with this number.
    Enable(Transport, PortNumber),
    /// Gives a key that is no port this value.
    Set(IniKey<'o>, &'o str),
    /// Brings all three ports, and settings, to an earlier state at once.
    Restore {
        /// The states; unknown stands for the lines of that key in `original`.
        ports: Ports,
        /// Every other key that was changed since the original, each once, with the value it is to have; unknown stands
        /// for the lines of that key in `original`.
        settings: &'o [(IniKey<'o>, SettingValue<&'o str>)],
        /// The bytes that the file had before the first change, where they are known. Without them nothing can be
        /// unknown.
        original: Option<&'o [u8]>,
    },
}

/// A key of stpd.ini that is no port; its names are compared without regard to the case of ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IniKey<'k> {
    /// The section.
    pub section: &'k str,
    /// The key.
    pub key: &'k str,
}

impl IniKey<'_> {
    /// Whether a name in a section means this key.
    pub(super) fn is(self, section: Option<&[u8]>, key: &[u8]) -> bool {
        let in_section = section.is_some_and(|name| self.is_in(name));
        in_section && key.eq_ignore_ascii_case(self.key.as_bytes())
    }

    /// Whether this is the name of its section.
    pub(super) fn is_in(self, section: &[u8]) -> bool {
        section.eq_ignore_ascii_case(self.section.as_bytes())
    }
}
