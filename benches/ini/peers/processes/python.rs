//! Libraries of Python, each with the few lines that a script has for such an edit.

use std::process::Command;

use super::piped;
use crate::peers::{Answer, Cannot, Task};

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
