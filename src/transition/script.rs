//! The steps of a plan for whoever carries them out: resolved once, judged in the order in which they are taken.

use crate::site::{HostId, Ports, Site, Transport};

use super::{
    Action, ActionDocument, Direction, PlanDocument, PlanMismatch, Violation,
    catalog::Catalog,
    checker::{self, Course},
    confirm::{End, confirm},
    resolve::resolve,
    verdict::require_fingerprint,
};

/// The steps of a plan whose every prefix is safe.
#[derive(Clone, Debug)]
pub(crate) struct Script<'s> {
    catalog: Catalog<'s>,
    actions: Vec<Action>,
}

/// What a step is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// The stpd.ini of a host.
    File(HostId),
    /// A key of the stpd.ini of a host that is no port.
    Setting(HostId),
    /// STPD on a host.
    Daemon(HostId),
    /// The product's own data.
    Product,
}

/// The ports of a host in both of its states: what its stpd.ini says, and what its STPD loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) configured: Ports,
    pub(crate) running: Ports,
}

/// A plan is not one to carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoScript {
    Mismatch(PlanMismatch),
    Unsafe(Violation),
}

impl From<PlanMismatch> for NoScript {
    fn from(mismatch: PlanMismatch) -> Self {
        Self::Mismatch(mismatch)
    }
}

impl<'s> Script<'s> {
    /// Resolves and judges a plan that starts from `site`; `original` is what a rollback leads back to.
    pub(crate) fn new(
        site: &'s Site,
        original: Option<&Site>,
        document: &PlanDocument<'_>,
    ) -> Result<Self, NoScript> {
        match (document.direction, original) {
            (Direction::Rollback, None) => return Err(PlanMismatch::NeedsOriginal.into()),
            (Direction::Forward, Some(_)) => return Err(PlanMismatch::NeedsNoOriginal.into()),
            _ => {}
        }
        require_fingerprint(site, document)?;
        if original.is_some_and(|original| !checker::is_same_estate(original, site)) {
            return Err(PlanMismatch::OtherEstate.into());
        }
        let mut catalog = Catalog::new(site);
        let actions = resolve(document, &mut catalog);
        let script = Self { actions: actions.iter().copied().flatten().collect(), catalog };
        let judgement = script.judged(original, actions.iter().copied());
        if let Some(violation) = judgement.violation {
            return Err(NoScript::Unsafe(violation));
        }
        let end = match original {
            Some(original) => {
                let end = Course::after(&script.catalog, script.actions.iter().copied()).site();
                End::Original(original, end.is_restored_to(original))
            }
            None => End::Goal,
        };
        confirm(&script.catalog, document, actions.iter(), None, end)?;
        Ok(script)
    }

    fn judged(
        &self,
        original: Option<&Site>,
        actions: impl Iterator<Item = Result<Action, checker::Need>>,
    ) -> checker::Judgement {
        match original {
            Some(original) => {
                checker::judge_rollback(&Catalog::new(original), &self.catalog, actions)
            }
            None => checker::judge(&self.catalog, actions),
        }
    }

    /// How many of these steps, by index, are safe in this order.
    pub(crate) fn safe_in_order(&self, original: Option<&Site>, order: &[usize]) -> usize {
        let actions = order.iter().filter_map(|&index| self.actions.get(index)).copied().map(Ok);
        self.judged(original, actions).steps_checked
    }

    pub(crate) const fn len(&self) -> usize {
        self.actions.len()
    }

    pub(crate) const fn site(&self) -> &'s Site {
        self.catalog.site()
    }

    pub(crate) fn document(&self, index: usize) -> Option<ActionDocument<'_>> {
        self.actions.get(index).map(|&action| self.catalog.document(action))
    }

    pub(crate) fn field(&self, index: usize) -> Field {
        match self.actions.get(index) {
            Some(
                Action::EnablePort { host, .. }
                | Action::DisablePort { host, .. }
                | Action::RestorePorts { host, .. },
            ) => Field::File(*host),
            Some(Action::SetIni { setting, .. }) => Field::Setting(self.site()[*setting].host()),
            Some(Action::Restart { host }) => Field::Daemon(*host),
            _ => Field::Product,
        }
    }

    /// The address, port and transport that clients of a task have to reach after a step that moves it.
    pub(crate) fn destination(&self, index: usize) -> Option<(&str, u16, Transport)> {
        let Some(&Action::Reassign { to: Some(to), .. }) = self.actions.get(index) else {
            return None;
        };
        let interface = &self.catalog[to];
        let transport = interface.scheme().transport()?;
        Some((interface.address()?, interface.outer_number()?.as_u16(), transport))
    }

    /// Whether what a step that moves a task leads to is served before the step: an answer can be had at once.
    pub(crate) fn is_served(&self, index: usize, site: &Site) -> bool {
        let Some(&Action::Reassign { to: Some(to), .. }) = self.actions.get(index) else {
            return false;
        };
        let interface = &self.catalog[to];
        let transport = interface.scheme().transport();
        transport.is_some_and(|it| site[interface.host()].running().of(it).is_on())
    }

    /// Carries a step out on the model of the site.
    pub(crate) fn apply(&self, index: usize, site: &mut Site) {
        if let Some(&action) = self.actions.get(index) {
            self.catalog.apply(action, site);
        }
    }

    /// Whether a step restarts STPD for settings only, so that no port shows whether it did.
    pub(crate) fn is_silent(&self, index: usize, site: &Site) -> bool {
        match self.field(index) {
            Field::Daemon(host) => site[host].running() == site[host].next(),
            Field::File(_) | Field::Setting(_) | Field::Product => false,
        }
    }

    /// What a step on a host makes of its ports.
    pub(crate) fn standing_after(&self, index: usize, site: &Site) -> Option<Standing> {
        let (Field::File(host) | Field::Daemon(host)) = self.field(index) else { return None };
        let Standing { configured, running } = Standing::of(site, host);
        Some(match *self.actions.get(index)? {
            Action::EnablePort { transport, port, .. } => Standing {
                configured: configured.with(transport, crate::site::PortState::On(port)),
                running,
            },
            Action::DisablePort { transport, .. } => Standing {
                configured: configured.with(transport, crate::site::PortState::Off),
                running,
            },
            Action::RestorePorts { ports, .. } => Standing { configured: ports, running },
            _ => Standing { configured, running: site[host].next() },
        })
    }
}

impl Standing {
    pub(crate) fn of(site: &Site, host: HostId) -> Self {
        Self { configured: site[host].configured(), running: site[host].running() }
    }
}
