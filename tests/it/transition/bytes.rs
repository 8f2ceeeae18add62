//! The way there and back over real files: model and bytes go together, and the old bytes come back.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use sesam_transport::{
    site::{Format, HostId, SettingValue, Site, SiteDraft, Source},
    stpd::{Change, IniKey, resolve, rewrite},
    transition::{self, ActionDocument, Direction, PlanDocument},
};

use crate::oracle::generate::{Dice, any_site};

/// What stands in each file, by its path.
type Files = BTreeMap<String, Vec<u8>>;

const KEYS: [(&str, &str, u16); 3] = [
    ("ftp", "STPD_PORT", 11001),
    ("http", "STPD_HTTP_PORT", 11000),
    ("https", "STPD_HTTPS_PORT", 11443),
];

/// Moves what is configured on each host of a site into a file of its own.
fn with_files(mut site: Value, dice: &mut Dice) -> (Value, Files) {
    let mut files = Files::new();
    let settings = site["settings"].as_array().cloned().unwrap_or_default();
    for host in site["hosts"].as_array_mut().unwrap() {
        let configured = host["configured"].take();
        let path = format!("{}/stpd.ini", host["name"].as_str().unwrap());
        let table = host.as_object_mut().unwrap();
        table.remove("configured");
        table.remove("settings");
        host["stpd_ini"] = json!(path);
        files.insert(path, file(&configured, &settings, dice).into_bytes());
    }
    (site, files)
}

/// A file that says this, in one of the many ways to say it.
fn file(configured: &Value, settings: &[Value], dice: &mut Dice) -> String {
    let end = *dice.of(&["\n", "\n", "\r\n"]);
    let mut lines = vec!["# written by hand".to_owned()];
    lines.truncate(dice.below(2));
    if dice.once_in(3) {
        lines.extend(["[Other]", "STPD_PORT=1", "A=old", ""].map(str::to_owned));
    }
    lines.push((*dice.of(&["[STPD_Server]", "[stpd_server]", " [STPD_Server]"])).to_owned());
    for (transport, key, usual) in KEYS {
        let other = *dice.of(&["", "gv_rw_lgc=/var/log", "; a note", "# STPD_HTTPS_PORT_OLD=1"]);
        lines.extend((!other.is_empty()).then(|| other.to_owned()));
        let between = *dice.of(&["=", "=", " = "]);
        match configured.get(transport) {
            Some(Value::Number(number)) => lines.push(format!("{key}{between}{number}")),
            Some(word) if word == "unknown" => lines.push(format!("{key}{between}?")),
            _ => {
                let commented = format!("{}{key}{between}{usual}", dice.of(&["# ", "#", ";"]));
                lines.extend((!dice.once_in(3)).then_some(commented));
            }
        }
    }
    for setting in settings.iter().filter(|it| it.get("section").is_none()) {
        let key = setting["key"].as_str().unwrap();
        let line = *dice.of(&["", "=old", "=new", " = new", "=old\t"]);
        lines.extend((!line.is_empty()).then(|| format!("{}{key}{line}", dice.of(&["", "", ";"]))));
    }
    if dice.once_in(3) {
        lines.extend([String::new(), "[Last]".to_owned(), "KEY=value".to_owned()]);
    }
    let last = if dice.once_in(3) { "" } else { end };
    lines.join(end) + last
}

fn resolved(site: &Value, files: &Files) -> Site {
    let text = site.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    let draft = SiteDraft::read(&source).unwrap();
    resolve(&draft, |path| Some(Ok::<_, String>(files[path].clone()))).unwrap().0
}

fn path_of(site: &Site, host: HostId) -> String {
    format!("{}/stpd.ini", site[host].name())
}

/// Changes a file; `false` where a person has to.
#[must_use]
fn edit(files: &mut Files, path: &str, change: Change<'_>) -> bool {
    let edited = rewrite(&files[path], change).map(|it| it.after().to_vec());
    edited.is_ok_and(|edited| files.insert(path.to_owned(), edited).is_some())
}

/// Does to the files what a step of a plan does.
#[must_use]
fn step_forward(files: &mut Files, action: &ActionDocument<'_>) -> bool {
    let (host, change) = match action {
        ActionDocument::EnablePort { host, transport, port } => {
            (host, Change::Enable(*transport, *port))
        }
        ActionDocument::DisablePort { host, transport } => (host, Change::Disable(*transport)),
        ActionDocument::SetIni { host, section, key, value: SettingValue::Text(value) } => {
            (host, Change::Set(IniKey { section, key }, value))
        }
        _ => return true,
    };
    edit(files, &format!("{host}/stpd.ini"), change)
}

