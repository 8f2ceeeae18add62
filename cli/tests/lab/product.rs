//! A stand-in for the product: its interfaces, tasks and variables, the transfers that are active, and the processes of
//! its hosts. Hook, restart command and active-transfers command ask it over a socket.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, ExitCode, Stdio},
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How long new transfers on a host are held back after the last question whether any is active.
///
/// The queue of a real product is stopped by the operator, too, before a restart; nothing that is held back counts as
/// failed. Where the restart never comes, the queue goes on by itself.
const HOLD: Duration = Duration::from_secs(10);

/// A task, as the product has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) host: String,
    pub(crate) source: Option<String>,
    /// An interface of its host; any where absent.
    pub(crate) reference: Option<String>,
}

/// What the product knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Data {
    /// The interfaces of each host.
    pub(crate) interfaces: BTreeMap<String, Vec<String>>,
    /// Where each host is.
    pub(crate) addresses: BTreeMap<String, String>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) kill: Option<String>,
}

/// What goes wrong on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    /// The hook ends with a status that is not 0, and does nothing.
    HookFails,
    /// The hook does not answer once something is to be done.
    HookHangs,
    /// The hook does not answer at all any more once something is to be done.
    HookDies,
    /// The hook says that it has done what it has not.
    HookLies,
    /// The hook answers with something else.
    HookBabbles,
    /// The restart command ends with 1, and does nothing.
    RestartFails,
    /// The restart command stops STPD, does not start it, and ends with 0.
    RestartStops,
    /// Somebody else takes the HTTPS port of a host while it is restarted.
    PortTaken,
    /// Transfers never end.
    AlwaysBusy,
}

/// A host's process.
pub(crate) struct Daemon {
    pub(crate) address: String,
    pub(crate) ini: PathBuf,
    child: Option<Child>,
}

#[derive(Default)]
struct State {
    data: Data,
    active: BTreeMap<String, usize>,
    held: BTreeMap<String, Instant>,
    fault: Fault,
    restarts: usize,
    stranger: Option<TcpListener>,
    /// How long steps take before and after their effect.
    pace: Duration,
    /// What the hook was asked to do, and did.
    done: Vec<Value>,
}

/// The product of a lab.
pub(crate) struct Product {
    state: Mutex<State>,
    daemons: BTreeMap<String, Mutex<Daemon>>,
    folder: PathBuf,
}

impl fmt::Debug for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Product").finish_non_exhaustive()
    }
}

impl Daemon {
    pub(crate) const fn new(address: String, ini: PathBuf) -> Self {
        Self { address, ini, child: None }
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it, and waits until it listens.
    fn start(&mut self, folder: &std::path::Path) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["stpd", &self.address])
            .args([&self.ini, folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        self.child = Some(child);
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        for daemon in self.daemons.values() {
            daemon.lock().unwrap().stop();
        }
    }
}

impl Product {
    pub(crate) fn new(data: Data, daemons: BTreeMap<String, Daemon>, folder: PathBuf) -> Self {
        let daemons =
            daemons.into_iter().map(|(name, daemon)| (name, Mutex::new(daemon))).collect();
        let product =
            Self { state: Mutex::new(State { data, ..State::default() }), daemons, folder };
        for daemon in product.daemons.values() {
            daemon.lock().unwrap().start(&product.folder);
        }
        product
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn data(&self) -> Data {
        self.state().data.clone()
    }

    pub(crate) fn break_with(&self, fault: Fault) {
        let mut state = self.state();
        state.fault = fault;
        state.stranger = None;
    }

    /// Has steps take so long before and after their effect, so that a kill can hit there.
    pub(crate) fn dawdle(&self, pace: Duration) {
        self.state().pace = pace;
    }

    pub(crate) fn restarts(&self) -> usize {
        self.state().restarts
    }

    /// What the hook did, in its order.
    pub(crate) fn done(&self) -> Vec<Value> {
        self.state().done.clone()
    }

    // Transfers.

    /// Begins something on hosts that `choose` picks, unless one of them is held back.
    pub(crate) fn begin<T>(
        &self,
        choose: impl FnOnce(&Data) -> (Vec<String>, T),
    ) -> Option<(Vec<String>, T)> {
        let mut state = self.state();
        let (hosts, chosen) = choose(&state.data);
        let now = Instant::now();
        if hosts.iter().any(|host| state.held.get(host).is_some_and(|&until| until > now)) {
            return None;
        }
        for host in &hosts {
            *state.active.entry(host.clone()).or_default() += 1;
        }
        Some((hosts, chosen))
    }

    pub(crate) fn end(&self, hosts: &[String]) {
        let mut state = self.state();
        for host in hosts {
            *state.active.get_mut(host).unwrap() -= 1;
        }
    }

    /// How many transfers are active on a host; new ones are held back from now on.
    pub(crate) fn hold(&self, host: &str) -> usize {
        let mut state = self.state();
        if state.fault == Fault::AlwaysBusy {
            return 3;
        }
        state.held.insert(host.to_owned(), Instant::now() + HOLD);
        state.active.get(host).copied().unwrap_or_default()
    }

    // Restarts.

    pub(crate) fn restart(&self, host: &str) -> u8 {
        let mut daemon = self.daemons[host].lock().unwrap();
        let fault = self.state().fault;
        if fault == Fault::RestartFails {
            return 1;
        }
        let pace = self.state().pace;
        thread::sleep(pace);
        daemon.stop();
        thread::sleep(pace);
        if fault == Fault::PortTaken {
            let stranger = TcpListener::bind((daemon.address.as_str(), 11443));
            self.state().stranger = stranger.ok();
        }
        if fault != Fault::RestartStops {
            daemon.start(&self.folder);
        }
        let mut state = self.state();
        state.restarts += 1;
        state.held.remove(host);
        0
    }

    // Steps inside the product.

    fn hook(&self, question: &Value) -> (u8, String) {
        let fault = self.state().fault;
        let phase = question["phase"].as_str().unwrap();
        let action = &question["step"]["action"];
        match (fault, phase) {
            (Fault::HookFails, "do") => {
                return (
                    3,
                    json!({"ok": false, "message": "the product is read-only"}).to_string(),
                );
            }
            (Fault::HookHangs, "do") | (Fault::HookDies, "do" | "probe" | "undo") => {
                thread::sleep(Duration::from_secs(4));
            }
            (Fault::HookLies, "do") => return (0, json!({"ok": true}).to_string()),
            (Fault::HookBabbles, "do") => return (0, "Good morning!".to_owned()),
            _ => {}
        }
        if matches!((fault, phase), (Fault::HookHangs | Fault::HookDies, "do")) {
            return (1, String::new());
        }
        let answer = match phase {
            "do" => match self.act(action) {
                Ok(()) => json!({"ok": true}),
                Err(message) => json!({"ok": false, "message": message}),
            },
            "undo" => json!({"ok": true}),
            _ => {
                let state = if self.state().data.is_done(action) { "after" } else { "before" };
                json!({"ok": true, "state": state})
            }
        };
        (0, answer.to_string())
    }

    /// Does a step inside the product, as its interface would.
    pub(crate) fn act(&self, action: &Value) -> Result<(), String> {
        let pace = self.state().pace;
        thread::sleep(pace);
        {
            let mut state = self.state();
            state.data.act(action)?;
            state.done.push(action.clone());
        }
        thread::sleep(pace);
        Ok(())
    }

    // The socket.

    /// Answers questions for as long as somebody holds the product.
    pub(crate) fn listen(self: &Arc<Self>, address: &str) -> SocketAddr {
        let listener = TcpListener::bind((address, 0)).unwrap();
        let place = listener.local_addr().unwrap();
        let product = Arc::downgrade(self);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(product) = product.upgrade() else { return };
                thread::spawn(move || drop(product.answer(stream)));
            }
        });
        place
    }

    fn answer(&self, stream: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream);
        let (mut line, mut rest) = (String::new(), String::new());
        reader.read_line(&mut line)?;
        reader.read_to_string(&mut rest)?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let (status, text) = match *words.as_slice() {
            ["hook"] => self.hook(&serde_json::from_str(&rest)?),
            ["restart", host] => (self.restart(host), String::new()),
            ["transfers", host] => (0, self.hold(host).to_string()),
            _ => (2, "what?".to_owned()),
        };
        reader.into_inner().write_all(format!("{status} {text}").as_bytes())
    }
}

