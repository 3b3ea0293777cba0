//! What can go wrong on the way to a device and back.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Why a command brought no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The kernel did not take the command: no permission, no such device, not a disk.
    #[error("the kernel refused the command{}", advice(.0))]
    Refused(#[source] io::Error),
    /// No answer within the time-out; the kernel aborted the command.
    #[error("no answer within {}", seconds(*.0))]
    TimedOut(Duration),
    /// The host adapter or its driver gave up (host_status and driver_status of `sg_io_hdr`).
    #[error("the host adapter gave up: host status {host:#04x}, driver status {driver:#04x}")]
    Host {
        /// `host_status`, DID_* of the kernel.
        host: u16,
        /// `driver_status`, DRIVER_* of the kernel.
        driver: u16,
    },
    /// The device ended the command with a SCSI status other than GOOD.
    #[error("the device answered status {status:#04x}{}", .sense.map(|sense| format!(", {sense}")).unwrap_or_default())]
    Scsi {
        /// SCSI status (SAM-6): 02h CHECK CONDITION, 08h BUSY, 18h RESERVATION CONFLICT ...
        status: u8,
        /// Sense data, where there was any.
        sense: Option<Sense>,
    },
    /// The ATA device ended the command with an error.
    #[error("the drive answered status {status:#04x}, error {error:#04x}")]
    Ata {
        /// STATUS register.
        status: u8,
        /// ERROR register: 04h is ABRT, the command or log is not supported.
        error: u8,
    },
    /// The NVMe controller ended the command with a status other than zero.
    #[error("the controller answered status type {}, code {:#04x}", .0 >> 8 & 7, .0 & 0xff)]
    Nvme(
        /// Status Code in bits 7:0, Status Code Type in bits 10:8, Do Not Retry in bit 14.
        u16,
    ),
    /// A MegaRAID controller did not bring the command to its end.
    #[error("the RAID controller answered command status {:#04x}{}", .0, megaraid(*.0))]
    MegaRaid(
        /// MFI_STAT_* of the driver: 0Ch no such disk, 2Dh and 2Eh the disk did not do it and did not say why ...
        u8,
    ),
    /// This transport does not carry commands of that kind.
    #[error("{transport} carries no {command} command")]
    WrongKind {
        /// The transport.
        transport: &'static str,
        /// The kind of the command.
        command: &'static str,
    },
    /// The time was over before it was sent.
    #[error("it was not sent")]
    NotSent,
    /// A dump cannot be read.
    #[error("the dump cannot be read at {file}")]
    Dump {
        /// File inside the dump.
        file: String,
        /// What is wrong with it.
        #[source]
        source: io::Error,
    },
    /// A dump cannot be written.
    #[error("the dump cannot be written to {}", .path.display())]
    DumpWrite {
        /// The folder of the dump, or a file in it.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: io::Error,
    },
}

impl TransportError {
    /// Does the device merely not have what was asked for, so that nothing is wrong?
    ///
    /// ATA: ABRT. SCSI: ILLEGAL REQUEST, whatever the additional code. NVMe: Invalid Opcode (0/01h), Invalid Field
    /// (0/02h), Invalid Log Page (1/09h).
    pub fn is_unsupported(&self) -> bool {
        match self {
            Self::Ata { error, .. } => error & 0x04 != 0 && error & 0x40 == 0,
            Self::Scsi { sense: Some(sense), .. } => sense.key == 0x05,
            Self::Nvme(status) => matches!(status & 0x7ff, 0x001 | 0x002 | 0x109),
            _ => false,
        }
    }

    /// Will the device not answer the next command either?
    pub fn is_lost(&self) -> bool {
        match self {
            Self::TimedOut(_) => true,
            // DID_NO_CONNECT, DID_BAD_TARGET: the disk has left.
            Self::Host { host, .. } => matches!(host, 0x01 | 0x04),
            // MFI_STAT_DEVICE_NOT_FOUND.
            Self::MegaRaid(status) => *status == 0x0c,
            Self::Refused(error) => {
                matches!(
                    error.raw_os_error(),
                    Some(nix::libc::ENODEV | nix::libc::ENXIO | nix::libc::ESHUTDOWN)
                )
            }
            _ => false,
        }
    }
}

