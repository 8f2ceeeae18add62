//! What fuzzing starts from, and what it once found, under a plain test run.

use std::path::Path;

use crate::{ini_laws, stpd_laws};

/// Hands every file kept for a fuzz target to the assertions of that target.
fn replay(target: &str, property: fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut count = 0;
    for kind in ["seeds", "regressions"] {
        let Ok(entries) = std::fs::read_dir(fuzz.join(kind).join(target)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            property(&std::fs::read(path).unwrap());
            count += 1;
        }
    }
    assert!(count > 0, "nothing is kept for {target}");
}

#[test]
fn ini_round_trip() {
    replay("ini_round_trip", ini_laws::round_trip_input);
}

#[test]
fn ini_edit() {
    replay("ini_edit", ini_laws::edit_input);
}

#[test]
fn ini_routes() {
    replay("ini_routes", ini_laws::routes::routes_input);
}

#[test]
fn ini_patch() {
    replay("ini_patch", ini_laws::patches::patch_input);
}

#[test]
fn stpd_rewrite() {
    replay("stpd_rewrite", stpd_laws::rewrite_input);
}
