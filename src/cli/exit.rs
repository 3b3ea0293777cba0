//! The exit statuses, in one place.

use std::process::ExitCode;

use crate::collect::worker::Interrupt;

/// What `stone` ends with. `stone smartctl` has smartctl's own bits instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything asked for was done: all disks were read.
    Complete,
    /// Some disks are missing, or stopped answering before their records were whole.
    Partial,
    /// The command line is wrong.
    Usage,
    /// No disk was read, or the command failed.
    Nothing,
    /// Not permitted: telemetry is off, or the licence is missing. EPERM is 1, as with Ceph's own command.
    Refused,
    /// SIGINT ended the reading; what had been read was printed.
    Interrupted,
    /// SIGTERM or SIGHUP did.
    Terminated,
}

impl Exit {
    /// After `wanted` disks were asked for and `read` of them read.
    pub(super) fn of(read: usize, wanted: usize) -> Self {
        match (read, wanted) {
            (read, wanted) if read == wanted && wanted > 0 => Self::Complete,
            (0, _) => Self::Nothing,
            _ => Self::Partial,
        }
    }

    /// The same, unless something ended the reading.
    pub(super) fn unless(self, interrupt: Option<Interrupt>) -> Self {
        match interrupt {
            None => self,
            Some(Interrupt::Interrupted) => Self::Interrupted,
            Some(Interrupt::Terminated) => Self::Terminated,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Complete => 0,
            Exit::Partial | Exit::Refused => 1,
            Exit::Usage => 2,
            Exit::Nothing => 3,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        })
    }
}

/// The paragraph of `--help` and of the man page about them.
pub(super) const HELP: &str = "\
Exit status: 0 all disks read, 1 some disks missing or cut short, 2 wrong command line, 3 nothing read or the command failed,
130 or 143 ended by SIGINT or SIGTERM, with what had been read until then.";
