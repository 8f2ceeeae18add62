//! What is certain, what is exposed, and when the goal is reached: section by section as the model states it.

use super::world::{
    BlankScope, Column, Host, Interface, Port, Ports, Scheme, Task, Text, Transport, World,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Live {
    Dead,
    Possibly,
    Certainly,
}

/// In the order of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Condition {
    Precondition,
    Route,
    Abort,
    Listener,
    Interface,
    Distinct,
    Exposure,
}

impl Condition {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Precondition => "precondition",
            Self::Route => "route",
            Self::Abort => "abort",
            Self::Listener => "listener",
            Self::Interface => "interface",
            Self::Distinct => "distinct",
            Self::Exposure => "exposure",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    Host(Text),
    Task(Text),
}

/// Higher is better: 3 = all, 2 = some, 1 = maybe, 0 = none; yes = 2, maybe = 1, no = 0.
pub(crate) type Grade = u8;

/// One condition of one subject in one column; a task has one for each of its legs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Graded {
    pub(crate) condition: Condition,
    pub(crate) column: Column,
    pub(crate) subject: Subject,
    pub(crate) grade: Grade,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Exposure {
    Port(Text, Transport),
    Interface(Text, Text),
    Task(Text),
    Kill,
    Setting(Text, Text, Text),
}

pub(crate) fn live(interface: &Interface, ports: Ports) -> Live {
    let of = |port| match port {
        Port::On(number) if number == interface.number => Live::Certainly,
        Port::Unknown => Live::Possibly,
        _ => Live::Dead,
    };
    match interface.scheme {
        Scheme::Ftp => of(ports.ftp),
        Scheme::Http => of(ports.http),
        Scheme::Https => of(ports.https),
        Scheme::Bare if ports.ftp.is_on() && ports.http.is_on() => Live::Certainly,
        Scheme::Bare if ports.ftp == Port::Off && ports.http == Port::Off => Live::Dead,
        Scheme::Bare | Scheme::Other => Live::Possibly,
    }
}

fn set_grade(host: &Host, column: Column) -> Grade {
    let ports = host.ports(column);
    let members = || host.interfaces.iter().map(|interface| live(interface, ports));
    if !host.interfaces.is_empty() && members().all(|live| live == Live::Certainly) {
        3
    } else if members().any(|live| live == Live::Certainly) {
        2
    } else {
        u8::from(members().any(|live| live == Live::Possibly))
    }
}

fn named_grade(interface: Option<&Interface>, ports: Ports) -> Grade {
    match interface.map(|interface| live(interface, ports)) {
        Some(Live::Certainly) => 3,
        Some(Live::Possibly) => 1,
        Some(Live::Dead) | None => 0,
    }
}

fn abort_grade(kill: Option<Transport>, ports: Ports) -> Grade {
    match kill.map(|transport| ports.of(transport)) {
        Some(Port::On(_)) => 2,
        Some(Port::Unknown) => 1,
        Some(Port::Off) | None => 0,
    }
}

fn listener_grade(ports: Ports) -> Grade {
    let all = Transport::ALL.map(|transport| ports.of(transport));
    if all.iter().any(|port| port.is_on()) { 2 } else { u8::from(all.contains(&Port::Unknown)) }
}

/// Whether no two ports that are on share a number.
pub(crate) fn is_distinct(ports: Ports) -> bool {
    let same = |a: Port, b: Port| a.is_on() && a == b;
    !(same(ports.ftp, ports.http) || same(ports.ftp, ports.https) || same(ports.http, ports.https))
}

impl World {
    /// The hosts over whose interfaces a task has a leg each, if it were blank.
    fn blank_legs(&self, task: &Task) -> Vec<&Host> {
        let own = self.host(&task.host).unwrap();
        match self.blank_scope {
            BlankScope::Host => vec![own],
            BlankScope::Server => vec![self.server()],
            BlankScope::Both => vec![own, self.server()],
        }
    }

    /// The hosts whose whole set of interfaces a leg of the task depends on.
    pub(crate) fn set_legs(&self, task: &Task) -> Vec<&Host> {
        let mut legs = if task.reference.is_none() { self.blank_legs(task) } else { Vec::new() };
        legs.extend(task.source_host.iter().map(|source| self.host(source).unwrap()));
        legs
    }

    pub(crate) fn named_interface(&self, task: &Task) -> Option<&Interface> {
        self.host(&task.host).unwrap().interface(task.reference.as_ref()?)
    }

    pub(crate) fn dangles(&self, task: &Task) -> bool {
        task.reference.is_some() && self.named_interface(task).is_none()
    }

    /// A grade for each leg that the task would have as blank, then for the source.
    fn route_grades(&self, task: &Task, column: Column) -> Vec<Grade> {
        let own = self.host(&task.host).unwrap();
        let grade = |leg: &Host| match task.reference {
            None => set_grade(leg, column),
            Some(_) => named_grade(self.named_interface(task), own.ports(column)),
        };
        let mut grades: Vec<Grade> = self.blank_legs(task).into_iter().map(grade).collect();
        let source = task.source_host.iter().map(|source| self.host(source).unwrap());
        grades.extend(source.map(|source| set_grade(source, column)));
        grades
    }

