//! Augeas, by its command.

use std::{
    ffi::OsStr,
    process::{Command, Stdio},
};

use super::{NAME, escaped, folder_of, in_file, run};
use crate::peers::{Answer, Cannot, Task};

/// With the lens for the INI files of Puppet: its files have `=`, and comments behind `#` and `;`.
///
/// A comment is a node, so that a key is commented out by putting one in its place.
pub fn augeas(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    let node = format!("/files/{NAME}/{}/{}", label(section), label(key));
    in_file(text, |file| {
        let script = match task {
            Task::RoundTrip | Task::Enable => return Err(Cannot::NoWay),
            Task::Disable => {
                let value = value_of(file, &node)?;
                let comment = quoted(&format!("{key} = {value}"));
                format!(
                    "ins #comment before {at}\nset {above} {comment}\nrm {at}\nsave\n",
                    at = quoted(&node),
                    above = quoted(&format!("{node}/preceding-sibling::*[1]")),
                )
            }
            Task::Set(value) => format!("set {} {}\nsave\n", quoted(&node), quoted(value)),
            Task::Remove => format!("rm {}\nsave\n", quoted(&node)),
        };
        let commands = folder_of(file).join("commands");
        std::fs::write(&commands, script).map_err(|_| Cannot::Refused)?;
        run(augtool(file).arg("--file").arg(commands))
    })
}

fn augtool(file: &OsStr) -> Command {
    let mut command = Command::new("augtool");
    command.arg("--noautoload").arg("--root").arg(folder_of(file));
    command.arg("--transform").arg(format!("Puppet.lns incl /{NAME}"));
    command
}

/// What the command prints is the node, an equals sign and the value.
fn value_of(file: &OsStr, node: &str) -> Result<String, Cannot> {
    let printed = augtool(file).args(["get", node]).stdin(Stdio::null()).output();
    let printed = printed.ok().filter(|printed| printed.status.success()).ok_or(Cannot::Refused)?;
    let printed = String::from_utf8(printed.stdout).map_err(|_| Cannot::Refused)?;
    let (_, value) = printed.trim_end_matches('\n').rsplit_once("] = ").ok_or(Cannot::Refused)?;
    Ok(value.to_owned())
}

fn label(name: &str) -> String {
    format!("*[label()=\"{name}\"]")
}

fn quoted(text: &str) -> String {
    format!("'{}'", escaped(text, &['\\', '\'']))
}
