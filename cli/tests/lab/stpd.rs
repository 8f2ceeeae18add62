//! A stand-in for STPD: a process that reads its stpd.ini when it starts, and serves what is on there.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read, Write},
    net::{IpAddr, TcpListener, TcpStream},
    path::Path,
    process::ExitCode,
    sync::Arc,
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};

/// The transports and their keys, in the words of the vendor's sample.
const KEYS: [(&str, Transport); 3] = [
    ("STPD_PORT", Transport::Ftp),
    ("STPD_HTTP_PORT", Transport::Http),
    ("STPD_HTTPS_PORT", Transport::Https),
];

/// A transfer is so many pieces, one after each pause.
pub(crate) const PIECES: usize = 5;
pub(crate) const PIECE_BYTES: usize = 512;
const PIECE: Duration = Duration::from_millis(40);

/// Who looks at a port waits a little: a step in a file lasts long enough then for transfers to run beside it.
const GREETING: Duration = Duration::from_millis(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Ftp,
    Http,
    Https,
}

/// `stpd ADDRESS INI FOLDER`: serves until its standard input ends, or until it is killed.
pub(crate) fn main(words: &[String]) -> ExitCode {
    let [address, ini, folder] = words else { return ExitCode::FAILURE };
    let address: IpAddr = address.parse().unwrap();
    let tls = tls(Path::new(folder));
    for (transport, port) in ports(&fs::read(ini).unwrap()) {
        // A port that somebody else has is simply not served.
        let Ok(listener) = TcpListener::bind((address, port)) else { continue };
        let tls = Arc::clone(&tls);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let tls = Arc::clone(&tls);
                // Whoever goes away in the middle is no concern of the others.
                thread::spawn(move || drop(serve(stream, transport, tls)));
            }
        });
    }
    println!("ready");
    let _ = io::stdin().read_to_end(&mut Vec::new());
    ExitCode::SUCCESS
}

/// What is on in a stpd.ini: a commented or absent key is off.
fn ports(ini: &[u8]) -> Vec<(Transport, u16)> {
    let text = String::from_utf8_lossy(ini);
    let mut is_ours = false;
    let mut ports = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_ours = line == "[STPD_Server]";
        }
        let Some((key, value)) = line.split_once('=').filter(|_| is_ours) else { continue };
        if let Some((_, transport)) = KEYS.iter().find(|(name, _)| *name == key.trim()) {
            ports.push((*transport, value.trim().parse().unwrap()));
        }
    }
    ports
}

fn tls(folder: &Path) -> Arc<ServerConfig> {
    let certificate = fs::read(folder.join("certificate.der")).unwrap();
    let key = PrivateKeyDer::try_from(fs::read(folder.join("key.der")).unwrap()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key)
        .unwrap();
    Arc::new(config)
}

fn serve(stream: TcpStream, transport: Transport, tls: Arc<ServerConfig>) -> io::Result<()> {
    match transport {
        Transport::Ftp => {
            thread::sleep(GREETING);
            let mut stream = stream;
            stream.write_all(b"220 STPD ready\r\n")?;
            ftp(stream)
        }
        Transport::Http => http(stream),
        Transport::Https => {
            let connection = ServerConnection::new(tls).map_err(io::Error::other)?;
            http(StreamOwned::new(connection, stream))
        }
    }
}

fn ftp(stream: TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    answer(reader.into_inner(), line.trim())
}

fn http(mut stream: impl Read + Write) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    if request.starts_with(b"HEAD") {
        thread::sleep(GREETING);
    }
    stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n")?;
    let words = String::from_utf8_lossy(&request);
    answer(stream, words.split(' ').nth(1).unwrap_or_default())
}

fn answer(mut stream: impl Write, wanted: &str) -> io::Result<()> {
    match wanted {
        "/transfer" => {
            for _ in 0..PIECES {
                stream.write_all(&[b'.'; PIECE_BYTES])?;
                stream.flush()?;
                thread::sleep(PIECE);
            }
            stream.write_all(b"transferred\n")?;
        }
        "/abort" => {
            thread::sleep(2 * PIECE);
            stream.write_all(b"aborted\n")?;
        }
        _ => {}
    }
    stream.flush()
}
