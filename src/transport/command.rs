//! Commands, by protocol: private fields, and constructors for reading commands only.

use std::io;

use super::TransportError;
use super::sct::SctCommand;

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
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Ata(_) => "ATA",
            Self::Scsi(_) => "SCSI",
            Self::Nvme(_) => "NVMe",
        }
    }

    /// The part of `data` that the device fills.
    pub(super) fn room<'a>(&self, data: &'a mut [u8]) -> Result<&'a mut [u8], TransportError> {
        let short =
            || io::Error::new(io::ErrorKind::InvalidInput, "the buffer is shorter than the answer asked for");
        data.get_mut(..self.data_len()).ok_or_else(|| TransportError::Refused(short()))
    }

    /// Length of [`identity`](Self::identity).
    pub(super) const IDENTITY: usize = 28;

    /// All that the command says: no other has the same bytes.
    pub(super) fn identity(&self) -> [u8; Self::IDENTITY] {
        let (kind, bytes, nsid, payload) = match self {
            Self::Ata(task_file) => (0, task_file.pass_through_16(), 0, task_file.payload()),
            Self::Scsi(cdb) => (1, cdb.bytes, 0, cdb.payload()),
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

/// An ATA command: its input registers (ACS-5 "inputs"), 48-bit where `ext`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFile {
    feature: u16,
    count: u16,
    lba: u64,
    command: u8,
    /// 512-byte blocks that move.
    blocks: u16,
    /// Are 16-bit FEATURE and COUNT and a 48-bit LBA meant?
    ext: bool,
    /// Are the output registers wanted (CK_COND)?
    registers: bool,
    /// The SCT command that goes to the device. `None`: nothing goes there.
    sct: Option<SctCommand>,
}

impl TaskFile {
    const SMART: u8 = 0xb0;
    /// LBA 23:8 of every SMART command (ACS-5): C24Fh.
    const SMART_SIGNATURE: u64 = 0xc2_4f00;

    const fn data_in(command: u8, feature: u16, lba: u64, blocks: u16, ext: bool) -> Self {
        Self { feature, count: blocks, lba, command, blocks, ext, registers: false, sct: None }
    }

    /// IDENTIFY DEVICE (ECh).
    pub const fn identify_device() -> Self {
        Self::data_in(0xec, 0, 0, 1, false)
    }

    /// SMART READ DATA (B0h/D0h).
    pub const fn smart_read_data() -> Self {
        Self::data_in(Self::SMART, 0xd0, Self::SMART_SIGNATURE, 1, false)
    }

    /// SMART READ THRESHOLDS (B0h/D1h), ATA-3.
    pub const fn smart_read_thresholds() -> Self {
        Self::data_in(Self::SMART, 0xd1, Self::SMART_SIGNATURE, 1, false)
    }

    /// SMART RETURN STATUS (B0h/DAh): the answer is in LBA 23:8 of the output registers.
    pub const fn smart_return_status() -> Self {
        Self { registers: true, ..Self::data_in(Self::SMART, 0xda, Self::SMART_SIGNATURE, 0, false) }
    }

    /// SMART READ LOG (B0h/D5h): `pages` pages of 512 bytes from the start of the log at `address`.
    pub const fn smart_read_log(address: u8, pages: u8) -> Self {
        Self::data_in(Self::SMART, 0xd5, Self::SMART_SIGNATURE | address as u64, pages as u16, false)
    }

    /// READ LOG EXT (2Fh): `pages` pages of 512 bytes from page `page` on of the log at `address`.
    pub const fn read_log_ext(address: u8, page: u16, pages: u16) -> Self {
        let [low, high] = page.to_le_bytes();
        Self::data_in(0x2f, 0, u64::from_le_bytes([address, low, 0, 0, 0, high, 0, 0]), pages, true)
    }

    /// CHECK POWER MODE (E5h): the answer is in COUNT of the output registers; the drive stays as it is.
    pub const fn check_power_mode() -> Self {
        Self { registers: true, ..Self::data_in(0xe5, 0, 0, 0, false) }
    }

    /// SMART WRITE LOG (B0h/D6h) of log E0h, one page: an SCT command.
    const fn sct(command: SctCommand) -> Self {
        let log = Self::data_in(Self::SMART, 0xd6, Self::SMART_SIGNATURE | 0xe0, 1, false);
        Self { sct: Some(command), ..log }
    }

    /// SCT Data Table (action 5, function 1, table 2): makes log E1h hold the temperature history.
    pub const fn sct_temperature_history() -> Self {
        Self::sct(SctCommand::TemperatureHistory)
    }

    /// SCT Error Recovery Control (action 3, function 2, selection 1): the time limit of reads. The answer is in the
    /// output registers.
    pub const fn sct_read_timer() -> Self {
        Self { registers: true, ..Self::sct(SctCommand::ReadTimer) }
    }

    /// The same for writes (selection 2).
    pub const fn sct_write_timer() -> Self {
        Self { registers: true, ..Self::sct(SctCommand::WriteTimer) }
    }

    /// The 512 bytes that go to the device. `None`: nothing goes there.
    pub fn payload(&self) -> Option<[u8; 512]> {
        self.sct.map(SctCommand::payload)
    }

    /// Are the output registers wanted?
    pub const fn wants_registers(&self) -> bool {
        self.registers
    }

    /// COMMAND register.
    pub const fn opcode(&self) -> u8 {
        self.command
    }

    /// FEATURE register.
    pub const fn feature(&self) -> u16 {
        self.feature
    }

    /// COUNT register.
    pub const fn count(&self) -> u16 {
        self.count
    }

    /// LBA registers, 48 bits.
    pub const fn lba(&self) -> u64 {
        self.lba
    }

    fn data_len(&self) -> usize {
        if self.sct.is_some() { 0 } else { usize::from(self.blocks) * 512 }
    }

    fn key(&self) -> String {
        let Self { command, feature, .. } = self;
        let address = self.lba.to_le_bytes()[0];
        match (*command, *feature) {
            (Self::SMART, 0xd5 | 0xd6) => format!("ata:b0/{feature:02x}/{address:02x}"),
            (Self::SMART, _) => format!("ata:b0/{feature:02x}"),
            (0x2f, _) => format!("ata:2f/{address:02x}"),
            _ => format!("ata:{command:02x}"),
        }
    }

    /// The command as an ATA PASS-THROUGH (16) command descriptor block (SAT-5).
    ///
    /// Byte 1: PROTOCOL 3 (Non-data), 4 (PIO Data-In) or 5 (PIO Data-Out, an SCT command), EXTEND. Byte 2: CK_COND,
    /// T_DIR = from the device, BYT_BLOK and T_LENGTH = COUNT holds the number of blocks.
    pub fn pass_through_16(&self) -> [u8; 16] {
        let [feature, feature_high] = self.feature.to_le_bytes();
        let [count, count_high] = self.count.to_le_bytes();
        let [lba0, lba1, lba2, lba3, lba4, lba5, _, _] = self.lba.to_le_bytes();
        let (protocol, transfer) = match (self.blocks, self.sct) {
            (0, _) => (3, 0),
            (_, None) => (4, 0x0e),
            (_, Some(_)) => (5, 0x06),
        };
        let check_condition = if self.registers { 0x20 } else { 0 };
        let (high, extend) =
            if self.ext { ([feature_high, count_high, lba3, lba4, lba5], 1) } else { ([0; 5], 0) };
        let [feature_high, count_high, lba3, lba4, lba5] = high;
        #[rustfmt::skip]
        let cdb = [
            0x85, protocol << 1 | extend, check_condition | transfer,
            feature_high, feature, count_high, count,
            lba3, lba0, lba4, lba1, lba5, lba2,
            0, self.command, 0,
        ];
        cdb
    }
}

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
    pub(super) fn ata_pass_through_16(task_file: &TaskFile) -> Self {
        let allocation = u32::try_from(task_file.data_len()).unwrap_or(u32::MAX);
        Self { sct: task_file.sct, ..Self::new(task_file.pass_through_16(), allocation) }
    }

    /// The 512 bytes that go to the device. `None`: nothing goes there.
    pub(super) fn payload(&self) -> Option<[u8; 512]> {
        self.sct.map(SctCommand::payload)
    }

    /// Is it an ATA command passed through, so that sense data may hold output registers?
    pub(super) fn is_ata_pass_through(&self) -> bool {
        self.bytes[0] == 0x85
    }

    /// The command descriptor block.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    fn data_len(&self) -> usize {
        usize::try_from(self.allocation).unwrap_or(usize::MAX)
    }

    fn key(&self) -> String {
        let [opcode, b1, b2, b3, ..] = self.bytes;
        match opcode {
            0x12 if b1 & 1 == 1 => format!("scsi:12/{b2:02x}"),
            0x4d | 0x1a | 0x5a => format!("scsi:{opcode:02x}/{:02x}.{b3:02x}", b2 & 0x3f),
            0x9e => format!("scsi:9e/{:02x}", b1 & 0x1f),
            _ => format!("scsi:{opcode:02x}"),
        }
    }
}

