//! The way there and back over real files: model and bytes go together, and the old bytes come back.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use sesam_transport::{
    site::{Format, Ports, Site, SiteDraft, Source},
    stpd::{Change, StpdIni, resolve, rewrite},
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

/// Moves the configured ports of each host of a site into a file of its own.
fn with_files(mut site: Value, dice: &mut Dice) -> (Value, Files) {
    let mut files = Files::new();
    for host in site["hosts"].as_array_mut().unwrap() {
        let configured = host["configured"].take();
        let path = format!("{}/stpd.ini", host["name"].as_str().unwrap());
        host.as_object_mut().unwrap().remove("configured");
        host["stpd_ini"] = json!(path);
        files.insert(path, file(&configured, dice).into_bytes());
    }
    (site, files)
}

/// A file that says this, in one of the many ways to say it.
fn file(configured: &Value, dice: &mut Dice) -> String {
    let end = *dice.of(&["\n", "\n", "\r\n"]);
    let mut lines = vec!["# written by hand".to_owned()];
    lines.truncate(dice.below(2));
    if dice.once_in(3) {
        lines.extend(["[Other]".to_owned(), "STPD_PORT=1".to_owned(), String::new()]);
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

/// Does to the files what the step does; `false` where a person has to.
#[must_use]
fn edit(files: &mut Files, originals: &Files, action: &ActionDocument<'_>) -> bool {
    let (ActionDocument::EnablePort { host, .. }
    | ActionDocument::DisablePort { host, .. }
    | ActionDocument::RestorePorts { host, .. }) = action
    else {
        return true;
    };
    let path = format!("{host}/stpd.ini");
    let change = match *action {
        ActionDocument::EnablePort { transport, port, .. } => Change::Enable(transport, port),
        ActionDocument::DisablePort { transport, .. } => Change::Disable(transport),
        ActionDocument::RestorePorts { ftp, http, https, .. } => {
            Change::Restore { ports: Ports { ftp, http, https }, original: Some(&originals[&path]) }
        }
        _ => return true,
    };
    let Ok(edited) = rewrite(&files[&path], change).map(|it| it.after().to_vec()) else {
        return false;
    };
    files.insert(path, edited);
    true
}

/// The files say what the model says.
fn hold_what_is_configured(files: &Files, site: &Site) {
    for host in site.hosts() {
        let path = format!("{}/stpd.ini", host.name());
        let ports = StpdIni::read(&files[&path]).unwrap().ports();
        assert_eq!(ports, host.configured(), "{path}: {}", String::from_utf8_lossy(&files[&path]));
    }
}

/// Whether all edits can be done by a program.
fn goes_there_and_back(json: &Value, originals: &Files) -> bool {
    let site = resolved(json, originals);
    hold_what_is_configured(originals, &site);
    let plan = transition::plan(&site);
    let actions: Vec<ActionDocument<'_>> = plan.steps().map(|step| step.action).collect();
    let document = PlanDocument::new(Direction::Forward, actions.iter().cloned());
    let mut files = originals.clone();
    for after in 0..=actions.len() {
        let state = transition::simulate(&site, &document, Some(after)).unwrap();
        hold_what_is_configured(&files, &state);
        let way = transition::rollback(&site, &document, after).unwrap();
        let mut back = files.clone();
        for step in way.plan().steps() {
            if !edit(&mut back, originals, &step.action) {
                return false;
            }
        }
        assert_eq!(&back, originals, "back from {after}: {json}");
        if let Some(action) = actions.get(after)
            && !edit(&mut files, originals, action)
        {
            return false;
        }
    }
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
