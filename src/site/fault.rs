//! What can be wrong with a document, and where.

use core::{fmt, ops::Range};

use super::{FaultKind, Path, Position, fault_kind};

/// Something that keeps a draft from being a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The value that is wrong.
    pub path: Path,
    /// Where it stands in the text it was read from, if it was read from one.
    pub position: Option<Position>,
    /// The bytes of that text that are wrong.
    pub span: Option<Range<usize>>,
    /// Where the value that this one repeats or contradicts stands.
    pub first: Option<Position>,
}

impl Fault {
    pub(crate) const fn new(path: Path, kind: FaultKind) -> Self {
        Self { kind, path, position: None, span: None, first: None }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match (&self.kind, self.first) {
            (FaultKind::Duplicate { .. } | FaultKind::DuplicateKey { .. }, Some(first)) => {
                Some(format!("the first is in line {}", first.line))
            }
            (FaultKind::SecondServer { .. }, Some(first)) => {
                Some(format!("the first is in line {}; {}", first.line, fault_kind::ONE_SERVER))
            }
            _ => self.kind.help(),
        }
    }

    /// This fault as one line that starts with its place in the file called `name`: `site.toml:12:9: ...`.
    #[must_use]
    pub fn in_file<'f>(&'f self, name: &'f str) -> impl fmt::Display + use<'f> {
        InFile { fault: self, name }
    }
}

impl fmt::Display for Fault {
    /// Writes one line: the place, what is wrong, and what to do about it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "{position}: ")?,
            None if self.path.segments().is_empty() => {}
            None => write!(f, "{}: ", self.path)?,
        }
        self.kind.fmt(f)?;
        match self.help() {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

struct InFile<'f> {
    fault: &'f Fault,
    name: &'f str,
}

impl fmt::Display for InFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.fault.position.is_some() { ":" } else { ": " };
        write!(f, "{}{gap}{}", self.name, self.fault)
    }
}
