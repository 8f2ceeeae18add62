//! The site as a machine, for a model checker: a driver that carries plans out, hosts that restart or crash whenever they
//! like, and an administrator who edits by hand.
//!
//! The state is a world of the oracle, the plan in the driver's hand, and what the plan promised to keep. The driver's
//! plans are those that the library ships. What happens in between:
//!
//! * The driver does any step whose `needs` are done, not only the first in the list. It looks before it acts, and acts
//!   only where the state is what the plan has left; a restart that someone else has done is done. Where some host has
//!   restarted otherwise, it drops the plan and makes another: a restart may have loaded an edit that was pending when
//!   the plan was made, and then what the plan counts on is gone. ([`Driver::Heedless`] goes on, and is found out.)
//! * A host restarts at any moment. A crash is that too: files are replaced as a whole, so a crash within a step leaves
//!   the state before it or the one after it, each of which is a state of its own here, followed by a restart.
//! * The driver crashes, and plans again from what it observes.
//! * The administrator edits a port in stpd.ini, enters an unsecure interface again, or gives a task another interface,
//!   so many times. The driver notices, for its next look shows another state than its plan left, and plans again.
//!
//! What is promised is relative: every grade that the state had in both columns when it was last changed by someone else
//! than the driver is kept in both, whatever restarts. The administrator's own edit may break anything, even only from the
//! next restart on, and nobody can promise to keep what is broken already; so an edit sets the promise anew, from the
//! state that it leaves. An unplanned restart does not: that the promise outlives it is the point.
//!
//! That the goal is reached is checked state by state instead of with an `eventually`: the checker in use is known to
//! miss cycles there. In every state a plan from there is complete; a plan has finitely many steps, each done once; and a
//! plan that is done to its end has reached the goal, whatever restarted meanwhile. So a driver that is left alone arrives.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use stateright::{Checker, Expectation, Model, Property};

use super::{
    edges::Kind,
    order::{Done, Order, site_of},
    small_sites::told,
};
use crate::oracle::{
    condition::{About, Column, Condition, Exposure},
    conditions::Grade,
    moves::Target,
    port::{Port, Transport},
    rules::{Broken, verdict},
    step::Step,
    text::Text,
    world::World,
};

/// Who makes the plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Driver {
    /// The shipped planner; the driver keeps to the needs of its plans.
    Shipped,
    /// The same, but the driver goes on with its plan whatever has restarted, as long as steps can be carried out.
    Heedless,
    /// The same steps in the vendor's order: ports, restarts, interfaces and tasks, the kill variable.
    Vendor,
    /// The shipped plans without one kind of edge.
    Without(&'static str),
}

/// The machine: where it starts, how often the administrator edits, and who makes the plans.
pub(crate) struct Machine {
    starts: Vec<World>,
    edits: u8,
    driver: Driver,
    plans: Mutex<HashMap<World, Arc<Made>>>,
}

/// A plan, as far as a driver needs it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Made {
    steps: Vec<Step>,
    needs: Vec<Done>,
    is_complete: bool,
}

/// What was so when the state was last changed from outside.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Promise {
    /// Per grade the lesser of both columns.
    grades: Vec<Grade>,
    exposures: Vec<Exposure>,
}

/// A plan that is being carried out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Held {
    plan: Arc<Made>,
    done: Done,
    /// What the world should be like.
    expected: World,
    /// Some host has restarted since it was made, and that was noticed.
    was_disturbed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    world: World,
    held: Option<Held>,
    promise: Arc<Promise>,
    edits_left: u8,
    /// Promises that are broken, one bit per condition.
    broken: u8,
    /// The driver did a step that was not allowed.
    has_erred: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Plan,
    Do(usize),
    Restart(Text),
    DriverCrashes,
    TogglePort(Text, Transport),
    AddInterface(Text, Text),
    PointTask(Text, Option<Text>),
}

const NUMBERS: [(Transport, u16); 3] =
    [(Transport::Ftp, 11001), (Transport::Http, 11000), (Transport::Https, 11443)];

/// What is promised per condition; the exposures come last.
const PROMISED: [Condition; 6] = [
    Condition::Route,
    Condition::Abort,
    Condition::Listener,
    Condition::Interface,
    Condition::Distinct,
    Condition::Exposure,
];

impl Machine {
    pub(crate) fn new(starts: Vec<World>, edits: u8, driver: Driver) -> Self {
        Self { starts, edits, driver, plans: Mutex::default() }
    }

    /// How many states there were to plan from.
    pub(crate) fn plans(&self) -> usize {
        self.plans.lock().unwrap().len()
    }

