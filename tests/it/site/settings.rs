//! Settings in site files: what is wanted, what hosts have of it, and what is refused.

use expect_test::{Expect, expect};
use sesam_transport::{
    safety::{Exposure, audit},
    site::{Setting, SettingValue, Site},
};

use super::{json, toml};

const HEAD: &str = r#"format_version = "1.0"
[[hosts]]
name = "s"
role = "server"
os = "linux"
configured = { https = 11443 }
interfaces = ["https://s:11443"]
"#;

const RDS: &str = r#"
[[hosts]]
name = "rds1"
role = "rds"
os = "linux"
configured = { https = 11443 }
interfaces = ["https://rds1:11443"]
"#;

fn site(more: &str) -> String {
    format!("{HEAD}{more}")
}

/// The settings that are exposed, and whether each belongs to a host of the goal.
fn exposed(site: &Site) -> Vec<bool> {
    let found = audit(site);
    let settings = found.exposures().filter(|(what, _)| matches!(what, Exposure::Setting(_)));
    settings.map(|(_, in_goal)| in_goal).collect()
}

fn shown(site: &Site) -> Vec<String> {
    let line = |setting: &Setting| {
        format!(
            "{} [{}] {} wants `{}`: {} {}",
            site[setting.host()].name(),
            setting.section(),
            setting.key(),
            setting.wanted(),
            setting.configured(),
            setting.running()
        )
    };
    site.settings().map(line).collect()
}

#[track_caller]
fn refused(more: &str, expected: Expect) {
    toml(site(more)).is_refused(expected);
}

#[test]
fn a_setting_is_wanted_on_all_hosts_or_on_some() {
    let more = format!(
        "settings = [{{ key = \"a\", configured = \"0\", running = {{ state = \"absent\" }} }}]\n{RDS}{}{}",
        "settings = [{ section = \"X\", key = \"B\", running = \"2\" }, { key = \"A\", configured = { state = \"unknown\" } }]\n",
        "[[settings]]\nkey = \"A\"\nvalue = \"1\"\n[[settings]]\nsection = \"x\"\nkey = \"b\"\nvalue = \"2\"\nhosts = [\"rds1\"]\n"
    );
    let site = toml(site(&more)).is_accepted();
    assert_eq!(
        shown(&site),
        [
            "s [STPD_Server] A wants `1`: `0` absent",
            "rds1 [STPD_Server] A wants `1`: unknown unknown",
            "rds1 [x] b wants `2`: absent `2`",
        ]
    );
}

#[test]
fn what_a_host_is_not_said_to_have_is_absent() {
    let site = toml(site("[[settings]]\nkey = \"A\"\nvalue = \"\"\n")).is_accepted();
    assert_eq!(shown(&site), ["s [STPD_Server] A wants ``: absent absent"]);
    assert_eq!(exposed(&site), [true]);
}

#[test]
fn only_the_wanted_value_in_the_file_and_running_is_not_exposed() {
    let values = ["\"1\"", "\"0\"", "{ state = \"absent\" }", "{ state = \"unknown\" }"];
    for configured in values {
        for running in values {
            let row = format!("{{ key = \"A\", configured = {configured}, running = {running} }}");
            let text = format!("settings = [{row}]\n[[settings]]\nkey = \"A\"\nvalue = \"1\"\n");
            let site = toml(site(&text)).is_accepted();
            let is_good = configured == "\"1\"" && running == "\"1\"";
            assert_eq!(exposed(&site).is_empty(), is_good, "{row}");
            let again = Site::try_from(&site.to_draft()).unwrap();
            assert_eq!(again.fingerprint(), site.fingerprint(), "{row}");
            assert_eq!(shown(&again), shown(&site));
        }
    }
}

#[test]
fn a_setting_of_an_excepted_host_is_no_part_of_the_goal() {
    let text = "[policy]\nexcept_hosts = [\"s\"]\n[[settings]]\nkey = \"A\"\nvalue = \"1\"\n";
    let site = toml(site(text)).is_accepted();
    assert_eq!(exposed(&site), [false]);
}

