//! Modules of Ansible, started as its documentation says for those who write modules: without inventory and connection.

use std::{collections::BTreeMap, ffi::OsStr, process::Command};

use serde_json::json;

use super::{escaped, in_file, run};
use crate::peers::{Answer, Cannot, Task};

pub const LINEINFILE: &str = "ansible.modules.lineinfile";
pub const INI_FILE: &str = "ansible_collections.community.general.plugins.modules.ini_file";

/// The lines with the key, whatever section they are in: sections mean nothing to this module.
pub fn lineinfile(text: &str, _section: &str, key: &str, task: Task<'_>) -> Answer {
    let line = format!("\\s*{}\\s*[=:]", pattern(key));
    in_file(text, |file| {
        let replaced = |pattern: &str, line: &str| {
            module(LINEINFILE, file, &[("regexp", pattern), ("line", line), ("backrefs", "true")])
        };
        match task {
            Task::RoundTrip => Err(Cannot::NoWay),
            Task::Disable => replaced(&format!("^({line}.*)$"), "# \\1"),
            Task::Enable => replaced(&format!("^[#;] ?({line}.*)$"), "\\1"),
            Task::Set(value) => replaced(
                &format!("^({line}\\s*).*$"),
                &format!("\\g<1>{}", escaped(value, &['\\'])),
            ),
            Task::Remove => {
                module(LINEINFILE, file, &[("regexp", &format!("^{line}")), ("state", "absent")])
            }
        }
    })
}

/// The module for INI files, told to write no spaces around the delimiter and to leave commented keys alone.
pub fn ini_file(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    in_file(text, |file| {
        let mut arguments = vec![("option", key), ("modify_inactive_option", "false")];
        if !section.is_empty() {
            arguments.push(("section", section));
        }
        match task {
            Task::Set(value) => arguments.extend([("value", value), ("no_extra_spaces", "true")]),
            Task::Remove => arguments.push(("state", "absent")),
            _ => return Err(Cannot::NoWay),
        }
        module(INI_FILE, file, &arguments)
    })
}

fn module(module: &str, file: &OsStr, arguments: &[(&str, &str)]) -> Result<(), Cannot> {
    let path = file.to_str().ok_or(Cannot::Refused)?;
    let all = [("path", path)].into_iter().chain(arguments.iter().copied());
    let all: BTreeMap<&str, &str> = all.collect();
    let arguments = json!({ "ANSIBLE_MODULE_ARGS": all }).to_string();
    run(Command::new("python3").args(["-m", module, &arguments]))
}

fn pattern(name: &str) -> String {
    escaped(name, &['\\', '.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '^', '$', '|'])
}
