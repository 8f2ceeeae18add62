//! The site that a question is about.

use std::{io, path::Path};

use sesam_transport::{
    site::{Faults, Site, SiteDraft, Source},
    stpd::{self, Places},
};

use crate::{failure::Failure, faults, input, text};

/// A site, with the places of its port keys.
pub(crate) struct SiteFile {
    pub(crate) site: Site,
    pub(crate) places: Places,
}

impl SiteFile {
    /// Reads a site file and the stpd.ini files that it names; all of its faults are reported at once.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Self::read_with(path, |_, _| ()).map(|(file, ())| file)
    }

    /// The same, and what `take` wants of the draft and of the folder that its paths are relative to.
    pub(crate) fn read_with<T>(
        path: &Path,
        take: impl FnOnce(&SiteDraft<'_>, &Path) -> T,
    ) -> Result<(Self, T), Failure> {
        Self::read_from(path, stpd_ini, take)
    }

    /// The same, with the stpd.ini files as `ini` has them.
    pub(crate) fn read_from<T>(
        path: &Path,
        ini: impl Fn(&Path) -> Option<Result<Vec<u8>, String>>,
        take: impl FnOnce(&SiteDraft<'_>, &Path) -> T,
    ) -> Result<(Self, T), Failure> {
        let bytes = input::bytes(path)?;
        let Some(format) = input::format_of(path) else {
            let name = text::file_name(path);
            let message = format!("`{name}` is neither .toml nor .json: name it after what it is");
            return Err(Failure::Refused(message));
        };
        let refused = |faults: &Faults, source: Option<&Source<'_>>| {
            let name = text::file_name(path);
            Failure::Report(faults::render(faults, &name, source, true))
        };
        let source = Source::new(&bytes, format).map_err(|faults| refused(&faults, None))?;
        let draft = SiteDraft::read(&source).map_err(|faults| refused(&faults, Some(&source)))?;
        let folder = input::folder_of(path);
        let (site, places) = stpd::resolve(&draft, |name| ini(&folder.join(name)))
            .map_err(|faults| refused(&source.locate(faults), Some(&source)))?;
        Ok((Self { site, places }, take(&draft, &folder)))
    }
}

/// The bytes of a stpd.ini, or why they cannot be read; `None` where there is no such file.
pub(super) fn stpd_ini(path: &Path) -> Option<Result<Vec<u8>, String>> {
    match input::file(path) {
        Ok(bytes) => Some(Ok(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(error.to_string())),
    }
}
