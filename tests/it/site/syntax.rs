//! Texts that are no TOML or JSON: one fault, and no panic.

use expect_test::expect;

use super::{json, toml};

#[test]
fn an_empty_file() {
    toml("").is_refused(expect![[r#"
        site.toml:1:1: the key `format_version` is missing; expected `1.0`
        site.toml:1:1: no host has the role `server`; give the SEP sesam Server the role `server`"#]]);
    json("").is_refused(expect!["site.json:1:1: this is not JSON: EOF while parsing a value"]);
    json(" \n").is_refused(expect!["site.json:1:2: this is not JSON: EOF while parsing a value"]);
}

#[test]
fn bytes_that_are_no_text() {
    toml(b"format_version = \"1.0\"\n# \xc3\xbc \xff\n").is_refused(expect![
        "site.toml:2:5: this is not UTF-8 text; save it in the encoding UTF-8"
    ]);
    json(b"\xff\xfe{\0}\0").is_refused(expect![
        "site.json:1:1: this is not UTF-8 text; save it in the encoding UTF-8"
    ]);
    toml(b"\x7fELF\x02\x01\x01\0\0")
        .is_refused(expect!["site.toml:1:10: this is not TOML: key with no value, expected `=`"]);
    json(b"\x7fELF\x02\x01\x01\0\0")
        .is_refused(expect!["site.json:1:1: this is not JSON: expected value"]);
}

#[test]
fn a_truncated_file() {
    json("{\"format_version\": \"1.0\",\n \"hosts\": [{\"name\": \"ä")
        .is_refused(expect!["site.json:2:22: this is not JSON: EOF while parsing a string"]);
    json("{\"format_version\": \"1.0\",\n")
        .is_refused(expect!["site.json:1:26: this is not JSON: EOF while parsing an object"]);
    toml("format_version = \"1.0\"\n[[hosts]]\nname = \"s").is_refused(expect![[
        r#"site.toml:3:10: this is not TOML: invalid basic string, expected `"`"#
    ]]);
}

#[test]
fn something_after_the_end() {
    json("{\"format_version\": \"1.0\"}\n}")
        .is_refused(expect!["site.json:2:1: this is not JSON: trailing characters"]);
}

#[test]
fn a_slip() {
    toml("format_version = \"1.0\"\nhosts = [\n  { name = \"s\" role = \"server\" },\n]\n")
        .is_refused(expect![
            "site.toml:3:16: this is not TOML: missing comma between key-value pairs, expected `,`"
        ]);
    toml("format_version = \"1.0\"\n[[hosts]\nname = \"s\"\n")
        .is_refused(expect!["site.toml:2:9: this is not TOML: unclosed array table, expected `]`"]);
    toml("format_version 1.0\n")
        .is_refused(expect!["site.toml:1:16: this is not TOML: key with no value, expected `=`"]);
    json("{\"format_version\": \"1.0\",}")
        .is_refused(expect!["site.json:1:26: this is not JSON: key must be a string"]);
    json("{'format_version': 1}")
        .is_refused(expect!["site.json:1:2: this is not JSON: key must be a string"]);
}

#[test]
fn half_of_a_surrogate_pair() {
    json(r#"{"format_version": "1.0", "hosts": [{"name": "\ud800", "role": "server", "os": "linux", "configured": {}}]}"#)
        .is_refused(expect!["site.json:1:46: unexpected end of hex escape"]);
    json(r#"{"format_version": "1.0", "\ud800": 1}"#).is_refused(expect![[r#"
        site.json:1:1: no host has the role `server`; give the SEP sesam Server the role `server`
        site.json:1:27: there is no key `"\ud800"` here; the keys are `assumptions`, `format_version`, `globals`, `hosts`, `policy`, `settings`, `tasks` and `waivers`"#]]);
}

#[test]
fn deep_nesting() {
    let deep = |open: &str, close: &str| open.repeat(200_000) + &close.repeat(200_000);
    json(format!("{{\"format_version\": \"1.0\", \"hosts\": {}}}", deep("[", "]")))
        .is_refused(expect!["site.json:1:37: expected a table, found a list"]);
    json(format!("{{\"format_version\": \"1.0\", \"x\": {}}}", deep("[", "]")))
        .is_refused(expect![[r#"
            site.json:1:1: no host has the role `server`; give the SEP sesam Server the role `server`
            site.json:1:27: there is no key `x` here; the keys are `assumptions`, `format_version`, `globals`, `hosts`, `policy`, `settings`, `tasks` and `waivers`"#]]);
    json("[".repeat(500_000))
        .is_refused(expect!["site.json:1:500000: this is not JSON: EOF while parsing a list"]);
    json("{\"hosts\":".repeat(500_000))
        .is_refused(expect!["site.json:1:4500000: this is not JSON: EOF while parsing a value"]);
    toml(format!("hosts = {}", deep("[", "]"))).is_refused(expect![
        "site.toml:1:89: this is not TOML: cannot recurse further; max recursion depth met"
    ]);
}

#[test]
fn a_huge_number() {
    let number = "9".repeat(100_000);
    json(format!("{{\"format_version\": {number}}}")).is_refused(expect![[r#"
        site.json:1:1: no host has the role `server`; give the SEP sesam Server the role `server`
        site.json:1:20: expected a string, found a number"#]]);
    let port = format!(
        "format_version = \"1.0\"\n[[hosts]]\nname = \"s\"\nrole = \"server\"\nos = \"linux\"\nconfigured = {{ ftp = {number} }}\n"
    );
    toml(port).is_refused(expect!["site.toml:6:22: `999999999999999999999999999999999999999999999999999999999999...` is out of range; expected a whole number from 1 to 65535, `off` or `unknown`"]);
}
