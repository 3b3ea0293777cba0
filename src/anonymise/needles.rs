//! Texts that are searched for in others, whole or by their pieces: many at once, letters and digits only, lower case.

use std::ops::Range;

/// No text that may be sent has more letters and digits.
pub(super) const LONGEST: usize = 96;
/// More spellings of identifiers than any disk has: a record with more is not from a disk, and what cannot be searched for
/// must not be sent unseen.
pub(super) const MOST_NEEDLES: usize = 4096;
/// Those of a usual disk.
const USUAL: usize = 32;
/// Bytes of all of them.
const MOST_BYTES: usize = 1 << 17;
/// Letters and digits of a piece of an identifier that gives it away: fewer are in a text by chance.
pub(super) const PIECE: usize = 8;
/// Slots of the table of pieces, which doubles when it is half full.
const SLOTS: usize = 1 << 9;
/// A table in which more slots are looked at for one piece was made to be slow.
const MOST_PROBES: usize = 64;
/// Bits that say which beginnings short needles have.
const BEGINNINGS: usize = 4096;

/// What is searched for.
pub(super) struct Needles {
    /// One behind the other.
    bytes: Vec<u8>,
    /// Where each of them lies.
    places: Vec<Range<usize>>,
    /// How each of them ends: most that differ do so there.
    ends: Vec<u64>,
    /// Those shorter than a piece.
    short: Vec<Range<usize>>,
    /// No shorter text holds any of them.
    shortest: usize,
    /// Which beginnings of three bytes these have: a bit set by [`beginning`].
    beginnings: [u64; BEGINNINGS / 64],
    /// Pieces, each as one number, in open addressing; 0 is none.
    pieces: Vec<u64>,
    filled: usize,
    /// Pieces that count only as the beginning of these.
    heads: Vec<(u64, Range<usize>)>,
    /// There were more than are searched for.
    are_too_many: bool,
}

impl Default for Needles {
    fn default() -> Self {
        Self {
            bytes: Vec::with_capacity(1024),
            places: Vec::with_capacity(USUAL),
            ends: Vec::with_capacity(USUAL),
            short: Vec::new(),
            shortest: usize::MAX,
            beginnings: [0; BEGINNINGS / 64],
            pieces: vec![0; SLOTS],
            filled: 0,
            heads: Vec::new(),
            are_too_many: false,
        }
    }
}

impl Needles {
    /// Adds one that is found where all of it stands, unless it is shorter than three bytes.
    pub(super) fn add_whole(&mut self, needle: &[u8]) {
        if needle.len() < PIECE {
            self.add_short(needle);
        } else if let Some(place) = self.keep(needle) {
            self.add_head(place);
        }
    }

    /// Adds one that is found by any of its pieces, but for those that tell nothing; or whole, if it is short.
    pub(super) fn add(&mut self, needle: &[u8]) {
        self.add_but(needle, &[]);
    }

    /// The same, without the pieces that are in `other`.
    pub(super) fn add_but(&mut self, needle: &[u8], other: &[u8]) {
        if needle.len() < PIECE {
            return self.add_short(needle);
        }
        let Some(place) = self.keep(needle) else { return };
        let mut has_piece = false;
        for piece in needle.windows(PIECE) {
            if !is_uniform(piece) && (other.is_empty() || !other.windows(PIECE).any(|window| window == piece))
            {
                let piece = number(piece);
                if !self.heads.is_empty() {
                    self.heads.retain(|(head, _)| *head != piece);
                }
                self.put(piece);
                has_piece = true;
            }
        }
        if !has_piece {
            self.add_head(place);
        }
    }

