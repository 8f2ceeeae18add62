//! The certificate of a plan: true where it is told, and refused where somebody changed it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use sesam_transport::{
    site::{Format, Site, Source},
    transition::{
        CertificateError, PlanMismatch, check, check_rollback, repair, rollback, simulate,
    },
};

use super::{plan_of, simulate as state_after, site_of, with_document};
use crate::oracle::{
    condition::{Column, Exposure},
    conditions::live,
    generate::{Dice, ODD, ONE_HOST, one_host, plain_site},
    plans::plan as random_plan,
    port::{Https, Port, Transport},
    settings::Held,
    step::{Step, steps_to_json},
    world::World,
};
use crate::strategies::odd_sites;

fn steps(plan: &Value) -> &Vec<Value> {
    plan["steps"].as_array().unwrap()
}

/// What an exposure of the oracle is called in a plan file, without the sentence.
pub(super) fn name_of(exposure: &Exposure) -> Value {
    match exposure {
        Exposure::Port(host, transport) => {
            json!({ "kind": "port", "host": host, "transport": transport.name() })
        }
        Exposure::Interface(host, text) => {
            json!({ "kind": "interface", "host": host, "interface": text })
        }
        Exposure::Task(task) => json!({ "kind": "task", "task": task }),
        Exposure::Kill => json!({ "kind": "kill" }),
        Exposure::Setting(host, section, key) => {
            json!({ "kind": "setting", "host": host, "section": section, "key": key })
        }
    }
}

pub(super) fn exposed_in_goal(world: &World) -> BTreeSet<String> {
    let exposures = world.exposures();
    let in_goal = exposures.iter().filter(|exposure| world.belongs_to_goal(exposure));
    in_goal.map(|exposure| name_of(exposure).to_string()).collect()
}

pub(super) fn without_text(part: &Value) -> Value {
    let mut part = part.clone();
    part.as_object_mut().unwrap().remove("text");
    part
}

/// Whether what a probe asks for is so in a world; `None` where nobody knows.
fn answer(world: &World, probe: &Value) -> Option<bool> {
    let host = || world.host(probe["host"].as_str().unwrap()).unwrap();
    let transport = || Transport::named(probe["transport"].as_str().unwrap()).unwrap();
    match probe["type"].as_str().unwrap() {
        "port-open" => match host().running[&transport()] {
            Port::Unknown => None,
            port => Some(port.to_json() == probe["port"]),
        },
        "port-closed" => match host().running[&transport()] {
            Port::Unknown => None,
            port => Some(port == Port::Off),
        },
        "configured-is" => Some(Transport::ALL.into_iter().all(|transport| {
            let told = probe.get(transport.name());
            told.is_none_or(|told| host().configured[&transport].to_json() == *told)
        })),
        "interface-present" => {
            Some(host().interface(probe["interface"].as_str().unwrap()).is_some())
        }
        "interface-absent" => {
            Some(host().interface(probe["interface"].as_str().unwrap()).is_none())
        }
        "reference-is" => {
            let name = probe["task"].as_str().unwrap();
            let task = world.tasks.iter().find(|task| &*task.id == name).unwrap();
            Some(task.reference.as_deref().unwrap_or("") == probe["interface"])
        }
        "kill-is" => Some(json!(world.kill.as_deref()) == probe["value"]),
        "setting-is" => {
            let text = |key: &str| probe[key].as_str().unwrap();
            let setting = host().setting(text("section"), text("key")).unwrap();
            let held =
                if probe["column"] == "now" { &setting.running } else { &setting.configured };
            Some(*held == Held::from_json(&probe["value"]))
        }
        other => panic!("not a probe: {other}"),
    }
}

