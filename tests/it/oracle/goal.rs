//! Whom an exposure belongs to, and when the goal is reached.

use super::condition::{Column, Exposure};
use super::port::Https;
use super::text::Text;
use super::world::{Host, World};

impl World {
    pub(crate) fn in_goal(&self, host: &Text) -> bool {
        !self.except_hosts.contains(host)
    }

    pub(crate) fn belongs_to_goal(&self, exposure: &Exposure) -> bool {
        match exposure {
            Exposure::Port(host, _)
            | Exposure::Interface(host, _)
            | Exposure::Setting(host, ..) => self.in_goal(host),
            Exposure::Task(id) => {
                let task = self.tasks.iter().find(|task| task.id == *id).unwrap();
                let exposed = self.legs(task).into_iter().filter(|leg| self.is_leg_exposed(leg));
                exposed.into_iter().any(|leg| self.in_goal(&leg.host.name))
                    || self.dangles(task) && self.in_goal(&task.host)
            }
            Exposure::Kill => self.hosts.iter().any(|host| self.in_goal(&host.name)),
        }
    }

    /// How many exposures belong to a host of the goal.
    pub(crate) fn goal_exposures(&self) -> usize {
        self.exposures().iter().filter(|exposure| self.belongs_to_goal(exposure)).count()
    }

    pub(crate) fn goal_reached(&self) -> bool {
        let https = |host: &Host| Column::BOTH.iter().all(|&c| host.ports(c)[&Https].is_on());
        let mut goal = self.hosts.iter().filter(|host| self.in_goal(&host.name));
        self.goal_exposures() == 0 && goal.all(https)
    }
}
