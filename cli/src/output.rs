//! Writes what was asked for, where it was asked for, and nothing before the answer is complete.

use std::{
    borrow::Cow,
    fs,
    io::{self, BufWriter, IoSlice, Write as _},
    path::Path,
    time::SystemTime,
};

use serde::Serialize;
use serde_json::ser::Formatter;

#[cfg(unix)]
use crate::attributes;
use crate::{failure::Failure, input};

/// Prints a text with styles: they reach terminals only.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    finished(anstream::stdout().lock().write_all(harmless(text).as_bytes()))
}

/// Prints bytes as they are; they come in pieces.
pub(crate) fn print_bytes<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    finished(write_pieces(&mut stdout, pieces).and_then(|()| stdout.flush()))
}

/// Prints a document as JSON.
pub(crate) fn print_json(document: &impl Serialize) -> Result<(), Failure> {
    let mut stdout = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    finished(write_json(&mut stdout, document).and_then(|()| stdout.flush()))
}

/// Prints a message for people.
pub(crate) fn complain(text: &str) {
    // Nothing is left to do where even that fails.
    let _ = anstream::stderr().lock().write_all(harmless(text).as_bytes());
}

/// Names come from files of anybody: what would steer the terminal is spelled out, except for colours.
fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_colour = c == '\x1b' && text.get(at..).is_some_and(starts_with_colour);
        if steers(c) && !is_colour {
            harmless.extend(c.escape_unicode());
        } else {
            harmless.push(c);
        }
    }
    Cow::Owned(harmless)
}

/// Control characters, and those that turn the direction of writing around.
fn steers(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text begins with one of the sequences for colours and weights, none of which hides anything.
fn starts_with_colour(text: &str) -> bool {
    let number = text.strip_prefix("\x1b[").and_then(|rest| rest.split_once('m')).map(|(n, _)| n);
    matches!(number.and_then(|n| n.parse::<u8>().ok()), Some(0..=4 | 30..=37 | 90..=97))
}

/// A reader that has gone, as in `| head`, has seen what it wanted.
fn finished(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(Failure::Print),
    }
}

/// An answer does not replace what it was made from.
pub(crate) fn require_other_file(output: Option<&Path>, read: &[&Path]) -> Result<(), Failure> {
    let Some(output) = output else { return Ok(()) };
    if input::is_standard_input(output) {
        let help = "`-` is no file to write to: without `-o` the answer goes to standard output";
        return Err(Failure::Refused(help.to_owned()));
    }
    let Some(target) = fs::canonicalize(output).ok().filter(|path| path.is_file()) else {
        return Ok(());
    };
    let is_target = |path: &&Path| fs::canonicalize(path).is_ok_and(|path| path == target);
    if read.iter().any(is_target) {
        let name = output.display();
        let help = format!("`{name}` is what the answer is made from: write it to another file");
        return Err(Failure::Refused(help));
    }
    Ok(())
}

/// Puts a document as JSON in place of the file at `path`.
pub(crate) fn replace_with_json(path: &Path, document: &impl Serialize) -> Result<(), Failure> {
    replace(path, None, |file| write_json(file, document))
}

/// Puts bytes in place of the file at `path`; they come in pieces.
pub(crate) fn replace_with_bytes<'p>(
    path: &Path,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> Result<(), Failure> {
    replace(path, None, |file| write_pieces(file, pieces))
}

/// The same with bytes made from those of the file, which nobody may have changed since it was seen.
pub(crate) fn edit_in_place<'p>(
    path: &Path,
    seen: &Seen,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> Result<(), Failure> {
    replace(path, Some(seen), |file| write_pieces(file, pieces))
}

/// What shows that a file was changed, as far as one can see without reading it again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    length: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    inode: u64,
}

impl Seen {
    pub(crate) fn now(path: &Path) -> io::Result<Self> {
        let found = fs::metadata(path)?;
        Ok(Self {
            length: found.len(),
            modified: found.modified().ok(),
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(&found),
        })
    }

    /// Fails where the file is another one by now.
    fn still_holds(&self, path: &Path) -> io::Result<()> {
        if Self::now(path)? == *self {
            return Ok(());
        }
        Err(io::Error::other(
            "it was changed meanwhile; what is there now was kept: run this again",
        ))
    }
}

