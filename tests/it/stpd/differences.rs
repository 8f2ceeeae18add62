//! Where our own reader and `rust-ini` are known to differ, each with what either of them reads.
//!
//! A new version of `rust-ini` that reads otherwise shows here, before it changes a second opinion.

use ::ini::{Ini, ParseOption};
use expect_test::{Expect, expect};
use sesam_transport::ini::{Dialect, Document, Occurrence};

/// The reader as a program gets it that asks for nothing.
fn as_it_comes(text: &[u8]) -> String {
    shown(Ini::load_from_str(&decoded(text)))
}

/// The reader as the second opinion asks it: no quotes, no escapes, no mark, no indentation.
fn as_it_is_asked(text: &[u8]) -> String {
    let options = ParseOption {
        enabled_quote: false,
        enabled_escape: false,
        enabled_indented_mutiline_value: false,
        enabled_preserve_key_leading_whitespace: false,
    };
    let text = decoded(text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text));
    let lines = text.split_inclusive('\n').map(|line| line.trim_start_matches([' ', '\t']));
    shown(Ini::load_from_str_opt(&lines.collect::<String>(), options))
}

/// UTF-8, or else Latin-1.
fn decoded(text: &[u8]) -> String {
    str::from_utf8(text)
        .map_or_else(|_| text.iter().copied().map(char::from).collect(), str::to_owned)
}

fn shown(read: Result<Ini, ::ini::ParseError>) -> String {
    let ini = match read {
        Ok(ini) => ini,
        Err(error) => return format!("stops in line {}: {}", error.line, error.msg),
    };
    let section = |(name, keys): (Option<&str>, &::ini::Properties)| {
        let key = |(key, value): (&str, &str)| {
            format!("{}={}", key.escape_default(), value.escape_default())
        };
        (name.map(|name| name.escape_default().to_string()), keys.iter().map(key).collect())
    };
    sections(ini.iter().map(section))
}

fn ours(text: &[u8]) -> String {
    let text_of = |bytes: &[u8]| decoded(bytes).escape_default().to_string();
    let key = |found: Occurrence<'_>| match found.value() {
        Some(value) => format!("{}={}", text_of(found.key()), text_of(value)),
        None => text_of(found.key()),
    };
    let document = Document::parse(text, Dialect::stpd());
    sections(document.sections().map(|section| {
        let name = section.header().map(|_| text_of(section.name()));
        (name, section.keys().filter(Occurrence::is_active).map(key).collect())
    }))
}

/// Sections in brackets, keys parted by commas; nothing for an empty section before the first header.
fn sections(all: impl Iterator<Item = (Option<String>, Vec<String>)>) -> String {
    let shown =
        all.filter(|(name, keys)| name.is_some() || !keys.is_empty()).map(|(name, keys)| {
            let name = name.map(|name| format!("[{name}]"));
            name.into_iter().chain((!keys.is_empty()).then(|| keys.join(", "))).collect::<Vec<_>>()
        });
    shown.map(|parts| parts.join(" ")).collect::<Vec<_>>().join(" ")
}

/// The readers differ, however the other one is asked.
#[track_caller]
fn differ(text: impl AsRef<[u8]>, own: Expect, other: Expect) {
    let text = text.as_ref();
    own.assert_eq(&ours(text));
    other.assert_eq(&as_it_is_asked(text));
    assert_ne!(ours(text), as_it_is_asked(text), "no difference any more");
}

/// The readers differ, but not in what the second opinion asks: that is why it asks so.
#[track_caller]
fn differ_unless_asked_well(text: impl AsRef<[u8]>, own: Expect, other: Expect) {
    let text = text.as_ref();
    own.assert_eq(&ours(text));
    other.assert_eq(&as_it_comes(text));
    assert_ne!(ours(text), as_it_comes(text), "no difference any more");
    assert_eq!(ours(text), as_it_is_asked(text), "the second opinion asks so for nothing");
}

/// The readers agree where one could think that they do not.
#[track_caller]
fn agree(text: impl AsRef<[u8]>, both: Expect) {
    let text = text.as_ref();
    both.assert_eq(&ours(text));
    assert_eq!(ours(text), as_it_is_asked(text), "a difference that is not known");
}

