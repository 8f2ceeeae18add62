//! What all documents have in common.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Spoilt;
use crate::site::{Faults, Path, SiteDraft, validate};

/// A type whose values are written in files.
pub(crate) trait Document<'a>: Deserialize<'a> + JsonSchema {
    /// The version of the format, as written.
    fn format_version(&self) -> &str;

    /// What is wrong besides the shape, without what only follows from the parts that are spoilt.
    ///
    /// It is asked for only where the shape has faults; a sound document is checked where it is used.
    fn further_faults(&self, spoilt: &Spoilt) -> Faults;
}

impl<'a> Document<'a> for SiteDraft<'a> {
    fn format_version(&self) -> &str {
        &self.format_version
    }

    fn further_faults(&self, spoilt: &Spoilt) -> Faults {
        validate::further_faults(self, &spoilt.explain_site())
    }
}

/// The key of the version, in every document.
pub(super) const VERSION_KEY: &str = "format_version";

/// Where the version stands in every document.
pub(super) fn version_path() -> Path {
    Path::default().key(VERSION_KEY)
}
