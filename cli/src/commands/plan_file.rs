//! The plan that a question is about.

use std::path::Path;

use sesam_transport::{
    site::{Faults, Format, Source},
    transition::{PlanDocument, PlanMismatch},
};

use crate::{failure::Failure, faults, input, text};

/// Reads a plan file and asks about it; all of its faults are reported at once.
pub(crate) fn with_plan<T>(
    path: &Path,
    ask: impl FnOnce(&PlanDocument<'_>) -> Result<T, PlanMismatch>,
) -> Result<T, Failure> {
    let bytes = input::bytes(path)?;
    let name = text::file_name(path);
    let refused = |faults: &Faults, source: Option<&Source<'_>>| {
        Failure::Report(faults::render(faults, &name, source, true))
    };
    let format = input::format_of(path).unwrap_or(Format::Json);
    let source = Source::new(&bytes, format).map_err(|faults| refused(&faults, None))?;
    let plan = PlanDocument::read(&source).map_err(|faults| refused(&faults, Some(&source)))?;
    ask(&plan).map_err(|mismatch| {
        if let PlanMismatch::Certificate(error) = &mismatch {
            return refused(&source.locate(error.to_faults()), Some(&source));
        }
        let help = match mismatch {
            PlanMismatch::NeedsOriginal => ": give it with `--original`",
            _ => "",
        };
        Failure::Refused(format!("`{name}`: {mismatch}{help}"))
    })
}

/// Site and plan cannot both come from standard input.
pub(crate) fn require_one_standard_input(paths: &[&Path]) -> Result<(), Failure> {
    if paths.iter().filter(|path| input::is_standard_input(path)).count() > 1 {
        return Err(Failure::Refused("only one of the files can be standard input".to_owned()));
    }
    Ok(())
}
