//! SCSI commands: constructors for reading commands.

use super::TaskFile;
use crate::transport::sct::SctCommand;

/// A SCSI command: its command descriptor block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScsiCdb {
    bytes: [u8; 16],
    len: u8,
    allocation: u32,
    /// The SCT command that goes to an ATA device behind. `None`: nothing goes there.
    sct: Option<SctCommand>,
}

impl ScsiCdb {
    const fn new<const N: usize>(cdb: [u8; N], allocation: u32) -> Self {
        let mut bytes = [0; 16];
        let mut i = 0;
        while i < N {
            bytes[i] = cdb[i];
            i += 1;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "N is at most 16: the copy above would not compile to end"
        )]
        let len = N as u8;
        Self { bytes, len, allocation, sct: None }
    }

    /// TEST UNIT READY (00h).
    pub const fn test_unit_ready() -> Self {
        Self::new([0; 6], 0)
    }

    /// REQUEST SENSE (03h), fixed format.
    pub const fn request_sense() -> Self {
        Self::new([0x03, 0, 0, 0, 252, 0], 252)
    }

    /// INQUIRY (12h), standard data.
    pub const fn inquiry(allocation: u16) -> Self {
        let [high, low] = allocation.to_be_bytes();
        Self::new([0x12, 0, 0, high, low, 0], allocation as u32)
    }

    /// INQUIRY (12h) with EVPD: the vital product data page `page`.
    pub const fn vital_product_data(page: u8, allocation: u16) -> Self {
        let [high, low] = allocation.to_be_bytes();
        Self::new([0x12, 1, page, high, low, 0], allocation as u32)
    }

    /// READ CAPACITY (10) (25h).
    pub const fn read_capacity_10() -> Self {
        Self::new([0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0], 8)
    }

    /// READ CAPACITY (16) (9Eh/10h).
    pub const fn read_capacity_16() -> Self {
        Self::new([0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], 32)
    }

    /// LOG SENSE (4Dh), PC = 01b: cumulative values, from the first parameter on.
    pub const fn log_sense(page: u8, subpage: u8, allocation: u16) -> Self {
        let [high, low] = allocation.to_be_bytes();
        Self::new([0x4d, 0, 0x40 | (page & 0x3f), subpage, 0, 0, 0, high, low, 0], allocation as u32)
    }

    /// MODE SENSE (10) (5Ah) without block descriptors; `changeable` asks for PC = 01b instead of current values.
    pub const fn mode_sense_10(page: u8, subpage: u8, changeable: bool, allocation: u16) -> Self {
        let [high, low] = allocation.to_be_bytes();
        let control = if changeable { 0x40 } else { 0 };
        Self::new([0x5a, 0x08, control | (page & 0x3f), subpage, 0, 0, 0, high, low, 0], allocation as u32)
    }

    /// MODE SENSE (6) (1Ah), for devices that refuse the 10-byte form.
    pub const fn mode_sense_6(page: u8, subpage: u8, changeable: bool, allocation: u8) -> Self {
        let control = if changeable { 0x40 } else { 0 };
        Self::new([0x1a, 0x08, control | (page & 0x3f), subpage, allocation, 0], allocation as u32)
    }

    /// READ DEFECT DATA (12) (B7h): the header of the grown defect list (REQ_GLIST) in `format`.
    pub const fn read_defect_data_12(format: u8) -> Self {
        Self::new([0xb7, 0x08 | (format & 7), 0, 0, 0, 0, 0, 0, 0, 8, 0, 0], 8)
    }

    /// READ DEFECT DATA (10) (37h): the header of the grown defect list (REQ_GLIST) in `format`.
    pub const fn read_defect_data_10(format: u8) -> Self {
        Self::new([0x37, 0, 0x08 | (format & 7), 0, 0, 0, 0, 0, 4, 0], 4)
    }

    /// ATA PASS-THROUGH (16) (85h, SAT-5) of `task_file`: nothing that a [`TaskFile`] cannot say can be passed through.
    pub(in crate::transport) fn ata_pass_through_16(task_file: &TaskFile) -> Self {
        let allocation = u32::try_from(task_file.data_len()).unwrap_or(u32::MAX);
        Self { sct: task_file.sct, ..Self::new(task_file.pass_through_16(), allocation) }
    }

    /// The 512 bytes that go to the device. `None`: nothing goes there.
    pub fn payload(&self) -> Option<[u8; 512]> {
        self.sct.map(SctCommand::payload)
    }

    /// Is it an ATA command passed through, so that sense data may hold output registers?
    pub fn is_ata_pass_through(&self) -> bool {
        self.bytes[0] == 0x85
    }

    /// The command descriptor block.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    pub(super) fn data_len(&self) -> usize {
        usize::try_from(self.allocation).unwrap_or(usize::MAX)
    }

    pub(super) fn key(&self) -> String {
        let [opcode, b1, b2, b3, ..] = self.bytes;
        match opcode {
            0x12 if b1 & 1 == 1 => format!("scsi:12/{b2:02x}"),
            0x4d | 0x1a | 0x5a => format!("scsi:{opcode:02x}/{:02x}.{b3:02x}", b2 & 0x3f),
            0x9e => format!("scsi:9e/{:02x}", b1 & 0x1f),
            _ => format!("scsi:{opcode:02x}"),
        }
    }
}
