//! Work that may hang in the kernel, done by a copy of this process: it can be left behind, and holds nothing that
//! others wait for.

use std::fs::OpenOptions;
use std::io::{self, PipeReader, PipeWriter, Read, Write, pipe};
use std::os::unix::process::parent_id;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, dup2_stderr, dup2_stdin, dup2_stdout};
use std::os::fd::AsFd;
use stone_smart_sys::process::{Fork, fork};

/// How long the end of the copy is waited for once it has closed its pipe, or was killed. One that hangs in the kernel
/// cannot be killed, and is left behind.
const GONE: Duration = Duration::from_millis(50);
/// How much is read at once.
const CHUNK: usize = 64 << 10;

/// What came of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    /// All that it has written.
    pub(super) bytes: Vec<u8>,
    /// How it ended.
    pub(super) end: End,
    /// How long it took.
    pub(super) took: Duration,
}

/// How the work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// By itself.
    Done,
    /// Its time was over.
    Late,
    /// Neither: it panicked, was killed, or wrote more than it may.
    Broken,
}

/// Lets a copy of this process do `work`, which writes at most `most` bytes, and hears it for so long as `time` says.
/// The copy has none of the standard streams, and ends with this process. This process must have no other threads.
///
/// # Errors
/// The system grants no process, or there are other threads.
pub(super) fn apart(
    time: Duration,
    most: usize,
    work: impl FnOnce(&mut (dyn Write + Send)),
) -> io::Result<Heard> {
    let begun = Instant::now();
    let parent = std::process::id();
    let (reader, writer) = pipe()?;
    match fork()? {
        Fork::Child => {
            drop(reader);
            end_with(do_alone(parent, writer, work))
        }
        Fork::Parent(child) => {
            drop(writer);
            let mut bytes = Vec::new();
            let heard = hear(reader, begun + time, most, &mut bytes);
            let end = match (heard, farewell(child, heard)) {
                (Some(End::Late), _) => End::Late,
                (Some(End::Done), true) => End::Done,
                _ => End::Broken,
            };
            Ok(Heard { bytes, end, took: begun.elapsed() })
        }
    }
}

/// Does `work`. Is all well?
fn do_alone(parent: u32, mut writer: PipeWriter, work: impl FnOnce(&mut (dyn Write + Send))) -> bool {
    let is_apart = || -> io::Result<bool> {
        prctl::set_pdeathsig(Signal::SIGKILL)?;
        // Whoever reads our output to its end must not wait for a copy that hangs.
        let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
        dup2_stdin(&null)?;
        dup2_stdout(&null)?;
        dup2_stderr(&null)?;
        // The first one may have died before the request for its signal.
        Ok(parent_id() == parent)
    };
    is_apart().unwrap_or(false) && catch_unwind(AssertUnwindSafe(|| work(&mut writer))).is_ok()
}

/// The copy goes no way that the first one goes.
#[expect(clippy::exit, reason = "whoever called would go on twice")]
fn end_with(is_well: bool) -> ! {
    std::process::exit(i32::from(!is_well))
}

/// Reads until the other end is closed or the time is over. `None`: it says too much, or cannot be heard.
fn hear(mut reader: PipeReader, until: Instant, most: usize, bytes: &mut Vec<u8>) -> Option<End> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let left = until.checked_duration_since(Instant::now());
        let Some(left) = left else { return Some(End::Late) };
        // Rounded up: to wake a moment too early would mean to wait for nothing.
        let limit = PollTimeout::try_from(left.as_millis() + 1).unwrap_or(PollTimeout::MAX);
        match poll(&mut [PollFd::new(reader.as_fd(), PollFlags::POLLIN)], limit) {
            Ok(0) | Err(Errno::EINTR) => continue,
            Ok(_) => {}
            Err(_) => return None,
        }
        match reader.read(&mut chunk) {
            Ok(0) => return Some(End::Done),
            Ok(len) if bytes.len() + len <= most => bytes.extend(chunk.iter().take(len)),
            Ok(_) | Err(_) => return None,
        }
    }
}

/// Ends the copy unless it has ended by itself, and waits a moment for that. Did it end well?
fn farewell(child: u32, heard: Option<End>) -> bool {
    let Ok(child) = i32::try_from(child).map(Pid::from_raw) else { return false };
    if heard != Some(End::Done) {
        _ = kill(child, Signal::SIGKILL);
    }
    let begun = Instant::now();
    loop {
        match waitpid(child, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) if begun.elapsed() < GONE => thread::sleep(Duration::from_micros(200)),
            Ok(WaitStatus::Exited(_, 0)) => return true,
            // Where nobody's end is told, its last word counts.
            Err(Errno::ECHILD) => return heard == Some(End::Done),
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(said: &[u8], most: usize, is_closed: bool) -> (Option<End>, Vec<u8>) {
        let (reader, mut writer) = pipe().unwrap();
        writer.write_all(said).unwrap();
        let open = (!is_closed).then_some(writer);
        let mut bytes = Vec::new();
        let end = hear(reader, Instant::now() + Duration::from_millis(50), most, &mut bytes);
        drop(open);
        (end, bytes)
    }

    #[test]
    fn what_is_said_is_heard_until_the_end() {
        assert_eq!(heard(b"abc", 3, true), (Some(End::Done), b"abc".to_vec()));
        assert_eq!(heard(b"", 3, true), (Some(End::Done), Vec::new()));
    }

    #[test]
    fn what_was_said_before_the_time_was_over_is_kept() {
        assert_eq!(heard(b"abc", 3, false), (Some(End::Late), b"abc".to_vec()));
    }

    #[test]
    fn who_says_too_much_is_not_heard_to_the_end() {
        assert_eq!(heard(b"abcd", 3, false).0, None);
    }

    #[test]
    fn a_process_with_other_threads_is_not_copied() {
        // Its test has a thread of its own, beside that of the tests.
        let refused = thread::spawn(|| apart(Duration::ZERO, 0, |_| ())).join().unwrap();
        assert!(refused.is_err());
    }
}
