//! Reads a document that has faults, as far as it can be read.

use core::ops::Range;
use std::borrow::Cow;

use serde::{
    Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{Error, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{
    access::{List, Table},
    document::VERSION_KEY,
    node::{Entry, Node, Value},
    report::Report,
    shape::{Key, Shape},
};
use crate::site::{FORMAT_VERSION, FaultKind, fault_kind::quoted, nearest};

/// A value of a document on its way into a type: what does not fit is reported, and something harmless of the right
/// shape takes its place.
pub(super) struct Reader<'r, 'n, 'a> {
    /// `None` where something stands in for a value that is missing.
    node: Option<Node<'n, 'a>>,
    shape: &'n Shape,
    report: &'r mut Report<'n>,
}

/// What a value is taken for.
enum Fit<'n, 'a> {
    Table(Fields<'n, 'a>),
    List(Vec<Node<'n, 'a>>, &'n Shape),
    Text(Cow<'a, str>),
    Word(&'n str),
    Number(u64),
    Flag(bool),
    Nothing,
}

/// The known keys of a table, each with its value, or with `None` where something stands in for it.
pub(super) type Fields<'n, 'a> = Vec<(&'n Key, Option<Node<'n, 'a>>)>;

impl<'r, 'n, 'a> Reader<'r, 'n, 'a> {
    pub(super) const fn new(
        node: Option<Node<'n, 'a>>,
        shape: &'n Shape,
        report: &'r mut Report<'n>,
    ) -> Self {
        Self { node, shape, report }
    }

    fn fit(&mut self) -> Fit<'n, 'a> {
        self.node.and_then(|node| self.fit_node(node)).unwrap_or_else(|| self.stand_in(self.shape))
    }

    /// What `node` is taken for; `None`, with a fault, where it does not fit.
    fn fit_node(&mut self, node: Node<'n, 'a>) -> Option<Fit<'n, 'a>> {
        let value = node.value();
        let fit = match (self.shape.alternative(&value), value) {
            (Some(Shape::Table(keys)), Value::Table(entries)) => {
                Ok(Fit::Table(self.fields(keys, entries, node.span())))
            }
            (Some(Shape::Tagged { tag, words, variants }), Value::Table(entries)) => {
                return self.tagged(tag, words, variants, entries, node.span());
            }
            (Some(Shape::List(items)), Value::List(nodes)) => Ok(Fit::List(nodes, items)),
            (Some(Shape::Text), Value::Text(text)) => Ok(Fit::Text(text)),
            (Some(Shape::Word(words)), Value::Text(text)) => {
                word(words, &text).map(Fit::Word).ok_or_else(|| self.misfit_word(words, &text))
            }
            (Some(Shape::Number(range)), Value::Integer(number)) => number
                .filter(|number| range.contains(number))
                .map(Fit::Number)
                .ok_or_else(|| self.out_of_range(node)),
            (Some(Shape::Flag), Value::Flag(flag)) => Ok(Fit::Flag(flag)),
            (Some(Shape::Null | Shape::Any), _) => Ok(Fit::Nothing),
            (_, Value::Broken(message)) => Err(FaultKind::Refused { message }),
            (_, value) => {
                Err(FaultKind::WrongType { expected: self.shape.describe(), found: value.name() })
            }
        };
        fit.map_err(|kind| self.misfit(node.span(), kind)).ok()
    }

    fn misfit(&mut self, span: Range<usize>, kind: FaultKind) {
        self.report.fault(span, kind);
        self.report.spoil();
    }

    fn misfit_word(&self, words: &[String], text: &str) -> FaultKind {
        let expected = self.shape.describe();
        let may_be_number = matches!(self.shape, Shape::OneOf(_));
        if may_be_number && text.parse::<u64>().is_ok() {
            return FaultKind::WrongType { expected, found: "a number in quotes" };
        }
        unknown_word(words, text, expected)
    }

    fn out_of_range(&self, node: Node<'_, '_>) -> FaultKind {
        FaultKind::OutOfRange {
            value: abbreviated(node.written()),
            expected: self.shape.describe(),
        }
    }

    /// The fields of the table that its tag says it is.
    fn tagged(
        &mut self,
        tag: &'n str,
        words: &'n [String],
        variants: &'n [Vec<Key>],
        entries: Vec<Entry<'n, 'a>>,
        span: Range<usize>,
    ) -> Option<Fit<'n, 'a>> {
        let expected = quoted(words, "or");
        let (span, kind) = match entries.iter().find(|entry| entry.key == tag) {
            None => (span, FaultKind::MissingKey { key: tag.to_owned(), expected }),
            Some(entry) => match entry.value.value() {
                Value::Text(text) => {
                    let variant = words.iter().position(|word| *word == text);
                    if let Some(keys) = variant.and_then(|at| variants.get(at)) {
                        return Some(Fit::Table(self.fields(keys, entries, span)));
                    }
                    (entry.value.span(), unknown_word(words, &text, expected))
                }
                value => {
                    (entry.value.span(), FaultKind::WrongType { expected, found: value.name() })
                }
            },
        };
        self.misfit(span, kind);
        None
    }

    fn fields(
        &mut self,
        keys: &'n [Key],
        entries: Vec<Entry<'n, 'a>>,
        table: Range<usize>,
    ) -> Fields<'n, 'a> {
        let mut fields: Vec<(&'n Key, Option<Node<'n, 'a>>)> = Vec::with_capacity(keys.len());
        let mut key_spans: Vec<Range<usize>> = Vec::with_capacity(keys.len());
        let mut unknown = Vec::new();
        for entry in entries {
            let Some(key) = keys.iter().find(|key| key.name == entry.key) else {
                unknown.push(entry);
                continue;
            };
            if let Some(first) = fields.iter().position(|(other, _)| other.name == key.name) {
                let kind = FaultKind::DuplicateKey { key: key.name.clone() };
                self.report.fault_after(entry.span, kind, key_spans.get(first).cloned());
            } else {
                fields.push((key, Some(entry.value)));
                key_spans.push(entry.span);
            }
        }
        let mistyped = self.unknown_keys(keys, &fields, unknown);
        self.missing_keys(keys, &mut fields, &mistyped, &table);
        fields
    }

    /// Reports keys that the table cannot have, and returns the absent ones that were probably meant.
    fn unknown_keys(
        &mut self,
        keys: &'n [Key],
        fields: &Fields<'n, 'a>,
        unknown: Vec<Entry<'n, 'a>>,
    ) -> Vec<&'n str> {
        // More than this cannot be taken in at a glance.
        const LISTED_MAX: usize = 16;
        let mut mistyped = Vec::new();
        if self.report.ignores_unknown_keys {
            return mistyped;
        }
        let is_absent = |key: &&Key| !fields.iter().any(|(other, _)| other.name == key.name);
        let absent = || keys.iter().filter(is_absent).map(|key| key.name.as_str());
        for entry in unknown {
            let meant = nearest(&entry.key, absent());
            let known = if keys.len() <= LISTED_MAX { keys } else { &[] };
            let kind = FaultKind::UnknownKey {
                key: abbreviated(&entry.key),
                nearest: meant.map(str::to_owned),
                known: known.iter().map(|key| key.name.clone()).collect(),
            };
            self.report.fault(entry.span, kind);
            if let Some(meant) = meant {
                self.report.spoil_key(meant);
                mistyped.push(meant);
            }
        }
        mistyped
    }

    /// Lets something stand in for each required key that is absent, and reports it unless it is there, mistyped.
    fn missing_keys(
        &mut self,
        keys: &'n [Key],
        fields: &mut Fields<'n, 'a>,
        mistyped: &[&str],
        table: &Range<usize>,
    ) {
        for key in keys.iter().filter(|key| key.is_required) {
            if fields.iter().any(|(other, _)| other.name == key.name) {
                continue;
            }
            if !mistyped.contains(&key.name.as_str()) {
                let expected = match key.name.as_str() {
                    VERSION_KEY => format!("`{FORMAT_VERSION}`"),
                    _ => key.shape.describe(),
                };
                let kind = FaultKind::MissingKey { key: key.name.clone(), expected };
                self.report.fault(table.clone(), kind);
                self.report.spoil_key(&key.name);
            }
            fields.push((key, None));
        }
    }

    /// Something harmless of this shape. Words are taken from the end: the first may be special, as the server is.
    fn stand_in(&mut self, shape: &'n Shape) -> Fit<'n, 'a> {
        match shape {
            Shape::Table(keys) => required(keys),
            Shape::Tagged { variants, .. } => {
                variants.first().map_or(Fit::Nothing, |keys| required(keys))
            }
            Shape::List(items) => Fit::List(Vec::new(), items),
            Shape::Text => Fit::Text(Cow::Owned(self.report.substitute())),
            Shape::Word(words) => Fit::Word(words.last().map_or("", String::as_str)),
            Shape::Number(range) => Fit::Number(*range.start()),
            Shape::Flag => Fit::Flag(false),
            Shape::OneOf(shapes) => match shapes.first() {
                Some(shape) => self.stand_in(shape),
                None => Fit::Nothing,
            },
            Shape::Null | Shape::Any => Fit::Nothing,
        }
    }
}

fn required<'a>(keys: &[Key]) -> Fit<'_, 'a> {
    Fit::Table(keys.iter().filter(|key| key.is_required).map(|key| (key, None)).collect())
}

fn word<'n>(words: &'n [String], text: &str) -> Option<&'n str> {
    words.iter().map(String::as_str).find(|word| *word == text)
}

fn unknown_word(words: &[String], text: &str, expected: String) -> FaultKind {
    FaultKind::UnknownValue {
        value: abbreviated(text),
        nearest: nearest(text, words.iter().map(String::as_str)).map(str::to_owned),
        expected,
    }
}

/// Text of the document as messages show it: short enough to be read.
fn abbreviated(text: &str) -> String {
    const LENGTH_MAX: usize = 60;
    match text.char_indices().nth(LENGTH_MAX) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl Shape {
    /// The part of this shape that a value of this type can have.
    fn alternative(&self, value: &Value<'_, '_>) -> Option<&Self> {
        match self {
            Self::OneOf(shapes) => shapes.iter().find(|shape| shape.takes(value)),
            _ => self.takes(value).then_some(self),
        }
    }

    const fn takes(&self, value: &Value<'_, '_>) -> bool {
        matches!(
            (self, value),
            (Self::Table(_) | Self::Tagged { .. }, Value::Table(_))
                | (Self::List(_), Value::List(_))
                | (Self::Text | Self::Word(_), Value::Text(_))
                | (Self::Number(_), Value::Integer(_))
                | (Self::Flag, Value::Flag(_))
                | (Self::Null, Value::Null)
                | (Self::Any, _)
        )
    }
}

impl<'a> Deserializer<'a> for Reader<'_, '_, 'a> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value, Error> {
        match self.fit() {
            Fit::Table(fields) => visitor.visit_map(Table::new(fields, self.report)),
            Fit::List(nodes, shape) => visitor.visit_seq(List::new(nodes, shape, self.report)),
            Fit::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Fit::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Fit::Word(word) => visitor.visit_str(word),
            Fit::Number(number) => visitor.visit_u64(number),
            Fit::Flag(flag) => visitor.visit_bool(flag),
            Fit::Nothing => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        let may_be_null = || self.shape.alternative(&Value::Null).is_some();
        if self.node.is_some_and(|node| node.is_null()) && may_be_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        mut self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let word = match self.fit() {
            Fit::Word(word) => word,
            _ => "",
        };
        let word: StrDeserializer<'_, Error> = word.into_deserializer();
        visitor.visit_enum(word)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'a>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
