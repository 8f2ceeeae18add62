//! Finding the lines of one key without reading more of the text than that takes.
//!
//! The bytes of the key are searched for, and only where they stand at the start of a line is the
//! line read, and the header above it looked for. Text that is made to look like the key
//! everywhere would make this slow, so there is a limit, and beyond it every line is visited.

use memchr::memmem::Finder;
use smallvec::SmallVec;

use super::block::{Header, line_start};
use super::entry::Entry;
use super::line::{Class, len_before_blanks};
use super::mask::{Firsts, Needle, bits, each_hit, each_window, last};
use super::span::Span;
use super::text::Text;
use super::wanted::Wanted;

/// The longest text that is read sooner than a search for a key is prepared, in bytes.
const SOON_READ: usize = 2048;

/// The same where there are many searches, which stop less often for nothing.
const SOON_READ_OF_MANY: usize = 16 * 1024;

/// The lines with a key, in order; seldom more than one or two.
pub(super) type Entries = SmallVec<[Entry; 2]>;

/// Adds every line with the key that is wanted, which must be a possible one: before each place
/// where the bytes of the key stand, blanks are passed over.
pub(super) fn find(text: &Text<'_>, wanted: &Wanted<'_>, found: &mut Entries) {
    if text.lines_depend() {
        return by_reading(text, wanted, found);
    }
    let before = found.len();
    if !wanted.is_exact() || by_key(text, wanted, found).is_none() {
        found.truncate(before);
        by_line(text, wanted, found);
    }
}

/// Adds every line with the key in a block of the section, whose lines read by themselves.
pub(super) fn find_in_block(text: &Text<'_>, wanted: &Wanted<'_>, body: Span, found: &mut Entries) {
    let before = found.len();
    let search = wanted.is_exact().then(|| Search::new(text, wanted, body));
    let push = |_: &mut Search<'_, '_, '_>, entry| {
        found.push(entry);
        Some(())
    };
    if search.and_then(|search| search.run::<true>(push)).is_none() {
        found.truncate(before);
        each_telling(text, wanted, body, |at| {
            if let Some(entry) = entry_from(text, wanted, at) {
                found.push(entry);
            }
        });
    }
}

/// Searches for the bytes of the key; none if there are too many places that only look like it.
pub(super) fn by_key(text: &Text<'_>, wanted: &Wanted<'_>, found: &mut Entries) -> Option<()> {
    let mut known = Known { at: text.body().start, inside: wanted.is_before_headers() };
    Search::new(text, wanted, text.body()).run::<false>(|search, entry| {
        if known.is_in_section(search, entry.line.start)? {
            found.push(entry);
        }
        Some(())
    })
}

/// A search for the bytes of the key.
struct Search<'s, 'a, 'n> {
    text: &'s Text<'a>,
    wanted: &'s Wanted<'n>,
    span: Span,
    /// How often the search may yet stop for nothing.
    patience: usize,
}

impl<'s, 'a, 'n> Search<'s, 'a, 'n> {
    fn new(text: &'s Text<'a>, wanted: &'s Wanted<'n>, span: Span) -> Self {
        // All of these stops cost about a tenth of what a walk over the lines does.
        Self { text, wanted, span, patience: 32 + span.len() / 2048 }
    }

    /// Calls `visit` with each line that has the key; none if that or the search gave up.
    ///
    /// This may be one of many searches: then each stop for nothing costs more than avoiding it.
    fn run<const OF_MANY: bool>(
        mut self,
        mut visit: impl FnMut(&mut Self, Entry) -> Option<()>,
    ) -> Option<()> {
        let Span { start, .. } = self.span;
        let (text, key) = (self.span.of(self.text.bytes()), self.wanted.key);
        let mut read = start;
        let mut visit_hit = |hit: usize| {
            let key = start + hit;
            if key < read {
                return Some(());
            }
            let Some(entry) = self.entry_at(key) else { return self.stop_for_nothing() };
            read = entry.line.end;
            visit(&mut self, entry)
        };
        let soon_read = if OF_MANY { SOON_READ_OF_MANY } else { SOON_READ };
        if text.len() <= soon_read {
            each_hit::<OF_MANY>(text, key, visit_hit)
        } else {
            Finder::new(key).find_iter(text).try_for_each(&mut visit_hit)
        }
    }

    fn stop_for_nothing(&mut self) -> Option<()> {
        self.patience = self.patience.checked_sub(1)?;
        Some(())
    }

