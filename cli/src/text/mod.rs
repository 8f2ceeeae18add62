//! What a person reads.

mod action;
mod audit;
mod carry;
mod check;
mod explanation;
mod line;
mod plan;
mod repair;
mod style;
mod table;

use std::path::Path;

pub(crate) use action::sentence;
pub(crate) use audit::audit;
pub(crate) use carry::{end, event, findings, go_on, how_far, probed, what_is_left};
pub(crate) use check::verdict;
pub(crate) use plan::plan;
pub(crate) use repair::repaired;
pub(crate) use style::{ERROR, WARNING};
pub(crate) use table::Table;

/// The name of a file in messages.
pub(crate) fn file_name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// A message that does not change the answer.
pub(crate) fn warning(message: &str) -> String {
    format!("{WARNING}warning{WARNING:#}: {message}\n")
}

/// `1 step`, `2 steps`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
