//! `check`: whether every prefix of a plan is safe, and where the plan ends; and the plan repaired so that it is.

use std::path::Path;

use sesam_transport::transition;

use super::{
    Answer,
    file_changes::FileChanges,
    plan_file::{require_one_standard_input, with_plan},
    site::SiteFile,
};
use crate::{
    args::{CheckArguments, Format},
    failure::Failure,
    output, text,
};

/// Checks a plan.
pub(crate) fn run(arguments: &CheckArguments, format: Format) -> Result<Answer, Failure> {
    let CheckArguments { site, plan, original, repair: _, output } = arguments;
    let mut paths = vec![site.site.as_path(), plan.plan.as_path()];
    paths.extend(original.as_deref());
    require_one_standard_input(&paths)?;
    if let Some(output) = output {
        return repair(&site.site, &plan.plan, output, format);
    }
    let SiteFile { site: start, places } = SiteFile::read(&site.site)?;
    let original = original.as_deref().map(SiteFile::read).transpose()?;
    with_plan(&plan.plan, |plan| {
        let verdict = match &original {
            None => transition::check(&start, plan)?,
            Some(original) => transition::check_rollback(&original.site, &start, plan)?,
        };
        let originals = original.as_ref().map_or(&places, |original| &original.places);
        let changes = FileChanges::of_file(plan, &start, &places, originals);
        let allowed = verdict.steps_checked();
        plan.confirm_files(|step| changes.step(step).filter(|_| step <= allowed))?;
        let printed = match format {
            Format::Text => output::print(&text::verdict(&verdict, plan)),
            Format::Json => output::print_json(&verdict),
        };
        Ok(printed.map(|()| Answer::from(verdict.is_safe() && verdict.reaches_goal())))
    })?
}

/// Writes the plan repaired, and prints what was changed.
fn repair(site: &Path, plan: &Path, output: &Path, format: Format) -> Result<Answer, Failure> {
    output::require_other_file(Some(output), &[site, plan])?;
    let SiteFile { site: start, places } = SiteFile::read(site)?;
    with_plan(plan, |plan| {
        let repaired = transition::repair(&start, plan)?;
        let changes = FileChanges::of(repaired.plan(), &places, &[]);
        let file = repaired.plan().with_files(|step| changes.step(step));
        let written = output::replace_with_json(output, &file);
        let printed = written.and_then(|()| match format {
            Format::Text => output::print(&text::repaired(&repaired, plan)),
            Format::Json => output::print_json(&repaired),
        });
        Ok(printed.map(|()| Answer::from(repaired.reaches_goal())))
    })?
}