/// An NVMe admin command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NvmeAdmin {
    opcode: u8,
    nsid: u32,
    cdw10: u32,
    cdw11: u32,
    cdw12: u32,
    cdw13: u32,
    len: u32,
}

impl NvmeAdmin {
    /// Identify (06h): the 4,096-byte data structure `cns`.
    pub const fn identify(cns: u8, nsid: u32) -> Self {
        Self { opcode: 0x06, nsid, cdw10: cns as u32, cdw11: 0, cdw12: 0, cdw13: 0, len: 4096 }
    }

    /// Get Log Page (02h): `len` bytes, a multiple of 4, from the start of log `lid`.
    pub const fn get_log_page(lid: u8, nsid: u32, len: u32) -> Self {
        Self::get_log_page_at(lid, nsid, 0, len)
    }

    /// Get Log Page (02h): `len` bytes from `offset` on, both multiples of 4.
    pub const fn get_log_page_at(lid: u8, nsid: u32, offset: u64, len: u32) -> Self {
        let dwords = (len / 4).saturating_sub(1);
        let [d0, d1, d2, d3] = dwords.to_le_bytes();
        let [o0, o1, o2, o3, o4, o5, o6, o7] = offset.to_le_bytes();
        Self {
            opcode: 0x02,
            nsid,
            cdw10: u32::from_le_bytes([lid, 0, d0, d1]),
            cdw11: u32::from_le_bytes([d2, d3, 0, 0]),
            cdw12: u32::from_le_bytes([o0, o1, o2, o3]),
            cdw13: u32::from_le_bytes([o4, o5, o6, o7]),
            len: len / 4 * 4,
        }
    }

