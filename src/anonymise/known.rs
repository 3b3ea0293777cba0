//! The identifiers known of one record and its host, searched for in whatever a pattern would let pass.

use std::ops::Range;

use super::hex::digits;
use super::identity::{Identity, is_weak, letters_and_digits};
use super::members::{Item, Members};
use super::policy::Policy;

/// Smaller numbers are counters by chance equal to an identifier, which says nothing of a disk.
const SMALLEST_NUMBER: u128 = 10_000_000;
/// Longer identifiers do not fit into any text that may be sent.
const LONGEST: usize = 64;
/// Characters of a revision: fields of so many lie beside each other, and together may hold what none of them holds alone.
const PIECE: usize = 8;
/// More identifiers than any disk has: a record with more is not from a disk.
const MOST_NEEDLES: usize = 1024;

/// Identifiers in the spellings in which they might turn up elsewhere.
#[derive(Default)]
pub(super) struct Known {
    /// Letters and digits only, lower case, one behind the other.
    needles: Vec<u8>,
    /// Where each of them lies.
    places: Vec<Range<usize>>,
    /// Which beginnings of three bytes the needles have: a bit set by [`slot`].
    beginnings: [u64; 16],
    numbers: Vec<u128>,
}

impl Known {
    /// The identifiers in `record`, where the policy says they stand, and those of `identity`.
    pub(super) fn of(policy: &Policy, record: &Members<'_>, identity: &Identity) -> Self {
        let mut known = Self::default();
        known.collect(policy, record);
        for text in [&identity.serial, &identity.wwn].into_iter().flatten() {
            known.add_text(text);
        }
        known
    }

    /// Adds a name that must not be sent: of the host, for example. A short word without a digit is none:
    /// a host called `data` would make half of the texts unsendable.
    pub(super) fn add_name(&mut self, name: &str) {
        let name = letters_and_digits(name).to_ascii_lowercase();
        if name.len() >= 8 || name.len() >= 4 && name.bytes().any(|byte| byte.is_ascii_digit()) {
            self.add_needle(name.bytes());
        }
    }

    /// Does `text` hold one of the identifiers, whatever stands between its letters?
    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut folded = [0; 96];
        let mut length = 0;
        for (byte, to) in text.bytes().filter(u8::is_ascii_alphanumeric).zip(&mut folded) {
            *to = byte.to_ascii_lowercase();
            length += 1;
        }
        let folded = &folded[..length];
        if length == PIECE && folded.iter().any(u8::is_ascii_digit) && self.is_piece(folded) {
            return true;
        }
        let begins = |at: usize| folded.get(at..at + 3).is_some_and(|three| self.begins(three));
        (0..length).any(|at| begins(at) && self.all().any(|needle| folded[at..].starts_with(needle)))
    }

    /// Is `number` one of the identifiers?
    pub(super) fn is_number(&self, number: u128) -> bool {
        number >= SMALLEST_NUMBER && self.numbers.contains(&number)
    }

    fn collect(&mut self, policy: &Policy, object: &Members<'_>) {
        for member in &object.0 {
            if let Some(target) = member.target
                && policy.node(target.node).leads_to_identifier
            {
                self.collect_item(policy, target.node, &member.value);
            }
        }
        self.add_composed(object);
    }

    fn collect_item(&mut self, policy: &Policy, node: usize, item: &Item<'_>) {
        match item {
            Item::Object(object) => self.collect(policy, object),
            Item::Array(items) => {
                if let Some(node) = policy.items(node).filter(|node| policy.node(*node).leads_to_identifier) {
                    items.iter().for_each(|item| self.collect_item(policy, node, item));
                }
            }
            Item::Text(text) => self.add_text(text),
            Item::Unsigned(number) => self.add_number(*number, 8),
            Item::Null | Item::Bool(_) | Item::Negative(_) | Item::Float => {}
        }
    }

    /// A WWN or EUI-64 that smartctl takes apart into numbers.
    fn add_composed(&mut self, object: &Members<'_>) {
        let number = |key: &str| object.get(key).and_then(Item::as_u64).map(u128::from);
        if let Some(oui) = number("oui") {
            if let (Some(naa), Some(id)) = (number("naa"), number("id")) {
                self.add_number(naa << 60 | oui << 36 | id, 8);
                self.add_number(oui << 36 | id, 8);
            }
            if let Some(id) = number("ext_id") {
                self.add_number(oui << 40 | id, 8);
            }
        }
    }

    fn add_text(&mut self, text: &str) {
        let text = text.trim();
        let folded = letters_and_digits(text).to_ascii_lowercase();
        if is_weak(&folded) || folded.len() > LONGEST || self.places.len() >= MOST_NEEDLES {
            return;
        }
        let hex = folded.strip_prefix("0x").unwrap_or(&folded);
        if let Ok(number) = u128::from_str_radix(hex, 16) {
            self.add_number(number, hex.len().div_ceil(2));
        }
        if let Ok(number) = folded.parse() {
            self.add_number(number, 8);
        }
        for spelling in [text.to_owned(), text.to_ascii_uppercase(), swap_pairs(text)] {
            let bytes = spelling.as_bytes();
            let big = bytes.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
            if bytes.len() <= 16 {
                self.add_number(big, bytes.len());
            }
            self.add_needle(digits(bytes.iter()));
            self.add_needle(digits(bytes.iter().rev()));
        }
        self.add_needle(folded.bytes());
        self.add_needle(swap_pairs(&folded).bytes());
        self.add_needle(folded.bytes().rev());
        self.add_needle(hex.bytes());
    }

    /// The number, and the same bytes in the other order, `width` of them.
    fn add_number(&mut self, number: u128, width: usize) {
        let width = width.clamp(1, 16);
        let swapped = number.swap_bytes() >> (128 - 8 * width);
        for number in [number, swapped] {
            if number >= SMALLEST_NUMBER
                && self.numbers.len() < MOST_NEEDLES
                && !self.numbers.contains(&number)
            {
                self.numbers.push(number);
                self.add_needle(number.to_string().bytes());
                self.add_needle(digits(number.to_be_bytes().iter()).skip_while(|digit| *digit == b'0'));
            }
        }
    }

    fn add_needle(&mut self, needle: impl Iterator<Item = u8>) {
        let start = self.needles.len();
        self.needles.extend(needle.take(LONGEST + 1));
        let (known, needle) = self.needles.split_at(start);
        let is_new = || !self.places.iter().any(|place| known.get(place.clone()) == Some(needle));
        match needle.get(..3) {
            Some(three) if needle.len() <= LONGEST && self.places.len() < MOST_NEEDLES && is_new() => {
                let slot = slot(three);
                self.beginnings[slot / 64] |= 1 << (slot % 64);
                self.places.push(start..self.needles.len());
            }
            _ => self.needles.truncate(start),
        }
    }

    fn all(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().filter_map(|place| self.needles.get(place.clone()))
    }

    /// Is it a piece of an identifier? Of one with so many letters and digits as a revision has: shorter ones are so by chance.
    fn is_piece(&self, folded: &[u8]) -> bool {
        self.all().any(|needle| needle.windows(PIECE).any(|window| window == folded))
    }

    fn begins(&self, three: &[u8]) -> bool {
        let slot = slot(three);
        self.beginnings[slot / 64] >> (slot % 64) & 1 == 1
    }
}