    /// Every grade, in the order of a report. No step changes which there are.
    pub(crate) fn grades(&self) -> Vec<Graded> {
        let mut all = Vec::new();
        for column in Column::BOTH {
            for task in &self.tasks {
                all.extend(self.route_grades(task, column).into_iter().map(|grade| Graded {
                    condition: Condition::Route,
                    column,
                    subject: Subject::Task(task.id.clone()),
                    grade,
                }));
            }
        }
        let mut of_hosts = |condition, grade: &dyn Fn(&Host, Ports) -> Option<Grade>| {
            for column in Column::BOTH {
                for host in &self.hosts {
                    all.extend(grade(host, host.ports(column)).map(|grade| Graded {
                        condition,
                        column,
                        subject: Subject::Host(host.name.clone()),
                        grade,
                    }));
                }
            }
        };
        let waived = |host: &Host| self.abort_waived.contains(&host.name);
        of_hosts(Condition::Abort, &|host, ports| {
            (!waived(host)).then(|| abort_grade(self.kill_transport(), ports))
        });
        of_hosts(Condition::Listener, &|_, ports| Some(listener_grade(ports)));
        of_hosts(Condition::Interface, &|host, _| {
            Some(if host.interfaces.is_empty() { 0 } else { 2 })
        });
        of_hosts(Condition::Distinct, &|_, ports| Some(if is_distinct(ports) { 2 } else { 0 }));
        all
    }

    /// The grades of one column; those of the other are of the same subjects in the same order.
    pub(crate) fn grades_in(&self, column: Column) -> Vec<Graded> {
        self.grades().into_iter().filter(|it| it.column == column).collect()
    }

    pub(crate) fn is_unsecure(&self, interface: &Interface) -> bool {
        self.retire.iter().any(|retired| match interface.scheme {
            Scheme::Ftp => *retired == Transport::Ftp,
            Scheme::Http => *retired == Transport::Http,
            Scheme::Https => *retired == Transport::Https,
            Scheme::Bare | Scheme::Other => true,
        })
    }

    /// The hosts that the exposure of a task belongs to; empty where it is not exposed.
    fn task_exposed_on(&self, task: &Task) -> Vec<Text> {
        let own = self.host(&task.host).unwrap();
        let unsecure = |host: &Host| host.interfaces.iter().any(|it| self.is_unsecure(it));
        let named = self.named_interface(task).is_some_and(|it| self.is_unsecure(it));
        let sets = self.set_legs(task).into_iter().filter(|leg| unsecure(leg));
        let mut on: Vec<Text> = sets.map(|leg| leg.name.clone()).collect();
        if named || self.dangles(task) {
            on.push(own.name.clone());
        }
        on
    }

    /// Every exposure, with the hosts that it belongs to.
    pub(crate) fn exposures(&self) -> Vec<(Exposure, Vec<Text>)> {
        let mut all = Vec::new();
        for host in &self.hosts {
            for &transport in &self.retire {
                if Column::BOTH.iter().any(|&c| host.ports(c).of(transport) != Port::Off) {
                    all.push((
                        Exposure::Port(host.name.clone(), transport),
                        vec![host.name.clone()],
                    ));
                }
            }
        }
        for host in &self.hosts {
            for interface in host.interfaces.iter().filter(|it| self.is_unsecure(it)) {
                let exposure = Exposure::Interface(host.name.clone(), interface.text.clone());
                all.push((exposure, vec![host.name.clone()]));
            }
        }
        for task in &self.tasks {
            let on = self.task_exposed_on(task);
            if !on.is_empty() {
                all.push((Exposure::Task(task.id.clone()), on));
            }
        }
        let by_https = self.kill_transport() == Some(Transport::Https);
        if self.retire.contains(&Transport::Ftp) && !by_https {
            all.push((Exposure::Kill, self.hosts.iter().map(|host| host.name.clone()).collect()));
        }
        for host in &self.hosts {
            for it in host.settings.iter().filter(|it| it.is_exposed()) {
                let name = host.name.clone();
                let exposure = Exposure::Setting(name.clone(), it.section.clone(), it.key.clone());
                all.push((exposure, vec![name]));
            }
        }
        all
    }

    /// How many exposures belong to a host of the goal.
    pub(crate) fn goal_exposures(&self) -> usize {
        let exposures = self.exposures();
        exposures.iter().filter(|(_, on)| on.iter().any(|host| self.in_goal(host))).count()
    }

    pub(crate) fn goal_reached(&self) -> bool {
        let https = |host: &Host| Column::BOTH.iter().all(|&c| host.ports(c).https.is_on());
        self.goal_exposures() == 0
            && self.hosts.iter().all(|host| !self.in_goal(&host.name) || https(host))
    }
}