    /// Get Log Page (02h): `len` bytes from the start of log `lid`, of what `specific` (Log Specific Identifier) says:
    /// an endurance group, for example.
    pub const fn get_log_page_of(lid: u8, nsid: u32, specific: u16, len: u32) -> Self {
        let log = Self::get_log_page(lid, nsid, len);
        let [d2, d3, ..] = log.cdw11.to_le_bytes();
        let [s0, s1] = specific.to_le_bytes();
        Self { cdw11: u32::from_le_bytes([d2, d3, s0, s1]), ..log }
    }

    /// Opcode.
    pub const fn opcode(&self) -> u8 {
        self.opcode
    }

    /// Namespace Identifier.
    pub const fn nsid(&self) -> u32 {
        self.nsid
    }

    /// Command DWORDs 10 to 13; the others are zero.
    pub const fn cdw(&self) -> [u32; 4] {
        [self.cdw10, self.cdw11, self.cdw12, self.cdw13]
    }

    fn data_len(&self) -> usize {
        usize::try_from(self.len).unwrap_or(usize::MAX)
    }

    fn key(&self) -> String {
        let code = self.cdw10.to_le_bytes()[0];
        match self.opcode {
            0x06 => format!("nvme:06/cns{code:02x}"),
            opcode => format!("nvme:{opcode:02x}/{code:02x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ata_pass_through_16_of_the_reading_commands() {
        #[rustfmt::skip]
        let golden: [(TaskFile, [u8; 16]); 8] = [
            (TaskFile::identify_device(),       [0x85, 0x08, 0x0e, 0, 0x00, 0, 1, 0, 0x00, 0, 0x00, 0, 0x00, 0, 0xec, 0]),
            (TaskFile::smart_read_data(),       [0x85, 0x08, 0x0e, 0, 0xd0, 0, 1, 0, 0x00, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0]),
            (TaskFile::smart_return_status(),   [0x85, 0x06, 0x20, 0, 0xda, 0, 0, 0, 0x00, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0]),
            (TaskFile::smart_read_log(0x06, 1), [0x85, 0x08, 0x0e, 0, 0xd5, 0, 1, 0, 0x06, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0]),
            (TaskFile::read_log_ext(0x04, 1, 2), [0x85, 0x09, 0x0e, 0, 0x00, 0, 2, 0, 0x04, 0, 0x01, 0, 0x00, 0, 0x2f, 0]),
            (TaskFile::sct_temperature_history(), [0x85, 0x0a, 0x06, 0, 0xd6, 0, 1, 0, 0xe0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0]),
            (TaskFile::sct_read_timer(),        [0x85, 0x0a, 0x26, 0, 0xd6, 0, 1, 0, 0xe0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0]),
            (TaskFile::sct_write_timer(),       [0x85, 0x0a, 0x26, 0, 0xd6, 0, 1, 0, 0xe0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0]),
        ];
        for (task_file, cdb) in golden {
            assert_eq!(task_file.pass_through_16(), cdb, "{task_file:?}");
        }
    }

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
    fn get_log_page_splits_length_and_offset() {
        let log = NvmeAdmin::get_log_page_at(0x0d, 0xffff_ffff, 0x1_0000_0004, 0x8_0000);
        assert_eq!(log.cdw(), [0xffff_000d, 0x0001, 0x0000_0004, 0x0000_0001]);
        assert_eq!(Command::Nvme(log).key(), "nvme:02/0d");
        let group = NvmeAdmin::get_log_page_of(0x09, 0, 0x0102, 512);
        assert_eq!(group.cdw(), [0x007f_0009, 0x0102_0000, 0, 0]);
    }

    #[test]
    fn keys_name_the_answer() {
        assert_eq!(Command::Ata(TaskFile::smart_read_log(0x09, 1)).key(), "ata:b0/d5/09");
        assert_eq!(Command::Scsi(ScsiCdb::log_sense(0x0d, 1, 252)).key(), "scsi:4d/0d.01");
        assert_eq!(Command::Scsi(ScsiCdb::read_capacity_16()).key(), "scsi:9e/10");
    }
}
