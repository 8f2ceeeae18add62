//! `ini`: the lossless rewriter by itself, bytes in and bytes out.

use std::{borrow::Cow, path::Path};

use serde::Serialize;
use sesam_transport::ini::{
    Dialect, Document, Edit, Match, NotFound, Patch, Planned, Quoted, Refusal, RefusedAt, Section,
    State, Target, plan_all,
};

use super::Answer;
use crate::{
    args::{Edit as Wanted, Format, IniArguments},
    failure::Failure,
    input,
    output::{self, Seen},
    text::{self, Table},
};

/// Edits or lists an INI file.
pub(crate) fn run(
    arguments: &IniArguments,
    wanted: &[Wanted<'_>],
    format: Format,
) -> Result<Answer, Failure> {
    if arguments.in_place && input::is_standard_input(&arguments.file) {
        let message = "standard input cannot be edited in place".to_owned();
        return Err(Failure::Refused(message));
    }
    output::require_other_file(arguments.output.as_deref(), &[])?;
    let seen = arguments.in_place.then(|| seen(&arguments.file)).transpose()?;
    let bytes = input::bytes(&arguments.file)?;
    if arguments.list {
        return list(arguments, &bytes, format);
    }
    let request = Request::new(arguments, wanted)?;
    match request.planned(&bytes)? {
        Ok(patch) => {
            write(arguments, &bytes, patch.as_ref(), seen.as_ref())?;
            Ok(Answer::Yes)
        }
        Err(missing) => {
            output::complain(&missing);
            Ok(Answer::No)
        }
    }
}

/// Writes the bytes as the patch leaves them, in pieces: what it leaves alone is not copied.
fn write(
    arguments: &IniArguments,
    bytes: &[u8],
    patch: Option<&Patch<'_>>,
    seen: Option<&Seen>,
) -> Result<(), Failure> {
    let slices = patch.map(|patch| patch.slices(bytes)).transpose();
    let slices = slices.map_err(|error| Failure::Refused(error.to_string()))?;
    let unchanged = patch.is_none().then_some(bytes);
    let pieces = slices.into_iter().flatten().chain(unchanged);
    match (&arguments.output, seen) {
        (Some(output), _) => output::replace_with_bytes(output, pieces),
        (None, None) => output::print_bytes(pieces),
        // A file that would not change keeps its date, too.
        (None, Some(_)) if patch.is_none() => Ok(()),
        (None, Some(seen)) => output::edit_in_place(&arguments.file, seen, pieces),
    }
}

/// How the file is before it is read.
fn seen(file: &Path) -> Result<Seen, Failure> {
    Seen::now(file).map_err(|error| Failure::Read(file.to_owned(), error))
}

/// The section that edits are for where none is named.
const SECTION: &[u8] = b"STPD_Server";

fn names(arguments: &IniArguments) -> Match {
    if arguments.ignore_case { Match::IgnoreCase } else { Match::Exact }
}

/// The edits as bytes.
struct Request<'a> {
    file: &'a Path,
    section: Cow<'a, [u8]>,
    names: Match,
    missing_ok: bool,
    edits: Vec<(Kind, Cow<'a, [u8]>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Disable,
    Enable,
    Set,
    Remove,
}

impl<'a> Request<'a> {
    fn new(arguments: &'a IniArguments, wanted: &[Wanted<'a>]) -> Result<Self, Failure> {
        let edit = |wanted: &Wanted<'a>| {
            let (kind, text) = match *wanted {
                Wanted::Disable(key) => (Kind::Disable, key),
                Wanted::Enable(key) => (Kind::Enable, key),
                Wanted::Set(key) => (Kind::Set, key),
                Wanted::Remove(key) => (Kind::Remove, key),
            };
            let bytes = input::argument_bytes(text)?;
            if kind == Kind::Set && !bytes.contains(&b'=') {
                let text = text.to_string_lossy();
                return Err(Failure::Refused(format!("`--set {text}` needs a value: KEY=VALUE")));
            }
            Ok((kind, bytes))
        };
        Ok(Self {
            file: &arguments.file,
            section: match &arguments.section {
                Some(section) => input::argument_bytes(section)?,
                None => Cow::Borrowed(SECTION),
            },
            names: names(arguments),
            missing_ok: arguments.missing_ok,
            edits: wanted.iter().map(edit).collect::<Result<_, _>>()?,
        })
    }

    /// What all edits come to, if anything; the inner error says what was not found.
    fn planned<'e>(
        &'e self,
        bytes: &'e [u8],
    ) -> Result<Result<Option<Patch<'e>>, String>, Failure> {
        let mut edits: Vec<Edit<'_>> =
            self.edits.iter().map(|(kind, text)| self.edit(*kind, text)).collect();
        let mut numbers: Vec<usize> = (1..=edits.len()).collect();
        loop {
            match plan_all(bytes, Dialect::stpd(), &edits) {
                Ok(Planned::Changed(patch)) => return Ok(Ok(Some(patch))),
                Ok(Planned::Unchanged) => return Ok(Ok(None)),
                Ok(Planned::NotFound { index, .. }) if self.missing_ok && index < edits.len() => {
                    let _ = edits.remove(index);
                    let _ = numbers.remove(index);
                }
                Ok(Planned::NotFound { index, missing }) => {
                    return Ok(Err(self.not_found(edits.get(index), missing)));
                }
                Err(RefusedAt { index, refusal }) => {
                    return Err(self.refused(numbers.get(index), &refusal));
                }
            }
        }
    }

    fn edit<'e>(&'e self, kind: Kind, text: &'e [u8]) -> Edit<'e> {
        let (key, value) = match text.iter().position(|&byte| byte == b'=') {
            // Without a value there is nothing to cut off: a key may be anything then.
            Some(at) if matches!(kind, Kind::Enable | Kind::Set) => {
                let (key, value) = text.split_at(at);
                (key, value.split_first().map(|(_, value)| value))
            }
            _ => (text, None),
        };
        let target = Target { section: &self.section, key, names: self.names };
        match kind {
            Kind::Disable => Edit::disable(target),
            Kind::Enable => Edit::enable(target, value),
            Kind::Set => Edit::set(target, value.unwrap_or_default()),
            Kind::Remove => Edit::remove(target),
        }
    }

    fn not_found(&self, edit: Option<&Edit<'_>>, missing: NotFound) -> String {
        let file = text::file_name(self.file);
        let section = Quoted::from(&*self.section);
        let key = Quoted::from(edit.map_or(&[][..], |edit| edit.target.key));
        let what = match missing {
            NotFound::Section => format!("there is no section {section}"),
            NotFound::Key => format!("there is no key {key} in section {section}"),
            NotFound::ActiveKey => format!("{key} is only commented in section {section}"),
        };
        format!("not found: `{file}`: {what}\nnothing was written\n")
    }

    fn refused(&self, number: Option<&usize>, refusal: &Refusal) -> Failure {
        let file = text::file_name(self.file);
        let edit = match number {
            Some(number) if self.edits.len() > 1 => format!("edit {number}: "),
            _ => String::new(),
        };
        Failure::Refused(format!("refused: `{file}`: {edit}{refusal}\nnothing was written"))
    }
}

