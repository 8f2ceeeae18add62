//! Answers for programs.

mod audit;

pub(crate) use audit::AuditReport;

/// The version of the reports.
const FORMAT_VERSION: &str = "1.0";
