//! What can go wrong on the way from a path to a disk.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why there is no disk. A name below /dev/disk is not repeated in the message: it may be made of a serial number.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// sysfs does not list block devices.
    #[error("cannot list {}: is sysfs mounted?", .path.display())]
    Sysfs {
        /// The folder.
        path: PathBuf,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// There is nothing of that name.
    #[error("{}: no such device", shown(.path))]
    NotFound {
        /// As it was given.
        path: PathBuf,
    },
    /// The node cannot be looked at.
    #[error("cannot look at {}", shown(.path))]
    Access {
        /// As it was given.
        path: PathBuf,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// Symbolic links that lead to one another.
    #[error("{}: too many symbolic links", shown(.path))]
    TooManyLinks {
        /// As it was given.
        path: PathBuf,
    },
    /// A file that is no device at all.
    #[error("{} is {what}, not a block or character device", shown(.path))]
    NotADevice {
        /// As it was given.
        path: PathBuf,
        /// What it is, with its article.
        what: &'static str,
    },
    /// A device, but neither a disk nor made of disks.
    #[error("{} is {what}, not a physical disk", shown(.path))]
    NotADisk {
        /// As it was given.
        path: PathBuf,
        /// What it is, with its article.
        what: &'static str,
    },
    /// It was there, and then it was not.
    #[error("{name} went away while it was looked at")]
    Gone {
        /// Kernel name.
        name: String,
    },
}

impl DeviceError {
    /// `source` is what the kernel said of `path`.
    pub(super) fn of_path(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound { path },
            _ => Self::Access { path, source },
        }
    }
}

/// `path` as a message may show it.
fn shown(path: &Path) -> String {
    match path.strip_prefix("/dev/disk").ok().and_then(|rest| rest.components().next()) {
        Some(kind) => format!("the given name under /dev/disk/{}", Path::new(&kind).display()),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_never_shows_a_serial_number() {
        let error = DeviceError::NotFound { path: "/dev/disk/by-id/ata-MODEL_SERIAL9".into() };
        assert_eq!(error.to_string(), "the given name under /dev/disk/by-id: no such device");
        let error = DeviceError::NotADevice { path: "/etc/fstab".into(), what: "a regular file" };
        assert_eq!(error.to_string(), "/etc/fstab is a regular file, not a block or character device");
    }
}
