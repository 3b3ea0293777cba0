//! Self-test logs, ACS-5: Extended SMART Self-test (07h) and, for drives without it, SMART Self-test (06h).

use super::{Pages, Request, sector};
use crate::decode::bytes::{be32, bits, checksum_is_zero, le, le16, le32, u8_at};
use crate::decode::{Answer, DecodeError, Page};

/// No more sectors than these are read.
const SECTORS: u16 = 16;

/// The extended log, as the source asks for it.
pub(super) const EXTENDED: Page<Pages> = Page {
    name: "extended_self_test_log",
    title: "Extended SMART Self-test log (READ LOG EXT 07h)",
    requests: |pages| match pages.general_log(0x07).min(SECTORS) {
        0 => Vec::new(),
        pages => vec![Request::ReadLogExt { address: 0x07, page: 0, pages }],
    },
    decode: decode_extended,
};

/// The first sector alone, for drives that refuse to return several.
pub(super) const EXTENDED_FIRST: Page<Pages> = Page {
    name: "extended_self_test_log_first",
    title: "Extended SMART Self-test log (READ LOG EXT 07h), first sector",
    requests: |pages| {
        if pages.extended_self_test_log.is_none() && pages.general_log(0x07) > 1 {
            vec![Request::ReadLogExt { address: 0x07, page: 0, pages: 1 }]
        } else {
            Vec::new()
        }
    },
    decode: decode_extended,
};

/// The standard log, as the source asks for it.
pub(super) const STANDARD: Page<Pages> = Page {
    name: "self_test_log",
    title: "SMART Self-test log (SMART READ LOG 06h)",
    requests: |pages| {
        let capable = pages.smart_data.as_ref().is_some_and(|data| data.offline_capability.self_test());
        let instead = !pages.extended_self_test_log.as_ref().is_some_and(SelfTestLog::is_whole);
        let instead = instead || pages.wanted.self_test_log;
        let needed = instead && pages.smart_log(0x06, capable) > 0;
        if needed { pages.if_smart(Request::SmartReadLog { address: 0x06, pages: 1 }) } else { Vec::new() }
    },
    decode: |_, answer, pages| {
        pages.self_test_log = Some(SelfTestLog::standard(answer, pages.firmware_bugs.samsung)?);
        Ok(())
    },
};

fn decode_extended(_: &Request, answer: &Answer<'_>, pages: &mut Pages) -> Result<(), DecodeError> {
    let sectors = pages.general_log(0x07);
    pages.extended_self_test_log = Some(SelfTestLog::extended(answer, sectors)?);
    Ok(())
}

/// A self-test log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfTestLog {
    /// Revision: 1.
    pub revision: u16,
    /// Sectors of the extended log, by the log directory; 1 for the standard one.
    pub sectors: u16,
    /// Sectors that were read, from the first.
    pub sectors_read: u16,
    /// The tests, the newest first; empty slots are left out. `None`: the log's index is wrong, or stands in what was not read.
    pub tests: Option<Vec<SelfTest>>,
    /// The sums of all bytes of each sector are zero.
    pub checksum_ok: bool,
}

/// One self-test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfTest {
    /// The subcommand that started it (SMART EXECUTE OFF-LINE IMMEDIATE): 1 short, 2 extended; 129, 130 captive.
    pub kind: u8,
    /// Status: result in bits 7:4, tenths remaining in bits 3:0.
    pub status: u8,
    /// Power-on hours at its end, modulo 65,536.
    pub hours: u16,
    /// Where it stands, or stopped; the maker's own numbers.
    pub checkpoint: u8,
    /// The first sector that failed. `None`: the test found none, or does not say.
    pub failing_lba: Option<u64>,
}

impl SelfTest {
    /// Result: 0 passed, 1 and 2 interrupted, 3 fatal error, 4 to 8 failed, 15 running.
    pub fn result(&self) -> u8 {
        self.status >> 4
    }

    /// Did it find that something is wrong?
    pub fn is_failure(&self) -> bool {
        matches!(self.result(), 3..=8)
    }

    /// Is it an extended test that passed, so that older failures are outdated?
    pub fn is_passed_extended(&self) -> bool {
        self.result() == 0 && self.kind & 0x7f == 2
    }
}

