//! `rollback`: the way back from some steps of a plan.

use sesam_transport::{
    site::HostId,
    transition::{self, ActionDocument, Outcome, Rollback},
};

use super::{
    Answer,
    before::before,
    file_changes::FileChanges,
    plan,
    plan_file::{require_one_standard_input, with_plan},
    site::SiteFile,
};
use crate::{
    args::{Format, RollbackArguments},
    failure::Failure,
    output as out,
};

/// Plans the way back.
pub(crate) fn run(arguments: &RollbackArguments, format: Format) -> Result<Answer, Failure> {
    let RollbackArguments { site, plan, after, output, all } = arguments;
    require_one_standard_input(&[&site.site, &plan.plan])?;
    out::require_other_file(output.as_deref(), &[&site.site, &plan.plan])?;
    let (SiteFile { site: original, places }, ()) = before(&site.site, &plan.plan, |_, _| ())?;
    let (rollback, done): (Rollback<'_>, Vec<ActionDocument<'static>>) =
        with_plan(&plan.plan, |plan| {
            let done = plan.steps.iter().take(*after);
            let done = done.map(|step| step.action.clone().into_owned()).collect();
            let rollback = transition::rollback(&original, plan, *after)?;
            let changes = FileChanges::of_file(plan, &original, &places, &places);
            plan.confirm_files(|step| changes.step(step))?;
            Ok((rollback, done))
        })?;
    let way_back = rollback.plan();
    let start = rollback.start();
    let kept = |(host, text): (HostId, &str)| format!("{text} of {}", start[host].name());
    let kept: Vec<String> = rollback.kept().map(kept).collect();
    let changes = FileChanges::of(&way_back, &places, &done);
    plan::write(&way_back, &changes, &kept, output.as_deref(), format, *all)?;
    Ok(Answer::from(way_back.outcome() == Outcome::Complete))
}
