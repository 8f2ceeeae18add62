//! Planning a site that was changed, within a limit of work.

use std::rc::Rc;

use foldhash::fast::FixedState;
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use crate::{
    safety::{Exposure, exposures},
    site::{HostId, SettingId, Site, SiteDraft, Task, TaskId},
    transition::plan::{Plan, plan},
};

use super::{
    Forecast,
    change::Change,
    diagnosis::{Open, has_https},
    fragment::fragment,
    smallest::LimitReached,
};

/// What a host costs, measured against a task.
const WAYS_OF_A_HOST: usize = 50;

/// What the plan of a changed site comes to.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) fragment: Value,
    pub(super) forecast: Forecast,
    /// Per part whether it stays open.
    open: Vec<bool>,
}

impl Trial {
    /// Whether the part at this position is reached.
    pub(super) fn reaches(&self, part: usize) -> bool {
        self.open.get(part).is_some_and(|open| !open)
    }

    /// The positions, from 1, of the parts that are reached.
    pub(super) fn unblocks(&self) -> Vec<usize> {
        let positions = self.open.iter().zip(1..);
        positions.filter(|(open, _)| !*open).map(|(_, position)| position).collect()
    }
}

/// Plans changed sites, each change once, until the work is done.
pub(super) struct Trials<'t> {
    site: &'t Site,
    /// Where the plan of the site itself ends, and what stays open there.
    end: &'t Site,
    parts: &'t [Open],
    /// The site as it was told; made when first needed.
    told: Option<SiteDraft<'t>>,
    /// What came of a change; nothing where it leaves no valid site.
    known: IndexMap<Change, Option<Rc<Trial>>, FixedState>,
    /// What was not tried for want of work, although none was to be left for others.
    untried: IndexSet<Change, FixedState>,
    work_left: usize,
}

impl<'t> Trials<'t> {
    pub(super) fn new(site: &'t Site, end: &'t Site, parts: &'t [Open], work: usize) -> Self {
        let (known, untried) = (IndexMap::default(), IndexSet::default());
        Self { site, end, parts, told: None, known, untried, work_left: work }
    }

    /// How many options and facts were not tried.
    pub(super) fn untried(&self) -> usize {
        self.untried.len()
    }

    /// Plans the site with a change; `reserve` is work that must be left for others.
    ///
    /// Nothing comes of a change that leaves no valid site.
    pub(super) fn of(
        &mut self,
        change: &Change,
        reserve: usize,
    ) -> Result<Option<Rc<Trial>>, LimitReached> {
        if let Some(known) = self.known.get(change) {
            return Ok(known.clone());
        }
        let work = work(self.site);
        if self.work_left < work.saturating_add(reserve) {
            if reserve == 0 {
                self.untried.insert(change.clone());
            }
            return Err(LimitReached);
        }
        self.work_left -= work;
        let trial = self.plan(change).map(Rc::new);
        self.known.insert(change.clone(), trial.clone());
        Ok(trial)
    }

    fn plan(&mut self, change: &Change) -> Option<Trial> {
        let told = self.told.get_or_insert_with(|| self.site.to_draft_as_told());
        let mut draft = told.clone();
        change.apply(&mut draft, self.site);
        let changed = Site::try_from(&draft).ok()?;
        let plan = plan(&changed);
        let end = plan.end();
        Some(Trial {
            fragment: fragment(told, &draft),
            forecast: forecast(&plan, &end),
            open: self.still_open(&end),
        })
    }

    /// Which parts are open at the end of another plan.
    fn still_open(&self, end: &Site) -> Vec<bool> {
        let same = |open: &Open| self.same_part(*open, end);
        let parts: Vec<Option<Open>> = self.parts.iter().map(same).collect();
        let wanted = |part: &Option<Open>| match part {
            Some(Open::Exposure(exposure)) => Some(*exposure),
            _ => None,
        };
        let mut wanted: Vec<Exposure> = parts.iter().filter_map(wanted).collect();
        wanted.sort_unstable();
        let exposed = exposures(end).filter(|&(_, in_goal)| in_goal).map(|(exposure, _)| exposure);
        let mut exposed: Vec<Exposure> =
            exposed.filter(|exposure| wanted.binary_search(exposure).is_ok()).collect();
        exposed.sort_unstable();
        let is_open = |part: Option<Open>| match part {
            Some(Open::Https(host)) => !end[host].is_excepted() && !has_https(end, host),
            Some(Open::Exposure(exposure)) => exposed.binary_search(&exposure).is_ok(),
            None => false,
        };
        parts.into_iter().map(is_open).collect()
    }

    /// The part of another site that has the same name; what is gone is no part of its goal.
    fn same_part(&self, open: Open, other: &Site) -> Option<Open> {
        let known = self.end;
        let host = |id: HostId| other.host_named(known[id].name());
        Some(match open {
            Open::Https(id) => Open::Https(host(id)?),
            Open::Exposure(exposure) => Open::Exposure(match exposure {
                Exposure::Port(id, transport) => Exposure::Port(host(id)?, transport),
                Exposure::Interface(id) => Exposure::Interface(
                    other.interface_named(host(known[id].host())?, known[id].text())?,
                ),
                Exposure::Task(id) => Exposure::Task(same_task(known, id, other)?),
                Exposure::Kill => Exposure::Kill,
                Exposure::Setting(id) => Exposure::Setting(same_setting(known, id, other)?),
            }),
        })
    }
}

/// Tasks keep their order, so one is where it was unless some before it are gone.
fn same_task(known: &Site, id: TaskId, other: &Site) -> Option<TaskId> {
    let name = known.task(id).name();
    let gone = known.task_count().checked_sub(other.task_count())?;
    let mut around = other.tasks().skip(id.index().saturating_sub(gone)).take(gone + 1);
    around.find(|task| task.name() == name).map(Task::id)
}

fn same_setting(known: &Site, id: SettingId, other: &Site) -> Option<SettingId> {
    let setting = &known[id];
    let host = other.host_named(known[setting.host()].name())?;
    let is_same = |id: &&SettingId| {
        other[**id].section() == setting.section() && other[**id].key() == setting.key()
    };
    other[host].settings().iter().find(is_same).copied()
}

pub(super) fn forecast(plan: &Plan<'_>, end: &Site) -> Forecast {
    Forecast {
        outcome: plan.outcome(),
        summary: plan.summary(),
        site_exposures_after: exposures(end).count(),
    }
}

/// What it takes to plan a site, in tasks and interfaces looked at; the ways that a host may go are all tried.
fn work(site: &Site) -> usize {
    site.task_count() + site.interface_count() + WAYS_OF_A_HOST * site.hosts().len()
}
