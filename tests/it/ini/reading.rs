//! What a line is, and where its parts are.

use sesam_transport::ini::{
    Class, Dialect, Document, Encoding, Match, Newlines, Oddity, Oddness, State,
};

fn read(text: &[u8]) -> Document<'_> {
    Document::parse(text, Dialect::stpd())
}

/// One letter per line.
fn classes(text: &[u8]) -> String {
    classes_in(text, Dialect::stpd())
}

pub(super) fn classes_in(text: &[u8], dialect: Dialect) -> String {
    let letter = |class: Class| match class {
        Class::Blank => '_',
        Class::Comment { .. } => '#',
        Class::Header(_) => '[',
        Class::Key(_) => 'k',
        Class::Bare { .. } => 'b',
        Class::Continuation => '+',
        Class::Other(_) => '?',
    };
    Document::parse(text, dialect).lines().map(|line| letter(line.class)).collect()
}

#[track_caller]
fn value(line: &[u8], expected: &[u8]) {
    let text = [b"[S]\n", line].concat();
    let document = read(&text);
    let found = document.occurrences(b"S", b"K", Match::Exact).next().expect("the key is there");
    let value = found.value().expect("it has a value");
    assert_eq!(value.escape_ascii().to_string(), expected.escape_ascii().to_string());
}

#[track_caller]
fn keys(text: &[u8]) -> Vec<(String, String, State, usize)> {
    let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let document = read(text);
    document
        .sections()
        .flat_map(|section| section.keys().map(move |key| (section, key)))
        .map(|(section, key)| {
            (text_of(section.name()), text_of(key.key()), key.state(), key.line())
        })
        .collect()
}

#[test]
fn a_line_ends_at_lf_or_crlf() {
    let document = read(b"a=1\nb=2\r\nc=3");
    let contents: Vec<&[u8]> =
        document.lines().map(|line| line.content.of(document.to_bytes())).collect();
    assert_eq!(contents, [&b"a=1"[..], b"b=2", b"c=3"]);
    let terminators: Vec<&[u8]> =
        document.lines().map(|line| line.terminator().of(document.to_bytes())).collect();
    assert_eq!(terminators, [&b"\n"[..], b"\r\n", b""]);
}

#[test]
fn a_lone_cr_ends_a_line_only_without_any_lf() {
    assert_eq!(classes(b"[S]\rK=1\r#c\r"), "[k#");
    assert_eq!(read(b"[S]\rK=1").newlines(), Newlines::Cr);
    assert_eq!(classes(b"[S]\rK=1\r#c\n"), "[");
    assert_eq!(classes(b"\r\r"), "__");
    assert_eq!(classes(b"a=1\rb=2\n"), "k");
    value(b"K=a\rb\n", b"a\rb");
}

#[test]
fn a_lone_cr_among_lf_is_suspicious() {
    let document = read(b"[S]\nK=1\rL=2\r\r\n");
    let found: Vec<_> = document.findings().map(|found| (found.oddness, found.place)).collect();
    let places: Vec<_> = found.iter().map(|(_, place)| (place.line, place.column)).collect();
    assert!(found.iter().all(|(oddness, _)| *oddness == Oddness::LoneCr));
    assert_eq!(places, [(2, 4), (2, 8)]);
    assert_eq!(read(b"[S]\rK=1\r").findings().count(), 0);
}

#[test]
fn crs_at_the_end_of_a_line_are_blanks() {
    value(b"K=v\r\r\n", b"v");
    value(b"K=v \r \r\n", b"v");
    value(b"K=v\r", b"v");
    value(b"K=\"v\"\r\r\n", b"v");
    assert_eq!(classes(b"\r\r\n \r\n\t\r \n"), "___");
    assert_eq!(classes(b"[S]\r\r\nbare\r\r\n"), "[b");
    assert_eq!(keys(b"[S]\r\r\nbare\r\r\n")[0].1, "bare");
}

#[test]
fn a_utf8_mark_is_not_part_of_the_first_line() {
    let document = read(b"\xEF\xBB\xBF[S]\nK=1\n");
    assert_eq!(document.encoding(), Encoding::Utf8WithBom);
    assert!(document.has_section(b"S", Match::Exact));
    let section = document.sections().nth(1).unwrap();
    let header = section.header().unwrap();
    assert_eq!((header.span.start, header.number), (3, 1));
    assert_eq!(document.place(header.span).column, 1);
}

