//! The text of a document, and the places in it.

use core::ops::Range;

use super::{
    Document, Format,
    document::{VERSION_KEY, version_path},
    lines::{Lines, first_line, position_after},
    node::{Node, SyntaxError, Tree, Value, json_message},
    reader::Reader,
    report::Report,
    shape::Shape,
    strict::Strict,
};
use crate::site::{Fault, FaultKind, Faults, Path, Position, Segment, SiteDraft, version::Version};

/// The text of a document in a known format.
///
/// What is read from it borrows from it. Faults that are found later, by [`Site::try_from`](crate::site::Site) or
/// [`stpd::resolve`](crate::stpd::resolve), get their places from [`Source::locate`].
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    text: &'a str,
    format: Format,
}

impl<'a> Source<'a> {
    /// Takes the bytes of a file. A byte order mark is dropped.
    ///
    /// # Errors
    ///
    /// One fault, with its place, where the bytes are not UTF-8.
    pub fn new(bytes: &'a [u8], format: Format) -> Result<Self, Faults> {
        match str::from_utf8(bytes) {
            Ok(text) => Ok(Self { text: text.strip_prefix('\u{feff}').unwrap_or(text), format }),
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let mut fault = Fault::new(Path::default(), FaultKind::NotUtf8);
                fault.position = str::from_utf8(valid).ok().map(position_after);
                Err(fault.into())
            }
        }
    }

    /// The text, to which the spans of faults refer.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Gives faults that were found in what was read from this text their places in it, and their order.
    #[must_use]
    pub fn locate(&self, mut faults: Faults) -> Faults {
        let lines = Lines::of(self.text);
        let listed = faults.listed_mut();
        let is_open = |fault: &&mut Fault| fault.position.is_none();
        let mut paths = Vec::new();
        for fault in listed.iter_mut().filter(is_open) {
            paths.push(fault.path.clone());
            paths.extend(fault.kind.first().cloned());
        }
        let mut spans = self.spans(&paths, &lines).into_iter();
        for fault in listed.iter_mut().filter(is_open) {
            let span = spans.next().flatten();
            fault.position = span.as_ref().map(|span| lines.position(span.start));
            fault.span = span.map(|span| first_line(self.text, span));
            if fault.kind.first().is_some() {
                let first = spans.next().flatten();
                fault.first = first.map(|span| lines.position(span.start));
            }
        }
        faults.sort();
        faults
    }

    /// The places of values in this text, in the order of `paths`; that of the nearest value around one that is not
    /// there, and `None` only where the text cannot be parsed.
    #[must_use]
    pub fn positions(&self, paths: &[Path]) -> Vec<Option<Position>> {
        let lines = Lines::of(self.text);
        let position = |span: Option<Range<usize>>| Some(lines.position(span?.start));
        self.spans(paths, &lines).into_iter().map(position).collect()
    }

    fn spans(&self, paths: &[Path], lines: &Lines<'_>) -> Vec<Option<Range<usize>>> {
        let mut spans = vec![None; paths.len()];
        if let Ok(tree) = Tree::parse(self.text, self.format, lines) {
            let wanted = paths.iter().map(Path::segments).enumerate().collect();
            find(tree.root(), wanted, &mut |at, span| {
                if let Some(found) = spans.get_mut(at) {
                    *found = Some(span);
                }
            });
        }
        spans
    }

    /// Reads a document of any type.
    pub(crate) fn read<T: Document<'a>>(&self) -> Result<T, Faults> {
        match self.read_sound() {
            Ok(document) => Ok(document),
            Err(reason) => self.read_faulty(reason),
        }
    }

    /// Reads a document without keeping track of places; the reason where that fails.
    fn read_sound<T: Document<'a>>(&self) -> Result<T, String> {
        let document = match self.format {
            Format::Toml => read_toml(self.text).map_err(|error| error.message().to_owned()),
            Format::Json => read_json(self.text).map_err(|error| json_message(&error)),
        };
        let document: T = document?;
        Version::of(document.format_version()).map(|_| document).ok_or_else(String::new)
    }

    /// Reads a document part by part and lists its faults; there are none where all that `read_sound` stumbled over
    /// are keys of a newer format.
    fn read_faulty<T: Document<'a>>(&self, reason: String) -> Result<T, Faults> {
        let lines = Lines::of(self.text);
        let tree = Tree::parse(self.text, self.format, &lines)
            .map_err(|error| self.syntax_fault(error, &lines))?;
        let root = tree.root();
        let is_newer = self.version(root, &lines)?.is_some_and(Version::is_newer);
        let shape = Shape::of::<T>();
        let mut report = Report::new(self.text, &lines, is_newer);
        let document = T::deserialize(Reader::new(Some(root), &shape, &mut report));
        match document {
            Ok(document) if report.faults.count() == 0 => Ok(document),
            Ok(document) => {
                let further = self.locate(document.further_faults(&report.spoilt));
                report.faults.append(further);
                Err(report.faults)
            }
            Err(_) if report.faults.count() > 0 => {
                report.faults.sort();
                Err(report.faults)
            }
            Err(error) => {
                let message = if reason.is_empty() { error.to_string() } else { reason };
                report.fault(0..0, FaultKind::Refused { message });
                Err(report.faults)
            }
        }
    }

    fn syntax_fault(&self, error: SyntaxError, lines: &Lines<'_>) -> Faults {
        let SyntaxError { span, message } = error;
        let kind = FaultKind::Syntax { format: self.format, message };
        self.fault_at(span, Path::default(), kind, lines).into()
    }

    /// The version of the document; `None` where it is missing or no text, which the reader reports.
    ///
    /// A document of another major version is refused at once: what else is wrong with it nobody can tell.
    fn version(&self, root: Node<'_, '_>, lines: &Lines<'_>) -> Result<Option<Version>, Faults> {
        let Some(node) = root.entry(VERSION_KEY) else { return Ok(None) };
        let Value::Text(text) = node.value() else { return Ok(None) };
        let version = Version::of(&text);
        if version.is_none() {
            let kind = FaultKind::Version { text: text.into_owned() };
            return Err(self.fault_at(node.span(), version_path(), kind, lines).into());
        }
        Ok(version)
    }

    fn fault_at(
        &self,
        span: Range<usize>,
        path: Path,
        kind: FaultKind,
        lines: &Lines<'_>,
    ) -> Fault {
        let mut fault = Fault::new(path, kind);
        fault.position = Some(lines.position(span.start));
        fault.span = Some(first_line(self.text, span));
        fault
    }
}

