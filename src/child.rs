//! What is read of a child process, how it is waited for, and how one that does not end is left.

use std::io::{self, Read};
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::wait::{Id, WaitPidFlag, waitid};
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
}

impl ChildExt for Child {
    fn wait_timeout(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let ended = self.try_wait()?;
        if ended.is_some() || limit.is_zero() {
            return Ok(ended);
        }
        let pid = Pid::from_raw(i32::try_from(self.id()).map_err(io::Error::other)?);
        let (sender, ended) = channel();
        let wait = move || {
            // It is left to be collected: until then nobody else has its number.
            while waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT) == Err(Errno::EINTR) {}
            _ = sender.send(());
        };
        // It ends when the child does.
        thread::Builder::new().name("child".to_owned()).stack_size(STACK).spawn(wait)?;
        _ = ended.recv_timeout(limit);
        self.try_wait()
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

/// Reads a pipe on a thread of its own, at most `most` bytes: a full one would stop the child.
pub(crate) fn drain(
    mut pipe: impl Read + Send + 'static,
    most: u64,
    rest: Rest,
) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let end = pipe.by_ref().take(most).read_to_end(&mut bytes);
        let goes_on = end.is_ok() && rest == Rest::Dropped;
        _ = sender.send(end.map(|_| bytes));
        if goes_on {
            _ = io::copy(&mut pipe, &mut io::sink());
        }
    });
    receiver
}

/// Kills the child, and leaves it to a thread if it does not go: in the kernel it cannot be killed.
pub(crate) fn abandon(mut child: Child) {
    _ = child.kill();
    if !matches!(child.wait_timeout(GRACE), Ok(Some(_))) {
        thread::spawn(move || _ = child.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Instant;

    use super::*;

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
