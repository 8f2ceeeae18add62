//! A model of the rewriter that is slow and meant to be obviously right.
//!
//! A text is a list of lines, and it is read again from its first byte for every question. Nothing here knows of
//! spans, and nothing is shared with the library but the names of edits and outcomes and which of the five families
//! is meant.
//!
//! Everything is modelled for every family: classes, sections, keys, values, and each edit with its refusals. Not
//! modelled are columns, findings, the words of a message, and how a patch parts its hunks. Where values run over
//! lines, which comments below a commented key belong to it is a convention of the library, and is only restated.

mod edits;
mod family;

use sesam_transport::ini::{Dialect, Match, Target};

pub(crate) use edits::Decided;
pub(crate) use family::Reads;
use family::{Family, Folding, blanks, ends_in_backslash};

/// A key where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its line, counted from 0.
    pub(crate) line: usize,
    pub(crate) active: bool,
    pub(crate) key: Vec<u8>,
    /// None for a bare key.
    pub(crate) value: Option<Vec<u8>>,
    /// The lines over which the value goes on.
    pub(crate) more: Vec<usize>,
}

/// A header and what follows it; the first block has no header.
pub(crate) struct Block {
    /// The line and the name.
    pub(crate) header: Option<(usize, Vec<u8>)>,
    pub(crate) keys: Vec<Found>,
}

/// Whether the bytes start with a mark, and whether lines can be told apart in them.
fn encoding(bytes: &[u8]) -> (bool, bool) {
    let is_wide = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 0, 0xFE, 0xFF, ..] => true,
        [a, b, c, d, ..] => {
            let is_data = [*a != 0, *b != 0, *c != 0, *d != 0];
            let wide = ["x0x0", "0x0x", "x000", "000x"];
            wide.iter().any(|wide| wide.bytes().map(|byte| byte == b'x').eq(is_data))
        }
        _ => false,
    };
    (bytes.starts_with(b"\xEF\xBB\xBF"), !is_wide)
}

/// A line without and with what ends it.
#[derive(Clone)]
struct Line {
    content: Vec<u8>,
    end: Vec<u8>,
}

impl Line {
    fn new(content: &[u8], end: &[u8]) -> Self {
        Self { content: content.to_vec(), end: end.to_vec() }
    }
}

/// A text as lines.
pub(crate) struct Text {
    bytes: Vec<u8>,
    family: Family,
    mark: Vec<u8>,
    lines: Vec<Line>,
}

impl Text {
    pub(crate) fn read(bytes: &[u8], dialect: Dialect) -> Self {
        Self::of(bytes, Family::of(dialect))
    }

    fn of(bytes: &[u8], family: Family) -> Self {
        let (has_mark, _) = encoding(bytes);
        let (mark, mut rest) = bytes.split_at(if has_mark { 3 } else { 0 });
        let last = if rest.contains(&b'\n') { b'\n' } else { b'\r' };
        let mut lines = Vec::new();
        while let Some(at) = rest.iter().position(|byte| *byte == last) {
            let (line, behind) = rest.split_at(at + 1);
            let end = if line.ends_with(b"\r\n") { 2 } else { 1 };
            let (content, end) = line.split_at(line.len() - end);
            lines.push(Line::new(content, end));
            rest = behind;
        }
        if !rest.is_empty() {
            lines.push(Line::new(rest, b""));
        }
        Self { bytes: bytes.to_vec(), family, mark: mark.to_vec(), lines }
    }

    /// How each line reads, and the line that a continuation belongs to.
    pub(crate) fn reads(&self) -> Vec<(Reads, Option<usize>)> {
        if !encoding(&self.bytes).1 {
            return vec![(Reads::Other, None)];
        }
        let mut all: Vec<(Reads, Option<usize>)> = Vec::new();
        // The last line that stands for itself, and whether a backslash at the end of a line waits for another.
        let (mut head, mut is_open) = (None, false);
        for (index, Line { content, .. }) in self.lines.iter().enumerate() {
            let alone = self.family.reads(content);
            let belongs = match self.family.folding {
                Folding::Never => false,
                Folding::Deeper => {
                    let is_key =
                        |head: usize| matches!(all[head].0, Reads::Key(..) | Reads::Bare(_));
                    let is_deeper =
                        |head: usize| blanks(content) > blanks(&self.lines[head].content);
                    !matches!(alone, Reads::Blank | Reads::Comment)
                        && head.is_some_and(|head| is_key(head) && is_deeper(head))
                }
                Folding::Backslash { past_comments } => {
                    is_open && !(past_comments && alone == Reads::Comment)
                }
            };
            if belongs {
                is_open = ends_in_backslash(content);
                all.push((Reads::Continuation, head));
                continue;
            }
            match &alone {
                Reads::Blank | Reads::Comment => {}
                _ => {
                    head = Some(index);
                    is_open = self.is_joined(content, &alone);
                }
            }
            all.push((alone, None));
        }
        all
    }

