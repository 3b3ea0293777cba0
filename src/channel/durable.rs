//! Files that are whole or not there, and locks between processes.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use nix::unistd::geteuid;

use crate::own_file;

/// How long to wait before a lock is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// Held by one process at a time; given back when dropped, also by the kernel when its process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: Flock<File>,
}

impl Lock {
    /// Waits for the lock at `path`, at most for `limit`. `None`: another process still has it.
    pub(crate) fn take(path: &Path, limit: Duration) -> io::Result<Option<Self>> {
        let start = Instant::now();
        let mut file = own_file::open(path, OpenOptions::new().create(true).truncate(false).write(true))?;
        loop {
            match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                Ok(locked) => return Ok(Some(Self { _file: locked })),
                Err((again, Errno::EWOULDBLOCK | Errno::EINTR)) => file = again,
                Err((_, error)) => return Err(error.into()),
            }
            if start.elapsed() >= limit {
                return Ok(None);
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// Makes the folder `path` inside of another, which is made as well: both closed to others.
pub(crate) fn make_folder_inside(path: &Path) -> io::Result<()> {
    if let Some(outer) = path.parent() {
        own_file::make_folder(outer)?;
    }
    own_file::make_folder(path)?;
    let facts = fs::symlink_metadata(path)?;
    // A link of root's or our own leads where its owner wants; any other is followed by nobody.
    if facts.is_symlink() && [0, geteuid().as_raw()].contains(&facts.uid()) {
        return Ok(());
    }
    let flags = OFlag::O_NOFOLLOW | OFlag::O_DIRECTORY;
    own_file::hand_over(&OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)?, path)
}

/// Puts a file at `path`, readable by its owner alone: written aside as `aside`, synced, renamed, the folder synced. After a
/// crash at any moment there is the old file or the new one, whole. One process at a time may use `aside`.
pub(crate) fn put(
    aside: &Path,
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    // What a process that was killed left, or a link that somebody put there.
    _ = fs::remove_file(aside);
    let mut file = own_file::open(aside, OpenOptions::new().write(true).create_new(true))?;
    let written = write(&mut file)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(aside, path))
        .and_then(|()| sync_folder_of(path));
    if written.is_err() {
        // What is half written serves nobody, and takes room on a disk that may be full.
        _ = fs::remove_file(aside);
    }
    written
}

/// Removes the file for good. That it is gone already is no error.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => sync_folder_of(path),
    }
}

/// Gives the file another name in the same folder, for good. It takes no room on the disk.
pub(crate) fn rename(path: &Path, new: &Path) -> io::Result<()> {
    fs::rename(path, new)?;
    sync_folder_of(new)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_put_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let (aside, path) = (folder.path().join("a"), folder.path().join("b"));
        put(&aside, &path, |file| file.write_all(b"one")).unwrap();
        let failed = put(&aside, &path, |file| {
            file.write_all(b"tw")?;
            Err(io::Error::other("full"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "full");
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!aside.exists());
        remove(&path).unwrap();
        remove(&path).unwrap();
    }

    #[test]
    fn a_lock_has_one_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = Lock::take(&path, Duration::ZERO).unwrap();
        assert!(first.is_some());
        assert!(Lock::take(&path, Duration::from_millis(30)).unwrap().is_none());
        drop(first);
        assert!(Lock::take(&path, Duration::ZERO).unwrap().is_some());
    }
}