/// `ask PLACE WORD...`: has a question answered by the product of the lab, with what stands on standard input.
pub(crate) fn ask(words: &[String]) -> ExitCode {
    let [place, question @ ..] = words else { return ExitCode::FAILURE };
    let asked = || -> io::Result<String> {
        let mut stream = TcpStream::connect(place)?;
        let mut rest = Vec::new();
        io::stdin().read_to_end(&mut rest)?;
        stream.write_all(format!("{}\n", question.join(" ")).as_bytes())?;
        stream.write_all(&rest)?;
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let Ok(answer) = asked() else { return ExitCode::from(9) };
    let Some((status, text)) = answer.split_once(' ') else { return ExitCode::from(8) };
    println!("{text}");
    ExitCode::from(status.parse::<u8>().unwrap())
}

impl Data {
    fn is_done(&self, action: &Value) -> bool {
        let text = |key: &str| action[key].as_str().unwrap();
        let has = || self.interfaces[text("host")].iter().any(|other| other == text("interface"));
        match text("type") {
            "add-interface" => has(),
            "remove-interface" => !has(),
            "set-kill" => self.kill.as_deref() == action["value"].as_str(),
            "reassign" => {
                let task = self.tasks.iter().find(|task| task.id == text("task")).unwrap();
                task.reference.as_deref().unwrap_or("") == text("interface")
            }
            other => panic!("{other} is not inside the product"),
        }
    }

    fn act(&mut self, action: &Value) -> Result<(), String> {
        let text = |key: &str| action[key].as_str().unwrap().to_owned();
        if self.is_done(action) {
            return Err("it is so already".to_owned());
        }
        match text("type").as_str() {
            "add-interface" => {
                let texts = self.interfaces.get_mut(&text("host")).unwrap();
                let end = texts.len();
                let position =
                    action["position"].as_u64().map_or(end, |at| usize::try_from(at).unwrap());
                texts.insert(position, text("interface"));
            }
            "remove-interface" => {
                let (host, interface) = (text("host"), text("interface"));
                let uses =
                    |task: &&Task| task.host == host && task.reference.as_ref() == Some(&interface);
                if let Some(task) = self.tasks.iter().find(uses) {
                    return Err(format!("`{interface}` is in use by `{}`", task.id));
                }
                self.interfaces.get_mut(&host).unwrap().retain(|other| *other != interface);
            }
            "set-kill" => self.kill = action["value"].as_str().map(ToOwned::to_owned),
            _ => {
                let (id, interface) = (text("task"), text("interface"));
                let task = self.tasks.iter_mut().find(|task| task.id == id).unwrap();
                task.reference = Some(interface).filter(|interface| !interface.is_empty());
            }
        }
        Ok(())
    }
}
