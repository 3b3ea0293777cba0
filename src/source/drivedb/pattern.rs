//! POSIX extended regular expressions that must match a whole model number.
//!
//! A model number has 40 characters, so that every place in it is one bit of a `u64`: an expression is followed as it
//! stands, from the set of places where its part may begin to the set where it may end. Nothing is compiled, which is
//! what a look-up in 800 expressions would spend its time with, and the answer is exact.

use std::cell::Cell;

use super::bracket::bracket;
use super::syntax::{Count, Counts, DEEPEST, end_of_sequence, end_of_sequences, is_plain};

/// The longest text that can match, in bytes: a place before and after each has a bit.
const LONGEST: usize = 63;
/// More steps than any real expression takes, each about as long as to look at one byte of it; one that takes more
/// matches nothing.
const STEPS: u32 = 1 << 20;
/// The same for all expressions of a database together, of which the real one takes 40,000.
const ALL_STEPS: u32 = 1 << 24;
/// Steps that a bracket expression takes beside those of its bytes, since all bytes are looked up in its set.
const BRACKET: u32 = 64;

/// A text, made ready to be matched against many expressions.
#[derive(Debug)]
pub(super) struct Subject {
    /// By byte: the places where it stands.
    places: [u64; 256],
    len: usize,
    /// Steps that are left of [`ALL_STEPS`].
    steps: Cell<u32>,
}

impl Subject {
    /// `None`: the text is too long to match anything.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut places = [0; 256];
        for (place, byte) in text.bytes().enumerate() {
            places[usize::from(byte)] |= 1u64.checked_shl(u32::try_from(place).ok()?)?;
        }
        (text.len() <= LONGEST).then_some(Self { places, len: text.len(), steps: Cell::new(ALL_STEPS) })
    }

    /// Does the whole text match `expression`? One that is no expression matches nothing.
    pub(super) fn matches(&self, expression: &[u8]) -> bool {
        let steps = STEPS.min(self.steps.get());
        let mut walk = Walk { subject: self, steps, depth: 0 };
        let end = 1u64 << self.len;
        let reached = walk.alternatives(expression, 1);
        self.steps.set(self.steps.get() - (steps - walk.steps));
        reached.is_some_and(|(reached, rest)| rest.is_empty() && reached & end != 0)
    }
}

/// Places in the text: bit `i` is the place before byte `i`.
type Places = u64;

struct Walk<'s> {
    subject: &'s Subject,
    steps: u32,
    depth: u32,
}

/// The smallest part of an expression.
enum Atom<'e> {
    /// One byte of a set: the places where such a byte stands.
    Byte(Places),
    /// A group: what stands behind its parenthesis, to the end of the expression.
    Group(&'e [u8]),
    /// `^`
    Start,
    /// `$`
    End,
}

impl<'e> Walk<'_> {
    /// Takes steps. `None`: there are not so many left.
    fn spend(&mut self, steps: u32) -> Option<()> {
        let left = self.steps.checked_sub(steps);
        self.steps = left.unwrap_or(0);
        left.map(|_| ())
    }

