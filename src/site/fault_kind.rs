//! The kinds of faults, in the words of the domain.

use super::{Format, Path, TaskKind, Transport};

/// What can be wrong with a site, or with the document that it is read from.
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
    /// The stpd.ini of a host was not handed over: [`stpd::resolve`](crate::stpd::resolve) does that.
    #[error("`{path}` was not read")]
    IniNotRead {
        /// The path as written.
        path: String,
    },
    /// The stpd.ini of a host is not there.
    #[error("there is no file `{path}`")]
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
    /// A setting is one of the ports.
    #[error("`{key}` is the {} port, and no setting", transport.label())]
    PortKey {
        /// The key.
        key: String,
        /// Whose port it is.
        transport: Transport,
    },
    /// A text of a setting would be another one when it is read back from stpd.ini.
    #[error("the {what} `{text}` would not read back from stpd.ini")]
    Unwritable {
        /// What it is.
        what: &'static str,
        /// The text.
        text: String,
        /// Why.
        flaw: &'static str,
    },
    /// A host is said to have something of a setting that is not wanted on it.
    #[error("no setting `{key}` is wanted on this host")]
    UnwantedSetting {
        /// The key.
        key: String,
        /// The nearest key that is.
        nearest: Option<String>,
    },
    /// There are more elements than a site can have.
    #[error("there are too many {what}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
    },
    /// The bytes are not text.
    #[error("this is not UTF-8 text")]
    NotUtf8,
    /// The text is not in the format that it should be in.
    #[error("this is not {format}: {message}")]
    Syntax {
        /// The format.
        format: Format,
        /// What the parser says.
        message: String,
    },
    /// The document is of a format version that cannot be read.
    #[error("`{text}` is not a format version that can be read here")]
    Version {
        /// The version as written.
        text: String,
    },
    /// A table has a key that it cannot have.
    #[error("there is no key `{key}` here")]
    UnknownKey {
        /// The key.
        key: String,
        /// The nearest key that it can have.
        nearest: Option<String>,
        /// All keys that it can have, where they are few.
        known: Vec<String>,
    },
    /// A table has a key twice.
    #[error("the key `{key}` is there twice")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A key that must be there is not.
    #[error("the key `{key}` is missing")]
    MissingKey {
        /// The key.
        key: String,
        /// What it takes.
        expected: String,
    },
    /// A value is of another type.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What belongs here.
        expected: String,
        /// What stands here.
        found: &'static str,
    },
    /// A word is none of those that belong here.
    #[error("`{value}` is not known here")]
    UnknownValue {
        /// The word.
        value: String,
        /// The nearest one that is known.
        nearest: Option<String>,
        /// What belongs here.
        expected: String,
    },
    /// A number is too small or too large.
    #[error("`{value}` is out of range")]
    OutOfRange {
        /// The number as written.
        value: String,
        /// What belongs here.
        expected: String,
    },
    /// A part of a plan file is not so.
    #[error("{message}")]
    Untrue {
        /// What is expected, and what the file says.
        message: String,
    },
    /// The document is refused for a reason that only its type knows.
    #[error("{message}")]
    Refused {
        /// The reason.
        message: String,
    },
}

impl FaultKind {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Duplicate { first, .. } => Some(format!("the first is `{first}`")),
            Self::SecondServer { first, .. } => {
                Some(format!("the first is `{first}`; {ONE_SERVER}"))
            }
            Self::UnknownHost { nearest, .. } => nearest.as_deref().map(did_you_mean),
            Self::UnwantedSetting { nearest: Some(nearest), .. }
            | Self::UnknownKey { nearest: Some(nearest), .. } => Some(did_you_mean(nearest)),
            Self::UnknownKey { nearest: None, known, .. } => match known.as_slice() {
                [] => None,
                [only] => Some(format!("the only key is `{only}`")),
                _ => Some(format!("the keys are {}", quoted(known, "and"))),
            },
            Self::UnknownValue { nearest: Some(nearest), expected, .. } => {
                Some(format!("{} expected {expected}", did_you_mean(nearest)))
            }
            Self::MissingKey { expected, .. }
            | Self::OutOfRange { expected, .. }
            | Self::UnknownValue { nearest: None, expected, .. } => {
                Some(format!("expected {expected}"))
            }
            _ => self.advice().map(str::to_owned),
        }
    }

    /// The help that is the same for every fault of a kind.
    const fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoServer => "give the SEP sesam Server the role `server`",
            Self::PortsTwice => "keep the one that is true",
            Self::PortsMissing => {
                "add `stpd_ini` with the path of the file, or `configured` with the number, \"off\" or \"unknown\" for `ftp`, `http` and `https`"
            }
            Self::IniMissing { .. } => {
                "give its path relative to the site file, or the ports in `configured`, \"unknown\" where nobody knows them"
            }
            Self::IniUnusable { .. } => {
                "give the ports in `configured` instead, \"unknown\" where nobody knows them"
            }
            Self::SourceOfKind { .. } => "only migrations and replications read from a second host",
            Self::RetireHttps | Self::RetireNothing => "expected `ftp`, `http` or both",
            Self::Date { .. } => "expected year, month and day: `2027-03-31`",
            Self::PortKey { .. } => {
                "what a host has of it belongs in `configured`, what is wanted of it in `policy`"
            }
            Self::UnwantedSetting { .. } => "list it under `settings`, or leave it out",
            Self::Unwritable { flaw, .. } => flaw,
            Self::Untrue { .. } => {
                "leave out what nobody vouches for: of a step only `action` has to be there"
            }
            Self::NotUtf8 => "save it in the encoding UTF-8",
            Self::Version { .. } => "expected `1.0` or a later `1.x`",
            _ => return None,
        })
    }

    /// The path of the value that this one repeats or contradicts.
    #[must_use]
    pub const fn first(&self) -> Option<&Path> {
        match self {
            Self::SecondServer { first, .. } | Self::Duplicate { first, .. } => Some(first),
            _ => None,
        }
    }
}

pub(super) const ONE_SERVER: &str = "Remote Device Servers have the role `rds`";

fn did_you_mean(nearest: impl AsRef<str>) -> String {
    format!("did you mean `{}`?", nearest.as_ref())
}

/// "`a`, `b` or `c`", with `last` before the last.
pub(super) fn quoted(words: &[impl AsRef<str>], last: &str) -> String {
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        match at {
            0 => {}
            _ if at + 1 == words.len() => text.extend([" ", last, " "]),
            _ => text.push_str(", "),
        }
        text.extend(["`", word.as_ref(), "`"]);
    }
    text
}
