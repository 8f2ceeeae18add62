//! From one course per host to the steps of the whole plan, wave by wave.

use crate::{
    site::{HostId, InterfaceId, OptionalId, Site, TaskId, id::IdVec},
    transition::{Action, Actions, IniValue, KillValue, Wave},
};

use super::{
    choose::Choice,
    estate::{Estate, Exit},
    stage::{Do, Opening, ROUNDS, Stage, Stages},
    target::Target,
};

/// The steps of a plan, before anyone has judged them.
#[derive(Debug)]
pub(in crate::transition) struct Steps {
    pub(in crate::transition) actions: Actions,
    pub(in crate::transition) waves: Vec<Wave>,
    pub(in crate::transition) stages: Stages,
}

/// Puts the steps of all hosts in order.
pub(super) fn assemble(estate: &Estate<'_>, choice: &Choice) -> Steps {
    let mut assembly = Assembly::new(estate, choice);
    for stage in stages() {
        assembly.stage(stage);
    }
    assembly.moves();
    assembly.steps
}

/// Every stage, in the order of the plan.
fn stages() -> impl Iterator<Item = Stage> {
    let first = [
        Stage::Undo,
        Stage::Reload,
        Stage::YieldRemove,
        Stage::Yield,
        Stage::Enable,
        Stage::RenumberOff,
        Stage::RenumberOn,
        Stage::Settings,
        Stage::Park,
    ];
    let first = first.into_iter();
    let opening = Opening::ALL.into_iter();
    let first = first
        .chain(opening.clone().map(Stage::Opening))
        .chain([Stage::SetKill, Stage::LateRenumberOff, Stage::LateRenumberOn])
        .chain(opening.map(Stage::LateOpening))
        .chain([Stage::Add]);
    let rounds = (0..ROUNDS).flat_map(|round| [Stage::Reassign(round), Stage::RemoveDead(round)]);
    let last = [
        Stage::Remove,
        Stage::Close,
        Stage::ClosingRestart,
        Stage::LateAdd,
        Stage::LateReassign,
        Stage::LateRemove,
    ];
    first.chain(rounds).chain(last)
}

const fn wave(stage: Stage) -> Wave {
    match stage {
        Stage::Undo | Stage::RenumberOn | Stage::LateRenumberOn => Wave::UndoEdits,
        Stage::Reload => Wave::FirstRestart,
        Stage::Enable => Wave::EnableHttps,
        Stage::Settings => Wave::Settings,
        Stage::Park => Wave::Park,
        Stage::Opening(part) | Stage::LateOpening(part) => wave_of_opening(part),
        Stage::SetKill => Wave::SetKill,
        Stage::Add | Stage::LateAdd => Wave::AddInterfaces,
        Stage::Reassign(_) | Stage::LateReassign => Wave::Reassign,
        Stage::YieldRemove | Stage::RemoveDead(_) | Stage::Remove | Stage::LateRemove => {
            Wave::RemoveInterfaces
        }
        Stage::Yield | Stage::RenumberOff | Stage::LateRenumberOff | Stage::Close => {
            Wave::DisablePorts
        }
        Stage::ClosingRestart => Wave::ClosingRestart,
    }
}

const fn wave_of_opening(part: Opening) -> Wave {
    match part {
        Opening::Reassign => Wave::Reassign,
        Opening::Add => Wave::AddInterfaces,
        Opening::Remove => Wave::RemoveInterfaces,
        Opening::Close => Wave::DisablePorts,
        Opening::Restart => Wave::FirstRestart,
    }
}

/// What happens to the tasks that name an interface at first.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    park: Option<InterfaceId>,
    entered: Option<Stage>,
    added: Option<Stage>,
    blank: Option<Stage>,
}

type Fates = IdVec<InterfaceId, Fate>;

/// Tasks that move at one stage.
#[derive(Clone, Copy, Debug)]
struct Move {
    stage: Stage,
    tasks: usize,
    /// Where the step of the next one stands.
    next: usize,
}

/// At which stage a task moves, as the number of a [`Move`], and where to.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// As many as there are moves where the task stays.
    at: u8,
    /// Whether it is parked before.
    parks: bool,
    to: OptionalId<InterfaceId>,
}

