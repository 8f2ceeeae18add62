//! Bringing all three ports back at once.

use expect_test::expect;
use sesam_transport::site::Ports;
use sesam_transport::site::Transport::{self, Ftp, Http, Https};
use sesam_transport::stpd::{Change, StpdIni, rewrite};

use super::verbs::{given, restore};
use super::{UNKNOWN, number, port, ports};

const OPEN: &str =
    "[STPD_Server]\r\nSTPD_PORT=11001\r\nSTPD_HTTP_PORT=11000\r\n# STPD_HTTPS_PORT=11443\r\n";

fn ports_of(text: impl AsRef<[u8]>) -> Ports {
    StpdIni::read(text.as_ref()).unwrap().ports()
}

/// The text after every port has been switched the other way.
fn switched(text: &str) -> Vec<u8> {
    let mut after = text.as_bytes().to_vec();
    for transport in Transport::ALL {
        let state = ports_of(&after).of(transport);
        let change = if state.is_off() {
            Change::Enable(transport, transport.default_port())
        } else {
            Change::Disable(transport)
        };
        after = rewrite(&after, change).unwrap().after().to_vec();
    }
    assert_ne!(after, text.as_bytes());
    after
}

#[test]
fn the_original_comes_back_byte_for_byte() {
    for text in [
        OPEN,
        "",
        "K=1",
        "[A]\nK=1",
        "[STPD_Server]",
        "[STPD_Server]\n\n[B]\nX=1\n",
        "[STPD_Server]\n  STPD_PORT = 11001 ; a\n[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=x",
        "[stpd_server]\n#stpd_https_port=1\n# stpd_https_port=11443\n;STPD_HTTPS_PORT=11443\n",
        "[STPD_Server]\nSTPD_PORT=1\nSTPD_PORT=2\n",
    ] {
        given(switched(text)).changing(restore(ports_of(text), text.as_bytes())).produces(text);
        given(text).changing(restore(ports_of(text), text.as_bytes())).changes_nothing();
    }
}

#[test]
fn the_running_values_and_then_the_original() {
    given(switched(OPEN))
        .changing(restore(ports(port(11001), port(0), port(8443)), OPEN.as_bytes()))
        .produces("[STPD_Server]\r\nSTPD_PORT=11001\r\nSTPD_HTTPS_PORT=8443\r\n# STPD_HTTP_PORT=11000\r\n# STPD_HTTPS_PORT=11443\r\n")
        .changing(restore(ports_of(OPEN), OPEN.as_bytes()))
        .produces(OPEN);
}

#[test]
fn numbers_are_swapped_in_one_write() {
    let text = "[STPD_Server]\nSTPD_PORT=1\nSTPD_HTTP_PORT=2\n";
    given(text)
        .changing(restore(ports(port(2), port(1), port(0)), text.as_bytes()))
        .produces("[STPD_Server]\nSTPD_PORT=2\nSTPD_HTTP_PORT=1\n");
    let ports = ports(port(2), port(1), port(0));
    let blind = Change::Restore { ports, settings: &[], original: None };
    given(text).changing(blind).produces("[STPD_Server]\nSTPD_PORT=2\nSTPD_HTTP_PORT=1\n");
}

#[test]
fn unknown_stands_for_the_old_lines_of_that_key_only() {
    let original = b"[STPD_Server]\nSTPD_PORT=a\nSTPD_HTTP_PORT=b\n";
    given("[STPD_Server]\n# STPD_PORT=a\n# STPD_HTTP_PORT=b\nSTPD_HTTPS_PORT=11443\n")
        .changing(restore(ports(UNKNOWN, port(0), port(0)), original))
        .produces("[STPD_Server]\nSTPD_PORT=a\n# STPD_HTTP_PORT=b\n");
}

#[test]
fn lines_that_contradict_each_other_are_no_hindrance() {
    let original = b"[STPD_Server]\nSTPD_PORT=1\nSTPD_PORT=2\n";
    given("[STPD_Server]\n# STPD_PORT=1\n# STPD_PORT=2\n")
        .changing(restore(ports(port(2), port(0), port(0)), original))
        .produces("[STPD_Server]\n# STPD_PORT=1\nSTPD_PORT=2\n");
}

#[test]
fn other_edits_since_are_kept() {
    let now = "[STPD_Server]\r\nNAME=new\r\n# STPD_PORT=11001\r\n# STPD_HTTP_PORT=11000\r\nSTPD_HTTPS_PORT=11443\r\n";
    given(now)
        .changing(restore(ports_of(OPEN), OPEN.as_bytes()))
        .produces("[STPD_Server]\r\nNAME=new\r\nSTPD_PORT=11001\r\nSTPD_HTTP_PORT=11000\r\n# STPD_HTTPS_PORT=11443\r\n");
}

#[test]
fn old_lines_are_not_guessed() {
    let unknown = ports(UNKNOWN, port(0), port(0));
    given("[STPD_Server]\n# STPD_PORT=x\n")
        .changing(Change::Restore { ports: unknown, settings: &[], original: None })
        .is_refused(expect!["the lines that `STPD_PORT` had are not known"]);
    given("[STPD_Server]\nNAME=new\n# STPD_PORT=x\n")
        .changing(restore(unknown, b"[STPD_Server]\nSTPD_PORT=x\n"))
        .is_refused(expect!["the lines that `STPD_PORT` had are not known"]);
    given("[STPD_Server]\nNAME=new\n")
        .changing(restore(unknown, b"# the section is missing\n"))
        .is_refused(expect!["the lines that `STPD_PORT` had are not known"]);
    given("[STPD_Server]\nNAME=new\nSTPD_PORT=x\nSTPD_HTTP_PORT=1\n")
        .changing(restore(unknown, b"[STPD_Server]\nSTPD_PORT=x\n"))
        .produces("[STPD_Server]\nNAME=new\nSTPD_PORT=x\n# STPD_HTTP_PORT=1\n");
}

#[test]
fn a_section_that_was_made_goes_again() {
    let text = "[A]\r\nK=1";
    let made = given(text)
        .changing(Change::Disable(Ftp))
        .produces("[A]\r\nK=1\r\n[STPD_Server]\r\n# STPD_PORT=11001");
    made.changing(restore(ports(UNKNOWN, UNKNOWN, UNKNOWN), text.as_bytes())).produces(text);
}

#[test]
fn only_lines_that_differ_are_in_the_patch() {
    let text = "[STPD_Server]\nSTPD_PORT=1\nA=1\nB=2\nSTPD_HTTP_PORT=2\n";
    let closed = rewrite(text.as_bytes(), Change::Disable(Ftp)).unwrap();
    let closed = rewrite(closed.after(), Change::Disable(Http)).unwrap();
    let opened = rewrite(closed.after(), Change::Enable(Https, number(3))).unwrap();
    let back = rewrite(opened.after(), restore(ports_of(text), text.as_bytes())).unwrap();
    let hunks = back.patch().hunks().iter();
    let hunks: Vec<_> = hunks.map(|hunk| (hunk.before().to_vec(), hunk.after().to_vec())).collect();
    assert_eq!(
        hunks,
        [(b"# ".to_vec(), Vec::new()), (b"STPD_HTTPS_PORT=3\n# ".to_vec(), Vec::new()),]
    );
}

#[test]
fn wide_encodings_are_refused() {
    let wide: Vec<u8> = "[STPD_Server]\n".bytes().flat_map(|byte| [byte, 0]).collect();
    given(&wide)
        .changing(restore(ports(UNKNOWN, UNKNOWN, UNKNOWN), &wide))
        .is_refused(expect!["line 1, column 1: text in utf-16le cannot be edited"]);
}
