//! From a draft whose ports stand in files to a site.

use indexmap::IndexMap;

use super::places::{Places, StpdFile};
use super::reading::StpdIni;
use crate::site::{FaultKind, Faults, Site, SiteDraft, validate};

/// Checks a draft, and reads the ports of its hosts from their stpd.ini files.
///
/// `read` is called once with each of [`SiteDraft::ini_paths`] and answers with the bytes of the file, with the reason
/// why it cannot be read, or with `None` where there is no such file.
///
/// # Errors
///
/// Every fault of the draft; a file that is missing, cannot be read, or is not in an encoding that agrees with ASCII is
/// one. [`Source::locate`](crate::site::Source::locate) gives them their places.
pub fn resolve(
    draft: &SiteDraft<'_>,
    mut read: impl FnMut(&str) -> Option<Result<Vec<u8>, String>>,
) -> Result<(Site, Places), Faults> {
    let mut files: IndexMap<&str, Result<StpdFile, FaultKind>> = IndexMap::new();
    for path in draft.ini_paths() {
        files.entry(path).or_insert_with(|| file(path, read(path)));
    }
    let path_of = |host: usize| draft.hosts.get(host)?.stpd_ini.as_deref();
    let site = validate::validate(draft, &|host| match files.get(path_of(host)?)? {
        Ok(file) => Some(Ok(validate::IniPorts {
            ports: file.ini.ports(),
            commented_https: file.ini.commented_https(),
        })),
        Err(kind) => Some(Err(kind.clone())),
    })?;
    let hosts = (0..draft.hosts.len()).map(|host| files.get_index_of(path_of(host)?)).collect();
    // A site has no fault, so each of its files could be read.
    let files = files.into_values().filter_map(Result::ok).collect();
    Ok((site, Places { files, hosts }))
}

fn file(path: &str, bytes: Option<Result<Vec<u8>, String>>) -> Result<StpdFile, FaultKind> {
    let unusable = |reason| FaultKind::IniUnusable { path: path.to_owned(), reason };
    let bytes = bytes.ok_or_else(|| FaultKind::IniMissing { path: path.to_owned() })?;
    let bytes = bytes.map_err(unusable)?;
    let ini = StpdIni::read(&bytes).map_err(|error| unusable(error.to_string()))?;
    Ok(StpdFile { path: path.into(), bytes: bytes.into(), ini })
}
