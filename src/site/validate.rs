//! From a draft to a site: every check, once, and every fault at once.

mod settings;

use core::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;

pub(crate) use settings::ReadSetting;

use super::{
    Fault, FaultKind, Faults, Host, HostDraft, HostId, Path, Policy, PortNumber, Ports,
    ReassignOverride, Reliance, Retired, Role, SettingValue, Site, SiteDraft, TaskDraft, TaskId,
    Transport,
    id::IdVec,
    index::{NameIndex, hash},
    site::{Global, Waiver},
    task::{OptionalId, Tasks},
    version::Version,
};

/// What was read from the stpd.ini of one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IniPorts {
    pub(crate) ports: Ports,
    /// The number of the only commented HTTPS line: the number that the host had.
    pub(crate) commented_https: Option<PortNumber>,
}

impl TryFrom<&SiteDraft<'_>> for Site {
    type Error = Faults;

    /// Checks a draft whose ports are all given inline.
    ///
    /// # Errors
    ///
    /// Every fault of the draft; a host with `stpd_ini` is one, because its file was not handed over.
    fn try_from(draft: &SiteDraft<'_>) -> Result<Self, Faults> {
        validate(draft, &|_| None, &|_, _, _| SettingValue::Absent)
    }
}

/// Gives what was read from the stpd.ini of the host at an index, or what is wrong with that file.
pub(crate) type ReadIni<'r> = dyn Fn(usize) -> Option<Result<IniPorts, FaultKind>> + 'r;

/// Checks a draft; `ini` is asked for the ports of hosts whose ports stand in a file, `setting` for anything else there.
pub(crate) fn validate(
    draft: &SiteDraft<'_>,
    ini: &ReadIni<'_>,
    setting: &ReadSetting<'_>,
) -> Result<Site, Faults> {
    let mut validation = Validation::new(draft, &|_| false);
    let site = validation.site(ini, setting);
    if validation.faults.count() == 0 {
        site.ok_or(validation.faults)
    } else {
        Err(validation.faults)
    }
}

/// The faults of a draft of which some parts could not be read: `is_known` tells which faults only follow from those.
pub(crate) fn further_faults(draft: &SiteDraft<'_>, is_known: &dyn Fn(&Fault) -> bool) -> Faults {
    let none = IniPorts { ports: Ports::default(), commented_https: None };
    let mut validation = Validation::new(draft, is_known);
    validation.site(&|_| Some(Ok(none)), &|_, _, _| SettingValue::Absent);
    validation.faults
}

struct Validation<'d> {
    draft: &'d SiteDraft<'d>,
    seed: u64,
    faults: Faults,
    is_known: &'d dyn Fn(&Fault) -> bool,
}

impl<'d> Validation<'d> {
    fn new(draft: &'d SiteDraft<'d>, is_known: &'d dyn Fn(&Fault) -> bool) -> Self {
        Self { draft, seed: seed(draft), faults: Faults::none(), is_known }
    }

    /// The site, as far as it can be built; it counts only where no fault was found.
    fn site(&mut self, ini: &ReadIni<'_>, setting: &ReadSetting<'_>) -> Option<Site> {
        let draft = self.draft;
        if Version::of(&draft.format_version).is_none() {
            let text = draft.format_version.to_string();
            self.fault(Path::default().key("format_version"), FaultKind::Version { text });
        }
        let policy = self.policy();
        let (hosts_by_name, server) = self.host_names();
        let mut site = Site {
            assumptions: draft.assumptions,
            policy,
            hosts: IdVec::with_capacity(draft.hosts.len()),
            server: server.unwrap_or(HostId::new(0)),
            hosts_by_name,
            interfaces: IdVec::new(),
            by_text: NameIndex::new(self.seed, 4 * draft.hosts.len()),
            tasks: Tasks::default(),
            globals: Vec::new(),
            waivers: Vec::new(),
            wanted: Vec::new(),
            settings: IdVec::new(),
            settings_by_name: NameIndex::new(self.seed, 0),
        };
        for (at, host) in draft.hosts.iter().enumerate() {
            let host = self.host(at, host, ini);
            site.hosts.push(host);
        }
        self.excepted_hosts(&mut site);
        self.waivers(&mut site);
        self.interfaces(&mut site);
        settle_https_ports(&mut site);
        self.globals(&mut site);
        self.settings(&mut site, setting);
        self.tasks(&mut site)?;
        server.map(|_| site)
    }

