//! Bytes as hex digits.

/// The digits of `bytes`, lower case.
pub(super) fn digits<'a>(bytes: impl Iterator<Item = &'a u8>) -> impl Iterator<Item = u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0xf)]])
}
