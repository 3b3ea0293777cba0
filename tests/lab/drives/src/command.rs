//! A command descriptor block of the guest as the library's command that says the same: its transports can answer that.

use stone_smart::transport::{Command, ScsiCdb, TaskFile};

/// LBA 23:8 of every SMART command.
const SMART_SIGNATURE: u64 = 0xc24f;

/// What an ATA PASS-THROUGH (12) or (16) asks for (SAT-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PassThrough {
    /// COMMAND register.
    pub(crate) command: u8,
    /// FEATURE register.
    pub(crate) feature: u16,
    /// COUNT register.
    pub(crate) count: u16,
    /// LBA registers.
    pub(crate) lba: u64,
    /// EXTEND: 48-bit registers.
    pub(crate) extend: bool,
    /// CK_COND: the output registers are wanted.
    pub(crate) registers: bool,
}

impl PassThrough {
    /// `None`: it is another command.
    #[rustfmt::skip]
    pub(crate) fn decode(cdb: &[u8; 32]) -> Option<Self> {
        let (registers, extend) = (cdb[2] & 0x20 != 0, cdb[1] & 1 != 0);
        match cdb[0] {
            0x85 => {
                let high = |byte: u8| if extend { byte } else { 0 };
                Some(Self {
                    command: cdb[14],
                    feature: u16::from_be_bytes([high(cdb[3]), cdb[4]]),
                    count: u16::from_be_bytes([high(cdb[5]), cdb[6]]),
                    lba: u64::from_be_bytes(
                        [0, 0, high(cdb[11]), high(cdb[9]), high(cdb[7]), cdb[12], cdb[10], cdb[8]]),
                    extend,
                    registers,
                })
            }
            0xa1 => Some(Self {
                command: cdb[9],
                feature: cdb[3].into(),
                count: cdb[4].into(),
                lba: u64::from_be_bytes([0, 0, 0, 0, 0, cdb[7], cdb[6], cdb[5]]),
                extend: false,
                registers,
            }),
            _ => None,
        }
    }

    /// Log address, LBA 7:0.
    pub(crate) fn address(&self) -> u8 {
        self.lba.to_le_bytes()[0]
    }

    fn task_file(&self, sent: &[u8]) -> Option<TaskFile> {
        let (address, smart) = (self.address(), self.lba >> 8 & 0xffff == SMART_SIGNATURE);
        match (self.command, self.feature) {
            (0xec, _) => Some(TaskFile::identify_device()),
            (0xb0, 0xd0) if smart => Some(TaskFile::smart_read_data()),
            (0xb0, 0xd1) if smart => Some(TaskFile::smart_read_thresholds()),
            (0xb0, 0xd5) if smart => Some(TaskFile::smart_read_log(address, u8::try_from(self.count).ok()?)),
            (0xb0, 0xd6) if smart && address == 0xe0 => {
                let known = [
                    TaskFile::sct_temperature_history(),
                    TaskFile::sct_read_timer(),
                    TaskFile::sct_write_timer(),
                ];
                known.into_iter().find(|command| command.payload().is_some_and(|payload| sent == payload))
            }
            (0xb0, 0xda) if smart => Some(TaskFile::smart_return_status()),
            (0x2f, _) => {
                let [_, low, _, _, _, high, ..] = self.lba.to_le_bytes();
                Some(TaskFile::read_log_ext(address, u16::from_le_bytes([low, high]), self.count))
            }
            (0xe5, _) => Some(TaskFile::check_power_mode()),
            _ => None,
        }
    }
}

/// `None`: the library cannot say it.
pub(crate) fn decode(cdb: &[u8; 32], sent: &[u8]) -> Option<Command> {
    if let Some(passed) = PassThrough::decode(cdb) {
        return passed.task_file(sent).map(Command::Ata);
    }
    let [opcode, b1, b2, b3, b4, _, _, b7, b8, ..] = *cdb;
    let (page, subpage, length) = (b2 & 0x3f, b3, u16::from_be_bytes([b7, b8]));
    // Saved and default values are not recorded: the current ones stand for them.
    let changeable = b2 >> 6 == 1;
    Some(Command::Scsi(match opcode {
        0x00 => ScsiCdb::test_unit_ready(),
        0x03 => ScsiCdb::request_sense(),
        0x12 if b1 & 1 == 0 => ScsiCdb::inquiry(u16::from_be_bytes([b3, b4])),
        0x12 => ScsiCdb::vital_product_data(b2, u16::from_be_bytes([b3, b4])),
        0x1a => ScsiCdb::mode_sense_6(page, subpage, changeable, b4),
        0x25 => ScsiCdb::read_capacity_10(),
        // The grown list alone.
        0x37 if b2 & 0x18 == 0x08 => ScsiCdb::read_defect_data_10(b2 & 7),
        0x4d => ScsiCdb::log_sense(page, subpage, length),
        0x5a => ScsiCdb::mode_sense_10(page, subpage, changeable, length),
        0x9e if b1 & 0x1f == 0x10 => ScsiCdb::read_capacity_16(),
        0xb7 if b1 & 0x18 == 0x08 => ScsiCdb::read_defect_data_12(b1 & 7),
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cdb(bytes: &[u8]) -> [u8; 32] {
        let mut cdb = [0; 32];
        cdb[..bytes.len()].copy_from_slice(bytes);
        cdb
    }

    #[test]
    fn what_the_library_says_is_understood() {
        let commands = [
            TaskFile::identify_device(),
            TaskFile::smart_read_data(),
            TaskFile::smart_read_thresholds(),
            TaskFile::smart_return_status(),
            TaskFile::smart_read_log(0xe0, 2),
            TaskFile::read_log_ext(0x04, 0x102, 0x203),
            TaskFile::check_power_mode(),
            TaskFile::sct_temperature_history(),
            TaskFile::sct_write_timer(),
        ];
        for command in commands {
            let sent = command.payload().map_or_else(Vec::new, Vec::from);
            let passed = cdb(&command.pass_through_16());
            assert_eq!(decode(&passed, &sent), Some(Command::Ata(command)));
        }
        for command in [
            ScsiCdb::inquiry(96),
            ScsiCdb::vital_product_data(0x83, 252),
            ScsiCdb::log_sense(0x18, 1, 0x1234),
            ScsiCdb::mode_sense_6(8, 0, true, 64),
            ScsiCdb::mode_sense_10(0x1c, 0, false, 64),
            ScsiCdb::read_capacity_16(),
            ScsiCdb::read_defect_data_10(4),
            ScsiCdb::read_defect_data_12(4),
        ] {
            assert_eq!(decode(&cdb(command.bytes()), &[]), Some(Command::Scsi(command)));
        }
    }

    #[test]
    fn twelve_bytes_say_the_same_as_sixteen() {
        let log = cdb(&[0xa1, 0x08, 0x0e, 0xd5, 1, 0x06, 0x4f, 0xc2, 0, 0xb0, 0, 0]);
        assert_eq!(decode(&log, &[]), Some(Command::Ata(TaskFile::smart_read_log(6, 1))));
    }

    #[test]
    fn what_nobody_may_say_is_not_understood() {
        for bytes in [
            &[0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0][..],
            &[0x85, 0x06, 0x20, 0, 0xd9, 0, 0, 0, 0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0],
            // SMART without its signature.
            &[0x85, 0x08, 0x0e, 0, 0xd0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xb0, 0],
        ] {
            assert_eq!(decode(&cdb(bytes), &[0; 512]), None, "{bytes:x?}");
        }
    }
}
