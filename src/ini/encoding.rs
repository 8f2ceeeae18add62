//! What the first bytes say about the encoding.

use std::fmt;

/// The encoding of a document, as far as its first four bytes tell it.
///
/// Only the ASCII-compatible ones can be edited. The others are kept byte for byte, and every
/// edit of them is refused with the encoding named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// ASCII or anything that agrees with it in ASCII: UTF-8, Latin-1 and their kin.
    AsciiCompatible,
    /// UTF-8 that starts with a byte order mark.
    Utf8WithBom,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// UTF-32, little-endian.
    Utf32Le,
    /// UTF-32, big-endian.
    Utf32Be,
}

impl Encoding {
    /// Detects the encoding by a byte order mark, or else by NUL bytes among the first four.
    #[must_use]
    pub const fn of(bytes: &[u8]) -> Self {
        match *bytes {
            // Mostly nothing speaks for another one, and that is seen at once.
            [1..0xEF, b, c, d, ..] if b != 0 && c != 0 && d != 0 => Self::AsciiCompatible,
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8WithBom,
            [0xFF, 0xFE, 0, 0, ..] => Self::Utf32Le,
            [0, 0, 0xFE, 0xFF, ..] => Self::Utf32Be,
            [0xFF, 0xFE, ..] => Self::Utf16Le,
            [0xFE, 0xFF, ..] => Self::Utf16Be,
            [0, 0, 0, x, ..] if x != 0 => Self::Utf32Be,
            [x, 0, 0, 0, ..] if x != 0 => Self::Utf32Le,
            [x, 0, y, 0, ..] if x != 0 && y != 0 => Self::Utf16Le,
            [0, x, 0, y, ..] if x != 0 && y != 0 => Self::Utf16Be,
            _ => Self::AsciiCompatible,
        }
    }

    /// Whether lines can be told apart byte by byte, and so edited.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::AsciiCompatible | Self::Utf8WithBom)
    }

    /// The usual name in lower case, for messages and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsciiCompatible => "ascii-compatible",
            Self::Utf8WithBom => "utf-8-bom",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Utf32Le => "utf-32le",
            Self::Utf32Be => "utf-32be",
        }
    }

    /// The length of the mark that is not part of the first line.
    pub(super) const fn mark_len(self) -> usize {
        match self {
            Self::Utf8WithBom => 3,
            _ => 0,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
