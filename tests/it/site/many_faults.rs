//! Several faults at once: all are listed, each once, and none that only follows from another.

use core::fmt::Write;

use expect_test::expect;
use sesam_transport::site::Faults;

use super::{json, toml};

#[test]
fn faults_of_the_shape_and_of_the_meaning_come_together() {
    toml(
        r#"
format_version = "1.0"
[polcy]
[[hosts]]
name = "s"
role = "server"
os = "linus"
configured = { ftp = 0 }
interfaces = ["ftp://s:11001", "ftp://s:11001"]

[[hosts]]
name = "s"
role = "server"
os = "linux"
stpd_ini = "a"
configured = {}

[[tasks]]
id = "t"
kind = "backup"
source_host = "nowhere"

[[waivers]]
host = "s"
condition = "abort"
reason = ""
until = "soon"
"#,
    )
    .is_refused(expect![[r#"
        site.toml:3:2: there is no key `polcy` here; did you mean `policy`?
        site.toml:7:6: `linus` is not known here; did you mean `linux`? expected `linux`, `windows`, `other` or `unknown`
        site.toml:8:22: `0` is out of range; expected a whole number from 1 to 65535, `off` or `unknown`
        site.toml:9:32: the interface `ftp://s:11001` is there twice; the first is in line 9
        site.toml:12:8: the host `s` is there twice; the first is in line 5
        site.toml:13:8: `s` is a second host with the role `server`; the first is in line 6; Remote Device Servers have the role `rds`
        site.toml:16:14: `stpd_ini` and `configured` exclude each other; keep the one that is true
        site.toml:21:15: a backup has no source host; only migrations and replications read from a second host
        site.toml:21:15: there is no host `nowhere`
        site.toml:26:10: the reason of the waiver is empty
        site.toml:27:9: `soon` is no date; expected year, month and day: `2027-03-31`"#]]);
}

#[test]
fn a_part_that_cannot_be_read_is_one_fault() {
    toml(
        r#"
format_version = "1.0"
[[hosts]]
name = 5
role = "boss"
os = "linux"
configured = 3

[[tasks]]
id = "a"
kind = "bakup"
host = "s"
source_host = "s"

[[waivers]]
host = "s"
condition = "abort"
reason = "old"
"#,
    )
    .is_refused(expect![[r#"
        site.toml:4:8: expected a string, found a number
        site.toml:5:8: `boss` is not known here; expected `server` or `rds`
        site.toml:7:14: expected a table, found a number
        site.toml:11:8: `bakup` is not known here; did you mean `backup`? expected `backup`, `restore`, `migration` or `replication`"#]]);
    json(r#"{"format_version": "1.0", "hosts": ["s", {"name": "r", "role": "rds", "os": "linux", "configured": {}}],
        "tasks": [{"id": "a", "kind": "backup", "host": "s"}, 5]}"#)
    .is_refused(expect![[r#"
        site.json:1:37: expected a table, found a string
        site.json:2:63: expected a table, found a number"#]]);
}

#[test]
fn faults_beside_a_part_that_cannot_be_read_are_found() {
    json(
        r#"{"format_version": "1.0",
 "hosts": [
  {"name": "s", "role": "server", "os": "linux", "configured": {"http": 99999}},
  {"name": "r", "role": "server", "os": "linux"},
  {"name": 5, "role": "rds", "os": "linux", "configured": {}, "stpd_ini": "x"}],
 "tasks": [{"id": "a", "kind": "backup"}, {"id": "a", "kind": "backup", "kind": "restore"}]}"#,
    )
    .is_refused(expect![[r#"
        site.json:3:73: `99999` is out of range; expected a whole number from 1 to 65535, `off` or `unknown`
        site.json:4:3: neither `stpd_ini` nor `configured` says which ports the host has; add `stpd_ini` with the path of the file, or `configured` with the number, "off" or "unknown" for `ftp`, `http` and `https`
        site.json:4:25: `r` is a second host with the role `server`; the first is in line 3; Remote Device Servers have the role `rds`
        site.json:5:12: expected a string, found a number
        site.json:5:59: `stpd_ini` and `configured` exclude each other; keep the one that is true
        site.json:6:50: the task `a` is there twice; the first is in line 6
        site.json:6:73: the key `kind` is there twice; the first is in line 6"#]]);
}

#[test]
fn a_hundred_are_listed_and_the_rest_is_counted() {
    let mut text = String::from(
        "format_version = \"1.0\"\n[[hosts]]\nname = \"s\"\nrole = \"server\"\nos = \"linux\"\nconfigured = {}\n",
    );
    for number in 0..75 {
        let _ = write!(text, "[[tasks]]\nid = \"t{number}\"\nkind = \"backup\"\nhost = \"x\"\n");
    }
    for _ in 0..75 {
        text.push_str("[[tasks]]\nid = 5\nkind = \"backup\"\n");
    }
    let faults = toml(&text).site().unwrap_err();
    assert_eq!((faults.listed().len(), faults.count()), (Faults::LIMIT, 150));
    assert_eq!(faults.to_string(), "there are 150 faults");
    assert!(faults.listed().is_sorted_by_key(|fault| fault.position));

    let only_meaning = text.replace("id = 5\nkind", "id = \"t0\"\nkind");
    let faults = toml(only_meaning).site().unwrap_err();
    assert_eq!((faults.listed().len(), faults.count()), (Faults::LIMIT, 150));
    assert!(faults.listed().is_sorted_by_key(|fault| fault.position));
}
