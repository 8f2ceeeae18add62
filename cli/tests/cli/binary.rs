//! Runs the built binary and shows what a person would see.

use std::{
    ffi::OsStr,
    fmt,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A run to come: `sesam(["plan", "site.toml"])`.
pub(crate) struct Run {
    command: Command,
    input: Vec<u8>,
}

/// The binary with these arguments, in the root of the project, where `examples/` is.
pub(crate) fn sesam<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sesam-transport"));
    command.args(arguments).current_dir(root()).env_clear();
    Run { command, input: Vec::new() }
}

/// The root of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

impl Run {
    pub(crate) fn inside(mut self, folder: &Folder) -> Self {
        self.command.current_dir(folder.path());
        self
    }

    pub(crate) fn reading(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// The same by another user; none where this one is not root, or that one must not start the binary where it is.
    #[cfg(unix)]
    pub(crate) fn by_user(mut self, id: u32) -> Option<Self> {
        use std::os::unix::process::CommandExt as _;
        let mut trial = Command::new(self.command.get_program());
        trial.arg("--version").stdout(Stdio::null()).uid(id).gid(id).status().ok()?;
        self.command.uid(id).gid(id);
        Some(self)
    }

    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn ends(mut self) -> Ended {
        let pipe = Stdio::piped;
        let mut child =
            self.command.stdin(pipe()).stdout(pipe()).stderr(pipe()).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = std::mem::take(&mut self.input);
        // The binary may stop reading early.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("it ends");
        writer.join().expect("the writer ends");
        Ended {
            status: output.status.code().expect("no signal"),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("messages are text"),
        }
    }
}

/// What a run came to; as text: everything a person sees, and the exit status.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn with_status(self, expected: i32) -> Self {
        assert_eq!(self.status, expected, "{self}");
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())?;
        for line in self.stderr.lines() {
            writeln!(f, "[stderr] {line}")?;
        }
        writeln!(f, "[status] {}", self.status)
    }
}

/// A folder of a test, gone after it.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for the test"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::File::create(&path)
            .and_then(|mut file| file.write_all(bytes.as_ref()))
            .expect("a file for the test");
        path
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).expect("a file of the test")
    }

    /// The names of all files, sorted: what a refused command left behind.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).expect("the folder of the test");
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.expect("an entry").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }
}
