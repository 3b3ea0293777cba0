//! Control (0Ah): of it, how long an extended self-test takes.

use super::ModePage;
use crate::decode::DecodeError;
use crate::decode::bytes::be16;

/// Control mode page (0Ah), SPC-6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Control {
    /// EXTENDED SELF-TEST COMPLETION TIME, seconds; FFFFh: longer than these 16 bits can say. `None`: not sent,
    /// or 0 (not told). Bytes 10 and 11.
    pub extended_self_test_seconds: Option<u16>,
}

impl Control {
    pub(in crate::decode::scsi) fn decode(page: ModePage<'_>) -> Result<Self, DecodeError> {
        Ok(Self { extended_self_test_seconds: be16(page.body, 8).filter(|&seconds| seconds != 0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_where_they_are() {
        let whole = [0, 0, 0, 0, 0, 0, 0, 0, 0x0a, 10, 2, 0, 0, 0, 0, 0, 0, 0, 0x0d, 0x20];
        for length in 11..=whole.len() {
            let page = Control::decode(ModePage::parse("x", 0x0a, 0, &whole[..length]).unwrap()).unwrap();
            assert_eq!(page.extended_self_test_seconds, (length >= 20).then_some(3360));
        }
    }
}
