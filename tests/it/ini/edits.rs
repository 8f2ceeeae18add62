//! What each edit changes, leaves, refuses.

use sesam_transport::ini::{
    Dialect, Document, Edit, Match, NotFound, Refusal, Target, Unchanged, Which,
};

use super::verbs::{given, nth};

// ---- disable

#[test]
fn disable_puts_a_marker_before_the_line() {
    given("[S]\nK=1\nL=2\n").disabling("K").produces("[S]\n# K=1\nL=2\n");
    given("[S]\n\t K = 1 ; c\n").disabling("K").produces("[S]\n# \t K = 1 ; c\n");
    given("[S]\nK=1").disabling("K").produces("[S]\n# K=1");
    given("[S]\r\nK=1\r\n").disabling("K").produces("[S]\r\n# K=1\r\n");
    given("[S]\rK=1\r").disabling("K").produces("[S]\r# K=1\r");
    given("[S]\nK=1\r\r\nL=\r\n").disabling("K").produces("[S]\n# K=1\r\r\nL=\r\n");
    given("[S]\nK\n").disabling("K").produces("[S]\n# K\n");
    given("[S]\nK=\n").disabling("K").produces("[S]\n# K=\n");
    given("[S]\nK:1\n").disabling("K").produces("[S]\n# K:1\n");
}

#[test]
fn disable_takes_every_active_line_in_every_block() {
    given("[S]\nK=1\nK=2\n[T]\nK=3\n[S]\n# K=4\nK=5\n")
        .disabling("K")
        .produces("[S]\n# K=1\n# K=2\n[T]\nK=3\n[S]\n# K=4\n# K=5\n");
}

#[test]
fn disable_can_take_one_line() {
    let text = "[S]\nK=1\nK=2\nK=3\n";
    given(text).disabling_of(Which::First, "K").produces("[S]\n# K=1\nK=2\nK=3\n");
    given(text).disabling_of(Which::Last, "K").produces("[S]\nK=1\nK=2\n# K=3\n");
    given(text).disabling_of(nth(2), "K").produces("[S]\nK=1\n# K=2\nK=3\n");
    given(text).disabling_of(nth(4), "K").finds_no(NotFound::Key);
    given(text).disabling_of(Which::Only, "K").refuses_as("AmbiguousActive", &[2, 3, 4]);
}

#[test]
fn disable_stays_behind_a_byte_order_mark() {
    given(b"\xEF\xBB\xBFK=1\n").in_section("").disabling("K").produces(b"\xEF\xBB\xBF# K=1\n");
}

#[test]
fn disable_leaves_a_commented_key_and_says_so() {
    given("[S]\n#K=1\n").disabling("K").changes_nothing_because(Unchanged::AlreadyCommented);
    given("[S]\n#K=1\n# K=2\n").disabling("K").changes_nothing();
}

#[test]
fn what_is_not_there_is_an_outcome() {
    for text in ["", "[S]\n", "[S]\nL=1\n", "[S]\n##K=1\n# K is\n[T]\nK=1\n", "[S]\nk=1\nKK=1\n"] {
        let key = if text.is_empty() { NotFound::Section } else { NotFound::Key };
        given(text).disabling("K").finds_no(key);
        given(text).enabling("K").finds_no(key);
        given(text).setting("K", "1").finds_no(key);
        given(text).removing("K").finds_no(key);
    }
    given("[S]\n# K=1\n").setting("K", "1").finds_no(NotFound::ActiveKey);
    given("[S]\n# K=1\n").removing("K").finds_no(NotFound::ActiveKey);
    given("[T]\nK=1\n").enabling_with("K", "1").finds_no(NotFound::Section);
}

// ---- enable

