//! What a reader sees of a text, and the difference that a change is meant to make in it.

use ini::Ini;

use super::change::Change;
use super::key::{is_section, transport_of};
use crate::ini::{Document, Occurrence, Quoted};
use crate::site::{PortNumber, PortState, Transport};

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

    fn has_section(&self) -> bool {
        self.blocks.iter().any(Block::has_ports)
    }

    /// Everything but the ports; `with_empty` says whether a section with nothing else counts.
    fn rest(&self, with_empty: bool) -> Vec<(Option<&'t [u8]>, Vec<Key<'t>>)> {
        let rest = self.blocks.iter().map(Block::rest);
        rest.filter(|(name, keys)| with_empty || !keys.is_empty() || !name.is_some_and(is_section))
            .collect()
    }
}

impl<'t> Block<'t> {
    fn has_ports(&self) -> bool {
        self.name.is_some_and(is_section)
    }

    fn rest(&self) -> (Option<&'t [u8]>, Vec<Key<'t>>) {
        let is_other = |key: &&Key<'_>| !self.has_ports() || transport_of(key.0).is_none();
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

/// The difference that a change is meant to make.
#[derive(Debug)]
pub(super) struct Intended<'o> {
    ports: [Expected; 3],
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
            Self { ports, original: None, is_original: false }
        };
        match change {
            Change::Disable(transport) => only(transport, Expected::Off),
            Change::Enable(transport, number) => only(transport, Expected::On(number)),
            Change::Restore { ports, original } => Self {
                ports: ports.to_array().map(|state| match state {
                    PortState::Off => Expected::Off,
                    PortState::On(number) => Expected::On(number),
                    PortState::Unknown => Expected::AsOriginal,
                }),
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

    /// Whether a reader that saw `before` and sees `after` sees this difference and no other.
    pub(super) fn check(
        &self,
        before: &View<'_>,
        after: &View<'_>,
        original: Option<&View<'_>>,
    ) -> Result<(), Difference> {
        let same_sections = before.has_section() && after.has_section();
        let (old, new) = (before.rest(same_sections), after.rest(same_sections));
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
        Ok(())
    }
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
    /// A key that is no port, or in another section, came, went or has another value.
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
}

impl Difference {
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
