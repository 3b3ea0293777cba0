//! Looks for what is known of a drive in bytes of any kind, in whatever spelling and order, and blanks it.

use std::collections::BTreeSet;

use memchr::memmem;

use super::swapped;

/// So much of a text identifies a drive.
const TEXT: usize = 8;
/// A shorter text does not.
const SHORTEST: usize = 4;
/// So many of the last bytes of a name identify a drive: those behind the maker's.
const NAME: usize = 5;
/// So many different bytes are the least that identify anything: what is zeros, or nearly so, is everywhere.
const DIFFERENT: usize = 3;

/// What identifies a drive.
#[derive(Debug, Default)]
pub(super) struct Known {
    texts: BTreeSet<Vec<u8>>,
    names: BTreeSet<Vec<u8>>,
}

impl Known {
    /// Notes a text, which may be padded, or be several words.
    pub(super) fn text(&mut self, text: &[u8]) {
        let words = text.split(|byte| !byte.is_ascii_graphic());
        self.texts.extend(words.filter(|word| word.len() >= SHORTEST).map(<[u8]>::to_vec));
    }

    /// Notes a number or name in bytes.
    pub(super) fn binary(&mut self, bytes: &[u8]) {
        if bytes.len() >= NAME {
            self.names.insert(bytes.to_vec());
        }
    }

    /// All that is to be looked for, in small letters.
    pub(super) fn needles(&self) -> Vec<Vec<u8>> {
        let mut needles = BTreeSet::new();
        for text in &self.texts {
            for piece in text.windows(TEXT.min(text.len())) {
                spell(piece, true, &mut needles);
            }
            // It may also be a number.
            if let Ok(digits) = std::str::from_utf8(text) {
                for number in
                    [digits.parse::<u64>().ok(), u64::from_str_radix(digits, 16).ok()].into_iter().flatten()
                {
                    let bytes = number.to_be_bytes();
                    let bytes =
                        bytes.get(bytes.iter().take_while(|byte| **byte == 0).count()..).unwrap_or_default();
                    if bytes.len() >= SHORTEST {
                        spell(bytes, false, &mut needles);
                    }
                }
            }
        }
        for name in &self.names {
            spell(name, false, &mut needles);
            if let Some(last) = name.len().checked_sub(NAME).and_then(|from| name.get(from..)) {
                spell(last, false, &mut needles);
            }
            name.windows(TEXT).for_each(|piece| spell(piece, false, &mut needles));
        }
        needles.into_iter().collect()
    }
}

/// Adds `piece` as it may be written: forwards and backwards, in words of either order, in hexadecimal digits, and in
/// 16-bit characters.
fn spell(piece: &[u8], is_text: bool, needles: &mut BTreeSet<Vec<u8>>) {
    if piece.iter().collect::<BTreeSet<_>>().len() < DIFFERENT {
        return;
    }
    let exchanged = swapped(piece);
    for way in [piece, &exchanged] {
        let backwards: Vec<u8> = way.iter().rev().copied().collect();
        for way in [way, &backwards] {
            // The digits are those of the letters as they stand, and of both sizes.
            for letters in [way.to_vec(), way.to_ascii_lowercase(), way.to_ascii_uppercase()] {
                needles.insert(letters.iter().flat_map(|byte| hexadecimal(*byte)).collect());
            }
            let small = way.to_ascii_lowercase();
            if is_text {
                let mut wide: Vec<u8> = small.iter().flat_map(|byte| [*byte, 0]).collect();
                wide.pop();
                needles.insert(wide);
            }
            needles.insert(small);
        }
    }
}

fn hexadecimal(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 0x0f].map(|digit| b"0123456789abcdef"[usize::from(digit)])
}

/// Blanks every needle in `bytes`: as they stand, and with the bytes of words exchanged.
pub(super) fn sweep(bytes: &mut [u8], needles: &[Vec<u8>]) {
    // What is blanked can make nothing that was not there, but as pieces overlap, all are found before any is blanked.
    let mut found = vec![false; bytes.len()];
    // `None`: no words; otherwise words begin at even or odd offsets.
    for parity in [None, Some(0), Some(1)] {
        let place = |at: usize| match parity {
            Some(parity) if at >= parity => ((at - parity) ^ 1) + parity,
            _ => at,
        };
        let hay: Vec<u8> = (0..bytes.len())
            .map(|at| {
                bytes.get(place(at)).or_else(|| bytes.get(at)).copied().unwrap_or(0).to_ascii_lowercase()
            })
            .collect();
        for needle in needles {
            for start in memmem::find_iter(&hay, needle) {
                for at in start..start + needle.len() {
                    let at = if place(at) < bytes.len() { place(at) } else { at };
                    if let Some(found) = found.get_mut(at) {
                        *found = true;
                    }
                }
            }
        }
    }
    for (byte, found) in bytes.iter_mut().zip(found) {
        if found {
            *byte = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swept(text: &[u8], hay: &[u8]) -> Vec<u8> {
        let mut known = Known::default();
        known.text(text);
        known.binary(&[0x50, 0x00, 0xc5, 0x00, 0xa1, 0xb2, 0xc3, 0xd4]);
        let mut bytes = hay.to_vec();
        sweep(&mut bytes, &known.needles());
        bytes
    }

    #[test]
    fn every_spelling_is_found() {
        let clean =
            |hay: &[u8]| assert!(swept(b" ZA1Q2W3E4R ", hay).iter().all(|byte| *byte == 0), "{hay:02x?}");
        clean(b"ZA1Q2W3E4R");
        clean(b"za1q2w3e4r");
        clean(b"AZQ1W2E3R4");
        clean(b"R4E3W2Q1AZ");
        clean(b"5a413151325733453452");
        clean(b"5A413151325733453452");
        clean(b"Z\0A\x001\0Q\x002\0W\x003\0E\x004\0R\0");
        clean(&[0x50, 0x00, 0xc5, 0x00, 0xa1, 0xb2, 0xc3, 0xd4]);
        clean(&[0xd4, 0xc3, 0xb2, 0xa1, 0x00]);
        clean(&[0x00, 0x50, 0x00, 0xc5, 0xb2, 0xa1, 0xd4, 0xc3]);
        clean(b"5000c500a1b2c3d4");
        clean(b"5000C500A1B2C3D4");
    }

    #[test]
    fn words_at_odd_offsets_and_pieces_are_found() {
        let odd = swept(b"ZA1Q2W3E4R", b"xAZQ1W2E3R4y");
        assert_eq!((odd[0], odd[11]), (b'x', b'y'));
        assert!(odd[1..11].iter().all(|byte| *byte == 0), "{odd:02x?}");
        let piece = swept(b"ZA1Q2W3E4R", b"..A1Q2W3E4..");
        assert_eq!(piece, b"..\0\0\0\0\0\0\0\0..");
        let number = swept(b"1234567890", &1_234_567_890_u64.to_le_bytes());
        assert_eq!(number, [0; 8]);
    }

    #[test]
    fn what_is_everywhere_identifies_nothing() {
        let mut known = Known::default();
        known.text(b"0000000000");
        known.text(b"abc");
        known.binary(&[0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(known.needles(), Vec::<Vec<u8>>::new());
    }
}
