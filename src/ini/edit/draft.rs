//! A change that is not yet known to survive re-reading.

use std::borrow::Cow;
use std::mem::{Discriminant, discriminant};

use smallvec::{SmallVec, smallvec};

use crate::ini::dialect::Dialect;
use crate::ini::encoding::Encoding;
use crate::ini::entry::Entry;
use crate::ini::line::{Class, Line, Oddity, len_before_line_end};
use crate::ini::occurrence::State;
use crate::ini::patch::{Hunk, Hunks, Patch, splice};
use crate::ini::refusal::Refusal;
use crate::ini::scan::{Newlines, joins_next};
use crate::ini::span::Span;
use crate::ini::text::Text;
use crate::ini::value::Value;

/// The hunks of an edit, and which lines they take out of the text and bring into it.
pub(super) struct Draft<'e> {
    text: Text<'e>,
    hunks: Hunks<'e>,
    /// How many bytes the hunks add and remove.
    added: usize,
    removed: usize,
    /// Starts of active lines before the change.
    gone: Vec<usize>,
    /// Starts of active lines after the change, each with the starts of the lines that go on with it, in order.
    come: Vec<Starts>,
}

/// The starts of a line and of those that go on with it; seldom of more than the one.
type Starts = SmallVec<[usize; 1]>;

impl<'e> Draft<'e> {
    #[inline]
    pub(super) fn of(text: Text<'e>) -> Self {
        let (hunks, gone, come) = (Hunks::new(), Vec::new(), Vec::new());
        Self { text, hunks, added: 0, removed: 0, gone, come }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hunks.is_empty()
    }

    /// Replaces `span`; the spans of a draft come in order.
    #[inline]
    pub(super) fn replace(&mut self, span: Span, new: impl Into<Cow<'e, [u8]>>) {
        let old = Cow::Borrowed(span.of(self.text.bytes()));
        let new = new.into();
        self.added += new.len();
        self.removed += old.len();
        self.hunks.push(Hunk { at: span.start, old, new });
    }

    /// Says that the active line that starts here is meant to go.
    pub(super) fn takes(&mut self, start: usize) {
        if self.text.lines_depend() {
            self.gone.push(start);
        }
    }

    /// Says that an active key or header is meant to start here, where the offset is one before the
    /// change and behind the hunks so far.
    pub(super) fn brings(&mut self, start: usize) {
        if self.text.lines_depend() {
            self.come.push(smallvec![self.after_change(start)]);
        }
    }

    /// Says that the line which starts here is meant to go on with the one brought last.
    pub(super) fn goes_on(&mut self, start: usize) {
        let start = self.after_change(start);
        if let Some(brought) = self.come.last_mut() {
            brought.push(start);
        }
    }

    /// Where an offset behind the hunks so far is after the change.
    const fn after_change(&self, offset: usize) -> usize {
        offset + self.added - self.removed
    }

    /// The patch, if everything else still reads as before.
    #[inline]
    pub(super) fn seal(self) -> Result<Patch<'e>, Refusal> {
        if self.keeps_encoding() && self.keeps_newlines() && self.keeps_other_lines() {
            Ok(Patch::new(self.text.bytes(), self.hunks))
        } else {
            let span = self.hunks.first().map_or(self.text.body(), Hunk::span);
            Err(Refusal::ChangesOtherLines { place: self.text.place(span) })
        }
    }

    fn after(&self) -> impl Iterator<Item = &[u8]> {
        splice(self.text.bytes(), &self.hunks)
    }

    /// The first four bytes decide, and an edit may move others there.
    fn keeps_encoding(&self) -> bool {
        if self.hunks.first().is_none_or(|hunk| hunk.span().start >= 4) {
            return true;
        }
        let head: Vec<u8> = self.after().flatten().copied().take(4).collect();
        Encoding::of(&head) == self.text.encoding()
    }

    /// A CR is content as long as there is an LF, so the last LF must not go, nor the first come.
    fn keeps_newlines(&self) -> bool {
        let has_lf = |bytes: &[u8]| bytes.contains(&b'\n');
        if !self.hunks.iter().any(|hunk| has_lf(hunk.before()) || has_lf(hunk.after())) {
            return true;
        }
        let had = matches!(self.text.newlines(), Newlines::LfOrCrLf);
        had == self.after().any(has_lf)
            || !self.after().any(|bytes| memchr::memchr(b'\r', bytes).is_some())
    }

    /// Without continuation a line reads by itself, and other lines cannot change.
    fn keeps_other_lines(&self) -> bool {
        if !self.text.lines_depend() {
            return true;
        }
        let after: Vec<u8> = self.after().flatten().copied().collect();
        let after = Text::of(&after, self.text.dialect());
        let (old, new) = (counting(&self.text), counting(&after));
        let arrived = |starts: &Starts| {
            let found = new.binary_search_by_key(&starts.first(), Counting::start);
            found.ok().and_then(|at| new.get(at)).is_some_and(|entry| entry.starts == *starts)
        };
        let goes = |entry: &&Counting<'_>| {
            entry.start().is_some_and(|start| self.gone.binary_search(start).is_ok())
        };
        let comes = |entry: &&Counting<'_>| {
            self.come.binary_search_by_key(&entry.start(), |starts| starts.first()).is_ok()
        };
        let kept = old.iter().filter(|entry| !goes(entry));
        let others = new.iter().filter(|entry| !comes(entry));
        self.come.iter().all(arrived)
            && kept.map(Counting::reading).eq(others.map(Counting::reading))
    }
}

