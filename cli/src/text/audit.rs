//! The audit as a person reads it.

use std::collections::BTreeMap;

use sesam_transport::{
    safety::{Audit, Broken, Condition, Exposure, Grade, Leg, Note, Subject, legs},
    site::{
        Avx, Column, HostId, InterfaceId, KILL_KEY, KILL_USER, Kill, STPD_SECTION, Setting,
        SettingValue, Site, Task, TaskId, Transport,
    },
};

use super::{
    Table, count,
    line::put,
    list,
    style::{ASIDE, BAD, GOOD, HEADING, WARNING},
};

/// How many rows of one kind are printed; more than that is read by programs.
const ROWS: usize = 200;

/// What the audit says, all of it.
pub(crate) fn audit(audit: &Audit<'_>, places: &dyn Fn(Exposure) -> String) -> String {
    let report = Report { site: audit.site(), audit, places };
    let mut text = String::new();
    report.ports(&mut text);
    report.interfaces(&mut text);
    report.tasks(&mut text);
    report.kill(&mut text);
    report.settings(&mut text);
    report.broken(&mut text);
    report.notes(&mut text);
    text.push_str(&not_visible());
    report.verdict(&mut text);
    text
}

/// What no audit of a site file can see.
fn not_visible() -> String {
    format!(
        "{HEADING}Not visible here{HEADING:#}\n\
         \u{20} Interfaces that are named outside the database: `sbc -S` in scripts, parameter files of agents, and\n\
         \u{20} defaults of a user for a drive group. Other plaintext: Si3 ports, REST on 11401, control connections\n\
         \u{20} (CTRL on 11301). Firewalls between the hosts.\n\n"
    )
}

struct Report<'a> {
    site: &'a Site,
    audit: &'a Audit<'a>,
    places: &'a dyn Fn(Exposure) -> String,
}

