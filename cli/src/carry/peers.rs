//! Whoever answers on a port: what is made of each, and that nobody holds a probe up.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use sesam_transport::site::{PortNumber, Transport};

use super::listeners::{ATTEMPT, Answer, ask};

/// What is told of a peer that goes about a connection like this.
fn asked(transport: Transport, peer: fn(TcpStream)) -> Answer {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            peer(stream);
        }
    });
    ask("127.0.0.1", PortNumber::new(port).unwrap(), transport)
}

fn says(mut stream: TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
    // Bytes that nobody has read break a connection off when it is closed.
    let _ = stream.read_to_end(&mut Vec::new());
}

fn unclear(words: &str) -> Answer {
    Answer::Unclear(words.to_owned())
}

#[test]
fn https_that_refuses_both_versions_is_too_old_and_not_closed() {
    // Fatal alerts: protocol_version, and handshake_failure.
    for alert in [70, 40] {
        let peer: fn(TcpStream) = if alert == 70 {
            |stream| says(stream, &[0x15, 3, 1, 0, 2, 2, 70])
        } else {
            |stream| says(stream, &[0x15, 3, 3, 0, 2, 2, 40])
        };
        assert_eq!(asked(Transport::Https, peer), Answer::OldTls, "alert {alert}");
    }
}

#[test]
fn https_that_picks_an_older_version_is_too_old_and_not_closed() {
    for minor in [1, 2] {
        let peer: fn(TcpStream) = if minor == 1 {
            |stream| says(stream, &server_hello(1))
        } else {
            |stream| says(stream, &server_hello(2))
        };
        assert_eq!(asked(Transport::Https, peer), Answer::OldTls, "TLS 1.{}", minor - 1);
    }
}

/// A `ServerHello` of TLS 1.0 or 1.1, with a suite that these have.
fn server_hello(minor: u8) -> Vec<u8> {
    let mut hello = vec![2, 0, 0, 38, 3, minor];
    hello.extend([7; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    let mut record = vec![0x16, 3, minor, 0, 42];
    record.extend(hello);
    record
}

#[test]
fn another_service_is_not_taken_for_the_transport() {
    let ssh: fn(TcpStream) = |stream| says(stream, b"SSH-2.0-OpenSSH_9.6\r\n");
    for transport in Transport::ALL {
        assert_eq!(asked(transport, ssh), unclear("something else answers there"), "{transport}");
    }
    let http: fn(TcpStream) = |stream| says(stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
    assert_eq!(asked(Transport::Http, http), Answer::Speaks(None));
    assert_eq!(asked(Transport::Https, http), unclear("something else answers there"));
    let ftp: fn(TcpStream) = |mut stream| drop(stream.write_all(b"220 ready\r\n"));
    assert_eq!(asked(Transport::Ftp, ftp), Answer::Speaks(None));
}

#[test]
fn whoever_hangs_up_is_neither_open_nor_closed() {
    for transport in Transport::ALL {
        let Answer::Unclear(_) = asked(transport, drop) else { panic!("{transport}") };
    }
}

/// A byte now and then keeps a connection alive for ever.
#[test]
fn nobody_holds_a_probe_up() {
    let drips: fn(TcpStream) = |mut stream| {
        while stream.write_all(b"2").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    };
    let silent: fn(TcpStream) = |stream| {
        thread::sleep(2 * ATTEMPT);
        drop(stream);
    };
    // Each takes as long as it may, so they are tried beside each other.
    thread::scope(|scope| {
        for transport in Transport::ALL {
            for peer in [drips, silent] {
                scope.spawn(move || {
                    let since = Instant::now();
                    let answer = asked(transport, peer);
                    assert!(matches!(answer, Answer::Unclear(_)), "{transport}: {answer:?}");
                    assert!(since.elapsed() < 3 * ATTEMPT, "{transport}");
                });
            }
        }
    });
}

#[test]
fn nobody_there_is_closed() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for transport in Transport::ALL {
        let answer = ask("127.0.0.1", PortNumber::new(port).unwrap(), transport);
        assert_eq!(answer, Answer::Refused, "{transport}");
    }
}
