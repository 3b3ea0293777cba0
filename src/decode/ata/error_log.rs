//! Error logs, ACS-5: Extended Comprehensive SMART (03h) and, for drives without it, Summary SMART (01h).

use super::{FirmwareBugs, Pages, Request, sector};
use crate::decode::bytes::{checksum_is_zero, le, le16, le32, u8_at};
use crate::decode::{Answer, DecodeError, Page};

/// The newest errors are read, no more than these unless [`Wanted`](super::Wanted) says otherwise.
pub const NEWEST: u16 = 8;

/// Errors in a sector of the extended log.
const PER_SECTOR: u16 = 4;

/// The first sector of the extended log, as the source asks for it: the number of errors and where the newest stands.
pub(super) const EXTENDED: Page<Pages> = Page {
    name: "extended_error_log",
    title: "Extended Comprehensive SMART Error log (READ LOG EXT 03h)",
    requests: |pages| match pages.general_log(0x03) {
        0 => Vec::new(),
        _ => vec![Request::ReadLogExt { address: 0x03, page: 0, pages: 1 }],
    },
    decode: |_, answer, pages| {
        let sectors = pages.general_log(0x03);
        let log = ExtendedErrorLog::decode(answer, sectors, pages.firmware_bugs)?;
        let most = pages.wanted.errors.unwrap_or(NEWEST);
        pages.extended_error_log = Some(ExtendedErrorLog { most, ..log });
        Ok(())
    },
};

/// The other sectors in which the newest errors stand.
pub(super) const EXTENDED_NEWEST: Page<Pages> = Page {
    name: "extended_error_log_newest",
    title: "Extended Comprehensive SMART Error log (READ LOG EXT 03h), further sectors",
    requests: |pages| {
        let missing = pages.extended_error_log.as_ref().map(ExtendedErrorLog::missing).unwrap_or_default();
        missing.into_iter().map(|page| Request::ReadLogExt { address: 0x03, page, pages: 1 }).collect()
    },
    decode: |request, answer, pages| {
        let Request::ReadLogExt { page, .. } = *request else {
            return Ok(());
        };
        let data = sector::first(answer, EXTENDED_NEWEST.title)?;
        if let Some(log) = &mut pages.extended_error_log {
            log.checksum_ok &= checksum_is_zero(data);
            log.slots.extend(extended_slots(page, data, pages.firmware_bugs));
        }
        Ok(())
    },
};

/// The summary log, as the source asks for it.
pub(super) const SUMMARY: Page<Pages> = Page {
    name: "summary_error_log",
    title: "Summary SMART Error log (SMART READ LOG 01h)",
    requests: |pages| {
        let listed = pages.smart_log(0x01, pages.logs_errors()) > 0;
        let instead = pages.extended_error_log.is_none() || pages.wanted.summary_error_log;
        let needed = instead && listed;
        if needed { pages.if_smart(Request::SmartReadLog { address: 0x01, pages: 1 }) } else { Vec::new() }
    },
    decode: |_, answer, pages| {
        pages.summary_error_log = Some(SummaryErrorLog::decode(answer, pages.firmware_bugs)?);
        Ok(())
    },
};

/// Extended Comprehensive SMART Error log, as much of it as was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtendedErrorLog {
    /// Version: 1. Byte 0.
    pub version: u8,
    /// Reserved; some old drives keep the index here. Byte 1.
    pub reserved: u8,
    /// Number of the newest error's slot, from 1; 0: the log is empty. Bytes 2 and 3.
    pub index: u16,
    /// Errors in the drive's life. Bytes 500 and 501.
    pub count: u16,
    /// Sectors of the log, by the log directory.
    pub sectors: u16,
    /// The slots that were read, each with its number from 0. `None`: an empty slot.
    slots: Vec<(u16, Option<LoggedError>)>,
    /// No more of the newest errors are read than these.
    most: u16,
    /// The sums of all bytes of each sector are zero.
    pub checksum_ok: bool,
}

