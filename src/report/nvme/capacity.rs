//! Amounts of data: as two numbers, and in words as smartctl writes them.

use crate::report::Object;

/// `{blocks, bytes}`; without `bytes` where the size of a block is not known.
pub(super) fn blocks_and_bytes(blocks: u64, block_bytes: Option<u32>) -> Object {
    let mut object = Object::new();
    object.set_unsafe("blocks", blocks);
    if let Some(block_bytes) = block_bytes {
        object.set_unsafe("bytes", u128::from(blocks) * u128::from(block_bytes));
    }
    object
}

/// Three digits and a decimal prefix, cut and not rounded: `999 B`, `1.23 KB`, `12.3 TB`, `123 PB`. Nothing above
/// peta has a prefix.
pub(super) fn in_words(bytes: u128) -> String {
    let mut unit = 1u128;
    let mut prefixes = ["", "K", "M", "G", "T", "P"].into_iter();
    let mut prefix = prefixes.next().unwrap_or_default();
    while let Some(larger) = prefixes.next().filter(|_| bytes / unit >= 1000) {
        unit *= 1000;
        prefix = larger;
    }
    let whole = bytes / unit;
    let rest = bytes % unit;
    match whole {
        _ if unit == 1 => format!("{whole} B"),
        0..10 => format!("{whole}.{:02} {prefix}B", rest * 100 / unit),
        10..100 => format!("{whole}.{} {prefix}B", rest * 10 / unit),
        _ => format!("{whole} {prefix}B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_three_digits() {
        for (bytes, words) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.00 KB"),
            (1_999_999, "1.99 MB"),
            (12_345_678_901_234, "12.3 TB"),
            (999_999_999_999_999, "999 TB"),
            (123_456_789_000_000_000_000, "123456 PB"),
        ] {
            assert_eq!(in_words(bytes), words);
        }
        assert!(in_words(u128::MAX).ends_with(" PB"));
    }

    #[test]
    fn bytes_are_left_out_where_blocks_have_no_size() {
        assert_eq!(blocks_and_bytes(8, Some(512)), crate::object! { "blocks" => 8u8, "bytes" => 4096u16 });
        assert_eq!(blocks_and_bytes(8, None), crate::object! { "blocks" => 8u8 });
    }
}
