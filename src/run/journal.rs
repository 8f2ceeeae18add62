//! A journal that was read back.

use serde::de::IgnoredAny;

use crate::{site::FORMAT_VERSION, transition::FileChange};

use super::record::{Entry, Record, Started};

/// What a journal tells: where its run started, what was finished, and what was begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal<'j> {
    started: Started<'j>,
    finished: Vec<usize>,
    open: Option<usize>,
    files: Vec<(usize, FileChange)>,
    whole: usize,
}

/// A journal cannot be gone on from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalFault {
    /// It has no record.
    #[error("the journal has no record: nothing was begun, so begin anew")]
    Empty,
    /// A line is not a record.
    #[error("line {line}, column {column}: {reason}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What was expected.
        reason: String,
    },
    /// A record that no run writes there.
    #[error("line {line}: {reason}, so this is not the journal of one run")]
    Order {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// A journal of a later version.
    #[error("the journal has format version `{0}`, and this program knows 1.x")]
    Version(String),
}

impl<'j> Journal<'j> {
    /// Reads the lines of a journal.
    ///
    /// A last line that does not end, or that is no JSON, was being written when everything stopped: it announces what
    /// has not happened, and is left out. [`whole`](Self::whole) says where it begins, so that the next record takes its
    /// place.
    ///
    /// # Errors
    ///
    /// [`JournalFault`] with the first line that is wrong.
    pub fn read(bytes: &'j [u8]) -> Result<Self, JournalFault> {
        let whole = whole(bytes);
        let lines = bytes.get(..whole).unwrap_or_default().split_inclusive(|&byte| byte == b'\n');
        let mut lines = (1..).zip(lines);
        let Some((line, first)) = lines.next() else { return Err(JournalFault::Empty) };
        let Record::Started(started) = entry(line, first)?.record else {
            let reason = "it does not begin with the start of a run";
            return Err(JournalFault::Order { line, reason });
        };
        if !is_known(&started.format_version) {
            return Err(JournalFault::Version(started.format_version.to_string()));
        }
        let mut journal =
            Self { started: *started, finished: Vec::new(), open: None, files: Vec::new(), whole };
        for (line, bytes) in lines {
            let entry = entry(line, bytes)?;
            journal.follow(entry).map_err(|reason| JournalFault::Order { line, reason })?;
        }
        Ok(journal)
    }

    fn follow(&mut self, entry: Entry<'_>) -> Result<(), &'static str> {
        let Entry { time: _, record, file } = entry;
        match record {
            Record::Started(_) => return Err("a second run starts"),
            Record::Begun(_) if self.open.is_some() => {
                return Err("a step begins while another is open");
            }
            Record::Begun(step) => {
                self.open = Some(step);
                self.files.extend(file.map(|file| (step, file)));
            }
            Record::Done(step) | Record::Undone(step) if self.open != Some(step) => {
                return Err("a step ends that was not begun");
            }
            Record::Done(step) => {
                self.open = None;
                self.finished.push(step);
            }
            Record::Undone(_) => self.open = None,
        }
        Ok(())
    }

    /// Where the run started.
    #[must_use]
    pub const fn started(&self) -> &Started<'j> {
        &self.started
    }

    /// The steps that were finished, counted from 1, in the order in which they were.
    #[must_use]
    pub fn finished(&self) -> &[usize] {
        &self.finished
    }

    /// The step that was begun and has not ended.
    #[must_use]
    pub const fn open(&self) -> Option<usize> {
        self.open
    }

    /// The files that steps were about to change, in the order in which they were begun.
    #[must_use]
    pub fn files(&self) -> &[(usize, FileChange)] {
        &self.files
    }

    /// How many bytes at the beginning are whole lines.
    #[must_use]
    pub const fn whole(&self) -> usize {
        self.whole
    }
}

/// How many bytes are lines that were written to their end.
fn whole(bytes: &[u8]) -> usize {
    let end_of_line =
        |bytes: &[u8]| bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let whole = end_of_line(bytes);
    let before_last = bytes.get(..whole.saturating_sub(1)).map_or(0, end_of_line);
    let last = bytes.get(before_last..whole).unwrap_or_default();
    // The end of a line may reach the disk before its middle does.
    if serde_json::from_slice::<IgnoredAny>(last).is_ok() { whole } else { before_last }
}

fn entry(line: usize, bytes: &[u8]) -> Result<Entry<'_>, JournalFault> {
    serde_json::from_slice(bytes).map_err(|error| JournalFault::Line {
        line,
        column: error.column().max(1),
        reason: reason(&error),
    })
}

/// What the reader of JSON says, without the place: its lines are not ours.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

fn is_known(version: &str) -> bool {
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    major(version) == major(FORMAT_VERSION)
}
