//! The second reader: where it agrees, where it objects, where it has no opinion, and where it reads otherwise.

use expect_test::expect;
use sesam_transport::site::Transport::{Ftp, Https};
use sesam_transport::stpd::Change::{Disable, Enable};

use super::number;
use super::verbs::given;

#[test]
fn paths_on_windows_are_read() {
    given("[STPD_Server]\r\nHOME=C:\\Program Files\\new\\x\\\r\nSTPD_PORT=11001\r\n")
        .changing(Disable(Ftp))
        .produces("[STPD_Server]\r\nHOME=C:\\Program Files\\new\\x\\\r\n# STPD_PORT=11001\r\n");
}

#[test]
fn quotes_are_ordinary_to_it() {
    given("[STPD_Server]\nNAME=\"half\nSTPD_PORT=\"11001\"\n")
        .changing(Enable(Ftp, number(1)))
        .produces("[STPD_Server]\nNAME=\"half\nSTPD_PORT=\"1\"\n");
}

#[test]
fn indented_comments_are_handed_to_it_without_indentation() {
    given("  [STPD_Server]\n  # prose\n  # STPD_HTTP_PORT=11000\n  STPD_PORT=11001\n")
        .changing(Disable(Ftp))
        .produces("  [STPD_Server]\n  # prose\n  # STPD_HTTP_PORT=11000\n#   STPD_PORT=11001\n");
}

#[test]
fn latin_1_is_handed_to_it_decoded() {
    given(b"# Geb\xFChr\n[STPD_Server]\nN\xE4me=\xA0x\nSTPD_PORT=1\n")
        .changing(Disable(Ftp))
        .produces(b"# Geb\xFChr\n[STPD_Server]\nN\xE4me=\xA0x\n# STPD_PORT=1\n");
}

#[test]
fn a_mark_is_not_handed_to_it() {
    given(b"\xEF\xBB\xBF[STPD_Server]\nSTPD_PORT=1\n")
        .changing(Disable(Ftp))
        .produces(b"\xEF\xBB\xBF[STPD_Server]\n# STPD_PORT=1\n");
}

#[test]
fn it_does_not_know_lines_without_delimiter() {
    let changed = given("[STPD_Server]\nsome words\nSTPD_PORT=1\n").changing(Disable(Ftp));
    changed.has_no_second_opinion(expect!["rust-ini reads `some words\\nSTPD_PORT` as one name"]);
    changed.produces_unread("[STPD_Server]\nsome words\n# STPD_PORT=1\n");
    given("[STPD_Server]\nSTPD_PORT=1\nword\n").changing(Disable(Ftp)).has_no_second_opinion(
        expect!["rust-ini stops in line 4: expecting \"[Some('='), Some(':')]\" but found EOF."],
    );
}

#[test]
fn it_does_not_know_comments_behind_headers() {
    given("[STPD_Server] ; ports\nSTPD_PORT=1\n")
        .changing(Disable(Ftp))
        .has_no_second_opinion(expect!["rust-ini stops in line 1: doesn't support inline comment"]);
}

#[test]
fn it_reads_a_header_on_over_lines() {
    given("[odd\n[STPD_Server]\nSTPD_PORT=1\n")
        .changing(Disable(Ftp))
        .has_no_second_opinion(expect!["rust-ini reads `odd\\n[STPD_Server` as one name"]);
}

#[test]
fn it_does_not_know_lines_without_a_key() {
    given("[STPD_Server]\n=1\nSTPD_PORT=1\n")
        .changing(Disable(Ftp))
        .has_no_second_opinion(expect!["rust-ini stops in line 2: missing key"]);
}

#[test]
fn it_does_not_know_lines_that_end_in_cr_alone() {
    given("[STPD_Server]\r# x\rSTPD_PORT=1\r")
        .changing(Disable(Ftp))
        .has_no_second_opinion(expect!["rust-ini ends a comment only at a line feed"]);
}

// What it reads otherwise is an objection only where it is about the line that changes.

#[test]
fn it_joins_a_line_to_a_backslash_above() {
    given("[STPD_Server]\nHOME=C:\\x\\\nSTPD_PORT=1\n").changing(Disable(Ftp)).is_refused(
        expect!["the second reader does not see the change that is intended: `HOME` in the section `STPD_Server` changes"],
    );
    given("[STPD_Server]\nSTPD_HTTP_PORT=1\\\nSTPD_PORT=1\n").changing(Disable(Ftp)).is_refused(
        expect!["the second reader does not see the change that is intended: `STPD_Server` does not have `STPD_HTTP_PORT` as it should"],
    );
    given("[STPD_Server]\nHOME=C:\\x\\\nA=1\nSTPD_PORT=1\n")
        .changing(Disable(Ftp))
        .produces("[STPD_Server]\nHOME=C:\\x\\\nA=1\n# STPD_PORT=1\n");
}

#[test]
fn it_reads_a_key_behind_a_header() {
    given("[STPD_Server] STPD_PORT=1\nA=1\n").changing(Disable(Ftp)).is_refused(
        expect!["the second reader does not see the change that is intended: `STPD_Server` does not have `STPD_PORT` as it should"],
    );
    given("[STPD_Server] NAME=1\nSTPD_PORT=1\n")
        .changing(Disable(Ftp))
        .produces("[STPD_Server] NAME=1\n# STPD_PORT=1\n");
}

#[test]
fn it_ends_a_value_at_a_lone_cr() {
    given("[STPD_Server]\nA=1\rSTPD_PORT=1\nSTPD_PORT=2\n").changing(Disable(Ftp)).is_refused(
        expect!["the second reader does not see the change that is intended: `STPD_Server` does not have `STPD_PORT` as it should"],
    );
    given("[STPD_Server]\nA=1\rB=1\nSTPD_PORT=2\n")
        .changing(Disable(Ftp))
        .produces("[STPD_Server]\nA=1\rB=1\n# STPD_PORT=2\n");
}

#[test]
fn it_takes_more_characters_for_blanks() {
    given("[STPD_Server]\n\u{b}STPD_PORT=1\n").changing(Disable(Ftp)).is_refused(
        expect!["the second reader does not see the change that is intended: `STPD_Server` does not have `STPD_PORT` as it should"],
    );
    given("[STPD_Server\u{a0}]\nSTPD_PORT=1\n").changing(Disable(Ftp)).is_refused(
        expect!["the second reader does not see the change that is intended: the section `STPD_Server` changes"],
    );
}

#[test]
fn it_keeps_comments_behind_values() {
    given("[STPD_Server]\nSTPD_HTTPS_PORT=1 ; tls\n")
        .changing(Enable(Https, number(11443)))
        .produces("[STPD_Server]\nSTPD_HTTPS_PORT=11443 ; tls\n");
}
