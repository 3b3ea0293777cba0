//! The identifiers known of one record and its host, searched for in whatever a pattern would let pass.

use std::cell::OnceCell;

use super::hex::digits;
use super::identity::{Identity, is_uniform, is_weak, letters_and_digits};
use super::needles::{FOLDED, LONGEST, MOST_NEEDLES, Needles, folded};
use super::policy::{Policy, is_word};
use super::spelt_bytes::{Run, of_decimals, of_hex, of_number, of_numbers};
use super::tape::{Item, Member, Members};

/// Smaller numbers are counters by chance equal to an identifier, which says nothing of a disk.
const SMALLEST_NUMBER: u128 = 10_000_000;
/// Digits in a row that the shortest needle of [`Known::decimals`] has.
const FEWEST_DIGITS: usize = 8;
/// Those that the shortest needle of [`Known::letters_in_decimal`] has: four letters give no less.
const FEWEST_OF_LETTERS: usize = 9;
/// Letters and digits of the shortest identifiers that are searched for, as words.
const SHORTEST_WORD: usize = 4;
/// Those of the longest that is no more than a word: longer ones are found inside of words too.
const LONGEST_WORD: usize = 5;
/// A name that is a number of no more digits, as an address may be, is a word too: counters have as many.
const FEW_DIGITS: usize = 7;
/// So many letters, spelt as numbers, that are an identifier are no chance; nor are more that are a part of one.
const FEWEST_SPELT: usize = 5;
/// Letters and digits of the longest identifier that is searched for: NQNs have at most 223.
const LONGEST_IDENTIFIER: usize = 1024;
/// Hex digits behind `0x` in a world wide name or an EUI-64. What has less, or a capital X, is a serial number that begins so.
const FEWEST_PREFIXED: usize = 16;
/// A disk has about so many identifiers.
const USUAL: usize = 16;
/// Items of the longest list that is looked at as one of 16-bit words.
const FEW_ITEMS: usize = 64;

/// Identifiers in the spellings in which they might turn up elsewhere.
#[derive(Default)]
pub(super) struct Known<'a> {
    /// As they stand.
    texts: Vec<&'a str>,
    /// Their letters and digits, in any order of bytes, and hex digits.
    letters: Needles,
    /// Those too short to be searched for but as words of their own.
    words: Vec<Vec<u8>>,
    /// Numbers in decimal: made when a text has so many digits in a row that it may hold one.
    decimals: OnceCell<Needles>,
    /// The numbers that are the bytes of texts, in the same way.
    letters_in_decimal: OnceCell<Needles>,
    numbers: Vec<u128>,
    /// Letters and digits of the model, which an NQN names beside the serial number; none where the serial number is not known by itself.
    model: Vec<u8>,
    /// There is something that is not searched for: more texts or numbers than can be, or what cannot be read.
    are_too_many: bool,
}

impl<'a> Known<'a> {
    /// The identifiers in `record`, where the policy says they stand, and those of `identity`. All of the record is looked at before
    /// anything of it is written, so it matters nothing which stands first.
    pub(super) fn of(policy: &Policy, record: Members<'a>, identity: &'a Identity) -> Self {
        let mut known = Self::default();
        known.texts.reserve(USUAL);
        known.numbers.reserve(USUAL);
        if let (Some(serial), Some(model)) = (&identity.serial, &identity.model) {
            let mut room = [0; LONGEST];
            let serial_is_weak = match folded(serial, &mut room) {
                Some(serial) => is_weak(serial),
                None => is_weak(letters_and_digits(serial).as_bytes()),
            };
            if !serial_is_weak {
                // A longer one is not sent.
                known.model = folded(model, &mut room).unwrap_or_default().to_vec();
            }
        }
        known.collect(policy, record);
        for text in [&identity.serial, &identity.wwn].into_iter().flatten() {
            known.add_text(text);
        }
        known
    }

    /// Adds a name that must not be sent: of the host, for example. A short word without a digit is none:
    /// a host called `data` would make half of the texts unsendable. A short number is searched for as a word only.
    pub(super) fn add_name(&mut self, name: &str) {
        let mut room = [0; LONGEST];
        let Some(name) = folded(name, &mut room) else { return };
        let has_digit = name.iter().any(u8::is_ascii_digit);
        if name.len() <= FEW_DIGITS && name.iter().all(u8::is_ascii_digit) {
            self.add_word(name);
        } else if name.len() >= 8 || name.len() >= 4 && has_digit {
            self.letters.add_whole(name);
        }
    }

