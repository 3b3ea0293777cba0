//! Supported Log Pages (00h/00h) and Supported Log Pages and Subpages (00h/FFh): what else can be asked.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;

/// The log pages of a device, SPC-6.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SupportedLogs {
    /// Page and subpage codes, in the order in which they were listed. Where the list of subpages is missing,
    /// every subpage code is 00h.
    pub pages: Vec<(u8, u8)>,
}

impl SupportedLogs {
    /// Pages that are kept of a list; a longer one repeats itself or lies.
    const MOST: usize = 1024;

    pub(super) fn decode_pages(page: LogPage<'_>) -> Result<Self, DecodeError> {
        Ok(Self { pages: page.body().iter().take(Self::MOST).map(|code| (code & 0x3f, 0)).collect() })
    }

    pub(super) fn decode_subpages(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let pairs = page.body().chunks_exact(2).take(Self::MOST);
        Ok(Self {
            pages: pairs
                .filter_map(|pair| pair.first_chunk())
                .map(|[page, subpage]| (page & 0x3f, *subpage))
                .collect(),
        })
    }

    /// Does the device list that page?
    pub fn has(&self, page: u8, subpage: u8) -> bool {
        self.pages.contains(&(page, subpage))
    }
}
