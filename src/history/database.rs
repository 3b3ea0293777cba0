//! Opening the database: who may read it, how it is synced, its version, and what is done with a damaged one.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::fcntl::FlockArg;
use rusqlite::{Connection, OpenFlags};

use super::error::HistoryError;
use super::lock::{self, Held};
use super::schema::{self, Found};
use super::stamp::Stamp;
use crate::own_file;

/// Name of the database in the state folder.
const FILE: &str = "history.db";
const LOCK: &str = "history.lock";
/// What SQLite puts beside its file.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// The samples of the disks of this host.
pub struct History {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    set_aside: Option<PathBuf>,
    // After the connection: the lock goes last.
    _lock: Held,
}

impl History {
    /// How long samples are kept unless said otherwise: 180 days.
    pub const RETENTION: Duration = Duration::from_secs(180 * 86_400);
    /// How long one process waits for others.
    pub const PATIENCE: Duration = Duration::from_secs(30);

    /// Opens the history in `state_dir` for reading and writing, and makes both at the first use. A database that is
    /// damaged is set aside first.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn open(state_dir: &Path) -> Result<Self, HistoryError> {
        own_file::make_folder(state_dir).map_err(HistoryError::io("create", state_dir))?;
        guard(state_dir, 0o022, 0o700)?;
        let path = state_dir.join(FILE);
        let lock = shared(state_dir, &path)?;
        match connect(&path, Access::Shared).and_then(checked(&path)) {
            Ok(connection) => Ok(Self { connection, path, set_aside: None, _lock: lock }),
            Err(HistoryError::Damaged { .. }) => {
                drop(lock);
                Self::begin_anew(state_dir, path)
            }
            Err(error) => Err(error),
        }
    }

    /// Opens the history in `state_dir` if there is one: nothing is made or set aside.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn find(state_dir: &Path) -> Result<Option<Self>, HistoryError> {
        let path = state_dir.join(FILE);
        match fs::symlink_metadata(&path) {
            Ok(facts) if facts.len() > 0 => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(HistoryError::io("examine", &path)(error)),
        }
        let lock = shared(state_dir, &path)?;
        let connection = match connect(&path, Access::Shared) {
            // What several share in memory is a file, for which there is no room. Who is alone needs none.
            Err(HistoryError::Full { .. }) => connect(&path, Access::Alone),
            other => other,
        };
        let connection = connection.map_err(HistoryError::of_reader)?;
        Ok(Some(Self { connection, path, set_aside: None, _lock: lock }))
    }

    /// Where the damaged database went, if [`open`](Self::open) found one.
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// With the lock held alone: looks again, sets the damaged database aside, and begins a new one.
    fn begin_anew(state_dir: &Path, path: PathBuf) -> Result<Self, HistoryError> {
        let lock_path = state_dir.join(LOCK);
        let lock = lock::take(&lock_path, FlockArg::LockExclusiveNonblock, Self::PATIENCE)
            .map_err(HistoryError::io("lock", &lock_path))?
            .ok_or_else(|| HistoryError::Busy { path: path.clone() })?;
        let (connection, set_aside) = match connect(&path, Access::Shared).and_then(checked(&path)) {
            Err(HistoryError::Damaged { .. }) => {
                let aside = set_aside(&path)?;
                (connect(&path, Access::Shared)?, Some(aside))
            }
            other => (other?, None),
        };
        lock.relock(FlockArg::LockShared)
            .map_err(|error| HistoryError::io("lock", &lock_path)(error.into()))?;
        Ok(Self { connection, path, set_aside, _lock: lock })
    }

    /// What went wrong with reading.
    pub(super) fn error(&self) -> impl Fn(rusqlite::Error) -> HistoryError {
        |source| HistoryError::of(&self.path, source).of_reader()
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("path", &self.path).finish_non_exhaustive()
    }
}

