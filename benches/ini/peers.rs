//! Other programs' ways to the same edits.
//!
//! Where a crate has no such operation, the nearest composition is made by hand from what it offers, in the way that
//! keeps most bytes; [`Peer::remark`] says which those are.

mod crates;
mod processes;

use std::borrow::Cow;

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cannot {
    /// The peer has no such operation, and nothing to compose it from.
    NoWay,
    /// It does not read the text, does not find the key, or refuses.
    Refused,
}

pub type Answer = Result<Vec<u8>, Cannot>;

/// What can be asked of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task<'t> {
    RoundTrip,
    Disable,
    Enable,
    Set(&'t str),
    Remove,
}

/// Someone else who edits INI text.
pub struct Peer {
    pub name: &'static str,
    /// Which edits are composed by hand, and what else is to be known.
    pub remark: &'static str,
    /// A text, a section, a key, and what to do with it.
    pub edit: fn(&str, &str, &str, Task<'_>) -> Answer,
}

/// Those that are libraries of Rust and so can be timed beside ours.
pub const CRATES: &[Peer] = &[
    Peer {
        name: "ini-roundtrip 0.2",
        remark: "all but the round trip composed by hand",
        edit: crates::ini_roundtrip,
    },
    Peer { name: "ini-preserve 0.1", remark: "", edit: crates::ini_preserve },
    Peer {
        name: "ini-edit 0.5",
        remark: "disable and enable composed by hand",
        edit: crates::ini_edit,
    },
    Peer { name: "gix-config 0.62", remark: "", edit: crates::gix_config },
    Peer { name: "systemd-unit-edit 0.1", remark: "", edit: crates::systemd_unit_edit },
    Peer { name: "rust-ini 0.21", remark: "", edit: crates::rust_ini },
    Peer { name: "ini-doc 0.3", remark: "", edit: crates::ini_doc },
    Peer {
        name: "configparser 3",
        remark: "its order is another one in each run",
        edit: crates::configparser,
    },
];

/// Those that are processes, where they are installed.
pub const PROCESSES: &[Peer] = &[
    Peer { name: "sed", remark: "one line for each edit", edit: processes::sed },
    Peer { name: "Python's configparser", remark: "", edit: processes::python_configparser },
    Peer { name: "ConfigUpdater", remark: "", edit: processes::config_updater },
    Peer { name: "crudini", remark: "", edit: processes::crudini },
    Peer {
        name: "Ansible's lineinfile",
        remark: "lines of other sections are edited, too",
        edit: processes::lineinfile,
    },
    Peer { name: "Ansible's ini_file", remark: "", edit: processes::ini_file },
    Peer {
        name: "Augeas",
        remark: "lens Puppet; disable composed by hand",
        edit: processes::augeas,
    },
    Peer {
        name: "git config",
        remark: "only what git has a syntax for",
        edit: processes::git_config,
    },
];

/// Whether that peer can be asked here.
pub fn is_here(peer: &Peer) -> bool {
    processes::is_here(peer.name)
}

impl Peer {
    /// As its user would: bytes that are not UTF-8 go in, and come out, as Latin-1. Processes read bytes.
    pub fn edit_bytes(&self, text: &[u8], section: &[u8], key: &[u8], task: Task<'_>) -> Answer {
        let latin = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
        match std::str::from_utf8(text) {
            Ok(utf_8) => (self.edit)(utf_8, &lossy(section), &lossy(key), task),
            Err(_) => {
                let output = (self.edit)(&latin(text), &latin(section), &latin(key), task)?;
                let output = String::from_utf8(output).map_err(|_| Cannot::Refused)?;
                output.chars().map(|one| u8::try_from(one).map_err(|_| Cannot::Refused)).collect()
            }
        }
    }
}

fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
