//! A plan being carried out, as a person follows it.

use core::fmt::Write as _;

use sesam_transport::run::{Driver, End, Place, Reason};

use super::{Table, action::sentence, count, style::WARNING};
use crate::carry::{Answer, Event, Field, Finding, Findings};

/// A step that begins or ends.
pub(crate) fn event(driver: &Driver<'_>, event: Event) -> String {
    let (_, all) = driver.progress();
    let width = all.to_string().len();
    match event {
        Event::Begins(step) => {
            let what = driver.deed_of(step).map_or_else(String::new, |deed| sentence(&deed.action));
            format!("[{step:width$}/{all}] {what}\n")
        }
        Event::Done(step) => format!("[{step:width$}/{all}] done\n"),
        Event::Undone(step) => format!("[{step:width$}/{all}] not done\n"),
    }
}

/// What is left to do, and how.
pub(crate) fn what_is_left(driver: &Driver<'_>, field: &Field) -> String {
    let mut text = String::new();
    let (finished, all) = driver.progress();
    let width = all.to_string().len();
    let mut restarts = 0;
    for step in driver.left() {
        let Some(deed) = driver.deed_of(step) else { continue };
        let _ = writeln!(text, "[{step:width$}/{all}] {}", sentence(&deed.action));
        let how = match deed.place {
            Place::File(host) => field
                .host(host)
                .and_then(|reach| reach.file.as_ref())
                .map(|path| format!("rewrites {}", path.display())),
            Place::Daemon(host) => {
                restarts += 1;
                let words = field.host(host).and_then(|reach| reach.restart.as_ref());
                Some(
                    words.map_or("by hand".to_owned(), |words| format!("runs {}", words.join(" "))),
                )
            }
            Place::Product => None,
        };
        if let Some(how) = how {
            let _ = writeln!(text, "{:1$}{how}", "", 2 * width + 4);
        }
    }
    let left = driver.left().count();
    let _ = match left {
        0 => writeln!(
            text,
            "Nothing is left to do here: {finished} of {} are done.",
            count(all, "step")
        ),
        _ => writeln!(text, "{}, {}.", count(left, "step"), count(restarts, "restart")),
    };
    text
}

/// How a run ended.
pub(crate) fn end(driver: &Driver<'_>, end: &End) -> String {
    let (finished, all) = driver.progress();
    let done = format!("{finished} of {} done", count(all, "step"));
    match end {
        End::Finished if finished == all => format!("Finished: {done}.\n"),
        End::Finished => format!("This run's part is finished: {done}.\n"),
        End::Waiting(waiting) => format!("Waiting: {waiting}; {done}.\n"),
        End::Stopped(halt) => {
            let place = match halt.step {
                Some(step) => {
                    let what = driver.deed_of(step);
                    let what = what.map_or_else(String::new, |deed| sentence(&deed.action));
                    format!("at step {step} ({what})")
                }
                None => "before the first step".to_owned(),
            };
            let state = match (halt.is_open, halt.step) {
                (true, Some(step)) => begun(step) + going_on(driver, step),
                (true, None) => {
                    "A step was begun earlier, and nobody knows how far it went.\n".to_owned()
                }
                _ => String::new(),
            };
            let help = help(&halt.reason);
            format!("{WARNING}Stopped{WARNING:#} {place}: {}.\n{state}{done}.\n{help}", halt.reason)
        }
    }
}

/// How far a run got that could not write its journal any more.
pub(crate) fn how_far(driver: &Driver<'_>) -> String {
    let (finished, all) = driver.progress();
    let open = driver.is_open().then(|| driver.left().next()).flatten();
    format!("{}{finished} of {} done.\n", open.map_or_else(String::new, begun), count(all, "step"))
}

fn going_on(driver: &Driver<'_>, step: usize) -> &'static str {
    match driver.deed_of(step).map(|deed| deed.place) {
        Some(Place::Daemon(_)) => "Look at STPD there; going on restarts it once more.\n",
        _ => "Going on looks first whether it happened.\n",
    }
}

fn begun(step: usize) -> String {
    format!("Step {step} was begun, and nobody knows how far it went.\n")
}

/// What to do about it.
fn help(reason: &Reason) -> &'static str {
    match reason {
        Reason::Differs { .. } | Reason::AlreadyDone | Reason::Other(_) => {
            "Bring it back to what the plan expects, or make a new plan from the site as it is.\n"
        }
        Reason::Unreached { .. } => {
            "Open the firewall for it; or say `--assume-reachable` where only clients reach it.\n"
        }
        Reason::Busy(_) => "Wait for the transfers, or give them longer with `--drain-timeout`.\n",
        Reason::Unseen(_) => "Nothing is changed where it is not clear what is there.\n",
        Reason::NoEffect(_) | Reason::Failed(_) | Reason::Declined(_) => "",
    }
}

/// The command that goes on: the same once more, but a run that left a record is resumed.
pub(crate) fn go_on(arguments: impl Iterator<Item = String>, has_begun: bool) -> String {
    let mut words: Vec<String> = arguments.collect();
    let command = words.iter_mut().find(|word| matches!(word.as_str(), "apply" | "resume"));
    if let Some(command) = command {
        if has_begun { "resume" } else { "apply" }.clone_into(command);
    }
    format!("to go on: sesam-transport {}\n", shell_words::join(&words))
}

/// What was found on a host, in one line.
pub(crate) fn findings(findings: &Findings) -> String {
    let found: Vec<String> = findings
        .0
        .iter()
        .map(|finding| {
            let name = format!("{} {}", finding.transport.label(), finding.port);
            match &finding.answer {
                Answer::Speaks(Some(certificate)) => {
                    format!("{name} answers ({})", certificate.version)
                }
                Answer::Speaks(None) => format!("{name} answers"),
                Answer::OldTls => format!("{name} answers (TLS below 1.2)"),
                Answer::Refused => format!("{name} refuses"),
                Answer::Unclear(message) => format!("{name}: {message}"),
            }
        })
        .collect();
    found.join(", ")
}

/// What was found on every host.
pub(crate) fn probed(found: &[(String, Findings)]) -> String {
    let mut table = Table::new(["HOST", "PORT", "ANSWER", "CERTIFICATE"]);
    for (host, findings) in found {
        for Finding { transport, port, answer } in &findings.0 {
            let (answer, certificate) = match answer {
                Answer::Speaks(Some(certificate)) => (
                    format!("answers, {}", certificate.version),
                    format!("{}, valid until {}", certificate.subject, certificate.expires),
                ),
                Answer::Speaks(None) => ("answers".to_owned(), String::new()),
                Answer::OldTls => ("answers, TLS below 1.2".to_owned(), String::new()),
                Answer::Refused => ("refuses: closed".to_owned(), String::new()),
                Answer::Unclear(message) => (format!("unclear: {message}"), String::new()),
            };
            let port = format!("{} {port}", transport.label());
            table.row([host.clone(), port, answer, certificate]);
        }
    }
    table.to_text()
}