    /// Is one of them, or a piece of one, in `text`, which is folded? If there are more than can be searched for, one may be.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        let is_piece_at = |(at, piece): (usize, &[u8])| self.has(number(piece), &text[at..]);
        let begins_at = |(at, three): (usize, &[u8])| {
            self.begin(three) && self.short.iter().any(|place| text[at..].starts_with(self.at(place)))
        };
        self.are_too_many
            || text.windows(PIECE).enumerate().any(is_piece_at)
            || !self.short.is_empty() && text.windows(3).enumerate().any(begins_at)
    }

    /// No shorter text holds one of them or a piece of one.
    pub(super) fn shortest(&self) -> usize {
        self.shortest
    }

    /// Are there more than can be searched for?
    pub(super) fn are_too_many(&self) -> bool {
        self.are_too_many
    }

    /// Is `text`, which is shorter than a piece, a part of one?
    pub(super) fn have_part(&self, text: &[u8]) -> bool {
        text.len() < PIECE
            && self
                .places
                .iter()
                .any(|place| self.at(place).windows(text.len().max(1)).any(|window| window == text))
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn at(&self, place: &Range<usize>) -> &[u8] {
        self.bytes.get(place.clone()).unwrap_or_default()
    }

    /// Keeps the bytes of one that is new, and says where.
    fn keep(&mut self, needle: &[u8]) -> Option<Range<usize>> {
        let end = number(&needle[needle.len().saturating_sub(PIECE)..]);
        let same_end = self.ends.iter().zip(&self.places).filter(|(other, _)| **other == end);
        if same_end.into_iter().any(|(_, place)| self.at(place) == needle) {
            return None;
        }
        if self.places.len() >= MOST_NEEDLES || self.bytes.len() + needle.len() > MOST_BYTES {
            self.are_too_many = true;
            return None;
        }
        self.shortest = self.shortest.min(needle.len()).min(PIECE);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(needle);
        self.places.push(start..self.bytes.len());
        self.ends.push(end);
        self.places.last().cloned()
    }

    fn add_short(&mut self, needle: &[u8]) {
        let Some(three) = needle.get(..3) else { return };
        let bit = beginning(three);
        if let Some(place) = self.keep(needle) {
            self.beginnings[bit / 64] |= 1 << (bit % 64);
            self.short.push(place);
        }
    }

    fn add_head(&mut self, place: Range<usize>) {
        let head = number(&self.bytes[place.start..place.start + PIECE]);
        let Some(at) = self.heads.iter().position(|(other, _)| *other == head) else {
            if self.put(head) {
                self.heads.push((head, place));
            }
            return;
        };
        let other = self.heads[at].1.clone();
        if self.at(&other).starts_with(self.at(&place)) {
            self.heads[at].1 = place;
        } else if !self.at(&place).starts_with(self.at(&other)) {
            // One slot cannot stand for two: their common beginning is enough then.
            self.heads.swap_remove(at);
        }
    }

    /// Puts a piece into the table. Is it new there?
    #[inline]
    fn put(&mut self, piece: u64) -> bool {
        if self.filled * 2 >= self.pieces.len() {
            self.grow();
        }
        let is_new = self.fill(piece);
        self.filled += usize::from(is_new);
        is_new
    }

    #[cold]
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.pieces);
        self.pieces = vec![0; old.len() * 2];
        old.into_iter().filter(|piece| *piece != 0).for_each(|piece| _ = self.fill(piece));
    }

    #[inline]
    fn fill(&mut self, piece: u64) -> bool {
        for slot in probe(piece, self.pieces.len()) {
            let Some(slot) = self.pieces.get_mut(slot) else { break };
            if *slot == 0 {
                *slot = piece;
                return true;
            }
            if *slot == piece {
                return false;
            }
        }
        self.are_too_many = true;
        false
    }

    /// Is `piece`, with which `text` begins, one that counts?
    fn has(&self, piece: u64, text: &[u8]) -> bool {
        for slot in probe(piece, self.pieces.len()) {
            match self.pieces[slot] {
                0 => return false,
                other if other == piece => {
                    let head = self.heads.iter().find(|(head, _)| *head == piece);
                    return head.is_none_or(|(_, place)| text.starts_with(self.at(place)));
                }
                _ => {}
            }
        }
        false
    }

    fn begin(&self, three: &[u8]) -> bool {
        let bit = beginning(three);
        self.beginnings[bit / 64] >> (bit % 64) & 1 == 1
    }
}

/// Made of one or two different bytes: such a piece tells nothing.
fn is_uniform(piece: &[u8]) -> bool {
    // Most begin with three that differ.
    if let [one, other, third, ..] = piece
        && one != other
        && one != third
        && other != third
    {
        return false;
    }
    let (Some(first), mut second) = (piece.first(), None) else { return true };
    for byte in piece.iter().filter(|byte| *byte != first) {
        match second {
            None => second = Some(byte),
            Some(second) if second == byte => {}
            Some(_) => return false,
        }
    }
    true
}

/// A piece as one number.
fn number(piece: &[u8]) -> u64 {
    piece.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// The slots in which a piece may be, in order; there are a power of two of them.
fn probe(piece: u64, slots: usize) -> impl Iterator<Item = usize> {
    let first = (piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize;
    (first..first + MOST_PROBES).map(move |slot| slot & (slots - 1))
}

fn beginning(three: &[u8]) -> usize {
    let number = three.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
    (number.wrapping_mul(0x9e37_79b1) >> 20) as usize % BEGINNINGS
}

/// Letters and digits in lower case; 0 for all that is neither.
pub(super) const FOLDED: [u8; 256] = {
    let mut folded = [0; 256];
    let mut byte = 0u8;
    while byte.is_ascii() {
        if byte.is_ascii_alphanumeric() {
            folded[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    folded
};

/// The letters and digits of `text` in lower case. `None`: there are more than there is room for.
pub(super) fn folded<'r>(text: &str, room: &'r mut [u8]) -> Option<&'r [u8]> {
    let mut length = 0;
    for byte in text.bytes() {
        let letter = FOLDED[usize::from(byte)];
        if letter != 0 {
            *room.get_mut(length)? = letter;
            length += 1;
        }
    }
    room.get(..length)
}