    /// Takes the steps from `rest` on to `after`, which is behind it.
    fn pass(&mut self, rest: &[u8], after: &'e [u8]) -> Option<&'e [u8]> {
        self.spend(u32::try_from(rest.len() - after.len()).ok()?)?;
        Some(after)
    }

    /// The places reached from `from` by any alternative, and what follows them: nothing, or a `)`.
    fn alternatives(&mut self, expression: &'e [u8], from: Places) -> Option<(Places, &'e [u8])> {
        let mut reached = 0;
        let mut rest = expression;
        loop {
            self.spend(1)?;
            let (places, after) = self.sequence(rest, from)?;
            reached |= places;
            match after {
                [b'|', next @ ..] => rest = next,
                _ => return Some((reached, after)),
            }
        }
    }

    /// One alternative, to the `|` or `)` that ends it.
    fn sequence(&mut self, expression: &'e [u8], from: Places) -> Option<(Places, &'e [u8])> {
        let mut reached = from;
        let mut rest = expression;
        loop {
            if matches!(rest, [] | [b'|' | b')', ..]) {
                return Some((reached, rest));
            }
            if reached == 0 {
                let end = end_of_sequence(rest)?;
                return Some((0, self.pass(rest, end)?));
            }
            // Most of an expression is bytes that stand for themselves, once.
            if let [byte, after @ ..] = rest
                && is_plain(*byte)
                && !matches!(after, [b'*' | b'+' | b'?' | b'{', ..])
            {
                self.spend(1)?;
                reached = (reached & self.subject.places[usize::from(*byte)]) << 1;
                rest = after;
                continue;
            }
            let (atom, after) = self.atom(rest)?;
            let (counts, after) = Counts::read(after)?;
            self.pass(rest, after)?;
            reached = self.repeat(&atom, counts.all(), reached)?;
            rest = after;
        }
    }

    fn atom(&mut self, expression: &'e [u8]) -> Option<(Atom<'e>, &'e [u8])> {
        let subject = self.subject;
        let places = |byte: u8| subject.places[usize::from(byte)];
        Some(match expression {
            [b'(', inside @ ..] => (Atom::Group(inside), end_of_sequences(inside)?.strip_prefix(b")")?),
            [b'[', inside @ ..] => {
                let (set, after) = bracket(inside)?;
                self.spend(BRACKET)?;
                (
                    Atom::Byte(
                        (0..=u8::MAX).filter(|byte| set.has(*byte)).fold(0, |all, byte| all | places(byte)),
                    ),
                    after,
                )
            }
            [b'.', after @ ..] => (Atom::Byte((1 << self.subject.len) - 1), after),
            [b'^', after @ ..] => (Atom::Start, after),
            [b'$', after @ ..] => (Atom::End, after),
            // A repetition of nothing.
            [b'*' | b'+' | b'?', ..] => return None,
            [b'\\', byte, after @ ..] | [byte, after @ ..] if *byte != b'\\' || expression.len() > 1 => {
                (Atom::Byte(places(*byte)), after)
            }
            _ => return None,
        })
    }

    fn once(&mut self, atom: &Atom<'e>, from: Places) -> Option<Places> {
        Some(match atom {
            Atom::Byte(places) => (from & places) << 1,
            Atom::Start => from & 1,
            Atom::End => from & 1 << self.subject.len,
            Atom::Group(inside) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return None;
                }
                let (reached, _) = self.alternatives(inside, from)?;
                self.depth -= 1;
                reached
            }
        })
    }

    /// The places reached from `from` by the atom as often as the last of `counts` says, each time as often as those
    /// before it say.
    fn repeat(&mut self, atom: &Atom<'e>, counts: &[Count], from: Places) -> Option<Places> {
        let Some((&(least, most), inner)) = counts.split_last() else { return self.once(atom, from) };
        let mut last = from;
        for _ in 0..least {
            self.spend(1)?;
            let next = self.repeat(atom, inner, last)?;
            // What a round leaves as it was, every further one does.
            if next == last {
                break;
            }
            last = next;
        }
        let mut reached = last;
        let mut more = most.map_or(u32::MAX, |most| most.saturating_sub(least));
        // Without end: until a round reaches no new place.
        while last != 0 && more > 0 {
            self.spend(1)?;
            last = self.repeat(atom, inner, last)? & !reached;
            reached |= last;
            more -= 1;
        }
        Some(reached)
    }
}

#[cfg(test)]
mod tests {
    use super::super::syntax::{fault, first_bytes};
    use super::*;

    fn matches(expression: &str, text: &str) -> bool {
        Subject::new(text).unwrap().matches(expression.as_bytes())
    }

    #[test]
    fn the_whole_text_has_to_match() {
        assert!(matches("DISK [0-9]+", "DISK 12"));
        assert!(!matches("DISK [0-9]+", "DISK 12 "));
        assert!(!matches("DISK", "A DISK"));
        assert!(matches("A|B(C|D)*", "BCDC"));
        assert!(!matches("A|B(C|D)*", "AC"));
        assert!(matches("", ""));
        assert!(!matches("", "x"));
        assert!(matches("^a$", "a") && !matches("a^b", "ab"));
    }

