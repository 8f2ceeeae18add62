//! An intent tried out on a host: which steps it takes, and whether each would be allowed.

use crate::site::{Kill, PortState, Ports, Reliance, Scheme, Transport};

use super::{
    course::{Cost, Course, Intent, SetStages, Surroundings},
    estate::{Coming, Exit, Ground, Item, Leaving},
    grade,
    inventory::Inventory,
    stage::{Do, Opening, ROUNDS, Stage},
};

/// A host in the course of a plan.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts of a state")]
struct Walk<'g> {
    ground: &'g Ground,
    around: &'g Surroundings,
    configured: Ports,
    running: Ports,
    kill: Kill,
    items: Inventory,
    legs: bool,
    /// Whether a task that had moved depends on the HTTPS port.
    uses_https: bool,
    opens_late: bool,
    log: Vec<(Stage, Do)>,
    steps: u64,
    restarts: u64,
    has_detours: bool,
    sets: SetStages,
}

/// Tries an intent; `None` where a step of it would not be allowed.
pub(super) fn walk(ground: &Ground, around: &Surroundings, intent: Intent) -> Option<Course> {
    let mut walk = Walk {
        ground,
        around,
        configured: ground.configured,
        running: ground.running,
        kill: around.kill,
        items: ground.items.clone(),
        legs: ground.legs > 0,
        uses_https: false,
        opens_late: false,
        log: Vec::new(),
        steps: 0,
        restarts: 0,
        has_detours: false,
        sets: SetStages::default(),
    };
    walk.items.count_under([walk.running, walk.next()]);
    walk.run(intent)?;
    Some(walk.course())
}

