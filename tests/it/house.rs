//! The rules of the house: who may depend on whom, and what is absent. `ARCHITECTURE.md` states them for readers.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// For each layer the layers it may use.
const LAYERS: [(&str, &[&str]); 6] = [
    ("ini", &[]),
    ("site", &[]),
    ("stpd", &["ini", "site"]),
    ("safety", &["site"]),
    ("transition", &["safety", "site"]),
    ("run", &["transition", "safety", "site"]),
];

/// What the caller does, so that the library stays a function of its arguments.
const FOREIGN: [&str; 12] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::io",
    "std::os",
    "SystemTime",
    "Instant",
    "HashMap",
    "HashSet",
    "RandomState",
];

/// Words of the backup domain, which `ini` must not know.
const DOMAIN: [&str; 13] = [
    "sesam",
    "stpd",
    "sep",
    "ftp",
    "ftps",
    "http",
    "https",
    "backup",
    "backups",
    "rds",
    "avx",
    "plaintext",
    "transport",
];

#[test]
fn layers_use_only_what_lies_below_them() {
    for file in sources() {
        let Some(layer) = file.layer() else { continue };
        assert_eq!(file.forbidden_layers(layer), Vec::<String>::new(), "{}", file.name);
    }
}

#[test]
fn planner_and_checker_share_no_code() {
    for file in sources() {
        assert_eq!(file.confusion_of_judge_and_party(), None, "{}", file.name);
    }
}

#[test]
fn ini_knows_no_word_of_the_domain() {
    for file in sources().iter().filter(|file| file.layer() == Some("ini")) {
        assert_eq!(file.domain_words(), Vec::<String>::new(), "{}", file.name);
    }
}

#[test]
fn the_library_touches_nothing_outside_its_arguments() {
    for file in sources() {
        assert_eq!(file.foreign_names(), Vec::<&str>::new(), "{}", file.name);
    }
}

#[test]
fn every_dependency_has_its_reason_in_the_architecture() {
    let architecture = read(&root().join("ARCHITECTURE.md"));
    for manifest in ["Cargo.toml", "cli/Cargo.toml"] {
        for dependency in dependencies(&read(&root().join(manifest))) {
            let named = architecture.contains(&format!("| `{dependency}` |"));
            assert!(named, "ARCHITECTURE.md does not say why {manifest} needs `{dependency}`");
        }
    }
}

/// A file under `src/`, with its comments and texts blanked out in `code`.
struct Source {
    name: String,
    text: String,
    code: String,
}

