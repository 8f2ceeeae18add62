//! A value of a document that knows where it stands, in either format.

use core::{fmt, ops::Range};
use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Format, lines::Lines};

/// A document whose syntax has been checked.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    text: &'a str,
    root: Root<'a>,
}

#[derive(Debug)]
enum Root<'a> {
    Toml(Spanned<DeValue<'a>>),
    Json(&'a RawValue),
}

/// Where the syntax is wrong, and how.
pub(super) struct SyntaxError {
    pub(super) span: Range<usize>,
    pub(super) message: String,
}

impl<'a> Tree<'a> {
    pub(super) fn parse(
        text: &'a str,
        format: Format,
        lines: &Lines<'_>,
    ) -> Result<Self, SyntaxError> {
        let root = match format {
            Format::Toml => Root::Toml(toml_root(text)?),
            Format::Json => Root::Json(json_root(text, lines)?),
        };
        Ok(Self { text, root })
    }

    pub(super) const fn root(&self) -> Node<'_, 'a> {
        let raw = match &self.root {
            Root::Toml(value) => Raw::Toml(value),
            Root::Json(raw) => Raw::Json(raw),
        };
        Node { text: self.text, raw }
    }
}

fn toml_root(text: &str) -> Result<Spanned<DeValue<'_>>, SyntaxError> {
    let table = DeTable::parse(text).map_err(|error| SyntaxError {
        span: error.span().unwrap_or(0..0),
        message: error.message().to_owned(),
    })?;
    Ok(Spanned::new(table.span(), DeValue::Table(table.into_inner())))
}

fn json_root<'a>(text: &'a str, lines: &Lines<'_>) -> Result<&'a RawValue, SyntaxError> {
    serde_json::from_str(text).map_err(|error| {
        let at = lines.offset(error.line(), error.column());
        SyntaxError { span: at..at, message: json_message(&error) }
    })
}

/// What the parser says, without the place: that is reported in characters, not bytes.
pub(super) fn json_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

/// A value of a document. What is in it is found when it is asked for, so that a document of a million tasks is never
/// in memory as a tree of small pieces, and its depth does not matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'n, 'a> {
    text: &'a str,
    raw: Raw<'n, 'a>,
}

#[derive(Clone, Copy, Debug)]
enum Raw<'n, 'a> {
    Toml(&'n Spanned<DeValue<'a>>),
    Json(&'a RawValue),
}

/// What a value is.
pub(super) enum Value<'n, 'a> {
    Table(Vec<Entry<'n, 'a>>),
    List(Vec<Node<'n, 'a>>),
    Text(Cow<'a, str>),
    /// `None` where it is negative or beyond 64 bits.
    Integer(Option<u64>),
    Flag(bool),
    Null,
    /// Something that no document of ours takes.
    Other(&'static str),
    /// A text that stands for no characters: JSON can write half of a surrogate pair.
    Broken(String),
}

impl Value<'_, '_> {
    /// What it is called in messages.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Table(_) => "a table",
            Self::List(_) => "a list",
            Self::Text(_) | Self::Broken(_) => "a string",
            Self::Integer(_) => "a number",
            Self::Flag(_) => "a truth value",
            Self::Null => "null",
            Self::Other(name) => name,
        }
    }
}

/// A key of a table with its value.
pub(super) struct Entry<'n, 'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) span: Range<usize>,
    pub(super) value: Node<'n, 'a>,
}

impl<'n, 'a> Node<'n, 'a> {
    /// The bytes of the text in which it stands.
    pub(super) fn span(&self) -> Range<usize> {
        match self.raw {
            Raw::Toml(value) => value.span(),
            Raw::Json(raw) => span_in(self.text, raw.get()),
        }
    }

