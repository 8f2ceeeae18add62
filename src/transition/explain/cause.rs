//! Facts of a site that block a part of the goal.

use core::fmt;

use serde::Serialize;

/// A fact of the site that blocks a part of the goal.
///
/// The likeliest come first: where one fact or another will do, a cause names the former.
/// Each can be thought away: what would be there instead is what [`Blocked::cause`](super::Blocked::cause) is measured with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Cause {
    /// HTTPS cannot be relied on. Instead: it can, on a number of its own.
    HttpsUnavailable {
        /// The host.
        host: String,
        /// What keeps HTTPS from coming up there.
        why: Obstacle,
    },
    /// Transfers on this host can be aborted over FTP only. Instead: that is given up there.
    AbortHeld {
        /// The host.
        host: String,
        /// What keeps HTTPS from coming up there, where something does.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Obstacle>,
    },
    /// Nobody knows where this task is to go. Instead: to an HTTPS interface of its host.
    TargetUnknown {
        /// The task.
        task: String,
        /// The interface that it names.
        interface: String,
        /// Why it is not known.
        why: Riddle,
    },
    /// A port is configured with another number than it runs with. Instead: with the same.
    PendingRenumbering {
        /// The host.
        host: String,
    },
    /// The host has no HTTPS interface, and there is no telling which to add. Instead: it has one.
    NoHttpsInterface {
        /// The host.
        host: String,
    },
    /// An interface that reaches nothing cannot be removed, and the product might pick it. Instead: it is gone.
    DeadBlankMember {
        /// The host.
        host: String,
    },
}

/// What keeps HTTPS from coming up on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obstacle {
    /// Windows without AVX: STPD disables HTTPS.
    Masked,
    /// Not Windows, but no AVX either: nobody says what STPD does.
    NoAvx,
    /// Nobody said whether the processor has AVX.
    AvxUnknown,
    /// Its number belongs to another port.
    NumberTaken,
    /// Nobody knows whether FTP runs; the restart that HTTPS needs would end it if it does.
    FtpUnknown,
}

/// Why nobody knows where a task is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Riddle {
    /// What it names is entered on no host, and its address is known to nobody.
    Gone,
    /// What it names is forwarded, and nobody knows what else is.
    Forwarded,
    /// What it names has no address.
    NoAddress,
    /// The interface that the site file wants it to have cannot be had.
    Unfit,
    /// The HTTPS text of the same address leads elsewhere.
    Elsewhere,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Masked => "on Windows without AVX, STPD switches HTTPS off",
            Self::NoAvx => "its processor has no AVX, and STPD may switch HTTPS off",
            Self::AvxUnknown => "the site file does not say whether its processor has AVX",
            Self::NumberTaken => "another port has the number of HTTPS",
            Self::FtpUnknown => "nobody knows whether FTP runs, and a restart would end it",
        })
    }
}

impl fmt::Display for Riddle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "which its host does not have",
            Self::Forwarded => {
                "which is forwarded (NAT): nobody knows which address is forwarded to HTTPS"
            }
            Self::NoAddress => "which shows no address",
            Self::Unfit => "and the `reassign` of the task is no HTTPS interface of its host",
            Self::Elsewhere => "and the HTTPS interface of the same address leads elsewhere",
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HttpsUnavailable { host, why } => {
                write!(f, "HTTPS cannot be relied on at `{host}`: {why}")
            }
            Self::AbortHeld { host, why } => {
                write!(f, "running transfers of `{host}` can be aborted over FTP only")?;
                why.map_or(Ok(()), |why| write!(f, ": {why}"))
            }
            Self::TargetUnknown { task, interface, why } => {
                write!(
                    f,
                    "nobody knows where task `{task}` is to go: it names `{interface}`, {why}"
                )
            }
            Self::NoHttpsInterface { host } => {
                write!(f, "`{host}` has no HTTPS interface, and there is no telling which to enter")
            }
            Self::PendingRenumbering { host } => {
                write!(f, "a port of `{host}` runs with another number than stpd.ini gives it")
            }
            Self::DeadBlankMember { host } => write!(
                f,
                "`{host}` has an interface that nothing answers; a task that names none might get it"
            ),
        }
    }
}
