//! Does what the driver demands, and tells what came of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime},
};

use sesam_transport::{
    run::{Deed, Demand, Driver, Entry, Moment, Observation, Outcome, Place, Record, Standing},
    site::{PortNumber, PortState, Site, Transport},
    stpd::{Change, IniSettings, StpdIni},
    transition::{ActionDocument, FileChange},
};

use super::{
    disk::Disk,
    field::{Field, Reach},
    ini_file::{Left, Prepared, Replaced, settle},
    journal_folder::JournalFolder,
    listeners::{self, Answer, Findings},
    process,
    product::{self, Product, Reply, agreed},
};
use crate::{
    commands::{FileState, file_change},
    failure::Failure,
    output, text,
};

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Until no transfer is active any more.
    pub(crate) drain: Duration,
    /// Until a step shows its effect.
    pub(crate) probe: Duration,
    /// For one call of a command.
    pub(crate) command: Duration,
}

/// How long to wait before something is looked at again.
const PAUSE: Duration = Duration::from_millis(200);

/// Everything by which a plan is carried out.
pub(crate) struct Hands<'h> {
    pub(crate) disk: &'h dyn Disk,
    pub(crate) field: &'h Field,
    pub(crate) product: Product,
    pub(crate) journal: JournalFolder,
    pub(crate) limits: Limits,
    /// Addresses count as reachable on the operator's word.
    pub(crate) assume_reachable: bool,
    /// Hosts without a command that tells count as idle on the operator's word.
    pub(crate) assume_idle: bool,
    /// Somebody can be asked.
    pub(crate) is_terminal: bool,
    /// The bytes of the files before the run that is taken back, by host.
    pub(crate) originals: BTreeMap<String, Vec<u8>>,
    /// What was left in a file the last time: nothing else is ever overwritten.
    pub(crate) left: BTreeMap<PathBuf, Left>,
    pub(crate) at_hand: AtHand,
}

/// What is known of the step at hand.
#[derive(Debug, Default)]
pub(crate) struct AtHand {
    prepared: Option<Prepared>,
    /// Since when its effect is waited for.
    since: Option<Instant>,
    has_failed: bool,
    was_undone: bool,
    /// What was written may be gone after a power cut.
    unsure: Option<String>,
    reached: Vec<(String, u16)>,
}