#[test]
fn a_mark_further_down_is_content() {
    assert_eq!(keys(b"[S]\n\xEF\xBB\xBFK=1\n")[0].1, "\u{feff}K");
    assert_eq!(keys(b"\xEF\xBB\xBF\xEF\xBB\xBFK=1\n")[0].1, "\u{feff}K");
    assert_eq!(classes(b"\n\xEF\xBB\xBF[S]\n"), "_b");
}

#[test]
fn the_first_bytes_tell_the_encoding() {
    let cases: &[(&[u8], Encoding)] = &[
        (b"", Encoding::AsciiCompatible),
        (b"\xFF", Encoding::AsciiCompatible),
        (b"\xFF\xFE", Encoding::Utf16Le),
        (b"\xFF\xFE[\0", Encoding::Utf16Le),
        (b"\xFE\xFF\0[", Encoding::Utf16Be),
        // Text without a NUL, in a script that has its own half of the two bytes.
        (b"\xFF\xFE\x10\x04", Encoding::Utf16Le),
        (b"\xFE\xFF\x04\x10", Encoding::Utf16Be),
        (b"\xFF\xFE\0\0", Encoding::Utf32Le),
        (b"\0\0\xFE\xFF", Encoding::Utf32Be),
        (b"[\0S\0", Encoding::Utf16Le),
        (b"\0[\0S", Encoding::Utf16Be),
        (b"[\0\0\0", Encoding::Utf32Le),
        (b"\0\0\0[", Encoding::Utf32Be),
        (b"[\0\0S", Encoding::AsciiCompatible),
        (b"[S\0\0", Encoding::AsciiCompatible),
        (b"[\0S]", Encoding::AsciiCompatible),
        (b"\0\0\0\0", Encoding::AsciiCompatible),
        (b"[\0S", Encoding::AsciiCompatible),
        (b"[S]\nK\0=\0", Encoding::AsciiCompatible),
        (b"\xEF\xBB\xBFK\0=\0", Encoding::Utf8WithBom),
        (b"\xEF\xBB\xBFK=", Encoding::Utf8WithBom),
    ];
    for (text, encoding) in cases {
        assert_eq!(read(text).encoding(), *encoding, "{}", text.escape_ascii());
        assert_eq!(read(text).to_bytes(), *text);
    }
}

#[test]
fn wide_encodings_are_one_line_that_nobody_reads() {
    let document = read(b"\xFF\xFE[\0S\0]\0\n\0K\0=\x001\0");
    assert_eq!(document.lines().count(), 1);
    assert_eq!(document.sections().flat_map(|section| section.keys()).count(), 0);
    let found: Vec<_> = document.findings().map(|found| found.oddness).collect();
    assert_eq!(found, [Oddness::Unread(Oddity::Opaque)]);
}

#[test]
fn other_nul_is_data() {
    value(b"K=a\0b\n", b"a\0b");
    assert_eq!(keys(b"[S]\n\0K=1\n")[0].1, "\0K");
}

#[test]
fn lines_have_classes() {
    let cases: &[(&[u8], &str)] = &[
        (b"\n \t\n", "__"),
        (b"#c\n;c\n  # c\n\t;c\n#\n", "#####"),
        (b"[S]\n  [S]\n[ S ]\n[]\n[S];c\n[S] # c\n[S] K=1\n[S]]\n[[S]\n", "[[[[[[[[["),
        (b"[S\n[S=1\n  [ S : 2\n[\n", "????"),
        (b"K=1\n K = 1\nK:1\nK=\nK =\n:\nmy key=1\n", "kkkkk?k"),
        (b"K\n  K\nK \n\"K\"\n\x1a\n", "bbbbb"),
        (b"=\n=1\n :1\ntwo words\nK ; c\n", "?????"),
        (b"K # c=1\n", "k"),
        (b"K\xA0=1\n\xFC\n", "kb"),
    ];
    for (text, expected) in cases {
        assert_eq!(classes(text), *expected, "{}", text.escape_ascii());
    }
}

#[test]
fn a_header_has_the_name_up_to_the_first_bracket() {
    let names = |text: &'static [u8]| -> Vec<&'static [u8]> {
        read(text).sections().skip(1).map(|section| section.name()).collect()
    };
    assert_eq!(
        names(b"[S]\n[ S ]\n[\tA B\t]\n[S]]\n[[S]\n"),
        [&b"S"[..], b"S", b"A B", b"S", b"[S"]
    );
}

