//! What holds for every text, on generated ones.

use proptest::collection::vec;
use proptest::prelude::*;
use sesam_transport::ini::{
    Continuation, Dialect, Document, Edit, Match, NotFound, Occurrence, Outcome, Planned, Refusal,
    Span, Target, Which, plan, plan_all,
};

use super::naive;
use super::verbs::shown;

use crate::ini_laws as laws;

/// Pieces that texts are made of; keys and sections recur so that edits meet them.
const PIECES: &[&[u8]] = &[
    b"[S]",
    b"[T]",
    b"[ S ]",
    b"[S",
    b"[]",
    b"K",
    b"L",
    b"k",
    b"=",
    b":",
    b" = ",
    b"1",
    b"22",
    b"\"",
    b"'",
    b"#",
    b";",
    b"# ",
    b" ;",
    b" # c",
    b" ",
    b"\t",
    b"\n",
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"\\",
    b"\0",
    b"\xE4",
    b"\xEF\xBB\xBF",
    b"\x1a",
    b"K=1",
    b"L = 2",
    b"# K=1",
    b"\nK=1\n",
    b"\n[S]\n",
    b"\r\n[S]\r\n",
    b"\n  K = 1\n",
    b"x y",
];

/// Whole lines, so that keys and sections are often there more than once, active and commented.
const LINES: &[&[u8]] = &[
    b"[S]",
    b"[S]",
    b"[S]",
    b"[T]",
    b"[s]",
    b"K=1",
    b"K=1",
    b"K=1",
    b"K = 22 ; c",
    b"k:\"1\"",
    b"L=",
    b"L = 1",
    b"  L=22\t",
    b"K",
    b"#K=1",
    b"#K=1",
    b"# K = 22",
    b";L=",
    b"# L",
    b"## K=1",
    b"  2",
    b"K=1 \\",
    b"",
];

fn ini_text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![1 => text_of_pieces(), 3 => text_of_lines()]
}

fn text_of_pieces() -> impl Strategy<Value = Vec<u8>> {
    let start = prop::sample::select(vec![&b""[..], b"[S]\n", b"[S]\r\n", b"[S]\r"]);
    (start, vec(prop::sample::select(PIECES), 0..24))
        .prop_map(|(start, pieces)| [start, &pieces.concat()].concat())
}

fn text_of_lines() -> impl Strategy<Value = Vec<u8>> {
    let newline = prop::sample::select(vec![&b"\n"[..], b"\n", b"\r\n", b"\r"]);
    let first = prop::sample::select(vec![&b"[S]"[..], b"[S]", b"K=1", b"\xEF\xBB\xBF"]);
    (newline, first, vec(prop::sample::select(LINES), 0..16), any::<bool>()).prop_map(
        |(newline, first, lines, terminated)| {
            let text = [&[first], lines.as_slice()].concat().join(newline);
            if terminated { [text.as_slice(), newline].concat() } else { text }
        },
    )
}

/// Lines that are long, look like a key or a header, or both: a search for the key stops at them.
fn filler() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        &b"x"[..],
        b"K=0 ",
        b"KK=0\n",
        b" [S]",
        b"L=[S]\n",
        b"[S\n",
        b"[T]\nK=0\n",
        b"#",
        b"\n",
        b"\t",
        b"\r\n",
        b"\xEF",
    ]);
    (piece, 0..300_usize, any::<bool>(), any::<bool>()).prop_map(
        |(piece, count, commented, ended)| {
            let first: &[u8] = if commented { b";" } else { b"" };
            let last: &[u8] = if ended { b"\n" } else { b"" };
            [first, &piece.repeat(count), last].concat()
        },
    )
}

/// Longer than what is searched at a time, with the lines that matter anywhere in it.
fn long_text() -> impl Strategy<Value = Vec<u8>> {
    vec((filler(), ini_text()), 1..6).prop_map(|parts| {
        parts.into_iter().flat_map(|(filler, text)| [filler, text].concat()).collect()
    })
}

fn any_text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![3 => ini_text(), 1 => vec(any::<u8>(), 0..64)]
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop::sample::select(laws::DIALECTS.to_vec())
}

fn section() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![&b"S"[..], b"S", b"S", b"T", b"", b"s"])
}

fn key() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![&b"K"[..], b"K", b"K", b"L", b"k", b"1", b"new"])
}

fn value() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![
        &b"1"[..],
        b"22",
        b"",
        b" x",
        b"a ; b",
        b"\"q\"",
        b"\xE4\0",
        b"a\\",
        b"\n",
    ])
}

fn names() -> impl Strategy<Value = Match> {
    prop::sample::select(vec![Match::Exact, Match::IgnoreCase, Match::Family])
}

