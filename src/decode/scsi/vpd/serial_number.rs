//! Unit Serial Number (80h).

use super::VpdPage;
use crate::decode::DecodeError;
use crate::decode::bytes::text;

/// Unit Serial Number (80h), SPC-6. An identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SerialNumber {
    /// PRODUCT SERIAL NUMBER, without padding. `None`: blank, which means "not available".
    pub number: Option<String>,
}

impl SerialNumber {
    pub(in crate::decode::scsi) fn decode(page: VpdPage<'_>) -> Result<Self, DecodeError> {
        Ok(Self { number: text(page.body) })
    }
}
