//! Programs, asked the way an administrator would.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    thread,
};

use super::{Answer, Cannot, Task};

const CONFIGPARSER: &str = "\
import configparser, sys
_, task, section, key, value = sys.argv
file = configparser.RawConfigParser(allow_no_value=True, strict=False, interpolation=None)
file.optionxform = str
file.read_string(sys.stdin.buffer.read().decode('utf-8'))
if task == 'set': file.set(section, key, value)
if task == 'remove': file.remove_option(section, key)
import io
output = io.StringIO()
file.write(output)
sys.stdout.buffer.write(output.getvalue().encode('utf-8'))
";

const CONFIG_UPDATER: &str = "\
import configupdater, sys
_, task, section, key, value = sys.argv
file = configupdater.ConfigUpdater(allow_no_value=True, strict=False)
file.optionxform = str
file.read_string(sys.stdin.buffer.read().decode('utf-8'))
if task == 'set': file[section][key].value = value
if task == 'remove': file.remove_option(section, key)
if task == 'disable':
    option = file[section][key]
    option.add_before.comment(str(option).rstrip('\\n'))
    option.detach()
sys.stdout.buffer.write(str(file).encode('utf-8'))
";

pub fn is_here(peer: &str) -> bool {
    let python =
        |module| succeeds(Command::new("python3").arg("-c").arg(format!("import {module}")));
    match peer {
        "sed" => succeeds(Command::new("sed").arg("--version")),
        "crudini" => succeeds(Command::new("crudini").arg("--version")),
        "ConfigUpdater" => python("configupdater"),
        "Python's configparser" => python("configparser"),
        _ => true,
    }
}

/// One substitution between the header and the next one.
pub fn sed(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    let range = if section.is_empty() {
        "1,/^[[:blank:]]*\\[/".to_owned()
    } else {
        format!("/^[[:blank:]]*\\[{}\\]/,/^[[:blank:]]*\\[/", pattern(section))
    };
    let line = format!("[[:blank:]]*{}[[:blank:]]*[=:]", pattern(key));
    let script = match task {
        Task::RoundTrip => String::new(),
        Task::Disable => format!("{range}s/^{line}/# &/"),
        Task::Enable => format!("{range}s/^[#;] \\{{0,1\\}}\\({line}\\)/\\1/"),
        Task::Set(value) => {
            format!("{range}s/^\\({line}[[:blank:]]*\\).*/\\1{}/", replacement(value))
        }
        Task::Remove => format!("{range}{{/^{line}/d}}"),
    };
    let mut command = Command::new("sed");
    command.env("LC_ALL", "C").arg("-e").arg(script);
    piped(command, text)
}

pub fn python_configparser(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    match task {
        Task::Disable | Task::Enable => Err(Cannot::NoWay),
        _ => python(CONFIGPARSER, text, section, key, task),
    }
}

pub fn config_updater(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    match task {
        Task::Enable => Err(Cannot::NoWay),
        _ => python(CONFIG_UPDATER, text, section, key, task),
    }
}

pub fn crudini(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    let file = tempfile::NamedTempFile::new().map_err(|_| Cannot::Refused)?;
    file.as_file().write_all(text.as_bytes()).map_err(|_| Cannot::Refused)?;
    let mut command = Command::new("crudini");
    match task {
        Task::Set(value) => command.arg("--set").arg(file.path()).args([section, key, value]),
        Task::Remove => command.arg("--del").arg(file.path()).args([section, key]),
        _ => return Err(Cannot::NoWay),
    };
    if !succeeds(&mut command) {
        return Err(Cannot::Refused);
    }
    std::fs::read(file.path()).map_err(|_| Cannot::Refused)
}

fn python(program: &str, text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    let (task, value) = match task {
        Task::RoundTrip => ("read", ""),
        Task::Disable => ("disable", ""),
        Task::Enable => ("enable", ""),
        Task::Set(value) => ("set", value),
        Task::Remove => ("remove", ""),
    };
    let mut command = Command::new("python3");
    command.args(["-c", program, task, section, key, value]);
    piped(command, text)
}

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

fn pattern(name: &str) -> String {
    escaped(name, &['\\', '/', '.', '*', '[', ']', '^', '$'])
}

fn replacement(value: &str) -> String {
    escaped(value, &['\\', '/', '&'])
}

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
