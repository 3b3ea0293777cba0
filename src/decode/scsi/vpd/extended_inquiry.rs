//! Extended INQUIRY Data (86h): of it, how long an extended self-test takes.

use super::VpdPage;
use crate::decode::DecodeError;
use crate::decode::bytes::be16;

/// Extended INQUIRY Data (86h), SPC-6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtendedInquiry {
    /// EXTENDED SELF-TEST COMPLETION MINUTES. `None`: not sent, or 0 (not told). Bytes 10 and 11.
    pub extended_self_test_minutes: Option<u16>,
}

impl ExtendedInquiry {
    pub(in crate::decode::scsi) fn decode(page: VpdPage<'_>) -> Result<Self, DecodeError> {
        Ok(Self { extended_self_test_minutes: be16(page.body, 6).filter(|&minutes| minutes != 0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::vpd_page;

    #[test]
    fn minutes_where_they_are() {
        let whole = vpd_page(0x86, &[0, 0, 0, 0, 0, 0, 0x07, 0xd0, 0]);
        for length in 4..=whole.len() {
            let page = ExtendedInquiry::decode(VpdPage::parse("x", 0x86, &whole[..length]).unwrap()).unwrap();
            assert_eq!(page.extended_self_test_minutes, (length >= 12).then_some(2000));
        }
    }
}
