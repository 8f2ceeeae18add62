//! Settings from plan to rollback.

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use sesam_transport::{
    site::{Format, Site, SiteDraft, Source},
    stpd::{Change, IniKey, rewrite},
    transition::{self, ActionDocument, Direction, Need, PlanDocument, check, rollback},
};

use super::{check as report_of, plan_of, simulate, site_of, with_document};

/// A site of hosts that are done but for settings; each host has `KEY` as told.
fn done_but(hosts: &[Value]) -> Value {
    let host = |(at, settings): (usize, &Value)| {
        json!({
            "name": format!("h{at}"), "role": if at == 0 { "server" } else { "rds" }, "os": "linux",
            "configured": { "https": 11443 }, "interfaces": [format!("https://h{at}:11443")],
            "settings": settings,
        })
    };
    json!({
        "format_version": "1.0",
        "hosts": hosts.iter().enumerate().map(host).collect::<Vec<_>>(),
        "globals": [{ "key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": "https" }],
        "settings": [{ "key": "KEY", "value": "new" }],
    })
}

fn told(configured: &Value, running: &Value) -> Value {
    json!([{ "key": "KEY", "configured": configured, "running": running }])
}

fn set_ini(host: &str, key: &str, value: &Value) -> Value {
    json!({ "type": "set-ini", "host": host, "section": "STPD_Server", "key": key, "value": value })
}

/// Wave, action, reason and probe of each step, in a few words.
fn shown(plan: &Value) -> String {
    let line = |step: &Value| {
        let action = &step["action"];
        let because = step["because"]["text"].as_str().unwrap();
        let probe = step["probe"]["text"].as_str().unwrap();
        let (kind, wave) = (action["type"].as_str().unwrap(), step["wave"].as_str().unwrap());
        let what = action["key"].as_str().or(action["transport"].as_str()).unwrap_or("");
        let host = action["host"].as_str().unwrap_or("");
        let needs = &step["needs"];
        let left = &step["exposures_after"];
        format!("{wave}: {kind} {what} {host} needs {needs}: {because}; {probe} ({left} left)\n")
    };
    plan["steps"].as_array().unwrap().iter().map(line).collect()
}

#[track_caller]
fn is_planned(site: &Value, expected: Expect) -> Value {
    let plan = plan_of(&site_of(site));
    assert_eq!(plan["outcome"], "complete");
    expected.assert_eq(&shown(&plan));
    plan
}

