//! Plan files, as far as a checker reads them.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, de::IgnoredAny};

use super::ActionDocument;
use crate::site::{
    FORMAT_VERSION, Faults, Source, Text,
    read::{Document, Spoilt},
};

/// A plan as it is written in a file, by the planner or by hand.
///
/// By hand, `steps` with their `action` are enough. What only explains a plan to people, or tells
/// how it was found, is not kept: whoever checks a plan does not rely on it.
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
    outcome: Skipped,
    /// Counts.
    #[serde(default)]
    summary: Skipped,
    /// The parts of the goal that the plan does not reach, and what would unblock them.
    #[serde(default)]
    blocked: Skipped,
    /// How many parts of the goal the plan does not reach, those that `blocked` does not list included.
    #[serde(default)]
    blocked_total: Skipped,
    /// All that there is to choose from where the goal cannot be reached, with what it costs.
    #[serde(default)]
    choices: Skipped,
    /// How many changes were not planned, because the work that an explanation may take had been done.
    #[serde(default)]
    untried: Skipped,
    /// What a rollback leaves as it is.
    #[serde(default)]
    kept: Skipped,
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
    /// Its number, by which other steps need it.
    #[serde(default)]
    pub id: Option<u64>,
    /// The wave that it belongs to.
    #[serde(borrow, default)]
    pub wave: Option<Text<'a>>,
    /// What it does.
    #[serde(borrow)]
    pub action: ActionDocument<'a>,
    /// The numbers of the steps that must come before it.
    #[serde(default)]
    pub needs: Vec<u64>,
    /// What takes it back; null where no action can.
    #[serde(borrow, default)]
    pub undo: Option<ActionDocument<'a>>,
    /// The exposures of the goal that are left after it.
    #[serde(default)]
    pub exposures_after: Option<u64>,
    /// Why it is in the plan.
    #[serde(default)]
    because: Skipped,
    /// What is false before and true after it.
    #[serde(default)]
    probe: Skipped,
    /// The file that it changes.
    #[serde(default)]
    file: Skipped,
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
            outcome: Skipped,
            summary: Skipped,
            blocked: Skipped,
            blocked_total: Skipped,
            choices: Skipped,
            untried: Skipped,
            kept: Skipped,
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
            needs: Vec::new(),
            undo: None,
            exposures_after: None,
            because: Skipped,
            probe: Skipped,
            file: Skipped,
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
struct Skipped;

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
            {"id": 1, "wave": "w", "needs": [1], "undo": null, "exposures_after": 0, "because": {}, "probe": {},
             "file": {}, "action": {"type": "enable-port", "host": "h", "transport": "ftp", "port": 1}},
            {"action": {"type": "add-interface", "host": "h", "interface": "i", "listener": 1, "position": 1},
             "undo": {"type": "restart", "host": "h"}},
            {"action": {"type": "set-kill", "value": "ftp"}},
            {"action": {"type": "reassign", "task": "t", "interface": "i"}},
            {"action": {"type": "remove-interface", "host": "h", "interface": "i"}},
            {"action": {"type": "disable-port", "host": "h", "transport": "http"}},
            {"action": {"type": "set-ini", "host": "h", "section": "s", "key": "k", "value": "v"}},
            {"action": {"type": "restore-ports", "host": "h", "ftp": 1, "http": "off", "https": "unknown"}},
        ])
    }

    #[test]
    fn both_ways_of_reading_a_plan_agree() {
        both_ways_agree::<PlanDocument<'static>>(&json!({
            "format_version": "1.0", "direction": "rollback", "site_fingerprint": "f", "outcome": "complete",
            "summary": {}, "blocked": [], "blocked_total": 0, "choices": [], "untried": 0, "kept": [], "steps": steps(),
        }));
    }
}
