//! The rules of a plan that goes forward: nothing gets worse, in either column, with any step.

use crate::{
    safety::{Grade, Liveness, blank_legs},
    site::{Column, HostId, InterfaceId, Kill, Ports, TaskId},
    transition::Action,
};

use super::census::Census;

impl Census<'_> {
    /// Whether `action`, whose needs hold, lowers no grade and exposes nothing new.
    ///
    /// Each step is judged by what it touches only; a refused one is explained at leisure by `violation::forward`.
    pub(super) fn keeps(&self, action: Action) -> bool {
        match action {
            Action::EnablePort { host, .. }
            | Action::DisablePort { host, .. }
            | Action::RestorePorts { host, .. } => self.keeps_next(host, action),
            Action::Restart { host } => {
                let census = &self.hosts[host];
                self.keeps_ports(host, census.running, census.next())
            }
            Action::AddInterface { interface, .. } => self.keeps_with(interface),
            Action::RemoveInterface { interface } => self.keeps_without(interface),
            // It enters no condition, and its needs let it lower exposure only.
            Action::SetIni { .. } => true,
            Action::SetKill { value } => self.keeps_kill(self.catalog.kill(value)),
            Action::Reassign { task, to } => self.keeps_reference(task, to),
        }
    }

    fn keeps_next(&self, host: HostId, action: Action) -> bool {
        let census = &self.hosts[host];
        let configured = match action {
            Action::EnablePort { transport, port, .. } => {
                census.configured.with(transport, crate::site::PortState::On(port))
            }
            Action::DisablePort { transport, .. } => {
                census.configured.with(transport, crate::site::PortState::Off)
            }
            _ => census.configured,
        };
        let after = Ports { https: census.reliance.settled(configured.https), ..configured };
        self.keeps_ports(host, census.next(), after)
    }

    /// Whether nothing that depends on a host gets worse where one of its columns goes from `old` to `new`.
    fn keeps_ports(&self, host: HostId, old: Ports, new: Ports) -> bool {
        let census = &self.hosts[host];
        let lowered = census.lowered(old, new);
        let waived = self.catalog.site()[host].is_abort_waived();
        let not_lower = |grade: &dyn Fn(Ports) -> Grade| grade(new) >= grade(old);
        !lowered.is_named()
            && (lowered.present == 0 || !census.has_legs())
            && (!census.has_legs() || not_lower(&|ports| census.set_grade(ports)))
            && (waived || not_lower(&|ports| Grade::of_abort(self.kill, ports)))
            && not_lower(&Grade::of_listener)
            && not_lower(&Grade::of_distinct)
    }

    fn keeps_with(&self, id: InterfaceId) -> bool {
        let host = &self.hosts[self.slots[id].host];
        !host.has_legs()
            || Column::BOTH.into_iter().all(|column| {
                let ports = host.ports(column);
                let mut members = host.membership(ports);
                let before = members.grade();
                members.count(Liveness::of(&self.catalog[id], ports));
                members.grade() >= before
            })
    }

    fn keeps_without(&self, id: InterfaceId) -> bool {
        let host = &self.hosts[self.slots[id].host];
        let kept = |column: Column| {
            let ports = host.ports(column);
            let mut members = host.membership(ports);
            let before = members.grade();
            match self.liveness(id, ports) {
                Liveness::Certain => members.certain -= 1,
                Liveness::Possible => members.possible -= 1,
                // A set is never worse without a dead member.
                Liveness::Dead => return true,
            }
            members.grade() >= before
        };
        host.interfaces() > 1 && (!host.has_legs() || Column::BOTH.into_iter().all(kept))
    }

    fn keeps_kill(&self, kill: Kill) -> bool {
        self.aborts.allow(self.kill, kill)
    }

    fn keeps_reference(&self, task: TaskId, to: Option<InterfaceId>) -> bool {
        let from = self.references[task].id();
        let routes =
            Column::BOTH.into_iter().all(|column| self.keeps_route(task, from, to, column));
        routes && !self.would_expose(task, from, to)
    }

    fn keeps_route(
        &self,
        task: TaskId,
        from: Option<InterfaceId>,
        to: Option<InterfaceId>,
        column: Column,
    ) -> bool {
        let own = self.host_of(task);
        let named = |id: InterfaceId| {
            Grade::of_one(self.liveness(id, self.hosts[self.slots[id].host].ports(column)))
        };
        let set = |host: HostId| self.hosts[host].set_grade(self.hosts[host].ports(column));
        let mut sets = blank_legs(self.catalog.site(), own);
        match (from, to) {
            (Some(from), Some(to)) => named(to) >= named(from),
            (Some(from), None) => sets.all(|host| set(host) >= named(from)),
            (None, Some(to)) => sets.all(|host| named(to) >= set(host)),
            (None, None) => true,
        }
    }

    fn would_expose(
        &self,
        task: TaskId,
        from: Option<InterfaceId>,
        to: Option<InterfaceId>,
    ) -> bool {
        let own = |reference: Option<InterfaceId>| match reference {
            Some(id) => !self.slots[id].present || self.is_interface_exposed(id),
            None => blank_legs(self.catalog.site(), self.host_of(task))
                .any(|host| self.is_set_exposed(host)),
        };
        let by_source = self.source_of(task).is_some_and(|host| self.is_set_exposed(host));
        !by_source && own(to) && !own(from)
    }
}
