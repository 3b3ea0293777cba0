//! Reads a record's JSON along the policy, in one go: what the policy does not look into is passed over.

use std::borrow::Cow;
use std::collections::HashMap;

use super::policy::{Place, Policy, Target};
use super::quotes::{behind_string, quote_or_escape};
use super::tape::{Item, Tape};

/// Entries of one record; the largest real ones have some 10,000.
const MOST_ENTRIES: usize = 500_000;
/// Bytes of JSON for each entry, at least, where a record is not all numbers.
const BYTES: usize = 32;
/// Entries for which there is room from the beginning, at most.
const ROOM: usize = 1000;

impl<'a> Tape<'a> {
    /// Of the record that is `json`. `None`: it is no JSON object, or larger than any record.
    ///
    /// It goes as deep as the policy does. What it passes over is checked for the ends of texts and brackets only.
    pub(super) fn read(policy: &Policy, json: &'a [u8]) -> Option<Self> {
        let mut reader =
            Reader { policy, json, at: 0, tape: Tape::with_capacity((json.len() / BYTES).clamp(16, ROOM)) };
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
            let mut place = Place::first_in(node);
            loop {
                let target = self.key(node, &mut place)?;
                has_float |= self.value(target.map(Target::node))?;
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
            self.add("", None)?;
            self.value(Some(node))?;
            match self.peek()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Adds an entry for the value that follows.
    #[inline(always)]
    fn add(&mut self, key: &'a str, target: Option<Target>) -> Option<()> {
        self.has_room()?;
        self.tape.push_borrowed(key, target);
        Some(())
    }

    fn has_room(&self) -> Option<()> {
        (self.tape.len() < MOST_ENTRIES).then_some(())
    }

    /// Any value, into the entry that was added last. Is it a number that is not whole, or too wide?
    #[inline(always)]
    fn value(&mut self, node: Option<usize>) -> Option<bool> {
        match self.peek()? {
            b'"' => {
                self.at += 1;
                let start = self.at;
                let has_escapes = self.end_of_string()?;
                match has_escapes {
                    false => self.tape.fill(Item::Text(Cow::Borrowed(self.plain(start)?))),
                    true => self.tape.fill(Item::Text(self.unescaped(start)?)),
                }
            }
            b'{' => self.object(node)?,
            b'[' => self.array(node)?,
            b't' => self.word("true", Item::Bool(true))?,
            b'f' => self.word("false", Item::Bool(false))?,
            b'n' => self.word("null", Item::Null)?,
            _ => match short_number(self.json.get(self.at..)?) {
                Some((digits, number)) => {
                    self.at += digits;
                    self.tape.fill(Item::Unsigned(number));
                }
                None => return self.number(),
            },
        }
        Some(false)
    }

    /// An object, of which the brace is next.
    fn object(&mut self, node: Option<usize>) -> Option<()> {
        self.at += 1;
        let place = self.tape.open(Item::Object);
        match node.filter(|node| self.policy.node(*node).is_looked_into()) {
            Some(node) => self.members(node)?,
            None => self.pass_over()?,
        }
        self.tape.close(place);
        Some(())
    }

    /// An array, of which the bracket is next.
    fn array(&mut self, node: Option<usize>) -> Option<()> {
        self.at += 1;
        let place = self.tape.open(Item::Array);
        match node.and_then(|node| self.policy.items_to_see(node)) {
            Some(node) => self.items(node)?,
            None => self.pass_over()?,
        }
        self.tape.close(place);
        Some(())
    }

    #[inline(always)]
    fn word(&mut self, word: &str, item: Item<'a>) -> Option<()> {
        self.json.get(self.at..)?.starts_with(word.as_bytes()).then_some(())?;
        self.at += word.len();
        self.tape.fill(item);
        Some(())
    }

    /// Any number. Is it one that is not whole, or too wide?
    #[inline(never)]
    fn number(&mut self) -> Option<bool> {
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
        let item = match (value, negative) {
            _ if more > 0 => {
                unsigned[digits + more - 1].is_ascii_digit().then_some(())?;
                Item::Float
            }
            (Some(value), false) => Item::Unsigned(value),
            (Some(value @ 1..), true) => 0i64.checked_sub_unsigned(value).map_or(Item::Float, Item::Negative),
            _ => Item::Float,
        };
        let is_float = matches!(item, Item::Float);
        self.tape.fill(item);
        Some(is_float)
    }

    /// The string without escapes that begins at `start` and has been read.
    fn plain(&self, start: usize) -> Option<&'a str> {
        str::from_utf8(self.json.get(start..self.at - 1)?).ok()
    }

    /// The string that begins at `start` and has been read, less its escapes.
    fn unescaped(&self, start: usize) -> Option<Cow<'a, str>> {
        // With the quotes around it.
        serde_json::from_slice(self.json.get(start - 1..self.at)?).ok().map(Cow::Owned)
    }

