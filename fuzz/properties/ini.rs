//! What must hold for every text and every edit of it.
//!
//! The fuzz targets assert this for inputs they find, the tests for inputs that are kept.

use sesam_transport::ini::{
    Action, Class, Continuation, Dialect, Document, Edit, Hunk, Line, Match, Outcome, Patch, Place,
    Planned, Span, Target, Which, plan, plan_all,
};

/// The dialects, by the first byte of an input.
pub(crate) const DIALECTS: [Dialect; 5] =
    [Dialect::stpd(), Dialect::generic(), Dialect::python(), Dialect::systemd(), Dialect::git()];

/// An input of `ini_round_trip`: a byte for the dialect, then the text.
pub(crate) fn round_trip_input(input: &[u8]) {
    if let Some((dialect, text)) = input.split_first() {
        round_trip(text, DIALECTS[usize::from(*dialect) % DIALECTS.len()]);
    }
}

/// Reading keeps every byte, and everything read lies where it says.
pub(crate) fn round_trip(text: &[u8], dialect: Dialect) {
    let document = Document::parse(text, dialect);
    assert_eq!(document.to_bytes(), text);
    lines_are_the_text(&document);
    sections_are_the_lines(&document);
    for found in document.findings() {
        assert!(found.place.span.end <= text.len());
        check_place(&document, found.place);
    }
}

/// Counting from the start takes time, so of a long text only its beginning is checked.
fn check_place(document: &Document<'_>, place: Place) {
    if place.span.start < 2048 {
        assert_eq!(place, document.place(place.span));
    }
}

fn lines_are_the_text(document: &Document<'_>) {
    let text = document.to_bytes();
    let mut at = document.body().start;
    for (index, line) in document.lines().enumerate() {
        assert_eq!((line.span.start, line.number), (at, index + 1));
        assert!(line.span.end > at, "a line has at least one byte");
        assert!(line.content.start == at && line.content.end <= line.span.end);
        assert!(matches!(line.terminator().of(text), b"" | b"\n" | b"\r\n" | b"\r"));
        check_place(document, Place { span: line.span, line: line.number, column: 1 });
        at = line.span.end;
    }
    assert_eq!(at, text.len());
}

fn sections_are_the_lines(document: &Document<'_>) {
    let mut at = document.body().start;
    for section in document.sections() {
        let start = section.header().map_or(at, |header| header.span.end);
        assert_eq!(section.header().map_or(at, |header| header.span.start), at);
        assert_eq!(section.body().start, start);
        at = section.body().end;
        for key in section.keys() {
            let line = key.span();
            assert!(inside(line, section.body()) && inside(key.key_span(), line));
            assert!(!key.key().is_empty());
            check_place(document, key.place());
            if let Some(value) = key.value_parts() {
                assert!(inside(value.raw, line) && inside(value.quoted, value.raw));
                assert!(inside(value.span, value.quoted));
                assert!(value.comment.is_none_or(|comment| inside(comment, value.raw)));
            }
            let reachable = section.header().is_none() || !section.name().is_empty();
            if reachable && line.start < 2048 {
                let found = document.occurrences(section.name(), key.key(), Match::Exact);
                assert!(found.map(|found| found.span()).any(|span| span == line));
            }
        }
    }
    assert_eq!(at, document.to_bytes().len());
}

fn inside(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end
}

/// An input of `ini_edit`: a byte for the dialect, one for the number of edits, then for each a
/// byte for its kind and two fields (a key and a value, each up to the next 0xFE byte), then the
/// text.
pub(crate) fn edit_input(input: &[u8]) {
    let Some((&[dialect, count], mut rest)) = input.split_first_chunk() else { return };
    let mut parts = Vec::new();
    for _ in 0..=count % 3 {
        let Some((&kind, behind)) = rest.split_first() else { return };
        let (key, behind) = field(behind);
        let (value, behind) = field(behind);
        parts.push((kind, key, value));
        rest = behind;
    }
    let (section, text) = field(rest);
    let edits: Vec<Edit<'_>> =
        parts.iter().map(|(kind, key, value)| edit(*kind, section, key, value)).collect();
    let dialect = DIALECTS[usize::from(dialect) % DIALECTS.len()];
    for edit in &edits {
        one_edit(text, dialect, edit);
    }
    several_edits(text, dialect, &edits);
}

fn field(input: &[u8]) -> (&[u8], &[u8]) {
    match input.iter().position(|byte| *byte == 0xFE) {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (input, &[]),
    }
}

fn edit<'e>(kind: u8, section: &'e [u8], key: &'e [u8], value: &'e [u8]) -> Edit<'e> {
    let target = match kind & 0x80 {
        0 => Target::exact(section, key),
        _ => Target::ignoring_case(section, key),
    };
    match kind % 8 {
        0 => Edit::disable(target),
        1 => Edit::enable(target, None),
        2 => Edit::enable(target, Some(value)),
        3 => Edit::set(target, value),
        4 => Edit::insert(target, value),
        5 => Edit::insert(target, value).creating_section(),
        6 => Edit::insert(target, value).commented().creating_section(),
        _ => Edit::remove(target),
    }
}

