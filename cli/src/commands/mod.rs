//! One file per question. Each asks the library, writes the answer, and says yes or no.

mod apply;
mod audit;
mod before;
mod check;
mod file_changes;
mod ini;
mod plan;
mod plan_file;
mod probe;
mod rollback;
mod simulate;
mod site;

pub(crate) use file_changes::{FileState, forward as file_change};

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::{
    args::{Arguments, Command},
    failure::Failure,
    output,
};

/// What a question came to, once it could be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    /// Nothing was done, and what stood in the way was told.
    Unanswered,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Answers the question that the arguments ask; the exit status is the short answer.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match Arguments::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(question) => return say(&question),
    };
    let answer = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => answer(&arguments, &matches),
        Err(error) => return say(&error),
    };
    match answer {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::Unanswered) => ExitCode::from(2),
        Err(failure) => {
            output::complain(&failure.to_text());
            ExitCode::from(2)
        }
    }
}

/// Help and version are answers; everything else that the parser says is a complaint.
fn say(error: &clap::Error) -> ExitCode {
    // Nothing is left to do where even that fails.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

fn answer(arguments: &Arguments, matches: &clap::ArgMatches) -> Result<Answer, Failure> {
    let format = arguments.format;
    match &arguments.command {
        Command::Audit(arguments) => audit::run(arguments, format),
        Command::Plan(arguments) => plan::run(arguments, format),
        Command::Check(arguments) => check::run(arguments, format),
        Command::Simulate(arguments) => simulate::run(arguments, format),
        Command::Rollback(arguments) => rollback::run(arguments, format),
        Command::Apply(arguments) => apply::run(arguments, format, apply::Start::Anew),
        Command::Resume(arguments) => apply::run(arguments, format, apply::Start::GoOn),
        Command::Probe(arguments) => probe::run(arguments, format),
        Command::Verify(arguments) => probe::verify(arguments, format),
        Command::Ini(arguments) => {
            let matches = matches.subcommand_matches("ini").unwrap_or(matches);
            ini::run(arguments, &arguments.edits(matches), format)
        }
    }
}
