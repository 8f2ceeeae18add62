//! The command line: one question, one answer, an exit status.

mod args;
#[cfg(unix)]
mod attributes;
mod carry;
mod commands;
mod failure;
mod faults;
mod input;
mod json;
mod output;
mod site_toml;
mod text;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run(std::env::args_os())
}
