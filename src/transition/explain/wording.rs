//! Changes in the words of an administrator.

use core::{fmt, mem};

use super::change::Change;

/// How many names a sentence lists.
const NAMES_MAX: usize = 3;

impl fmt::Display for Change {
    /// What to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = self.each();
        let mut groups: Vec<(&Self, Vec<&str>)> = Vec::new();
        for change in changes {
            match groups.iter_mut().find(|(first, _)| first.is_like(change)) {
                Some((_, names)) => names.push(change.subject()),
                None => groups.push((change, vec![change.subject()])),
            }
        }
        for (index, (change, names)) in groups.iter().enumerate() {
            let lead = if index == 0 { "" } else { "; " };
            write!(f, "{lead}{}", change.advice(names))?;
        }
        Ok(())
    }
}

impl Change {
    /// The host or task that is changed.
    pub(super) fn subject(&self) -> &str {
        match self {
            Self::Avx { host, .. }
            | Self::Except { host, .. }
            | Self::Enter { host, .. }
            | Self::Delete { host, .. } => host,
            Self::Target { task, .. } | Self::Names { task, .. } => task,
            Self::Linux(name)
            | Self::Seen(name)
            | Self::Number(name, _)
            | Self::Off(name)
            | Self::Waive(name)
            | Self::Blank(name)
            | Self::Secure(name)
            | Self::Undo(name)
            | Self::Finish(name)
            | Self::Remove(name) => name,
            Self::All(_) => "",
        }
    }

    /// Whether one sentence can tell both.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Avx { is_known: one, .. }, Self::Avx { is_known: other, .. })
            | (Self::Except { waives: one, .. }, Self::Except { waives: other, .. }) => {
                one == other
            }
            (Self::Target { interface: one, .. }, Self::Target { interface: other, .. }) => {
                one == other
            }
            (Self::Enter { .. } | Self::Delete { .. } | Self::Number(..), _) => false,
            _ => mem::discriminant(self) == mem::discriminant(other),
        }
    }

    fn advice(&self, names: &[&str]) -> String {
        let several = names.len() > 1;
        let names = Names(names);
        match self {
            Self::Avx { is_known: true, .. } => format!(
                "give {names} a processor with AVX (a virtual machine often needs only another CPU model)"
            ),
            Self::Avx { is_known: false, .. } => format!(
                "find out whether {names} {} a processor with AVX and say so; if not, give it one (a virtual machine \
                 often needs only another CPU model)",
                if several { "have" } else { "has" }
            ),
            Self::Linux(_) => format!("say that {names} runs Linux, if so"),
            Self::Seen(_) => format!("say that HTTPS runs on {names}, if so"),
            Self::Number(_, number) => {
                format!("give HTTPS on {names} a number of its own, such as {number}")
            }
            Self::Off(_) => {
                format!("say that the ports of {names} of which nothing is known are off, if so")
            }
            Self::Except { waives: true, .. } => format!(
                "leave {names} as it is, out of the goal, and give up aborting running transfers there"
            ),
            Self::Except { waives: false, .. } => {
                format!("leave {names} as it is, out of the goal")
            }
            Self::Waive(_) => format!("give up aborting running transfers on {names}"),
            Self::Target { interface, .. } => {
                format!("move {} {names} to `{interface}`, if it serves as well", tasks(several))
            }
            Self::Names { interface, .. } => {
                format!("let {} {names} name `{interface}`", tasks(several))
            }
            Self::Blank(_) => {
                format!("let the product pick the interface of {} {names}", tasks(several))
            }
            Self::Secure(_) => format!(
                "move {} {names} to the HTTPS interface of the same address",
                tasks(several)
            ),
            Self::Enter { interface, .. } => {
                format!("enter an HTTPS interface for {names}, such as `{interface}`")
            }
            Self::Delete { interfaces, .. } => {
                let interfaces: Vec<&str> = interfaces.iter().map(String::as_str).collect();
                format!("delete what nothing answers from {names}: {}", Names(&interfaces))
            }
            Self::Undo(_) => {
                format!(
                    "give the ports of {names} back the numbers that they run with, in stpd.ini"
                )
            }
            Self::Finish(_) => {
                format!("finish the change of port numbers on {names} by hand: restart STPD there")
            }
            Self::Remove(_) => format!("take {names} out of the site, tasks included"),
            Self::All(_) => String::new(),
        }
    }

    /// What would have to be so, for a change that is a fact.
    pub(super) fn condition(&self) -> String {
        match self {
            Self::Avx { host, .. } => format!("if the processor of `{host}` had AVX"),
            Self::Linux(host) => format!("if `{host}` ran Linux"),
            Self::Seen(host) => format!("if HTTPS was seen running on `{host}`"),
            Self::Number(host, number) => {
                format!("if HTTPS on `{host}` had a number of its own, such as {number}")
            }
            Self::Off(host) => {
                format!("if the ports of `{host}` of which nothing is known were off")
            }
            Self::Enter { host, interface } => format!("if `{host}` had interface `{interface}`"),
            Self::Delete { host, .. } => {
                format!("if `{host}` did not have the interfaces that nothing answers")
            }
            Self::Target { task, interface } => {
                format!("if task `{task}` could be moved to `{interface}`")
            }
            Self::Names { task, interface } => format!("if task `{task}` named `{interface}`"),
            Self::Undo(host) => {
                format!("if stpd.ini of `{host}` had the numbers that its ports run with")
            }
            Self::Finish(host) => {
                format!("if the ports of `{host}` ran with the numbers of its stpd.ini")
            }
            other => format!("if you were to {other}"),
        }
    }
}

const fn tasks(several: bool) -> &'static str {
    if several { "tasks" } else { "task" }
}

/// `a`, `a` and `b`, `a`, `b` and 5 more.
struct Names<'n>(&'n [&'n str]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, more) = match self.0.split_at_checked(NAMES_MAX) {
            Some((shown, more)) if more.len() > 1 => (shown, more.len()),
            _ => (self.0, 0),
        };
        let last = shown.len().saturating_sub(1);
        for (index, name) in shown.iter().enumerate() {
            let lead = match index {
                0 => "",
                _ if index == last && more == 0 => " and ",
                _ => ", ",
            };
            write!(f, "{lead}`{name}`")?;
        }
        if more > 0 { write!(f, " and {more} more") } else { Ok(()) }
    }
}