#[test]
fn enable_drops_the_marker_and_one_space() {
    for (before, after) in [
        ("# K=1", "K=1"),
        ("#K=1", "K=1"),
        (";K=1", "K=1"),
        ("; K=1", "K=1"),
        ("#  K=1", " K=1"),
        ("  # K=1", "  K=1"),
        ("#\tK=1", "\tK=1"),
        ("# \t K = 1 ; c ", "\t K = 1 ; c "),
        ("# K", "K"),
        ("# K=", "K="),
        ("# K=1\r", "K=1\r"),
    ] {
        given(format!("[S]\n{before}\n")).enabling("K").produces(format!("[S]\n{after}\n"));
    }
    given("[S]\r# K=1").enabling("K").produces("[S]\rK=1");
    given(b"\xEF\xBB\xBF# K=1").in_section("").enabling("K").produces(b"\xEF\xBB\xBFK=1");
}

#[test]
fn enable_takes_back_disable() {
    for line in ["K=1", "  K=1", "\tK : 1 ; c", "K", " K=\r", "K=\"# x\""] {
        let text = format!("[S]\r\n{line}\r\n[T]\r\n");
        given(&text).disabling("K").enabling("K").changes_nothing();
    }
}

#[test]
fn enable_leaves_an_active_key() {
    given("[S]\nK=1\n# K=2\n").enabling("K").changes_nothing_because(Unchanged::AlreadyActive);
    given("[S]\nK=1\n# K=2\n").enabling_with("K", "1").changes_nothing();
    given("[S]\nK=\"1\" ; c\n").enabling_with("K", "1").changes_nothing();
    given("[S]\nK=1\nK=2\n").enabling("K").changes_nothing();
    given("[S]\nK\n").enabling("K").changes_nothing();
}

#[test]
fn enable_refuses_an_active_key_with_another_value() {
    given("[S]\nK=1\n# K=2\n").enabling_with("K", "2").refuses_as("ActiveWithOtherValue", &[2]);
    given("[S]\nK=1\nK=2\n").enabling_with("K", "1").refuses_as("ActiveWithOtherValue", &[3]);
    given("[S]\nK\n").enabling_with("K", "").refuses_as("ActiveWithOtherValue", &[2]);
}

#[test]
fn enable_takes_the_candidate_with_the_value() {
    given("[S]\n# K=1\n#K=2\n# K=3\n").enabling_with("K", "2").produces("[S]\n# K=1\nK=2\n# K=3\n");
    given("[S]\n# K = '2' ; c\n# K=1\n")
        .enabling_with("K", "2")
        .produces("[S]\nK = '2' ; c\n# K=1\n");
    given("[S]\n# K=1\n").enabling_with("K", "1").produces("[S]\nK=1\n");
    given("[S]\n# K=\n# K=1\n").enabling_with("K", "").produces("[S]\nK=\n# K=1\n");
}

#[test]
fn enable_refuses_several_candidates() {
    given("[S]\n# K=1\n\n#K=2\n").enabling("K").refuses_as("AmbiguousCommented", &[2, 4]);
    given("[S]\n# K=1\n# K=1\n# K=2\n")
        .enabling_with("K", "1")
        .refuses_as("AmbiguousCommented", &[2, 3]);
    given("[S]\n# K=1\n[S]\n# K=1\n").enabling("K").refuses_as("AmbiguousCommented", &[2, 4]);
}

#[test]
fn enable_refuses_a_value_that_no_candidate_has() {
    given("[S]\n# K=1\n").enabling_with("K", "2").refuses_as("NoCandidateWithValue", &[2]);
    given("[S]\n# K=1\n# K=3\n")
        .enabling_with("K", "2")
        .refuses_as("NoCandidateWithValue", &[2, 3]);
    given("[S]\n# K\n").enabling_with("K", "").refuses_as("NoCandidateWithValue", &[2]);
}

#[test]
fn enable_inserts_when_there_is_no_candidate_and_a_value() {
    given("[S]\nL = 1\n").enabling_with("K", "2").produces("[S]\nL = 1\nK = 2\n");
    given("[S]\n##K=2\n").enabling_with("K", "2").produces("[S]\nK=2\n##K=2\n");
}

