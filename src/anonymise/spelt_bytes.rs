//! Letters that are spelt as numbers: bytes in hex or decimal, in one number, in several, or in a list.

use super::needles::LONGEST;

/// Letters and digits that are spelt one after the other; what parts words in identifiers counts as nothing.
pub(super) struct Run {
    letters: [u8; LONGEST],
    length: usize,
    /// Shorter runs are so by chance.
    fewest: usize,
}

impl Run {
    pub(super) fn of(fewest: usize) -> Self {
        Self { letters: [0; LONGEST], length: 0, fewest }
    }

    /// Takes a byte; `judge` sees the run where it ends, or where there is no more room.
    fn take(&mut self, byte: u8, judge: &mut impl FnMut(&[u8]) -> bool) -> bool {
        match byte {
            b' ' | b'-' | b'_' | b'.' | b':' => false,
            _ if !byte.is_ascii_alphanumeric() => self.end(judge),
            _ => {
                let ended = self.length == LONGEST && {
                    let ended = judge(&self.letters);
                    // An identifier may lie across the border.
                    self.letters.copy_within(LONGEST / 2.., 0);
                    self.length = LONGEST - LONGEST / 2;
                    ended
                };
                self.letters[self.length] = byte.to_ascii_lowercase();
                self.length += 1;
                ended
            }
        }
    }

    fn end(&mut self, judge: &mut impl FnMut(&[u8]) -> bool) -> bool {
        let length = std::mem::take(&mut self.length);
        length >= self.fewest && judge(&self.letters[..length])
    }

    /// Does `judge` say so of a run in `bytes`?
    pub(super) fn any(
        mut self,
        bytes: impl Iterator<Item = u8>,
        mut judge: impl FnMut(&[u8]) -> bool,
    ) -> bool {
        for byte in bytes {
            if self.take(byte, &mut judge) {
                return true;
            }
        }
        self.end(&mut judge)
    }
}

/// The bytes of a number, without leading zeros.
pub(super) fn of_number(number: u64) -> impl Iterator<Item = u8> {
    number.to_be_bytes().into_iter().skip(number.leading_zeros() as usize / 8)
}

/// The bytes that folded `text` spells in hex, from `start` on; 0 stands for what is no hex.
pub(super) fn of_hex(text: &[u8], start: usize) -> impl Iterator<Item = u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.get(start..).unwrap_or_default().chunks_exact(2);
    pairs.map(move |pair| match (digit(pair[0]), digit(pair[1])) {
        (Some(high), Some(low)) => u8::try_from(high << 4 | low).unwrap_or(0),
        _ => 0,
    })
}

/// The bytes of the numbers in `text`, one number after the other; 0 stands for other words.
pub(super) fn of_numbers(text: &str) -> impl Iterator<Item = u8> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| of_number(word.parse().unwrap_or(0)).chain((!is_digits(word)).then_some(0)))
}

/// The letters that folded `text` spells in decimal from `start` on, without anything between them: `755183`.
///
/// No code of a letter or digit is the beginning of another one, so there is one way to read them.
pub(super) fn of_decimals(text: &[u8], start: usize) -> impl Iterator<Item = u8> {
    let mut rest = text.get(start..).unwrap_or_default();
    std::iter::from_fn(move || {
        let width = match rest {
            [b'1', ..] | [b'0', b'2'..=b'9', ..] => 3,
            [b'2'..=b'9', ..] => 2,
            _ => return None,
        };
        let (code, others) = rest.split_at_checked(width)?;
        rest = others;
        let digit = |byte: u8| char::from(byte).to_digit(10);
        let code = code.iter().try_fold(0, |number, byte| Some(number * 10 + digit(*byte)?))?;
        u8::try_from(code).ok().filter(|byte| byte.is_ascii_alphanumeric() || b" -_.".contains(byte))
    })
}

fn is_digits(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_spelling_gives_the_letters() {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
        assert_eq!(text(of_number(0x004b_3353_3030_464a).collect()), "K3S00FJ");
        assert_eq!(text(of_hex(b"6b33733030666a", 0).collect()), "k3s00fj");
        assert_eq!(text(of_hex(b"x4b3353", 1).collect()), "K3S");
        assert_eq!(text(of_numbers("75 51 83 48").collect()), "K3S0");
        assert_eq!(text(of_numbers("19251 21296").collect()), "K3S0");
        assert_eq!(text(of_decimals(b"755183484810774", 0).collect()), "K3S00kJ");
        assert_eq!(text(of_decimals(b"075051083", 0).collect()), "K3S");
        assert_eq!(text(of_decimals(b"7551831", 0).collect()), "K3S");
    }

    #[test]
    fn runs_end_at_what_is_no_letter_and_are_seen_whole() {
        let holds = |bytes: &[u8], wanted: &[u8]| {
            Run::of(3).any(bytes.iter().copied(), |run| run.windows(wanted.len()).any(|at| at == wanted))
        };
        assert!(holds(b"\0K3-S0\x01", b"k3s0") && !holds(b"K3\0S0F", b"k3s0"));
        let long = [&[b'x'; 90][..], b"K3S00FJF", &[b'y'; 90]].concat();
        assert!(holds(&long, b"k3s00fjf") && !holds(b"K3", b"k3"));
    }
}
