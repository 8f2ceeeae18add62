//! What no course of a host can beat: whoever has come that low need not look further.

use crate::site::{Kill, PortNumber, PortState, Ports, Retired, Scheme, Transport, work};

use super::{
    course::{Cost, Intent, Surroundings},
    estate::{Exit, Ground, Item},
    grade,
    inventory::Inventory,
};

/// The least that is left of a host's interfaces and tasks whatever its course, and what that takes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Floor {
    pub(super) exposures: u64,
    /// The steps of every course that leaves no more than that.
    steps: u64,
    /// Whether an interface must be added for it.
    adds: bool,
    /// Whether HTTPS must run before both unsecure ports can go: somebody would lose what reaches them now.
    needs_https: bool,
}

impl Floor {
    /// The floor of a host of the goal.
    pub(super) fn of(
        items: &Inventory,
        (running, https): (Ports, PortNumber),
        legs: u32,
        retired: Retired,
    ) -> Self {
        // Where one of the two transports stays, tasks may wait on it for good, without a target of their own.
        let can_shelter = Transport::UNSECURE.into_iter().any(|it| !retired.contains(it));
        let is_stuck = |item: &&Item| item.is_exposed && item.pinned > 0 && !can_shelter;
        let exposed = || items.present().filter(|item| item.is_exposed);
        // An interface that comes repairs every reference to it, so nothing is known of tasks that name it.
        let may_come = |item: &Item| item.scheme == Scheme::Https && item.number == Some(https);
        let dangling = || items.iter().filter(|item| !item.is_present && !may_come(item));
        let has_stuck = exposed().any(|item| is_stuck(&item));
        let pinned: u32 = exposed().filter(is_stuck).chain(dangling()).map(|it| it.pinned).sum();
        let moved = || exposed().chain(dangling()).flat_map(|item| &item.leaving);
        let tasks: u32 = moved().map(|leaving| leaving.tasks).sum();
        // Tasks that cannot leave may at best be brought together on one interface.
        let removed = exposed().count() - usize::from(has_stuck);
        // The last interface goes only when another has come.
        let is_bare = removed > 0 && !has_stuck && items.present().all(|item| item.is_exposed);
        let waits = moved().any(|leaving| leaving.exit == Exit::Added);
        let adds = is_bare || (waits && !can_shelter);
        Self {
            exposures: u64::from(pinned) + if has_stuck { 1 + u64::from(legs) } else { 0 },
            steps: removed as u64 + u64::from(tasks) + u64::from(adds),
            adds,
            needs_https: !can_shelter && exposed().any(|item| is_needed(item, running, legs)),
        }
    }
}

/// Whether somebody depends on an unsecure interface that is live now, and can only go to HTTPS from there.
fn is_needed(item: &Item, running: Ports, legs: u32) -> bool {
    let moves = item.leaving.iter().any(|leaving| leaving.exit != Exit::Blank);
    item.rank(running) == grade::CERTAIN && (legs > 0 || moves)
}

/// The least that a course of `ground` can cost that is walked with `intent`, or with another order of its steps;
/// `None` where there is none.
pub(super) fn floor_of(ground: &Ground, around: &Surroundings, intent: &Intent) -> Option<Cost> {
    work::note(1);
    let has_https = intent.enable || !ground.configured.https.is_off();
    // Whether HTTPS may run before the closing restart.
    let may_run = !ground.running.https.is_off() || (intent.first_restart && has_https);
    let closes_both = intent.close == [true; 2];
    let loses_abort = intent.kill
        && !ground.abort_waived
        && around.kill == Kill::Ftp
        && ground.running.ftp.is_on();
    if !may_run && (loses_abort || (closes_both && ground.floor.needs_https)) {
        return None;
    }
    let may_add = intent.enable || ground.configured.https == PortState::On(ground.https);
    let (exposures, closings, restarts) = floor_of_ports(ground, around.retired, intent);
    // More is left than has to be: nobody knows what that saves.
    let (more, steps) =
        if ground.floor.adds && !may_add { (1, 0) } else { (0, ground.floor.steps) };
    Some(Cost {
        exposures: ground.floor.exposures + exposures + more,
        restarts,
        steps: steps + u64::from(intent.enable) + closings + floor_of_settings(ground) + restarts,
    })
}

/// The exposures, steps and restarts that the two unsecure ports come to at least, restarts not counted as steps.
fn floor_of_ports(ground: &Ground, retired: Retired, intent: &Intent) -> (u64, u64, u64) {
    let closes_at_all = needs_closing_restart(ground, intent);
    let (mut exposures, mut steps, mut closes_late) = (0, 0, false);
    for ((transport, closes), undoes) in
        Transport::UNSECURE.into_iter().zip(intent.close).zip(intent.undo)
    {
        let (running, configured) = (ground.running.of(transport), ground.configured.of(transport));
        let is_configured = undoes || !configured.is_off();
        let restarts = intent.first_restart || closes_at_all;
        let is_open = is_configured || (!running.is_off() && !restarts);
        let renumbers = undoes && ground.is_renumbered(transport);
        steps += u64::from(undoes) + u64::from(renumbers) + u64::from(closes && is_configured);
        exposures += u64::from(!closes && is_open && retired.contains(transport));
        // What runs, and goes on to, is closed by a restart of its own.
        let on = if undoes { running } else { configured };
        let yields =
            (intent.enable || ground.configured.https.is_on()) && on == PortState::On(ground.https);
        let goes = yields || intent.hands_over(ground, transport);
        let stays = is_configured && !running.is_off() && !goes;
        closes_late |= closes && stays && !intent.eager;
    }
    let restarts = match (intent.first_restart, ground.in_goal) {
        (true, in_goal) => 1 + u64::from(intent.reloads) + u64::from(in_goal && closes_late),
        (false, in_goal) => u64::from(in_goal && closes_at_all),
    };
    (if ground.in_goal { exposures } else { 0 }, steps, restarts)
}

/// The steps that write settings. A course that leaves some of them as they are takes fewer, and leaves more.
fn floor_of_settings(ground: &Ground) -> u64 {
    let settings = &ground.settings;
    let unloaded = settings.unloaded.iter().filter(|(_, unwritten)| *unwritten).count();
    (settings.unwritten.len() + unloaded) as u64
}

/// Whether a host that has not been restarted before has to be in the end.
fn needs_closing_restart(ground: &Ground, intent: &Intent) -> bool {
    let closes =
        |(transport, closes): (Transport, bool)| closes && !ground.running.of(transport).is_off();
    Transport::UNSECURE.into_iter().zip(intent.close).any(closes)
        || (intent.wants_https && !ground.running.https.is_on())
        || intent.loads_settings
}
