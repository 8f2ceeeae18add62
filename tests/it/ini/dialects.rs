//! Each switch of a dialect in an edit or a reading that it changes.

use sesam_transport::ini::{
    BareKeys, Case, Continuation, Delimiters, Dialect, Document, InlineComments, Markers, Match,
    NotFound, Quotes,
};

use super::reading::classes_in;
use super::verbs::given;

const FOLDED: Dialect = Dialect::generic().with_continuation(Continuation::Indentation);
const JOINED: Dialect = Dialect::generic().with_continuation(Continuation::Backslash);
const PAST: Dialect = Dialect::generic().with_continuation(Continuation::BackslashPastComments);

#[test]
fn delimiters() {
    let text = "[S]\nA:B=1\n";
    given(text).setting("A", "2").produces("[S]\nA:2\n");
    given(text).read_as(Dialect::generic()).setting("A:B", "2").produces("[S]\nA:B=2\n");
    given(text).read_as(Dialect::generic()).setting("A", "2").finds_no(NotFound::Key);
    let both = Dialect::generic().with_delimiters(Delimiters::EqualsOrColon);
    assert_eq!(both, Dialect::stpd());
}

#[test]
fn markers() {
    let semicolon = Dialect::generic().with_markers(Markers::Semicolon);
    let hash = Dialect::generic().with_markers(Markers::Hash);
    given("[S]\nK=1\n").read_as(semicolon).disabling("K").produces("[S]\n; K=1\n");
    given("[S]\nK=1\n").read_as(hash).disabling("K").produces("[S]\n# K=1\n");
    given("[S]\n# K=1\n").read_as(semicolon).disabling("# K").produces("[S]\n; # K=1\n");
    given("[S]\n; K=1\n").read_as(hash).enabling("K").finds_no(NotFound::Key);
    given("[S]\nK=1 ;c\n").read_as(hash).setting("K", "2").produces("[S]\nK=2\n");
    given("[S]\n#;K=1\n").read_as(hash).enabling(";K").produces("[S]\n;K=1\n");
}

#[test]
fn inline_comments() {
    let text = "[S]\nK=1#a ;b\n";
    let with = |inline| given(text).read_as(Dialect::generic().with_inline_comments(inline));
    with(InlineComments::Never).setting("K", "2").produces("[S]\nK=2\n");
    with(InlineComments::AfterBlank).setting("K", "2").produces("[S]\nK=2 ;b\n");
    with(InlineComments::Anywhere).setting("K", "2").produces("[S]\nK=2#a ;b\n");
    let anywhere = Dialect::git();
    given("[S]\nK = a \"#b\" c#d\n").read_as(anywhere).setting("K", "2").produces("[S]\nK = 2#d\n");
    given("[S]\nK = \"a\"#d\n").read_as(anywhere).setting("K", "2").produces("[S]\nK = \"2\"#d\n");
    given("[S]\nK=#d\n").read_as(anywhere).setting("K", "2").produces("[S]\nK=2#d\n");
    given("[S]\nK= #d\n").read_as(anywhere).setting("K", "2").produces("[S]\nK=2 #d\n");
    given("[S]\nK=1\n").read_as(anywhere).setting("K", "a#b").refuses_as("WouldNotReadBack", &[2]);
}

#[test]
fn quotes() {
    let text = "[S]\nK='1'\n";
    let with = |quotes| given(text).read_as(Dialect::generic().with_quotes(quotes));
    with(Quotes::SingleOrDouble).setting("K", "2").produces("[S]\nK='2'\n");
    with(Quotes::Double).setting("K", "2").produces("[S]\nK=2\n");
    with(Quotes::Ordinary).setting("K", "\"2\"").produces("[S]\nK=\"2\"\n");
    with(Quotes::Double).setting("K", "\"2\"").refuses_as("WouldNotReadBack", &[2]);
}

#[test]
fn bare_keys() {
    let unread = Dialect::generic().with_bare_keys(BareKeys::Unread);
    given("[S]\nK\n").disabling("K").produces("[S]\n# K\n");
    given("[S]\nK\n").read_as(unread).disabling("K").finds_no(NotFound::Key);
    given("[S]\n# K\n").enabling("K").produces("[S]\nK\n");
    given("[S]\n# K\n").read_as(unread).enabling("K").finds_no(NotFound::Key);
}

#[test]
fn case() {
    let text = "[s]\nk=1\n[S]\nk=2\n";
    let with =
        |case| given(text).read_as(Dialect::generic().with_case(case)).matching(Match::Family);
    with(Case::Exact).disabling("K").finds_no(NotFound::Key);
    with(Case::IgnoredInKeys).disabling("K").produces("[s]\nk=1\n[S]\n# k=2\n");
    with(Case::Ignored).disabling("K").produces("[s]\n# k=1\n[S]\n# k=2\n");
    let exact = Dialect::generic().with_case(Case::Ignored);
    given(text).read_as(exact).disabling("K").finds_no(NotFound::Key);
}

