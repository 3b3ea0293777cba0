//! Firmware Slot Information (log page 03h), NVMe Base Specification 2.2.

use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::structure;
use super::{CONTROLLER, Pages, Request};
use crate::decode::bytes;
use crate::decode::{DecodeError, Page};

const TITLE: &str = "Firmware Slot Information (03h)";

pub(super) const PAGE: Page<Pages> = Page {
    name: "firmware_slot",
    title: TITLE,
    requests: |pages| {
        if pages.lists(0x03) {
            vec![Request::GetLogPage { lid: 0x03, nsid: CONTROLLER, specific: 0, length: 512 }]
        } else {
            Vec::new()
        }
    },
    decode: |_, answer, pages| {
        pages.firmware_slot = Some(FirmwareSlot::decode(answer.data)?);
        Ok(())
    },
};

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Wire {
    afi: u8,
    _reserved_1: [u8; 7],
    frs: [[u8; 8]; 7],
}
const _: () = assert!(size_of::<Wire>() == 64);

/// Firmware Slot Information (log page 03h).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmwareSlot {
    /// Slot of the running firmware, 1 to 7 (AFI bits 2:0). Byte 0.
    pub active: u8,
    /// Slot that the next reset activates (AFI bits 6:4). `None`: it is not said. Byte 0.
    pub next: Option<u8>,
    /// Firmware Revision for Slot 1 to 7 (FRS); `[i]` is slot `i + 1`. `None`: empty. Bytes 63:8.
    pub revisions: [Option<String>; 7],
}

impl FirmwareSlot {
    /// Decodes the first 64 bytes of the log page; the others are reserved.
    ///
    /// # Errors
    /// There are fewer.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire: &Wire = structure(TITLE, bytes)?;
        let next = wire.afi >> 4 & 7;
        Ok(Self {
            active: wire.afi & 7,
            next: (next != 0).then_some(next),
            revisions: wire.frs.map(|revision| bytes::text(&revision)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_have_revisions() {
        let mut page = [0; 512];
        page[0] = 0x21;
        page[8..16].copy_from_slice(b"1.0     ");
        page[16..24].copy_from_slice(b"2.0-beta");
        let log = FirmwareSlot::decode(&page).unwrap();
        assert_eq!((log.active, log.next), (1, Some(2)));
        assert_eq!(log.revisions[..3], [Some("1.0".to_owned()), Some("2.0-beta".to_owned()), None]);
        assert!(FirmwareSlot::decode(&page[..63]).is_err());
    }
}