    /// Does `text` hold one of the identifiers, or a piece of one, whatever stands between its letters? The `0x` of numbers counts as
    /// nothing.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.is_in_count(text) || !self.words.is_empty() && self.is_word_of(text)
    }

    /// The same of a text that holds numbers of events only: any short number may be one.
    pub(super) fn is_in_count(&self, text: &str) -> bool {
        if text.len() < self.letters.shortest().min(FEWEST_DIGITS) {
            // There is no room in it for any of them, in whatever spelling.
            return self.are_too_many || self.letters.are_too_many();
        }
        self.is_spelt(text) || text.contains("0x") && self.is_spelt(&text.replace("0x", ""))
    }

    fn is_spelt(&self, text: &str) -> bool {
        let mut room = [0; LONGEST + 1];
        let (mut length, mut run, mut longest_run) = (0, 0, 0);
        // Without branches for what stands where: letters and signs come in no order.
        for byte in text.bytes() {
            let letter = FOLDED[usize::from(byte)];
            room[length] = letter;
            length += usize::from(letter != 0);
            // No form has so many; what is not looked at is not sent.
            if length > LONGEST {
                return true;
            }
            let is_hex = matches!(letter, b'0'..=b'9' | b'a'..=b'f');
            run = if letter == 0 { run } else { (run + 1) * usize::from(is_hex) };
            longest_run = longest_run.max(run);
        }
        let folded = &room[..length];
        self.are_too_many
            || self.letters.are_in(folded)
            || longest_run >= FEWEST_DIGITS && self.decimals().are_in(folded)
            || longest_run >= FEWEST_OF_LETTERS && self.letters_in_decimal().are_in(folded)
            || longest_run >= 2 * self.fewest_spelt() && self.is_spelt_in_numbers(text, folded)
    }

    /// Letters in a row that make it worth a look what numbers spell.
    fn fewest_spelt(&self) -> usize {
        if self.words.is_empty() { FEWEST_SPELT + 1 } else { FEWEST_SPELT }
    }

    /// Do the digits in a text stand for the letters of one?
    fn is_spelt_in_numbers(&self, text: &str, folded: &[u8]) -> bool {
        (0..2).any(|start| self.are_letters(of_hex(folded, start)))
            || self.are_letters(of_numbers(text))
            || (0..folded.len())
                .filter(|start| of_decimals(folded, *start).take(FEWEST_SPELT).count() == FEWEST_SPELT)
                .any(|start| self.are_letters(of_decimals(folded, start)))
    }

    /// Do `bytes` hold one, or so much of one that this is no chance?
    fn are_letters(&self, bytes: impl Iterator<Item = u8>) -> bool {
        Run::of(FEWEST_SPELT).any(bytes, |run| {
            let is_part = run.len() > FEWEST_SPELT && !is_weak(run) && self.letters.have_part(run);
            is_part || self.letters.are_in(run) || self.words.iter().any(|word| word == run)
        })
    }

    /// Are words of `text`, one after the other, one of the short identifiers?
    fn is_word_of(&self, text: &str) -> bool {
        let letter = |byte: &u8| byte.is_ascii_alphanumeric();
        let begins = |at: usize| at == 0 || !letter(&text.as_bytes()[at - 1]);
        let is_at = |at: usize, word: &[u8]| {
            let mut left = word.iter();
            let mut rest = text.as_bytes()[at..].iter();
            let mut expected = left.next();
            for byte in rest.by_ref() {
                match expected {
                    _ if !letter(byte) => {}
                    Some(wanted) if wanted.eq_ignore_ascii_case(byte) => expected = left.next(),
                    _ => return false,
                }
                if expected.is_none() {
                    break;
                }
            }
            expected.is_none() && !rest.next().is_some_and(letter)
        };
        (0..text.len()).filter(|at| begins(*at)).any(|at| self.words.iter().any(|word| is_at(at, word)))
    }

    /// Do texts that stand in a row hold one together?
    pub(super) fn is_in_all<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        let joined: String = texts.collect();
        self.is_in(&joined)
    }

    /// Is `number` one of the identifiers, or does it spell one?
    pub(super) fn is_number(&self, number: u128) -> bool {
        const FIVE_LETTERS: u128 = 0x30_3030_3030;
        number >= SMALLEST_NUMBER
            && (self.are_too_many
                || self.numbers.contains(&number)
                || number >= FIVE_LETTERS
                    && u64::try_from(number).is_ok_and(|number| self.are_letters(of_number(number))))
    }

    /// Is this number below zero one of them, with a sign or as it lies in memory?
    pub(super) fn is_negative_number(&self, number: i64) -> bool {
        self.is_number(number.unsigned_abs().into()) || self.is_number(number.cast_unsigned().into())
    }

    /// Do the items of a list of numbers, one after the other, spell one, each a byte or a 16-bit word?
    pub(super) fn is_in_list(&self, items: Members<'_>) -> bool {
        let numbers = || items.into_iter().filter_map(Member::as_u64);
        let judge = |run: &[u8]| self.letters.are_in(run) || self.words.iter().any(|word| word == run);
        let bytes = numbers().filter_map(|number| u8::try_from(number).ok());
        let words = || numbers().filter_map(|number| u16::try_from(number).ok()).flat_map(u16::to_be_bytes);
        Run::of(FEWEST_SPELT).any(bytes, judge)
            || items.len() <= FEW_ITEMS && Run::of(FEWEST_SPELT).any(words(), judge)
    }

    fn collect(&mut self, policy: &Policy, object: Members<'a>) {
        for member in object {
            if let Some(target) = member.target()
                && policy.node(target.node()).leads_to_identifier
            {
                if policy.is_foreign(target.node()) && member.key().bytes().any(|byte| byte.is_ascii_digit())
                {
                    self.add_text(member.key());
                }
                self.collect_from(policy, target.node(), member);
            }
        }
    }

    fn collect_from(&mut self, policy: &Policy, node: usize, member: Member<'a>) {
        match member.item() {
            // What lies deeper than is looked at may be one.
            Item::Object | Item::Array if policy.is_deepest(node) => self.are_too_many = true,
            Item::Object => {
                self.collect(policy, member.inside);
                self.add_composed(member.inside);
            }
            Item::Array => {
                let items = policy.items_to_see(node);
                if let Some(node) = items.filter(|node| policy.node(*node).leads_to_identifier) {
                    member.inside.into_iter().for_each(|item| self.collect_from(policy, node, item));
                }
            }
            Item::Text(text) => self.add_text(text),
            Item::Unsigned(number) => self.add_number((*number).into(), 8),
            Item::Wide(number) => self.add_number(**number, 16),
            Item::Negative(number) => self.add_number(number.unsigned_abs().into(), 8),
            // Its digits are not known.
            Item::Float => self.are_too_many = true,
            Item::Null | Item::Bool(_) => {}
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
        if self.are_too_many {
            // Nothing is sent any more.
            return;
        }
        let text = text.trim();
        let mut room = [0; LONGEST_IDENTIFIER];
        let Some(folded) = folded(text, &mut room[..text.len().min(LONGEST_IDENTIFIER)]) else {
            self.are_too_many = true;
            return;
        };
        let length = folded.len();
        if self.texts.contains(&text) {
            return;
        }
        if self.texts.len() >= MOST_NEEDLES {
            self.are_too_many = true;
            return;
        }
        if is_weak(folded) {
            if is_short_identifier(folded) {
                self.texts.push(text);
                self.add_word(folded);
            }
            return;
        }
        self.texts.push(text);
        let is_prefixed = folded.starts_with(b"0x");
        let is_number = is_prefixed && text.starts_with("0x") && length - 2 >= FEWEST_PREFIXED;
        if is_prefixed && !is_number {
            let mut behind = room;
            self.add_letters(&mut behind[2..length]);
        }
        self.add_letters(&mut room[if is_number { 2 } else { 0 }..length]);
    }

    /// Letters and digits in all orders that bytes are read in, and as the number that they may be.
    fn add_letters(&mut self, folded: &mut [u8]) {
        if let Some(number) = hex_number(folded) {
            self.add_number(number, folded.len().div_ceil(2));
        }
        if folded.iter().all(u8::is_ascii_digit)
            && let Some(number) = str::from_utf8(folded).ok().and_then(|text| text.parse().ok())
        {
            self.add_number(number, 8);
        }
        let Self { letters, model, .. } = self;
        let names_model = folded.starts_with(b"nqn");
        let model = if names_model { model.as_slice() } else { &[] };
        letters.add_but(folded, model);
        if names_model {
            return;
        }
        swap_pairs(folded);
        letters.add(folded);
        // Pairs that are swapped and read backwards are bytes in hex in the other order.
        folded.reverse();
        letters.add(folded);
        if folded.len().is_multiple_of(2) {
            swap_pairs(folded);
        } else {
            swap_pairs(&mut folded[1..]);
        }
        letters.add(folded);
    }

    fn add_word(&mut self, word: &[u8]) {
        if self.words.len() >= MOST_NEEDLES {
            self.are_too_many = true;
        } else if !word.is_empty() && !self.words.iter().any(|known| known == word) {
            self.words.push(word.to_vec());
        }
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
                let (mut hex, bytes) = ([0; 32], number.to_be_bytes());
                let zeros = number.leading_zeros() as usize / 4;
                let spelt = digits(bytes[zeros / 2..].iter()).skip(zeros % 2);
                let length = hex.iter_mut().zip(spelt).map(|(to, digit)| *to = digit).count();
                self.letters.add(&hex[..length]);
            } else {
                self.are_too_many = true;
            }
        }
    }

    fn decimals(&self) -> &Needles {
        self.decimals.get_or_init(|| {
            let mut needles = Needles::default();
            self.numbers.iter().for_each(|number| add_decimal(&mut needles, *number));
            needles
        })
    }

    fn letters_in_decimal(&self) -> &Needles {
        self.letters_in_decimal.get_or_init(|| {
            let mut needles = Needles::default();
            for text in &self.texts {
                for_each_spelling(text, |bytes| {
                    let add = |number: u128, byte: &u8| number << 8 | u128::from(*byte);
                    if bytes.len() <= 16 {
                        add_decimal(&mut needles, bytes.iter().fold(0, add));
                        add_decimal(&mut needles, bytes.iter().rev().fold(0, add));
                    }
                });
            }
            needles
        })
    }
}

