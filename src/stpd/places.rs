//! Where the ports of a site stand in its files.

use core::fmt;

use serde::Serialize;

use super::chain::{ChainRefused, FileStep, chain};
use super::change::{Change, IniKey};
use super::key::{lines_of_key, parse};
use super::reading::StpdIni;
use crate::ini::Occurrence;
use crate::site::{HostId, Transport};

/// A stpd.ini of a site: its path, its bytes, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StpdFile {
    pub(super) path: Box<str>,
    pub(super) bytes: Box<[u8]>,
    pub(super) ini: StpdIni,
}

impl StpdFile {
    /// The path as the site file has it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The bytes that the site was read from.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What they say of the ports.
    #[must_use]
    pub const fn ini(&self) -> &StpdIni {
        &self.ini
    }

    /// What a sequence of changes does to the file: see [`chain`].
    ///
    /// # Errors
    ///
    /// [`ChainRefused`] with the first refusal.
    pub fn steps<'o>(
        &self,
        changes: impl IntoIterator<Item = Change<'o>>,
    ) -> Result<Vec<FileStep>, ChainRefused> {
        chain(&self.bytes, changes)
    }

    /// Where a port stands in the file.
    ///
    /// That is the line that opens it, else the commented line, else the header of the section, else the start of the
    /// file.
    #[must_use]
    pub fn place(&self, transport: Transport) -> Place<'_> {
        let line = self.ini.setting(transport).lines().first();
        let (line, column) = line.map_or((1, 1), |place| (place.line, place.column));
        Place { file: &self.path, line, column }
    }
}

impl StpdFile {
    /// Where a key that is no port stands in the file: its first active line, else its first commented one, else the
    /// start of the file.
    #[must_use]
    pub fn setting_place(&self, section: &str, key: &str) -> Place<'_> {
        let document = parse(&self.bytes);
        let lines = || lines_of_key(&document, IniKey { section, key });
        let line = lines().find(Occurrence::is_active).or_else(|| lines().next());
        let (line, column) = line.map_or((1, 1), |line| (line.place().line, line.place().column));
        Place { file: &self.path, line, column }
    }
}

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place<'p> {
    /// The path as the site file has it.
    pub file: &'p str,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column } = self;
        write!(f, "{file}:{line}:{column}")
    }
}

/// The stpd.ini files of a site's hosts. They stay beside the [`Site`](crate::site::Site), which knows nothing of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The files, each once, in the order of the hosts.
    pub(super) files: Vec<StpdFile>,
    /// The file of each host.
    pub(super) hosts: Vec<Option<usize>>,
}

impl Places {
    /// The file of a host; none where the site file gives its ports itself.
    #[must_use]
    pub fn file(&self, host: HostId) -> Option<&StpdFile> {
        let file = (*self.hosts.get(host.index())?)?;
        self.files.get(file)
    }

    /// The files, each once however many hosts name it, in the order of the hosts.
    #[must_use]
    pub fn files(&self) -> &[StpdFile] {
        &self.files
    }

    /// Where a setting of a host stands; none where the site file gives it itself. See [`StpdFile::setting_place`].
    #[must_use]
    pub fn setting_place(&self, host: HostId, section: &str, key: &str) -> Option<Place<'_>> {
        self.file(host).map(|file| file.setting_place(section, key))
    }

    /// Where a port of a host stands; none where the site file gives its ports itself. See [`StpdFile::place`].
    #[must_use]
    pub fn place(&self, host: HostId, transport: Transport) -> Option<Place<'_>> {
        self.file(host).map(|file| file.place(transport))
    }
}
