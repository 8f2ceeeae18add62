//! Which ports a stpd.ini opens: every rule of reading.

use expect_test::expect;
use sesam_transport::ini::Encoding;
use sesam_transport::site::Transport;
use sesam_transport::stpd::StpdIni;

use super::verbs::given;
use super::{UNKNOWN, number, port};

const OFF: u16 = 0;

#[test]
fn the_sample_of_the_vendor() {
    given("[STPD_Server]\n# STPD_PORT=11001\n# STPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\n")
        .reads([(port(OFF), &[2]), (port(OFF), &[3]), (port(11443), &[4])]);
}

#[test]
fn each_transport_has_its_key() {
    given("[STPD_Server]\nSTPD_PORT=1\nSTPD_HTTP_PORT=2\nSTPD_HTTPS_PORT=65535\n").reads([
        (port(1), &[2]),
        (port(2), &[3]),
        (port(65535), &[4]),
    ]);
}

#[test]
fn an_absent_key_of_a_section_that_is_there_is_off() {
    given("; local\n  [STPD_Server]\nNAME=x\n").reads([(port(OFF), &[2]); 3]);
}

#[test]
fn without_the_section_everything_is_unknown() {
    for text in
        ["", "STPD_PORT=11001\n", "[STPD]\nSTPD_PORT=11001\n", "[STPD_Server\nSTPD_PORT=1\n"]
    {
        given(text).reads([(UNKNOWN, &[]); 3]);
    }
}

#[test]
fn the_header_of_the_first_block_stands_for_an_absent_key() {
    given("[A]\n[STPD_Server]\n[B]\n[STPD_Server]\n").has_ftp(port(OFF), &[2]);
}

#[test]
fn case_does_not_matter() {
    given("[stpd_SERVER]\nstpd_port=11001\n").has_ftp(port(11001), &[2]);
}

#[test]
fn every_block_counts() {
    given("[STPD_Server]\nA=1\n[B]\nSTPD_PORT=5\n[STPD_Server]\nSTPD_PORT=11001\n")
        .has_ftp(port(11001), &[6]);
}

#[test]
fn lines_that_agree_are_on() {
    given("[STPD_Server]\nSTPD_PORT=11001\nStpd_Port: \"11001\" ; twice\n")
        .has_ftp(port(11001), &[2, 3]);
}

#[test]
fn two_numbers_are_unknown() {
    given("[STPD_Server]\nSTPD_PORT=11001\nstpd_port=11002\n").has_ftp(UNKNOWN, &[2, 3]);
}

#[test]
fn what_is_no_number_from_1_to_65535_is_unknown() {
    for value in [
        "",
        "0",
        "65536",
        "-1",
        "+1",
        "1.5",
        "11001x",
        "on",
        "0x2af9",
        "11001 11002",
        "99999999999999999999",
    ] {
        given(format!("[STPD_Server]\nSTPD_PORT={value}\n")).has_ftp(UNKNOWN, &[2]);
    }
    given(b"[STPD_Server]\nSTPD_PORT=\xFC\n").has_ftp(UNKNOWN, &[2]);
    given("[STPD_Server]\nSTPD_PORT\n").has_ftp(UNKNOWN, &[2]);
    given("[STPD_Server]\nSTPD_PORT=11001\nSTPD_PORT\n").has_ftp(UNKNOWN, &[2, 3]);
    given("[STPD_Server]\nSTPD_PORT=11001\nSTPD_PORT=\n").has_ftp(UNKNOWN, &[2, 3]);
}

#[test]
fn blanks_quotes_and_comments_are_not_part_of_a_number() {
    for value in [" 11001 ", "\t11001", "'11001'", "11001 # old", "\"11001\" ; old", "11001\r"] {
        given(format!("[STPD_Server]\r\n  STPD_PORT ={value}\r\n")).has_ftp(port(11001), &[2]);
    }
}

#[test]
fn an_active_line_hides_commented_ones() {
    given("[STPD_Server]\n# STPD_PORT=1\nSTPD_PORT=2\n# STPD_PORT=3\n").has_ftp(port(2), &[3]);
}

#[test]
fn every_commented_line_is_a_place_of_off() {
    given("[STPD_Server]\n# STPD_PORT=1\n;STPD_PORT=2\n## STPD_PORT=3\n# STPD_PORT is the port\n")
        .has_ftp(port(OFF), &[2, 3]);
}

#[test]
fn a_mark_and_odd_encodings_are_no_hindrance() {
    given(b"\xEF\xBB\xBF[STPD_Server]\r\nSTPD_PORT=11001\r\n").has_ftp(port(11001), &[2]);
    given(b"# Geb\xFChr\n[STPD_Server]\nSTPD_PORT=11001").has_ftp(port(11001), &[3]);
    given(b"[STPD_Server]\rSTPD_PORT=11001\r").has_ftp(port(11001), &[2]);
}

#[test]
fn wide_encodings_are_refused_by_name() {
    let wide: Vec<u8> = "[STPD_Server]\n".bytes().flat_map(|byte| [byte, 0]).collect();
    let error = StpdIni::read(&wide).unwrap_err();
    assert_eq!(error.encoding, Encoding::Utf16Le);
    expect!["text in utf-16le cannot be read"].assert_eq(&error.to_string());
    assert!(StpdIni::read(b"\xFE\xFF\0[").is_err());
    assert!(StpdIni::read(b"[\0\0\0S\0\0\0").is_err());
}

#[test]
fn the_only_commented_https_number_is_told() {
    let told = |lines: &str| {
        StpdIni::read(format!("[STPD_Server]\n{lines}").as_bytes()).unwrap().commented_https()
    };
    assert_eq!(told("# STPD_HTTPS_PORT=8443\n"), Some(number(8443)));
    assert_eq!(told("STPD_HTTPS_PORT=1\n# STPD_HTTPS_PORT=8443\n"), Some(number(8443)));
    assert_eq!(told("# STPD_HTTPS_PORT=8443\n# STPD_HTTPS_PORT=9443\n"), None);
    assert_eq!(told("# STPD_HTTPS_PORT=x\n"), None);
    assert_eq!(told("# STPD_HTTP_PORT=8443\n"), None);
    assert_eq!(told("STPD_HTTPS_PORT=8443\n"), None);
}

#[test]
fn columns_are_those_of_the_key() {
    let ini = StpdIni::read(b"[STPD_Server]\n\t STPD_PORT=1\n#  STPD_HTTP_PORT=2\n").unwrap();
    let column = |transport| ini.setting(transport).lines()[0].column;
    assert_eq!(Transport::ALL.map(column), [3, 4, 1]);
}
