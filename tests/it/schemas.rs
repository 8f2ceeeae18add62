//! The published schemas are those of the types.

use std::{env, fs, path::Path};

use schemars::{Schema, schema_for};
use sesam_transport::{run::Entry, site::SiteDraft, transition::PlanDocument};

/// Compares `schemas/<name>` with `schema`; writes it where `BLESS` is set.
#[track_caller]
fn is_published(schema: &Schema, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    let made = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(published == made, "`schemas/{name}` is out of date; run the tests with BLESS=1");
}

#[test]
fn of_sites() {
    is_published(&schema_for!(SiteDraft<'_>), "site.json");
}

#[test]
fn of_plans() {
    is_published(&schema_for!(PlanDocument<'_>), "plan.json");
}

/// A journal is a line of JSON for each.
#[test]
fn of_records() {
    is_published(&schema_for!(Entry<'_>), "journal.json");
}
