//! Texts that are easy to get wrong, each with what four edits of it must give.
//!
//! Everything here was written down by a person from the rules of the format; nothing is computed
//! by the code under test, and nothing of it is used, so that other implementations can be
//! measured by the same cases.

/// A text, a key in it, and what the edits of that key give.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    /// What is tricky about it; unique together with the kind.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) family: Family,
    pub(crate) text: Text,
    pub(crate) section: &'static [u8],
    pub(crate) key: &'static [u8],
    /// Whether names are the same that differ in the case of ASCII letters.
    pub(crate) caseless: bool,
    /// The value that `set` writes.
    pub(crate) value: &'static [u8],
    /// The value that the restored line must have, if the edit says so.
    pub(crate) wanted: Option<&'static [u8]>,
    pub(crate) results: Results,
}

/// What is tricky.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Lines end in CRLF.
    Crlf,
    /// Lines end in different ways.
    MixedLineEnds,
    /// Lines end in CR.
    LoneCr,
    /// A UTF-8 byte order mark.
    ByteOrderMark,
    /// UTF-16 and UTF-32.
    WideEncoding,
    /// Bytes that are not UTF-8.
    Latin1,
    /// NUL bytes.
    Nul,
    /// Blanks before the first word.
    Indentation,
    /// A comment behind the value.
    InlineComment,
    /// A single word.
    BareKey,
    /// No value, or an empty one.
    EmptyValue,
    /// The key more than once.
    DuplicateKeys,
    /// The section more than once.
    DuplicateSections,
    /// Lines before the first header.
    BeforeAnySection,
    /// Headers that are not whole.
    BrokenHeader,
    /// Quotes around values.
    Quotes,
    /// Backslashes.
    Escapes,
    /// Values over several lines, in this family or another.
    Continuation,
    /// Lines of 100 kB, and many lines.
    LongLine,
    /// Several lines that could be restored.
    CommentedCandidates,
    /// Lines that resemble the one meant.
    LookAlike,
    /// Upper and lower case.
    CaseVariant,
    /// Lines that are no INI at all.
    Garbage,
    /// The end-of-file byte of DOS.
    ControlZ,
    /// An unterminated last line.
    NoFinalNewline,
    /// Blanks at the end of lines.
    TrailingBlanks,
    /// More than one comment marker.
    DoubleMarker,
    /// Sentences in comments.
    Prose,
}

impl Kind {
    pub(crate) const ALL: [Self; 28] = [
        Self::Crlf,
        Self::MixedLineEnds,
        Self::LoneCr,
        Self::ByteOrderMark,
        Self::WideEncoding,
        Self::Latin1,
        Self::Nul,
        Self::Indentation,
        Self::InlineComment,
        Self::BareKey,
        Self::EmptyValue,
        Self::DuplicateKeys,
        Self::DuplicateSections,
        Self::BeforeAnySection,
        Self::BrokenHeader,
        Self::Quotes,
        Self::Escapes,
        Self::Continuation,
        Self::LongLine,
        Self::CommentedCandidates,
        Self::LookAlike,
        Self::CaseVariant,
        Self::Garbage,
        Self::ControlZ,
        Self::NoFinalNewline,
        Self::TrailingBlanks,
        Self::DoubleMarker,
        Self::Prose,
    ];
}

/// The family of INI files that a text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Stpd,
    Generic,
    Python,
    Systemd,
    Git,
}

/// The text of a case; a long one is built when it is needed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Text {
    Written(&'static [u8]),
    Built(fn() -> Vec<u8>),
}

/// What the edits give.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Results {
    /// Commenting out every active line with the key.
    pub(crate) disable: Expected,
    /// Restoring the key in the text that `disable` leaves.
    pub(crate) enable: Expected,
    /// Setting the value of the only active line.
    pub(crate) set: Expected,
    /// Taking out every active line with the key.
    pub(crate) remove: Expected,
}

/// What one edit gives.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    /// These bytes.
    Bytes(&'static [u8]),
    /// The text of the case with the first `at` in it replaced.
    Put {
        at: &'static [u8],
        new: &'static [u8],
    },
    /// The text of the case, after it was another one.
    Original,
    /// The text that the edit was given.
    Unchanged,
    /// The key is not there in the state that the edit needs.
    NotFound,
    Refused(Why),
}

/// Why an edit is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The encoding, by its name.
    Encoding(&'static str),
    /// Several active lines.
    Ambiguous,
    /// Several commented lines.
    AmbiguousCommented,
    /// No commented line has the wanted value.
    NoCandidate,
    BareKey,
    /// The value runs over several lines.
    Continued,
    WouldNotReadBack,
    ChangesOtherLines,
}

use Expected::{Bytes, NotFound, Original, Put, Refused, Unchanged};

impl Case {
    pub(crate) fn text(&self) -> Vec<u8> {
        match self.text {
            Text::Written(bytes) => bytes.to_vec(),
            Text::Built(build) => build(),
        }
    }

    const fn read_as(self, family: Family) -> Self {
        Self { family, ..self }
    }

    const fn in_section(self, section: &'static [u8]) -> Self {
        Self { section, ..self }
    }

    const fn of_key(self, key: &'static [u8]) -> Self {
        Self { key, ..self }
    }

    const fn to(self, value: &'static [u8]) -> Self {
        Self { value, ..self }
    }

    const fn wanting(self, value: &'static [u8]) -> Self {
        Self { wanted: Some(value), ..self }
    }

    const fn ignoring_case(self) -> Self {
        Self { caseless: true, ..self }
    }
}

impl Expected {
    /// The bytes that the edit leaves, if it changes any: `text` is that of the case.
    pub(crate) fn bytes(&self, text: &[u8]) -> Option<Vec<u8>> {
        match *self {
            Bytes(bytes) => Some(bytes.to_vec()),
            Put { at, new } => {
                let start = text.windows(at.len()).position(|window| window == at)?;
                let (before, rest) = text.split_at(start);
                Some([before, new, rest.split_at(at.len()).1].concat())
            }
            Original => Some(text.to_vec()),
            Unchanged | NotFound | Refused(_) => None,
        }
    }
}

/// The key `K` in `[S]`, set to 9, in the family of stpd.
const fn case(kind: Kind, name: &'static str, text: &'static [u8], results: Results) -> Case {
    Case {
        name,
        kind,
        family: Family::Stpd,
        text: Text::Written(text),
        section: b"S",
        key: b"K",
        caseless: false,
        value: b"9",
        wanted: None,
        results,
    }
}

const fn built(kind: Kind, name: &'static str, text: fn() -> Vec<u8>, results: Results) -> Case {
    Case { text: Text::Built(text), ..case(kind, name, b"", results) }
}

