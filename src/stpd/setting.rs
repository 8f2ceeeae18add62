//! What a stpd.ini has under a key that is no port.

use ini::Ini;

use super::change::IniKey;
use super::key::{lines_of_key, parse};
use super::opinion;
use super::reading::UnsupportedEncoding;
use super::view::View;
use crate::ini::{Document, Occurrence, Place};
use crate::site::SettingValue;

/// A stpd.ini, read by both readers, to be asked for keys that are no ports.
#[derive(Debug)]
pub struct IniSettings<'t> {
    document: Document<'t>,
    /// The second reader's reading; `None` where it cannot read the text.
    second: Option<Ini>,
}

impl<'t> IniSettings<'t> {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Where lines cannot be told apart byte by byte.
    pub fn read(bytes: &'t [u8]) -> Result<Self, UnsupportedEncoding> {
        let document = parse(bytes);
        if !document.encoding().is_editable() {
            return Err(UnsupportedEncoding { encoding: document.encoding() });
        }
        Ok(Self { document, second: opinion::read(bytes).ok() })
    }

    /// What the file has under a key of a section; names are compared without regard to the case of ASCII letters.
    #[must_use]
    pub fn setting(&self, section: &str, key: &str) -> IniSetting {
        let name = IniKey { section, key };
        let (active, commented): (Vec<_>, Vec<_>) =
            lines_of_key(&self.document, name).partition(Occurrence::is_active);
        let places = |lines: &[Occurrence<'_>]| lines.iter().map(Occurrence::place).collect();
        let value = if self.is_disputed(name) { SettingValue::Unknown } else { value_of(&active) };
        let lines = if active.is_empty() { places(&commented) } else { places(&active) };
        IniSetting { value, lines }
    }

    /// Whether the second reader sees other lines with the key.
    fn is_disputed(&self, name: IniKey<'_>) -> bool {
        self.second.as_ref().is_some_and(|second| {
            let own = View::of_document(&self.document);
            own.values_of(name) != View::of_ini(second).values_of(name)
        })
    }
}

/// What a stpd.ini has under a key that is no port, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IniSetting {
    value: SettingValue<Box<str>>,
    lines: Vec<Place>,
}

impl IniSetting {
    /// The value.
    #[must_use]
    pub fn value(&self) -> SettingValue<&str> {
        self.value.as_str()
    }

    /// The value, to keep.
    #[must_use]
    pub fn into_value(self) -> SettingValue<Box<str>> {
        self.value
    }

    /// The lines that say so: the active ones, else the commented ones.
    #[must_use]
    pub fn lines(&self) -> &[Place] {
        &self.lines
    }
}

/// What active lines come to: one text, if they all agree on it.
fn value_of(active: &[Occurrence<'_>]) -> SettingValue<Box<str>> {
    let mut values = active.iter().map(Occurrence::value);
    let Some(first) = values.next() else { return SettingValue::Absent };
    let text = first.and_then(|value| str::from_utf8(value).ok());
    match text {
        Some(text) if values.all(|other| other == first) => SettingValue::Text(text.into()),
        _ => SettingValue::Unknown,
    }
}