    fn fault(&mut self, path: Path, kind: FaultKind) {
        let fault = Fault::new(path, kind);
        if !(self.is_known)(&fault) {
            self.faults.push(fault);
        }
    }

    fn policy(&mut self) -> Policy {
        let policy = &self.draft.policy;
        let path = Path::default().key("policy").key("retire");
        let retired = Retired {
            ftp: policy.retire.contains(&Transport::Ftp),
            http: policy.retire.contains(&Transport::Http),
        };
        for (at, transport) in policy.retire.iter().enumerate() {
            let first = policy.retire.iter().position(|other| other == transport);
            if *transport == Transport::Https {
                self.fault(path.index(at), FaultKind::RetireHttps);
            } else if let Some(first) = first.filter(|&first| first < at) {
                let first = path.index(first);
                self.duplicate(path.index(at), "transport", transport.as_str(), first);
            }
        }
        if policy.retire.is_empty() {
            self.fault(path, FaultKind::RetireNothing);
        }
        Policy { reassign: policy.reassign, retired }
    }

    fn duplicate(&mut self, path: Path, what: &'static str, name: &str, first: Path) {
        self.fault(path, FaultKind::Duplicate { what, name: name.to_owned(), first });
    }

    /// Whether `text` is not empty.
    fn is_filled(&mut self, path: &Path, what: &'static str, text: &str) -> bool {
        if text.is_empty() {
            self.fault(path.clone(), FaultKind::Empty { what });
        }
        !text.is_empty()
    }

    /// The index of the hosts by name, and the Server.
    fn host_names(&mut self) -> (NameIndex, Option<HostId>) {
        let hosts = &self.draft.hosts;
        let mut by_name = NameIndex::new(self.seed, hosts.len());
        let mut server = None;
        for (at, host) in hosts.iter().enumerate() {
            let path = Path::element("hosts", at);
            let name = host.name.as_str();
            let name_path = path.key("name");
            if self.is_filled(&name_path, "name of the host", name) {
                let first = by_name.find_or_insert(
                    at,
                    name,
                    |other| name_of(hosts, other) == name,
                    |seed, other| hash(seed, name_of(hosts, other)),
                );
                if let Some(first) = first {
                    self.duplicate(
                        name_path,
                        "host",
                        name,
                        Path::element("hosts", first).key("name"),
                    );
                }
            }
            match (host.role, server) {
                (Role::Server, None) => server = Some(HostId::new(at)),
                (Role::Server, Some(first)) => {
                    let first = Path::element("hosts", first.index()).key("role");
                    let name = name.to_owned();
                    self.fault(path.key("role"), FaultKind::SecondServer { name, first });
                }
                (Role::Rds, _) => {}
            }
        }
        if server.is_none() {
            self.fault(Path::default().key("hosts"), FaultKind::NoServer);
        }
        (by_name, server)
    }

    fn host(&mut self, at: usize, draft: &HostDraft<'_>, ini: &ReadIni<'_>) -> Host {
        let read = self.configured(at, draft, ini);
        let reliance = Reliance::settle(draft.os, draft.avx, draft.running);
        let mut host = Host {
            name: draft.name.as_str().into(),
            role: draft.role,
            os: draft.os,
            avx: draft.avx,
            reliance,
            https_port: Transport::Https.default_port(),
            // A commented line tells nothing where an active one does.
            told_https_port: draft
                .https_port
                .or(read.commented_https.filter(|_| !read.ports.https.is_on())),
            configured: read.ports,
            running: Ports::default(),
            excepted: false,
            abort_waived: false,
            interfaces: Vec::with_capacity(draft.interfaces.len()),
            settings: Vec::new(),
        };
        host.running = draft.running.unwrap_or(host.next());
        host
    }

    fn configured(&mut self, at: usize, draft: &HostDraft<'_>, ini: &ReadIni<'_>) -> IniPorts {
        let path = Path::element("hosts", at);
        let none = IniPorts { ports: Ports::default(), commented_https: None };
        match (&draft.stpd_ini, draft.configured) {
            (None, Some(ports)) => IniPorts { ports, commented_https: None },
            (Some(file), None) => {
                let not_read = || Err(FaultKind::IniNotRead { path: file.to_string() });
                ini(at).unwrap_or_else(not_read).unwrap_or_else(|kind| {
                    self.fault(path.key("stpd_ini"), kind);
                    none
                })
            }
            (Some(_), Some(_)) => {
                self.fault(path.key("configured"), FaultKind::PortsTwice);
                none
            }
            (None, None) => {
                self.fault(path, FaultKind::PortsMissing);
                none
            }
        }
    }

