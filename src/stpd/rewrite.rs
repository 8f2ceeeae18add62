//! One change of a stpd.ini, read back twice.

use core::fmt;

use super::change::Change;
use super::change::IniKey;
use super::edits::{applied, disable, enable, set};
use super::key::{key, parse};
use super::opinion::{SecondOpinion, second_opinion};
use super::reading::StpdIni;
use super::restore::{Target, restore};
use super::setting::IniSettings;
use super::view::{Difference, Expected, Intended, View};
use crate::ini::{Patch, Quoted, Refusal};
use crate::site::{PortState, SettingValue, Transport};

/// A planned change of a stpd.ini.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a rewrite changes nothing until its bytes are written"]
pub struct Rewrite {
    patch: Patch<'static>,
    after: Vec<u8>,
    second_opinion: SecondOpinion,
}

impl Rewrite {
    /// The change; its inverse is the way back.
    pub const fn patch(&self) -> &Patch<'static> {
        &self.patch
    }

    /// The change, for keeping.
    pub fn into_patch(self) -> Patch<'static> {
        self.patch
    }

    /// The bytes after the change.
    #[must_use]
    pub fn after(&self) -> &[u8] {
        &self.after
    }

    /// What the second reader says to it.
    #[must_use]
    pub const fn second_opinion(&self) -> &SecondOpinion {
        &self.second_opinion
    }

    /// Whether the file already is as wanted.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.patch.is_empty()
    }
}

/// Which of the two readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// This crate.
    Own,
    /// `rust-ini`.
    Second,
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "our own reader",
            Self::Second => "the second reader",
        })
    }
}

/// Why a change was refused; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RewriteRefused {
    /// The edit of the lines was refused: several are active, or the encoding cannot be edited.
    #[error(transparent)]
    Edit(#[from] Refusal),
    /// A port is to get back lines that nobody knows any more.
    #[error("the lines that `{}` had are not known", key(*.transport))]
    OldLinesUnknown {
        /// The port.
        transport: Transport,
    },
    /// A key that is no port is to get back lines that nobody knows any more.
    #[error("the lines that `{key}` had are not known")]
    OldSettingUnknown {
        /// The key.
        key: String,
    },
    /// A reader sees another change than the one that was intended.
    #[error("{reader} does not see the change that is intended: {difference}")]
    Disagreement {
        /// The reader.
        reader: Reader,
        /// What it sees.
        difference: Difference,
    },
}

/// Plans one change of a file.
///
/// # Errors
///
/// [`RewriteRefused`] where the change is ambiguous, or a reader sees another change than the intended one.
pub fn rewrite(bytes: &[u8], change: Change<'_>) -> Result<Rewrite, RewriteRefused> {
    let patch = match change {
        Change::Disable(transport) => disable(bytes, transport)?,
        Change::Enable(transport, number) => enable(bytes, transport, number)?,
        Change::Set(key, value) => set(bytes, key, value)?,
        Change::Restore { ports, settings, original } => {
            restore(bytes, &Target { ports, settings }, original)?
        }
    };
    let after = applied(&patch, bytes);
    let intended = Intended::of(change, &after);
    own_opinion(bytes, &after, &intended)?;
    let second_opinion = second_opinion(bytes, &after, &intended).map_err(|difference| {
        RewriteRefused::Disagreement { reader: Reader::Second, difference }
    })?;
    Ok(Rewrite { patch, after, second_opinion })
}

/// Holds the result to the rules by which it will be read again.
fn own_opinion(before: &[u8], after: &[u8], intended: &Intended<'_>) -> Result<(), RewriteRefused> {
    let view = |text| View::of_document(&parse(text));
    let seen = intended.check(&view(before), &view(after), intended.original.map(view).as_ref());
    let ports = StpdIni::read(after).map(|ini| ini.ports()).unwrap_or_default();
    let wrong = Transport::ALL.into_iter().find(|&transport| {
        let state = ports.of(transport);
        match intended.expected(transport) {
            Expected::Off => state != PortState::Off,
            Expected::On(number) => state != PortState::On(number),
            // Their values are compared: a section that is created settles what was unknown.
            Expected::AsOriginal | Expected::Untouched => false,
        }
    });
    let port =
        wrong.map(|transport| Difference::Port { key: Quoted::from(key(transport).as_bytes()) });
    match seen.err().or(port).or_else(|| wrong_setting(after, intended)) {
        None => Ok(()),
        Some(difference) => Err(RewriteRefused::Disagreement { reader: Reader::Own, difference }),
    }
}

/// The first key that is no port and would not be read as it should.
fn wrong_setting(after: &[u8], intended: &Intended<'_>) -> Option<Difference> {
    let expected = intended.settings();
    if expected.is_empty() {
        return None;
    }
    let read = IniSettings::read(after).ok();
    let value = |key: IniKey<'_>| Some(read.as_ref()?.setting(key.section, key.key).into_value());
    let is_wrong = |&&(key, expected): &&(IniKey<'_>, SettingValue<&str>)| {
        let is_asked = expected != SettingValue::Unknown;
        is_asked && value(key).is_none_or(|value| value.as_str() != expected)
    };
    expected.iter().find(is_wrong).map(|(key, _)| Difference::setting(*key))
}
