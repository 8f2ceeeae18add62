//! Every short text over the bytes that matter, with every kind of edit on both routes.

use std::sync::Mutex;
use std::thread;

use sesam_transport::ini::{
    Action, Dialect, Document, Edit, Hunk, Occurrence, Outcome, Patch, Span, Target, plan,
};

use super::naive;

const ALPHABET: &[u8; 10] = b"[]=#;a\n\r \"";

/// How many texts, edits and changes there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) texts: u64,
    pub(crate) edits: u64,
    pub(crate) changed: u64,
}

/// The edits: each kind, on the lines before the first header and in the one section there can be.
fn edits() -> Vec<Edit<'static>> {
    let of_section = |section: &'static [u8]| {
        let target = Target::exact(section, b"a");
        [
            Edit::disable(target),
            Edit::enable(target, None),
            Edit::enable(target, Some(b"a")),
            Edit::set(target, b"\"a"),
            Edit::insert(target, b"="),
            Edit::insert(target, b"").commented().creating_section(),
            Edit::remove(target),
        ]
    };
    [of_section(b""), of_section(b"a")].concat()
}

/// Every text up to that length keeps its bytes and every edit of it all promises.
pub(crate) fn hold(longest: usize, dialects: &[Dialect], threads: usize) -> Figures {
    // The first byte is a share of the work; the empty text goes with the first share.
    let shares = Mutex::new(0..ALPHABET.len());
    let edits = edits();
    let work = || {
        let mut figures = Figures::default();
        while let Some(first) = { shares.lock().unwrap().next() } {
            starting_with(first, longest, |text| {
                for dialect in dialects {
                    of_text(text, *dialect, &edits, &mut figures);
                }
            });
        }
        figures
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).fold(
            Figures::default(),
            |sum, part| Figures {
                texts: sum.texts + part.texts,
                edits: sum.edits + part.edits,
                changed: sum.changed + part.changed,
            },
        )
    })
}

/// Calls `visit` with every text up to the longest that starts with that byte of the alphabet.
fn starting_with(first: usize, longest: usize, mut visit: impl FnMut(&[u8])) {
    if first == 0 {
        visit(b"");
    }
    for len in 1..=longest {
        let mut digits = vec![0; len];
        let mut text = vec![ALPHABET[0]; len];
        (digits[0], text[0]) = (first, ALPHABET[first]);
        loop {
            visit(&text);
            let Some(at) = (1..len).rev().find(|at| digits[*at] + 1 < ALPHABET.len()) else {
                break;
            };
            digits[at] += 1;
            text[at] = ALPHABET[digits[at]];
            digits[at + 1..].fill(0);
            text[at + 1..].fill(ALPHABET[0]);
        }
    }
}

