//! Keys of stpd.ini that are no ports: what they are, and what becomes of the bytes when they change.

use std::path::Path;

use expect_test::expect;
use proptest::collection::vec;
use proptest::prelude::*;
use sesam_transport::site::{
    Faults, Format, Ports, SettingDraft, SettingValue, Site, SiteDraft, Source, Transport,
};
use sesam_transport::stpd::{Change, IniKey, IniSettings, Places, StpdIni, resolve, rewrite};

use super::verbs::given;
use super::{number, port};

const KEY: IniKey<'_> = IniKey { section: "STPD_Server", key: "TLS_MIN" };
const OTHER: IniKey<'_> = IniKey { section: "Log", key: "LEVEL" };

fn set(value: &str) -> Change<'_> {
    Change::Set(KEY, value)
}

fn value(text: impl AsRef<[u8]>, key: IniKey<'_>) -> SettingValue<Box<str>> {
    IniSettings::read(text.as_ref()).unwrap().setting(key.section, key.key).into_value()
}

#[track_caller]
fn has(text: impl AsRef<[u8]>, expected: SettingValue<&str>, lines: &[usize]) {
    let file = IniSettings::read(text.as_ref()).unwrap();
    let found = file.setting("STPD_Server", "TLS_MIN");
    let places: Vec<usize> = found.lines().iter().map(|place| place.line).collect();
    assert_eq!((found.value(), places.as_slice()), (expected, lines));
}

#[test]
fn what_a_file_has() {
    use SettingValue::{Absent, Text, Unknown};
    has("[STPD_Server]\nTLS_MIN=1.2\n", Text("1.2"), &[2]);
    has("[stpd_server]\r\n  tls_min : \"1.2\" ; since March\r\n", Text("1.2"), &[2]);
    has("[STPD_Server]\nTLS_MIN=\n", Text(""), &[2]);
    has("[STPD_Server]\n# TLS_MIN=1.2\n", Absent, &[2]);
    has("[STPD_Server]\nTLS_MINIMUM=1\n[Other]\nTLS_MIN=1\n", Absent, &[]);
    has("", Absent, &[]);
    has("[STPD_Server]\nTLS_MIN=1\n[STPD_Server]\ntls_min=1\n", Text("1"), &[2, 4]);
    has("[STPD_Server]\nTLS_MIN=1\nTLS_MIN=2\n", Unknown, &[2, 3]);
    has("[STPD_Server]\nTLS_MIN\n", Unknown, &[2]);
    has(b"[STPD_Server]\nTLS_MIN=gr\xFCn\n", Unknown, &[2]);
}

#[test]
fn a_value_on_which_the_readers_differ_is_unknown() {
    // rust-ini takes a form feed for a blank.
    let text = "[STPD_Server]\nTLS_MIN=\x0b1\n";
    let own = "[STPD_Server]\nTLS_MIN=1\n";
    assert_eq!(value(own, KEY), SettingValue::Text("1".into()));
    assert_ne!(value(text, KEY), SettingValue::Text("1".into()));
}

#[test]
fn an_active_line_gets_another_value() {
    given("[STPD_Server]\n  TLS_MIN = \"1.0\" ; old\n")
        .changing(set("1.2"))
        .produces("[STPD_Server]\n  TLS_MIN = \"1.2\" ; old\n")
        .changing(set("1.2"))
        .changes_nothing();
    given("[STPD_Server]\nTLS_MIN=1.2\n").changing(set("")).produces("[STPD_Server]\nTLS_MIN=\n");
}

#[test]
fn several_active_lines_all_get_it() {
    given("[STPD_Server]\nTLS_MIN=1\nA=1\n[stpd_server]\ntls_min=2\n")
        .changing(set("3"))
        .produces("[STPD_Server]\nTLS_MIN=3\nA=1\n[stpd_server]\ntls_min=3\n");
}

#[test]
fn a_commented_line_with_that_value_comes_back() {
    given("[STPD_Server]\n# TLS_MIN=1\n#TLS_MIN=2\n")
        .changing(set("2"))
        .produces("[STPD_Server]\n# TLS_MIN=1\nTLS_MIN=2\n");
}

