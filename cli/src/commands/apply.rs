//! `apply` and `resume`: a plan carried out on real hosts.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    time::Duration,
};

use sesam_transport::{
    run::{Beginning, Driver, End, Journal, JournalFault, RunRefused, Scope},
    site::{HostId, Site},
    transition::{self, Direction, FileChange, PlanDocument},
};

use super::{
    Answer,
    plan_file::{require_one_standard_input, with_plan},
    site::SiteFile,
};
use crate::{
    args::{CarryArguments, Format},
    carry::{
        Commands, Field, Hands, Hook, JournalFolder, Left, Limits, Product, RealDisk, agreed,
        is_checklist, ticked, work,
    },
    failure::Failure,
    input, json, output, text,
};

/// Whether a run begins or goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Anew,
    GoOn,
}

/// Carries a plan out, or goes on with it.
pub(crate) fn run(
    arguments: &CarryArguments,
    format: Format,
    start: Start,
) -> Result<Answer, Failure> {
    require_one_standard_input(&[&arguments.site.site, &arguments.plan.plan])?;
    let commands = commands(arguments)?;
    let (file, field) = SiteFile::read_with(&arguments.site.site, |draft, folder| {
        Field::new(draft, folder, &commands)
    })?;
    let folder = journal_path(arguments)?;
    with_plan(&arguments.plan.plan, |plan| {
        Ok(Run { arguments, format, file: &file, field: &field }.with(plan, folder, start))
    })?
}

struct Run<'r> {
    arguments: &'r CarryArguments,
    format: Format,
    file: &'r SiteFile,
    field: &'r Field,
}

/// What is taken back: the site before it, the site as it was left, and the files of that time.
struct TakenBack {
    original: Site,
    left: Site,
    originals: BTreeMap<String, Vec<u8>>,
    files: BTreeMap<PathBuf, Left>,
    /// How many steps are taken back.
    finished: usize,
}

/// What was done by other runs of the same plan.
#[derive(Default)]
struct Elsewhere {
    /// The finished steps, counted from 1.
    done: Vec<usize>,
    /// The site before any of them.
    begun: Option<Site>,
}

