//! A process that is stopped before each of its file calls, and killed before one of them.

use std::{
    fs::{self, File},
    os::unix::{fs::FileExt as _, process::ExitStatusExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
};

use nix::{
    libc,
    sys::{
        ptrace,
        signal::{Signal, kill},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};

/// A system call on a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) path: PathBuf,
}

/// How a traced process ended, and the file calls that it began.
pub(crate) struct Traced {
    pub(crate) status: ExitStatus,
    pub(crate) calls: Vec<Call>,
    /// The call that it was killed before.
    pub(crate) stopped_before: Option<Call>,
    pub(crate) stdout: Vec<u8>,
}

/// Where a call says which file it is for.
#[derive(Clone, Copy)]
enum Named {
    /// An open file, as the first argument.
    Open,
    /// A path, as this argument.
    Path(usize),
}

/// The calls that open, read, change, name, lock, sync and close files.
const CALLS: [(i64, &str, Named); 33] = [
    (libc::SYS_open, "open", Named::Path(0)),
    (libc::SYS_openat, "open", Named::Path(1)),
    (libc::SYS_creat, "open", Named::Path(0)),
    (libc::SYS_read, "read", Named::Open),
    (libc::SYS_pread64, "read", Named::Open),
    (libc::SYS_write, "write", Named::Open),
    (libc::SYS_pwrite64, "write", Named::Open),
    (libc::SYS_writev, "write", Named::Open),
    (libc::SYS_ftruncate, "truncate", Named::Open),
    (libc::SYS_fsync, "sync", Named::Open),
    (libc::SYS_fdatasync, "sync", Named::Open),
    (libc::SYS_close, "close", Named::Open),
    (libc::SYS_flock, "lock", Named::Open),
    (libc::SYS_fchmod, "chmod", Named::Open),
    (libc::SYS_chmod, "chmod", Named::Path(0)),
    (libc::SYS_fchmodat, "chmod", Named::Path(1)),
    (libc::SYS_fchown, "chown", Named::Open),
    (libc::SYS_chown, "chown", Named::Path(0)),
    (libc::SYS_fchownat, "chown", Named::Path(1)),
    (libc::SYS_setxattr, "set attribute", Named::Path(0)),
    (libc::SYS_lsetxattr, "set attribute", Named::Path(0)),
    (libc::SYS_fsetxattr, "set attribute", Named::Open),
    (libc::SYS_rename, "rename", Named::Path(0)),
    (libc::SYS_renameat, "rename", Named::Path(1)),
    (libc::SYS_renameat2, "rename", Named::Path(1)),
    (libc::SYS_unlink, "unlink", Named::Path(0)),
    (libc::SYS_unlinkat, "unlink", Named::Path(1)),
    (libc::SYS_mkdir, "make folder", Named::Path(0)),
    (libc::SYS_mkdirat, "make folder", Named::Path(1)),
    (libc::SYS_link, "link", Named::Path(0)),
    (libc::SYS_linkat, "link", Named::Path(1)),
    (libc::SYS_symlink, "link", Named::Path(1)),
    (libc::SYS_utimensat, "set times", Named::Path(1)),
];

/// Runs a command; before its file call with this index in `folder` is carried out, all of it is killed.
///
/// Everything happens on one thread: to the kernel it is a thread that traces.
pub(crate) fn run(command: &Command, folder: &Path, kill_before: Option<usize>) -> Traced {
    std::thread::scope(|scope| {
        let tracer = scope.spawn(|| Tracer::start(command, folder, kill_before).follow());
        tracer.join().unwrap()
    })
}

struct Tracer<'f> {
    child: Child,
    folder: &'f Path,
    kill_before: Option<usize>,
    calls: Vec<Call>,
    stopped_before: Option<Call>,
    /// The threads that are inside a call: the next stop of each is the end of it.
    inside: Vec<Pid>,
}

