//! Other versions of the format.

use expect_test::expect;

use super::{json, toml};

const SERVER: &str =
    "[[hosts]]\nname = \"s\"\nrole = \"server\"\nos = \"linux\"\nconfigured = {}\n";

#[test]
fn unknown_keys_of_a_newer_minor_version_are_ignored() {
    let newer = format!("format_version = \"1.7\"\ncolour = 3\n{SERVER}weight = {{ kg = 2 }}\n");
    let site = toml(&newer).is_accepted();
    let plain = toml(format!("format_version = \"1.0\"\n{SERVER}")).is_accepted();
    assert_eq!(site.fingerprint(), plain.fingerprint());
    let site = json(
        r#"{"format_version": "1.1", "new": [[[{}]]], "hosts": [{"name": "s", "role": "server", "os": "linux", "configured": {"quic": 5}}]}"#,
    );
    assert_eq!(site.is_accepted().fingerprint(), plain.fingerprint());
}

#[test]
fn other_faults_of_a_newer_minor_version_are_not_ignored() {
    toml(format!("format_version = \"1.7\"\ncolour = 3\n{SERVER}avx = \"perhaps\"\n")).is_refused(
        expect!["site.toml:8:7: `perhaps` is not known here; expected `yes`, `no` or `unknown`"],
    );
    toml(format!("format_version = \"1.7\"\n{SERVER}{SERVER}")).is_refused(expect![[r#"
        site.toml:8:8: the host `s` is there twice; the first is in line 3
        site.toml:9:8: `s` is a second host with the role `server`; the first is in line 4; Remote Device Servers have the role `rds`"#]]);
}

#[test]
fn unknown_keys_of_this_version_are_rejected() {
    toml(format!("format_version = \"1.0\"\ncolour = 3\n{SERVER}")).is_refused(expect!["site.toml:2:1: there is no key `colour` here; the keys are `assumptions`, `format_version`, `globals`, `hosts`, `policy`, `settings`, `tasks` and `waivers`"]);
}

#[test]
fn another_major_version_is_rejected() {
    for version in ["2.0", "0.1", "1", "10.0", "", "one", "1.0.0"] {
        let faults =
            toml(format!("format_version = \"{version}\"\nnew = 1\n{SERVER}")).site().unwrap_err();
        assert_eq!(faults.count(), 1, "{version}");
    }
    toml(format!("format_version = \"2.0\"\nnew = 1\n{SERVER}")).is_refused(expect!["site.toml:1:18: `2.0` is not a format version that can be read here; expected `1.0` or a later `1.x`"]);
    json(r#"{"hosts": 5, "format_version": "2.0"}"#).is_refused(expect!["site.json:1:32: `2.0` is not a format version that can be read here; expected `1.0` or a later `1.x`"]);
}

#[test]
fn a_version_is_a_string_and_must_be_there() {
    toml(format!("format_version = 1.0\n{SERVER}"))
        .is_refused(expect!["site.toml:1:18: expected a string, found a number that is not whole"]);
    toml(SERVER)
        .is_refused(expect!["site.toml:1:1: the key `format_version` is missing; expected `1.0`"]);
}