    fn plan(&self, world: &World) -> Arc<Made> {
        if let Some(known) = self.plans.lock().unwrap().get(world) {
            return Arc::clone(known);
        }
        let made = Arc::new(self.driver.made(&Order::of(&site_of(&world.to_json()))));
        self.plans.lock().unwrap().insert(world.clone(), Arc::clone(&made));
        made
    }

    /// The driver looks, and does a step of its plan.
    fn with_step(&self, state: &State, at: usize) -> State {
        let mut next = state.clone();
        let held = next.held.as_mut().unwrap();
        let step = &state.held.as_ref().unwrap().plan.steps[at];
        let is_done = step.is_restart() && state.world.apply(step) == state.world;
        let is_disturbed = held.expected != state.world;
        held.done |= 1 << at;
        held.expected = held.expected.apply(step);
        if is_done && is_disturbed {
            held.was_disturbed = true;
            return next;
        }
        let allowed = verdict(&state.world, step);
        let fails_needs =
            |broken: &Broken| broken.iter().any(|(it, ..)| *it == Condition::Precondition);
        let is_possible = !allowed.as_ref().is_err_and(fails_needs);
        if is_disturbed && !(self.driver == Driver::Heedless && is_possible) {
            next.held = None;
            return next;
        }
        next.has_erred = allowed.is_err();
        next.world = state.world.apply(step);
        next
    }
}

impl Driver {
    fn made(self, order: &Order) -> Made {
        let order = match self {
            Self::Without(edge) => {
                order.without(|first, then| Kind::of(order, first, then).name() == edge)
            }
            Self::Shipped | Self::Heedless | Self::Vendor => order.clone(),
        };
        let (mut steps, mut needs) = (order.steps(), order.needs);
        if self == Self::Vendor {
            steps.sort_by_key(|step| match step {
                Step::EnablePort { .. } | Step::DisablePort { .. } => 0,
                Step::Restart { .. } => 1,
                Step::SetKill { .. } => 3,
                _ => 2,
            });
            needs = (0..steps.len()).map(|step| (1 << step) - 1).collect();
        }
        Made { steps, needs, is_complete: order.is_complete }
    }
}

impl Made {
    fn ready(&self, done: Done) -> impl Iterator<Item = usize> {
        (0..self.steps.len())
            .filter(move |&step| done & 1 << step == 0 && self.needs[step] & !done == 0)
    }
}

impl Promise {
    fn of(world: &World) -> Self {
        let grades = |column| world.grades(column).into_iter().map(|(_, grade)| grade);
        let both = grades(Column::Now).zip(grades(Column::Next));
        let grades = both.map(|(now, next)| now.min(next)).collect();
        Self { grades, exposures: world.exposures() }
    }

    /// The conditions that a world breaks, one bit each.
    fn broken_by(&self, world: &World) -> u8 {
        let mut broken = BTreeSet::new();
        for column in Column::BOTH {
            let both = world.grades(column).into_iter().zip(&self.grades);
            let lower = both.filter(|((_, is), was)| is < *was);
            broken.extend(lower.map(|(((condition, ..), _), _): ((About, Grade), _)| condition));
        }
        if world.exposures().iter().any(|exposure| !self.exposures.contains(exposure)) {
            broken.insert(Condition::Exposure);
        }
        (0..).zip(PROMISED).filter(|(_, it)| broken.contains(it)).map(|(bit, _)| 1 << bit).sum()
    }
}

impl State {
    /// Nothing is planned yet, and all that is so is promised.
    fn begin(world: World, edits_left: u8) -> Self {
        let promise = Arc::new(Promise::of(&world));
        Self { world, held: None, promise, edits_left, broken: 0, has_erred: false }
    }

    fn keeps(&self, condition: Condition) -> bool {
        let bit = PROMISED.iter().position(|it| *it == condition).unwrap();
        self.broken >> bit & 1 == 0
    }

    fn has_targets(&self) -> bool {
        self.world.tasks.iter().all(|task| self.world.target(task) != Target::Unknown)
    }

    fn is_at_the_end(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.plan.ready(held.done).next().is_none())
    }

    fn edits(&self, actions: &mut Vec<Action>) {
        for host in &self.world.hosts {
            let name = host.name.clone();
            actions
                .extend(NUMBERS.map(|(transport, _)| Action::TogglePort(name.clone(), transport)));
            for (transport, number) in &NUMBERS[..2] {
                let text: Text =
                    format!("{}://{}:{number}", transport.name(), &*name).as_str().into();
                if host.interface(&text).is_none() {
                    actions.push(Action::AddInterface(name.clone(), text));
                }
            }
        }
        for task in &self.world.tasks {
            let own = self.world.host(&task.host).unwrap().interfaces.iter();
            let choices = own.map(|it| Some(it.text.clone())).chain([None]);
            let others = choices.filter(|it| *it != task.reference);
            actions.extend(others.map(|it| Action::PointTask(task.id.clone(), it)));
        }
    }
}

