//! The interfaces of a host that is walked.

use smallvec::SmallVec;

use crate::site::{PortState, Transport};

use super::{
    super::{
        course::Intent,
        estate::{Coming, Item},
        grade,
        stage::{Do, Opening, ROUNDS, Stage},
    },
    Walk, fits,
};

impl Walk<'_> {
    /// Adds the interfaces that tasks wait for and can then use.
    pub(super) fn add_wanted(&mut self, stage: Stage) {
        let mut wanted: SmallVec<[Coming; 4]> = SmallVec::new();
        let https = self.https_grades();
        for (item, at) in self.items.iter().zip(0..) {
            if item.repaired > 0 && !item.is_present {
                wanted.push(Coming { id: item.id, at });
            }
            let own = self.own_grades(item);
            wanted.extend(
                item.leaving
                    .iter()
                    .filter(|_| fits(https, own))
                    .filter_map(|leaving| leaving.added),
            );
        }
        for coming in wanted {
            self.add(stage, coming);
        }
    }

    fn add(&mut self, stage: Stage, coming: Coming) -> bool {
        let number = self.ground.https;
        let is_loaded = self.next().https == PortState::On(number);
        let is_kept = !self.legs || self.items.keeps_with_https(number);
        if self.items.is_present(coming) || !is_loaded || !is_kept {
            return false;
        }
        self.items.enter(coming);
        self.take(stage, Do::Add(coming.id), 1);
        true
    }

    /// Whether exposed interfaces would be held back because nothing that reaches HTTPS would be left.
    pub(super) fn needs_twin(&self, stage: Stage) -> bool {
        let is_served = self.items.present().any(|item| item.is_serviceable);
        let is_clean = !self.items.present().any(|item| item.is_exposed);
        if self.ground.twin.is_none() || is_served || is_clean {
            return false;
        }
        let without = self.removed_by(|_| {});
        let with = self.removed_by(|walk| {
            walk.add_twin(stage);
        });
        with > without
    }

    /// How many interfaces would be removed in all if it went on from here.
    fn removed_by(&self, prepare: impl FnOnce(&mut Self)) -> u64 {
        let items = self.items.clone();
        let mut trial = Walk { items, log: Vec::new(), ..*self };
        // What it would log is dropped with it.
        trial.is_trial = true;
        prepare(&mut trial);
        for round in 0..ROUNDS {
            trial.leave(Stage::Reassign(round), round, false);
            trial.remove(Stage::RemoveDead(round), is_doubtful);
        }
        trial.remove(Stage::Remove, |_| true);
        trial.removals
    }

    pub(super) fn add_twin(&mut self, stage: Stage) {
        if let Some(twin) = self.ground.twin {
            self.add(stage, twin);
        }
    }

    /// Removes interfaces that the first restart would strand, so that no leg is left with them.
    pub(super) fn remove_stranded(&mut self) {
        if !self.ground.in_goal {
            return;
        }
        let (now, next) = (self.running, self.next());
        let is_stranded = |item: &Item| item.rank(next) < item.rank(now);
        let shows = |item: &Item| is_stranded(item) && self.items.holds_address(item);
        if self.items.present().any(shows) {
            self.add_wanted(self.opening(Opening::Add));
        }
        for at in 0..self.items.len() {
            if self.items.get(at).is_some_and(is_stranded) {
                self.remove_item(self.opening(Opening::Remove), at);
            }
        }
    }

    /// Removes every exposed interface that can go; where one has to stay, not one of a port that is to be closed.
    pub(super) fn remove_all(&mut self, stage: Stage, intent: Intent) {
        self.remove(stage, is_dead);
        for (transport, closes) in Transport::UNSECURE.into_iter().zip(intent.close) {
            if closes {
                self.remove_where(stage, |item| item.scheme.transport() == Some(transport));
            }
        }
        self.remove(stage, |_| true);
    }

    /// Removes exposed interfaces whose ranks, now and next, are as told.
    pub(super) fn remove(&mut self, stage: Stage, which: impl Fn([grade::Rank; 2]) -> bool) {
        let columns = [self.running, self.next()];
        self.remove_where(stage, |item| which(columns.map(|ports| item.rank(ports))));
    }

    pub(super) fn remove_where(&mut self, stage: Stage, which: impl Fn(&Item) -> bool) {
        for at in 0..self.items.len() {
            if self.items.get(at).is_some_and(&which) {
                self.remove_item(stage, at);
            }
        }
    }

    /// Whether an HTTPS interface may still have to come for others to go. One that came for a task serves as well.
    fn awaits_twin(&self, stage: Stage) -> bool {
        stage != Stage::LateRemove
            && self.ground.twin.is_some_and(|twin| !self.items.is_present(twin))
            && !self.items.present().any(|item| item.is_serviceable)
    }

    fn remove_item(&mut self, stage: Stage, at: usize) {
        let Some(item) = self.items.get(at) else { return };
        if !item.is_present || !item.is_exposed || item.tasks() > 0 {
            return;
        }
        let is_kept = self.items.has_several() && (!self.legs || self.items.keeps_without(item));
        // Later whatever can be added has been, so no address has to be shown any more.
        let is_shown = stage.is_early() && self.items.holds_address(item);
        if is_shown || !is_kept || (self.awaits_twin(stage) && self.items.is_last_model(item)) {
            return;
        }
        let id = item.id;
        self.items.delete(at);
        self.take(stage, Do::Remove(id), 1);
    }
}

/// An interface that reaches nothing, now or next: without it every set is better.
fn is_dead(ranks: [grade::Rank; 2]) -> bool {
    ranks == [grade::DEAD; 2]
}

/// An interface that keeps a set from its best grade: a task that comes to pick from the set waits until it is gone.
pub(super) fn is_doubtful(ranks: [grade::Rank; 2]) -> bool {
    ranks.into_iter().any(|rank| rank < grade::CERTAIN)
}
