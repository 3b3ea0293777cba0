//! Selective Self-test log (09h), ACS-5: which parts of the disk are tested.

use super::{Pages, Request, sector};
use crate::decode::bytes::{bit, checksum_is_zero, le16, le64};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "selective_self_test_log",
    title: "Selective Self-test log (SMART READ LOG 09h)",
    requests: |pages| {
        let capable =
            pages.smart_data.as_ref().is_some_and(|data| data.offline_capability.selective_self_test());
        if capable { pages.if_smart(Request::SmartReadLog { address: 0x09, pages: 1 }) } else { Vec::new() }
    },
    decode: |_, answer, pages| {
        pages.selective_self_test_log = Some(SelectiveSelfTestLog::decode(answer)?);
        Ok(())
    },
};

/// Selective Self-test log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectiveSelfTestLog {
    /// Revision: 1. Bytes 0 and 1.
    pub revision: u16,
    /// First and last LBA of each span; both 0 for a span that is not used. Bytes 2 to 81.
    pub spans: [(u64, u64); 5],
    /// LBA under test. Bytes 492 to 499.
    pub current_lba: u64,
    /// Span under test, from 1; 0: none. Above 5 the rest of the disk is being read. Bytes 500 and 501.
    pub current_span: u16,
    /// Feature flags. Bytes 502 and 503.
    pub flags: SelectiveFlags,
    /// Minutes after power-on when an interrupted test is resumed. Bytes 508 and 509.
    pub pending_minutes: u16,
    /// The sum of all bytes is zero.
    pub checksum_ok: bool,
}

/// Feature flags of the Selective Self-test log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectiveFlags(pub u16);

impl SelectiveFlags {
    /// After the spans the rest of the disk is read. Bit 1.
    pub fn reads_the_rest(self) -> bool {
        bit(self.0, 1)
    }

    /// That reading is to be resumed. Bit 3.
    pub fn is_pending(self) -> bool {
        bit(self.0, 3)
    }

    /// That reading is going on. Bit 4.
    pub fn is_active(self) -> bool {
        bit(self.0, 4)
    }
}

impl SelectiveSelfTestLog {
    fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let data = sector::first(answer, PAGE.title)?;
        let mut spans = [(0, 0); 5];
        for (span, bytes) in spans.iter_mut().zip(data.get(2..82).unwrap_or_default().chunks_exact(16)) {
            *span = (le64(bytes, 0).unwrap_or(0), le64(bytes, 8).unwrap_or(0));
        }
        Ok(Self {
            revision: le16(data, 0).unwrap_or(0),
            spans,
            current_lba: le64(data, 492).unwrap_or(0),
            current_span: le16(data, 500).unwrap_or(0),
            flags: SelectiveFlags(le16(data, 502).unwrap_or(0)),
            pending_minutes: le16(data, 508).unwrap_or(0),
            checksum_ok: checksum_is_zero(data),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_flags() {
        let mut data = [0; 512];
        data[2] = 10;
        data[10] = 20;
        data[66] = 1;
        data[492] = 15;
        data[500] = 1;
        data[502] = 0x0a;
        data[508] = 30;
        let log = SelectiveSelfTestLog::decode(&Answer { data: &data, ..Answer::default() }).unwrap();
        assert_eq!(log.spans, [(10, 20), (0, 0), (0, 0), (0, 0), (1, 0)]);
        assert_eq!((log.current_lba, log.current_span, log.pending_minutes), (15, 1, 30));
        assert!(log.flags.reads_the_rest() && log.flags.is_pending() && !log.flags.is_active());
    }
}
