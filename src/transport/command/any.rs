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
    pub(in crate::transport) fn room<'a>(&self, data: &'a mut [u8]) -> Result<&'a mut [u8], TransportError> {
        let short =
            || io::Error::new(io::ErrorKind::InvalidInput, "the buffer is shorter than the answer asked for");
        data.get_mut(..self.data_len()).ok_or_else(|| TransportError::Refused(short()))
    }

    /// Length of [`identity`](Self::identity).
    pub(in crate::transport) const IDENTITY: usize = 28;

    /// All that the command says: no other has the same bytes.
    pub(in crate::transport) fn identity(&self) -> [u8; Self::IDENTITY] {
        let (kind, bytes, nsid, payload) = match self {
            Self::Ata(task_file) => (0, task_file.pass_through_16(), 0, task_file.payload()),
            Self::Scsi(cdb) => (1, cdb.padded(), 0, cdb.payload()),
            Self::Nvme(admin) => {
                let mut words = [0; 16];
                for (bytes, word) in words.chunks_exact_mut(4).zip(admin.cdw()) {
                    bytes.copy_from_slice(&word.to_le_bytes());
                }
                (admin.opcode(), words, admin.nsid(), None)
            }
        };
        // An SCT command is told from others by its action and its selection, or table.
        let [action, _, _, _, selection, ..] = payload.unwrap_or([0; 512]);
        let protocol = if let Self::Nvme(_) = self { 1 } else { 0 };
        let data_len = u32::try_from(self.data_len()).unwrap_or(u32::MAX);
        let mut identity = [0; Self::IDENTITY];
        identity[..4].copy_from_slice(&[protocol, kind, action, selection]);
        identity[4..20].copy_from_slice(&bytes);
        identity[20..24].copy_from_slice(&nsid.to_le_bytes());
        identity[24..].copy_from_slice(&data_len.to_le_bytes());
        identity
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
