//! READ DEFECT DATA (SBC-4): how many blocks the disk has given up since it left the factory.

use crate::decode::bytes::{be16, be32, u8_at};
use crate::decode::scsi::{Pages, Request};
use crate::decode::{DecodeError, Page};

pub(super) const PAGE_12: Page<Pages> = Page {
    name: "read_defect_data_12",
    title: "READ DEFECT DATA (12)",
    requests: |pages| ask(pages, Request::ReadDefectData12),
    decode: |_, answer, pages| {
        let length = be32(answer.data, 4);
        pages.grown_defects = Some(GrownDefects::decode(PAGE_12.title, 8, answer.data, length)?);
        Ok(())
    },
};

pub(super) const PAGE_10: Page<Pages> = Page {
    name: "read_defect_data_10",
    title: "READ DEFECT DATA (10)",
    requests: |pages| ask(pages, Request::ReadDefectData10),
    decode: |_, answer, pages| {
        let length = be16(answer.data, 2).map(u32::from);
        pages.grown_defects = Some(GrownDefects::decode(PAGE_10.title, 4, answer.data, length)?);
        Ok(())
    },
};

/// Only a disk that is ready is asked: the list stands on the medium, so a stopped disk would have to start.
fn ask(pages: &Pages, request: Request) -> Vec<Request> {
    if pages.is_disk() && pages.ready && pages.grown_defects.is_none() { vec![request] } else { Vec::new() }
}

/// The header of the grown defect list (GLIST).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrownDefects {
    /// Defects: DEFECT LIST LENGTH in descriptors of DEFECT LIST FORMAT. `None`: a format of no known length.
    pub count: Option<u32>,
    /// DEFECT LIST FORMAT, 3 bits, as the disk chose it.
    pub format: u8,
}

impl GrownDefects {
    fn decode(
        title: &'static str,
        need: usize,
        bytes: &[u8],
        length: Option<u32>,
    ) -> Result<Self, DecodeError> {
        let (Some(flags), Some(length)) = (u8_at(bytes, 1), length) else {
            return Err(DecodeError::Short { page: title, need, got: bytes.len() });
        };
        // GLISTV: is this the grown list at all?
        if flags & 0x08 == 0 {
            return Err(DecodeError::Field { page: title, field: "GLISTV", value: 0 });
        }
        let format = flags & 7;
        let count = match format {
            0 => Some(length / 4),
            1..=5 => Some(length / 8),
            _ => None,
        };
        Ok(Self { count, format })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twelve(bytes: &[u8]) -> Result<GrownDefects, DecodeError> {
        GrownDefects::decode("x", 8, bytes, be32(bytes, 4))
    }

    #[test]
    fn defects_by_the_length_of_their_format() {
        assert_eq!(twelve(&[0, 0x0c, 0, 0, 0, 0, 0, 80]).unwrap().count, Some(10));
        assert_eq!(twelve(&[0, 0x08, 0, 0, 0, 0, 0, 80]).unwrap().count, Some(20));
        assert_eq!(twelve(&[0, 0x0e, 0, 0, 0, 0, 0, 80]).unwrap().count, None);
        assert!(twelve(&[0, 0x14, 0, 0, 0, 0, 0, 80]).is_err());
        for length in 0..8 {
            assert!(twelve(&[0, 0x0c, 0, 0, 0, 0, 0, 80][..length]).is_err());
        }
    }
}
