//! Why there is no record of a disk.

use std::time::Duration;

use thiserror::Error;

use crate::source::SourceError;

/// Why there is no record of a disk.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CollectError {
    /// It could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It could not be read, and the worker process says why.
    #[error("{0}")]
    Told(String),
    /// It did not answer in time; whoever waits for it is left behind.
    #[error("no answer within {} s; it is left alone", .0.as_secs_f32())]
    Deadline(Duration),
    /// It did not say who it is in time; the process that waits for it is left behind.
    #[error("no answer within {} s to {command}; it is left alone", .limit.as_secs_f32())]
    Hung {
        /// What was asked for, as the standard names it.
        command: &'static str,
        /// The time that it had.
        limit: Duration,
    },
    /// Its node could not be opened in time; the process that waits for it is left behind.
    #[error("its node could not be opened within {} s; it is left alone", .0.as_secs_f32())]
    Opening(Duration),
    /// Its turn did not come in time, or did not end.
    #[error("the time for all disks was over ({} s, --round-deadline)", .0.as_secs_f32())]
    RoundOver(Duration),
    /// The round was ended before its turn came.
    #[error("it was interrupted before its turn")]
    Interrupted,
    /// Another logical unit of the same drive hangs.
    #[error("another logical unit of the same drive does not answer, and the drive is left alone")]
    SameDrive,
    /// It hung before, and is not asked yet.
    #[error("{0}; it is left alone (--ignore-quarantine asks it all the same)")]
    Quarantined(String),
    /// The program is at fault. The message is on standard error.
    #[error("reading it failed inside the program; please report this")]
    Panicked,
    /// No thread could be started.
    #[error("no thread can be started for it; allow more threads, or read fewer disks at once (--jobs): {0}")]
    NoThread(String),
    /// The process that reads the disks is at fault.
    #[error("the worker process {0}")]
    Worker(String),
}
