//! Every state that a crash can leave on disk, after each file call of a step, and every call failing in every way.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use sesam_transport::{
    run::{Entry, Journal, JournalFault, Record, Started},
    site::{SiteDraft, Transport},
    stpd::Change,
};

use super::{
    disk::Disk,
    ini_file::{Left, Prepared, Replaced, settle},
    journal_folder::JournalFolder,
};

const INI: &str = "/sesam/stpd.ini";
const JOURNAL: &str = "/plans/plan.json.journal";
const OLD: &[u8] = b"; mine\r\n[STPD_Server]\r\nSTPD_PORT=11001\r\nSTPD_HTTPS_PORT=11443\r\n";

/// A disk of which it is known what is on it for certain.
#[derive(Clone, Debug, Default)]
struct Memory {
    inodes: Vec<Inode>,
    names: BTreeMap<PathBuf, usize>,
    /// The names that outlast a power cut.
    safe: BTreeMap<PathBuf, usize>,
    /// What was done to names and is not safe.
    pending: Vec<NameChange>,
}

#[derive(Clone, Debug, Default)]
struct Inode {
    bytes: Vec<u8>,
    safe: Vec<u8>,
    pending: Vec<ByteChange>,
}

#[derive(Clone, Debug)]
enum NameChange {
    Put(PathBuf, usize),
    Remove(PathBuf),
    Rename(PathBuf, PathBuf, usize),
}

#[derive(Clone, Debug)]
enum ByteChange {
    Append(Vec<u8>),
    Truncate(usize),
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Put(path, inode) => drop(names.insert(path.clone(), *inode)),
            Self::Remove(path) => drop(names.remove(path)),
            Self::Rename(from, to, inode) => {
                names.remove(from);
                names.insert(to.clone(), *inode);
            }
        }
    }

    fn folder(&self) -> &Path {
        let (Self::Put(path, _) | Self::Remove(path) | Self::Rename(_, path, _)) = self;
        path.parent().unwrap()
    }
}

impl Memory {
    /// The file of the step and the folders around it, all safe.
    fn new() -> Self {
        let mut memory = Self::default();
        for (path, bytes) in [("/sesam", &b""[..]), ("/plans", b""), (INI, OLD)] {
            memory.inodes.push(Inode {
                bytes: bytes.to_vec(),
                safe: bytes.to_vec(),
                pending: Vec::new(),
            });
            memory.names.insert(path.into(), memory.inodes.len() - 1);
        }
        memory.safe = memory.names.clone();
        memory
    }

    fn inode(&mut self, path: &Path) -> io::Result<&mut Inode> {
        let inode = *self.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(&mut self.inodes[inode])
    }

    fn change(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.pending.push(change);
    }

    fn put(&mut self, path: &Path) -> io::Result<()> {
        if self.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !self.names.contains_key(path.parent().unwrap()) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.inodes.push(Inode::default());
        let inode = self.inodes.len() - 1;
        self.change(NameChange::Put(path.to_owned(), inode));
        Ok(())
    }

    /// What may be there after a power cut now; the last state is that of a process that was only killed.
    fn after_a_crash(&self) -> Vec<Self> {
        let mut states = Vec::new();
        for chosen in 0..1_u32 << self.pending.len() {
            let mut names = self.safe.clone();
            for (at, change) in self.pending.iter().enumerate() {
                if chosen >> at & 1 == 1 {
                    change.apply(&mut names);
                }
            }
            // What is in a folder that is not there is not there.
            let is_there = |path: &Path| {
                path.ancestors()
                    .skip(1)
                    .all(|folder| folder == Path::new("/") || names.contains_key(folder))
            };
            let kept: BTreeMap<_, _> = names
                .iter()
                .filter(|(path, _)| is_there(path))
                .map(|(path, inode)| (path.clone(), *inode))
                .collect();
            let mut inodes = vec![Vec::new()];
            for inode in &self.inodes {
                let variants = inode.after_a_crash();
                inodes = inodes
                    .into_iter()
                    .flat_map(|before: Vec<Inode>| {
                        variants.iter().map(move |variant| {
                            [&before[..], std::slice::from_ref(variant)].concat()
                        })
                    })
                    .collect();
            }
            states.extend(inodes.into_iter().map(|inodes| Self {
                inodes,
                names: kept.clone(),
                safe: kept.clone(),
                pending: Vec::new(),
            }));
        }
        states.push(self.clone());
        states
    }
}

