//! What is read of a child process, how it is waited for, and how one that does not end is ended with all it started.

use std::fs;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

/// How long a killed child is waited for, and a pipe that somebody holds open after the child has ended.
pub(crate) const GRACE: Duration = Duration::from_millis(200);

/// Stack of a thread that only waits.
const STACK: usize = 64 << 10;

/// A child that is waited for with a limit.
pub(crate) trait ChildExt {
    /// How it ended. `None`: it has not, within `limit`.
    ///
    /// No signal handler is touched: the process may be another's, with this as its library.
    ///
    /// # Errors
    /// The system grants no thread, or somebody else has collected the child.
    fn wait_timeout(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>>;

    /// Whether it has ended, within `limit`. It is left to be collected: until then nobody else has its number, nor
    /// that of its group.
    ///
    /// # Errors
    /// As above.
    fn has_ended(&self, limit: Duration) -> io::Result<bool>;
}

impl ChildExt for Child {
    fn wait_timeout(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let ended = self.try_wait()?;
        if ended.is_some() || limit.is_zero() {
            return Ok(ended);
        }
        self.has_ended(limit)?;
        self.try_wait()
    }

    fn has_ended(&self, limit: Duration) -> io::Result<bool> {
        let pid = pid(self).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let left = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        let has_ended = || Ok(waitid(Id::Pid(pid), left | WaitPidFlag::WNOHANG)? != WaitStatus::StillAlive);
        if limit.is_zero() || has_ended()? {
            return has_ended();
        }
        let (sender, ended) = channel();
        let wait = move || {
            while waitid(Id::Pid(pid), left) == Err(Errno::EINTR) {}
            _ = sender.send(());
        };
        // It ends when the child does.
        thread::Builder::new().name("child".to_owned()).stack_size(STACK).spawn(wait)?;
        _ = ended.recv_timeout(limit);
        has_ended()
    }
}

fn pid(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().map(Pid::from_raw)
}

/// Whether this process is a service.
static IS_SERVICE: AtomicBool = AtomicBool::new(false);

/// From here on this process is a service, or works for one: what it starts has [groups of its own](apart).
#[cfg(any(feature = "cli", test))]
pub(crate) fn in_a_service() {
    IS_SERVICE.store(true, Ordering::Relaxed);
}

/// Lets `command` have a group of its own in a service, so that all it starts can be ended with it, even what has lost
/// its parent. A command of a person does not: who ends its group, by Ctrl-C or `timeout`, ends what it started, too, and
/// what asks for a password has to be in the foreground.
pub(crate) fn apart(command: &mut Command) -> &mut Command {
    let in_foreground =
        || Stat::of("self").is_some_and(|own| own.terminal != 0 && own.foreground == own.group);
    if IS_SERVICE.load(Ordering::Relaxed) && !in_foreground() { command.process_group(0) } else { command }
}

/// What /proc/PID/stat says of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    parent: i32,
    group: i32,
    terminal: i32,
    /// The group in the foreground of its terminal.
    foreground: i32,
    /// In clock ticks since the system started: with the number it is unique.
    start: u64,
}

impl Stat {
    fn of(process: &str) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name, in brackets, may hold anything.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse().ok();
        let [parent, group, terminal, foreground] = [number(1)?, number(2)?, number(4)?, number(5)?];
        Some(Self { parent, group, terminal, foreground, start: fields.get(19)?.parse().ok()? })
    }
}

/// What a process started, and what that started, as long as those between are there.
#[derive(Debug)]
pub(crate) struct Descendants(Vec<(i32, u64)>);

impl Descendants {
    /// Of `child`, now.
    pub(crate) fn of(child: &Child) -> Self {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let all: Vec<(i32, Stat)> =
            numbers.filter_map(|pid: i32| Some((pid, Stat::of(&pid.to_string())?))).collect();
        let mut found: Vec<(i32, u64)> = Vec::new();
        let mut parents: Vec<i32> = pid(child).map(Pid::as_raw).into_iter().collect();
        while let Some(parent) = parents.pop() {
            for (pid, stat) in all.iter().filter(|(_, stat)| stat.parent == parent) {
                found.push((*pid, stat.start));
                parents.push(*pid);
            }
        }
        Self(found)
    }

    /// Kills those that are still there.
    pub(crate) fn kill(&self) {
        for (pid, start) in &self.0 {
            if Stat::of(&pid.to_string()).is_some_and(|stat| stat.start == *start) {
                _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
            }
        }
    }
}

/// What becomes of the bytes beyond the limit.
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "smartctl wants the one, a cluster the other"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// The pipe is closed, which ends most children.
    Refused,
    /// They are read and dropped, so that the child can end by itself.
    Dropped,
}

/// What a thread reads of a pipe. It ends with the pipe, or when this is dropped: whoever holds the other end open
/// then holds nobody.
#[derive(Debug)]
pub(crate) struct Drained {
    bytes: Receiver<io::Result<Vec<u8>>>,
    _until: UnixStream,
}

impl Drained {
    /// All of it. `None`: somebody still holds the pipe after `limit`, or it could not be read.
    pub(crate) fn within(&self, limit: Duration) -> Option<io::Result<Vec<u8>>> {
        self.bytes.recv_timeout(limit).ok()
    }
}