#[test]
fn continuation_by_indentation_is_read() {
    let cases = [
        ("[S]\nK=1\n  2\nL=3\n", "[k+k"),
        ("[S]\n  K=1\n  L=2\n   3\n M=4\n", "[kk+k"),
        ("[S]\nK=1\n\n  2\n# c\n  3\n", "[k_+#+"),
        ("[S]\nK=1\n  [T]\n", "[k+"),
        ("[S]\n  [T]\n", "[["),
        ("K=1\n[S]\n  L=1\n", "k[k"),
        ("K=1\ntwo words\n  L=1\n", "k?k"),
        ("bare\n  L=1\n", "b+"),
    ];
    for (text, expected) in cases {
        assert_eq!(classes_in(text.as_bytes(), FOLDED), expected, "{text:?}");
    }
    assert_eq!(classes_in(b"[S]\nK=1\n  L=2\n", Dialect::generic()), "[kk");
}

#[test]
fn continuation_by_backslash_is_read() {
    let cases = [
        ("K=a\\\nL=b\nM=c\n", "k+k", "k+k"),
        ("K=a\\\nb\\\nc\nM=c\n", "k++k", "k++k"),
        ("K=a\\\r\nL=b\r\n", "k+", "k+"),
        ("K=a\\\\\nL=b\n", "kk", "kk"),
        ("K=a\\ \nL=b\n", "kk", "kk"),
        ("K=a\\\n# c\nL=b\nM=c\n", "k+kk", "k#+k"),
        ("K=a\\\n[S]\n", "k+", "k+"),
        ("K=a\\\n\nL=b\n", "k+k", "k+k"),
        ("# K=a\\\nL=b\n", "#k", "#k"),
        ("[S]\\\nL=b\n", "[k", "[k"),
        ("two words\\\nL=b\n", "?+", "?+"),
        ("bare\\\nL=b\n", "b+", "b+"),
        ("K=a ; c\\\nL=b\n", "kk", "kk"),
        ("K=a\\", "k", "k"),
    ];
    for (text, joined, past) in cases {
        assert_eq!(classes_in(text.as_bytes(), JOINED), joined, "{text:?}");
        assert_eq!(classes_in(text.as_bytes(), PAST), past, "{text:?}");
    }
    assert_eq!(classes_in(b"K=a\\\nL=b\n", Dialect::generic()), "kk");
    assert_eq!(classes_in(b"K=a ;c\\\nL=b\n", Dialect::systemd()), "k+");
}

#[test]
fn edits_take_the_continuation_lines_along() {
    let text = "[S]\nK=1\n  2\n\n # c\n\t3\nL=4\n";
    let disabled = "[S]\n# K=1\n#   2\n\n # c\n# \t3\nL=4\n";
    given(text).read_as(FOLDED).disabling("K").produces(disabled);
    given(text).read_as(FOLDED).removing("K").produces("[S]\n\n # c\nL=4\n");
    given("[S]\n# K=1\n#   2\n#  3\n# 4\nL=4\n")
        .read_as(FOLDED)
        .enabling("K")
        .produces("[S]\nK=1\n  2\n 3\n# 4\nL=4\n");
    let prose = "[S]\n# K=1\n #   2\n#  3\n#\t4\n";
    given(prose).read_as(FOLDED).enabling("K").produces(prose.replacen("# ", "", 1));
    given("[S]\nK=a\\\n  b\nL=1\n")
        .read_as(JOINED)
        .disabling("K")
        .produces("[S]\n# K=a\\\n#   b\nL=1\n");
    given("[S]\n# K=a\\\n#   b\n# c\nL=1\n")
        .read_as(JOINED)
        .enabling("K")
        .produces("[S]\nK=a\\\n  b\n# c\nL=1\n");
    given("[S]\nK=a\\\n[T]\nL=1\n").read_as(JOINED).removing("K").produces("[S]\nL=1\n");
    given("[S]\nK=1\n  2\n").disabling("K").produces("[S]\n# K=1\n  2\n");
}

#[test]
fn set_refuses_a_continued_value() {
    given("[S]\nK=1\n  2\n").read_as(FOLDED).setting("K", "3").refuses_as("Continued", &[2]);
    given("[S]\nK=a\\\nb\n").read_as(JOINED).setting("K", "3").refuses_as("Continued", &[2]);
    given("[S]\nK=1\n  2\n").setting("K", "3").produces("[S]\nK=3\n  2\n");
}

#[test]
fn a_continued_value_is_never_the_wanted_one() {
    given("[S]\nK=1\n  2\n")
        .read_as(FOLDED)
        .enabling_with("K", "1")
        .refuses_as("ActiveWithOtherValue", &[2]);
    given("[S]\n# K=1\n#   2\n")
        .read_as(FOLDED)
        .enabling_with("K", "1")
        .refuses_as("NoCandidateWithValue", &[2]);
    given("[S]\nK=1\n  2\n").read_as(FOLDED).enabling("K").changes_nothing();
}

