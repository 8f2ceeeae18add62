//! What must hold for every text and every edit of it.
//!
//! The fuzz targets assert this for inputs they find, the tests for inputs that are kept.

mod input;
mod naive;
pub(crate) mod patches;
pub(crate) mod routes;

use sesam_transport::ini::{
    Action, Class, Continuation, Dialect, Document, Edit, Hunk, Line, Match, Outcome, Patch, Place,
    Planned, Refusal, Span, Target, Which, plan, plan_all,
};

pub(crate) use input::DIALECTS;
use input::Input;
use patches::patch_is_sound;
use routes::all_is_one_by_one;

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
    reading_is_the_models(&document);
}

/// Lines and keys read as in the model.
fn reading_is_the_models(document: &Document<'_>) {
    let model = naive::Text::read(document.to_bytes(), document.dialect());
    let of = |span: Span| span.of(document.to_bytes()).to_vec();
    let lines: Vec<naive::Reads> = document
        .lines()
        .map(|line| match line.class {
            Class::Blank => naive::Reads::Blank,
            Class::Comment { .. } => naive::Reads::Comment,
            Class::Header(header) => naive::Reads::Header(of(header.name)),
            Class::Key(found) => naive::Reads::Key(of(found.key), Vec::new()),
            Class::Bare { key } => naive::Reads::Bare(of(key)),
            Class::Continuation => naive::Reads::Continuation,
            Class::Other(_) => naive::Reads::Other,
        })
        .collect();
    // The values are compared with the keys below.
    let without_value = |reads| match reads {
        naive::Reads::Key(key, _) => naive::Reads::Key(key, Vec::new()),
        reads => reads,
    };
    let expected = model.reads().into_iter().map(|(reads, _)| without_value(reads));
    assert_eq!(lines, expected.collect::<Vec<_>>());
    let blocks = model.blocks();
    assert_eq!(document.sections().count(), blocks.len());
    for (section, block) in document.sections().zip(blocks) {
        let header = section.line().map(|line| (line - 1, section.name().to_vec()));
        assert_eq!(header, block.header);
        let keys: Vec<naive::Found> = section
            .keys()
            .map(|key| naive::Found {
                line: key.line() - 1,
                active: key.is_active(),
                key: key.key().to_vec(),
                value: key.value().map(<[u8]>::to_vec),
                more: key.continuation().map(|line| line.number - 1).collect(),
            })
            .collect();
        assert_eq!(keys, block.keys);
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

/// An input of `ini_edit`: the dialect, up to three edits, their section (see `input.rs`), then the text.
///
/// The edits are made one after the other, each on what the ones before it leave.
pub(crate) fn edit_input(input: &[u8]) {
    let Some(Input { dialect, edits, rest: text, .. }) = Input::read(input, 3) else { return };
    let mut text_now = text.to_vec();
    for edit in &edits {
        one_edit(&text_now, dialect, edit);
        let outcome = Document::parse(&text_now, dialect).plan(edit);
        if let Ok(Outcome::Changed(patch)) = outcome {
            text_now = patch.apply(&text_now).expect("it applies");
        }
    }
    several_edits(text, dialect, &edits);
}

/// One edit of one text keeps all promises.
pub(crate) fn one_edit(text: &[u8], dialect: Dialect, edit: &Edit<'_>) {
    let document = Document::parse(text, dialect);
    let outcome = document.plan(edit);
    assert_eq!(plan(text, dialect, edit), outcome, "both routes come to the same");
    decided_as_in_the_model(text, dialect, edit, &outcome);
    let Ok(Outcome::Changed(patch)) = outcome else { return };
    let after = patch_is_sound(text, &patch);
    assert_ne!(after, text, "a change changes something");
    let document_after = Document::parse(&after, dialect);
    assert_eq!(document_after.encoding(), document.encoding());
    round_trip(&after, dialect);
    untouched_lines_are_the_same(&document, &document_after, &patch);
    let again = document_after.plan(edit);
    let settled = matches!(again, Ok(Outcome::Unchanged(_) | Outcome::NotFound(_)));
    assert!(settled || counts_lines(edit), "twice is once: {again:?}");
    if dialect.continuation() == Continuation::Never {
        other_keys_are_the_same(&document, &document_after, edit);
    }
}

/// Whether the same edit, done again, means another line.
fn counts_lines(edit: &Edit<'_>) -> bool {
    let counted = |which| matches!(which, Which::First | Which::Last | Which::Nth(_));
    match edit.action {
        Action::Disable(which) | Action::Remove(which) => counted(which),
        _ => false,
    }
}

/// The library decides as the model does.
fn decided_as_in_the_model(
    text: &[u8],
    dialect: Dialect,
    edit: &Edit<'_>,
    outcome: &Result<Outcome<'_>, Refusal>,
) {
    let (decided, model) = (decided(text, outcome), naive::Text::read(text, dialect).decide(edit));
    assert!(
        decided == model,
        "decided {decided:?}, in the model {model:?}: {edit:?} of {}",
        text.escape_ascii()
    );
}

/// What the library makes of an edit, in the words of the model.
fn decided(text: &[u8], outcome: &Result<Outcome<'_>, Refusal>) -> naive::Decided {
    match outcome {
        Ok(Outcome::Changed(patch)) => {
            naive::Decided::Bytes(patch.apply(text).expect("it applies"))
        }
        Ok(Outcome::Unchanged(why)) => naive::Decided::Unchanged(*why),
        Ok(Outcome::NotFound(what)) => naive::Decided::NotFound(*what),
        Err(refusal) => {
            let lines = refusal.places().iter().map(|place| place.line).collect();
            naive::Decided::Refused(name(refusal), lines)
        }
    }
}

const fn name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::UnsupportedEncoding { .. } => "UnsupportedEncoding",
        Refusal::AmbiguousActive { .. } => "AmbiguousActive",
        Refusal::AmbiguousCommented { .. } => "AmbiguousCommented",
        Refusal::ActiveWithOtherValue { .. } => "ActiveWithOtherValue",
        Refusal::NoCandidateWithValue { .. } => "NoCandidateWithValue",
        Refusal::BareKey { .. } => "BareKey",
        Refusal::Continued { .. } => "Continued",
        Refusal::NoSuchSection { .. } => "NoSuchSection",
        Refusal::WouldNotReadBack { .. } => "WouldNotReadBack",
        Refusal::ChangesOtherLines { .. } => "ChangesOtherLines",
    }
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

/// Several edits are one sound patch with the same result as one after the other.
pub(crate) fn several_edits(text: &[u8], dialect: Dialect, edits: &[Edit<'_>]) {
    all_is_one_by_one(text, dialect, edits);
    if let Ok(Planned::Changed(patch)) = plan_all(text, dialect, edits) {
        patch_is_sound(text, &patch);
    }
}
