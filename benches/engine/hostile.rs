//! Plans that are written to make a checker slow, or to deceive it, in whatever size is asked for.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sesam_transport::{
    site::{Format, Site, SiteDraft, Source},
    transition::{self, Direction, PlanDocument, PlanMismatch},
};

/// A site and a plan file for it; a rollback also has the site that it leads back to.
pub(crate) struct Case {
    site: Site,
    original: Option<Site>,
    plan: String,
}

/// A kind of hostile plan.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    /// The plan with so many steps, or so many entries in one list.
    pub(crate) of_size: fn(usize) -> Case,
}

/// All of them.
pub(crate) const HOSTILE: [Hostile; 17] = [
    Hostile { name: "a port that is switched to and fro", of_size: toggled_port },
    Hostile { name: "steps on tasks that nobody knows", of_size: unknown_tasks },
    Hostile { name: "one restart, again and again", of_size: identical_restarts },
    Hostile { name: "aborts moved too early, again and again", of_size: identical_kills },
    Hostile { name: "interfaces of one host, each entered", of_size: distinct_interfaces },
    Hostile { name: "interfaces of one host, entered and deleted", of_size: added_and_removed },
    Hostile { name: "a task that is moved to and fro", of_size: toggled_task },
    Hostile { name: "a step that needs all before it", of_size: long_needs },
    Hostile { name: "steps that all are for the last one", of_size: for_the_last },
    Hostile { name: "a step that needs itself, and one behind it", of_size: circular_needs },
    Hostile { name: "a step that removes a long list", of_size: long_removes },
    Hostile { name: "numbers of steps in disorder", of_size: disordered_ids },
    Hostile { name: "parts of the goal that are reached", of_size: false_blocked },
    Hostile { name: "a rollback that turns aborts to and fro", of_size: toggled_kill_back },
    Hostile { name: "a rollback that enters and deletes", of_size: toggled_interface_back },
    Hostile { name: "a rollback that enters and deletes, counted", of_size: counted_back },
    Hostile { name: "a rollback that keeps a long list", of_size: long_kept },
];

impl Case {
    /// What the checker says, in a few words.
    pub(crate) fn verdict(&self) -> String {
        let source = Source::new(self.plan.as_bytes(), Format::Json).unwrap();
        let plan = match PlanDocument::read(&source) {
            Ok(plan) => plan,
            Err(faults) => return format!("{} faults", faults.count()),
        };
        let verdict = match &self.original {
            None => transition::check(&self.site, &plan),
            Some(original) => transition::check_rollback(original, &self.site, &plan),
        };
        match verdict {
            Ok(verdict) => match verdict.violation() {
                None => format!("safe, {} steps", verdict.steps_checked()),
                Some(violation) => {
                    format!("step {} breaks {}", violation.step, violation.breach.condition)
                }
            },
            Err(PlanMismatch::Certificate(error)) => {
                let step = error.step().map_or_else(String::new, |step| format!(" of step {step}"));
                format!("`{}`{step} is not so", error.part())
            }
            Err(mismatch) => mismatch.to_string(),
        }
    }

    /// How many steps the repaired plan has; `None` for a rollback, which is not repaired.
    pub(crate) fn repaired(&self) -> Option<usize> {
        let source = Source::new(self.plan.as_bytes(), Format::Json).unwrap();
        let plan = PlanDocument::read(&source).ok()?;
        if plan.direction == Direction::Rollback {
            return None;
        }
        Some(transition::repair(&self.site, &plan).unwrap().summary().steps)
    }

    /// How many steps lead back from as much of the plan as can be carried out; `None` for a rollback.
    pub(crate) fn rolled_back(&self) -> Option<usize> {
        let source = Source::new(self.plan.as_bytes(), Format::Json).unwrap();
        let plan = PlanDocument::read(&source).ok()?;
        let after = match transition::rollback(&self.site, &plan, plan.steps.len()) {
            Ok(back) => return Some(back.plan().summary().steps),
            Err(PlanMismatch::Impossible { step, .. }) => step - 1,
            Err(_) => return None,
        };
        Some(transition::rollback(&self.site, &plan, after).unwrap().plan().summary().steps)
    }
}

fn site_of(site: &Value) -> Site {
    let text = site.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap()
}