impl Source {
    fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), text: text.to_owned(), code: code_of(text) }
    }

    fn layer(&self) -> Option<&'static str> {
        let first = self.name.split('/').next()?.trim_end_matches(".rs");
        LAYERS.iter().map(|&(layer, _)| layer).find(|&layer| layer == first)
    }

    /// The layers that the file uses against the rules.
    fn forbidden_layers(&self, own: &str) -> Vec<String> {
        let allowed =
            LAYERS.iter().find(|&&(layer, _)| layer == own).map_or(&[][..], |rule| rule.1);
        let is_wrong = |used: &&String| *used != own && !allowed.contains(&used.as_str());
        self.used_layers().iter().filter(is_wrong).cloned().collect()
    }

    fn used_layers(&self) -> BTreeSet<String> {
        let is_layer = |name: &String| LAYERS.iter().any(|&(layer, _)| layer == name);
        let depth = self.name.matches('/').count();
        let is_module = self.name.ends_with("mod.rs") || depth == 0;
        let above = "super::".repeat(if is_module { depth } else { depth + 1 });
        let mut used = names_after(&self.code, "crate::");
        used.extend(names_after(&self.code, "sesam_transport::"));
        if !above.is_empty() {
            used.extend(names_after(&self.code, &above));
        }
        used.into_iter().filter(is_layer).collect()
    }

    /// The planner proposes and the checker decides: a mistake in one must not hide in the other.
    fn confusion_of_judge_and_party(&self) -> Option<&'static str> {
        let inside = self.name.strip_prefix("transition/")?;
        let of = |part: &str| inside.split(['/', '.']).next() == Some(part);
        let uses = |part: &str| self.code.contains(&format!("{part}::"));
        match () {
            () if of("planner") && uses("checker") => Some("the planner uses the checker"),
            () if of("checker") && uses("planner") => Some("the checker uses the planner"),
            () if of("planner") && self.names_from_safety().any(|name| name == "Grade") => {
                Some("the planner uses the grades that the checker decides by")
            }
            () => None,
        }
    }

    fn names_from_safety(&self) -> impl Iterator<Item = String> {
        let uses = self.code.match_indices("safety::");
        uses.flat_map(|(at, prefix)| heads(&self.code[at + prefix.len()..]))
    }

    fn domain_words(&self) -> Vec<String> {
        // The name of the crate, the one constructor that names a family, and links are no knowledge.
        let names = ["sesam_transport::", "Dialect::stpd", "Self::stpd", "fn stpd()", "https://"];
        let text = names.iter().fold(self.text.clone(), |text, name| text.replace(name, ""));
        let text = text.to_ascii_lowercase();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.filter(|word| DOMAIN.contains(word)).map(str::to_owned).collect()
    }

    fn foreign_names(&self) -> Vec<&'static str> {
        let modules = names_after(&self.code, "std::");
        let is_used = |name: &&&str| match name.strip_prefix("std::") {
            Some(module) => modules.contains(module),
            None => has_word(&self.code, name),
        };
        FOREIGN.iter().filter(is_used).copied().collect()
    }
}

/// The names that stand directly after `prefix`, those inside one pair of braces included.
fn names_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let starts = code.match_indices(prefix).filter(|&(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c == ':' || c == '_' || c.is_alphanumeric())
    });
    starts.flat_map(|(at, _)| heads(&code[at + prefix.len()..])).collect()
}

/// `site::Host` has the head `site`; `{ini, site::{Host, Task}}` has the heads `ini` and `site`.
fn heads(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else { return vec![identifier(path)] };
    let mut heads = Vec::new();
    let (mut depth, mut at_head) = (0, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_head = true,
            _ if depth == 0 && at_head && !c.is_whitespace() => {
                heads.push(identifier(&group[at..]));
                at_head = false;
            }
            _ => {}
        }
    }
    heads
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|&c| c == '_' || c.is_alphanumeric()).collect()
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|found| found == word)
}

/// The code alone: comments and the insides of string literals become blanks.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            'r' if raw_string(rest).is_some() => raw_string(rest).unwrap_or(1),
            '"' => string(rest),
            '\'' if rest.starts_with("'\"'") => 3,
            '\'' if rest.starts_with("'\\\"'") => 4,
            _ => {
                code.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_string(text: &str) -> Option<usize> {
    let hashes = text[1..].chars().take_while(|&c| c == '#').count();
    let body = text.get(1 + hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(text.len() - body.len() + body.find(&end)? + end.len())
}

/// The names of the tables `[dependencies]` of a manifest, the package itself aside.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines().filter(|line| !line.starts_with('#')) {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table.ends_with("dependencies");
        } else if let Some((name, _)) = line.split_once(['=', '.'])
            && inside
            && !line.starts_with('#')
        {
            names.push(name.trim().to_owned());
        }
    }
    names.retain(|name| name != "sesam-transport");
    names
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut paths = Vec::new();
    collect(&src, &mut paths);
    assert!(paths.len() > 10, "the walk over src/ found almost nothing");
    let source = |path: &PathBuf| {
        let name = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        Source::new(&name, &read(path))
    };
    paths.iter().map(source).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
}

/// The rules themselves: each must see what it forbids, and nothing else.
mod planted {
    use super::{Source, dependencies, names_after};

