//! The stream editor.

use std::process::Command;

use super::{escaped, piped};
use crate::peers::{Answer, Task};

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

fn pattern(name: &str) -> String {
    escaped(name, &['\\', '/', '.', '*', '[', ']', '^', '$'])
}

fn replacement(value: &str) -> String {
    escaped(value, &['\\', '/', '&'])
}