impl Report<'_> {
    fn exposures<T>(&self, of_kind: impl Fn(Exposure) -> Option<T>) -> Vec<(T, bool)> {
        let exposures = self.audit.exposures();
        exposures.filter_map(|(exposure, in_goal)| Some((of_kind(exposure)?, in_goal))).collect()
    }

    fn ports(&self, text: &mut String) {
        let ports = self.exposures(|exposure| match exposure {
            Exposure::Port(host, transport) => Some((host, transport)),
            _ => None,
        });
        let heading = "Ports that are open, or may be";
        rows(text, heading, ["host", "transport", "stpd.ini", "running", "place"], &ports, |row| {
            let ((host, transport), in_goal) = *row;
            let state = |column| self.port(host, transport, column);
            let place = (self.places)(Exposure::Port(host, transport));
            let place = if in_goal { place } else { format!("{place} {}", kept()) };
            [
                self.site[host].name().to_owned(),
                transport.label().to_owned(),
                state(Column::Next),
                state(Column::Now),
                place.trim().to_owned(),
            ]
        });
    }

    fn port(&self, host: HostId, transport: Transport, column: Column) -> String {
        let host = &self.site[host];
        match column {
            Column::Now => host.running().of(transport).to_string(),
            Column::Next => host.configured().of(transport).to_string(),
        }
    }

    fn interfaces(&self, text: &mut String) {
        let interfaces = self.exposures(|exposure| match exposure {
            Exposure::Interface(id) => Some(id),
            _ => None,
        });
        let heading = "Interfaces that use FTP or HTTP, or may";
        rows(text, heading, ["host", "interface", ""], &interfaces, |&(id, in_goal)| {
            let interface = &self.site[id];
            let host = self.site[interface.host()].name().to_owned();
            [host, interface.text().to_owned(), mark(in_goal)]
        });
    }

    fn tasks(&self, text: &mut String) {
        let tasks = self.exposures(|exposure| match exposure {
            Exposure::Task(id) => Some(id),
            _ => None,
        });
        let heading = "Tasks and events in the way";
        rows(text, heading, ["name", "what", "host", "why", ""], &tasks, |&(id, in_goal)| {
            let task = self.site.task(id);
            [
                task.name().to_owned(),
                format!("{} {}", task.kind().as_str(), form(task)),
                self.site[task.host()].name().to_owned(),
                self.why(task),
                mark(in_goal),
            ]
        });
    }

    fn why(&self, task: Task<'_>) -> String {
        match task.interface() {
            Some(id) if !self.site[id].is_present() => {
                format!("names {}, which is no interface of its host", self.site[id].text())
            }
            Some(id) if self.may_be_unsecure(id) => format!("names {}", self.site[id].text()),
            _ => {
                let sets = legs(self.site, task.host(), task.source_host(), task.interface());
                let sets: Vec<&str> = sets
                    .filter_map(|leg| match leg {
                        Leg::Set(host) if self.has_unsecure(host) => Some(self.site[host].name()),
                        Leg::Set(_) | Leg::Named(_) => None,
                    })
                    .collect();
                format!("may use any interface of {}", list(&sets))
            }
        }
    }

    fn may_be_unsecure(&self, id: InterfaceId) -> bool {
        self.site[id].may_use_any(self.site.policy().retired)
    }

    fn has_unsecure(&self, host: HostId) -> bool {
        self.site[host].interfaces().iter().any(|&id| self.may_be_unsecure(id))
    }

    fn kill(&self, text: &mut String) {
        let kill = self.exposures(|exposure| (exposure == Exposure::Kill).then_some(()));
        if kill.is_empty() {
            return;
        }
        let told = match self.site.kill() {
            Kill::Ftp => "travel over FTP",
            Kill::Https => "travel over HTTPS",
            Kill::Other => "may not arrive: the variable has a value that is neither ftp nor https",
        };
        write_line(text, &format!("{HEADING}Aborts of running transfers{HEADING:#}"));
        write_line(text, &format!("  {told} until {KILL_KEY}|{KILL_USER}|https is set"));
        text.push('\n');
    }

    fn settings(&self, text: &mut String) {
        let settings = self.exposures(|exposure| match exposure {
            Exposure::Setting(id) => Some(id),
            _ => None,
        });
        let heading = "Settings that are not as wanted";
        let columns = ["host", "setting", "wanted", "stpd.ini", "running", "place"];
        rows(text, heading, columns, &settings, |&(id, in_goal)| {
            let setting = &self.site[id];
            let place = (self.places)(Exposure::Setting(id));
            let place = if in_goal { place } else { format!("{place} {}", kept()) };
            [
                self.site[setting.host()].name().to_owned(),
                name_of(setting),
                setting.wanted().to_owned(),
                value(setting.configured()),
                value(setting.running()),
                place.trim().to_owned(),
            ]
        });
    }

    fn broken(&self, text: &mut String) {
        let broken = both_columns(self.audit.broken());
        let heading = "Broken already";
        rows(text, heading, ["what", "when", "how"], &broken, |(broken, when)| {
            let subject = match broken.subject {
                Subject::Host(id) => self.site[id].name().to_owned(),
                Subject::Task(id) => self.task_name(id),
            };
            let how = sentence(broken.condition, broken.grade);
            [subject, (*when).to_owned(), how.to_owned()]
        });
    }

    fn task_name(&self, id: TaskId) -> String {
        let task = self.site.task(id);
        format!("{} on {}", task.name(), self.site[task.host()].name())
    }

    fn notes(&self, text: &mut String) {
        let notes = self.audit.notes();
        if notes.is_empty() {
            return;
        }
        write_line(text, &format!("{HEADING}Notes{HEADING:#}"));
        for note in notes.iter().take(ROWS) {
            write_line(text, &format!("  {WARNING}*{WARNING:#} {}", self.note(note)));
        }
        more(text, notes.len());
        text.push('\n');
    }

    fn note(&self, note: &Note) -> String {
        let name = |id: HostId| self.site[id].name();
        match note {
            Note::AvxContradicted(host) => {
                format!(
                    "{}: HTTPS runs, so the processor has AVX although the site file says no",
                    name(*host)
                )
            }
            Note::HttpsMasked(host) => {
                format!(
                    "{}: STPD disables HTTPS on Windows without AVX, whatever stpd.ini says",
                    name(*host)
                )
            }
            Note::AvxNeeded(host) if self.site[*host].avx() == Avx::No => format!(
                "{}: without AVX nobody knows whether HTTPS comes up here: add `running` where it was seen",
                name(*host)
            ),
            Note::AvxNeeded(host) => format!(
                "{}: whether HTTPS comes up depends on the processor: add `avx = \"yes\"` or `avx = \"no\"`",
                name(*host)
            ),
            Note::HttpsPortContradicted { host, told, counts } => {
                format!(
                    "{}: `https_port` is {told}, but {counts} is what the host has",
                    name(*host)
                )
            }
            Note::PendingEdit(host) => {
                format!(
                    "{}: stpd.ini was changed since the last start; a restart loads something else",
                    name(*host)
                )
            }
            Note::SameEndpoint(one, other) => {
                let (one, other) = (&self.site[*one], &self.site[*other]);
                format!(
                    "{}: {} and {} are the same endpoint",
                    name(one.host()),
                    one.text(),
                    other.text()
                )
            }
            Note::OddInterface(id) => {
                let interface = &self.site[*id];
                format!(
                    "{}: the interface `{}` cannot be read, so it may use anything",
                    name(interface.host()),
                    interface.text()
                )
            }
            Note::Dangling(task) => {
                format!(
                    "{}: it names an interface that its host does not have",
                    self.task_name(*task)
                )
            }
            Note::KillOfOtherUser { user } => {
                format!(
                    "{KILL_KEY} is set for the user `{user}`, where it does not count; the user must be `{KILL_USER}`"
                )
            }
            Note::WaiverExpired { host, until } => {
                format!("{}: the reason of its waiver expired on {until}", name(*host))
            }
            other => format!("{other:?}"),
        }
    }

    fn verdict(&self, text: &mut String) {
        let goal = self.audit.goal_exposures();
        let aside = match self.audit.other_exposures() {
            0 => String::new(),
            kept => format!(" ({} on excepted hosts not counted)", count(kept, "exposure")),
        };
        let line = match goal {
            0 => format!("{GOOD}Nothing is exposed{GOOD:#}{aside}."),
            _ => format!("{BAD}{}{BAD:#}{aside}.", count(goal, "exposure")),
        };
        write_line(text, &line);
        let broken = both_columns(self.audit.broken()).len();
        if broken > 0 {
            write_line(
                text,
                &format!(
                    "{} broken already; no plan makes that worse.",
                    count(broken, "condition")
                ),
            );
        }
    }
}

