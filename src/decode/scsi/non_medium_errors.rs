//! Non-Medium Error log page (06h): errors of anything but the medium.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;

/// Non-Medium Error log page (06h), SPC-6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NonMediumErrors {
    /// NON-MEDIUM ERROR COUNT. Parameter 0000h.
    pub count: u64,
}

impl NonMediumErrors {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let first = page.parameters().find(|parameter| parameter.code == 0);
        let count = first.and_then(|parameter| parameter.number()).ok_or_else(|| page.short(9))?;
        Ok(Self { count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn one_counter() {
        let whole = log_page(0x06, 0, &[(0, &[0, 0, 0x27, 0xfd]), (0x8009, &[1])]);
        let decode = |bytes: &[u8]| NonMediumErrors::decode(LogPage::parse("x", 0x06, 0, bytes).unwrap());
        assert_eq!(decode(&whole).unwrap().count, 10237);
        for length in 4..12 {
            assert!(decode(&whole[..length]).is_err());
        }
    }
}