    /// The key on the line where its bytes stand at `key`, if that line has it.
    #[inline]
    fn entry_at(&self, key: usize) -> Option<Entry> {
        let bytes = self.text.bytes();
        let key = Span::new(key, key + self.wanted.key.len());
        if !self.wanted.may_end_before(bytes.get(key.end)) {
            return None;
        }
        let (start, marker) = self.before(key.start)?;
        let line = Span::new(start, self.text.line_from(key.start).end);
        Entry::with_key(self.text, line, marker, key)
    }

    /// The start of the line, if there is nothing but blanks and one marker before the key.
    #[inline]
    fn before(&self, key: usize) -> Option<(usize, Option<usize>)> {
        let body = self.text.body().start;
        let before = Span::new(body, key).of(self.text.bytes());
        let before = before.get(..len_before_blanks(before))?;
        let marker = match before.last() {
            Some(last) if self.text.dialect().is_marker(*last) => Some(body + before.len() - 1),
            _ => None,
        };
        Some((line_start(self.text, marker.unwrap_or(key))?, marker))
    }
}

/// What is known of the lines from the start of one to the next header.
struct Known {
    at: usize,
    /// Whether they are in the section.
    inside: bool,
}

impl Known {
    /// Whether the line at `start` is in the section; none if that is not found out soon enough.
    fn is_in_section(&mut self, search: &mut Search<'_, '_, '_>, start: usize) -> Option<bool> {
        let text = search.text;
        let mut before = Span::new(self.at, start);
        while let Some(found) = last(before.of(text.bytes()), b'[') {
            let bracket = before.start + found;
            if let Some(header) = Header::at(text, bracket) {
                self.inside = search.wanted.is_section(header.name.of(text.bytes()));
                break;
            }
            before.end = bracket;
            search.stop_for_nothing()?;
        }
        self.at = start;
        Some(self.inside)
    }
}

/// Visits every line, but reads only those that begin as a header, a comment or the key do.
pub(super) fn by_line(text: &Text<'_>, wanted: &Wanted<'_>, found: &mut Entries) {
    let mut inside = wanted.is_before_headers();
    each_telling(text, wanted, text.body(), |at| {
        if text.bytes().get(at) != Some(&b'[') {
            if inside && let Some(entry) = entry_from(text, wanted, at) {
                found.push(entry);
            }
        } else if let Some(header) = Header::at(text, at) {
            inside = wanted.is_section(header.name.of(text.bytes()));
        }
    });
}

/// Calls `visit` with the first byte that is no blank of each line in `span` that may be a header,
/// a comment or a line with the key.
#[inline]
fn each_telling(text: &Text<'_>, wanted: &Wanted<'_>, span: Span, mut visit: impl FnMut(usize)) {
    let Some(&first) = wanted.key.first() else { return };
    let [marker, other_marker] = text.dialect().marker_bytes();
    let (small, capital) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let telling = [b'[', marker, other_marker, small, capital].map(Needle::of);
    let mut firsts = Firsts::of(text.newlines().terminator());
    each_window(span.of(text.bytes()), |at, window| {
        let (_, starts) = firsts.next(&window);
        for bit in bits(starts & window.where_any(telling)) {
            // Beyond the end of the text a window has zeros, and so may the key have.
            if at + bit < span.len() {
                visit(span.start + at + bit);
            }
        }
    });
}

/// The key on the line whose first byte that is no blank is at `first`, if it is the wanted one.
#[inline]
pub(super) fn entry_from(text: &Text<'_>, wanted: &Wanted<'_>, first: usize) -> Option<Entry> {
    entry_between(text, wanted, first, || text.line_from(first).end)
}

/// The same where it is known where the line ends.
#[inline]
pub(super) fn entry_between(
    text: &Text<'_>,
    wanted: &Wanted<'_>,
    first: usize,
    end: impl FnOnce() -> usize,
) -> Option<Entry> {
    let (marker, key) = wanted.key_from(text, first)?;
    Entry::with_key(text, Span::new(line_start(text, first)?, end()), marker, key)
}

/// Reads every line: what a line is may depend on the lines before it.
pub(super) fn by_reading(text: &Text<'_>, wanted: &Wanted<'_>, found: &mut Entries) {
    let mut inside = wanted.is_before_headers();
    found.extend(text.lines().filter_map(|line| {
        if let Class::Header(header) = line.class {
            inside = wanted.is_section(header.name.of(text.bytes()));
        }
        let entry = if inside { Entry::of(text, &line) } else { None };
        entry.filter(|entry| wanted.is_key(entry.key.of(text.bytes())))
    }));
}