impl Run<'_> {
    fn with(
        &self,
        plan: &PlanDocument<'_>,
        folder: PathBuf,
        start: Start,
    ) -> Result<Answer, Failure> {
        let disk = RealDisk;
        let mut folder = if self.arguments.dry_run {
            JournalFolder::peek(folder)
        } else {
            JournalFolder::open(&disk, folder)?
        };
        let records = folder.records(&disk)?;
        let name = folder.path().display().to_string();
        let journal = match records.as_deref().map(Journal::read).transpose() {
            // A run that was killed before its first record was whole has done nothing.
            Err(JournalFault::Empty) => None,
            read => read.map_err(|fault| Failure::Refused(format!("`{name}`: {fault}")))?,
        };
        require_start(start, journal.as_ref(), &name)?;
        if !self.arguments.dry_run {
            folder.keep(&disk, journal.as_ref().map_or(0, |journal| journal.whole() as u64))?;
        }
        let back = self.taken_back(plan)?;
        let elsewhere = self.elsewhere(plan)?;
        let begun = match (&journal, &back) {
            (Some(journal), _) => Some(begun_site(journal)?),
            // What others have done already shows in the files that can be read from here.
            (None, None) => elsewhere.begun,
            (None, Some(_)) => None,
        };
        let left = back.as_ref().map(|back| &back.left);
        let site = begun.as_ref().or(left).unwrap_or(&self.file.site);
        let hosts = self.hosts(site)?;
        let driver = Driver::new(Beginning {
            site,
            original: back.as_ref().map(|back| &back.original),
            plan,
            journal: journal.as_ref(),
            elsewhere: &elsewhere.done,
            scope: hosts.as_deref().map_or(Scope::Everywhere, Scope::Hosts),
        })
        .map_err(|refused| refusal(&refused, plan, site, back.as_ref()))?;
        let had_begun = journal.is_some();
        let mut files = left_files(journal.as_ref(), &folder);
        let mut originals = BTreeMap::new();
        if let Some(back) = back.as_ref() {
            originals.clone_from(&back.originals);
            back.files.iter().for_each(|(path, left)| {
                files.entry(path.clone()).or_insert_with(|| left.clone());
            });
        }
        if self.arguments.dry_run {
            return self.dry_run(&driver);
        }
        let mut hands = self.hands(&disk, folder, originals, files)?;
        self.carry_out(driver, &mut hands, had_begun)
    }

    fn carry_out(
        &self,
        mut driver: Driver<'_>,
        hands: &mut Hands<'_>,
        had_begun: bool,
    ) -> Result<Answer, Failure> {
        let left = driver.left().count();
        if left > 0 && !self.arguments.yes {
            self.ask(&driver)?;
        }
        let is_text = self.format == Format::Text;
        let end = work(&mut driver, hands, |driver, event| {
            if is_text {
                // A watcher that has gone does not stop the work.
                let _ = output::print(&text::event(driver, event));
            }
        });
        let end = match end {
            Ok(end) => end,
            Err(failure) => {
                let is_untouched = is_untouched(&driver) && !had_begun;
                output::complain(&failure.to_text());
                output::complain(&text::how_far(&driver));
                Self::say_how_to_go_on(!is_untouched);
                return Ok(if is_untouched { Answer::Unanswered } else { Answer::No });
            }
        };
        match self.format {
            Format::Text => output::print(&text::end(&driver, &end))?,
            Format::Json => output::print_json(&json::end(&driver, &end))?,
        }
        let stopped = matches!(end, End::Stopped(_));
        if stopped || matches!(end, End::Waiting(_)) {
            Self::say_how_to_go_on(had_begun || hands.journal.has_records());
        }
        if stopped && is_untouched(&driver) && !had_begun {
            return Ok(Answer::Unanswered);
        }
        Ok(Answer::from(end == End::Finished))
    }

    fn say_how_to_go_on(has_begun: bool) {
        let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
        output::complain(&text::go_on(words, has_begun));
    }

    fn ask(&self, driver: &Driver<'_>) -> Result<(), Failure> {
        output::print(&text::what_is_left(driver, self.field))?;
        if !is_terminal() {
            let help = "nobody can be asked here: look at it with `--dry-run`, then say `--yes`";
            return Err(Failure::Refused(help.to_owned()));
        }
        if agreed("Carry this out?") {
            return Ok(());
        }
        Err(Failure::Refused("you said no: nothing was done".to_owned()))
    }

    fn dry_run(&self, driver: &Driver<'_>) -> Result<Answer, Failure> {
        match self.format {
            Format::Text => output::print(&text::what_is_left(driver, self.field))?,
            Format::Json => output::print_json(&json::what_is_left(driver))?,
        }
        Ok(Answer::Yes)
    }

    fn hands<'h>(
        &'h self,
        disk: &'h RealDisk,
        journal: JournalFolder,
        originals: BTreeMap<String, Vec<u8>>,
        left: BTreeMap<PathBuf, Left>,
    ) -> Result<Hands<'h>, Failure> {
        let seconds = |seconds: u64| Duration::from_secs(seconds);
        let CarryArguments { drain_timeout, probe_timeout, command_timeout, .. } = self.arguments;
        Ok(Hands {
            disk,
            field: self.field,
            product: self.product()?,
            journal,
            limits: Limits {
                drain: seconds(*drain_timeout),
                probe: seconds(*probe_timeout),
                command: seconds(*command_timeout),
            },
            assume_reachable: self.arguments.assume_reachable,
            assume_idle: self.arguments.assume_idle,
            is_terminal: is_terminal(),
            originals,
            left,
            at_hand: crate::carry::AtHand::default(),
        })
    }

    fn product(&self) -> Result<Product, Failure> {
        let CarryArguments { hook, hook_timeout, manual_steps, .. } = self.arguments;
        Ok(match (hook, manual_steps) {
            (Some(hook), _) => Product::Hook(Hook {
                words: words(hook, "--hook")?,
                limit: Duration::from_secs(*hook_timeout),
            }),
            (None, Some(list)) => Product::List(list.clone()),
            (None, None) if is_terminal() => Product::Terminal,
            (None, None) => Product::Nobody,
        })
    }

    /// The hosts on which this run acts; `None` where it acts everywhere.
    fn hosts(&self, site: &Site) -> Result<Option<Vec<HostId>>, Failure> {
        let find = |name: &str| {
            site.host_named(name)
                .ok_or_else(|| Failure::Refused(format!("the site has no host `{name}`")))
        };
        let named = &self.arguments.host;
        if !named.is_empty() {
            return named.iter().map(|name| find(name)).collect::<Result<_, _>>().map(Some);
        }
        let with_file: Vec<HostId> = self.field.with_file().map(find).collect::<Result<_, _>>()?;
        if with_file.is_empty() {
            let help =
                "no host has a `stpd_ini` that can be read from here: nothing can be carried out";
            return Err(Failure::Refused(help.to_owned()));
        }
        let is_everywhere = with_file.len() == site.hosts().len();
        Ok((!is_everywhere).then_some(with_file))
    }

    /// What other journals, or ticked lists, show.
    fn elsewhere(&self, plan: &PlanDocument<'_>) -> Result<Elsewhere, Failure> {
        let mut elsewhere = Elsewhere::default();
        for path in &self.arguments.done {
            let records = if path.is_dir() { path.join("journal.jsonl") } else { path.clone() };
            let bytes = input::bytes(&records)?;
            let text = String::from_utf8_lossy(&bytes);
            if is_checklist(&text) {
                elsewhere.done.extend(ticked(&text));
                continue;
            }
            let refused = |reason: &dyn core::fmt::Display| {
                Failure::Refused(format!("`{}`: {reason}", records.display()))
            };
            let journal = Journal::read(&bytes).map_err(|fault| refused(&fault))?;
            if *journal.started().plan != *sesam_transport::run::digest(plan) {
                return Err(refused(&RunRefused::OtherPlan));
            }
            elsewhere.done.extend(journal.finished());
            elsewhere.begun = Some(begun_site(&journal)?);
        }
        Ok(elsewhere)
    }

    /// What a plan leads back from.
    fn taken_back(&self, plan: &PlanDocument<'_>) -> Result<Option<TakenBack>, Failure> {
        match (plan.direction, &self.arguments.undo) {
            (Direction::Forward, None) => Ok(None),
            (Direction::Forward, Some(_)) => {
                let help = "`--undo` belongs to a rollback plan: this one goes forward";
                Err(Failure::Refused(help.to_owned()))
            }
            (Direction::Rollback, None) => {
                let help = "a rollback plan takes back what a journal tells: name the plan that was carried out with \
                     `--undo`";
                Err(Failure::Refused(help.to_owned()))
            }
            (Direction::Rollback, Some(undone)) => self.journal_of(undone).map(Some),
        }
    }

    fn journal_of(&self, undone: &Path) -> Result<TakenBack, Failure> {
        let disk = RealDisk;
        let folder = JournalFolder::peek(JournalFolder::beside(undone));
        let name = folder.path().display().to_string();
        let Some(records) = folder.records(&disk)? else {
            return Err(Failure::Refused(format!("`{name}` has no record: nothing was done")));
        };
        let journal = Journal::read(&records)
            .map_err(|fault| Failure::Refused(format!("`{name}`: {fault}")))?;
        if let Some(step) = journal.open() {
            let help = format!(
                "step {step} of `{}` was begun and has not ended: `resume` it first",
                undone.display()
            );
            return Err(Failure::Refused(help));
        }
        let original = begun_site(&journal)?;
        let left = with_plan(undone, |plan| {
            let steps = journal.finished().iter().filter_map(|step| {
                plan.steps.get(step.checked_sub(1)?).map(|step| step.action.clone())
            });
            transition::simulate(&original, &PlanDocument::new(Direction::Forward, steps), None)
        })?;
        let mut originals = BTreeMap::new();
        for (name, reach) in self.field.hosts() {
            let Some(path) = &reach.file else { continue };
            if let Some(bytes) = before_run(&journal, &folder, path)? {
                originals.insert(name.to_owned(), bytes);
            }
        }
        let files = left_files(Some(&journal), &folder);
        let finished = journal.finished().len();
        Ok(TakenBack { original, left, originals, files, finished })
    }
}