struct Assembly<'e, 's> {
    estate: &'e Estate<'s>,
    choice: &'e Choice,
    fates: Fates,
    /// Per stage the hosts that do something then, in site order.
    by_stage: Vec<(Stage, HostId, Do)>,
    moves: Vec<Move>,
    /// How many steps are put down.
    len: usize,
    steps: Steps,
}

impl<'e, 's> Assembly<'e, 's> {
    fn new(estate: &'e Estate<'s>, choice: &'e Choice) -> Self {
        let (fates, by_stage) = sorted(estate.site, choice);
        let mut assembly = Self {
            estate,
            choice,
            fates,
            by_stage,
            moves: Vec::new(),
            len: 0,
            steps: Steps {
                actions: Actions::default(),
                waves: Vec::new(),
                stages: Stages::default(),
            },
        };
        assembly.count_moves();
        let moves: usize = assembly.moves.iter().map(|of_stage| of_stage.tasks).sum();
        let len = assembly.by_stage.len() + moves + usize::from(choice.sets_kill);
        // One more, for tasks that stay.
        assembly.steps.actions = Actions::room_for(len + 1);
        assembly.steps.waves = Vec::with_capacity(len);
        assembly
    }

    /// Counts the tasks that move at each stage, so that each step can be put in its place at once.
    fn count_moves(&mut self) {
        let estate = self.estate;
        let usual =
            estate.usual.iter_enumerated().map(|(id, usual)| (id, usual.target, usual.tasks));
        let tasks = estate.site.task_columns();
        let own = estate.own.iter().filter_map(|&(task, target)| {
            tasks.reference[task].id().map(|named| (named, target, 1))
        });
        for (named, target, tasks) in usual.chain(own).filter(|&(_, _, tasks)| tasks > 0) {
            let parked = self.fates[named].park.map(|_| Stage::Park);
            let moved = self.stage_of(named, target).map(|(stage, _)| stage);
            for stage in parked.into_iter().chain(moved) {
                let tasks = tasks as usize;
                match self.moves.iter_mut().find(|of_stage| of_stage.stage == stage) {
                    Some(of_stage) => of_stage.tasks += tasks,
                    None => self.moves.push(Move { stage, tasks, next: 0 }),
                }
            }
        }
    }

    /// At which stage a task leaves what it names at first, and where to.
    fn stage_of(&self, named: InterfaceId, target: Target) -> Option<(Stage, Option<InterfaceId>)> {
        let fate = self.fates[named];
        match target {
            Target::Entered(to) => fate.entered.map(|stage| (stage, Some(to))),
            Target::Added(to) => fate.added.map(|stage| (stage, Some(to))),
            Target::Blank => fate.blank.map(|stage| (stage, None)),
            Target::Stay | Target::Repaired(_) | Target::Unknown => None,
        }
    }

    fn stage(&mut self, stage: Stage) {
        if stage == Stage::SetKill && self.choice.sets_kill {
            self.push(Action::SetKill { value: KillValue::Https });
        }
        self.hosts(stage);
        if let Some(of_stage) = self.moves.iter_mut().find(|of_stage| of_stage.stage == stage) {
            of_stage.next = self.len;
            self.len += of_stage.tasks;
        }
        self.steps.waves.resize(self.len, wave(stage));
        self.steps.stages.push(stage, self.len);
    }

    fn hosts(&mut self, stage: Stage) {
        let start = self.by_stage.partition_point(|&(other, ..)| other < stage);
        let end = self.by_stage.partition_point(|&(other, ..)| other <= stage);
        for at in start..end {
            let Some(&(_, host, what)) = self.by_stage.get(at) else { continue };
            let action = match what {
                Do::Enable(transport, port) => Action::EnablePort { host, transport, port },
                Do::Disable(transport) => Action::DisablePort { host, transport },
                Do::Restart => Action::Restart { host },
                Do::Add(interface) => {
                    Action::AddInterface { interface, listener: None, position: None }
                }
                Do::Remove(interface) => Action::RemoveInterface { interface },
                Do::Set(setting) => Action::SetIni { setting, value: IniValue::Wanted },
                Do::Park(..) | Do::Leave(..) => continue,
            };
            self.push(action);
        }
    }

