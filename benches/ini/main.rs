//! How fast the INI rewriter is, beside the least any program needs, and beside others that edit INI text; and how many
//! of a set of tricky edits each of them gets exactly right.
//!
//! ```sh
//! cargo bench --manifest-path benches/ini/Cargo.toml                     # everything; 2 GB of memory
//! cargo bench --manifest-path benches/ini/Cargo.toml -- --quick          # texts up to 1 MB, under 20 seconds
//! cargo bench --manifest-path benches/ini/Cargo.toml -- speed            # or shapes, or fidelity
//! cargo bench --manifest-path benches/ini/Cargo.toml -- command PATH     # the built command beside sed, git and cp; absolute
//! ```
//!
//! Figures are printed and judged. A wrong result fails the run, and an index that takes too much memory; no time does.
//! Programs that are not installed are left out of `fidelity`; with Ansible, which takes a third of a second for an edit,
//! it takes some minutes. Genuine files are read from the folder that `INI_CORPUS` names, or from beside the repository.

mod clock;
mod command;
mod fidelity;
mod floors;
mod heap;
mod inputs;
mod memory;
mod peers;
mod routes;
mod shapes;
mod speed;
mod verdicts;

use std::{env, process::ExitCode};

use memory::Memory;

/// The part of `speed` that says nothing of its own: it depends on where memory comes from.
const LARGE: &str = "large";

#[global_allocator]
static ALLOCATOR: heap::Counting = heap::Counting;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let arguments: Vec<String> =
        env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let words: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| *argument != "--quick").collect();
    match words[..] {
        [LARGE] => {
            let memory = Memory::asked().map_or("as it comes", Memory::name);
            println!("Texts of 100 MB, memory {memory}");
            verdicts::of(&speed::large());
            println!();
            ExitCode::SUCCESS
        }
        ["command", path] => command::run(path),
        [command::WRITE, path] => command::write(path),
        [] | ["speed" | "shapes" | "fidelity"] => {
            let all = words.is_empty();
            let asked = |part: &str| all || words[0] == part;
            if asked("speed") {
                verdicts::of(&speed::run(quick));
                println!();
                if !quick {
                    Memory::BOTH.iter().for_each(|memory| memory.run(LARGE, quick));
                }
            }
            if asked("shapes") && !matches!(Memory::asked(), Some(Memory::Fresh)) {
                // An allocator may keep the blocks of the smaller text, so that only the larger would wait for memory.
                Memory::Fresh.run("shapes", quick);
            } else if asked("shapes") {
                let linear = shapes::linear(quick);
                let (heaviest, text) = shapes::heaviest();
                let found = if linear { "all" } else { "not all" };
                verdicts::say(
                    linear,
                    "ten times as much takes at most 12 times as long, where a scan and a copy take ten times",
                    found,
                );
                let goal = "the heap of the index is at most 9 bytes a byte on any text";
                let is_light = heaviest <= 9.0;
                verdicts::say(is_light, goal, &format!("{heaviest:.2} on {text}"));
                println!();
                if !is_light {
                    return ExitCode::FAILURE;
                }
            }
            if asked("fidelity") {
                return fidelity::run(quick);
            }
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: [--quick] [speed | shapes | fidelity], or command PATH");
            ExitCode::from(2)
        }
    }
}
