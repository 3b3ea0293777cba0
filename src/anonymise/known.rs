//! The identifiers known of one record and its host, searched for in whatever a pattern would let pass.

use std::cell::OnceCell;

use super::hex::digits;
use super::identity::{Identity, is_weak};
use super::needles::{LONGEST, MOST_NEEDLES, Needles, PIECE, folded};
use super::policy::Policy;
use super::tape::{Item, Member, Members};

/// Smaller numbers are counters by chance equal to an identifier, which says nothing of a disk.
const SMALLEST_NUMBER: u128 = 10_000_000;
/// Hex digits in a row that the shortest needle of [`Known::digits`] has, which is [`SMALLEST_NUMBER`] in hex.
const FEWEST_DIGITS: usize = 6;

/// Identifiers in the spellings in which they might turn up elsewhere.
#[derive(Default)]
pub(super) struct Known<'a> {
    /// As they stand.
    texts: Vec<&'a str>,
    /// Their letters and digits, in any order of bytes.
    letters: Needles,
    /// Their bytes in hex, and numbers in hex and decimal: made when a text has so many digits in a row that it may hold one.
    digits: OnceCell<Needles>,
    numbers: Vec<u128>,
    /// There were more texts or numbers than are searched for.
    are_too_many: bool,
}

impl<'a> Known<'a> {
    /// The identifiers in `record`, where the policy says they stand, and those of `identity`. All of the record is looked at before
    /// anything of it is written, so it matters nothing which stands first.
    pub(super) fn of(policy: &Policy, record: Members<'a>, identity: &'a Identity) -> Self {
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
        let mut room = [0; LONGEST];
        let Some(name) = folded(name, &mut room) else { return };
        if name.len() >= 8 || name.len() >= 4 && name.iter().any(u8::is_ascii_digit) {
            self.letters.add(name);
        }
    }

    /// Does `text` hold one of the identifiers, whatever stands between its letters? The `0x` of numbers counts as nothing.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.is_spelt(text) || text.contains("0x") && self.is_spelt(&text.replace("0x", ""))
    }

    fn is_spelt(&self, text: &str) -> bool {
        let mut room = [0; LONGEST];
        let (mut length, mut run, mut longest_run) = (0, 0, 0);
        for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
            // No form has so many; what is not looked at is not sent.
            let Some(to) = room.get_mut(length) else { return true };
            *to = byte.to_ascii_lowercase();
            run = if to.is_ascii_hexdigit() { run + 1 } else { 0 };
            longest_run = longest_run.max(run);
            length += 1;
        }
        let text = &room[..length];
        let is_piece = length == PIECE && text.iter().any(u8::is_ascii_digit);
        let holds = |needles: &Needles| needles.are_in(text) || is_piece && needles.have_piece(text);
        self.are_too_many || holds(&self.letters) || longest_run >= FEWEST_DIGITS && holds(self.digits())
    }

    /// Is `number` one of the identifiers?
    pub(super) fn is_number(&self, number: u128) -> bool {
        number >= SMALLEST_NUMBER && (self.are_too_many || self.numbers.contains(&number))
    }

    fn collect(&mut self, policy: &Policy, object: Members<'a>) {
        for member in object {
            if let Some(target) = member.target
                && policy.node(target.node).leads_to_identifier
            {
                self.collect_from(policy, target.node, member);
            }
        }
    }

    fn collect_from(&mut self, policy: &Policy, node: usize, member: Member<'a>) {
        match member.item {
            Item::Object => {
                self.collect(policy, member.inside);
                self.add_composed(member.inside);
            }
            Item::Array => {
                if let Some(node) = policy.items(node).filter(|node| policy.node(*node).leads_to_identifier) {
                    member.inside.into_iter().for_each(|item| self.collect_from(policy, node, item));
                }
            }
            Item::Text(text) => self.add_text(text),
            Item::Unsigned(number) => self.add_number((*number).into(), 8),
            Item::Wide(number) => self.add_number(**number, 8),
            Item::Null | Item::Bool(_) | Item::Negative(_) | Item::Float => {}
        }
    }

    /// A WWN or EUI-64 that smartctl takes apart into numbers.
    fn add_composed(&mut self, object: Members<'_>) {
        let number = |key: &str| object.get(key).and_then(Member::as_u64).map(u128::from);
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

    fn add_text(&mut self, text: &'a str) {
        let text = text.trim();
        let mut room = [0; LONGEST];
        let Some(folded) = folded(text, &mut room) else { return };
        if is_weak(folded) || self.texts.contains(&text) {
            return;
        }
        if self.texts.len() >= MOST_NEEDLES {
            self.are_too_many = true;
            return;
        }
        self.texts.push(text);
        let hex = folded.strip_prefix(b"0x").unwrap_or(folded);
        if let Some(number) = hex_number(hex) {
            self.add_number(number, hex.len().div_ceil(2));
        }
        if let Some(number) = str::from_utf8(folded).ok().and_then(|text| text.parse().ok()) {
            self.add_number(number, 8);
        }
        for_each_spelling(text, |bytes| {
            if bytes.len() <= 16 {
                let big = bytes.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
                self.add_number(big, bytes.len());
            }
        });
        self.letters.add(folded);
        self.letters.add(hex);
        let mut room = [0; LONGEST];
        let other = &mut room[..folded.len()];
        other.copy_from_slice(folded);
        swap_pairs(other);
        self.letters.add(other);
        other.copy_from_slice(folded);
        other.reverse();
        self.letters.add(other);
    }

    /// The number, and the same bytes in the other order, `width` of them.
    fn add_number(&mut self, number: u128, width: usize) {
        let width = width.clamp(1, 16);
        let swapped = number.swap_bytes() >> (128 - 8 * width);
        for number in [number, swapped] {
            if number < SMALLEST_NUMBER || self.numbers.contains(&number) {
                continue;
            }
            if self.numbers.len() < MOST_NEEDLES {
                self.numbers.push(number);
            } else {
                self.are_too_many = true;
            }
        }
    }

    fn digits(&self) -> &Needles {
        self.digits.get_or_init(|| {
            let mut needles = Needles::default();
            for text in &self.texts {
                for_each_spelling(text, |bytes| {
                    needles.add(&digits(bytes.iter()).collect::<Vec<u8>>());
                    needles.add(&digits(bytes.iter().rev()).collect::<Vec<u8>>());
                });
            }
            for number in &self.numbers {
                needles.add(number.to_string().as_bytes());
                needles.add(format!("{number:x}").as_bytes());
            }
            needles
        })
    }
}

