//! What is certain and what is exposed: computed from the whole state, whenever it is asked for.

use super::condition::{About, Column, Condition, Exposure};
use super::interface::{Interface, Scheme};
use super::port::{Ftp, Http, Https, Port, Ports};
use super::text::Text;
use super::world::{Host, Task, World};

/// How well something holds: of some interfaces `Yes` stands for all, `No` for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Grade {
    No,
    Maybe,
    Some,
    Yes,
}

fn port_grade(port: Port) -> Grade {
    match port {
        Port::On(_) => Grade::Yes,
        Port::Unknown => Grade::Maybe,
        Port::Off => Grade::No,
    }
}

/// Whether the interface is live.
pub(crate) fn live(interface: &Interface, ports: &Ports) -> Grade {
    match interface.scheme {
        Scheme::Of(transport) => match ports[&transport] {
            Port::On(number) if number != interface.number => Grade::No,
            port => port_grade(port),
        },
        Scheme::Bare if ports[&Ftp].is_on() && ports[&Http].is_on() => Grade::Yes,
        Scheme::Bare if ports[&Ftp] == Port::Off && ports[&Http] == Port::Off => Grade::No,
        Scheme::Bare | Scheme::Other => Grade::Maybe,
    }
}

/// One way that the data of a task takes: over any of these interfaces of a host.
#[derive(Debug)]
pub(crate) struct Leg<'w> {
    pub(crate) host: &'w Host,
    pub(crate) members: Vec<&'w Interface>,
}

impl Leg<'_> {
    fn grade(&self, column: Column) -> Grade {
        let ports = self.host.ports(column);
        let lives = self.members.iter().map(|it| live(it, &ports));
        match (lives.clone().min(), lives.max()) {
            (Some(Grade::No | Grade::Maybe), Some(Grade::Yes)) => Grade::Some,
            (_, best) => best.unwrap_or(Grade::No),
        }
    }

    /// Whether an interface that stays in the leg gets less live. The same text on another host is another interface.
    pub(crate) fn fades(&self, after: &Self, column: Column) -> bool {
        if self.host.name != after.host.name {
            return false;
        }
        let [was, is] = [self, after].map(|leg| leg.host.ports(column));
        self.members.iter().any(|old| {
            let stays = after.members.iter().find(|new| new.text == old.text);
            stays.is_some_and(|new| live(new, &is) < live(old, &was))
        })
    }
}

/// Whether no two ports that are on share a number.
pub(crate) fn is_distinct(ports: &Ports) -> bool {
    let clash = |a, b| ports[&a].is_on() && ports[&a] == ports[&b];
    !clash(Ftp, Http) && !clash(Ftp, Https) && !clash(Http, Https)
}

impl World {
    /// One for each host that the task picks from if it is blank, then one for its source. If it names an interface,
    /// that stands for each set that it would pick from.
    pub(crate) fn legs(&self, task: &Task) -> Vec<Leg<'_>> {
        let set = |host| Leg { host, members: host.interfaces.iter().collect() };
        let named = |text: &Text| {
            let host = self.host(&task.host).unwrap();
            Leg { host, members: host.interface(text).into_iter().collect() }
        };
        let is_picked = |host: &&Host| {
            self.blank_picks_own && host.name == task.host
                || self.blank_picks_server && host.is_server
        };
        let own = |host| task.reference.as_ref().map_or_else(|| set(host), named);
        let own = self.hosts.iter().filter(is_picked).map(own);
        own.chain(task.source_host.iter().map(|name| set(self.host(name).unwrap()))).collect()
    }

    pub(crate) fn dangles(&self, task: &Task) -> bool {
        let host = self.host(&task.host).unwrap();
        task.reference.as_ref().is_some_and(|text| host.interface(text).is_none())
    }

    /// Every grade. Those of another state of the same site are about the same, in the same order.
    pub(crate) fn grades(&self, column: Column) -> Vec<(About, Grade)> {
        let fact = |holds| if holds { Grade::Yes } else { Grade::No };
        let mut all = Vec::new();
        let mut add = |condition, place, grade| all.push(((condition, column, place), grade));
        for (place, task) in self.tasks.iter().enumerate() {
            for leg in self.legs(task) {
                add(Condition::Route, place, leg.grade(column));
            }
        }
        for (place, host) in self.hosts.iter().enumerate() {
            let ports = host.ports(column);
            if !self.abort_waived.contains(&host.name) {
                let abort = self.kill_transport().map_or(Grade::No, |by| port_grade(ports[&by]));
                add(Condition::Abort, place, abort);
            }
            let listener = ports.values().map(port_grade).max();
            add(Condition::Listener, place, listener.unwrap());
            add(Condition::Interface, place, fact(!host.interfaces.is_empty()));
            add(Condition::Distinct, place, fact(is_distinct(&ports)));
        }
        all
    }

    pub(crate) fn is_unsecure(&self, interface: &Interface) -> bool {
        match interface.scheme {
            Scheme::Of(transport) => self.retire.contains(&transport),
            Scheme::Bare | Scheme::Other => true,
        }
    }

    pub(crate) fn is_leg_exposed(&self, leg: &Leg<'_>) -> bool {
        leg.members.iter().any(|member| self.is_unsecure(member))
    }

    pub(crate) fn exposures(&self) -> Vec<Exposure> {
        let mut all = Vec::new();
        for host in &self.hosts {
            let ports = Column::BOTH.map(|column| host.ports(column));
            let open = self.retire.iter().filter(|it| ports.iter().any(|at| at[*it] != Port::Off));
            all.extend(open.map(|transport| Exposure::Port(host.name.clone(), *transport)));
            let unsecure = host.interfaces.iter().filter(|interface| self.is_unsecure(interface));
            all.extend(unsecure.map(|it| Exposure::Interface(host.name.clone(), it.text.clone())));
            all.extend(host.settings.iter().filter_map(|setting| setting.exposure(&host.name)));
        }
        for task in &self.tasks {
            if self.dangles(task) || self.legs(task).iter().any(|leg| self.is_leg_exposed(leg)) {
                all.push(Exposure::Task(task.id.clone()));
            }
        }
        if self.retire.contains(&Ftp) && self.kill_transport() != Some(Https) {
            all.push(Exposure::Kill);
        }
        all
    }
}
