//! What differs between families of INI files.

use super::mask::len_before;
use super::span::Span;

/// The bytes that part a key from its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delimiters {
    /// `=` only.
    Equals,
    /// `=` or `:`, whichever comes first.
    EqualsOrColon,
}

/// The bytes that start a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Markers {
    /// `#` and `;`.
    HashOrSemicolon,
    /// `#` only.
    Hash,
    /// `;` only.
    Semicolon,
}

/// Where a comment may start behind a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InlineComments {
    /// Nowhere: the value runs to the end of the line.
    Never,
    /// At a marker that follows a blank.
    AfterBlank,
    /// At any marker outside double quotes.
    Anywhere,
}

/// How a value may run on over several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Continuation {
    /// Never: one line, one key.
    Never,
    /// A line indented deeper than its key belongs to that key; blank lines and comments between
    /// do not end it.
    Indentation,
    /// A backslash at the end of a line joins the next line, whatever that is.
    Backslash,
    /// A backslash at the end of a line joins the next line that is no comment.
    BackslashPastComments,
}

/// Which quotes around a value are representation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quotes {
    /// None: quotes are ordinary bytes of the value.
    Ordinary,
    /// A pair of `"`.
    Double,
    /// A pair of `"` or a pair of `'`.
    SingleOrDouble,
}

/// A single word without a delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BareKeys {
    /// It is a key that has no value.
    Seen,
    /// It is a line that cannot be read.
    Unread,
}

/// How the family compares names; asked for with [`Match::Family`](super::Match::Family).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// Sections and keys byte for byte.
    Exact,
    /// Sections byte for byte, keys without regard to ASCII case.
    IgnoredInKeys,
    /// Neither sections nor keys with regard to ASCII case.
    Ignored,
}

/// The switches in which one family of INI files differs from another.
///
/// A dialect decides how lines are classified, never whether they are kept: every byte string
/// round-trips under every dialect.
///
/// ```
/// use sesam_transport::ini::{Continuation, Dialect};
///
/// let folded = Dialect::generic().with_continuation(Continuation::Indentation);
/// assert_ne!(folded, Dialect::generic());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Its few bytes are written and read as one: put together from parts they would be waited for.
#[repr(align(8))]
pub struct Dialect {
    delimiters: Delimiters,
    markers: Markers,
    inline_comments: InlineComments,
    continuation: Continuation,
    quotes: Quotes,
    bare_keys: BareKeys,
    case: Case,
}

impl Dialect {
    /// `=` or `:`, comments with `#` and `;` also behind a value, quotes, bare keys, one line per
    /// key.
    #[must_use]
    pub const fn stpd() -> Self {
        Self {
            delimiters: Delimiters::EqualsOrColon,
            markers: Markers::HashOrSemicolon,
            inline_comments: InlineComments::AfterBlank,
            continuation: Continuation::Never,
            quotes: Quotes::SingleOrDouble,
            bare_keys: BareKeys::Seen,
            case: Case::Exact,
        }
    }

    /// What most programs mean by "an INI file": as [`Dialect::stpd`], but only `=` is a
    /// delimiter.
    #[must_use]
    pub const fn generic() -> Self {
        Self::stpd().with_delimiters(Delimiters::Equals)
    }

    /// Python's `configparser` with its defaults.
    ///
    /// Values go on over deeper indented lines; quotes and `;` behind a value belong to it.
    #[must_use]
    pub const fn python() -> Self {
        Self {
            delimiters: Delimiters::EqualsOrColon,
            markers: Markers::HashOrSemicolon,
            inline_comments: InlineComments::Never,
            continuation: Continuation::Indentation,
            quotes: Quotes::Ordinary,
            bare_keys: BareKeys::Unread,
            case: Case::IgnoredInKeys,
        }
    }

    /// systemd unit files: `=`, no comment behind a value, a backslash joins lines.
    #[must_use]
    pub const fn systemd() -> Self {
        Self {
            delimiters: Delimiters::Equals,
            markers: Markers::HashOrSemicolon,
            inline_comments: InlineComments::Never,
            continuation: Continuation::BackslashPastComments,
            quotes: Quotes::Ordinary,
            bare_keys: BareKeys::Unread,
            case: Case::Exact,
        }
    }

