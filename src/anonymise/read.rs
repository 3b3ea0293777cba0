//! Reads a record's JSON along the policy, in one go: what the policy does not look into is passed over.

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memchr2;

use super::policy::{Policy, Target};
use super::tape::{Item, Tape};

/// Entries of one record; the largest real ones have some 10,000.
const MOST_ENTRIES: usize = 500_000;
/// Bytes of JSON for each entry, about: many are passed over.
const BYTES: usize = 64;

impl<'a> Tape<'a> {
    /// Of the record that is `json`. `None`: it is no JSON object, or larger than any record.
    ///
    /// It goes as deep as the policy does. What it passes over is checked for the ends of texts and brackets only.
    pub(super) fn read(policy: &Policy, json: &'a [u8]) -> Option<Self> {
        let mut reader =
            Reader { policy, json, at: 0, tape: Tape::with_capacity((json.len() / BYTES).clamp(16, 1024)) };
        reader.expect(b'{')?;
        reader.members(Policy::ROOT)?;
        reader.blanks();
        (reader.at == json.len()).then_some(reader.tape)
    }
}

struct Reader<'a, 'p> {
    policy: &'p Policy,
    json: &'a [u8],
    at: usize,
    tape: Tape<'a>,
}

impl<'a> Reader<'a, '_> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        self.blanks();
        self.json.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.json.get(self.at) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.takes(byte)?.then_some(())
    }

    /// Is `byte` the next one? Then it is taken.
    fn takes(&mut self, byte: u8) -> Option<bool> {
        let is = self.peek()? == byte;
        self.at += usize::from(is);
        Some(is)
    }

    /// The members of an object at `node`, after its brace.
    fn members(&mut self, node: usize) -> Option<()> {
        let start = self.tape.len();
        let mut has_float = false;
        if !self.takes(b'}')? {
            loop {
                self.expect(b'"')?;
                let (key, target) = self.key(node)?;
                self.expect(b':')?;
                has_float |= self.value(key, target, target.map(|target| target.node))?;
                match self.peek()? {
                    b',' => self.at += 1,
                    b'}' => break,
                    _ => return None,
                }
            }
            self.at += 1;
        }
        if has_float {
            restore_wide_numbers(&mut self.tape, start);
        }
        Some(())
    }

    /// The items of an array at `node`, after its bracket.
    fn items(&mut self, node: usize) -> Option<()> {
        if self.takes(b']')? {
            return Some(());
        }
        loop {
            self.value(Cow::Borrowed(""), None, Some(node))?;
            match self.peek()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Any value. Is it a number that is not whole, or too wide?
    fn value(&mut self, key: Cow<'a, str>, target: Option<Target>, node: Option<usize>) -> Option<bool> {
        if self.tape.len() >= MOST_ENTRIES {
            return None;
        }
        let item = match self.peek()? {
            b'{' => {
                let place = self.tape.push(key, target, Item::Object);
                self.at += 1;
                match node.filter(|node| self.policy.node(*node).is_looked_into()) {
                    Some(node) => self.members(node)?,
                    None => self.pass_over()?,
                }
                self.tape.close(place);
                return Some(false);
            }
            b'[' => {
                let place = self.tape.push(key, target, Item::Array);
                self.at += 1;
                match node.and_then(|node| self.policy.items_to_see(node)) {
                    Some(node) => self.items(node)?,
                    None => self.pass_over()?,
                }
                self.tape.close(place);
                return Some(false);
            }
            b'"' => {
                self.at += 1;
                Item::Text(self.string()?)
            }
            b't' => self.word("true", Item::Bool(true))?,
            b'f' => self.word("false", Item::Bool(false))?,
            b'n' => self.word("null", Item::Null)?,
            _ => self.number()?,
        };
        let is_float = item == Item::Float;
        self.tape.push(key, target, item);
        Some(is_float)
    }

    fn word(&mut self, word: &str, item: Item<'a>) -> Option<Item<'a>> {
        self.json.get(self.at..)?.starts_with(word.as_bytes()).then_some(())?;
        self.at += word.len();
        Some(item)
    }

    fn number(&mut self) -> Option<Item<'a>> {
        let rest = self.json.get(self.at..)?;
        let negative = rest.first() == Some(&b'-');
        let unsigned = &rest[usize::from(negative)..];
        let (mut digits, mut value) = (0, Some(0u64));
        while let Some(digit @ b'0'..=b'9') = unsigned.get(digits) {
            value = value
                .and_then(|value| value.checked_mul(10))
                .and_then(|value| value.checked_add(u64::from(digit - b'0')));
            digits += 1;
        }
        if digits == 0 || digits > 1 && unsigned[0] == b'0' {
            return None;
        }
        let more = unsigned[digits..]
            .iter()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
            .count();
        self.at += usize::from(negative) + digits + more;
        Some(match (value, negative) {
            _ if more > 0 => {
                unsigned[digits + more - 1].is_ascii_digit().then_some(())?;
                Item::Float
            }
            (Some(value), false) => Item::Unsigned(value),
            (Some(value @ 1..), true) => 0i64.checked_sub_unsigned(value).map_or(Item::Float, Item::Negative),
            _ => Item::Float,
        })
    }

    /// A string, after its quote.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        if self.end_of_string(quote_or_escape)? {
            return self.unescaped(start);
        }
        str::from_utf8(self.json.get(start..self.at - 1)?).ok().map(Cow::Borrowed)
    }

    /// The string that begins at `start` and has been read, less its escapes.
    fn unescaped(&self, start: usize) -> Option<Cow<'a, str>> {
        // With the quotes around it.
        serde_json::from_slice(self.json.get(start - 1..self.at)?).ok().map(Cow::Owned)
    }

    /// A key of an object at `node`, after its quote, and where it leads.
    fn key(&mut self, node: usize) -> Option<(Cow<'a, str>, Option<Target>)> {
        let start = self.at;
        let key = if self.end_of_string(quote_or_escape)? {
            self.unescaped(start)?
        } else {
            let key = self.json.get(start..self.at - 1)?;
            if let Some((key, target)) = self.policy.fixed_member(node, key) {
                return Some((Cow::Borrowed(key), Some(target)));
            }
            Cow::Borrowed(str::from_utf8(key).ok()?)
        };
        let target = self.policy.member(node, &key);
        Some((key, target))
    }

    /// Goes behind the end of a string, by way of `find`, which finds a quote or backslash. Were there escapes?
    fn end_of_string(&mut self, find: impl Fn(&[u8]) -> Option<usize>) -> Option<bool> {
        let mut escapes = false;
        loop {
            self.at += find(self.json.get(self.at..)?)?;
            let byte = *self.json.get(self.at)?;
            self.at += 1;
            if byte == b'"' {
                return Some(escapes);
            }
            escapes = true;
            self.at += 1;
        }
    }

    /// Goes behind the end of an object or array that was begun.
    fn pass_over(&mut self) -> Option<()> {
        let mut depth = 1usize;
        while depth > 0 {
            let byte = *self.json.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => _ = self.end_of_string(|rest| memchr2(b'"', b'\\', rest))?,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
        }
        Some(())
    }
}

/// Where the first quote or backslash is. Most texts that are looked at are so short that eight bytes at a time beat a call.
fn quote_or_escape(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The lowest byte that is zero has its highest bit set here, and none below it has.
    let zero = |word: u64| word.wrapping_sub(EACH) & !word & (EACH << 7);
    let mut at = 0;
    while let Some(Ok(eight)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let word = u64::from_le_bytes(eight);
        let found = zero(word ^ (EACH * u64::from(b'"'))) | zero(word ^ (EACH * u64::from(b'\\')));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    Some(at + bytes.get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?)
}

/// An integer above 64 bits has its digits beside it, under `KEY_s`: smartctl writes them, since many readers would lose some.
fn restore_wide_numbers(tape: &mut Tape<'_>, start: usize) {
    let exact: HashMap<String, u128> = tape
        .since(start)
        .into_iter()
        .filter_map(|member| {
            Some((member.key.strip_suffix("_s")?.to_owned(), member.as_text()?.parse().ok()?))
        })
        .collect();
    tape.replace(start, |key, item| {
        (*item == Item::Float).then(|| exact.get(key).copied().map(Item::from)).flatten()
    });
}
