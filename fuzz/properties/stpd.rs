//! What must hold for every stpd.ini and every sequence of changes of it.
//!
//! The fuzz target asserts this for inputs it finds, the tests for generated ones and those that are kept.

use ::ini::{Ini, ParseOption};
use sesam_transport::ini::{Dialect, Document, Match};
use sesam_transport::site::{PortNumber, PortState, Ports, Transport};
use sesam_transport::stpd::{
    Change, FileDigest, Rewrite, SECTION, SecondOpinion, StpdIni, chain, key, rewrite,
};

/// A change that needs no original.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// Switch off.
    Off(Transport),
    /// Switch on.
    On(Transport, PortNumber),
    /// Bring to these states; an unknown one stays as in the original.
    All(Ports),
}

impl Wanted {
    fn change(self, original: &[u8]) -> Change<'_> {
        match self {
            Self::Off(transport) => Change::Disable(transport),
            Self::On(transport, number) => Change::Enable(transport, number),
            Self::All(ports) => Change::Restore { ports, settings: &[], original: Some(original) },
        }
    }
}

/// An input of `stpd_rewrite`: a byte for the number of changes, three bytes for each, then the text.
pub(crate) fn rewrite_input(input: &[u8]) {
    let Some((&count, mut rest)) = input.split_first() else { return };
    let mut changes = Vec::new();
    for _ in 0..count % 5 {
        let Some((&three, behind)) = rest.split_first_chunk() else { return };
        changes.push(wanted(three));
        rest = behind;
    }
    changes_keep_promises(rest, &changes);
}

fn wanted([kind, high, low]: [u8; 3]) -> Wanted {
    let transport = Transport::ALL[usize::from(kind % 3)];
    let number = PortNumber::new(u16::from_be_bytes([high, low]));
    let state = |choice: u8, default: Transport| match choice % 4 {
        0 => PortState::Off,
        1 => PortState::Unknown,
        2 => PortState::On(default.default_port()),
        _ => number.map_or(PortState::Off, PortState::On),
    };
    match kind / 3 % 4 {
        0 => Wanted::Off(transport),
        1 => Wanted::On(transport, transport.default_port()),
        2 => number.map_or(Wanted::Off(transport), |number| Wanted::On(transport, number)),
        _ => Wanted::All(Ports {
            ftp: state(low, Transport::Ftp),
            http: state(low >> 2, Transport::Http),
            https: state(low >> 4, Transport::Https),
        }),
    }
}

/// Every change does what it says and nothing else, and the original always comes back.
pub(crate) fn changes_keep_promises(original: &[u8], wanted: &[Wanted]) {
    let Ok(ini) = StpdIni::read(original) else {
        for wanted in wanted {
            rewrite(original, wanted.change(original)).expect_err("this encoding is refused");
        }
        return;
    };
    let mut text = original.to_vec();
    let mut done = Vec::new();
    for wanted in wanted {
        let change = wanted.change(original);
        if let Ok(rewritten) = rewrite(&text, change) {
            change_keeps_promises(&text, change, &rewritten);
            rewritten.after().clone_into(&mut text);
            done.push((change, rewritten));
        }
    }
    chain_is_the_changes(original, &done);
    let back = Change::Restore { ports: ini.ports(), settings: &[], original: Some(original) };
    let back = rewrite(&text, back).expect("the original can always be restored");
    assert_eq!(back.after(), original);
    way_back(&text, &back);
}

fn change_keeps_promises(text: &[u8], change: Change<'_>, done: &Rewrite) {
    way_back(text, done);
    let (before, after) = (ports(text), ports(done.after()));
    let creates = !has_section(text);
    for transport in Transport::ALL {
        let (old, new) = (before.of(transport), after.of(transport));
        match change {
            Change::Disable(wanted) if wanted == transport => assert_eq!(new, PortState::Off),
            Change::Enable(wanted, number) if wanted == transport => {
                assert_eq!(new, PortState::On(number));
            }
            Change::Restore { ports, original, .. } => match (ports.of(transport), original) {
                (PortState::Unknown, Some(original)) => {
                    let as_original = self::ports(original).of(transport);
                    let made = !has_section(original) && new == PortState::Off;
                    assert!(new == as_original || made);
                }
                (wanted, _) => assert_eq!(new, wanted),
            },
            _ => assert!(new == old || creates && new == PortState::Off),
        }
    }
    assert_eq!(other_lines(text), other_lines(done.after()));
    let is_back =
        matches!(change, Change::Restore { original, .. } if original == Some(done.after()));
    if done.second_opinion() == &SecondOpinion::Agrees && !is_back {
        second_reader_sees(text, change, done.after());
    }
    match rewrite(done.after(), change) {
        Ok(again) => assert!(again.is_unchanged(), "twice is once"),
        // The change may have taken away what kept the second reader from objecting.
        Err(refusal) => assert!(done.second_opinion() != &SecondOpinion::Agrees, "{refusal}"),
    }
}