/// A Server `s` with HTTPS on and nothing in use, and `count` Remote Device Servers with FTP only.
fn hosts(count: usize) -> Value {
    let rds = (0..count).map(|at| {
        json!({ "name": format!("r{at}"), "role": "rds", "os": "linux", "configured": { "ftp": 11001 },
                "interfaces": [format!("ftp://r{at}:11001")] })
    });
    let server = json!({
        "name": "s", "role": "server", "os": "linux", "interfaces": ["https://s:11443", "http://s:11000"],
        "configured": { "ftp": 11001, "http": 11000, "https": 11443 },
    });
    let hosts: Vec<Value> = core::iter::once(server).chain(rds).collect();
    json!({ "format_version": "1.0", "hosts": hosts,
            "tasks": [{ "id": "t", "kind": "backup", "host": "s", "interface": "http://s:11000" }],
            "globals": [{ "key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": "ftp" }] })
}

/// The same Server, with aborts over HTTPS.
fn server() -> Value {
    let mut site = hosts(0);
    site["globals"][0]["value"] = json!("https");
    site
}

/// A plan file with these steps, which are written one after the other.
fn plan(direction: &str, count: usize, step: impl Fn(usize, &mut String)) -> String {
    let mut text =
        format!("{{\"format_version\":\"1.0\",\"direction\":\"{direction}\",\"steps\":[");
    for at in 0..count {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        step(at, &mut text);
    }
    text.push_str("]}");
    text
}

fn forward(site: &Value, plan: String) -> Case {
    Case { site: site_of(site), original: None, plan }
}

/// Actions and nothing else.
fn by_hand(site: &Value, count: usize, action: impl Fn(usize) -> Value) -> Case {
    let step = |at, text: &mut String| write!(text, "{{\"action\":{}}}", action(at)).unwrap();
    forward(site, plan("forward", count, step))
}

fn back(site: &Value, original: &Value, plan: String) -> Case {
    Case { site: site_of(site), original: Some(site_of(original)), plan }
}

fn toggle(at: usize) -> Value {
    match at % 2 {
        0 => json!({ "type": "disable-port", "host": "s", "transport": "ftp" }),
        _ => json!({ "type": "enable-port", "host": "s", "transport": "ftp", "port": 11001 }),
    }
}

fn toggled_port(count: usize) -> Case {
    by_hand(&server(), count, toggle)
}

fn unknown_tasks(count: usize) -> Case {
    by_hand(
        &server(),
        count,
        |at| json!({ "type": "reassign", "task": format!("nobody-{at}"), "interface": "" }),
    )
}

fn identical_restarts(count: usize) -> Case {
    by_hand(&server(), count, |_| json!({ "type": "restart", "host": "s" }))
}

fn identical_kills(count: usize) -> Case {
    by_hand(&hosts(count / 50), count, |_| json!({ "type": "set-kill", "value": "https" }))
}

fn distinct_interfaces(count: usize) -> Case {
    by_hand(
        &server(),
        count,
        |at| json!({ "type": "add-interface", "host": "s", "interface": format!("https://n{at}:11443") }),
    )
}

fn added_and_removed(count: usize) -> Case {
    let half = count / 2;
    by_hand(&server(), count, move |at| {
        let interface = format!("https://n{}:11443", at % half.max(1));
        json!({ "type": if at < half { "add-interface" } else { "remove-interface" }, "host": "s", "interface": interface })
    })
}

fn toggled_task(count: usize) -> Case {
    let mut site = server();
    site["hosts"][0]["interfaces"] = json!(["https://s:11443", "https://n:11443"]);
    site["tasks"][0]["interface"] = json!("https://s:11443");
    by_hand(
        &site,
        count,
        |at| json!({ "type": "reassign", "task": "t", "interface": if at.is_multiple_of(2) { "https://n:11443" } else { "https://s:11443" } }),
    )
}

/// A plan whose last step has a part of its own.
fn with_last(count: usize, last: impl Fn() -> String, others: impl Fn(usize) -> String) -> Case {
    let step = |at: usize, text: &mut String| {
        let part = if at + 1 == count { last() } else { others(at) };
        write!(text, "{{\"action\":{}{part}}}", toggle(at)).unwrap();
    };
    forward(&server(), plan("forward", count, step))
}

fn numbers(numbers: impl Iterator<Item = usize>) -> String {
    let mut text = String::new();
    for number in numbers {
        write!(text, "{}{number}", if text.is_empty() { "" } else { "," }).unwrap();
    }
    text
}

fn long_needs(count: usize) -> Case {
    with_last(count, || format!(",\"needs\":[{}]", numbers(1..count)), |_| String::new())
}

