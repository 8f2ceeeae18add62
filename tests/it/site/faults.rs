//! Every fault of a site file, alone, as a person sees it.

use expect_test::{Expect, expect};

use super::{json, toml};

const HEAD: &str = "format_version = \"1.0\"\n";
const SERVER: &str = r#"
[[hosts]]
name = "s"
role = "server"
os = "linux"
configured = { ftp = 11001, https = 11443 }
interfaces = ["https://s:11443"]
"#;
const RDS: &str = r#"
[[hosts]]
name = "rds1"
role = "rds"
os = "windows"
avx = "yes"
configured = { https = 11443 }
"#;

/// A sound site followed by `more`.
#[track_caller]
fn sound_but(more: &str, expected: Expect) {
    toml(format!("{HEAD}{SERVER}{more}")).is_refused(expected);
}

/// A sound site in JSON in which `from` is replaced.
#[track_caller]
fn json_but(from: &str, to: &str, expected: Expect) {
    let sound = r#"{
  "format_version": "1.0",
  "policy": { "retire": ["ftp", "http"] },
  "hosts": [
    { "name": "s", "role": "server", "os": "linux",
      "configured": { "ftp": 11001, "https": 11443 },
      "interfaces": ["ftp://s:11001", { "url": "https://nat:8443", "listener": 11443 }] }
  ],
  "tasks": [
    { "id": "t", "kind": "backup", "host": "s", "interface": "ftp://s:11001" }
  ],
  "globals": [{ "key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": "ftp" }]
}
"#;
    json(sound).is_accepted();
    assert!(sound.contains(from), "{from}");
    json(sound.replacen(from, to, 1)).is_refused(expected);
}

#[test]
fn no_server() {
    toml(format!("{HEAD}{RDS}")).is_refused(expect![
        "site.toml:3:1: no host has the role `server`; give the SEP sesam Server the role `server`"
    ]);
    toml(HEAD).is_refused(expect![
        "site.toml:1:1: no host has the role `server`; give the SEP sesam Server the role `server`"
    ]);
    json(r#"{"format_version": "1.0", "hosts": []}"#).is_refused(expect![
        "site.json:1:36: no host has the role `server`; give the SEP sesam Server the role `server`"
    ]);
}

#[test]
fn a_second_server() {
    sound_but(
        &SERVER.replace("\"s\"", "\"s2\""),
        expect![
            "site.toml:12:8: `s2` is a second host with the role `server`; the first is in line 5; Remote Device Servers have the role `rds`"
        ],
    );
}

#[test]
fn a_host_twice() {
    sound_but(
        &RDS.replace("rds1", "s"),
        expect!["site.toml:11:8: the host `s` is there twice; the first is in line 4"],
    );
}

#[test]
fn an_interface_text_twice_on_one_host() {
    let twice = r#"interfaces = ["https://a", "http://a", "https://a"]"#;
    sound_but(
        &format!("{RDS}{twice}"),
        expect![
            "site.toml:16:40: the interface `https://a` is there twice; the first is in line 16"
        ],
    );
    json_but(
        "ftp://s:11001\"",
        "https://nat:8443\"",
        expect![
            "site.json:7:42: the interface `https://nat:8443` is there twice; the first is in line 7"
        ],
    );
}

#[test]
fn a_task_twice() {
    let twice =
        "[[tasks]]\nid = \"a\"\nkind = \"backup\"\n[[tasks]]\nkind = \"restore\"\nid = \"a\"\n";
    sound_but(
        twice,
        expect!["site.toml:14:6: the task `a` is there twice; the first is in line 10"],
    );
}

#[test]
fn a_waiver_twice() {
    let waiver = "[[waivers]]\nhost = \"rds1\"\ncondition = \"abort\"\nreason = \"old\"\n";
    sound_but(
        &format!("{RDS}{waiver}{waiver}"),
        expect![
            "site.toml:21:8: the waiver for host `rds1` is there twice; the first is in line 17"
        ],
    );
}

#[test]
fn a_global_setting_twice() {
    let row = "[[globals]]\nkey = \"k\"\nuser = \"sesam\"\nvalue = \"v\"\n";
    sound_but(
        &format!("{row}{row}"),
        expect![
            "site.toml:13:1: the global setting `k|sesam` is there twice; the first is in line 9"
        ],
    );
}