fn which() -> impl Strategy<Value = Which> {
    let nth = [1, 2, 3].map(super::verbs::nth);
    let named = [Which::Only, Which::Only, Which::Only, Which::Every, Which::First, Which::Last];
    prop::sample::select([&named[..], &nth].concat())
}

fn target() -> impl Strategy<Value = Target<'static>> {
    (section(), key(), names()).prop_map(|(section, key, names)| Target { section, key, names })
}

fn edit() -> impl Strategy<Value = Edit<'static>> {
    (target(), value(), which(), 0..8_u8).prop_map(|(target, value, which, kind)| match kind {
        0 => Edit::disable(target).choosing(which),
        1 => Edit::enable(target, None),
        2 => Edit::enable(target, Some(value)),
        3 => Edit::set(target, value).choosing(which),
        4 => Edit::insert(target, value),
        5 => Edit::insert(target, value).creating_section(),
        6 => Edit::insert(target, value).commented(),
        _ => Edit::remove(target).choosing(which),
    })
}

/// The active lines that an edit can mean, in a text that can be edited.
fn active<'a>(document: &Document<'a>, target: &Target<'_>) -> Vec<Occurrence<'a>> {
    let Target { section, key, names } = *target;
    document.occurrences(section, key, names).filter(Occurrence::is_active).collect()
}

fn applied(text: &[u8], dialect: Dialect, edits: &[Edit<'_>]) -> Option<Vec<u8>> {
    match plan_all(text, dialect, edits) {
        Ok(Planned::Changed(patch)) => Some(patch.apply(text).unwrap()),
        Ok(Planned::Unchanged) => Some(text.to_vec()),
        _ => None,
    }
}

/// The families in which a line reads by itself: elsewhere an edit may be refused for the sake of
/// the lines below, and which ones those are depends on the edits before.
fn line_by_line() -> impl Strategy<Value = Dialect> {
    prop::sample::select(vec![Dialect::stpd(), Dialect::generic()])
}

/// The one line that is meant, if there is one.
fn chosen<'l, 'a>(lines: &'l [Occurrence<'a>], which: Which) -> Option<&'l Occurrence<'a>> {
    match which {
        Which::Only | Which::Every => lines.first().filter(|_| lines.len() == 1),
        Which::First => lines.first(),
        Which::Last => lines.last(),
        Which::Nth(n) => lines.get(n.get() - 1),
    }
}

