//! Device Self-test (log page 06h), NVMe Base Specification 2.2.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::structure;
use super::{CONTROLLER, Pages, Request};
use crate::decode::bytes::bit;
use crate::decode::{DecodeError, Page};

const TITLE: &str = "Device Self-test (06h)";

/// Asked for where the controller has the Device Self-test command.
pub(super) const PAGE: Page<Pages> = Page {
    name: "self_test",
    title: TITLE,
    requests: |pages| match &pages.controller {
        Some(controller) if controller.has_self_test() => {
            vec![Request::GetLogPage { lid: 0x06, nsid: CONTROLLER, specific: 0, length: 564 }]
        }
        _ => Vec::new(),
    },
    decode: |_, answer, pages| {
        pages.self_test = Some(SelfTest::decode(answer.data)?);
        Ok(())
    },
};

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Head {
    operation: u8,
    completion: u8,
    _reserved_2: [u8; 2],
}

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Wire {
    status: u8,
    segment: u8,
    valid: u8,
    _reserved_3: u8,
    poh: U64,
    nsid: U32,
    flba: U64,
    sct: u8,
    sc: u8,
    _vendor_specific: U16,
}
const _: () = assert!(size_of::<Head>() == 4);
const _: () = assert!(size_of::<Wire>() == 28);

/// Device Self-test (log page 06h): the running test and the newest 20 that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfTest {
    /// Current Device Self-test Operation: 0 none, 1 short, 2 extended, 3 host-initiated refresh, Eh vendor specific.
    /// Byte 0, bits 3:0.
    pub operation: u8,
    /// Current Device Self-test Completion of the running test, per cent. Byte 1, bits 6:0. `None`: none is running.
    pub completion_percent: Option<u8>,
    /// Results, the newest first, up to 20. `None`: not used.
    pub results: Vec<Option<SelfTestResult>>,
}

/// How one self-test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfTestResult {
    /// Self-test Code: which test, numbers as in [`SelfTest::operation`]. Byte 0, bits 7:4.
    pub code: u8,
    /// Result: 0 passed, 1 to 4 and 8, 9 aborted, 5 to 7 failed. Byte 0, bits 3:0.
    pub result: u8,
    /// Segment Number, the first that failed. `None`: not known. Byte 1.
    pub segment: Option<u8>,
    /// Power On Hours (POH) at the end of the test. Bytes 11:4.
    pub power_on_hours: u64,
    /// Namespace (NSID) the failing block is in; FFFF_FFFFh for all. `None`: not reported. Bytes 15:12.
    pub nsid: Option<u32>,
    /// Failing LBA. `None`: not reported. Bytes 23:16.
    pub failing_lba: Option<u64>,
    /// Status Code Type of the error. `None`: not reported. Byte 24.
    pub status_code_type: Option<u8>,
    /// Status Code of the error. `None`: not reported. Byte 25.
    pub status_code: Option<u8>,
}

impl SelfTestResult {
    /// Result Fh is an entry not used, and a test without a code is none.
    fn decode(bytes: &[u8; 28]) -> Option<Self> {
        let wire: &Wire = zerocopy::transmute_ref!(bytes);
        let (code, result) = (wire.status >> 4, wire.status & 0xf);
        (code != 0 && result != 0xf).then(|| Self {
            code,
            result,
            segment: (result == 7).then_some(wire.segment),
            power_on_hours: wire.poh.get(),
            nsid: bit(wire.valid, 0).then_some(wire.nsid.get()),
            failing_lba: bit(wire.valid, 1).then_some(wire.flba.get()),
            status_code_type: bit(wire.valid, 2).then_some(wire.sct),
            status_code: bit(wire.valid, 3).then_some(wire.sc),
        })
    }
}

impl SelfTest {
    /// Decodes the log page, and of the results those that are there whole.
    ///
    /// # Errors
    /// Fewer than the four bytes about the running test.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let head: &Head = structure(TITLE, bytes)?;
        let (results, _) = bytes.get(size_of::<Head>()..).unwrap_or_default().as_chunks::<28>();
        let operation = head.operation & 0xf;
        Ok(Self {
            operation,
            completion_percent: (operation != 0).then_some(head.completion & 0x7f),
            results: results.iter().take(20).map(SelfTestResult::decode).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_tell_only_what_they_say_is_valid() {
        let mut page = vec![0; 564];
        page[0] = 0x02;
        page[1] = 0x80 | 42;
        page[4] = 0x27;
        page[5] = 3;
        page[6] = 0x0a;
        page[8] = 100;
        page[20..28].copy_from_slice(&12345u64.to_le_bytes());
        page[29] = 0x81;
        page[32] = 0x1f;
        let log = SelfTest::decode(&page).unwrap();
        assert_eq!((log.operation, log.completion_percent), (2, Some(42)));
        let failed = SelfTestResult {
            code: 2,
            result: 7,
            segment: Some(3),
            power_on_hours: 100,
            nsid: None,
            failing_lba: Some(12345),
            status_code_type: None,
            status_code: Some(0x81),
        };
        assert_eq!(log.results.len(), 20);
        assert_eq!(log.results[0], Some(failed));
        assert!(log.results[1..].iter().all(Option::is_none));
    }

    #[test]
    fn a_cut_log_has_the_results_that_are_whole() {
        for length in 0..564 {
            let log = SelfTest::decode(&vec![0x10; length]);
            match length.checked_sub(4) {
                None => assert!(log.is_err()),
                Some(rest) => assert_eq!(log.unwrap().results.len(), rest / 28),
            }
        }
    }
}
