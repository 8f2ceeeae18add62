//! The engine.

use serde_json::Value;
use sesam_transport::{
    site::{Format, Site, SiteDraft, Source},
    transition::{self, PlanDocument},
};

pub(crate) mod against;
mod any_order;
mod bytes;
mod certificate;
mod claims;
mod document;
pub(crate) mod edges;
mod estates;
pub(crate) mod explain;
mod explanations;
pub(crate) mod families;
mod hostile;
mod laws;
mod machine;
mod machines;
mod optimal;
pub(crate) mod order;
mod repair;
mod scale;
mod settings;
pub(crate) mod small_sites;
mod smallest;
mod stability;
mod targets;
mod vendor;
mod worked_examples;

/// The site that a JSON site file with inline ports describes.
#[track_caller]
fn site_of(site: &Value) -> Site {
    let text = site.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    Site::try_from(&SiteDraft::read(&source).unwrap()).unwrap()
}

/// The sites on which the engine once failed, each with the name of its file.
fn found_sites() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/found");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let sites: Vec<(String, Value)> = paths
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap())
        })
        .collect();
    assert!(!sites.is_empty(), "no file is replayed");
    sites
}

/// The plan file for a site.
fn plan_of(site: &Site) -> Value {
    serde_json::to_value(transition::plan(site)).unwrap()
}

/// Reads a plan file and does something with it.
#[track_caller]
fn with_document<T>(plan: &Value, act: impl FnOnce(&PlanDocument<'_>) -> T) -> T {
    let text = plan.to_string();
    let source = Source::new(text.as_bytes(), Format::Json).unwrap();
    act(&PlanDocument::read(&source).unwrap())
}

/// The report on a plan that goes forward.
#[track_caller]
fn check(site: &Site, plan: &Value) -> Value {
    with_document(plan, |plan| {
        serde_json::to_value(transition::check(site, plan).unwrap()).unwrap()
    })
}

/// The site after some steps of a plan.
#[track_caller]
fn simulate(site: &Site, plan: &Value, after: usize) -> Site {
    with_document(plan, |plan| transition::simulate(site, plan, Some(after)).unwrap())
}