/// Whether a condition is better in `after`, in some column.
fn is_better(before: &World, after: &World, kept: &Value) -> bool {
    let host = kept["host"].as_str().unwrap();
    let wanted = kept["condition"].as_str().unwrap();
    if wanted == "route" {
        // Some interface that a task uses reaches more.
        let (was, is) = (before.host(host).unwrap(), after.host(host).unwrap());
        return Column::BOTH.into_iter().any(|column| {
            is.interfaces.iter().any(|it| {
                let before = was.interface(&it.text).map(|it| live(it, &was.ports(column)));
                before.is_none_or(|before| live(it, &is.ports(column)) > before)
            })
        });
    }
    if wanted == "https" {
        let (was, is) = (before.host(host).unwrap(), after.host(host).unwrap());
        let comes_up =
            |column| is.ports(column)[&Https].is_on() && !was.ports(column)[&Https].is_on();
        return before.in_goal(&was.name) && Column::BOTH.into_iter().any(comes_up);
    }
    let place = before.hosts.iter().position(|it| &*it.name == host).unwrap();
    Column::BOTH.into_iter().any(|column| {
        let (was, is) = (before.grades(column), after.grades(column));
        was.iter()
            .zip(&is)
            .any(|((about, was), (_, is))| about.0.name() == wanted && about.2 == place && is > was)
    })
}

/// Every part of every step is what the oracle sees; and which kinds of reasons there were.
#[track_caller]
fn is_true(json: &Value, plan: &Value) -> BTreeSet<String> {
    let mut world = World::from_json(json);
    let mut reasons = BTreeSet::new();
    for (index, step) in steps(plan).iter().enumerate() {
        let context = || format!("step {}: {step}\n{json}\n{plan}", index + 1);
        let action = Step::from_json(&step["action"]);
        let after = world.apply(&action);
        if !step["probe"].is_null() {
            assert_ne!(answer(&world, &step["probe"]), Some(true), "{}", context());
            assert_eq!(answer(&after, &step["probe"]), Some(true), "{}", context());
        }
        if step["undo"].is_null() {
            let keeps = matches!(action, Step::AddInterface { .. } | Step::Restart { .. });
            assert!(keeps, "{}", context());
        } else {
            assert_eq!(after.apply(&Step::from_json(&step["undo"])), world, "{}", context());
        }
        let because = step["because"].as_object().unwrap();
        if let Some(removed) = because.get("removes") {
            let (before, left) = (exposed_in_goal(&world), exposed_in_goal(&after));
            let removed = removed.as_array().unwrap();
            assert!(!removed.is_empty(), "{}", context());
            for removed in removed {
                let name = without_text(removed).to_string();
                assert!(before.contains(&name) && !left.contains(&name), "{}", context());
            }
        }
        for lessened in because.get("lessens").and_then(Value::as_array).into_iter().flatten() {
            let name = without_text(lessened).to_string();
            assert!(exposed_in_goal(&after).contains(&name), "{}", context());
            // By itself it is not: without its source nothing is left to expose it.
            let mut alone = (world.clone(), after.clone());
            for task in alone.0.tasks.iter_mut().chain(&mut alone.1.tasks) {
                task.source_host = None;
            }
            let (before, left) = (exposed_in_goal(&alone.0), exposed_in_goal(&alone.1));
            assert!(before.contains(&name) && !left.contains(&name), "{}", context());
        }
        for kept in because.get("keeps").and_then(Value::as_array).into_iter().flatten() {
            assert!(is_better(&world, &after, kept), "{}", context());
        }
        for later in because.get("for").and_then(Value::as_array).into_iter().flatten() {
            let needs =
                &steps(plan)[usize::try_from(later.as_u64().unwrap()).unwrap() - 1]["needs"];
            assert!(needs.as_array().unwrap().contains(&json!(index + 1)), "{}", context());
        }
        let kind = because.keys().find(|key| *key != "text").map_or("none", String::as_str);
        let wave = step["wave"].as_str().unwrap();
        if reasons.insert(format!("{wave}: {kind}")) && kind == "none" {
            println!("no reason: {}", context());
        }
        assert_eq!(step["exposures_after"], after.goal_exposures(), "{}", context());
        world = after;
    }
    reasons
}

