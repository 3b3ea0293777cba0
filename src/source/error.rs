//! Why there is no record of a disk at all.

use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::transport::{TransportError, seconds};

/// Why a disk could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The way to the device cannot be opened.
    #[error(transparent)]
    Open(#[from] crate::transport::OpenError),
    /// It is no disk with SMART data: a virtual disk, or a logical disk of a RAID controller.
    #[error("{0}")]
    NoSmart(&'static str),
    /// It sleeps, and nobody wants it woken.
    #[error("it sleeps and is left asleep; --nocheck never reads it all the same")]
    Asleep,
    /// The disk did not say who it is.
    #[error("{command} got no answer that identifies the disk")]
    Identify {
        /// The command, as the standard names it.
        command: &'static str,
        /// What went wrong.
        #[source]
        source: TransportError,
    },
    /// The disk said who it is in bytes that cannot be read.
    #[error("{command} was answered with bytes that do not identify a disk")]
    Unreadable {
        /// The command, as the standard names it.
        command: &'static str,
        /// What is wrong with them.
        #[source]
        source: crate::decode::DecodeError,
    },
    /// The time for the disk was over before it had said who it is.
    #[error("the disk's time was over before it was identified")]
    Deadline,
    /// smartctl cannot be started.
    #[error("smartctl cannot be started; install smartmontools 7.0 or newer, or use --backend native")]
    SmartctlMissing(#[source] io::Error),
    /// The USB bridge has a protocol of its own, and there is no smartctl.
    #[error(
        "the disk is behind a USB bridge ({name}) that only smartctl -d {kind} reads, and smartctl cannot be started: install smartmontools"
    )]
    UsbBridge {
        /// What the bridge is called, as far as it is known.
        name: String,
        /// smartctl's word for the protocol.
        kind: String,
        /// Why smartctl cannot be started.
        #[source]
        source: io::Error,
    },
    /// smartctl is too old to give JSON, or is something else.
    #[error("smartctl 7.0 or newer is needed, this one says: {found}")]
    SmartctlOld {
        /// What it says its version is.
        found: String,
    },
    /// smartctl did not end in time and was killed.
    #[error("smartctl did not end within {}", seconds(*.0))]
    SmartctlTimedOut(Duration),
    /// smartctl ended, but something that it started did not.
    #[error("smartctl has ended, but a process that it started keeps its output open")]
    SmartctlHeldOpen,
    /// smartctl's answer is no JSON object.
    #[error("smartctl's answer cannot be read")]
    SmartctlAnswer(#[source] serde_json::Error),
    /// smartctl's answer is JSON, but not of smartctl about a disk.
    #[error("smartctl's answer has no {0}: is it the smartctl of smartmontools?")]
    SmartctlForeign(&'static str),
    /// A dump can only be read natively.
    #[error("smartctl cannot read a dump: use --backend native")]
    SmartctlDump,
    /// smartctl's answer is larger than any record.
    #[error("smartctl's answer is larger than {0} bytes")]
    SmartctlTooLong(usize),
    /// smartctl could not open the disk.
    #[error("smartctl could not read the disk (exit status {status}){}", .message.as_ref().map(|text| format!(": {text}")).unwrap_or_default())]
    SmartctlFailed {
        /// Its exit status.
        status: u8,
        /// What it says of it, at most 120 characters without control characters.
        message: Option<String>,
    },
}

/// An error and its causes, joined by colons.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
