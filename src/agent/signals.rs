//! The signals that a service is told by, read like a file instead of interrupting.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// What a service is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// SIGHUP: look at everything anew.
    Reload,
    /// SIGTERM or SIGINT: end.
    End,
}

/// SIGTERM, SIGINT and SIGHUP, held back from this thread and all that it starts. Never given back: the service ends
/// with the program. Processes that it starts have them as ever.
#[derive(Debug)]
pub(super) struct Signals(SignalFd);

impl Signals {
    /// Holds them back; to be made before other threads are.
    pub(super) fn hold() -> io::Result<Self> {
        let signals: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP].into_iter().collect();
        signals.thread_block()?;
        Ok(Self(SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?))
    }

    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }

    /// The one that has come since the last call. `None`: none has.
    pub(super) fn take(&self) -> Option<Told> {
        let info = self.0.read_signal().ok()??;
        let is_reload = i32::try_from(info.ssi_signo) == Ok(Signal::SIGHUP as i32);
        Some(if is_reload { Told::Reload } else { Told::End })
    }
}
