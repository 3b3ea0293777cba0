//! Temperature log page (0Dh).

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::u8_at;

/// Temperature log page (0Dh), SPC-6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Temperature {
    /// TEMPERATURE, degrees Celsius, 0 to 254; 0 also stands for any below. `None`: not reported, or FFh
    /// (unknown). Parameter 0000h, byte 5.
    pub current: Option<u8>,
    /// REFERENCE TEMPERATURE, degrees Celsius: the highest at which the device may run all the time. `None`: not
    /// reported, or FFh. Parameter 0001h, byte 5.
    pub reference: Option<u8>,
}

impl Temperature {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let degrees =
            |code| page.parameter(code).and_then(|value| u8_at(value, 1)).filter(|&byte| byte != 0xff);
        Ok(Self { current: degrees(0), reference: degrees(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn degrees_or_nothing() {
        let decode =
            |bytes: &[u8]| Temperature::decode(LogPage::parse("x", 0x0d, 0, bytes).unwrap()).unwrap();
        let bytes = log_page(0x0d, 0, &[(0, &[0, 41]), (1, &[0, 0xff])]);
        assert_eq!(decode(&bytes), Temperature { current: Some(41), reference: None });
        for length in 4..bytes.len() {
            assert_eq!(decode(&bytes[..length]).current, (length >= 10).then_some(41));
        }
    }
}
