//! What a reader sees of a text, and the difference that a change is meant to make in it.

use ini::Ini;

use super::change::{Change, IniKey};
use super::key::{is_section, transport_of};
use crate::ini::{Document, Occurrence, Quoted};
use crate::site::{PortNumber, PortState, SettingValue, Transport};

/// What a reader sees: every section block, and every active key in it, in order.
#[derive(Debug)]
pub(super) struct View<'t> {
    blocks: Vec<Block<'t>>,
}

/// A section block; without name it is the lines before the first header.
#[derive(Debug)]
struct Block<'t> {
    name: Option<&'t [u8]>,
    keys: Vec<Key<'t>>,
}

/// A key, and its value unless it is bare.
type Key<'t> = (&'t [u8], Option<&'t [u8]>);

impl<'t> View<'t> {
    /// What this crate sees.
    pub(super) fn of_document(document: &Document<'t>) -> Self {
        let blocks = document.sections().map(|section| Block {
            name: section.header().map(|_| section.name()),
            keys: section
                .keys()
                .filter(Occurrence::is_active)
                .map(|key| (key.key(), key.raw_value().map(<[u8]>::trim_ascii)))
                .collect(),
        });
        Self { blocks: blocks.collect() }
    }

    /// What `rust-ini` sees.
    pub(super) fn of_ini(ini: &'t Ini) -> Self {
        let blocks = ini.iter().map(|(name, keys)| Block {
            name: name.map(str::as_bytes),
            keys: keys
                .iter()
                .map(|(key, value)| (key.as_bytes(), Some(value.as_bytes())))
                .collect(),
        });
        Self { blocks: blocks.collect() }
    }

    /// The names of sections and keys that run over a line: what the reader did not understand.
    pub(super) fn name_over_lines(&self) -> Option<&'t [u8]> {
        self.blocks
            .iter()
            .flat_map(|block| block.name.into_iter().chain(block.keys.iter().map(|(key, _)| *key)))
            .find(|name| name.iter().any(|byte| matches!(byte, b'\r' | b'\n')))
    }

    /// The values of one port, in order.
    fn values(&self, transport: Transport) -> Vec<Option<&'t [u8]>> {
        self.blocks
            .iter()
            .filter(|block| block.has_ports())
            .flat_map(|block| &block.keys)
            .filter(|(key, _)| transport_of(key) == Some(transport))
            .map(|(_, value)| *value)
            .collect()
    }

    /// The values of a key that is no port, in order.
    pub(super) fn values_of(&self, key: IniKey<'_>) -> Vec<Option<&'t [u8]>> {
        let keys = self
            .blocks
            .iter()
            .flat_map(|block| block.keys.iter().filter(move |(name, _)| key.is(block.name, name)));
        keys.map(|(_, value)| *value).collect()
    }

    fn has_section(&self, name: &[u8]) -> bool {
        let is = |block: &Block<'_>| block.name.is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.blocks.iter().any(is)
    }

    /// Everything but what is meant to change. An empty section that a change may have made counts only where both texts
    /// that are compared have it.
    fn rest(
        &self,
        intended: &Intended<'_>,
        other: &View<'_>,
    ) -> Vec<(Option<&'t [u8]>, Vec<Key<'t>>)> {
        let may_be_new = |name: &[u8]| {
            intended.may_make(name) && !(self.has_section(name) && other.has_section(name))
        };
        let rest = self.blocks.iter().map(|block| block.rest(intended));
        rest.filter(|(name, keys)| !keys.is_empty() || !name.is_some_and(may_be_new)).collect()
    }
}

impl<'t> Block<'t> {
    fn has_ports(&self) -> bool {
        self.name.is_some_and(is_section)
    }

    fn rest(&self, intended: &Intended<'_>) -> (Option<&'t [u8]>, Vec<Key<'t>>) {
        let is_port = |key: &[u8]| self.has_ports() && transport_of(key).is_some();
        let is_other = |key: &&Key<'_>| !is_port(key.0) && !intended.owns(self.name, key.0);
        (self.name, self.keys.iter().filter(is_other).copied().collect())
    }
}

