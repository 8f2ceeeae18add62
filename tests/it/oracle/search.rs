//! Brute force over the planner moves: what the best plan costs, from one state or from every state of a family.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::moves::moves;
use super::port::{Port, Transport};
use super::rules::Before;
use super::settings::Held;
use super::step::Step;
use super::text::Text;
use super::world::World;

/// Restarts first, then steps (a restart is a step too).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Cost {
    pub(crate) restarts: u16,
    pub(crate) steps: u16,
}

impl Cost {
    fn and(self, step: &Step) -> Self {
        Self { restarts: self.restarts + u16::from(step.is_restart()), steps: self.steps + 1 }
    }
}

/// The best that planner moves can do from a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Best {
    /// The goal is reached; otherwise as few exposures as can be.
    pub(crate) complete: bool,
    pub(crate) cost: Cost,
    pub(crate) exposures_before: usize,
    pub(crate) exposures_after: usize,
}

/// The changing part of a world in a few numbers; worlds of different sites differ in the first.
type Key = Box<[u32]>;

#[derive(Default)]
struct Interner {
    sites: HashMap<World, u32>,
    interfaces: HashMap<(Text, Option<u16>), u32>,
    words: HashMap<Text, u32>,
}

fn fresh(len: usize) -> u32 {
    u32::try_from(len).unwrap() + 1
}

impl Interner {
    /// A number for everything that no step changes.
    fn site(&mut self, world: &World) -> u32 {
        let mut facts = world.clone();
        facts.kill = None;
        for host in &mut facts.hosts {
            host.interfaces.clear();
            for setting in &mut host.settings {
                (setting.configured, setting.running) = (Held::Absent, Held::Absent);
            }
            for transport in Transport::ALL {
                host.configured.insert(transport, Port::Off);
                host.running.insert(transport, Port::Off);
            }
        }
        for task in &mut facts.tasks {
            task.reference = None;
        }
        let next = fresh(self.sites.len());
        *self.sites.entry(facts).or_insert(next)
    }

    fn word(&mut self, word: Option<&Text>) -> u32 {
        let Some(word) = word else { return 0 };
        let next = fresh(self.words.len());
        *self.words.entry(word.clone()).or_insert(next)
    }

    fn key(&mut self, site: u32, world: &World) -> Key {
        let port = |port| match port {
            Port::Off => 0,
            Port::On(number) => u32::from(number),
            Port::Unknown => u32::MAX,
        };
        let mut key = vec![site, self.word(world.kill.as_ref())];
        for host in &world.hosts {
            for transport in Transport::ALL {
                key.push(port(host.configured[&transport]));
                key.push(port(host.running[&transport]));
            }
            for interface in &host.interfaces {
                let next = fresh(self.interfaces.len());
                let name = (interface.text.clone(), interface.listener);
                key.push(*self.interfaces.entry(name).or_insert(next));
            }
            for setting in &host.settings {
                for held in [&setting.configured, &setting.running] {
                    key.push(match held {
                        Held::Absent => 0,
                        Held::Unknown => u32::MAX,
                        Held::Text(text) => self.word(Some(text)),
                    });
                }
            }
            key.push(0);
        }
        key.extend(world.tasks.iter().map(|task| self.word(task.reference.as_ref())));
        key.into()
    }
}

/// States found so far, each with its world.
#[derive(Default)]
struct States {
    interner: Interner,
    known: HashMap<Key, usize>,
    worlds: Vec<World>,
    sites: Vec<u32>,
}

impl States {
    fn start(&mut self, world: &World) -> usize {
        let site = self.interner.site(world);
        self.state(site, world.clone())
    }

    fn state(&mut self, site: u32, world: World) -> usize {
        let key = self.interner.key(site, &world);
        *self.known.entry(key).or_insert_with(|| {
            self.worlds.push(world);
            self.sites.push(site);
            self.worlds.len() - 1
        })
    }

    /// The allowed planner moves from a state, and where they lead.
    fn edges(&mut self, from: usize) -> Vec<(Step, usize)> {
        let world = self.worlds[from].clone();
        let before = Before::of(&world);
        let mut edges = Vec::new();
        for step in moves(&world) {
            if let Ok(after) = before.verdict(&step) {
                edges.push((step, self.state(self.sites[from], after)));
            }
        }
        edges
    }
}

/// The best plan from one state, by Dijkstra.
pub(crate) fn solve(world: &World) -> (Best, Vec<Step>) {
    solve_within(world, usize::MAX).unwrap()
}

/// [`solve`], given up when more states than this are known.
pub(crate) fn solve_within(world: &World, limit: usize) -> Option<(Best, Vec<Step>)> {
    solve_counted(world, limit).0
}