    /// git's configuration files as far as lines and keys go.
    ///
    /// Escapes and quotes in the middle of a value are not decoded, a subsection is part of the
    /// section's name, and a key behind a header on the same line is reported, not read.
    #[must_use]
    pub const fn git() -> Self {
        Self {
            delimiters: Delimiters::Equals,
            markers: Markers::HashOrSemicolon,
            inline_comments: InlineComments::Anywhere,
            continuation: Continuation::Backslash,
            quotes: Quotes::Double,
            bare_keys: BareKeys::Seen,
            case: Case::Ignored,
        }
    }

    /// The same dialect with other delimiters.
    #[must_use]
    pub const fn with_delimiters(self, delimiters: Delimiters) -> Self {
        Self { delimiters, ..self }
    }

    /// The same dialect with other comment markers.
    #[must_use]
    pub const fn with_markers(self, markers: Markers) -> Self {
        Self { markers, ..self }
    }

    /// The same dialect with another rule for comments behind a value.
    #[must_use]
    pub const fn with_inline_comments(self, inline_comments: InlineComments) -> Self {
        Self { inline_comments, ..self }
    }

    /// The same dialect with another rule for values over several lines.
    #[must_use]
    pub const fn with_continuation(self, continuation: Continuation) -> Self {
        Self { continuation, ..self }
    }

    /// The same dialect with another rule for quotes.
    #[must_use]
    pub const fn with_quotes(self, quotes: Quotes) -> Self {
        Self { quotes, ..self }
    }

    /// The same dialect with another rule for single words.
    #[must_use]
    pub const fn with_bare_keys(self, bare_keys: BareKeys) -> Self {
        Self { bare_keys, ..self }
    }

    /// The same dialect with another rule for case.
    #[must_use]
    pub const fn with_case(self, case: Case) -> Self {
        Self { case, ..self }
    }

    /// How names are compared in this family.
    #[must_use]
    pub const fn case(self) -> Case {
        self.case
    }

    /// How values run on over lines in this family.
    #[must_use]
    pub const fn continuation(self) -> Continuation {
        self.continuation
    }

    pub(super) const fn inline_comments(self) -> InlineComments {
        self.inline_comments
    }

    pub(super) const fn sees_bare_keys(self) -> bool {
        matches!(self.bare_keys, BareKeys::Seen)
    }

    /// The marker that a disabled line gets.
    pub(super) const fn disabling(self) -> &'static [u8] {
        match self.markers {
            Markers::HashOrSemicolon | Markers::Hash => b"# ",
            Markers::Semicolon => b"; ",
        }
    }

    pub(super) const fn is_marker(self, byte: u8) -> bool {
        match self.markers {
            Markers::HashOrSemicolon => matches!(byte, b'#' | b';'),
            Markers::Hash => byte == b'#',
            Markers::Semicolon => byte == b';',
        }
    }

    pub(super) const fn is_quote(self, byte: u8) -> bool {
        match self.quotes {
            Quotes::Ordinary => false,
            Quotes::Double => byte == b'"',
            Quotes::SingleOrDouble => matches!(byte, b'"' | b'\''),
        }
    }

    pub(super) const fn is_delimiter(self, byte: u8) -> bool {
        match self.delimiters {
            Delimiters::Equals => byte == b'=',
            Delimiters::EqualsOrColon => matches!(byte, b'=' | b':'),
        }
    }

    /// The bytes that part a key from its value; twice the same if there is only one.
    pub(super) const fn delimiter_bytes(self) -> [u8; 2] {
        match self.delimiters {
            Delimiters::Equals => *b"==",
            Delimiters::EqualsOrColon => *b"=:",
        }
    }

    /// The length of `span` before its first delimiter.
    #[inline]
    pub(super) fn len_before_delimiter(self, text: &[u8], span: Span) -> Option<usize> {
        len_before(text, span, self.delimiter_bytes())
    }

    /// The bytes that start a comment; twice the same if there is only one.
    pub(super) const fn marker_bytes(self) -> [u8; 2] {
        match self.markers {
            Markers::HashOrSemicolon => *b"#;",
            Markers::Hash => *b"##",
            Markers::Semicolon => *b";;",
        }
    }

    /// The offsets of all comment markers in `span`.
    #[inline]
    pub(super) fn markers_in(self, text: &[u8], span: Span) -> impl Iterator<Item = usize> {
        let [one, other] = self.marker_bytes();
        // Mostly there are none.
        let first = len_before(text, span, [one, other]).map(|len| span.start + len);
        first.into_iter().flat_map(move |first| {
            let further = Span::new(first, span.end).of(text);
            memchr::memchr2_iter(one, other, further).map(move |at| first + at)
        })
    }
}
