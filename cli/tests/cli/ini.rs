//! The command `ini`.

use expect_test::expect;

use crate::binary::{Folder, sesam};

const FILE: &[u8] =
    b"[STPD_Server]\r\nSTPD_PORT=11001\r\n; STPD_HTTPS_PORT=11443\r\n\r\n[Other]\nSTPD_PORT=1\n";

#[test]
fn edits_are_bytes_in_and_bytes_out() {
    let after = sesam(["ini", "-", "--disable", "STPD_PORT", "--enable", "STPD_HTTPS_PORT=11443"])
        .reading(FILE)
        .ends()
        .with_status(0);
    assert_eq!(
        after.stdout,
        b"[STPD_Server]\r\n# STPD_PORT=11001\r\nSTPD_HTTPS_PORT=11443\r\n\r\n[Other]\nSTPD_PORT=1\n"
    );
    assert_eq!(after.stderr, "");
}

#[test]
fn edits_are_applied_in_the_order_given() {
    let after = |arguments: &[&str]| {
        let arguments = ["ini", "-", "--section", ""].iter().chain(arguments);
        sesam(arguments).reading("a=1\n").ends().with_status(0).text()
    };
    assert_eq!(after(&["--set", "a=2", "--disable", "a"]), "# a=2\n");
    assert_eq!(after(&["--disable", "a", "--enable", "a", "--set", "a=3"]), "a=3\n");
}