impl<'a> SiteDraft<'a> {
    /// Reads a site file.
    ///
    /// # Errors
    ///
    /// Every fault of the file with its place: where it cannot be read, those of the parts that can be are listed as
    /// well. A draft that can be read is not yet checked: that is what [`Site::try_from`](crate::site::Site) and
    /// [`stpd::resolve`](crate::stpd::resolve) do; [`Source::locate`] gives their faults the places.
    pub fn read(source: &Source<'a>) -> Result<Self, Faults> {
        source.read()
    }
}

fn read_toml<'a, T: Document<'a>>(text: &'a str) -> Result<T, toml::de::Error> {
    T::deserialize(Strict(toml::Deserializer::parse(text)?))
}

fn read_json<'a, T: Document<'a>>(text: &'a str) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let document = T::deserialize(Strict(&mut deserializer))?;
    deserializer.end()?;
    Ok(document)
}

/// Calls `found` with the index and the span of each wanted value, in one walk through the document.
fn find<'p>(
    node: Node<'_, '_>,
    mut wanted: Vec<(usize, &'p [Segment])>,
    found: &mut impl FnMut(usize, Range<usize>),
) {
    wanted.sort_by_key(|(_, segments)| segments.first());
    // The value itself is the answer for what is not in it.
    for (at, _) in &wanted {
        found(*at, node.span());
    }
    let mut value = None;
    for group in wanted.chunk_by(|(_, one), (_, other)| one.first() == other.first()) {
        let Some((_, [segment, ..])) = group.first() else { continue };
        let below = match (value.get_or_insert_with(|| node.value()), segment) {
            (Value::Table(entries), Segment::Key(key)) => {
                entries.iter().find(|entry| entry.key == *key).map(|entry| entry.value)
            }
            (Value::List(nodes), Segment::Index(index)) => nodes.get(*index).copied(),
            _ => None,
        };
        if let Some(below) = below {
            let rest = |&(at, segments): &(usize, &'p [Segment])| {
                (at, segments.get(1..).unwrap_or_default())
            };
            find(below, group.iter().map(rest).collect(), found);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::{Value, json};

    use super::{Document, FaultKind, Format, SiteDraft, Source};

    /// Asserts that both ways of reading come to the same end on each document that differs from a sound one in one
    /// value: wrong, missing, or with a key too many.
    pub(crate) fn both_ways_agree<T>(sound: &Value)
    where
        T: for<'a> Reads<'a>,
    {
        let mut pointers = Vec::new();
        point_into(sound, String::new(), &mut pointers);
        assert!(T::agree(&sound.to_string()), "{sound}");
        for pointer in &pointers {
            for wrong in wrong_values() {
                let mut document = sound.clone();
                *document.pointer_mut(pointer).unwrap() = wrong;
                assert!(T::agree(&document.to_string()), "{pointer}: {document}");
            }
            let mut document = sound.clone();
            let Some((table, key)) = pointer.rsplit_once('/') else { continue };
            let Some(Value::Object(table)) = document.pointer_mut(table) else { continue };
            let value = table.remove(key).unwrap();
            table.insert("unheard_of".to_owned(), value.clone());
            assert!(T::agree(&document.to_string()), "{pointer}: {document}");
            let table = document.pointer_mut(pointer.rsplit_once('/').unwrap().0).unwrap();
            table.as_object_mut().unwrap().remove("unheard_of");
            assert!(T::agree(&document.to_string()), "{pointer}: {document}");
        }
    }

    /// A type of documents, for whatever text they borrow from.
    pub(crate) trait Reads<'a> {
        fn agree(text: &'a str) -> bool;
    }

    /// Whether both ways of reading come to the same end, with the same document, or faults with words of their own.
    pub(crate) fn agree<'a, T: Document<'a> + PartialEq>(text: &'a str) -> bool {
        let source = Source { text, format: Format::Json };
        match (source.read_sound::<T>(), source.read_faulty::<T>(String::new())) {
            (Ok(one), Ok(other)) => one == other,
            (Err(_), Err(faults)) => {
                !faults.listed().iter().any(|fault| matches!(fault.kind, FaultKind::Refused { .. }))
            }
            _ => false,
        }
    }

    impl<'a> Reads<'a> for SiteDraft<'static> {
        fn agree(text: &'a str) -> bool {
            agree::<SiteDraft<'a>>(text)
        }
    }

    fn wrong_values() -> Vec<Value> {
        vec![
            json!(null),
            json!(0),
            json!(1),
            json!(70000),
            json!(-1),
            json!(1.0),
            json!(true),
            json!(""),
            json!("off"),
            json!("server"),
            json!([]),
            json!([1]),
            json!(["a"]),
            json!({}),
            json!({"type": "restart", "host": "h"}),
            json!({"url": "u"}),
        ]
    }

    fn point_into(value: &Value, at: String, pointers: &mut Vec<String>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    point_into(value, format!("{at}/{key}"), pointers);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    point_into(item, format!("{at}/{index}"), pointers);
                }
            }
            _ => {}
        }
        pointers.push(at);
    }

    #[test]
    fn both_ways_of_reading_a_site_agree() {
        both_ways_agree::<SiteDraft<'static>>(&json!({
            "format_version": "1.0",
            "assumptions": {"blank_scope": "host"},
            "policy": {"reassign": "blank", "retire": ["ftp"], "except_hosts": ["s"]},
            "hosts": [{
                "name": "s", "role": "server", "os": "linux", "avx": "no", "stpd_ini": "a",
                "configured": {"ftp": 1, "http": "off", "https": "unknown"}, "running": {},
                "https_port": 5, "interfaces": ["a", {"url": "b", "listener": 6}],
            }],
            "tasks": [{
                "id": "t", "kind": "migration", "form": "task", "host": "s", "interface": "a",
                "source_host": "s", "reassign": "blank",
            }],
            "globals": [{"key": "k", "user": "u", "value": "v"}],
            "settings": [{"section": "x", "key": "k", "value": "v", "hosts": ["s"]}],
            "waivers": [{"host": "s", "condition": "abort", "reason": "r", "until": "2027-01-01"}],
        }));
    }
}