/// Reads a pipe on a thread of its own, at most `most` bytes: a full one would stop the child.
///
/// # Errors
/// The system grants no thread, or no more descriptors.
pub(crate) fn drain(pipe: impl Read + AsFd + Send + 'static, most: u64, rest: Rest) -> io::Result<Drained> {
    let (sender, bytes) = channel();
    let (until, dropped) = UnixStream::pair()?;
    let work = move || {
        let mut pipe = Watched { pipe, dropped };
        let mut bytes = Vec::new();
        let end = pipe.by_ref().take(most).read_to_end(&mut bytes);
        let goes_on = end.is_ok() && rest == Rest::Dropped;
        _ = sender.send(end.map(|_| bytes));
        if goes_on {
            _ = io::copy(&mut pipe, &mut io::sink());
        }
    };
    thread::Builder::new().name("drain".to_owned()).stack_size(4 * STACK).spawn(work)?;
    Ok(Drained { bytes, _until: until })
}

/// A pipe that is read as long as somebody wants it.
struct Watched<P> {
    pipe: P,
    dropped: UnixStream,
}

impl<P: Read + AsFd> Read for Watched<P> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut both = [
                PollFd::new(self.pipe.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.dropped.as_fd(), PollFlags::POLLIN),
            ];
            match poll(&mut both, PollTimeout::NONE) {
                Err(Errno::EINTR) => continue,
                Err(error) => return Err(error.into()),
                Ok(_) => {}
            }
            if both[1].any() != Some(false) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            return self.pipe.read(into);
        }
    }
}

/// Kills the child and what it started, and leaves it to a thread if it does not go: in the kernel it cannot be killed.
pub(crate) fn abandon(mut child: Child) {
    let descendants = Descendants::of(&child);
    // Its group is there as long as it is not collected. It may have none of its own.
    _ = pid(&child).map(|pid| killpg(pid, Signal::SIGKILL));
    _ = child.kill();
    descendants.kill();
    if !matches!(child.wait_timeout(GRACE), Ok(Some(_))) {
        thread::spawn(move || _ = child.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;
    use std::time::Instant;

    use super::*;

    /// Whether this comes true in time.
    fn soon(what: impl Fn() -> bool) -> bool {
        (0..1000).any(|_| {
            thread::sleep(Duration::from_millis(10));
            what()
        })
    }

    /// A wrapper that starts another process and waits for it: the wrapper, and the number of the other.
    fn wrapper(command: &mut Command) -> (Child, String) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! > {0}.new; mv {0}.new {0}; wait", file.display());
        let child = command.args(["-c", &script]).stdout(Stdio::piped()).spawn().unwrap();
        assert!(soon(|| file.exists()));
        (child, fs::read_to_string(&file).unwrap().trim().to_owned())
    }

    fn is_running(pid: &str) -> bool {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.starts_with(" Z"))
    }

    #[test]
    fn what_a_wrapper_started_ends_with_it() {
        for own_group in [true, false] {
            let mut command = Command::new("sh");
            if own_group {
                command.process_group(0);
            }
            let (child, other) = wrapper(&mut command);
            assert!(is_running(&other));
            abandon(child);
            assert!(soon(|| !is_running(&other)), "own group: {own_group}");
        }
    }

    #[test]
    fn a_pipe_that_is_held_open_holds_no_thread() {
        let (read, write) = UnixStream::pair().unwrap();
        let drained = drain(read, 1 << 20, Rest::Dropped).unwrap();
        assert!(drained.within(Duration::from_millis(10)).is_none());
        drop(drained);
        // The reading end is closed by the thread, as its last act.
        let closed = || io::Write::write(&mut &write, b"x").is_err();
        assert!(soon(closed));
    }

    #[test]
    fn a_child_that_has_ended_is_left_to_be_collected() {
        let mut child = Command::new("sh").args(["-c", "exit 5"]).spawn().unwrap();
        assert!(child.has_ended(Duration::from_secs(60)).unwrap());
        assert!(child.has_ended(Duration::ZERO).unwrap());
        assert_eq!(child.wait().unwrap().code(), Some(5));
    }

    #[test]
    fn a_child_is_waited_for_as_long_as_it_takes_or_as_is_wanted() {
        let mut child = Command::new("sleep").arg("0.1").spawn().unwrap();
        assert!(child.wait_timeout(Duration::from_millis(1)).unwrap().is_none());
        assert!(child.wait_timeout(Duration::from_secs(60)).unwrap().unwrap().success());
        assert!(child.wait_timeout(Duration::ZERO).unwrap().is_some());
        let start = Instant::now();
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        assert!(child.wait_timeout(Duration::from_millis(20)).unwrap().is_none());
        abandon(child);
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn no_signal_handler_is_touched() {
        let caught = || {
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            status.lines().find(|line| line.starts_with("SigCgt:")).unwrap().to_owned()
        };
        let before = caught();
        let mut child = Command::new("true").spawn().unwrap();
        while child.wait_timeout(Duration::from_secs(60)).unwrap().is_none() {}
        assert_eq!(caught(), before);
    }
}
