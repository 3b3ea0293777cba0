//! Standard INQUIRY data (SPC-6, "Standard INQUIRY data"): what kind of device it is, and its names.

use crate::decode::bytes::{bit, bits, text, u8_at};
use crate::decode::scsi::{Pages, Request};
use crate::decode::{DecodeError, Page};

pub(super) const PAGE: Page<Pages> = Page {
    name: "inquiry",
    title: "standard INQUIRY data",
    requests: |_| vec![Request::Inquiry],
    decode: |_, answer, pages| {
        pages.inquiry = Some(Inquiry::decode(answer.data)?);
        Ok(())
    },
};

/// Standard INQUIRY data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inquiry {
    /// PERIPHERAL QUALIFIER, 3 bits: 0 for a logical unit that is there. Byte 0.
    pub peripheral_qualifier: u8,
    /// PERIPHERAL DEVICE TYPE, 5 bits: 00h is a disk, 14h a host managed zoned one. Byte 0.
    pub device_type: u8,
    /// Removable medium (RMB). Byte 1.
    pub removable: bool,
    /// VERSION: 04h SPC-2, 05h SPC-3, 06h SPC-4, 07h SPC-5 or later; 00h claims no standard. Byte 2.
    pub version: u8,
    /// Protection information supported (PROTECT). Byte 5; `None`: not sent.
    pub protect: Option<bool>,
    /// T10 VENDOR IDENTIFICATION, without padding. Bytes 8 to 15. `None`: blank, or not sent.
    pub vendor: Option<String>,
    /// PRODUCT IDENTIFICATION, without padding. Bytes 16 to 31. `None`: blank, or not sent.
    pub product: Option<String>,
    /// PRODUCT REVISION LEVEL, without padding. Bytes 32 to 35. `None`: blank, or not sent.
    pub revision: Option<String>,
    /// Bytes the device sent: 36 and more say that all of the above were sent.
    pub sent: usize,
}

impl Inquiry {
    /// Bytes of the part that smartctl, too, cannot do without.
    const LEAST: usize = 5;

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let short = DecodeError::Short { page: PAGE.title, need: Self::LEAST, got: bytes.len() };
        let Some(&[peripheral, rmb, version, _, _]) = bytes.first_chunk::<{ Self::LEAST }>() else {
            return Err(short);
        };
        let field = |from, to| bytes.get(from..to).and_then(text);
        Ok(Self {
            peripheral_qualifier: peripheral >> 5,
            device_type: peripheral & 0x1f,
            removable: bit(rmb, 7),
            version,
            protect: u8_at(bytes, 5).map(|byte| bit(byte, 0)),
            vendor: field(8, 16),
            product: field(16, 32),
            revision: field(32, 36),
            sent: bytes.len(),
        })
    }

    /// Has it blocks that are read and written (SBC-4 or ZBC-2)?
    pub fn is_disk(&self) -> bool {
        matches!(self.device_type, 0x00 | 0x04 | 0x07 | 0x0e | 0x14)
    }

    /// Is it a disk of SBC-4 or a zoned one of ZBC-2, and no optical or other medium?
    pub fn is_hard_disk(&self) -> bool {
        matches!(self.device_type, 0x00 | 0x14)
    }

    /// The SPC revision it claims, if it claims one: 2 to 5.
    pub fn spc_revision(&self) -> Option<u8> {
        // Bits 7 and 6 were the ISO version, bits 5 to 3 the ECMA version once.
        match bits(self.version.into(), 2, 0) {
            revision @ 4..=7 if self.version & 0xf0 == 0 => u8::try_from(revision.saturating_sub(2)).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing;

    #[test]
    fn a_disk_and_its_names() {
        let inquiry = Inquiry::decode(&testing::inquiry(6, "ACME", "DISK 1", "R2")).unwrap();
        assert!(inquiry.is_disk() && !inquiry.removable);
        assert_eq!(inquiry.vendor.as_deref(), Some("ACME"));
        assert_eq!(inquiry.product.as_deref(), Some("DISK 1"));
        assert_eq!(inquiry.revision.as_deref(), Some("R2"));
        assert_eq!(inquiry.spc_revision(), Some(4));
    }

    #[test]
    fn what_was_not_sent_is_absent() {
        let whole = testing::inquiry(6, "ACME", "DISK 1", "R2");
        for length in 0..whole.len() {
            let decoded = Inquiry::decode(&whole[..length]);
            assert_eq!(decoded.is_err(), length < 5);
            if let Ok(inquiry) = decoded {
                assert_eq!(inquiry.vendor.is_some(), length >= 16);
                assert_eq!(inquiry.product.is_some(), length >= 32);
                assert_eq!(inquiry.revision.is_some(), length >= 36);
            }
        }
    }

    #[test]
    fn versions_that_claim_no_spc() {
        for version in [0, 1, 2, 3, 0x10, 0x84] {
            let inquiry = Inquiry::decode(&testing::inquiry(version, "", "", "")).unwrap();
            assert_eq!(inquiry.spc_revision(), None, "{version:#x}");
            assert_eq!(inquiry.vendor, None);
        }
    }
}
