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
use stone_smart_sys::process::{Fork, close_inherited, fork};

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
/// The copy has none of the standard streams, nor anything else that this program was given, and ends with this process. This process must have no other threads.
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
            let end = hear(reader, begun + time, most, &mut bytes);
            farewell(child, end);
            Ok(Heard { bytes, end, took: begun.elapsed() })
        }
    }
}

/// Does `work`. Is all well?
fn do_alone(parent: u32, writer: PipeWriter, work: impl FnOnce(&mut (dyn Write + Send))) -> bool {
    let is_apart = || -> io::Result<bool> {
        prctl::set_pdeathsig(Signal::SIGKILL)?;
        // Whoever reads our output to its end must not wait for a copy that hangs.
        let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
        dup2_stdin(&null)?;
        dup2_stdout(&null)?;
        dup2_stderr(&null)?;
        // Nor for a lock that it holds.
        close_inherited()?;
        // The first one may have died before the request for its signal.
        Ok(parent_id() == parent)
    };
    if !is_apart().unwrap_or(false) {
        return false;
    }
    let mut out = Counted { writer, count: 0 };
    // The count says that the end is the end.
    catch_unwind(AssertUnwindSafe(|| work(&mut out))).is_ok() && out.end().is_ok()
}

/// Counts what is written.
struct Counted<W> {
    writer: W,
    count: u64,
}

impl<W: Write> Counted<W> {
    fn end(mut self) -> io::Result<()> {
        self.writer.write_all(&self.count.to_le_bytes())
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let len = self.writer.write(bytes)?;
        self.count += u64::try_from(len).unwrap_or(u64::MAX);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Takes the count off the end of `bytes`. Is it right?
fn is_whole(bytes: &mut Vec<u8>) -> bool {
    let Some((said, count)) = bytes.split_last_chunk() else { return false };
    let is_whole = usize::try_from(u64::from_le_bytes(*count)) == Ok(said.len());
    bytes.truncate(said.len());
    is_whole
}

/// The copy goes no way that the first one goes.
#[expect(clippy::exit, reason = "whoever called would go on twice")]
fn end_with(is_well: bool) -> ! {
    std::process::exit(i32::from(!is_well))
}

/// Reads until the other end is closed or the time is over.
fn hear(mut reader: PipeReader, until: Instant, most: usize, bytes: &mut Vec<u8>) -> End {
    let mut chunk = vec![0; CHUNK];
    loop {
        let Some(left) = until.checked_duration_since(Instant::now()) else { return End::Late };
        // Rounded up: to wake a moment too early would mean to wait for nothing.
        let limit = PollTimeout::try_from(left.as_millis() + 1).unwrap_or(PollTimeout::MAX);
        match poll(&mut [PollFd::new(reader.as_fd(), PollFlags::POLLIN)], limit) {
            Ok(0) | Err(Errno::EINTR) => continue,
            Ok(_) => {}
            Err(_) => return End::Broken,
        }
        match reader.read(&mut chunk) {
            Ok(0) => return if is_whole(bytes) { End::Done } else { End::Broken },
            Ok(len) if bytes.len() + len <= most => bytes.extend(chunk.iter().take(len)),
            Ok(_) | Err(_) => return End::Broken,
        }
    }
}

/// Ends the copy unless it ends by itself, and waits a moment for that.
fn farewell(child: u32, end: End) {
    let Ok(child) = i32::try_from(child).map(Pid::from_raw) else { return };
    if end != End::Done {
        _ = kill(child, Signal::SIGKILL);
    }
    let begun = Instant::now();
    while matches!(waitpid(child, Some(WaitPidFlag::WNOHANG)), Ok(WaitStatus::StillAlive))
        && begun.elapsed() < GONE
    {
        thread::sleep(Duration::from_micros(200));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(said: &[u8], most: usize, is_closed: bool) -> (End, Vec<u8>) {
        let (reader, mut writer) = pipe().unwrap();
        writer.write_all(said).unwrap();
        let open = (!is_closed).then_some(writer);
        let mut bytes = Vec::new();
        let end = hear(reader, Instant::now() + Duration::from_millis(50), most, &mut bytes);
        drop(open);
        (end, bytes)
    }

    fn whole(said: &[u8]) -> Vec<u8> {
        let mut out = Counted { writer: Vec::new(), count: 0 };
        out.write_all(said).unwrap();
        let Counted { mut writer, count } = out;
        writer.extend(count.to_le_bytes());
        writer
    }

    #[test]
    fn what_is_said_is_heard_until_the_end() {
        assert_eq!(heard(&whole(b"abc"), 11, true), (End::Done, b"abc".to_vec()));
        assert_eq!(heard(&whole(b""), 11, true), (End::Done, Vec::new()));
    }

    #[test]
    fn an_end_before_the_end_is_none() {
        let whole = whole(b"abcdefgh");
        for end in 0..whole.len() {
            assert_eq!(heard(&whole[..end], 99, true).0, End::Broken, "{end}");
        }
    }

    #[test]
    fn what_was_said_before_the_time_was_over_is_kept() {
        assert_eq!(heard(b"abc", 3, false), (End::Late, b"abc".to_vec()));
    }

    #[test]
    fn who_says_too_much_is_not_heard_to_the_end() {
        assert_eq!(heard(b"abcd", 3, false).0, End::Broken);
    }

    #[test]
    fn a_process_with_other_threads_is_not_copied() {
        // Its test has a thread of its own, beside that of the tests.
        let refused = thread::spawn(|| apart(Duration::ZERO, 0, |_| ())).join().unwrap();
        assert!(refused.is_err());
    }
}
