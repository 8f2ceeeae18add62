//! A command at a terminal, with somebody who reads and answers.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    process::{Command, Stdio},
};

use nix::pty::openpty;

/// What a question ends with.
const QUESTION: &str = "[y/N] ";

/// Runs a command at a terminal; `answer` gets what was printed since the last answer whenever a question comes.
///
/// Returns its exit status, and everything that stood on the terminal.
pub(crate) fn talk(
    mut command: Command,
    mut answer: impl FnMut(&str) -> &'static str,
) -> (Option<i32>, String) {
    let pty = openpty(None, None).unwrap();
    let terminal = || Stdio::from(pty.slave.try_clone().unwrap());
    let mut child =
        command.stdin(terminal()).stdout(terminal()).stderr(terminal()).spawn().unwrap();
    // The other end must close with the command, and both keep it open.
    drop((command, pty.slave));
    let mut screen = File::from(pty.master);
    let (mut text, mut said) = (String::new(), String::new());
    let mut bytes = [0; 4096];
    // At the end of the command a terminal fails instead of ending.
    while let Ok(read @ 1..) = screen.read(&mut bytes) {
        said.push_str(&String::from_utf8_lossy(&bytes[..read]).replace('\r', ""));
        if said.ends_with(QUESTION) {
            let word = answer(&said);
            screen.write_all(format!("{word}\n").as_bytes()).unwrap();
            text.push_str(&core::mem::take(&mut said));
        }
    }
    text.push_str(&said);
    (child.wait().unwrap().code(), text)
}