impl<'f> Tracer<'f> {
    /// The command waits in a shell until it is traced, and takes the shell's place.
    fn start(command: &Command, folder: &'f Path, kill_before: Option<usize>) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "kill -STOP $$; exec \"$0\" \"$@\""]);
        shell.arg(command.get_program()).args(command.get_args());
        shell.current_dir(command.get_current_dir().unwrap());
        shell.stdin(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        // A pipe that nobody reads yet would stop a process that says much: this one says little.
        let child = shell.stdout(std::process::Stdio::piped()).spawn().unwrap();
        let tracer = Self {
            child,
            folder,
            kill_before,
            calls: Vec::new(),
            stopped_before: None,
            inside: Vec::new(),
        };
        waitpid(tracer.pid(), Some(WaitPidFlag::WUNTRACED)).unwrap();
        let options = ptrace::Options::PTRACE_O_TRACESYSGOOD
            | ptrace::Options::PTRACE_O_TRACECLONE
            | ptrace::Options::PTRACE_O_TRACEEXEC
            | ptrace::Options::PTRACE_O_EXITKILL;
        ptrace::seize(tracer.pid(), options).unwrap();
        kill(tracer.pid(), Signal::SIGCONT).unwrap();
        tracer
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }

    fn follow(mut self) -> Traced {
        let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        let status = loop {
            match waitpid(None, Some(flags)).unwrap() {
                WaitStatus::Exited(pid, code) if pid == self.pid() => {
                    break ExitStatus::from_raw(code << 8);
                }
                WaitStatus::Signaled(pid, signal, _) if pid == self.pid() => {
                    break ExitStatus::from_raw(signal as i32);
                }
                WaitStatus::PtraceSyscall(thread) => self.stopped_at_a_call(thread),
                // A signal goes on to the process; a stop that is the tracer's own does not.
                WaitStatus::Stopped(thread, signal) => go_on(thread, Some(signal)),
                WaitStatus::PtraceEvent(thread, _, _) => go_on(thread, None),
                _ => {}
            }
        };
        let mut stdout = Vec::new();
        std::io::Read::read_to_end(&mut self.child.stdout.take().unwrap(), &mut stdout).unwrap();
        Traced { status, calls: self.calls, stopped_before: self.stopped_before, stdout }
    }

    fn stopped_at_a_call(&mut self, thread: Pid) {
        if let Some(at) = self.inside.iter().position(|inside| *inside == thread) {
            self.inside.swap_remove(at);
        } else {
            self.inside.push(thread);
            if let Some(call) = self.call(thread) {
                if self.kill_before == Some(self.calls.len()) {
                    self.stopped_before = Some(call);
                    kill(self.pid(), Signal::SIGKILL).unwrap();
                    return;
                }
                self.calls.push(call);
            }
        }
        go_on(thread, None);
    }

    /// The file call that a thread is about to make in the folder.
    fn call(&self, thread: Pid) -> Option<Call> {
        let registers = ptrace::getregs(thread).ok()?;
        let number = i64::try_from(registers.orig_rax).ok()?;
        let (_, name, file) = CALLS.iter().find(|(call, _, _)| *call == number)?;
        let path = match *file {
            Named::Open => fs::read_link(format!("/proc/{thread}/fd/{}", registers.rdi)).ok()?,
            Named::Path(argument) => {
                let address = if argument == 0 { registers.rdi } else { registers.rsi };
                let path = text_at(thread, address)?;
                fs::read_link(format!("/proc/{thread}/cwd")).ok()?.join(path)
            }
        };
        let path = path.strip_prefix(self.folder).ok()?.to_owned();
        Some(Call { name, path })
    }
}

/// A thread that is gone by now needs no more.
fn go_on(thread: Pid, signal: Option<Signal>) {
    let _ = ptrace::syscall(thread, signal);
}

/// The text of a process at an address, up to its first zero byte.
fn text_at(thread: Pid, address: u64) -> Option<String> {
    let memory = File::open(format!("/proc/{thread}/mem")).ok()?;
    let mut bytes = [0; 4096];
    let read = memory.read_at(&mut bytes, address).ok()?;
    let text = bytes.get(..read)?.split(|byte| *byte == 0).next()?;
    String::from_utf8(text.to_owned()).ok()
}