    fn excepted_hosts(&mut self, site: &mut Site) {
        let path = Path::default().key("policy").key("except_hosts");
        let names = &self.draft.policy.except_hosts;
        for (at, name) in names.iter().enumerate() {
            let Some(host) = self.host_called(site, &path.index(at), name) else { continue };
            if site.hosts[host].excepted {
                let first = names.iter().position(|other| other == name).unwrap_or(at);
                self.duplicate(path.index(at), "host", name, path.index(first));
            }
            site.hosts[host].excepted = true;
        }
    }

    fn waivers(&mut self, site: &mut Site) {
        for (at, waiver) in self.draft.waivers.iter().enumerate() {
            let path = Path::element("waivers", at);
            self.is_filled(&path.key("reason"), "reason of the waiver", &waiver.reason);
            if let Some(until) = &waiver.until
                && !is_date(until)
            {
                self.fault(path.key("until"), FaultKind::Date { text: until.to_string() });
            }
            let Some(host) = self.host_called(site, &path.key("host"), &waiver.host) else {
                continue;
            };
            if let Some(first) = site.waivers.iter().position(|other| other.host == host) {
                let first = Path::element("waivers", first).key("host");
                self.duplicate(path.key("host"), "waiver for host", &waiver.host, first);
            }
            site.hosts[host].abort_waived = true;
            site.waivers.push(Waiver {
                host,
                condition: waiver.condition,
                reason: waiver.reason.as_str().into(),
                until: waiver.until.as_deref().map(Into::into),
            });
        }
    }

    fn interfaces(&mut self, site: &mut Site) {
        for (at, host) in self.draft.hosts.iter().enumerate() {
            let path = Path::element("hosts", at).key("interfaces");
            for (number, interface) in host.interfaces.iter().enumerate() {
                let path = path.index(number);
                if !self.is_filled(&path, "interface", &interface.url) {
                    continue;
                }
                let id = site.intern(HostId::new(at), &interface.url);
                if site[id].is_present() {
                    let same = |other: &super::InterfaceDraft<'_>| other.url == interface.url;
                    let first = host.interfaces.iter().position(same).unwrap_or(number);
                    let first = Path::element("hosts", at).key("interfaces").index(first);
                    self.duplicate(path, "interface", &interface.url, first);
                } else {
                    site.enter_interface(id, interface.listener, None);
                }
            }
        }
    }

    fn globals(&mut self, site: &mut Site) {
        for (at, global) in self.draft.globals.iter().enumerate() {
            let path = Path::element("globals", at);
            self.is_filled(&path.key("key"), "key of the global setting", &global.key);
            let same = |other: &Global| *other.key == *global.key && *other.user == *global.user;
            if let Some(first) = site.globals.iter().position(same) {
                let first = Path::element("globals", first);
                let name = format!("{}|{}", global.key, global.user);
                self.duplicate(path, "global setting", &name, first);
            }
            site.globals.push(Global {
                key: global.key.as_str().into(),
                user: global.user.as_str().into(),
                value: global.value.as_str().into(),
            });
        }
    }

    /// `None` where the tasks outgrow what a site can hold.
    fn tasks(&mut self, site: &mut Site) -> Option<()> {
        let drafts = &self.draft.tasks;
        let count = drafts.len();
        if drafts.iter().any(|task| task.source_host.is_some()) {
            site.tasks.source = Vec::with_capacity(count);
        }
        site.tasks.host = IdVec::with_capacity(count);
        site.tasks.reference = IdVec::with_capacity(count);
        site.tasks.shape = IdVec::with_capacity(count);
        self.task_names()?;
        let has_source = site.tasks.source.capacity() > 0;
        for (at, task) in drafts.iter().enumerate() {
            self.task(site, at, task, has_source)?;
        }
        Some(())
    }

