//! Writing a new line.

use super::draft::{Behind, Draft, Reading, stays_on_line};
use super::enable::already_active;
use super::found::Found;
use super::{MissingSection, Outcome, Target, Unchanged};
use crate::ini::entry::Entry;
use crate::ini::line::Class;
use crate::ini::lookup::Lookup;
use crate::ini::occurrence::State;
use crate::ini::patch::Patch;
use crate::ini::refusal::Refusal;
use crate::ini::scan::Newlines;
use crate::ini::span::Span;
use crate::ini::text::Text;
use crate::ini::wanted::Wanted;

pub(super) fn plan<'e>(
    lookup: &impl Lookup<'e>,
    target: &Target<'e>,
    value: &'e [u8],
    state: State,
    missing: MissingSection,
) -> Result<Outcome<'e>, Refusal> {
    let mut found = Found::default();
    found.look_up(lookup, target);
    let text = lookup.text();
    if state == State::Active && found.active().next().is_some() {
        return already_active(&text, target, &found, Some(value));
    }
    let same = |entry: &Entry| entry.value(&text) == Some(value);
    if state == State::Commented && found.commented().any(same) {
        return Ok(Outcome::Unchanged(Unchanged::AlreadyCommented));
    }
    let spot = Spot::of(lookup, target, missing)?;
    let line = NewLine { target, value, state, style: spot.style(&text) };
    write(&text, &spot, &line).map(Outcome::Changed)
}

/// Where a new line goes.
enum Spot {
    /// Behind a key with a value, whose last line is the one given.
    Key(Entry, Span),
    /// Behind a header.
    Header(Span),
    /// Before everything else: the section without a header has no key with a value.
    Start,
    /// At the end, behind a header that is not there yet.
    NewSection,
}

impl Spot {
    fn of<'a>(
        lookup: &impl Lookup<'a>,
        target: &Target<'_>,
        missing: MissingSection,
    ) -> Result<Self, Refusal> {
        let text = lookup.text();
        let wanted = Wanted::of(target, text.dialect());
        let (mut first, mut key) = (None, None);
        for block in lookup.blocks(&wanted) {
            let with_value = |entry: &Entry| entry.is_active() && entry.delimiter().is_some();
            key = block.entries(&text).filter(with_value).last().or(key);
            first = first.or(Some(block.header));
        }
        if let Some(key) = key {
            let last = key.continuation(&text, 1).last();
            return Ok(Self::Key(key, last.map_or(key.line, |line| line.span)));
        }
        match (first, missing) {
            (Some(Some(header)), _) => Ok(Self::Header(header.line(&text))),
            (Some(None), _) => Ok(Self::Start),
            (None, MissingSection::Create) => Ok(Self::NewSection),
            (None, MissingSection::Refuse) => {
                let end = text.body().end;
                let place = text.place(Span::new(end, end));
                Err(Refusal::NoSuchSection { section: target.section.into(), place })
            }
        }
    }

    fn style<'a>(&self, text: &Text<'a>) -> Style<'a> {
        match self {
            Self::Key(key, _) => Style::of(text, key),
            _ => Style { indent: b"", delimiter: b"=" },
        }
    }

    /// The line that the new one follows.
    fn neighbour(&self, text: &Text<'_>) -> Option<Span> {
        match self {
            Self::Key(_, line) | Self::Header(line) => Some(*line),
            Self::Start => None,
            Self::NewSection => text.last_line(),
        }
    }
}

/// What a new line has from the key before it.
struct Style<'a> {
    indent: &'a [u8],
    /// With the blanks on both sides.
    delimiter: &'a [u8],
}

impl<'a> Style<'a> {
    fn of(text: &Text<'a>, entry: &Entry) -> Self {
        let value = entry.value_parts(text).map_or(entry.key.end, |value| value.quoted.start);
        Self {
            indent: Span::new(entry.line.start, entry.key.start).of(text.bytes()),
            delimiter: Span::new(entry.key.end, value).of(text.bytes()),
        }
    }
}

struct NewLine<'l> {
    target: &'l Target<'l>,
    value: &'l [u8],
    state: State,
    style: Style<'l>,
}

impl NewLine<'_> {
    fn content(&self, text: &Text<'_>) -> Vec<u8> {
        let marker = match self.state {
            State::Active => &[],
            State::Commented => text.dialect().disabling(),
        };
        let Style { indent, delimiter } = self.style;
        [marker, indent, self.target.key, delimiter, self.value].concat()
    }

    fn reads_back(&self, content: &[u8], text: &Text<'_>) -> bool {
        let Self { target, value, state, style: _ } = self;
        let reading = Reading { state: *state, key: target.key, value: Behind::Value(value) };
        stays_on_line(content) && reading.is_of(content, text.dialect())
    }
}

fn write<'e>(text: &Text<'e>, spot: &Spot, line: &NewLine<'_>) -> Result<Patch<'e>, Refusal> {
    let Gap { at, before, after } = Gap::at(text, spot);
    let content = line.content(text);
    let place = text.place(Span::new(at, at));
    if !line.reads_back(&content, text) {
        let whole = [line.target.key, b"=", line.value].concat();
        return Err(Refusal::WouldNotReadBack { text: whole.as_slice().into(), place });
    }
    let mut draft = Draft::of(*text);
    let mut new = before.to_vec();
    if matches!(spot, Spot::NewSection) {
        let header = header(text, line.target.section)
            .ok_or_else(|| Refusal::WouldNotReadBack { text: line.target.section.into(), place })?;
        draft.brings(at + new.len());
        new.extend_from_slice(&header);
        new.extend_from_slice(if before.is_empty() { after } else { before });
    }
    if line.state == State::Active {
        draft.brings(at + new.len());
    }
    new.extend_from_slice(&content);
    new.extend_from_slice(after);
    draft.replace(Span::new(at, at), new);
    draft.seal()
}

/// The header of a new section, if it reads back.
fn header(text: &Text<'_>, name: &[u8]) -> Option<Vec<u8>> {
    let header = [b"[", name, b"]"].concat();
    let all = Span::new(0, header.len());
    let reads_back = match Class::of(&header, all, text.dialect()) {
        Class::Header(read) => read.name.of(&header) == name && read.stray.is_none(),
        _ => false,
    };
    (reads_back && stays_on_line(name)).then_some(header)
}

/// The offset of a new line, and the terminators before and after it.
struct Gap<'a> {
    at: usize,
    before: &'a [u8],
    after: &'a [u8],
}

impl<'a> Gap<'a> {
    fn at(text: &Text<'a>, spot: &Spot) -> Self {
        let bytes = text.bytes();
        let terminator = |line: Span| Span::new(text.content_of(line).end, line.end).of(bytes);
        let Some(neighbour) = spot.neighbour(text) else {
            let start = text.body().start;
            let first = terminator(text.line_from(start));
            let after = if first.is_empty() { b"\n" } else { first };
            return Self { at: start, before: b"", after };
        };
        let after = terminator(neighbour);
        let before = if after.is_empty() { terminator_before(text, neighbour) } else { b"" };
        Self { at: neighbour.end, before, after }
    }
}

/// The terminator of the line before `line`, LF if there is none.
fn terminator_before(text: &Text<'_>, line: Span) -> &'static [u8] {
    let before = Span::new(text.body().start, line.start).of(text.bytes());
    match (text.newlines(), before) {
        (Newlines::LfOrCrLf, [.., b'\r', b'\n']) => b"\r\n",
        (Newlines::Cr, [.., b'\r']) => b"\r",
        _ => b"\n",
    }
}
