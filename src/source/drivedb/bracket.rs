//! Bracket expressions of POSIX, `[a-z[:digit:]]`, and the sets of bytes that they stand for.

/// A set of bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Set {
    bits: [u128; 2],
}

impl Set {
    /// Every byte.
    pub(super) const ALL: Self = Self { bits: [u128::MAX; 2] };

    pub(super) fn of(byte: u8) -> Self {
        let mut set = Self::default();
        set.add(byte);
        set
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self { bits: [self.bits[0] | other.bits[0], self.bits[1] | other.bits[1]] }
    }

    fn add(&mut self, byte: u8) {
        self.bits[usize::from(byte >> 7)] |= 1 << (byte & 0x7f);
    }

    pub(super) fn has(&self, byte: u8) -> bool {
        self.bits[usize::from(byte >> 7)] >> (byte & 0x7f) & 1 == 1
    }

    fn complement(self) -> Self {
        Self { bits: self.bits.map(|bits| !bits) }
    }
}

/// What stands in a bracket expression.
enum Element {
    /// A byte, which a range can begin or end with.
    Byte(u8),
    /// `[:digit:]`, `[=a=]`
    Set(Set),
}

/// A bracket expression, of which `inside` is all behind its `[`, and what follows it. A backslash means itself in it,
/// and so does `]` in the first place.
pub(super) fn bracket(inside: &[u8]) -> Option<(Set, &[u8])> {
    let (negated, mut rest) = match inside {
        [b'^', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut set = Set::default();
    let mut first = true;
    loop {
        if let ([b']', after @ ..], false) = (rest, first) {
            return Some((if negated { set.complement() } else { set }, after));
        }
        let (found, after) = element(rest)?;
        rest = after;
        match (found, after) {
            (Element::Byte(from), [b'-', end @ ..]) if end.first() != Some(&b']') => {
                let (Element::Byte(to), after) = element(end)? else { return None };
                if from > to {
                    return None;
                }
                (from..=to).for_each(|byte| set.add(byte));
                rest = after;
            }
            (Element::Byte(byte), _) => set.add(byte),
            (Element::Set(more), _) => set = set.or(more),
        }
        first = false;
    }
}

/// The element that `rest` begins with, and what follows it.
fn element(rest: &[u8]) -> Option<(Element, &[u8])> {
    let (kind, name) = match rest {
        [b'[', kind @ (b':' | b'=' | b'.'), name @ ..] => (*kind, name),
        [byte, after @ ..] => return Some((Element::Byte(*byte), after)),
        [] => return None,
    };
    let end = name.windows(2).position(|pair| pair == [kind, b']'])?;
    let after = &name[end + 2..];
    // In the POSIX locale a collating element is one byte, which is equivalent to itself alone.
    let element = match (kind, &name[..end]) {
        (b':', name) => {
            let class = class(name)?;
            let mut set = Set::default();
            (0..=u8::MAX).filter(class).for_each(|byte| set.add(byte));
            Element::Set(set)
        }
        (b'=', [byte]) => Element::Set(Set::of(*byte)),
        (b'.', [byte]) => Element::Byte(*byte),
        _ => return None,
    };
    Some((element, after))
}

/// The character classes of POSIX, in the POSIX locale.
fn class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alnum" => u8::is_ascii_alphanumeric,
        b"alpha" => u8::is_ascii_alphabetic,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"digit" => u8::is_ascii_digit,
        b"graph" => u8::is_ascii_graphic,
        b"lower" => u8::is_ascii_lowercase,
        b"print" => |byte| (0x20..0x7f).contains(byte),
        b"punct" => u8::is_ascii_punctuation,
        b"space" => |byte| byte.is_ascii_whitespace() || *byte == 0x0b,
        b"upper" => u8::is_ascii_uppercase,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(inside: &str) -> Option<String> {
        let (set, rest) = bracket(inside.as_bytes())?;
        let ascii = (0x20..0x7f).filter(|byte| set.has(*byte)).map(char::from);
        rest.is_empty().then(|| ascii.collect())
    }

    #[test]
    fn elements_of_every_kind() {
        for (inside, all) in [
            ("[=a=]]", "a"),
            ("[.a.]]", "a"),
            ("[.-.]]", "-"),
            ("[.].]x]", "]x"),
            ("[.a.]-c]", "abc"),
            ("a-[.c.]]", "abc"),
            ("[:digit:]-]", "-0123456789"),
            ("[a]", "[a"),
            ("--/]", "-./"),
        ] {
            assert_eq!(bytes(inside).as_deref(), Some(all), "{inside}");
        }
        for wrong in
            ["[=ab=]]", "[.space.]]", "[.a]", "[=a]", "[..]]", "a-[=c=]]", "a-[:digit:]]", "c-[.a.]]"]
        {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }
}
