//! Seagate's Field Accessible Reliability Metrics log page (3Dh/03h) of SAS disks: parameters of 8-byte fields, the
//! highest byte first. Which field means what, the record knows.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::{be64, text};

/// Bits 55:0 of a field are its value; bit 63 says that the disk has it, bit 62 that it is valid.
const VALUE: u64 = (1 << 56) - 1;
const IS_VALID: u64 = 0b11 << 62;
/// "REMRAF" read as a number: what the first field of the header holds.
const SIGNATURE: u64 = 0x4641_524d_4552;

/// Field Accessible Reliability Metrics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Farm {
    parameters: Vec<(u16, Box<[u64]>)>,
}

impl Farm {
    /// Heads of which the log can tell.
    pub const HEADS: usize = 24;

    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let fields = |value: &[u8]| value.chunks_exact(8).filter_map(|bytes| be64(bytes, 0)).collect();
        let parameters =
            page.parameters().map(|parameter| (parameter.code, fields(parameter.value))).collect();
        let farm = Self { parameters };
        let header = farm.parameter(0).and_then(|header| header.first()).map(|field| field & VALUE);
        match header {
            Some(SIGNATURE) => Ok(farm),
            Some(other) => Err(page.odd("the signature", other)),
            None => Err(page.short(16)),
        }
    }

    fn parameter(&self, code: u16) -> Option<&[u64]> {
        self.parameters.iter().find(|(read, _)| *read == code).map(|(_, fields)| fields.as_ref())
    }

    /// Is there a parameter of that code?
    pub fn has(&self, parameter: u16) -> bool {
        self.parameter(parameter).is_some()
    }

    /// Field `number` of a parameter, 56 bits. `None`: there is no such field, or the disk has no valid value.
    pub fn field(&self, parameter: u16, number: usize) -> Option<u64> {
        let field = *self.parameter(parameter)?.get(number)?;
        (field & IS_VALID == IS_VALID).then_some(field & VALUE)
    }

    /// The text in `count` fields from `first` on, four characters in each. `None`: none, or only blanks.
    pub fn text(&self, parameter: u16, first: usize, count: usize) -> Option<String> {
        let fields = (first..).take(count).filter_map(|number| self.field(parameter, number));
        let bytes: Vec<u8> =
            fields.flat_map(|field| field.to_be_bytes().into_iter().filter(|&byte| byte != 0)).collect();
        text(&bytes)
    }

    /// The world wide name in two fields from `first` on, 32 bits in each.
    pub fn world_wide_name(&self, parameter: u16, first: usize) -> Option<u64> {
        let half = |number| Some(self.field(parameter, number)? & 0xffff_ffff);
        Some(half(first)? << 32 | half(first.checked_add(1)?)?)
    }

    /// Heads of the disk, at most [`Farm::HEADS`]. Parameter 0001h.
    pub fn heads(&self) -> usize {
        let heads = self.field(1, 11).and_then(|heads| usize::try_from(heads).ok());
        heads.unwrap_or(0).min(Self::HEADS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    fn fields(fields: &[u64]) -> Vec<u8> {
        fields.iter().flat_map(|field| field.to_be_bytes()).collect()
    }

    fn decode(parameters: &[(u16, &[u8])]) -> Result<Farm, DecodeError> {
        Farm::decode(LogPage::parse("x", 0x3d, 3, &log_page(0x3d, 3, parameters)).unwrap())
    }

    #[test]
    fn fields_texts_and_names() {
        let ascii = |bytes: &[u8; 4]| IS_VALID | u64::from(u32::from_be_bytes(*bytes));
        let header = fields(&[IS_VALID | SIGNATURE, IS_VALID | 4]);
        let drive = fields(&[
            IS_VALID | 1,
            0,
            ascii(b"ABCD"),
            ascii(b"EF  "),
            IS_VALID | 0x5000_c500,
            IS_VALID | 0x1234_5678,
            1 << 63 | 9,
        ]);
        let farm = decode(&[(0, &header), (1, &drive)]).unwrap();
        assert_eq!((farm.field(0, 1), farm.field(1, 6), farm.field(1, 50)), (Some(4), None, None));
        assert_eq!(farm.text(1, 2, 2).as_deref(), Some("ABCDEF"));
        assert_eq!(farm.world_wide_name(1, 4), Some(0x5000_c500_1234_5678));
        assert!(farm.has(1) && !farm.has(2) && farm.heads() == 0);
    }

    #[test]
    fn a_page_without_the_signature_is_refused() {
        assert!(matches!(decode(&[]), Err(DecodeError::Short { .. })));
        assert!(matches!(decode(&[(0, &[1, 2, 3])]), Err(DecodeError::Short { .. })));
        assert!(matches!(decode(&[(0, &fields(&[7]))]), Err(DecodeError::Field { .. })));
    }
}