#[test]
fn enable_refuses_what_would_not_survive() {
    // Behind the marker stands a byte order mark, which is content only as long as the marker is.
    given(b"#\xEF\xBB\xBFK=1\n")
        .in_section("")
        .enabling(b"\xEF\xBB\xBFK")
        .refuses_as("ChangesOtherLines", &[1]);
}

// ---- set

#[test]
fn set_replaces_the_bytes_of_the_value() {
    for (before, value, after) in [
        ("K=1", "2", "K=2"),
        ("  K = 1", "2", "  K = 2"),
        ("K:1", "2", "K:2"),
        ("K\t=\t1 \t", "2", "K\t=\t2 \t"),
        ("K=1 ; c", "2", "K=2 ; c"),
        ("K=1\t # c ", "2", "K=2\t # c "),
        ("K=\"1\"", "2", "K=\"2\""),
        ("K= '1' ; c", "2", "K= '2' ; c"),
        ("K=\"1\"", "a ; b", "K=\"a ; b\""),
        ("K=\"1\"", " 2 ", "K=\" 2 \""),
        ("K=\"1\"", "", "K=\"\""),
        ("K=\"1\" x", "2", "K=2"),
        ("K=1", "", "K="),
        ("K= 1 ", "", "K=  "),
        ("K=", "2", "K=2"),
        ("K =", "2", "K =2"),
        ("K=  ", "2", "K=  2"),
        ("K= ; c", "2", "K=2 ; c"),
        ("K=  ; c", "2", "K= 2 ; c"),
        ("K=;c", "2", "K=2"),
        ("K=1\r", "2", "K=2\r"),
        ("K=  \r", "2", "K=  2\r"),
        ("K=1", "a=b:c", "K=a=b:c"),
        ("K=1", "a;b#c", "K=a;b#c"),
        ("K=1", "say \"x\" y", "K=say \"x\" y"),
        ("K=1", "it's", "K=it's"),
        ("K=C:\\x", "D:\\y\\", "K=D:\\y\\"),
        ("K=1", "[x]", "K=[x]"),
    ] {
        given(format!("[S]\r\n{before}\r\nL=1"))
            .setting("K", value)
            .produces(format!("[S]\r\n{after}\r\nL=1"));
    }
    given(b"[S]\nK=\xE4\n").setting("K", b"\xF6\0").produces(b"[S]\nK=\xF6\0\n");
}

#[test]
fn set_to_the_same_value_changes_nothing() {
    given("[S]\nK = \"1\" ; c\n").setting("K", "1").changes_nothing_because(Unchanged::SameValue);
    given("[S]\nK=\n").setting("K", "").changes_nothing();
}

#[test]
fn set_refuses_a_value_that_would_not_read_back() {
    for (line, value) in [
        ("K=1", " 2"),
        ("K=1", "2\t"),
        ("K=1", " "),
        ("K=1", "a ; b"),
        ("K=1", "a #b"),
        ("K= 1", ";b"),
        ("K=1", "\"2\""),
        ("K=1", "'2'"),
        ("K=\"1\"", "a\"b"),
        ("K=\"1\"", "a\" ;b"),
        ("K=1 ;say \"", "\"a"),
        ("K=1", "a\nb"),
        ("K=1", "a\rb"),
        ("K=1", "a\r"),
        ("K=\"1\"", "a\r\nL=2"),
        ("K=a\rb", "a\rb"),
    ] {
        given(format!("[S]\n{line}\n")).setting("K", value).refuses_as("WouldNotReadBack", &[2]);
    }
}

#[test]
fn set_refuses_a_bare_key() {
    given("[S]\nK\n").setting("K", "1").refuses_as("BareKey", &[2]);
    given("[S]\nK=1\nK\n").setting_of(Which::Every, "K", "2").refuses_as("BareKey", &[3]);
}

