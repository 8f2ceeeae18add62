//! The ports of a host that is walked.

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

    pub(super) fn enable(&mut self, intent: Intent) -> Option<()> {
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

    pub(super) fn close(&mut self, intent: Intent) -> Option<()> {
        for (transport, wanted) in Transport::UNSECURE.into_iter().zip(intent.close) {
            if wanted && self.configured.of(transport) != PortState::Off {
                self.configure(Stage::Close, Do::Disable(transport), transport, PortState::Off)?;
            }
        }
        Some(())
    }

    /// Closes ports that nothing will miss before the first restart, which might open them otherwise.
    pub(super) fn close_early(&mut self, intent: Intent) {
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
