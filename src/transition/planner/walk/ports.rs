//! The ports of a host that is walked.

use smallvec::SmallVec;

use crate::site::{PortState, Ports, Reliance, Scheme, Transport};

use super::{
    super::{
        course::Intent,
        estate::{Ground, Item},
        grade,
        stage::{Do, Opening, Stage},
    },
    Walk,
};

impl Walk<'_> {
    pub(super) fn undo(&mut self, intent: Intent) -> Option<()> {
        for (transport, wanted) in Transport::UNSECURE.into_iter().zip(intent.undo) {
            // One that has another number, or whose number another has, waits until that is closed.
            let waits = self.configured.of(transport).is_on() || self.ground.is_taken(transport);
            if wanted && !waits {
                self.enable_as_running(Stage::Undo, transport)?;
            }
        }
        Some(())
    }

    fn enable_as_running(&mut self, stage: Stage, transport: Transport) -> Option<()> {
        let PortState::On(number) = self.running.of(transport) else { return None };
        self.has_detours = true;
        let what = Do::Enable(transport, number);
        self.configure(stage, what, transport, PortState::On(number))
    }

    pub(super) fn enable(&mut self, intent: Intent) -> Option<()> {
        if self.ground.reliance != Reliance::Relied || self.configured.https.is_on() {
            return None;
        }
        let number = self.ground.https;
        for ((transport, closes), undoes) in
            Transport::UNSECURE.into_iter().zip(intent.close).zip(intent.undo)
        {
            if self.configured.of(transport) == PortState::On(number) {
                let comes_back = undoes && self.ground.is_renumbered(transport);
                if !(closes || comes_back) {
                    return None;
                }
                self.give_way(transport)?;
            }
        }
        self.configure(
            Stage::Enable,
            Do::Enable(Transport::Https, number),
            Transport::Https,
            PortState::On(number),
        )
    }

    /// Loads edits that were undone, so that a port that yields is not missed.
    pub(super) fn reload(&mut self) -> Option<()> {
        // Settings would have to be written before; they wait for the restart that comes anyway.
        if self.running == self.next() {
            return None;
        }
        self.has_detours = true;
        self.restart(Stage::Reload)
    }

    /// Closes a port that holds the HTTPS number, and removes what else would be stranded.
    fn give_way(&mut self, transport: Transport) -> Option<()> {
        let what = Do::Disable(transport);
        if self.configure(Stage::Yield, what, transport, PortState::Off).is_some() {
            return Some(());
        }
        self.remove_where(Stage::YieldRemove, |item| item.scheme.transport() == Some(transport));
        self.configure(Stage::Yield, what, transport, PortState::Off)
    }

    /// Gives ports the numbers back that they run on: HTTPS, if it is enabled, listens meanwhile.
    pub(super) fn renumber(&mut self, intent: Intent, [off, on]: [Stage; 2]) -> Option<()> {
        let goes = |(it, wanted): &(Transport, bool)| {
            (*wanted && self.ground.is_renumbered(*it)) || intent.hands_over(self.ground, *it)
        };
        let undone = || Transport::UNSECURE.into_iter().zip(intent.undo);
        let going: SmallVec<[(Transport, bool); 2]> = undone().filter(goes).collect();
        for (transport, _) in going {
            // It may have yielded its number to HTTPS before.
            if self.configured.of(transport).is_on() {
                let what = Do::Disable(transport);
                self.configure(off, what, transport, PortState::Off)?;
            }
        }
        for (transport, wanted) in undone() {
            let waits = self.ground.is_renumbered(transport) || self.ground.is_taken(transport);
            if wanted && waits {
                self.enable_as_running(on, transport)?;
            }
        }
        Some(())
    }

    pub(super) fn close(&mut self, intent: Intent) -> Option<()> {
        for (transport, wanted) in Transport::UNSECURE.into_iter().zip(intent.close) {
            if wanted && self.configured.of(transport) != PortState::Off {
                self.configure(Stage::Close, Do::Disable(transport), transport, PortState::Off)?;
            }
        }
        Some(())
    }

    /// Closes ports that nothing will miss before the first restart, which might open them otherwise, and those that
    /// keep HTTPS from its number.
    pub(super) fn close_early(&mut self, intent: Intent) {
        for (transport, wanted) in Transport::UNSECURE.into_iter().zip(intent.close) {
            let holds_https =
                self.next().https.is_on() && self.configured.of(transport) == self.next().https;
            let is_missed =
                self.running.of(transport) != PortState::Off && !intent.eager && !holds_https;
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

    pub(super) fn next(&self) -> Ports {
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

    pub(super) fn can_restart(&self) -> bool {
        let (now, next) = (self.running, self.next());
        (now != next || self.loads_settings())
            && (!next.clash() || now.clash())
            && self.keeps(now, next)
    }

    pub(super) fn restart(&mut self, stage: Stage) -> Option<()> {
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
}

pub(super) fn next_of(configured: Ports, ground: &Ground) -> Ports {
    Ports { https: ground.reliance.settled(configured.https), ..configured }
}
