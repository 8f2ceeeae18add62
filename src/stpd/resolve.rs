//! From a draft whose ports stand in files to a site.

use indexmap::IndexMap;

use super::places::{Places, StpdFile};
use super::reading::StpdIni;
use super::setting::IniSettings;
use crate::site::{FaultKind, Faults, SettingValue, Site, SiteDraft, validate};

/// Checks a draft, and reads the ports of its hosts and the settings that are wanted on them from their stpd.ini files.
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
    let ports = |host: usize| match files.get(path_of(host)?)? {
        Ok(file) => Some(Ok(validate::IniPorts {
            ports: file.ini.ports(),
            commented_https: file.ini.commented_https(),
        })),
        Err(kind) => Some(Err(kind.clone())),
    };
    // Reading a file takes two readers a while, so only files of hosts with settings are, and each once.
    let settings = if draft.settings.is_empty() { IndexMap::new() } else { all_settings(&files) };
    let setting = |host: usize, section: &str, key: &str| {
        let read = path_of(host).and_then(|path| settings.get(path));
        read.map_or(SettingValue::Absent, |read| read.setting(section, key).into_value())
    };
    let site = validate::validate(draft, &ports, &setting)?;
    let hosts = (0..draft.hosts.len()).map(|host| files.get_index_of(path_of(host)?)).collect();
    // A site has no fault, so each of its files could be read.
    let files = files.into_values().filter_map(Result::ok).collect();
    Ok((site, Places { files, hosts }))
}

/// The files that could be read, each by both readers.
fn all_settings<'f>(
    files: &'f IndexMap<&'f str, Result<StpdFile, FaultKind>>,
) -> IndexMap<&'f str, IniSettings<'f>> {
    let read = |(path, file): (&&'f str, &'f Result<StpdFile, FaultKind>)| {
        Some((*path, IniSettings::read(&file.as_ref().ok()?.bytes).ok()?))
    };
    files.iter().filter_map(read).collect()
}

fn file(path: &str, bytes: Option<Result<Vec<u8>, String>>) -> Result<StpdFile, FaultKind> {
    let unusable = |reason| FaultKind::IniUnusable { path: path.to_owned(), reason };
    let bytes = bytes.ok_or_else(|| FaultKind::IniMissing { path: path.to_owned() })?;
    let bytes = bytes.map_err(unusable)?;
    let ini = StpdIni::read(&bytes).map_err(|error| unusable(error.to_string()))?;
    Ok(StpdFile { path: path.into(), bytes: bytes.into(), ini })
}
