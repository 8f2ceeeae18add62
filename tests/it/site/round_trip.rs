//! A site is the same whether written in TOML or JSON, with defaults or without, and after it was exported.

use proptest::prelude::*;
use sesam_transport::site::{Format, Site, SiteDraft, Source};

use super::{Given, json, toml};

/// The site of the format's documentation, with every key.
const FULL: &str = r#"
format_version = "1.0"

[assumptions]
blank_scope = "server"

[policy]
reassign = "blank"
retire = ["http"]
except_hosts = ["rds1.example.com"]

[[hosts]]
name = "backup.example.com"
role = "server"
os = "linux"
avx = "yes"
configured = { ftp = 11001, http = "off", https = "unknown" }
running = { ftp = 11001, http = 11000, https = 11443 }
https_port = 11444
interfaces = ["http://backup.example.com:11000", "https://backup.example.com:11443",
              { url = "https://nat.example.com:8443", listener = 11443 }]

[[hosts]]
name = "rds1.example.com"
role = "rds"
os = "windows"
configured = {}

[[tasks]]
id = "nightly-mail"
kind = "backup"
form = "event"
host = "backup.example.com"
interface = "http://backup.example.com:11000"

[[tasks]]
id = "copy"
kind = "migration"
form = "task"
source_host = "rds1.example.com"
reassign = "https://backup.example.com:11443"

[[tasks]]
id = "mail-restore"
kind = "restore"
host = "rds1.example.com"
interface = ""

[[globals]]
key = "gv_conf_use_com_stpd_kill"
user = "sesam"
value = "ftp"

[[waivers]]
host = "rds1.example.com"
condition = "abort"
reason = "hardware is replaced in March"
until = "2027-03-31"
"#;

/// The same text as a draft.
fn draft(text: &str, format: Format) -> SiteDraft<'_> {
    SiteDraft::read(&Source::new(text.as_bytes(), format).unwrap()).unwrap()
}

#[test]
fn a_draft_survives_both_formats() {
    let original = draft(FULL, Format::Toml);
    let as_json = serde_json::to_string_pretty(&original).unwrap();
    assert_eq!(draft(&as_json, Format::Json), original);
    let as_toml = ::toml::to_string(&original).unwrap();
    assert_eq!(draft(&as_toml, Format::Toml), original);
}

#[test]
fn the_fingerprint_does_not_depend_on_the_format() {
    let original = draft(FULL, Format::Toml);
    let site = toml(FULL).is_accepted();
    let other = json(serde_json::to_string(&original).unwrap()).is_accepted();
    assert_eq!(site.fingerprint(), other.fingerprint());
}

#[test]
fn the_fingerprint_does_not_depend_on_spelled_out_defaults() {
    let short = "format_version = \"1.0\"\n[[hosts]]\nname = \"s\"\nrole = \"server\"\nos = \"linux\"\nconfigured = { ftp = 11001 }\n[[tasks]]\nid = \"t\"\nkind = \"backup\"\n";
    let long = r#"
format_version = "1.0"
settings = []
[assumptions]
blank_scope = "both"
[policy]
reassign = "secure"
retire = ["http", "ftp"]
except_hosts = []
[[hosts]]
name = "s"
role = "server"
os = "linux"
avx = "unknown"
configured = { ftp = 11001, http = "off", https = "off" }
running = { ftp = 11001, http = "off", https = "off" }
https_port = 11443
interfaces = []
[[tasks]]
id = "t"
kind = "backup"
form = "event"
host = "s"
interface = ""
"#;
    assert_eq!(toml(short).is_accepted().fingerprint(), toml(long).is_accepted().fingerprint());
    let repeated = long.replace("interface = \"\"", "interface = \"\"\nreassign = \"secure\"");
    assert_eq!(
        toml(short).is_accepted().fingerprint(),
        toml(&repeated).is_accepted().fingerprint()
    );
    let renumbered = long.replace("https_port = 11443", "https_port = 11444");
    assert_ne!(
        toml(short).is_accepted().fingerprint(),
        toml(renumbered).is_accepted().fingerprint()
    );
}

#[test]
fn an_exported_site_is_the_same_site() {
    let site = toml(FULL).is_accepted();
    let exported = site.to_draft();
    let again = Site::try_from(&exported).unwrap();
    assert_eq!(again.fingerprint(), site.fingerprint());
    assert_eq!(again.to_draft(), exported);
}