#[test]
fn an_unknown_host() {
    let task = "[[tasks]]\nid = \"a\"\nkind = \"backup\"\nhost = \"rds2\"\n";
    sound_but(
        &format!("{RDS}{task}"),
        expect!["site.toml:19:8: there is no host `rds2`; did you mean `rds1`?"],
    );
    let source =
        "[[tasks]]\nid = \"a\"\nkind = \"migration\"\nsource_host = \"elsewhere.example\"\n";
    sound_but(source, expect!["site.toml:12:15: there is no host `elsewhere.example`"]);
    let waiver = "[[waivers]]\nhost = \"rds\"\ncondition = \"abort\"\nreason = \"old\"\n";
    sound_but(
        &format!("{RDS}{waiver}"),
        expect!["site.toml:17:8: there is no host `rds`; did you mean `rds1`?"],
    );
    sound_but(
        "[policy]\nexcept_hosts = [\"s\", \"S\"]\n",
        expect!["site.toml:10:22: there is no host `S`; did you mean `s`?"],
    );
    json_but(r#""host": "s""#, r#""host": "t""#, expect!["site.json:10:44: there is no host `t`"]);
}

#[test]
fn a_host_excepted_twice() {
    sound_but(
        "[policy]\nexcept_hosts = [\"s\", \"s\"]\n",
        expect!["site.toml:10:22: the host `s` is there twice; the first is in line 10"],
    );
}

#[test]
fn an_empty_name() {
    sound_but(&RDS.replace("rds1", ""), expect!["site.toml:11:8: the name of the host is empty"]);
    sound_but(
        "[[tasks]]\nid = \"\"\nkind = \"backup\"\n",
        expect!["site.toml:10:6: the id of the task is empty"],
    );
    sound_but(
        &format!("{RDS}interfaces = [\"\"]\n"),
        expect!["site.toml:16:15: the interface is empty"],
    );
    sound_but(
        "[[globals]]\nkey = \"\"\nuser = \"sesam\"\nvalue = \"\"\n",
        expect!["site.toml:10:7: the key of the global setting is empty"],
    );
    sound_but(
        "[[tasks]]\nid = \"a\"\nkind = \"backup\"\nreassign = \"\"\n",
        expect!["site.toml:12:12: the target of the task is empty"],
    );
    sound_but(
        "[[waivers]]\nhost = \"s\"\ncondition = \"abort\"\nreason = \"\"\n",
        expect!["site.toml:12:10: the reason of the waiver is empty"],
    );
}

#[test]
fn a_number_that_is_no_port() {
    for number in ["0", "65536", "-1", "0x1_0000", "123456789012345678901234567890"] {
        let server = SERVER.replace("11001", number);
        let Err(faults) = toml(format!("{HEAD}{server}")).site() else { panic!("{number}") };
        assert_eq!(faults.count(), 1, "{number}: {faults:?}");
    }
    toml(format!("{HEAD}{}", SERVER.replace("11001", "0"))).is_refused(expect!["site.toml:7:22: `0` is out of range; expected a whole number from 1 to 65535, `off` or `unknown`"]);
    toml(format!("{HEAD}{SERVER}https_port = 70000\n")).is_refused(expect![
        "site.toml:9:14: `70000` is out of range; expected a whole number from 1 to 65535"
    ]);
    json_but(
        "11001,",
        "65536,",
        expect![
            "site.json:6:30: `65536` is out of range; expected a whole number from 1 to 65535, `off` or `unknown`"
        ],
    );
    json_but(
        "11001,",
        "1e9,",
        expect![
            "site.json:6:30: expected a whole number from 1 to 65535, `off` or `unknown`, found a number that is not whole"
        ],
    );
    json_but(
        "11001,",
        "-5,",
        expect![
            "site.json:6:30: `-5` is out of range; expected a whole number from 1 to 65535, `off` or `unknown`"
        ],
    );
    json_but(
        "\"listener\": 11443",
        "\"listener\": 99999999999999999999",
        expect![
            "site.json:7:80: `99999999999999999999` is out of range; expected a whole number from 1 to 65535"
        ],
    );
}

#[test]
fn both_stpd_ini_and_configured_or_neither() {
    sound_but(
        &format!("{RDS}stpd_ini = \"rds1/stpd.ini\"\n"),
        expect![
            "site.toml:15:14: `stpd_ini` and `configured` exclude each other; keep the one that is true"
        ],
    );
    sound_but(
        &RDS.replace("configured = { https = 11443 }", ""),
        expect![[
            r#"site.toml:10:1: neither `stpd_ini` nor `configured` says which ports the host has; add `stpd_ini` with the path of the file, or `configured` with the number, "off" or "unknown" for `ftp`, `http` and `https`"#
        ]],
    );
}

#[test]
fn an_ini_that_was_not_read() {
    let rds = RDS.replace("configured = { https = 11443 }", "stpd_ini = \"rds1/stpd.ini\"");
    sound_but(&rds, expect!["site.toml:15:12: `rds1/stpd.ini` was not read"]);
}

#[test]
fn a_source_host_on_a_backup() {
    let task = "[[tasks]]\nid = \"a\"\nkind = \"backup\"\nsource_host = \"s\"\n";
    sound_but(
        task,
        expect![
            "site.toml:12:15: a backup has no source host; only migrations and replications read from a second host"
        ],
    );
    json_but(
        r#""host": "s""#,
        r#""source_host": "s""#,
        expect![
            "site.json:10:51: a backup has no source host; only migrations and replications read from a second host"
        ],
    );
}

#[test]
fn nothing_to_retire() {
    sound_but(
        "[policy]\nretire = []\n",
        expect!["site.toml:10:10: nothing is to be retired; expected `ftp`, `http` or both"],
    );
    sound_but(
        "[policy]\nretire = [\"ftp\", \"https\"]\n",
        expect![
            "site.toml:10:18: `https` cannot be retired: it is what everything moves to; expected `ftp`, `http` or both"
        ],
    );
    sound_but(
        "[policy]\nretire = [\"ftp\", \"ftp\"]\n",
        expect!["site.toml:10:18: the transport `ftp` is there twice; the first is in line 10"],
    );
    json_but(
        r#"["ftp", "http"]"#,
        "[]",
        expect!["site.json:3:25: nothing is to be retired; expected `ftp`, `http` or both"],
    );
}

#[test]
fn a_date_that_is_none() {
    let waiver = "[[waivers]]\nhost = \"s\"\ncondition = \"abort\"\nreason = \"old\"\n";
    sound_but(
        &format!("{waiver}until = \"31.03.2027\"\n"),
        expect![
            "site.toml:13:9: `31.03.2027` is no date; expected year, month and day: `2027-03-31`"
        ],
    );
    sound_but(
        &format!("{waiver}until = 2027-03-31\n"),
        expect!["site.toml:13:9: expected a string, found a date without quotes"],
    );
}

#[test]
fn an_unknown_key() {
    sound_but(
        "[polcy]\nretire = [\"ftp\"]\n",
        expect!["site.toml:9:2: there is no key `polcy` here; did you mean `policy`?"],
    );
    sound_but(
        &format!("{RDS}color = \"red\"\n"),
        expect![
            "site.toml:16:1: there is no key `color` here; the keys are `active_transfers_command`, `address`, `avx`, `configured`, `https_port`, `interfaces`, `name`, `os`, `restart_command`, `role`, `running`, `settings` and `stpd_ini`"
        ],
    );
    sound_but(
        "[policy]\nretier = [\"ftp\"]\n",
        expect!["site.toml:10:1: there is no key `retier` here; did you mean `retire`?"],
    );
    sound_but(
        "[assumptions]\nzone = 1\n",
        expect!["site.toml:10:1: there is no key `zone` here; the only key is `blank_scope`"],
    );
    json_but(
        "\"tasks\"",
        "\"jobs\"",
        expect![
            "site.json:9:3: there is no key `jobs` here; the keys are `assumptions`, `format_version`, `globals`, `hosts`, `policy`, `settings`, `tasks` and `waivers`"
        ],
    );
    json_but(
        "\"listener\"",
        "\"listner\"",
        expect!["site.json:7:68: there is no key `listner` here; did you mean `listener`?"],
    );
    json_but(
        "\"https\": 11443",
        "\"htps\": 11443",
        expect!["site.json:6:37: there is no key `htps` here; did you mean `https`?"],
    );
}

#[test]
fn a_mistyped_key_is_one_fault() {
    toml(format!("{HEAD}{}", SERVER.replace("role", "rol")))
        .is_refused(expect!["site.toml:5:1: there is no key `rol` here; did you mean `role`?"]);
    toml(format!("{HEAD}{}", SERVER.replace("configured", "configurd"))).is_refused(expect![
        "site.toml:7:1: there is no key `configurd` here; did you mean `configured`?"
    ]);
    json_but(
        "\"hosts\"",
        "\"host\"",
        expect!["site.json:4:3: there is no key `host` here; did you mean `hosts`?"],
    );
}

#[test]
fn an_unknown_value() {
    toml(format!("{HEAD}{}", SERVER.replace("\"server\"", "\"Server\""))).is_refused(expect!["site.toml:5:8: `Server` is not known here; did you mean `server`? expected `server` or `rds`"]);
    toml(format!("{HEAD}{}", SERVER.replace("\"linux\"", "\"solaris\""))).is_refused(expect!["site.toml:6:6: `solaris` is not known here; expected `linux`, `windows`, `other` or `unknown`"]);
    sound_but(
        "[assumptions]\nblank_scope = \"hosts\"\n",
        expect![
            "site.toml:10:15: `hosts` is not known here; did you mean `host`? expected `host`, `server` or `both`"
        ],
    );
    sound_but(
        "[policy]\nreassign = \"secured\"\n",
        expect![
            "site.toml:10:12: `secured` is not known here; did you mean `secure`? expected `secure` or `blank`"
        ],
    );
    sound_but(
        "[policy]\nretire = [\"ftps\"]\n",
        expect![
            "site.toml:10:11: `ftps` is not known here; did you mean `ftp`? expected `ftp`, `http` or `https`"
        ],
    );
    sound_but(
        "[[tasks]]\nid = \"a\"\nkind = \"archive\"\n",
        expect![
            "site.toml:11:8: `archive` is not known here; expected `backup`, `restore`, `migration` or `replication`"
        ],
    );
    sound_but(
        "[[tasks]]\nid = \"a\"\nkind = \"backup\"\nform = \"job\"\n",
        expect!["site.toml:12:8: `job` is not known here; expected `task` or `event`"],
    );
    sound_but(
        "[[waivers]]\nhost = \"s\"\ncondition = \"route\"\nreason = \"old\"\n",
        expect!["site.toml:11:13: `route` is not known here; expected `abort`"],
    );
    json_but(
        "\"ftp\": 11001",
        "\"ftp\": \"of\"",
        expect![
            "site.json:6:30: `of` is not known here; did you mean `off`? expected a whole number from 1 to 65535, `off` or `unknown`"
        ],
    );
    json_but(
        "\"ftp\": 11001",
        "\"ftp\": \"11001\"",
        expect![
            "site.json:6:30: expected a whole number from 1 to 65535, `off` or `unknown`, found a number in quotes"
        ],
    );
    json_but(
        "\"backup\"",
        "\"\"",
        expect![
            "site.json:10:26: `` is not known here; expected `backup`, `restore`, `migration` or `replication`"
        ],
    );
}

#[test]
fn a_value_of_the_wrong_type() {
    toml("format_version = 1.0\n").is_refused(expect![[r#"
        site.toml:1:1: no host has the role `server`; give the SEP sesam Server the role `server`
        site.toml:1:18: expected a string, found a number that is not whole"#]]);
    toml(format!("{HEAD}hosts = 3\n"))
        .is_refused(expect!["site.toml:2:9: expected a list, found a number"]);
    toml(format!("{HEAD}hosts = [\"s\"]\n"))
        .is_refused(expect!["site.toml:2:10: expected a table, found a string"]);
    sound_but(
        &format!("{RDS}interfaces = \"https://a\"\n"),
        expect!["site.toml:16:14: expected a list, found a string"],
    );
    sound_but(
        &format!("{RDS}interfaces = [1]\n"),
        expect!["site.toml:16:15: expected a string or a table, found a number"],
    );
    sound_but(
        &RDS.replace("\"rds1\"", "true"),
        expect!["site.toml:11:8: expected a string, found a truth value"],
    );
    sound_but(
        &RDS.replace("{ https = 11443 }", "11443"),
        expect!["site.toml:15:14: expected a table, found a number"],
    );
    sound_but(
        "tasks = {}\n",
        expect![
            "site.toml:9:1: there is no key `tasks` here; the keys are `active_transfers_command`, `address`, `avx`, `configured`, `https_port`, `interfaces`, `name`, `os`, `restart_command`, `role`, `running`, `settings` and `stpd_ini`"
        ],
    );
    json_but(
        "\"role\": \"server\"",
        "\"role\": null",
        expect!["site.json:5:28: expected `server` or `rds`, found null"],
    );
    json_but(
        "\"id\": \"t\"",
        "\"id\": [\"t\"]",
        expect!["site.json:10:13: expected a string, found a list"],
    );
    json_but(
        "11001,",
        "11001.0,",
        expect![
            "site.json:6:30: expected a whole number from 1 to 65535, `off` or `unknown`, found a number that is not whole"
        ],
    );
    json("[]").is_refused(expect!["site.json:1:1: expected a table, found a list"]);
    json("3").is_refused(expect!["site.json:1:1: expected a table, found a number"]);
}

#[test]
fn null_stands_for_an_absent_value_only_where_there_may_be_none() {
    let task = r#"{"format_version": "1.0", "hosts": [{"name": "s", "role": "server", "os": "linux",
        "configured": {}, "running": null, "stpd_ini": null}],
        "tasks": [{"id": "t", "kind": "backup", "interface": null}]}"#;
    json(task).is_accepted();
}

#[test]
fn a_missing_key() {
    toml(SERVER)
        .is_refused(expect!["site.toml:1:1: the key `format_version` is missing; expected `1.0`"]);
    for line in ["name = \"rds1\"\n", "role = \"rds\"\n", "os = \"windows\"\n"] {
        assert_eq!(
            toml(format!("{HEAD}{SERVER}{}", RDS.replace(line, ""))).site().unwrap_err().count(),
            1,
            "{line}"
        );
    }
    sound_but(
        &RDS.replace("os = \"windows\"\n", ""),
        expect![
            "site.toml:10:1: the key `os` is missing; expected `linux`, `windows`, `other` or `unknown`"
        ],
    );
    sound_but(
        "[[tasks]]\nid = \"a\"\n",
        expect![
            "site.toml:9:1: the key `kind` is missing; expected `backup`, `restore`, `migration` or `replication`"
        ],
    );
    sound_but(
        "[[globals]]\nkey = \"a\"\nuser = \"sesam\"\n",
        expect!["site.toml:9:1: the key `value` is missing; expected a string"],
    );
    json_but(
        "\"url\": \"https://nat:8443\", ",
        "",
        expect!["site.json:7:39: the key `url` is missing; expected a string"],
    );
    json("{}").is_refused(expect![[r#"
        site.json:1:1: the key `format_version` is missing; expected `1.0`
        site.json:1:1: no host has the role `server`; give the SEP sesam Server the role `server`"#]]);
}

#[test]
fn a_key_twice() {
    json_but(
        "\"os\": \"linux\"",
        "\"os\": \"linux\",\n \"os\": \"linux\"",
        expect!["site.json:6:2: the key `os` is there twice; the first is in line 5"],
    );
    json_but(
        "\"https\": 11443",
        "\"ftp\": 11443",
        expect!["site.json:6:37: the key `ftp` is there twice; the first is in line 6"],
    );
    json_but(
        "\"globals\"",
        "\"tasks\"",
        expect!["site.json:12:3: the key `tasks` is there twice; the first is in line 9"],
    );
    toml(format!("{HEAD}{HEAD}"))
        .is_refused(expect!["site.toml:2:1: this is not TOML: duplicate key"]);
}

#[test]
fn a_list_in_place_of_a_table_and_a_table_in_place_of_a_word() {
    json_but(
        r#"{ "retire": ["ftp", "http"] }"#,
        r#"["secure", ["ftp"], []]"#,
        expect!["site.json:3:13: expected a table, found a list"],
    );
    json_but(
        r#"{ "key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": "ftp" }"#,
        r#"["gv_conf_use_com_stpd_kill", "sesam", "ftp"]"#,
        expect!["site.json:12:15: expected a table, found a list"],
    );
    json_but(
        r#""role": "server""#,
        r#""role": { "server": null }"#,
        expect!["site.json:5:28: expected `server` or `rds`, found a table"],
    );
    toml(format!(
        "{HEAD}{}",
        SERVER.replace("{ ftp = 11001, https = 11443 }", "[11001, 11000, 11443]")
    ))
    .is_refused(expect!["site.toml:7:14: expected a table, found a list"]);
    toml(format!("{HEAD}{}", SERVER.replace("\"linux\"", "{ linux = {} }"))).is_refused(expect![
        "site.toml:6:6: expected `linux`, `windows`, `other` or `unknown`, found a table"
    ]);
}