/// Summary SMART Error log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryErrorLog {
    /// Version: 1. Byte 0.
    pub version: u8,
    /// Number of the newest error's slot, from 1 to 5; 0: the log is empty. Byte 1.
    pub index: u8,
    /// Errors in the drive's life. Bytes 452 and 453.
    pub count: u16,
    /// Slots 1 to 5. `None`: an empty slot. Bytes 2 to 451.
    pub slots: Vec<Option<LoggedError>>,
    /// The sum of all bytes is zero.
    pub checksum_ok: bool,
}

/// One error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedError {
    /// DEVICE CONTROL register. 0 in the summary log.
    pub device_control: u8,
    /// ERROR register.
    pub error: u8,
    /// COUNT register.
    pub count: u16,
    /// LBA registers: 48 bits, 24 in the summary log (the next 4 are in DEVICE).
    pub lba: u64,
    /// DEVICE register.
    pub device: u8,
    /// STATUS register.
    pub status: u8,
    /// State of the drive in bits 3:0: 1 asleep, 2 standby, 3 active or idle, 4 self-test.
    pub state: u8,
    /// Power-on hours at that time, modulo 65,536.
    pub hours: u16,
    /// The commands that led to it, the oldest first. `None`: an empty slot.
    pub commands: [Option<LoggedCommand>; 5],
}

/// A command that led to an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedCommand {
    /// DEVICE CONTROL register.
    pub device_control: u8,
    /// FEATURE register.
    pub feature: u16,
    /// COUNT register.
    pub count: u16,
    /// LBA registers: 48 bits, 24 in the summary log.
    pub lba: u64,
    /// DEVICE register.
    pub device: u8,
    /// COMMAND register.
    pub command: u8,
    /// Milliseconds since power-on, modulo 2^32 (49.7 days).
    pub milliseconds: u32,
}

impl ExtendedErrorLog {
    fn decode(answer: &Answer<'_>, sectors: u16, bugs: FirmwareBugs) -> Result<Self, DecodeError> {
        let data = sector::first(answer, EXTENDED.title)?;
        Ok(Self {
            version: u8_at(data, 0).unwrap_or(0),
            reserved: u8_at(data, 1).unwrap_or(0),
            index: le16(data, 2).unwrap_or(0),
            count: le16(data, 500).unwrap_or(0),
            sectors,
            most: NEWEST,
            slots: extended_slots(0, data, bugs),
            checksum_ok: checksum_is_zero(data),
        })
    }

    /// Slots of the log.
    pub fn capacity(&self) -> u16 {
        self.sectors.saturating_mul(PER_SECTOR)
    }

    /// The newest slot, from 0. Old drives keep it in the reserved byte. `None`: the log is empty, or its index is wrong.
    pub fn newest(&self) -> Option<u16> {
        let index = if self.index == 0 { self.reserved.into() } else { self.index };
        index.checked_sub(1).filter(|&newest| newest < self.capacity())
    }

    /// The newest errors, each with the number of its slot; the newest first. `None`: the slot is empty or was not read.
    pub fn errors(&self) -> impl Iterator<Item = (u16, Option<&LoggedError>)> {
        self.numbers().map(|number| {
            let slot = self.slots.iter().find(|(read, _)| *read == number);
            (number, slot.and_then(|(_, error)| error.as_ref()))
        })
    }

    /// Numbers of the slots of the newest errors.
    fn numbers(&self) -> impl Iterator<Item = u16> {
        let (newest, capacity) = (self.newest(), self.capacity());
        let known = self.count.min(capacity).min(self.most);
        (0..known).filter_map(move |back| {
            let newest = newest?;
            newest.checked_sub(back).or_else(|| newest.checked_add(capacity)?.checked_sub(back))
        })
    }