#[test]
fn otherwise_a_line_is_written() {
    given("[STPD_Server]\r\nSTPD_PORT = 11001\r\n# TLS_MIN=1\r\n[B]\r\n")
        .changing(set("2"))
        .produces("[STPD_Server]\r\nSTPD_PORT = 11001\r\nTLS_MIN = 2\r\n# TLS_MIN=1\r\n[B]\r\n");
    given("[STPD_Server]\n# TLS_MIN=1\n# TLS_MIN=1\n")
        .changing(set("1"))
        .produces("[STPD_Server]\nTLS_MIN=1\n# TLS_MIN=1\n# TLS_MIN=1\n");
    given("A=1").changing(Change::Set(OTHER, "3")).produces("A=1\n[Log]\nLEVEL=3");
}

#[test]
fn what_cannot_be_written_is_refused() {
    given("[STPD_Server]\nTLS_MIN\n")
        .changing(set("1"))
        .is_refused(expect!["line 2, column 1: `TLS_MIN` has no delimiter and so no value to set"]);
    given("[STPD_Server]\nTLS_MIN='1'\n")
        .changing(set("a'b"))
        .is_refused(expect!["line 2, column 10: `a'b` would not read back as it was written"]);
    given("[STPD_Server]\n").changing(set("a\nSTPD_PORT=1")).is_refused(expect![[
        r#"line 2, column 1: `TLS_MIN=a\nSTPD_PORT=1` would not read back as it was written"#
    ]]);
}

/// The text after ports and settings have been changed.
fn changed(text: &[u8]) -> Vec<u8> {
    let changes = [
        Change::Set(OTHER, "3"),
        Change::Enable(Transport::Https, number(8443)),
        Change::Set(KEY, "1.2"),
        Change::Disable(Transport::Ftp),
        Change::Set(KEY, "1.3"),
    ];
    changes.into_iter().fold(text.to_vec(), |text, change| {
        rewrite(&text, change).map_or(text.clone(), |done| done.after().to_vec())
    })
}

fn ports_of(text: &[u8]) -> Ports {
    StpdIni::read(text).unwrap().ports()
}

