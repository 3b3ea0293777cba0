//! How commands and bytes move: SG_IO, SAT, NVMe admin, MegaRAID, record and replay. No knowledge of what bytes mean.
//!
//! A [`Command`] can only be made by constructors of reading commands: a transport cannot change a disk,
//! because nothing that would can be said to it.

mod command;
pub mod dump;
mod error;
#[cfg(feature = "native")]
pub mod megaraid;
#[cfg(feature = "native")]
mod nvme;
#[cfg(feature = "native")]
mod open;
mod record;
mod replay;
mod sat;
mod sct;
mod sense;
#[cfg(feature = "native")]
mod sg;
#[cfg(feature = "worker")]
pub mod transcript;
#[cfg(feature = "worker")]
pub(crate) mod wire;

use std::time::Duration;

pub use command::{Command, NvmeAdmin, ScsiCdb, TaskFile};
pub(crate) use error::seconds;
pub use error::{OpenError, Sense, TransportError};
#[cfg(feature = "native")]
pub use megaraid::MegaRaid;
#[cfg(feature = "native")]
pub use nvme::Nvme;
#[cfg(feature = "native")]
pub use open::open;
pub use record::Record;
pub use replay::{Delay, Replay};
pub use sat::Sat;
pub use sense::{Answers, SenseData};
#[cfg(feature = "native")]
pub use sg::ScsiGeneric;

/// One way to one device.
pub trait Transport: Send {
    /// Sends `command` and waits for its end, at most `timeout` (the kernel may need one or two seconds more to
    /// abort it). `data` receives what the device returns; it is at least as long as the command's
    /// [`data_len`](Command::data_len), and bytes beyond the [`Completion::data_len`] mean nothing: they may be as
    /// they were, or zero.
    ///
    /// # Errors
    /// The command did not end well: see [`TransportError`].
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError>;
}

impl<T: Transport + ?Sized> Transport for &mut T {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        (**self).execute(command, data, timeout)
    }
}

/// How a command ended that ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Completion {
    /// Bytes of `data` that the device sent.
    pub data_len: usize,
    /// ATA output registers, where they were asked for and came.
    pub registers: Option<Registers>,
    /// DWORD 0 of an NVMe completion queue entry.
    pub result: u32,
}

/// ATA output registers, as the ATA Status Return descriptor of SAT-5 holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Registers {
    /// ERROR.
    pub error: u8,
    /// COUNT, 16 bits.
    pub count: u16,
    /// LBA, 48 bits.
    pub lba: u64,
    /// DEVICE.
    pub device: u8,
    /// STATUS.
    pub status: u8,
}
