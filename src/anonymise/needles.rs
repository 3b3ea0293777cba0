//! Texts that are searched for in others: many at once, letters and digits only, lower case.

use std::ops::Range;

/// No text that may be sent has more letters and digits: longer identifiers do not fit into any.
pub(super) const LONGEST: usize = 96;
/// More spellings of identifiers than any disk has: a record with more is not from a disk, and what cannot be searched for
/// must not be sent unseen.
pub(super) const MOST_NEEDLES: usize = 2048;
/// Characters of a revision: fields of so many lie beside each other, and together may hold what none of them holds alone.
pub(super) const PIECE: usize = 8;
/// Bits that say which beginnings there are.
const SLOTS: usize = 4096;

/// What is searched for.
pub(super) struct Needles {
    /// One behind the other.
    bytes: Vec<u8>,
    /// Where each of them lies.
    places: Vec<Range<usize>>,
    /// Which beginnings of three bytes they have: a bit set by [`slot`].
    beginnings: [u64; SLOTS / 64],
    /// There were more than are searched for.
    are_too_many: bool,
}

impl Default for Needles {
    fn default() -> Self {
        Self {
            bytes: Vec::with_capacity(1024),
            places: Vec::with_capacity(64),
            beginnings: [0; SLOTS / 64],
            are_too_many: false,
        }
    }
}

impl Needles {
    /// Adds one, unless it is too short, too long, or there already.
    pub(super) fn add(&mut self, needle: &[u8]) {
        let Some(three) = needle.get(..3) else { return };
        let is_known = self.begin(three) && self.all().any(|known| known == needle);
        if is_known || needle.len() > LONGEST {
            return;
        }
        if self.places.len() >= MOST_NEEDLES {
            self.are_too_many = true;
            return;
        }
        let (slot, start) = (slot(three), self.bytes.len());
        self.beginnings[slot / 64] |= 1 << (slot % 64);
        self.bytes.extend_from_slice(needle);
        self.places.push(start..self.bytes.len());
    }

    /// Is one of them in `text`, which is folded? If there are more than can be searched for, one may be.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        let begins_at = |(at, three): (usize, &[u8])| {
            self.begin(three) && self.all().any(|needle| text[at..].starts_with(needle))
        };
        self.are_too_many || text.windows(3).enumerate().any(begins_at)
    }

    /// Is `text` a piece of one? Of so many letters and digits as a revision has: shorter ones are so by chance.
    pub(super) fn have_piece(&self, text: &[u8]) -> bool {
        self.all().any(|needle| needle.windows(PIECE).any(|window| window == text))
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn all(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().filter_map(|place| self.bytes.get(place.clone()))
    }

    fn begin(&self, three: &[u8]) -> bool {
        let slot = slot(three);
        self.beginnings[slot / 64] >> (slot % 64) & 1 == 1
    }
}

fn slot(three: &[u8]) -> usize {
    let number = three.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
    (number.wrapping_mul(0x9e37_79b1) >> 20) as usize % SLOTS
}

/// The letters and digits of `text` in lower case. `None`: there are more than [`LONGEST`].
pub(super) fn folded<'r>(text: &str, room: &'r mut [u8; LONGEST]) -> Option<&'r [u8]> {
    let mut length = 0;
    for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
        *room.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    room.get(..length)
}