#[test]
fn the_fingerprint_covers_what_is_wanted_and_what_there_is() {
    let of = |more: &str| toml(site(more)).is_accepted().fingerprint().to_string();
    let wanted = "[[settings]]\nkey = \"A\"\nvalue = \"1\"\n";
    let told = |row: &str| of(&format!("settings = [{{ key = \"A\", {row} }}]\n{wanted}"));
    let all = [
        of(""),
        of(wanted),
        of(&wanted.replace('A', "B")),
        of(&wanted.replace('1', "2")),
        of(&format!("{wanted}section = \"Other\"\n")),
        told("configured = \"1\""),
        told("configured = \"2\""),
        told("configured = { state = \"unknown\" }"),
        told("running = \"1\""),
    ];
    let different: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    assert_eq!(of(wanted), told("configured = { state = \"absent\" }"), "a default spelled out");
    assert_eq!(of(wanted), of(&format!("{wanted}section = \"STPD_Server\"\nhosts = [\"s\"]\n")));
    let hosts = r#"[{ "name": "s", "role": "server", "os": "linux", "configured": { "https": 11443 },
        "interfaces": ["https://s:11443"], "settings": [{ "key": "A", "configured": "2" }] }]"#;
    let settings = r#"[{ "key": "A", "value": "1" }]"#;
    let text =
        format!(r#"{{ "format_version": "1.0", "hosts": {hosts}, "settings": {settings} }}"#);
    assert_eq!(json(text).is_accepted().fingerprint().to_string(), told("configured = \"2\""));
}

#[test]
fn a_port_key_in_any_case() {
    refused(
        "[[settings]]\nkey = \"stpd_Http_port\"\nvalue = \"1\"\n",
        expect![
            "site.toml:9:7: `stpd_Http_port` is the HTTP port, and no setting; what a host has of it belongs in `configured`, what is wanted of it in `policy`"
        ],
    );
    refused(
        "[[settings]]\nsection = \"stpd_server\"\nkey = \"STPD_PORT\"\nvalue = \"1\"\n",
        expect![
            "site.toml:10:7: `STPD_PORT` is the FTP port, and no setting; what a host has of it belongs in `configured`, what is wanted of it in `policy`"
        ],
    );
    toml(site("[[settings]]\nsection = \"Other\"\nkey = \"STPD_PORT\"\nvalue = \"1\"\n"))
        .is_accepted();
}

