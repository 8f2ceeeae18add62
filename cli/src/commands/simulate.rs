//! `simulate`: the site as it is after some steps of a plan.

use std::{collections::BTreeMap, path::Path};

use sesam_transport::{
    site::{self, HostDraft, SiteDraft, Text},
    transition,
};

use super::{
    Answer,
    before::before,
    file_changes::FileChanges,
    plan_file::{require_one_standard_input, with_plan},
    site::SiteFile,
};
use crate::{
    args::{Format, SimulateArguments},
    failure::Failure,
    input, output,
    site_toml::site_toml,
};

/// Writes the site after some steps.
pub(crate) fn run(arguments: &SimulateArguments, format: Format) -> Result<Answer, Failure> {
    let SimulateArguments { site, plan, after, output } = arguments;
    require_one_standard_input(&[&site.site, &plan.plan])?;
    output::require_other_file(output.as_deref(), &[&site.site, &plan.plan])?;
    let (SiteFile { site: start, places }, ways) =
        before(&site.site, &plan.plan, |draft, _| Ways::of(draft))?;
    let end = with_plan(&plan.plan, |plan| {
        let end = transition::simulate(&start, plan, *after)?;
        let changes = FileChanges::of_file(plan, &start, &places, &places);
        plan.confirm_files(|step| changes.step(step))?;
        Ok(end)
    })?;
    drop(start);
    let mut draft = end.to_draft();
    ways.carry_over(&mut draft);
    let toml = || site_toml(&draft).map_err(|error| Failure::Refused(error.to_string()));
    match (output, is_json(output.as_deref(), format)) {
        (None, true) => output::print_json(&draft)?,
        (None, false) => output::print_bytes([toml()?.as_bytes()])?,
        (Some(path), true) => output::replace_with_json(path, &draft)?,
        (Some(path), false) => output::replace_with_bytes(path, [toml()?.as_bytes()])?,
    }
    Ok(Answer::Yes)
}

/// How each host is reached: no step changes that, and the model of the site does not have it.
struct Ways(BTreeMap<String, Way>);

struct Way {
    address: Option<String>,
    restart: Option<Vec<String>>,
    transfers: Option<Vec<String>>,
}

impl Ways {
    fn of(draft: &SiteDraft<'_>) -> Self {
        let all = |words: &Option<Vec<Text<'_>>>| {
            words.as_ref().map(|words| words.iter().map(ToString::to_string).collect())
        };
        let way = |host: &HostDraft<'_>| Way {
            address: host.address.as_ref().map(ToString::to_string),
            restart: all(&host.restart_command),
            transfers: all(&host.active_transfers_command),
        };
        Self(draft.hosts.iter().map(|host| (host.name.to_string(), way(host))).collect())
    }

    fn carry_over(mut self, draft: &mut SiteDraft<'_>) {
        let all = |words: Vec<String>| words.into_iter().map(Text::from).collect();
        for host in &mut draft.hosts {
            let Some(way) = self.0.remove(&*host.name) else { continue };
            host.address = way.address.map(Text::from);
            host.restart_command = way.restart.map(all);
            host.active_transfers_command = way.transfers.map(all);
        }
    }
}

/// The name of the file decides; without one that says it, what was asked for.
fn is_json(output: Option<&Path>, format: Format) -> bool {
    match output.and_then(input::format_of) {
        Some(named) => named == site::Format::Json,
        None => format == Format::Json,
    }
}