#[test]
fn what_the_planner_says_of_its_steps_is_true() {
    let mut reasons = BTreeSet::new();
    for state in (0..ONE_HOST).step_by(7) {
        let json = one_host(state);
        reasons.append(&mut is_true(&json, &plan_of(&site_of(&json))));
    }
    for odd in ODD {
        for json in odd.sites().step_by(if odd.hosts == 1 { 61 } else { 2003 }) {
            reasons.append(&mut is_true(&json, &plan_of(&site_of(&json))));
        }
    }
    let told: Vec<_> = reasons.iter().map(String::as_str).collect();
    println!("{told:#?}");
    assert!(!told.iter().any(|told| told.ends_with(": none")), "a step without a reason: {told:?}");
}

/// What a repaired plan says of itself is true, and the library believes it.
fn repairs_truly(json: &Value, plan: &Value) {
    let site = site_of(json);
    let repaired = with_document(plan, |plan| {
        serde_json::to_value(repair(&site, plan).unwrap().plan()).unwrap()
    });
    is_true(json, &repaired);
    with_document(&repaired, |plan| check(&site, plan).map(drop)).unwrap();
}

#[test]
fn plans_that_were_once_repaired_badly_are_not() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/found/plans");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let found: Value = serde_json::from_str(&text).unwrap();
        repairs_truly(&found["site"], &found["plan"]);
        count += 1;
    }
    assert!(count > 0, "no file was replayed");
}

proptest! {
    #[test]
    fn what_is_said_of_steps_is_true_on_odd_sites(json in odd_sites(), seed in any::<u64>(), bad_once_in in 1_usize..12) {
        let site = site_of(&json);
        let plan = plan_of(&site);
        is_true(&json, &plan);
        let steps = random_plan(&World::from_json(&json), &mut Dice::endless(seed), 14, bad_once_in);
        repairs_truly(&json, &steps_to_json(&steps, "forward"));
    }

    #[test]
    fn a_plan_that_was_tampered_with_is_refused(json in odd_sites(), seed in any::<u64>()) {
        let site = site_of(&json);
        let plan = plan_of(&site);
        tamper_with(&plan, seed, |plan| {
            let steps = plan.steps.len();
            let errors = [
                check(&site, plan).map(drop),
                simulate(&site, plan, Some(0)).map(drop),
                rollback(&site, plan, steps).map(drop),
            ];
            let [first, ..] = &errors;
            assert!(errors.iter().all(|error| error == first), "{errors:?}");
            first.clone()
        });
    }

    #[test]
    fn a_way_back_that_was_tampered_with_is_refused(json in odd_sites(), seed in any::<u64>()) {
        let site = site_of(&json);
        let plan = plan_of(&site);
        let after = Dice::endless(seed).below(steps(&plan).len() + 1);
        let back = with_document(&plan, |plan| {
            serde_json::to_value(rollback(&site, plan, after).unwrap().plan()).unwrap()
        });
        let state = state_after(&site, &plan, after);
        with_document(&back, |back| check_rollback(&site, &state, back).map(drop)).unwrap();
        with_document(&back, |back| simulate(&state, back, None).map(drop)).unwrap();
        tamper_with(&back, seed, |back| check_rollback(&site, &state, back).map(drop));
    }

    #[test]
    fn a_repaired_plan_that_was_tampered_with_is_refused(seed in any::<u64>(), hosts in 1_usize..4, tasks in 0_usize..6) {
        let mut dice = Dice::endless(seed);
        let json = plain_site(&mut dice, hosts, tasks);
        let site = site_of(&json);
        let steps = random_plan(&World::from_json(&json), &mut dice, 20, 3);
        let repaired = with_document(&steps_to_json(&steps, "forward"), |plan| {
            serde_json::to_value(repair(&site, plan).unwrap().plan()).unwrap()
        });
        tamper_with(&repaired, seed, |plan| check(&site, plan).map(drop));
    }
}

