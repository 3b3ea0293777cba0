//! SATA Phy Event Counters log (11h), Serial ATA: errors of the link.

use super::{Identify, Pages, Request, sector};
use crate::decode::bytes::{bits, checksum_is_zero, le16, le64};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "phy_event_counters",
    title: "SATA Phy Event Counters log (READ LOG EXT 11h)",
    requests: |pages| {
        if pages.general_log(0x11) > 0 || pages.identify.as_ref().is_some_and(Identify::phy_event_counters) {
            vec![Request::ReadLogExt { address: 0x11, page: 0, pages: 1 }]
        } else {
            Vec::new()
        }
    },
    decode: |_, answer, pages| {
        pages.phy_event_counters = Some(PhyEventCounters::decode(answer)?);
        Ok(())
    },
};

/// SATA Phy Event Counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhyEventCounters {
    /// The counters, in the drive's order.
    pub counters: Vec<PhyEventCounter>,
    /// The sum of all bytes is zero.
    pub checksum_ok: bool,
}

/// One counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhyEventCounter {
    /// Identifier: bits 11:0 the event, bit 15 vendor specific.
    pub id: u16,
    /// Bytes of its value: 2, 4, 6 or 8.
    pub bytes: u8,
    /// Events. All ones: it counted to its end, and may have been larger.
    pub value: u64,
}

impl PhyEventCounter {
    /// Has it counted to its end?
    pub fn is_full(&self) -> bool {
        self.value
            == u64::MAX
                .checked_shr(64u32.saturating_sub(u32::from(self.bytes).saturating_mul(8)))
                .unwrap_or(0)
    }
}

impl PhyEventCounters {
    fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let data = sector::first(answer, PAGE.title)?;
        let mut counters = Vec::with_capacity(12);
        // The last byte is the checksum.
        let mut rest = data.get(4..511).unwrap_or_default();
        while let Some(header) = le16(rest, 0).filter(|&header| header != 0) {
            let bytes = u8::try_from(bits(header.into(), 14, 12)).unwrap_or(0).saturating_mul(2);
            let end = usize::from(bytes).saturating_add(2);
            let Some((counter, behind)) = rest.split_at_checked(end).filter(|_| (2..=8).contains(&bytes))
            else {
                break;
            };
            let mut value = [0; 8];
            for (to, from) in value.iter_mut().zip(counter.iter().skip(2)) {
                *to = *from;
            }
            let value = le64(&value, 0).unwrap_or(0);
            counters.push(PhyEventCounter { id: header & 0x8fff, bytes, value });
            rest = behind;
        }
        Ok(Self { counters, checksum_ok: checksum_is_zero(data) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(bytes: &[u8]) -> Vec<PhyEventCounter> {
        let mut data = [0; 512];
        data[4..4 + bytes.len()].copy_from_slice(bytes);
        PhyEventCounters::decode(&Answer { data: &data, ..Answer::default() }).unwrap().counters
    }

    #[test]
    fn counters_have_their_own_width() {
        let found = counters(&[
            0x01, 0x10, 5, 0, 0x02, 0x20, 1, 2, 3, 4, 0x03, 0xc0, 255, 255, 255, 255, 255, 255, 255, 255,
        ]);
        assert_eq!(
            found,
            [
                PhyEventCounter { id: 0x001, bytes: 2, value: 5 },
                PhyEventCounter { id: 0x002, bytes: 4, value: 0x0403_0201 },
                PhyEventCounter { id: 0x8003, bytes: 8, value: u64::MAX },
            ]
        );
        assert_eq!(found.iter().map(|counter| counter.is_full()).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn a_width_of_zero_ends_the_log() {
        assert_eq!(counters(&[0x01, 0x10, 5, 0, 0x01, 0x80, 5, 0, 0x02, 0x10, 1, 0]).len(), 1);
        assert!(counters(&[0xff; 507]).is_empty());
    }
}
