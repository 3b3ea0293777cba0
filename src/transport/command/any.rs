//! A command of any protocol.

use std::io;

use super::{NvmeAdmin, ScsiCdb, TaskFile};
use crate::transport::TransportError;

/// One command to one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// An ATA command.
    Ata(TaskFile),
    /// A SCSI command.
    Scsi(ScsiCdb),
    /// An NVMe admin command.
    Nvme(NvmeAdmin),
}

impl Command {
    /// Bytes of data the device is asked for. 0: a command without data.
    pub fn data_len(&self) -> usize {
        match self {
            Self::Ata(task_file) => task_file.data_len(),
            Self::Scsi(cdb) => cdb.data_len(),
            Self::Nvme(admin) => admin.data_len(),
        }
    }

    /// The word for its kind in messages.
    pub(in crate::transport) fn kind(&self) -> &'static str {
        match self {
            Self::Ata(_) => "ATA",
            Self::Scsi(_) => "SCSI",
            Self::Nvme(_) => "NVMe",
        }
    }

    /// The part of `data` that the device fills.
    ///
    /// # Errors
    /// `data` is shorter than [`data_len`](Self::data_len).
    pub fn room<'a>(&self, data: &'a mut [u8]) -> Result<&'a mut [u8], TransportError> {
        let short =
            || io::Error::new(io::ErrorKind::InvalidInput, "the buffer is shorter than the answer asked for");
        data.get_mut(..self.data_len()).ok_or_else(|| TransportError::Refused(short()))
    }

    /// The key of the command in dumps: `ata:b0/d0`, `scsi:4d/0d.00`, `nvme:02/02`.
    pub fn key(&self) -> String {
        match self {
            Self::Ata(task_file) => task_file.key(),
            Self::Scsi(cdb) => cdb.key(),
            Self::Nvme(admin) => admin.key(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sct_commands_send_data_and_take_none() {
        for command in
            [TaskFile::sct_temperature_history(), TaskFile::sct_read_timer(), TaskFile::sct_write_timer()]
        {
            let passed = ScsiCdb::ata_pass_through_16(&command);
            assert_eq!(passed.payload(), command.payload());
            assert!(command.payload().is_some(), "{command:?}");
            assert_eq!((Command::Ata(command.clone()).data_len(), Command::Scsi(passed).data_len()), (0, 0));
            assert_eq!(Command::Ata(command).key(), "ata:b0/d6/e0");
        }
        assert_eq!(TaskFile::read_log_ext(0xe0, 0, 1).payload(), None);
        assert_eq!(ScsiCdb::inquiry(36).payload(), None);
    }

    #[test]
    fn keys_name_the_answer() {
        assert_eq!(Command::Ata(TaskFile::smart_read_log(0x09, 1)).key(), "ata:b0/d5/09");
        assert_eq!(Command::Scsi(ScsiCdb::log_sense(0x0d, 1, 252)).key(), "scsi:4d/0d.01");
        assert_eq!(Command::Scsi(ScsiCdb::read_capacity_16()).key(), "scsi:9e/10");
    }
}