/// Where a plan was tampered with: the step, from 1, and the part.
type Spot = (Option<usize>, &'static str);

/// Changes one part in every way that comes to mind, one at a time; each must be refused by its name.
#[track_caller]
fn tamper_with(
    plan: &Value,
    seed: u64,
    ask: impl Fn(&sesam_transport::transition::PlanDocument<'_>) -> Result<(), PlanMismatch>,
) {
    with_document(plan, &ask).unwrap();
    let mut dice = Dice::endless(seed);
    let mut tampered = of_the_whole(plan);
    if !steps(plan).is_empty() {
        let index = dice.below(steps(plan).len());
        tampered.extend(of_one_step(plan, index));
    }
    for ((step, part), tampered) in tampered {
        let error = with_document(&tampered, &ask);
        let Err(PlanMismatch::Certificate(error)) = error else {
            panic!(
                "`{part}` of {step:?} was changed, and nobody minds: {error:?}\n{plan}\n{tampered}"
            );
        };
        assert_eq!((error.step(), error.part()), (step, part), "{error}\n{plan}\n{tampered}");
        points_at_what_is_wrong(&error, &tampered);
    }
}

/// The place in the file is that of the entry that does not hold, not only of the list that it is in.
fn points_at_what_is_wrong(error: &CertificateError, plan: &Value) {
    let text = plan.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    let faults = source.locate(error.to_faults());
    let span = faults.listed()[0].span.clone();
    let there = || serde_json::from_str::<Value>(&text[span.clone().unwrap()]).unwrap();
    match error {
        CertificateError::Keeps { found, .. } => {
            assert_eq!(without_text(&there()), without_text(&json!(found)), "{plan}");
        }
        CertificateError::Exposures { found, .. } => {
            let (there, found) = (there(), json!(found));
            let [there, found] = [&there, &found]
                .map(|list| list.as_array().unwrap().iter().map(without_text).collect::<Vec<_>>());
            assert_eq!(there, found, "{plan}");
        }
        CertificateError::For { step, found } => {
            assert_eq!(there(), steps(plan)[step - 1]["because"]["for"], "{plan}");
            assert!(there().as_array().unwrap().contains(&json!(found)), "{plan}");
        }
        CertificateError::Blocked { position, .. } => {
            assert_eq!(there(), plan["blocked"][position - 1], "{plan}");
        }
        CertificateError::Kept { position: Some(position), .. } => {
            assert_eq!(there(), plan["kept"][position - 1], "{plan}");
        }
        _ => {}
    }
}

fn of_the_whole(plan: &Value) -> Vec<(Spot, Value)> {
    let mut tampered = Vec::new();
    let mut put = |part: &'static str, pointer: &str, value: Value| {
        let mut plan = plan.clone();
        *plan.pointer_mut(pointer).unwrap() = value;
        tampered.push(((None, part), plan));
    };
    let other = if plan["outcome"] == "complete" { "partial" } else { "complete" };
    put("outcome", "/outcome", json!(other));
    for key in ["steps", "restarts", "exposures_before", "exposures_after"] {
        let count = plan["summary"][key].as_u64().unwrap();
        put("summary", &format!("/summary/{key}"), json!(count + 1));
    }
    let nobody =
        json!({ "goal": { "kind": "task", "task": "nobody" }, "cause": [], "options": [] });
    put("blocked", "/blocked", json!([nobody]));
    put("blocked", "/blocked", json!([{ "goal": { "https": "nobody" } }]));
    put("blocked", "/blocked", json!([{ "goal": { "kind": "kill", "https": "s" } }]));
    put("kept", "/kept", json!([{ "host": "nobody", "interface": "http://nobody:11000" }]));
    let kept = plan["kept"].as_array().unwrap();
    if let Some(first) = kept.first() {
        put("kept", "/kept", json!(joined(kept, first.clone())));
        put("kept", "/kept", json!(kept[1..]));
    }
    tampered
}

/// Waves that no step of a kind stands in.
fn wrong_waves(action: &Value) -> Vec<&'static str> {
    let own: &[&str] = match action["type"].as_str().unwrap() {
        "enable-port" => &["undo-edits", "enable-https"],
        "disable-port" => &["disable-ports"],
        "restart" => &["first-restart", "closing-restart"],
        "restore-ports" => &["undo-edits"],
        "set-ini" => &["settings"],
        "add-interface" => &["add-interfaces"],
        "remove-interface" => &["remove-interfaces"],
        "set-kill" => &["set-kill"],
        "reassign" => &["park", "reassign"],
        other => panic!("not an action: {other}"),
    };
    let all = [
        "undo-edits",
        "enable-https",
        "park",
        "first-restart",
        "set-kill",
        "add-interfaces",
        "reassign",
    ];
    let rest = ["settings", "remove-interfaces", "disable-ports", "closing-restart"];
    all.into_iter().chain(rest).filter(|wave| !own.contains(wave)).collect()
}

