//! All short texts over the bytes that matter; the slow proofs go on to longer ones.

use sesam_transport::ini::Dialect;

use super::short_texts::{self, Figures};

#[test]
fn every_edit_of_a_short_text_keeps_all_promises() {
    let figures = short_texts::hold(5, &[Dialect::stpd()], 2);
    assert_eq!((figures.texts, figures.edits), (111_111, 111_111 * 14));
    assert!(figures.changed > 100_000, "{figures:?}");
}

#[test]
fn every_edit_of_a_shorter_text_keeps_them_in_every_dialect() {
    let Figures { texts, changed, .. } = short_texts::hold(4, &crate::ini_laws::DIALECTS, 2);
    assert_eq!(texts, 11_111 * 5);
    assert!(changed > 50_000, "only {changed} edits change anything");
}