fn shared(state_dir: &Path, path: &Path) -> Result<Held, HistoryError> {
    let lock = state_dir.join(LOCK);
    lock::take(&lock, FlockArg::LockSharedNonblock, History::PATIENCE)
        .map_err(HistoryError::io("lock", &lock))?
        .ok_or_else(|| HistoryError::Busy { path: path.into() })
}

/// Who else may use the database meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Shared,
    /// Nobody.
    Alone,
}

/// Connects, waiting while others do what only one can do at a time: switch an empty file to its log, or make tables.
fn connect(path: &Path, access: Access) -> Result<Connection, HistoryError> {
    create(path)?;
    let end = Instant::now() + History::PATIENCE;
    loop {
        match try_connect(path, access) {
            Err(HistoryError::Busy { .. }) if Instant::now() < end => {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

fn try_connect(path: &Path, access: Access) -> Result<Connection, HistoryError> {
    let error = |source| HistoryError::of(path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    // SQLite follows no link at all in such a path, but the folder may be behind one.
    let real = fs::canonicalize(path).map_err(HistoryError::io("find", path))?;
    let is_new = fs::metadata(&real).map_err(HistoryError::io("examine", path))?.len() == 0;
    let mut connection = Connection::open_with_flags(real, flags).map_err(error)?;
    connection.busy_timeout(History::PATIENCE).map_err(error)?;
    if access == Access::Alone {
        // Before the file is looked at: then the index of the log is not shared, and is no file.
        connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(())).map_err(error)?;
    }
    // Pages that pruning freed can then be given back. Of effect in a file without tables only; in others it writes for nothing, and
    // who reads needs no room.
    if is_new {
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(error)?;
    }
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).map_err(error)?;
    for (pragma, value) in [
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
        ("cell_size_check", "ON"),
        ("trusted_schema", "OFF"),
    ] {
        connection.pragma_update(None, pragma, value).map_err(error)?;
    }
    match schema::migrate(&mut connection, schema::STEPS).map_err(error)? {
        Found::Ready => Ok(connection),
        Found::Newer(version) => Err(HistoryError::Newer { path: path.into(), version }),
        Found::Foreign => Err(HistoryError::Foreign { path: path.into() }),
    }
}

/// Reads the whole file once: damage is to be found before something is added to it.
fn checked(path: &Path) -> impl Fn(Connection) -> Result<Connection, HistoryError> + '_ {
    |connection| {
        let verdict: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(|source| HistoryError::of(path, source))?;
        if verdict == "ok" { Ok(connection) } else { Err(HistoryError::Damaged { path: path.into() }) }
    }
}

/// Makes the file for its owner alone (SQLite would ask the umask), or sees to it that it is.
fn create(path: &Path) -> Result<(), HistoryError> {
    match own_file::open(path, OpenOptions::new().write(true).create_new(true)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(HistoryError::io("create", path)(error))
        }
        _ => guard(path, 0o077, 0o600),
    }
}

fn guard(path: &Path, others: u32, want: u32) -> Result<(), HistoryError> {
    let mode = fs::metadata(path).map_err(HistoryError::io("examine", path))?.mode() & 0o7777;
    if mode & others == 0 { Ok(()) } else { Err(HistoryError::Mode { path: path.into(), mode, want }) }
}

/// Renames the database and what is beside it; the new name.
fn set_aside(path: &Path) -> Result<PathBuf, HistoryError> {
    let now = Stamp(jiff::Timestamp::now().as_second());
    let with = |path: &Path, end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let base = with(path, &format!(".damaged-{now}"));
    let free = |name: &Path| !name.exists();
    let aside =
        (0..1000).map(|count| if count == 0 { base.clone() } else { with(&base, &format!(".{count}")) });
    let aside = aside.into_iter().find(|name| free(name)).unwrap_or(base.clone());
    for end in BESIDE {
        match fs::rename(with(path, end), with(&aside, end)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(HistoryError::io("set aside", &with(path, end))(error));
            }
            _ => {}
        }
    }
    fs::rename(path, &aside).map_err(HistoryError::io("set aside", path))?;
    Ok(aside)
}