/// One of 1024 slots for three bytes.
fn slot(three: &[u8]) -> usize {
    three.iter().fold(0usize, |slot, byte| slot.wrapping_mul(37).wrapping_add(usize::from(*byte))) % 1024
}

/// As an ATA string looks when nobody swaps the bytes of its words.
fn swap_pairs(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(2).flat_map(|pair| pair.iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    fn known() -> Known {
        let record = object! {
            "serial_number" => "  K3S00FJF ",
            "logical_unit_id" => "0x5000c500a1b2c3d4",
            "wwn" => object! { "naa" => 5u8, "oui" => 0xc50u32, "id" => 0xa_1b2c_3d4fu64 },
        };
        Known::of(Policy::get(), &Members::of(Policy::get(), &record), &Identity::default())
    }

    #[test]
    fn identifiers_are_found_in_every_spelling() {
        let known = known();
        for text in [
            "K3S00FJF",
            "xk3s00fjfx",
            "K3S0_0FJF",
            "k3 s00-fjf",
            "3K0SF0FJ",
            "FJF00S3K",
            "4b33533030464a46",
            "464a463030533",
        ] {
            let whole = text.len() < 13 || text.starts_with('4') && text.len() == 16;
            assert_eq!(known.is_in(text), whole, "{text}");
        }
        assert!(known.is_in("0x5000C500A1B2C3D4") && known.is_in("d4c3b2a100c50050"));
        assert!(known.is_in(&0x5000_c500_a1b2_c3d4u64.to_string()));
        assert!(known.is_number(0x5000_c500_a1b2_c3d4) && known.is_number(0x5000_c50a_1b2c_3d4f));
        assert!(known.is_number(0xa_1b2c_3d4f) && known.is_number(0xd4c3_b2a1_00c5_0050));
        assert!(!known.is_in("ST8000NM0055-1RM112") && !known.is_number(7));
    }

    #[test]
    fn an_identifier_in_pieces_is_found() {
        let record = object! { "serial_number" => "00000000000000a1025354dc0c000001" };
        let known = Known::of(Policy::get(), &Members::of(Policy::get(), &record), &Identity::default());
        for piece in ["025354dc", "0c000001", "000000A1", "25354 DC0"] {
            assert!(known.is_in(piece), "{piece}");
        }
        assert!(!known.is_in("025354d") && !known.is_in("EDA5602Q") && !known.is_in("x25354dc"));
    }

    #[test]
    fn weak_serials_are_no_needles() {
        for serial in ["1", "0000", "e", "00000000", "\"", ""] {
            let record = object! { "serial_number" => serial.to_owned() };
            let known = Known::of(Policy::get(), &Members::of(Policy::get(), &record), &Identity::default());
            assert!(known.needles.is_empty() && known.numbers.is_empty(), "{serial}");
        }
    }
}