impl SelfTestLog {
    /// Was all of it read?
    pub fn is_whole(&self) -> bool {
        self.sectors_read >= self.sectors
    }

    fn extended(answer: &Answer<'_>, sectors: u16) -> Result<Self, DecodeError> {
        let first = sector::first(answer, EXTENDED.title)?;
        let checksum_ok = sector::all(answer, EXTENDED.title)?.all(checksum_is_zero);
        let sectors_read = u16::try_from(sector::all(answer, EXTENDED.title)?.len()).unwrap_or(u16::MAX);
        let slots = sector::all(answer, EXTENDED.title)?
            .flat_map(|sector| sector.get(4..498).unwrap_or_default().chunks_exact(26))
            .map(|bytes| {
                let lba = le::<6>(bytes, 5).and_then(|lba| u64::try_from(lba).ok());
                test(bytes, lba.filter(|&lba| lba != bits(u64::MAX, 47, 0)))
            })
            .collect();
        Ok(Self {
            revision: u8_at(first, 0).unwrap_or(0).into(),
            sectors,
            sectors_read,
            tests: newest_first(slots, le16(first, 2).unwrap_or(0)),
            checksum_ok,
        })
    }

    /// `samsung`: numbers of more than one byte have theirs swapped, and the index stands one byte further.
    fn standard(answer: &Answer<'_>, samsung: bool) -> Result<Self, DecodeError> {
        let data = sector::first(answer, STANDARD.title)?;
        let lba = |bytes: &[u8]| if samsung { be32(bytes, 5) } else { le32(bytes, 5) };
        let slots = data
            .get(2..506)
            .unwrap_or_default()
            .chunks_exact(24)
            .map(|bytes| {
                let test = test(bytes, lba(bytes).filter(|&lba| lba != u32::MAX).map(u64::from))?;
                Some(SelfTest { hours: if samsung { test.hours.swap_bytes() } else { test.hours }, ..test })
            })
            .collect();
        Ok(Self {
            revision: le16(data, 0).unwrap_or(0),
            sectors: 1,
            sectors_read: 1,
            tests: newest_first(
                slots,
                match u8_at(data, if samsung { 509 } else { 508 }).unwrap_or(0) {
                    // Some drives count on beyond the last slot.
                    index @ 22.. => u16::from(index.wrapping_sub(1) % 21).saturating_add(1),
                    index => index.into(),
                },
            ),
            checksum_ok: checksum_is_zero(data),
        })
    }
}

/// The tests in `slots` of which slot `index` (from 1; 0: none) is the newest.
fn newest_first(mut slots: Vec<Option<SelfTest>>, index: u16) -> Option<Vec<SelfTest>> {
    if index == 0 {
        return Some(Vec::new());
    }
    let index = usize::from(index);
    if index > slots.len() {
        return None;
    }
    slots.rotate_left(index);
    Some(slots.into_iter().rev().flatten().collect())
}