/// The cases, by kind.
pub(crate) const CASES: &[Case] = &[
    // Lines end in CRLF.
    case(
        Kind::Crlf,
        "lines end in CRLF",
        b"[S]\r\nK=1\r\nL=2\r\n",
        Results {
            disable: Bytes(b"[S]\r\n# K=1\r\nL=2\r\n"),
            enable: Original,
            set: Bytes(b"[S]\r\nK=9\r\nL=2\r\n"),
            remove: Bytes(b"[S]\r\nL=2\r\n"),
        },
    ),
    case(
        Kind::Crlf,
        "the last CRLF is missing",
        b"[S]\r\nL=2\r\nK=1",
        Results {
            disable: Bytes(b"[S]\r\nL=2\r\n# K=1"),
            enable: Original,
            set: Bytes(b"[S]\r\nL=2\r\nK=9"),
            remove: Bytes(b"[S]\r\nL=2\r\n"),
        },
    ),
    case(
        Kind::Crlf,
        "blanks before the CRLF",
        b"[S]\r\nK = 1 \t\r\nL=2\r\n",
        Results {
            disable: Bytes(b"[S]\r\n# K = 1 \t\r\nL=2\r\n"),
            enable: Original,
            set: Bytes(b"[S]\r\nK = 9 \t\r\nL=2\r\n"),
            remove: Bytes(b"[S]\r\nL=2\r\n"),
        },
    ),
    case(
        Kind::Crlf,
        "two CRs before the LF",
        b"[S]\r\nK=1\r\r\nL=2\r\n",
        Results {
            disable: Bytes(b"[S]\r\n# K=1\r\r\nL=2\r\n"),
            enable: Original,
            set: Bytes(b"[S]\r\nK=9\r\r\nL=2\r\n"),
            remove: Bytes(b"[S]\r\nL=2\r\n"),
        },
    ),
    case(
        Kind::Crlf,
        "a comment before the CRLF",
        b"[S]\r\nK=1 ; old\r\n",
        Results {
            disable: Bytes(b"[S]\r\n# K=1 ; old\r\n"),
            enable: Original,
            set: Bytes(b"[S]\r\nK=9 ; old\r\n"),
            remove: Bytes(b"[S]\r\n"),
        },
    ),
    // Lines end in different ways.
    case(
        Kind::MixedLineEnds,
        "CRLF, then LF",
        b"[S]\r\nK=1\nL=2\r\n",
        Results {
            disable: Bytes(b"[S]\r\n# K=1\nL=2\r\n"),
            enable: Original,
            set: Bytes(b"[S]\r\nK=9\nL=2\r\n"),
            remove: Bytes(b"[S]\r\nL=2\r\n"),
        },
    ),
    case(
        Kind::MixedLineEnds,
        "LF, then CRLF",
        b"[S]\nL=2\nK=1\r\n[T]\nK=2\r\n",
        Results {
            disable: Bytes(b"[S]\nL=2\n# K=1\r\n[T]\nK=2\r\n"),
            enable: Original,
            set: Bytes(b"[S]\nL=2\nK=9\r\n[T]\nK=2\r\n"),
            remove: Bytes(b"[S]\nL=2\n[T]\nK=2\r\n"),
        },
    ),
    case(
        Kind::MixedLineEnds,
        "a CR amid a line that ends in LF",
        b"[S]\r\nK=1\rL=2\nM=3\r\n",
        Results {
            disable: Bytes(b"[S]\r\n# K=1\rL=2\nM=3\r\n"),
            enable: Original,
            set: Bytes(b"[S]\r\nK=9\nM=3\r\n"),
            remove: Bytes(b"[S]\r\nM=3\r\n"),
        },
    ),
    case(
        Kind::MixedLineEnds,
        "a key behind a CR that ends no line",
        b"[S]\nL=2\rK=1\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::MixedLineEnds,
        "a CR at the end of a text that has LF",
        b"[S]\nK=1\r",
        Results {
            disable: Bytes(b"[S]\n# K=1\r"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\r"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    // Lines end in CR.
    case(
        Kind::LoneCr,
        "lines end in CR",
        b"[S]\rK=1\rL=2\r",
        Results {
            disable: Bytes(b"[S]\r# K=1\rL=2\r"),
            enable: Original,
            set: Bytes(b"[S]\rK=9\rL=2\r"),
            remove: Bytes(b"[S]\rL=2\r"),
        },
    ),
    case(
        Kind::LoneCr,
        "the last CR is missing",
        b"[S]\rL=2\rK=1",
        Results {
            disable: Bytes(b"[S]\rL=2\r# K=1"),
            enable: Original,
            set: Bytes(b"[S]\rL=2\rK=9"),
            remove: Bytes(b"[S]\rL=2\r"),
        },
    ),
    case(
        Kind::LoneCr,
        "an empty line between CRs",
        b"[S]\r\rK=1\r\rL=2\r",
        Results {
            disable: Bytes(b"[S]\r\r# K=1\r\rL=2\r"),
            enable: Original,
            set: Bytes(b"[S]\r\rK=9\r\rL=2\r"),
            remove: Bytes(b"[S]\r\r\rL=2\r"),
        },
    ),
    case(
        Kind::LoneCr,
        "a comment before the CR",
        b"[S]\r  K = 1 # old\r[T]\rK=2\r",
        Results {
            disable: Bytes(b"[S]\r#   K = 1 # old\r[T]\rK=2\r"),
            enable: Original,
            set: Bytes(b"[S]\r  K = 9 # old\r[T]\rK=2\r"),
            remove: Bytes(b"[S]\r[T]\rK=2\r"),
        },
    ),
    // A UTF-8 byte order mark.
    case(
        Kind::ByteOrderMark,
        "a mark before the header",
        b"\xEF\xBB\xBF[S]\r\nK=1\r\n",
        Results {
            disable: Bytes(b"\xEF\xBB\xBF[S]\r\n# K=1\r\n"),
            enable: Original,
            set: Bytes(b"\xEF\xBB\xBF[S]\r\nK=9\r\n"),
            remove: Bytes(b"\xEF\xBB\xBF[S]\r\n"),
        },
    ),
    case(
        Kind::ByteOrderMark,
        "a mark before the key",
        b"\xEF\xBB\xBFK=1\nL=2\n",
        Results {
            disable: Bytes(b"\xEF\xBB\xBF# K=1\nL=2\n"),
            enable: Original,
            set: Bytes(b"\xEF\xBB\xBFK=9\nL=2\n"),
            remove: Bytes(b"\xEF\xBB\xBFL=2\n"),
        },
    )
    .in_section(b""),
    case(
        Kind::ByteOrderMark,
        "a mark before the only line",
        b"\xEF\xBB\xBFK=1",
        Results {
            disable: Bytes(b"\xEF\xBB\xBF# K=1"),
            enable: Original,
            set: Bytes(b"\xEF\xBB\xBFK=9"),
            remove: Bytes(b"\xEF\xBB\xBF"),
        },
    )
    .in_section(b""),
    case(
        Kind::ByteOrderMark,
        "a mark further down is content",
        b"[S]\n\xEF\xBB\xBFK=1\nK=2\n",
        Results {
            disable: Bytes(b"[S]\n\xEF\xBB\xBFK=1\n# K=2\n"),
            enable: Original,
            set: Bytes(b"[S]\n\xEF\xBB\xBFK=1\nK=9\n"),
            remove: Bytes(b"[S]\n\xEF\xBB\xBFK=1\n"),
        },
    ),
    case(
        Kind::ByteOrderMark,
        "a second mark hides the header",
        b"\xEF\xBB\xBF\xEF\xBB\xBF[S]\nK=1\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::ByteOrderMark,
        "a second line that starts with a mark must not come first",
        b"K=1\n\xEF\xBB\xBFL=2\n",
        Results {
            disable: Bytes(b"# K=1\n\xEF\xBB\xBFL=2\n"),
            enable: Original,
            set: Bytes(b"K=9\n\xEF\xBB\xBFL=2\n"),
            remove: Refused(Why::ChangesOtherLines),
        },
    )
    .in_section(b""),
    // UTF-16 and UTF-32.
    case(
        Kind::WideEncoding,
        "UTF-16LE with a mark",
        b"\xFF\xFE[\0S\0]\0\r\0\n\0K\0=\x001\0\r\0\n\0",
        Results {
            disable: Refused(Why::Encoding("utf-16le")),
            enable: Refused(Why::Encoding("utf-16le")),
            set: Refused(Why::Encoding("utf-16le")),
            remove: Refused(Why::Encoding("utf-16le")),
        },
    ),
    case(
        Kind::WideEncoding,
        "UTF-16BE with a mark",
        b"\xFE\xFF\0[\0S\0]\0\n\0K\0=\x001\0\n",
        Results {
            disable: Refused(Why::Encoding("utf-16be")),
            enable: Refused(Why::Encoding("utf-16be")),
            set: Refused(Why::Encoding("utf-16be")),
            remove: Refused(Why::Encoding("utf-16be")),
        },
    ),
    case(
        Kind::WideEncoding,
        "UTF-16LE without a mark",
        b"[\0S\0]\0\n\0K\0=\x001\0\n\0",
        Results {
            disable: Refused(Why::Encoding("utf-16le")),
            enable: Refused(Why::Encoding("utf-16le")),
            set: Refused(Why::Encoding("utf-16le")),
            remove: Refused(Why::Encoding("utf-16le")),
        },
    ),
    case(
        Kind::WideEncoding,
        "UTF-16BE without a mark",
        b"\0[\0S\0]\0\n\0K\0=\x001\0\n",
        Results {
            disable: Refused(Why::Encoding("utf-16be")),
            enable: Refused(Why::Encoding("utf-16be")),
            set: Refused(Why::Encoding("utf-16be")),
            remove: Refused(Why::Encoding("utf-16be")),
        },
    ),
    case(
        Kind::WideEncoding,
        "UTF-32LE without a mark",
        b"[\0\0\0S\0\0\0]\0\0\0\n\0\0\0",
        Results {
            disable: Refused(Why::Encoding("utf-32le")),
            enable: Refused(Why::Encoding("utf-32le")),
            set: Refused(Why::Encoding("utf-32le")),
            remove: Refused(Why::Encoding("utf-32le")),
        },
    ),
    case(
        Kind::WideEncoding,
        "a UTF-16 mark before lines of single bytes",
        b"\xFF\xFE[S]\nK=1\n",
        Results {
            disable: Refused(Why::Encoding("utf-16le")),
            enable: Refused(Why::Encoding("utf-16le")),
            set: Refused(Why::Encoding("utf-16le")),
            remove: Refused(Why::Encoding("utf-16le")),
        },
    ),
    // Bytes that are not UTF-8.
    case(
        Kind::Latin1,
        "values in Latin-1",
        b"[S]\nK=gr\xFCn\nL=\xE4\n",
        Results {
            disable: Bytes(b"[S]\n# K=gr\xFCn\nL=\xE4\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=\xF6\nL=\xE4\n"),
            remove: Bytes(b"[S]\nL=\xE4\n"),
        },
    )
    .to(b"\xF6"),
    case(
        Kind::Latin1,
        "a key in Latin-1",
        b"[S]\n\xDCber = 1\n\xC3\x9Cber = 2\n",
        Results {
            disable: Bytes(b"[S]\n# \xDCber = 1\n\xC3\x9Cber = 2\n"),
            enable: Original,
            set: Bytes(b"[S]\n\xDCber = 9\n\xC3\x9Cber = 2\n"),
            remove: Bytes(b"[S]\n\xC3\x9Cber = 2\n"),
        },
    )
    .of_key(b"\xDCber"),
    case(
        Kind::Latin1,
        "a section in Latin-1",
        b"[Buro]\nK=0\n[B\xFCro]\nK=1\n",
        Results {
            disable: Bytes(b"[Buro]\nK=0\n[B\xFCro]\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[Buro]\nK=0\n[B\xFCro]\nK=9\n"),
            remove: Bytes(b"[Buro]\nK=0\n[B\xFCro]\n"),
        },
    )
    .in_section(b"B\xFCro"),
    case(
        Kind::Latin1,
        "a no-break space is no blank, a next-line byte no line end",
        b"[S]\nK=\xA01\x85\xA0\nL=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=\xA01\x85\xA0\nL=2\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\nL=2\n"),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    ),
    // NUL bytes.
    case(
        Kind::Nul,
        "NUL amid the value",
        b"[S]\nK=a\0b\nL=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=a\0b\nL=2\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\nL=2\n"),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    ),
    case(
        Kind::Nul,
        "NULs in another line",
        b"[S]\n\0\0\0\0\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n\0\0\0\0\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\n\0\0\0\0\nK=9\n"),
            remove: Bytes(b"[S]\n\0\0\0\0\n"),
        },
    ),
    case(
        Kind::Nul,
        "NUL behind the header",
        b"[S]\0\nK=1\n",
        Results {
            disable: Bytes(b"[S]\0\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\0\nK=9\n"),
            remove: Bytes(b"[S]\0\n"),
        },
    ),
    case(
        Kind::Nul,
        "a key with NUL is another key",
        b"K\0=1\nK=2\n",
        Results {
            disable: Bytes(b"K\0=1\n# K=2\n"),
            enable: Original,
            set: Bytes(b"K\0=1\nK=9\n"),
            remove: Bytes(b"K\0=1\n"),
        },
    )
    .in_section(b""),
    case(
        Kind::Nul,
        "a value that would make it look like UTF-16",
        b"K\0=1\nL=2\n",
        Results {
            disable: Bytes(b"# K\0=1\nL=2\n"),
            enable: Original,
            set: Refused(Why::ChangesOtherLines),
            remove: Bytes(b"L=2\n"),
        },
    )
    .in_section(b"")
    .of_key(b"K\0")
    .to(b"\0"),
    // Blanks before the first word.
    case(
        Kind::Indentation,
        "spaces before the key",
        b"[S]\n  K=1\n  L=2\n",
        Results {
            disable: Bytes(b"[S]\n#   K=1\n  L=2\n"),
            enable: Original,
            set: Bytes(b"[S]\n  K=9\n  L=2\n"),
            remove: Bytes(b"[S]\n  L=2\n"),
        },
    ),
    case(
        Kind::Indentation,
        "tabs before and around the delimiter",
        b"[S]\n\tK\t=\t1\n",
        Results {
            disable: Bytes(b"[S]\n# \tK\t=\t1\n"),
            enable: Original,
            set: Bytes(b"[S]\n\tK\t=\t9\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::Indentation,
        "indented headers",
        b"  [S]\n    K=1\n  [T]\n    K=2\n",
        Results {
            disable: Bytes(b"  [S]\n#     K=1\n  [T]\n    K=2\n"),
            enable: Original,
            set: Bytes(b"  [S]\n    K=9\n  [T]\n    K=2\n"),
            remove: Bytes(b"  [S]\n  [T]\n    K=2\n"),
        },
    ),
    case(
        Kind::Indentation,
        "an indented marker",
        b"[S]\n  # K=1\n",
        Results {
            disable: Unchanged,
            enable: Bytes(b"[S]\n  K=1\n"),
            set: NotFound,
            remove: NotFound,
        },
    ),
    case(
        Kind::Indentation,
        "a tab behind the marker stays",
        b"[S]\n#\tK=1\n",
        Results {
            disable: Unchanged,
            enable: Bytes(b"[S]\n\tK=1\n"),
            set: NotFound,
            remove: NotFound,
        },
    ),
    // A comment behind the value.
    case(
        Kind::InlineComment,
        "a comment behind the value",
        b"[S]\nK=1 ; old\nL=2 # c\n",
        Results {
            disable: Bytes(b"[S]\n# K=1 ; old\nL=2 # c\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9 ; old\nL=2 # c\n"),
            remove: Bytes(b"[S]\nL=2 # c\n"),
        },
    ),
    case(
        Kind::InlineComment,
        "a marker without a blank before it belongs to the value",
        b"[S]\nK=1;2#3 # c\n",
        Results {
            disable: Bytes(b"[S]\n# K=1;2#3 # c\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9 # c\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::InlineComment,
        "blanks before the comment stay",
        b"[S]\nK = 1\t \t;old\n",
        Results {
            disable: Bytes(b"[S]\n# K = 1\t \t;old\n"),
            enable: Original,
            set: Bytes(b"[S]\nK = 9\t \t;old\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::InlineComment,
        "nothing but a comment behind the delimiter",
        b"[S]\nK=  ; none\n",
        Results {
            disable: Bytes(b"[S]\n# K=  ; none\n"),
            enable: Original,
            set: Bytes(b"[S]\nK= 9 ; none\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::InlineComment,
        "a value that would become a comment",
        b"[S]\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n"),
            enable: Original,
            set: Refused(Why::WouldNotReadBack),
            remove: Bytes(b"[S]\n"),
        },
    )
    .to(b"9 ; x"),
    case(
        Kind::InlineComment,
        "Python has no comment behind a value",
        b"[S]\nK=1 ; old\n",
        Results {
            disable: Bytes(b"[S]\n# K=1 ; old\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\n"),
            remove: Bytes(b"[S]\n"),
        },
    )
    .read_as(Family::Python),
    case(
        Kind::InlineComment,
        "git needs no blank before the comment",
        b"[S]\nK=1;old\n",
        Results {
            disable: Bytes(b"[S]\n# K=1;old\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9;old\n"),
            remove: Bytes(b"[S]\n"),
        },
    )
    .read_as(Family::Git),
    // A single word.
    case(
        Kind::BareKey,
        "a single word is a key",
        b"[S]\nK\nL=2\n",
        Results {
            disable: Bytes(b"[S]\n# K\nL=2\n"),
            enable: Original,
            set: Refused(Why::BareKey),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    ),
    case(
        Kind::BareKey,
        "a commented single word",
        b"[S]\n#K\nL=2\n",
        Results {
            disable: Unchanged,
            enable: Bytes(b"[S]\nK\nL=2\n"),
            set: NotFound,
            remove: NotFound,
        },
    ),
    case(
        Kind::BareKey,
        "blanks around the word",
        b"[S]\n K \t\n",
        Results {
            disable: Bytes(b"[S]\n#  K \t\n"),
            enable: Original,
            set: Refused(Why::BareKey),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::BareKey,
        "two words are no key",
        b"[S]\nK 1\nK ;c\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::BareKey,
        "once with and once without a value",
        b"[S]\nK\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n# K\n# K=1\n"),
            enable: Bytes(b"[S]\n# K\nK=1\n"),
            set: Refused(Why::Ambiguous),
            remove: Bytes(b"[S]\n"),
        },
    )
    .wanting(b"1"),
    case(
        Kind::BareKey,
        "Python reads no bare key",
        b"[S]\nK\nL=2\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    )
    .read_as(Family::Python),
    // No value, or an empty one.
    case(
        Kind::EmptyValue,
        "nothing behind the delimiter",
        b"[S]\nK=\nL=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=\nL=2\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\nL=2\n"),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    ),
    case(
        Kind::EmptyValue,
        "a blank behind the delimiter",
        b"[S]\nK = \nL=2\n",
        Results {
            disable: Bytes(b"[S]\n# K = \nL=2\n"),
            enable: Original,
            set: Bytes(b"[S]\nK = 9\nL=2\n"),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    ),
    case(
        Kind::EmptyValue,
        "a tab and CRLF behind the delimiter",
        b"[S]\r\nK:\t\r\n",
        Results {
            disable: Bytes(b"[S]\r\n# K:\t\r\n"),
            enable: Original,
            set: Bytes(b"[S]\r\nK:\t9\r\n"),
            remove: Bytes(b"[S]\r\n"),
        },
    ),
    case(
        Kind::EmptyValue,
        "a pair of quotes",
        b"[S]\nK=\"\"\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"\"\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=\"9\"\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::EmptyValue,
        "set to nothing",
        b"[S]\nK = 1 ; c\n",
        Results {
            disable: Bytes(b"[S]\n# K = 1 ; c\n"),
            enable: Original,
            set: Bytes(b"[S]\nK =  ; c\n"),
            remove: Bytes(b"[S]\n"),
        },
    )
    .to(b""),
    case(
        Kind::EmptyValue,
        "set to what it is",
        b"[S]\nK=\n",
        Results {
            disable: Bytes(b"[S]\n# K=\n"),
            enable: Original,
            set: Unchanged,
            remove: Bytes(b"[S]\n"),
        },
    )
    .to(b""),
    // The key more than once.
    case(
        Kind::DuplicateKeys,
        "twice",
        b"[S]\nK=1\nK=2\nL=3\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n# K=2\nL=3\n"),
            enable: Refused(Why::AmbiguousCommented),
            set: Refused(Why::Ambiguous),
            remove: Bytes(b"[S]\nL=3\n"),
        },
    ),
    case(
        Kind::DuplicateKeys,
        "twice, and the value tells them apart",
        b"[S]\nK=1\nL=3\nK=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\nL=3\n# K=2\n"),
            enable: Bytes(b"[S]\n# K=1\nL=3\nK=2\n"),
            set: Refused(Why::Ambiguous),
            remove: Bytes(b"[S]\nL=3\n"),
        },
    )
    .wanting(b"2"),
    case(
        Kind::DuplicateKeys,
        "twice the same line",
        b"[S]\nK=1\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n# K=1\n"),
            enable: Refused(Why::AmbiguousCommented),
            set: Refused(Why::Ambiguous),
            remove: Bytes(b"[S]\n"),
        },
    )
    .wanting(b"1"),
    case(
        Kind::DuplicateKeys,
        "twice, and neither has the value",
        b"[S]\nK=1\nK=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n# K=2\n"),
            enable: Refused(Why::NoCandidate),
            set: Refused(Why::Ambiguous),
            remove: Bytes(b"[S]\n"),
        },
    )
    .wanting(b"3"),
    case(
        Kind::DuplicateKeys,
        "commented, then active",
        b"[S]\n# K=1\nK=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n# K=2\n"),
            enable: Refused(Why::AmbiguousCommented),
            set: Bytes(b"[S]\n# K=1\nK=9\n"),
            remove: Bytes(b"[S]\n# K=1\n"),
        },
    ),
    // The section more than once.
    case(
        Kind::DuplicateSections,
        "the key is in one of two blocks",
        b"[S]\nK=1\n[T]\nK=2\n[S]\nL=3\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n[T]\nK=2\n[S]\nL=3\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\n[T]\nK=2\n[S]\nL=3\n"),
            remove: Bytes(b"[S]\n[T]\nK=2\n[S]\nL=3\n"),
        },
    ),
    case(
        Kind::DuplicateSections,
        "the key is in both blocks",
        b"[S]\nK=1\n[T]\nK=2\n[S]\nK=3\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n[T]\nK=2\n[S]\n# K=3\n"),
            enable: Refused(Why::AmbiguousCommented),
            set: Refused(Why::Ambiguous),
            remove: Bytes(b"[S]\n[T]\nK=2\n[S]\n"),
        },
    ),
    case(
        Kind::DuplicateSections,
        "blanks within the second header",
        b"[S]\nL=1\n[T]\nK=2\n[\tS ]\nK=3\n",
        Results {
            disable: Bytes(b"[S]\nL=1\n[T]\nK=2\n[\tS ]\n# K=3\n"),
            enable: Original,
            set: Bytes(b"[S]\nL=1\n[T]\nK=2\n[\tS ]\nK=9\n"),
            remove: Bytes(b"[S]\nL=1\n[T]\nK=2\n[\tS ]\n"),
        },
    ),
    case(
        Kind::DuplicateSections,
        "commented in one block, active in the other",
        b"[S]\n#K=1\n[S]\nK=2\n",
        Results {
            disable: Bytes(b"[S]\n#K=1\n[S]\n# K=2\n"),
            enable: Bytes(b"[S]\n#K=1\n[S]\nK=2\n"),
            set: Bytes(b"[S]\n#K=1\n[S]\nK=9\n"),
            remove: Bytes(b"[S]\n#K=1\n[S]\n"),
        },
    )
    .wanting(b"2"),
    // Lines before the first header.
    case(
        Kind::BeforeAnySection,
        "before the first header",
        b"K=1\n[S]\nK=2\n",
        Results {
            disable: Bytes(b"# K=1\n[S]\nK=2\n"),
            enable: Original,
            set: Bytes(b"K=9\n[S]\nK=2\n"),
            remove: Bytes(b"[S]\nK=2\n"),
        },
    )
    .in_section(b""),
    case(
        Kind::BeforeAnySection,
        "behind the first header",
        b"K=1\n[S]\nK=2\n",
        Results {
            disable: Bytes(b"K=1\n[S]\n# K=2\n"),
            enable: Original,
            set: Bytes(b"K=1\n[S]\nK=9\n"),
            remove: Bytes(b"K=1\n[S]\n"),
        },
    ),
    case(
        Kind::BeforeAnySection,
        "no header at all",
        b"L=0\nK=1\nM=2",
        Results {
            disable: Bytes(b"L=0\n# K=1\nM=2"),
            enable: Original,
            set: Bytes(b"L=0\nK=9\nM=2"),
            remove: Bytes(b"L=0\nM=2"),
        },
    )
    .in_section(b""),
    case(
        Kind::BeforeAnySection,
        "a header without a name is another section",
        b"K=1\n[]\nK=2\n",
        Results {
            disable: Bytes(b"# K=1\n[]\nK=2\n"),
            enable: Original,
            set: Bytes(b"K=9\n[]\nK=2\n"),
            remove: Bytes(b"[]\nK=2\n"),
        },
    )
    .in_section(b""),
    case(
        Kind::BeforeAnySection,
        "behind a header without a name",
        b"[ ]\nK=1\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    )
    .in_section(b""),
    // Headers that are not whole.
    case(
        Kind::BrokenHeader,
        "a header without its end ends no section",
        b"[S]\n[T\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n[T\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\n[T\nK=9\n"),
            remove: Bytes(b"[S]\n[T\n"),
        },
    ),
    case(
        Kind::BrokenHeader,
        "a header without its end starts none",
        b"[S\nK=1\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::BrokenHeader,
        "text behind the header",
        b"[S] and more\nK=1\n",
        Results {
            disable: Bytes(b"[S] and more\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S] and more\nK=9\n"),
            remove: Bytes(b"[S] and more\n"),
        },
    ),
    case(
        Kind::BrokenHeader,
        "a key behind the header is no key",
        b"[S] K=0\nK=1\n",
        Results {
            disable: Bytes(b"[S] K=0\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S] K=0\nK=9\n"),
            remove: Bytes(b"[S] K=0\n"),
        },
    ),
    case(
        Kind::BrokenHeader,
        "the first bracket ends the name",
        b"[S]]\nK=1\n[[S]\nK=2\n",
        Results {
            disable: Bytes(b"[S]]\n# K=1\n[[S]\nK=2\n"),
            enable: Original,
            set: Bytes(b"[S]]\nK=9\n[[S]\nK=2\n"),
            remove: Bytes(b"[S]]\n[[S]\nK=2\n"),
        },
    ),
    case(
        Kind::BrokenHeader,
        "a marker within the name",
        b"[S]\nK=0\n[S ; c]\nK=1\n",
        Results {
            disable: Bytes(b"[S]\nK=0\n[S ; c]\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=0\n[S ; c]\nK=9\n"),
            remove: Bytes(b"[S]\nK=0\n[S ; c]\n"),
        },
    )
    .in_section(b"S ; c"),
    case(
        Kind::BrokenHeader,
        "a commented header ends no section",
        b"[S]\n#[T]\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n#[T]\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\n#[T]\nK=9\n"),
            remove: Bytes(b"[S]\n#[T]\n"),
        },
    ),
    // Quotes around values.
    case(
        Kind::Quotes,
        "double quotes stay",
        b"[S]\nK=\"1\"\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"1\"\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=\"9\"\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::Quotes,
        "a marker between single quotes",
        b"[S]\nK='a ; b' ; c\n",
        Results {
            disable: Bytes(b"[S]\n# K='a ; b' ; c\n"),
            enable: Original,
            set: Bytes(b"[S]\nK='9' ; c\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::Quotes,
        "text behind the quotes makes them ordinary",
        b"[S]\nK=\"1\" x\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"1\" x\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::Quotes,
        "a quote that does not end",
        b"[S]\nK=\"1 ; c\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"1 ; c\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9 ; c\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::Quotes,
        "a blank at the start survives within quotes",
        b"[S]\nK=\"1\"\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"1\"\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=\" 9\"\n"),
            remove: Bytes(b"[S]\n"),
        },
    )
    .to(b" 9"),
    case(
        Kind::Quotes,
        "a blank at the start does not survive without",
        b"[S]\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n"),
            enable: Original,
            set: Refused(Why::WouldNotReadBack),
            remove: Bytes(b"[S]\n"),
        },
    )
    .to(b" 9"),
    case(
        Kind::Quotes,
        "a quote within quotes",
        b"[S]\nK=\"1\"\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"1\"\n"),
            enable: Original,
            set: Refused(Why::WouldNotReadBack),
            remove: Bytes(b"[S]\n"),
        },
    )
    .to(b"a\"b"),
    case(
        Kind::Quotes,
        "in Python quotes are ordinary",
        b"[S]\nK=\"1\"\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"1\"\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\n"),
            remove: Bytes(b"[S]\n"),
        },
    )
    .read_as(Family::Python),
    // Backslashes.
    case(
        Kind::Escapes,
        "a path that ends in a backslash",
        b"[S]\nK=C:\\var\\\nL=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=C:\\var\\\nL=2\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\nL=2\n"),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    ),
    case(
        Kind::Escapes,
        "a backslash before a marker",
        b"[S]\nK=a\\;b \\; c ; d\n",
        Results {
            disable: Bytes(b"[S]\n# K=a\\;b \\; c ; d\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9 ; d\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::Escapes,
        "a backslash before a quote",
        b"[S]\nK=\"a\\\"b\"\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"a\\\"b\"\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::Escapes,
        "letters behind backslashes are not decoded",
        b"[S]\nK=\\r\\n\n",
        Results {
            disable: Bytes(b"[S]\n# K=\\r\\n\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=\\t\\0\n"),
            remove: Bytes(b"[S]\n"),
        },
    )
    .to(b"\\t\\0"),
    case(
        Kind::Escapes,
        "a value that ends in a backslash would join lines in git",
        b"[S]\nK=1\nL=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\nL=2\n"),
            enable: Original,
            set: Refused(Why::WouldNotReadBack),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    )
    .read_as(Family::Git)
    .to(b"9\\"),
    // Values over several lines, in this family or another.
    case(
        Kind::Continuation,
        "a backslash joins nothing in stpd",
        b"[S]\nK=1 \\\n2\nL=3\n",
        Results {
            disable: Bytes(b"[S]\n# K=1 \\\n2\nL=3\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\n2\nL=3\n"),
            remove: Bytes(b"[S]\n2\nL=3\n"),
        },
    ),
    case(
        Kind::Continuation,
        "indentation joins nothing in stpd",
        b"[S]\nK=1\n  L=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n  L=2\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\n  L=2\n"),
            remove: Bytes(b"[S]\n  L=2\n"),
        },
    ),
    case(
        Kind::Continuation,
        "indentation in Python",
        b"[S]\nK=1\n  2\nL=3\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\n#   2\nL=3\n"),
            enable: Original,
            set: Refused(Why::Continued),
            remove: Bytes(b"[S]\nL=3\n"),
        },
    )
    .read_as(Family::Python),
    case(
        Kind::Continuation,
        "an indented line in Python belongs to the key above",
        b"[S]\nL=1\n  K=2\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    )
    .read_as(Family::Python),
    case(
        Kind::Continuation,
        "a backslash in systemd",
        b"[S]\nK=1 \\\n  2\nL=3\n",
        Results {
            disable: Bytes(b"[S]\n# K=1 \\\n#   2\nL=3\n"),
            enable: Original,
            set: Refused(Why::Continued),
            remove: Bytes(b"[S]\nL=3\n"),
        },
    )
    .read_as(Family::Systemd),
    case(
        Kind::Continuation,
        "a line behind a backslash in systemd is no key",
        b"[S]\nL=1 \\\nK=2\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    )
    .read_as(Family::Systemd),
    case(
        Kind::Continuation,
        "a backslash in git",
        b"[S]\nK=1 \\\n2 \\\n3\nL=4\n",
        Results {
            disable: Bytes(b"[S]\n# K=1 \\\n# 2 \\\n# 3\nL=4\n"),
            enable: Original,
            set: Refused(Why::Continued),
            remove: Bytes(b"[S]\nL=4\n"),
        },
    )
    .read_as(Family::Git),
    case(
        Kind::Continuation,
        "two backslashes join nothing in git",
        b"[S]\nK=1\\\\\nL=2\n",
        Results {
            disable: Bytes(b"[S]\n# K=1\\\\\nL=2\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\nL=2\n"),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    )
    .read_as(Family::Git),
    // Lines of 100 kB, and many lines.
    built(
        Kind::LongLine,
        "a value of 100 kB",
        long::value,
        Results {
            disable: Put { at: b"K=", new: b"# K=" },
            enable: Original,
            set: Bytes(b"[S]\nK=9\nL=2\n"),
            remove: Bytes(b"[S]\nL=2\n"),
        },
    ),
    built(
        Kind::LongLine,
        "a comment of 100 kB",
        long::comment,
        Results {
            disable: Put { at: b"\nK=1", new: b"\n# K=1" },
            enable: Original,
            set: Put { at: b"\nK=1", new: b"\nK=9" },
            remove: Put { at: b"\nK=1", new: b"" },
        },
    ),
    built(
        Kind::LongLine,
        "a key of 100 kB",
        long::key,
        Results {
            disable: Put { at: b"\nK=1", new: b"\n# K=1" },
            enable: Original,
            set: Put { at: b"\nK=1", new: b"\nK=9" },
            remove: Put { at: b"\nK=1", new: b"" },
        },
    ),
    built(
        Kind::LongLine,
        "a value full of keys",
        long::keys,
        Results {
            disable: Put { at: b"\nK=1\n", new: b"\n# K=1\n" },
            enable: Original,
            set: Put { at: b"\nK=1\n", new: b"\nK=9\n" },
            remove: Put { at: b"\nK=1\n", new: b"\n" },
        },
    ),
    built(
        Kind::LongLine,
        "blanks around the delimiter and behind the value",
        long::blanks,
        Results {
            disable: Put { at: b"K", new: b"# K" },
            enable: Original,
            set: Put { at: b"1", new: b"9" },
            remove: Bytes(b"[S]\nL=2\n"),
        },
    ),
    built(
        Kind::LongLine,
        "20 000 lines, every second like the key",
        long::lines,
        Results {
            disable: Put { at: b"\nK=1\n", new: b"\n# K=1\n" },
            enable: Original,
            set: Put { at: b"\nK=1\n", new: b"\nK=9\n" },
            remove: Put { at: b"\nK=1\n", new: b"\n" },
        },
    ),
    // Several lines that could be restored.
    case(
        Kind::CommentedCandidates,
        "two, and nothing tells them apart",
        b"[S]\n# K=1\n# K=2\n",
        Results {
            disable: Unchanged,
            enable: Refused(Why::AmbiguousCommented),
            set: NotFound,
            remove: NotFound,
        },
    ),
    case(
        Kind::CommentedCandidates,
        "two, and the value tells them apart",
        b"[S]\n# K=1\n#K=2\n",
        Results {
            disable: Unchanged,
            enable: Bytes(b"[S]\n# K=1\nK=2\n"),
            set: NotFound,
            remove: NotFound,
        },
    )
    .wanting(b"2"),
    case(
        Kind::CommentedCandidates,
        "two, and neither has the value",
        b"[S]\n# K=1\n# K=2\n",
        Results {
            disable: Unchanged,
            enable: Refused(Why::NoCandidate),
            set: NotFound,
            remove: NotFound,
        },
    )
    .wanting(b"3"),
    case(
        Kind::CommentedCandidates,
        "two with the same value",
        b"[S]\n# K=1\n; K = \"1\" ; c\n",
        Results {
            disable: Unchanged,
            enable: Refused(Why::AmbiguousCommented),
            set: NotFound,
            remove: NotFound,
        },
    )
    .wanting(b"1"),
    case(
        Kind::CommentedCandidates,
        "before and behind the active line",
        b"[S]\n#K=1\nK=2\n;K=3\n",
        Results {
            disable: Bytes(b"[S]\n#K=1\n# K=2\n;K=3\n"),
            enable: Original,
            set: Bytes(b"[S]\n#K=1\nK=9\n;K=3\n"),
            remove: Bytes(b"[S]\n#K=1\n;K=3\n"),
        },
    )
    .wanting(b"2"),
    case(
        Kind::CommentedCandidates,
        "one in each of two sections",
        b"[T]\n# K=2\n[S]\n# K=1\n",
        Results {
            disable: Unchanged,
            enable: Bytes(b"[T]\n# K=2\n[S]\nK=1\n"),
            set: NotFound,
            remove: NotFound,
        },
    ),
    // Lines that resemble the one meant.
    case(
        Kind::LookAlike,
        "the key starts other keys",
        b"[S]\nKK=0\nK_2=0\nK=1\nK.=2\n",
        Results {
            disable: Bytes(b"[S]\nKK=0\nK_2=0\n# K=1\nK.=2\n"),
            enable: Original,
            set: Bytes(b"[S]\nKK=0\nK_2=0\nK=9\nK.=2\n"),
            remove: Bytes(b"[S]\nKK=0\nK_2=0\nK.=2\n"),
        },
    ),
    case(
        Kind::LookAlike,
        "the key ends other keys",
        b"[S]\nKK=0\nMY_K=0\nMY K=0\nK=1\n",
        Results {
            disable: Bytes(b"[S]\nKK=0\nMY_K=0\nMY K=0\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\nKK=0\nMY_K=0\nMY K=0\nK=9\n"),
            remove: Bytes(b"[S]\nKK=0\nMY_K=0\nMY K=0\n"),
        },
    ),
    case(
        Kind::LookAlike,
        "the key in a value",
        b"[S]\nL=K=0\nM= K=0\nK=1\n",
        Results {
            disable: Bytes(b"[S]\nL=K=0\nM= K=0\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\nL=K=0\nM= K=0\nK=9\n"),
            remove: Bytes(b"[S]\nL=K=0\nM= K=0\n"),
        },
    ),
    case(
        Kind::LookAlike,
        "the key in comments",
        b"[S]\n# the K=0\nL=2 # K=0\nL=2 ;K=0\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n# the K=0\nL=2 # K=0\nL=2 ;K=0\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\n# the K=0\nL=2 # K=0\nL=2 ;K=0\nK=9\n"),
            remove: Bytes(b"[S]\n# the K=0\nL=2 # K=0\nL=2 ;K=0\n"),
        },
    ),
    case(
        Kind::LookAlike,
        "the key in other sections",
        b"[T]\nK=0\n[S]\nK=1\n[SS]\nK=2\n[S/S]\nK=3\n",
        Results {
            disable: Bytes(b"[T]\nK=0\n[S]\n# K=1\n[SS]\nK=2\n[S/S]\nK=3\n"),
            enable: Original,
            set: Bytes(b"[T]\nK=0\n[S]\nK=9\n[SS]\nK=2\n[S/S]\nK=3\n"),
            remove: Bytes(b"[T]\nK=0\n[S]\n[SS]\nK=2\n[S/S]\nK=3\n"),
        },
    ),
    case(
        Kind::LookAlike,
        "the header in a value and in a comment",
        b"[S]\nL=[T]\n# [T]\nL = ; [T]\nK=1\n",
        Results {
            disable: Bytes(b"[S]\nL=[T]\n# [T]\nL = ; [T]\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\nL=[T]\n# [T]\nL = ; [T]\nK=9\n"),
            remove: Bytes(b"[S]\nL=[T]\n# [T]\nL = ; [T]\n"),
        },
    ),
    case(
        Kind::LookAlike,
        "a colon is the first delimiter",
        b"[S]\nK:x=1\n",
        Results {
            disable: Bytes(b"[S]\n# K:x=1\n"),
            enable: Original,
            set: Bytes(b"[S]\nK:9\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::LookAlike,
        "a colon is no delimiter here",
        b"[S]\nK:x=1\nK:1\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    )
    .read_as(Family::Generic),
    case(
        Kind::LookAlike,
        "the ports of stpd",
        b"[STPD_Server]\nSTPD_HTTP_PORT=11000\nSTPD_PORT_OLD=1\n\
              STPD_PORT=11001\nSTPD_HTTPS_PORT=11443\n",
        Results {
            disable: Put { at: b"STPD_PORT=1", new: b"# STPD_PORT=1" },
            enable: Original,
            set: Put { at: b"11001", new: b"12001" },
            remove: Bytes(
                b"[STPD_Server]\nSTPD_HTTP_PORT=11000\nSTPD_PORT_OLD=1\n\
              STPD_HTTPS_PORT=11443\n",
            ),
        },
    )
    .in_section(b"STPD_Server")
    .of_key(b"STPD_PORT")
    .to(b"12001"),
    // Upper and lower case.
    case(
        Kind::CaseVariant,
        "a key in lower case is another key",
        b"[S]\nk=0\nK=1\n",
        Results {
            disable: Bytes(b"[S]\nk=0\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\nk=0\nK=9\n"),
            remove: Bytes(b"[S]\nk=0\n"),
        },
    ),
    case(
        Kind::CaseVariant,
        "a section in lower case is another section",
        b"[s]\nK=0\n[S]\nK=1\n",
        Results {
            disable: Bytes(b"[s]\nK=0\n[S]\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[s]\nK=0\n[S]\nK=9\n"),
            remove: Bytes(b"[s]\nK=0\n[S]\n"),
        },
    ),
    case(
        Kind::CaseVariant,
        "only in other case",
        b"[s]\nK=0\n[S]\nk=0\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::CaseVariant,
        "both count where case is ignored",
        b"[s]\nk=0\n[S]\nK=1\n",
        Results {
            disable: Bytes(b"[s]\n# k=0\n[S]\n# K=1\n"),
            enable: Refused(Why::AmbiguousCommented),
            set: Refused(Why::Ambiguous),
            remove: Bytes(b"[s]\n[S]\n"),
        },
    )
    .ignoring_case(),
    case(
        Kind::CaseVariant,
        "the case in the text stays",
        b"[STPD_SERVER]\nStpd_Port = 11001\n",
        Results {
            disable: Bytes(b"[STPD_SERVER]\n# Stpd_Port = 11001\n"),
            enable: Original,
            set: Bytes(b"[STPD_SERVER]\nStpd_Port = 9\n"),
            remove: Bytes(b"[STPD_SERVER]\n"),
        },
    )
    .in_section(b"STPD_Server")
    .of_key(b"STPD_PORT")
    .ignoring_case(),
    case(
        Kind::CaseVariant,
        "only ASCII letters have case",
        b"[S]\n\xC4=1\n\xC3\x84=2\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    )
    .of_key(b"\xE4")
    .ignoring_case(),
    // Lines that are no INI at all.
    case(
        Kind::Garbage,
        "bytes that are no text",
        b"[S]\n\x01\x02\xFF\xFE\x7F\nK=1\n\xC0\x80\n",
        Results {
            disable: Bytes(b"[S]\n\x01\x02\xFF\xFE\x7F\n# K=1\n\xC0\x80\n"),
            enable: Original,
            set: Bytes(b"[S]\n\x01\x02\xFF\xFE\x7F\nK=9\n\xC0\x80\n"),
            remove: Bytes(b"[S]\n\x01\x02\xFF\xFE\x7F\n\xC0\x80\n"),
        },
    ),
    case(
        Kind::Garbage,
        "values without a key",
        b"[S]\n= 1\n=\n  :K\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n= 1\n=\n  :K\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\n= 1\n=\n  :K\nK=9\n"),
            remove: Bytes(b"[S]\n= 1\n=\n  :K\n"),
        },
    ),
    case(
        Kind::Garbage,
        "brackets alone",
        b"[S]\n]\n[\n[[\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n]\n[\n[[\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\n]\n[\n[[\nK=9\n"),
            remove: Bytes(b"[S]\n]\n[\n[[\n"),
        },
    ),
    case(
        Kind::Garbage,
        "other formats around",
        b"<?xml version=\"1.0\"?>\n{ \"K\": 0 }\n[S]\nK=1\n</xml>\n",
        Results {
            disable: Bytes(b"<?xml version=\"1.0\"?>\n{ \"K\": 0 }\n[S]\n# K=1\n</xml>\n"),
            enable: Original,
            set: Bytes(b"<?xml version=\"1.0\"?>\n{ \"K\": 0 }\n[S]\nK=9\n</xml>\n"),
            remove: Bytes(b"<?xml version=\"1.0\"?>\n{ \"K\": 0 }\n[S]\n</xml>\n"),
        },
    ),
    // The end-of-file byte of DOS.
    case(
        Kind::ControlZ,
        "behind the last line",
        b"[S]\r\nK=1\r\n\x1A",
        Results {
            disable: Bytes(b"[S]\r\n# K=1\r\n\x1A"),
            enable: Original,
            set: Bytes(b"[S]\r\nK=9\r\n\x1A"),
            remove: Bytes(b"[S]\r\n\x1A"),
        },
    ),
    case(
        Kind::ControlZ,
        "at the end of the value",
        b"[S]\nK=1\x1A",
        Results {
            disable: Bytes(b"[S]\n# K=1\x1A"),
            enable: Original,
            set: Bytes(b"[S]\nK=9"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::ControlZ,
        "before the key",
        b"[S]\n\x1AK=1\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::ControlZ,
        "lines follow it",
        b"[S]\nL=0\n\x1A\nK=1\n",
        Results {
            disable: Bytes(b"[S]\nL=0\n\x1A\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\nL=0\n\x1A\nK=9\n"),
            remove: Bytes(b"[S]\nL=0\n\x1A\n"),
        },
    ),
    // An unterminated last line.
    case(
        Kind::NoFinalNewline,
        "the key is the last line",
        b"[S]\nK=1",
        Results {
            disable: Bytes(b"[S]\n# K=1"),
            enable: Original,
            set: Bytes(b"[S]\nK=9"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::NoFinalNewline,
        "the key is the only line",
        b"K=1",
        Results {
            disable: Bytes(b"# K=1"),
            enable: Original,
            set: Bytes(b"K=9"),
            remove: Bytes(b""),
        },
    )
    .in_section(b""),
    case(
        Kind::NoFinalNewline,
        "another key is the last line",
        b"[S]\nK=1\nL=2",
        Results {
            disable: Bytes(b"[S]\n# K=1\nL=2"),
            enable: Original,
            set: Bytes(b"[S]\nK=9\nL=2"),
            remove: Bytes(b"[S]\nL=2"),
        },
    ),
    case(
        Kind::NoFinalNewline,
        "a commented key is the last line",
        b"[S]\n#K=1",
        Results { disable: Unchanged, enable: Bytes(b"[S]\nK=1"), set: NotFound, remove: NotFound },
    ),
    case(
        Kind::NoFinalNewline,
        "a delimiter is the last byte",
        b"[S]\nK =",
        Results {
            disable: Bytes(b"[S]\n# K ="),
            enable: Original,
            set: Bytes(b"[S]\nK =9"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    case(
        Kind::NoFinalNewline,
        "a header is the last line",
        b"K=1\n[S]",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    // Blanks at the end of lines.
    case(
        Kind::TrailingBlanks,
        "behind the value",
        b"[S]\nK=1  \t\nL=2 \n",
        Results {
            disable: Bytes(b"[S]\n# K=1  \t\nL=2 \n"),
            enable: Original,
            set: Bytes(b"[S]\nK=9  \t\nL=2 \n"),
            remove: Bytes(b"[S]\nL=2 \n"),
        },
    ),
    case(
        Kind::TrailingBlanks,
        "behind the header and the comment",
        b"[S]  \nK = 1 ; c  \n",
        Results {
            disable: Bytes(b"[S]  \n# K = 1 ; c  \n"),
            enable: Original,
            set: Bytes(b"[S]  \nK = 9 ; c  \n"),
            remove: Bytes(b"[S]  \n"),
        },
    ),
    case(
        Kind::TrailingBlanks,
        "lines of nothing else",
        b"[S]\n \t\nK=1\n   \n",
        Results {
            disable: Bytes(b"[S]\n \t\n# K=1\n   \n"),
            enable: Original,
            set: Bytes(b"[S]\n \t\nK=9\n   \n"),
            remove: Bytes(b"[S]\n \t\n   \n"),
        },
    ),
    case(
        Kind::TrailingBlanks,
        "behind closing quotes",
        b"[S]\nK=\"1\" \t\n",
        Results {
            disable: Bytes(b"[S]\n# K=\"1\" \t\n"),
            enable: Original,
            set: Bytes(b"[S]\nK=\"9\" \t\n"),
            remove: Bytes(b"[S]\n"),
        },
    ),
    // More than one comment marker.
    case(
        Kind::DoubleMarker,
        "two markers hide no key",
        b"[S]\n##K=1\n## K=2\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::DoubleMarker,
        "two different markers hide no key",
        b"[S]\n#;K=1\n;#K=2\n# # K=3\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::DoubleMarker,
        "beside the active line",
        b"[S]\n##K=0\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n##K=0\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\n##K=0\nK=9\n"),
            remove: Bytes(b"[S]\n##K=0\n"),
        },
    ),
    case(
        Kind::DoubleMarker,
        "beside a line with one marker",
        b"[S]\n##K=0\n#K=1\n",
        Results {
            disable: Unchanged,
            enable: Bytes(b"[S]\n##K=0\nK=1\n"),
            set: NotFound,
            remove: NotFound,
        },
    ),
    // Sentences in comments.
    case(
        Kind::Prose,
        "a sentence that starts with the key",
        b"[S]\n# K is the port\nK=1\n",
        Results {
            disable: Bytes(b"[S]\n# K is the port\n# K=1\n"),
            enable: Original,
            set: Bytes(b"[S]\n# K is the port\nK=9\n"),
            remove: Bytes(b"[S]\n# K is the port\n"),
        },
    ),
    case(
        Kind::Prose,
        "a sentence alone",
        b"[S]\n# K is the port\n; see K\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::Prose,
        "an assignment within a sentence",
        b"[S]\n# set K = 1 here\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    ),
    case(
        Kind::Prose,
        "a sentence that reads as a key with a colon",
        b"[S]\n# K: the port\n",
        Results {
            disable: Unchanged,
            enable: Bytes(b"[S]\nK: the port\n"),
            set: NotFound,
            remove: NotFound,
        },
    ),
    case(
        Kind::Prose,
        "the same sentence where a colon is no delimiter",
        b"[S]\n# K: the port\n",
        Results { disable: NotFound, enable: NotFound, set: NotFound, remove: NotFound },
    )
    .read_as(Family::Generic),
];

/// Texts that are too long to write down.
mod long {
    const LEN: usize = 100_000;

    pub(super) fn value() -> Vec<u8> {
        [b"[S]\nK=", vec![b'x'; LEN].as_slice(), b"\nL=2\n"].concat()
    }

    pub(super) fn comment() -> Vec<u8> {
        [b"; ", vec![b'='; LEN].as_slice(), b"\n[S]\nK=1\nL=2\n"].concat()
    }

    pub(super) fn key() -> Vec<u8> {
        [b"[S]\n", vec![b'K'; LEN].as_slice(), b"=0\nK=1\nL=2\n"].concat()
    }

    pub(super) fn keys() -> Vec<u8> {
        [b"[S]\nL=", b"K=0 ".repeat(LEN / 4).as_slice(), b"\nK=1\nM=2\n"].concat()
    }

    pub(super) fn blanks() -> Vec<u8> {
        let blanks = vec![b' '; LEN];
        [b"[S]\nK", blanks.as_slice(), b"=", &blanks, b"1", &blanks, b"\nL=2\n"].concat()
    }

    pub(super) fn lines() -> Vec<u8> {
        [b"[S]\n", b"KK=0\nL=K=0\n".repeat(10_000).as_slice(), b"K=1\nM=2\n"].concat()
    }
}