fn of_text(text: &[u8], dialect: Dialect, edits: &[Edit<'static>], figures: &mut Figures) {
    let document = Document::parse(text, dialect);
    lines_are_the_text(&document);
    if dialect == Dialect::stpd() {
        naive::agrees(&document, b"", b"a", false);
        naive::agrees(&document, b"a", b"a", false);
    }
    figures.texts += 1;
    for edit in edits {
        figures.edits += 1;
        let outcome = document.plan(edit);
        let shown = || format!("{} with {edit:?}", text.escape_ascii());
        assert_eq!(plan(text, dialect, edit), outcome, "the routes differ: {}", shown());
        if let Ok(Outcome::Changed(patch)) = outcome {
            figures.changed += 1;
            let after = of_patch(text, &patch);
            assert!(touches_only_its_own(&document, edit, patch.hunks()), "{}", shown());
            let again = Document::parse(&after, dialect).plan(edit);
            let settled = matches!(again, Ok(Outcome::Unchanged(_) | Outcome::NotFound(_)));
            assert!(settled, "twice is not once: {}, {again:?}", shown());
        }
    }
}

fn lines_are_the_text(document: &Document<'_>) {
    let mut at = 0;
    for line in document.lines() {
        assert_eq!(line.span.start, at);
        assert!(line.span.end > at && line.content.end <= line.span.end);
        at = line.span.end;
    }
    assert_eq!(at, document.to_bytes().len());
}

/// The hunks give the slices, and taken back one by one they give the text.
///
/// That is what the inverse patch does, without the cost of its hashes; it is asked for the
/// shortest texts only.
fn of_patch(text: &[u8], patch: &Patch<'_>) -> Vec<u8> {
    let after = patch.slices(text).unwrap().collect::<Vec<_>>().concat();
    let (mut there, mut back, mut at, mut from) = (Vec::new(), Vec::new(), 0, 0);
    for hunk in patch.hunks() {
        let span = hunk.span();
        let kept = &text[at..span.start];
        there.extend_from_slice(kept);
        there.extend_from_slice(hunk.after());
        back.extend_from_slice(&after[from..from + kept.len()]);
        back.extend_from_slice(hunk.before());
        (at, from) = (span.end, there.len());
    }
    there.extend_from_slice(&text[at..]);
    back.extend_from_slice(&after[from..]);
    assert_eq!(there, after);
    assert_eq!(back, text);
    assert_ne!(after, text);
    if text.len() <= 4 {
        assert_eq!(patch.inverse().apply(&after).unwrap(), text);
    }
    after
}

/// Whether every hunk is what the edit is about, and where.
fn touches_only_its_own(document: &Document<'_>, edit: &Edit<'_>, hunks: &[Hunk<'_>]) -> bool {
    let Target { section, key, names } = edit.target;
    let found = document.occurrences(section, key, names);
    let (active, commented): (Vec<_>, Vec<_>) = found.partition(Occurrence::is_active);
    let lines = || active.iter().flat_map(lines_of);
    match edit.action {
        Action::Disable(_) => {
            let starts = lines().map(|span| (span.start, span.start));
            starts.eq(hunks.iter().map(range)) && hunks.iter().all(|hunk| hunk.after() == b"# ")
        }
        Action::Remove(_) => {
            let spans = lines().map(|span| (span.start, span.end));
            spans.eq(hunks.iter().map(range)) && hunks.iter().all(|hunk| hunk.after().is_empty())
        }
        Action::Set { value, .. } => {
            let place = active[0].value_parts().unwrap().span;
            matches!(hunks, [hunk] if hunk.span() == place && hunk.after() == value)
        }
        Action::Insert { value, .. } => is_insertion(hunks, key, value),
        Action::Enable(Some(value)) if commented.is_empty() => is_insertion(hunks, key, value),
        Action::Enable(_) => commented.iter().any(|one| {
            let spans: Vec<_> = lines_of(one).collect();
            spans.len() == hunks.len()
                && spans.iter().zip(hunks).all(|(span, hunk)| {
                    let inside = span.start <= hunk.span().start && hunk.span().end <= span.end;
                    inside && hunk.after().is_empty() && is_marker(hunk.before())
                })
        }),
    }
}

fn range(hunk: &Hunk<'_>) -> (usize, usize) {
    (hunk.span().start, hunk.span().end)
}

/// The line of a key and the lines that continue it.
fn lines_of(found: &Occurrence<'_>) -> impl Iterator<Item = Span> {
    std::iter::once(found.span()).chain(found.continuation().map(|line| line.span))
}

fn is_marker(bytes: &[u8]) -> bool {
    matches!(bytes, b"#" | b";" | b"# " | b"; ")
}

fn is_insertion(hunks: &[Hunk<'_>], key: &[u8], value: &[u8]) -> bool {
    let [hunk] = hunks else { return false };
    let new = hunk.after();
    let has = |part: &[u8]| part.is_empty() || new.windows(part.len()).any(|window| window == part);
    hunk.before().is_empty() && has(key) && has(value)
}