#[test]
fn insert_follows_the_continuation_lines() {
    given("[S]\nA=1\n  2\n\nB 3\n")
        .read_as(FOLDED)
        .inserting("K", "2")
        .produces("[S]\nA=1\n  2\nK=2\n\nB 3\n");
    given("[S]\nA=1\\\nb").read_as(JOINED).inserting("K", "2").produces("[S]\nA=1\\\nb\nK=2");
}

#[test]
fn an_edit_that_would_tear_a_continued_value_is_refused() {
    // The comment stands inside the value of A: what follows would go over to K.
    given("[S]\nA=1\n# K=2\n  3\n")
        .read_as(FOLDED)
        .enabling("K")
        .refuses_as("ChangesOtherLines", &[3]);
    // Restored, the line would belong to A.
    given("[S]\nA=1\n  # K=2\n")
        .read_as(FOLDED)
        .enabling("K")
        .refuses_as("ChangesOtherLines", &[3]);
    given("[S]\n# K=a\\\nL=1\n")
        .read_as(JOINED)
        .enabling("K")
        .refuses_as("ChangesOtherLines", &[2]);
    given("[S]\n  two words\n")
        .read_as(FOLDED)
        .inserting("K", "2")
        .refuses_as("ChangesOtherLines", &[2]);
    given("[S]\nK=1\nL=2\n")
        .read_as(JOINED)
        .setting("K", "a\\")
        .refuses_as("WouldNotReadBack", &[2]);
    given("[S]\nK=1\nL=2\n").read_as(JOINED).setting("K", "a\\\\").produces("[S]\nK=a\\\\\nL=2\n");
}

#[test]
fn families_differ() {
    let text = b"[S]\nK: 1 ; c\n  x = \"2\"\nbare\n";
    let read = |dialect: Dialect| -> Vec<(String, Option<String>)> {
        let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Document::parse(text, dialect)
            .sections()
            .flat_map(|section| section.keys())
            .map(|key| (text_of(key.key()), key.value().map(text_of)))
            .collect()
    };
    let some = |value: &str| Some(value.to_owned());
    assert_eq!(
        read(Dialect::stpd()),
        [("K".into(), some("1")), ("x".into(), some("2")), ("bare".into(), None)]
    );
    assert_eq!(read(Dialect::generic()), [("x".into(), some("2")), ("bare".into(), None)]);
    assert_eq!(read(Dialect::python()), [("K".into(), some("1 ; c"))]);
    assert_eq!(read(Dialect::systemd()), [("x".into(), some("\"2\""))]);
    assert_eq!(read(Dialect::git()), [("x".into(), some("2")), ("bare".into(), None)]);
}

#[test]
fn families_have_their_own_case() {
    assert_eq!(Dialect::python().case(), Case::IgnoredInKeys);
    assert_eq!(Dialect::git().case(), Case::Ignored);
    assert_eq!(Dialect::systemd().case(), Case::Exact);
}

#[test]
fn a_backslash_before_a_comment_joins_nothing() {
    given("[S]\nK=1 ; c\nL=2\n")
        .read_as(Dialect::git())
        .setting("K", "a\\")
        .produces("[S]\nK=a\\ ; c\nL=2\n");
    given("[S]\nK=1\nL=2\n")
        .read_as(Dialect::git())
        .setting("K", "a\\")
        .refuses_as("WouldNotReadBack", &[2]);
}

#[test]
fn a_comment_that_disabling_would_not_write_belongs_to_no_key() {
    for below in ["#\n", "#c\n", "; c\n"] {
        let text = format!("[S]\nK=a\\\n{below}");
        given(&text)
            .read_as(Dialect::systemd())
            .disabling("K")
            .produces(format!("[S]\n# K=a\\\n{below}"));
        given(format!("[S]\n# K=a\\\n{below}"))
            .read_as(Dialect::systemd())
            .enabling("K")
            .produces(&text);
    }
}

/// What is restored as a comment does not go on with the value, and must not be counted for a line that does.
#[test]
fn a_restored_value_goes_on_over_the_restored_lines_and_no_others() {
    given("[S]\n# K=a\\\n# ;c\n\nL=1\n")
        .read_as(Dialect::systemd())
        .enabling("K")
        .refuses_as("ChangesOtherLines", &[2]);
    given("[S]\n# K=a\\\n# ;c\\\n# b\nL=1\n")
        .read_as(Dialect::systemd())
        .enabling("K")
        .refuses_as("ChangesOtherLines", &[2]);
    given("[S]\n# K=a\\\n# c\n\nL=1\n")
        .read_as(Dialect::systemd())
        .enabling("K")
        .produces("[S]\nK=a\\\nc\n\nL=1\n");
}

#[test]
fn a_cr_at_an_open_end_may_become_a_part_of_a_terminator() {
    for dialect in [Dialect::stpd(), Dialect::python(), Dialect::systemd(), Dialect::git()] {
        given("[S]\nK=1\r").read_as(dialect).inserting("L", "2").produces("[S]\nK=1\r\nL=2");
    }
}