/// A line that counts, with the lines that continue it.
struct Counting<'b> {
    class: Discriminant<Class>,
    starts: Starts,
    /// Without what counts as blank at the end of a line: a CR there may come to belong to its terminator.
    lines: SmallVec<[&'b [u8]; 1]>,
}

impl<'b> Counting<'b> {
    fn start(&self) -> Option<&usize> {
        self.starts.first()
    }

    fn reading(&self) -> (Discriminant<Class>, &[&'b [u8]]) {
        (self.class, &self.lines)
    }
}

fn counting<'b>(text: &Text<'b>) -> Vec<Counting<'b>> {
    let mut entries: Vec<Counting<'b>> = Vec::new();
    for Line { span, content, class, .. } in text.lines() {
        let text = content.of(text.bytes());
        let text = text.get(..len_before_line_end(text)).unwrap_or_default();
        match (class, entries.last_mut()) {
            (Class::Blank | Class::Comment { .. }, _) => {}
            (Class::Continuation, Some(entry)) => {
                entry.starts.push(span.start);
                entry.lines.push(text);
            }
            _ => {
                let class = discriminant(&class);
                let (starts, lines) = (smallvec![span.start], smallvec![text]);
                entries.push(Counting { class, starts, lines });
            }
        }
    }
    entries
}

/// What a rewritten line must read as.
pub(super) struct Reading<'r> {
    pub(super) state: State,
    pub(super) key: &'r [u8],
    pub(super) value: Behind<'r>,
}

/// What must stand behind the key.
pub(super) enum Behind<'r> {
    /// Nothing, not even a delimiter.
    Nothing,
    /// A delimiter and exactly these bytes up to the end of the line.
    Bytes(&'r [u8]),
    /// A delimiter and bytes that are read as this value, and it ends on this line.
    Value(&'r [u8]),
}

impl<'r> Behind<'r> {
    /// Exactly what stands behind the key now.
    pub(super) fn key_of(text: &Text<'r>, entry: &Entry) -> Self {
        match entry.delimiter() {
            None => Self::Nothing,
            Some(at) => Self::Bytes(Span::new(at + 1, entry.content().end).of(text.bytes())),
        }
    }
}

impl Reading<'_> {
    /// Whether a line reads so with `new` in the place of `span`.
    #[inline]
    pub(super) fn is_of_rewritten(
        &self,
        text: &Text<'_>,
        line: &Entry,
        span: Span,
        new: &[u8],
    ) -> bool {
        let before = Span::new(line.content().start, span.start).of(text.bytes());
        let after = Span::new(span.end, line.content().end).of(text.bytes());
        let mut content: SmallVec<[u8; 128]> = SmallVec::new();
        for part in [before, new, after] {
            content.extend_from_slice(part);
        }
        self.is_of(&content, text.dialect())
    }

    /// Whether a line with this content reads so.
    pub(super) fn is_of(&self, content: &[u8], dialect: Dialect) -> bool {
        let line = alone(content, dialect);
        let class = match (self.state, line.class) {
            (State::Active, class) => Some(class),
            (State::Commented, Class::Comment { marker }) => {
                Class::hidden(content, Span::new(marker + 1, content.len()), dialect)
            }
            (State::Commented, _) => None,
        };
        let joins =
            self.state == State::Active && joins_next(content, line.content, line.class, dialect);
        match class.unwrap_or(Class::Other(Oddity::NoKey)) {
            Class::Key(found) => {
                let raw = Span::new(found.delimiter + 1, content.len());
                let is_same = match self.value {
                    Behind::Nothing => false,
                    Behind::Bytes(bytes) => raw.of(content) == bytes,
                    Behind::Value(value) => {
                        !joins && Value::of(content, raw, dialect).span.of(content) == value
                    }
                };
                is_same && found.key.of(content) == self.key
            }
            Class::Bare { key } => {
                matches!(self.value, Behind::Nothing) && key.of(content) == self.key
            }
            _ => false,
        }
    }
}

/// A line of its own.
fn alone(content: &[u8], dialect: Dialect) -> Line {
    let span = Span::new(0, content.len());
    Line { span, content: span, number: 1, class: Class::of(content, span, dialect) }
}

/// Whether `text` has nothing in it that could end a line.
pub(super) fn stays_on_line(text: &[u8]) -> bool {
    memchr::memchr2(b'\r', b'\n', text).is_none()
}