/// The line that a new line of the section follows, if that is a key and not `K`.
fn neighbour(text: &[u8], dialect: Dialect, section: &[u8]) -> Option<Vec<u8>> {
    let document = Document::parse(text, dialect);
    let blocks = document.sections().filter(|block| block.is_named(section, Match::Exact));
    let keys = blocks.flat_map(|block| block.keys());
    let last = keys.filter(|key| key.is_active() && !key.is_bare()).last()?;
    (last.key() != b"K").then(|| last.span().of(text).to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(2000),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn reading_keeps_every_byte(text in any_text(), dialect in dialect()) {
        laws::round_trip(&text, dialect);
    }

    #[test]
    fn an_edit_keeps_all_promises(text in any_text(), dialect in dialect(), edit in edit()) {
        laws::one_edit(&text, dialect, &edit);
    }

    #[test]
    fn every_route_comes_to_the_same(
        text in any_text(),
        dialect in dialect(),
        edit in edit(),
        names in prop::sample::select(vec![Match::Exact, Match::IgnoreCase, Match::Family]),
    ) {
        let target = Target { names, ..edit.target };
        laws::routes::routes_agree(&text, dialect, &Edit { target, ..edit });
    }

    #[test]
    fn several_edits_are_one_patch(
        text in any_text(),
        dialect in dialect(),
        edits in vec(edit(), 1..5),
    ) {
        laws::several_edits(&text, dialect, &edits);
    }

    #[test]
    fn enable_takes_back_disable(text in ini_text(), dialect in dialect(), section in section(), key in key()) {
        let target = Target::exact(section, key);
        let document = Document::parse(&text, dialect);
        let found: Vec<_> = document.occurrences(section, key, Match::Exact).collect();
        let [only] = found.as_slice() else { return Ok(()) };
        if only.is_active() && !only.is_continued() {
            let Ok(Outcome::Changed(disabled)) = document.plan(&Edit::disable(target)) else {
                return Ok(()); // an encoding that cannot be edited
            };
            let disabled = disabled.apply(&text).unwrap();
            let document = Document::parse(&disabled, dialect);
            let mut found = document.occurrences(section, key, Match::Exact);
            if found.any(|found| found.is_continued()) {
                return Ok(()); // comments below the line now look as if they belonged to it
            }
            let back = document.plan(&Edit::enable(target, None));
            let Ok(Outcome::Changed(back)) = back else {
                // The lines below may now go over to the value above.
                prop_assert!(dialect.continuation() != Continuation::Never, "{back:?}");
                return Ok(());
            };
            prop_assert_eq!(back.apply(&disabled).unwrap(), text);
        }
    }

    #[test]
    fn edits_of_different_keys_commute(
        text in ini_text(),
        dialect in line_by_line(),
        sections in (section(), section()),
        one in 0..4_u8,
        other in 0..4_u8,
    ) {
        let edit = |kind: u8, target| match kind {
            0 => Edit::disable(target),
            1 => Edit::enable(target, None),
            2 => Edit::set(target, b"9").choosing(Which::Every),
            _ => Edit::remove(target),
        };
        let one = edit(one, Target::exact(sections.0, b"K"));
        let other = edit(other, Target::exact(sections.1, b"L"));
        let there = applied(&text, dialect, &[one, other]);
        let back = applied(&text, dialect, &[other, one]);
        if let (Some(there), Some(back)) = (there, back) {
            prop_assert_eq!(there, back);
        }
    }

    /// A new line has its place and its looks from another line. So insertion commutes with an
    /// edit of a third key, but not with one that makes, moves or empties that other line, nor
    /// with a second insertion behind it; and at an unterminated end not with the removal of the
    /// line whose terminator it takes.
    #[test]
    fn insertion_commutes_with_edits_that_leave_its_neighbour(
        text in ini_text(),
        dialect in line_by_line(),
        sections in (section(), section()),
        value in value(),
        commented in any::<bool>(),
        kind in 0..5_u8,
    ) {
        let text = [text.as_slice(), b"\n"].concat();
        let (target, section) = (Target::exact(sections.0, b"K"), sections.1);
        let one = match kind {
            0 => Edit::disable(target),
            1 => Edit::enable(target, None),
            2 => Edit::enable(target, Some(value)),
            3 => Edit::set(target, value).choosing(Which::Every),
            _ => Edit::remove(target),
        };
        let insertion = Edit::insert(Target::exact(section, b"new"), b"9");
        let insertion = if commented { insertion.commented() } else { insertion };
        let Some(after) = applied(&text, dialect, &[one]) else { return Ok(()) };
        let [before, after] = [&text, &after].map(|text| neighbour(text, dialect, section));
        if before.is_none() || before != after {
            return Ok(());
        }
        let there = applied(&text, dialect, &[one, insertion]);
        let back = applied(&text, dialect, &[insertion, one]);
        if let (Some(there), Some(back)) = (there, back) {
            prop_assert_eq!(shown(&there), shown(&back));
        }
    }

    #[test]
    fn an_absent_key_changes_nothing(
        text in any_text(),
        dialect in dialect(),
        target in target(),
        which in which(),
    ) {
        let target = Target { key: b"nowhere at all", ..target };
        let document = Document::parse(&text, dialect);
        for edit in [
            Edit::disable(target).choosing(which),
            Edit::enable(target, None),
            Edit::set(target, b"1").choosing(which),
            Edit::remove(target).choosing(which),
        ] {
            let outcome = document.plan(&edit);
            prop_assert_eq!(&plan(&text, dialect, &edit), &outcome);
            match outcome {
                Ok(Outcome::NotFound(NotFound::Key | NotFound::Section)) => {}
                Err(_) if !document.encoding().is_editable() => {}
                other => prop_assert!(false, "{other:?}"),
            }
        }
        prop_assert!(std::ptr::eq(document.to_bytes(), text.as_slice()), "the input is borrowed");
    }

    #[test]
    fn a_naive_reader_finds_the_same_keys(
        text in prop_oneof![any_text(), long_text()],
        section in section(),
        key in key(),
        any_case in any::<bool>(),
    ) {
        let document = Document::parse(&text, Dialect::stpd());
        if document.encoding().is_editable() {
            naive::agrees(&document, section, key, any_case);
        }
    }

    #[test]
    fn an_edit_of_a_long_text_keeps_all_promises(
        text in long_text(),
        dialect in dialect(),
        edit in edit(),
    ) {
        laws::one_edit(&text, dialect, &edit);
    }

    #[test]
    fn both_routes_come_to_the_same(text in any_text(), dialect in dialect(), edit in edit()) {
        let outcome = Document::parse(&text, dialect).plan(&edit);
        let other = plan(&text, dialect, &edit);
        if let (Err(refusal), Err(other)) = (&outcome, &other) {
            prop_assert_eq!(refusal.places(), other.places());
            prop_assert!(!refusal.places().is_empty());
        }
        prop_assert_eq!(outcome, other);
    }

    /// One line, one splice: a marker, the bytes of the value, or the line.
    #[test]
    fn an_edit_of_one_line_is_one_hunk(
        text in ini_text(),
        dialect in dialect(),
        target in target(),
        value in value(),
        which in which(),
    ) {
        let document = Document::parse(&text, dialect);
        let lines = active(&document, &target);
        let Some(line) = chosen(&lines, which) else { return Ok(()) };
        if line.is_continued() {
            return Ok(());
        }
        let span = line.span();
        let edits = [
            (Edit::disable(target), Span::new(span.start, span.start), &b"# "[..]),
            (Edit::remove(target), span, b""),
            (Edit::set(target, value), line.value_parts().map_or(span, |parts| parts.span), value),
        ];
        for (edit, span, new) in edits {
            if let Ok(Outcome::Changed(patch)) = document.plan(&edit.choosing(which)) {
                let [hunk] = patch.hunks() else { panic!("not one hunk: {patch:?}") };
                prop_assert_eq!((hunk.span(), hunk.after()), (span, new));
            }
        }
    }

    /// Of the active lines only those that are meant change, and without `Only` none is too many.
    #[test]
    fn which_lines_are_meant(
        text in ini_text(),
        target in target(),
        which in which(),
    ) {
        let document = Document::parse(&text, Dialect::stpd());
        let lines = active(&document, &target);
        let meant: Vec<_> = match which {
            Which::Every => lines.iter().collect(),
            _ => chosen(&lines, which).into_iter().collect(),
        };
        let starts: Vec<_> = meant.iter().map(|line| line.span().start).collect();
        match document.plan(&Edit::disable(target).choosing(which)) {
            Ok(Outcome::Changed(patch)) => {
                let at: Vec<_> = patch.hunks().iter().map(|hunk| hunk.span().start).collect();
                prop_assert_eq!(at, starts);
            }
            Ok(_) => prop_assert!(starts.is_empty()),
            Err(Refusal::AmbiguousActive { places, .. }) => {
                let all: Vec<_> = lines.iter().map(Occurrence::place).collect();
                prop_assert_eq!((which, places.as_ref()), (Which::Only, all.as_slice()));
                prop_assert!(all.len() > 1);
            }
            Err(_) => {} // another encoding, or a first byte that would make it one
        }
    }

    /// What was there before is written back, unless it cannot be written at all: a CR never
    /// passes, and a backslash at its end could join the next line. The way back from an empty
    /// value is the inverse patch: blanks on both sides of it are one run, and hide where it was.
    #[test]
    fn set_is_taken_back_by_set(
        text in ini_text(),
        dialect in dialect(),
        target in target(),
        value in value(),
    ) {
        let document = Document::parse(&text, dialect);
        let lines = active(&document, &target);
        let [line] = lines.as_slice() else { return Ok(()) };
        let Some(old) = line.value() else { return Ok(()) };
        let joins = !matches!(
            dialect.continuation(),
            Continuation::Never | Continuation::Indentation
        );
        if value.is_empty() || old.contains(&b'\r') || (joins && old.ends_with(b"\\")) {
            return Ok(());
        }
        if let Some(set) = applied(&text, dialect, &[Edit::set(target, value)]) {
            let back = applied(&set, dialect, &[Edit::set(target, old)]);
            prop_assert_eq!(back.as_deref().map(shown), Some(shown(&text)));
        }
    }

    #[test]
    fn what_was_set_is_read(text in ini_text(), section in section(), key in key(), value in value()) {
        let target = Target::exact(section, key);
        if let Ok(Outcome::Changed(patch)) = Document::parse(&text, Dialect::stpd()).plan(&Edit::set(target, value)) {
            let after = patch.apply(&text).unwrap();
            let document = Document::parse(&after, Dialect::stpd());
            let active: Vec<_> = document.occurrences(section, key, Match::Exact).filter(Occurrence::is_active).map(|found| found.value()).collect();
            prop_assert_eq!(active, [Some(value)]);
        }
    }
}

/// The generators are worth something only if what they make meets every outcome often.
#[test]
fn generated_edits_meet_every_outcome() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let strategy = (ini_text(), edit());
    let (mut changed, mut unchanged, mut not_found, mut ambiguous, mut refused) = (0, 0, 0, 0, 0);
    for _ in 0..2000 {
        let (text, edit) = strategy.new_tree(&mut runner).unwrap().current();
        *match Document::parse(&text, Dialect::stpd()).plan(&edit) {
            Ok(Outcome::Changed(_)) => &mut changed,
            Ok(Outcome::Unchanged(_)) => &mut unchanged,
            Ok(Outcome::NotFound(_)) => &mut not_found,
            Err(Refusal::AmbiguousActive { .. } | Refusal::AmbiguousCommented { .. }) => {
                &mut ambiguous
            }
            Err(_) => &mut refused,
        } += 1;
    }
    let all = (changed, unchanged, not_found, ambiguous, refused);
    let enough = changed > 400 && unchanged > 40 && not_found > 400 && ambiguous > 20;
    assert!(enough && refused > 100, "{all:?}");
}
