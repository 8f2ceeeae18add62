//! Why a question could not be answered. Nothing was changed then.

use std::{io, path::PathBuf};

use crate::text::{ERROR, file_name};

/// Why a question could not be answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("cannot read `{}`", file_name(.0))]
    Read(PathBuf, #[source] io::Error),
    #[error("cannot write `{}`", .0.display())]
    Write(PathBuf, #[source] io::Error),
    #[error("cannot write to standard output")]
    Print(#[source] io::Error),
    #[error("{0}")]
    Refused(String),
    /// A report that reads by itself, several lines maybe.
    #[error("{0}")]
    Report(String),
}

impl Failure {
    /// The message for people, with what lies behind it.
    pub(crate) fn to_text(&self) -> String {
        let mut text = match self {
            Self::Report(report) => return report.clone(),
            _ => format!("{ERROR}error{ERROR:#}: {self}"),
        };
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        text.push('\n');
        text
    }
}
