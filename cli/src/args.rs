//! What can be asked on the command line.

use std::{ffi::OsString, path::PathBuf};

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

/// Takes a SEP sesam backup site from FTP, HTTP and HTTPS to HTTPS only.
///
/// Every prefix of a plan is safe: no backup, restore, migration or abort that works today fails on the way,
/// even if a host reboots in between.
#[derive(Debug, Parser)]
#[command(name = "sesam-transport", version, verbatim_doc_comment, after_help = OVERVIEW)]
pub(crate) struct Arguments {
    /// What to ask.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// How the answer is written.
    #[arg(long, value_enum, default_value_t, global = true, value_name = "FORMAT")]
    pub(crate) format: Format,
}

const OVERVIEW: &str = "\
Exit status: 0 = yes, 1 = no (something is exposed, unsafe or partial), 2 = the question could not be answered; then
nothing was changed. Results go to standard output, messages to standard error. NO_COLOR is respected.

Examples:
  sesam-transport audit site.toml
  sesam-transport plan site.toml -o plan.json
  sesam-transport check site.toml plan.json
  sesam-transport simulate site.toml plan.json --after 4 -o halfway.toml";

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// The questions.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is exposed, what is already broken, and which tasks stand in the way.
    #[command(after_help = AUDIT)]
    Audit(AuditArguments),
    /// Plan the way to HTTPS only.
    #[command(after_help = PLAN)]
    Plan(PlanArguments),
    /// Say whether every prefix of a plan is safe, and what is wrong with the first step that is not.
    #[command(after_help = CHECK)]
    Check(CheckArguments),
    /// Write the site as it is after some steps of a plan.
    #[command(after_help = SIMULATE)]
    Simulate(SimulateArguments),
    /// Plan the way back from some steps of a plan.
    #[command(after_help = ROLLBACK)]
    Rollback(RollbackArguments),
    /// Carry a plan out, step by step, each looked at before and after.
    #[command(after_help = APPLY)]
    Apply(CarryArguments),
    /// Go on with a plan that was begun, after a stop, a kill or a power cut.
    #[command(after_help = RESUME)]
    Resume(CarryArguments),
    /// Try the ports of every host, and say what listens there.
    #[command(after_help = PROBE)]
    Probe(ProbeArguments),
    /// Try the ports of every host and audit the site with what was found: did anything come back?
    #[command(after_help = VERIFY)]
    Verify(VerifyArguments),
    /// Edit or list the keys of an INI file, without touching any other byte.
    #[command(after_help = INI)]
    Ini(IniArguments),
}

/// `audit SITE`
#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    #[command(flatten)]
    pub(crate) site: SiteArgument,
    /// Note waivers whose reason expired before this day.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(crate) date: Option<String>,
}

/// Days are compared as they are written, so no other notation may pass.
fn date(text: &str) -> Result<String, &'static str> {
    let number = |range, length| {
        let digits: &str = text.get(range)?;
        let all_digits = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| all_digits)
    };
    let is_date = text.len() == 10
        && number(0..4, 4).is_some()
        && text.get(4..5) == Some("-")
        && number(5..7, 2).is_some_and(|month| (1..=12).contains(&month))
        && text.get(7..8) == Some("-")
        && number(8..10, 2).is_some_and(|day| (1..=31).contains(&day));
    if is_date { Ok(text.to_owned()) } else { Err("expected a day such as 2027-03-31") }
}

const AUDIT: &str = "\
Exit status: 0 = nothing of the goal is exposed, 1 = something is, 2 = the site could not be read.

Examples:
  sesam-transport audit site.toml
  sesam-transport audit site.toml --format json | jq '.exposures[] | .place'";

/// `plan SITE`
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) site: SiteArgument,
    /// Write the plan file (JSON) here; standard output then still gets the text for people.
    #[arg(short, long, value_name = "PLAN")]
    pub(crate) output: Option<PathBuf>,
    /// Print every step of a plan that has more than 200.
    #[arg(long)]
    pub(crate) all: bool,
}

const PLAN: &str = "\
Exit status: 0 = the plan reaches the goal (also when there is nothing to do), 1 = it is partial: some of the goal is out
of reach, and the plan says why and what would unblock it, 2 = the site could not be read.