impl Walk<'_> {
    fn run(&mut self, intent: Intent) -> Option<()> {
        self.undo(intent)?;
        if intent.enable {
            self.enable(intent)?;
        }
        if intent.parks {
            self.park();
        }
        self.opens_late = intent.kill_first;
        if intent.first_restart && !intent.kill_first {
            self.first_restart(intent)?;
        }
        if intent.kill {
            self.set_kill()?;
        }
        if intent.first_restart && intent.kill_first {
            self.first_restart(intent)?;
        }
        // Whatever else is early comes after the aborts have moved.
        self.opens_late = true;
        if self.ground.in_goal {
            self.settle(intent);
            self.close(intent)?;
            self.closing_restart(intent)?;
        } else {
            self.sets.rounds = [self.items.grades(); ROUNDS as usize];
            self.sets.late = self.items.grades();
        }
        self.set();
        Some(())
    }

    fn course(self) -> Course {
        let exposures = self.exposures();
        let has_https = self.running.https.is_on() && self.next().https.is_on();
        Course {
            cost: Cost { exposures, restarts: self.restarts, steps: self.steps },
            has_https,
            has_detours: self.has_detours,
            sets: self.sets,
            log: self.log,
        }
    }

    // The steps.

    fn undo(&mut self, intent: Intent) -> Option<()> {
        for (transport, wanted) in Transport::UNSECURE.into_iter().zip(intent.undo) {
            if !wanted {
                continue;
            }
            let PortState::On(number) = self.running.of(transport) else { return None };
            if self.configured.of(transport).is_on() {
                return None;
            }
            self.configure(
                Stage::Undo,
                Do::Enable(transport, number),
                transport,
                PortState::On(number),
            )?;
            self.has_detours = true;
        }
        Some(())
    }

    fn enable(&mut self, intent: Intent) -> Option<()> {
        if self.ground.reliance != Reliance::Relied || self.configured.https.is_on() {
            return None;
        }
        let number = self.ground.https;
        for (transport, closes) in Transport::UNSECURE.into_iter().zip(intent.close) {
            if self.configured.of(transport) == PortState::On(number) {
                if !closes {
                    return None;
                }
                self.configure(Stage::Yield, Do::Disable(transport), transport, PortState::Off)?;
            }
        }
        self.configure(
            Stage::Enable,
            Do::Enable(Transport::Https, number),
            Transport::Https,
            PortState::On(number),
        )
    }

    fn first_restart(&mut self, intent: Intent) -> Option<()> {
        if !self.can_restart() {
            self.leave_early();
            self.remove_stranded();
        }
        self.close_early(intent);
        self.restart(self.opening(Opening::Restart))
    }

    const fn opening(&self, part: Opening) -> Stage {
        if self.opens_late { Stage::LateOpening(part) } else { Stage::Opening(part) }
    }

    fn set_kill(&mut self) -> Option<()> {
        let lower = |ports| grade::of_abort(Kill::Https, ports) < grade::of_abort(self.kill, ports);
        if !self.ground.abort_waived && (lower(self.running) || lower(self.next())) {
            return None;
        }
        self.kill = Kill::Https;
        Some(())
    }

    /// Adds, moves and removes whatever can be.
    fn settle(&mut self, intent: Intent) {
        self.legs |= self.ground.awaits_others;
        if intent.patient && !self.legs {
            // Nobody depends on the set yet, so whatever nobody names can go before someone does.
            self.remove_all(self.opening(Opening::Remove), intent);
        }
        self.add_wanted(Stage::Add);
        if self.needs_twin(Stage::Add) {
            self.add_twin(Stage::Add);
        }
        for round in 0..ROUNDS {
            let before = self.steps;
            if let Some(sets) = self.sets.rounds.get_mut(usize::from(round)) {
                *sets = self.items.grades();
            }
            self.leave(Stage::Reassign(round), round, intent.patient);
            if self.ground.awaits_legs {
                self.remove(Stage::RemoveDead(round), is_doubtful);
            }
            // The Server's set may still change from round to round.
            let waits = self.ground.awaits_legs && self.around.server.is_some();
            if self.steps == before && !waits {
                let sets = self.items.grades();
                self.sets
                    .rounds
                    .iter_mut()
                    .skip(usize::from(round))
                    .for_each(|stage| *stage = sets);
                break;
            }
        }
        self.remove_all(Stage::Remove, intent);
    }

    fn close(&mut self, intent: Intent) -> Option<()> {
        for (transport, wanted) in Transport::UNSECURE.into_iter().zip(intent.close) {
            if wanted && self.configured.of(transport) != PortState::Off {
                self.configure(Stage::Close, Do::Disable(transport), transport, PortState::Off)?;
            }
        }
        Some(())
    }

    fn closing_restart(&mut self, intent: Intent) -> Option<()> {
        let closing = Transport::UNSECURE
            .into_iter()
            .zip(intent.close)
            .any(|(transport, closes)| closes && self.running.of(transport) != PortState::Off);
        let opening = intent.wants_https && !self.running.https.is_on();
        let loading = intent.loads_settings && self.restarts == 0;
        if closing || opening || loading {
            self.restart(Stage::ClosingRestart)?;
            self.add_wanted(Stage::LateAdd);
            if self.needs_twin(Stage::LateAdd) {
                self.add_twin(Stage::LateAdd);
            }
        }
        // Interfaces that go only now are still there when tasks of other hosts come to pick.
        self.sets.late = self.items.grades();
        self.leave(Stage::LateReassign, ROUNDS, false);
        self.remove_all(Stage::LateRemove, intent);
        Some(())
    }

    /// Closes ports that nothing will miss before the first restart, which might open them otherwise.
    fn close_early(&mut self, intent: Intent) {
        for (transport, wanted) in Transport::UNSECURE.into_iter().zip(intent.close) {
            let is_missed = self.running.of(transport) != PortState::Off && !intent.eager;
            if wanted && !is_missed && self.configured.of(transport) != PortState::Off {
                self.remove_where(self.opening(Opening::Remove), |item| {
                    item.scheme.transport() == Some(transport)
                });
                let _ = self.configure(
                    self.opening(Opening::Close),
                    Do::Disable(transport),
                    transport,
                    PortState::Off,
                );
            }
        }
    }

    // Ports.

    fn next(&self) -> Ports {
        next_of(self.configured, self.ground)
    }

    fn configure(
        &mut self,
        stage: Stage,
        what: Do,
        transport: Transport,
        to: PortState,
    ) -> Option<()> {
        let configured = self.configured.with(transport, to);
        if !self.keeps(self.next(), next_of(configured, self.ground)) {
            return None;
        }
        self.configured = configured;
        self.items.count_under([self.running, self.next()]);
        self.take(stage, what, 1);
        Some(())
    }

    fn can_restart(&self) -> bool {
        let (now, next) = (self.running, self.next());
        (now != next || self.loads_settings())
            && (!next.clash() || now.clash())
            && self.keeps(now, next)
    }

    fn restart(&mut self, stage: Stage) -> Option<()> {
        if !self.can_restart() {
            return None;
        }
        self.running = self.next();
        self.items.count_under([self.running, self.next()]);
        self.restarts += 1;
        self.take(stage, Do::Restart, 1);
        Some(())
    }

    /// Whether nothing gets worse where a column goes from `old` to `new`.
    fn keeps(&self, old: Ports, new: Ports) -> bool {
        let fades =
            |item: &Item| item.rank(new) < item.rank(old) && (self.legs || item.tasks() > 0);
        let abort = |ports| grade::of_abort(self.kill, ports);
        let https = |ports| grade::of_interface(Scheme::Https, Some(self.ground.https), ports);
        !self.items.present().any(fades)
            && (!self.uses_https || https(new) >= https(old))
            && (self.ground.abort_waived || abort(new) >= abort(old))
            && grade::of_listener(new) >= grade::of_listener(old)
            && (!new.clash() || old.clash())
    }

    // Settings.

    /// Whether a restart now would load settings: they are written before the first one.
    fn loads_settings(&self) -> bool {
        self.restarts == 0 && !self.ground.settings.unloaded.is_empty()
    }

    /// Writes settings, now that it is known whether a restart will load them. They enter no condition, so that is as good
    /// as having done it in the beginning, where it stands in the plan.
    fn set(&mut self) {
        for &id in &self.ground.settings.unwritten {
            self.take(Stage::Settings, Do::Set(id), 1);
        }
        if self.restarts > 0 {
            for &(id, _) in self.ground.settings.unloaded.iter().filter(|(_, unwritten)| *unwritten)
            {
                self.take(Stage::Settings, Do::Set(id), 1);
            }
        }
    }

    // Tasks.

    /// Parks every task that the first restart would strand and that has a place to wait.
    fn park(&mut self) {
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
            if item.rank(next) > grade::DEAD && item.rank(first_next) > grade::DEAD {
                continue;
            }
            let is_stranded = item.rank(now) > item.rank(next);
            // Where a task goes to no interface anyway, waiting elsewhere would be one step more.
            let goes_blank = item.leaving.iter().any(|leaving| leaving.exit == Exit::Blank);
            if goes_blank {
                continue;
            }
            let needed = item.rank(now);
            let place = self.items.shelter_of(&shelters, item, |other| {
                other.scheme != item.scheme
                    && (item.is_exposed || !other.is_exposed)
                    && (is_stranded || (item.is_exposed && !other.is_exposed))
                    && other.rank(now) >= needed
                    && other.rank(next) >= needed
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
    fn leave_early(&mut self) {
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
                self.leave_item(self.opening(Opening::Reassign), at, &|leaving, _| {
                    leaving.exit == Exit::Blank
                });
            }
        }
    }

    /// Moves every task that may move.
    ///
    /// A task that names nothing, or patiently waits on nothing, goes to no interface last: until then no set has to be
    /// kept for it.
    fn leave(&mut self, stage: Stage, round: u8, patient: bool) {
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
            let waits_for_sets = waits || (is_early && !item.is_present);
            let may = |leaving: &Leaving, is_added: bool| match leaving.exit {
                Exit::Blank if waits_for_sets => false,
                Exit::Entered | Exit::Added if waits => false,
                Exit::Entered => to_entered,
                Exit::Added => to_entered && is_added,
                Exit::Blank => fits(blank, own),
            };
            self.leave_item(stage, at, &may);
        }
    }

    fn leave_item(&mut self, stage: Stage, at: usize, may: &dyn Fn(&Leaving, bool) -> bool) {
        let left = self.items.leave(at, may);
        for leaving in left {
            self.legs |= leaving.exit == Exit::Blank && self.around.picks_own;
            self.uses_https |= leaving.exit != Exit::Blank;
            self.take(stage, Do::Leave(leaving.origin, leaving.exit, leaving.tasks), leaving.tasks);
        }
    }

    fn own_grades(&self, item: &Item) -> [u8; 2] {
        if !item.is_present {
            return [0; 2];
        }
        [self.running, self.next()].map(|ports| grade::of_one(item.rank(ports)))
    }

    /// The grades of a route over an interface that ends at the HTTPS port.
    fn https_grades(&self) -> [u8; 2] {
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

    // Interfaces.

    /// Adds the interfaces that tasks wait for and can then use.
    fn add_wanted(&mut self, stage: Stage) {
        let mut wanted = Vec::new();
        let https = self.https_grades();
        for item in self.items.iter() {
            if item.repaired > 0 && !item.is_present {
                wanted.push(Coming { id: item.id, address: item.address });
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
        if self.items.is_present(coming.id) || !is_loaded || !is_kept {
            return false;
        }
        self.uses_https |= self.items.knows(coming.id);
        self.items.enter(coming, number);
        self.take(stage, Do::Add(coming.id), 1);
        true
    }

    /// Whether exposed interfaces would be held back because nothing that reaches HTTPS would be left.
    fn needs_twin(&self, stage: Stage) -> bool {
        if self.ground.twin.is_none() || self.items.present().any(|item| item.is_serviceable) {
            return false;
        }
        let without = self.removed_by(|_| {});
        let with = self.removed_by(|walk| {
            walk.add_twin(stage);
        });
        with > without
    }

    /// How many interfaces would be removed if it went on from here.
    fn removed_by(&self, prepare: impl FnOnce(&mut Self)) -> usize {
        let mut trial = Walk { items: self.items.clone(), log: Vec::new(), ..*self };
        prepare(&mut trial);
        for round in 0..ROUNDS {
            trial.leave(Stage::Reassign(round), round, false);
            trial.remove(Stage::RemoveDead(round), is_doubtful);
        }
        trial.remove(Stage::Remove, |_| true);
        trial.log.iter().filter(|(_, what)| matches!(what, Do::Remove(_))).count()
    }

    fn add_twin(&mut self, stage: Stage) {
        if let Some(twin) = self.ground.twin {
            self.add(stage, twin);
        }
    }

    /// Removes interfaces that the first restart would strand, so that no leg is left with them.
    fn remove_stranded(&mut self) {
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
    fn remove_all(&mut self, stage: Stage, intent: Intent) {
        self.remove(stage, is_dead);
        for (transport, closes) in Transport::UNSECURE.into_iter().zip(intent.close) {
            if closes {
                self.remove_where(stage, |item| item.scheme.transport() == Some(transport));
            }
        }
        self.remove(stage, |_| true);
    }

    /// Removes exposed interfaces whose ranks, now and next, are as told.
    fn remove(&mut self, stage: Stage, which: impl Fn([grade::Rank; 2]) -> bool) {
        let columns = [self.running, self.next()];
        self.remove_where(stage, |item| which(columns.map(|ports| item.rank(ports))));
    }

    fn remove_where(&mut self, stage: Stage, which: impl Fn(&Item) -> bool) {
        for at in 0..self.items.len() {
            if self.items.get(at).is_some_and(&which) {
                self.remove_item(stage, at);
            }
        }
    }

    fn remove_item(&mut self, stage: Stage, at: usize) {
        let Some(item) = self.items.get(at) else { return };
        if !item.is_present || !item.is_exposed || item.tasks() > 0 {
            return;
        }
        let is_kept = self.items.has_several() && (!self.legs || self.items.keeps_without(item));
        // Later whatever can be added has been, so no address has to be shown any more.
        let is_shown = stage.opening().is_some() && self.items.holds_address(item);
        if is_shown || !is_kept {
            return;
        }
        let id = item.id;
        self.items.delete(at);
        self.take(stage, Do::Remove(id), 1);
    }

    // The account.

    fn take(&mut self, stage: Stage, what: Do, steps: u32) {
        self.steps += u64::from(steps);
        self.log.push((stage, what));
    }

    /// What of the goal is left on this host; a leg over a set that is still exposed counts here too.
    fn exposures(&self) -> u64 {
        if !self.ground.in_goal {
            return 0;
        }
        let retired = self.around.retired;
        let open = |&transport: &Transport| {
            self.running.of(transport) != PortState::Off
                || self.next().of(transport) != PortState::Off
        };
        let ports = retired.iter().filter(open).count() as u64;
        let interfaces = self.items.present().filter(|item| item.is_exposed).count() as u64;
        let tasks: u64 = self.items.iter().map(exposed_tasks).sum();
        let legs = if interfaces > 0 { u64::from(self.ground.legs) } else { 0 };
        let unloaded =
            if self.restarts == 0 { self.ground.settings.unloaded.len() as u64 } else { 0 };
        ports + interfaces + tasks + legs + unloaded
    }
}

fn exposed_tasks(item: &Item) -> u64 {
    match (item.is_present, item.is_exposed) {
        (true, false) => 0,
        (true, true) => u64::from(item.tasks()),
        (false, _) => u64::from(item.tasks()) + u64::from(item.repaired),
    }
}

fn next_of(configured: Ports, ground: &Ground) -> Ports {
    Ports { https: ground.reliance.settled(configured.https), ..configured }
}

/// An interface that reaches nothing, now or next: without it every set is better.
fn is_dead(ranks: [grade::Rank; 2]) -> bool {
    ranks == [grade::DEAD; 2]
}

/// An interface that keeps a set from its best grade: a task that comes to pick from the set waits until it is gone.
fn is_doubtful(ranks: [grade::Rank; 2]) -> bool {
    ranks.into_iter().any(|rank| rank < grade::CERTAIN)
}

/// Whether a route with grades `to` is nowhere worse than one with grades `from`.
fn fits(to: [u8; 2], from: [u8; 2]) -> bool {
    to.into_iter().zip(from).all(|(to, from)| to >= from)
}