/// The bytes of a file before the first step of a run that was about to change it; none where no step was.
pub(super) fn before_run(
    journal: &Journal<'_>,
    folder: &JournalFolder,
    path: &Path,
) -> Result<Option<Vec<u8>>, Failure> {
    let Ok(real) = path.canonicalize() else { return Ok(None) };
    let first = journal.files().iter().find(|(_, change)| Path::new(&change.path) == real);
    first.map(|(_, change)| folder.stored(&RealDisk, &change.sha256_before)).transpose()
}

/// The files as a journal says that they were left.
fn left_files(journal: Option<&Journal<'_>>, folder: &JournalFolder) -> BTreeMap<PathBuf, Left> {
    let mut left = BTreeMap::new();
    let Some(journal) = journal else { return left };
    for (step, change) in journal.files() {
        let FileChange { path, sha256_before: before, sha256_after: after } = change;
        let hashes = if journal.open() == Some(*step) {
            vec![before.clone(), after.clone()]
        } else if journal.finished().contains(step) {
            vec![after.clone()]
        } else {
            continue;
        };
        left.insert(PathBuf::from(path), Left { hashes, kept: folder.bytes_folder() });
    }
    left
}

/// Whether this run has left everything as it was.
fn is_untouched(driver: &Driver<'_>) -> bool {
    driver.carried_out() == 0 && !driver.is_open()
}