impl Inode {
    fn after_a_crash(&self) -> Vec<Self> {
        let mut contents = BTreeSet::from([self.safe.clone(), self.bytes.clone()]);
        for chosen in 0..1_u32 << self.pending.len() {
            let mut states = vec![self.safe.clone()];
            for (at, change) in self.pending.iter().enumerate() {
                if chosen >> at & 1 == 1 {
                    states = states.iter().flat_map(|bytes| change.torn(bytes)).collect();
                }
            }
            contents.extend(states);
        }
        contents
            .into_iter()
            .map(|bytes| Self { safe: bytes.clone(), bytes, pending: Vec::new() })
            .collect()
    }
}

impl ByteChange {
    /// What a change may have come to: all of it, a part of it, or its length without its bytes.
    fn torn(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Self::Truncate(length) => vec![bytes[..bytes.len().min(*length)].to_vec()],
            Self::Append(more) => {
                let end = more.len();
                let cut = [0, 1, end / 2, end.saturating_sub(1), end];
                let cut = cut.into_iter().map(|end| more[..end].to_vec());
                let mut hole = vec![0; end];
                let mut late = hole.clone();
                let last = end.saturating_sub(1);
                late[last..].copy_from_slice(&more[last..]);
                hole[..end / 2].copy_from_slice(&more[..end / 2]);
                cut.chain([hole, late]).map(|more| [bytes, &more].concat()).collect()
            }
        }
    }
}

/// A disk that remembers its states, and may fail in one of its calls.
#[derive(Debug)]
struct Recorder {
    memory: RefCell<Memory>,
    /// What was called, and the disk right after it.
    calls: RefCell<Vec<(&'static str, Memory)>>,
    /// The call that fails, from 0, and how.
    fails: Option<(usize, i32)>,
}

impl Recorder {
    fn new(memory: Memory) -> Self {
        Self { memory: RefCell::new(memory), calls: RefCell::default(), fails: None }
    }