    #[test]
    fn posix_meanings() {
        assert!(matches(r"a[\.]b", r"a\b"), "a backslash in brackets means itself");
        assert!(matches(r"[]x]+", "]x"));
        assert!(matches(r"[^]x]+", "ab"));
        assert!(matches(r"[a-c-]+", "b-"));
        assert!(matches(r"[[:digit:]a[]+", "1[a"));
        assert!(matches(r"\d", "d"), "a backslash only takes meaning away");
        assert!(matches(r"a{2}b{1,}c{,2}", "aabb"));
        assert!(matches(r"(ab){2,3}", "ababab") && !matches(r"(ab){2,3}", "abababab"));
        assert!(matches("x{y", "x{y"));
        assert!(matches("[[=a=]][[.b.]]", "ab"));
    }

    #[test]
    fn a_repetition_can_be_repeated() {
        for (expression, text) in [
            ("a*?", ""),
            ("a*?", "aaa"),
            ("a**", "aa"),
            ("a+?", ""),
            ("a+?", "aa"),
            ("a{2}{2}", "aaaa"),
            ("(ab){2}*c", "ababababc"),
            ("a{2}{2,3}{y", "aaaaaa{y"),
            ("x{,}", ""),
            ("x{,}", "xx"),
        ] {
            assert!(matches(expression, text), "{expression} {text}");
        }
        for (expression, text) in [("a{2}{2}", "aa"), ("a{2}{2,3}", "aaaaa"), ("a{2}*", "aaa"), ("a+?b", "c")]
        {
            assert!(!matches(expression, text), "{expression} {text}");
        }
        assert_eq!(matches("a+?b", "b"), first_bytes(b"a+?b").has(b'b'));
    }

    #[test]
    fn what_is_no_expression_matches_nothing() {
        for wrong in ["[a", "(a", "a)", "*a", "a\\", "[b-a]", "a{3,2}", "a{300}", "[[:nope:]]", "a|*"] {
            assert!(!matches(wrong, wrong) && !matches(wrong, "a"), "{wrong}");
            assert!(fault(wrong.as_bytes()).is_some(), "{wrong}");
        }
    }

    #[test]
    fn a_hostile_expression_ends() {
        assert!(!matches(&"(".repeat(100_000), "a"));
        assert!(fault("(".repeat(100_000).as_bytes()).is_some());
        assert!(!matches(&format!("a{}", "{255}".repeat(9)), "a"), "too long a chain");
        assert!(matches(&format!("(a?){}", "{255}".repeat(8)), "a"));
        assert!(!matches(&format!("{}a{}", "(".repeat(100), ")".repeat(100)), "a"), "too deep");
        assert!(!matches(&format!("{}a{}b", "(".repeat(30), ")*".repeat(30)), &"a".repeat(60)));
        assert!(Subject::new(&"a".repeat(64)).is_none());
    }

    #[test]
    fn an_expression_of_nothing_ends_and_still_matches() {
        let start = std::time::Instant::now();
        assert!(matches("((((((((){255}){255}){255}){255}){255}){255}){255}){255}", ""));
        assert!(matches("((((((((a?){255}){255}){255}){255}){255}){255}){255}){255}", "aaa"));
        assert!(matches(&format!("a({}){{9}}", "|".repeat(10_000)), "a"));
        assert!(!matches(&format!("((a|b{}){{2,255}}){{9,255}}", "c".repeat(100_000)), "aaaa"));
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }

    #[test]
    fn many_hostile_expressions_end_together() {
        let subject = Subject::new(&"a".repeat(60)).unwrap();
        let expression = format!("(a?|b{}){{60}}x", "c".repeat(5000));
        let start = std::time::Instant::now();
        for _ in 0..10_000 {
            assert!(!subject.matches(expression.as_bytes()));
        }
        assert!(!subject.matches(b"a*"), "all steps are taken");
        assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
        assert!(matches("a*", "aaaa"));
    }

    proptest::proptest! {
        /// On what both read alike, `regex_lite` says the same.
        #[test]
        fn another_engine_agrees(
            expression in r"([abc.]|\[\^?[abc]{1,2}\]|\((a|b|c|a\|b|[abc]\*)\)|\|){0,6}[*+?]?",
            text in "[abc]{0,6}",
        ) {
            if let Ok(other) = regex_lite::Regex::new(&format!("^(?:{expression})$")) {
                proptest::prop_assert_eq!(matches(&expression, &text), other.is_match(&text), "{}", expression);
            }
            if let Some(first) = text.bytes().next() && matches(&expression, &text) {
                proptest::prop_assert!(first_bytes(expression.as_bytes()).has(first), "{}", expression);
            }
        }
    }
}
