//! Supported VPD Pages (00h): what else can be asked.

use super::VpdPage;
use crate::decode::DecodeError;

/// Supported VPD Pages (00h), SPC-6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportedVpd {
    pages: Vec<u8>,
}

impl SupportedVpd {
    pub(in crate::decode::scsi) fn decode(page: VpdPage<'_>) -> Result<Self, DecodeError> {
        // 256 is all there can be: a longer list repeats itself.
        Ok(Self { pages: page.body.iter().copied().take(256).collect() })
    }

    /// Does the device list `page`?
    pub fn has(&self, page: u8) -> bool {
        self.pages.contains(&page)
    }
}
