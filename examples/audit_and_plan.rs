//! Audit a site, then plan its way to HTTPS only.
//!
//! `cargo run --example audit_and_plan`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use sesam_transport::{
    safety,
    site::{Format, Site, SiteDraft, Source},
    transition::{self, Outcome},
};

const SITE: &[u8] = include_bytes!("gadgets/pending-restart.toml");

fn main() -> Result<(), Box<dyn Error>> {
    // A draft is what someone wrote, a site is what was checked. Faults come all at once, each with its place.
    let source = Source::new(SITE, Format::Toml)?;
    let draft = SiteDraft::read(&source)?;
    let site = Site::try_from(&draft).map_err(|faults| source.locate(faults))?;

    let audit = safety::audit(&site);
    println!("{} exposures, {} broken", audit.goal_exposures(), audit.broken().len());

    let plan = transition::plan(&site);
    for step in plan.steps() {
        println!("{:>2} {}: {}", step.id, step.wave, step.because);
    }

    // The plan file, for `check`, for a colleague, or for the archive.
    let file = serde_json::to_string_pretty(&plan)?;
    println!("{} bytes of JSON", file.len());

    assert_eq!(plan.outcome(), Outcome::Complete);
    assert_eq!(plan.summary().restarts, 1);
    Ok(())
}

#[test]
fn it_runs() -> Result<(), Box<dyn Error>> {
    main()
}
