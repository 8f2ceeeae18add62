//! What may vary in the courses of a host: few ways, and each is tried.

use core::ops::ControlFlow;

use smallvec::{SmallVec, smallvec};

use crate::site::{PortState, Retired, Transport};

use super::{
    course::{Intent, Surroundings},
    estate::Ground,
};

/// What a plan aims at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// The goal.
    Complete,
    /// The least exposure that can be reached.
    Partial,
}

/// What may vary in the courses of a host, the plainest first.
pub(super) struct Variants {
    undos: Subsets,
    /// Whether a port may have to yield its number to HTTPS, so that another has to listen meanwhile.
    may_yield: bool,
    enables: &'static [bool],
    parks: &'static [bool],
    closings: Subsets,
    patience: &'static [bool],
    /// Whether aborts move before the first restart, and whether that closes ports that run: it matters only where tasks
    /// wait for HTTPS, it has to move to another number, or a transport stays.
    pub(super) orders: &'static [(bool, bool)],
    pub(super) wants_https: bool,
    pub(super) loads_settings: &'static [bool],
    /// Whether a course that needs no detour is the cheapest there is.
    pub(super) has_plain: bool,
}

impl Variants {
    pub(super) fn of(ground: &Ground, around: &Surroundings, aim: Aim) -> Self {
        let complete = aim == Aim::Complete && ground.in_goal;
        let retired = Transport::UNSECURE.map(|transport| around.retired.contains(transport));
        // Where one of the two unsecure transports stays, tasks may stay on it for good.
        let keeps_one = retired != [true; 2];
        // Aborts may move to HTTPS before it comes up on another number, or before FTP gives HTTP its number back.
        let moves_https = ground.running.https.is_on()
            && ground.configured.https.is_on()
            && ground.configured.https != ground.running.https;
        let is_taken = Transport::UNSECURE.into_iter().any(|it| ground.is_taken(it));
        // A port that comes up on another number strands who is on it just as one that goes down.
        let is_pending = Transport::UNSECURE.into_iter().any(|transport| {
            let running = ground.running.of(transport);
            !running.is_off() && (ground.configured.of(transport) != running || !running.is_on())
        });
        Self {
            undos: subsets(undoable(ground, around.retired)),
            may_yield: ground.in_goal && may_yield(ground),
            enables: match (complete, ground.configured.https.is_on()) {
                (_, true) => &[false],
                (true, false) => &[true],
                (false, false) => &[false, true],
            },
            parks: if ground.in_goal && (is_pending || keeps_one) {
                &[false, true]
            } else {
                &[false]
            },
            closings: match (ground.in_goal, complete) {
                (false, _) => smallvec![[false; 2]],
                (true, true) => smallvec![retired],
                (true, false) => subsets(retired),
            },
            patience: if ground.in_goal && (ground.awaits_legs || !complete) {
                &[false, true]
            } else {
                &[false]
            },
            orders: if keeps_one || ground.awaits_legs || moves_https || is_taken {
                &[(false, false), (false, true), (true, false), (true, true)]
            } else {
                &[(false, false)]
            },
            wants_https: complete,
            loads_settings: match (ground.settings.unloaded.is_empty(), complete) {
                (true, _) => &[false],
                (false, true) => &[true],
                (false, false) => &[false, true],
            },
            has_plain: ground.in_goal && !keeps_one && !ground.awaits_others,
        }
    }

    /// Shows `visit` every combination, those with fewer restarts first, until it breaks off.
    pub(super) fn visit(
        &self,
        kill: bool,
        mut visit: impl FnMut(Intent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.visit_ports(kill, |intent| self.visit_orders(intent, &mut visit))
    }

    /// Shows `visit` everything that can be done about the ports.
    pub(super) fn visit_ports(
        &self,
        kill: bool,
        mut visit: impl FnMut(Intent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for first_restart in [false, true] {
            for &enable in self.enables {
                for &close in &self.closings {
                    for &undo in &self.undos {
                        let yields = enable && self.may_yield;
                        if !first_restart && !yields && overlap(undo, close) {
                            continue;
                        }
                        let intent = Intent {
                            undo,
                            reloads: false,
                            enable,
                            parks: false,
                            first_restart,
                            kill,
                            kill_first: false,
                            close,
                            eager: false,
                            patient: false,
                            wants_https: self.wants_https,
                            loads_settings: false,
                        };
                        visit(intent)?;
                        if first_restart && yields {
                            visit(Intent { reloads: true, ..intent })?;
                        }
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Shows `visit` every way to go about the ports of `intent`.
    pub(super) fn visit_orders(
        &self,
        intent: Intent,
        visit: &mut impl FnMut(Intent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let orders = if intent.first_restart { self.orders } else { &[(false, false)] };
        for &parks in self.parks {
            for &patient in self.patience {
                for &(kill_first, eager) in orders {
                    if kill_first && !intent.kill {
                        continue;
                    }
                    for &loads_settings in self.loads_settings {
                        visit(Intent {
                            parks,
                            kill_first,
                            eager,
                            patient,
                            loads_settings,
                            ..intent
                        })?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// The unsecure ports whose closing was configured, but not loaded yet, or another number that they can be rid of.
fn undoable(ground: &Ground, retired: Retired) -> [bool; 2] {
    Transport::UNSECURE.map(|transport| {
        let may_close = ground.in_goal && retired.contains(transport);
        let is_closed = !ground.configured.of(transport).is_on();
        let is_undoable = is_closed || (may_close && ground.is_renumbered(transport));
        ground.running.of(transport).is_on() && is_undoable
    })
}

/// Whether a port holds the number at which HTTPS is to be enabled, or would if it were undone.
fn may_yield(ground: &Ground) -> bool {
    let number = PortState::On(ground.https);
    !ground.configured.https.is_on()
        && Transport::UNSECURE.into_iter().any(|transport| {
            [ground.running, ground.configured].iter().any(|ports| ports.of(transport) == number)
        })
}

/// Sets of unsecure ports, each as [`Transport::UNSECURE`].
type Subsets = SmallVec<[[bool; 2]; 4]>;

/// Every subset of `full`, the empty one first.
fn subsets(full: [bool; 2]) -> Subsets {
    let [ftp, http] = full;
    let mut subsets: Subsets = smallvec![[false, false]];
    if ftp {
        subsets.push([true, false]);
    }
    if http {
        subsets.push([false, true]);
    }
    if ftp && http {
        subsets.push([true, true]);
    }
    subsets
}

fn overlap(one: [bool; 2], other: [bool; 2]) -> bool {
    one.into_iter().zip(other).any(|(one, other)| one && other)
}
