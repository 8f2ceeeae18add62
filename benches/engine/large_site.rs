//! Large sites, the same ones each time: for the benchmark, and for the tests that a site's size must not hurt.

use sesam_transport::site::{
    Avx, HostDraft, InterfaceDraft, Os, PortNumber, PortState, Ports, Role, SiteDraft, TaskDraft,
    TaskForm, TaskKind,
};

/// The names of a large site, from which its draft borrows.
///
/// One host in twenty has HTTPS off; one in a hundred has its unsecure ports commented out too early besides.
pub(crate) struct LargeSite {
    hosts: Vec<HostNames>,
    tasks: Vec<String>,
}

struct HostNames {
    name: String,
    ftp: String,
    http: String,
    https: String,
    /// An HTTP interface that nobody entered; tasks that name it find their way to HTTPS by its address.
    dangling: String,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    HttpsOn,
    HttpsOff,
    /// HTTPS is off, and FTP and HTTP were commented out while tasks still need them.
    Premature,
}

impl LargeSite {
    /// A site of so many hosts and tasks.
    pub(crate) fn new(hosts: usize, tasks: usize) -> Self {
        Self {
            hosts: (0..hosts).map(HostNames::new).collect(),
            tasks: (0..tasks).map(|at| format!("task-{at:08}")).collect(),
        }
    }

    /// Its draft: tasks spread at random over hosts and interfaces.
    pub(crate) fn draft(&self) -> SiteDraft<'_> {
        let mut dice = Dice(1);
        SiteDraft {
            hosts: self.hosts.iter().enumerate().map(|(at, host)| host.draft(at)).collect(),
            tasks: self.tasks.iter().map(|id| self.task(id, &mut dice)).collect(),
            ..SiteDraft::default()
        }
    }

    /// 40 of 100 name HTTP, 15 FTP, 20 HTTPS, 2 nothing that is entered, the rest no interface; 3 have a source.
    fn task<'a>(&'a self, id: &'a str, dice: &mut Dice) -> TaskDraft<'a> {
        let host = dice.pick(&self.hosts);
        let interface = match dice.below(100) {
            40..55 => Some(&host.ftp),
            55..75 if host.state == State::HttpsOn => Some(&host.https),
            0..75 => Some(&host.http),
            75..77 => Some(&host.dangling),
            _ => None,
        };
        let source = (dice.below(100) < 3).then(|| dice.pick(&self.hosts));
        TaskDraft {
            id: id.into(),
            kind: if source.is_some() { TaskKind::Replication } else { TaskKind::Backup },
            form: TaskForm::Event,
            host: Some(host.name.as_str().into()),
            interface: interface.map(|text| text.as_str().into()),
            source_host: source.map(|host| host.name.as_str().into()),
            reassign: None,
        }
    }
}

impl HostNames {
    fn new(at: usize) -> Self {
        let name = format!("rds-{at:06}");
        let text = |scheme, port| format!("{scheme}://{name}.example.com:{port}");
        Self {
            ftp: text("ftp", 11001),
            http: text("http", 11000),
            https: text("https", 11443),
            dangling: text("http", 11002),
            state: match at % 100 {
                19 | 39 | 59 | 79 => State::HttpsOff,
                99 => State::Premature,
                _ => State::HttpsOn,
            },
            name,
        }
    }

    fn draft(&self, at: usize) -> HostDraft<'_> {
        let on = |number: u16| PortState::On(PortNumber::try_from(u64::from(number)).unwrap());
        let https = if self.state == State::HttpsOn { on(11443) } else { PortState::Off };
        let running = Ports { ftp: on(11001), http: on(11000), https };
        let off = Ports { ftp: PortState::Off, http: PortState::Off, https };
        let texts = [Some(&self.ftp), Some(&self.http)];
        let secure = (self.state == State::HttpsOn).then_some(&self.https);
        HostDraft {
            name: self.name.as_str().into(),
            role: if at == 0 { Role::Server } else { Role::Rds },
            os: Os::Linux,
            avx: Avx::Unknown,
            stpd_ini: None,
            address: None,
            restart_command: None,
            active_transfers_command: None,
            configured: Some(if self.state == State::Premature { off } else { running }),
            running: Some(running),
            https_port: None,
            settings: Vec::new(),
            interfaces: texts
                .into_iter()
                .chain([secure])
                .flatten()
                .map(|text| InterfaceDraft::from(text.as_str()))
                .collect(),
        }
    }
}

/// `SplitMix64`: small, seeded, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(from.len() as u64)).unwrap();
        &from[at]
    }
}
