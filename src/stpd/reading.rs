//! What a stpd.ini says of the ports.

use super::key::{is_section, lines_of, number_of, parse};
use crate::ini::{Document, Encoding, Occurrence, Place, Span};
use crate::site::{PortNumber, PortState, Ports, Transport};

/// The ports of a stpd.ini, each with the lines it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StpdIni {
    ftp: PortSetting,
    http: PortSetting,
    https: PortSetting,
    commented_https: Option<PortNumber>,
}

impl StpdIni {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Where lines cannot be told apart byte by byte. Anything else can be read; what makes no sense is unknown.
    pub fn read(bytes: &[u8]) -> Result<Self, UnsupportedEncoding> {
        let document = parse(bytes);
        if !document.encoding().is_editable() {
            return Err(UnsupportedEncoding { encoding: document.encoding() });
        }
        let header = first_header(&document);
        let setting = |transport| PortSetting::of(&document, transport, header);
        Ok(Self {
            ftp: setting(Transport::Ftp),
            http: setting(Transport::Http),
            https: setting(Transport::Https),
            commented_https: commented_https(&document),
        })
    }

    /// The state of each port.
    #[must_use]
    pub const fn ports(&self) -> Ports {
        Ports { ftp: self.ftp.state, http: self.http.state, https: self.https.state }
    }

    /// What is said of one port, and where.
    #[must_use]
    pub const fn setting(&self, transport: Transport) -> &PortSetting {
        match transport {
            Transport::Ftp => &self.ftp,
            Transport::Http => &self.http,
            Transport::Https => &self.https,
        }
    }

    /// The number of the only commented HTTPS line: the one that the host had, or is meant to have.
    #[must_use]
    pub const fn commented_https(&self) -> Option<PortNumber> {
        self.commented_https
    }
}

/// What a stpd.ini says of one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortSetting {
    state: PortState,
    lines: Vec<Place>,
}

impl PortSetting {
    fn of(document: &Document<'_>, transport: Transport, header: Option<Place>) -> Self {
        let (active, commented): (Vec<_>, Vec<_>) =
            lines_of(document, transport).partition(Occurrence::is_active);
        let places = |lines: &[Occurrence<'_>]| lines.iter().map(Occurrence::place).collect();
        let (state, lines) = match (active.as_slice(), header) {
            ([], None) => (PortState::Unknown, Vec::new()),
            ([], Some(header)) if commented.is_empty() => (PortState::Off, vec![header]),
            ([], Some(_)) => (PortState::Off, places(&commented)),
            (active, _) => (state_of(active), places(active)),
        };
        Self { state, lines }
    }

    /// The state of the port.
    #[must_use]
    pub const fn state(&self) -> PortState {
        self.state
    }

    /// The lines that say so: the active ones, else the commented ones, else the first header of the section. None
    /// where the section is missing.
    #[must_use]
    pub fn lines(&self) -> &[Place] {
        &self.lines
    }
}

/// Text whose lines cannot be told apart byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("text in {encoding} cannot be read")]
pub struct UnsupportedEncoding {
    /// The encoding.
    pub encoding: Encoding,
}

/// What active lines come to: one number, if they all agree on it.
fn state_of(active: &[Occurrence<'_>]) -> PortState {
    let mut numbers = active.iter().map(number_of);
    match numbers.next().flatten() {
        Some(number) if numbers.all(|other| other == Some(number)) => PortState::On(number),
        _ => PortState::Unknown,
    }
}

/// Where the first header of the section with the ports stands.
fn first_header(document: &Document<'_>) -> Option<Place> {
    let header = document
        .sections()
        .find_map(|block| block.header().filter(|_| is_section(block.name())))?;
    let text = header.content.of(document.to_bytes());
    let bracket = text.iter().position(|byte| *byte == b'[').unwrap_or_default();
    Some(header.place(Span::new(header.content.start + bracket, header.content.end)))
}

fn commented_https(document: &Document<'_>) -> Option<PortNumber> {
    let mut commented = lines_of(document, Transport::Https).filter(|line| !line.is_active());
    match (commented.next(), commented.next()) {
        (Some(only), None) => number_of(&only),
        _ => None,
    }
}
