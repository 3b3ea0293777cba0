//! Logical Block Provisioning (B2h): is all of the capacity there, or only promised?

use super::VpdPage;
use crate::decode::DecodeError;
use crate::decode::bytes::u8_at;

/// Logical Block Provisioning (B2h), SBC-4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogicalBlockProvisioning {
    /// PROVISIONING TYPE, 3 bits: 0 fully provisioned or not told, 1 resource, 2 thin provisioned. Byte 6.
    pub kind: u8,
    /// LBPRZ, 3 bits: 0 nothing is told of unmapped blocks, xx1b they read as zeros, 010b as an initialization
    /// pattern. Byte 5.
    pub reads_zeros: u8,
}

impl LogicalBlockProvisioning {
    pub(in crate::decode::scsi) fn decode(page: VpdPage<'_>) -> Result<Self, DecodeError> {
        let (Some(flags), Some(kind)) = (u8_at(page.body, 1), u8_at(page.body, 2)) else {
            return Err(page.short(7));
        };
        Ok(Self { kind: kind & 7, reads_zeros: (flags >> 2) & 7 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::vpd_page;

    #[test]
    fn a_resource_provisioned_disk() {
        let whole = vpd_page(0xb2, &[0, 0x04, 0x01, 0]);
        for length in 4..=whole.len() {
            let page =
                LogicalBlockProvisioning::decode(VpdPage::parse("x", 0xb2, &whole[..length]).unwrap()).ok();
            let expected = LogicalBlockProvisioning { kind: 1, reads_zeros: 1 };
            assert_eq!(page, (length >= 7).then_some(expected));
        }
    }
}