/// Does to the files what a step of a rollback does: each that it changes gets what it says in the state after it.
#[must_use]
fn step_back(files: &mut Files, originals: &Files, before: &Site, after: &Site) -> bool {
    before.host_ids().all(|host| {
        let settings = |site: &Site| -> Vec<SettingValue<Box<str>>> {
            let settings = site[host].settings().iter();
            settings.map(|&id| site[id].configured().to_boxed()).collect()
        };
        let is_same = before[host].configured() == after[host].configured()
            && settings(before) == settings(after);
        if is_same {
            return true;
        }
        let path = path_of(after, host);
        let values = after[host].settings().iter().map(|&id| {
            let setting = &after[id];
            (IniKey { section: setting.section(), key: setting.key() }, setting.configured())
        });
        let values: Vec<_> = values.collect();
        let (ports, original) = (after[host].configured(), Some(&originals[&path][..]));
        edit(files, &path, Change::Restore { ports, settings: &values, original })
    })
}

/// The files say what the model says.
fn hold_what_is_configured(json: &Value, files: &Files, site: &Site) {
    let read = resolved(json, files);
    for host in site.host_ids() {
        let file = String::from_utf8_lossy(&files[&path_of(site, host)]).into_owned();
        assert_eq!(read[host].configured(), site[host].configured(), "{file}");
    }
    for (read, setting) in read.settings().zip(site.settings()) {
        assert_eq!(read.configured(), setting.configured(), "{} of {json}", setting.key());
    }
}

/// Whether all edits can be done by a program.
fn goes_there_and_back(json: &Value, originals: &Files) -> bool {
    let site = resolved(json, originals);
    let plan = transition::plan(&site);
    let actions: Vec<ActionDocument<'_>> = plan.steps().map(|step| step.action).collect();
    let document = PlanDocument::new(Direction::Forward, actions.iter().cloned());
    let mut files = originals.clone();
    for after in 0..=actions.len() {
        let state = transition::simulate(&site, &document, Some(after)).unwrap();
        hold_what_is_configured(json, &files, &state);
        if !comes_back(&site, &document, after, files.clone(), originals) {
            return false;
        }
        let next = actions.get(after);
        if !next.is_none_or(|action| step_forward(&mut files, action)) {
            return false;
        }
    }
    true
}

/// Goes back from the first steps of a plan, and ends with the old bytes.
#[must_use]
fn comes_back(
    site: &Site,
    plan: &PlanDocument<'_>,
    after: usize,
    mut files: Files,
    originals: &Files,
) -> bool {
    let way = transition::rollback(site, plan, after).unwrap();
    let plan = way.plan();
    let back = PlanDocument::new(Direction::Rollback, plan.steps().map(|it| it.action));
    let mut before = way.start().clone();
    for steps in 1..=plan.steps().count() {
        let after = transition::simulate(way.start(), &back, Some(steps)).unwrap();
        if !step_back(&mut files, originals, &before, &after) {
            return false;
        }
        before = after;
    }
    assert_eq!(&files, originals, "back from {after}");
    true
}

#[test]
fn bytes_go_with_the_model_and_come_back_from_every_prefix() {
    let config = ProptestConfig { failure_persistence: None, ..Config::default() };
    let (done, all) = (Cell::new(0), Cell::new(0));
    TestRunner::new(config)
        .run(&any::<u64>(), |seed| {
            let mut dice = Dice::endless(seed);
            let site = any_site(&mut dice);
            let (site, files) = with_files(site, &mut dice);
            all.set(all.get() + 1);
            done.set(done.get() + usize::from(goes_there_and_back(&site, &files)));
            Ok(())
        })
        .unwrap();
    println!("{} of {} sites without an edit by hand", done.get(), all.get());
    assert!(done.get() * 10 >= all.get() * 9);
}

#[test]
fn a_line_that_was_commented_out_in_another_way_comes_back_as_it_was() {
    let site = json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux", "stpd_ini": "s/stpd.ini",
            "running": { "ftp": 11001 }, "interfaces": ["ftp://s:11001"],
        }],
        "tasks": [{ "id": "t", "kind": "backup", "host": "s", "interface": "ftp://s:11001" }],
    });
    let file = b"[STPD_Server]\r\n;STPD_PORT = 11001\r\n#STPD_HTTPS_PORT=11443";
    assert!(goes_there_and_back(&site, &[("s/stpd.ini".to_owned(), file.to_vec())].into()));
}