    #[track_caller]
    fn layers(name: &str, text: &str, forbidden: &[&str]) {
        let file = Source::new(name, text);
        let layer = file.layer().expect("a file of a layer");
        assert_eq!(file.forbidden_layers(layer), forbidden, "{name}: {text}");
    }

    #[test]
    fn layers_are_seen_however_they_are_written() {
        layers("site/host.rs", "use crate::safety::Grade;", &["safety"]);
        layers("site/host.rs", "use crate::{ini, stpd::{a, b}, site::Host};", &["ini", "stpd"]);
        layers("site/host.rs", "fn f() -> crate::ini::Span {}", &["ini"]);
        layers("site/host.rs", "use super::super::ini::Span;", &["ini"]);
        layers("site/mod.rs", "use super::ini::Span;", &["ini"]);
        layers("transition/planner/host.rs", "use super::super::super::ini::Span;", &["ini"]);
        layers("safety/mod.rs", "use crate::transition::Plan;", &["transition"]);
        layers("transition/mod.rs", "use crate::{safety, site, stpd};", &["stpd"]);
    }

    #[test]
    fn what_is_allowed_is_not_reported() {
        layers("site/host.rs", "use super::site::Site; use crate::site::Host;", &[]);
        layers("stpd/mod.rs", "use crate::{ini::Document, site::Ports};", &[]);
        layers("ini/line.rs", "/// See [`crate::site::Site`].\n// crate::site::Site\n", &[]);
        layers("ini/line.rs", "let a = \"crate::site\"; let b = r#\"crate::site \"x\" \"#;", &[]);
    }

    #[test]
    fn planner_and_checker_are_told_apart() {
        let wrong = |name, text| Source::new(name, text).confusion_of_judge_and_party().is_some();
        assert!(wrong("transition/planner/mod.rs", "use super::checker::Counters;"));
        assert!(wrong("transition/planner.rs", "use crate::transition::checker::check;"));
        assert!(wrong("transition/checker/mod.rs", "use super::super::planner::targets;"));
        assert!(wrong("transition/planner/mod.rs", "use crate::safety::Grade;"));
        assert!(wrong("transition/planner/mod.rs", "use crate::{safety::{legs, Grade}, site};"));
        assert!(!wrong(
            "transition/planner/mod.rs",
            "use super::grade::Grade; crate::safety::legs"
        ));
        assert!(!wrong("transition/mod.rs", "mod planner; mod checker; use checker::check;"));
        assert!(!wrong("transition/planner/mod.rs", "// as the checker::check does"));
    }

    #[test]
    fn words_of_the_domain_are_seen_in_comments_too() {
        let words = |text| Source::new("ini/line.rs", text).domain_words();
        assert_eq!(words("// the FTP port"), ["ftp"]);
        assert_eq!(words("const KEY: &str = \"STPD_PORT\";"), ["stpd"]);
        assert!(
            words("pub const fn stpd() -> Self {} Dialect::stpd(); words, https://x").is_empty()
        );
    }

    #[test]
    fn everything_outside_the_arguments_is_seen() {
        let names = |text| Source::new("site/host.rs", text).foreign_names();
        assert_eq!(names("std::fs::read(x)"), ["std::fs"]);
        assert_eq!(names("use std::{borrow::Cow, fs, time::Instant};"), ["std::fs", "Instant"]);
        assert_eq!(names("use std::collections::HashMap;"), ["HashMap"]);
        assert!(names("use std::{borrow::Cow, fmt}; // std::fs").is_empty());
    }

    #[test]
    fn dependencies_are_read_from_every_form() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\nb.workspace = true\n\
                        sesam-transport = { path = \"..\" }\n[dev-dependencies]\n# d = e\nc = { version = \"1\" }\n";
        assert_eq!(dependencies(manifest), ["a", "b", "c"]);
    }

    #[test]
    fn heads_of_groups_are_found() {
        let found = names_after("use crate::{a::{b, c}, d}; mycrate::e; crate::f", "crate::");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "d", "f"]);
    }
}