fn require_start(start: Start, journal: Option<&Journal<'_>>, name: &str) -> Result<(), Failure> {
    let help = match (start, journal) {
        (Start::Anew, Some(_)) => {
            format!("`{name}` tells of a run of this plan: go on with `resume`, or move it away")
        }
        (Start::GoOn, None) => format!("`{name}` has no record: begin with `apply`"),
        _ => return Ok(()),
    };
    Err(Failure::Refused(help))
}

pub(super) fn begun_site(journal: &Journal<'_>) -> Result<Site, Failure> {
    Site::try_from(&journal.started().site)
        .map_err(|faults| Failure::Refused(format!("the site in the journal: {faults}")))
}

fn refusal(
    refused: &RunRefused,
    plan: &PlanDocument<'_>,
    site: &Site,
    back: Option<&TakenBack>,
) -> Failure {
    if let RunRefused::Unsafe(_) = refused {
        let verdict = match back {
            None => transition::check(site, plan),
            Some(back) => transition::check_rollback(&back.original, site, plan),
        };
        if let Ok(verdict) = verdict {
            return Failure::Report(text::verdict(&verdict, plan));
        }
    }
    match (refused, back) {
        (RunRefused::Plan(_), Some(TakenBack { finished, .. })) => Failure::Refused(format!(
            "{refused}; of the plan that is taken back {finished} steps are finished: make the way back with \
             `rollback --after {finished}`"
        )),
        (RunRefused::Plan(_), None) => {
            Failure::Refused(format!("{refused}: nothing was done; make a new plan"))
        }
        _ => Failure::Refused(refused.to_string()),
    }
}

fn journal_path(arguments: &CarryArguments) -> Result<PathBuf, Failure> {
    match &arguments.journal {
        Some(path) => Ok(path.clone()),
        None if input::is_standard_input(&arguments.plan.plan) => {
            let help =
                "a plan from standard input needs a place for its journal: `--journal FOLDER`";
            Err(Failure::Refused(help.to_owned()))
        }
        None => Ok(JournalFolder::beside(&arguments.plan.plan)),
    }
}

fn commands(arguments: &CarryArguments) -> Result<Commands, Failure> {
    let words =
        |text: &Option<String>, name| text.as_ref().map(|text| words(text, name)).transpose();
    Ok(Commands {
        restart: words(&arguments.restart_command, "--restart-command")?,
        transfers: words(&arguments.active_transfers_command, "--active-transfers-command")?,
    })
}

/// The words of a command: quotes hold them together, and no shell sees them.
fn words(text: &str, name: &str) -> Result<Vec<String>, Failure> {
    match shell_words::split(text) {
        Ok(words) if !words.is_empty() => Ok(words),
        Ok(_) => Err(Failure::Refused(format!("`{name}` has no words"))),
        Err(error) => Err(Failure::Refused(format!("`{name}`: {error}"))),
    }
}

fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
