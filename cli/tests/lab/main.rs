//! The lab: plans carried out on real files, processes and sockets, while clients transfer and abort all the time.
//!
//! A stand-in for STPD runs as a process for each host, one for the product answers hook, restart command and
//! active-transfers command. Every lab has a network of its own inside 127.0.0.0/8, so that all hosts have the default
//! ports and labs do not meet. `LAB_KILLS` says how often `apply` is killed, `LAB_ROLLBACKS=all` has every step taken back.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "what panics here is a failed test, files are written as others would write them, and figures are printed"
)]
#![cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "no lab can be set up there, but what it is made of is still read")
)]

mod bench;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod boundaries;
mod carry;
mod clients;
mod faults;
mod kills;
mod orders;
mod playground;
mod product;
mod rollbacks;
#[cfg(target_os = "linux")]
mod sessions;
mod stpd;
#[cfg(target_os = "linux")]
mod terminal;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod traced;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// What is shown, and by what.
type NamedTrial = (&'static str, fn());

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first() {
        Some((role, words)) if role == "stpd" => stpd::main(words),
        Some((role, words)) if role == "ask" => product::ask(words),
        Some((role, words)) if role == "play" => playground::main(words),
        _ => libtest_mimic::run(&Arguments::from_args(), trials()).exit_code(),
    }
}

/// Other systems have one loopback address only.
#[cfg(not(target_os = "linux"))]
fn trials() -> Vec<Trial> {
    Vec::new()
}

#[cfg(target_os = "linux")]
fn trials() -> Vec<Trial> {
    let lists: [&[NamedTrial]; 7] = [
        carry::TRIALS,
        orders::TRIALS,
        kills::TRIALS,
        #[cfg(target_arch = "x86_64")]
        boundaries::TRIALS,
        #[cfg(not(target_arch = "x86_64"))]
        &[],
        rollbacks::TRIALS,
        faults::TRIALS,
        sessions::TRIALS,
    ];
    let trial = |&(name, run): &NamedTrial| {
        Trial::test(name, move || {
            run();
            Ok(())
        })
    };
    lists.into_iter().flatten().map(trial).collect()
}
