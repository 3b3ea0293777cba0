//! Where a record comes from: natively by ioctl, or from smartctl. The only folder that joins transport and decode.

#[cfg(feature = "worker")]
mod auto;
#[cfg(feature = "native")]
pub mod drivedb;
mod error;
#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "worker")]
mod remote;
#[cfg(feature = "native")]
pub mod scrub;
#[cfg(feature = "smartctl")]
mod smartctl;
mod stamp;

use std::time::{Duration, Instant};

use crate::device::BlockDevice;
use crate::report::Record;

#[cfg(feature = "worker")]
pub use auto::Auto;
pub use error::{SourceError, chain};
#[cfg(feature = "native")]
pub use native::Native;
#[cfg(feature = "worker")]
pub use remote::{Asker, Asking, Backend, Made, Make, Making};
#[cfg(feature = "smartctl")]
pub use smartctl::Smartctl;
pub use stamp::now;

/// Something that makes the record of one disk.
pub trait Source: Send + Sync {
    /// Reads one disk. What fails after the disk has said who it is becomes a gap in the record.
    ///
    /// # Errors
    /// There is no record at all: see [`SourceError`].
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError>;
}

/// How long a disk may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For one command. A sleeping disk needs up to 15 s to spin up.
    pub command: Duration,
    /// No command is sent after this time.
    pub deadline: Instant,
}

impl Limits {
    /// Time-out of one command unless said otherwise.
    pub const COMMAND: Duration = Duration::from_secs(15);
    /// Time for one disk unless said otherwise.
    pub const DISK: Duration = Duration::from_secs(60);

    /// `command` for each command, and `disk` from now on for all of them.
    pub fn new(command: Duration, disk: Duration) -> Self {
        Self { command, deadline: Instant::now() + disk }
    }

    /// Time for the next command: what is left, at most the time-out of one command. `None`: nothing is left.
    pub fn left(&self) -> Option<Duration> {
        let left = self.deadline.checked_duration_since(Instant::now())?;
        (!left.is_zero()).then_some(left.min(self.command))
    }
}
