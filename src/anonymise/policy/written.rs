//! A key as it is written in JSON. Nearly all fit a block of one size, which is compared and copied without a call.

/// Bytes of the block.
const BLOCK: usize = 32;
const WORDS: usize = BLOCK / 8;

/// A key with its quotes, its colon, and the comma before it: `,"key":`.
#[derive(Debug, Default)]
pub(in crate::anonymise) struct Written {
    text: String,
    /// The same, with zeros behind it; of a longer one, the beginning.
    block: [u8; BLOCK],
}

impl Written {
    pub(super) fn of(key: &str) -> Self {
        let text = format!(",\"{key}\":");
        let mut block = [0; BLOCK];
        block.iter_mut().zip(text.bytes()).for_each(|(to, byte)| *to = byte);
        Self { text, block }
    }

    /// Where `json` goes on behind it, if it stands there at `at`, whatever stands before it.
    #[inline]
    pub(in crate::anonymise) fn behind(&self, json: &[u8], at: usize) -> Option<usize> {
        let (length, before) = (self.text.len(), at.checked_sub(1)?);
        if length == 0 {
            // No key leads to the root of a record.
            return None;
        }
        let stands_there = match (json.get(before..)?.first_chunk::<BLOCK>(), COUNTS.get(length)) {
            (Some(there), Some(counts)) => {
                let (there, block) = (words(there), words(&self.block));
                (0..WORDS).fold(0, |differ, at| differ | ((there[at] ^ block[at]) & counts[at])) == 0
            }
            _ => json.get(at..)?.starts_with(&self.text.as_bytes()[1..]),
        };
        stands_there.then_some(before + length)
    }

    #[inline]
    pub(in crate::anonymise) fn push_to(&self, out: &mut Vec<u8>) {
        let length = self.text.len();
        if length <= BLOCK {
            let end = out.len() + length;
            out.extend_from_slice(&self.block);
            out.truncate(end);
        } else {
            out.extend_from_slice(self.text.as_bytes());
        }
    }
}

/// A block in words. Byte by byte the compiler would see that one of them never counts, and compare the others in pieces.
fn words(block: &[u8; BLOCK]) -> [u64; WORDS] {
    let mut words = [0; WORDS];
    words.iter_mut().zip(block.as_chunks().0).for_each(|(word, bytes)| *word = u64::from_le_bytes(*bytes));
    words
}

/// For each length, which bits of a block count: not what is behind the key, and not the comma.
static COUNTS: [[u64; WORDS]; BLOCK + 1] = {
    let mut counts = [[0; WORDS]; BLOCK + 1];
    let mut length = 0;
    while length <= BLOCK {
        let mut at = 1;
        while at < length {
            counts[length][at / 8] |= 0xff << (at % 8 * 8);
            at += 1;
        }
        length += 1;
    }
    counts
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_where_all_of_it_stands() {
        assert_eq!(Written::default().behind(b"{\"key\":1, and more that is as long as a block", 1), None);
        for length in 1..80 {
            let key = "k".repeat(length);
            let written = Written::of(&key);
            for padding in [0, 5, 100] {
                let json = format!("{{\"{key}\":{}", " ".repeat(padding));
                let behind = length + 4;
                assert_eq!(written.behind(json.as_bytes(), 1), Some(behind), "{json}");
                for at in 1..behind {
                    let mut other = json.clone().into_bytes();
                    other[at] ^= 1;
                    assert_eq!(written.behind(&other, 1), None, "{json}");
                }
                assert_eq!(written.behind(&json.as_bytes()[..behind - 1], 1), None, "{json}");
                assert!(written.behind(json.as_bytes(), 0).is_none() && written.behind(b"", 1).is_none());
            }
            let mut out = b"{".to_vec();
            written.push_to(&mut out);
            assert_eq!(out, format!("{{,\"{key}\":").into_bytes());
        }
    }
}