Examples:
  sesam-transport plan site.toml
  sesam-transport plan site.toml -o plan.json
  sesam-transport plan site.toml --format json > plan.json";

/// `check SITE PLAN [--repair -o REPAIRED]`
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) site: SiteArgument,
    #[command(flatten)]
    pub(crate) plan: PlanArgument,
    /// The site that a rollback plan leads back to.
    #[arg(long, value_name = "SITE0")]
    pub(crate) original: Option<PathBuf>,
    /// Write the whole plan repaired (JSON) to --output, and print what is changed and why.
    #[arg(long, requires = "output", conflicts_with = "original")]
    pub(crate) repair: bool,
    /// Where --repair writes the repaired plan; it is never the site or the given plan.
    #[arg(short, long, value_name = "REPAIRED", requires = "repair")]
    pub(crate) output: Option<PathBuf>,
}

const CHECK: &str = "\
SITE is where the plan starts. A plan written by hand needs only `steps`, each with its
`action`. A rollback plan needs --original, the site that it leads back to.

With --repair the steps stay in their order wherever they are allowed. A refused step gets what has to come first: later
steps of the plan move up, missing ones are inserted; what nothing helps is left out; and what is missing in the end is
planned. A safe plan comes back as it is.

Exit status: 0 = every prefix is safe and the plan reaches its goal (with --repair: the repaired plan does), 1 = not,
2 = site or plan could not be read, or the plan was made for another site.

Examples:
  sesam-transport check site.toml plan.json
  sesam-transport check site.toml by-hand.json --repair -o repaired.json
  sesam-transport check halfway.toml back.json --original site.toml";

/// `simulate SITE PLAN`
#[derive(Debug, Args)]
pub(crate) struct SimulateArguments {
    #[command(flatten)]
    pub(crate) site: SiteArgument,
    #[command(flatten)]
    pub(crate) plan: PlanArgument,
    /// Stop after this many steps [default: all].
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) after: Option<usize>,
    /// Write the site file here instead of to standard output.
    #[arg(short, long, value_name = "SITE")]
    pub(crate) output: Option<PathBuf>,
}

const SIMULATE: &str = "\
The result is a site file with all ports inline: TOML, or JSON with --format json. With --output the name decides:
`.json` is JSON, everything else TOML.

Exit status: 0 = the site was written, 2 = site or plan could not be read, or a step cannot be carried out.

Examples:
  sesam-transport simulate site.toml plan.json --after 4 > halfway.toml
  sesam-transport simulate site.toml plan.json --format json | sesam-transport audit -";

/// `rollback SITE PLAN --after N`
#[derive(Debug, Args)]
pub(crate) struct RollbackArguments {
    #[command(flatten)]
    pub(crate) site: SiteArgument,
    #[command(flatten)]
    pub(crate) plan: PlanArgument,
    /// How many steps of the plan were carried out.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) after: usize,
    /// Write the plan file (JSON) here; standard output then still gets the text for people.
    #[arg(short, long, value_name = "PLAN")]
    pub(crate) output: Option<PathBuf>,
    /// Print every step of a plan that has more than 200.
    #[arg(long)]
    pub(crate) all: bool,
}

const ROLLBACK: &str = "\
SITE is the original site, before the first step. The plan that is printed starts from the site after N steps.

Exit status: 0 = the plan leads back, 1 = it leads only a part of the way, because a step on the way forward was not
safe, 2 = site or plan could not be read, or a step cannot be carried out.

Examples:
  sesam-transport rollback site.toml plan.json --after 4 -o back.json
  sesam-transport simulate site.toml plan.json --after 4 > halfway.toml
  sesam-transport check halfway.toml back.json --original site.toml";

