//! Self-Test Results log page (10h): the last twenty self-tests.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::{be16, be64, u8_at};

/// Self-Test Results log page (10h), SPC-6.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SelfTests {
    /// The tests, newest first, at most 20.
    pub tests: Vec<SelfTest>,
}

/// A self-test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelfTest {
    /// SELF-TEST CODE, 3 bits: 1 background short, 2 background extended, 5 and 6 the same in the foreground;
    /// 0 is the default self-test. Byte 4.
    pub code: u8,
    /// SELF-TEST RESULTS, 4 bits: 0 without error, 1 and 2 aborted, 3 unknown error, 4 to 7 failed, 15 in
    /// progress. Byte 4.
    pub result: u8,
    /// SELF-TEST NUMBER: which segment failed. `None`: 0. Byte 5.
    pub number: Option<u8>,
    /// ACCUMULATED POWER ON HOURS when it ended; FFFFh: that or more. Bytes 6 and 7.
    pub hours: u16,
    /// ADDRESS OF FIRST FAILURE. `None`: all ones, there is none. Bytes 8 to 15.
    pub first_failure: Option<u64>,
    /// SENSE KEY, 4 bits, ADDITIONAL SENSE CODE and its qualifier. Bytes 16 to 18.
    pub sense: [u8; 3],
    /// Vendor specific. Byte 19.
    pub vendor_specific: u8,
}

impl SelfTests {
    /// Parameters 0001h to 0014h.
    const SLOTS: usize = 20;

    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let mut slots =
            page.parameters().take(Self::SLOTS).map(|parameter| SelfTest::decode(parameter.value)).peekable();
        if slots.peek().is_none() {
            return Err(page.short(24));
        }
        // A slot that was never used has neither code nor result nor hours; so have those behind it.
        let used = |slot: &SelfTest| slot.code != 0 || slot.result != 0 || slot.hours != 0;
        Ok(Self { tests: slots.flatten().take_while(used).collect() })
    }
}

impl SelfTest {
    /// Result of a test that has not ended.
    pub const IN_PROGRESS: u8 = 15;

    fn decode(value: &[u8]) -> Option<Self> {
        let [first, number, _, _, ..] = *value else { return None };
        Some(Self {
            code: first >> 5,
            result: first & 0x0f,
            number: Some(number).filter(|&number| number != 0),
            hours: be16(value, 2)?,
            first_failure: be64(value, 4).filter(|&address| address != u64::MAX),
            sense: [u8_at(value, 12)? & 0x0f, u8_at(value, 13)?, u8_at(value, 14)?],
            vendor_specific: u8_at(value, 15)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    const FAILED: [u8; 16] = [0x47, 3, 1, 0xf4, 0, 0, 0, 0, 0, 0, 0x30, 0x39, 3, 0x11, 1, 7];
    const GOOD: [u8; 16] = [0x20, 0, 0, 9, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0];

    fn decode(bytes: &[u8]) -> Result<SelfTests, DecodeError> {
        SelfTests::decode(LogPage::parse("x", 0x10, 0, bytes).unwrap())
    }

    #[test]
    fn tests_up_to_the_first_empty_slot() {
        let page =
            decode(&log_page(0x10, 0, &[(1, &FAILED), (2, &GOOD), (3, &[0; 16]), (4, &GOOD)])).unwrap();
        let [failed, good] = page.tests[..] else { panic!("{page:?}") };
        assert_eq!((failed.code, failed.result, failed.number, failed.hours), (2, 7, Some(3), 500));
        assert_eq!(
            (failed.first_failure, failed.sense, failed.vendor_specific),
            (Some(12345), [3, 0x11, 1], 7)
        );
        assert_eq!((good.code, good.result, good.number, good.first_failure), (1, 0, None, None));
    }

    #[test]
    fn every_prefix_is_an_error_or_has_gaps() {
        let whole = log_page(0x10, 0, &[(1, &FAILED), (2, &GOOD)]);
        for length in 4..whole.len() {
            let page = decode(&whole[..length]);
            assert_eq!(page.is_err(), length < 24);
            assert!(!page.is_ok_and(|page| page.tests.len() > 1));
        }
    }

    #[test]
    fn a_page_of_ones_is_bounded() {
        let page = decode(&log_page(0x10, 0, &[(1, &[0xff; 16][..]); 100])).unwrap();
        assert_eq!(page.tests.len(), SelfTests::SLOTS);
    }
}
