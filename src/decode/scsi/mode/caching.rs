//! Caching (08h): is the write cache on?

use super::ModePage;
use crate::decode::DecodeError;
use crate::decode::bytes::{bit, u8_at};

/// Caching mode page (08h), SBC-4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caching {
    /// Write cache enabled (WCE). Byte 2.
    pub write_cache: bool,
    /// Reads may be answered from the cache: Read Cache Disable (RCD) is 0. Byte 2.
    pub read_cache: bool,
}

impl Caching {
    pub(in crate::decode::scsi) fn decode(page: ModePage<'_>) -> Result<Self, DecodeError> {
        let flags = u8_at(page.body, 0).ok_or_else(|| page.short(3))?;
        Ok(Self { write_cache: bit(flags, 2), read_cache: !bit(flags, 0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_caches() {
        let decode = |flags: u8| {
            let bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0x08, 1, flags];
            Caching::decode(ModePage::parse("x", 0x08, 0, &bytes).unwrap()).unwrap()
        };
        assert_eq!(decode(0x14), Caching { write_cache: true, read_cache: true });
        assert_eq!(decode(0x01), Caching { write_cache: false, read_cache: false });
    }
}
