//! Audit a site, then plan its way to HTTPS only.
//!
//! `cargo run --example audit_and_plan`
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example shows what it does, and reads files for the library, which reads none"
)]

use std::{error::Error, fs, path::Path};

use sesam_transport::{
    safety,
    site::{Format, SiteDraft, Source},
    stpd,
    transition::{self, Outcome},
};

fn main() -> Result<(), Box<dyn Error>> {
    // A draft is what someone wrote, a site is what was checked. Faults come all at once, each with its place.
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/site"));
    let bytes = fs::read(folder.join("site.toml"))?;
    let source = Source::new(&bytes, Format::Toml)?;
    let draft = SiteDraft::read(&source)?;

    // The library asks for each stpd.ini that the site names; `places` remembers the lines of the port keys.
    let read = |path: &str| Some(fs::read(folder.join(path)).map_err(|error| error.to_string()));
    let (site, places) = stpd::resolve(&draft, read).map_err(|faults| source.locate(faults))?;

    let audit = safety::audit(&site);
    println!("{} exposures, {} broken", audit.goal_exposures(), audit.broken().len());
    for (exposure, _) in audit.exposures() {
        if let safety::Exposure::Port(host, transport) = exposure
            && let Some(place) = places.place(host, transport)
        {
            println!("{place}: {} is open", transport.label());
        }
    }

    let plan = transition::plan(&site);
    for step in plan.steps() {
        println!("{:>2} {}: {}", step.id, step.wave, step.because);
    }

    // The plan file, for `check`, for a colleague, or for the archive.
    let file = serde_json::to_string_pretty(&plan)?;
    println!("{} bytes of JSON", file.len());

    assert_eq!(plan.outcome(), Outcome::Complete);
    assert_eq!(plan.summary().restarts, 3);
    Ok(())
}

#[test]
fn it_runs() -> Result<(), Box<dyn Error>> {
    main()
}
