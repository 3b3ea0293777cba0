//! Solid State Media log page (11h): how much of its life is used.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::u8_at;

/// Solid State Media log page (11h), SBC-4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SolidStateMedia {
    /// PERCENTAGE USED ENDURANCE INDICATOR: percent of the life that the maker promises; 100 and more may still
    /// work, 255 is 255 or more. Parameter 0001h, byte 7. `None`: the page has other parameters only.
    pub percentage_used: Option<u8>,
}

impl SolidStateMedia {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        if page.parameters().next().is_none() {
            return Err(page.short(12));
        }
        Ok(Self { percentage_used: page.parameter(1).and_then(|value| u8_at(value, 3)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn percent_used() {
        let whole = log_page(0x11, 0, &[(1, &[0, 0, 0, 101])]);
        for length in 4..=whole.len() {
            let page = SolidStateMedia::decode(LogPage::parse("x", 0x11, 0, &whole[..length]).unwrap());
            assert_eq!(page.ok().map(|page| page.percentage_used), (length >= 12).then_some(Some(101)));
        }
        let other = log_page(0x11, 0, &[(2, &[0; 4])]);
        let page = SolidStateMedia::decode(LogPage::parse("x", 0x11, 0, &other).unwrap()).unwrap();
        assert_eq!(page.percentage_used, None);
    }
}
