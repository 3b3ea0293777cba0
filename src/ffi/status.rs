//! What became of a call or of a disk, as a number and in words.

use std::ffi::{CStr, c_char};
use std::fmt::Display;
use std::io;

use crate::anonymise::SecretError;
use crate::collect::CollectError;
use crate::device::DeviceError;
use crate::source::{SourceError, chain};
use crate::transport::OpenError;

/// What became of a call, or of a disk. A number is never used again for another meaning; a program must expect numbers
/// that its header does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// It is done.
    Ok = 0,
    /// There are no more: the iteration is over, or all disks have had their results.
    End = 1,
    /// The time of this call is over and nothing has come. Ask again.
    Timeout = 2,
    /// There is no such value. Absent is not 0.
    Absent = 3,
    /// There is such a value, but it is of another type, or too large for the one asked for.
    WrongType = 4,

    /// A pointer is NULL that must not be.
    NullPointer = 10,
    /// An argument has no meaning: a number out of its range, text that is not UTF-8.
    InvalidArgument = 11,
    /// There is no such device, file or folder.
    NotFound = 12,
    /// The system does not permit it: reading disks takes root, or CAP_SYS_RAWIO and CAP_SYS_ADMIN.
    Permission = 13,
    /// It is a device, but no physical disk and not made of any.
    NotADisk = 14,
    /// The system reports another error of input or output.
    Io = 15,
    /// The text is not the JSON of a record.
    NotARecord = 16,
    /// The secret behind the pseudonyms cannot be used as it is.
    Secret = 17,

    /// Of a disk: it has no SMART data, as a virtual disk or a logical disk of a RAID controller.
    NoSmart = 30,
    /// Of a disk: it sleeps, and was left asleep as it was asked for. Nothing is wrong.
    Asleep = 31,
    /// Of a disk: it does not say who it is.
    NotIdentified = 32,
    /// Of a disk: it did not answer in time, and is left alone.
    Deadline = 33,
    /// Of a disk: the time for all disks was over.
    RoundOver = 34,
    /// Of a disk: the round was cancelled before it was read.
    Cancelled = 35,
    /// Of a disk: another logical unit of the same drive hangs.
    SameDrive = 36,
    /// Of a disk: it hung before, and is not asked yet: something of this process is still stuck in it, or it is remembered
    /// (stone_options_set_quarantine).
    Quarantined = 37,
    /// Of a disk: smartctl failed, is missing, or is too old.
    Smartctl = 38,
    /// Of a disk: the worker process cannot be started, or is at fault.
    Worker = 39,
    /// Of a disk: the system grants no thread.
    NoThread = 40,
    /// Of a disk: it could not be read for another reason, which its error tells.
    Unreadable = 41,

    /// This library is at fault. Please report it.
    Internal = 99,
}

impl Status {
    /// All of them.
    const ALL: [Self; 26] = [
        Self::Ok,
        Self::End,
        Self::Timeout,
        Self::Absent,
        Self::WrongType,
        Self::NullPointer,
        Self::InvalidArgument,
        Self::NotFound,
        Self::Permission,
        Self::NotADisk,
        Self::Io,
        Self::NotARecord,
        Self::Secret,
        Self::NoSmart,
        Self::Asleep,
        Self::NotIdentified,
        Self::Deadline,
        Self::RoundOver,
        Self::Cancelled,
        Self::SameDrive,
        Self::Quarantined,
        Self::Smartctl,
        Self::Worker,
        Self::NoThread,
        Self::Unreadable,
        Self::Internal,
    ];