    fn call<T>(
        &self,
        name: &'static str,
        act: impl FnOnce(&mut Memory) -> io::Result<T>,
    ) -> io::Result<T> {
        let at = self.calls.borrow().len();
        let done = match self.fails {
            Some((failing, code)) if failing == at => Err(io::Error::from_raw_os_error(code)),
            _ => act(&mut self.memory.borrow_mut()),
        };
        self.calls.borrow_mut().push((name, self.memory.borrow().clone()));
        done
    }
}

impl Disk for Recorder {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.call("read", |memory| memory.inode(path).map(|inode| inode.bytes.clone()))
    }

    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        self.call("real path", |memory| memory.inode(path).map(|_| path.to_owned()))
    }

    fn create(&self, path: &Path) -> io::Result<()> {
        self.call("create", |memory| memory.put(path))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.call("create folder", |memory| {
            if memory.names.contains_key(path) { Ok(()) } else { memory.put(path) }
        })
    }

    fn copy_attributes(&self, _: &Path, _: &Path) -> io::Result<()> {
        self.call("copy attributes", |_| Ok(()))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let write = |memory: &mut Memory, bytes: &[u8]| {
            let inode = memory.inode(path)?;
            inode.bytes.extend_from_slice(bytes);
            inode.pending.push(ByteChange::Append(bytes.to_vec()));
            Ok(())
        };
        // A full disk takes a part.
        if self.fails.is_some_and(|(failing, _)| failing == self.calls.borrow().len()) {
            write(&mut self.memory.borrow_mut(), &bytes[..bytes.len() / 2])?;
        }
        self.call("append", |memory| write(memory, bytes))
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).unwrap();
        self.call("truncate", |memory| {
            let inode = memory.inode(path)?;
            if inode.bytes.len() > length {
                inode.bytes.truncate(length);
                inode.pending.push(ByteChange::Truncate(length));
            }
            Ok(())
        })
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.call("sync", |memory| {
            let inode = memory.inode(path)?;
            inode.safe = inode.bytes.clone();
            inode.pending.clear();
            Ok(())
        })
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.call("sync folder", |memory| {
            let (now, later) = core::mem::take(&mut memory.pending)
                .into_iter()
                .partition(|change| change.folder() == path);
            memory.pending = later;
            let now: Vec<NameChange> = now;
            for change in &now {
                change.apply(&mut memory.safe);
            }
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call("rename", |memory| {
            let inode = *memory.names.get(from).ok_or(io::ErrorKind::NotFound)?;
            memory.change(NameChange::Rename(from.to_owned(), to.to_owned(), inode));
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call("remove", |memory| {
            memory.inode(path)?;
            memory.change(NameChange::Remove(path.to_owned()));
            Ok(())
        })
    }
}

/// What the driver and the hands do about a plan of one step in a file, begun or gone on with.
fn carry_out(disk: &dyn Disk) -> Result<(), String> {
    let failed = |error: io::Error| format!("cannot write `{JOURNAL}`: {error}");
    disk.create_folder(Path::new(JOURNAL)).map_err(failed)?;
    let mut folder = JournalFolder::peek(JOURNAL.into());
    let records = folder.records(disk).map_err(|failure| failure.to_text())?;
    let journal = read(records.as_deref());
    let whole = journal.as_ref().map_or(0, |journal| journal.whole() as u64);
    folder.keep(disk, whole).map_err(|failure| failure.to_text())?;
    if journal.is_none() {
        let started = Started {
            format_version: "1.0".into(),
            plan: "of one step".into(),
            site: SiteDraft::default(),
            original: None,
        };
        append(&mut folder, disk, Record::Started(Box::new(started)), None).map_err(failed)?;
    }
    let journal = journal.as_ref();
    if journal.is_some_and(|journal| journal.finished() == [1]) {
        return Ok(());
    }
    let open = journal.filter(|journal| journal.open().is_some());
    let left = open.map(|journal| {
        let (_, change) = journal.files().last().unwrap();
        let hashes = vec![change.sha256_before.clone(), change.sha256_after.clone()];
        Left { hashes, kept: folder.bytes_folder() }
    });
    let change = Change::Disable(Transport::Ftp);
    let prepared = Prepared::new(disk, Path::new(INI), change, left.as_ref());
    let prepared = prepared.map_err(|unchanged| unchanged.to_string())?;
    if open.is_none() {
        for bytes in [&prepared.before, &prepared.after] {
            folder.store(disk, bytes).map_err(failed)?;
        }
        append(&mut folder, disk, Record::Begun(1), Some(&prepared)).map_err(failed)?;
    }
    if prepared.before == prepared.after {
        // It happened already.
        settle(disk, Path::new(INI))
            .map_err(|error| format!("`{INI}` cannot be put on disk: {error}"))?;
    } else {
        match prepared.put_in_place(disk) {
            Ok(Replaced::Durably) => {}
            Ok(Replaced::Perhaps(error)) => return Err(format!("`{INI}` may be gone: {error}")),
            Err(unchanged) => {
                append(&mut folder, disk, Record::Undone(1), None).map_err(failed)?;
                return Err(unchanged.to_string());
            }
        }
    }
    append(&mut folder, disk, Record::Done(1), None).map_err(failed)
}

fn append(
    folder: &mut JournalFolder,
    disk: &dyn Disk,
    record: Record<'_>,
    prepared: Option<&Prepared>,
) -> io::Result<()> {
    let file = prepared.map(|prepared| prepared.change.clone());
    folder.append(disk, &Entry { time: "now".into(), record, file })
}

fn read(records: Option<&[u8]>) -> Option<Journal<'_>> {
    match records.map(Journal::read).transpose() {
        Err(JournalFault::Empty) => None,
        read => read.unwrap(),
    }
}

/// What has to be so in every state that a crash can leave.
fn judge(state: &Memory, new: &[u8], context: &str) {
    let disk = Recorder::new(state.clone());
    let found = disk.read(Path::new(INI)).unwrap();
    assert!(
        found == OLD || found == new,
        "{context}: a third file: {}",
        String::from_utf8_lossy(&found)
    );
    let folder = JournalFolder::peek(JOURNAL.into());
    let records = folder.records(&disk).unwrap();
    let Some(journal) = read(records.as_deref()) else {
        assert_eq!(found, OLD, "{context}: changed before anything was announced");
        return;
    };
    let is_done = journal.finished() == [1];
    assert!(
        found == OLD || is_done || journal.open() == Some(1),
        "{context}: changed and not announced"
    );
    assert!(found == new || !is_done, "{context}: announced as done, and gone");
    for (_, change) in journal.files() {
        assert_eq!(folder.stored(&disk, &change.sha256_before).unwrap(), OLD, "{context}");
        assert_eq!(folder.stored(&disk, &change.sha256_after).unwrap(), new, "{context}");
    }
}

/// The step gone on with from a state; the calls that it took.
fn goes_on(state: Memory, new: &[u8], context: &str) -> Vec<(&'static str, Memory)> {
    let disk = Recorder::new(state);
    carry_out(&disk).unwrap_or_else(|error| panic!("{context}: {error}"));
    let calls = disk.calls.take();
    let end = disk.memory.into_inner();
    let disk = Recorder::new(end.clone());
    assert_eq!(disk.read(Path::new(INI)).unwrap(), new, "{context}");
    assert!(
        end.names.keys().all(|path| !path.to_string_lossy().contains(".stpd.ini")),
        "{context}"
    );
    let records = disk.read(&Path::new(JOURNAL).join("journal.jsonl")).unwrap();
    let text = String::from_utf8(records).unwrap();
    assert_eq!(text.matches("\"done\":1").count(), 1, "{context}: {text}");
    calls
}

fn new() -> Vec<u8> {
    let disk = Recorder::new(Memory::new());
    let change = Change::Disable(Transport::Ftp);
    Prepared::new(&disk, Path::new(INI), change, None).unwrap().after
}

#[test]
fn a_crash_after_any_call_leaves_the_old_file_or_the_new_one() {
    let new = new();
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mut resumed = 0;
    let calls = goes_on(Memory::new(), &new, "without a crash");
    for (at, (name, memory)) in calls.iter().enumerate() {
        for (which, state) in memory.after_a_crash().into_iter().enumerate() {
            let context = format!("call {at} ({name}), state {which}");
            judge(&state, &new, &context);
            *states.entry(name).or_default() += 1;
            // The run that goes on crashes, too.
            for (later, (name, memory)) in goes_on(state, &new, &context).iter().enumerate() {
                for state in memory.after_a_crash() {
                    judge(&state, &new, &format!("{context}; then call {later} ({name})"));
                    resumed += 1;
                }
            }
        }
    }
    assert!(states.len() >= 8 && resumed > 1000, "{states:?} {resumed}");
    println!(
        "{} calls, {states:?} states after a crash, {resumed} after a second one",
        calls.len()
    );
}

#[test]
fn a_call_that_fails_leaves_the_old_file_or_the_new_one_and_says_so() {
    const KINDS: [(i32, &str); 4] = [
        (28, "No space left on device"),
        (30, "Read-only file system"),
        (13, "Permission denied"),
        (5, "Input/output error"),
    ];
    let new = new();
    let calls = goes_on(Memory::new(), &new, "without a fault").len();
    for at in 0..calls {
        for (code, words) in KINDS {
            let mut disk = Recorder::new(Memory::new());
            disk.fails = Some((at, code));
            let told = carry_out(&disk);
            let memory = disk.memory.into_inner();
            let (name, _) = disk.calls.take()[at].clone();
            let context = format!("call {at} ({name}) fails with {words}: {told:?}");
            match told {
                Err(message) => {
                    assert!(message.contains(words), "{context}");
                    assert!(
                        message.contains(INI)
                            || message.contains(".stpd.ini")
                            || message.contains(JOURNAL),
                        "{context}"
                    );
                }
                // What an earlier run left is looked for, and was not there; bytes that cannot be read are stored again.
                Ok(()) => assert!(["remove", "read"].contains(&name), "{context}"),
            }
            judge(&memory, &new, &context);
            for state in memory.after_a_crash() {
                judge(&state, &new, &context);
            }
            goes_on(memory, &new, &context);
        }
    }
}