    /// Whether the backslash at the end of a line is neither in a header nor in a comment.
    fn is_joined(&self, content: &[u8], reads: &Reads) -> bool {
        if !matches!(self.family.folding, Folding::Backslash { .. }) {
            return false;
        }
        let has_comment = self.family.parts(content).is_some_and(|parts| parts.has_comment);
        match reads {
            Reads::Header(_) => false,
            Reads::Key(..) => !has_comment && ends_in_backslash(content),
            _ => ends_in_backslash(content),
        }
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = vec![Block { header: None, keys: Vec::new() }];
        let reads = self.reads();
        for (line, (read, _)) in reads.iter().enumerate() {
            let active = *read != Reads::Comment;
            let shown = if active {
                read.clone()
            } else {
                self.family.reads_hidden(&self.lines[line].content)
            };
            let (key, value) = match shown {
                Reads::Header(name) if active => {
                    blocks.push(Block { header: Some((line, name)), keys: Vec::new() });
                    continue;
                }
                Reads::Key(key, value) => (key, Some(value)),
                Reads::Bare(key) => (key, None),
                _ => continue,
            };
            let more = if active {
                (0..reads.len()).filter(|other| reads[*other].1 == Some(line)).collect()
            } else {
                self.hidden_more(&reads, line)
            };
            let block = blocks.last_mut().expect("there is a first one");
            block.keys.push(Found { line, active, key, value, more });
        }
        blocks
    }

    /// The comments right below a commented key that would belong to it.
    fn hidden_more(&self, reads: &[(Reads, Option<usize>)], line: usize) -> Vec<usize> {
        let indent = |line: usize| blanks(&restored(&self.lines[line].content));
        let goes_on = |other: &usize| match self.family.folding {
            _ if reads[*other].0 != Reads::Comment => false,
            Folding::Never => false,
            Folding::Deeper => {
                let content = &self.lines[*other].content;
                let hides = self.family.reads(&restored(content));
                content.starts_with(b"# ")
                    && !matches!(hides, Reads::Blank | Reads::Comment)
                    && indent(*other) > indent(line)
            }
            Folding::Backslash { .. } => {
                self.lines[*other].content.starts_with(b"# ")
                    && ends_in_backslash(&self.lines[*other - 1].content)
            }
        };
        (line + 1..reads.len()).take_while(goes_on).collect()
    }

    fn named(&self, target: &Target<'_>) -> Vec<Block> {
        let (is_caseless, _) = self.family.caseless;
        let is_named = |block: &Block| match &block.header {
            None => target.section.is_empty(),
            Some((_, name)) => {
                !target.section.is_empty()
                    && is_same(target.names, is_caseless, name, target.section)
            }
        };
        self.blocks().into_iter().filter(is_named).collect()
    }

    fn found(&self, target: &Target<'_>, active: bool) -> Vec<Found> {
        let (_, is_caseless) = self.family.caseless;
        let keys = self.named(target).into_iter().flat_map(|block| block.keys);
        keys.filter(|found| found.active == active)
            .filter(|found| is_same(target.names, is_caseless, &found.key, target.key))
            .collect()
    }
}

fn is_same(names: Match, is_caseless: bool, one: &[u8], other: &[u8]) -> bool {
    match names {
        Match::IgnoreCase => one.eq_ignore_ascii_case(other),
        Match::Family if is_caseless => one.eq_ignore_ascii_case(other),
        Match::Exact | Match::Family => one == other,
    }
}

/// A comment without its marker and one space behind it.
fn restored(content: &[u8]) -> Vec<u8> {
    let (indent, text) = content.split_at(blanks(content));
    let behind = text.get(1..).unwrap_or_default();
    [indent, behind.strip_prefix(b" ").unwrap_or(behind)].concat()
}
