//! `plan`: the way to HTTPS only.

use std::path::Path;

use sesam_transport::transition::{self, Outcome, Plan};

use super::{Answer, file_changes::FileChanges, site::SiteFile};
use crate::{
    args::{Format, PlanArguments},
    failure::Failure,
    output, text,
};

/// Plans the move.
pub(crate) fn run(arguments: &PlanArguments, format: Format) -> Result<Answer, Failure> {
    let PlanArguments { site, output, all } = arguments;
    output::require_other_file(output.as_deref(), &[&site.site])?;
    let file = SiteFile::read(&site.site)?;
    let plan = transition::plan(&file.site);
    let changes = FileChanges::of(&plan, &file.places, &[]);
    write(&plan, &changes, &[], output.as_deref(), format, *all)?;
    Ok(Answer::from(plan.outcome() == Outcome::Complete))
}

/// Writes a plan to its file, where one is named, and prints it.
pub(super) fn write(
    plan: &Plan<'_>,
    changes: &FileChanges,
    kept: &[String],
    output: Option<&Path>,
    format: Format,
    all: bool,
) -> Result<(), Failure> {
    let file = plan.with_files(|step| changes.step(step));
    if let Some(path) = output {
        output::replace_with_json(path, &file)?;
    }
    match format {
        Format::Text => output::print(&text::plan(plan, kept, all)),
        Format::Json => output::print_json(&file),
    }
}
