//! From one course per host to the steps of the whole plan, wave by wave.

use crate::{
    site::{HostId, InterfaceId, TaskId, id::IdVec},
    transition::{Action, IniValue, KillValue, Wave, catalog::Catalog},
};

use super::{
    choose::Choice,
    estate::{Estate, Exit},
    needs::{Book, Needs},
    stage::{Do, Opening, ROUNDS, Stage},
    target::Target,
};

/// The steps of a plan, before anyone has judged them.
#[derive(Debug)]
pub(in crate::transition) struct Steps {
    pub(in crate::transition) actions: Vec<Action>,
    pub(in crate::transition) waves: Vec<Wave>,
    pub(in crate::transition) needs: Needs,
}

/// Puts the steps of all hosts in order.
pub(super) fn assemble<'s>(catalog: &Catalog<'s>, estate: &Estate<'s>, choice: &Choice) -> Steps {
    let mut assembly = Assembly::new(catalog, estate, choice);
    for stage in stages() {
        assembly.stage(stage);
    }
    assembly.steps
}

/// Every stage, in the order of the plan.
fn stages() -> impl Iterator<Item = Stage> {
    let first = [Stage::Undo, Stage::Yield, Stage::Enable, Stage::Settings, Stage::Park];
    let first = first.into_iter();
    let opening = Opening::ALL.into_iter();
    let first = first
        .chain(opening.clone().map(Stage::Opening))
        .chain([Stage::SetKill])
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
        Stage::Undo => Wave::UndoEdits,
        Stage::Enable => Wave::EnableHttps,
        Stage::Settings => Wave::Settings,
        Stage::Park => Wave::Park,
        Stage::Opening(part) | Stage::LateOpening(part) => wave_of_opening(part),
        Stage::SetKill => Wave::SetKill,
        Stage::Add | Stage::LateAdd => Wave::AddInterfaces,
        Stage::Reassign(_) | Stage::LateReassign => Wave::Reassign,
        Stage::RemoveDead(_) | Stage::Remove | Stage::LateRemove => Wave::RemoveInterfaces,
        Stage::Yield | Stage::Close => Wave::DisablePorts,
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

struct Assembly<'e, 's> {
    estate: &'e Estate<'s>,
    choice: &'e Choice,
    fates: IdVec<InterfaceId, Fate>,
    /// Per stage the hosts that do something then, in site order.
    by_stage: Vec<(Stage, HostId, Do)>,
    book: Book<'e, 's>,
    steps: Steps,
}

impl<'e, 's> Assembly<'e, 's> {
    fn new(catalog: &'e Catalog<'s>, estate: &'e Estate<'s>, choice: &'e Choice) -> Self {
        let site = estate.site;
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
        by_stage.sort_by_key(|&(stage, host, what)| {
            (stage, what == Do::Restart && host == site.server())
        });
        let count = choice.steps();
        let steps = Steps {
            actions: Vec::with_capacity(count),
            waves: Vec::with_capacity(count),
            needs: Needs::with_capacity(count),
        };
        Self { estate, choice, fates, by_stage, book: Book::new(catalog), steps }
    }

    fn stage(&mut self, stage: Stage) {
        match stage {
            Stage::SetKill if self.choice.sets_kill => {
                self.push(stage, Action::SetKill { value: KillValue::Https });
            }
            Stage::Park => self.tasks(stage, |fate, _, _| fate.park),
            Stage::Opening(Opening::Reassign)
            | Stage::LateOpening(Opening::Reassign)
            | Stage::Reassign(_)
            | Stage::LateReassign => self.reassign(stage),
            _ => self.hosts(stage),
        }
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
            self.push(stage, action);
        }
    }

    /// Emits a step for each task whose fate gives it one at this stage.
    fn reassign(&mut self, stage: Stage) {
        let is_used = self
            .fates
            .iter()
            .any(|fate| [fate.entered, fate.added, fate.blank].contains(&Some(stage)));
        if !is_used {
            return;
        }
        let site = self.estate.site;
        for task in self.estate.targets.ids() {
            let Some(origin) = site.reference(task).id() else { continue };
            let fate = self.fates[origin];
            let to = match self.estate.targets[task] {
                Target::Entered(to) if fate.entered == Some(stage) => Some(to),
                Target::Added(to) if fate.added == Some(stage) => Some(to),
                Target::Blank if fate.blank == Some(stage) => None,
                _ => continue,
            };
            self.push(stage, Action::Reassign { task, to });
        }
    }

    fn tasks(
        &mut self,
        stage: Stage,
        place: impl Fn(Fate, TaskId, InterfaceId) -> Option<InterfaceId>,
    ) {
        if self.fates.iter().all(|fate| fate.park.is_none()) {
            return;
        }
        let site = self.estate.site;
        for task in self.estate.targets.ids() {
            let Some(origin) = site.reference(task).id() else { continue };
            if let Some(to) = place(self.fates[origin], task, origin) {
                self.push(stage, Action::Reassign { task, to: Some(to) });
            }
        }
    }

    fn push(&mut self, stage: Stage, action: Action) {
        self.steps.needs.push(&mut self.book, stage, action);
        self.steps.actions.push(action);
        self.steps.waves.push(wave(stage));
    }
}
