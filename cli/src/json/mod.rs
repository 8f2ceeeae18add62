//! Answers for programs.

mod audit;
mod carry;

pub(crate) use audit::AuditReport;
pub(crate) use carry::{end, probed, what_is_left};

/// The version of the reports.
const FORMAT_VERSION: &str = "1.0";
