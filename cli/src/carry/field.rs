//! The hosts as they can be reached from here: their files, their addresses, and the operator's commands.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use sesam_transport::site::{HostDraft, SiteDraft};

/// How a host is reached.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Its stpd.ini, where it can be read from here.
    pub(crate) file: Option<PathBuf>,
    /// Where its listeners are tried.
    pub(crate) address: String,
    pub(crate) restart: Option<Vec<String>>,
    pub(crate) transfers: Option<Vec<String>>,
}

/// The hosts of a site, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field(IndexMap<String, Reach>);

/// The commands that hold for every host without its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commands {
    pub(crate) restart: Option<Vec<String>>,
    pub(crate) transfers: Option<Vec<String>>,
}

impl Field {
    /// What a site file says of its hosts; paths are relative to `folder`.
    pub(crate) fn new(draft: &SiteDraft<'_>, folder: &Path, commands: &Commands) -> Self {
        let reach = |host: &HostDraft<'_>| {
            let own = |words: &Option<Vec<sesam_transport::site::Text<'_>>>,
                       all: &Option<Vec<String>>| {
                let own = words.as_ref();
                let own = own.map(|words| words.iter().map(ToString::to_string).collect());
                own.or_else(|| all.clone()).map(|words: Vec<String>| named(words, &host.name))
            };
            Reach {
                file: host.stpd_ini.as_deref().map(|path| folder.join(path)),
                address: host.address.as_deref().unwrap_or(&host.name).to_owned(),
                restart: own(&host.restart_command, &commands.restart),
                transfers: own(&host.active_transfers_command, &commands.transfers),
            }
        };
        Self(draft.hosts.iter().map(|host| (host.name.to_string(), reach(host))).collect())
    }

    pub(crate) fn host(&self, name: &str) -> Option<&Reach> {
        self.0.get(name)
    }

    /// The hosts whose files can be read from here.
    pub(crate) fn with_file(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, reach)| reach.file.is_some()).map(|(name, _)| name.as_str())
    }

    pub(crate) fn hosts(&self) -> impl Iterator<Item = (&str, &Reach)> {
        self.0.iter().map(|(name, reach)| (name.as_str(), reach))
    }
}

/// The words of a command, with the host where it asks for it.
fn named(words: Vec<String>, host: &str) -> Vec<String> {
    words.into_iter().map(|word| word.replace("{host}", host)).collect()
}
