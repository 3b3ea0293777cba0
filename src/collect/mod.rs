//! Many disks at once: an own pool as wide as the disks, a deadline for each, one outcome for each, a stable order.
//!
//! A thread that is stuck in the kernel is left behind with what it owns, and never joined: a dying disk costs its
//! own record and nothing else.

mod pool;

use std::time::Duration;

use thiserror::Error;

use crate::device::BlockDevice;
use crate::report::Record;
use crate::source::SourceError;

pub use pool::collect;

/// How many disks at once, and how long each may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Disks read at the same time. `None`: all of them, up to [`WIDEST`].
    pub jobs: Option<usize>,
    /// Time-out of one command.
    pub command_timeout: Duration,
    /// Time for one disk, from its own start on.
    pub disk_deadline: Duration,
}

/// Disks read at the same time unless said otherwise: a thread costs little, and waits for its disk nearly always.
pub const WIDEST: usize = 1024;

/// One disk, and what came of it.
#[derive(Debug)]
pub struct Collected {
    /// The disk.
    pub device: BlockDevice,
    /// Its record, or why there is none.
    pub result: Result<Record, CollectError>,
    /// How long it took.
    pub took: Duration,
}

/// Why there is no record of a disk.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CollectError {
    /// It could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It did not answer in time; the thread that waits for it is left behind.
    #[error("no answer within {} s; it is left alone", .0.as_secs_f32())]
    Deadline(Duration),
    /// The program is at fault. The message is on standard error.
    #[error("reading it failed inside the program; please report this")]
    Panicked,
    /// No thread could be started.
    #[error("no thread can be started for it; allow more threads, or read fewer disks at once (--jobs): {0}")]
    NoThread(String),
}