    /// The value as it is written.
    pub(super) fn written(&self) -> &'a str {
        self.text.get(self.span()).unwrap_or_default()
    }

    pub(super) fn value(&self) -> Value<'n, 'a> {
        match self.raw {
            Raw::Toml(value) => self.toml_value(value.get_ref()),
            Raw::Json(raw) => self.json_value(raw),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.raw, Raw::Json(raw) if raw.get() == "null")
    }

    /// The value under a key of this table.
    pub(super) fn entry(&self, key: &str) -> Option<Self> {
        let Value::Table(entries) = self.value() else { return None };
        entries.into_iter().find(|entry| entry.key == key).map(|entry| entry.value)
    }

    const fn beside(&self, raw: Raw<'n, 'a>) -> Self {
        Self { text: self.text, raw }
    }

    fn toml_value(&self, value: &'n DeValue<'a>) -> Value<'n, 'a> {
        match value {
            DeValue::String(text) => Value::Text(reborrow(text)),
            DeValue::Integer(integer) => {
                Value::Integer(u64::from_str_radix(integer.as_str(), integer.radix()).ok())
            }
            DeValue::Float(_) => Value::Other("a number that is not whole"),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(_) => Value::Other("a date without quotes"),
            DeValue::Array(list) => {
                Value::List(list.iter().map(|value| self.beside(Raw::Toml(value))).collect())
            }
            DeValue::Table(table) => {
                let entry = |(key, value): (&'n Spanned<Cow<'a, str>>, &'n Spanned<_>)| Entry {
                    key: reborrow(key.get_ref()),
                    span: key.span(),
                    value: self.beside(Raw::Toml(value)),
                };
                Value::Table(table.iter().map(entry).collect())
            }
        }
    }

    fn json_value(&self, raw: &'a RawValue) -> Value<'n, 'a> {
        let json = raw.get();
        match json.bytes().next() {
            Some(b'{') => match serde_json::from_str::<RawEntries<'a>>(json) {
                Ok(RawEntries(entries)) => Value::Table(
                    entries.into_iter().map(|(key, value)| self.json_entry(key, value)).collect(),
                ),
                Err(error) => Value::Broken(json_message(&error)),
            },
            Some(b'[') => match serde_json::from_str::<Vec<&'a RawValue>>(json) {
                Ok(list) => {
                    Value::List(list.into_iter().map(|raw| self.beside(Raw::Json(raw))).collect())
                }
                Err(error) => Value::Broken(json_message(&error)),
            },
            Some(b'"') => match json_text(json) {
                Ok(text) => Value::Text(text),
                Err(error) => Value::Broken(json_message(&error)),
            },
            Some(b't') => Value::Flag(true),
            Some(b'f') => Value::Flag(false),
            Some(b'n') => Value::Null,
            _ if json.contains(['.', 'e', 'E']) => Value::Other("a number that is not whole"),
            _ => Value::Integer(json.parse().ok()),
        }
    }

    fn json_entry(&self, key: &'a RawValue, value: &'a RawValue) -> Entry<'n, 'a> {
        let key = key.get();
        Entry {
            // A key that stands for no characters is unknown, so its spelling is all that is needed of it.
            key: json_text(key).unwrap_or(Cow::Borrowed(key)),
            span: span_in(self.text, key),
            value: self.beside(Raw::Json(value)),
        }
    }
}

/// The same text, borrowed from the document where the parser borrowed it.
fn reborrow<'a>(text: &Cow<'a, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(text) => Cow::Owned(text.clone()),
    }
}

fn json_text(json: &str) -> serde_json::Result<Cow<'_, str>> {
    #[derive(serde::Deserialize)]
    struct Borrowing<'a>(#[serde(borrow)] Cow<'a, str>);

    serde_json::from_str(json).map(|Borrowing(text)| text)
}

/// Where `part`, which is a slice of `text`, starts and ends in it.
fn span_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + part.len()
}

/// The keys and values of a JSON object as they are written, repeated keys included.
struct RawEntries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for RawEntries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = RawEntries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(RawEntries(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}
