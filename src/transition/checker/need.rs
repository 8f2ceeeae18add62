//! What a step needs before it can be carried out at all.

use crate::{
    safety::Grade,
    site::{
        HostId, InterfaceId, PortNumber, PortState, Ports, Reliance, Scheme, SettingId, TaskId,
        Transport,
    },
    transition::{Action, Direction, IniValue, KillValue},
};

use super::{census::Census, host_census::HostCensus};

/// A need of a step that does not hold.
///
/// More needs come with more kinds of steps, so matching must leave room for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Need {
    /// The step names a host that the site does not have.
    #[error("the site has no such host")]
    KnownHost,
    /// The step names a task that the site does not have.
    #[error("the site has no such task")]
    KnownTask,
    /// The text of an interface is empty.
    #[error("the text of an interface is empty")]
    Text,
    /// The step sets a key that nobody wants anything of on the host.
    #[error("the site wants no such setting on this host")]
    KnownSetting,
    /// The step sets a port as if it were a setting.
    #[error("the key is the {} port, and no setting", .0.label())]
    NoPort(Transport),
    /// Only a rollback may contain the step.
    #[error("only a rollback may do this")]
    Rollback,
    /// A port that is configured on cannot be enabled.
    #[error("the port is configured on already")]
    NotConfigured,
    /// A port that is configured off cannot be disabled.
    #[error("the port is configured off already")]
    Configured,
    /// STPD disables HTTPS on the host, whatever stpd.ini says.
    #[error("HTTPS is masked on this host: STPD disables it there")]
    NotMasked,
    /// Another port of the host is configured on that number.
    #[error("the number belongs to the {} port", .0.label())]
    FreeNumber(Transport),
    /// FTP and HTTP are only ever enabled to undo an edit that STPD has not loaded yet.
    #[error("FTP and HTTP are enabled only on the number that still runs")]
    StillRunning,
    /// A restart would load nothing new.
    #[error("a restart would load nothing new")]
    Pending,
    /// A restart would load two ports with one number.
    #[error("a restart would load two ports with the same number")]
    DistinctNext,
    /// Only HTTPS interfaces are added.
    #[error("only https interfaces are added")]
    Https,
    /// An added interface must reach the HTTPS port that the next restart loads.
    #[error("its number is not that of the HTTPS port that a restart would load")]
    HttpsNumber,
    /// The host's list of interfaces is shorter than the place that is asked for.
    #[error("the host has fewer interfaces than that")]
    Position,
    /// The interface is entered already.
    #[error("the host has this interface already")]
    NotEntered,
    /// The interface is not entered.
    #[error("the host has no such interface")]
    Entered,
    /// The product refuses to delete an interface that tasks name.
    #[error("{0} task(s) name this interface, and the product refuses to delete it")]
    Unnamed(u32),
    /// The task has this interface already.
    #[error("the task has this interface already")]
    OtherReference,
    /// A plan sets the variable to `https` only.
    #[error("a plan sets the variable to `https` only")]
    KillHttps,
    /// The variable has this value already.
    #[error("the variable has this value already")]
    OtherKill,
    /// A plan sets the value that is wanted, and no other.
    #[error("a plan sets the value that the site wants only")]
    WantedValue,
    /// The setting has this value in stpd.ini already.
    #[error("stpd.ini has this value already")]
    OtherValue,
    /// The old state is the state there is.
    #[error("the ports are configured so already")]
    OtherPorts,
}