/// What is broken now and just as much after a restart stands on one line.
fn both_columns(broken: &[Broken]) -> Vec<(Broken, &'static str)> {
    let mut columns: BTreeMap<_, Vec<Column>> = BTreeMap::new();
    for broken in broken {
        let Broken { condition, column, subject, grade } = *broken;
        columns.entry((condition, subject, grade)).or_default().push(column);
    }
    let line = |((condition, subject, grade), columns): ((_, _, _), Vec<Column>)| {
        let column = columns.first().copied().unwrap_or(Column::Now);
        let when = match column {
            Column::Now if columns.len() > 1 => "now and after a restart",
            Column::Now => "now",
            Column::Next => "after a restart",
        };
        (Broken { condition, column, subject, grade }, when)
    };
    columns.into_iter().map(line).collect()
}

/// The key of a setting, with its section where that is not the usual one.
fn name_of(setting: &Setting) -> String {
    match setting.section() {
        STPD_SECTION => setting.key().to_owned(),
        section => format!("[{section}] {}", setting.key()),
    }
}

fn value(value: SettingValue<&str>) -> String {
    match value {
        SettingValue::Text("") => "empty".to_owned(),
        SettingValue::Text(text) => text.to_owned(),
        SettingValue::Absent => "absent".to_owned(),
        SettingValue::Unknown => "unknown".to_owned(),
    }
}

fn rows<T, const N: usize>(
    text: &mut String,
    heading: &str,
    columns: [&str; N],
    rows: &[T],
    row: impl Fn(&T) -> [String; N],
) {
    if rows.is_empty() {
        return;
    }
    write_line(text, &format!("{HEADING}{heading}{HEADING:#}"));
    let mut table = Table::new(columns).indented();
    rows.iter().take(ROWS).for_each(|one| table.row(row(one)));
    text.push_str(&table.to_text());
    more(text, rows.len());
    text.push('\n');
}

fn more(text: &mut String, rows: usize) {
    if let Some(more) = rows.checked_sub(ROWS).filter(|&more| more > 0) {
        write_line(text, &format!("  {ASIDE}and {more} more: --format json lists them{ASIDE:#}"));
    }
}

fn write_line(text: &mut String, line: &str) {
    put(text, format_args!("{line}"));
}

fn mark(in_goal: bool) -> String {
    if in_goal { String::new() } else { kept().to_owned() }
}

const fn kept() -> &'static str {
    "(excepted)"
}

fn form(task: Task<'_>) -> &'static str {
    match task.form() {
        sesam_transport::site::TaskForm::Task => "task",
        sesam_transport::site::TaskForm::Event => "event",
    }
}

/// What a grade below the best means.
const fn sentence(condition: Condition, grade: Grade) -> &'static str {
    match (condition, grade) {
        (Condition::Route, Grade::Some) => "it may pick an interface that leads nowhere",
        (Condition::Route, Grade::Maybe) => "whether its interface works cannot be told",
        (Condition::Route, _) => "no interface that it may use works",
        (Condition::Abort, Grade::Maybe) => "whether a transfer can be aborted cannot be told",
        (Condition::Abort, _) => "no transfer can be aborted",
        (Condition::Listener, Grade::Maybe) => "whether any port is open cannot be told",
        (Condition::Listener, _) => "no port is open",
        (Condition::Interface, _) => "it has no interface",
        (Condition::Distinct, _) => "two of its ports share a number",
        (Condition::Precondition | Condition::Exposure, _) => "it does not hold",
    }
}
