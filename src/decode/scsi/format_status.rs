//! Format Status log page (08h): how the last FORMAT UNIT ended.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;

/// Format Status log page (08h), SBC-4. `None`: not reported, or all ones (no format was done).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FormatStatus {
    /// Grown defects found during certification. Parameter 0001h.
    pub grown_defects_during_certification: Option<u64>,
    /// Total blocks reassigned during format. Parameter 0002h.
    pub blocks_reassigned_during_format: Option<u64>,
    /// Total new blocks reassigned since. Parameter 0003h.
    pub new_blocks_reassigned: Option<u64>,
    /// Power on minutes since format. Parameter 0004h.
    pub power_on_minutes_since_format: Option<u64>,
}

impl FormatStatus {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        if page.parameters().next().is_none() {
            return Err(page.short(8));
        }
        Ok(Self {
            grown_defects_during_certification: page.counter(1),
            blocks_reassigned_during_format: page.counter(2),
            new_blocks_reassigned: page.counter(3),
            power_on_minutes_since_format: page.counter(4),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn numbers_of_any_length_or_all_ones() {
        let bytes = log_page(0x08, 0, &[(0, &[0xff; 4]), (1, &[0xff; 8]), (2, &[0, 0, 0, 6]), (3, &[0, 7])]);
        let page = FormatStatus::decode(LogPage::parse("x", 0x08, 0, &bytes).unwrap()).unwrap();
        let expected = FormatStatus {
            blocks_reassigned_during_format: Some(6),
            new_blocks_reassigned: Some(7),
            ..Default::default()
        };
        assert_eq!(page, expected);
    }
}