/// Every value that differs from `value` in one text, number or null inside it.
fn near(value: &Value) -> Vec<Value> {
    let mut near = match value {
        Value::Null => vec![json!({ "type": "set-kill", "value": "tampered" })],
        _ => vec![Value::Null],
    };
    for (key, inside) in value.as_object().into_iter().flatten() {
        let other = match inside {
            Value::String(text)
                if !["type", "transport", "column", "text"].contains(&key.as_str()) =>
            {
                if text == "off" { json!(77) } else { json!(format!("{text}x")) }
            }
            Value::String(column) if key == "column" => {
                json!(if column == "now" { "next" } else { "now" })
            }
            Value::String(text) if key == "transport" => {
                json!(if text == "ftp" { "http" } else { "ftp" })
            }
            Value::Number(number) if number.as_u64() < Some(65535) => {
                json!(number.as_u64().unwrap() + 1)
            }
            _ => continue,
        };
        // A port that is told is a number, `off` or `unknown`.
        let is_port = ["ftp", "http", "https"].contains(&key.as_str());
        let other = if is_port && inside.is_string() { json!(77) } else { other };
        let mut changed = value.clone();
        changed[key] = other;
        near.push(changed);
    }
    near
}

fn of_one_step(plan: &Value, index: usize) -> Vec<(Spot, Value)> {
    let (step, all) = (&steps(plan)[index], steps(plan).len());
    let number = index + 1;
    let mut tampered = Vec::new();
    let mut put = |part: &'static str, value: Value| {
        let mut plan = plan.clone();
        plan["steps"][index][part] = value;
        tampered.push(((Some(number), part), plan));
    };
    for id in [0, number + 1, usize::MAX] {
        put("id", json!(id));
    }
    for wave in wrong_waves(&step["action"]) {
        put("wave", json!(wave));
    }
    // At the end or the front, so that who is in the list is still found in it.
    let needs = step["needs"].as_array().unwrap();
    let behind =
        needs.last().cloned().into_iter().chain([json!(number), json!(all + 1), json!(u64::MAX)]);
    for wrong in behind {
        put("needs", json!(joined(needs, wrong)));
    }
    put("needs", json!(joined(&[json!(0)], needs.clone().into())));
    if plan["direction"] == "rollback" {
        put("needs", if index == 0 { json!([1]) } else { json!([]) });
    }
    for undo in near(&step["undo"]) {
        put("undo", undo);
    }
    for probe in near(&step["probe"]).into_iter().filter(|probe| probe["type"] != "set-kill") {
        put("probe", probe);
    }
    let left = step["exposures_after"].as_u64().unwrap();
    put("exposures_after", json!(left + 1));
    put("exposures_after", json!(u64::MAX));
    for because in wrong_reasons(step, number, all) {
        put("because", because);
    }
    let file = |before: &str, after: &str| json!({ "path": "stpd.ini", "sha256_before": before, "sha256_after": after });
    let digest = "0".repeat(64);
    let is_of_file = ["enable-port", "disable-port", "restore-ports", "set-ini"]
        .contains(&step["action"]["type"].as_str().unwrap());
    put("file", file("not a digest", &digest));
    put("file", file(&digest, &"F".repeat(64)));
    if !is_of_file {
        put("file", file(&digest, &"1".repeat(64)));
    }
    tampered
}

