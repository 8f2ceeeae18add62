//! What a planner may try from a state: the graph in which minimality is claimed.

use super::condition::Column;
use super::conditions::{Grade, live};
use super::interface::{Interface, Scheme};
use super::port::{Ftp, Http, Https, Port};
use super::settings::Held;
use super::step::Step;
use super::text::Text;
use super::world::{Host, Reliance, Task, World};

/// What the operator wants tasks to be moved to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Policy {
    Secure,
    Blank,
    Text(Text),
}

/// Where a task is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Stays,
    Unknown,
    Blank,
    /// This interface of its host, which may have to be added.
    Named(Text),
}

impl Host {
    fn is_serviceable(&self, interface: &Interface) -> bool {
        interface.scheme == Scheme::Of(Https) && interface.number == self.https_port
    }

    /// The text that an interface of this address would have over https.
    fn twin(&self, address: &str) -> Text {
        format!("https://{address}:{}", self.https_port).as_str().into()
    }

    /// A text that can serve: it is there and serviceable, or it is not there and can be added.
    fn can_serve(&self, text: &Text) -> bool {
        self.is_serviceable(self.interface(text).unwrap_or(&Interface::new(text, None)))
    }
}

impl World {
    fn named_interface(&self, task: &Task) -> Option<&Interface> {
        self.host(&task.host)?.interface(task.reference.as_ref()?)
    }

    fn policy_of(&self, task: &Task) -> Policy {
        task.reassign.clone().unwrap_or_else(|| self.policy.clone())
    }

    /// Where a task goes that is named and exposed, or dangles, on a host of the goal; all others stay.
    pub(crate) fn target(&self, task: &Task) -> Target {
        let own = self.named_interface(task);
        let concerned = self.dangles(task) || own.is_some_and(|own| self.is_unsecure(own));
        if !concerned || !self.in_goal(&task.host) {
            return Target::Stays;
        }
        let host = self.host(&task.host).unwrap();
        match self.policy_of(task) {
            Policy::Blank => Target::Blank,
            Policy::Text(text) if host.can_serve(&text) => Target::Named(text),
            Policy::Text(_) => Target::Unknown,
            Policy::Secure => secure_target(task, host, own),
        }
    }

    /// The interfaces that a planner may add to a host of the goal.
    fn addable(&self, host: &Host) -> Vec<Text> {
        let mut wanted = Vec::new();
        for task in self.tasks.iter().filter(|task| task.host == host.name) {
            if let Target::Named(text) = self.target(task)
                && host.interface(&text).is_none()
                && !wanted.contains(&text)
            {
                wanted.push(text);
            }
        }
        let serviceable = host.interfaces.iter().any(|it| host.is_serviceable(it));
        if !serviceable && wanted.is_empty() {
            let first = host.interfaces.iter().find(|it| {
                self.is_unsecure(it) && it.listener.is_none() && it.scheme != Scheme::Other
            });
            let twin = first.map(|first| host.twin(&first.address));
            wanted.extend(twin.filter(|twin| host.interface(twin).is_none()));
        }
        wanted
    }

    /// Where a task may wait until https lives: another scheme of the same address.
    fn parking(&self, task: &Task) -> Vec<Text> {
        let host = self.host(&task.host).unwrap();
        let Some(own) = self.named_interface(task) else { return Vec::new() };
        let https_lives = Column::BOTH.iter().all(|&c| host.ports(c)[&Https].is_on());
        let own_lives = live(own, &host.ports(Column::Next)) != Grade::No;
        let goes_blank = self.policy_of(task) == Policy::Blank;
        if https_lives || own_lives || goes_blank || !self.in_goal(&task.host) {
            return Vec::new();
        }
        let schemes = [Scheme::Of(Ftp), Scheme::Of(Http), Scheme::Bare];
        let fits = |it: &&Interface| {
            it.same_address(own) && it.scheme != own.scheme && schemes.contains(&it.scheme)
        };
        host.interfaces.iter().filter(fits).map(|it| it.text.clone()).collect()
    }
}

/// The cases of policy `secure`, first match wins.
fn secure_target(task: &Task, host: &Host, own: Option<&Interface>) -> Target {
    let text = task.reference.clone().unwrap();
    let from = own.cloned().unwrap_or_else(|| Interface::new(&text, None));
    let dangles = own.is_none();
    let neighbours: Vec<&Interface> =
        host.interfaces.iter().filter(|it| it.same_address(&from)).collect();
    if dangles && host.is_serviceable(&from) && !neighbours.is_empty() {
        return Target::Named(text);
    }
    if let Some(first) = neighbours.iter().find(|it| host.is_serviceable(it)) {
        return Target::Named(first.text.clone());
    }
    if dangles && neighbours.iter().all(|it| it.listener.is_some()) {
        return Target::Unknown;
    }
    if from.listener.is_some() || from.scheme == Scheme::Other {
        return Target::Unknown;
    }
    let twin = host.twin(&from.address);
    // The same text may stand there without being serviceable.
    if host.can_serve(&twin) { Target::Named(twin) } else { Target::Unknown }
}

/// Every planner move from here, allowed or not.
pub(crate) fn moves(world: &World) -> Vec<Step> {
    let mut all = Vec::new();
    for host in &world.hosts {
        all.extend(port_moves(world, host));
        if world.in_goal(&host.name) {
            let add = |text| Step::AddInterface {
                host: host.name.clone(),
                text,
                listener: None,
                position: None,
            };
            all.extend(world.addable(host).into_iter().map(add));
            all.extend(host.settings.iter().map(|it| Step::SetIni {
                host: host.name.clone(),
                section: it.section.clone(),
                key: it.key.clone(),
                value: Held::Text(it.wanted.clone()),
            }));
            let unsecure = host.interfaces.iter().filter(|it| world.is_unsecure(it));
            all.extend(unsecure.map(|it| Step::RemoveInterface {
                host: host.name.clone(),
                text: it.text.clone(),
            }));
        }
    }
    all.push(Step::SetKill { value: Some("https".into()) });
    for task in &world.tasks {
        let reassign = |reference| Step::Reassign { task: task.id.clone(), reference };
        match world.target(task) {
            Target::Stays | Target::Unknown => {}
            Target::Blank => all.push(reassign(None)),
            Target::Named(text) => all.push(reassign(Some(text))),
        }
        all.extend(world.parking(task).into_iter().map(|text| reassign(Some(text))));
    }
    all
}

fn port_moves(world: &World, host: &Host) -> Vec<Step> {
    let mut all = Vec::new();
    let enable = |transport, port| Step::EnablePort { host: host.name.clone(), transport, port };
    if host.reliance == Reliance::Relied {
        all.push(enable(Https, host.https_port));
    }
    for transport in [Ftp, Http] {
        if let Port::On(number) = host.running[&transport] {
            all.push(enable(transport, number));
        }
    }
    all.push(Step::Restart { host: host.name.clone() });
    if world.in_goal(&host.name) {
        all.extend(
            world
                .retire
                .iter()
                .map(|&transport| Step::DisablePort { host: host.name.clone(), transport }),
        );
    }
    all
}
