//! Writing a new line.

use super::draft::{Draft, Reading, stays_on_line};
use super::enable::already_active;
use super::found::Found;
use super::{MissingSection, Outcome, Target, Unchanged};
use crate::ini::document::Document;
use crate::ini::line::{Class, Line};
use crate::ini::occurrence::{Occurrence, State};
use crate::ini::patch::Patch;
use crate::ini::refusal::Refusal;
use crate::ini::scan::Newlines;
use crate::ini::span::Span;

pub(super) fn plan<'e>(
    document: &Document<'e>,
    target: &Target<'e>,
    value: &'e [u8],
    state: State,
    missing: MissingSection,
) -> Result<Outcome<'e>, Refusal> {
    let found = Found::of(document, target);
    if state == State::Active && !found.active.is_empty() {
        return already_active(target, &found.active, Some(value));
    }
    let same = |found: &Occurrence<'_>| found.value() == Some(value);
    if state == State::Commented && found.commented.iter().any(same) {
        return Ok(Outcome::Unchanged(Unchanged::AlreadyCommented));
    }
    let spot = Spot::of(document, target, missing)?;
    let line = NewLine { target, value, state, style: spot.style(document) };
    write(document, &spot, &line).map(Outcome::Changed)
}

/// Where a new line goes.
enum Spot<'a> {
    /// Behind a key with a value, whose last line is the one given.
    Key(Occurrence<'a>, Line),
    /// Behind a header.
    Header(Line),
    /// Before everything else: the section without a header has no key with a value.
    Start,
    /// At the end, behind a header that is not there yet.
    NewSection,
}

impl<'a> Spot<'a> {
    fn of(
        document: &Document<'a>,
        target: &Target<'_>,
        missing: MissingSection,
    ) -> Result<Self, Refusal> {
        let blocks =
            || document.sections().filter(|block| block.is_named(target.section, target.names));
        let with_value = |key: &Occurrence<'_>| key.is_active() && !key.is_bare();
        if let Some(key) = blocks().flat_map(|block| block.keys()).filter(with_value).last() {
            let last = key.continuation().last().unwrap_or(*key.key_line());
            return Ok(Self::Key(key, last));
        }
        match (blocks().next().map(|block| block.header()), missing) {
            (Some(Some(header)), _) => Ok(Self::Header(header)),
            (Some(None), _) => Ok(Self::Start),
            (None, MissingSection::Create) => Ok(Self::NewSection),
            (None, MissingSection::Refuse) => {
                let end = document.body().end;
                let place = document.place(Span::new(end, end));
                Err(Refusal::NoSuchSection { section: target.section.into(), place })
            }
        }
    }

    fn style(&self, document: &Document<'a>) -> Style<'a> {
        match self {
            Self::Key(key, _) => Style::of(document, key),
            _ => Style { indent: b"", delimiter: b"=" },
        }
    }

    /// The line that the new one follows.
    fn neighbour(&self, document: &Document<'_>) -> Option<Line> {
        match self {
            Self::Key(_, line) | Self::Header(line) => Some(*line),
            Self::Start => None,
            Self::NewSection => document.lines().last(),
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
    fn of(document: &Document<'a>, key: &Occurrence<'a>) -> Self {
        let bytes = document.to_bytes();
        let value = key.value_parts().map_or(key.key_span().end, |value| value.quoted.start);
        Self {
            indent: Span::new(key.span().start, key.key_span().start).of(bytes),
            delimiter: Span::new(key.key_span().end, value).of(bytes),
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
    fn content(&self, document: &Document<'_>) -> Vec<u8> {
        let marker = match self.state {
            State::Active => &[],
            State::Commented => document.dialect().disabling(),
        };
        let Style { indent, delimiter } = self.style;
        [marker, indent, self.target.key, delimiter, self.value].concat()
    }

    fn reads_back(&self, content: &[u8], document: &Document<'_>) -> bool {
        let Self { target, value, state, style: _ } = self;
        let reading = Reading { state: *state, key: target.key, value: Some(value) };
        stays_on_line(content, document.dialect()) && reading.is_of(content, document.dialect())
    }
}

fn write<'e>(
    document: &Document<'e>,
    spot: &Spot<'e>,
    line: &NewLine<'_>,
) -> Result<Patch<'e>, Refusal> {
    let Gap { at, before, after } = Gap::at(document, spot);
    let content = line.content(document);
    let place = document.place(Span::new(at, at));
    if !line.reads_back(&content, document) {
        let whole = [line.target.key, b"=", line.value].concat();
        return Err(Refusal::WouldNotReadBack { text: whole.as_slice().into(), place });
    }
    let mut draft = Draft::of(*document);
    let mut text = before.to_vec();
    if matches!(spot, Spot::NewSection) {
        let header = header(document, line.target.section)
            .ok_or_else(|| Refusal::WouldNotReadBack { text: line.target.section.into(), place })?;
        draft.brings(at + text.len(), 1);
        text.extend_from_slice(&header);
        text.extend_from_slice(if before.is_empty() { after } else { before });
    }
    if line.state == State::Active {
        draft.brings(at + text.len(), 1);
    }
    text.extend_from_slice(&content);
    text.extend_from_slice(after);
    draft.replace(Span::new(at, at), text);
    draft.seal()
}

/// The header of a new section, if it reads back.
fn header(document: &Document<'_>, name: &[u8]) -> Option<Vec<u8>> {
    let header = [b"[", name, b"]"].concat();
    let all = Span::new(0, header.len());
    let reads_back = match Class::of(&header, all, document.dialect()) {
        Class::Header(read) => read.name.of(&header) == name && read.stray.is_none(),
        _ => false,
    };
    (reads_back && stays_on_line(name, document.dialect())).then_some(header)
}

/// The offset of a new line, and the terminators before and after it.
struct Gap<'a> {
    at: usize,
    before: &'a [u8],
    after: &'a [u8],
}

impl<'a> Gap<'a> {
    fn at(document: &Document<'a>, spot: &Spot<'_>) -> Self {
        let bytes = document.to_bytes();
        let body = document.body();
        let Some(neighbour) = spot.neighbour(document) else {
            let first = document.lines().next().map(|line| line.terminator().of(bytes));
            let after = first.filter(|terminator| !terminator.is_empty()).unwrap_or(b"\n");
            return Self { at: body.start, before: b"", after };
        };
        let (at, after) = (neighbour.span.end, neighbour.terminator().of(bytes));
        let before = if after.is_empty() { terminator_before(document, &neighbour) } else { b"" };
        Self { at, before, after }
    }
}

/// The terminator of the line before `line`, LF if there is none.
fn terminator_before(document: &Document<'_>, line: &Line) -> &'static [u8] {
    let before = Span::new(document.body().start, line.span.start).of(document.to_bytes());
    match (document.newlines(), before) {
        (Newlines::LfOrCrLf, [.., b'\r', b'\n']) => b"\r\n",
        (Newlines::Cr, [.., b'\r']) => b"\r",
        _ => b"\n",
    }
}