impl Model for Machine {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        self.starts.iter().map(|world| State::begin(world.clone(), self.edits)).collect()
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.has_erred {
            return;
        }
        match &state.held {
            None => actions.push(Action::Plan),
            Some(held) => {
                actions.extend(held.plan.ready(held.done).map(Action::Do));
                actions.push(Action::DriverCrashes);
            }
        }
        actions.extend(state.world.hosts.iter().map(|host| Action::Restart(host.name.clone())));
        if state.edits_left > 0 {
            state.edits(actions);
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = match &action {
            Action::Do(at) => self.with_step(state, *at),
            _ => state.clone(),
        };
        match action {
            Action::Do(_) => {}
            Action::Plan => {
                let plan = self.plan(&state.world);
                let expected = state.world.clone();
                next.held = Some(Held { plan, done: 0, expected, was_disturbed: false });
            }
            Action::DriverCrashes => next.held = None,
            Action::Restart(host) => {
                next.world = state.world.apply(&Step::Restart { host });
                if next.world == state.world {
                    return None;
                }
            }
            Action::TogglePort(host, transport) => {
                let number = NUMBERS.iter().find(|(it, _)| *it == transport)?.1;
                let configured = &mut next.world.host_mut(&host).configured;
                let is_on = configured[&transport].is_on();
                configured.insert(transport, if is_on { Port::Off } else { Port::On(number) });
                return Some(State::begin(next.world, state.edits_left - 1));
            }
            Action::AddInterface(host, text) => {
                let step = Step::AddInterface { host, text, listener: None, position: None };
                return Some(State::begin(state.world.apply(&step), state.edits_left - 1));
            }
            Action::PointTask(task, reference) => {
                let step = Step::Reassign { task, reference };
                return Some(State::begin(state.world.apply(&step), state.edits_left - 1));
            }
        }
        next.broken = next.promise.broken_by(&next.world);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("every step is allowed when it is done", |_, state: &State| {
                !state.has_erred
            }),
            Property::always("routes", |_, state: &State| state.keeps(Condition::Route)),
            Property::always("abort", |_, state: &State| state.keeps(Condition::Abort)),
            Property::always("listener", |_, state: &State| state.keeps(Condition::Listener)),
            Property::always("interface", |_, state: &State| state.keeps(Condition::Interface)),
            Property::always("distinct", |_, state: &State| state.keeps(Condition::Distinct)),
            Property::always("exposure", |_, state: &State| state.keeps(Condition::Exposure)),
            Property::always("the goal can be reached", |machine: &Self, state: &State| {
                !state.has_targets() || machine.plan(&state.world).is_complete
            }),
            Property::always("a plan that is done has reached the goal", |_, state: &State| {
                let is_promised = state.held.as_ref().is_some_and(|held| held.plan.is_complete);
                !is_promised || !state.is_at_the_end() || state.world.goal_reached()
            }),
            Property::sometimes("goal", |_, state: &State| state.world.goal_reached()),
            Property::sometimes("a plan outlives a restart", |_, state: &State| {
                let held = state.held.as_ref();
                held.is_some_and(|held| held.was_disturbed) && state.is_at_the_end()
            }),
            Property::sometimes("the goal after all edits", |_, state: &State| {
                state.edits_left == 0 && state.world.goal_reached()
            }),
        ]
    }
}

/// What a run of the model checker came to.
#[derive(Debug)]
pub(crate) struct Explored {
    pub(crate) states: usize,
    /// What is refuted of the kind `always`, with a way there, and what is never seen of the kind `sometimes`.
    pub(crate) faults: Vec<String>,
    /// How much that was, in words.
    pub(crate) told: String,
}

/// Explores a machine: everything, or until something is refuted.
pub(crate) fn explore(machine: Machine) -> Explored {
    let finish = stateright::HasDiscoveries::AnyFailures;
    let checker = machine.checker().threads(2).finish_when(finish).spawn_bfs().join();
    let mut faults = Vec::new();
    for property in checker.model().properties() {
        let found = checker.discovery(property.name);
        match (property.expectation, found) {
            (Expectation::Always, Some(path)) => {
                let start = path.clone().into_states()[0].world.to_json();
                faults.push(format!(
                    "{}: {} {:?}",
                    property.name,
                    told(&start),
                    path.into_actions()
                ));
            }
            (Expectation::Sometimes, None) => faults.push(format!("never: {}", property.name)),
            _ => {}
        }
    }
    let states = checker.unique_state_count();
    let figures = format!(
        "{states} states, {} ways between them, {} of them to plan from, at most {} steps deep",
        checker.state_count(),
        checker.model().plans(),
        checker.max_depth()
    );
    Explored { states, faults, told: figures }
}
