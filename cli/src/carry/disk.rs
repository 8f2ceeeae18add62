//! The calls that change files, in one place: tests record them, break them off, and make each of them fail.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

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

    fn copy_attributes(&self, from: &Path, to: &Path) -> io::Result<()> {
        copy_attributes(from, to)
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

/// Owner first: changing it takes some bits of the mode away.
#[cfg(unix)]
fn copy_attributes(from: &Path, to: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let (old, new) = (fs::metadata(from)?, fs::metadata(to)?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        chown(to, Some(old.uid()), Some(old.gid()))?;
    }
    fs::set_permissions(to, old.permissions())?;
    if xattr::SUPPORTED_PLATFORM {
        for name in xattr::list(from)? {
            if let Some(value) = xattr::get(from, &name)?
                && xattr::get(to, &name)?.as_deref() != Some(&value)
            {
                xattr::set(to, &name, &value)?;
            }
        }
    }
    Ok(())
}

/// Access rights are lists there, which the standard library cannot copy: better no new file than an open one.
#[cfg(not(unix))]
fn copy_attributes(_: &Path, _: &Path) -> io::Result<()> {
    let reason = "its access control list cannot be kept on this system: edit the file by hand";
    Err(io::Error::new(io::ErrorKind::Unsupported, reason))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

    use super::*;

    #[test]
    fn mode_owner_and_attributes_of_a_file_go_over_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        RealDisk.create(&old).unwrap();
        RealDisk.append(&old, b"old").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o2750)).unwrap();
        // Only root may give files away, and not every file system has attributes.
        let is_given = chown(&old, Some(12_345), Some(54_321)).is_ok();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o2750)).unwrap();
        let has_attributes = xattr::set(&old, "user.sesam", b"yes \xff").is_ok();
        RealDisk.create(&new).unwrap();
        assert_eq!(fs::metadata(&new).unwrap().mode() & 0o7777, 0o600, "nobody else reads it");
        RealDisk.copy_attributes(&old, &new).unwrap();
        let facts = |path: &Path| {
            let found = fs::metadata(path).unwrap();
            (found.mode(), found.uid(), found.gid(), xattr::get(path, "user.sesam").unwrap_or(None))
        };
        assert_eq!(facts(&new), facts(&old));
        println!("given away: {is_given}, extended attributes: {has_attributes}");
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