/// What one port is meant to be after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// Whatever it was.
    Untouched,
    /// No active line.
    Off,
    /// Active lines with this number only.
    On(PortNumber),
    /// Whatever it was in the original.
    AsOriginal,
}

/// What a key that is no port is meant to be after a change.
pub(super) type ExpectedSetting<'o> = (IniKey<'o>, SettingValue<&'o str>);

/// The difference that a change is meant to make.
#[derive(Debug)]
pub(super) struct Intended<'o> {
    ports: [Expected; 3],
    /// An unknown one is meant to be whatever it was in the original.
    settings: Vec<ExpectedSetting<'o>>,
    pub(super) original: Option<&'o [u8]>,
    /// Whether the result is the original: then no reader can object to it.
    is_original: bool,
}

impl<'o> Intended<'o> {
    /// What `change` is meant to do where it yields `after`.
    pub(super) fn of(change: Change<'o>, after: &[u8]) -> Self {
        let only = |wanted: Transport, expected: Expected| {
            let ports = Transport::ALL
                .map(|transport| if transport == wanted { expected } else { Expected::Untouched });
            Self { ports, settings: Vec::new(), original: None, is_original: false }
        };
        match change {
            Change::Disable(transport) => only(transport, Expected::Off),
            Change::Enable(transport, number) => only(transport, Expected::On(number)),
            Change::Set(key, value) => Self {
                ports: [Expected::Untouched; 3],
                settings: vec![(key, SettingValue::Text(value))],
                original: None,
                is_original: false,
            },
            Change::Restore { ports, settings, original } => Self {
                ports: ports.to_array().map(|state| match state {
                    PortState::Off => Expected::Off,
                    PortState::On(number) => Expected::On(number),
                    PortState::Unknown => Expected::AsOriginal,
                }),
                settings: settings.to_vec(),
                original,
                is_original: original == Some(after),
            },
        }
    }

    pub(super) fn expected(&self, transport: Transport) -> Expected {
        let [ftp, http, https] = self.ports;
        match transport {
            _ if self.is_original => Expected::AsOriginal,
            Transport::Ftp => ftp,
            Transport::Http => http,
            Transport::Https => https,
        }
    }

    /// The keys that are no ports and what each is meant to be; nobody asks where the result is the original.
    pub(super) fn settings(&self) -> &[ExpectedSetting<'o>] {
        if self.is_original { &[] } else { &self.settings }
    }

    fn owns(&self, section: Option<&[u8]>, key: &[u8]) -> bool {
        self.settings.iter().any(|(own, _)| own.is(section, key))
    }

    /// Whether the change may have made a section of this name.
    fn may_make(&self, section: &[u8]) -> bool {
        let has_ports = self.ports != [Expected::Untouched; 3] && is_section(section);
        has_ports || self.settings.iter().any(|(own, _)| own.is_in(section))
    }

    /// Whether a reader that saw `before` and sees `after` sees this difference and no other.
    pub(super) fn check(
        &self,
        before: &View<'_>,
        after: &View<'_>,
        original: Option<&View<'_>>,
    ) -> Result<(), Difference> {
        let (old, new) = (before.rest(self, after), after.rest(self, before));
        if old != new && !self.is_original {
            return Err(Difference::elsewhere(&old, &new));
        }
        for transport in Transport::ALL {
            let values = after.values(transport);
            let fits = match self.expected(transport) {
                Expected::Untouched => values == before.values(transport),
                Expected::Off => values.is_empty(),
                Expected::On(number) => {
                    let mut numbers = values.iter().map(|value| value.and_then(number_in));
                    !values.is_empty() && numbers.all(|found| found == Some(number))
                }
                Expected::AsOriginal => {
                    original.is_none_or(|original| values == original.values(transport))
                }
            };
            if !fits {
                let key = super::key::key(transport).as_bytes().into();
                return Err(Difference::Port { key });
            }
        }
        let is_wrong = |&&(key, expected): &&ExpectedSetting<'_>| {
            let values = after.values_of(key);
            let is_text = |text: &str| {
                values.iter().all(|raw| raw.is_some_and(|raw| reads_as(raw, text.as_bytes())))
            };
            !match expected {
                SettingValue::Text(text) => !values.is_empty() && is_text(text),
                SettingValue::Absent => values.is_empty(),
                SettingValue::Unknown => {
                    original.is_none_or(|original| values == original.values_of(key))
                }
            }
        };
        match self.settings().iter().find(is_wrong) {
            Some((key, _)) => Err(Difference::setting(*key)),
            None => Ok(()),
        }
    }
}

