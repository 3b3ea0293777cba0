//! The only helpers that take numbers and text out of bytes: little- and big-endian integers, bit fields,
//! ATA and SCSI strings, the ATA checksum. None of them can panic.

/// Unsigned little-endian integer of `N` bytes at `offset`, `N` at most 16. `None` beyond the end.
pub fn le<const N: usize>(bytes: &[u8], offset: usize) -> Option<u128> {
    let end = offset.checked_add(N)?;
    Some(bytes.get(offset..end)?.iter().rev().fold(0u128, |sum, &byte| (sum << 8) | u128::from(byte)))
}

/// Byte at `offset`.
pub fn u8_at(bytes: &[u8], offset: usize) -> Option<u8> {
    bytes.get(offset).copied()
}

macro_rules! integers {
    ($($name:ident $type:ident $from:ident $what:literal;)*) => {$(
        #[doc = concat!($what, " integer at `offset`. `None` beyond the end.")]
        pub fn $name(bytes: &[u8], offset: usize) -> Option<$type> {
            let end = offset.checked_add(size_of::<$type>())?;
            Some($type::$from(bytes.get(offset..end)?.try_into().ok()?))
        }
    )*};
}

integers! {
    le16 u16 from_le_bytes "Little-endian 16-bit";
    le32 u32 from_le_bytes "Little-endian 32-bit";
    le64 u64 from_le_bytes "Little-endian 64-bit";
    le128 u128 from_le_bytes "Little-endian 128-bit";
    be16 u16 from_be_bytes "Big-endian 16-bit";
    be32 u32 from_be_bytes "Big-endian 32-bit";
    be64 u64 from_be_bytes "Big-endian 64-bit";
}

/// Unsigned big-endian integer made of all of `bytes`. `None` when it needs more than 64 bits.
pub fn be_uint(bytes: &[u8]) -> Option<u64> {
    let first = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len());
    let significant = bytes.get(first..)?;
    if significant.len() > 8 {
        return None;
    }
    Some(significant.iter().fold(0, |sum, &byte| (sum << 8) | u64::from(byte)))
}

/// Bits `high` to `low` (both included, 0 is the least significant) of `value`.
pub fn bits(value: u64, high: u32, low: u32) -> u64 {
    let width = high.saturating_sub(low).saturating_add(1);
    let shifted = value.checked_shr(low).unwrap_or(0);
    if width >= 64 { shifted } else { shifted & !(u64::MAX << width) }
}

/// Is bit `bit` of `value` set?
pub fn bit(value: impl Into<u64>, bit: u32) -> bool {
    bits(value.into(), bit, bit) == 1
}

/// Do all bytes of an ATA data structure add up to zero (ACS-5, "checksum")?
pub fn checksum_is_zero(bytes: &[u8]) -> bool {
    bytes.iter().fold(0u8, |sum, &byte| sum.wrapping_add(byte)) == 0
}

/// Text of a drive: cut at the first NUL, trimmed on both sides, anything but printable ASCII as `?`.
/// `None` when nothing is left.
pub fn text(bytes: &[u8]) -> Option<String> {
    clean(bytes.iter().copied())
}

/// ATA string (ACS-5 "string of ASCII characters"): the two characters of each word are swapped.
pub fn ata_text(bytes: &[u8]) -> Option<String> {
    clean(bytes.chunks(2).flat_map(|word| word.iter().rev().copied()))
}

/// The same with its blanks and whatever stands behind a NUL; a NUL itself is left out. For text in parts.
pub fn ata_text_untrimmed(bytes: &[u8]) -> String {
    let swapped = bytes.chunks(2).flat_map(|word| word.iter().rev().copied());
    swapped.filter(|&byte| byte != 0).map(printable).collect()
}

fn printable(byte: u8) -> char {
    if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '?' }
}

fn clean(bytes: impl Iterator<Item = u8>) -> Option<String> {
    let text: String = bytes.take_while(|&byte| byte != 0).map(printable).collect();
    let text = text.trim_matches(' ');
    (!text.is_empty()).then(|| text.to_owned())
}

/// Are all bytes zero? An empty slice is.
pub fn all_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_end_where_the_bytes_end() {
        let bytes = [0x01, 0x02, 0x03, 0x04];
        assert_eq!(le16(&bytes, 2), Some(0x0403));
        assert_eq!(be32(&bytes, 0), Some(0x0102_0304));
        assert_eq!(le::<3>(&bytes, 1), Some(0x04_0302));
        assert_eq!(le16(&bytes, 3), None);
        assert_eq!(le16(&bytes, usize::MAX), None);
    }

    #[test]
    fn big_endian_numbers_of_any_length() {
        assert_eq!(be_uint(&[]), Some(0));
        assert_eq!(be_uint(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 2]), Some(0x102));
        assert_eq!(be_uint(&[0xff; 8]), Some(u64::MAX));
        assert_eq!(be_uint(&[1, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn bit_fields() {
        assert_eq!(bits(0xabcd, 15, 12), 0xa);
        assert_eq!(bits(0xabcd, 3, 0), 0xd);
        assert_eq!(bits(u64::MAX, 63, 0), u64::MAX);
        assert_eq!(bits(1, 70, 65), 0);
        assert!(bit(0x80u8, 7) && !bit(0x7fu8, 7));
    }

    #[test]
    fn texts_are_trimmed_and_printable() {
        assert_eq!(ata_text(b"OTHSBI AGM 0").as_deref(), Some("TOSHIBA MG0"));
        assert_eq!(text(b"  disk \0garbage").as_deref(), Some("disk"));
        assert_eq!(text(b"a\xffb\n").as_deref(), Some("a?b?"));
        assert_eq!(text(b"    "), None);
    }
}
