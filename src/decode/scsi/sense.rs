//! Sense data as REQUEST SENSE returns them (SPC-6, "Sense data"): what the device has to say now.

use crate::decode::DecodeError;
use crate::decode::bytes::{be16, bit, u8_at};

/// Sense data of either format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SenseData {
    /// SENSE KEY, 4 bits: 0 nothing to say, 1 recovered error, 2 not ready, 6 unit attention.
    pub key: u8,
    /// ADDITIONAL SENSE CODE.
    pub asc: u8,
    /// ADDITIONAL SENSE CODE QUALIFIER.
    pub ascq: u8,
    /// PROGRESS INDICATION in 65,536ths. `None`: none was given.
    pub progress: Option<u16>,
}

impl SenseData {
    pub(super) fn decode(title: &'static str, bytes: &[u8]) -> Result<Self, DecodeError> {
        let short = DecodeError::Short { page: title, need: 14, got: bytes.len() };
        let Some(response) = u8_at(bytes, 0) else { return Err(short) };
        match response & 0x7f {
            0x70 | 0x71 => Self::fixed(bytes).ok_or(short),
            0x72 | 0x73 => Self::descriptors(bytes).ok_or(short),
            code => Err(DecodeError::Field { page: title, field: "RESPONSE CODE", value: code.into() }),
        }
    }

    fn fixed(bytes: &[u8]) -> Option<Self> {
        let key = u8_at(bytes, 2)? & 0x0f;
        // SKSV, then the sense key specific bytes, which are progress for these two keys.
        let progress = u8_at(bytes, 15).filter(|&byte| bit(byte, 7) && matches!(key, 0 | 2));
        Some(Self {
            key,
            asc: u8_at(bytes, 12)?,
            ascq: u8_at(bytes, 13)?,
            progress: progress.and_then(|_| be16(bytes, 16)),
        })
    }

    fn descriptors(bytes: &[u8]) -> Option<Self> {
        let mut sense = Self {
            key: u8_at(bytes, 1)? & 0x0f,
            asc: u8_at(bytes, 2)?,
            ascq: u8_at(bytes, 3)?,
            progress: None,
        };
        let mut rest = bytes.get(8..).unwrap_or_default();
        while let (Some(&kind), Some(length)) = (rest.first(), u8_at(rest, 1)) {
            // Sense key specific descriptor, or the progress indication descriptor.
            match kind {
                0x02 if u8_at(rest, 4).is_some_and(|byte| bit(byte, 7)) && matches!(sense.key, 0 | 2) => {
                    sense.progress = be16(rest, 5);
                }
                0x0a => sense.progress = be16(rest, 6),
                _ => {}
            }
            rest = rest.get(usize::from(length).saturating_add(2)..).unwrap_or_default();
        }
        Some(sense)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_self_test_in_progress() {
        let fixed = [0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x04, 0x09, 0, 0x80, 0x40, 0x00];
        let expected = SenseData { key: 2, asc: 0x04, ascq: 0x09, progress: Some(0x4000) };
        assert_eq!(SenseData::decode("x", &fixed), Ok(expected));
        let descriptors = [0x72, 2, 0x04, 0x09, 0, 0, 0, 8, 0x02, 6, 0, 0, 0x80, 0x40, 0x00, 0];
        assert_eq!(SenseData::decode("x", &descriptors), Ok(expected));
        for length in 0..fixed.len() {
            let sense = SenseData::decode("x", &fixed[..length]);
            assert_eq!(sense.is_ok(), length >= 14);
            assert!(!sense.is_ok_and(|sense| sense.progress.is_some()));
        }
    }

    #[test]
    fn bytes_that_are_no_sense_data() {
        assert!(SenseData::decode("x", &[0; 18]).is_err());
        assert!(SenseData::decode("x", &[0xff; 18]).is_err());
        assert!(SenseData::decode("x", &[0x72; 252]).is_ok());
    }
}
