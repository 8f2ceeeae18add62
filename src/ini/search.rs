//! Finding the lines of one key without reading more of the text than that takes.
//!
//! The bytes of the key are searched for, and only where they stand at the start of a line is the
//! line read, and the header above it looked for. Text that is made to look like the key
//! everywhere would make this slow, so there is a limit, and beyond it every line is visited.

use memchr::memmem::Finder;
use smallvec::SmallVec;

use super::block::{Header, line_start};
use super::dialect::Continuation;
use super::entry::Entry;
use super::line::{Class, len_before_blanks};
use super::mask::{Firsts, Needle, WIDTH, Windows, bits};
use super::span::Span;
use super::text::Text;
use super::wanted::Wanted;

/// The lines with a key, in order; seldom more than one or two.
pub(super) type Entries = SmallVec<[Entry; 2]>;

/// Every line with the key that is wanted.
pub(super) fn entries(text: &Text<'_>, wanted: &Wanted<'_>) -> Entries {
    if text.dialect().continuation() != Continuation::Never {
        return by_reading(text, wanted);
    }
    let found = if wanted.is_exact() { Search::new(text, wanted).run() } else { None };
    found.unwrap_or_else(|| by_line(text, wanted))
}

/// A search for the bytes of the key.
struct Search<'s, 'a, 'n> {
    text: &'s Text<'a>,
    wanted: &'s Wanted<'n>,
    /// The start of a line, and whether the lines from there to the next header are in the section.
    known: (usize, bool),
    /// How often the search may yet stop for nothing.
    patience: usize,
}

impl<'s, 'a, 'n> Search<'s, 'a, 'n> {
    fn new(text: &'s Text<'a>, wanted: &'s Wanted<'n>) -> Self {
        let body = text.body();
        // A stop costs about what passing over a few hundred bytes does.
        let patience = 32 + body.len() / 512;
        Self { text, wanted, known: (body.start, wanted.is_before_headers()), patience }
    }

    /// None if there were too many places that only look like the key.
    fn run(mut self) -> Option<Entries> {
        let mut entries = Entries::new();
        let bytes = self.text.bytes();
        let finder = Finder::new(self.wanted.key);
        let mut at = self.text.body().start;
        while let Some(found) = finder.find(Span::new(at, bytes.len()).of(bytes)) {
            let key = at + found;
            match self.entry_at(key) {
                Some(entry) => {
                    at = entry.line.end;
                    if self.is_in_section(entry.line.start)? {
                        entries.push(entry);
                    }
                }
                None => {
                    at = key + 1;
                    self.patience = self.patience.checked_sub(1)?;
                }
            }
        }
        Some(entries)
    }

    /// The key on the line where its bytes stand at `key`, if that line has it.
    fn entry_at(&self, key: usize) -> Option<Entry> {
        let bytes = self.text.bytes();
        if !self.wanted.begins(Span::new(key, bytes.len()).of(bytes)) {
            return None;
        }
        let start = self.start_of_line_with(key)?;
        let end = self.text.line_from(key).end;
        Entry::on(self.text, Span::new(start, end)).filter(|entry| entry.key.start == key && entry.key.len() == self.wanted.key.len())
    }

    /// The start of the line, if there is nothing but blanks and one marker before the key.
    fn start_of_line_with(&self, key: usize) -> Option<usize> {
        let body = self.text.body().start;
        let before = Span::new(body, key).of(self.text.bytes());
        let (text, _) = before.split_at_checked(len_before_blanks(before))?;
        match text.split_last() {
            Some((&last, _)) if self.text.dialect().is_marker(last) => {
                line_start(self.text, body + text.len() - 1)
            }
            _ => line_start(self.text, key),
        }
    }

    /// Whether the line at `start` is in the section; none if that is not found out soon enough.
    fn is_in_section(&mut self, start: usize) -> Option<bool> {
        let (from, mut inside) = self.known;
        let mut end = start;
        while let Some(found) = memchr::memrchr(b'[', Span::new(from, end).of(self.text.bytes())) {
            let bracket = from + found;
            if line_start(self.text, bracket).is_some()
                && let Some(header) = Header::at_bracket(self.text, bracket)
            {
                inside = self.wanted.is_section(header.name.of(self.text.bytes()));
                break;
            }
            end = bracket;
            self.patience = self.patience.checked_sub(1)?;
        }
        self.known = (start, inside);
        Some(inside)
    }
}

/// Visits every line, but reads only those that begin as a header, a comment or the key do.
fn by_line(text: &Text<'_>, wanted: &Wanted<'_>) -> Entries {
    let mut entries = Entries::new();
    let Some(&first) = wanted.key.first() else { return entries };
    let [marker, other_marker] = text.dialect().marker_bytes();
    let telling = [b'[', marker, other_marker, first.to_ascii_lowercase(), first.to_ascii_uppercase()];
    let telling = telling.map(Needle::of);
    let mut firsts = Firsts::of(text.newlines().terminator());
    let mut inside = wanted.is_before_headers();
    let body = text.body();
    for (window, at) in Windows::of(body.of(text.bytes())).zip((body.start..).step_by(WIDTH)) {
        let (_, starts) = firsts.next(&window);
        for bit in bits(starts & window.where_any(telling)) {
            let at = at + bit;
            let rest = Span::new(at, text.bytes().len()).of(text.bytes());
            if rest.starts_with(b"[") {
                if let Some(header) = Header::at_bracket(text, at) {
                    inside = wanted.is_section(header.name.of(text.bytes()));
                }
            } else if inside && wanted.may_be_on(rest) && let Some(start) = line_start(text, at) {
                entries.extend(wanted.on(text, Span::new(start, text.line_from(at).end)));
            }
        }
    }
    entries
}

/// Reads every line: what a line is may depend on the lines before it.
fn by_reading(text: &Text<'_>, wanted: &Wanted<'_>) -> Entries {
    let mut inside = wanted.is_before_headers();
    let found = text.lines().filter_map(|line| {
        if let Class::Header(header) = line.class {
            inside = wanted.is_section(header.name.of(text.bytes()));
        }
        let entry = if inside { Entry::of(text, &line) } else { None };
        entry.filter(|entry| wanted.is_key(entry.key.of(text.bytes())))
    });
    found.collect()
}