/// `apply SITE PLAN` and `resume SITE PLAN`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct CarryArguments {
    #[command(flatten)]
    pub(crate) site: SiteArgument,
    #[command(flatten)]
    pub(crate) plan: PlanArgument,
    /// Act on this host only (may be repeated) [default: every host with a `stpd_ini`].
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Vec<String>,
    /// Print what would be done, and do nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before the first step.
    #[arg(long)]
    pub(crate) yes: bool,
    /// The folder of the journal [default: PLAN.journal].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) journal: Option<PathBuf>,
    /// The plan that this rollback plan takes back; its journal tells what was done.
    #[arg(long, value_name = "PLAN")]
    pub(crate) undo: Option<PathBuf>,
    /// Another host's journal, or a ticked list of manual steps: what it shows is done (may be repeated).
    #[arg(long, value_name = "FILE")]
    pub(crate) done: Vec<PathBuf>,
    /// Restarts STPD of a host without its own `restart_command`; `{host}` is its name. No shell sees it.
    #[arg(long, value_name = "COMMAND")]
    pub(crate) restart_command: Option<String>,
    /// Prints 0 or nothing when no transfer is active on a host without its own `active_transfers_command`.
    #[arg(long, value_name = "COMMAND")]
    pub(crate) active_transfers_command: Option<String>,
    /// Take hosts for idle where no command tells.
    #[arg(long)]
    pub(crate) assume_idle: bool,
    /// Take the addresses that tasks move to for reachable.
    #[arg(long)]
    pub(crate) assume_reachable: bool,
    /// The program that carries out steps inside the product.
    #[arg(long, value_name = "PROGRAM", conflicts_with = "manual_steps")]
    pub(crate) hook: Option<String>,
    /// Write the steps inside the product down here, and stop before the first.
    #[arg(long, value_name = "FILE")]
    pub(crate) manual_steps: Option<PathBuf>,
    /// How long to wait for transfers to end, in seconds.
    #[arg(long, value_name = "S", default_value_t = 600)]
    pub(crate) drain_timeout: u64,
    /// How long to wait for a step to show its effect, in seconds.
    #[arg(long, value_name = "S", default_value_t = 60)]
    pub(crate) probe_timeout: u64,
    /// How long one call of the hook may take, in seconds.
    #[arg(long, value_name = "S", default_value_t = 60)]
    pub(crate) hook_timeout: u64,
    /// How long one call of another command may take, in seconds.
    #[arg(long, value_name = "S", default_value_t = 120)]
    pub(crate) command_timeout: u64,
}

const APPLY: &str = "\
Each step is announced in the journal, carried out, and looked at: a file is read back, a restarted host has to answer on
its ports. What anyone claims to have done counts for nothing. Nothing is begun that is not safe.

There is no default restart command, because the vendor documents only \"restart the server\"; candidates are
`sm_main reload stpd`, or what restarts the service on your system.

The hook is called once for each question, with JSON on its standard input: {\"format_version\", \"phase\": \"check\" | \"do\" |
\"probe\" | \"undo\", \"step\": {\"id\", \"action\"}}; it answers {\"ok\": bool, \"state\": \"before\" | \"after\" | \"other\", \"message\"}.

Exit status: 0 = this run's part is finished, 1 = it stopped or waits for a step elsewhere, 2 = nothing was done.

Examples:
  sesam-transport apply site.toml plan.json --dry-run
  sesam-transport apply site.toml plan.json --restart-command 'ssh {host} sm_main reload stpd' --assume-idle
  sesam-transport apply site.toml back.json --undo plan.json";

const RESUME: &str = "\
The journal beside the plan says what was done; looking says whether the step that was begun happened. Options are those of
`apply`.

Exit status: 0 = this run's part is finished, 1 = it stopped or waits for a step elsewhere, 2 = nothing was done.

Examples:
  sesam-transport resume site.toml plan.json
  sesam-transport resume site.toml plan.json --done manual-steps.md";

/// `probe SITE`
#[derive(Debug, Args)]
pub(crate) struct ProbeArguments {
    #[command(flatten)]
    pub(crate) site: SiteArgument,
    /// Try only the addresses that a plan of the site moves things to, from where this runs.
    #[arg(long, conflicts_with = "output")]
    pub(crate) connect_only: bool,
    /// Write the site here with what was found as `running`; everything else in a TOML file stays as it was written.
    #[arg(short, long, value_name = "SITE")]
    pub(crate) output: Option<PathBuf>,
}

const PROBE: &str = "\
A refused connection is a closed port; the greeting or handshake of its transport is an open one; anything else is unclear.
Certificates are reported, and need not be trusted. Where a host is tried is its `address` in the site file, or its name.

Exit status: 0 = every port is open or closed for certain (with --connect-only: every address was reached), 1 = not,
2 = the site could not be read.

Examples:
  sesam-transport probe site.toml
  sesam-transport probe site.toml -o observed.toml
  sesam-transport probe site.toml --connect-only";

/// `verify SITE`
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    pub(crate) site: SiteArgument,
}