    fn task_names(&mut self) -> Option<()> {
        let tasks = &self.draft.tasks;
        if u32::try_from(tasks.len()).is_err() {
            self.fault(Path::default().key("tasks"), FaultKind::TooMany { what: "tasks" });
            return None;
        }
        let id_of = |at: usize| tasks.get(at).map_or("", |task| task.id.as_str());
        let mut by_name = NameIndex::new(self.seed, tasks.len());
        for (at, task) in tasks.iter().enumerate() {
            let id = task.id.as_str();
            let path = || Path::element("tasks", at).key("id");
            if id.is_empty() {
                self.fault(path(), FaultKind::Empty { what: "id of the task" });
                continue;
            }
            let is = |other| id_of(other) == id;
            let first = by_name.find_or_insert(at, id, is, |seed, other| hash(seed, id_of(other)));
            if let Some(first) = first {
                self.duplicate(path(), "task", id, Path::element("tasks", first).key("id"));
            }
        }
        Some(())
    }

    fn task(
        &mut self,
        site: &mut Site,
        at: usize,
        task: &TaskDraft<'_>,
        has_source: bool,
    ) -> Option<()> {
        let path = || Path::element("tasks", at);
        if site.tasks.names.push(&task.id).is_none() {
            self.fault(path().key("id"), FaultKind::TooMany { what: "tasks" });
            return None;
        }
        let host = match &task.host {
            None => site.server,
            Some(name) => match site.host_named(name) {
                Some(host) => host,
                None => self.host_called(site, &path().key("host"), name).unwrap_or(site.server),
            },
        };
        if task.source_host.is_some() && !task.kind.has_source() {
            self.fault(path().key("source_host"), FaultKind::SourceOfKind { kind: task.kind });
        }
        let source = task.source_host.as_ref().and_then(|name| {
            site.host_named(name)
                .or_else(|| self.host_called(site, &path().key("source_host"), name))
        });
        if let Some(to) = &task.reassign
            && self.is_filled(&path().key("reassign"), "target of the task", to)
        {
            site.tasks.overrides.push((TaskId::new(at), ReassignOverride::of(to)));
        }
        let text = task.interface.as_deref().filter(|text| !text.is_empty());
        // A task on an unknown host is a fault already; without any host there is nothing to hang an interface on.
        let reference = match text {
            Some(text) if site.hosts.len() > 0 => Some(site.intern(host, text)),
            _ => None,
        };
        site.tasks.host.push(host);
        site.tasks.reference.push(reference.into());
        site.tasks.shape.push((task.kind, task.form));
        if has_source {
            site.tasks.source.push(OptionalId::from(source));
        }
        Some(())
    }

    /// The host of this name; without one, a fault at `path`.
    fn host_called(&mut self, site: &Site, path: &Path, name: &str) -> Option<HostId> {
        let found = site.host_named(name);
        if found.is_none() {
            let names = self.draft.hosts.iter().map(|host| host.name.as_str());
            let nearest = super::nearest(name, names).map(str::to_owned);
            let kind = FaultKind::UnknownHost { name: name.to_owned(), nearest };
            self.fault(path.clone(), kind);
        }
        found
    }
}

fn settle_https_ports(site: &mut Site) {
    for host in site.host_ids() {
        site.hosts[host].https_port = site.hosts[host].settled_https_port(&site.interfaces);
    }
}

fn name_of<'d>(hosts: &'d [HostDraft<'_>], at: usize) -> &'d str {
    hosts.get(at).map_or("", |host| host.name.as_str())
}

/// The hash seed of a site: it depends on every name in it, so no file can be written to suit it.
fn seed(draft: &SiteDraft<'_>) -> u64 {
    let mut hasher = FixedState::with_seed(0).build_hasher();
    for host in &draft.hosts {
        host.name.as_str().hash(&mut hasher);
        for interface in &host.interfaces {
            interface.url.as_str().hash(&mut hasher);
        }
    }
    for task in &draft.tasks {
        task.id.as_str().hash(&mut hasher);
        task.interface.as_deref().hash(&mut hasher);
    }
    for setting in &draft.settings {
        setting.section.as_deref().hash(&mut hasher);
        setting.key.as_str().hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether `text` is a day of the calendar, written `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let number = |digits: &str, length: usize| {
        (digits.len() == length && digits.bytes().all(|digit| digit.is_ascii_digit()))
            .then(|| digits.parse::<u32>().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    (1..=days_of(year, month)).contains(&day)
}

/// The days of a month; 0 where there is no such month.
const fn days_of(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn dates_are_days_of_the_calendar() {
        for good in ["2027-03-31", "2024-02-29", "0001-01-01", "2000-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "2027-3-31",
            "2027-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "2100-02-29",
            "31.03.2027",
            "2027-03-31-",
            "+027-03-31",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