impl Hands<'_> {
    /// Does what is demanded.
    ///
    /// A journal that cannot be written is the end: nothing goes on without it.
    pub(crate) fn comply(&mut self, driver: &Driver<'_>) -> Result<Outcome, Failure> {
        let is_open = driver.is_open();
        Ok(match driver.demand() {
            Demand::Record(record) => return self.record(record),
            Demand::LookAtHost { host, moment } => self.look_at_host(driver, host, moment, is_open),
            Demand::LookAtSetting { host, action, moment, .. } => {
                self.look_at_setting(driver, host, &action, moment, is_open)
            }
            Demand::LookAtProduct { step, action, moment } => {
                if let (Product::List(list), Moment::Before(_)) = (&self.product, moment) {
                    Self::write_list(driver, step, list)?;
                }
                self.look_at_product(step, &action, moment, is_open)
            }
            Demand::Reach { address, port, transport, .. } => self.reach(address, port, transport),
            Demand::Drain { host, .. } => self.drain(host),
            Demand::Carry(deed) => self.carry(driver, &deed),
            Demand::Nothing(_) => Outcome::Stop("the run is over".to_owned()),
        })
    }

    fn record(&mut self, record: Record<'_>) -> Result<Outcome, Failure> {
        if let Record::Started(_) = record {
            self.at_hand = AtHand::default();
        }
        let file = match record {
            Record::Begun(_) => self.stored()?,
            _ => None,
        };
        let is_end = matches!(record, Record::Done(_) | Record::Undone(_));
        let entry = Entry { time: now().into(), record, file };
        self.journal.append(self.disk, &entry).map_err(|error| self.no_journal(error))?;
        if is_end {
            let reached = core::mem::take(&mut self.at_hand.reached);
            self.at_hand = AtHand { reached, ..AtHand::default() };
        }
        Ok(Outcome::Recorded)
    }

    /// The bytes before and after a step are stored before it is announced.
    fn stored(&self) -> Result<Option<FileChange>, Failure> {
        let Some(prepared) = &self.at_hand.prepared else { return Ok(None) };
        for bytes in [&prepared.before, &prepared.after] {
            self.journal.store(self.disk, bytes).map_err(|error| self.no_journal(error))?;
        }
        Ok(Some(prepared.change.clone()))
    }

    fn no_journal(&self, error: std::io::Error) -> Failure {
        Failure::Write(self.journal.path().to_owned(), error)
    }

    // Looking.

    fn look_at_host(
        &mut self,
        driver: &Driver<'_>,
        host: &str,
        moment: Moment,
        is_open: bool,
    ) -> Outcome {
        if let Moment::After(_) = moment
            && let Some(message) = self.at_hand.unsure.take()
        {
            return Outcome::GaveUp(message);
        }
        let Some(reach) = self.field.host(host) else {
            return Outcome::Unseen(format!("the site file has no host `{host}`"));
        };
        if let Err(message) = self.ready(driver, reach, moment, is_open) {
            return Outcome::Stop(message);
        }
        let observed = self.observe(driver, host, reach);
        let is_restart = match moment {
            Moment::After(step) => {
                driver.deed_of(step).is_some_and(|deed| matches!(deed.place, Place::Daemon(_)))
            }
            _ => false,
        };
        match observed {
            Ok((observation, findings)) if is_restart => {
                self.wait_for(driver, moment, observation, &findings)
            }
            // Where it is not clear what runs, what stood in the way says more than that it differs.
            Ok((observation, findings)) if is_unclear(driver, host, observation) => {
                let found = text::findings(&findings);
                Outcome::Unseen(format!("`{host}` at `{}`: {found}", reach.address))
            }
            Ok((observation, _)) => Outcome::Host(observation),
            Err(message) => Outcome::Unseen(message),
        }
    }

    /// What has to be so before a host is looked at.
    fn ready(
        &mut self,
        driver: &Driver<'_>,
        reach: &Reach,
        moment: Moment,
        is_open: bool,
    ) -> Result<(), String> {
        match moment {
            Moment::Start => self.require_left(reach),
            Moment::Before(step) => match driver.deed_of(step) {
                Some(deed) if is_open && matches!(deed.place, Place::File(_)) => self.settle(reach),
                Some(deed) if !is_open => self.prepare(driver, &deed),
                _ => Ok(()),
            },
            Moment::After(_) => Ok(()),
        }
    }

    /// A file that was changed by someone else since stops a run before its first step.
    fn require_left(&self, reach: &Reach) -> Result<(), String> {
        let Some(path) = &reach.file else { return Ok(()) };
        let Ok(real) = self.disk.real_path(path) else { return Ok(()) };
        match (self.left.get(&real), self.disk.read(&real)) {
            (Some(left), Ok(bytes)) => {
                left.require(path, &bytes).map_err(|unchanged| unchanged.to_string())
            }
            // What cannot be read is told when the host is looked at.
            _ => Ok(()),
        }
    }

    /// What a run that was killed has put in place is believed once it will stay there.
    fn settle(&self, reach: &Reach) -> Result<(), String> {
        let Some(path) = &reach.file else { return Ok(()) };
        settle(self.disk, path)
            .map_err(|error| format!("`{}` cannot be put on disk: {error}", path.display()))
    }

    fn observe(
        &self,
        driver: &Driver<'_>,
        host: &str,
        reach: &Reach,
    ) -> Result<(Observation, Findings), String> {
        let Some(path) = &reach.file else {
            return Err(format!("the site file gives no `stpd_ini` for `{host}`"));
        };
        let bytes = self
            .disk
            .read(path)
            .map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
        let ini =
            StpdIni::read(&bytes).map_err(|error| format!("`{}`: {error}", path.display()))?;
        let state = driver.state();
        let known = state.host_named(host).map(|id| [state[id].configured(), state[id].running()]);
        let known = known.map_or_else(Vec::new, Vec::from);
        let configured = ini.ports();
        let findings = Findings::of(&reach.address, &[&known[..], &[configured]].concat());
        let running = Some(findings.ports());
        Ok((Observation { configured, running }, findings))
    }

    /// What a restarted host listens on is looked at until it is as wanted, or for too long.
    fn wait_for(
        &mut self,
        driver: &Driver<'_>,
        moment: Moment,
        observation: Observation,
        findings: &Findings,
    ) -> Outcome {
        let wanted = match moment {
            Moment::After(step) => driver.running_after(step),
            _ => None,
        };
        if wanted == observation.running {
            return Outcome::Host(observation);
        }
        let since = *self.at_hand.since.get_or_insert_with(Instant::now);
        if since.elapsed() > self.limits.probe {
            let limit = self.limits.probe.as_secs();
            return Outcome::GaveUp(format!("after {limit} s {}", text::findings(findings)));
        }
        thread::sleep(PAUSE);
        Outcome::Host(observation)
    }

    /// Whether a key that is no port has its new value in the file.
    fn look_at_setting(
        &mut self,
        driver: &Driver<'_>,
        host: &str,
        action: &ActionDocument<'_>,
        moment: Moment,
        is_open: bool,
    ) -> Outcome {
        if let Moment::After(_) = moment
            && let Some(message) = self.at_hand.unsure.take()
        {
            return Outcome::GaveUp(message);
        }
        if let (Moment::Before(step), false) = (moment, is_open)
            && let Some(deed) = driver.deed_of(step)
            && let Err(message) = self.prepare(driver, &deed)
        {
            return Outcome::Stop(message);
        }
        let path = self.field.host(host).and_then(|reach| reach.file.as_ref());
        let Some(path) = path else {
            return Outcome::Unseen(format!("the site file gives no `stpd_ini` for `{host}`"));
        };
        let bytes = match self.disk.read(path) {
            Ok(bytes) => bytes,
            Err(error) => return Outcome::Unseen(format!("`{}`: {error}", path.display())),
        };
        match standing_of_setting(driver.state(), host, action, &bytes) {
            Ok(standing) => Outcome::Product(standing),
            Err(message) => Outcome::Unseen(format!("`{}`: {message}", path.display())),
        }
    }

    fn look_at_product(
        &mut self,
        step: usize,
        action: &ActionDocument<'_>,
        moment: Moment,
        is_open: bool,
    ) -> Outcome {
        let Moment::After(_) = moment else {
            return outcome(self.product.look_before(step, action, is_open));
        };
        let failed = self.at_hand.has_failed;
        let mut reply = self.product.look_after(step, action, failed);
        let is_halfway = failed && matches!(reply, Reply::Standing(Standing::Other(_)));
        if is_halfway && !core::mem::replace(&mut self.at_hand.was_undone, true) {
            self.product.undo(step, action);
            reply = self.product.look_after(step, action, failed);
        }
        let is_seen = matches!(reply, Reply::Standing(_));
        if matches!(reply, Reply::Standing(Standing::After) | Reply::Stop(_)) || failed && is_seen {
            return outcome(reply);
        }
        let since = *self.at_hand.since.get_or_insert_with(Instant::now);
        if since.elapsed() > self.limits.probe {
            let limit = self.limits.probe.as_secs();
            let message = match reply {
                Reply::Unseen(message) | Reply::Standing(Standing::Other(message)) => message,
                _ => "the product still has it as before".to_owned(),
            };
            return Outcome::GaveUp(format!("after {limit} s {message}"));
        }
        thread::sleep(PAUSE);
        outcome(reply)
    }

    /// Writes down the steps inside the product that come next, up to one elsewhere.
    fn write_list(driver: &Driver<'_>, from: usize, list: &Path) -> Result<(), Failure> {
        let deeds = driver.left().skip_while(|&step| step != from);
        let deeds = deeds.map_while(|step| driver.deed_of(step));
        let inside = deeds.take_while(|deed| deed.place == Place::Product);
        let text = product::checklist(inside.map(|deed| (deed.step, deed.action)));
        output::replace_with_bytes(list, [text.as_bytes()])
    }

    fn reach(&mut self, address: &str, port: u16, transport: Transport) -> Outcome {
        let place = (address.to_owned(), port);
        let Some(number) = PortNumber::new(port) else {
            return Outcome::Unreached("0 is no port".to_owned());
        };
        if self.assume_reachable || self.at_hand.reached.contains(&place) {
            return Outcome::Reached;
        }
        match listeners::ask(address, number, transport) {
            Answer::Speaks(_) | Answer::OldTls => {
                self.at_hand.reached.push(place);
                Outcome::Reached
            }
            Answer::Refused => Outcome::Unreached("connection refused".to_owned()),
            Answer::Unclear(message) => Outcome::Unreached(message),
        }
    }

    // Restarts.

    fn drain(&mut self, host: &str) -> Outcome {
        let words = self.field.host(host).and_then(|reach| reach.transfers.clone());
        let Some(words) = words else {
            return match (self.assume_idle, self.is_terminal) {
                (true, _) => Outcome::Idle,
                (false, true) if agreed(&format!("Is no transfer active on `{host}`?")) => {
                    Outcome::Idle
                }
                (false, true) => Outcome::Busy("you said so".to_owned()),
                (false, false) => Outcome::Busy(format!(
                    "nobody can tell whether they are on `{host}`: give `--active-transfers-command`, or `--assume-idle`"
                )),
            };
        };
        let since = Instant::now();
        loop {
            let message = match process::run(&words, b"", self.limits.command) {
                Ok(ran) if !ran.status.success() => {
                    format!("`{}` ended with {}", words.join(" "), ran.status)
                }
                Ok(ran) => match ran.printed.as_deref().map(String::from_utf8_lossy) {
                    Some(said) if matches!(said.trim(), "" | "0") => return Outcome::Idle,
                    Some(said) => format!("`{}` says {}", words.join(" "), said.trim()),
                    None => format!("the output of `{}` does not end", words.join(" ")),
                },
                Err(trouble) => trouble.to_string(),
            };
            if since.elapsed() > self.limits.drain {
                return Outcome::Busy(format!("{message}, for {} s", self.limits.drain.as_secs()));
            }
            thread::sleep(PAUSE);
        }
    }

    fn restart(&self, host: &str) -> Outcome {
        let words = self.field.host(host).and_then(|reach| reach.restart.as_ref());
        match words {
            // Whether it worked is what the listeners say, not the command.
            Some(words) => match process::run(words, b"", self.limits.command) {
                Ok(ran) if ran.status.success() => Outcome::Carried,
                Ok(ran) => {
                    Outcome::Failed(format!("`{}` ended with {}", words.join(" "), ran.status))
                }
                Err(trouble) => Outcome::Failed(trouble.to_string()),
            },
            None if self.is_terminal => {
                if agreed(&format!("Restart STPD on `{host}`. Is it done?")) {
                    Outcome::Carried
                } else {
                    Outcome::Failed("you said no".to_owned())
                }
            }
            None => Outcome::Failed(format!(
                "nobody knows how to restart `{host}`: give `restart_command` in the site file or `--restart-command`"
            )),
        }
    }

    // Carrying out.

    fn carry(&mut self, driver: &Driver<'_>, deed: &Deed<'_>) -> Outcome {
        let outcome = match deed.place {
            Place::File(_) => self.change_file(driver, deed),
            Place::Daemon(host) => self.restart(host),
            Place::Product => self
                .product
                .act(deed.step, &deed.action)
                .map_or_else(Outcome::Failed, |()| Outcome::Carried),
        };
        self.at_hand.has_failed = matches!(outcome, Outcome::Failed(_));
        outcome
    }

    fn change_file(&mut self, driver: &Driver<'_>, deed: &Deed<'_>) -> Outcome {
        if self.at_hand.prepared.is_none()
            && let Err(message) = self.prepare(driver, deed)
        {
            return Outcome::Failed(message);
        }
        let Some(prepared) = &self.at_hand.prepared else {
            return Outcome::Failed("there is nothing to write".to_owned());
        };
        match prepared.put_in_place(self.disk) {
            Ok(replaced) => {
                let hashes = vec![prepared.change.sha256_after.clone()];
                let left = Left { hashes, kept: self.journal.bytes_folder() };
                self.left.insert(prepared.path().to_owned(), left);
                if let Replaced::Perhaps(error) = replaced {
                    let message =
                        format!("it is written, but may be gone after a power cut: {error}");
                    self.at_hand.unsure = Some(message);
                }
                Outcome::Carried
            }
            Err(unchanged) => Outcome::Failed(unchanged.to_string()),
        }
    }

    /// Makes the new bytes of a file, where the step is about one.
    fn prepare(&mut self, driver: &Driver<'_>, deed: &Deed<'_>) -> Result<(), String> {
        let Place::File(host) = deed.place else { return Ok(()) };
        let path = self.field.host(host).and_then(|reach| reach.file.as_ref());
        let path = path.ok_or_else(|| format!("the site file gives no `stpd_ini` for `{host}`"))?;
        let site = driver.state();
        let original = self.originals.get(host).map(Vec::as_slice);
        let state = site.host_named(host).map(|id| {
            let mut state = FileState::of(site, id);
            state.apply(site, id, &deed.action);
            state
        });
        let change = match (original, &state) {
            // On the way back every step makes the file from its original bytes, so that it comes to them in the end.
            (Some(_), Some(FileState { ports, settings })) => {
                Some(Change::Restore { ports: *ports, settings, original })
            }
            _ => file_change(&deed.action),
        };
        let Some(change) = change else {
            return Err("this step does not change a file in a way that is known here".to_owned());
        };
        let real = self.disk.real_path(path).unwrap_or_else(|_| path.clone());
        let prepared = Prepared::new(self.disk, path, change, self.left.get(&real))
            .map_err(|unchanged| unchanged.to_string())?;
        self.at_hand.prepared = Some(prepared);
        Ok(())
    }
}