#[test]
fn texts_that_would_not_read_back() {
    let all = [
        (
            "section = \"a]b\"\nkey = \"A\"\nvalue = \"1\"\n",
            expect![
                "site.toml:9:11: the section of the setting `a]b` would not read back from stpd.ini; a bracket would end the name of the section"
            ],
        ),
        (
            "section = \"\"\nkey = \"A\"\nvalue = \"1\"\n",
            expect!["site.toml:9:11: the section of the setting is empty"],
        ),
        ("key = \"\"\nvalue = \"1\"\n", expect!["site.toml:9:7: the key of the setting is empty"]),
        (
            "key = \"A=B\"\nvalue = \"1\"\n",
            expect![
                "site.toml:9:7: the key of the setting `A=B` would not read back from stpd.ini; `=` or `:` would end the key"
            ],
        ),
        (
            "key = \"#A\"\nvalue = \"1\"\n",
            expect![
                "site.toml:9:7: the key of the setting `#A` would not read back from stpd.ini; a line that begins so is a comment or a section"
            ],
        ),
        (
            "key = \"A \"\nvalue = \"1\"\n",
            expect![
                "site.toml:9:7: the key of the setting `A ` would not read back from stpd.ini; blanks around it would be lost"
            ],
        ),
        (
            "key = \"A\"\nvalue = \"a # b\"\n",
            expect![
                "site.toml:10:9: the value of the setting `a # b` would not read back from stpd.ini; it would be read as a comment"
            ],
        ),
        (
            "key = \"A\"\nvalue = \"'a'\"\n",
            expect![
                "site.toml:10:9: the value of the setting `'a'` would not read back from stpd.ini; quotes around a value are no part of it"
            ],
        ),
        (
            "key = \"A\"\nvalue = \"grün\"\n",
            expect![
                "site.toml:10:9: the value of the setting `grün` would not read back from stpd.ini; only printable ASCII reads back from every stpd.ini"
            ],
        ),
        (
            "key = \"A\"\nvalue = \"a\\nSTPD_PORT=11001\"\n",
            expect![[r#"
            site.toml:10:9: the value of the setting `a
            STPD_PORT=11001` would not read back from stpd.ini; only printable ASCII reads back from every stpd.ini"#]],
        ),
    ];
    for (text, expected) in all {
        refused(&format!("[[settings]]\n{text}"), expected);
    }
}

#[test]
fn two_wanted_values_for_one_key_of_a_host() {
    refused(
        "[[settings]]\nkey = \"A\"\nvalue = \"1\"\n[[settings]]\nsection = \"stpd_SERVER\"\nkey = \"a\"\nvalue = \"2\"\n",
        expect!["site.toml:13:7: the setting `a` on `s` is there twice; the first is in line 9"],
    );
    refused(
        "[[settings]]\nkey = \"A\"\nvalue = \"1\"\nhosts = [\"s\", \"S\", \"s\"]\n",
        expect![[r#"
            site.toml:9:7: the setting `A` on `s` is there twice; the first is in line 9
            site.toml:11:15: there is no host `S`; did you mean `s`?"#]],
    );
}

#[test]
fn what_a_host_has_of_something_that_nobody_wants() {
    refused(
        "settings = [{ key = \"TLS_MINIMUM\", configured = \"1\" }]\n[[settings]]\nkey = \"TLS_MIN\"\nvalue = \"1\"\n",
        expect![
            "site.toml:8:21: no setting `TLS_MINIMUM` is wanted on this host; did you mean `TLS_MIN`?"
        ],
    );
    refused(
        "settings = [{ key = \"A\", running = \"1\" }]\n",
        expect![
            "site.toml:8:21: no setting `A` is wanted on this host; list it under `settings`, or leave it out"
        ],
    );
    refused(
        "settings = [{ key = \"A\" }, { key = \"a\" }]\n[[settings]]\nkey = \"A\"\nvalue = \"1\"\n",
        expect!["site.toml:8:28: the setting `a` is there twice; the first is in line 8"],
    );
}

#[test]
fn a_value_of_another_shape() {
    let told = |value: &str| {
        format!(
            "settings = [{{ key = \"A\", configured = {value} }}]\n[[settings]]\nkey = \"A\"\nvalue = \"1\"\n"
        )
    };
    refused(
        &told("{ state = \"absnt\" }"),
        expect![
            "site.toml:8:49: `absnt` is not known here; did you mean `absent`? expected `absent` or `unknown`"
        ],
    );
    refused(
        &told("{ value = \"1\" }"),
        expect![[r#"
            site.toml:8:39: the key `state` is missing; expected `absent` or `unknown`
            site.toml:8:41: there is no key `value` here; the only key is `state`"#]],
    );
    refused(&told("1"), expect!["site.toml:8:39: expected a string or a table, found a number"]);
}

#[test]
fn what_an_unreadable_setting_explains_is_not_reported_again() {
    refused(
        "settings = [{ key = \"A\", configured = \"0\" }]\n[[settings]]\nkey = 1\nvalue = \"1\"\n",
        expect!["site.toml:10:7: expected a string, found a number"],
    );
}

#[test]
fn a_value_is_what_it_is() {
    assert!(SettingValue::Text("1").is("1"));
    assert!(!SettingValue::Text("1").is("2"));
    assert!(!SettingValue::<&str>::Absent.is("") && !SettingValue::<&str>::Unknown.is(""));
}