fn test(bytes: &[u8], lba: Option<u64>) -> Option<SelfTest> {
    if bytes.iter().all(|&byte| byte == 0) {
        return None;
    }
    let mut test = SelfTest {
        kind: u8_at(bytes, 0)?,
        status: u8_at(bytes, 1)?,
        hours: le16(bytes, 2)?,
        checkpoint: u8_at(bytes, 4)?,
        failing_lba: None,
    };
    test.failing_lba = lba.filter(|_| test.is_failure());
    Some(test)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::{Identify, LogDirectory};

    fn answer(data: &[u8]) -> Answer<'_> {
        Answer { data, ..Answer::default() }
    }

    fn hours(log: &SelfTestLog) -> Option<Vec<u16>> {
        Some(log.tests.as_ref()?.iter().map(|test| test.hours).collect())
    }

    /// Sectors of the extended log; tests as slot and its first bytes: type, status, hours, checkpoint, LBA.
    fn extended(sectors: usize, index: u16, tests: &[(usize, [u8; 11])]) -> SelfTestLog {
        let mut data = vec![0; 512 * sectors];
        data[2..4].copy_from_slice(&index.to_le_bytes());
        for (slot, bytes) in tests {
            let offset = 512 * (slot / 19) + 4 + 26 * (slot % 19);
            data[offset..offset + 11].copy_from_slice(bytes);
        }
        SelfTestLog::extended(&answer(&data), 1).unwrap()
    }

    #[test]
    fn the_newest_test_comes_first_over_sectors() {
        let test = |hours| [1, 0, hours, 0, 0, 0, 0, 0, 0, 0, 0];
        let log =
            extended(2, 21, &[(0, test(1)), (18, test(2)), (19, test(3)), (20, test(4)), (37, test(9))]);
        assert_eq!(hours(&log), Some(vec![4, 3, 2, 1, 9]));
        assert_eq!(hours(&extended(2, 0, &[(0, test(1))])), Some(vec![]));
        assert_eq!(hours(&extended(1, 20, &[(0, test(1))])), None);
    }

    #[test]
    fn only_a_failure_has_an_address() {
        let log = extended(
            1,
            3,
            &[
                (0, [2, 0x00, 1, 0, 0, 5, 0, 0, 0, 0, 0]),
                (1, [2, 0x75, 2, 0, 0, 5, 0, 0, 0, 0, 1]),
                (2, [2, 0x70, 3, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            ],
        );
        let tests = log.tests.unwrap();
        assert_eq!(
            tests.iter().map(|test| test.failing_lba).collect::<Vec<_>>(),
            [None, Some(5 | 1 << 40), None]
        );
        assert!(tests[0].is_failure() && !tests[0].is_passed_extended());
        assert!(!tests[2].is_failure() && tests[2].is_passed_extended());
    }

    #[test]
    fn the_standard_log_goes_round_and_counts_on() {
        let mut data = vec![0; 512];
        for slot in 0..21u8 {
            let offset = 2 + 24 * usize::from(slot);
            data[offset..offset + 3].copy_from_slice(&[1, 0, slot + 1]);
        }
        let newest = |index| {
            let mut data = data.clone();
            data[508] = index;
            SelfTestLog::standard(&answer(&data), false)
                .unwrap()
                .tests
                .unwrap()
                .first()
                .map(|test| test.hours)
        };
        assert_eq!(
            (newest(0), newest(1), newest(21), newest(22), newest(255)),
            (None, Some(1), Some(21), Some(1), Some(3))
        );
    }

    #[test]
    fn a_samsung_log_has_its_numbers_swapped() {
        let mut data = vec![0; 512];
        data[2..11].copy_from_slice(&[2, 0x70, 0x01, 0x02, 0, 0, 0, 1, 0]);
        data[509] = 1;
        let log = SelfTestLog::standard(&answer(&data), true).unwrap();
        let test = &log.tests.unwrap()[0];
        assert_eq!((test.hours, test.failing_lba), (0x0102, Some(0x100)));
        assert_eq!(SelfTestLog::standard(&answer(&data), false).unwrap().tests, Some(vec![]));
    }

    #[test]
    fn where_the_extended_log_is_listed_and_refused_shorter_ones_are_asked() {
        let mut directory = [0; 512];
        directory[12..16].copy_from_slice(&[1, 0, 2, 0]);
        let directory = LogDirectory::decode(&answer(&directory), "").ok();
        let mut pages = Pages {
            identify: Some(Identify::default()),
            log_directory: directory.clone(),
            smart_log_directory: directory,
            ..Pages::default()
        };
        assert_eq!((EXTENDED.requests)(&pages), [Request::ReadLogExt { address: 7, page: 0, pages: 2 }]);
        assert_eq!(
            (EXTENDED_FIRST.requests)(&pages),
            [Request::ReadLogExt { address: 7, page: 0, pages: 1 }]
        );
        assert_eq!((STANDARD.requests)(&pages), [Request::SmartReadLog { address: 6, pages: 1 }]);
        pages.extended_self_test_log = Some(extended(1, 0, &[]));
        assert!((EXTENDED_FIRST.requests)(&pages).is_empty() && (STANDARD.requests)(&pages).is_empty());
        // Of two sectors one came: the standard log may have what the other one has.
        let first = SelfTestLog { sectors: 2, ..extended(1, 0, &[]) };
        assert_eq!((first.sectors_read, first.is_whole()), (1, false));
        pages.extended_self_test_log = Some(first);
        assert_eq!((STANDARD.requests)(&pages), [Request::SmartReadLog { address: 6, pages: 1 }]);
    }
}
