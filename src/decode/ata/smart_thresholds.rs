//! SMART READ THRESHOLDS (B0h/D1h), 512 bytes: below which value an attribute counts as failed. Obsolete since
//! ATA-4, answered by every drive that has attributes.

use super::smart_data::{Attribute, SLOTS};
use super::{Pages, Request};
use crate::decode::bytes::{checksum_is_zero, le16};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "smart_thresholds",
    title: "SMART READ THRESHOLDS (B0h/D1h)",
    requests: |pages| pages.if_smart(Request::SmartReadThresholds),
    decode: |_, answer, pages| {
        pages.smart_thresholds = Some(SmartThresholds::decode(answer)?);
        Ok(())
    },
};

/// SMART thresholds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartThresholds {
    /// Revision of the structure; that of the SMART data. Bytes 0 and 1.
    pub revision: u16,
    /// Attribute ID and threshold of each slot; ID 0 marks an empty one. Bytes 2 to 361.
    pub slots: [(u8, u8); SLOTS],
    /// The sum of all bytes is zero.
    pub checksum_ok: bool,
}

impl SmartThresholds {
    fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let short = DecodeError::Short { page: PAGE.title, need: 512, got: answer.data.len() };
        let data = answer.data.get(..512).ok_or(short.clone())?;
        let (Some(revision), Some(table)) = (le16(data, 0), data.get(2..362)) else {
            return Err(short);
        };
        let mut slots = [(0, 0); SLOTS];
        for (slot, entry) in slots.iter_mut().zip(table.chunks_exact(12)) {
            if let [id, threshold, ..] = *entry {
                *slot = (id, threshold);
            }
        }
        Ok(Self { revision, slots, checksum_ok: checksum_is_zero(data) })
    }

    /// Threshold of `attribute`: that of its own slot, or of any slot with its ID. `None`: it has none.
    pub fn of(&self, attribute: &Attribute) -> Option<u8> {
        let own = self.slots.get(usize::from(attribute.slot)).filter(|(id, _)| *id == attribute.id);
        own.or_else(|| self.slots.iter().find(|(id, _)| *id == attribute.id)).map(|&(_, threshold)| threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_found_by_slot_and_then_by_id() {
        let mut data = [0; 512];
        data[2..4].copy_from_slice(&[9, 10]);
        data[14..16].copy_from_slice(&[9, 20]);
        data[26..28].copy_from_slice(&[5, 30]);
        let thresholds = SmartThresholds::decode(&Answer { data: &data, ..Answer::default() }).unwrap();
        let of = |slot, id| {
            thresholds.of(&Attribute { slot, id, flags: 0, value: 0, worst: 0, raw: [0; 6], reserved: 0 })
        };
        assert_eq!((of(0, 9), of(1, 9), of(5, 9)), (Some(10), Some(20), Some(10)));
        assert_eq!((of(0, 5), of(0, 7), of(255, 5)), (Some(30), None, Some(30)));
    }
}
