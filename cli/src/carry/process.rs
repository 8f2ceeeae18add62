//! A command of the operator: words, no shell, never longer than allowed.

use std::{
    io::{self, Read as _, Write as _},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use wait_timeout::ChildExt as _;

/// How much of what a command prints is read.
const PRINTED_MAX: u64 = 1 << 20;

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    /// What it printed; `None` where something that it left running holds its output open.
    pub(crate) printed: Option<Vec<u8>>,
}

/// A command came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("`{0}` cannot be run: {1}")]
    Start(String, io::Error),
    #[error("`{0}` did not end within {1} s and was stopped")]
    TooLong(String, u64),
    #[error("`{0}` cannot be waited for: {1}")]
    Wait(String, io::Error),
    #[error("the command is empty")]
    Empty,
}

/// Runs a command, with `input` on its standard input.
pub(crate) fn run(words: &[String], input: &[u8], limit: Duration) -> Result<Ran, Trouble> {
    let Some((program, arguments)) = words.split_first() else { return Err(Trouble::Empty) };
    let name = || words.join(" ");
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    in_group_of_its_own(&mut command);
    let mut child = command.spawn().map_err(|error| Trouble::Start(name(), error))?;
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_vec();
        // A program that does not read must not keep us from waiting for it.
        thread::spawn(move || stdin.write_all(&input));
    }
    let printed = printed(&mut child);
    let ended = child.wait_timeout(limit).map_err(|error| Trouble::Wait(name(), error))?;
    let Some(status) = ended else {
        stop(&mut child);
        return Err(Trouble::TooLong(name(), limit.as_secs()));
    };
    // What it left running in the background may hold its output open.
    let printed = printed.recv_timeout(Duration::from_secs(2)).ok();
    Ok(Ran { status, printed })
}

fn printed(child: &mut Child) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stdout.take(PRINTED_MAX).read_to_end(&mut bytes);
            let _ = sender.send(bytes);
        });
    }
    receiver
}

#[cfg(unix)]
fn in_group_of_its_own(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn in_group_of_its_own(_: &mut Command) {}

/// Stops a command and what it has started.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
