//! The lock beside the database: whoever uses it holds it shared, who sets a damaged one aside holds it alone.
//!
//! SQLite removes its log by name when the last user leaves. Were the file renamed under a user, it would remove
//! the log of the new one.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use crate::own_file;

/// A lock that is held until it is dropped.
pub(super) type Held = Flock<File>;

/// Waits for the lock at `path`, shared or alone. `Ok(None)`: others kept it for the whole of `patience`.
pub(super) fn take(path: &Path, how: FlockArg, patience: Duration) -> io::Result<Option<Held>> {
    let mut file = open(path)?;
    let end = Instant::now() + patience;
    loop {
        match Flock::lock(file, how) {
            Ok(held) => return Ok(Some(held)),
            Err((back, Errno::EWOULDBLOCK | Errno::EINTR)) if Instant::now() < end => file = back,
            Err((_, Errno::EWOULDBLOCK)) => return Ok(None),
            Err((_, error)) => return Err(error.into()),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn open(path: &Path) -> io::Result<File> {
    own_file::open(path, OpenOptions::new().read(true).write(true).create(true).truncate(false))
}