/// Pieces that a document is damaged with.
fn piece() -> impl Strategy<Value = String> {
    let tokens = [
        "",
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        "=",
        ":",
        "\n",
        "0",
        "-1",
        "99999",
        "null",
        "true",
        "\"server\"",
        "name",
        "hosts",
        "\u{feff}",
        "\u{0}",
        "ü",
        "\\",
        "\\ud800",
        "1e999",
        "[[",
        "\"format_version\": \"1.7\",",
        "[[hosts]]\n",
        "2027-01-01",
        "'",
        "#",
    ];
    prop_oneof![
        proptest::sample::select(tokens.map(str::to_owned).to_vec()),
        "\\PC{0,8}".prop_map(String::from),
    ]
}

/// A document in which some stretches are replaced, perhaps in the middle of a character.
pub(crate) fn damaged(text: String) -> impl Strategy<Value = Vec<u8>> {
    let place = any::<proptest::sample::Index>();
    let edits = prop::collection::vec((place, 0..12_usize, piece()), 1..6);
    edits.prop_map(move |edits| {
        let mut bytes = text.clone().into_bytes();
        for (place, length, piece) in edits {
            let start = place.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, piece.into_bytes());
        }
        bytes
    })
}

/// Whatever the bytes are: a valid draft, or faults that all have a place inside the text.
fn is_read_or_refused(given: &Given) {
    match given.site() {
        Ok(site) => {
            let again = Site::try_from(&site.to_draft()).unwrap();
            assert_eq!(again.fingerprint(), site.fingerprint());
        }
        Err(faults) => {
            assert!(faults.count() > 0);
            let text = String::from_utf8_lossy(&given.bytes);
            let lines = text.matches('\n').count() + 1;
            for fault in faults.listed() {
                let place = fault.position.expect("a fault of a file has a place");
                assert!(place.line <= lines, "{fault}");
                assert!(fault.span.clone().is_none_or(|span| span.end <= text.len()), "{fault:?}");
            }
            assert!(faults.listed().is_sorted_by_key(|fault| fault.position));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_toml_is_read_or_refused(bytes in damaged(FULL.to_owned())) {
        is_read_or_refused(&toml(bytes));
    }

    #[test]
    fn damaged_json_is_read_or_refused(
        bytes in damaged(serde_json::to_string_pretty(&draft(FULL, Format::Toml)).unwrap())
    ) {
        is_read_or_refused(&json(bytes));
    }

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        is_read_or_refused(&toml(&bytes));
        is_read_or_refused(&json(&bytes));
    }

    /// Any value in place of any other: what is found does not depend on the format.
    #[test]
    fn both_formats_find_as_many_faults(
        (pointer, value) in (any::<proptest::sample::Index>(), wrong_value())
    ) {
        let mut document = serde_json::to_value(draft(FULL, Format::Toml)).unwrap();
        let pointers = pointers_into(&document, "");
        *document.pointer_mut(pointer.get::<String>(&pointers)).unwrap() = value;
        let as_json = json(document.to_string());
        is_read_or_refused(&as_json);
        if document.is_object() {
            let as_toml = toml(::toml::to_string(&document).unwrap());
            is_read_or_refused(&as_toml);
            let count = |given: &Given| given.site().map_or_else(|faults| faults.count(), |_| 0);
            prop_assert_eq!(count(&as_json), count(&as_toml));
        }
    }
}

/// A value that hardly ever belongs where it is put.
fn wrong_value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::json;
    proptest::sample::select(vec![
        json!(0),
        json!(70000),
        json!(-1),
        json!(1.5),
        json!(true),
        json!(""),
        json!("backup.example.com"),
        json!("rds"),
        json!("server"),
        json!([]),
        json!([1, "a"]),
        json!({}),
        json!({"name": "x", "url": "y"}),
        json!([{}]),
    ])
}

/// The place of every value in a document.
fn pointers_into(value: &serde_json::Value, at: &str) -> Vec<String> {
    let below: Vec<(String, &serde_json::Value)> = match value {
        serde_json::Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), value)).collect()
        }
        serde_json::Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    let below =
        below.into_iter().flat_map(|(key, value)| pointers_into(value, &format!("{at}/{key}")));
    core::iter::once(at.to_owned()).chain(below).collect()
}
