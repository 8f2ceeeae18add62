//! Programs, asked the way an administrator would.

mod ansible;
mod augeas;
mod python;
mod sed;

use std::{
    ffi::OsStr,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    thread,
};

pub use ansible::{ini_file, lineinfile};
pub use augeas::augeas;
pub use python::{config_updater, python_configparser};
pub use sed::sed;

use super::{Answer, Cannot, Task};

pub fn is_here(peer: &str) -> bool {
    let python =
        |module| succeeds(Command::new("python3").arg("-c").arg(format!("import {module}")));
    let program = |name| succeeds(Command::new(name).arg("--version"));
    match peer {
        "sed" | "crudini" => program(peer),
        "git config" => program("git"),
        "Augeas" => program("augtool"),
        "ConfigUpdater" => python("configupdater"),
        "Python's configparser" => python("configparser"),
        "Ansible's lineinfile" => python(ansible::LINEINFILE),
        "Ansible's ini_file" => python(ansible::INI_FILE),
        _ => true,
    }
}

pub fn crudini(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    in_file(text, |file| {
        let mut command = Command::new("crudini");
        match task {
            Task::Set(value) => command.arg("--set").arg(file).args([section, key, value]),
            Task::Remove => command.arg("--del").arg(file).args([section, key]),
            _ => return Err(Cannot::NoWay),
        };
        run(&mut command)
    })
}

/// Only what git has a syntax for: no names with underscores, and no keys without a section.
pub fn git_config(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    in_file(text, |file| {
        let name = format!("{section}.{key}");
        let mut command = Command::new("git");
        command.args(["config", "--file"]).arg(file);
        match task {
            Task::Set(value) => command.args([&name, value]),
            Task::Remove => command.args(["--unset", &name]),
            _ => return Err(Cannot::NoWay),
        };
        run(&mut command)
    })
}

/// What a program that edits files in place makes of one with this text.
fn in_file(text: &str, edit: impl FnOnce(&OsStr) -> Result<(), Cannot>) -> Answer {
    // A folder of its own: whoever replaces a file puts another one beside it.
    let folder = tempfile::tempdir().map_err(|_| Cannot::Refused)?;
    let file = folder.path().join(NAME);
    std::fs::write(&file, text).map_err(|_| Cannot::Refused)?;
    edit(file.as_os_str())?;
    std::fs::read(&file).map_err(|_| Cannot::Refused)
}

const NAME: &str = "text.ini";

fn folder_of(file: &OsStr) -> &Path {
    Path::new(file).parent().expect("it is in a folder")
}

fn run(command: &mut Command) -> Result<(), Cannot> {
    if succeeds(command) { Ok(()) } else { Err(Cannot::Refused) }
}

/// What a program that reads its input and writes its output makes of this text.
fn piped(mut command: Command, text: &str) -> Answer {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| Cannot::Refused)?;
    let input = child.stdin.take();
    // Written beside reading: a text may be longer than what a pipe holds.
    let (written, output) = thread::scope(|scope| {
        let writer = scope.spawn(|| input.map(|mut input| input.write_all(text.as_bytes())));
        let output = child.wait_with_output();
        (writer.join().ok().flatten(), output)
    });
    let output = output.map_err(|_| Cannot::Refused)?;
    match written {
        Some(Ok(())) if output.status.success() => Ok(output.stdout),
        _ => Err(Cannot::Refused),
    }
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// The text with a backslash before each of these.
fn escaped(text: &str, special: &[char]) -> String {
    let mut output = String::new();
    for one in text.chars() {
        if special.contains(&one) {
            output.push('\\');
        }
        output.push(one);
    }
    output
}