const VERIFY: &str = "\
For a timer: a restored self-backup or an update of the product can bring an old stpd.ini back.

Exit status: 0 = nothing of the goal is exposed, 1 = something is, or it is not clear, 2 = the site could not be read.

Examples:
  sesam-transport verify site.toml";

/// `ini FILE EDIT...` and `ini FILE --list`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[command(group(ArgGroup::new("request").required(true).multiple(true)
    .args(["disable", "enable", "set", "remove", "list"])))]
pub(crate) struct IniArguments {
    /// The INI file; `-` reads standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The section of the edits [default: `STPD_Server`]; with --list, the only section to list.
    #[arg(long, value_name = "S")]
    pub(crate) section: Option<OsString>,
    /// Comment out every active line with this key.
    #[arg(long, value_name = "KEY")]
    disable: Vec<OsString>,
    /// Restore the commented line with this key (and value); with a value and no such line, insert one.
    #[arg(long, value_name = "KEY[=VALUE]")]
    enable: Vec<OsString>,
    /// Replace the value of this key.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<OsString>,
    /// Remove every active line with this key.
    #[arg(long, value_name = "KEY")]
    remove: Vec<OsString>,
    /// List sections, keys, values, whether they are active or commented, and their lines.
    #[arg(long, conflicts_with_all = ["disable", "enable", "set", "remove", "output", "in_place", "missing_ok"])]
    pub(crate) list: bool,
    /// Compare names without regard to the case of ASCII letters.
    #[arg(long)]
    pub(crate) ignore_case: bool,
    /// A key that is not there is fine: 0 instead of 1, with the bytes unchanged.
    #[arg(long)]
    pub(crate) missing_ok: bool,
    /// Write the result here instead of to standard output.
    #[arg(short, long, value_name = "FILE", conflicts_with = "in_place")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file itself, atomically; its owner, mode and extended attributes stay.
    #[arg(long)]
    pub(crate) in_place: bool,
}

const INI: &str = "\
Edits are applied in the order given; all of them or none. Everything outside the edited lines stays byte for byte.

Exit status: 0 = done, 1 = a key or section was not found, 2 = refused, or the file could not be read or written.

Examples:
  sesam-transport ini stpd.ini --list --section STPD_Server
  sesam-transport ini stpd.ini --disable STPD_PORT --disable STPD_HTTP_PORT --in-place
  sesam-transport ini stpd.ini --enable STPD_HTTPS_PORT=11443 > new.ini
  sesam-transport ini app.conf --section Log --set LEVEL=2 -o app.conf";

/// One edit, as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit<'a> {
    Disable(&'a OsString),
    Enable(&'a OsString),
    Set(&'a OsString),
    Remove(&'a OsString),
}

impl IniArguments {
    /// The edits in the order in which they were given, which `matches` knows.
    pub(crate) fn edits(&self, matches: &clap::ArgMatches) -> Vec<Edit<'_>> {
        let mut edits = Vec::new();
        collect(&mut edits, matches, "disable", &self.disable, Edit::Disable);
        collect(&mut edits, matches, "enable", &self.enable, Edit::Enable);
        collect(&mut edits, matches, "set", &self.set, Edit::Set);
        collect(&mut edits, matches, "remove", &self.remove, Edit::Remove);
        edits.sort_by_key(|&(at, _)| at);
        edits.into_iter().map(|(_, edit)| edit).collect()
    }
}

fn collect<'a>(
    edits: &mut Vec<(usize, Edit<'a>)>,
    matches: &clap::ArgMatches,
    name: &str,
    values: &'a [OsString],
    edit: fn(&'a OsString) -> Edit<'a>,
) {
    let places = matches.indices_of(name).into_iter().flatten();
    edits.extend(places.zip(values).map(|(at, value)| (at, edit(value))));
}

/// The site file.
#[derive(Debug, Args)]
pub(crate) struct SiteArgument {
    /// The site file, TOML or JSON by its name; `-` reads JSON from standard input.
    #[arg(value_name = "SITE")]
    pub(crate) site: PathBuf,
}

/// The plan file.
#[derive(Debug, Args)]
pub(crate) struct PlanArgument {
    /// The plan file, JSON, or TOML by its name; `-` reads JSON from standard input.
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
}
