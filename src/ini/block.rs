//! Section blocks: where headers are, found without reading the lines between them.

use super::dialect::Continuation;
use super::entry::Entry;
use super::line::{Class, header_name, len_before_blanks};
use super::mask::{Firsts, Needle, Windows, bits};
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
    /// The name in the header; none for the lines before the first header.
    pub(super) fn name<'a>(&self, text: &Text<'a>) -> Option<&'a [u8]> {
        self.header.map(|header| header.name.of(text.bytes()))
    }

    /// Where the block starts, its header included.
    pub(super) fn start(&self) -> usize {
        self.header.map_or(self.body.start, |header| header.line.start)
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
    /// The line with its terminator.
    pub(super) line: Span,
    /// The name without blanks around it.
    pub(super) name: Span,
}

impl Header {
    /// The header whose bracket, the first byte of its line that is no blank, is at `bracket`.
    ///
    /// Whether the line continues another one is not asked here.
    pub(super) fn at_bracket(text: &Text<'_>, bracket: usize) -> Option<Self> {
        let terminator = text.newlines().terminator();
        let rest = Span::new(bracket + 1, text.bytes().len()).of(text.bytes());
        let close = bracket + 1 + memchr::memchr2(b']', terminator, rest)?;
        if text.bytes().get(close) != Some(&b']') {
            return None;
        }
        let end = text.line_from(close).end;
        let line = Span::new(line_start(text, bracket)?, end);
        Some(Self { line, name: header_name(text.bytes(), bracket, close) })
    }
}

/// The start of the line whose first byte that is no blank is at `first`; none if it is not.
pub(super) fn line_start(text: &Text<'_>, first: usize) -> Option<usize> {
    let body = text.body().start;
    let before = Span::new(body, first).of(text.bytes());
    let start = body + len_before_blanks(before);
    let begins = start == body
        || text.bytes().get(start - 1) == Some(&text.newlines().terminator());
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
    /// A line reads by itself, so brackets at the start of lines are all there is to look at.
    Brackets { windows: Windows<'a>, firsts: Firsts, at: usize, brackets: u64 },
    /// What a line is depends on the lines before it.
    Lines(Lines<'a>),
}

impl<'a> Headers<'a> {
    pub(super) fn of(text: Text<'a>) -> Self {
        let by_itself = text.dialect().continuation() == Continuation::Never;
        let scan = if by_itself && text.encoding().is_editable() {
            let windows = Windows::of(text.body().of(text.bytes()));
            let firsts = Firsts::of(text.newlines().terminator());
            Scan::Brackets { windows, firsts, at: text.body().start, brackets: 0 }
        } else {
            Scan::Lines(text.lines())
        };
        Self { text, scan }
    }
}

impl Iterator for Headers<'_> {
    type Item = Header;

    fn next(&mut self) -> Option<Header> {
        match &mut self.scan {
            Scan::Brackets { windows, firsts, at, brackets } => loop {
                while let Some(bit) = bits(*brackets).next() {
                    *brackets &= *brackets - 1;
                    let header = Header::at_bracket(&self.text, *at - super::mask::WIDTH + bit);
                    if header.is_some() {
                        return header;
                    }
                }
                let window = windows.next()?;
                *brackets = firsts.next(&window).1 & window.where_any([Needle::of(b'[')]);
                *at += super::mask::WIDTH;
            },
            Scan::Lines(lines) => lines.find_map(|line| match line.class {
                Class::Header(header) => Some(Header { line: line.span, name: header.name }),
                _ => None,
            }),
        }
    }
}

/// The blocks of a text in order, the lines before the first header first.
#[derive(Debug, Clone)]
pub(super) struct Blocks<'a> {
    body: Span,
    headers: Headers<'a>,
    /// The header of the next block, and where that block starts.
    next: Option<Option<Header>>,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(text: Text<'a>) -> Self {
        Self { body: text.body(), headers: Headers::of(text), next: Some(None) }
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let header = self.next?;
        let following = self.headers.next();
        self.next = following.map(Some);
        let start = header.map_or(self.body.start, |header| header.line.end);
        let end = following.map_or(self.body.end, |header| header.line.start);
        Some(Block { header, body: Span::new(start, end) })
    }
}