fn for_the_last(count: usize) -> Case {
    let needs = || format!(",\"needs\":[{}]", numbers(1..count));
    with_last(count, needs, |_| format!(",\"because\":{{\"for\":[{count}]}}"))
}

fn circular_needs(count: usize) -> Case {
    let needs = || format!(",\"needs\":[{count}]");
    with_last(
        count,
        needs,
        |at| if at == 0 { format!(",\"needs\":[{count}]") } else { String::new() },
    )
}

fn long_removes(count: usize) -> Case {
    let site = server();
    let part = |at: usize, text: &mut String| {
        write!(text, "{}{{\"kind\":\"task\",\"task\":\"t{at}\"}}", if at == 0 { "" } else { "," })
            .unwrap();
    };
    let mut list = String::new();
    (0..count).for_each(|at| part(at, &mut list));
    let step = |_, text: &mut String| {
        write!(text, "{{\"action\":{},\"because\":{{\"removes\":[{list}]}}}}", toggle(0)).unwrap();
    };
    forward(&site, plan("forward", 1, step))
}

fn disordered_ids(count: usize) -> Case {
    let step = |at: usize, text: &mut String| {
        // Two in the middle have changed places.
        let id = match at + 1 {
            id if id == count / 2 => id + 1,
            id if id == count / 2 + 1 => id - 1,
            id => id,
        };
        write!(text, "{{\"id\":{id},\"action\":{}}}", toggle(at)).unwrap();
    };
    forward(&server(), plan("forward", count, step))
}

fn false_blocked(count: usize) -> Case {
    let mut text = "{\"steps\":[],\"blocked\":[".to_owned();
    for at in 0..count {
        let goal =
            if at + 1 == count { "\"https\":\"s\"" } else { "\"kind\":\"task\",\"task\":\"t\"" };
        write!(text, "{}{{\"goal\":{{{goal}}}}}", if at == 0 { "" } else { "," }).unwrap();
    }
    forward(&server(), text + "]}")
}

fn toggled_kill_back(count: usize) -> Case {
    let mut site = hosts(count / 50);
    for host in site["hosts"].as_array_mut().unwrap() {
        host["configured"]["https"] = json!(11443);
    }
    let step = |at: usize, text: &mut String| {
        let value = if at.is_multiple_of(2) { "https" } else { "ftp" };
        write!(text, "{{\"action\":{{\"type\":\"set-kill\",\"value\":\"{value}\"}}}}").unwrap();
    };
    back(&site, &site, plan("rollback", count, step))
}

/// Hosts of which each has a task that may pick from the Server's interfaces.
fn pickers(count: usize) -> Value {
    let mut site = hosts(count);
    site["hosts"][0]["interfaces"] = json!(["https://s:11443", "https://n:11443"]);
    let tasks = (0..count).map(|at| json!({ "id": format!("t{at}"), "kind": "migration", "host": format!("r{at}"), "source_host": "s" }));
    site["tasks"] = tasks.collect();
    site
}

fn enter_and_delete(at: usize, more: &str, text: &mut String) {
    let kind = if at.is_multiple_of(2) { "add-interface" } else { "remove-interface" };
    write!(text, "{{\"action\":{{\"type\":\"{kind}\",\"host\":\"s\",\"interface\":\"http://s:11000\"}}{more}}}").unwrap();
}

fn toggled_interface_back(count: usize) -> Case {
    let site = pickers(count / 50);
    back(&site, &site, plan("rollback", count, |at, text| enter_and_delete(at, "", text)))
}

fn counted_back(count: usize) -> Case {
    let site = pickers(count / 50);
    let of = |at: usize| {
        let start = transition::plan(&site_of(&site)).summary().exposures_before;
        if at == 0 { start + 1 } else { start }
    };
    let (entered, deleted) = (of(0), of(1));
    let step = |at: usize, text: &mut String| {
        let left = if at.is_multiple_of(2) { entered } else { deleted };
        enter_and_delete(at, &format!(",\"exposures_after\":{left}"), text);
    };
    back(&site, &site, plan("rollback", count, step))
}

fn long_kept(count: usize) -> Case {
    let site = server();
    let mut text = plan("rollback", 0, |_, _| {});
    text.truncate(text.len() - 1);
    text.push_str(",\"kept\":[");
    for at in 0..count {
        write!(
            text,
            "{}{{\"host\":\"s\",\"interface\":\"http://s:11000\"}}",
            if at == 0 { "" } else { "," }
        )
        .unwrap();
    }
    back(&site, &site, text + "]}")
}
