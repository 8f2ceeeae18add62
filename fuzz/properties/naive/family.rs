//! What differs between the five families, and how one line reads in each.

use sesam_transport::ini::Dialect;

/// How a line reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    Blank,
    Comment,
    /// With its name.
    Header(Vec<u8>),
    /// With its decoded value.
    Key(Vec<u8>, Vec<u8>),
    Bare(Vec<u8>),
    Continuation,
    Other,
}

#[derive(Clone, Copy, PartialEq)]
enum Inline {
    Never,
    AfterBlank,
    OutsideQuotes,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Folding {
    Never,
    Deeper,
    Backslash { past_comments: bool },
}

#[derive(Clone, Copy)]
pub(super) struct Family {
    delimiters: &'static [u8],
    quotes: &'static [u8],
    inline: Inline,
    bare: bool,
    pub(super) folding: Folding,
    /// Whether the family ignores case in sections, and in keys.
    pub(super) caseless: (bool, bool),
}

impl Family {
    pub(super) fn of(dialect: Dialect) -> Self {
        let stpd = Self {
            delimiters: b"=:",
            quotes: b"\"'",
            inline: Inline::AfterBlank,
            bare: true,
            folding: Folding::Never,
            caseless: (false, false),
        };
        let plain = Self { quotes: b"", inline: Inline::Never, bare: false, ..stpd };
        let families = [
            (Dialect::stpd(), stpd),
            (Dialect::generic(), Self { delimiters: b"=", ..stpd }),
            (
                Dialect::python(),
                Self { folding: Folding::Deeper, caseless: (false, true), ..plain },
            ),
            (
                Dialect::systemd(),
                Self {
                    delimiters: b"=",
                    folding: Folding::Backslash { past_comments: true },
                    ..plain
                },
            ),
            (
                Dialect::git(),
                Self {
                    delimiters: b"=",
                    quotes: b"\"",
                    inline: Inline::OutsideQuotes,
                    bare: true,
                    folding: Folding::Backslash { past_comments: false },
                    caseless: (true, true),
                },
            ),
        ];
        families.into_iter().find(|family| family.0 == dialect).expect("one of the five").1
    }

    /// How a line reads if those above it do not matter.
    pub(super) fn reads(self, content: &[u8]) -> Reads {
        let text = trimmed(without_line_end(content));
        match text.first() {
            None => Reads::Blank,
            Some(b'#' | b';') => Reads::Comment,
            Some(b'[') => match text.iter().position(|byte| *byte == b']') {
                Some(close) => Reads::Header(trimmed(&text[1..close]).to_vec()),
                None => Reads::Other,
            },
            Some(_) => match self.parts(content) {
                Some(parts) if parts.key.is_empty() => Reads::Other,
                Some(parts) => Reads::Key(parts.key, parts.value),
                None if self.bare && !text.iter().copied().any(is_blank) => {
                    Reads::Bare(text.to_vec())
                }
                None => Reads::Other,
            },
        }
    }

    /// How the text of a comment reads behind its one marker.
    pub(super) fn reads_hidden(self, content: &[u8]) -> Reads {
        let text = trimmed(content);
        self.reads(text.get(1..).unwrap_or_default())
    }

    /// A line with a delimiter, cut into its parts.
    pub(super) fn parts(self, content: &[u8]) -> Option<Parts> {
        let at = content.iter().position(|byte| self.delimiters.contains(byte))?;
        let (before, raw) = (&content[..at], &content[at + 1..]);
        let indent = blanks(before);
        let key = trimmed(before);
        let (skipped, value, has_comment) = self.value(raw);
        let start = at + 1 + skipped;
        let is_quoted = skipped > 0 && self.quotes.contains(&raw[skipped - 1]);
        Some(Parts {
            indent: before[..indent].to_vec(),
            key: key.to_vec(),
            delimiter: content[indent + key.len()..start - usize::from(is_quoted)].to_vec(),
            before: content[..start].to_vec(),
            value: value.to_vec(),
            after: content[start + value.len()..].to_vec(),
            has_comment,
        })
    }

    /// The bytes that stand before the value, the value, and whether a comment follows.
    fn value(self, raw: &[u8]) -> (usize, &[u8], bool) {
        let start = blanks(raw);
        let text = without_line_end(&raw[start..]);
        if let Some((quote, rest)) = text.split_first()
            && self.quotes.contains(quote)
            && let Some(close) = rest.iter().position(|byte| byte == quote)
        {
            let behind = &rest[close + 1..];
            let is_marked = matches!(trimmed(behind).first(), Some(b'#' | b';'));
            let is_parted = blanks(behind) > 0 || self.inline == Inline::OutsideQuotes;
            let has_comment = is_marked && is_parted && self.inline != Inline::Never;
            if trimmed(behind).is_empty() || has_comment {
                return (start + 1, &rest[..close], has_comment);
            }
        }
        match self.marker(raw) {
            None => (start, text, false),
            Some(marker) if start < marker => (start, trimmed(&raw[start..marker]), true),
            // Empty; one blank belongs to the comment.
            Some(marker) => (marker.saturating_sub(1), b"", true),
        }
    }

    /// Where the comment behind a value starts.
    fn marker(self, raw: &[u8]) -> Option<usize> {
        let (mut is_quoted, mut is_escaped) = (false, false);
        for (at, byte) in raw.iter().enumerate() {
            let is_marker = matches!(byte, b'#' | b';');
            let starts = match self.inline {
                Inline::Never => false,
                Inline::AfterBlank => is_marker && at > 0 && is_blank(raw[at - 1]),
                Inline::OutsideQuotes => is_marker && !is_quoted && !is_escaped,
            };
            if starts {
                return Some(at);
            }
            is_quoted ^= *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
        }
        None
    }
}

/// Whether this text can stand in one line.
pub(super) fn is_one_line(text: &[u8]) -> bool {
    !text.contains(&b'\r') && !text.contains(&b'\n')
}

/// A key line; `before`, `value` and `after` are all of it.
pub(super) struct Parts {
    pub(super) indent: Vec<u8>,
    pub(super) key: Vec<u8>,
    /// With the blanks on both sides.
    pub(super) delimiter: Vec<u8>,
    pub(super) before: Vec<u8>,
    pub(super) value: Vec<u8>,
    pub(super) after: Vec<u8>,
    pub(super) has_comment: bool,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(super) fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_blank(**byte)).count()
}

fn trimmed(text: &[u8]) -> &[u8] {
    let text = &text[blanks(text)..];
    &text[..text.len() - text.iter().rev().take_while(|byte| is_blank(**byte)).count()]
}

/// CRs at the end of a line count as blanks.
fn without_line_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t' | b'\r'] = text {
        text = rest;
    }
    text
}

pub(super) fn ends_in_backslash(text: &[u8]) -> bool {
    text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}
