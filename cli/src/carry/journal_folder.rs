//! The folder of a run's journal: its records, the bytes of the files that it changed, and a lock.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use sesam_transport::{run::Entry, stpd::FileDigest};

use super::disk::Disk;
use crate::failure::Failure;

/// The folder of a journal, locked.
#[derive(Debug)]
pub(crate) struct JournalFolder {
    path: PathBuf,
    /// How many bytes of the journal are whole records.
    whole: Option<u64>,
    /// There may be more bytes than those.
    is_torn: bool,
    /// Its name is on disk, and not only known to the system.
    is_named: bool,
    _lock: Option<File>,
}

const RECORDS: &str = "journal.jsonl";
const BYTES: &str = "bytes";

impl JournalFolder {
    /// The folder beside a plan file.
    pub(crate) fn beside(plan: &Path) -> PathBuf {
        let mut path = plan.as_os_str().to_owned();
        path.push(".journal");
        path.into()
    }

    /// Opens a folder, or makes it; nobody else may have it open.
    pub(crate) fn open(disk: &dyn Disk, path: PathBuf) -> Result<Self, Failure> {
        let failed = |error| Failure::Write(path.clone(), error);
        disk.create_folder(&path).map_err(failed)?;
        let lock = OpenOptions::new().create(true).append(true).open(path.join("lock"));
        let lock = lock.map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let name = path.display();
                let help = format!("another run has `{name}` open: wait for it, or stop it");
                return Err(Failure::Refused(help));
            }
            Err(TryLockError::Error(error)) => return Err(Failure::Write(path, error)),
        }
        Ok(Self { path, whole: None, is_torn: true, is_named: false, _lock: Some(lock) })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a record was written, now or earlier.
    pub(crate) fn has_records(&self) -> bool {
        self.whole.is_some_and(|whole| whole > 0)
    }

    /// A folder that is only read.
    pub(crate) fn peek(path: PathBuf) -> Self {
        Self { path, whole: None, is_torn: true, is_named: false, _lock: None }
    }

    /// The bytes of the records; `None` where there are none yet.
    pub(crate) fn records(&self, disk: &dyn Disk) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.path.join(RECORDS);
        match disk.read(&path) {
            Ok(bytes) if bytes.contains(&b'\n') => Ok(Some(bytes)),
            // A run that was killed before its first record was whole has done nothing.
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::Read(path, error)),
        }
    }

    /// Cuts the records back to those that are whole, and waits until they are on disk: a run that was killed may not
    /// have waited, and nothing is built on what a power cut could take away.
    pub(crate) fn keep(&mut self, disk: &dyn Disk, whole: u64) -> Result<(), Failure> {
        self.whole = Some(whole);
        if whole == 0 {
            return Ok(());
        }
        let path = self.path.join(RECORDS);
        let kept = disk.truncate(&path, whole).and_then(|()| disk.sync(&path));
        kept.and_then(|()| self.name(disk)).map_err(|error| Failure::Write(path, error))?;
        self.is_torn = false;
        Ok(())
    }

    /// Appends a record, and waits until it is on disk.
    pub(crate) fn append(&mut self, disk: &dyn Disk, entry: &Entry<'_>) -> io::Result<()> {
        let path = self.path.join(RECORDS);
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        let whole = self.whole.unwrap_or(0);
        if self.is_torn {
            match disk.truncate(&path, whole) {
                // What is cut off must be gone for certain, or the new record could end up behind it.
                Ok(()) => disk.sync(&path)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => disk.create(&path)?,
                Err(error) => return Err(error),
            }
        }
        self.is_torn = true;
        disk.append(&path, &line)?;
        disk.sync(&path)?;
        // A run that was killed in its first record may have left a name that only the system knows.
        self.name(disk)?;
        self.whole = Some(whole + line.len() as u64);
        self.is_torn = false;
        Ok(())
    }

    /// Keeps bytes under their hash, each once.
    pub(crate) fn store(&self, disk: &dyn Disk, bytes: &[u8]) -> io::Result<()> {
        let folder = self.path.join(BYTES);
        let path = folder.join(FileDigest::of(bytes).to_string());
        if !disk.read(&path).is_ok_and(|stored| stored == bytes) {
            disk.create_folder(&folder)?;
            // What is there under this name and is not these bytes was not written to its end.
            let _ = disk.remove(&path);
            disk.create(&path)?;
            disk.append(&path, bytes)?;
        }
        // A run that was killed may have written them and not waited.
        disk.sync(&path)?;
        disk.sync_folder(&folder)?;
        disk.sync_folder(&self.path)
    }

    /// Where bytes are kept by their hash.
    pub(crate) fn bytes_folder(&self) -> PathBuf {
        self.path.join(BYTES)
    }

    /// The bytes with this hash.
    pub(crate) fn stored(&self, disk: &dyn Disk, sha256: &str) -> Result<Vec<u8>, Failure> {
        let path = self.path.join(BYTES).join(sha256);
        let bytes = disk.read(&path).map_err(|error| Failure::Read(path.clone(), error))?;
        if FileDigest::of(&bytes).to_string() == sha256 {
            return Ok(bytes);
        }
        Err(Failure::Refused(format!("`{}` is not what the journal stored there", path.display())))
    }

    /// Waits until the name of the records is on disk.
    fn name(&mut self, disk: &dyn Disk) -> io::Result<()> {
        if self.is_named {
            return Ok(());
        }
        disk.sync_folder(&self.path)?;
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => disk.sync_folder(parent)?,
            _ => disk.sync_folder(Path::new("."))?,
        }
        self.is_named = true;
        Ok(())
    }
}