    /// The sectors that are still to be read.
    fn missing(&self) -> Vec<u16> {
        let mut missing: Vec<u16> = self
            .numbers()
            .filter(|number| self.slots.iter().all(|(read, _)| read != number))
            .map(|number| number / PER_SECTOR)
            .collect();
        missing.dedup();
        missing
    }
}

fn extended_slots(page: u16, data: &[u8], bugs: FirmwareBugs) -> Vec<(u16, Option<LoggedError>)> {
    let table = data.get(4..500).unwrap_or_default();
    let first = page.saturating_mul(PER_SECTOR);
    let lba = if bugs.extended_error_lba { in_order } else { interleaved };
    (first..=u16::MAX).zip(table.chunks_exact(124).map(|bytes| extended_error(bytes, lba))).collect()
}

/// An LBA whose bytes stand from the lowest to the highest.
fn in_order(bytes: &[u8]) -> u64 {
    le::<6>(bytes, 0).and_then(|lba| u64::try_from(lba).ok()).unwrap_or(0)
}

/// An LBA of which each byte of the low three is followed by one of the high three.
fn interleaved(bytes: &[u8]) -> u64 {
    let byte = |offset| bytes.get(offset).copied().unwrap_or(0);
    u64::from_le_bytes([byte(0), byte(2), byte(4), byte(1), byte(3), byte(5), 0, 0])
}

fn extended_error(bytes: &[u8], lba: fn(&[u8]) -> u64) -> Option<LoggedError> {
    if bytes.iter().all(|&byte| byte == 0) {
        return None;
    }
    let (commands, error) = bytes.split_at_checked(90)?;
    let mut commands = commands.chunks_exact(18).map(|bytes| {
        (!bytes.iter().all(|&byte| byte == 0)).then(|| LoggedCommand {
            device_control: u8_at(bytes, 0).unwrap_or(0),
            feature: le16(bytes, 1).unwrap_or(0),
            count: le16(bytes, 3).unwrap_or(0),
            lba: lba(bytes.get(5..11).unwrap_or_default()),
            device: u8_at(bytes, 11).unwrap_or(0),
            command: u8_at(bytes, 12).unwrap_or(0),
            milliseconds: le32(bytes, 14).unwrap_or(0),
        })
    });
    Some(LoggedError {
        device_control: u8_at(error, 0)?,
        error: u8_at(error, 1)?,
        count: le16(error, 2)?,
        lba: lba(error.get(4..10)?),
        device: u8_at(error, 10)?,
        status: u8_at(error, 11)?,
        state: u8_at(error, 31)?,
        hours: le16(error, 32)?,
        commands: std::array::from_fn(|_| commands.next().flatten()),
    })
}

impl SummaryErrorLog {
    fn decode(answer: &Answer<'_>, bugs: FirmwareBugs) -> Result<Self, DecodeError> {
        let data = sector::first(answer, SUMMARY.title)?;
        let table = data.get(2..452).unwrap_or_default();
        let count = le16(data, 452).unwrap_or(0);
        let mut slots: Vec<Option<LoggedError>> = table.chunks_exact(90).map(summary_error).collect();
        if bugs.samsung {
            slots.iter_mut().flatten().for_each(LoggedError::swap_times);
        }
        Ok(Self {
            version: u8_at(data, 0).unwrap_or(0),
            index: u8_at(data, 1).unwrap_or(0),
            count: if bugs.samsung || bugs.samsung2 { count.swap_bytes() } else { count },
            slots,
            checksum_ok: checksum_is_zero(data),
        })
    }

    /// The errors, the newest first. `None`: the log is empty, or its index is wrong.
    pub fn errors(&self) -> Option<impl Iterator<Item = &LoggedError>> {
        let newest = usize::from(self.index.checked_sub(1)?);
        let (older, newer) = self.slots.split_at_checked(newest.checked_add(1)?)?;
        Some(older.iter().rev().chain(newer.iter().rev()).flatten())
    }
}

