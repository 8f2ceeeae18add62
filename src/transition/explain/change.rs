//! Changes of a site: facts thought away, decisions of an administrator, facts that may be otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::site::{
    Avx, Host, HostDraft, InterfaceDraft, Os, PortNumber, PortState, Ports, Site, SiteDraft,
    TaskDraft, Text, Transport, WaivableCondition, WaiverDraft,
};

/// A change of the site as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Change {
    /// The processor of the host has AVX.
    Avx { host: String, is_known: bool },
    /// The host runs Linux.
    Linux(String),
    /// HTTPS was seen running on the host.
    Seen(String),
    /// HTTPS has this number on the host.
    Number(String, PortNumber),
    /// Unsecure ports of which nothing is known are off.
    Off(String),
    /// The goal leaves the host as it is; where it could not be aborted over HTTPS, that is given up.
    Except { host: String, waives: bool },
    /// Aborts are given up on the host.
    Waive(String),
    /// The task goes to this interface.
    Target { task: String, interface: String },
    /// The task names this interface.
    Names { task: String, interface: String },
    /// The task goes to no interface.
    Blank(String),
    /// The task goes where the policy `secure` sends it.
    Secure(String),
    /// The host has this interface too.
    Enter { host: String, interface: String },
    /// The host does not have these interfaces.
    Delete { host: String, interfaces: Vec<String> },
    /// Stpd.ini of the host gives the ports the numbers that they run with.
    Undo(String),
    /// STPD on the host was restarted.
    Finish(String),
    /// The host is out of service.
    Remove(String),
    /// All of these; none of them is to carry out the plan as it is.
    All(Vec<Self>),
}

impl Change {
    /// No change.
    pub(super) const NONE: Self = Self::All(Vec::new());

    /// One after the other, each once.
    pub(super) fn all(changes: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for change in changes {
            match change {
                Self::All(inner) => all.extend(inner),
                change => all.push(change),
            }
        }
        let mut seen = indexmap::IndexSet::with_hasher(foldhash::fast::FixedState::default());
        all.retain(|change| seen.insert(change.clone()));
        match <[Self; 1]>::try_from(all) {
            Ok([one]) => one,
            Err(all) => Self::All(all),
        }
    }

    /// Changes a draft of `site`.
    pub(super) fn apply(&self, draft: &mut SiteDraft<'_>, site: &Site) {
        let mut by_host: BTreeMap<&str, Vec<&Self>> = BTreeMap::new();
        let mut by_task: BTreeMap<&str, Vec<&Self>> = BTreeMap::new();
        for change in self.each() {
            let subjects = if change.is_about_task() { &mut by_task } else { &mut by_host };
            subjects.entry(change.subject()).or_default().push(change);
        }
        // One pass for all changes: there may be as many of them as there are hosts or tasks.
        for (host, id) in draft.hosts.iter_mut().zip(site.host_ids()) {
            let changes = by_host.get(&*host.name).into_iter().flatten();
            // What is entered may be what is deleted elsewhere in the list: it is there in the end.
            let (enters, others): (Vec<&Self>, Vec<&Self>) =
                changes.partition(|change| matches!(change, Self::Enter { .. }));
            others.iter().chain(&enters).for_each(|change| change.apply_to_host(host, &site[id]));
        }
        if !by_task.is_empty() {
            for task in &mut draft.tasks {
                let changes = by_task.get(&*task.id).into_iter().flatten();
                changes.for_each(|change| change.apply_to_task(task));
            }
        }
        let named = |is_meant: fn(&Self) -> bool| -> BTreeSet<&str> {
            self.each().iter().filter(|change| is_meant(change)).map(Self::subject).collect()
        };
        waive(
            draft,
            named(|change| matches!(change, Self::Waive(_) | Self::Except { waives: true, .. })),
        );
        except(draft, named(|change| matches!(change, Self::Except { .. })));
        remove(draft, &named(|change| matches!(change, Self::Remove(_))));
    }

    /// The single changes that it is made of.
    pub(super) fn each(&self) -> &[Self] {
        match self {
            Self::All(changes) => changes,
            one => core::slice::from_ref(one),
        }
    }

    const fn is_about_task(&self) -> bool {
        matches!(self, Self::Target { .. } | Self::Names { .. } | Self::Blank(_) | Self::Secure(_))
    }

