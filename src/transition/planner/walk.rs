//! An intent tried out on a host: which steps it takes, and whether each would be allowed.

mod interfaces;
mod ports;
mod tasks;

use crate::site::{Kill, PortState, Ports, Transport};

use self::interfaces::is_doubtful;
use super::{
    course::{Cost, Course, Intent, SetStages, Surroundings},
    estate::{Ground, Item},
    grade,
    inventory::Inventory,
    stage::{Do, Opening, ROUNDS, Stage},
};

/// Room for what a host with few interfaces does, so that its log is allocated once.
const LOG_LENGTH: usize = 16;

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
    /// Whether a task that had moved depends on the HTTPS port. One that names what is added needs no
    /// such care: the port is configured as it has to be by then, and no later step of a walk changes that.
    uses_https: bool,
    opens_late: bool,
    log: Vec<(Stage, Do)>,
    /// Whether only the counts are asked for, not the log.
    is_trial: bool,
    steps: u64,
    restarts: u64,
    removals: u64,
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
        is_trial: false,
        steps: 0,
        restarts: 0,
        removals: 0,
        has_detours: false,
        sets: SetStages::default(),
    };
    walk.run(intent)?;
    Some(walk.course())
}

impl Walk<'_> {
    fn run(&mut self, intent: Intent) -> Option<()> {
        self.undo(intent)?;
        if intent.reloads {
            self.reload()?;
        }
        if intent.enable {
            self.enable(intent)?;
        }
        if !intent.kill_first {
            self.renumber(intent, [Stage::RenumberOff, Stage::RenumberOn])?;
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
        if intent.kill_first {
            self.renumber(intent, [Stage::LateRenumberOff, Stage::LateRenumberOn])?;
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
        // Where HTTPS is wanted and does not run yet, the closing restart has loaded what is configured.
        let has_https = self.next().https.is_on();
        Course {
            cost: Cost { exposures, restarts: self.restarts, steps: self.steps },
            has_https,
            has_detours: self.has_detours,
            sets: self.sets,
            log: self.log,
        }
    }

    // The steps.

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
            let waits = self.around.server.is_some() && self.items.iter().any(Item::goes_blank);
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

    // The account.

    fn take(&mut self, stage: Stage, what: Do, steps: u32) {
        self.steps += u64::from(steps);
        self.removals += u64::from(matches!(what, Do::Remove(_)));
        if self.is_trial {
            return;
        }
        if self.log.is_empty() {
            self.log.reserve(LOG_LENGTH);
        }
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

/// Whether a route with grades `to` is nowhere worse than one with grades `from`.
fn fits(to: [u8; 2], from: [u8; 2]) -> bool {
    to.into_iter().zip(from).all(|(to, from)| to >= from)
}