impl LoggedError {
    /// Swaps the bytes of the numbers of more than one byte.
    fn swap_times(&mut self) {
        self.hours = self.hours.swap_bytes();
        for command in self.commands.iter_mut().flatten() {
            command.milliseconds = command.milliseconds.swap_bytes();
        }
    }
}

fn summary_error(bytes: &[u8]) -> Option<LoggedError> {
    if bytes.iter().all(|&byte| byte == 0) {
        return None;
    }
    let (commands, error) = bytes.split_at_checked(60)?;
    let lba =
        |bytes: &[u8], offset| le::<3>(bytes, offset).and_then(|lba| u64::try_from(lba).ok()).unwrap_or(0);
    let mut commands = commands.chunks_exact(12).map(|bytes| {
        (!bytes.iter().all(|&byte| byte == 0)).then(|| LoggedCommand {
            device_control: u8_at(bytes, 0).unwrap_or(0),
            feature: u8_at(bytes, 1).unwrap_or(0).into(),
            count: u8_at(bytes, 2).unwrap_or(0).into(),
            lba: lba(bytes, 3),
            device: u8_at(bytes, 6).unwrap_or(0),
            command: u8_at(bytes, 7).unwrap_or(0),
            milliseconds: le32(bytes, 8).unwrap_or(0),
        })
    });
    Some(LoggedError {
        device_control: 0,
        error: u8_at(error, 1)?,
        count: u8_at(error, 2)?.into(),
        lba: lba(error, 3),
        device: u8_at(error, 6)?,
        status: u8_at(error, 7)?,
        state: u8_at(error, 27)?,
        hours: le16(error, 28)?,
        commands: std::array::from_fn(|_| commands.next().flatten()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::{Identify, LogDirectory};

    /// A sector of the extended log whose slots have errors with these hours; 0 for an empty slot.
    fn sector(index: u16, count: u16, hours: [u16; 4]) -> Vec<u8> {
        let mut data = vec![0; 512];
        data[0] = 1;
        data[2..4].copy_from_slice(&index.to_le_bytes());
        data[500..502].copy_from_slice(&count.to_le_bytes());
        for (slot, hours) in hours.into_iter().enumerate() {
            let error = 4 + 124 * slot + 90;
            data[error + 32..error + 34].copy_from_slice(&hours.to_le_bytes());
        }
        data
    }

    fn extended(data: &[u8], sectors: u16) -> ExtendedErrorLog {
        ExtendedErrorLog::decode(&Answer { data, ..Answer::default() }, sectors, FirmwareBugs::default())
            .unwrap()
    }

    fn hours(log: &ExtendedErrorLog) -> Vec<(u16, Option<u16>)> {
        log.errors().map(|(slot, error)| (slot, error.map(|error| error.hours))).collect()
    }

    #[test]
    fn the_newest_error_comes_first_and_the_log_goes_round() {
        let log = extended(&sector(2, 7, [40, 50, 20, 30]), 1);
        assert_eq!(hours(&log), [(1, Some(50)), (0, Some(40)), (3, Some(30)), (2, Some(20))]);
        assert!(log.missing().is_empty());
    }

    #[test]
    fn sectors_with_the_newest_errors_are_asked_for() {
        let log = extended(&sector(6, 300, [0; 4]), 16);
        assert_eq!(log.missing(), [1, 15]);
        assert_eq!(hours(&log)[2..6], [(3, None), (2, None), (1, None), (0, None)]);
    }

    #[test]
    fn an_index_beyond_the_log_is_no_index() {
        assert_eq!(extended(&sector(5, 1, [1; 4]), 1).newest(), None);
        assert_eq!(extended(&sector(0, 1, [1; 4]), 1).newest(), None);
        let mut old = sector(0, 1, [1; 4]);
        old[1] = 3;
        assert_eq!(extended(&old, 1).newest(), Some(2));
    }

    #[test]
    fn low_and_high_bytes_of_an_lba_stand_by_turns() {
        assert_eq!(interleaved(&[1, 4, 2, 5, 3, 6]), 0x0605_0403_0201);
        assert_eq!(interleaved(&[1]), 1);
        assert_eq!((in_order(&[1, 2, 3, 4, 5, 6]), in_order(&[1])), (0x0605_0403_0201, 0));
    }

    #[test]
    fn slots_beyond_the_last_number_are_none() {
        // LOG INDEX has 16 bits: a drive that lists more pages than that has slots that no index leads to.
        for page in [u16::MAX / PER_SECTOR, u16::MAX] {
            let numbers: Vec<u16> = extended_slots(page, &[1; 512], FirmwareBugs::default())
                .iter()
                .map(|(number, _)| *number)
                .collect();
            assert!(numbers.is_sorted() && numbers.last() == Some(&u16::MAX), "{numbers:?}");
        }
    }

    #[test]
    fn an_error_has_its_registers_and_commands() {
        let mut data = sector(1, 1, [9, 0, 0, 0]);
        // The newest of the five commands: READ FPDMA QUEUED.
        data[4 + 72..4 + 90]
            .copy_from_slice(&[0, 8, 0, 0x10, 0, 1, 4, 2, 5, 3, 6, 0x40, 0x60, 0, 0xe8, 3, 0, 0]);
        data[4 + 90..4 + 102].copy_from_slice(&[0, 0x40, 7, 0, 1, 0, 2, 0, 3, 0, 0xe0, 0x51]);
        let log = extended(&data, 1);
        let (_, error) = log.errors().next().unwrap();
        let error = error.unwrap();
        assert_eq!((error.error, error.count, error.lba, error.status), (0x40, 7, 0x03_0201, 0x51));
        let command = error.commands[4].unwrap();
        assert_eq!((command.command, command.feature, command.count), (0x60, 8, 0x10));
        assert_eq!((command.lba, command.milliseconds), (0x0605_0403_0201, 1000));
        assert_eq!(error.commands[..4], [None; 4]);
    }

    #[test]
    fn the_summary_log_goes_round_too() {
        let mut data = vec![0; 512];
        data[1] = 2;
        data[452] = 9;
        for (slot, hours) in [(0, 40), (1, 50), (3, 30)] {
            data[2 + 90 * slot + 88] = hours;
        }
        let decode =
            |bugs| SummaryErrorLog::decode(&Answer { data: &data, ..Answer::default() }, bugs).unwrap();
        let log = decode(FirmwareBugs::default());
        let swapped = decode(FirmwareBugs { samsung: true, ..FirmwareBugs::default() });
        assert_eq!(
            (log.count, swapped.count, swapped.errors().unwrap().next().unwrap().hours),
            (9, 0x0900, 0x3200)
        );
        assert_eq!(decode(FirmwareBugs { samsung2: true, ..FirmwareBugs::default() }).count, 0x0900);
        assert_eq!(log.errors().unwrap().map(|error| error.hours).collect::<Vec<_>>(), [50, 40, 30]);
        let wrong = SummaryErrorLog { index: 6, ..log };
        assert!(wrong.errors().is_none());
    }

    #[test]
    fn where_the_extended_log_is_listed_and_refused_the_summary_log_is_asked() {
        let mut directory = [0; 512];
        directory[2..4].copy_from_slice(&[1, 0]);
        directory[6..8].copy_from_slice(&[5, 0]);
        let directory = LogDirectory::decode(&Answer { data: &directory, ..Answer::default() }, "").ok();
        let mut pages = Pages {
            identify: Some(Identify::default()),
            log_directory: directory.clone(),
            smart_log_directory: directory,
            ..Pages::default()
        };
        assert_eq!((EXTENDED.requests)(&pages).len(), 1);
        assert_eq!((SUMMARY.requests)(&pages), [Request::SmartReadLog { address: 0x01, pages: 1 }]);
        pages.extended_error_log = Some(extended(&sector(0, 0, [0; 4]), 5));
        assert!((SUMMARY.requests)(&pages).is_empty());
    }
}
