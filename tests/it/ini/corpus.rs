//! Genuine files from packages, where they are at hand.

use std::path::{Path, PathBuf};

use sesam_transport::ini::{Dialect, Document, Edit, Target, Which};

use crate::ini_laws as laws;

/// The folder with the files: named by `INI_CORPUS`, or beside the repository.
fn folder() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ini-corpus");
    std::env::var_os("INI_CORPUS").map_or(beside, PathBuf::from)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn genuine_files_keep_all_promises() {
    let folder = folder();
    if !folder.is_dir() {
        println!("not run: there is no folder {}", folder.display());
        return;
    }
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    assert!(paths.len() > 100, "only {} files", paths.len());
    for path in &paths {
        println!("{}", path.display());
        let text = std::fs::read(path).unwrap();
        for dialect in laws::DIALECTS {
            laws::round_trip(&text, dialect);
            own_keys(&text, dialect);
        }
    }
}

/// Every edit of keys that the file has itself; of a long file some of them.
fn own_keys(text: &[u8], dialect: Dialect) {
    let document = Document::parse(text, dialect);
    let keys: Vec<_> = document
        .sections()
        .flat_map(|section| section.keys().map(move |key| (section.name(), key.key())))
        .collect();
    for (section, key) in keys.iter().step_by(keys.len() / 8 + 1) {
        let target = Target::exact(section, key);
        for edit in [
            Edit::disable(target),
            Edit::enable(target, None),
            Edit::set(target, b"value").choosing(Which::Every),
            Edit::remove(target),
        ] {
            laws::one_edit(text, dialect, &edit);
        }
        laws::several_edits(text, dialect, &[Edit::disable(target), Edit::enable(target, None)]);
    }
}