#[test]
fn a_mark() {
    differ_unless_asked_well(
        b"\xEF\xBB\xBFA=1\n[S]\nK=2\n",
        expect!["A=1 [S] K=2"],
        expect![[r#"\u{feff}A=1 [S] K=2"#]],
    );
}

#[test]
fn an_indented_comment() {
    differ_unless_asked_well(
        "[S]\n  # L=1\n  K=2\n",
        expect!["[S] K=2"],
        expect!["[S] # L=1, K=2"],
    );
}

#[test]
fn a_backslash_inside_a_value() {
    differ_unless_asked_well(
        "[S]\nK=C:\\new\\x41\n",
        expect![[r#"[S] K=C:\\new\\x41"#]],
        expect![[r#"stops in line 3: expecting "[Some('\n'), Some('\r'), None]" but found EOF."#]],
    );
}

#[test]
fn a_quote_that_is_never_closed() {
    differ_unless_asked_well(
        "[S]\nK=\"half\nL=2\n",
        expect![[r#"[S] K=\"half, L=2"#]],
        expect![[r#"stops in line 4: expecting "[Some('"')]" but found EOF."#]],
    );
}

#[test]
fn quotes_in_the_middle() {
    differ_unless_asked_well("[S]\nK=\"a\"b\n", expect![[r#"[S] K=\"a\"b"#]], expect!["[S] K=ab"]);
}

#[test]
fn quotes_around_a_value() {
    differ("[S]\nK=\"1\"\nL='2'\n", expect!["[S] K=1, L=2"], expect![[r#"[S] K=\"1\", L=\'2\'"#]]);
}

#[test]
fn a_comment_behind_a_value() {
    differ("[S]\nK=1 ; c\nL=2 # c\n", expect!["[S] K=1, L=2"], expect!["[S] K=1 ; c, L=2 # c"]);
}

#[test]
fn a_comment_behind_an_empty_value() {
    differ("[S]\nK= ; c\n", expect!["[S] K="], expect!["[S] K=; c"]);
}

#[test]
fn a_comment_behind_a_header() {
    differ(
        "[S] ; c\nK=1\n",
        expect!["[S] K=1"],
        expect!["stops in line 1: doesn't support inline comment"],
    );
}

#[test]
fn a_key_behind_a_header() {
    differ("[S] L=1\nK=1\n", expect!["[S] K=1"], expect!["[S] L=1, K=1"]);
}

#[test]
fn a_header_without_its_end() {
    differ("[S\nK=1\n[T]\nL=2\n", expect!["K=1 [T] L=2"], expect![[r#"[S\nK=1\n[T] L=2"#]]);
}

#[test]
fn a_bare_key_above_a_key() {
    differ("[S]\nL\nK=1\n", expect!["[S] L, K=1"], expect![[r#"[S] L\nK=1"#]]);
}

#[test]
fn a_bare_key_at_the_end() {
    differ(
        "[S]\nK=1\nL\n",
        expect!["[S] K=1, L"],
        expect![[r#"stops in line 4: expecting "[Some('='), Some(':')]" but found EOF."#]],
    );
}

#[test]
fn words_without_a_delimiter() {
    differ("[S]\ntwo words\nK=1\n", expect!["[S] K=1"], expect![[r#"[S] two words\nK=1"#]]);
}

#[test]
fn a_value_without_a_key() {
    differ("[S]\n=1\nK=1\n", expect!["[S] K=1"], expect!["stops in line 2: missing key"]);
}

#[test]
fn a_backslash_at_the_end_of_a_value() {
    differ(
        "[S]\nK=C:\\x\\\nL=2\n",
        expect![[r#"[S] K=C:\\x\\, L=2"#]],
        expect![[r#"[S] K=C:\\xL=2"#]],
    );
}

#[test]
fn lines_that_end_in_cr_alone() {
    differ(
        "[S]\r# L=1\rK=2\r",
        expect!["[S] K=2"],
        expect!["stops in line 1: doesn't support inline comment"],
    );
}

#[test]
fn a_lone_cr_in_a_value() {
    differ("[S]\nK=1\rL=2\n", expect![[r#"[S] K=1\rL=2"#]], expect!["[S] K=1, L=2"]);
}

#[test]
fn a_vertical_tab_before_a_key() {
    differ("[S]\n\u{b}K=1\u{b}\n", expect![[r#"[S] \u{b}K=1\u{b}"#]], expect!["[S] K=1"]);
}

#[test]
fn a_space_that_does_not_break() {
    differ(
        "[S\u{a0}]\nK\u{a0}=\u{a0}1\n",
        expect![[r#"[S\u{a0}] K\u{a0}=\u{a0}1"#]],
        expect!["[S] K=1"],
    );
}

#[test]
fn the_end_of_a_file_in_old_dos() {
    differ(
        "[S]\nK=1\n\u{1a}",
        expect![[r#"[S] K=1, \u{1a}"#]],
        expect![[r#"stops in line 3: expecting "[Some('='), Some(':')]" but found EOF."#]],
    );
}

#[test]
fn a_section_without_a_name() {
    agree("A=1\n[]\nK=2\n", expect!["A=1 [] K=2"]);
}

#[test]
fn a_section_twice() {
    agree("[S]\nK=1\n[T]\nL=2\n[S]\nM=3\n", expect!["[S] K=1 [T] L=2 [S] M=3"]);
}

#[test]
fn a_key_twice() {
    agree("[S]\nK=1\nK=2\nk=3\n", expect!["[S] K=1, K=2, k=3"]);
}

#[test]
fn a_colon() {
    agree("[S]\nK:1=2\nL=1:2\n", expect!["[S] K=1=2, L=1:2"]);
}

#[test]
fn an_indented_line_below_a_key() {
    agree("[S]\nK=1\n  L=2\n", expect!["[S] K=1, L=2"]);
}

#[test]
fn an_empty_value() {
    agree("[S]\nK=\nL=  \nM=1\n", expect!["[S] K=, L=, M=1"]);
}

#[test]
fn nul() {
    agree("[S\0]\nK\0=\x001\n", expect![[r#"[S\u{0}] K\u{0}=\u{0}1"#]]);
}

#[test]
fn latin_1() {
    agree(b"[S\xE4]\nK\xFC=\xF6\n", expect![[r#"[S\u{e4}] K\u{fc}=\u{f6}"#]]);
}

#[test]
fn two_crs_before_a_line_feed() {
    agree("[S]\r\r\nK=1\r\r\n", expect!["[S] K=1"]);
}

#[test]
fn blanks_around_names() {
    agree("[ S ]\n K = 1 \n", expect!["[S] K=1"]);
}