    fn apply_to_task(&self, task: &mut TaskDraft<'_>) {
        match self {
            Self::Target { interface, .. } => task.reassign = Some(interface.clone().into()),
            Self::Names { interface, .. } => task.interface = Some(interface.clone().into()),
            Self::Blank(_) => task.reassign = Some("blank".into()),
            Self::Secure(_) => task.reassign = Some("secure".into()),
            _ => {}
        }
    }

    fn apply_to_host(&self, host: &mut HostDraft<'_>, told: &Host) {
        let (running, next) = (told.running(), told.next());
        // Where nothing waits for a restart, nothing will once the fact is known.
        let settled = (running != next).then_some(running);
        let configured = host.configured.unwrap_or_default();
        match self {
            Self::Avx { .. } => {
                host.avx = Avx::Yes;
                host.running = settled;
            }
            Self::Linux(_) => {
                host.os = Os::Linux;
                host.running = settled;
            }
            Self::Seen(_) => {
                host.running =
                    Some(running.with(Transport::Https, PortState::On(told.https_port())));
            }
            Self::Number(_, number) => {
                host.https_port = Some(*number);
                host.configured = Some(renumbered(configured, *number));
                host.running = host.running.map(|running| renumbered(running, *number));
            }
            Self::Off(_) => {
                host.configured = Some(known(configured));
                host.running = Some(known(running));
            }
            Self::Enter { interface, .. }
                if host.interfaces.iter().all(|known| known.url != **interface) =>
            {
                host.interfaces.push(InterfaceDraft::from(interface.clone()));
            }
            Self::Delete { interfaces, .. } => {
                host.interfaces.retain(|known| !interfaces.iter().any(|gone| known.url == **gone));
            }
            Self::Undo(_) => host.configured = Some(undone(configured, running)),
            Self::Finish(_) => {
                host.running = Some(next);
                host.settings.iter_mut().for_each(|setting| setting.running = None);
            }
            _ => {}
        }
    }
}

fn waive(draft: &mut SiteDraft<'_>, mut hosts: BTreeSet<&str>) {
    for known in &draft.waivers {
        hosts.remove(&*known.host);
    }
    draft.waivers.extend(hosts.into_iter().map(|host| WaiverDraft {
        host: host.to_owned().into(),
        condition: WaivableCondition::Abort,
        reason: "transfers on this host cannot be aborted over HTTPS".into(),
        until: None,
    }));
}

fn except(draft: &mut SiteDraft<'_>, mut hosts: BTreeSet<&str>) {
    let excepted = &mut draft.policy.except_hosts;
    for known in &*excepted {
        hosts.remove(&**known);
    }
    excepted.extend(hosts.into_iter().map(|host| Text::from(host.to_owned())));
}

fn remove(draft: &mut SiteDraft<'_>, hosts: &BTreeSet<&str>) {
    if hosts.is_empty() {
        return;
    }
    let is_on = |host: &Option<Text<'_>>| host.as_ref().is_some_and(|host| hosts.contains(&**host));
    draft.hosts.retain(|host| !hosts.contains(&*host.name));
    draft.tasks.retain(|task| !is_on(&task.host) && !is_on(&task.source_host));
    draft.waivers.retain(|waiver| !hosts.contains(&*waiver.host));
    draft.policy.except_hosts.retain(|host| !hosts.contains(&**host));
    for named in draft.settings.iter_mut().filter_map(|setting| setting.hosts.as_mut()) {
        named.retain(|host| !hosts.contains(&**host));
    }
}

/// The ports, HTTPS on this number where it is on.
fn renumbered(ports: Ports, https: PortNumber) -> Ports {
    if ports.https.is_on() { ports.with(Transport::Https, PortState::On(https)) } else { ports }
}

/// The ports, unsecure ones of which nothing is known off.
fn known(ports: Ports) -> Ports {
    Transport::UNSECURE.into_iter().fold(ports, |ports, transport| match ports.of(transport) {
        PortState::Unknown => ports.with(transport, PortState::Off),
        _ => ports,
    })
}

/// What is configured, with the numbers of what runs.
fn undone(configured: Ports, running: Ports) -> Ports {
    Transport::ALL.into_iter().fold(configured, |ports, transport| {
        match (ports.of(transport), running.of(transport)) {
            (PortState::On(_), now @ PortState::On(_)) => ports.with(transport, now),
            _ => ports,
        }
    })
}