/// Four or five letters and digits, neither a word of the vocabulary nor one or two of them repeated: `K3S0F`.
fn is_short_identifier(folded: &[u8]) -> bool {
    let has_digit = folded.iter().any(u8::is_ascii_digit);
    let is_name = || folded.len() == LONGEST_WORD && !str::from_utf8(folded).is_ok_and(is_word);
    (SHORTEST_WORD..=LONGEST_WORD).contains(&folded.len()) && !is_uniform(folded) && (has_digit || is_name())
}

fn add_decimal(needles: &mut Needles, number: u128) {
    if number >= SMALLEST_NUMBER {
        needles.add_whole(number.to_string().as_bytes());
    }
}

fn hex_number(digits: &[u8]) -> Option<u128> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(u64::from);
    let number = |digits: &[u8]| digits.iter().try_fold(0, |number, byte| Some(number << 4 | digit(byte)?));
    let (high, low) = digits.split_at(digits.len().saturating_sub(16));
    if high.len() > 16 {
        return None;
    }
    Some(u128::from(number(high)?) << 64 | u128::from(number(low)?))
}

/// A text as it is, in capitals and small letters, and as an ATA string looks when nobody swaps the bytes of its words. The number that
/// a longer one makes is in no text that may be sent.
fn for_each_spelling(text: &str, mut see: impl FnMut(&[u8])) {
    let mut room = [0; LONGEST];
    let Some(spelling) = room.get_mut(..text.len()) else { return };
    spelling.copy_from_slice(text.as_bytes());
    see(spelling);
    swap_pairs(spelling);
    see(spelling);
    swap_pairs(spelling);
    spelling.make_ascii_uppercase();
    see(spelling);
    spelling.make_ascii_lowercase();
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
    use crate::report::{Object, Value};

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
                assert!(known.is_in(text), "{text}");
            }
            assert!(!known.is_in("K3S00FJ") && !known.is_in("464a4630305"));
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
            assert!(known.is_in("x025354dcy") && known.is_in("ST8000 0a1-02535"));
            assert!(!known.is_in("025354d") && !known.is_in("EDA5602Q") && !known.is_in("x25354dc"));
        });
    }

    #[test]
    fn a_cut_identifier_is_found_inside_of_other_text() {
        let record =
            object! { "serial_number" => "S4EVNX0M901234567", "logical_unit_id" => "0x5000c500a1b2c3d4" };
        check(&record, |known| {
            for text in ["SAMSUNG S4EVNX0M90123", "ST c500a1b2c3d", "vnx0-m901", "d4c3b2a1 00"] {
                assert!(known.is_in(text), "{text}");
            }
            assert!(!known.is_in("SAMSUNG S4EVNX0") && !known.is_in("SAMSUNG MZ7L3240HCHQ-00A07"));
        });
    }

    #[test]
    fn letters_spelt_as_numbers_are_found() {
        let record = object! { "serial_number" => "K3S00FJ" };
        check(&record, |known| {
            for text in [
                "75 51 83 48 48 70 74",
                "75518348487074",
                "107 51 115 48 48 102 106",
                "0x4b3353 0x3030464a",
                "6b33733030666a",
                "19251 21296 12358 74",
            ] {
                assert!(known.is_in(text) && known.is_in_count(text), "{text}");
            }
            assert!(known.is_number(0x004b_3353_3030_464a) && known.is_number(0x006b_3373_3030_666a));
            assert!(known.is_number(0x4a46_3030_5333) && known.is_negative_number(-0x004b_3353_3030_464a));
            assert!(!known.is_in("122811 (109 12 0)") && !known.is_number(0x0031_3233_3435_3637));
            let list = |numbers: &[u64]| {
                let list = object! { "stone" => object! { "supported_log_pages" => Value::array(numbers.iter().copied()) } };
                let tape = Tape::of(Policy::get(), &list);
                known.is_in_list(tape.members().at_path("stone.supported_log_pages").unwrap().inside)
            };
            assert!(list(&[1, 75, 51, 83, 48, 48, 70, 74]) && list(&[0x4b33, 0x5330, 0x3046, 0x4a00]));
            assert!(!list(&[31, 32, 50, 51, 52, 53, 54, 55]));
        });
    }

    #[test]
    fn a_serial_number_may_begin_as_a_hex_number_does() {
        for serial in ["0XA00AA0", "0x1A2B3C4D"] {
            check(&object! { "serial_number" => serial }, |known| {
                let bytes = serial.bytes().take(7);
                let number = bytes.clone().fold(0, |number, byte| number << 8 | u128::from(byte));
                let spelt: Vec<String> = bytes.map(|byte| byte.to_string()).collect();
                assert!(known.is_number(number) && known.is_in(&spelt.join(" ")), "{serial}");
                assert!(known.is_in(&format!("x{serial}")) && known.is_in_count(&serial[2..]), "{serial}");
            });
        }
    }

    #[test]
    fn short_identifiers_are_found_as_words() {
        for (serial, texts) in [
            ("K3S0F", ["ST8000 K3S0F", "ST8000 k3s_0f"]),
            ("12345", ["ST8000 12345", "host 12-345 x"]),
            ("KSFQT", ["ST8000 KSFQT", "ksfqt"]),
        ] {
            let record = object! { "serial_number" => serial.to_owned() };
            check(&record, |known| {
                for text in texts {
                    assert!(known.is_in(text), "{text}");
                }
                assert!(
                    !known.is_in("ST8000K3S0FX 123456 ksfqtx") && !known.is_in_count("12345 (Average 3)")
                );
                assert!(!known.is_number(12345));
            });
        }
    }

    #[test]
    fn what_cannot_be_searched_for_hides_all() {
        let long = "K3S00FJF".repeat(200);
        for record in [object! { "serial_number" => long }, object! { "serial_number" => Value::Float(1.5) }]
        {
            check(&record, |known| assert!(known.is_in("ST1") && known.is_number(12_345_678)));
        }
    }

    #[test]
    fn addresses_of_the_host_are_words_and_its_names_are_not_cut() {
        let mut known = Known::default();
        ["10.0.0.1", "cephstorage-17.example.com", "cephstorage-17"]
            .iter()
            .for_each(|name| known.add_name(name));
        assert!(known.is_in("SSD 10_0 0-1") && known.is_in("x cephstorage17 y"));
        assert!(!known.is_in("210001") && !known.is_in_count("10001") && !known.is_in("cephstorage"));
    }

    #[test]
    fn weak_serials_are_no_needles() {
        for serial in ["1", "0000", "e", "00000000", "\"", "", "value", "name"] {
            let record = object! { "serial_number" => serial.to_owned() };
            check(&record, |known| {
                assert!(
                    known.letters.is_empty()
                        && known.texts.is_empty()
                        && known.numbers.is_empty()
                        && known.words.is_empty(),
                    "{serial}"
                );
            });
        }
    }
}
