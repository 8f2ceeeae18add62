//! The audit for programs.

use serde::Serialize;
use sesam_transport::{
    safety::{Audit, Broken, Condition, Exposure, Grade, Note, Subject},
    site::{Column, HostId, InterfaceId, KILL_KEY, KILL_USER, Site, TaskId, Transport},
    stpd::Place,
};

use super::FORMAT_VERSION;

/// What `audit --format json` prints.
#[derive(Debug, Serialize)]
pub(crate) struct AuditReport<'a> {
    format_version: &'static str,
    clean: bool,
    exposures: Vec<ExposureReport<'a>>,
    broken: Vec<BrokenReport<'a>>,
    notes: Vec<NoteReport<'a>>,
}

#[derive(Debug, Serialize)]
struct ExposureReport<'a> {
    #[serde(flatten)]
    what: ExposureKind<'a>,
    in_goal: bool,
    place: Option<Place<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum ExposureKind<'a> {
    Port { host: &'a str, transport: Transport },
    Interface { host: &'a str, interface: &'a str },
    Task { task: &'a str },
    Kill { key: &'static str, user: &'static str },
    Setting { host: &'a str, section: &'a str, key: &'a str },
}

#[derive(Debug, Serialize)]
struct BrokenReport<'a> {
    condition: Condition,
    column: Column,
    grade: Grade,
    #[serde(flatten)]
    subject: SubjectReport<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum SubjectReport<'a> {
    Host(&'a str),
    Task(&'a str),
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum NoteReport<'a> {
    AvxContradicted { host: &'a str },
    HttpsMasked { host: &'a str },
    AvxNeeded { host: &'a str },
    HttpsPortContradicted { host: &'a str, told: u16, counts: u16 },
    PendingEdit { host: &'a str },
    SameEndpoint { host: &'a str, interfaces: [&'a str; 2] },
    OddInterface { host: &'a str, interface: &'a str },
    Dangling { task: &'a str },
    KillOfOtherUser { user: &'a str },
    WaiverExpired { host: &'a str, until: &'a str },
    Other { text: String },
}

impl<'a> AuditReport<'a> {
    /// The report of `audit`; `place` knows where the key of a port or a setting stands.
    pub(crate) fn new(audit: &'a Audit<'_>, place: &dyn Fn(Exposure) -> Option<Place<'a>>) -> Self {
        let names = Names(audit.site());
        let exposures = audit.exposures();
        Self {
            format_version: FORMAT_VERSION,
            clean: audit.is_clean(),
            exposures: exposures
                .map(|(exposure, in_goal)| names.exposure(exposure, in_goal, place))
                .collect(),
            broken: audit.broken().iter().map(|broken| names.broken(broken)).collect(),
            notes: audit.notes().iter().map(|note| names.note(note)).collect(),
        }
    }
}

#[derive(Clone, Copy)]
struct Names<'a>(&'a Site);

impl<'a> Names<'a> {
    fn host(self, id: HostId) -> &'a str {
        self.0[id].name()
    }

    fn task(self, id: TaskId) -> &'a str {
        self.0.task(id).name()
    }

    fn interface(self, id: InterfaceId) -> (&'a str, &'a str) {
        let interface = &self.0[id];
        (self.host(interface.host()), interface.text())
    }

    fn exposure(
        self,
        exposure: Exposure,
        in_goal: bool,
        place: &dyn Fn(Exposure) -> Option<Place<'a>>,
    ) -> ExposureReport<'a> {
        let what = match exposure {
            Exposure::Port(id, transport) => ExposureKind::Port { host: self.host(id), transport },
            Exposure::Interface(id) => {
                let (host, interface) = self.interface(id);
                ExposureKind::Interface { host, interface }
            }
            Exposure::Task(id) => ExposureKind::Task { task: self.task(id) },
            Exposure::Kill => ExposureKind::Kill { key: KILL_KEY, user: KILL_USER },
            Exposure::Setting(id) => {
                let setting = &self.0[id];
                let host = self.host(setting.host());
                ExposureKind::Setting { host, section: setting.section(), key: setting.key() }
            }
        };
        ExposureReport { what, in_goal, place: place(exposure) }
    }

    fn broken(self, broken: &Broken) -> BrokenReport<'a> {
        let Broken { condition, column, subject, grade } = *broken;
        let subject = match subject {
            Subject::Host(id) => SubjectReport::Host(self.host(id)),
            Subject::Task(id) => SubjectReport::Task(self.task(id)),
        };
        BrokenReport { condition, column, grade, subject }
    }

    fn note(self, note: &'a Note) -> NoteReport<'a> {
        match note {
            Note::AvxContradicted(id) => NoteReport::AvxContradicted { host: self.host(*id) },
            Note::HttpsMasked(id) => NoteReport::HttpsMasked { host: self.host(*id) },
            Note::AvxNeeded(id) => NoteReport::AvxNeeded { host: self.host(*id) },
            Note::HttpsPortContradicted { host, told, counts } => {
                NoteReport::HttpsPortContradicted {
                    host: self.host(*host),
                    told: told.as_u16(),
                    counts: counts.as_u16(),
                }
            }
            Note::PendingEdit(id) => NoteReport::PendingEdit { host: self.host(*id) },
            Note::SameEndpoint(one, other) => {
                let ((host, one), (_, other)) = (self.interface(*one), self.interface(*other));
                NoteReport::SameEndpoint { host, interfaces: [one, other] }
            }
            Note::OddInterface(id) => {
                let (host, interface) = self.interface(*id);
                NoteReport::OddInterface { host, interface }
            }
            Note::Dangling(id) => NoteReport::Dangling { task: self.task(*id) },
            Note::KillOfOtherUser { user } => NoteReport::KillOfOtherUser { user },
            Note::WaiverExpired { host, until } => {
                NoteReport::WaiverExpired { host: self.host(*host), until }
            }
            other => NoteReport::Other { text: format!("{other:?}") },
        }
    }
}
