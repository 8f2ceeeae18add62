//! A site that is really changed by the steps that are carried out, with a journal.

use serde_json::{Value, json};
use sesam_transport::{
    run::{
        Beginning, Demand, Driver, End, Entry, Journal, Moment, Observation, Outcome, RunRefused,
        Scope, Standing,
    },
    site::{Format, HostId, Site, SiteDraft, Source},
    transition::{self, PlanDocument, simulate},
};

/// What is there, whoever carries the plan out.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) start: Site,
    /// The plan, as its file has it.
    pub(super) plan: String,
    /// The steps that happened, counted from 1, in their order.
    pub(super) happened: Vec<usize>,
    /// One journal for each host that keeps one.
    pub(super) journals: Vec<Vec<u8>>,
}

pub(super) fn site_of(json: &Value) -> Site {
    let text = json.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap()
}

/// Reads a plan file and does something with it.
pub(super) fn with_plan<T>(plan: &str, act: impl FnOnce(&PlanDocument<'_>) -> T) -> T {
    let source = Source::new(plan.as_bytes(), Format::Json).unwrap();
    act(&PlanDocument::read(&source).unwrap())
}

impl World {
    pub(super) fn of(json: &Value) -> Self {
        let start = site_of(json);
        let plan = serde_json::to_string(&transition::plan(&start)).unwrap();
        Self { start, plan, happened: Vec::new(), journals: vec![Vec::new(); 2] }
    }

    pub(super) fn steps(&self) -> usize {
        with_plan(&self.plan, |plan| plan.steps.len())
    }

    /// The site as it really is.
    pub(super) fn state(&self) -> Site {
        let plan: Value = serde_json::from_str(&self.plan).unwrap();
        let steps: Vec<Value> = self
            .happened
            .iter()
            .map(|step| json!({ "action": plan["steps"][step - 1]["action"] }))
            .collect();
        // One that is written by hand goes forward, and need not say so.
        let direction = plan.get("direction").unwrap_or(&json!("forward")).clone();
        let done = json!({ "direction": direction, "steps": steps }).to_string();
        with_plan(&done, |done| simulate(&self.start, done, None).unwrap())
    }

    /// Has the steps happened that the plan begins with.
    pub(super) fn after(mut self, steps: usize) -> Self {
        self.happened = (1..=steps).collect();
        self
    }

    pub(super) fn observe(&self, host: &str) -> Observation {
        let state = self.state();
        let host = &state[state.host_named(host).unwrap()];
        Observation { configured: host.configured(), running: Some(host.running()) }
    }

    pub(super) fn standing(&self, step: usize) -> Standing {
        if self.happened.contains(&step) { Standing::After } else { Standing::Before }
    }

    /// Does what is demanded, as it should be done.
    pub(super) fn comply(&mut self, journal: usize, demand: &Demand<'_>) -> Outcome {
        match demand {
            Demand::Record(record) => {
                let entry = Entry {
                    time: "2026-01-01T00:00:00Z".into(),
                    record: record.clone(),
                    file: None,
                };
                let line = serde_json::to_vec(&entry).unwrap();
                self.journals[journal].extend(line);
                self.journals[journal].push(b'\n');
                Outcome::Recorded
            }
            Demand::LookAtHost { host, .. } => Outcome::Host(self.observe(host)),
            Demand::LookAtProduct { step, .. } | Demand::LookAtSetting { step, .. } => {
                Outcome::Product(self.standing(*step))
            }
            Demand::Reach { .. } => Outcome::Reached,
            Demand::Drain { .. } => Outcome::Idle,
            Demand::Carry(deed) => {
                self.happened.push(deed.step);
                Outcome::Carried
            }
            Demand::Nothing(end) => panic!("the run is over: {end:?}"),
        }
    }

    /// Begins a run, or goes on from the journal; `act` drives it.
    pub(super) fn run<T>(
        &mut self,
        journal: usize,
        hosts: Option<&[HostId]>,
        act: impl FnOnce(&mut Self, Driver<'_>) -> T,
    ) -> Result<T, RunRefused> {
        let (text, start) = (self.plan.clone(), self.start.clone());
        let journals = self.journals.clone();
        let elsewhere: Vec<usize> = journals
            .iter()
            .enumerate()
            .filter(|&(at, bytes)| at != journal && !bytes.is_empty())
            .flat_map(|(_, bytes)| Journal::read(bytes).unwrap().finished().to_vec())
            .collect();
        let own = &journals[journal];
        let read = (!own.is_empty()).then(|| Journal::read(own).unwrap());
        with_plan(&text, |plan| {
            let driver = Driver::new(Beginning {
                site: &start,
                original: None,
                plan,
                journal: read.as_ref(),
                elsewhere: &elsewhere,
                scope: hosts.map_or(Scope::Everywhere, Scope::Hosts),
            })?;
            Ok(act(self, driver))
        })
    }

    /// Drives a run to its end, with `answer` in place of what the world would do where it has one.
    pub(super) fn drive(
        &mut self,
        mut answer: impl FnMut(&mut Self, &Demand<'_>) -> Option<Outcome>,
    ) -> (End, usize) {
        self.run(0, None, |world, mut driver| {
            let end = finish(world, 0, &mut driver, &mut answer);
            (end, driver.carried_out())
        })
        .unwrap()
    }
}

/// Drives until the end.
pub(super) fn finish(
    world: &mut World,
    journal: usize,
    driver: &mut Driver<'_>,
    answer: &mut impl FnMut(&mut World, &Demand<'_>) -> Option<Outcome>,
) -> End {
    // Each step has a few demands; whoever asks more goes in circles.
    for _ in 0..1000 + 20 * world.steps() {
        let demand = driver.demand();
        if let Demand::Nothing(end) = demand {
            return end.clone();
        }
        let outcome = match answer(world, &demand) {
            Some(outcome) => outcome,
            None => world.comply(journal, &demand),
        };
        driver.give(outcome).unwrap();
    }
    panic!("the run does not end: {:?}", driver.demand());
}

/// The step that a demand is about, if it is about one.
pub(super) fn step_of(demand: &Demand<'_>) -> Option<usize> {
    match demand {
        Demand::LookAtHost { moment: Moment::Before(step) | Moment::After(step), .. }
        | Demand::LookAtProduct { step, .. }
        | Demand::LookAtSetting { step, .. }
        | Demand::Reach { step, .. }
        | Demand::Drain { step, .. } => Some(*step),
        Demand::Carry(deed) => Some(deed.step),
        _ => None,
    }
}
