//! Sending, in a process of its own: `stone telemetry send --due`, what a person would run. The service itself has no
//! way to the network, and a send that takes for ever can be ended.

use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::child::{ChildExt, Descendants};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long it may take: every report that waits has its own time-outs.
const LONGEST: Duration = Duration::from_secs(3600);
/// Time to end after it was told to.
const TO_LEAVE: Duration = Duration::from_millis(500);

/// A process that sends.
#[derive(Debug)]
pub(super) struct Sender {
    child: Child,
    until: Instant,
}

impl Sender {
    /// Starts `command`; what it says goes where this process' own words go.
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        Ok(Self { child, until: Instant::now() + LONGEST })
    }

    /// Whether it ended well. `None`: it has not ended; who takes too long is ended here.
    pub(super) fn ended(&mut self) -> Option<bool> {
        match self.child.try_wait() {
            Ok(Some(status)) => Some(status.success()),
            Ok(None) if Instant::now() < self.until => None,
            Ok(None) | Err(_) => {
                self.end();
                Some(false)
            }
        }
    }

    /// Ends it: what it has not delivered waits in the spool.
    pub(super) fn end(&mut self) {
        // What it has asked the cluster by does not end with it.
        let asking = Descendants::of(&self.child);
        if let Ok(pid) = i32::try_from(self.child.id()) {
            _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
        if !matches!(self.child.wait_timeout(TO_LEAVE), Ok(Some(_))) {
            _ = self.child.kill();
            _ = self.child.wait_timeout(TO_LEAVE);
        }
        asking.kill();
    }
}
