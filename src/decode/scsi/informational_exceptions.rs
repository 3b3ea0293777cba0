//! Informational Exceptions log page (2Fh): the failure the device predicts, if it does.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::u8_at;

/// Informational Exceptions log page (2Fh), SPC-6: parameter 0000h.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InformationalExceptions {
    /// INFORMATIONAL EXCEPTION ADDITIONAL SENSE CODE: 5Dh is a predicted failure, 0Bh a warning, 0 nothing. Byte 8.
    pub asc: u8,
    /// Its qualifier. Byte 9.
    pub ascq: u8,
    /// MOST RECENT TEMPERATURE READING, degrees Celsius. `None`: not reported, or FFh. Byte 10.
    pub temperature: Option<u8>,
    /// Trip temperature, degrees Celsius; vendor specific, but nearly all disks have it. `None`: not reported,
    /// or FFh. Byte 11.
    pub trip_temperature: Option<u8>,
}

impl InformationalExceptions {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let Some([asc, ascq, rest @ ..]) = page.parameter(0) else { return Err(page.short(10)) };
        let degrees = |offset| u8_at(rest, offset).filter(|&byte| byte != 0xff);
        Ok(Self { asc: *asc, ascq: *ascq, temperature: degrees(0), trip_temperature: degrees(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn a_predicted_failure() {
        let bytes = log_page(0x2f, 0, &[(0, &[0x5d, 0x10, 41, 0xff])]);
        let decode =
            |bytes: &[u8]| InformationalExceptions::decode(LogPage::parse("x", 0x2f, 0, bytes).unwrap());
        let page = decode(&bytes).unwrap();
        assert_eq!(
            (page.asc, page.ascq, page.temperature, page.trip_temperature),
            (0x5d, 0x10, Some(41), None)
        );
        for length in 4..bytes.len() {
            assert!(decode(&bytes[..length]).is_err(), "{length}");
        }
        let short = log_page(0x2f, 0, &[(0, &[0, 0])]);
        assert_eq!(decode(&short).unwrap().temperature, None);
    }
}
