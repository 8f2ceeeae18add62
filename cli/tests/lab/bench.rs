//! A lab: three hosts with their processes, the product, and a folder with the site, the plan and the files.

use std::{
    collections::BTreeMap,
    fmt, fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use serde_json::{Value, json};

use crate::{
    clients::{Clients, Working},
    product::{Daemon, Data, Product, Task},
};

/// The hosts, with the last number of their addresses and the bytes of their stpd.ini.
const HOSTS: [(&str, u8, &[u8]); 3] = [
    ("backup", 2, b"; the Server\n[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\n\n[Logging]\nLEVEL=1\n"),
    ("rds1", 3, b"[STPD_Server]\n  STPD_PORT = 11001\n  STPD_HTTP_PORT = 11000\n  ;STPD_HTTPS_PORT = 11443\n[Other]\nSTPD_PORT=1\n"),
    ("rds2", 4, b"[Paths]\r\nhome=/opt/sesam \xe4\r\n[STPD_Server]\r\nSTPD_HTTP_PORT=11000\r\nSTPD_PORT=11001\r\n"),
];

/// Three hosts, with everything that belongs to them.
pub(crate) struct Lab {
    pub(crate) product: Arc<Product>,
    place: SocketAddr,
    /// The network of this lab, as in `127.10.1.`.
    net: String,
    folder: tempfile::TempDir,
}

impl Lab {
    /// Three hosts on a site whose HTTPS is on in one place only; `alter` may make it another one.
    pub(crate) fn with(alter: impl FnOnce(&str, &mut Data)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let net = net();
        let mut data = data(&net);
        alter(&net, &mut data);
        let addresses = HOSTS.map(|(_, number, _)| format!("{net}{number}"));
        write_certificate(folder.path(), addresses.to_vec());
        let mut daemons = BTreeMap::new();
        for (name, number, ini) in HOSTS {
            fs::create_dir(folder.path().join(name)).unwrap();
            let path = folder.path().join(name).join("stpd.ini");
            fs::write(&path, ini).unwrap();
            daemons.insert(name.to_owned(), Daemon::new(format!("{net}{number}"), path));
        }
        let product = Arc::new(Product::new(data, daemons, folder.path().to_owned()));
        let place = product.listen(&format!("{net}1"));
        let lab = Self { product, place, net, folder };
        lab.write_site("site.json");
        lab
    }

    pub(crate) fn new() -> Self {
        Self::with(|_, _| ())
    }

    /// The lab with its plan as `plan.json`.
    pub(crate) fn planned() -> Self {
        let lab = Self::new();
        lab.plan();
        lab
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn clients(&self) -> Working {
        Clients::start(&self.product, self.folder.path())
    }

    /// Makes the plan, and returns it.
    pub(crate) fn plan(&self) -> Value {
        self.sesam(&["plan", "site.json", "-o", "plan.json"]).with_status(0);
        self.json("plan.json")
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// The bytes of the files of all hosts.
    pub(crate) fn files(&self) -> Vec<Vec<u8>> {
        HOSTS.map(|(name, _, _)| fs::read(self.ini(name)).unwrap()).to_vec()
    }

    pub(crate) fn ini(&self, host: &str) -> PathBuf {
        self.path(host).join("stpd.ini")
    }

    pub(crate) fn address(&self, number: u8) -> String {
        format!("{}{number}", self.net)
    }

    /// The records of a journal.
    pub(crate) fn records(&self, plan: &str) -> Vec<Value> {
        let path = self.path(&format!("{plan}.journal")).join("journal.jsonl");
        let text = fs::read_to_string(path).unwrap_or_default();
        // The last one may have been broken off.
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Writes a site file of what the product has now.
    pub(crate) fn write_site(&self, name: &str) {
        let data = self.product.data();
        let asked = |what: &str| self.ask(&[what, "{host}"]);
        let hosts = HOSTS.map(|(name, _, _)| {
            json!({
                "name": name,
                "role": if name == "backup" { "server" } else { "rds" },
                "os": "linux",
                "stpd_ini": format!("{name}/stpd.ini"),
                "address": data.addresses[name],
                "restart_command": asked("restart"),
                "active_transfers_command": asked("transfers"),
                "interfaces": data.interfaces[name],
            })
        });
        let tasks = data.tasks.iter().map(|task| {
            let mut json = json!({"id": task.id, "kind": "backup", "host": task.host});
            if let Some(source) = &task.source {
                json["kind"] = "migration".into();
                json["source_host"] = source.as_str().into();
            }
            if let Some(reference) = &task.reference {
                json["interface"] = reference.as_str().into();
            }
            json
        });
        let mut site = json!({
            "format_version": "1.0",
            "hosts": hosts,
            "tasks": tasks.collect::<Vec<_>>(),
        });
        if let Some(value) = &data.kill {
            site["globals"] =
                json!([{"key": "gv_conf_use_com_stpd_kill", "user": "sesam", "value": value}]);
        }
        fs::write(self.path(name), site.to_string()).unwrap();
    }

    // The command.

    fn ask(&self, question: &[&str]) -> Vec<String> {
        ask(&self.place, question)
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sesam-transport"));
        command.args(words).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// `apply` or `resume`, with all that the lab has for it.
    pub(crate) fn carry_command(&self, words: &[&str]) -> Command {
        let hook = shell_words::join(self.ask(&["hook"]));
        let mut command = self.command(words);
        command.args(["--yes", "--hook", &hook]);
        command
    }

    /// The same, where no file may grow beyond so many blocks.
    pub(crate) fn carry_limited(&self, words: &[&str], blocks: usize) -> Command {
        let command = self.carry_command(words);
        let mut shell = Command::new("sh");
        let script = format!("ulimit -f {blocks}; trap '' XFSZ; exec \"$0\" \"$@\"");
        shell.args(["-c", &script]).arg(command.get_program()).args(command.get_args());
        shell.current_dir(self.folder.path()).stdin(Stdio::null());
        shell
    }

    pub(crate) fn sesam(&self, words: &[&str]) -> Ended {
        self.ended(&self.command(words).output().unwrap())
    }

    /// The same, carried out to its end.
    pub(crate) fn carry(&self, words: &[&str]) -> Ended {
        self.ended(&self.carry_command(words).output().unwrap())
    }

    /// The same, begun; what it prints goes on.
    pub(crate) fn begin(&self, words: &[&str]) -> Child {
        self.carry_command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub(crate) fn ended(&self, output: &Output) -> Ended {
        let text = |bytes: &[u8]| self.tidy(&String::from_utf8_lossy(bytes));
        Ended {
            status: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// What differs from lab to lab, made equal.
    fn tidy(&self, text: &str) -> String {
        let folder = format!("{}/", self.folder.path().display());
        let mut text = text
            .replace(&shell_words::join(self.ask(&[])), "ask")
            .replace(&folder, "")
            .replace(&self.net, "127.0.0.");
        // A hash is named by where it is kept.
        while let Some(at) = text.find("bytes/").map(|at| at + 6)
            && text.get(at..at + 64).is_some_and(|hash| hash.chars().all(|c| c.is_ascii_hexdigit()))
        {
            text.replace_range(at - 1..at + 64, "/HASH");
        }
        text
    }
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ended {
    status: Option<i32>,
    pub(crate) stdout: String,
    stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn with_status(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self}");
        self
    }

    /// How many steps the plan has that was printed as JSON.
    pub(crate) fn steps(&self) -> usize {
        let plan: Value = serde_json::from_str(&self.stdout).unwrap();
        plan["steps"].as_array().unwrap().len()
    }

    /// What follows the last step that was done.
    pub(crate) fn end(&self) -> String {
        let done = |line: &&str| !line.ends_with("] done") && !line.is_empty();
        let lines: Vec<&str> = self.stdout.lines().collect();
        let from = lines.iter().rposition(|line| line.ends_with("] done")).map_or(0, |at| at + 1);
        let mut text = String::new();
        for line in lines[from..].iter().copied().filter(done) {
            text.extend([line, "\n"]);
        }
        for line in self.stderr.lines() {
            text.extend(["[stderr] ", line, "\n"]);
        }
        text + &format!("[status] {}\n", self.status.unwrap_or(-1))
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}[status] {:?}", self.stdout, self.stderr, self.status)
    }
}

/// A certificate for the stand-ins in a folder.
pub(crate) fn write_certificate(folder: &Path, addresses: Vec<String>) {
    let made = rcgen::generate_simple_self_signed(addresses);
    let rcgen::CertifiedKey { cert, signing_key } = made.unwrap();
    fs::write(folder.join("certificate.der"), cert.der()).unwrap();
    fs::write(folder.join("key.der"), signing_key.serialize_der()).unwrap();
}

/// The words of a command that asks the product at this place.
pub(crate) fn ask(place: &SocketAddr, question: &[&str]) -> Vec<String> {
    let exe = std::env::current_exe().unwrap().display().to_string();
    let place = place.to_string();
    [&[&*exe, "ask", &place], question].concat().into_iter().map(ToOwned::to_owned).collect()
}

/// A network for one lab: no other one has it, in this process or in another.
pub(crate) fn net() -> String {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let process = std::process::id() % 240 + 10;
    loop {
        let net = format!("127.{process}.{}.", NEXT.fetch_add(1, Ordering::Relaxed));
        let is_free = |number: u8| TcpListener::bind((format!("{net}{number}"), 11000)).is_ok();
        if (2..5).all(is_free) {
            return net;
        }
    }
}

fn data(net: &str) -> Data {
    let url = |scheme: &str, number: u8, port: u16| format!("{scheme}://{net}{number}:{port}");
    let interfaces = [
        ("backup", vec![url("http", 2, 11000), url("https", 2, 11443), url("ftp", 2, 11001)]),
        ("rds1", vec![url("http", 3, 11000)]),
        ("rds2", vec![url("ftp", 4, 11001), url("http", 4, 11000)]),
    ];
    let task = |id: &str, host: &str, source: Option<&str>, reference: Option<String>| Task {
        id: id.to_owned(),
        host: host.to_owned(),
        source: source.map(ToOwned::to_owned),
        reference,
    };
    Data {
        interfaces: interfaces.map(|(host, texts)| (host.to_owned(), texts)).into(),
        addresses: HOSTS
            .map(|(host, number, _)| (host.to_owned(), format!("{net}{number}")))
            .into(),
        tasks: vec![
            task("mail", "backup", None, Some(url("http", 2, 11000))),
            task("files", "backup", None, None),
            task("self", "backup", None, Some(url("ftp", 2, 11001))),
            task("archive", "backup", None, Some(url("https", 2, 11443))),
            task("vm", "rds1", None, Some(url("http", 3, 11000))),
            task("to-tape", "rds1", Some("backup"), Some(url("http", 3, 11000))),
            task("branch", "rds1", None, None),
            task("sql", "rds2", None, Some(url("ftp", 4, 11001))),
            task("copy", "rds2", Some("rds1"), Some(url("http", 4, 11000))),
        ],
        kill: None,
    }
}

/// Whether a file is one that a step in the middle left behind.
pub(crate) fn is_leftover(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Whether a step is inside the product.
pub(crate) fn is_inside(step: &Value) -> bool {
    let outside = ["enable-port", "disable-port", "restore-ports", "restart"];
    !outside.contains(&step["action"]["type"].as_str().unwrap())
}
