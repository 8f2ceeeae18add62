//! The calls that change files, in one place: tests record them, break them off, and make each of them fail.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

#[cfg(unix)]
use crate::attributes;

/// The file calls that carrying a plan out is made of.
pub(crate) trait Disk {
    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The file behind symbolic links.
    fn real_path(&self, path: &Path) -> io::Result<PathBuf>;
    /// Makes a file that was not there before.
    fn create(&self, path: &Path) -> io::Result<()>;
    /// Makes a folder, where it is not there yet.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Gives a file mode, owner and extended attributes of another one.
    fn copy_attributes(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Appends bytes to a file.
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Cuts a file to a length.
    fn truncate(&self, path: &Path, length: u64) -> io::Result<()>;
    /// Waits until the bytes of a file are on disk.
    fn sync(&self, path: &Path) -> io::Result<()>;
    /// Waits until the names in a folder are on disk.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Puts a file in place of another one, atomically.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Deletes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn create(&self, path: &Path) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        for_the_owner_only(&mut options);
        options.open(path).map(drop)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    #[cfg(unix)]
    fn copy_attributes(&self, from: &Path, to: &Path) -> io::Result<()> {
        attributes::copy(from, to)
    }

    // Access rights are lists there, which the standard library cannot copy: better no new file than an open one.
    #[cfg(not(unix))]
    fn copy_attributes(&self, _: &Path, _: &Path) -> io::Result<()> {
        let reason = "its access control list cannot be kept on this system: edit the file by hand";
        Err(io::Error::new(io::ErrorKind::Unsupported, reason))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new().append(true).open(path)?.write_all(bytes)
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.set_len(length)
    }

    // A file that must not be written to can still be waited for.
    #[cfg(unix)]
    fn sync(&self, path: &Path) -> io::Result<()> {
        fs::File::open(path)?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync(&self, path: &Path) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    #[cfg(unix)]
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        fs::File::open(path)?.sync_all()
    }

    // A folder cannot be opened there, and renames are journalled by the file system.
    #[cfg(not(unix))]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

/// What a stpd.ini says is not for everybody, neither in the journal nor before the new file has the rights of the old.
#[cfg(unix)]
fn for_the_owner_only(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn for_the_owner_only(_: &mut OpenOptions) {}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn a_new_file_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        RealDisk.create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600, "nobody else reads it");
    }

    #[test]
    fn a_file_that_is_there_is_not_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        RealDisk.create(&path).unwrap();
        let error = RealDisk.create(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }
}
