//! Where something stands: in a site, and in the text the site was read from.

use core::fmt;
use std::borrow::Cow;

/// One step from the top of a document to a value in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// The value under this key of a table.
    Key(Cow<'static, str>),
    /// The element of a list, counted from 0.
    Index(usize),
}

/// Where in a site a fault lies: `hosts[1].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The element at `index` of the top-level list `list`.
    #[must_use]
    pub fn element(list: &'static str, index: usize) -> Self {
        Self(vec![Segment::Key(Cow::Borrowed(list)), Segment::Index(index)])
    }

    /// The segments from the top down.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The value under `key` of the table at this path.
    #[must_use]
    pub fn key(&self, key: &'static str) -> Self {
        self.with(Segment::Key(Cow::Borrowed(key)))
    }

    /// The element at `index` of the list at this path.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// The path without its last segment; `None` at the top.
    pub(super) fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// Whether this path matches `pattern`, in which `None` stands for any element of a list.
    pub(super) fn matches(&self, pattern: &[Option<&str>]) -> bool {
        self.0.len() == pattern.len()
            && self.0.iter().zip(pattern).all(|(segment, wanted)| match (segment, wanted) {
                (Segment::Key(key), Some(wanted)) => key == wanted,
                (Segment::Index(_), None) => true,
                _ => false,
            })
    }
}

impl FromIterator<Segment> for Path {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self(segments.into_iter().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if depth == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A place in a text, counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
