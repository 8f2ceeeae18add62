//! What a host listens on, found out by trying.

use std::{
    io::{self, Write as _},
    net::{SocketAddr, TcpStream, ToSocketAddrs as _},
    time::{Duration, Instant},
};

use sesam_transport::site::{PortNumber, PortState, Ports, Transport};

use super::tls::{self, Certificate};

/// How long one attempt may take.
pub(crate) const ATTEMPT: Duration = Duration::from_secs(3);

/// What a port answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The transport speaks there; HTTPS shows what it is.
    Speaks(Option<Certificate>),
    /// HTTPS speaks there, in a version that is too old for us.
    OldTls,
    /// The connection was refused.
    Refused,
    /// Anything else, in a few words.
    Unclear(String),
}

/// What was found on one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) transport: Transport,
    pub(crate) port: PortNumber,
    pub(crate) answer: Answer,
}

/// What was found on a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings(pub(crate) Vec<Finding>);

impl Findings {
    /// Tries every number that a transport of the host may listen on: those in `known`, and its default.
    pub(crate) fn of(address: &str, known: &[Ports]) -> Self {
        let tried = Transport::ALL.into_iter().flat_map(|transport| {
            let mut numbers: Vec<PortNumber> =
                known.iter().filter_map(|ports| ports.of(transport).number()).collect();
            numbers.push(transport.default_port());
            let mut seen = Vec::new();
            numbers.retain(|number| {
                !seen.contains(number) && {
                    seen.push(*number);
                    true
                }
            });
            numbers.into_iter().map(move |port| Finding {
                transport,
                port,
                answer: ask(address, port, transport),
            })
        });
        Self(tried.collect())
    }

    /// What the host listens on, as far as it is clear.
    pub(crate) fn ports(&self) -> Ports {
        Transport::ALL
            .into_iter()
            .fold(Ports::default(), |ports, transport| ports.with(transport, self.state(transport)))
    }

    /// Whether every port is open or closed for certain.
    pub(crate) fn is_clear(&self) -> bool {
        Transport::ALL.into_iter().all(|transport| self.state(transport) != PortState::Unknown)
    }

    fn state(&self, transport: Transport) -> PortState {
        let mut state = PortState::Off;
        for finding in self.0.iter().filter(|finding| finding.transport == transport) {
            state = match (&finding.answer, state) {
                (Answer::Refused, state) => state,
                (Answer::Speaks(_) | Answer::OldTls, PortState::Off) => PortState::On(finding.port),
                // STPD has one port of each transport: two answers are one too many.
                _ => return PortState::Unknown,
            };
        }
        state
    }
}

/// Tries one port of an address.
pub(crate) fn ask(address: &str, port: PortNumber, transport: Transport) -> Answer {
    let addresses = match (address, port.as_u16()).to_socket_addrs() {
        Ok(addresses) => addresses.collect::<Vec<_>>(),
        Err(error) => return Answer::Unclear(format!("`{address}` is not known: {error}")),
    };
    let mut answer = Answer::Unclear(format!("`{address}` has no address"));
    for address in addresses {
        answer = ask_address(address, transport);
        if matches!(answer, Answer::Speaks(_) | Answer::OldTls) {
            return answer;
        }
    }
    answer
}

fn ask_address(address: SocketAddr, transport: Transport) -> Answer {
    let stream = match TcpStream::connect_timeout(&address, ATTEMPT) {
        Ok(stream) => stream,
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return Answer::Refused,
        Err(error) => return Answer::Unclear(in_words(&error)),
    };
    let mut stream = Limited { stream, until: Instant::now() + ATTEMPT };
    let spoken = match transport {
        Transport::Ftp => begins_with(&mut stream, b"220"),
        Transport::Http => stream
            .write_all(b"HEAD / HTTP/1.0\r\n\r\n")
            .and_then(|()| begins_with(&mut stream, b"HTTP/")),
        Transport::Https => return tls::shake_hands(&mut stream),
    };
    match spoken {
        Ok(()) => Answer::Speaks(None),
        Err(error) => Answer::Unclear(in_words(&error)),
    }
}

/// What the system says, in words for the one case that is not clear: nobody answers.
pub(super) fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            format!("no answer within {} s", ATTEMPT.as_secs())
        }
        io::ErrorKind::UnexpectedEof => "something answers there and hangs up".to_owned(),
        _ => error.to_string(),
    }
}

/// Whether a service begins as it has to.
fn begins_with(stream: &mut impl io::Read, greeting: &[u8]) -> io::Result<()> {
    let mut begins = vec![0; greeting.len()];
    stream.read_exact(&mut begins)?;
    if begins == greeting {
        return Ok(());
    }
    Err(io::Error::other("something else answers there"))
}

/// A connection that does not last longer than allowed, however slowly the other side talks.
pub(super) struct Limited {
    stream: TcpStream,
    until: Instant,
}

impl Limited {
    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl io::Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(buffer)
    }
}

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
