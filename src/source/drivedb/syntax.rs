//! The parts of a POSIX extended regular expression: repetitions, where its alternatives end, and what can be told of it
//! without a text.

use super::bracket::{Set, bracket};

/// Groups inside groups, and the largest count of a repetition (POSIX RE_DUP_MAX).
pub(super) const DEEPEST: u32 = 32;
const MOST: u32 = 255;
/// Repetitions of a repetition: `a{2}{3}*` has three.
const CHAIN: usize = 8;

/// How often an atom stands: at least, and at most (`None`: without end).
pub(super) type Count = (u32, Option<u32>);

/// How often an atom stands: one count, or several, each of them of what the one before makes.
pub(super) struct Counts {
    counts: [Count; CHAIN],
    len: usize,
}

impl Counts {
    /// The counts that `rest` begins with, and what follows them.
    pub(super) fn read(rest: &[u8]) -> Option<(Self, &[u8])> {
        let (count, mut after) = repetition(rest)?;
        let mut all = Self { counts: [count; CHAIN], len: 1 };
        while let [b'*' | b'+' | b'?' | b'{', ..] = after {
            let (count, next) = repetition(after)?;
            // A brace that is none.
            if next.len() == after.len() {
                break;
            }
            *all.counts.get_mut(all.len)? = count;
            (all.len, after) = (all.len + 1, next);
        }
        Some((all, after))
    }

    pub(super) fn all(&self) -> &[Count] {
        &self.counts[..self.len]
    }
}

/// How often what stands before is meant, and what follows.
fn repetition(rest: &[u8]) -> Option<(Count, &[u8])> {
    Some(match rest {
        [b'*', after @ ..] => ((0, None), after),
        [b'+', after @ ..] => ((1, None), after),
        [b'?', after @ ..] => ((0, Some(1)), after),
        [b'{', digits @ ..] if matches!(digits, [b'0'..=b'9' | b',', ..]) => {
            let close = digits.iter().position(|byte| *byte == b'}')?;
            let text = std::str::from_utf8(&digits[..close]).ok()?;
            let number = |text: &str| text.parse().ok().filter(|number| *number <= MOST);
            let count = match text.split_once(',') {
                None => (number(text)?, Some(number(text)?)),
                Some(("", "")) => (0, None),
                Some(("", most)) => (0, Some(number(most)?)),
                Some((least, "")) => (number(least)?, None),
                Some((least, most)) => (number(least)?, Some(number(most)?)),
            };
            if count.1.is_some_and(|most| most < count.0) {
                return None;
            }
            (count, &digits[close + 1..])
        }
        _ => ((1, Some(1)), rest),
    })
}

/// What follows the alternative that `rest` is inside of: nothing, or its `|` or `)`.
pub(super) fn end_of_sequence(rest: &[u8]) -> Option<&[u8]> {
    skip(rest, |byte| matches!(byte, b'|' | b')'))
}

/// What follows the alternatives that `rest` is inside of: nothing, or their `)`.
pub(super) fn end_of_sequences(rest: &[u8]) -> Option<&[u8]> {
    skip(rest, |byte| byte == b')')
}

/// The rest from the first byte of this level on that `stop` takes; groups, brackets and escapes are skipped.
fn skip(mut rest: &[u8], stop: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let mut depth = 0u32;
    loop {
        let plain = rest.iter().take_while(|byte| is_plain(**byte)).count();
        rest = &rest[plain..];
        let [byte, after @ ..] = rest else { return (depth == 0).then_some(rest) };
        match byte {
            byte if depth == 0 && stop(*byte) => return Some(rest),
            b'\\' => rest = after.get(1..)?,
            b'[' => rest = bracket(after)?.1,
            b'(' => (depth, rest) = (depth + 1, after),
            b')' => (depth, rest) = (depth.checked_sub(1)?, after),
            _ => rest = after,
        }
    }
}

/// Does the byte have no meaning of its own, wherever it stands outside of brackets?
pub(super) fn is_plain(byte: u8) -> bool {
    const SPECIAL: [bool; 256] = {
        let (mut table, mut at, bytes) = ([false; 256], 0, br"\.[](){}*+?|^$");
        while at < bytes.len() {
            table[bytes[at] as usize] = true;
            at += 1;
        }
        table
    };
    !SPECIAL[usize::from(byte)]
}

/// Why this is no expression. What is none matches nothing. `None`: it is one.
pub(super) fn fault(expression: &[u8]) -> Option<&'static str> {
    match check(expression, DEEPEST) {
        Ok([]) => None,
        Ok(_) => Some("a ) has no ( before it"),
        Err(reason) => Some(reason),
    }
}

