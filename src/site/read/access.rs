//! The parts of a table or list, one after the other.

use serde::de::{
    DeserializeSeed, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    value::{Error, StrDeserializer},
};

use super::{
    node::Node,
    reader::{Fields, Reader},
    report::{Report, Step},
    shape::{Key, Shape},
};

/// The fields of a table on their way into a type.
pub(super) struct Table<'r, 'n, 'a> {
    fields: <Fields<'n, 'a> as IntoIterator>::IntoIter,
    value: Option<(&'n Key, Option<Node<'n, 'a>>)>,
    report: &'r mut Report<'n>,
}

impl<'r, 'n, 'a> Table<'r, 'n, 'a> {
    pub(super) fn new(fields: Fields<'n, 'a>, report: &'r mut Report<'n>) -> Self {
        Self { fields: fields.into_iter(), value: None, report }
    }
}

impl<'a> MapAccess<'a> for Table<'_, '_, 'a> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        self.value = self.fields.next();
        let Some((key, _)) = &self.value else { return Ok(None) };
        let name: StrDeserializer<'_, Error> = key.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((key, node)) = self.value.take() else {
            return Err(Error::custom("a value was asked for before its key"));
        };
        self.report.enter(Step::Key(&key.name));
        let value = seed.deserialize(Reader::new(node, &key.shape, self.report));
        self.report.leave();
        value
    }
}

/// The elements of a list on their way into a type.
pub(super) struct List<'r, 'n, 'a> {
    nodes: core::iter::Enumerate<std::vec::IntoIter<Node<'n, 'a>>>,
    shape: &'n Shape,
    report: &'r mut Report<'n>,
}

impl<'r, 'n, 'a> List<'r, 'n, 'a> {
    pub(super) fn new(
        nodes: Vec<Node<'n, 'a>>,
        shape: &'n Shape,
        report: &'r mut Report<'n>,
    ) -> Self {
        Self { nodes: nodes.into_iter().enumerate(), shape, report }
    }
}

impl<'a> SeqAccess<'a> for List<'_, '_, 'a> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some((index, node)) = self.nodes.next() else { return Ok(None) };
        self.report.enter(Step::Index(index));
        let value = seed.deserialize(Reader::new(Some(node), self.shape, self.report));
        self.report.leave();
        value.map(Some)
    }
}
