//! A copy of the library and of the comparison, to break and to build.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

/// What is copied; the manifest is written anew.
const COPIED: [&str; 5] = [
    "src",
    "tests/faults/agreement.rs",
    "tests/it/agreement.rs",
    "tests/it/oracle",
    "rust-toolchain.toml",
];

/// How many cases a fault may stay hidden for, and how many have to pass without one.
const CASES: &str = "1000";

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the comparison came to, and after how long.
pub(super) enum Found {
    Nothing { took: Took },
    Disagreement { law: String, took: Took },
    NoBuild { errors: String },
}

pub(super) struct Took {
    build: Duration,
    run: Duration,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing { took } => write!(f, "nothing found in {CASES} cases, {took}"),
            Self::Disagreement { law, took } => write!(f, "found by {law}, {took}"),
            Self::NoBuild { errors } => write!(f, "does not build\n{errors}"),
        }
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "built in {:.1} s, run for {:.1} s",
            self.build.as_secs_f32(),
            self.run.as_secs_f32()
        )
    }
}

pub(super) struct Lane {
    folder: PathBuf,
    /// Shared, so that what the library depends on is built once.
    target: PathBuf,
}

impl Lane {
    pub(super) fn new(number: usize) -> Self {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
        let lane =
            Self { folder: home.join(format!("lane-{number}")), target: home.join("target") };
        for path in COPIED {
            copy(&root().join(path), &lane.folder.join(path));
        }
        write(&lane.folder.join("Cargo.toml"), &manifest(number));
        copy(&root().join("Cargo.lock"), &lane.folder.join("Cargo.lock"));
        lane
    }

    /// Runs the comparison on the copy as it is.
    pub(super) fn compare(&self) -> Found {
        let started = Instant::now();
        let program = match self.build() {
            Ok(program) => program,
            Err(errors) => return Found::NoBuild { errors },
        };
        let build = started.elapsed();
        let started = Instant::now();
        let run = Command::new(program).arg(CASES).output().unwrap();
        let took = Took { build, run: started.elapsed() };
        if run.status.success() {
            return Found::Nothing { took };
        }
        let said = String::from_utf8_lossy(&run.stdout);
        let errors = String::from_utf8_lossy(&run.stderr);
        let law = said.lines().next().map_or_else(|| panicked(&errors), str::to_owned);
        Found::Disagreement { law, took }
    }

    /// Builds the comparison; where that fails, what the compiler says.
    fn build(&self) -> Result<String, String> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["test", "--no-run", "--offline", "--test", "agreement"]);
        cargo.args(["--quiet", "--message-format", "json"]);
        // Each copy is built again and again, and differs in a line only.
        cargo.env("CARGO_INCREMENTAL", "1").env("CARGO_TARGET_DIR", &self.target);
        let built = cargo.current_dir(&self.folder).output().unwrap();
        let said = String::from_utf8_lossy(&built.stdout);
        let messages = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let messages: Vec<Value> = messages.collect();
        let program = messages.iter().find_map(|it| it["executable"].as_str());
        program.map(str::to_owned).ok_or_else(|| {
            let errors = messages.iter().filter(|it| it["message"]["level"] == "error");
            let errors = errors.filter_map(|it| it["message"]["rendered"].as_str()).collect();
            if messages.is_empty() {
                String::from_utf8_lossy(&built.stderr).into_owned()
            } else {
                errors
            }
        })
    }

    /// Runs the comparison with `fault` instead of `text` in a file, and leaves the file as it was.
    pub(super) fn compare_with(&self, file: &str, text: &str, fault: &str) -> Found {
        let path = self.folder.join(file);
        let before = fs::read_to_string(&path).unwrap();
        write(&path, &before.replacen(text, fault, 1));
        let found = self.compare();
        write(&path, &before);
        found
    }
}

/// The message of a panic in one line.
fn panicked(errors: &str) -> String {
    let lines = errors.lines().filter(|line| !line.is_empty() && !line.starts_with("note:"));
    format!("a panic: {}", lines.collect::<Vec<_>>().join(" "))
}

/// The least that builds the library and the comparison, with the dependencies as they are.
///
/// Only these are optimised: building what changes takes longer than running it.
/// The version keeps the products of the lanes apart: where a package lies does not.
fn manifest(lane: usize) -> String {
    let whole = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = |name: &str| {
        let (_, after) = whole.split_once(&format!("\n[{name}]\n")).unwrap();
        format!("[{name}]\n{}\n", after.split("\n[").next().unwrap())
    };
    format!(
        "[profile.dev]\ndebug = false\n\n[profile.dev.package.\"*\"]\nopt-level = 1\n\n[package]\nname = \"sesam-transport\"\nversion = \"0.0.{lane}\"\nedition = \"2024\"\n\
         autotests = false\n\n[workspace]\n\n{}\
         [[test]]\nname = \"agreement\"\npath = \"tests/faults/agreement.rs\"\nharness = false\n",
        section("dependencies"),
    )
}

/// Copies a file or a folder; what is the same already stays as it is, so that it is not built again.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        write(to, &fs::read_to_string(from).unwrap());
    }
}

fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