/// A list with one more element at its end, or with all of a list.
fn joined(list: &[Value], more: Value) -> Vec<Value> {
    match more {
        Value::Array(more) => [list, &more].concat(),
        more => [list, &[more]].concat(),
    }
}

fn wrong_reasons(step: &Value, number: usize, all: usize) -> Vec<Value> {
    let mut wrong: Vec<Value> =
        [0, number, all + 1].into_iter().map(|step| json!({ "for": [step] })).collect();
    wrong.push(json!({ "keeps": [{ "condition": "route", "host": "nobody" }] }));
    let touches_ports = ["set-ini", "enable-port", "restart", "restore-ports", "disable-port"];
    if !touches_ports.contains(&step["action"]["type"].as_str().unwrap()) {
        wrong.push(json!({ "removes": [{ "kind": "port", "host": "s", "transport": "ftp" }] }));
    }
    wrong.push(json!({ "removes": [{ "kind": "task", "task": "nobody" }] }));
    wrong.push(json!({ "lessens": [{ "kind": "task", "task": "nobody" }] }));
    if let Some(removed) = step["because"].get("removes").and_then(Value::as_array) {
        wrong.push(json!({ "removes": removed[1..] }));
        wrong.push(json!({ "removes": joined(removed, removed[0].clone()) }));
        let more = json!({ "kind": "interface", "host": "s", "interface": "nobody" });
        wrong.push(json!({ "removes": joined(removed, more) }));
    }
    wrong
}

fn two_hosts() -> Value {
    let ports = json!({ "ftp": 11001, "http": 11000, "https": 11443 });
    let host = |name: &str, role: &str| {
        json!({ "name": name, "role": role, "os": "linux", "configured": ports,
                "interfaces": [format!("http://{name}:11000"), format!("https://{name}:11443")] })
    };
    let task = |name: &str, host: &str| json!({ "id": name, "kind": "backup", "host": host, "interface": format!("http://{host}:11000") });
    json!({ "format_version": "1.0", "hosts": [host("s", "server"), host("r", "rds")],
            "tasks": [task("a", "s"), task("b", "r")] })
}

