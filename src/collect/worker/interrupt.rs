//! Signals that end a round with what has been read, instead of the program.

use std::fs;
use std::os::fd::{AsFd, BorrowedFd};

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

/// SIGINT, SIGTERM and SIGHUP, held back from this thread and those it starts for as long as this lives. To be made
/// before other threads are.
#[derive(Debug)]
pub struct Interrupts {
    signals: SigSet,
    descriptor: Option<SignalFd>,
}

impl Interrupts {
    /// Holds them back. Where the system does not let it, they end the program as ever.
    pub fn hold() -> Self {
        let ignored = ignored(&fs::read_to_string("/proc/self/status").unwrap_or_default());
        // What nohup or a shell has this program ignore, it goes on to ignore.
        let heeded = |signal: &Signal| ignored >> (*signal as i32 - 1) & 1 == 0;
        let signals: SigSet =
            [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP].into_iter().filter(heeded).collect();
        let descriptor = SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK).ok();
        let held = descriptor.filter(|_| signals.thread_block().is_ok());
        Self { signals, descriptor: held }
    }

    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.as_ref().map(AsFd::as_fd)
    }

    /// The one that has come since the last call. `None`: none has.
    pub(super) fn take(&self) -> Option<Interrupt> {
        let info = self.descriptor.as_ref()?.read_signal().ok()??;
        let is_interrupt = i32::try_from(info.ssi_signo) == Ok(Signal::SIGINT as i32);
        Some(if is_interrupt { Interrupt::Interrupted } else { Interrupt::Terminated })
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        // One that comes between the last look and here ends the program, as it should.
        if self.descriptor.is_some() {
            _ = self.signals.thread_unblock();
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
        nix::sys::signal::raise(Signal::SIGTERM).unwrap();
        assert_eq!(held.take(), Some(Interrupt::Terminated));
        nix::sys::signal::raise(Signal::SIGINT).unwrap();
        assert_eq!(held.take(), Some(Interrupt::Interrupted));
        assert_eq!(held.take(), None);
    }
}