    fn words(self) -> &'static CStr {
        match self {
            Self::Ok => c"done",
            Self::End => c"there are no more",
            Self::Timeout => c"nothing has come in time",
            Self::Absent => c"there is no such value",
            Self::WrongType => c"the value is of another type",
            Self::NullPointer => c"a pointer is NULL that must not be",
            Self::InvalidArgument => c"an argument has no meaning",
            Self::NotFound => c"there is no such thing",
            Self::Permission => c"not permitted",
            Self::NotADisk => c"no physical disk",
            Self::Io => c"input or output failed",
            Self::NotARecord => c"not the JSON of a record",
            Self::Secret => c"the secret cannot be used",
            Self::NoSmart => c"the disk has no SMART data",
            Self::Asleep => c"the disk was left asleep",
            Self::NotIdentified => c"the disk does not say who it is",
            Self::Deadline => c"the disk did not answer in time",
            Self::RoundOver => c"the time for all disks was over",
            Self::Cancelled => c"cancelled",
            Self::SameDrive => c"another logical unit of the drive hangs",
            Self::Quarantined => c"the disk hung before and is left alone",
            Self::Smartctl => c"smartctl failed",
            Self::Worker => c"the worker process failed",
            Self::NoThread => c"no thread to be had",
            Self::Unreadable => c"the disk could not be read",
            Self::Internal => c"the library is at fault",
        }
    }

    fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::Permission,
            _ => Self::Io,
        }
    }

    fn of_source(error: &SourceError) -> Self {
        match error {
            SourceError::Open(OpenError::Node { source, .. }) => Self::of_io(source),
            SourceError::Open(OpenError::NotADevice { .. }) => Self::NotADisk,
            SourceError::Open(OpenError::NoCommands { .. }) | SourceError::NoSmart(_) => Self::NoSmart,
            SourceError::Asleep => Self::Asleep,
            SourceError::Identify { .. } | SourceError::Unreadable { .. } => Self::NotIdentified,
            SourceError::Deadline => Self::Deadline,
            SourceError::SmartctlMissing(_)
            | SourceError::UsbBridge { .. }
            | SourceError::SmartctlOld { .. }
            | SourceError::SmartctlTimedOut(_)
            | SourceError::SmartctlHeldOpen
            | SourceError::SmartctlAnswer(_)
            | SourceError::SmartctlForeign(_)
            | SourceError::SmartctlDump
            | SourceError::SmartctlTooLong(_)
            | SourceError::SmartctlFailed { .. } => Self::Smartctl,
            _ => Self::Unreadable,
        }
    }
}

/// A few words about a status, in English, NUL-terminated; never NULL. They live as long as the library is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn stone_status_text(status: i32) -> *const c_char {
    let known = Status::ALL.into_iter().find(|known| *known as i32 == status);
    known.map_or(c"a status that this library does not know", Status::words).as_ptr()
}

/// Why a call or a disk failed: the number, and words with all causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) status: Status,
    pub(super) words: String,
}

impl Fault {
    pub(super) fn new(status: Status, words: impl Display) -> Self {
        Self { status, words: words.to_string() }
    }

    pub(super) fn null(name: &'static str) -> Self {
        Self::new(Status::NullPointer, format_args!("`{name}` is NULL"))
    }

    pub(super) fn invalid(words: impl Display) -> Self {
        Self::new(Status::InvalidArgument, words)
    }

    /// What the system said as `action` was tried.
    pub(super) fn of_io(action: impl Display, error: &io::Error) -> Self {
        Self::new(Status::of_io(error), format_args!("{action}: {error}"))
    }

    /// Why there is no record of a disk. Where the words of the program name its options, these are this library's.
    pub(super) fn of_disk(error: &CollectError) -> Self {
        let (status, words) = match error {
            CollectError::Source(SourceError::Asleep) => {
                (Status::Asleep, "it sleeps and is left asleep (stone_options_set_asleep)".to_owned())
            }
            CollectError::Source(source) => (Status::of_source(source), chain(error)),
            CollectError::Told(_) => (Status::Unreadable, chain(error)),
            CollectError::Deadline(_) | CollectError::Hung { .. } | CollectError::Opening(_) => {
                (Status::Deadline, chain(error))
            }
            CollectError::RoundOver(limit) => (Status::RoundOver, round_over(limit.as_secs_f32())),
            CollectError::Interrupted => (Status::Cancelled, chain(error)),
            CollectError::SameDrive => (Status::SameDrive, chain(error)),
            CollectError::Quarantined(words) => (Status::Quarantined, format!("{words}; it is left alone")),
            CollectError::NoThread(_) => (Status::NoThread, chain(error)),
            CollectError::Worker(_) => (Status::Worker, chain(error)),
            CollectError::Panicked => (Status::Internal, chain(error)),
        };
        Self { status, words }
    }
}

/// Why a disk has no record when the time for all is over, in seconds.
pub(super) fn round_over(limit: f32) -> String {
    format!("the time for all disks was over ({limit} s, stone_options_set_round_deadline)")
}

impl From<DeviceError> for Fault {
    fn from(error: DeviceError) -> Self {
        let status = match &error {
            DeviceError::NotFound { .. } | DeviceError::Gone { .. } => Status::NotFound,
            DeviceError::NotADevice { .. } | DeviceError::NotADisk { .. } => Status::NotADisk,
            DeviceError::Access { source, .. } | DeviceError::Sysfs { source, .. } => Status::of_io(source),
            _ => Status::Io,
        };
        Self { status, words: chain(&error) }
    }
}

impl From<SecretError> for Fault {
    fn from(error: SecretError) -> Self {
        let status = match &error {
            SecretError::Io { source, .. } => Status::of_io(source),
            _ => Status::Secret,
        };
        Self { status, words: chain(&error) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_status_has_words_of_its_own() {
        let words: HashSet<&CStr> = Status::ALL.into_iter().map(Status::words).collect();
        assert_eq!(words.len(), Status::ALL.len());
    }
}
