//! The order of a plan: what its `needs` leave free, walked in every way.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use sesam_transport::{
    site::{Format, Site, SiteDraft, Source},
    transition::{ActionDocument, Direction, Outcome, PlanDocument, Wave, check, plan, simulate},
};

use crate::oracle::{rules::verdict, step::Step, world::World};

/// The site that a JSON site file with inline ports describes.
#[track_caller]
pub(crate) fn site_of(site: &Value) -> Site {
    let text = site.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap()
}

/// Some of the steps of a plan, one bit each.
pub(crate) type Done = u64;

/// A moment of carrying out a plan: the steps that are done, and in how many orders they can have been done.
pub(crate) type Moment = (Done, u128);

/// The steps of a plan and what each waits for: all that binds whoever carries it out.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) actions: Vec<ActionDocument<'static>>,
    pub(crate) waves: Vec<Wave>,
    /// Per step the host that it concerns.
    pub(crate) hosts: Vec<Option<String>>,
    /// Per step those that have to be done before it.
    pub(crate) needs: Vec<Done>,
    pub(crate) is_complete: bool,
}

/// Why an order does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Broken {
    /// A step is refused though its needs are done; the condition.
    Refused(String),
    /// Where one gets depends on the way.
    Parted,
    /// All is done, and the goal that was promised is not reached.
    Short,
    /// Whoever plans again at some moment no longer gets there.
    Lost,
    /// Whoever plans again at some moment pays more than the rest.
    Dearer,
}

impl Broken {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Refused(condition) => condition,
            Self::Parted => "parted",
            Self::Short => "short",
            Self::Lost => "lost",
            Self::Dearer => "dearer",
        }
    }
}

impl Order {
    /// The order of the plan for a site; plans of more than 64 steps are for the tests of scale.
    pub(crate) fn of(site: &Site) -> Self {
        let plan = plan(site);
        let steps: Vec<_> = plan.steps().collect();
        assert!(steps.len() <= 64, "{} steps", steps.len());
        let bits = |needs: &[usize]| needs.iter().map(|need| 1 << (need - 1)).sum();
        Self {
            actions: steps.iter().map(|step| step.action.clone().into_owned()).collect(),
            waves: steps.iter().map(|step| step.wave).collect(),
            hosts: steps.iter().map(|step| step.host.map(str::to_owned)).collect(),
            needs: steps.iter().map(|step| bits(&step.needs)).collect(),
            is_complete: plan.outcome() == Outcome::Complete,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.actions.len()
    }

    pub(crate) fn all(&self) -> Done {
        (0..self.len()).map(|step| 1 << step).sum()
    }

    /// The steps that may come next.
    pub(crate) fn ready(&self, done: Done) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(move |&step| done & 1 << step == 0 && self.needs[step] & !done == 0)
    }

    /// Every moment, those with fewer steps first; none where there are more of them than the limit.
    pub(crate) fn moments(&self, limit: usize) -> Option<Vec<Moment>> {
        let mut layer = BTreeMap::from([(0, 1)]);
        let mut all = Vec::new();
        while !layer.is_empty() {
            if all.len() + layer.len() > limit {
                return None;
            }
            let mut next = BTreeMap::new();
            for (&done, &ways) in &layer {
                for step in self.ready(done) {
                    *next.entry(done | 1 << step).or_insert(0) += ways;
                }
            }
            all.extend(layer);
            layer = next;
        }
        Some(all)
    }

    /// Every order of all steps, one by one.
    pub(crate) fn extensions(&self, visit: &mut impl FnMut(&[usize])) {
        self.extend(&mut Vec::new(), 0, visit);
    }

    fn extend(&self, so_far: &mut Vec<usize>, done: Done, visit: &mut impl FnMut(&[usize])) {
        if done == self.all() {
            visit(so_far);
        }
        for step in self.ready(done) {
            so_far.push(step);
            self.extend(so_far, done | 1 << step, visit);
            so_far.pop();
        }
    }

    /// The direct needs: the step that has to come first, and the one that waits.
    pub(crate) fn edges(&self) -> Vec<(usize, usize)> {
        let of = |then: usize| {
            (0..then)
                .filter(move |first| self.needs[then] & 1 << first != 0)
                .map(move |it| (it, then))
        };
        (0..self.len()).flat_map(of).collect()
    }

    /// The same steps without some of the edges.
    pub(crate) fn without(&self, is_dropped: impl Fn(usize, usize) -> bool) -> Self {
        let mut order = self.clone();
        for (first, then) in self.edges() {
            if is_dropped(first, then) {
                order.needs[then] &= !(1 << first);
            }
        }
        order
    }