/// What `--list` says.
#[derive(Debug, Serialize)]
struct Listing {
    format_version: &'static str,
    encoding: &'static str,
    sections: Vec<ListedSection>,
}

#[derive(Debug, Serialize)]
struct ListedSection {
    name: String,
    /// None for the lines before the first header.
    line: Option<usize>,
    #[serde(skip_serializing_if = "is_false")]
    lossy: bool,
    keys: Vec<ListedKey>,
}

#[derive(Debug, Serialize)]
struct ListedKey {
    key: String,
    value: Option<String>,
    state: &'static str,
    line: usize,
    #[serde(skip_serializing_if = "is_false")]
    lossy: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

fn list(arguments: &IniArguments, bytes: &[u8], format: Format) -> Result<Answer, Failure> {
    let document = Document::parse(bytes, Dialect::stpd());
    let listing = match &arguments.section {
        None => Listing::of(&document),
        Some(section) => {
            let section = input::argument_bytes(section)?;
            if !document.encoding().is_editable() {
                let (file, encoding) = (text::file_name(&arguments.file), document.encoding());
                let message =
                    format!("refused: `{file}`: text in {encoding} cannot be listed by section");
                return Err(Failure::Refused(message));
            }
            let listing = Listing::of_section(&document, &section, names(arguments));
            if listing.sections.is_empty() {
                let file = text::file_name(&arguments.file);
                let section = Quoted::from(&*section);
                output::complain(&format!("not found: `{file}`: there is no section {section}\n"));
                return Ok(Answer::No);
            }
            listing
        }
    };
    match format {
        Format::Json => output::print_json(&listing)?,
        Format::Text => output::print(&listing.to_text())?,
    }
    Ok(Answer::Yes)
}

impl Listing {
    fn of(document: &Document<'_>) -> Self {
        let is_worth_it =
            |section: &Section<'_>| section.line().is_some() || section.keys().next().is_some();
        Self::with(document, is_worth_it)
    }

    /// Every block of one section.
    fn of_section(document: &Document<'_>, wanted: &[u8], names: Match) -> Self {
        Self::with(document, |section| section.is_named(wanted, names))
    }

    fn with(document: &Document<'_>, is_listed: impl Fn(&Section<'_>) -> bool) -> Self {
        let section = |section: Section<'_>| {
            let (name, lossy) = lossy(section.name());
            let keys = section.keys().map(|found| ListedKey::of(&found)).collect();
            ListedSection { name, line: section.line(), lossy, keys }
        };
        Self {
            format_version: "1.0",
            encoding: document.encoding().name(),
            sections: document.sections().filter(is_listed).map(section).collect(),
        }
    }

    fn to_text(&self) -> String {
        let mut table = Table::new(["line", "state", "key", "value"]);
        for section in &self.sections {
            if let Some(line) = section.line {
                table.row([
                    line.to_string(),
                    String::new(),
                    format!("[{}]", section.name),
                    String::new(),
                ]);
            }
            for ListedKey { key, value, state, line, lossy: _ } in &section.keys {
                let value = value.clone().unwrap_or_default();
                table.row([line.to_string(), (*state).to_owned(), key.clone(), value]);
            }
        }
        format!("encoding: {}\n{}", self.encoding, table.to_text())
    }
}

impl ListedKey {
    fn of(found: &sesam_transport::ini::Occurrence<'_>) -> Self {
        let (key, lossy_key) = lossy(found.key());
        let value = found.value().map(lossy);
        Self {
            key,
            lossy: lossy_key || value.as_ref().is_some_and(|(_, lossy)| *lossy),
            value: value.map(|(value, _)| value),
            state: match found.state() {
                State::Active => "active",
                State::Commented => "commented",
            },
            line: found.line(),
        }
    }
}

/// The bytes as text, and whether some of them were not.
fn lossy(bytes: &[u8]) -> (String, bool) {
    let text = String::from_utf8_lossy(bytes);
    let lossy = matches!(text, Cow::Owned(_));
    (text.into_owned(), lossy)
}