/// Why there is no way to a disk. The messages do not name the disk: who asked for it does.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The node cannot be opened.
    #[error("cannot be opened{}{advice}", if advice.is_empty() { "" } else { ": " })]
    Node {
        /// The node.
        path: PathBuf,
        /// What it means, and what to do; empty where that is not known.
        advice: &'static str,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The path leads to something else.
    #[error("is not a device node: give a disk, such as /dev/sda or /dev/nvme0")]
    NotADevice {
        /// The path.
        path: PathBuf,
    },
    /// The disk takes no commands of its own.
    #[error("is a virtual disk, which takes no commands to a drive")]
    NoCommands {
        /// The node.
        path: PathBuf,
    },
    /// A MegaRAID controller does not say which disks it has.
    #[error("the MegaRAID controller (SCSI host {host}) does not list its disks")]
    MegaRaidList {
        /// Number of its SCSI host.
        host: u16,
        /// What went wrong.
        #[source]
        source: TransportError,
    },
    /// The dump cannot be read or written.
    #[error(transparent)]
    Dump(#[from] TransportError),
}

/// A time as people say it: `15 s`, `1.5 s`, `80 ms`.
pub(crate) fn seconds(time: Duration) -> String {
    let millis = time.as_millis();
    if millis < 100 {
        return format!("{millis} ms");
    }
    let tenths = (millis + 50) / 100;
    match tenths % 10 {
        0 => format!("{} s", tenths / 10),
        tenth => format!("{}.{tenth} s", tenths / 10),
    }
}

/// What to do about a refusal, where that is known.
fn advice(refusal: &io::Error) -> &'static str {
    match refusal.raw_os_error() {
        // SG_IO with ATA PASS-THROUGH: EPERM; NVMe admin commands: EACCES.
        Some(nix::libc::EPERM | nix::libc::EACCES) => {
            ": run as root, or give CAP_SYS_RAWIO (ATA and SCSI) or CAP_SYS_ADMIN (NVMe)"
        }
        Some(nix::libc::ENOTTY) => ": this node carries no such commands",
        Some(nix::libc::ENODEV | nix::libc::ENXIO | nix::libc::ESHUTDOWN) => ": the disk is gone or offline",
        Some(nix::libc::EINVAL | nix::libc::ENOMEM) => {
            ": perhaps it asks for more than the host adapter moves at once"
        }
        _ => "",
    }
}

/// What a command status of a MegaRAID controller means, where that helps.
fn megaraid(status: u8) -> &'static str {
    match status {
        0x0c => ": it has no such disk",
        0x02 | 0x03 => ": it does not know the question",
        _ => "",
    }
}

/// Sense key, additional sense code and its qualifier (SPC-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sense {
    /// SENSE KEY, 4 bits.
    pub key: u8,
    /// ADDITIONAL SENSE CODE.
    pub asc: u8,
    /// ADDITIONAL SENSE CODE QUALIFIER.
    pub ascq: u8,
}

impl fmt::Display for Sense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sense key {:x}h, additional sense {:02x}h/{:02x}h", self.key, self.asc, self.ascq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_shortly() {
        for (micros, said) in [
            (0, "0 ms"),
            (99_999, "99 ms"),
            (103_000, "0.1 s"),
            (1_500_000, "1.5 s"),
            (1_999_938, "2 s"),
            (15_000_000, "15 s"),
        ] {
            assert_eq!(seconds(Duration::from_micros(micros)), said);
        }
        let late = TransportError::TimedOut(Duration::from_secs_f64(1.999_938_1));
        assert_eq!(late.to_string(), "no answer within 2 s");
    }
}
