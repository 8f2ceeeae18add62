//! What is looked at: hosts, settings, the product, addresses.

use std::{path::Path, thread, time::Instant};

use sesam_transport::{
    run::{Driver, Moment, Observation, Outcome, Place, Standing},
    site::{PortNumber, PortState, Site, Transport},
    stpd::{IniSettings, StpdIni},
    transition::ActionDocument,
};

use super::{
    super::{
        field::Reach,
        ini_file::settle,
        listeners::{self, Answer, Findings},
        product::{self, Reply},
    },
    Hands, PAUSE,
};
use crate::{failure::Failure, output, text};

impl Hands<'_> {
    pub(super) fn look_at_host(
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
    pub(super) fn look_at_setting(
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

    pub(super) fn look_at_product(
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
    pub(super) fn write_list(driver: &Driver<'_>, from: usize, list: &Path) -> Result<(), Failure> {
        let deeds = driver.left().skip_while(|&step| step != from);
        let deeds = deeds.map_while(|step| driver.deed_of(step));
        let inside = deeds.take_while(|deed| deed.place == Place::Product);
        let text = product::checklist(inside.map(|deed| (deed.step, deed.action)));
        output::replace_with_bytes(list, [text.as_bytes()])
    }

    pub(super) fn reach(&mut self, address: &str, port: u16, transport: Transport) -> Outcome {
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

fn outcome(reply: Reply) -> Outcome {
    match reply {
        Reply::Standing(standing) => Outcome::Product(standing),
        Reply::Unseen(message) => Outcome::Unseen(message),
        Reply::Stop(message) => Outcome::Stop(message),
    }
}
