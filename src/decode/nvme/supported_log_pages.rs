//! Supported Log Pages (log page 00h), NVMe Base Specification 2.2.

use super::{CONTROLLER, Pages, Request};
use crate::decode::{DecodeError, Page};

const TITLE: &str = "Supported Log Pages (00h)";

/// Asked for where Identify Controller says that it is there; whatever comes after this page is asked for only where
/// it is listed.
pub(super) const PAGE: Page<Pages> = Page {
    name: "supported_log_pages",
    title: TITLE,
    requests: |pages| match &pages.controller {
        Some(controller) if controller.has_supported_log_pages() => {
            vec![Request::GetLogPage { lid: 0x00, nsid: CONTROLLER, specific: 0, length: 1024 }]
        }
        _ => Vec::new(),
    },
    decode: |_, answer, pages| {
        pages.supported_log_pages = Some(SupportedLogPages::decode(answer.data)?);
        Ok(())
    },
};

/// Supported Log Pages (log page 00h).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportedLogPages {
    /// Log Page Identifiers (LID) that the controller supports (LSUPP), ascending.
    pub identifiers: Vec<u8>,
}

impl SupportedLogPages {
    /// Decodes one descriptor of four bytes for each identifier from 00h, as many as there are.
    ///
    /// # Errors
    /// There is none.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (descriptors, _) = bytes.as_chunks::<4>();
        if descriptors.is_empty() {
            return Err(DecodeError::Short { page: TITLE, need: 4, got: bytes.len() });
        }
        let listed = (0..=u8::MAX).zip(descriptors).filter(|(_, [first, ..])| first & 1 == 1);
        Ok(Self { identifiers: listed.map(|(lid, _)| lid).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_of_the_descriptors_with_bit_0() {
        let mut page = [0; 1024];
        for lid in [0x01, 0x02, 0xc0, 0xff] {
            page[lid * 4] = 0x03;
        }
        page[0x07 * 4] = 0x02;
        assert_eq!(SupportedLogPages::decode(&page).unwrap().identifiers, [0x01, 0x02, 0xc0, 0xff]);
        assert_eq!(SupportedLogPages::decode(&page[..9]).unwrap().identifiers, [0x01]);
        assert!(SupportedLogPages::decode(&page[..3]).is_err());
        assert_eq!(SupportedLogPages::decode(&[0xff; 4096]).unwrap().identifiers.len(), 256);
    }
}
