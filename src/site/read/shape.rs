//! What a document may look like, taken from its published schema.
//!
//! Keys, words and limits are told once, by the types; the schema is made from those, and so is this.

use core::ops::RangeInclusive;

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::site::fault_kind::quoted;

/// What a value may look like.
#[derive(Debug)]
pub(super) enum Shape {
    Table(Vec<Key>),
    /// A table of which one key tells which of several tables it is.
    Tagged {
        tag: String,
        words: Vec<String>,
        /// In the order of the words.
        variants: Vec<Vec<Key>>,
    },
    List(Box<Self>),
    Text,
    /// One of these words.
    Word(Vec<String>),
    Number(RangeInclusive<u64>),
    Flag,
    Null,
    /// One of these, which differ in their type.
    OneOf(Vec<Self>),
    Any,
}

/// A key of a table.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) is_required: bool,
    pub(super) shape: Shape,
}

impl Shape {
    /// The shape of the documents of type `T`.
    pub(super) fn of<T: JsonSchema>() -> Self {
        let schema = SchemaGenerator::default().into_root_schema_for::<T>();
        let builder = Builder { definitions: schema.get("$defs") };
        builder.shape(schema.as_value(), 0)
    }

    /// The shapes that it is one of, itself where it is no choice.
    fn alternatives(self) -> Vec<Self> {
        match self {
            Self::OneOf(shapes) => shapes,
            shape => vec![shape],
        }
    }

    /// What belongs here, in words.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Table(_) | Self::Tagged { .. } => "a table".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Text => "a string".to_owned(),
            Self::Word(words) => quoted(words, "or"),
            Self::Number(range) if *range.end() == u64::MAX => "a whole number".to_owned(),
            Self::Number(range) => {
                format!("a whole number from {} to {}", range.start(), range.end())
            }
            Self::Flag => "true or false".to_owned(),
            Self::Null => "null".to_owned(),
            Self::OneOf(shapes) => describe_all(shapes),
            Self::Any => "any value".to_owned(),
        }
    }
}

/// Alternatives in words, without null: whoever has nothing to say leaves the key out.
fn describe_all(shapes: &[Shape]) -> String {
    let mut text = String::new();
    for shape in shapes.iter().filter(|shape| !matches!(shape, Shape::Null)) {
        match shape {
            _ if text.is_empty() => {}
            Shape::Word(words) if words.len() > 1 => text.push_str(", "),
            _ => text.push_str(" or "),
        }
        text.push_str(&shape.describe());
    }
    text
}

/// Follows the references inside a schema.
struct Builder<'s> {
    definitions: Option<&'s Value>,
}

impl Builder<'_> {
    /// No document of ours is nested this deep; a type that contained itself would be.
    const DEPTH_MAX: usize = 16;

    fn shape(&self, schema: &Value, depth: usize) -> Shape {
        if depth > Self::DEPTH_MAX {
            return Shape::Any;
        }
        if let Some(definition) = self.definition(schema) {
            return self.shape(definition, depth + 1);
        }
        if let Some(words) = words(schema) {
            return Shape::Word(words);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(Value::Array(choices)) = schema.get(choice) {
                return self.choice(choices, depth);
            }
        }
        match schema.get("type") {
            Some(Value::String(name)) => self.of_type(name, schema, depth),
            Some(Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str);
                Shape::OneOf(names.map(|name| self.of_type(name, schema, depth)).collect())
            }
            _ => Shape::Any,
        }
    }

    fn definition(&self, schema: &Value) -> Option<&Value> {
        let name = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        self.definitions?.get(name)
    }

    fn of_type(&self, name: &str, schema: &Value, depth: usize) -> Shape {
        match name {
            "object" => Shape::Table(self.keys(schema, depth)),
            "array" => {
                let items = schema.get("items").unwrap_or(&Value::Null);
                Shape::List(Box::new(self.shape(items, depth + 1)))
            }
            "string" => Shape::Text,
            "integer" => {
                let limit = |key, none| schema.get(key).and_then(Value::as_u64).unwrap_or(none);
                Shape::Number(limit("minimum", 0)..=limit("maximum", u64::MAX))
            }
            "boolean" => Shape::Flag,
            "null" => Shape::Null,
            _ => Shape::Any,
        }
    }

    fn keys(&self, schema: &Value, depth: usize) -> Vec<Key> {
        let Some(Value::Object(properties)) = schema.get("properties") else { return Vec::new() };
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| {
            required.is_some_and(|required| required.iter().any(|other| other == name))
        };
        properties
            .iter()
            .map(|(name, schema)| Key {
                name: name.clone(),
                is_required: is_required(name),
                shape: self.shape(schema, depth + 1),
            })
            .collect()
    }

    fn choice(&self, choices: &[Value], depth: usize) -> Shape {
        // What may be left out is a choice between null and what may be a choice itself.
        let choices = choices.iter().flat_map(|choice| match self.shape(choice, depth + 1) {
            Shape::OneOf(shapes) => shapes,
            shape => vec![shape],
        });
        let mut shapes: Vec<_> = choices.collect();
        if shapes.iter().all(|shape| matches!(shape, Shape::Word(_))) {
            let words = shapes.into_iter().flat_map(|shape| match shape {
                Shape::Word(words) => words,
                _ => Vec::new(),
            });
            return Shape::Word(words.collect());
        }
        match tagged(&mut shapes) {
            Some(tagged) => tagged,
            None => Shape::OneOf(shapes.into_iter().flat_map(Shape::alternatives).collect()),
        }
    }
}

/// The words of a schema that lists them, or the only one that it takes.
fn words(schema: &Value) -> Option<Vec<String>> {
    let words = match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(words)), _) => words.as_slice(),
        (None, Some(word)) => core::slice::from_ref(word),
        _ => return None,
    };
    words.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Tables which a key with a single word tells apart.
fn tagged(shapes: &mut Vec<Shape>) -> Option<Shape> {
    let tag_of = |shape: &Shape| match shape {
        Shape::Table(keys) => keys.iter().find_map(|key| match &key.shape {
            Shape::Word(words) if key.is_required => match words.as_slice() {
                [word] => Some((key.name.clone(), word.clone())),
                _ => None,
            },
            _ => None,
        }),
        _ => None,
    };
    let tags: Option<Vec<_>> = shapes.iter().map(tag_of).collect();
    let tags = tags?;
    let (tag, _) = tags.first()?.clone();
    if tags.len() < 2 || tags.iter().any(|(other, _)| *other != tag) {
        return None;
    }
    let words = tags.into_iter().map(|(_, word)| word).collect();
    let keys = |shape| match shape {
        Shape::Table(keys) => keys,
        _ => Vec::new(),
    };
    Some(Shape::Tagged {
        tag,
        words,
        variants: core::mem::take(shapes).into_iter().map(keys).collect(),
    })
}