fn refusal(site: &Site, plan: &Value) -> CertificateError {
    match with_document(plan, |plan| check(site, plan).map(drop)) {
        Err(PlanMismatch::Certificate(error)) => *error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_need_that_is_left_out_is_missed_by_the_step_that_is_there_for_it() {
    let site = site_of(&two_hosts());
    let mut plan = plan_of(&site);
    let closed = steps(&plan).iter().position(|step| step["because"].get("for").is_some()).unwrap();
    let later = plan["steps"][closed]["because"]["for"][0].as_u64().unwrap();
    let needs = &mut plan["steps"][usize::try_from(later).unwrap() - 1]["needs"];
    needs.as_array_mut().unwrap().retain(|need| *need != json!(closed + 1));
    assert_eq!(refusal(&site, &plan), CertificateError::For { step: closed + 1, found: later });
}

#[test]
fn an_action_that_was_exchanged_contradicts_what_is_said_of_it() {
    let site = site_of(&two_hosts());
    let plan = plan_of(&site);
    let is_edit = |step: &Value| step["action"]["type"] == "disable-port";
    let edit = steps(&plan).iter().position(is_edit).unwrap();
    let mut tampered = plan.clone();
    assert_eq!(tampered["steps"][edit]["action"]["transport"], "ftp");
    tampered["steps"][edit]["action"]["transport"] = json!("http");
    let error = refusal(&site, &tampered);
    assert_eq!((error.step(), error.part()), (Some(edit + 1), "undo"));
}

#[test]
fn a_step_that_is_not_allowed_is_told_before_what_is_said_of_it() {
    let site = site_of(&two_hosts());
    let mut plan = plan_of(&site);
    // The closing restart comes first, with all that is said of it.
    let last = plan["steps"].as_array_mut().unwrap().pop().unwrap();
    plan["steps"].as_array_mut().unwrap().insert(0, last);
    let verdict =
        with_document(&plan, |plan| check(&site, plan).map(|verdict| verdict.steps_checked()));
    assert_eq!(verdict, Ok(0));
}

#[test]
fn of_a_plan_that_is_written_by_hand_nothing_is_missed() {
    let site = site_of(&two_hosts());
    let whole = plan_of(&site);
    for part in ["id", "wave", "because", "needs", "undo", "probe", "exposures_after"] {
        let mut plan = json!({ "steps": [] });
        for step in steps(&whole) {
            let mut step = step.clone();
            // Who is there for a later step cannot be believed where that does not say what it needs.
            if part != "because" && part != "needs" {
                step.as_object_mut().unwrap().retain(|key, _| key == "action" || key == part);
            } else {
                step.as_object_mut()
                    .unwrap()
                    .retain(|key, _| ["action", "because", "needs"].contains(&key.as_str()));
            }
            plan["steps"].as_array_mut().unwrap().push(step);
        }
        assert!(with_document(&plan, |plan| check(&site, plan).unwrap().reaches_goal()), "{part}");
    }
}

#[test]
fn bytes_of_a_file_go_from_step_to_step() {
    let site = site_of(&two_hosts());
    let mut plan = plan_of(&site);
    let digest = |at: usize| format!("{at:064x}");
    let file = |path: &str, at: usize| json!({ "path": path, "sha256_before": digest(at), "sha256_after": digest(at + 1) });
    let edits: Vec<usize> = (0..steps(&plan).len())
        .filter(|&at| plan["steps"][at]["action"]["type"] == "disable-port")
        .collect();
    let on =
        |plan: &Value, at: usize| plan["steps"][at]["action"]["host"].as_str().unwrap().to_owned();
    let mut count = std::collections::BTreeMap::new();
    for &at in &edits {
        let host = on(&plan, at);
        let done = count.entry(host.clone()).or_insert(0);
        plan["steps"][at]["file"] = file(&format!("{host}/stpd.ini"), *done);
        *done += 1;
    }
    with_document(&plan, |plan| check(&site, plan).map(drop)).unwrap();
    let second = edits
        .iter()
        .copied()
        .find(|&at| plan["steps"][at]["file"]["sha256_before"] == digest(1))
        .unwrap();
    for (key, wrong) in [("sha256_before", digest(9)), ("path", "elsewhere/stpd.ini".to_owned())] {
        let mut tampered = plan.clone();
        tampered["steps"][second]["file"][key] = json!(wrong);
        let error = refusal(&site, &tampered);
        assert_eq!((error.step(), error.part()), (Some(second + 1), "file"), "{error}");
    }
    // Of the bytes between two steps nobody has to say anything.
    let mut partial = plan.clone();
    partial["steps"][second]["file"]["sha256_before"] = json!(digest(1));
    let first = edits.iter().copied().find(|&at| on(&plan, at) == on(&plan, second)).unwrap();
    partial["steps"][first].as_object_mut().unwrap().remove("file");
    with_document(&partial, |plan| check(&site, plan).map(drop)).unwrap();
}

#[test]
fn a_refusal_can_be_read() {
    let site = site_of(&two_hosts());
    let mut plan = plan_of(&site);
    plan["steps"][1]["exposures_after"] = json!(3);
    expect_test::expect!["step 2: `exposures_after` does not hold: expected 7, found 3"]
        .assert_eq(&refusal(&site, &plan).to_string());
    let mut plan = plan_of(&site);
    plan["steps"][0]["undo"]["value"] = json!("x".repeat(1_000_000));
    assert!(refusal(&site, &plan).to_string().len() < 1000);
}

/// What a rollback leaves is what repairs a dangling reference: nothing twice, and nothing that was there before.
#[test]
fn only_what_repairs_a_reference_is_kept() {
    let task = |id: &str, text: &str| json!({ "id": id, "kind": "backup", "host": "s", "interface": text });
    let ports = json!({ "ftp": 11001, "http": 11000, "https": 11443 });
    let site = site_of(&json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux", "configured": ports,
            "interfaces": ["http://s:11000", "http://s-lan2:11000", "ftp://s:11001"],
        }],
        "tasks": [
            task("entered", "http://s:11000"), task("dangles", "https://s:11443"),
            task("dangles too", "https://s-lan2:11443"),
        ],
    }));
    let plan = plan_of(&site);
    let end = state_after(&site, &plan, steps(&plan).len());
    let back = with_document(&plan, |plan| {
        serde_json::to_value(rollback(&site, plan, plan.steps.len()).unwrap().plan()).unwrap()
    });
    let kept = |texts: &[&str]| -> Value {
        texts.iter().map(|text| json!({ "host": "s", "interface": text })).collect()
    };
    let ask = |kept: Value| {
        let mut back = back.clone();
        back["kept"] = kept;
        with_document(&back, |back| check_rollback(&site, &end, back).map(drop))
    };
    let (one, other) = ("https://s:11443", "https://s-lan2:11443");
    assert_eq!(ask(kept(&[one, other])), Ok(()));
    assert_eq!(ask(kept(&[other, one])), Ok(()));
    for wrong in [
        &[one][..],
        &[one, one],
        &[one, "http://s:11000"],
        &[one, "ftp://s:11001"],
        &[one, "https://s:8443"],
        &[one, other, "http://s:11000"],
    ] {
        let error = ask(kept(wrong));
        let Err(PlanMismatch::Certificate(error)) = error else { panic!("{wrong:?}: {error:?}") };
        assert_eq!((error.step(), error.part()), (None, "kept"), "{wrong:?}");
    }
}

