//! What the README shows is what there is.

use crate::binary::{root, sesam};

#[test]
fn the_first_command_prints_what_the_readme_shows() {
    let plan = sesam(["plan", "examples/site/site.toml"]).ends().with_status(0);
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let shown = format!("```text\n{}```\n", plan.text());
    assert!(readme.contains(&shown), "put this into README.md:\n{shown}");
}

#[test]
fn every_command_has_help_with_examples() {
    let commands = ["audit", "plan", "check", "simulate", "rollback", "ini"];
    for command in commands.into_iter().chain(["apply", "resume", "probe", "verify"]) {
        let help = sesam([command, "--help"]).ends().with_status(0).text();
        assert!(help.contains("Examples:\n"), "{help}");
        assert!(help.contains("Exit status: 0 ="), "{help}");
    }
    let version = sesam(["--version"]).ends().with_status(0).text();
    assert_eq!(version, concat!("sesam-transport ", env!("CARGO_PKG_VERSION"), "\n"));
    let nothing = sesam([""; 0]).ends().with_status(2);
    assert!(nothing.stderr.contains("Usage: sesam-transport"), "{nothing}");
}