#[test]
fn set_refuses_several_lines_unless_told_which() {
    let text = "[S]\nK=1\n# K=0\n[T]\n[S]\nK=2\n";
    given(text).setting("K", "3").refuses_as("AmbiguousActive", &[2, 6]);
    given(text).setting_of(Which::First, "K", "3").produces("[S]\nK=3\n# K=0\n[T]\n[S]\nK=2\n");
    given(text).setting_of(Which::Last, "K", "3").produces("[S]\nK=1\n# K=0\n[T]\n[S]\nK=3\n");
    given(text).setting_of(nth(2), "K", "1").produces("[S]\nK=1\n# K=0\n[T]\n[S]\nK=1\n");
    given(text).setting_of(Which::Every, "K", "1").produces("[S]\nK=1\n# K=0\n[T]\n[S]\nK=1\n");
    given("[S]\nK=1\nK=1\n").setting("K", "1").refuses_as("AmbiguousActive", &[2, 3]);
}

#[test]
fn set_leaves_commented_lines() {
    given("[S]\n# K=1\nK=1\n").setting("K", "2").produces("[S]\n# K=1\nK=2\n");
}

// ---- insert

#[test]
fn insert_follows_the_last_key_with_a_value() {
    given("[S]\nA=1\n# B=2\n\n[T]\n").inserting("K", "2").produces("[S]\nA=1\nK=2\n# B=2\n\n[T]\n");
    given("[S]\nA=1\nbare\n").inserting("K", "2").produces("[S]\nA=1\nK=2\nbare\n");
    given("[S]\nA=1\n\x1a").inserting("K", "2").produces("[S]\nA=1\nK=2\n\x1a");
}

#[test]
fn insert_goes_to_the_last_block_that_has_a_key() {
    given("[S]\nA=1\n[T]\nB=1\n[S]\n# c\nbare\n")
        .inserting("K", "2")
        .produces("[S]\nA=1\nK=2\n[T]\nB=1\n[S]\n# c\nbare\n");
    given("[S]\nA=1\n[T]\n[S]\nB : 1\n")
        .inserting("K", "2")
        .produces("[S]\nA=1\n[T]\n[S]\nB : 1\nK : 2\n");
}

#[test]
fn insert_takes_the_style_of_its_neighbour() {
    for (neighbour, line) in [
        ("A=1", "K=2"),
        ("\t A = 1", "\t K = 2"),
        ("A :  1", "K :  2"),
        ("A\t=1", "K\t=2"),
        ("A = \"1\" ; c", "K = 2"),
        ("A =  ", "K =  2"),
        ("A =  ; c", "K = 2"),
        ("A = ; c", "K =2"),
        ("A=\r", "K=2"),
    ] {
        given(format!("[S]\r\n{neighbour}\r\n"))
            .inserting("K", "2")
            .produces(format!("[S]\r\n{neighbour}\r\n{line}\r\n"));
    }
}

#[test]
fn insert_without_such_a_key_follows_the_first_header() {
    given("[S]\n\n[S]\n").inserting("K", "2").produces("[S]\nK=2\n\n[S]\n");
    given("  [S] ; c\r\n# A=1\r\n").inserting("K", "2").produces("  [S] ; c\r\nK=2\r\n# A=1\r\n");
    given("[S]\n  bare\n").inserting("K", "2").produces("[S]\nK=2\n  bare\n");
}

#[test]
fn insert_at_an_unterminated_end_terminates_its_neighbour() {
    given("[S]\nA=1").inserting("K", "2").produces("[S]\nA=1\nK=2");
    given("[S]\r\nA=1").inserting("K", "2").produces("[S]\r\nA=1\r\nK=2");
    given("[S]\rA=1").inserting("K", "2").produces("[S]\rA=1\rK=2");
    given("x=1\r\n[S]").inserting("K", "2").produces("x=1\r\n[S]\r\nK=2");
    given("[S]").inserting("K", "2").produces("[S]\nK=2");
    given("A=1").in_section("").inserting("K", "2").produces("A=1\nK=2");
}

