//! Steps inside the product: by the operator's program, by the operator at a terminal, or written down for later.

use core::fmt::Write as _;
use std::{
    io::{self, BufRead as _, Write as _},
    path::PathBuf,
};

use sesam_transport::{run::Standing, transition::ActionDocument};

use super::hook::{Hook, Phase};
use crate::text;

/// Who carries out the steps inside the product.
#[derive(Clone, Debug)]
pub(crate) enum Product {
    /// A program.
    Hook(Hook),
    /// Whoever sits at the terminal.
    Terminal,
    /// They are written to a list, and the run stops before the first.
    List(PathBuf),
    /// Nobody: the run stops before the first.
    Nobody,
}

/// What came of asking somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Standing(Standing),
    Unseen(String),
    Stop(String),
}

impl Product {
    /// Whether a step was done; `is_open` says that an earlier run announced it.
    pub(crate) fn look_before(
        &self,
        step: usize,
        action: &ActionDocument<'_>,
        is_open: bool,
    ) -> Reply {
        match self {
            Self::Hook(hook) => reply(hook.look(Phase::Check, step, action)),
            Self::Terminal if is_open => {
                let question = format!("Was step {step} done ({})?", text::sentence(action));
                Reply::Standing(if agreed(&question) { Standing::After } else { Standing::Before })
            }
            Self::Terminal => Reply::Standing(Standing::Before),
            Self::List(_) | Self::Nobody if is_open => {
                Reply::Stop(format!("nobody can tell whether step {step} was done: {HELP}"))
            }
            Self::List(list) => {
                Reply::Stop(format!("step {step} is for you: see `{}`", list.display()))
            }
            Self::Nobody => Reply::Stop(format!("step {step} is inside the product: {HELP}")),
        }
    }

    /// Has a step done.
    pub(crate) fn act(&self, step: usize, action: &ActionDocument<'_>) -> Result<(), String> {
        match self {
            Self::Hook(hook) => hook.act(step, action),
            Self::Terminal => {
                instruct(step, action);
                if agreed("Is it done?") { Ok(()) } else { Err("you said no".to_owned()) }
            }
            Self::List(_) | Self::Nobody => Err(HELP.to_owned()),
        }
    }

    /// Whether a step shows its effect.
    pub(crate) fn look_after(
        &self,
        step: usize,
        action: &ActionDocument<'_>,
        has_failed: bool,
    ) -> Reply {
        match self {
            Self::Hook(hook) => reply(hook.look(Phase::Probe, step, action)),
            // Nobody else can tell than the one who said so.
            _ if has_failed => Reply::Standing(Standing::Before),
            _ => Reply::Standing(Standing::After),
        }
    }

    /// Takes back what is left of a step that failed halfway; only a program can.
    pub(crate) fn undo(&self, step: usize, action: &ActionDocument<'_>) -> bool {
        match self {
            Self::Hook(hook) => hook.undo(step, action).is_ok(),
            _ => false,
        }
    }
}

const HELP: &str = "give a program with `--hook`, run it in a terminal, or have the steps written down with \
     `--manual-steps` and hand the list in with `--done` when they are ticked";

fn reply(looked: Result<Standing, String>) -> Reply {
    looked.map_or_else(Reply::Unseen, Reply::Standing)
}

fn instruct(step: usize, action: &ActionDocument<'_>) {
    let lines = format!("  Step {step}: {}\n  {}\n", text::sentence(action), path_of(action));
    let _ = io::stderr().lock().write_all(lines.as_bytes());
}

/// Asks at the terminal; anything but a clear yes is no.
pub(crate) fn agreed(question: &str) -> bool {
    let mut stderr = io::stderr().lock();
    if write!(stderr, "  {question} [y/N] ").and_then(|()| stderr.flush()).is_err() {
        return false;
    }
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

/// The way through the product's interface, as the vendor's page "Disabling unsecure transport modes" gives it.
fn path_of(action: &ActionDocument<'_>) -> &'static str {
    match action {
        ActionDocument::AddInterface { .. } | ActionDocument::RemoveInterface { .. } => {
            "Main selection > Components > Topology > right-click the host > Properties: interfaces, then Apply"
        }
        ActionDocument::Reassign { .. } => {
            "Properties of the task or event (backup, restore, migration or replication): field Interface"
        }
        ActionDocument::SetKill { .. } => {
            "Web UI > System Configuration > System Settings > [+ New], or the row that is there: key, user and value"
        }
        _ => "",
    }
}

/// Steps for a person as a list to tick.
pub(crate) fn checklist<'a>(steps: impl Iterator<Item = (usize, ActionDocument<'a>)>) -> String {
    let mut list = String::from(
        "# Steps inside the product\n\nTick each when it is done, in this order, and hand the list in with `--done`.\n\n",
    );
    for (step, action) in steps {
        let what = text::sentence(&action);
        let _ = writeln!(list, "- [ ] {step}. {what}\n  {}", path_of(&action));
    }
    list
}

/// The steps that are ticked in a list.
pub(crate) fn ticked(list: &str) -> Vec<usize> {
    let step = |line: &str| {
        let rest = line.strip_prefix("- [x] ").or_else(|| line.strip_prefix("- [X] "))?;
        rest.split_once('.')?.0.parse().ok()
    };
    list.lines().filter_map(step).collect()
}

/// Whether a file is a list of steps rather than a journal.
pub(crate) fn is_checklist(text: &str) -> bool {
    text.starts_with("# ")
}
