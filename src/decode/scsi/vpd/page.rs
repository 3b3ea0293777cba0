//! What all VPD pages share: how they are asked for, and their header.

use crate::decode::DecodeError;
use crate::decode::bytes::be16;
use crate::decode::scsi::{Pages, Request};

/// The request for `page`, if the device lists it.
pub(in crate::decode::scsi) fn requests(pages: &Pages, page: u8) -> Vec<Request> {
    let listed = pages.supported_vpd.as_ref().is_some_and(|list| list.has(page));
    if listed { vec![Request::VitalProductData { page }] } else { Vec::new() }
}

/// A VPD page whose header was checked: what follows it, as far as it came.
#[derive(Debug, Clone, Copy)]
pub(in crate::decode::scsi) struct VpdPage<'a> {
    title: &'static str,
    /// What follows the header.
    pub(super) body: &'a [u8],
}

impl<'a> VpdPage<'a> {
    /// Checks the header, and cuts the page to PAGE LENGTH or to what came, whichever is less.
    pub(in crate::decode::scsi) fn parse(
        title: &'static str,
        page: u8,
        bytes: &'a [u8],
    ) -> Result<Self, DecodeError> {
        let (Some([_, code]), Some(length)) = (bytes.first_chunk(), be16(bytes, 2)) else {
            return Err(DecodeError::Short { page: title, need: 4, got: bytes.len() });
        };
        if *code != page {
            return Err(DecodeError::OtherPage { page: title, got: u32::from(*code) });
        }
        let body = bytes.get(4..).unwrap_or_default();
        Ok(Self { title, body: body.get(..usize::from(length)).unwrap_or(body) })
    }

    /// Says that the page ends before the part that every revision of it has.
    pub(super) fn short(&self, need: usize) -> DecodeError {
        DecodeError::Short { page: self.title, need, got: self.body.len().saturating_add(4) }
    }
}
