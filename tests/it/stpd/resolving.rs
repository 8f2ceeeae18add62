//! Sites whose ports stand in files.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use sesam_transport::site::{Faults, Format, Site, SiteDraft, Source, Transport};
use sesam_transport::stpd::{Change, FileDigest, Places, resolve};

use super::{UNKNOWN, number, port, ports};

const SITE: &str = r#"format_version = "1.0"
[[hosts]]
name = "s"
role = "server"
os = "linux"
stpd_ini = "s/stpd.ini"

[[hosts]]
name = "r1"
role = "rds"
os = "linux"
configured = { ftp = 11001 }

[[hosts]]
name = "r2"
role = "rds"
os = "linux"
stpd_ini = "r2/stpd.ini"

[[hosts]]
name = "r3"
role = "rds"
os = "linux"
stpd_ini = "s/stpd.ini"
"#;
const OPEN: &str =
    "[STPD_Server]\nSTPD_PORT=11001\n# STPD_HTTP_PORT=11000\n# STPD_HTTPS_PORT=8443\n";

type File = Result<Vec<u8>, String>;

#[expect(clippy::unnecessary_wraps, reason = "other files cannot be read")]
fn text(bytes: impl AsRef<[u8]>) -> File {
    Ok(bytes.as_ref().to_vec())
}

fn resolved(site: &str, files: &[(&str, File)]) -> Result<(Site, Places), Faults> {
    let files: BTreeMap<&str, &File> = files.iter().map(|(path, file)| (*path, file)).collect();
    let source = Source::new(site.as_bytes(), Format::Toml).unwrap();
    let draft = SiteDraft::read(&source).unwrap();
    let mut asked = Vec::new();
    let outcome = resolve(&draft, |path| {
        asked.push(path.to_owned());
        files.get(path).map(|file| (*file).clone())
    });
    asked.sort();
    assert!(asked.windows(2).all(|pair| pair[0] != pair[1]), "each file is asked for once");
    outcome.map_err(|faults| source.locate(faults))
}

#[track_caller]
fn is_refused(files: &[(&str, File)], expected: Expect) {
    let faults = resolved(SITE, files).expect_err("the site is refused");
    let lines: Vec<_> =
        faults.listed().iter().map(|fault| fault.in_file("site.toml").to_string()).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn ports_come_from_the_files() {
    let files = [("s/stpd.ini", text(OPEN)), ("r2/stpd.ini", text("# nothing\n"))];
    let (site, places) = resolved(SITE, &files).unwrap();
    let configured: Vec<_> = site.host_ids().map(|host| site[host].configured()).collect();
    assert_eq!(
        configured,
        [
            ports(port(11001), port(0), port(0)),
            ports(port(11001), port(0), port(0)),
            ports(UNKNOWN, UNKNOWN, UNKNOWN),
            ports(port(11001), port(0), port(0)),
        ]
    );
    let https: Vec<_> = site.host_ids().map(|host| site[host].https_port()).collect();
    assert_eq!(https, [8443, 11443, 11443, 8443].map(number), "the commented number is taken");
    let paths: Vec<_> =
        site.host_ids().map(|host| places.file(host).map(|file| file.path().to_owned())).collect();
    let path = |path: &str| Some(path.to_owned());
    assert_eq!(paths, [path("s/stpd.ini"), None, path("r2/stpd.ini"), path("s/stpd.ini")]);
    assert_eq!(places.files().len(), 2);
}

#[test]
fn the_site_file_has_the_last_word_on_the_https_number() {
    let site = SITE.replacen("os = \"linux\"\n", "os = \"linux\"\nhttps_port = 9443\n", 1);
    let files = [("s/stpd.ini", text(OPEN)), ("r2/stpd.ini", text(""))];
    let (site, _) = resolved(&site, &files).unwrap();
    let server = site.host_ids().next().unwrap();
    assert_eq!(site[server].https_port(), number(9443));
}

#[test]
fn places_are_what_an_audit_names() {
    let twice = "[B]\n[STPD_Server]\n# STPD_PORT=1\n  STPD_PORT=2\nSTPD_PORT=3\n";
    let files = [("s/stpd.ini", text(twice)), ("r2/stpd.ini", text(""))];
    let (site, places) = resolved(SITE, &files).unwrap();
    let shown: Vec<String> = site
        .host_ids()
        .flat_map(|host| Transport::ALL.map(|transport| places.place(host, transport)))
        .map(|place| place.map_or_else(|| "-".to_owned(), |place| place.to_string()))
        .collect();
    assert_eq!(shown[..3], ["s/stpd.ini:4:3", "s/stpd.ini:2:1", "s/stpd.ini:2:1"]);
    assert_eq!(shown[3..6], ["-", "-", "-"]);
    assert_eq!(shown[6..9], ["r2/stpd.ini:1:1", "r2/stpd.ini:1:1", "r2/stpd.ini:1:1"]);
    let server = site.host_ids().next().unwrap();
    let place = serde_json::to_string(&places.place(server, Transport::Ftp).unwrap()).unwrap();
    expect![[r#"{"file":"s/stpd.ini","line":4,"column":3}"#]].assert_eq(&place);
}

#[test]
fn file_steps_start_from_the_bytes_that_were_read() {
    let files = [("s/stpd.ini", text(OPEN)), ("r2/stpd.ini", text(""))];
    let (site, places) = resolved(SITE, &files).unwrap();
    let file = places.file(site.host_ids().next().unwrap()).unwrap();
    let steps = file.steps([Change::Disable(Transport::Ftp)]).unwrap();
    assert_eq!(steps[0].sha256_before, FileDigest::of(OPEN.as_bytes()));
    assert_eq!(file.bytes(), OPEN.as_bytes());
}

#[test]
fn every_file_that_cannot_be_used_is_a_fault() {
    let wide: Vec<u8> = "[S]\n".bytes().flat_map(|byte| [byte, 0]).collect();
    is_refused(
        &[("r2/stpd.ini", text(wide))],
        expect![[r#"
            site.toml:6:12: there is no file `s/stpd.ini`; give its path relative to the site file, or the ports in `configured`, "unknown" where nobody knows them
            site.toml:18:12: `r2/stpd.ini` cannot be used: text in utf-16le cannot be read; give the ports in `configured` instead, "unknown" where nobody knows them
            site.toml:24:12: there is no file `s/stpd.ini`; give its path relative to the site file, or the ports in `configured`, "unknown" where nobody knows them"#]],
    );
    is_refused(
        &[("s/stpd.ini", Err("it is a directory".to_owned())), ("r2/stpd.ini", text(""))],
        expect![[r#"
            site.toml:6:12: `s/stpd.ini` cannot be used: it is a directory; give the ports in `configured` instead, "unknown" where nobody knows them
            site.toml:24:12: `s/stpd.ini` cannot be used: it is a directory; give the ports in `configured` instead, "unknown" where nobody knows them"#]],
    );
}

#[test]
fn without_files_a_site_that_names_some_is_refused() {
    let source = Source::new(SITE.as_bytes(), Format::Toml).unwrap();
    let faults = Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap_err();
    expect!["hosts[0].stpd_ini: `s/stpd.ini` was not read"]
        .assert_eq(&faults.listed()[0].to_string());
}