/// What follows alternatives that are sound: nothing, or a `)`; or what is wrong with them.
fn check(mut rest: &[u8], depth: u32) -> Result<&[u8], &'static str> {
    loop {
        let after = match rest {
            [] | [b')', ..] => return Ok(rest),
            [b'|', after @ ..] => {
                rest = after;
                continue;
            }
            [b'(', inside @ ..] => {
                let depth = depth.checked_sub(1).ok_or("too many groups are inside of groups")?;
                check(inside, depth)?.strip_prefix(b")").ok_or("a ( is not closed")?
            }
            [b'[', inside @ ..] => {
                bracket(inside).ok_or("a [ is not closed, or what stands behind it is no set")?.1
            }
            [b'\\', _, after @ ..] => after,
            [b'\\'] => return Err("a \\ stands at its end"),
            [b'*' | b'+' | b'?', ..] => return Err("a repetition has nothing before it"),
            [_, after @ ..] => after,
        };
        rest = Counts::read(after).ok_or("a repetition has no count, or one that is too large")?.1;
    }
}

/// The bytes that a text which `expression` matches can begin with: no text that begins with another one need be
/// compared with it. All bytes, where that is not easily told.
pub(super) fn first_bytes(expression: &[u8]) -> Set {
    first_of_alternatives(expression, DEEPEST)
        .filter(|(_, rest)| rest.is_empty())
        .map_or(Set::ALL, |(set, _)| set)
}

/// The same for alternatives up to their `)`, and what follows them. `None`: not easily told.
fn first_of_alternatives(expression: &[u8], depth: u32) -> Option<(Set, &[u8])> {
    let mut first = Set::default();
    let mut rest = expression;
    loop {
        let (set, after) = match rest {
            [b'(', inside @ ..] => {
                let (set, after) = first_of_alternatives(inside, depth.checked_sub(1)?)?;
                (set, after.strip_prefix(b")")?)
            }
            [b'[', inside @ ..] => bracket(inside)?,
            [b'\\', byte, after @ ..] => (Set::of(*byte), after),
            // Nothing, or what stands for no byte or any.
            [] | [b'|' | b')' | b'^' | b'$' | b'.' | b'*' | b'+' | b'?' | b'\\', ..] => return None,
            [byte, after @ ..] => (Set::of(*byte), after),
        };
        let (counts, after) = Counts::read(after)?;
        if counts.all().iter().any(|(least, _)| *least == 0) {
            return None;
        }
        first = first.or(set);
        match end_of_sequence(after)? {
            [b'|', next @ ..] => rest = next,
            after => return Some((first, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_expression_says_why() {
        for sound in ["", "ST[0-9]+(NM|VX){2}.*", r"\(", "a{2}{3}", "a|", "()"] {
            assert_eq!(fault(sound.as_bytes()), None, "{sound}");
        }
        for (wrong, word) in [
            ("ST(a", "( is not closed"),
            ("a)", "no ( before"),
            ("[a", "[ is not closed"),
            ("a\\", "at its end"),
            ("*a", "nothing before"),
            ("a{2", "count"),
            ("a{999}", "count"),
        ] {
            let reason = fault(wrong.as_bytes());
            assert!(reason.is_some_and(|reason| reason.contains(word)), "{wrong}: {reason:?}");
        }
        assert!(fault("(".repeat(100_000).as_bytes()).is_some());
    }

    #[test]
    fn what_a_text_can_begin_with() {
        let first = |expression: &str| {
            let set = first_bytes(expression.as_bytes());
            let bytes = (0..=u8::MAX).filter(|byte| set.has(*byte)).map(char::from);
            if (0..=u8::MAX).all(|byte| set.has(byte)) { "all".to_owned() } else { bytes.collect() }
        };
        assert_eq!(first("ST[0-9]+.*|(Seagate )?ST|WDC"), "all", "what may be missing");
        assert_eq!(first("ST[0-9]+.*|(Seagate|[Hh]GST)+ x|WDC"), "HSWh");
        assert_eq!(first(r"\.x|-"), "-.");
        for unclear in ["", "a|", "()", "(a|)b", ".*", "^a", "a*b", "a{0,2}b", "(a", "a)", "[a", "a\\"] {
            assert_eq!(first(unclear), "all", "{unclear}");
        }
        assert_eq!(first(&"(".repeat(100_000)), "all");
    }
}
