//! What a change writes: every rule of writing, with the bytes before and after.

use expect_test::expect;
use sesam_transport::site::Transport::{Ftp, Http, Https};
use sesam_transport::stpd::Change::{Disable, Enable};

use super::number;
use super::verbs::given;

#[test]
fn disabling_comments_every_active_line_out() {
    given("[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\n")
        .changing(Disable(Ftp))
        .produces("[STPD_Server]\n# STPD_PORT=11001\nSTPD_HTTP_PORT=11000\n");
    given("[STPD_Server]\r\n  stpd_port = 1 ; a\r\n[B]\r\nSTPD_PORT=5\r\n[stpd_server]\r\nSTPD_PORT=x")
        .changing(Disable(Ftp))
        .produces("[STPD_Server]\r\n#   stpd_port = 1 ; a\r\n[B]\r\nSTPD_PORT=5\r\n[stpd_server]\r\n# STPD_PORT=x");
}

#[test]
fn disabling_leaves_commented_lines_alone() {
    given("[STPD_Server]\n#STPD_PORT=11001\n").changing(Disable(Ftp)).changes_nothing();
    given("[STPD_Server]\n;STPD_PORT=1\nSTPD_PORT=2\n")
        .changing(Disable(Ftp))
        .produces("[STPD_Server]\n;STPD_PORT=1\n# STPD_PORT=2\n")
        .changing(Disable(Ftp))
        .changes_nothing();
}

#[test]
fn disabling_writes_the_documented_line_where_there_is_none() {
    given("[STPD_Server]\nSTPD_HTTPS_PORT = 11443\n[B]\nX=1\n")
        .changing(Disable(Http))
        .produces("[STPD_Server]\nSTPD_HTTPS_PORT = 11443\n# STPD_HTTP_PORT = 11000\n[B]\nX=1\n")
        .changing(Disable(Http))
        .changes_nothing();
    given("[STPD_Server]\r\n")
        .changing(Disable(Ftp))
        .produces("[STPD_Server]\r\n# STPD_PORT=11001\r\n");
    given("[STPD_Server]").changing(Disable(Ftp)).produces("[STPD_Server]\n# STPD_PORT=11001");
}

#[test]
fn disabling_creates_the_section_where_it_is_missing() {
    given("").changing(Disable(Ftp)).produces("[STPD_Server]\n# STPD_PORT=11001\n");
    given("[A]\r\nK=1\r\n")
        .changing(Disable(Https))
        .produces("[A]\r\nK=1\r\n[STPD_Server]\r\n# STPD_HTTPS_PORT=11443\r\n");
}

#[test]
fn enabling_restores_the_only_fitting_comment() {
    given("[STPD_Server]\n# STPD_HTTPS_PORT=11443\n")
        .changing(Enable(Https, number(11443)))
        .produces("[STPD_Server]\nSTPD_HTTPS_PORT=11443\n")
        .changing(Enable(Https, number(11443)))
        .changes_nothing();
    given("[STPD_Server]\r\n ;stpd_https_port: '11443' # tls\r\n#STPD_HTTPS_PORT=1\r\n")
        .changing(Enable(Https, number(11443)))
        .produces("[STPD_Server]\r\n stpd_https_port: '11443' # tls\r\n#STPD_HTTPS_PORT=1\r\n");
}

#[test]
fn enabling_inserts_where_no_comment_fits() {
    given("[STPD_Server]\n# STPD_HTTPS_PORT=8443\n")
        .changing(Enable(Https, number(11443)))
        .produces("[STPD_Server]\nSTPD_HTTPS_PORT=11443\n# STPD_HTTPS_PORT=8443\n");
    given("[STPD_Server]\n  STPD_PORT=11001\n")
        .changing(Enable(Https, number(11443)))
        .produces("[STPD_Server]\n  STPD_PORT=11001\n  STPD_HTTPS_PORT=11443\n");
}

#[test]
fn enabling_inserts_where_several_comments_fit() {
    given("[STPD_Server]\n# STPD_HTTPS_PORT=11443\n#STPD_HTTPS_PORT=11443\nA=1\n")
        .changing(Enable(Https, number(11443)))
        .produces("[STPD_Server]\n# STPD_HTTPS_PORT=11443\n#STPD_HTTPS_PORT=11443\nA=1\nSTPD_HTTPS_PORT=11443\n");
}

#[test]
fn enabling_sets_the_only_active_line() {
    given("[STPD_Server]\n# STPD_HTTPS_PORT=11443\n  Stpd_Https_Port\t= \"8443\" ; tls\r\n")
        .changing(Enable(Https, number(11443)))
        .produces(
            "[STPD_Server]\n# STPD_HTTPS_PORT=11443\n  Stpd_Https_Port\t= \"11443\" ; tls\r\n",
        );
    given("[STPD_Server]\nSTPD_HTTPS_PORT=\n")
        .changing(Enable(Https, number(11443)))
        .produces("[STPD_Server]\nSTPD_HTTPS_PORT=11443\n");
}

#[test]
fn enabling_creates_the_section_where_it_is_missing() {
    given("# nothing yet")
        .changing(Enable(Https, number(11443)))
        .produces("# nothing yet\n[STPD_Server]\nSTPD_HTTPS_PORT=11443");
}

#[test]
fn enabling_is_refused_where_several_lines_are_active() {
    given("[STPD_Server]\nSTPD_PORT=1\n[stpd_server]\nstpd_port=1\n")
        .changing(Enable(Ftp, number(1)))
        .is_refused(expect!["`STPD_PORT` is active more than once: lines 2, 4"]);
}

#[test]
fn enabling_is_refused_where_there_is_no_place_for_the_number() {
    given("[STPD_Server]\nSTPD_PORT\n").changing(Enable(Ftp, number(1))).is_refused(expect![
        "line 2, column 1: `STPD_PORT` has no delimiter and so no value to set"
    ]);
}

#[test]
fn a_bare_key_is_commented_out() {
    let changed = given("[STPD_Server]\nSTPD_PORT\nA=1\n").changing(Disable(Ftp));
    changed.has_no_second_opinion(expect!["rust-ini reads `STPD_PORT\\nA` as one name"]);
    changed.produces_unread("[STPD_Server]\n# STPD_PORT\nA=1\n");
}

#[test]
fn wide_encodings_are_refused() {
    let wide: Vec<u8> = "[STPD_Server]\n".bytes().flat_map(|byte| [byte, 0]).collect();
    for change in [Disable(Ftp), Enable(Https, number(1))] {
        given(&wide)
            .changing(change)
            .is_refused(expect!["line 1, column 1: text in utf-16le cannot be edited"]);
    }
}

#[test]
fn enabling_takes_disabling_back() {
    for text in [
        "[STPD_Server]\nSTPD_PORT=11001\n",
        "[STPD_Server]\r\n\tSTPD_PORT : 11001 # plain\r\nX=1",
        "[STPD_Server]\n# STPD_PORT=1\nSTPD_PORT=11001",
    ] {
        given(text)
            .changing(Disable(Ftp))
            .produces(text.replacen("\n\tSTPD", "\n# \tSTPD", 1).replacen(
                "\nSTPD_PORT",
                "\n# STPD_PORT",
                1,
            ))
            .changing(Enable(Ftp, number(11001)))
            .produces(text);
    }
}
