//! What all mode pages share: the headers of MODE SENSE data.

use crate::decode::DecodeError;
use crate::decode::bytes::{be16, bit, u8_at};

/// A mode page whose headers were checked: what follows the page's own header, as far as it came.
#[derive(Debug, Clone, Copy)]
pub(in crate::decode::scsi) struct ModePage<'a> {
    title: &'static str,
    /// The page without its header of 2 bytes (4 for a subpage).
    pub(super) body: &'a [u8],
}

impl<'a> ModePage<'a> {
    /// Finds the page behind the mode parameter header and the block descriptors, which some devices send
    /// although they were told not to (DBD).
    ///
    /// Devices that do not know MODE SENSE (10) were asked by MODE SENSE (6), whose header is shorter; which of
    /// the two it is, is told by where the page stands.
    pub(in crate::decode::scsi) fn parse(
        title: &'static str,
        page: u8,
        subpage: u8,
        bytes: &'a [u8],
    ) -> Result<Self, DecodeError> {
        let skip = |header: usize, descriptors: usize| bytes.get(header.saturating_add(descriptors)..);
        let long = be16(bytes, 6).and_then(|descriptors| skip(8, descriptors.into()));
        let short = u8_at(bytes, 3).and_then(|descriptors| skip(4, descriptors.into()));
        let found = [long, short].into_iter().flatten().find_map(|rest| Self::at(title, page, subpage, rest));
        let got = long.or(short).and_then(|rest| u8_at(rest, 0));
        found.ok_or(match got {
            Some(code) => DecodeError::OtherPage { page: title, got: u32::from(code & 0x3f) },
            None => DecodeError::Short { page: title, need: 10, got: bytes.len() },
        })
    }

    fn at(title: &'static str, page: u8, subpage: u8, rest: &'a [u8]) -> Option<Self> {
        let code = u8_at(rest, 0)?;
        let (got, length, start) = if bit(code, 6) {
            (u8_at(rest, 1)?, usize::from(be16(rest, 2)?), 4)
        } else {
            (0, usize::from(u8_at(rest, 1)?), 2)
        };
        let body = rest.get(start..)?;
        (code & 0x3f == page && got == subpage)
            .then_some(Self { title, body: body.get(..length).unwrap_or(body) })
    }

    /// Says that the page ends before the part that every revision of it has.
    pub(super) fn short(&self, need: usize) -> DecodeError {
        DecodeError::Short { page: self.title, need, got: self.body.len().saturating_add(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_either_header_and_any_descriptors() {
        let page = [0x1c, 2, 0x10, 6];
        for header in [
            &[0, 10, 0, 0x10, 0, 0, 0, 0][..],
            &[0, 18, 0, 0x10, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8],
            &[7, 0, 0x10, 0],
            &[15, 0, 0x10, 8, 1, 2, 3, 4, 5, 6, 7, 8],
        ] {
            let bytes = [header, &page].concat();
            assert_eq!(ModePage::parse("x", 0x1c, 0, &bytes).unwrap().body, &[0x10, 6], "{header:?}");
            for length in 0..bytes.len() {
                assert!(
                    !ModePage::parse("x", 0x1c, 0, &bytes[..length]).is_ok_and(|page| page.body.len() > 1)
                );
            }
        }
    }

    #[test]
    fn subpages_have_a_longer_header() {
        let bytes = [0, 14, 0, 0, 0, 0, 0, 0, 0x59, 0x01, 0, 2, 0xaa, 0xbb];
        assert_eq!(ModePage::parse("x", 0x19, 1, &bytes).unwrap().body, &[0xaa, 0xbb]);
        assert!(matches!(ModePage::parse("x", 0x19, 0, &bytes), Err(DecodeError::OtherPage { .. })));
    }
}