#[test]
fn insert_before_the_first_header() {
    given("A = 1\n[S]\n").in_section("").inserting("K", "2").produces("A = 1\nK = 2\n[S]\n");
    given("# c\r\n[S]\r\n").in_section("").inserting("K", "2").produces("K=2\r\n# c\r\n[S]\r\n");
    given("").in_section("").inserting("K", "2").produces("K=2\n");
    given(b"\xEF\xBB\xBF[S]").in_section("").inserting("K", "2").produces(b"\xEF\xBB\xBFK=2\n[S]");
}

#[test]
fn insert_refuses_a_missing_section_unless_asked_to_create_it() {
    given("[T]\n").inserting("K", "2").refuses_as("NoSuchSection", &[2]);
    given("").inserting("K", "2").refuses_as("NoSuchSection", &[1]);
    given("[T]\n").creating("K", "2").produces("[T]\n[S]\nK=2\n");
    given("[T]\r\nA : 1\r\n").creating("K", "2").produces("[T]\r\nA : 1\r\n[S]\r\nK=2\r\n");
    given("[T]\r\nA=1").creating("K", "2").produces("[T]\r\nA=1\r\n[S]\r\nK=2");
    given("[T]\rA=1").creating("K", "2").produces("[T]\rA=1\r[S]\rK=2");
    given("").creating("K", "2").produces("[S]\nK=2\n");
    given("[S]\nA : 1\n").creating("K", "2").produces("[S]\nA : 1\nK : 2\n");
    given("").in_section("a]b").creating("K", "2").refuses_as("WouldNotReadBack", &[1]);
    given("").in_section(" a").creating("K", "2").refuses_as("WouldNotReadBack", &[1]);
    given("").in_section("a\nb").creating("K", "2").refuses_as("WouldNotReadBack", &[1]);
}

#[test]
fn insert_refuses_what_would_not_read_back() {
    for (key, value) in [
        ("", "1"),
        (" K", "1"),
        ("K ", "1"),
        ("K=L", "1"),
        ("K:L", "1"),
        ("#K", "1"),
        (";K", "1"),
        ("[K", "1"),
        ("[K]", "1"),
        ("K\n", "1"),
        ("K\rL", "1"),
        ("K", " 1"),
        ("K", "1 ; c"),
        ("K", "\"1\""),
        ("K", "1\n"),
        ("K", "1\r"),
    ] {
        given("[S]\n").inserting(key, value).refuses_as("WouldNotReadBack", &[2]);
    }
    given("[S]\nA= 1\n").inserting("K", ";1").refuses_as("WouldNotReadBack", &[3]);
    given("[S]\nA=1\n").inserting("K", ";1").produces("[S]\nA=1\nK=;1\n");
}

#[test]
fn insert_leaves_a_key_that_is_there_and_refuses_another_value() {
    given("[S]\nK=2\n").inserting("K", "2").changes_nothing_because(Unchanged::AlreadyActive);
    given("[S]\nK=1\n").inserting("K", "2").refuses_as("ActiveWithOtherValue", &[2]);
    given("[S]\n# K=2\n").inserting("K", "2").produces("[S]\nK=2\n# K=2\n");
}

#[test]
fn insert_can_write_a_commented_line() {
    given("[S]\n  A = 1\n").inserting_commented("K", "2").produces("[S]\n  A = 1\n#   K = 2\n");
    given("[S]\n").inserting_commented("K", "2").produces("[S]\n# K=2\n");
    given("[S]\n;K=2\n")
        .inserting_commented("K", "2")
        .changes_nothing_because(Unchanged::AlreadyCommented);
    given("[S]\n").inserting_commented("K", "1 ; c").refuses_as("WouldNotReadBack", &[2]);
    given("[S]\n  A = 1\n")
        .inserting_commented("K", "2")
        .enabling("K")
        .produces("[S]\n  A = 1\n  K = 2\n");
    let target = Target::exact(b"S", b"K");
    let edit = Edit::insert(target, b"2").commented().creating_section();
    let document = Document::parse(b"x=1\r\n", Dialect::stpd());
    let Ok(sesam_transport::ini::Outcome::Changed(patch)) = document.plan(&edit) else { panic!() };
    assert_eq!(patch.apply(b"x=1\r\n").unwrap(), b"x=1\r\n[S]\r\n# K=2\r\n");
}

