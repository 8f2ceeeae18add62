//! `rollback`: the way back from some steps of a plan.

use std::path::Path;

use sesam_transport::{
    run::{self, Journal},
    site::HostId,
    transition::{self, ActionDocument, Outcome, Rollback},
};

use super::{
    Answer,
    apply::before_run,
    file_changes::FileChanges,
    plan,
    plan_file::{require_one_standard_input, with_plan},
    site::{SiteFile, stpd_ini},
};
use crate::{
    args::{Format, RollbackArguments},
    carry::{JournalFolder, RealDisk},
    failure::Failure,
    input, output as out,
};

/// Plans the way back.
pub(crate) fn run(arguments: &RollbackArguments, format: Format) -> Result<Answer, Failure> {
    let RollbackArguments { site, plan, after, output, all } = arguments;
    require_one_standard_input(&[&site.site, &plan.plan])?;
    out::require_other_file(output.as_deref(), &[&site.site, &plan.plan])?;
    let SiteFile { site: original, places } = before(&site.site, &plan.plan)?;
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

/// The site before the first step: where `apply` has changed its files since, they are taken from its journal.
fn before(site: &Path, plan: &Path) -> Result<SiteFile, Failure> {
    if input::is_standard_input(plan) {
        return SiteFile::read(site);
    }
    let folder = JournalFolder::peek(JournalFolder::beside(plan));
    let Some(records) = folder.records(&RealDisk)? else { return SiteFile::read(site) };
    let name = folder.path().display();
    let journal =
        Journal::read(&records).map_err(|fault| Failure::Refused(format!("`{name}`: {fault}")))?;
    // A plan that was made anew since has nothing to do with it.
    if !with_plan(plan, |plan| Ok(*journal.started().plan == *run::digest(plan)))? {
        return SiteFile::read(site);
    }
    let original = |path: &Path| match before_run(&journal, &folder, path) {
        Ok(Some(bytes)) => Some(Ok(bytes)),
        Ok(None) => stpd_ini(path),
        Err(failure) => Some(Err(failure.to_string())),
    };
    SiteFile::read_from(site, original, |_, _| ()).map(|(file, ())| file)
}
