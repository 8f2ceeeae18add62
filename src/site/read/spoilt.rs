//! The parts of a document that could not be read.

use std::collections::BTreeSet;

use crate::site::{Fault, FaultKind, Path};

/// The parts of a document that could not be read and for which something harmless stands in.
///
/// Faults that only follow from them are not worth reporting: who mends the part mends those too.
#[derive(Debug, Default)]
pub(crate) struct Spoilt {
    paths: BTreeSet<Path>,
}

impl Spoilt {
    pub(super) fn insert(&mut self, path: Path) {
        self.paths.insert(path);
    }

    /// A test for faults of a site that only follow from these parts.
    pub(crate) fn explain_site(&self) -> impl Fn(&Fault) -> bool {
        let hosts: [&[Option<&str>]; 2] = [&[Some("hosts")], &[Some("hosts"), None]];
        let hosts_spoilt = hosts.iter().any(|pattern| self.any(pattern));
        let names_spoilt = hosts_spoilt || self.any(&[Some("hosts"), None, Some("name")]);
        let roles_spoilt = hosts_spoilt || self.any(&[Some("hosts"), None, Some("role")]);
        let settings: [&[Option<&str>]; 5] = [
            &[Some("settings")],
            &[Some("settings"), None],
            &[Some("settings"), None, Some("key")],
            &[Some("settings"), None, Some("section")],
            &[Some("settings"), None, Some("hosts")],
        ];
        let settings_spoilt = hosts_spoilt || settings.iter().any(|pattern| self.any(pattern));
        move |fault| {
            let follows = match &fault.kind {
                FaultKind::UnwantedSetting { .. } => settings_spoilt,
                FaultKind::UnknownHost { .. } => names_spoilt,
                FaultKind::NoServer => roles_spoilt,
                FaultKind::PortsMissing => ["stpd_ini", "configured"]
                    .iter()
                    .any(|key| self.paths.contains(&fault.path.key(key))),
                FaultKind::SourceOfKind { .. } => {
                    fault.path.parent().is_some_and(|task| self.paths.contains(&task.key("kind")))
                }
                _ => false,
            };
            follows
                || self.covers(&fault.path)
                || fault.kind.first().is_some_and(|first| self.covers(first))
        }
    }

    /// Whether a part whose path matches `pattern` is among them.
    fn any(&self, pattern: &[Option<&str>]) -> bool {
        self.paths.iter().any(|path| path.matches(pattern))
    }

    /// Whether the value at `path` is one of these parts or inside one.
    fn covers(&self, path: &Path) -> bool {
        self.paths.contains(path)
            || core::iter::successors(path.parent(), Path::parent)
                .any(|above| self.paths.contains(&above))
    }
}
