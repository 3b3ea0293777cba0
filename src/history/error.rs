//! What can go wrong with the history. No message holds anything of a record.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the history cannot be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The file system refused.
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
    /// Others can read the serial numbers in it.
    #[error("{} has mode {mode:03o}, so others can reach it: run `chmod {want:o} {}`", path.display(), path.display())]
    Mode {
        /// The file or folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode it should have.
        want: u32,
    },
    /// There is no space left: nothing of this round was stored, everything before it is still there.
    #[error(
        "no space is left for {}: this round is not stored, what was there is unharmed; free some space and try again",
        path.display()
    )]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// There is not even the little space that reading takes.
    #[error(
        "no space is left beside {}, which SQLite needs to read it: what is there is unharmed; free some space and try again",
        path.display()
    )]
    NoRoomToRead {
        /// The database.
        path: PathBuf,
    },
    /// Another process kept it for too long.
    #[error("{} is in use by another process that does not let go of it; try again later", path.display())]
    Busy {
        /// The database.
        path: PathBuf,
    },
    /// It is damaged.
    #[error(
        "{} is damaged; the next `stone device scrape-health-metrics` sets it aside and begins a new one",
        path.display()
    )]
    Damaged {
        /// The database.
        path: PathBuf,
    },
    /// A newer version of this program made it.
    #[error("{} was made by a newer stone (version {version} of its tables): update stone", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// The version of its tables.
        version: usize,
    },
    /// It is a database of something else.
    #[error("{} is no history of stone: move it away, or name another folder with --state-dir", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Anything else that SQLite says.
    #[error("cannot use {}", path.display())]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
}

impl HistoryError {
    /// What `source` means for the database at `path`.
    pub(super) fn of(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path },
            // Files beside the database that cannot grow are no "full" to SQLite.
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) if is_full(&path) => Self::Full { path },
            _ => Self::Sqlite { path, source },
        }
    }

    /// The same, of somebody who only reads.
    pub(super) fn of_reader(self) -> Self {
        match self {
            Self::Full { path } => Self::NoRoomToRead { path },
            other => other,
        }
    }

    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path: path.into() },
            _ => Self::Io { action, path: path.into(), source },
        }
    }
}

/// Is there less space beside `path` than SQLite needs for its shared memory?
fn is_full(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(path);
    nix::sys::statvfs::statvfs(folder)
        .is_ok_and(|facts| facts.blocks_available() * facts.fragment_size() < 256 << 10)
}
