//! Concurrent Positioning Ranges log (47h), ACS-5: which sectors a drive with several actuators reaches by which of them.

use super::{Pages, Request, sector};
use crate::decode::bytes::{le, le64, u8_at};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it; only of a drive that lists it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "concurrent_positioning_ranges",
    title: "Concurrent Positioning Ranges log (READ LOG EXT 47h)",
    requests: |pages| match pages.general_log(0x47) {
        0 => Vec::new(),
        _ => vec![Request::ReadLogExt { address: 0x47, page: 0, pages: 1 }],
    },
    decode: |_, answer, pages| {
        pages.concurrent_positioning_ranges = Some(PositioningRange::decode_all(answer)?);
        Ok(())
    },
};

/// One range of sectors that is reached independently of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositioningRange {
    /// Its number. Byte 0 of the descriptor.
    pub number: u8,
    /// Storage elements (heads) that serve it; 0: not reported. Byte 1.
    pub storage_elements: u8,
    /// Its lowest LBA. Bytes 8 to 15.
    pub first_lba: u64,
    /// How many sectors it has. Bytes 16 to 23.
    pub sectors: u64,
}

/// Descriptors begin here, and have this length.
const FIRST: usize = 64;
const LENGTH: usize = 32;

impl PositioningRange {
    fn decode_all(answer: &Answer<'_>) -> Result<Vec<Self>, DecodeError> {
        let data = sector::first(answer, PAGE.title)?;
        let count = usize::from(u8_at(data, 0).unwrap_or(0));
        let descriptors = data.get(FIRST..).unwrap_or_default().chunks_exact(LENGTH).take(count);
        Ok(descriptors
            .map(|bytes| Self {
                number: u8_at(bytes, 0).unwrap_or(0),
                storage_elements: u8_at(bytes, 1).unwrap_or(0),
                // An LBA has 48 bits, whatever stands in the two bytes above it.
                first_lba: le::<6>(bytes, 8).and_then(|lba| u64::try_from(lba).ok()).unwrap_or(0),
                sectors: le64(bytes, 16).unwrap_or(0),
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_actuators() {
        let mut data = vec![0; 512];
        data[0] = 2;
        data[96..98].copy_from_slice(&[1, 8]);
        data[104..112].copy_from_slice(&[0, 0, 0, 0, 4, 0, 0, 0]);
        data[112..120].copy_from_slice(&[1, 2, 0, 0, 0, 0, 0, 0]);
        let ranges = |data: &[u8]| PositioningRange::decode_all(&Answer { data, ..Answer::default() });
        let read = ranges(&data).unwrap();
        let second = PositioningRange { number: 1, storage_elements: 8, first_lba: 4 << 32, sectors: 0x201 };
        assert_eq!((read.len(), read[1]), (2, second));
        data[0] = 0xff;
        assert_eq!(ranges(&data).unwrap().len(), 14, "as many as one page holds");
        assert!(ranges(&data[..511]).is_err());
    }
}
