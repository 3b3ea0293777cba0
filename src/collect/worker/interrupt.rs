//! What ends a round with what has been read: signals, instead of the program, or another thread.

use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// What ended a round before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    /// SIGINT: Ctrl-C.
    Interrupted,
    /// SIGTERM, or SIGHUP: the terminal has gone.
    Terminated,
}

/// Where an interrupt comes from.
#[derive(Debug)]
pub struct Interrupts(From);

#[derive(Debug)]
enum From {
    /// Signals that are held back. `None`: the system does not let it.
    Signals(SigSet, Option<SignalFd>),
    /// Another thread, through this.
    Teller(UnixStream),
}

/// Ends a round from another thread.
#[derive(Debug)]
pub struct Teller(UnixStream);

impl Teller {
    /// Ends it.
    pub fn tell(&self) {
        // Where nobody hears it, the round has ended.
        _ = (&self.0).write(&[1]);
    }
}

impl Interrupts {
    /// Those of another thread, and the way to tell them: signals are none of this round's business.
    ///
    /// # Errors
    /// The kernel has no socket to give.
    pub fn told() -> io::Result<(Self, Teller)> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        Ok((Self(From::Teller(near)), Teller(far)))
    }

    /// SIGINT, SIGTERM and SIGHUP, held back from this thread and those it starts for as long as this lives. To be made
    /// before other threads are. Where the system does not let it, they end the program as ever.
    pub fn hold() -> Self {
        let ignored = ignored(&fs::read_to_string("/proc/self/status").unwrap_or_default());
        // What nohup or a shell has this program ignore, it goes on to ignore.
        let heeded = |signal: &Signal| ignored >> (*signal as i32 - 1) & 1 == 0;
        let signals: SigSet =
            [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP].into_iter().filter(heeded).collect();
        let descriptor = SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK).ok();
        let held = descriptor.filter(|_| signals.thread_block().is_ok());
        Self(From::Signals(signals, held))
    }

    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.0 {
            From::Signals(_, descriptor) => descriptor.as_ref().map(AsFd::as_fd),
            From::Teller(stream) => Some(stream.as_fd()),
        }
    }

    /// The one that has come since the last call. `None`: none has.
    pub(super) fn take(&self) -> Option<Interrupt> {
        match &self.0 {
            From::Signals(_, descriptor) => {
                let info = descriptor.as_ref()?.read_signal().ok()??;
                let is_interrupt = i32::try_from(info.ssi_signo) == Ok(Signal::SIGINT as i32);
                Some(if is_interrupt { Interrupt::Interrupted } else { Interrupt::Terminated })
            }
            From::Teller(stream) => {
                let mut stream: &UnixStream = stream;
                stream.read_exact(&mut [0]).is_ok().then_some(Interrupt::Terminated)
            }
        }
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        // One that comes between the last look and here ends the program, as it should.
        if let From::Signals(signals, Some(_)) = &self.0 {
            _ = signals.thread_unblock();
        }
    }
}

/// The signals that are ignored, by /proc/PID/status: the lowest bit is signal 1.
fn ignored(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_from_the_status() {
        assert_eq!(ignored("Name:\tstone\nSigIgn:\t0000000000001001\nSigCgt:\t1\n"), 0x1001);
        assert_eq!(ignored("SigIgn:\tx\n"), 0);
    }

    #[test]
    fn a_signal_that_is_held_back_is_told() {
        let held = Interrupts::hold();
        assert_eq!(held.take(), None);
        // A shell starts what is in the background with SIGINT ignored: so may this test be.
        let ignored = ignored(&fs::read_to_string("/proc/self/status").unwrap());
        for (signal, told) in
            [(Signal::SIGTERM, Interrupt::Terminated), (Signal::SIGINT, Interrupt::Interrupted)]
        {
            let is_ignored = ignored >> (signal as i32 - 1) & 1 == 1;
            nix::sys::signal::raise(signal).unwrap();
            assert_eq!(held.take(), (!is_ignored).then_some(told), "{signal}");
        }
        assert_eq!(held.take(), None);
    }

    #[test]
    fn another_thread_can_tell() {
        let (interrupts, teller) = Interrupts::told().unwrap();
        assert_eq!(interrupts.take(), None);
        teller.tell();
        assert_eq!(interrupts.take(), Some(Interrupt::Terminated));
        assert_eq!(interrupts.take(), None);
        drop(teller);
        assert_eq!(interrupts.take(), None, "who has gone ends nothing");
    }
}
