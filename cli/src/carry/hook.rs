//! The operator's program for steps inside the product.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sesam_transport::{run::Standing, site::FORMAT_VERSION, transition::ActionDocument};

use super::process;

/// The program, and how long one call may take.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub(crate) words: Vec<String>,
    pub(crate) limit: Duration,
}

/// What the program is to do about a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Phase {
    /// Say whether it was done; before it is.
    Check,
    /// Do it.
    Do,
    /// Say whether it was done; after it was.
    Probe,
    /// Take back what is left of a step that failed halfway.
    Undo,
}

#[derive(Serialize)]
struct Question<'q> {
    format_version: &'q str,
    phase: Phase,
    step: NumberedStep<'q>,
}

#[derive(Serialize)]
struct NumberedStep<'q> {
    id: usize,
    action: &'q ActionDocument<'q>,
}

#[derive(Deserialize)]
struct Reply {
    ok: bool,
    state: Option<State>,
    message: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Before,
    After,
    Other,
}

impl Hook {
    /// Asks whether a step was done.
    pub(crate) fn look(
        &self,
        phase: Phase,
        step: usize,
        action: &ActionDocument<'_>,
    ) -> Result<Standing, String> {
        let Reply { ok, state, message } = self.call(phase, step, action)?;
        let message = message.unwrap_or_else(|| "the hook says no more".to_owned());
        match state {
            Some(State::Before) if ok => Ok(Standing::Before),
            Some(State::After) if ok => Ok(Standing::After),
            Some(State::Other) if ok => Ok(Standing::Other(message)),
            None if ok => Err("the hook does not say in which `state` it is".to_owned()),
            _ => Err(message),
        }
    }

    /// Has a step done.
    pub(crate) fn act(&self, step: usize, action: &ActionDocument<'_>) -> Result<(), String> {
        let Reply { ok, message, .. } = self.call(Phase::Do, step, action)?;
        if ok {
            Ok(())
        } else {
            Err(message.unwrap_or_else(|| "the hook gives no reason".to_owned()))
        }
    }

    /// Has taken back what is left of a step that failed halfway.
    pub(crate) fn undo(&self, step: usize, action: &ActionDocument<'_>) -> Result<(), String> {
        let Reply { ok, message, .. } = self.call(Phase::Undo, step, action)?;
        if ok { Ok(()) } else { Err(message.unwrap_or_default()) }
    }

    fn call(&self, phase: Phase, id: usize, action: &ActionDocument<'_>) -> Result<Reply, String> {
        let step = NumberedStep { id, action };
        let question = Question { format_version: FORMAT_VERSION, phase, step };
        let mut input = serde_json::to_vec(&question).map_err(|error| error.to_string())?;
        input.push(b'\n');
        let ran =
            process::run(&self.words, &input, self.limit).map_err(|trouble| trouble.to_string())?;
        let printed = ran.printed.unwrap_or_default();
        let reply = serde_json::from_slice::<Reply>(&printed);
        if !ran.status.success() {
            let said = reply.ok().and_then(|reply| reply.message);
            let said = said.map_or_else(String::new, |message| format!(": {message}"));
            return Err(format!("the hook ended with {}{said}", ran.status));
        }
        reply.map_err(|error| {
            let begins = String::from_utf8_lossy(&printed).chars().take(60).collect::<String>();
            match begins.trim() {
                "" => "the hook printed no answer".to_owned(),
                begins => {
                    format!("the hook did not answer with JSON: {error}; it printed `{begins}`")
                }
            }
        })
    }
}