/// The original comes back from the changed text, at once and one key after the other.
#[track_caller]
fn comes_back(original: &[u8]) {
    let text = changed(original);
    let (old_key, old_other) = (value(original, KEY), value(original, OTHER));
    let new_key = value(&text, KEY);
    let back = |text: &[u8], ports, settings: &[(IniKey<'_>, SettingValue<&str>)]| {
        let change = Change::Restore { ports, settings, original: Some(original) };
        rewrite(text, change).unwrap().after().to_vec()
    };
    let all = [(KEY, old_key.as_str()), (OTHER, old_other.as_str())];
    assert_eq!(back(&text, ports_of(original), &all), original);
    let kept = [(KEY, new_key.as_str()), (OTHER, old_other.as_str())];
    let text = back(&text, ports_of(&text), &kept);
    assert_eq!((value(&text, KEY), value(&text, OTHER)), (new_key.clone(), old_other.clone()));
    let text = back(&text, ports_of(original), &kept);
    // A section that was made for the key settles the ports.
    let has_ports = original.windows(13).any(|part| part.eq_ignore_ascii_case(b"[STPD_Server]"));
    assert!(ports_of(&text) == ports_of(original) || !has_ports);
    assert_eq!(back(&text, ports_of(original), &all), original);
}

#[test]
fn the_original_comes_back_byte_for_byte() {
    for text in [
        "",
        "A=1",
        "[STPD_Server]",
        "[STPD_Server]\r\nSTPD_PORT=11001",
        "[STPD_Server]\nTLS_MIN = '1.0' ; c\n[Log]\n#LEVEL=3\n",
        "[STPD_Server]\n# TLS_MIN=1.2\n; TLS_MIN=1.3\n",
        "[STPD_Server]\nTLS_MIN=1\nTLS_MIN=2\n",
        "[Log]\nLEVEL=1\n\n[Z]\nK=1\n",
    ] {
        println!("{text:?}");
        comes_back(text.as_bytes());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stpd");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        comes_back(&std::fs::read(path).unwrap());
    }
}

#[test]
fn where_others_have_edited_too_a_setting_goes_back_in_place() {
    let original = b"[STPD_Server]\nSTPD_PORT=11001\n";
    let settings = [(KEY, SettingValue::Absent)];
    let change = Change::Restore {
        ports: ports_of(original),
        settings: &settings,
        original: Some(original),
    };
    given("[STPD_Server]\nSTPD_PORT=11001\nTLS_MIN=1\nA=1\n")
        .changing(change)
        .produces("[STPD_Server]\nSTPD_PORT=11001\n# TLS_MIN=1\nA=1\n");
    let unknown = [(KEY, SettingValue::Unknown)];
    let change =
        Change::Restore { ports: ports_of(original), settings: &unknown, original: Some(original) };
    given("[STPD_Server]\nSTPD_PORT=11001\nTLS_MIN=1\nA=1\n")
        .changing(change)
        .is_refused(expect!["the lines that `TLS_MIN` had are not known"]);
}

const SITE: &str = r#"format_version = "1.0"
[[hosts]]
name = "s"
role = "server"
os = "linux"
stpd_ini = "stpd.ini"
settings = [{ key = "tls_min", running = "1.0" }]
[[settings]]
key = "TLS_MIN"
value = "1.2"
[[settings]]
section = "Log"
key = "LEVEL"
value = "3"
"#;

fn resolved(site: &str, file: &str) -> Result<(Site, Places), Faults> {
    let source = Source::new(site.as_bytes(), Format::Toml).unwrap();
    let draft = SiteDraft::read(&source).unwrap();
    resolve(&draft, |_| Some(Ok(file.as_bytes().to_vec()))).map_err(|faults| source.locate(faults))
}

#[test]
fn a_site_reads_what_is_configured_from_the_file() {
    let file = "[STPD_Server]\n# TLS_MIN=0\n  tls_min = 1.1\n";
    let (site, places) = resolved(SITE, file).unwrap();
    let found: Vec<_> =
        site.settings().map(|setting| (setting.configured(), setting.running())).collect();
    let (text, absent) = (SettingValue::Text, SettingValue::Absent);
    assert_eq!(found, [(text("1.1"), text("1.0")), (absent, absent)]);
    let place =
        |section, key| places.setting_place(site.server(), section, key).unwrap().to_string();
    assert_eq!(place("STPD_Server", "TLS_MIN"), "stpd.ini:3:3");
    assert_eq!(place("Log", "LEVEL"), "stpd.ini:1:1");
}

#[test]
fn what_a_file_says_is_not_said_again() {
    let site = SITE.replace("running = \"1.0\"", "configured = \"1.0\"");
    let faults = resolved(&site, "").unwrap_err();
    let shown: Vec<_> = faults.listed().iter().map(ToString::to_string).collect();
    expect!["7:45: `stpd_ini` and `configured` exclude each other; keep the one that is true"]
        .assert_eq(&shown.join("\n"));
}

/// Whether a site may want this.
fn is_wanted(section: &str, key: &str, value: &str) -> bool {
    let host = r#"{"format_version":"1.0","hosts":[{"name":"s","role":"server","os":"linux","configured":{"https":11443}}]}"#;
    let mut draft: SiteDraft<'_> = serde_json::from_str(host).unwrap();
    draft.settings.push(SettingDraft {
        section: Some(section.into()),
        key: key.into(),
        value: value.into(),
        hosts: None,
    });
    Site::try_from(&draft).is_ok()
}

proptest! {
    #[test]
    fn what_a_site_may_want_can_be_written_to_every_tidy_file_and_reads_back(
        section in "[ -~]{1,6}", key in "[ -~]{1,6}", text in "[ -~]{0,8}", indent in "[ \t]{0,2}",
        blank in "[ ]{0,2}", newline in prop::sample::select(vec!["\n", "\r\n"]),
        keys in vec("[A-Z]{1,3}", 0..3), ends in any::<bool>(), named in any::<bool>(),
    ) {
        prop_assume!(is_wanted(&section, &key, &text));
        let mut lines = vec!["[STPD_Server]".to_owned()];
        if named {
            lines.push(format!("[{section}]"));
        }
        lines.extend(keys.iter().map(|key| format!("{indent}{key}{blank}={blank}1")));
        let file = lines.join(newline) + if ends { newline } else { "" };
        let name = IniKey { section: &section, key: &key };
        let done = rewrite(file.as_bytes(), Change::Set(name, &text));
        let done = done.unwrap_or_else(|refused| panic!("{file:?}: {refused}"));
        prop_assert_eq!(value(done.after(), name), SettingValue::Text(text.as_str().into()), "{:?}", file);
        prop_assert_eq!(ports_of(done.after()), ports_of(file.as_bytes()));
        let settings = [(name, value(&file, name))];
        let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
        let change = Change::Restore { ports: ports_of(file.as_bytes()), settings: &settings, original: Some(file.as_bytes()) };
        let back = rewrite(done.after(), change).unwrap();
        prop_assert_eq!(back.after(), file.as_bytes());
    }
}

#[test]
fn a_section_that_is_made_settles_the_ports() {
    let text = b"A=1\n";
    let done = rewrite(text, set("1")).unwrap();
    assert_eq!(ports_of(done.after()).ftp, port(0));
}
