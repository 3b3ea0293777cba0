//! Why the spool cannot do what it should.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why the spool cannot do what it should.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SpoolError {
    /// The file system refused: no space, no permission, a fault of the disk.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// The report alone is larger than all that may wait.
    #[error("the report is larger than {limit} bytes, which is all that the spool may hold")]
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// Another process has held the lock for too long.
    #[error("another process is {what}; what waits in {} will be sent by it or by the next one", path.display())]
    Busy {
        /// What it does.
        what: &'static str,
        /// The spool.
        path: PathBuf,
    },
    /// The kernel gave no random bytes.
    #[error("the kernel gave no random bytes for the key of a report: {0}")]
    Random(getrandom::Error),
}

pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SpoolError {
    move |source| SpoolError::Io { action, path: path.into(), source }
}
