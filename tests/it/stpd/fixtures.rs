//! Files as they are found on hosts: the second reader has an opinion on every change of each.

use std::path::{Path, PathBuf};

use sesam_transport::site::{PortState, Ports, Transport};
use sesam_transport::stpd::{Change, SecondOpinion, StpdIni, rewrite};

use crate::stpd_laws::{self as laws, Wanted};

use super::{UNKNOWN, number, port, ports};

const COUNT: usize = 19;

fn fixtures() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stpd");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// Every change of one port, and two restorations.
fn changes(text: &[u8]) -> Vec<Change<'_>> {
    let of_one = |transport: Transport| {
        [
            Change::Disable(transport),
            Change::Enable(transport, transport.default_port()),
            Change::Enable(transport, number(8443)),
        ]
    };
    let mut changes: Vec<_> = Transport::ALL.into_iter().flat_map(of_one).collect();
    for wanted in [ports(port(1), port(0), UNKNOWN), StpdIni::read(text).unwrap().ports()] {
        changes.push(Change::Restore { ports: wanted, settings: &[], original: Some(text) });
    }
    changes
}

#[test]
fn the_second_opinion_is_available_for_every_fixture() {
    let mut available = 0;
    for (path, text) in fixtures() {
        println!("{}", path.display());
        for change in changes(&text) {
            let done = rewrite(&text, change).unwrap();
            assert_eq!(done.second_opinion(), &SecondOpinion::Agrees, "{change:?}");
        }
        available += 1;
    }
    assert_eq!(available, COUNT);
}

#[test]
fn every_fixture_goes_through_the_move_and_back() {
    for (path, text) in fixtures() {
        println!("{}", path.display());
        let https = Transport::Https;
        let undone = Ports { ftp: port(11001), http: PortState::Unknown, https: port(0) };
        laws::changes_keep_promises(
            &text,
            &[
                Wanted::On(https, https.default_port()),
                Wanted::Off(Transport::Ftp),
                Wanted::Off(Transport::Http),
                Wanted::All(undone),
            ],
        );
    }
}

#[test]
fn every_fixture_ends_with_https_only() {
    for (path, text) in fixtures() {
        let mut text = text;
        for change in [
            Change::Enable(Transport::Https, number(11443)),
            Change::Disable(Transport::Ftp),
            Change::Disable(Transport::Http),
        ] {
            text = rewrite(&text, change).unwrap().after().to_vec();
        }
        let expected = ports(port(0), port(0), port(11443));
        assert_eq!(StpdIni::read(&text).unwrap().ports(), expected, "{}", path.display());
    }
}