/// Whether a value that may have quotes and a comment around it is `text`.
fn reads_as(value: &[u8], text: &[u8]) -> bool {
    let is_end = |behind: &[u8]| {
        let comment = behind.trim_ascii_start();
        let is_parted = comment.len() < behind.len() || text.is_empty();
        behind.is_empty() || (is_parted && matches!(comment.first(), Some(b'#' | b';')))
    };
    let in_quotes = |quote: u8| {
        let inner = value.strip_prefix(&[quote])?.strip_prefix(text)?.strip_prefix(&[quote])?;
        Some(is_end(inner))
    };
    value.strip_prefix(text).is_some_and(is_end)
        || in_quotes(b'"') == Some(true)
        || in_quotes(b'\'') == Some(true)
}

/// The number in a value that may have quotes and a comment around it.
fn number_in(value: &[u8]) -> Option<PortNumber> {
    let text = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, behind) = text.split_at_checked(digits)?;
    let is_all = matches!(behind.first(), None | Some(b'"' | b'\'' | b' ' | b'\t'));
    str::from_utf8(digits).ok().filter(|_| is_all)?.parse().ok()
}

/// What a reader sees that is not the intended difference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// It can no longer read the text.
    #[error("{reason}")]
    Unreadable {
        /// What it says.
        reason: String,
    },
    /// A section came, went, or is another one.
    #[error("the section {name} changes")]
    Section {
        /// The section.
        name: Quoted,
    },
    /// A key that should not have changed came, went or has another value.
    #[error("{key} in the section {section} changes")]
    Key {
        /// The section; empty for the lines before the first header.
        section: Quoted,
        /// The key.
        key: Quoted,
    },
    /// A port is not as it should be.
    #[error("`{SECTION}` does not have {key} as it should", SECTION = super::key::SECTION)]
    Port {
        /// The key of the port.
        key: Quoted,
    },
    /// A key that is no port is not as it should be.
    #[error("the section {section} does not have {key} as it should")]
    Setting {
        /// The section.
        section: Quoted,
        /// The key.
        key: Quoted,
    },
}

impl Difference {
    pub(super) fn setting(key: IniKey<'_>) -> Self {
        let IniKey { section, key } = key;
        Self::Setting { section: section.as_bytes().into(), key: key.as_bytes().into() }
    }

    /// The first difference between two lists of blocks that are not equal.
    fn elsewhere(
        old: &[(Option<&[u8]>, Vec<Key<'_>>)],
        new: &[(Option<&[u8]>, Vec<Key<'_>>)],
    ) -> Self {
        let at = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let (old, new) = (old.get(at), new.get(at));
        let name = new.or(old).and_then(|(name, _)| *name).unwrap_or_default();
        let (Some((old_name, old)), Some((new_name, new))) = (old, new) else {
            return Self::Section { name: name.into() };
        };
        if old_name != new_name {
            return Self::Section { name: name.into() };
        }
        let at = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let key = new.get(at).or(old.get(at)).map_or(&[][..], |(key, _)| *key);
        Self::Key { section: name.into(), key: key.into() }
    }
}