/// [`solve_within`], and how many states were known in the end.
pub(crate) fn solve_counted(world: &World, limit: usize) -> (Option<(Best, Vec<Step>)>, usize) {
    let mut states = States::default();
    let start = states.start(world);
    let exposures_before = world.goal_exposures();
    let mut came: HashMap<usize, (Cost, Option<(usize, Step)>)> = HashMap::new();
    let mut queue = BinaryHeap::new();
    came.insert(start, (Cost::default(), None));
    queue.push(Reverse((Cost::default(), start)));
    let mut best = (false, exposures_before, Cost::default(), start);
    while let Some(Reverse((cost, state))) = queue.pop() {
        if came[&state].0 < cost {
            continue;
        }
        let exposures = states.worlds[state].goal_exposures();
        if states.worlds[state].goal_reached() {
            best = (true, exposures, cost, state);
            break;
        }
        if exposures < best.1 {
            best = (false, exposures, cost, state);
        }
        if states.worlds.len() > limit {
            return (None, states.worlds.len());
        }
        for (step, to) in states.edges(state) {
            let there = cost.and(&step);
            if came.get(&to).is_none_or(|(known, _)| there < *known) {
                came.insert(to, (there, Some((state, step))));
                queue.push(Reverse((there, to)));
            }
        }
    }
    let (complete, exposures_after, cost, end) = best;
    let mut plan = Vec::new();
    let mut at = end;
    while let Some((from, step)) = came[&at].1.clone() {
        plan.push(step);
        at = from;
    }
    plan.reverse();
    let best = Best { complete, cost, exposures_before, exposures_after };
    (Some((best, plan)), states.worlds.len())
}

/// Every state that planner moves reach from some worlds, with the best that can be done from each.
pub(crate) struct Family {
    states: States,
    edges: Vec<Vec<(Step, usize)>>,
    /// Per state the best, and the first edge of a way to it.
    best: Vec<Option<(Best, Option<usize>)>>,
}

/// Explores the whole family once, then relaxes backwards from the goals and from the states of least exposure.
pub(crate) fn solve_family<'a>(worlds: impl IntoIterator<Item = &'a World>) -> Family {
    let mut states = States::default();
    for world in worlds {
        states.start(world);
    }
    let mut edges = Vec::new();
    while edges.len() < states.worlds.len() {
        let found = states.edges(edges.len());
        edges.push(found);
    }
    let best = vec![None; edges.len()];
    let mut family = Family { states, edges, best };
    family.relax();
    family
}

impl Family {
    pub(crate) fn worlds(&self) -> &[World] {
        &self.states.worlds
    }

    pub(crate) fn best(&mut self, world: &World) -> Option<Best> {
        let state = self.state_of(world)?;
        self.best[state].as_ref().map(|(best, _)| *best)
    }

    /// One of the best plans.
    pub(crate) fn plan(&mut self, world: &World) -> Option<Vec<Step>> {
        let mut state = self.state_of(world)?;
        let mut plan = Vec::new();
        while let Some((_, Some(edge))) = &self.best[state] {
            let (step, to) = &self.edges[state][*edge];
            plan.push(step.clone());
            state = *to;
        }
        Some(plan)
    }

    fn state_of(&mut self, world: &World) -> Option<usize> {
        let site = self.states.interner.site(world);
        let key = self.states.interner.key(site, world);
        self.states.known.get(&key).copied()
    }

    fn relax(&mut self) {
        let mut back: Vec<Vec<(usize, usize)>> = vec![Vec::new(); self.edges.len()];
        for (from, edges) in self.edges.iter().enumerate() {
            for (edge, (_, to)) in edges.iter().enumerate() {
                back[*to].push((from, edge));
            }
        }
        let worlds = &self.states.worlds;
        let exposures: Vec<usize> = worlds.iter().map(World::goal_exposures).collect();
        let goals: Vec<usize> = (0..worlds.len()).filter(|&it| worlds[it].goal_reached()).collect();
        self.relax_towards(&goals, true, &exposures, &back);
        // Who can reach a lower count is done already, so the rest goes to the lowest count that is left.
        for count in 0..=exposures.iter().copied().max().unwrap_or(0) {
            let ends: Vec<usize> =
                (0..exposures.len()).filter(|&it| exposures[it] == count).collect();
            self.relax_towards(&ends, false, &exposures, &back);
        }
    }

    fn relax_towards(
        &mut self,
        ends: &[usize],
        complete: bool,
        exposures: &[usize],
        back: &[Vec<(usize, usize)>],
    ) {
        let Some(&end) = ends.first() else { return };
        let exposures_after = exposures[end];
        let mut queue = BinaryHeap::new();
        for &end in ends.iter().filter(|&&end| self.best[end].is_none()) {
            queue.push(Reverse((Cost::default(), end, None)));
        }
        while let Some(Reverse((cost, state, edge))) = queue.pop() {
            if self.best[state].is_some() {
                continue;
            }
            let exposures_before = exposures[state];
            let best = Best { complete, cost, exposures_before, exposures_after };
            self.best[state] = Some((best, edge));
            for &(from, edge) in &back[state] {
                if self.best[from].is_none() {
                    let step = &self.edges[from][edge].0;
                    queue.push(Reverse((cost.and(step), from, Some(edge))));
                }
            }
        }
    }
}