    /// A key at a place of an object at `node`, with its colon, into a new entry; where it leads.
    #[inline(always)]
    fn key(&mut self, node: usize, place: &mut Place) -> Option<Option<Target>> {
        self.blanks();
        if let Some((written, key, target)) = self.policy.guess(*place)
            && let Some(behind) = written.behind(self.json, self.at)
        {
            self.at = behind;
            *place = Place::behind(target.node());
            self.add(key, Some(target))?;
            return Some(Some(target));
        }
        let target = self.looked_up(node)?;
        if let Some(target) = target.filter(|target| target.sibling().is_some()) {
            self.policy.saw(*place, target);
            *place = Place::behind(target.node());
        }
        Some(target)
    }

    /// The same of a key that was not guessed.
    #[inline(never)]
    fn looked_up(&mut self, node: usize) -> Option<Option<Target>> {
        self.expect(b'"')?;
        let start = self.at;
        let key =
            if self.end_of_string()? { self.unescaped(start)? } else { Cow::Borrowed(self.plain(start)?) };
        self.expect(b':')?;
        let target = self.policy.member(node, &key);
        self.has_room()?;
        self.tape.push(key, target, Item::Null);
        Some(target)
    }

    /// Goes behind the end of a string. Were there escapes?
    #[inline(always)]
    fn end_of_string(&mut self) -> Option<bool> {
        let mut escapes = false;
        loop {
            self.at += quote_or_escape(self.json.get(self.at..)?)?;
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
        let mut rest = self.json.get(self.at..)?;
        let mut depth = 1usize;
        while depth > 0 {
            let (byte, behind) = rest.split_first()?;
            rest = behind;
            match byte {
                b'"' => {
                    rest = behind_string(rest)?;
                    // So most lists go on.
                    rest = rest.strip_prefix(b", ").unwrap_or(rest);
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
        }
        self.at = self.json.len() - rest.len();
        Some(())
    }
}

/// A whole number so short that it needs no care, and its digits: nearly all are.
#[inline(always)]
fn short_number(text: &[u8]) -> Option<(usize, u64)> {
    const MOST: usize = 18;
    let (mut digits, mut number) = (0, 0u64);
    for byte in text.iter().take(MOST) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            let is_plain = matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r');
            let has_zero_before = digits > 1 && text[0] == b'0';
            return (is_plain && digits > 0 && !has_zero_before).then_some((digits, number));
        }
        number = number * 10 + u64::from(digit);
        digits += 1;
    }
    None
}

/// An integer above 64 bits has its digits beside it, under `KEY_s`: smartctl writes them, since many readers would lose some.
fn restore_wide_numbers(tape: &mut Tape<'_>, start: usize) {
    let exact: HashMap<String, u128> = tape
        .since(start)
        .into_iter()
        .filter_map(|member| {
            Some((member.key().strip_suffix("_s")?.to_owned(), member.as_text()?.parse().ok()?))
        })
        .collect();
    tape.replace(start, |key, item| {
        (*item == Item::Float).then(|| exact.get(key).copied().map(Item::from)).flatten()
    });
}