/// `rust-ini`, asked here and not by the library, sees the ports as they are wanted and nothing else changed.
fn second_reader_sees(text: &[u8], change: Change<'_>, after: &[u8]) {
    let (before, after) = (second_reading(text), second_reading(after));
    let others = |keys: &[Key]| -> Vec<Key> {
        keys.iter()
            .filter(|key| Transport::ALL.iter().all(|port| !is_port(key, *port)))
            .cloned()
            .collect()
    };
    assert_eq!(others(&before), others(&after));
    for transport in Transport::ALL {
        let values = |keys: &[Key]| -> Vec<String> {
            keys.iter().filter(|key| is_port(key, transport)).map(|key| key.2.clone()).collect()
        };
        let (old, new) = (values(&before), values(&after));
        let wanted = match change {
            Change::Disable(wanted) if wanted == transport => PortState::Off,
            Change::Enable(wanted, number) if wanted == transport => PortState::On(number),
            Change::Restore { ports, .. } => ports.of(transport),
            _ => {
                assert_eq!(old, new);
                continue;
            }
        };
        match wanted {
            PortState::Off => assert!(new.is_empty(), "{new:?}"),
            PortState::On(number) => {
                let shown = |value: &String| {
                    value
                        .split_once([' ', '\t'])
                        .map_or(&**value, |parts| parts.0)
                        .trim_matches(['"', '\''])
                        .to_owned()
                };
                let all: Vec<String> = new.iter().map(shown).collect();
                assert!(
                    !all.is_empty() && all.iter().all(|value| value.parse() == Ok(number)),
                    "{new:?}"
                );
            }
            PortState::Unknown => {}
        }
    }
}

/// A section, a key in it, and its value.
type Key = (Option<String>, String, String);

fn is_port(key: &Key, transport: Transport) -> bool {
    let is_section = key.0.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(SECTION));
    is_section && key.1.eq_ignore_ascii_case(self::key(transport))
}

fn second_reading(text: &[u8]) -> Vec<Key> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let text = str::from_utf8(text)
        .map_or_else(|_| text.iter().copied().map(char::from).collect(), str::to_owned);
    let lines = text.split_inclusive('\n').map(|line| line.trim_start_matches([' ', '\t']));
    let options =
        ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
    let ini = Ini::load_from_str_opt(&lines.collect::<String>(), options).expect("it agreed");
    let keys = ini.iter().flat_map(|(section, keys)| {
        keys.iter()
            .map(move |(key, value)| (section.map(str::to_owned), key.to_owned(), value.to_owned()))
    });
    keys.collect()
}

fn way_back(text: &[u8], done: &Rewrite) {
    assert_eq!(done.patch().apply(text).expect("it was made for this"), done.after());
    let inverse = done.patch().inverse();
    assert_eq!(inverse.apply(done.after()).expect("the way back applies"), text);
    assert_eq!(done.is_unchanged(), done.after() == text);
    if let SecondOpinion::NotAvailable { reason } = done.second_opinion() {
        assert!(!reason.is_empty());
    }
}

fn chain_is_the_changes(original: &[u8], done: &[(Change<'_>, Rewrite)]) {
    let steps = chain(original, done.iter().map(|(change, _)| *change)).expect("each was done");
    let mut before = FileDigest::of(original);
    assert_eq!(steps.len(), done.len());
    for (step, (_, done)) in steps.iter().zip(done) {
        assert_eq!(step.sha256_before, before);
        before = step.sha256_after;
        assert_eq!(before, FileDigest::of(done.after()));
        assert_eq!((&step.patch, &step.second_opinion), (done.patch(), done.second_opinion()));
    }
}

fn ports(text: &[u8]) -> Ports {
    StpdIni::read(text).expect("the encoding stays").ports()
}

fn has_section(text: &[u8]) -> bool {
    Document::parse(text, Dialect::stpd()).has_section(SECTION.as_bytes(), Match::IgnoreCase)
}

/// The lines that have nothing to do with ports, without what ends them.
fn other_lines(text: &[u8]) -> Vec<&[u8]> {
    let document = Document::parse(text, Dialect::stpd());
    let ports = Transport::ALL.iter().flat_map(|transport| {
        let key = key(*transport).as_bytes();
        document.occurrences(SECTION.as_bytes(), key, Match::IgnoreCase)
    });
    let mut touched: Vec<usize> = ports.map(|line| line.line()).collect();
    let ours = |name: &[u8]| name.eq_ignore_ascii_case(SECTION.as_bytes());
    let headers = document.sections().filter(|section| ours(section.name()));
    touched.extend(headers.filter_map(|section| section.line()));
    touched.sort_unstable();
    document
        .lines()
        .filter(|line| touched.binary_search(&line.number).is_err())
        // An unterminated line that ends in CR gets an LF, and with it another terminator.
        .map(|line| line.content.of(text).trim_ascii_end())
        .collect()
}
