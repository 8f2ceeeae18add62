//! What a journal remembers: where a run started, and which steps it began, finished or took back.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    site::{SiteDraft, Text},
    transition::FileChange,
};

/// One record of a journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Record<'r> {
    /// A run starts: with the first record of a journal everything can be told that comes after.
    Started(Box<Started<'r>>),
    /// A step, counted from 1, is about to be carried out.
    Begun(usize),
    /// The step was carried out, and its effect was seen.
    Done(usize),
    /// The step was not carried out, or was taken back: it can be begun again.
    Undone(usize),
}

/// Where a run starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Started<'r> {
    /// The version of the format, `1.x`.
    #[serde(borrow)]
    pub format_version: Text<'r>,
    /// What identifies the plan: see [`digest`](super::digest).
    #[serde(borrow)]
    pub plan: Text<'r>,
    /// The site that the plan starts from, with its ports inline.
    #[serde(borrow)]
    pub site: SiteDraft<'r>,
    /// The site that a rollback leads back to.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub original: Option<SiteDraft<'r>>,
}

/// A line of a journal: a record, when it was written, and which file the step changes.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(into = "Line<'_>")]
#[schemars(with = "Line<'static>")]
pub struct Entry<'r> {
    /// The time, as the caller tells it; nothing depends on it.
    pub time: Text<'r>,
    /// The record.
    pub record: Record<'r>,
    /// The file that a begun step changes, with the hashes of its bytes before and after.
    pub file: Option<FileChange>,
}

/// The keys of a line; exactly one says what the record is.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Entry")]
struct Line<'r> {
    /// When the record was written.
    #[serde(borrow)]
    time: Text<'r>,
    /// The run starts.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    started: Option<Box<Started<'r>>>,
    /// This step is about to be carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<usize>,
    /// This step was carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    done: Option<usize>,
    /// This step was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undone: Option<usize>,
    /// The file that the step changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<FileChange>,
}

/// A line of a journal says nothing, or several things at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected exactly one of `started`, `begun`, `done` and `undone`")]
struct NotOneRecord;

impl<'r> TryFrom<Line<'r>> for Entry<'r> {
    type Error = NotOneRecord;

    fn try_from(line: Line<'r>) -> Result<Self, NotOneRecord> {
        let Line { time, started, begun, done, undone, file } = line;
        let record = match (started, begun, done, undone) {
            (Some(started), None, None, None) => Record::Started(started),
            (None, Some(step), None, None) => Record::Begun(step),
            (None, None, Some(step), None) => Record::Done(step),
            (None, None, None, Some(step)) => Record::Undone(step),
            _ => return Err(NotOneRecord),
        };
        Ok(Self { time, record, file })
    }
}

impl<'de: 'r, 'r> Deserialize<'de> for Entry<'r> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Line::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

impl<'r> From<Entry<'r>> for Line<'r> {
    fn from(entry: Entry<'r>) -> Self {
        let Entry { time, record, file } = entry;
        let line = Line { time, started: None, begun: None, done: None, undone: None, file };
        match record {
            Record::Started(started) => Line { started: Some(started), ..line },
            Record::Begun(step) => Line { begun: Some(step), ..line },
            Record::Done(step) => Line { done: Some(step), ..line },
            Record::Undone(step) => Line { undone: Some(step), ..line },
        }
    }
}
