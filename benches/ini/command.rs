//! The built command beside other programs, on a file of 100 MB.

use std::{
    env,
    fs::{self, File},
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use wait4::Wait4 as _;

use crate::inputs::{self, KEY, MB, SECTION};

/// Writes the file: in a process of its own, for a child inherits the largest size its parent ever had as its own.
pub const WRITE: &str = "write-mix";

const RUNS: usize = 5;

pub fn write(path: &str) -> ExitCode {
    fs::write(path, inputs::mix(100 * MB).bytes).expect("a temporary file");
    ExitCode::SUCCESS
}

struct Contender {
    name: &'static str,
    /// What runs, from the input to the output.
    command: Box<dyn Fn() -> Command>,
    /// Whether the output is to be that of the command.
    is_same_edit: bool,
    seconds: f64,
    peak: u64,
}

/// Prints seconds, their ratio to `cp`, and the largest resident set of each.
pub fn run(path: &str) -> ExitCode {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let input = folder.path().join("mix.ini");
    let output = folder.path().join("output.ini");
    // Cargo starts a benchmark in its package's folder.
    let Ok(ours) = fs::canonicalize(path) else {
        eprintln!("{path}: not there; give the built command by its absolute path");
        return ExitCode::from(2);
    };
    let this = env::current_exe().expect("this benchmark");
    let written = Command::new(this).arg(WRITE).arg(&input).status();
    assert!(written.is_ok_and(|status| status.success()), "the input was not written");

    let mut contenders = contenders(&ours, &input, &output);
    let expected = folder.path().join("expected.ini");
    contenders.retain_mut(|one| {
        let is_here = one.run(&input, &output).is_ok();
        if !is_here {
            println!("{}: not here", one.name);
        } else if one.name == OURS {
            fs::copy(&output, &expected).expect("a copy");
        } else if one.is_same_edit && !same(&expected, &output) {
            println!("{}: its output differs from ours", one.name);
        }
        is_here
    });
    for _ in 0..RUNS {
        for one in &mut contenders {
            let (seconds, peak) = one.run(&input, &output).expect("it ran before");
            one.seconds = one.seconds.min(seconds);
            one.peak = one.peak.max(peak);
        }
    }
    let copy = contenders.iter().find(|one| one.name == COPY).map_or(f64::NAN, |one| one.seconds);
    println!("{:<34} {:>9} {:>9} {:>12}", "100 MB of mix", "seconds", "by cp", "peak, MB");
    for Contender { name, seconds, peak, .. } in &contenders {
        let megabytes = *peak as f64 / 1e6;
        println!("{name:<34} {seconds:>9.3} {:>9.2} {megabytes:>12.1}", seconds / copy);
    }
    ExitCode::SUCCESS
}

const OURS: &str = "sesam-transport ini --disable";
const COPY: &str = "cp";

fn contenders(ours: &Path, input: &Path, output: &Path) -> Vec<Contender> {
    let new = |name, is_same_edit, command: Box<dyn Fn() -> Command>| Contender {
        name,
        command,
        is_same_edit,
        seconds: f64::INFINITY,
        peak: 0,
    };
    let (ours, from, to) = (ours.to_owned(), input.to_owned(), output.to_owned());
    let redirected = move |mut command: Command| {
        command.stdout(File::create(&to).expect("the output"));
        command
    };
    let (to_file, by_sed) = (redirected.clone(), redirected);
    let (copied, sed_file, git_file) = (input.to_owned(), input.to_owned(), output.to_owned());
    let copy_to = output.to_owned();
    vec![
        new(
            OURS,
            true,
            Box::new(move || {
                let mut command = Command::new(&ours);
                command.arg("ini").arg(&from).args(["--section", SECTION, "--disable", KEY]);
                to_file(command)
            }),
        ),
        new(
            "sed, comment out",
            true,
            Box::new(move || {
                let mut command = Command::new("sed");
                let script = format!("/^\\[{SECTION}\\]/,/^\\[/s/^{KEY} *=/# &/");
                command.env("LC_ALL", "C").arg(script).arg(&sed_file);
                by_sed(command)
            }),
        ),
        new(
            // In place, on a copy that is made outside the measured time.
            "git config, set in place",
            false,
            Box::new(move || {
                let mut command = Command::new("git");
                command.args(["config", "-f"]).arg(&git_file);
                command.args([format!("{SECTION}.{KEY}"), "11002".to_owned()]);
                command
            }),
        ),
        new(
            COPY,
            false,
            Box::new(move || {
                let mut command = Command::new("cp");
                command.arg(&copied).arg(&copy_to);
                command
            }),
        ),
    ]
}

impl Contender {
    fn run(&self, input: &Path, output: &Path) -> Result<(f64, u64), ()> {
        // Each writes a fresh file: to truncate a large one takes time of its own.
        let _ = fs::remove_file(output);
        if self.name.starts_with("git") {
            fs::copy(input, output).map_err(drop)?;
        }
        let mut command = (self.command)();
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let used = command.spawn().map_err(drop)?.wait4().map_err(drop)?;
        let seconds = start.elapsed().as_secs_f64();
        if used.status.success() { Ok((seconds, used.rusage.maxrss)) } else { Err(()) }
    }
}

fn same(one: &Path, other: &Path) -> bool {
    // In a process of its own, as above.
    Command::new("cmp").arg("-s").args([one, other]).status().is_ok_and(|status| status.success())
}
