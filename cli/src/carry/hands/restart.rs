//! Restarts, and what they wait for.

use std::{thread, time::Instant};

use sesam_transport::run::Outcome;

use super::{
    super::{process, product::agreed},
    Hands, PAUSE,
};

impl Hands<'_> {
    pub(super) fn drain(&mut self, host: &str) -> Outcome {
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

    pub(super) fn restart(&self, host: &str) -> Outcome {
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
}