/// The file at `path` is the old one or the new one at any moment, never a part.
///
/// Symbolic links are followed; mode, owner and extended attributes are kept, or else the old file stays. What is not a
/// file, such as a device, is written to directly.
fn replace(
    path: &Path,
    seen: Option<&Seen>,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let replaced = match fs::metadata(path) {
        Ok(old) if old.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(old) if !old.is_file() => {
            fs::OpenOptions::new().write(true).open(path).and_then(write_to(write))
        }
        Ok(_) => fs::canonicalize(path).and_then(|path| replace_file(&path, seen, write)),
        // What was read was there.
        Err(error) if seen.is_some() => Err(error),
        Err(_) => make_file(path, write),
    };
    replaced.map_err(|error| Failure::Write(path.to_owned(), error))
}

fn write_to(
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> impl FnOnce(fs::File) -> io::Result<()> {
    |file| {
        let mut file = BufWriter::with_capacity(1 << 16, file);
        write(&mut file)?;
        file.flush()
    }
}

fn make_file(
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<()> {
    written_beside(path, Readers::Usual, write)?
        .persist(path)
        .map(drop)
        .map_err(|error| error.error)
}

fn replace_file(
    path: &Path,
    seen: Option<&Seen>,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<()> {
    let file = written_beside(path, Readers::Owner, write)?;
    keep_attributes(path, file.path()).map_err(|error| {
        let reason = format!(
            "the new file cannot have its owner, mode and extended attributes ({error}): let its owner or root do this"
        );
        io::Error::new(error.kind(), reason)
    })?;
    // An old file is given up only for a new one that is on disk.
    file.as_file().sync_all()?;
    if let Some(seen) = seen {
        seen.still_holds(path)?;
    }
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(unix)]
fn keep_attributes(from: &Path, to: &Path) -> io::Result<()> {
    attributes::copy(from, to)
}

#[cfg(not(unix))]
fn keep_attributes(from: &Path, to: &Path) -> io::Result<()> {
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

/// A new file in the same folder, with all that is to be in it.
fn written_beside(
    path: &Path,
    readers: Readers,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<tempfile::NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = new_file_in(folder, readers).map_err(in_words)?;
    {
        let mut buffered = BufWriter::with_capacity(1 << 16, file.as_file_mut());
        write(&mut buffered)?;
        buffered.flush()?;
    }
    Ok(file)
}

/// The name of a file that nobody asked for explains nothing.
fn in_words(error: io::Error) -> io::Error {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "its folder does not exist",
        io::ErrorKind::PermissionDenied => "no file may be made in its folder",
        io::ErrorKind::ReadOnlyFilesystem => "its file system is read-only",
        io::ErrorKind::StorageFull => "its file system is full",
        _ => return error,
    };
    io::Error::new(error.kind(), reason)
}

/// Who may read a new file.
#[derive(Clone, Copy)]
enum Readers {
    /// Whoever may read any new file.
    Usual,
    /// Nobody else, before the file has the rights of the one that it replaces.
    Owner,
}

#[cfg(unix)]
fn new_file_in(folder: &Path, readers: Readers) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = match readers {
        Readers::Usual => 0o666,
        Readers::Owner => 0o600,
    };
    tempfile::Builder::new()
        .prefix(TEMPORARY)
        .permissions(fs::Permissions::from_mode(mode))
        .tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file_in(folder: &Path, _: Readers) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)
}

/// What the names of files begin with until they are whole.
const TEMPORARY: &str = ".sesam-transport-";

/// How many pieces are handed over at once; systems take about as many.
const PIECES: usize = 1024;

/// Writes pieces from where they are: none is copied to join another.
fn write_pieces<'p>(
    file: &mut dyn io::Write,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> io::Result<()> {
    // To hand over nothing would look like a file that takes nothing.
    let mut pieces = pieces.into_iter().filter(|piece| !piece.is_empty()).map(IoSlice::new);
    let mut batch = Vec::new();
    loop {
        batch.extend(pieces.by_ref().take(PIECES));
        let mut rest = batch.as_mut_slice();
        if rest.is_empty() {
            return Ok(());
        }
        while !rest.is_empty() {
            match file.write_vectored(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        batch.clear();
    }
}

fn write_json(mut file: impl io::Write, document: &impl Serialize) -> io::Result<()> {
    let mut blocks = Blocks { block: Vec::new(), file: &mut file };
    let mut serializer = serde_json::Serializer::with_formatter(&mut blocks, Lines::default());
    document.serialize(&mut serializer)?;
    blocks.write_all(b"\n")?;
    blocks.flush()
}

/// Hands bytes on in blocks: a plan is written in millions of pieces of a few bytes each.
struct Blocks<W: io::Write> {
    block: Vec<u8>,
    file: W,
}

impl<W: io::Write> Blocks<W> {
    const FULL: usize = 1 << 16;

    #[cold]
    fn hand_on(&mut self) -> io::Result<()> {
        self.file.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

impl<W: io::Write> io::Write for Blocks<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.block.extend_from_slice(bytes);
        if self.block.len() < Self::FULL { Ok(()) } else { self.hand_on() }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hand_on()?;
        self.file.flush()
    }
}

/// JSON that reads well and compares well: the outer levels indented, each element of a list on one line.
#[derive(Default)]
struct Lines {
    depth: usize,
    /// Whether the object or list that ends next has elements.
    filled: bool,
}

impl Lines {
    /// How many levels are spread over lines: the document, and its lists.
    const SPREAD: usize = 2;

    fn begin<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(bracket)
    }

    fn end<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        let spread = self.depth <= Self::SPREAD;
        self.depth -= 1;
        if spread && self.filled {
            self.new_line(writer)?;
        } else if self.filled && bracket == b"}" {
            writer.write_all(b" ")?;
        }
        self.filled = true;
        writer.write_all(bracket)
    }

    fn element<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
        object: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= Self::SPREAD {
            self.new_line(writer)
        } else if !first || object {
            writer.write_all(b" ")
        } else {
            Ok(())
        }
    }

    fn new_line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.element(writer, first, false)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.element(writer, first, true)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::{self, Write as _},
    };

    use super::{Seen, harmless, replace, write_json, write_pieces};

    /// Takes three bytes at a time, and nothing every other time.
    #[derive(Default)]
    struct Slow {
        taken: Vec<u8>,
        is_interrupted: bool,
    }

    impl io::Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.is_interrupted = !self.is_interrupted;
            if self.is_interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.taken.extend(bytes.iter().take(3));
            Ok(bytes.len().min(3))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn pieces_arrive_whole_and_in_order() {
        let all: Vec<u8> = (0..=255).cycle().take(5000).collect();
        let pieces: Vec<&[u8]> = all.chunks(2).flat_map(|piece| [piece, &[]]).collect();
        let mut slow = Slow::default();
        write_pieces(&mut slow, pieces).unwrap();
        assert_eq!(slow.taken, all);
        let full = write_pieces(&mut [0; 3].as_mut_slice(), [&b"12"[..], b"34"]).unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::WriteZero);
    }

    #[test]
    fn what_somebody_else_wrote_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stpd.ini");
        let write = |bytes: &[u8]| fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        write(b"old");
        let seen = Seen::now(&path).unwrap();
        let edit = |meanwhile: &dyn Fn()| {
            replace(&path, Some(&seen), |file| {
                meanwhile();
                file.write_all(b"edited")
            })
        };
        let refused = edit(&|| write(b"theirs")).unwrap_err();
        assert!(refused.to_text().contains("changed meanwhile"), "{}", refused.to_text());
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no other file is left");
        fs::remove_file(&path).unwrap();
        edit(&|| {}).unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nor made again");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_a_file_before_it_has_the_mode_of_the_old_one() {
        use std::{os::unix::fs::PermissionsExt as _, path::Path};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stpd.ini");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        fs::File::create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let mut meanwhile = Vec::new();
        let edited = replace(&path, None, |file| {
            let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
            meanwhile.extend(files.filter(|other| *other != path).map(|other| mode(&other)));
            file.write_all(b"edited")
        });
        edited.unwrap();
        assert_eq!(meanwhile, [0o600]);
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"edited".to_vec(), 0o644));
    }

    #[test]
    fn names_do_not_steer_the_terminal() {
        let spelled = |text| harmless(text).into_owned();
        assert_eq!(
            spelled("a\x1b[2J\x1b]0;x\x07\r\u{202e}b"),
            r"a\u{1b}[2J\u{1b}]0;x\u{7}\u{d}\u{202e}b"
        );
        assert_eq!(spelled("\x1b[8mhidden\x1b["), r"\u{1b}[8mhidden\u{1b}[");
        assert_eq!(spelled("\x1b[1m\x1b[32mPlan\x1b[0m:\n\tä"), "\x1b[1m\x1b[32mPlan\x1b[0m:\n\tä");
    }

    #[test]
    fn json_has_one_element_of_a_list_on_each_line() {
        let document = serde_json::json!({
            "a": 1, "empty": [], "none": {}, "object": { "b": 2, "c": [] },
            "steps": [{ "id": 1, "needs": [1, 2], "undo": {} }, { "id": 2 }],
        });
        let mut bytes = Vec::new();
        write_json(&mut bytes, &document).unwrap();
        let expected = r#"{
  "a": 1,
  "empty": [],
  "none": {},
  "object": {
    "b": 2,
    "c": []
  },
  "steps": [
    { "id": 1, "needs": [1, 2], "undo": {} },
    { "id": 2 }
  ]
}
"#;
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
