//! `audit`: what is exposed, what is broken already, and what stands in the way.

use sesam_transport::{
    safety::{self, Audit, Exposure},
    stpd::{Place, Places},
};

use super::{Answer, site::SiteFile};
use crate::{
    args::{AuditArguments, Format},
    failure::Failure,
    json::AuditReport,
    output, text,
};

/// Audits a site.
pub(crate) fn run(arguments: &AuditArguments, format: Format) -> Result<Answer, Failure> {
    let file = SiteFile::read(&arguments.site.site)?;
    let mut audit = safety::audit(&file.site);
    if let Some(date) = &arguments.date {
        audit = audit.on_date(date);
    }
    print(&audit, &file.places, format)?;
    Ok(audit.is_clean().into())
}

/// Prints an audit, with the places of what stands in a file.
pub(super) fn print(audit: &Audit<'_>, places: &Places, format: Format) -> Result<(), Failure> {
    let place = |exposure| match exposure {
        Exposure::Port(host, transport) => places.place(host, transport),
        Exposure::Setting(id) => {
            let setting = &audit.site()[id];
            places.setting_place(setting.host(), setting.section(), setting.key())
        }
        Exposure::Interface(_) | Exposure::Task(_) | Exposure::Kill => None,
    };
    let place_text = |exposure| {
        place(exposure)
            .map_or_else(String::new, |Place { file, line, column: _ }| format!("{file}:{line}"))
    };
    match format {
        Format::Text => output::print(&text::audit(audit, &place_text)),
        Format::Json => output::print_json(&AuditReport::new(audit, &place)),
    }
}