// ---- remove

#[test]
fn remove_takes_the_line_with_its_terminator() {
    given("[S]\nK=1\nL=2\n").removing("K").produces("[S]\nL=2\n");
    given("[S]\r\n  K = 1 ; c\r\n").removing("K").produces("[S]\r\n");
    given("[S]\nL=2\nK=1").removing("K").produces("[S]\nL=2\n");
    given("[S]\rK=1").removing("K").produces("[S]\r");
    given("K=1").in_section("").removing("K").produces("");
    given(b"\xEF\xBB\xBFK=1\n").in_section("").removing("K").produces(b"\xEF\xBB\xBF");
    given("[S]\nK=1\r\r\nL=2\n").removing("K").produces("[S]\nL=2\n");
    given("[S]\nK\n").removing("K").produces("[S]\n");
    given("[S]\nK=1\n# K=2\n[T]\nK=3\n[S]\nK=4\n")
        .removing("K")
        .produces("[S]\n# K=2\n[T]\nK=3\n[S]\n");
}

#[test]
fn remove_can_take_one_line() {
    let text = "[S]\nK=1\nK=2\nK=3\n";
    given(text).removing_of(Which::First, "K").produces("[S]\nK=2\nK=3\n");
    given(text).removing_of(Which::Last, "K").produces("[S]\nK=1\nK=2\n");
    given(text).removing_of(nth(2), "K").produces("[S]\nK=1\nK=3\n");
    given(text).removing_of(Which::Only, "K").refuses_as("AmbiguousActive", &[2, 3, 4]);
}

#[test]
fn an_edit_that_would_change_how_the_text_is_read_is_refused() {
    // The only LF goes, and with it the CR in the other line would become a terminator.
    given("K=1\n\rL=2").in_section("").removing("K").refuses_as("ChangesOtherLines", &[1]);
    // A byte order mark further down is content; at the start it would not be.
    given(b"K=1\n\xEF\xBB\xBFL=2\n")
        .in_section("")
        .removing("K")
        .refuses_as("ChangesOtherLines", &[1]);
    // NUL is data, but not in the first four bytes.
    given("K=1\nA\0B\0=1\n").in_section("").removing("K").refuses_as("ChangesOtherLines", &[1]);
}

// ---- all

#[test]
fn a_wide_encoding_is_refused_by_name() {
    for (text, name) in [
        (&b"\xFF\xFEK\0=\x001\0"[..], "utf-16le"),
        (b"\0K\0=\x001", "utf-16be"),
        (b"K\0\0\0", "utf-32le"),
        (b"\0\0\xFE\xFF", "utf-32be"),
    ] {
        let cases = [
            given(text).disabling("K"),
            given(text).enabling("K"),
            given(text).setting("K", "1"),
            given(text).inserting("K", "1"),
            given(text).removing("K"),
        ];
        for case in cases {
            let refusal = case.refuses_as("UnsupportedEncoding", &[1]);
            assert!(
                matches!(refusal, Refusal::UnsupportedEncoding { encoding, .. } if encoding.name() == name)
            );
        }
    }
}

#[test]
fn names_match_as_the_caller_says() {
    let text = "[s]\nk=1\n[S]\nK=2\n";
    given(text).disabling("K").produces("[s]\nk=1\n[S]\n# K=2\n");
    given(text).matching(Match::IgnoreCase).disabling("K").produces("[s]\n# k=1\n[S]\n# K=2\n");
    given("[s]\nA=1\n").matching(Match::IgnoreCase).inserting("K", "2").produces("[s]\nA=1\nK=2\n");
    given("[S]\n# stpd=1\n").matching(Match::IgnoreCase).enabling("STPD").produces("[S]\nstpd=1\n");
    given("[S]\nk=1\n").matching(Match::IgnoreCase).setting("K", "2").produces("[S]\nk=2\n");
}

