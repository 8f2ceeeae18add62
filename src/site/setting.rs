//! Settings: keys of stpd.ini that are no ports, and the values that the operator wants of them.

use core::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{HostId, Transport};

/// The section of stpd.ini that has the ports, and the settings of which nobody says otherwise.
///
/// Source: the vendor's page "Disabling unsecure transport modes".
pub const STPD_SECTION: &str = "STPD_Server";

/// What a key of stpd.ini has, in the file or in the STPD that runs.
///
/// `T` is the text: owned in a [`Site`](super::Site), borrowed where one is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettingValue<T> {
    /// This value.
    Text(T),
    /// The key is not there: the product does what it does by default.
    #[default]
    Absent,
    /// Nobody can tell: lines contradict each other, or have no value that is text.
    Unknown,
}

impl<T> SettingValue<T> {
    /// The same value, its text made into something else.
    pub fn map<U>(self, text: impl FnOnce(T) -> U) -> SettingValue<U> {
        match self {
            Self::Text(value) => SettingValue::Text(text(value)),
            Self::Absent => SettingValue::Absent,
            Self::Unknown => SettingValue::Unknown,
        }
    }
}

impl<T: AsRef<str>> SettingValue<T> {
    /// The same value, borrowed.
    pub fn as_str(&self) -> SettingValue<&str> {
        match self {
            Self::Text(text) => SettingValue::Text(text.as_ref()),
            Self::Absent => SettingValue::Absent,
            Self::Unknown => SettingValue::Unknown,
        }
    }

    /// Whether it certainly is this text.
    pub fn is(&self, text: &str) -> bool {
        matches!(self, Self::Text(own) if own.as_ref() == text)
    }
}

impl SettingValue<&str> {
    /// The same value, independent of what it was read from.
    #[must_use]
    pub fn to_boxed(self) -> SettingValue<Box<str>> {
        self.map(Into::into)
    }
}

/// A value that the operator wants in stpd.ini, on some hosts or on all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) section: Box<str>,
    pub(super) key: Box<str>,
    pub(super) value: Box<str>,
    /// The hosts that were named; `None` where it holds for all.
    pub(super) hosts: Option<Box<[HostId]>>,
}

/// A setting that is wanted on one host: what is wanted, what its stpd.ini has, and what runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub(super) host: HostId,
    pub(super) wanted: Arc<Wanted>,
    pub(super) configured: SettingValue<Box<str>>,
    pub(super) running: SettingValue<Box<str>>,
}

impl Setting {
    /// The host.
    #[must_use]
    pub const fn host(&self) -> HostId {
        self.host
    }

    /// The section of stpd.ini.
    #[must_use]
    pub fn section(&self) -> &str {
        &self.wanted.section
    }

    /// The key in that section; never one of the port keys.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.wanted.key
    }

    /// The value that is wanted, on the operator's word.
    #[must_use]
    pub fn wanted(&self) -> &str {
        &self.wanted.value
    }

    /// What stpd.ini has.
    #[must_use]
    pub fn configured(&self) -> SettingValue<&str> {
        self.configured.as_str()
    }

    /// What STPD loaded at its last start.
    #[must_use]
    pub fn running(&self) -> SettingValue<&str> {
        self.running.as_str()
    }

    /// Whether it is not certain that the wanted value is in stpd.ini and runs.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        !self.configured.is(self.wanted()) || !self.running.is(self.wanted())
    }

    /// Whether a restart would load something else than what runs.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.configured != self.running
    }

    /// Whether the key of this name in this section is meant.
    pub(super) fn is_called(&self, section: &str, key: &str) -> bool {
        self.section().eq_ignore_ascii_case(section) && self.key().eq_ignore_ascii_case(key)
    }
}

/// A name of stpd.ini as a key of a table: like the ports' it is compared without regard to the case of ASCII letters.
pub(super) struct IniName<'n>(pub(super) &'n str);

impl Hash for IniName<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.0.len());
        self.0.bytes().for_each(|byte| state.write_u8(byte.to_ascii_lowercase()));
    }
}

const ASCII: &str = "only printable ASCII reads back from every stpd.ini";
const BLANKS: &str = "blanks around it would be lost";
const BACKSLASH: &str = "readers differ on what a backslash in a name means";
const BRACKETS: &str = "a bracket would end the name of the section";
const DELIMITERS: &str = "`=` or `:` would end the key";
const FIRST_OF_KEY: &str = "a line that begins so is a comment or a section";
const COMMENT: &str = "it would be read as a comment";
const CONTINUES: &str = "some readers go on in the next line after a backslash";
const QUOTES: &str = "quotes around a value are no part of it";

/// The transport whose port this key of this section sets.
#[must_use]
pub fn port_of_key(section: &str, key: &str) -> Option<Transport> {
    let in_section = section.eq_ignore_ascii_case(STPD_SECTION);
    let is_key = |transport: &Transport| key.eq_ignore_ascii_case(transport.ini_key());
    Transport::ALL.into_iter().filter(|_| in_section).find(is_key)
}

/// What keeps a text from being written as a section of stpd.ini so that it reads back.
pub(super) fn flaw_of_section(text: &str) -> Option<&'static str> {
    flaw_of_name(text).or_else(|| text.contains(['[', ']']).then_some(BRACKETS))
}

/// What keeps a text from being written as a key of stpd.ini so that it reads back.
pub(super) fn flaw_of_key(text: &str) -> Option<&'static str> {
    flaw_of_name(text)
        .or_else(|| text.contains(['=', ':']).then_some(DELIMITERS))
        .or_else(|| text.starts_with(['#', ';', '[']).then_some(FIRST_OF_KEY))
}

/// What keeps a text from being written as a value of stpd.ini so that it reads back, whatever the style of its line.
pub(super) fn flaw_of_value(text: &str) -> Option<&'static str> {
    let begins_comment = text.starts_with(['#', ';']) || text.contains(" #") || text.contains(" ;");
    flaw_of_line(text)
        .or_else(|| begins_comment.then_some(COMMENT))
        .or_else(|| text.starts_with(['"', '\'']).then_some(QUOTES))
        .or_else(|| text.ends_with('\\').then_some(CONTINUES))
}

fn flaw_of_name(text: &str) -> Option<&'static str> {
    flaw_of_line(text).or_else(|| text.contains('\\').then_some(BACKSLASH))
}

/// stpd.ini has no encoding of its own, so only ASCII is the same text to everyone.
fn flaw_of_line(text: &str) -> Option<&'static str> {
    if !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        Some(ASCII)
    } else if text.starts_with(' ') || text.ends_with(' ') {
        Some(BLANKS)
    } else {
        None
    }
}