/// A part of the goal is an exposure, or HTTPS on a host; what is half of each is neither.
#[test]
fn a_part_of_the_goal_is_one_thing() {
    let site = site_of(&json!({
        "format_version": "1.0", "tasks": [],
        "hosts": [{
            "name": "s", "role": "server", "os": "windows", "avx": "no",
            "configured": { "ftp": 11001, "http": 11000 }, "interfaces": ["http://s:11000"],
        }],
    }));
    let plan = plan_of(&site);
    let at =
        plan["blocked"].as_array().unwrap().iter().position(|it| it["goal"].get("https").is_some());
    let mut tampered = plan.clone();
    tampered["blocked"][at.unwrap()]["goal"]["kind"] = json!("port");
    assert_eq!(refusal(&site, &tampered).part(), "blocked");
}

/// What a step ends the exposure of may be listed in any order.
#[test]
fn a_list_may_be_in_any_order() {
    let site = site_of(&two_hosts());
    let mut plan = plan_of(&site);
    let mut turned = 0;
    for step in plan["steps"].as_array_mut().unwrap() {
        if let Some(removes) = step["because"].get_mut("removes").and_then(Value::as_array_mut) {
            turned += usize::from(removes.len() > 1);
            removes.reverse();
        }
    }
    assert!(turned > 0, "{plan}");
    assert_eq!(with_document(&plan, |plan| check(&site, plan).map(drop)), Ok(()));
}
