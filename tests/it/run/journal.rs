//! Journals, read back.

use proptest::prelude::*;
use sesam_transport::run::{Journal, JournalFault};

use super::{small_site, world::World};

fn journal() -> Vec<u8> {
    let mut world = World::of(&small_site());
    let _ = world.drive(|_, _| None);
    world.journals.swap_remove(0)
}

#[track_caller]
fn refuses(more: &str, expected: &str) {
    let mut bytes = journal();
    bytes.extend(more.as_bytes());
    bytes.push(b'\n');
    let lines = bytes.split_inclusive(|&byte| byte == b'\n').count();
    let fault = Journal::read(&bytes).unwrap_err();
    assert_eq!(fault.to_string(), format!("line {lines}{expected}"));
}

#[test]
fn a_journal_is_lines_of_json() {
    let bytes = journal();
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with(
        r#"{"time":"2026-01-01T00:00:00Z","started":{"format_version":"1.0","plan":"sha256:"#
    ));
    assert_eq!(lines.next(), Some(r#"{"time":"2026-01-01T00:00:00Z","begun":1}"#));
    assert_eq!(lines.next(), Some(r#"{"time":"2026-01-01T00:00:00Z","done":1}"#));
}

#[test]
fn what_is_no_journal_is_refused_with_its_place() {
    let mut bytes = journal();
    bytes.splice(..0, *b"\n");
    let fault = Journal::read(&bytes).unwrap_err();
    assert_eq!(fault.to_string(), "line 1, column 1: EOF while parsing a value");
    refuses(
        r#"{"time":"","begun":1,"done":1}"#,
        ", column 1: expected exactly one of `started`, `begun`, `done` and `undone`",
    );
    refuses(
        r#"{"time":"","begun":-1}"#,
        ", column 21: invalid value: integer `-1`, expected usize",
    );
    refuses(
        r#"{"time":"","done":1}"#,
        ": a step ends that was not begun, so this is not the journal of one run",
    );
    refuses(
        "{\"time\":\"\",\"begun\":1}\n{\"time\":\"\",\"begun\":2}",
        ": a step begins while another is open, so this is not the journal of one run",
    );
    assert_eq!(Journal::read(b""), Err(JournalFault::Empty));
    assert_eq!(Journal::read(b"{\"time\""), Err(JournalFault::Empty));
    let first = "{\"time\":\"\",\"begun\":1}\n";
    assert!(matches!(Journal::read(first.as_bytes()), Err(JournalFault::Order { line: 1, .. })));
    let later = String::from_utf8(journal()).unwrap().replacen("\"1.0\"", "\"2.0\"", 1);
    assert_eq!(Journal::read(later.as_bytes()), Err(JournalFault::Version("2.0".to_owned())));
}

/// The end of a line can reach the disk before its middle.
#[test]
fn a_last_line_with_a_hole_is_left_out() {
    let whole = journal();
    for torn in ["\n", "\0\0\0\0\n", "{\"time\":\"\0\0\0\0\0\0\0}\n"] {
        let bytes = [&whole[..], torn.as_bytes()].concat();
        let journal = Journal::read(&bytes).unwrap();
        assert_eq!((journal.whole(), journal.open()), (whole.len(), None));
        assert_eq!(Journal::read(torn.as_bytes()), Err(JournalFault::Empty));
    }
}

#[test]
fn an_unfinished_line_is_left_out() {
    let mut bytes = journal();
    let whole = bytes.len();
    bytes.extend(b"{\"time\":\"2026\",\"beg");
    let journal = Journal::read(&bytes).unwrap();
    assert_eq!((journal.whole(), journal.open()), (whole, None));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// No bytes make reading panic, and what is read never claims more than whole lines say.
    #[test]
    fn any_bytes_are_read_or_refused(at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let mut bytes = journal();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(bytes.len() + 1));
        if let Ok(journal) = Journal::read(&bytes) {
            prop_assert!(journal.whole() <= bytes.len());
            prop_assert!(journal.finished().len() <= bytes.len());
        }
    }
}
