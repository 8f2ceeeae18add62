//! The plan file.

use schemars::JsonSchema;
use serde::{
    Deserialize, Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq, SerializeStruct},
};

use crate::site::FORMAT_VERSION;

use super::{
    Direction, Explanation, Plan, Step,
    step::{Probe, WithText},
};

/// How a file looks before and after a step that changes it, so that whoever carries the step out can tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileChange {
    /// The path as the site file gives it.
    pub path: String,
    /// SHA-256 of the bytes before, in hexadecimal digits.
    pub sha256_before: String,
    /// SHA-256 of the bytes after.
    pub sha256_after: String,
}

impl Plan<'_> {
    /// The plan file, with what each step does to a file; `file` is asked for each step by its number, from 1.
    pub fn with_files<'p, F: Fn(usize) -> Option<&'p FileChange>>(
        &'p self,
        file: F,
    ) -> PlanFile<'p, F> {
        PlanFile { plan: self, file }
    }
}

impl Serialize for Plan<'_> {
    /// Writes the plan file; [`Plan::with_files`] adds what each step does to a file.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_files(|_| None).serialize(serializer)
    }
}

/// A plan that is written with the files that its steps change.
#[derive(Debug)]
pub struct PlanFile<'p, F> {
    plan: &'p Plan<'p>,
    file: F,
}

impl<'p, F: Fn(usize) -> Option<&'p FileChange>> Serialize for PlanFile<'p, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.plan;
        let mut out = serializer.serialize_struct("Plan", 11)?;
        out.serialize_field("format_version", FORMAT_VERSION)?;
        out.serialize_field("direction", &plan.direction())?;
        out.serialize_field("site_fingerprint", &plan.site().fingerprint().to_string())?;
        out.serialize_field("outcome", &plan.outcome())?;
        out.serialize_field("summary", &plan.summary())?;
        out.serialize_field("steps", &Steps(self))?;
        out.serialize_field("blocked", plan.blocked())?;
        let Explanation { blocked: _, blocked_total, choices, untried } = plan.explanation();
        out.serialize_field("blocked_total", blocked_total)?;
        out.serialize_field("choices", choices)?;
        out.serialize_field("untried", untried)?;
        out.serialize_field("kept", &Kept(plan))?;
        out.end()
    }
}

struct Steps<'f, 'p, F>(&'f PlanFile<'p, F>);

impl<'p, F: Fn(usize) -> Option<&'p FileChange>> Serialize for Steps<'_, 'p, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut steps = serializer.serialize_seq(Some(self.0.plan.summary().steps))?;
        for step in self.0.plan.steps() {
            let file = (self.0.file)(step.id);
            steps.serialize_element(&StepReport { step: &step, file })?;
        }
        steps.end()
    }
}

struct StepReport<'r, 'p> {
    step: &'r Step<'p>,
    file: Option<&'r FileChange>,
}

impl Serialize for StepReport<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The file names hosts in the actions, and leaves those of tasks to the site.
        let Step { id, wave, host: _, action, because, needs, undo, probe, exposures_after } =
            self.step;
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("id", id)?;
        out.serialize_entry("wave", wave)?;
        out.serialize_entry("action", action)?;
        out.serialize_entry("because", because)?;
        out.serialize_entry("needs", needs)?;
        out.serialize_entry("undo", undo)?;
        out.serialize_entry("probe", &probe.as_ref().map(WithText::<Probe<'_>>))?;
        if let Some(file) = self.file {
            out.serialize_entry("file", file)?;
        }
        out.serialize_entry("exposures_after", exposures_after)?;
        out.end()
    }
}

/// What a rollback leaves as it is.
struct Kept<'p>(&'p Plan<'p>);

#[derive(Serialize)]
struct KeptInterface<'p> {
    host: &'p str,
    interface: &'p str,
    text: String,
}

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.0;
        debug_assert!(
            plan.kept.is_empty() || plan.direction() == Direction::Rollback,
            "only a rollback keeps"
        );
        serializer.collect_seq(plan.kept().map(|(host, interface)| KeptInterface {
            host,
            interface,
            text: format!("interface `{interface}` of `{host}` stays: a task names it"),
        }))
    }
}
