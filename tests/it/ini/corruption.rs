//! Files as they are found on hosts, with one byte wrong.

use std::path::Path;

use sesam_transport::ini::{Dialect, Document, Edit, Match, Outcome, Target, plan};

use super::verbs::shown;
use crate::ini_laws as laws;

/// Bytes that mean something to a reader, or that a damaged file has.
const NASTY: &[u8] = b"\0\t\n\r \"#':;=[\\]a\x1a\x80\xEF\xFF";

/// Every text that differs from `text` by one byte: another one, none, or twice the same.
fn damaged(text: &[u8], mut visit: impl FnMut(&[u8])) {
    for (at, byte) in text.iter().enumerate() {
        let (before, after) = (&text[..at], &text[at + 1..]);
        for nasty in NASTY.iter().filter(|nasty| *nasty != byte) {
            visit(&[before, &[*nasty], after].concat());
        }
        visit(&[before, after].concat());
        visit(&[before, &[*byte, *byte], after].concat());
    }
}

fn edits() -> [Edit<'static>; 7] {
    let target = Target { section: b"STPD_Server", key: b"STPD_PORT", names: Match::Exact };
    [
        Edit::disable(target),
        Edit::enable(target, None),
        Edit::enable(target, Some(b"11001")),
        Edit::set(target, b"12001"),
        Edit::remove(target),
        Edit::insert(target, b"12001"),
        Edit::insert(Target::exact(b"STPD_Server", b"NEW"), b"1").creating_section(),
    ]
}

/// What the edits of the damaged texts came to.
#[derive(Debug, Default)]
struct Figures {
    texts: usize,
    changed: usize,
    settled: usize,
    not_found: usize,
    refused: usize,
}

fn sweep(text: &[u8], figures: &mut Figures) {
    let dialect = Dialect::stpd();
    damaged(text, |text| {
        let document = Document::parse(text, dialect);
        assert_eq!(document.to_bytes(), text);
        figures.texts += 1;
        for edit in &edits() {
            let outcome = document.plan(edit);
            let same = plan(text, dialect, edit) == outcome;
            assert!(same, "the routes differ: {edit:?} of {}", shown(text));
            *match outcome {
                Ok(Outcome::Changed(_)) => &mut figures.changed,
                Ok(Outcome::Unchanged(_)) => &mut figures.settled,
                Ok(Outcome::NotFound(_)) => &mut figures.not_found,
                Err(_) => &mut figures.refused,
            } += 1;
            laws::one_edit(text, dialect, edit);
        }
    });
}

#[test]
fn one_wrong_byte_breaks_no_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stpd");
    let mut figures = Figures::default();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        sweep(&std::fs::read(path).unwrap(), &mut figures);
    }
    println!("{figures:?}");
    let Figures { texts, changed, settled, not_found, refused } = figures;
    assert!(texts > 50_000 && changed > 100_000, "too little was tried");
    assert!(settled > 1000 && not_found > 1000 && refused > 1000, "too few outcomes were met");
}