    /// The steps in the terms of the oracle.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let step = |action| Step::from_json(&serde_json::to_value(action).unwrap());
        self.actions.iter().map(step).collect()
    }

    /// Walks through every moment with the oracle: each step that is ready is allowed, whatever came first the state is
    /// the same, and the last one is as far as the plan says.
    pub(crate) fn holds_by_oracle(&self, start: &World, moments: &[Moment]) -> Result<(), Broken> {
        let steps = self.steps();
        let mut worlds = HashMap::from([(0, start.clone())]);
        for &(done, _) in moments {
            let world = worlds.remove(&done).unwrap();
            for step in self.ready(done) {
                let after = verdict(&world, &steps[step])
                    .map_err(|it| Broken::Refused(it.first().unwrap().0.name().to_owned()))?;
                let after = sorted(after);
                let known = worlds.entry(done | 1 << step).or_insert_with(|| after.clone());
                if *known != after {
                    return Err(Broken::Parted);
                }
            }
            if done == self.all() && world.goal_reached() != self.is_complete {
                return Err(Broken::Short);
            }
        }
        Ok(())
    }

    /// The same with the checker; whoever plans again at any moment gets as far, and where it `resumes` pays the rest.
    pub(crate) fn holds_by_checker(
        &self,
        start: &Site,
        moments: &[Moment],
        resumes: bool,
    ) -> Result<(), Broken> {
        let mut sites = HashMap::from([(0, start.clone())]);
        let mut worst = Ok(());
        for &(done, _) in moments {
            let site = sites.remove(&done).unwrap();
            for step in self.ready(done) {
                let next = PlanDocument::new(Direction::Forward, [self.actions[step].clone()]);
                let verdict = check(&site, &next).unwrap();
                if let Some(violation) = verdict.violation() {
                    let condition = violation.breach.condition.as_str().to_owned();
                    return Err(Broken::Refused(condition));
                }
                let after = || simulate(&site, &next, None).unwrap();
                sites.entry(done | 1 << step).or_insert_with(after);
            }
            let found = self.resumed(&site, done, resumes);
            if found == Err(Broken::Short) {
                return found;
            }
            worst = worst.and(found);
        }
        worst
    }

    /// What planning again at a moment comes to.
    fn resumed(&self, site: &Site, done: Done, resumes: bool) -> Result<(), Broken> {
        let rest = plan(site);
        let summary = rest.summary();
        let is_complete = rest.outcome() == Outcome::Complete;
        if self.is_complete && !is_complete {
            return Err(if done == self.all() { Broken::Short } else { Broken::Lost });
        }
        let is_rest = (summary.restarts, summary.steps) == self.cost_of(!done);
        if resumes && !is_rest { Err(Broken::Dearer) } else { Ok(()) }
    }

    /// The restarts and the steps among these.
    fn cost_of(&self, which: Done) -> (usize, usize) {
        let chosen = (0..self.len()).filter(|step| which & 1 << step != 0);
        let is_restart =
            |&step: &usize| matches!(self.actions[step], ActionDocument::Restart { .. });
        (chosen.clone().filter(is_restart).count(), chosen.count())
    }
}

/// The order in which a host lists its interfaces tells who came first, and nothing else.
fn sorted(mut world: World) -> World {
    for host in &mut world.hosts {
        host.interfaces.sort_by(|one, other| one.text.cmp(&other.text));
    }
    world
}

/// What was walked.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Walked {
    pub(crate) plans: usize,
    /// Plans with more moments than the limit.
    pub(crate) skipped: usize,
    pub(crate) moments: usize,
    /// The orders that these moments make.
    pub(crate) orders: u128,
}

/// The orders of the plans of these sites hold, each of them; `resumes` says for which sites the costs must too.
pub(crate) fn hold(
    sites: impl Iterator<Item = Value>,
    limit: usize,
    resumes: impl Fn(&World) -> bool,
) -> Walked {
    let mut walked = Walked::default();
    for json in sites {
        let (site, world) = (site_of(&json), World::from_json(&json));
        let order = Order::of(&site);
        walked.plans += 1;
        let Some(moments) = order.moments(limit) else {
            walked.skipped += 1;
            continue;
        };
        walked.moments += moments.len();
        walked.orders += moments.last().unwrap().1;
        assert_eq!(order.holds_by_oracle(&world, &moments), Ok(()), "{json}\n{order:?}");
        let held = order.holds_by_checker(&site, &moments, resumes(&world));
        assert_eq!(held, Ok(()), "{json}\n{order:?}");
    }
    walked
}
