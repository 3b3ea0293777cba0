//! Many disks at once: threads as wide as the disks, a deadline for each, one outcome for each, a stable order.
//!
//! [`collect`] reads them in this process: a thread that is stuck in the kernel is left behind with what it owns, and
//! never joined, but this process cannot end before it. [`Worker`] reads them in a process of its own, which can be
//! left behind as a whole.

#[cfg(feature = "worker")]
pub mod apart;
#[cfg(feature = "worker")]
pub mod behind_raid;
mod error;
mod in_process;
mod pool;
#[cfg(feature = "worker")]
pub mod quarantine;
mod queue;
#[cfg(feature = "worker")]
pub mod worker;

use std::time::Duration;

use crate::device::BlockDevice;
use crate::report::Record;

pub use error::CollectError;
pub use in_process::collect;
#[cfg(feature = "worker")]
pub use quarantine::Quarantine;
#[cfg(feature = "worker")]
pub use worker::Worker;

/// How many disks at once, and how long each may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Disks read at the same time. `None`: all of them, up to [`WIDEST`].
    pub jobs: Option<usize>,
    /// Disks read at the same time behind one SCSI host (an HBA, with all its expanders).
    pub per_host: usize,
    /// Disks read at the same time behind one SAS expander.
    pub per_expander: usize,
    /// Time-out of one command.
    pub command_timeout: Duration,
    /// Time for one disk, from its own start on.
    pub disk_deadline: Duration,
    /// Time for all of them.
    pub round_deadline: Duration,
}

/// Disks read at the same time unless said otherwise: a thread costs little, and waits for its disk nearly always.
pub const WIDEST: usize = 1024;

impl Options {
    /// Disks behind one host unless said otherwise: an adapter has thousands of commands under way, each disk has one.
    pub const PER_HOST: usize = 512;
    /// Disks behind one expander unless said otherwise: more than the largest enclosures have.
    pub const PER_EXPANDER: usize = 256;
    /// Time for all disks unless said otherwise.
    pub const ROUND: Duration = Duration::from_secs(600);
}

impl Default for Options {
    fn default() -> Self {
        use crate::source::Limits;
        Self {
            jobs: None,
            per_host: Self::PER_HOST,
            per_expander: Self::PER_EXPANDER,
            command_timeout: Limits::COMMAND,
            disk_deadline: Limits::DISK,
            round_deadline: Self::ROUND,
        }
    }
}

/// One disk, and what came of it.
#[derive(Debug)]
pub struct Collected {
    /// The disk.
    pub device: BlockDevice,
    /// Its record, or why there is none.
    pub result: Result<Record, CollectError>,
    /// How long it took.
    pub took: Duration,
    /// It hung in this command, by its [key](crate::transport::Command::key), or as its node was opened (`open`): there
    /// was no answer until the command's time-out or the disk's deadline. `None`: it did not hang, or nobody knows where.
    pub hung_in: Option<String>,
}