#[test]
fn what_follows_a_header_is_a_comment_or_reported_never_a_key() {
    assert_eq!(read(b"[S]\n[S] \n[S];c\n[S] # K=1\n").findings().count(), 0);
    let document = read(b"[S] K=1\n");
    let found: Vec<_> = document.findings().collect();
    assert_eq!(found[0].oddness, Oddness::TextBehindHeader);
    assert_eq!(found[0].place.column, 5);
    assert_eq!(keys(b"[S] K=1\n"), []);
}

#[test]
fn a_broken_header_ends_no_section() {
    let found = keys(b"[S]\n[T\nK=1\n");
    assert_eq!(found, [("S".into(), "K".into(), State::Active, 3)]);
}

#[test]
fn lines_that_cannot_be_read_are_reported_with_their_place() {
    let document = read(b"[S]\n[T\n=1\n  two words\nK=1\n");
    let found: Vec<_> =
        document.findings().map(|found| (found.oddness, found.place.line)).collect();
    assert_eq!(
        found,
        [
            (Oddness::Unread(Oddity::UnclosedHeader), 2),
            (Oddness::Unread(Oddity::NoKey), 3),
            (Oddness::Unread(Oddity::NoDelimiter), 4),
        ]
    );
    assert_eq!(found.len(), 3);
    assert_eq!(keys(b"[S]\n[T\n=1\n  two words\nK=1\n").len(), 1);
}

#[test]
fn a_commented_key_has_exactly_one_marker() {
    let commented =
        ["#K=1", "# K=1", ";K=1", "  # K = 1", "#\tK:1", "#K", "# K ", "#  K=", "# \"K\"=1"];
    for line in commented {
        let text = format!("[S]\n{line}\n");
        assert_eq!(keys(text.as_bytes()).len(), 1, "{line}");
        assert_eq!(keys(text.as_bytes())[0].2, State::Commented, "{line}");
    }
    for line in
        ["##K=1", "# # K=1", "#;K=1", "# K is the port", "#", "#  ", "# [S]", "# =1", "#[K=1"]
    {
        assert_eq!(keys(format!("[S]\n{line}\n").as_bytes()), [], "{line}");
    }
}

#[test]
fn names_are_trimmed_bytes() {
    let latin1 = read(b"[ \xDCbung ]\n\tschl\xFCssel\t = wert\n");
    assert_eq!(latin1.occurrences(b"\xDCbung", b"schl\xFCssel", Match::Exact).count(), 1);
    assert_eq!(latin1.occurrences(b"\xFCbung", b"schl\xFCssel", Match::IgnoreCase).count(), 0);
    assert_eq!(latin1.occurrences(b"\xDCBUNG", b"SCHL\xFCSSEL", Match::IgnoreCase).count(), 1);
    assert_eq!(latin1.occurrences(b"\xDCBUNG", b"schl\xFCssel", Match::Exact).count(), 0);
}

#[test]
fn look_alike_keys_are_other_keys() {
    let document = read(b"[S]\nKEY=1\nXKEY=2\nKEY2=3\nKE=4\nkey=5\nKEY.x=6\n\"KEY\"=7\n");
    let lines = |names| -> Vec<usize> {
        document.occurrences(b"S", b"KEY", names).map(|found| found.line()).collect()
    };
    assert_eq!(lines(Match::Exact), [2]);
    assert_eq!(lines(Match::IgnoreCase), [2, 6]);
}

#[test]
fn values_are_decoded() {
    let cases: &[(&[u8], &[u8])] = &[
        (b"K=v", b"v"),
        (b"K =  v \t", b"v"),
        (b"K=v=w:x", b"v=w:x"),
        (b"K:v=w", b"v=w"),
        (b"K=", b""),
        (b"K=  ", b""),
        (b"K=a b", b"a b"),
        (b"K=a ; c", b"a"),
        (b"K=a # c", b"a"),
        (b"K=a\t;c", b"a"),
        (b"K=a;b", b"a;b"),
        (b"K=a;b ;c ;d", b"a;b"),
        (b"K=;b", b";b"),
        (b"K= ;b", b""),
        (b"K=  ;b", b""),
        (b"K=\\", b"\\"),
        (b"K=a\\n", b"a\\n"),
        (b"K=\xE4", b"\xE4"),
        (b"K=v\x1a", b"v\x1a"),
    ];
    for (line, expected) in cases {
        value(line, expected);
    }
}

