//! Plan files, as far as a checker reads them.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, de::IgnoredAny};

use super::{
    ActionDocument, FileChange, Outcome, Probe, Summary, Wave,
    action_document::present,
    parts::{BecauseDocument, BlockedDocument, KeptDocument},
};
use crate::site::{
    FORMAT_VERSION, Faults, Source, Text,
    read::{Document, Spoilt},
};

/// A plan as it is written in a file, by the planner or by hand.
///
/// By hand, `steps` with their `action` are enough. Whatever else a file says of the plan is its certificate: it is kept,
/// and confirmed wherever the plan is used. Only what says the same in words, and the causes and options of what a plan
/// does not reach, are for people and not kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Plan")]
pub struct PlanDocument<'a> {
    /// `1.x`; another major version is refused. The current one where a plan that is written by hand leaves it out.
    #[serde(borrow, default = "current_version")]
    pub format_version: Text<'a>,
    /// Whether the plan leads to the goal or back.
    #[serde(default)]
    pub direction: Direction,
    /// The fingerprint of the site that the plan is for.
    #[serde(borrow, default)]
    pub site_fingerprint: Option<Text<'a>>,
    /// What to do, in this order.
    #[serde(borrow)]
    pub steps: Vec<StepDocument<'a>>,
    /// Whether the plan reaches the whole goal.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Counts.
    #[serde(default)]
    pub summary: Option<Summary>,
    /// The parts of the goal that the plan does not reach, and what would unblock them.
    #[serde(borrow, default)]
    pub blocked: Option<Vec<BlockedDocument<'a>>>,
    /// How many parts of the goal the plan does not reach, those that `blocked` does not list included.
    #[serde(default)]
    pub blocked_total: Option<u64>,
    /// All that there is to choose from where the goal cannot be reached, with what it costs.
    #[serde(default)]
    choices: Skipped,
    /// How many changes were not planned, because the work that an explanation may take had been done.
    #[serde(default)]
    untried: Skipped,
    /// What a rollback leaves as it is.
    #[serde(borrow, default)]
    pub kept: Option<Vec<KeptDocument<'a>>>,
}

/// Where a plan leads.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To the goal.
    #[default]
    Forward,
    /// Back to the original site.
    Rollback,
}

/// A step of a plan file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Step")]
pub struct StepDocument<'a> {
    /// Its number, by which other steps need it: its position, from 1.
    #[serde(default)]
    pub id: Option<u64>,
    /// The wave that it belongs to.
    #[serde(default)]
    pub wave: Option<Wave>,
    /// What it does.
    #[serde(borrow)]
    pub action: ActionDocument<'a>,
    /// Why it is in the plan.
    #[serde(borrow, default)]
    pub because: Option<Box<BecauseDocument<'a>>>,
    /// The numbers of the steps that must come before it, in ascending order.
    #[serde(default)]
    pub needs: Option<Vec<u64>>,
    /// What takes it back; null where no action can.
    #[serde(borrow, default, deserialize_with = "present")]
    pub undo: Option<Option<Box<ActionDocument<'a>>>>,
    /// What is false before and true after it; null where nobody can tell.
    #[serde(borrow, default, deserialize_with = "present")]
    pub probe: Option<Option<Box<Probe<'a>>>>,
    /// The file that it changes.
    #[serde(default)]
    pub file: Option<Box<FileChange>>,
    /// The exposures of the goal that are left after it.
    #[serde(default)]
    pub exposures_after: Option<u64>,
}

fn current_version<'a>() -> Text<'a> {
    FORMAT_VERSION.into()
}

impl<'a> PlanDocument<'a> {
    /// A plan of these actions, as if written by hand.
    pub fn new(
        direction: Direction,
        actions: impl IntoIterator<Item = ActionDocument<'a>>,
    ) -> Self {
        Self {
            format_version: FORMAT_VERSION.into(),
            direction,
            site_fingerprint: None,
            steps: actions.into_iter().map(StepDocument::from).collect(),
            outcome: None,
            summary: None,
            blocked: None,
            blocked_total: None,
            choices: Skipped,
            untried: Skipped,
            kept: None,
        }
    }