impl Census<'_> {
    /// Whether `action` can be carried out at all and changes something.
    pub(super) fn needs(&self, action: Action, direction: Direction) -> Result<(), Need> {
        let forward = direction == Direction::Forward;
        match action {
            Action::EnablePort { host, transport, port } => {
                needs_of_enable(&self.hosts[host], transport, port, forward)
            }
            Action::DisablePort { host, transport } => {
                require(!self.hosts[host].configured.of(transport).is_off(), Need::Configured)
            }
            Action::Restart { host } => needs_of_restart(&self.hosts[host], forward),
            Action::SetIni { setting, value } => self.needs_of_setting(setting, value, forward),
            Action::AddInterface { interface, listener, position } => {
                let plain = listener.is_none() && position.is_none();
                require(plain || !forward, Need::Rollback)?;
                self.needs_of_add(interface, forward)?;
                let entered = self.hosts[self.slots[interface].host].interfaces();
                require(position.is_none_or(|position| position <= entered), Need::Position)
            }
            Action::SetKill { value } => self.needs_of_kill(value, forward),
            Action::Reassign { task, to } => self.needs_of_reassign(task, to, forward),
            Action::RemoveInterface { interface } => {
                let slot = &self.slots[interface];
                require(slot.present, Need::Entered)?;
                let named: u32 = slot.named.iter().sum();
                require(named == 0, Need::Unnamed(named))
            }
            Action::RestorePorts { host, ports } => {
                require(!forward, Need::Rollback)?;
                require(self.hosts[host].configured != ports, Need::OtherPorts)
            }
        }
    }

    fn needs_of_add(&self, id: InterfaceId, forward: bool) -> Result<(), Need> {
        let interface = &self.catalog[id];
        require(!self.slots[id].present, Need::NotEntered)?;
        if !forward {
            return Ok(());
        }
        require(interface.scheme() == Scheme::Https, Need::Https)?;
        let https = self.hosts[interface.host()].next().https.number();
        require(https.is_some() && interface.outer_number() == https, Need::HttpsNumber)
    }

    fn needs_of_setting(&self, id: SettingId, value: IniValue, forward: bool) -> Result<(), Need> {
        require(value == IniValue::Wanted || !forward, Need::WantedValue)?;
        let changes = self.catalog.setting_value(id, value) != self.settings[id].configured;
        require(changes, Need::OtherValue)
    }

    fn needs_of_kill(&self, value: KillValue, forward: bool) -> Result<(), Need> {
        require(value == KillValue::Https || !forward, Need::KillHttps)?;
        let changes = self.catalog.kill_text(value) != self.kill_text;
        require(changes, Need::OtherKill)
    }

    fn needs_of_reassign(
        &self,
        task: TaskId,
        to: Option<InterfaceId>,
        forward: bool,
    ) -> Result<(), Need> {
        require(self.references[task].id() != to, Need::OtherReference)?;
        let Some(to) = to else { return Ok(()) };
        let own: HostId = self.host_of(task);
        // A rollback goes back to whatever the task named, a text that nobody has included.
        require(self.slots[to].host == own && (self.slots[to].present || !forward), Need::Entered)
    }
}

fn needs_of_enable(
    host: &HostCensus,
    transport: Transport,
    port: PortNumber,
    forward: bool,
) -> Result<(), Need> {
    require(!host.configured.of(transport).is_on(), Need::NotConfigured)?;
    if transport == Transport::Https {
        require(host.reliance != Reliance::Masked || !forward, Need::NotMasked)?;
    } else {
        let running = host.running.of(transport);
        require(!forward || running == PortState::On(port), Need::StillRunning)?;
    }
    if forward { require_free(host.configured, transport, port) } else { Ok(()) }
}

fn needs_of_restart(host: &HostCensus, forward: bool) -> Result<(), Need> {
    let (running, next) = (host.running, host.next());
    require(running != next || host.settings.is_pending(), Need::Pending)?;
    let worse = Grade::of_distinct(next) < Grade::of_distinct(running);
    // A rollback may go back to a clash that the original had; its floor knows.
    require(!worse || !forward, Need::DistinctNext)
}

/// The number must not be that of another port that is configured on.
fn require_free(configured: Ports, transport: Transport, port: PortNumber) -> Result<(), Need> {
    let holder = Transport::ALL
        .into_iter()
        .find(|&other| other != transport && configured.of(other) == PortState::On(port));
    // FTP and HTTP come back on the number that they still hold: a clash there is for `distinct` to judge.
    match holder {
        Some(holder) if transport == Transport::Https => Err(Need::FreeNumber(holder)),
        _ => Ok(()),
    }
}

fn require(holds: bool, need: Need) -> Result<(), Need> {
    if holds { Ok(()) } else { Err(need) }
}
