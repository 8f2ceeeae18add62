//! Several changes of one file.

use expect_test::expect;
use sesam_transport::site::Transport::{Ftp, Http, Https};
use sesam_transport::stpd::{Change, FileDigest, chain};

use super::number;

#[test]
fn digests_are_those_of_the_bytes_in_between() {
    let text = b"[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\n";
    let changes =
        [Change::Enable(Https, number(11443)), Change::Disable(Ftp), Change::Disable(Http)];
    let steps = chain(text, changes).unwrap();
    let mut bytes = text.to_vec();
    for step in &steps {
        assert_eq!(step.sha256_before, FileDigest::of(&bytes));
        bytes = step.patch.apply(&bytes).unwrap();
        assert_eq!(step.sha256_after, FileDigest::of(&bytes));
    }
    assert_eq!(
        bytes,
        b"[STPD_Server]\n# STPD_PORT=11001\n# STPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\n"
    );
    assert_eq!(steps.len(), 3);
    assert!(chain(text, []).unwrap().is_empty());
}

#[test]
fn a_digest_is_written_in_hexadecimal() {
    let digest = FileDigest::of(b"");
    expect!["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
        .assert_eq(&digest.to_string());
    assert_eq!(serde_json::to_value(digest).unwrap(), digest.to_string());
    assert_eq!(digest.as_bytes()[..2], [0xe3, 0xb0]);
}

#[test]
fn the_first_refusal_decides() {
    let text = b"[STPD_Server]\nSTPD_PORT=1\nSTPD_PORT=2\n";
    let refused = chain(text, [Change::Disable(Http), Change::Enable(Ftp, number(1))]).unwrap_err();
    assert_eq!(refused.index, 1);
    expect!["change 2: `STPD_PORT` is active more than once: lines 2, 3"]
        .assert_eq(&refused.to_string());
}