    /// Reads a plan file.
    ///
    /// # Errors
    ///
    /// Every fault of the file with its place. Whether its steps are allowed is another question.
    pub fn read(source: &Source<'a>) -> Result<Self, Faults> {
        source.read()
    }
}

impl<'a> From<ActionDocument<'a>> for StepDocument<'a> {
    fn from(action: ActionDocument<'a>) -> Self {
        Self {
            id: None,
            wave: None,
            action,
            because: None,
            needs: None,
            undo: None,
            probe: None,
            file: None,
            exposures_after: None,
        }
    }
}

impl<'a> Document<'a> for PlanDocument<'a> {
    fn format_version(&self) -> &str {
        &self.format_version
    }

    fn further_faults(&self, _: &Spoilt) -> Faults {
        Faults::none()
    }
}

/// A part of a plan file that is not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Skipped;

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl JsonSchema for Skipped {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Skipped".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::PlanDocument;
    use crate::site::read::tests::{Reads, agree, both_ways_agree};

    impl<'a> Reads<'a> for PlanDocument<'static> {
        fn agree(text: &'a str) -> bool {
            agree::<PlanDocument<'a>>(text)
        }
    }

    fn steps() -> Value {
        json!([
            {"id": 1, "wave": "park", "needs": [1], "undo": null, "exposures_after": 0, "because": {"text": 1},
             "probe": null, "file": {"path": "p", "sha256_before": "b", "sha256_after": "a"},
             "action": {"type": "enable-port", "host": "h", "transport": "ftp", "port": 1}},
            {"action": {"type": "add-interface", "host": "h", "interface": "i", "listener": 1, "position": 1},
             "undo": {"type": "restart", "host": "h"}, "probe": {"type": "kill-is", "value": null, "text": "t"},
             "because": {"removes": [{"kind": "port", "host": "h", "transport": "ftp", "text": ""},
                                     {"kind": "interface", "host": "h", "interface": "i"},
                                     {"kind": "task", "task": "t"}, {"kind": "kill"}],
                         "lessens": [{"kind": "task", "task": "t"}],
                         "keeps": [{"condition": "route", "host": "h", "text": ""}, {"condition": "abort", "host": "h"},
                                   {"condition": "interface", "host": "h"}],
                         "for": [7]}},
            {"action": {"type": "set-kill", "value": "ftp"}},
            {"action": {"type": "reassign", "task": "t", "interface": "i"},
             "probe": {"type": "reference-is", "task": "t", "interface": "i"}},
            {"action": {"type": "remove-interface", "host": "h", "interface": "i"},
             "probe": {"type": "interface-absent", "host": "h", "interface": "i"}},
            {"action": {"type": "disable-port", "host": "h", "transport": "http"},
             "probe": {"type": "configured-is", "host": "h", "ftp": 1, "http": "off", "https": "unknown"}},
            {"action": {"type": "restart", "host": "h"},
             "probe": {"type": "port-open", "host": "h", "transport": "http", "port": 1}},
            {"action": {"type": "restart", "host": "h"},
             "probe": {"type": "port-closed", "host": "h", "transport": "http", "port": 1}},
            {"action": {"type": "restart", "host": "h"},
             "probe": {"type": "interface-present", "host": "h", "interface": "i"}},
            {"action": {"type": "set-ini", "host": "h", "section": "s", "key": "k", "value": "v"}},
            {"action": {"type": "restore-ports", "host": "h", "ftp": 1, "http": "off", "https": "unknown"}},
        ])
    }

    #[test]
    fn both_ways_of_reading_a_plan_agree() {
        both_ways_agree::<PlanDocument<'static>>(&json!({
            "format_version": "1.0", "direction": "rollback", "site_fingerprint": "f", "outcome": "complete",
            "summary": {"steps": 1, "restarts": 2, "exposures_before": 3, "exposures_after": 4},
            "blocked": [{"goal": {"kind": "port", "host": "h", "transport": "ftp", "text": "t"}, "cause": [], "options": []},
                        {"goal": {"https": "h"}}, {"goal": {"kind": "task", "task": "t"}},
                        {"goal": {"kind": "setting", "host": "h", "section": "s", "key": "k"}}],
            "blocked_total": 0, "choices": [], "untried": 0,
            "kept": [{"host": "h", "interface": "i", "text": "t"}], "steps": steps(),
        }));
    }
}
