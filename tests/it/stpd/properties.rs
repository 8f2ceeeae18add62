//! What holds for every text and every sequence of changes, on generated ones.

use proptest::collection::vec;
use proptest::prelude::*;
use sesam_transport::site::{PortState, Ports, Transport};

use super::number;
use crate::stpd_laws::{self as laws, Wanted};

/// Pieces that texts are made of; port keys and their section recur so that changes meet them.
const PIECES: &[&[u8]] = &[
    b"[STPD_Server]",
    b"[stpd_server]",
    b"[Other]",
    b"[ STPD_Server ]",
    b"[]",
    b"[STPD_Server",
    b"STPD_PORT=11001",
    b"STPD_PORT = 1",
    b"stpd_port=11001",
    b"STPD_HTTP_PORT=11000",
    b"STPD_HTTP_PORT=\"11000\" ; c",
    b"STPD_HTTPS_PORT=11443",
    b"# STPD_HTTPS_PORT=11443",
    b"#STPD_HTTPS_PORT=8443",
    b"; STPD_PORT: 11001",
    b"  # STPD_PORT=11001",
    b"STPD_PORT",
    b"STPD_PORT=",
    b"STPD_PORT=0",
    b"HOME=C:\\x\\",
    b"NAME='half",
    b"K=\xFC",
    b"K=\xC3\xBC",
    b"two words",
    b"# prose",
    b"  ",
    b"\t",
    b"\n",
    b"\n",
    b"\n",
    b"\n",
    b"\n",
    b"\n",
    b"\r\n",
    b"\r\n",
    b"\r",
    b"\x0b",
    b"\0",
    b"\xEF\xBB\xBF",
];

fn stpd_text() -> impl Strategy<Value = Vec<u8>> {
    let start = prop::sample::select(vec![&b""[..], b"[STPD_Server]\n", b"[STPD_Server]\r\n"]);
    (start, vec(prop::sample::select(PIECES), 0..24))
        .prop_map(|(start, pieces)| [start, &pieces.concat()].concat())
}

/// Whole lines, as a person or an installer writes them.
fn tidy_text() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<&[u8]> = PIECES[..24].to_vec();
    (vec(prop::sample::select(lines), 0..12), any::<bool>(), any::<bool>()).prop_map(
        |(lines, is_crlf, is_open)| {
            let end: &[u8] = if is_crlf { b"\r\n" } else { b"\n" };
            let mut text = lines.join(end);
            text.extend_from_slice(if is_open { b"" } else { end });
            text
        },
    )
}

fn any_text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![3 => tidy_text(), 3 => stpd_text(), 1 => vec(any::<u8>(), 0..64)]
}

fn state() -> impl Strategy<Value = PortState> {
    prop_oneof![
        Just(PortState::Off),
        Just(PortState::Unknown),
        prop::sample::select(vec![1, 11000, 11001, 11443])
            .prop_map(|port| PortState::On(number(port))),
    ]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let transport = || prop::sample::select(Transport::ALL.to_vec());
    let port = prop::sample::select(vec![1, 8443, 11000, 11001, 11443]).prop_map(number);
    let all = (state(), state(), state());
    prop_oneof![
        3 => transport().prop_map(Wanted::Off),
        3 => (transport(), port).prop_map(|(transport, port)| Wanted::On(transport, port)),
        1 => all.prop_map(|(ftp, http, https)| Wanted::All(Ports { ftp, http, https })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn changes_do_what_they_say_and_nothing_else(text in any_text(), wanted in vec(wanted(), 0..6)) {
        laws::changes_keep_promises(&text, &wanted);
    }
}
