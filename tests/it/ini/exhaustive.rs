//! All short texts over the bytes that matter.

use sesam_transport::ini::{Dialect, Document, Edit, Outcome, Target};

const ALPHABET: &[u8] = b"[]=#;a\n\r \"";
const LONGEST: usize = 5;

/// Calls `visit` with every text up to the longest.
fn all_texts(mut visit: impl FnMut(&[u8])) {
    for len in 0..=LONGEST {
        let mut digits = vec![0; len];
        loop {
            let text: Vec<u8> = digits.iter().map(|digit| ALPHABET[*digit]).collect();
            visit(&text);
            let Some(at) = digits.iter().rposition(|digit| digit + 1 < ALPHABET.len()) else {
                break;
            };
            digits[at] += 1;
            digits[at + 1..].fill(0);
        }
    }
}

fn keeps_its_bytes(text: &[u8], dialect: Dialect) {
    let document = Document::parse(text, dialect);
    let mut at = 0;
    for line in document.lines() {
        assert_eq!(line.span.start, at);
        at = line.span.end;
    }
    assert_eq!((document.to_bytes(), at), (text, text.len()));
}

#[test]
fn every_short_text_keeps_its_bytes() {
    let mut count = 0;
    all_texts(|text| {
        for dialect in [Dialect::stpd(), Dialect::python(), Dialect::git()] {
            keeps_its_bytes(text, dialect);
        }
        count += 1;
    });
    assert_eq!(count, 111_111);
}

#[test]
fn every_edit_of_a_short_text_can_be_taken_back() {
    let target = Target::exact(b"", b"a");
    let edits = [
        Edit::disable(target),
        Edit::enable(target, None),
        Edit::enable(target, Some(b"=")),
        Edit::set(target, b"a"),
        Edit::set(target, b""),
        Edit::insert(target, b"\""),
        Edit::insert(Target::exact(b"a", b"a"), b"").creating_section(),
        Edit::remove(target),
    ];
    let mut changed = 0;
    all_texts(|text| {
        let document = Document::parse(text, Dialect::stpd());
        for edit in &edits {
            let Ok(Outcome::Changed(patch)) = document.plan(edit) else { continue };
            changed += 1;
            let after = patch.apply(text).unwrap();
            assert_ne!(after, text);
            assert_eq!(patch.inverse().apply(&after).unwrap(), text);
            let again = Document::parse(&after, Dialect::stpd()).plan(edit);
            assert!(!matches!(again, Ok(Outcome::Changed(_)) | Err(_)), "{again:?}");
        }
    });
    assert!(changed > 100_000, "only {changed} edits change anything");
}
