//! A command as bytes, to compare it with one in a transcript.

use super::Command;

impl Command {
    /// Length of [`identity`](Self::identity).
    pub(in crate::transport) const IDENTITY: usize = 28;

    /// All that the command says: no other has the same bytes.
    pub(in crate::transport) fn identity(&self) -> [u8; Self::IDENTITY] {
        let (kind, bytes, nsid, payload) = match self {
            Self::Ata(task_file) => (0, task_file.pass_through_16(), 0, task_file.payload()),
            Self::Scsi(cdb) => {
                let mut padded = [0; 16];
                padded.iter_mut().zip(cdb.bytes()).for_each(|(to, from)| *to = *from);
                (1, padded, 0, cdb.payload())
            }
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
}
