//! The management node of the driver `megaraid_sas`, one for all controllers of a host.
//!
//! The driver has a number for it but makes no node: vendors' tools and smartctl put `/dev/megaraid_sas_ioctl_node` there
//! when they need it, and leave it. Where it is, it is used. Where it is not, nothing is left behind: a node only for
//! root is made in a folder for temporary files, opened and removed at once.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::libc;
use nix::sys::stat::{Mode, SFlag, major, makedev, mknod};

use crate::transport::OpenError;
use crate::transport::open::options;

/// Where everyone expects it.
const NODE: &str = "/dev/megaraid_sas_ioctl_node";
/// What the driver calls it in /proc/devices.
const NAME: &str = "megaraid_sas_ioctl";
/// A folder for temporary files that is rarely mounted without device nodes, beside that of the environment.
const ANOTHER_FOLDER: &str = "/var/tmp";

/// Opens it.
pub(super) fn open() -> Result<File, OpenError> {
    let failed = |source: io::Error| OpenError::Node { path: NODE.into(), advice: advice(&source), source };
    let devices = fs::read_to_string("/proc/devices").map_err(failed)?;
    let number = number(&devices).ok_or_else(|| failed(io::Error::from_raw_os_error(libc::ENODEV)))?;
    match open_at(Path::new(NODE), number) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => open_temporary(number),
        opened => opened,
    }
    .map_err(failed)
}

/// The driver's major number, by /proc/devices. `None`: it is not loaded.
fn number(devices: &str) -> Option<u64> {
    let of_line = |line: &str| line.trim().split_once(' ').filter(|(_, name)| *name == NAME)?.0.parse().ok();
    // Character devices come first; a block device of the same name is none of the driver's.
    devices.lines().take_while(|line| !line.starts_with("Block")).find_map(of_line)
}

/// The node at `path`, if it is the driver's: after the driver was loaded anew it may be left over from before.
fn open_at(path: &Path, number: u64) -> io::Result<File> {
    let metadata = fs::metadata(path)?;
    if !metadata.file_type().is_char_device() || major(metadata.rdev()) != number {
        return Err(io::ErrorKind::NotFound.into());
    }
    options().open(path)
}

fn open_temporary(number: u64) -> io::Result<File> {
    let folders = [std::env::temp_dir(), PathBuf::from(ANOTHER_FOLDER)];
    let mut end = Err(io::ErrorKind::NotFound.into());
    for folder in folders {
        end = open_within(&folder, number);
        if end.is_ok() {
            break;
        }
    }
    // Nobody misses the node who may not open it: say what is amiss, not what was tried.
    end.map_err(|error| match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => error,
        _ => io::ErrorKind::NotFound.into(),
    })
}

fn open_within(folder: &Path, number: u64) -> io::Result<File> {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!("stone-megaraid-{}-{count}", process::id()));
    // Fails where there is anything of that name, so that what is opened is what was made.
    mknod(&path, SFlag::S_IFCHR, Mode::S_IRUSR | Mode::S_IWUSR, makedev(number, 0))?;
    let opened = open_at(&path, number);
    fs::remove_file(&path)?;
    opened
}

fn advice(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => {
            "run as root, or give CAP_SYS_ADMIN; where there is no such node, CAP_MKNOD too"
        }
        Some(libc::ENODEV) => "the driver megaraid_sas is not loaded",
        _ => {
            "it is not there, and a temporary one cannot be made: \
             mknod it as a character device with the number of megaraid_sas_ioctl in /proc/devices and 0"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICES: &str = "\
Character devices:
  1 mem
244 megaraid_sas_ioctl
250 megaraid_sas_ioctl_other

Block devices:
  8 sd
";

    #[test]
    fn the_number_is_that_of_the_character_device() {
        assert_eq!(number(DEVICES), Some(244));
        assert_eq!(number("Character devices:\n\nBlock devices:\n244 megaraid_sas_ioctl\n"), None);
        assert_eq!(number(" x megaraid_sas_ioctl\n"), None);
        assert_eq!(number(""), None);
    }

    #[test]
    fn another_devices_node_is_as_good_as_none() {
        // /dev/null has number 1, 3.
        assert!(open_at(Path::new("/dev/null"), 1).is_ok());
        for (path, number) in [("/dev/null", 244), ("/etc/passwd", 1), ("/nonexistent", 1)] {
            assert_eq!(open_at(Path::new(path), number).unwrap_err().kind(), io::ErrorKind::NotFound);
        }
    }

    #[test]
    fn nothing_is_left_of_a_temporary_node() {
        let folder = tempfile::tempdir().unwrap();
        // Without CAP_MKNOD none is made. With it the memory driver's /dev/mem-like number 1, 0 does not exist.
        assert!(open_within(folder.path(), 1).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
