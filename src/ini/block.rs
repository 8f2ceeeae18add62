//! Section blocks: where headers are, found without reading the lines between them.

use super::entry::Entry;
use super::line::{Class, header_name, len_before_blanks};
use super::mask::len_before;
use super::scan::Lines;
use super::span::Span;
use super::text::Text;

/// A header with the lines up to the next one, or the lines before the first header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    /// The header; none for the lines before the first one.
    pub(super) header: Option<Header>,
    /// The lines behind the header.
    pub(super) body: Span,
}

impl Block {
    /// The block with that header, or without one, up to `end`.
    pub(super) fn new(text: &Text<'_>, header: Option<Header>, end: usize) -> Self {
        let start = header.map_or(text.body().start, |header| header.line(text).end);
        Self { header, body: Span::new(start, end) }
    }

    /// The name in the header; none for the lines before the first header.
    pub(super) fn name<'a>(&self, text: &Text<'a>) -> Option<&'a [u8]> {
        self.header.map(|header| header.name.of(text.bytes()))
    }

    /// Where the block starts, its header included.
    pub(super) fn start(&self) -> usize {
        self.header.map_or(self.body.start, |header| header.start)
    }

    /// The lines behind the header, the first of which has the number.
    pub(super) fn lines<'a>(&self, text: &Text<'a>, first: usize) -> Lines<'a> {
        // Nothing carries on behind a header, so that the lines below it read without it.
        text.lines().ending_at(self.body.end).starting_at(self.body.start, first)
    }

    /// The keys, active and commented, in order.
    pub(super) fn entries<'a>(&self, text: &Text<'a>) -> impl Iterator<Item = Entry> + use<'a> {
        let text = *text;
        self.lines(&text, 1).filter_map(move |line| Entry::of(&text, &line))
    }
}

/// The line of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Where the line starts.
    pub(super) start: usize,
    /// The name without blanks around it.
    pub(super) name: Span,
}

impl Header {
    /// The header whose bracket is at `bracket`, if that is the first byte of its line that is no
    /// blank, and closed.
    ///
    /// Whether the line continues another one is not asked here.
    #[inline]
    pub(super) fn at(text: &Text<'_>, bracket: usize) -> Option<Self> {
        let start = line_start(text, bracket)?;
        let terminator = text.newlines().terminator();
        let rest = Span::new(bracket + 1, text.bytes().len());
        let close = rest.start + len_before(text.bytes(), rest, [b']', terminator])?;
        if text.bytes().get(close) != Some(&b']') {
            return None;
        }
        Some(Self { start, name: header_name(text.bytes(), bracket, close) })
    }

    /// The line with its terminator.
    pub(super) fn line(&self, text: &Text<'_>) -> Span {
        Span::new(self.start, text.line_from(self.name.end).end)
    }
}

/// The start of the line whose first byte that is no blank is at `first`; none if it is not.
pub(super) fn line_start(text: &Text<'_>, first: usize) -> Option<usize> {
    let body = text.body().start;
    let before = Span::new(body, first).of(text.bytes());
    let start = body + len_before_blanks(before);
    let begins =
        start == body || text.bytes().get(start - 1) == Some(&text.newlines().terminator());
    begins.then_some(start)
}

/// The headers of a text in order.
#[derive(Debug, Clone)]
pub(super) struct Headers<'a> {
    text: Text<'a>,
    scan: Scan<'a>,
}

#[derive(Debug, Clone)]
enum Scan<'a> {
    /// A line reads by itself, so brackets are all there is to look at, from this offset on.
    Brackets(usize),
    /// What a line is depends on the lines before it.
    Lines(Lines<'a>),
}

impl<'a> Headers<'a> {
    pub(super) fn of(text: Text<'a>) -> Self {
        let scan = if text.lines_depend() || !text.encoding().is_editable() {
            Scan::Lines(text.lines())
        } else {
            Scan::Brackets(text.body().start)
        };
        Self { text, scan }
    }
}

impl Iterator for Headers<'_> {
    type Item = Header;

    fn next(&mut self) -> Option<Header> {
        match &mut self.scan {
            Scan::Brackets(at) => loop {
                let rest = Span::new(*at, self.text.bytes().len()).of(self.text.bytes());
                let bracket = *at + memchr::memchr(b'[', rest)?;
                *at = bracket + 1;
                if let Some(header) = Header::at(&self.text, bracket) {
                    return Some(header);
                }
            },
            Scan::Lines(lines) => lines.find_map(|line| match line.class {
                Class::Header(header) => Some(Header { start: line.span.start, name: header.name }),
                _ => None,
            }),
        }
    }
}

/// The blocks of a text in order, the lines before the first header first.
#[derive(Debug, Clone)]
pub(super) struct Blocks<'a> {
    text: Text<'a>,
    headers: Headers<'a>,
    /// The header of the next block.
    header: Option<Header>,
    done: bool,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(text: Text<'a>) -> Self {
        Self { text, headers: Headers::of(text), header: None, done: false }
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        if self.done {
            return None;
        }
        let next = self.headers.next();
        self.done = next.is_none();
        let header = std::mem::replace(&mut self.header, next);
        let end = next.map_or(self.text.body().end, |header| header.start);
        Some(Block::new(&self.text, header, end))
    }
}
