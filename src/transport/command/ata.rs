//! ATA commands: constructors for reading commands, and their form in SCSI.

use crate::transport::sct::SctCommand;

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
    pub(super) sct: Option<SctCommand>,
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

    pub(super) fn data_len(&self) -> usize {
        if self.sct.is_some() { 0 } else { usize::from(self.blocks) * 512 }
    }

    pub(super) fn key(&self) -> String {
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
}