fn hex_number(digits: &[u8]) -> Option<u128> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(u128::from);
    let add = |number, byte| Some(number << 4 | digit(byte)?);
    if digits.len() <= 32 { digits.iter().try_fold(0, add) } else { None }
}

/// A text as it is, in capitals, and as an ATA string looks when nobody swaps the bytes of its words. Longer ones are in no text
/// that may be sent.
fn for_each_spelling(text: &str, mut see: impl FnMut(&[u8])) {
    let mut room = [0; LONGEST];
    let Some(spelling) = room.get_mut(..text.len()) else { return };
    spelling.copy_from_slice(text.as_bytes());
    see(spelling);
    swap_pairs(spelling);
    see(spelling);
    spelling.copy_from_slice(text.as_bytes());
    spelling.make_ascii_uppercase();
    see(spelling);
}

fn swap_pairs(bytes: &mut [u8]) {
    bytes.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymise::tape::Tape;
    use crate::object;
    use crate::report::Object;

    fn check(record: &Object, check: impl Fn(&Known<'_>)) {
        let tape = Tape::of(Policy::get(), record);
        check(&Known::of(Policy::get(), tape.members(), &Identity::default()));
    }

    fn record() -> Object {
        object! {
            "serial_number" => "  K3S00FJF ",
            "logical_unit_id" => "0x5000c500a1b2c3d4",
            "wwn" => object! { "naa" => 5u8, "oui" => 0xc50u32, "id" => 0xa_1b2c_3d4fu64 },
        }
    }

    #[test]
    fn identifiers_are_found_in_every_spelling() {
        check(&record(), |known| {
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
        });
    }

    #[test]
    fn an_identifier_in_pieces_is_found() {
        let record = object! { "serial_number" => "00000000000000a1025354dc0c000001" };
        check(&record, |known| {
            for piece in ["025354dc", "0c000001", "000000A1", "25354 DC0"] {
                assert!(known.is_in(piece), "{piece}");
            }
            assert!(!known.is_in("025354d") && !known.is_in("EDA5602Q") && !known.is_in("x25354dc"));
        });
    }

    #[test]
    fn weak_serials_are_no_needles() {
        for serial in ["1", "0000", "e", "00000000", "\"", ""] {
            let record = object! { "serial_number" => serial.to_owned() };
            check(&record, |known| {
                assert!(
                    known.letters.is_empty() && known.texts.is_empty() && known.numbers.is_empty(),
                    "{serial}"
                );
            });
        }
    }
}
