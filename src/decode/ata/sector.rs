//! The 512-byte sectors that logs are made of.

use crate::decode::{Answer, DecodeError};

/// Bytes in a sector of a log.
pub(super) const BYTES: usize = 512;

/// The first sector of an answer.
pub(super) fn first<'a>(answer: &Answer<'a>, page: &'static str) -> Result<&'a [u8], DecodeError> {
    answer.data.get(..BYTES).ok_or(DecodeError::Short { page, need: BYTES, got: answer.data.len() })
}

/// Every whole sector of an answer, at least one.
pub(super) fn all<'a>(
    answer: &Answer<'a>,
    page: &'static str,
) -> Result<impl ExactSizeIterator<Item = &'a [u8]>, DecodeError> {
    first(answer, page)?;
    Ok(answer.data.chunks_exact(BYTES))
}
