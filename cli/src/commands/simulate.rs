//! `simulate`: the site as it is after some steps of a plan.

use std::path::Path;

use sesam_transport::{site, transition};

use super::{
    Answer,
    file_changes::FileChanges,
    plan_file::{require_one_standard_input, with_plan},
    site::SiteFile,
};
use crate::{
    args::{Format, SimulateArguments},
    failure::Failure,
    input, output,
    site_toml::site_toml,
};

/// Writes the site after some steps.
pub(crate) fn run(arguments: &SimulateArguments, format: Format) -> Result<Answer, Failure> {
    let SimulateArguments { site, plan, after, output } = arguments;
    require_one_standard_input(&[&site.site, &plan.plan])?;
    output::require_other_file(output.as_deref(), &[&site.site, &plan.plan])?;
    let SiteFile { site: start, places } = SiteFile::read(&site.site)?;
    let end = with_plan(&plan.plan, |plan| {
        let end = transition::simulate(&start, plan, *after)?;
        let changes = FileChanges::of_file(plan, &start, &places, &places);
        plan.confirm_files(|step| changes.step(step))?;
        Ok(end)
    })?;
    drop(start);
    let draft = end.to_draft();
    let toml = || site_toml(&draft).map_err(|error| Failure::Refused(error.to_string()));
    match (output, is_json(output.as_deref(), format)) {
        (None, true) => output::print_json(&draft)?,
        (None, false) => output::print_bytes([toml()?.as_bytes()])?,
        (Some(path), true) => output::replace_with_json(path, &draft)?,
        (Some(path), false) => output::replace_with_bytes(path, [toml()?.as_bytes()])?,
    }
    Ok(Answer::Yes)
}

/// The name of the file decides; without one that says it, what was asked for.
fn is_json(output: Option<&Path>, format: Format) -> bool {
    match output.and_then(input::format_of) {
        Some(named) => named == site::Format::Json,
        None => format == Format::Json,
    }
}