#[test]
fn a_setting_is_written_and_loaded() {
    let absent = json!({ "state": "absent" });
    let plan = is_planned(
        &done_but(&[told(&absent, &absent), told(&json!("old"), &json!("old"))]),
        expect![[r#"
            settings: set-ini KEY h0 needs []: step 4 needs it; stpd.ini of `h0` has `KEY` in section `STPD_Server`: `new` (2 left)
            settings: set-ini KEY h1 needs []: step 3 needs it; stpd.ini of `h1` has `KEY` in section `STPD_Server`: `new` (2 left)
            closing-restart: restart  h1 needs [2]: no longer exposed: setting `KEY` of `h1`; STPD of `h1` runs with `KEY` of section `STPD_Server`: `new` (1 left)
            closing-restart: restart  h0 needs [1]: no longer exposed: setting `KEY` of `h0`; STPD of `h0` runs with `KEY` of section `STPD_Server`: `new` (0 left)
        "#]],
    );
    assert_eq!(plan["steps"][0]["undo"], set_ini("h0", "KEY", &absent));
    assert_eq!(plan["steps"][1]["undo"], set_ini("h1", "KEY", &json!("old")));
}

#[test]
fn what_is_written_already_is_loaded_and_what_runs_already_is_written() {
    is_planned(
        &done_but(&[told(&json!("new"), &json!("old")), told(&json!("old"), &json!("new"))]),
        expect![[r#"
            settings: set-ini KEY h1 needs []: no longer exposed: setting `KEY` of `h1`; stpd.ini of `h1` has `KEY` in section `STPD_Server`: `new` (1 left)
            closing-restart: restart  h0 needs []: no longer exposed: setting `KEY` of `h0`; STPD of `h0` runs with `KEY` of section `STPD_Server`: `new` (0 left)
        "#]],
    );
}

#[test]
fn a_setting_rides_on_the_restart_that_comes_anyway() {
    let mut site = done_but(&[json!([])]);
    site["hosts"][0]["configured"] = json!({ "http": 11000 });
    is_planned(
        &site,
        expect![[r#"
            enable-https: enable-port https h0 needs []: step 3 needs it; stpd.ini of `h0` says HTTPS 11443 (2 left)
            settings: set-ini KEY h0 needs []: step 4 needs it; stpd.ini of `h0` has `KEY` in section `STPD_Server`: `new` (2 left)
            disable-ports: disable-port http h0 needs [1]: step 4 needs it; stpd.ini of `h0` says HTTP off (2 left)
            closing-restart: restart  h0 needs [1,2,3]: no longer exposed: the HTTP port of `h0`, setting `KEY` of `h0`; `h0` answers HTTPS on port 11443 (0 left)
        "#]],
    );
}

/// The restart would close HTTP, which one task cannot leave: HTTP comes back for that one, and the other waits on FTP,
/// which stays, all the same.
#[test]
fn a_task_waits_elsewhere_though_its_port_comes_back_for_another() {
    let site = json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "h0", "role": "server", "os": "windows", "avx": "no",
            "configured": { "ftp": 11001, "https": 11443 }, "running": { "ftp": 11001, "http": 11000 },
            "interfaces": ["ftp://h0:11001", "http://h0:11000", "http://h0-lan2:11000"],
            "settings": [{ "key": "KEY", "configured": "old" }],
        }],
        "tasks": [
            { "id": "a", "kind": "backup", "host": "h0", "interface": "http://h0:11000" },
            { "id": "b", "kind": "backup", "host": "h0", "interface": "http://h0-lan2:11000" },
        ],
        "policy": { "retire": ["http"] },
        "settings": [{ "key": "KEY", "value": "new" }],
    });
    expect![[r#"
        undo-edits: enable-port http h0 needs []: tasks on `h0` would lose their way without it; stpd.ini of `h0` says HTTP 11000 (6 left)
        settings: set-ini KEY h0 needs []: step 5 needs it; stpd.ini of `h0` has `KEY` in section `STPD_Server`: `new` (6 left)
        park: reassign   needs [1]: no longer exposed: task `a`; task `a` names `ftp://h0:11001` (5 left)
        remove-interfaces: remove-interface  h0 needs [1,3]: no longer exposed: interface `http://h0:11000` of `h0`; `h0` no longer has interface `http://h0:11000` (4 left)
        closing-restart: restart  h0 needs [1,2,3,4]: no longer exposed: setting `KEY` of `h0`; STPD of `h0` runs with `KEY` of section `STPD_Server`: `new` (3 left)
    "#]].assert_eq(&shown(&plan_of(&site_of(&site))));
}

#[test]
fn nothing_is_done_for_settings_of_an_excepted_host() {
    let mut site = done_but(&[json!([]), json!([])]);
    site["policy"] = json!({ "except_hosts": ["h1"] });
    is_planned(
        &site,
        expect![[r#"
            settings: set-ini KEY h0 needs []: step 2 needs it; stpd.ini of `h0` has `KEY` in section `STPD_Server`: `new` (1 left)
            closing-restart: restart  h0 needs [1]: no longer exposed: setting `KEY` of `h0`; STPD of `h0` runs with `KEY` of section `STPD_Server`: `new` (0 left)
        "#]],
    );
}

#[test]
fn where_a_restart_is_not_safe_the_setting_stays_and_says_so() {
    let mut site = done_but(&[told(&json!("old"), &json!("old"))]);
    // FTP may run, nobody knows on which number, and carries the aborts; a restart would end it.
    site["hosts"][0]["running"] = json!({ "ftp": "unknown" });
    site["hosts"][0]["configured"] = json!({});
    site["hosts"][0]["os"] = json!("windows");
    site["hosts"][0]["avx"] = json!("no");
    site["globals"] = json!([]);
    let plan = plan_of(&site_of(&site));
    assert_eq!(plan["outcome"], "partial");
    assert_eq!(plan["steps"], json!([]), "a step that lowers no exposure is not made");
    let blocked = plan["blocked"].as_array().unwrap();
    let setting = blocked.iter().find(|part| part["goal"]["kind"] == "setting").unwrap();
    expect![[r#"{"host":"h0","key":"KEY","kind":"setting","section":"STPD_Server","text":"setting `KEY` of `h0` waits for a restart"}"#]].assert_eq(&setting["goal"].to_string());
    expect![[r#"[{"host":"h0","text":"HTTPS cannot be relied on at `h0`: on Windows without AVX, STPD switches HTTPS off","type":"https-unavailable","why":"masked"},{"host":"h0","text":"running transfers of `h0` can be aborted over FTP only: on Windows without AVX, STPD switches HTTPS off","type":"abort-held","why":"masked"}]"#]].assert_eq(&setting["cause"].to_string());
    assert!(!setting["options"].as_array().unwrap().is_empty(), "{setting}");
}

/// The first need that fails in a plan of these actions.
fn need(site: &Value, actions: &[Value]) -> Option<Need> {
    let steps: Vec<Value> = actions.iter().map(|action| json!({ "action": action })).collect();
    let site = site_of(site);
    with_document(&json!({ "steps": steps }), |plan| {
        check(&site, plan).unwrap().violation().and_then(|violation| violation.need)
    })
}

#[test]
fn a_plan_sets_what_is_wanted_where_it_is_not_and_nothing_else() {
    let site = done_but(&[told(&json!("old"), &json!("old"))]);
    let new = json!("new");
    let set = |key: &str, value: &Value| [set_ini("h0", key, value)];
    assert_eq!(need(&site, &set("key", &new)), None, "names are compared in any case");
    assert_eq!(need(&site, &set("KEY", &json!("other"))), Some(Need::WantedValue));
    assert_eq!(need(&site, &set("KEY", &json!({ "state": "absent" }))), Some(Need::WantedValue));
    assert_eq!(need(&site, &set("KEYS", &new)), Some(Need::KnownSetting));
    assert_eq!(
        need(&site, &set("stpd_port", &new)).map(|need| need.to_string()).as_deref(),
        Some("the key is the FTP port, and no setting")
    );
    assert_eq!(need(&site, &[set_ini("h1", "KEY", &new)]), Some(Need::KnownHost));
    let twice = [set_ini("h0", "KEY", &new), set_ini("h0", "KEY", &new)];
    assert_eq!(need(&site, &twice), Some(Need::OtherValue));
    let restart = json!({ "type": "restart", "host": "h0" });
    assert_eq!(need(&site, std::slice::from_ref(&restart)), Some(Need::Pending));
    let loaded = [set_ini("h0", "KEY", &new), restart.clone(), restart];
    assert_eq!(need(&site, &loaded), Some(Need::Pending), "it is loaded by the first one");
}

#[test]
fn a_repaired_plan_gets_the_settings_that_it_forgot() {
    let site = site_of(&done_but(&[told(&json!("old"), &json!("old"))]));
    let restart = json!({ "steps": [{ "action": { "type": "restart", "host": "h0" } }] });
    let repaired = with_document(&restart, |plan| {
        let repaired = transition::repair(&site, plan).unwrap();
        assert!(repaired.reaches_goal());
        serde_json::to_value(repaired.plan()).unwrap()
    });
    assert_eq!(report_of(&site, &repaired)["reaches_goal"], true);
    assert_eq!(repaired["steps"][0]["action"], set_ini("h0", "KEY", &json!("new")));
}

/// The bytes of a stpd.ini after the file steps of a plan, from `text` on.
fn after_steps(text: &[u8], plan: &Value, site: &Site, original: Option<&[u8]>) -> Vec<u8> {
    let mut text = text.to_vec();
    let mut state = site.clone();
    for step in plan["steps"].as_array().unwrap() {
        let one =
            json!({ "direction": plan["direction"], "steps": [{ "action": step["action"] }] });
        state = with_document(&one, |one| transition::simulate(&state, one, None).unwrap());
        let host = state.server();
        let settings: Vec<_> = state[host]
            .settings()
            .iter()
            .map(|&id| {
                let setting = &state[id];
                (IniKey { section: setting.section(), key: setting.key() }, setting.configured())
            })
            .collect();
        let action = step["action"].to_string();
        let action: ActionDocument<'_> = serde_json::from_str(&action).unwrap();
        let change = match (&action, original) {
            (
                ActionDocument::EnablePort { .. }
                | ActionDocument::DisablePort { .. }
                | ActionDocument::SetIni { .. }
                | ActionDocument::RestorePorts { .. },
                Some(original),
            ) => Change::Restore {
                ports: state[host].configured(),
                settings: &settings,
                original: Some(original),
            },
            (ActionDocument::EnablePort { transport, port, .. }, None) => {
                Change::Enable(*transport, *port)
            }
            (ActionDocument::DisablePort { transport, .. }, None) => Change::Disable(*transport),
            (ActionDocument::SetIni { section, key, value, .. }, None) => {
                let sesam_transport::site::SettingValue::Text(value) = value else { panic!() };
                Change::Set(IniKey { section, key }, value)
            }
            _ => continue,
        };
        text = rewrite(&text, change).unwrap().after().to_vec();
    }
    text
}

#[test]
fn every_way_back_restores_the_model_and_the_bytes() {
    let files = [
        "[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\n",
        "[STPD_Server]\r\nSTPD_HTTPS_PORT=11443\r\nA=0 ; why\r\n# B=2",
        "[STPD_Server]\nSTPD_PORT=11001\nA=1\nA=2\nB=\"3\"\n[Log]\n;C=9\n",
        "[STPD_Server]\n# A=1\n#A=1\n# STPD_HTTPS_PORT=8443\nSTPD_PORT=1\nSTPD_PORT=2",
        "[Log]\nC=1",
    ];
    let runs = [
        "",
        "settings = [{ key = \"A\", running = \"7\" }, { key = \"B\", running = { state = \"absent\" } }]\n",
        "running = { ftp = 11001, https = 11443 }\nsettings = [{ key = \"A\", running = \"1\" }]\n",
    ];
    let mut prefixes = 0;
    for (file, run) in files.iter().flat_map(|file| runs.iter().map(move |run| (file, run))) {
        let text = format!(
            "format_version = \"1.0\"\n[[hosts]]\nname = \"s\"\nrole = \"server\"\nos = \"linux\"\n\
             stpd_ini = \"stpd.ini\"\n{run}interfaces = [\"http://s:11000\", \"https://s:11443\"]\n\
             [[tasks]]\nid = \"t\"\nkind = \"backup\"\ninterface = \"http://s:11000\"\n\
             [[settings]]\nkey = \"A\"\nvalue = \"1\"\n[[settings]]\nkey = \"B\"\nvalue = \"2\"\n\
             [[settings]]\nsection = \"Log\"\nkey = \"C\"\nvalue = \"3\"\n"
        );
        let source = Source::new(text.as_bytes(), Format::Toml).unwrap();
        let draft = SiteDraft::read(&source).unwrap();
        let (site, _) =
            sesam_transport::stpd::resolve(&draft, |_| Some(Ok(file.as_bytes().to_vec()))).unwrap();
        let plan = plan_of(&site);
        assert_eq!(report_of(&site, &plan)["safe"], true);
        for after in 0..=plan["steps"].as_array().unwrap().len() {
            prefixes += 1;
            let state = simulate(&site, &plan, after);
            let mut done = plan.clone();
            done["steps"].as_array_mut().unwrap().truncate(after);
            let bytes = after_steps(file.as_bytes(), &done, &site, None);
            let way = with_document(&plan, |plan| rollback(&site, plan, after).unwrap());
            let back = serde_json::to_value(way.plan()).unwrap();
            assert_eq!(back["outcome"], "complete", "{back}");
            let end =
                with_document(&back, |back| transition::simulate(&state, back, None).unwrap());
            assert_eq!(
                end.fingerprint(),
                site.fingerprint(),
                "{file:?} {run} after {after}: {back}"
            );
            let restored = after_steps(&bytes, &back, &state, Some(file.as_bytes()));
            assert_eq!(String::from_utf8(restored).unwrap(), **file, "{run} after {after}: {back}");
        }
    }
    assert!(prefixes > 100, "{prefixes}");
}

/// A site with so many settings on one host.
fn many_settings(count: usize) -> Site {
    let mut site = done_but(&[json!([])]);
    let settings = (0..count).map(|at| json!({ "key": format!("K{at}"), "value": "new" }));
    site["settings"] = settings.collect();
    site_of(&site)
}

#[test]
fn many_settings_of_one_host_are_planned_checked_and_taken_back() {
    let site = many_settings(300_000);
    let plan = transition::plan(&site);
    assert_eq!(plan.summary().steps, 300_001);
    assert_eq!(plan.summary().exposures_after, 0);
    let document = PlanDocument::new(Direction::Forward, plan.steps().map(|step| step.action));
    assert!(check(&site, &document).unwrap().reaches_goal());
    let back = rollback(&site, &document, 300_001).unwrap();
    // What ran before the restart is written for it, and is what stpd.ini had.
    assert_eq!(back.plan().summary().steps, 300_001);
}

#[test]
fn one_setting_is_written_and_loaded_a_million_times_beside_many_others() {
    let site = many_settings(10_000);
    let set = |value: &'static str| ActionDocument::SetIni {
        host: "h0".into(),
        section: "STPD_Server".into(),
        key: "K9999".into(),
        value: value.into(),
    };
    let steps = (0..1_000_000).map(|at| match at % 4 {
        0 => set("old"),
        2 => set("new"),
        _ => ActionDocument::Restart { host: "h0".into() },
    });
    let document = PlanDocument::new(Direction::Rollback, steps);
    let verdict = transition::check_rollback(&site, &site, &document).unwrap();
    assert_eq!(verdict.steps_checked(), 1_000_000);
    let unknown = (0..1_000_000).map(|_| ActionDocument::SetIni {
        host: "h0".into(),
        section: "STPD_Server".into(),
        key: "NOBODY".into(),
        value: "x".into(),
    });
    let verdict_of = PlanDocument::new(Direction::Forward, unknown);
    let verdict = check(&site, &verdict_of).unwrap();
    assert_eq!(verdict.violation().unwrap().need, Some(Need::KnownSetting));
}