/// One edit of one text keeps all promises.
pub(crate) fn one_edit(text: &[u8], dialect: Dialect, edit: &Edit<'_>) {
    let document = Document::parse(text, dialect);
    let outcome = document.plan(edit);
    assert_eq!(plan(text, dialect, edit), outcome, "both routes come to the same");
    let Ok(Outcome::Changed(patch)) = outcome else { return };
    let after = patch_is_sound(text, &patch);
    assert_ne!(after, text, "a change changes something");
    let document_after = Document::parse(&after, dialect);
    assert_eq!(document_after.encoding(), document.encoding());
    round_trip(&after, dialect);
    untouched_lines_are_the_same(&document, &document_after, &patch);
    let again = document_after.plan(edit);
    let settled = matches!(again, Ok(Outcome::Unchanged(_) | Outcome::NotFound(_)));
    assert!(settled || finds_the_next(edit), "twice is once: {again:?}");
    if dialect.continuation() == Continuation::Never {
        other_keys_are_the_same(&document, &document_after, edit);
    }
}

/// Whether the edit takes one of several active lines away, so that the next takes its place.
fn finds_the_next(edit: &Edit<'_>) -> bool {
    match edit.action {
        Action::Disable(which) | Action::Remove(which) => {
            !matches!(which, Which::Only | Which::Every)
        }
        Action::Enable(_) | Action::Set { .. } | Action::Insert { .. } => false,
    }
}

/// Applies, inverts, composes; yields the text after the change.
fn patch_is_sound(text: &[u8], patch: &Patch<'_>) -> Vec<u8> {
    let after = patch.apply(text).expect("a patch applies to the text it was made for");
    let slices: Vec<&[u8]> = patch.slices(text).expect("so do its slices").collect();
    assert_eq!(slices.concat(), after);
    assert!(slices.iter().all(|slice| !slice.is_empty()));
    let inverse = patch.inverse();
    assert_eq!(inverse.apply(&after).expect("the inverse applies"), text);
    assert!(text == after || patch.apply(&after).is_err(), "other bytes are refused");
    assert!(patch.then(&inverse).expect("a patch composes with its inverse").is_empty());
    assert_eq!(patch.clone().into_owned().apply(text).expect("owned as well"), after);
    let mut end = 0;
    for hunk in patch.hunks() {
        assert!(hunk.span().start >= end);
        end = hunk.span().end;
        assert_eq!(hunk.span().of(text), hunk.before());
    }
    patch.unified_diff(text, "f").expect("a diff is of the same text");
    after
}

/// Lines that no hunk reaches are there after the change, in the same order and class.
fn untouched_lines_are_the_same(before: &Document<'_>, after: &Document<'_>, patch: &Patch<'_>) {
    let inverse = patch.inverse();
    let kept = untouched(before, patch);
    let still = untouched(after, &inverse);
    assert_eq!(kept, still);
}

fn untouched<'d>(document: &Document<'d>, patch: &Patch<'_>) -> Vec<(&'d [u8], u8)> {
    document
        .lines()
        .filter(|line| !patch.hunks().iter().any(|hunk| reaches(hunk, line)))
        .map(|line| (line.span.of(document.to_bytes()), class(line.class)))
        .collect()
}

/// Whether a hunk changes a byte of the line, or puts one into it.
fn reaches(hunk: &Hunk<'_>, line: &Line) -> bool {
    let Span { start, end } = hunk.span();
    if start < end {
        return start < line.span.end && end > line.span.start;
    }
    let whole_lines = hunk.after().ends_with(b"\n") || hunk.after().ends_with(b"\r");
    let at_start = start == line.span.start && !whole_lines;
    let at_end = start == line.span.end && line.terminator().is_empty();
    at_start || at_end || (line.span.start < start && start < line.span.end)
}

fn class(class: Class) -> u8 {
    match class {
        Class::Blank => 0,
        Class::Comment { .. } => 1,
        Class::Header(_) => 2,
        Class::Key(_) => 3,
        Class::Bare { .. } => 4,
        Class::Continuation => 5,
        Class::Other(_) => 6,
    }
}

/// Every key but the edited one reads as before, state and value.
fn other_keys_are_the_same(before: &Document<'_>, after: &Document<'_>, edit: &Edit<'_>) {
    assert_eq!(other_keys(before, &edit.target), other_keys(after, &edit.target));
}

type Reading<'d> = (&'d [u8], &'d [u8], Option<&'d [u8]>, bool);

fn other_keys<'d>(document: &Document<'d>, target: &Target<'_>) -> Vec<Reading<'d>> {
    let edited = |name: &[u8]| match target.names {
        Match::Exact => name == target.key,
        _ => name.eq_ignore_ascii_case(target.key),
    };
    document
        .sections()
        .flat_map(|section| section.keys().map(move |key| (section, key)))
        .filter(|(section, key)| {
            !(section.is_named(target.section, target.names) && edited(key.key()))
        })
        .map(|(section, key)| (section.name(), key.key(), key.value(), key.is_active()))
        .collect()
}

/// Several edits are one patch with the same result as one after the other.
pub(crate) fn several_edits(text: &[u8], dialect: Dialect, edits: &[Edit<'_>]) {
    let Ok(planned) = plan_all(text, dialect, edits) else { return };
    let expected = one_by_one(text, dialect, edits);
    match planned {
        Planned::Changed(patch) => assert_eq!(Some(patch_is_sound(text, &patch)), expected),
        Planned::Unchanged => assert_eq!(Some(text.to_vec()), expected),
        Planned::NotFound { .. } => assert_eq!(expected, None),
    }
}

fn one_by_one(text: &[u8], dialect: Dialect, edits: &[Edit<'_>]) -> Option<Vec<u8>> {
    let mut text = text.to_vec();
    for edit in edits {
        text = match Document::parse(&text, dialect).plan(edit) {
            Ok(Outcome::Changed(patch)) => patch.apply(&text).expect("it applies"),
            Ok(Outcome::Unchanged(_)) => text,
            _ => return None,
        };
    }
    Some(text)
}
