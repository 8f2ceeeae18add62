//! The tasks of a host that is walked.

use crate::site::Scheme;

use super::{
    super::{
        estate::{Exit, Item},
        grade,
        stage::{Do, Opening, Stage},
    },
    Walk, fits,
    ports::next_of,
};

impl Walk<'_> {
    /// Parks every task that the first restart would strand and that has a place to wait.
    pub(super) fn park(&mut self) {
        let (now, next) = (self.running, self.next());
        // It is the first state that says who is stranded: steps before the first restart commute.
        let first_next = next_of(self.ground.configured, self.ground);
        let https_up = self.ground.running.https.is_on() && first_next.https.is_on();
        if https_up || !self.ground.in_goal {
            return;
        }
        let shelters = self.items.shelters([now, next]);
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at).filter(|item| item.is_present && item.tasks() > 0)
            else {
                continue;
            };
            // What would live then still does: no step takes that from tasks.
            if item.rank(first_next) > grade::DEAD {
                continue;
            }
            let is_stranded = item.rank(now) > item.rank(next);
            // Where a task goes to no interface anyway, waiting elsewhere would be one step more.
            if item.goes_blank() {
                continue;
            }
            let needed = item.rank(now);
            let place = self.items.shelter_of(&shelters, item, |other| {
                other.scheme != item.scheme
                    && (item.is_exposed || !other.is_exposed)
                    && (is_stranded || (item.is_exposed && !other.is_exposed))
                    && other.rank(now) >= needed
                    && other.rank(next) >= if other.is_exposed { needed } else { item.rank(next) }
            });
            if let Some(place) = place {
                self.park_at(at, place);
            }
        }
    }

    fn park_at(&mut self, from: usize, to: usize) {
        let Some((id, place, tasks)) = self.items.park(from, to) else { return };
        self.take(Stage::Park, Do::Park(id, place), tasks);
        self.has_detours = true;
    }

    /// Stranded tasks that go to no interface anyway may do so before the first restart.
    pub(super) fn leave_early(&mut self) {
        let (now, next) = (self.running, self.next());
        // The Server's set would come to be depended on before it is ready for it.
        if !self.ground.in_goal || self.around.server.is_some() {
            return;
        }
        let sets = self.items.grades();
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at) else { continue };
            let own = [now, next].map(|ports| grade::of_one(item.rank(ports)));
            let stranded = item.is_present && item.rank(next) < item.rank(now);
            if stranded && fits(sets, own) {
                self.leave_item(self.opening(Opening::Reassign), at, |exit, _| exit == Exit::Blank);
            }
        }
    }

    /// Moves every task that may move.
    ///
    /// A task that names nothing, or patiently waits on nothing, goes to no interface last: until then no set has to be
    /// kept for it.
    pub(super) fn leave(&mut self, stage: Stage, round: u8, patient: bool) {
        let https = self.https_grades();
        let blank = self.blank_grades(round);
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at) else { continue };
            if item.leaving.is_empty() {
                continue;
            }
            let own = self.own_grades(item);
            let to_entered = fits(https, own);
            let is_early = stage != Stage::LateReassign;
            let waits = is_early && patient && own == [0; 2];
            // What the ports make of an interface of another kind is the same before and after.
            let can_wait = item.scheme == Scheme::Other && patient;
            let waits_for_sets = waits || (is_early && (!item.is_present || can_wait));
            let may = |exit: Exit, is_added: bool| match exit {
                Exit::Blank if waits_for_sets => false,
                Exit::Entered | Exit::Added if waits => false,
                Exit::Entered => to_entered,
                Exit::Added => to_entered && is_added,
                Exit::Blank => fits(blank, own),
            };
            self.leave_item(stage, at, may);
        }
    }

    fn leave_item(&mut self, stage: Stage, at: usize, may: impl Fn(Exit, bool) -> bool) {
        let left = self.items.leave(at, may);
        for leaving in left {
            self.legs |= leaving.exit == Exit::Blank && self.around.picks_own;
            self.uses_https |= leaving.exit != Exit::Blank;
            self.take(stage, Do::Leave(leaving.origin, leaving.exit, leaving.tasks), leaving.tasks);
        }
    }

    pub(super) fn own_grades(&self, item: &Item) -> [u8; 2] {
        if !item.is_present {
            return [0; 2];
        }
        [self.running, self.next()].map(|ports| grade::of_one(item.rank(ports)))
    }

    /// The grades of a route over an interface that ends at the HTTPS port.
    pub(super) fn https_grades(&self) -> [u8; 2] {
        let number = Some(self.ground.https);
        [self.running, self.next()]
            .map(|ports| grade::of_one(grade::of_interface(Scheme::Https, number, ports)))
    }

    /// The worst grades of the sets that a task of this host without interface picks from.
    fn blank_grades(&self, round: u8) -> [u8; 2] {
        let mut worst = [u8::MAX; 2];
        let own = self.around.picks_own.then(|| self.items.grades());
        let server = self
            .around
            .server
            .map(|server| server.rounds.get(usize::from(round)).copied().unwrap_or(server.late));
        for set in own.into_iter().chain(server) {
            for (worst, grade) in worst.iter_mut().zip(set) {
                *worst = grade.min(*worst);
            }
        }
        worst
    }
}
