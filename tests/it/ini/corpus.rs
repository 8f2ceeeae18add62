//! Genuine files from packages, where they are at hand.

use std::path::{Path, PathBuf};

use indexmap::IndexSet;
use sesam_transport::ini::{
    Dialect, Document, Edit, Match, NotFound, Occurrence, Outcome, Target, Which, plan,
};

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

/// How many edits were tried, and how many of them changed something.
#[derive(Default)]
struct Figures {
    edits: usize,
    changed: usize,
    taken_back: usize,
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
    let mut figures = Figures::default();
    for path in &paths {
        println!("{}", path.display());
        let text = std::fs::read(path).unwrap();
        for dialect in laws::DIALECTS {
            laws::round_trip(&text, dialect);
            own_keys(&text, dialect, &mut figures);
        }
    }
    let Figures { edits, changed, taken_back } = figures;
    println!(
        "{} files, {edits} edits on two routes, {changed} change something, {taken_back} of those \
         are taken back by another edit",
        paths.len()
    );
}

/// Every edit of keys that the file has itself: of all up to 200, else of some fifty in all parts
/// of the file.
fn own_keys(text: &[u8], dialect: Dialect, figures: &mut Figures) {
    let document = Document::parse(text, dialect);
    let keys: IndexSet<_> = document
        .sections()
        .flat_map(|section| section.keys().map(move |key| (section.name(), key.key())))
        .collect();
    let some = if keys.len() <= 200 { 1 } else { keys.len() / 50 };
    let few = keys.len() / 8 + 1;
    for (section, key) in keys.iter().step_by(some) {
        let target = Target::exact(section, key);
        for edit in edits_of(target) {
            on_both_routes(&document, &edit, figures);
        }
        disabled_and_enabled(&document, target, figures);
        set_and_set_back(&document, target, figures);
    }
    for (section, key) in keys.iter().step_by(few) {
        let target = Target::exact(section, key);
        for edit in edits_of(target) {
            laws::one_edit(text, dialect, &edit);
        }
        laws::several_edits(text, dialect, &[Edit::disable(target), Edit::enable(target, None)]);
        absent_keys(&document, section, figures);
    }
}

fn edits_of(target: Target<'_>) -> [Edit<'_>; 4] {
    [
        Edit::disable(target),
        Edit::enable(target, None),
        Edit::set(target, b"value").choosing(Which::Every),
        Edit::remove(target),
    ]
}

/// The text after the edit, if it changes anything; both routes come to the same.
fn on_both_routes(
    document: &Document<'_>,
    edit: &Edit<'_>,
    figures: &mut Figures,
) -> Option<Vec<u8>> {
    let outcome = document.plan(edit);
    let other = plan(document.to_bytes(), document.dialect(), edit);
    assert!(other == outcome, "the routes differ: {edit:?}, {outcome:?}, {other:?}");
    figures.edits += 1;
    let Ok(Outcome::Changed(patch)) = outcome else { return None };
    figures.changed += 1;
    Some(patch.apply(document.to_bytes()).unwrap())
}

/// What `disable` did to one line `enable` undoes, if no other line could be meant.
fn disabled_and_enabled(document: &Document<'_>, target: Target<'_>, figures: &mut Figures) {
    let found = |document: &Document<'_>| {
        let all = document.occurrences(target.section, target.key, Match::Exact);
        all.map(|found| found.is_continued()).collect::<Vec<_>>()
    };
    if found(document) != [false] {
        return;
    }
    let disabled = on_both_routes(document, &Edit::disable(target), figures);
    let Some(disabled) = disabled else { return };
    let without = Document::parse(&disabled, document.dialect());
    if found(&without) != [false] {
        return; // comments below the line now look as if they belonged to it
    }
    let back = on_both_routes(&without, &Edit::enable(target, None), figures);
    assert!(back.as_deref() == Some(document.to_bytes()), "{target:?}");
    figures.taken_back += 1;
}

fn set_and_set_back(document: &Document<'_>, target: Target<'_>, figures: &mut Figures) {
    let found = document.occurrences(target.section, target.key, Match::Exact);
    let Some(value) = found.filter(Occurrence::is_active).find_map(|found| found.value()) else {
        return;
    };
    let set = on_both_routes(document, &Edit::set(target, b"value"), figures);
    let Some(set) = set else { return };
    let with = Document::parse(&set, document.dialect());
    let back = on_both_routes(&with, &Edit::set(target, value), figures);
    assert!(back.as_deref() == Some(document.to_bytes()), "{target:?}");
    figures.taken_back += 1;
}

fn absent_keys(document: &Document<'_>, section: &[u8], figures: &mut Figures) {
    let missing = [
        (Target::exact(section, b"not a key of it"), NotFound::Key),
        (Target::exact(b"not a section of it", b"key"), NotFound::Section),
    ];
    for (target, missing) in missing {
        for edit in edits_of(target) {
            let outcome = document.plan(&edit);
            assert_eq!(plan(document.to_bytes(), document.dialect(), &edit), outcome);
            assert_eq!(outcome, Ok(Outcome::NotFound(missing)));
            figures.edits += 1;
        }
    }
}
