//! The worker as a child process: started, heard, and ended or left behind; never waited for without a limit.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::child::ChildExt;

/// How long a worker that has nothing more to do may take to end by itself.
const GENTLE: Duration = Duration::from_millis(200);
/// How long a killed worker is waited for. One that hangs in the kernel cannot be killed, and is left behind.
const KILLED: Duration = Duration::from_millis(50);

/// A process that was left behind: its number may be given to another one day, its start time tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Process id.
    pub pid: u32,
    /// When it started, in clock ticks since the system did: field 22 of /proc/PID/stat.
    pub start: u64,
}

impl Left {
    fn of(pid: u32) -> Option<Self> {
        Some(Self { pid, start: stat(pid)?.1 })
    }

    /// Is it still there? A process all of whose threads have ended, and that only waits to be collected, is not.
    pub fn is_there(&self) -> bool {
        match stat(self.pid) {
            Some((state, start)) if start == self.start => {
                !matches!(state, b'Z' | b'X') || has_other_threads(self.pid)
            }
            _ => false,
        }
    }
}

/// State and start time of a process. `None`: there is no such process.
fn stat(pid: u32) -> Option<(u8, u64)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = *fields.next()?.as_bytes().first()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}

fn has_other_threads(pid: u32) -> bool {
    fs::read_dir(format!("/proc/{pid}/task")).is_ok_and(|tasks| tasks.count() > 1)
}

/// How a worker is started.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
}

/// A worker that runs.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// `None`: it has been told that there is nothing more.
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    stderr: ChildStderr,
}

impl Process {
    pub(super) fn start(recipe: &Recipe) -> io::Result<Self> {
        let mut child = Command::new(&recipe.program)
            .arg0("stone")
            .args(&recipe.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Of its own: whoever reads ours to its end must not wait for a worker that is stuck.
            .stderr(Stdio::piped())
            // What Ctrl-C sends to the program in the foreground, the front decides about.
            .process_group(0)
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(io::Error::other("it has no pipes"));
        };
        // It may not read, or not write, when it is expected to.
        for pipe in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
            fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(Self { child, stdin: Some(stdin), stdout, stderr })
    }

    /// Where it can be written to. `None`: it has been told that there is nothing more.
    pub(super) fn stdin(&self) -> Option<BorrowedFd<'_>> {
        self.stdin.as_ref().map(AsFd::as_fd)
    }

    pub(super) fn stdout(&self) -> BorrowedFd<'_> {
        self.stdout.as_fd()
    }

    pub(super) fn stderr(&self) -> BorrowedFd<'_> {
        self.stderr.as_fd()
    }

    /// Writes as much as goes at once: how many bytes that were.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.stdin {
            Some(stdin) => at_once(stdin.write(bytes)).map(Option::unwrap_or_default),
            None => Ok(0),
        }
    }

    /// Reads what is there. `Ok(None)`: nothing at the moment; `Ok(Some(0))`: there will be nothing more.
    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        at_once(self.stdout.read(into))
    }

    /// The same of what it says to people.
    pub(super) fn read_stderr(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        at_once(self.stderr.read(into))
    }

    /// Tells it that there is nothing more: it ends, if it can.
    pub(super) fn close(&mut self) {
        self.stdin = None;
    }

    /// Why it has ended, in words. `None`: it has not.
    pub(super) fn end_in_words(&mut self) -> Option<String> {
        Some(self.child.wait_timeout(KILLED).ok()??.to_string())
    }

    /// Ends it, or leaves it behind if it cannot be: then it and what tells it from others.
    pub(super) fn end(mut self, manner: Manner) -> Option<(Child, Option<Left>)> {
        self.close();
        if manner == Manner::Gently && self.is_gone(GENTLE) {
            return None;
        }
        // All of its group: a smartctl that it started, too.
        if let Ok(group) = i32::try_from(self.child.id()) {
            _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
        if self.is_gone(KILLED) {
            return None;
        }
        let left = Left::of(self.child.id());
        Some((self.child, left))
    }

    fn is_gone(&mut self, limit: Duration) -> bool {
        matches!(self.child.wait_timeout(limit), Ok(Some(_)))
    }
}

/// How a worker is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// All its disks have ended: it ends by itself.
    Gently,
    /// It hangs, or may.
    Firmly,
}

/// What would have to be waited for is not there yet.
fn at_once(end: io::Result<usize>) -> io::Result<Option<usize>> {
    match end {
        Ok(len) => Ok(Some(len)),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_by_its_start() {
        let this = Left::of(std::process::id()).unwrap();
        assert!(this.is_there());
        assert!(!Left { start: this.start + 1, ..this }.is_there());
        assert!(!Left { pid: u32::MAX, start: 1 }.is_there());
    }

    #[test]
    fn one_that_only_waits_to_be_collected_is_not_there() {
        let mut child = Command::new("true").spawn().unwrap();
        let left = Left::of(child.id()).unwrap();
        while stat(child.id()).is_some_and(|(state, _)| state != b'Z') {
            std::thread::yield_now();
        }
        assert!(!left.is_there());
        child.wait().unwrap();
    }
}
