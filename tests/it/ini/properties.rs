//! What holds for every text, on generated ones.

use proptest::collection::vec;
use proptest::prelude::*;
use sesam_transport::ini::{
    Continuation, Dialect, Document, Edit, Match, NotFound, Occurrence, Outcome, Planned, Target,
    Which, plan_all,
};

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

fn ini_text() -> impl Strategy<Value = Vec<u8>> {
    let start = prop::sample::select(vec![&b""[..], b"[S]\n", b"[S]\r\n", b"[S]\r"]);
    (start, vec(prop::sample::select(PIECES), 0..24))
        .prop_map(|(start, pieces)| [start, &pieces.concat()].concat())
}

fn any_text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![3 => ini_text(), 1 => vec(any::<u8>(), 0..64)]
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop::sample::select(laws::DIALECTS.to_vec())
}

fn section() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![&b"S"[..], b"T", b"", b"s"])
}

fn key() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![&b"K"[..], b"L", b"k", b"1", b"new"])
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

fn edit() -> impl Strategy<Value = Edit<'static>> {
    (section(), key(), value(), any::<bool>(), 0..8_u8).prop_map(
        |(section, key, value, exact, kind)| {
            let names = if exact { Match::Exact } else { Match::IgnoreCase };
            let target = Target { section, key, names };
            match kind {
                0 => Edit::disable(target),
                1 => Edit::enable(target, None),
                2 => Edit::enable(target, Some(value)),
                3 => Edit::set(target, value),
                4 => Edit::insert(target, value),
                5 => Edit::insert(target, value).creating_section(),
                6 => Edit::insert(target, value).commented(),
                _ => Edit::remove(target),
            }
        },
    )
}

fn applied(text: &[u8], dialect: Dialect, edits: &[Edit<'_>]) -> Option<Vec<u8>> {
    match plan_all(text, dialect, edits) {
        Ok(Planned::Changed(patch)) => Some(patch.apply(text).unwrap()),
        Ok(Planned::Unchanged) => Some(text.to_vec()),
        _ => None,
    }
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
        dialect in prop::sample::select(vec![Dialect::stpd(), Dialect::generic()]),
        section in section(),
        one in 0..4_u8,
        other in 0..4_u8,
    ) {
        let edit = |kind: u8, key: &'static [u8]| {
            let target = Target::exact(section, key);
            match kind {
                0 => Edit::disable(target),
                1 => Edit::enable(target, None),
                2 => Edit::set(target, b"9").choosing(Which::Every),
                _ => Edit::remove(target),
            }
        };
        let (one, other) = (edit(one, b"K"), edit(other, b"L"));
        let there = applied(&text, dialect, &[one, other]);
        let back = applied(&text, dialect, &[other, one]);
        if let (Some(there), Some(back)) = (there, back) {
            prop_assert_eq!(there, back);
        }
    }

    #[test]
    fn an_absent_key_changes_nothing(text in any_text(), dialect in dialect(), section in section()) {
        let target = Target::exact(section, b"nowhere at all");
        let document = Document::parse(&text, dialect);
        for edit in [Edit::disable(target), Edit::enable(target, None), Edit::set(target, b"1"), Edit::remove(target)] {
            match document.plan(&edit) {
                Ok(Outcome::NotFound(NotFound::Key | NotFound::Section)) => {}
                Err(_) if !document.encoding().is_editable() => {}
                other => prop_assert!(false, "{other:?}"),
            }
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

/// The generator is worth something only if its edits often change the text.
#[test]
fn generated_edits_meet_generated_texts() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let strategy = (ini_text(), edit());
    let changed = (0..1000)
        .filter(|_| {
            let (text, edit) = strategy.new_tree(&mut runner).unwrap().current();
            let outcome = Document::parse(&text, Dialect::stpd()).plan(&edit);
            matches!(outcome, Ok(Outcome::Changed(_)))
        })
        .count();
    assert!(changed > 200, "only {changed} of 1000 edits change anything");
}
