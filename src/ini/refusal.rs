//! Why an edit was refused.

use std::fmt;

use super::encoding::Encoding;
use super::span::Place;

/// A name or a value from the text, for messages: control characters escaped, bytes that are not
/// UTF-8 replaced.
#[derive(Clone, PartialEq, Eq)]
pub struct Quoted(Box<[u8]>);

impl Quoted {
    /// The bytes as they stand in the text.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for Quoted {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        for character in String::from_utf8_lossy(&self.0).chars() {
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        f.write_str("`")
    }
}

impl fmt::Debug for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why an edit was refused; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Lines cannot be told apart byte by byte in this encoding.
    #[error("{place}: text in {encoding} cannot be edited")]
    UnsupportedEncoding {
        /// The encoding of the document.
        encoding: Encoding,
        /// The start of the document.
        place: Place,
    },
    /// Several active lines have the key, and the edit does not say which is meant.
    #[error("{key} is active more than once: {}", Lines(.places))]
    AmbiguousActive {
        /// The key.
        key: Quoted,
        /// The active lines.
        places: Box<[Place]>,
    },
    /// Several commented lines could be restored.
    #[error("{key} is commented more than once: {}", Lines(.places))]
    AmbiguousCommented {
        /// The key.
        key: Quoted,
        /// The commented lines.
        places: Box<[Place]>,
    },
    /// The key is active already, and not with the value that is wanted.
    #[error("{place}: {key} is active with another value than {wanted}")]
    ActiveWithOtherValue {
        /// The key.
        key: Quoted,
        /// The value that the edit asks for.
        wanted: Quoted,
        /// The active line.
        place: Place,
    },
    /// No commented line has the value that is wanted.
    #[error("{key} is commented, but not with the value {wanted}: {}", Lines(.places))]
    NoCandidateWithValue {
        /// The key.
        key: Quoted,
        /// The value that the edit asks for.
        wanted: Quoted,
        /// The commented lines.
        places: Box<[Place]>,
    },
    /// The key has no delimiter, and so no place for a value.
    #[error("{place}: {key} has no delimiter and so no value to set")]
    BareKey {
        /// The key.
        key: Quoted,
        /// The line.
        place: Place,
    },
    /// The value runs over several lines.
    #[error("{place}: the value of {key} runs over several lines")]
    Continued {
        /// The key.
        key: Quoted,
        /// The first line.
        place: Place,
    },
    /// The section is not there, and the edit does not ask to create it.
    #[error("there is no section {section}")]
    NoSuchSection {
        /// The section.
        section: Quoted,
        /// The end of the document.
        place: Place,
    },
    /// The rewritten line would not read as what was written.
    #[error("{place}: {text} would not read back as it was written")]
    WouldNotReadBack {
        /// The key, the value or the section that does not survive.
        text: Quoted,
        /// Where it would stand.
        place: Place,
    },
    /// Other lines would read differently after the edit.
    #[error("{place}: the edit would change how other lines read")]
    ChangesOtherLines {
        /// Where the edit would begin.
        place: Place,
    },
}

impl Refusal {
    /// The places in the text that the refusal is about; never none.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        match self {
            Self::AmbiguousActive { places, .. }
            | Self::AmbiguousCommented { places, .. }
            | Self::NoCandidateWithValue { places, .. } => places,
            Self::UnsupportedEncoding { place, .. }
            | Self::ActiveWithOtherValue { place, .. }
            | Self::BareKey { place, .. }
            | Self::Continued { place, .. }
            | Self::NoSuchSection { place, .. }
            | Self::WouldNotReadBack { place, .. }
            | Self::ChangesOtherLines { place } => std::slice::from_ref(place),
        }
    }
}

/// How many lines a message names; more than that is in the places.
const NAMED_LINES: usize = 10;

/// The line numbers of places, as a list in a sentence.
struct Lines<'p>(&'p [Place]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 { "line " } else { "lines " })?;
        for (index, place) in self.0.iter().take(NAMED_LINES).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}", place.line)?;
        }
        match self.0.len().checked_sub(NAMED_LINES) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, " and {more} more"),
        }
    }
}
