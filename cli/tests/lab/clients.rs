//! Clients that transfer and abort all the time, as the product tells them to at that moment.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring, pki_types::ServerName,
};

use crate::{
    product::{Data, Product},
    stpd::{PIECE_BYTES, PIECES},
};

const TRANSFERS: usize = 30;
const ABORTS: usize = 10;

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Transfer,
    Abort,
}

/// Something that a client did.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    pub(crate) from: Instant,
    pub(crate) until: Instant,
    /// Why it failed.
    pub(crate) failed: Option<String>,
}

/// Clients at work.
#[derive(Debug)]
pub(crate) struct Clients {
    product: Arc<Product>,
    tls: Arc<ClientConfig>,
    events: Mutex<Vec<Event>>,
    is_over: AtomicBool,
}

/// The clients, until they are sent home.
pub(crate) struct Working {
    clients: Arc<Clients>,
    threads: Vec<JoinHandle<()>>,
}

impl Clients {
    pub(crate) fn start(product: &Arc<Product>, folder: &Path) -> Working {
        let mut roots = RootCertStore::empty();
        roots.add(std::fs::read(folder.join("certificate.der")).unwrap().into()).unwrap();
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let clients = Arc::new(Self {
            product: Arc::clone(product),
            tls: Arc::new(tls),
            events: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let kinds = [Kind::Transfer; TRANSFERS].into_iter().chain([Kind::Abort; ABORTS]);
        let threads = kinds.enumerate().map(|(seed, kind)| {
            let clients = Arc::clone(&clients);
            thread::spawn(move || clients.work(kind, Dice(seed as u64 + 1)))
        });
        let threads = threads.collect();
        Working { clients, threads }
    }

    fn work(&self, kind: Kind, mut dice: Dice) {
        while !self.is_over.load(Ordering::Relaxed) {
            // What the product says now is what counts, however short.
            let begun = self.product.begin(|data| match kind {
                Kind::Transfer => transfer(data, &mut dice),
                Kind::Abort => abort(data, &mut dice),
            });
            let Some((hosts, legs)) = begun else {
                // That host's queue is stopped: the client has other work.
                thread::sleep(Duration::from_millis(5));
                continue;
            };
            let from = Instant::now();
            let failed =
                legs.and_then(|legs| legs.iter().try_for_each(|url| self.carry(kind, url)));
            self.product.end(&hosts);
            let event = Event { kind, from, until: Instant::now(), failed: failed.err() };
            let has_failed = event.failed.is_some();
            self.events.lock().unwrap().push(event);
            if has_failed {
                thread::sleep(Duration::from_millis(100));
            }
        }
    }

    fn carry(&self, kind: Kind, url: &str) -> Result<(), String> {
        let carried = || -> io::Result<bool> {
            let (scheme, place) = url.split_once("://").unwrap();
            let stream = TcpStream::connect(place)?;
            stream.set_read_timeout(Some(Duration::from_secs(30)))?;
            let path = if kind == Kind::Transfer { "/transfer" } else { "/abort" };
            let request = format!("GET {path} HTTP/1.0\r\n\r\n");
            let answer = match scheme {
                "ftp" => {
                    let mut stream = stream;
                    stream.read_exact(&mut [0; 16])?;
                    exchange(stream, format!("{path}\r\n").as_bytes())?
                }
                "http" => exchange(stream, request.as_bytes())?,
                _ => {
                    let address = place.split(':').next().unwrap().to_owned();
                    let name = ServerName::try_from(address).unwrap();
                    let tls = ClientConnection::new(Arc::clone(&self.tls), name);
                    let tls = tls.map_err(io::Error::other)?;
                    exchange(StreamOwned::new(tls, stream), request.as_bytes())?
                }
            };
            Ok(match kind {
                Kind::Transfer => {
                    answer.ends_with(b"transferred\n") && answer.len() > PIECES * PIECE_BYTES
                }
                Kind::Abort => answer.ends_with(b"aborted\n"),
            })
        };
        match carried() {
            Ok(true) => Ok(()),
            Ok(false) => Err(format!("{kind:?} over {url}: it broke off")),
            Err(error) => Err(format!("{kind:?} over {url}: {error}")),
        }
    }
}

/// Asks, and reads until the other side has said all. One that only hangs up has said what it had to say.
fn exchange(mut stream: impl Read + Write, request: &[u8]) -> io::Result<Vec<u8>> {
    stream.write_all(request)?;
    stream.flush()?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(answer),
    }
}

type Legs = Result<Vec<String>, String>;

/// Where a task goes now: its interface, or any; a task with a source goes over any interface of that, too.
fn transfer(data: &Data, dice: &mut Dice) -> (Vec<String>, Legs) {
    let task = &data.tasks[dice.below(data.tasks.len())];
    let mut hosts = vec![task.host.clone()];
    let first = match &task.reference {
        // Nobody knows for sure whether its own interfaces or the Server's are meant, so it is both.
        None if dice.below(2) == 0 => {
            hosts = vec!["backup".to_owned()];
            any(data, "backup", dice)
        }
        None => any(data, &task.host, dice),
        Some(text) if data.interfaces[&task.host].contains(text) => Ok(text.clone()),
        Some(text) => Err(format!("`{}` names {text}, which is no interface of its host", task.id)),
    };
    let second = task.source.as_ref().map(|source| any(data, source, dice));
    hosts.extend(task.source.clone());
    (hosts, [Some(first), second].into_iter().flatten().collect())
}

fn any(data: &Data, host: &str, dice: &mut Dice) -> Result<String, String> {
    let texts = &data.interfaces[host];
    match texts.len() {
        0 => Err(format!("`{host}` has no interface")),
        count => Ok(texts[dice.below(count)].clone()),
    }
}

/// Aborts go to the host itself, over the transport that the variable selects.
fn abort(data: &Data, dice: &mut Dice) -> (Vec<String>, Legs) {
    let hosts: Vec<&String> = data.interfaces.keys().collect();
    let host = hosts[dice.below(hosts.len())].clone();
    let address = &data.addresses[&host];
    let url = match data.kill.as_deref() {
        Some("https") => format!("https://{address}:11443"),
        _ => format!("ftp://{address}:11001"),
    };
    (vec![host], Ok(vec![url]))
}

impl Working {
    pub(crate) fn events(&self) -> Vec<Event> {
        self.clients.events.lock().unwrap().clone()
    }

    /// Waits until so many transfers and aborts have ended that began or went on after `from`.
    pub(crate) fn beside(&self, from: Instant, transfers: usize, aborts: usize) {
        loop {
            let events = self.events();
            let count = |kind| {
                events.iter().filter(|event| event.kind == kind && event.until > from).count()
            };
            if count(Kind::Transfer) >= transfers && count(Kind::Abort) >= aborts {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Lets everybody finish, and tells what they did.
    pub(crate) fn go_home(mut self) -> Vec<Event> {
        self.clients.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
        self.events()
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.clients.is_over.store(true, Ordering::Relaxed);
    }
}

/// Numbers that only look random.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }
}