#[test]
fn a_key_that_is_not_there_is_no_and_nothing_is_written() {
    let folder = Folder::new();
    folder.file("stpd.ini", FILE);
    let ended =
        sesam(["ini", "stpd.ini", "--disable", "STPD_PORT", "--remove", "NO", "-o", "new.ini"])
            .inside(&folder)
            .ends();
    expect![[r#"
        [stderr] not found: `stpd.ini`: there is no key `NO` in section `STPD_Server`
        [stderr] nothing was written
        [status] 1
    "#]]
    .assert_eq(&ended.to_string());
    assert_eq!(folder.names(), ["stpd.ini"]);
}

#[test]
fn a_key_that_is_not_there_may_be_fine() {
    let missing = sesam(["ini", "-", "--disable", "NO", "--missing-ok"]).reading(FILE).ends();
    assert_eq!(missing.with_status(0).stdout, FILE);
    let both = [
        "ini",
        "-",
        "--disable",
        "NO",
        "--section",
        "Other",
        "--set",
        "STPD_PORT=2",
        "--missing-ok",
    ];
    let both = sesam(both).reading("[Other]\nSTPD_PORT=1\n").ends().with_status(0);
    assert_eq!(both.text(), "[Other]\nSTPD_PORT=2\n");
}

#[test]
fn refusals_name_the_lines() {
    let twice = sesam(["ini", "-", "--section", "", "--set", "a=2"]).reading("a=1\n\na=3\n").ends();
    expect![[r#"
        [stderr] error: refused: `standard input`: `a` is active more than once: lines 1, 3
        [stderr] nothing was written
        [status] 2
    "#]]
    .assert_eq(&twice.to_string());
    let utf16 =
        sesam(["ini", "-", "--disable", "a"]).reading(b"\xff\xfea\x00=\x001\x00".as_slice()).ends();
    expect![[r#"
        [stderr] error: refused: `standard input`: line 1, column 1: text in utf-16le cannot be edited
        [stderr] nothing was written
        [status] 2
    "#]]
    .assert_eq(&utf16.to_string());
    let second = ["ini", "-", "--section", "", "--disable", "b", "--set", "a=x\ny"];
    let second = sesam(second).reading("a=1\nb=1\n").ends();
    expect![[r#"
        [stderr] error: refused: `standard input`: edit 2: line 1, column 3: `x\ny` would not read back as it was written
        [stderr] nothing was written
        [status] 2
    "#]]
    .assert_eq(&second.to_string());
}

#[test]
fn a_refused_edit_is_counted_as_it_was_given() {
    let given = [
        "ini",
        "-",
        "--section",
        "",
        "--missing-ok",
        "--disable",
        "NO",
        "--disable",
        "a",
        "--set",
        "b=x\ny",
    ];
    let ended = sesam(given).reading("a=1\nb=1\n").ends();
    expect![[r#"
        [stderr] error: refused: `standard input`: edit 3: line 2, column 3: `x\ny` would not read back as it was written
        [stderr] nothing was written
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
    let left = ["ini", "-", "--section", "", "--missing-ok", "--disable", "NO", "--set", "b=x\ny"];
    let ended = sesam(left).reading("b=1\n").ends().with_status(2);
    assert!(ended.stderr.contains("edit 2: line 1"), "{ended}");
}

#[test]
fn many_changes_arrive_in_order() {
    let lines = 3000;
    let ended = sesam(["ini", "-", "--section", "", "--disable", "k"])
        .reading("k=1\nother\n".repeat(lines))
        .ends()
        .with_status(0);
    assert_eq!(ended.text(), "# k=1\nother\n".repeat(lines));
}

#[cfg(unix)]
#[test]
fn a_redirected_file_is_read_from_where_it_stands() {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let folder = Folder::new();
    let mut input =
        std::fs::File::open(folder.file("a.ini", "gone\n[STPD_Server]\nK=1\n")).unwrap();
    input.seek(SeekFrom::Start(5)).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sesam-transport"));
    let output = command.args(["ini", "-", "--disable", "K"]).stdin(input.try_clone().unwrap());
    assert_eq!(output.output().unwrap().stdout, b"[STPD_Server]\n# K=1\n");
    let mut rest = Vec::new();
    input.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"", "read to its end");
}

#[test]
fn wrong_usage_is_status_2() {
    let nothing_asked = sesam(["ini", "stpd.ini"]).ends().with_status(2);
    assert!(nothing_asked.stdout.is_empty());
    let no_value = sesam(["ini", "-", "--set", "KEY"]).reading("KEY=1\n").ends();
    expect![[r#"
        [stderr] error: `--set KEY` needs a value: KEY=VALUE
        [status] 2
    "#]]
    .assert_eq(&no_value.to_string());
    let in_place = sesam(["ini", "-", "--disable", "KEY", "--in-place"]).ends();
    expect![[r#"
        [stderr] error: standard input cannot be edited in place
        [status] 2
    "#]]
    .assert_eq(&in_place.to_string());
    let both = sesam(["ini", "a", "--list", "--disable", "KEY"]).ends().with_status(2);
    assert!(both.stderr.contains("cannot be used with"), "{both}");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = Folder::new();
    folder.file("sub/stpd.ini", FILE);
    let directory = sesam(["ini", "sub", "--list"]).inside(&folder).ends();
    expect![[r#"
        [stderr] error: cannot read `sub`: it is a directory
        [status] 2
    "#]]
    .assert_eq(&directory.to_string());
    let missing = sesam(["ini", "none.ini", "--list"]).inside(&folder).ends().with_status(2);
    assert!(missing.stderr.starts_with("error: cannot read `none.ini`: "), "{missing}");
}

#[test]
fn in_place_replaces_the_file_itself() {
    let folder = Folder::new();
    let path = folder.file("stpd.ini", FILE);
    let edit =
        || sesam(["ini", "stpd.ini", "--section", "Other", "--set", "STPD_PORT=2", "--in-place"]);
    let ended = edit().inside(&folder).ends().with_status(0);
    assert!(ended.stdout.is_empty());
    assert!(folder.bytes("stpd.ini").ends_with(b"[Other]\nSTPD_PORT=2\n"));
    let date = std::fs::metadata(&path).unwrap().modified().unwrap();
    edit().inside(&folder).ends().with_status(0);
    assert_eq!(
        std::fs::metadata(&path).unwrap().modified().unwrap(),
        date,
        "unchanged, not rewritten"
    );
    assert_eq!(folder.names(), ["stpd.ini"]);
}

#[cfg(unix)]
#[test]
fn replacing_follows_links_and_keeps_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new();
    let path = folder.file("real.ini", FILE);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&path, folder.path().join("link.ini")).unwrap();
    sesam(["ini", "link.ini", "--disable", "STPD_PORT", "--in-place"])
        .inside(&folder)
        .ends()
        .with_status(0);
    assert!(folder.path().join("link.ini").is_symlink());
    assert!(folder.bytes("real.ini").starts_with(b"[STPD_Server]\r\n# STPD_PORT"));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

/// A file that belongs to somebody else; none where this user may not give files away.
#[cfg(unix)]
fn somebody_elses(folder: &Folder, name: &str) -> Option<std::path::PathBuf> {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    let path = folder.file(name, FILE);
    let is_given = chown(&path, Some(12_345), Some(54_321)).is_ok();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    is_given.then_some(path)
}

#[cfg(unix)]
#[test]
fn replacing_keeps_owner_and_attributes() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = Folder::new();
    let given = somebody_elses(&folder, "stpd.ini");
    let path = given.clone().unwrap_or_else(|| folder.file("stpd.ini", FILE));
    let attribute = || xattr::get(&path, "user.origin").unwrap_or_default();
    let has_attribute = xattr::set(&path, "user.origin", b"rpm \xff").is_ok();
    println!("given away: {}, extended attributes: {has_attribute}", given.is_some());
    let owner = || {
        let found = std::fs::metadata(&path).unwrap();
        (found.uid(), found.gid())
    };
    let (owner_before, attribute_before) = (owner(), attribute());
    assert_eq!(attribute_before.is_some(), has_attribute);
    sesam(["ini", "stpd.ini", "--disable", "STPD_PORT", "--in-place"])
        .inside(&folder)
        .ends()
        .with_status(0);
    assert!(folder.bytes("stpd.ini").starts_with(b"[STPD_Server]\r\n# STPD_PORT"));
    assert_eq!(owner(), owner_before, "STPD may run as somebody else, and must be able to read it");
    assert_eq!(attribute(), attribute_before);
}

/// Whoever may write to the folder could replace the file, but would take it away from its owner.
#[cfg(unix)]
#[test]
fn a_file_that_would_change_its_owner_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let given = somebody_elses(&folder, "stpd.ini");
    println!("given away: {}", given.is_some());
    let Some(path) = given else { return };
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let edit = sesam(["ini", "stpd.ini", "--disable", "STPD_PORT", "--in-place"]).inside(&folder);
    let edit = edit.by_user(23_456);
    println!("started by somebody else: {}", edit.is_some());
    let Some(edit) = edit else { return };
    let ended = edit.ends();
    expect![[r#"
        [stderr] error: cannot write `stpd.ini`: the new file cannot have its owner, mode and extended attributes (Operation not permitted (os error 1)): let its owner or root do this
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
    assert_eq!(folder.bytes("stpd.ini"), FILE);
    assert_eq!(folder.names(), ["stpd.ini"]);
}

#[cfg(unix)]
#[test]
fn arguments_are_bytes() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let arguments = [b"ini".as_slice(), b"-", b"--section", b"\xfc", b"--set", b"\xe4=\xdf=1"];
    let ended =
        sesam(arguments.map(OsStr::from_bytes)).reading(b"[\xfc]\n\xe4=1\n".as_slice()).ends();
    assert_eq!(ended.with_status(0).stdout, b"[\xfc]\n\xe4=\xdf=1\n");
}

#[test]
fn the_list_shows_state_and_line() {
    let list = || sesam(["ini", "-", "--list"]);
    expect![[r#"
        encoding: ascii-compatible
        line  state      key              value
        1                [STPD_Server]
        2     active     STPD_PORT        11001
        3     commented  STPD_HTTPS_PORT  11443
        5                [Other]
        6     active     STPD_PORT        1
        [status] 0
    "#]]
    .assert_eq(&list().reading(FILE).ends().to_string());
}

#[test]
fn the_list_as_json_says_where_bytes_were_no_text() {
    let list = sesam(["ini", "-", "--list", "--format", "json"]);
    expect![[r#"
        {
          "format_version": "1.0",
          "encoding": "utf-8-bom",
          "sections": [
            { "name": "", "line": null, "keys": [{ "key": "a", "value": "1", "state": "active", "line": 1 }] },
            { "name": "S\u0001", "line": 2, "keys": [{ "key": "�", "value": "x", "state": "commented", "line": 3, "lossy": true }, { "key": "bare", "value": null, "state": "active", "line": 4 }] }
          ]
        }
        [status] 0
    "#]]
    .assert_eq(&list.reading(b"\xef\xbb\xbfa=1\n[S\x01]\n#\xff=x\nbare\n".as_slice()).ends().to_string());
}

#[test]
fn case_counts_unless_told_otherwise() {
    let exact = sesam(["ini", "-", "--disable", "stpd_port"]).reading(FILE).ends();
    assert_eq!(exact.status, 1);
    let ignoring =
        ["ini", "-", "--disable", "stpd_port", "--section", "STPD_SERVER", "--ignore-case"];
    let ignoring = sesam(ignoring).reading(FILE).ends().with_status(0);
    assert!(ignoring.text().contains("# STPD_PORT=11001"));
}

#[test]
fn the_list_may_be_of_one_section() {
    let list = |section: &str, more: &[&str]| {
        let arguments = ["ini", "-", "--list", "--section", section];
        sesam(arguments.iter().chain(more)).reading([FILE, b"[STPD_Server]\nK=1\n"].concat()).ends()
    };
    expect![[r#"
        encoding: ascii-compatible
        line  state      key              value
        1                [STPD_Server]
        2     active     STPD_PORT        11001
        3     commented  STPD_HTTPS_PORT  11443
        7                [STPD_Server]
        8     active     K                1
        [status] 0
    "#]]
    .assert_eq(&list("STPD_Server", &[]).to_string());
    expect![[r#"
        [stderr] not found: `standard input`: there is no section `other`
        [status] 1
    "#]]
    .assert_eq(&list("other", &["--format", "json"]).to_string());
    let other = list("other", &["--ignore-case", "--format", "json"]).with_status(0).json();
    assert_eq!(other["sections"][0]["name"], "Other");
    assert_eq!(other["sections"].as_array().unwrap().len(), 1);
}

#[test]
fn the_section_without_a_name_is_before_the_first_header() {
    let list = |text: &str| {
        let list = sesam(["ini", "-", "--list", "--section", "", "--format", "json"]);
        list.reading(text).ends().with_status(0).json()["sections"].clone()
    };
    let head = |keys| serde_json::json!([{ "name": "", "line": null, "keys": keys }]);
    let key = serde_json::json!([{ "key": "a", "value": "1", "state": "active", "line": 1 }]);
    assert_eq!(list("a=1\n[]\nb=1\n"), head(key));
    assert_eq!(list("[]\nb=1\n"), head(serde_json::json!([])));
}

#[test]
fn no_section_is_listed_of_text_that_cannot_be_read() {
    let utf16 = b"\xff\xfe[\x00a\x00]\x00".as_slice();
    let ended = sesam(["ini", "-", "--list", "--section", "a"]).reading(utf16).ends();
    expect![[r#"
        [stderr] error: refused: `standard input`: text in utf-16le cannot be listed by section
        [status] 2
    "#]]
    .assert_eq(&ended.to_string());
    assert_eq!(sesam(["ini", "-", "--list"]).reading(utf16).ends().status, 0);
}