    fn push(&mut self, action: Action) {
        self.steps.actions.put(self.len, action);
        self.len += 1;
    }

    /// Puts down the steps that move tasks, those of all stages in one pass over the tasks.
    fn moves(&mut self) {
        let estate = self.estate;
        let interfaces = estate.site.interface_count();
        let usual = estate.usual.iter_enumerated().map(|(id, usual)| self.way(id, usual.target));
        // What names nothing stays.
        let ways: Vec<Way> = usual.chain([self.way_at(None)]).collect();
        let mut places = Places::new(&self.moves, self.len);
        let mut own = estate.own.iter();
        let mut told = own.next();
        for (task, reference) in estate.site.task_columns().reference.iter_enumerated() {
            let named = reference.id();
            let Some(&usual) = ways.get(named.map_or(interfaces, InterfaceId::index)) else {
                continue;
            };
            let mut way = usual;
            if way.parks
                && let Some(shelter) = named.and_then(|named| self.fates[named].park)
            {
                let way = self.way_at(Some((Stage::Park, Some(shelter))));
                places.put(&mut self.steps.actions, task, way);
            }
            if let Some(&(_, target)) = told.filter(|&&(other, _)| other == task) {
                told = own.next();
                way = named.map_or(way, |named| self.way(named, target));
            }
            places.put(&mut self.steps.actions, task, way);
        }
        self.steps.actions.truncate(self.len);
    }

    fn way(&self, named: InterfaceId, target: Target) -> Way {
        let parks = self.fates[named].park.is_some();
        Way { parks, ..self.way_at(self.stage_of(named, target)) }
    }

    fn way_at(&self, moves: Option<(Stage, Option<InterfaceId>)>) -> Way {
        let at = |stage| self.moves.iter().position(|of_stage| of_stage.stage == stage);
        let moves = moves.and_then(|(stage, to)| Some((at(stage)?, to)));
        let (at, to) = moves.unwrap_or((self.moves.len(), None));
        Way { at: u8::try_from(at).unwrap_or(u8::MAX), parks: false, to: to.into() }
    }
}

/// Where the step of the next task stands, of each [`Move`].
///
/// That of a task that stays is put behind all others, again and again: nobody can tell ahead whether the next task
/// moves, and to write is cheaper than to be mistaken.
struct Places {
    next: Vec<usize>,
    moves: usize,
}

impl Places {
    fn new(moves: &[Move], len: usize) -> Self {
        let next = moves.iter().map(|of_stage| of_stage.next).chain([len]).collect();
        Self { next, moves: moves.len() }
    }

    fn put(&mut self, actions: &mut Actions, task: TaskId, way: Way) {
        let at = usize::from(way.at);
        if let Some(next) = self.next.get_mut(at) {
            actions.put_move(*next, task, way.to);
            *next += usize::from(at < self.moves);
        }
    }
}

/// What happens to the tasks on each interface, and what hosts do, by stage.
fn sorted(site: &Site, choice: &Choice) -> (Fates, Vec<(Stage, HostId, Do)>) {
    let mut by_stage = Vec::new();
    let mut fates = IdVec::filled(Fate::default(), site.interface_count());
    for (host, course) in choice.courses.iter_enumerated() {
        for &(stage, what) in &course.log {
            match what {
                Do::Park(from, to) => fates[from].park = Some(to),
                Do::Leave(origin, exit, _) => {
                    let fate = &mut fates[origin];
                    let place = match exit {
                        Exit::Entered => &mut fate.entered,
                        Exit::Added => &mut fate.added,
                        Exit::Blank => &mut fate.blank,
                    };
                    *place = Some(stage);
                }
                _ => by_stage.push((stage, host, what)),
            }
        }
    }
    // Stable: within a stage hosts stand in site order and a host's steps in its own. Restarts: the Server last.
    by_stage
        .sort_by_key(|&(stage, host, what)| (stage, what == Do::Restart && host == site.server()));
    (fates, by_stage)
}
