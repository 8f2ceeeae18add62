//! A run, for programs.

use serde::Serialize;

use crate::carry::{Answer, Certificate, Finding, Findings};
use sesam_transport::{
    run::{Driver, End},
    site::{FORMAT_VERSION, PortNumber, Ports, Transport},
    transition::ActionDocument,
};

/// How a run ended.
#[derive(Serialize)]
pub(crate) struct Ended {
    format_version: &'static str,
    end: &'static str,
    steps: usize,
    finished: usize,
    carried_out: usize,
    step: Option<usize>,
    is_open: bool,
    text: String,
}

pub(crate) fn end(driver: &Driver<'_>, end: &End) -> Ended {
    let (finished, steps) = driver.progress();
    let (name, step, is_open, text) = match end {
        End::Finished => ("finished", None, false, String::new()),
        End::Waiting(waiting) => ("waiting", Some(waiting.step), false, waiting.to_string()),
        End::Stopped(stop) => ("stopped", stop.step, stop.is_open, stop.reason.to_string()),
    };
    Ended {
        format_version: FORMAT_VERSION,
        end: name,
        steps,
        finished,
        carried_out: driver.carried_out(),
        step,
        is_open,
        text,
    }
}

/// What is left to do.
#[derive(Serialize)]
pub(crate) struct Left<'d> {
    format_version: &'static str,
    steps: usize,
    finished: usize,
    to_do: Vec<LeftStep<'d>>,
}

#[derive(Serialize)]
struct LeftStep<'d> {
    step: usize,
    action: ActionDocument<'d>,
}

pub(crate) fn what_is_left<'d>(driver: &'d Driver<'_>) -> Left<'d> {
    let (finished, steps) = driver.progress();
    let left = driver
        .left()
        .filter_map(|step| driver.deed_of(step).map(|deed| LeftStep { step, action: deed.action }));
    Left { format_version: FORMAT_VERSION, steps, finished, to_do: left.collect() }
}

/// What was found on the hosts.
#[derive(Serialize)]
pub(crate) struct Probed<'f> {
    format_version: &'static str,
    hosts: Vec<ProbedHost<'f>>,
}

#[derive(Serialize)]
struct ProbedHost<'f> {
    host: &'f str,
    running: Ports,
    ports: Vec<ProbedPort<'f>>,
}

#[derive(Serialize)]
struct ProbedPort<'f> {
    transport: Transport,
    port: PortNumber,
    answer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'f str>,
}

pub(crate) fn probed(found: &[(String, Findings)]) -> Probed<'_> {
    let hosts = found.iter().map(|(host, findings)| ProbedHost {
        host,
        running: findings.ports(),
        ports: findings.0.iter().map(ProbedPort::of).collect(),
    });
    Probed { format_version: FORMAT_VERSION, hosts: hosts.collect() }
}

impl<'f> ProbedPort<'f> {
    fn of(finding: &'f Finding) -> Self {
        let Finding { transport, port, answer } = finding;
        let plain = |answer| Self {
            transport: *transport,
            port: *port,
            answer,
            tls: None,
            subject: None,
            expires: None,
            message: None,
        };
        match answer {
            Answer::Speaks(Some(Certificate { subject, expires, version })) => Self {
                tls: Some(version),
                subject: Some(subject),
                expires: Some(expires),
                ..plain("open")
            },
            Answer::Speaks(None) => plain("open"),
            Answer::OldTls => Self { tls: Some("below 1.2"), ..plain("open") },
            Answer::Refused => plain("closed"),
            Answer::Unclear(message) => Self { message: Some(message), ..plain("unclear") },
        }
    }
}
