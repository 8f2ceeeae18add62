//! `rollback`: the way back from some steps of a plan.

use sesam_transport::{
    site::HostId,
    transition::{self, Outcome},
};

use super::{
    Answer, plan,
    plan_file::{require_one_standard_input, with_plan},
    site::SiteFile,
};
use crate::{
    args::{Format, RollbackArguments},
    failure::Failure,
};

/// Plans the way back.
pub(crate) fn run(arguments: &RollbackArguments, format: Format) -> Result<Answer, Failure> {
    let RollbackArguments { site, plan, after, output, all } = arguments;
    require_one_standard_input(&[&site.site, &plan.plan])?;
    let original = SiteFile::read(&site.site)?.site;
    let rollback = with_plan(&plan.plan, |plan| transition::rollback(&original, plan, *after))?;
    let way_back = rollback.plan();
    let start = rollback.start();
    let kept = |(host, text): (HostId, &str)| format!("{text} of {}", start[host].name());
    let kept: Vec<String> = rollback.kept().map(kept).collect();
    plan::write(&way_back, &kept, output.as_deref(), format, *all)?;
    Ok(Answer::from(way_back.outcome() == Outcome::Complete))
}
