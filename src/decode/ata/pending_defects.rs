//! Pending Defects log (0Ch), ACS-5: sectors that could not be read and wait for a decision.

use super::{Pages, Request, sector};
use crate::decode::bytes::{le32, le64};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "pending_defects",
    title: "Pending Defects log (READ LOG EXT 0Ch)",
    requests: |pages| match pages.general_log(0x0c) {
        0 => Vec::new(),
        length => {
            // Beside the first page's head, a page has room for 32.
            let most = pages.wanted.defects.map_or(0, |most| most / 32);
            let last = u16::try_from(most).unwrap_or(u16::MAX).min(LAST).min(length.saturating_sub(1));
            vec![Request::ReadLogExt { address: 0x0c, page: 0, pages: last.saturating_add(1) }]
        }
    },
    decode: |_, answer, pages| {
        let sectors = pages.general_log(0x0c);
        pages.pending_defects = Some(PendingDefects::decode(answer, sectors)?);
        Ok(())
    },
};

/// Number of the last page that is read, whatever is asked for.
const LAST: u16 = 63;

/// Pending Defects log, as many pages as were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDefects {
    /// Number of pending defects. Bytes 0 to 3 of the first page.
    pub count: u32,
    /// Pages of the log, by the log directory.
    pub sectors: u16,
    /// The first of them, 31 in the first page and 32 in each further one. From byte 16 on.
    pub defects: Vec<PendingDefect>,
}

/// One sector that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingDefect {
    /// Its address. Bytes 8 to 15.
    pub lba: u64,
    /// Power-on hours when it was found. `None`: not known. Bytes 0 to 3.
    pub hours: Option<u32>,
}

impl PendingDefects {
    fn decode(answer: &Answer<'_>, sectors: u16) -> Result<Self, DecodeError> {
        let data = sector::first(answer, PAGE.title)?;
        let count = le32(data, 0).unwrap_or(0);
        let table = answer.data.get(16..).unwrap_or_default().chunks_exact(16);
        let defects = table.take(usize::try_from(count).unwrap_or(usize::MAX)).map(|bytes| PendingDefect {
            lba: le64(bytes, 8).unwrap_or(0),
            hours: le32(bytes, 0).filter(|&hours| hours != u32::MAX),
        });
        Ok(Self { count, sectors, defects: defects.collect() })
    }

    /// Defects that the whole log has room for.
    pub fn capacity(&self) -> u32 {
        u32::from(self.sectors).saturating_mul(32).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_defects_than_are_counted() {
        let mut data = [0xff; 512];
        data[..4].copy_from_slice(&[2, 0, 0, 0]);
        data[16..20].copy_from_slice(&[7, 0, 0, 0]);
        data[24..32].copy_from_slice(&[1, 2, 0, 0, 0, 0, 0, 0]);
        let decode = |data: &[u8]| PendingDefects::decode(&Answer { data, ..Answer::default() }, 2).unwrap();
        let log = decode(&data);
        assert_eq!((log.count, log.capacity()), (2, 63));
        assert_eq!(
            log.defects,
            [PendingDefect { lba: 0x201, hours: Some(7) }, PendingDefect { lba: u64::MAX, hours: None },]
        );
        data[..4].copy_from_slice(&[0xff; 4]);
        assert_eq!(decode(&data).defects.len(), 31);
    }
}