#[test]
fn a_header_without_a_name_is_out_of_reach() {
    given("[]\nK=1\n").in_section("").disabling("K").finds_no(NotFound::Key);
    given("K=0\n[]\nK=1\n").in_section("").disabling("K").produces("# K=0\n[]\nK=1\n");
}

#[test]
fn a_broken_header_ends_no_section_for_edits_either() {
    given("[S]\n[T\nK=1\n").disabling("K").produces("[S]\n[T\n# K=1\n");
    given("[T]\n[S\nK=1\n").disabling("K").finds_no(NotFound::Section);
}

#[test]
fn a_bad_line_never_stops_edits_elsewhere() {
    given(b"[S]\n=\n\0\xFF two\r words\n[\nK=1\n")
        .disabling("K")
        .produces(b"[S]\n=\n\0\xFF two\r words\n[\n# K=1\n");
}

#[test]
fn odd_bytes_elsewhere_stay() {
    let text = b"\xEF\xBB\xBF; \xE4\0\r\n\r[ S ] junk\n\t \nK = 1\r\r\n\nx\x1a";
    let after = b"\xEF\xBB\xBF; \xE4\0\r\n\r[ S ] junk\n\t \nK = 2\r\r\n\nx\x1a";
    // A CR before the bracket: this is no header, so the key is before all sections.
    given(text).in_section("").setting("K", "2").produces(after);
}

#[test]
fn the_first_of_several_edits_that_fails_decides() {
    given("[S]\nK=1\nL=1\n").disabling("K").setting("L", "2").produces("[S]\n# K=1\nL=2\n");
    given("[S]\nK=1\n").disabling("K").removing("X").finds_no(NotFound::Key);
    given("[S]\nK=1\nL\n").removing("X").setting("L", "1").finds_no(NotFound::Key);
    given("[S]\nK=1\nL\n")
        .disabling("K")
        .setting("L", "1")
        .removing("X")
        .refuses_as("BareKey", &[3]);
    given("[S]\nK=1\n").disabling("K").setting("K", "1").finds_no(NotFound::ActiveKey);
    given("[S]\nK=1\n").removing("K").inserting("K", "1").changes_nothing();
    given("[S]\nK=1\n").changes_nothing();
}

#[test]
fn messages_name_the_place_in_lower_case() {
    let refusal = given("[S]\n  K\n").setting("K", "1").refuses_as("BareKey", &[2]);
    assert_eq!(
        refusal.to_string(),
        "line 2, column 3: `K` has no delimiter and so no value to set"
    );
    let refusal = given("[S]\n# K=1\n# K=1\n").enabling("K").refuses_as("Ambiguous", &[2, 3]);
    assert_eq!(refusal.to_string(), "`K` is commented more than once: lines 2, 3");
    let refusal = given("[S]\nK=1\n").setting("K", "a\nb").refuses_as("Would", &[2]);
    assert_eq!(
        refusal.to_string(),
        "line 2, column 3: `a\\nb` would not read back as it was written"
    );
}

#[test]
fn a_message_names_ten_lines_at_most() {
    let message = |lines: usize| {
        let text = "K=1\n".repeat(lines);
        let edit = Edit::set(Target::exact(b"", b"K"), b"2");
        let document = Document::parse(text.as_bytes(), Dialect::stpd());
        let refusal = document.plan(&edit).unwrap_err();
        assert_eq!(refusal.places().len(), lines);
        refusal.to_string()
    };
    assert_eq!(message(10), "`K` is active more than once: lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10");
    assert!(message(11).ends_with(": lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1 more"));
    assert!(message(100_000).ends_with(" 10 and 99990 more"));
}
