//! How the value of a setting is written in files: a text, or a table that says why there is none.

use core::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{SettingValue, Text};

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Stateful {
    state: State,
}

/// Why a key has no value.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum State {
    Absent,
    Unknown,
}

impl<T: AsRef<str>> Serialize for SettingValue<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text.as_ref()),
            Self::Absent => Stateful { state: State::Absent }.serialize(serializer),
            Self::Unknown => Stateful { state: State::Unknown }.serialize(serializer),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for SettingValue<Text<'a>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = SettingValue<Text<'de>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a table with `state`")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(SettingValue::Text(text.into()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(SettingValue::Text(text.to_owned().into()))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let table = Stateful::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(match table.state {
                    State::Absent => SettingValue::Absent,
                    State::Unknown => SettingValue::Unknown,
                })
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for SettingValue<Text<'_>> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SettingValue".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Text<'_>>();
        let stateful = generator.subschema_for::<Stateful>();
        json_schema!({
            "description": "A text, or a table that says that the key is not there or that nobody can tell its value.",
            "anyOf": [text, stateful],
        })
    }
}

impl<'a> From<&'a str> for SettingValue<Text<'a>> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl<T: AsRef<str>> fmt::Display for SettingValue<T> {
    /// Writes the text in backticks, or that there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "`{}`", text.as_ref()),
            Self::Absent => f.write_str("absent"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}
