//! A step in a stpd.ini: prepared, then put in place so that the file is the old one or the new one at any moment.

use std::{
    io,
    path::{Path, PathBuf},
};

use sesam_transport::{
    stpd::{Change, FileDigest, RewriteRefused, rewrite},
    transition::FileChange,
};

use super::disk::Disk;

/// A change of a file that is ready to be put in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prepared {
    /// The file behind symbolic links.
    path: PathBuf,
    pub(crate) before: Vec<u8>,
    pub(crate) after: Vec<u8>,
    /// What the journal says of it.
    pub(crate) change: FileChange,
}

/// What an earlier step left in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// The hashes that it may have; two where nobody knows how far a step went.
    pub(crate) hashes: Vec<String>,
    /// Where bytes are kept by their hash.
    pub(crate) kept: PathBuf,
}

impl Left {
    /// Whether these are the bytes that were left.
    pub(crate) fn require(&self, path: &Path, bytes: &[u8]) -> Result<(), Unchanged> {
        let found = FileDigest::of(bytes).to_string();
        if self.hashes.contains(&found) {
            return Ok(());
        }
        let kept = self.kept.join(self.hashes.last().map_or("", String::as_str));
        Err(Unchanged::Foreign { path: path.to_owned(), kept })
    }
}

/// Why a file is not changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unchanged {
    #[error("cannot {what} `{}`: {error}", .path.display())]
    Io { what: &'static str, path: PathBuf, error: io::Error },
    #[error("`{}` was changed by someone else since: to go on, put back what was left there, `{}`", .path.display(), .kept.display())]
    Foreign { path: PathBuf, kept: PathBuf },
    #[error("`{}` was changed by someone else in between", .path.display())]
    ChangedUnderneath { path: PathBuf },
    #[error("`{}` cannot be edited: {refusal}", .path.display())]
    Refused { path: PathBuf, refusal: RewriteRefused },
}

/// How far a replacement got.
#[derive(Debug)]
pub(crate) enum Replaced {
    /// The new bytes are in place, and will stay there.
    Durably,
    /// They are in place, and may be gone after a power cut.
    Perhaps(io::Error),
}

impl Prepared {
    /// Rewrites the bytes of a file as they are now, in memory.
    pub(crate) fn new(
        disk: &dyn Disk,
        path: &Path,
        change: Change<'_>,
        left: Option<&Left>,
    ) -> Result<Self, Unchanged> {
        let failed = |what| move |error| Unchanged::Io { what, path: path.to_owned(), error };
        let real = disk.real_path(path).map_err(failed("find"))?;
        let before = disk.read(&real).map_err(failed("read"))?;
        if let Some(left) = left {
            left.require(path, &before)?;
        }
        let rewritten = rewrite(&before, change)
            .map_err(|refusal| Unchanged::Refused { path: path.to_owned(), refusal })?;
        let after = rewritten.after().to_vec();
        let change = FileChange {
            // Wherever the next run is started from, this is the file.
            path: real.display().to_string(),
            sha256_before: FileDigest::of(&before).to_string(),
            sha256_after: FileDigest::of(&after).to_string(),
        };
        Ok(Self { path: real, before, after, change })
    }

    /// The file behind symbolic links.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the new bytes in place of the old ones.
    pub(crate) fn put_in_place(&self, disk: &dyn Disk) -> Result<Replaced, Unchanged> {
        let staged = staging_path(&self.path);
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        // What an earlier run left when it was killed.
        if disk.remove(&staged).is_ok() {
            let _ = disk.sync_folder(folder);
        }
        if let Err(unchanged) = self.stage(disk, &staged) {
            let _ = disk.remove(&staged);
            return Err(unchanged);
        }
        if let Err(error) = disk.rename(&staged, &self.path) {
            let _ = disk.remove(&staged);
            return Err(Unchanged::Io { what: "replace", path: self.path.clone(), error });
        }
        Ok(disk.sync_folder(folder).map_or_else(Replaced::Perhaps, |()| Replaced::Durably))
    }

    fn stage(&self, disk: &dyn Disk, staged: &Path) -> Result<(), Unchanged> {
        let failed = |what| {
            let path = staged.to_owned();
            move |error| Unchanged::Io { what, path, error }
        };
        disk.create(staged).map_err(failed("make"))?;
        disk.append(staged, &self.after).map_err(failed("write"))?;
        disk.copy_attributes(&self.path, staged).map_err(failed("keep the attributes in"))?;
        disk.sync(staged).map_err(failed("write"))?;
        let failed = |error| Unchanged::Io { what: "read", path: self.path.clone(), error };
        if disk.read(&self.path).map_err(failed)? == self.before {
            return Ok(());
        }
        Err(Unchanged::ChangedUnderneath { path: self.path.clone() })
    }
}

/// Waits until the bytes of a file and its name are on disk, whoever wrote them.
pub(crate) fn settle(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let real = disk.real_path(path)?;
    disk.sync(&real)?;
    disk.sync_folder(real.parent().unwrap_or(Path::new("/")))
}

/// The same name for every run, so that what one leaves the next one clears away.
fn staging_path(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".sesam-transport");
    path.with_file_name(name)
}
