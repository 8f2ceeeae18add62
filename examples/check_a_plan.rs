//! Check a plan that somebody wrote by hand: here, the order of the vendor's page.
//!
//! `cargo run --example check_a_plan`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use sesam_transport::{
    site::{Format, Site, SiteDraft, Source},
    transition::{self, PlanDocument},
};

const SITE: &[u8] = include_bytes!("gadgets/vendor-order.toml");
const PLAN: &[u8] = include_bytes!("gadgets/vendor-order.plan.json");

fn main() -> Result<(), Box<dyn Error>> {
    let source = Source::new(SITE, Format::Toml)?;
    let site = Site::try_from(&SiteDraft::read(&source)?)?;
    let source = Source::new(PLAN, Format::Json)?;
    let plan = PlanDocument::read(&source)?;

    // An error would mean that the question has no answer, such as a plan for another site. "Not safe" is an answer.
    let verdict = transition::check(&site, &plan)?;
    let Some(violation) = verdict.violation() else {
        return Err("the vendor's order is safe after all".into());
    };
    println!("step {} is not allowed:", violation.step);
    println!("  {}", violation.breach.describe(&site, violation.need));
    for breach in &violation.also {
        println!("  {}", breach.describe(&site, None));
    }
    if let Some(repair) = verdict.repair() {
        println!("what has to come first: {}", serde_json::to_string(repair)?);
    }

    assert_eq!(violation.step, 1);
    Ok(())
}

#[test]
fn it_runs() -> Result<(), Box<dyn Error>> {
    main()
}
