//! Background Scan Results log page (15h/00h): what the disk found when it read itself through.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::{be16, be32, be64, u8_at};

/// Background Scan Results log page (15h/00h), SBC-4.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackgroundScan {
    /// ACCUMULATED POWER ON MINUTES of the disk. Parameter 0000h, bytes 4 to 7.
    pub power_on_minutes: u32,
    /// BACKGROUND SCAN STATUS: 0 none active, 1 scanning, 2 pre-scanning, 3 and more halted. Byte 9.
    pub status: u8,
    /// NUMBER OF BACKGROUND SCANS PERFORMED, of either kind. Bytes 10 and 11.
    pub scans: u16,
    /// BACKGROUND SCAN PROGRESS in 65,536ths. Bytes 12 and 13.
    pub progress: u16,
    /// NUMBER OF BACKGROUND MEDIUM SCANS PERFORMED; 0 also where that is not told. Bytes 14 and 15.
    pub medium_scans: Option<u16>,
    /// What was found, at most 2,048 places.
    pub results: Vec<ScanResult>,
}

/// A place where a scan found something (background scan parameter).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScanResult {
    /// Parameter code, 0001h to 0800h; from 8000h on vendor specific.
    pub code: u16,
    /// ACCUMULATED POWER ON MINUTES when it was found. Bytes 4 to 7.
    pub power_on_minutes: u32,
    /// REASSIGN STATUS, 4 bits. Byte 8.
    pub reassign_status: u8,
    /// SENSE KEY, 4 bits, ADDITIONAL SENSE CODE and its qualifier. Bytes 8 to 10.
    pub sense: [u8; 3],
    /// LOGICAL BLOCK ADDRESS. Bytes 16 to 23.
    pub lba: u64,
}

impl BackgroundScan {
    /// Results that are kept; the standard has no more codes for them.
    const MOST: usize = 2048;

    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let status = page.parameter(0).and_then(|value| {
            Some(Self {
                power_on_minutes: be32(value, 0)?,
                status: u8_at(value, 5)?,
                scans: be16(value, 6)?,
                progress: be16(value, 8)?,
                medium_scans: be16(value, 10),
                results: Vec::new(),
            })
        });
        let mut scan = status.ok_or_else(|| page.short(18))?;
        let found = page.parameters().filter(|parameter| parameter.code != 0);
        scan.results =
            found.filter_map(|found| ScanResult::decode(found.code, found.value)).take(Self::MOST).collect();
        Ok(scan)
    }
}

impl ScanResult {
    fn decode(code: u16, value: &[u8]) -> Option<Self> {
        let [first, asc, ascq] = *value.get(4..)?.first_chunk()?;
        Some(Self {
            code,
            power_on_minutes: be32(value, 0)?,
            reassign_status: first >> 4,
            sense: [first & 0x0f, asc, ascq],
            lba: be64(value, 12)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    const STATUS: [u8; 12] = [0, 0, 0x22, 0x3a, 0, 1, 0, 7, 0x80, 0, 0, 9];
    const RESULT: [u8; 20] = [0, 0, 1, 0xf4, 0x53, 0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0];

    fn decode(bytes: &[u8]) -> Result<BackgroundScan, DecodeError> {
        BackgroundScan::decode(LogPage::parse("x", 0x15, 0, bytes).unwrap())
    }

    #[test]
    fn status_and_results() {
        let page = decode(&log_page(0x15, 0, &[(0, &STATUS), (1, &RESULT), (2, &RESULT[..10])])).unwrap();
        assert_eq!((page.power_on_minutes, page.status, page.scans), (8762, 1, 7));
        assert_eq!((page.progress, page.medium_scans), (0x8000, Some(9)));
        let expected = ScanResult {
            code: 1,
            power_on_minutes: 500,
            reassign_status: 5,
            sense: [3, 0x11, 1],
            lba: 0x1000,
        };
        assert_eq!(page.results, [expected]);
    }

    #[test]
    fn every_prefix_is_an_error_or_has_gaps() {
        let whole = log_page(0x15, 0, &[(0, &STATUS), (1, &RESULT)]);
        for length in 4..whole.len() {
            let page = decode(&whole[..length]);
            assert_eq!(page.is_err(), length < 20);
            assert!(!page.is_ok_and(|page| !page.results.is_empty()));
        }
        assert!(decode(&log_page(0x15, 0, &[(0, &STATUS[..9])])).is_err());
    }
}
