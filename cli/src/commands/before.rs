//! The site before the first step of a plan, also where some of its steps were carried out since.

use std::path::Path;

use sesam_transport::{
    run::{self, Journal},
    site::SiteDraft,
};

use super::{
    apply::before_run,
    plan_file::with_plan,
    site::{SiteFile, stpd_ini},
};
use crate::{
    carry::{JournalFolder, RealDisk},
    failure::Failure,
    input,
};

/// Reads a site as it was before a plan: files that `apply` has changed since are taken from its journal.
///
/// `take` gets the draft and the folder that its paths are relative to.
pub(super) fn before<T>(
    site: &Path,
    plan: &Path,
    take: impl FnOnce(&SiteDraft<'_>, &Path) -> T,
) -> Result<(SiteFile, T), Failure> {
    if input::is_standard_input(plan) {
        return SiteFile::read_with(site, take);
    }
    let folder = JournalFolder::peek(JournalFolder::beside(plan));
    let Some(records) = folder.records(&RealDisk)? else {
        return SiteFile::read_with(site, take);
    };
    let name = folder.path().display();
    let journal =
        Journal::read(&records).map_err(|fault| Failure::Refused(format!("`{name}`: {fault}")))?;
    // A plan that was made anew since has nothing to do with it.
    if !with_plan(plan, |plan| Ok(*journal.started().plan == *run::digest(plan)))? {
        return SiteFile::read_with(site, take);
    }
    let original = |path: &Path| match before_run(&journal, &folder, path) {
        Ok(Some(bytes)) => Some(Ok(bytes)),
        Ok(None) => stpd_ini(path),
        Err(failure) => Some(Err(failure.to_string())),
    };
    SiteFile::read_from(site, original, take)
}
