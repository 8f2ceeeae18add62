//! `probe` and `verify`: what really listens, and what that means.

use std::path::Path;

use sesam_transport::{
    safety,
    site::{PortNumber, Ports, Site, SiteDraft, Transport},
    stpd, transition,
};

use super::{
    Answer, audit,
    site::{SiteFile, stpd_ini},
};
use crate::{
    args::{Format, ProbeArguments, VerifyArguments},
    carry::{Answer as PortAnswer, Commands, Field, Finding, Findings, ask},
    failure::Failure,
    input, json, output, text,
};

/// What was found on the hosts of a site, in its order.
pub(crate) type Found = Vec<(String, Findings)>;

/// Tries the ports of every host.
pub(crate) fn run(arguments: &ProbeArguments, format: Format) -> Result<Answer, Failure> {
    let ProbeArguments { site, connect_only, output } = arguments;
    output::require_other_file(output.as_deref(), &[&site.site])?;
    if *connect_only {
        return connect(&site.site, format);
    }
    let (_, (found, written)) = SiteFile::read_with(&site.site, |draft, folder| {
        let found = found(draft, folder);
        (found.clone(), output.as_ref().map(|_| json_of(draft, &found)))
    })?;
    if let (Some(path), Some(json)) = (output, written) {
        write(&site.site, path, &found, &json?)?;
    }
    match format {
        Format::Text => output::print(&text::probed(&found))?,
        Format::Json => output::print_json(&json::probed(&found))?,
    }
    Ok(Answer::from(found.iter().all(|(_, findings)| findings.is_clear())))
}

/// Tries the ports of every host, and audits the site with what was found: did anything come back?
pub(crate) fn verify(arguments: &VerifyArguments, format: Format) -> Result<Answer, Failure> {
    let (_, (found, observed)) = SiteFile::read_with(&arguments.site.site, |draft, folder| {
        let found = found(draft, folder);
        let observed = with_running(draft, &found);
        let observed = stpd::resolve(&observed, |path| stpd_ini(&folder.join(path)));
        (found, observed)
    })?;
    let (site, places) = observed.map_err(|faults| Failure::Refused(faults.to_string()))?;
    if format == Format::Text {
        output::print(&text::probed(&found))?;
    }
    let audit = safety::audit(&site);
    audit::print(&audit, &places, format)?;
    let is_clear = found.iter().all(|(_, findings)| findings.is_clear());
    Ok(Answer::from(audit.is_clean() && is_clear))
}

fn found(draft: &SiteDraft<'_>, folder: &Path) -> Found {
    let field = Field::new(draft, folder, &Commands::default());
    let site = stpd::resolve(draft, |path| stpd_ini(&folder.join(path))).ok();
    let known = |name: &str| -> Vec<Ports> {
        let host = site.as_ref().and_then(|(site, _)| Some(&site[site.host_named(name)?]));
        host.map_or_else(Vec::new, |host| vec![host.configured(), host.running()])
    };
    let probe = |(name, reach): (&str, &crate::carry::Reach)| {
        (name.to_owned(), Findings::of(&reach.address, &known(name)))
    };
    field.hosts().map(probe).collect()
}

/// The draft with what was found in place of what it says is running.
fn with_running<'d>(draft: &SiteDraft<'d>, found: &Found) -> SiteDraft<'d> {
    let mut draft = draft.clone();
    for (host, (_, findings)) in draft.hosts.iter_mut().zip(found) {
        host.running = Some(findings.ports());
    }
    draft
}

fn json_of(draft: &SiteDraft<'_>, found: &Found) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(with_running(draft, found))
        .map_err(|error| Failure::Refused(error.to_string()))
}

/// Writes the site with what was found: TOML keeps everything else as it was written.
fn write(site: &Path, path: &Path, found: &Found, json: &serde_json::Value) -> Result<(), Failure> {
    if input::format_of(path) == Some(sesam_transport::site::Format::Json) {
        return output::replace_with_json(path, json);
    }
    let bytes = input::bytes(site)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut document: toml_edit::DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| Failure::Refused(error.to_string()))?;
    let hosts = document.get_mut("hosts");
    let unknown =
        || Failure::Refused("`hosts` is written in a way that is not known here".to_owned());
    let hosts = hosts.ok_or_else(unknown)?;
    for (index, (_, findings)) in found.iter().enumerate() {
        let host = hosts.get_mut(index).and_then(toml_edit::Item::as_table_like_mut);
        let running = toml_edit::value(running_table(findings.ports()));
        host.ok_or_else(unknown)?.insert("running", running);
    }
    output::replace_with_bytes(path, [document.to_string().as_bytes()])
}

fn running_table(ports: Ports) -> toml_edit::InlineTable {
    let mut table = toml_edit::InlineTable::new();
    for transport in Transport::ALL {
        let value: toml_edit::Value = match ports.of(transport).number() {
            Some(number) => i64::from(number.as_u16()).into(),
            None if ports.of(transport).is_off() => "off".into(),
            None => "unknown".into(),
        };
        table.insert(transport.as_str(), value);
    }
    table
}

/// Tries the addresses that a plan of the site moves things to, from where this runs.
fn connect(site: &Path, format: Format) -> Result<Answer, Failure> {
    let file = SiteFile::read(site)?;
    let site: &Site = &file.site;
    let plan = transition::plan(site);
    let tried: Found = plan
        .endpoints()
        .into_iter()
        .filter_map(|(_, address, port)| {
            let port = PortNumber::new(port)?;
            let answer = ask(address, port, Transport::Https);
            let finding = Finding { transport: Transport::Https, port, answer };
            Some((address.to_owned(), Findings(vec![finding])))
        })
        .collect();
    match format {
        Format::Text => output::print(&text::probed(&tried))?,
        Format::Json => output::print_json(&json::probed(&tried))?,
    }
    let is_reached = |findings: &Findings| {
        findings
            .0
            .iter()
            .all(|finding| matches!(finding.answer, PortAnswer::Speaks(_) | PortAnswer::OldTls))
    };
    Ok(Answer::from(tried.iter().all(|(_, findings)| is_reached(findings))))
}
