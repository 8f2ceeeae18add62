//! Lines and columns.

use expect_test::expect;
use sesam_transport::site::{Format, Path, Source};

use super::{json, toml};

const SITE: &str = "format_version = \"1.0\"\n[[hosts]]\nname = \"s\"\nrole = \"server\"\nos = \"linux\"\nconfigured = {}\n";

#[test]
fn columns_count_characters() {
    toml(format!("{SITE}interfaces = [\"ftp://bücher→ü\", 5]\n"))
        .is_refused(expect!["site.toml:7:33: expected a string or a table, found a number"]);
    json("{\"format_version\": \"1.0\", \"hosts\": [{\"name\": \"Zürich €\", \"rolle\": 1}]}")
        .is_refused(expect![[r#"
            site.json:1:37: the key `os` is missing; expected `linux`, `windows`, `other` or `unknown`
            site.json:1:37: neither `stpd_ini` nor `configured` says which ports the host has; add `stpd_ini` with the path of the file, or `configured` with the number, "off" or "unknown" for `ftp`, `http` and `https`
            site.json:1:58: there is no key `rolle` here; did you mean `role`?"#]]);
}

#[test]
fn lines_may_end_in_two_characters() {
    let site = format!("{SITE}color = \"red\"\n").replace('\n', "\r\n");
    toml(site).is_refused(expect!["site.toml:7:1: there is no key `color` here; the keys are `active_transfers_command`, `address`, `avx`, `configured`, `https_port`, `interfaces`, `name`, `os`, `restart_command`, `role`, `running`, `settings` and `stpd_ini`"]);
    json("{\r\n\"format_version\": \"1.0\",\r\n\"hosts\": 3\r\n}")
        .is_refused(expect!["site.json:3:10: expected a list, found a number"]);
    toml(SITE.replace('\n', "\r\n")).is_accepted();
}

#[test]
fn a_byte_order_mark_is_no_character() {
    toml(format!("\u{feff}{SITE}")).is_accepted();
    toml("\u{feff}color = 1\nformat_version = \"1.0\"\n").is_refused(expect![[r#"
        site.toml:1:1: there is no key `color` here; the keys are `assumptions`, `format_version`, `globals`, `hosts`, `policy`, `settings`, `tasks` and `waivers`
        site.toml:1:1: no host has the role `server`; give the SEP sesam Server the role `server`"#]]);
    json("\u{feff}{\"color\": 1, \"format_version\": \"1.0\"}").is_refused(expect![[r#"
        site.json:1:1: no host has the role `server`; give the SEP sesam Server the role `server`
        site.json:1:2: there is no key `color` here; the keys are `assumptions`, `format_version`, `globals`, `hosts`, `policy`, `settings`, `tasks` and `waivers`"#]]);
}

#[test]
fn a_span_is_what_is_underlined() {
    let text = format!("{SITE}avx = \"maybe\"\n");
    let faults = toml(&text).site().unwrap_err();
    let span = faults.listed()[0].span.clone().unwrap();
    assert_eq!(&text[span], "\"maybe\"");
}

#[test]
fn values_are_found_by_their_path() {
    let text = "{\"hosts\": [{\"name\": \"a\"},\n {\"name\": \"b\"}],\n \"tasks\": []}";
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    let at = |path: Path| source.positions(&[path])[0].unwrap().to_string();
    assert_eq!(at(Path::element("hosts", 1).key("name")), "2:11");
    assert_eq!(at(Path::element("hosts", 0)), "1:12");
    // What is not there is shown at what is around it.
    assert_eq!(at(Path::element("hosts", 1).key("role")), "2:2");
    assert_eq!(at(Path::element("hosts", 7)), "1:11");
    assert_eq!(at(Path::default()), "1:1");
    let both = source.positions(&[Path::element("tasks", 0), Path::element("hosts", 1)]);
    assert_eq!(both.map_positions(), ["3:11", "2:2"]);
}

trait MapPositions {
    fn map_positions(&self) -> Vec<String>;
}

impl MapPositions for Vec<Option<sesam_transport::site::Position>> {
    fn map_positions(&self) -> Vec<String> {
        self.iter().map(|position| position.unwrap().to_string()).collect()
    }
}