#[test]
fn quotes_that_close_are_representation() {
    let cases: &[(&[u8], &[u8])] = &[
        (b"K=\"a\"", b"a"),
        (b"K='a'", b"a"),
        (b"K= \" a \" ", b" a "),
        (b"K=\"\"", b""),
        (b"K=\"a ; b\"", b"a ; b"),
        (b"K=\"a\" ; c", b"a"),
        (b"K=\"a\" \t#c", b"a"),
        (b"K=\"a ; b\" ; c", b"a ; b"),
        (b"K=\"it's\"", b"it's"),
        (b"K='say \"x\"'", b"say \"x\""),
    ];
    for (line, expected) in cases {
        value(line, expected);
    }
}

#[test]
fn other_quotes_are_ordinary_bytes() {
    let cases: &[(&[u8], &[u8])] = &[
        (b"K=\"a", b"\"a"),
        (b"K=a\"", b"a\""),
        (b"K=\"", b"\""),
        (b"K=\"a'", b"\"a'"),
        (b"K=\"a\"b", b"\"a\"b"),
        (b"K=\"a\";c", b"\"a\";c"),
        (b"K=\"a\" b", b"\"a\" b"),
        (b"K=\"a\"b\"", b"\"a\"b\""),
        (b"K=\"a\\\"b\"", b"\"a\\\"b\""),
        (b"K=\"a ; b", b"\"a"),
        (b"K=\"a ; b\" x", b"\"a"),
        (b"K=x \"a ; b\"", b"x \"a"),
        (b"K=\"\"\"", b"\"\"\""),
    ];
    for (line, expected) in cases {
        value(line, expected);
    }
}

#[test]
fn raw_value_is_kept_beside_the_decoded_one() {
    let document = read(b"[S]\n# K =  \"v\" ; c \r\n");
    let found = document.occurrences(b"S", b"K", Match::Exact).next().unwrap();
    assert_eq!(found.raw_value(), Some(&b"  \"v\" ; c "[..]));
    assert_eq!(found.value(), Some(&b"v"[..]));
    let parts = found.value_parts().unwrap();
    assert!(parts.is_quoted());
    assert_eq!(parts.quoted.of(document.to_bytes()), b"\"v\"");
    assert_eq!(parts.comment.unwrap().of(document.to_bytes()), b"; c");
    assert_eq!((found.line(), found.column()), (2, 3));
    assert_eq!(found.span().of(document.to_bytes()), b"# K =  \"v\" ; c \r\n");
    assert_eq!(found.place(), document.place(found.key_span()));
}

#[test]
fn a_bare_key_has_no_value() {
    let document = read(b"[S]\nK\n");
    let found = document.occurrences(b"S", b"K", Match::Exact).next().unwrap();
    assert!(found.is_bare());
    assert_eq!((found.value(), found.raw_value(), found.delimiter()), (None, None, None));
}

#[test]
fn keys_before_any_section_are_in_the_section_without_name() {
    let document = read(b"K=1\n[]\nK=2\n[S]\nK=3\n");
    let lines: Vec<_> =
        document.occurrences(b"", b"K", Match::Exact).map(|found| found.line()).collect();
    assert_eq!(lines, [1]);
    let names: Vec<_> =
        document.sections().map(|section| (section.name(), section.line())).collect();
    assert_eq!(names, [(&b""[..], None), (b"", Some(2)), (b"S", Some(4))]);
}

#[test]
fn every_block_of_a_section_counts() {
    let document = read(b"[S]\nK=1\n[T]\nK=2\n[ S ]\n# K=3\n");
    let found: Vec<_> = document
        .occurrences(b"S", b"K", Match::Exact)
        .map(|found| (found.line(), found.state()))
        .collect();
    assert_eq!(found, [(2, State::Active), (6, State::Commented)]);
}

#[test]
fn the_keys_of_a_section_end_with_it() {
    let document = read(b"[S]\nK=1\n[T]\nL=2\n");
    let section = document.sections().nth(1).unwrap();
    let mut keys = section.keys();
    assert_eq!(keys.next().unwrap().key(), b"K");
    assert!(keys.next().is_none());
    assert!(keys.next().is_none());
}

#[test]
fn an_empty_text_has_the_section_without_name() {
    let document = read(b"");
    assert_eq!(document.lines().count(), 0);
    assert_eq!(document.sections().count(), 1);
    assert!(document.has_section(b"", Match::Exact));
    assert!(!document.has_section(b"S", Match::Exact));
}
