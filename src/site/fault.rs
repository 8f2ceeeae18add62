//! What is wrong with a site, each fault with its place, all of them at once.

use core::fmt;

use super::{Role, TaskKind};

/// One step from the top of a document to a value in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// The value under this key of a table.
    Key(&'static str),
    /// The element of a list, counted from 0.
    Index(usize),
}

/// Where in a site a fault lies: `hosts[1].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The segments from the top down.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The value under `key` of the table at this path.
    #[must_use]
    pub fn key(&self, key: &'static str) -> Self {
        self.with(Segment::Key(key))
    }

    /// The element at `index` of the list at this path.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// The element at `index` of the top-level list `list`.
    #[must_use]
    pub fn element(list: &'static str, index: usize) -> Self {
        Self(vec![Segment::Key(list), Segment::Index(index)])
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
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

/// Something that keeps a draft from being a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The value that is wrong.
    pub path: Path,
    /// Where it stands in the text it was read from, if it was read from one.
    pub position: Option<Position>,
}

impl Fault {
    pub(crate) const fn new(path: Path, kind: FaultKind) -> Self {
        Self { kind, path, position: None }
    }
}

/// What can be wrong with a site.
///
/// More kinds come with new keys, so matching must leave room for them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// The site has no SEP sesam Server.
    #[error("no host has the role `server`")]
    NoServer,
    /// A second host claims to be the SEP sesam Server.
    #[error("`{name}` is a second host with the role `server`")]
    SecondServer {
        /// The host.
        name: String,
        /// The first one.
        first: Path,
    },
    /// A name that must be unique stands there twice.
    #[error("the {what} `{name}` is there twice")]
    Duplicate {
        /// What it names.
        what: &'static str,
        /// The name.
        name: String,
        /// Where it stood first.
        first: Path,
    },
    /// A host is named that the site does not have.
    #[error("there is no host `{name}`")]
    UnknownHost {
        /// The name.
        name: String,
        /// The nearest name that there is.
        nearest: Option<String>,
    },
    /// A name is empty.
    #[error("the {what} is empty")]
    Empty {
        /// What it names.
        what: &'static str,
    },
    /// A host has both `stpd_ini` and `configured`.
    #[error("`stpd_ini` and `configured` exclude each other")]
    PortsTwice,
    /// A host has neither `stpd_ini` nor `configured`.
    #[error("neither `stpd_ini` nor `configured` says which ports the host has")]
    PortsMissing,
    /// The stpd.ini of a host was not handed over.
    #[error("`{path}` was not read")]
    IniMissing {
        /// The path as written.
        path: String,
    },
    /// The stpd.ini of a host cannot be used.
    #[error("`{path}` cannot be used: {reason}")]
    IniUnusable {
        /// The path as written.
        path: String,
        /// Why.
        reason: String,
    },
    /// A task that does not read from a second host names one.
    #[error("a {} has no source host", kind.as_str())]
    SourceOfKind {
        /// What the task does.
        kind: TaskKind,
    },
    /// HTTPS is to be switched off.
    #[error("`https` cannot be retired: it is what everything moves to")]
    RetireHttps,
    /// Nothing is to be switched off.
    #[error("nothing is to be retired")]
    RetireNothing,
    /// A date is not written `YYYY-MM-DD`.
    #[error("`{text}` is no date")]
    Date {
        /// The text.
        text: String,
    },
    /// The key is planned, not yet supported.
    #[error("`{what}` is not supported yet")]
    NotSupported {
        /// The key.
        what: &'static str,
    },
    /// There are more elements than a site can have.
    #[error("there are too many {what}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
    },
}

impl FaultKind {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::NoServer => format!("give the SEP sesam Server `role = \"{}\"`", role(Role::Server)),
            Self::SecondServer { first, .. } => {
                format!("`{first}` is one already; Remote Device Servers have the role `{}`", role(Role::Rds))
            }
            Self::Duplicate { first, .. } => format!("it stands in `{first}` first"),
            Self::UnknownHost { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::PortsTwice => "keep the one that is true".to_owned(),
            Self::PortsMissing => {
                "add `stpd_ini = \"path\"`, or `configured = { ftp = 11001, http = 11000, https = 11443 }`".to_owned()
            }
            Self::SourceOfKind { .. } => "only migrations and replications read from a second host".to_owned(),
            Self::RetireHttps | Self::RetireNothing => "expected `ftp`, `http` or both".to_owned(),
            Self::Date { .. } => "expected year, month and day: `2027-03-31`".to_owned(),
            Self::NotSupported { .. } => "remove it".to_owned(),
            Self::UnknownHost { nearest: None, .. }
            | Self::Empty { .. }
            | Self::IniMissing { .. }
            | Self::IniUnusable { .. }
            | Self::TooMany { .. } => return None,
        };
        Some(help)
    }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Server => "server",
        Role::Rds => "rds",
    }
}

/// Every fault of a site, in the order of the document; at most [`Faults::LIMIT`], then only counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the site has {count} fault{}", if *.count == 1 { "" } else { "s" })]
pub struct Faults {
    faults: Vec<Fault>,
    count: usize,
}

impl Faults {
    /// How many faults are listed: more than anyone mends before trying again.
    pub const LIMIT: usize = 100;

    pub(crate) const fn none() -> Self {
        Self { faults: Vec::new(), count: 0 }
    }

    pub(crate) fn push(&mut self, fault: Fault) {
        self.count += 1;
        if self.faults.len() < Self::LIMIT {
            self.faults.push(fault);
        }
    }

    /// The faults that are listed.
    #[must_use]
    pub fn listed(&self) -> &[Fault] {
        &self.faults
    }

    /// How many there are, those that are not listed included.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }
}
