//! Site files: what is read, what is refused and what a person sees then.

mod faults;
mod many_faults;
mod observed;
mod places;
pub(crate) mod round_trip;
mod settings;
mod syntax;
mod versions;

use expect_test::Expect;
use sesam_transport::site::{Faults, Format, Site, SiteDraft, Source};

/// A document under test.
pub(crate) struct Given {
    bytes: Vec<u8>,
    format: Format,
}

/// A site file in TOML.
pub(crate) fn toml(text: impl AsRef<[u8]>) -> Given {
    Given { bytes: text.as_ref().to_vec(), format: Format::Toml }
}

/// A site file in JSON.
pub(crate) fn json(text: impl AsRef<[u8]>) -> Given {
    Given { bytes: text.as_ref().to_vec(), format: Format::Json }
}

impl Given {
    /// Reads and checks the document as a program would.
    pub(crate) fn site(&self) -> Result<Site, Faults> {
        let source = Source::new(&self.bytes, self.format)?;
        let draft = SiteDraft::read(&source)?;
        Site::try_from(&draft).map_err(|faults| source.locate(faults))
    }

    #[track_caller]
    pub(crate) fn is_refused(&self, expected: Expect) {
        let Err(faults) = self.site() else { panic!("the site is accepted") };
        expected.assert_eq(&self.shown(&faults));
    }

    #[track_caller]
    pub(crate) fn is_accepted(&self) -> Site {
        self.site().unwrap_or_else(|faults| panic!("{}", self.shown(&faults)))
    }

    /// What a person sees of faults: a line for each, and the count where not all are listed.
    pub(crate) fn shown(&self, faults: &Faults) -> String {
        let name = match self.format {
            Format::Toml => "site.toml",
            Format::Json => "site.json",
        };
        let mut lines: Vec<_> =
            faults.listed().iter().map(|fault| fault.in_file(name).to_string()).collect();
        if faults.count() != lines.len() {
            lines.push(faults.to_string());
        }
        lines.join("\n")
    }
}
