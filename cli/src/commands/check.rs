//! `check`: whether every prefix of a plan is safe, and where the plan ends.

use sesam_transport::transition;

use super::{
    Answer,
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
    let CheckArguments { site, plan, original } = arguments;
    let mut paths = vec![site.site.as_path(), plan.plan.as_path()];
    paths.extend(original.as_deref());
    require_one_standard_input(&paths)?;
    let start = SiteFile::read(&site.site)?.site;
    let original = original.as_deref().map(SiteFile::read).transpose()?;
    with_plan(&plan.plan, |plan| {
        let verdict = match &original {
            None => transition::check(&start, plan)?,
            Some(original) => transition::check_rollback(&original.site, &start, plan)?,
        };
        let printed = match format {
            Format::Text => output::print(&text::verdict(&verdict, plan)),
            Format::Json => output::print_json(&verdict),
        };
        Ok(printed.map(|()| Answer::from(verdict.is_safe() && verdict.reaches_goal())))
    })?
}