/// What a file says of a setting: its value before the step, or that after it.
fn standing_of_setting(
    site: &Site,
    host: &str,
    action: &ActionDocument<'_>,
    bytes: &[u8],
) -> Result<Standing, String> {
    let ActionDocument::SetIni { section, key, value, .. } = action else {
        return Err("the step sets no key".to_owned());
    };
    let settings = IniSettings::read(bytes).map_err(|error| error.to_string())?;
    let found = settings.setting(section, key);
    let known = site.host_named(host).and_then(|id| site.setting_named(id, section, key));
    Ok(if found.value() == value.as_str() {
        Standing::After
    } else if known.is_some_and(|id| site[id].configured() == found.value()) {
        Standing::Before
    } else {
        Standing::Other(format!(
            "`{key}` in section `{section}` has another value than the plan knows"
        ))
    })
}

/// Whether a port cannot be told that the model knows.
fn is_unclear(driver: &Driver<'_>, host: &str, observation: Observation) -> bool {
    let state = driver.state();
    let Some(expected) = state.host_named(host).map(|id| state[id].running()) else {
        return false;
    };
    observation.running.is_some_and(|found| {
        Transport::ALL.into_iter().any(|transport| {
            found.of(transport) == PortState::Unknown
                && expected.of(transport) != PortState::Unknown
        })
    })
}

/// The time for people who read a journal; nothing is decided by it.
#[expect(clippy::disallowed_methods, reason = "a record says when it was written")]
fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

fn outcome(reply: Reply) -> Outcome {
    match reply {
        Reply::Standing(standing) => Outcome::Product(standing),
        Reply::Unseen(message) => Outcome::Unseen(message),
        Reply::Stop(message) => Outcome::Stop(message),
    }
}
