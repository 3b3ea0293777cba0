//! Files and folders that their owner alone reads.
//!
//! What root makes in the folder of another user belongs to that one: the service of a host runs as a user of its own, and
//! must find what its operator did as root. SQLite does the same with what it puts beside its database.
//!
//! Such a folder may hold what its owner put there to mislead root: no link is followed, and of what was there already
//! nothing is given away but what root itself left.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;

use nix::fcntl::OFlag;
use nix::unistd::geteuid;

/// Makes the folder and those above it, closed to others. They are of whoever runs this.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens the file as `how` says, with a mode of 600 if it is made, and never through a link.
pub(crate) fn open(path: &Path, how: &mut OpenOptions) -> io::Result<File> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    let file = how.mode(0o600).custom_flags(flags.bits()).open(path)?;
    hand_over(&file, path)?;
    Ok(file)
}

/// As root: gives what root has made at `path` to the owner of the folder it is in.
pub(crate) fn hand_over(made: &File, path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|_| geteuid().is_root()) else { return Ok(()) };
    let here = Path::new(".");
    let owner = fs::metadata(if folder.as_os_str().is_empty() { here } else { folder })?;
    if is_to_change(&owner, &made.metadata()?) {
        fchown(made, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
}

/// A file of root with a second name may be one of the system's, linked there.
fn is_to_change(folder: &Metadata, made: &Metadata) -> bool {
    folder.uid() != 0 && made.uid() == 0 && (made.is_dir() || made.is_file() && made.nlink() == 1)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{chown, symlink};

    use super::*;

    const NOBODY: u32 = 65_534;

    fn owner(path: &Path) -> (u32, u32, u32) {
        let facts = fs::symlink_metadata(path).unwrap();
        (facts.uid(), facts.gid(), facts.mode() & 0o777)
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn what_root_makes_belongs_to_the_owner_of_the_folder() {
        if !geteuid().is_root() {
            eprintln!("SKIPPED: only root makes files for others");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = |name| folder.path().join(name);
        let make = |name| open(&file(name), OpenOptions::new().write(true).create_new(true));
        make("ours").unwrap();
        assert_eq!(owner(&file("ours")), (0, 0, 0o600));
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();

        make("theirs").unwrap();
        assert_eq!(owner(&file("theirs")), (NOBODY, NOBODY, 0o600));
        // What root left there before.
        open(&file("ours"), OpenOptions::new().read(true)).unwrap();
        assert_eq!(owner(&file("ours")), (NOBODY, NOBODY, 0o600));

        // A file of the system with a second name here stays what it is; one behind a link is not opened.
        let system = tempfile::NamedTempFile::new().unwrap();
        if fs::hard_link(system.path(), file("linked")).is_ok() {
            open(&file("linked"), OpenOptions::new().write(true)).unwrap();
        }
        symlink(system.path(), file("link")).unwrap();
        open(&file("link"), OpenOptions::new().write(true).create(true)).unwrap_err();
        make("link").unwrap_err();
        assert_eq!(owner(system.path()), (0, 0, 0o600));
    }
}
