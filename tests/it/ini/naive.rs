//! A second reader of the stpd family, as plain as it can be: one line after the other.

use std::ops::Range;

use sesam_transport::ini::{Document, Match, Occurrence};

/// A line with a key.
#[derive(Debug, PartialEq, Eq)]
struct Found<'t> {
    line: Range<usize>,
    number: usize,
    active: bool,
    key: &'t [u8],
    /// None for a bare key.
    value: Option<&'t [u8]>,
}

/// The document, read as stpd reads, has that key exactly where this reader sees it.
pub(crate) fn agrees(document: &Document<'_>, section: &[u8], key: &[u8], any_case: bool) {
    let names = if any_case { Match::IgnoreCase } else { Match::Exact };
    let found = document.occurrences(section, key, names);
    let found: Vec<_> = found.map(|found| Found::from(&found)).collect();
    let text = document.to_bytes();
    let expected = lines_with(text, section, key, any_case);
    assert_eq!(found, expected, "{} in [{}]", text.escape_ascii(), section.escape_ascii());
}

impl<'t> From<&Occurrence<'t>> for Found<'t> {
    fn from(found: &Occurrence<'t>) -> Self {
        Found {
            line: found.span().start..found.span().end,
            number: found.line(),
            active: found.is_active(),
            key: found.key(),
            value: found.value(),
        }
    }
}

fn lines_with<'t>(text: &'t [u8], section: &[u8], key: &[u8], any_case: bool) -> Vec<Found<'t>> {
    let same = |one: &[u8], other: &[u8]| {
        if any_case { one.eq_ignore_ascii_case(other) } else { one == other }
    };
    let (mut inside, mut found) = (section.is_empty(), Vec::new());
    for (index, line) in lines(text).into_iter().enumerate() {
        let content = trimmed(&text[line.clone()]);
        if content.starts_with(b"[") {
            if let Some(end) = content.iter().position(|byte| *byte == b']') {
                inside =
                    !section.is_empty() && same(trimmed_but_for_crs(&content[1..end]), section);
            }
            continue;
        }
        let active = !matches!(content, [b'#' | b';', ..]);
        let content = if active { content } else { trimmed(&content[1..]) };
        if let Some((read, value)) = key_and_value(content)
            && inside
            && same(read, key)
        {
            found.push(Found { line, number: index + 1, active, key: read, value });
        }
    }
    found
}

/// Each line with its terminator, behind a byte order mark.
fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let newline = if text.contains(&b'\n') { b'\n' } else { b'\r' };
    let mut start = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let mut lines = Vec::new();
    while start < text.len() {
        let len = text[start..].iter().position(|byte| *byte == newline);
        let end = len.map_or(text.len(), |len| start + len + 1);
        lines.push(start..end);
        start = end;
    }
    lines
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Without blanks at the start, and without blanks and ends of lines at the end.
fn trimmed(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_blank(*byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_blank(*byte) && !b"\r\n".contains(byte));
    end.filter(|end| *end >= start).map_or(&[], |end| &text[start..=end])
}

fn key_and_value(content: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    if matches!(content, [] | [b'[' | b'#' | b';' | b'=' | b':', ..]) {
        return None;
    }
    match content.iter().position(|byte| b"=:".contains(byte)) {
        Some(at) => {
            let end = content[..at].iter().rposition(|byte| !is_blank(*byte))?;
            Some((&content[..=end], Some(value(&content[at + 1..]))))
        }
        None => (!content.iter().any(|byte| is_blank(*byte))).then_some((content, None)),
    }
}

fn value(raw: &[u8]) -> &[u8] {
    let whole = trimmed(raw);
    if let [quote @ (b'"' | b'\''), rest @ ..] = whole
        && let Some(end) = rest.iter().position(|byte| byte == quote)
        && let behind = &rest[end + 1..]
        && (behind.is_empty() || (is_blank(behind[0]) && is_comment(trimmed(behind))))
    {
        return &rest[..end];
    }
    let comment = (1..raw.len()).find(|at| is_blank(raw[at - 1]) && is_comment(&raw[*at..]));
    comment.map_or(whole, |at| trimmed_but_for_crs(&raw[..at]))
}

fn is_comment(text: &[u8]) -> bool {
    matches!(text, [b'#' | b';', ..])
}

/// A CR before a comment or a bracket is not at the end of the line, and so no blank.
fn trimmed_but_for_crs(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_blank(*byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_blank(*byte));
    end.map_or(&[], |end| &text[start..=end])
}
