//! Does what the driver demands, and tells what came of it.

mod look;
mod restart;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant, SystemTime},
};

use sesam_transport::{
    run::{Deed, Demand, Driver, Entry, Moment, Outcome, Place, Record},
    stpd::Change,
    transition::FileChange,
};

use super::{
    disk::Disk,
    field::Field,
    ini_file::{Left, Prepared, Replaced},
    journal_folder::JournalFolder,
    product::Product,
};
use crate::{
    commands::{FileState, file_change},
    failure::Failure,
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

/// The time for people who read a journal; nothing is decided by it.
#[expect(clippy::disallowed_methods, reason = "a record says when it was written")]
fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
