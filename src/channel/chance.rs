//! Random keys, and times that are spread so that hosts neither stampede nor can be told by their clocks.

use std::fmt;
use std::time::Duration;

use crate::anonymise::Pseudonym;

/// Longest wait between two attempts, unless the endpoint asks for more, in seconds.
const LONGEST_PAUSE: i64 = 6 * 3600;
/// The longest wait that an endpoint may ask for, in seconds.
const LONGEST_ASKED: i64 = 24 * 3600;
/// The longest first wait, in seconds.
const FIRST_PAUSE: i64 = 60;

/// Random bits from the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance(u64);

impl Chance {
    /// New ones.
    ///
    /// # Errors
    /// The kernel has none to give.
    pub fn new() -> Result<Self, getrandom::Error> {
        getrandom::u64().map(Self)
    }

    /// These, for a test.
    pub fn of(bits: u64) -> Self {
        Self(bits)
    }

    /// A number from `low` to `high`, both included; `low` where they are the wrong way round.
    fn between(self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(0).saturating_add(1);
        low.saturating_add(i64::try_from(self.0.checked_rem(width).unwrap_or(0)).unwrap_or(0))
    }
}

/// Seconds until a report is tried again that failed `failures` times: doubling from a minute to six hours, of which
/// a random half is kept. Not before what the endpoint `asked` for, up to a day, and then spread by a quarter of it.
pub fn pause(failures: u32, asked: Option<Duration>, chance: Chance) -> i64 {
    let doublings = failures.saturating_sub(1).min(20);
    let longest = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    let own = chance.between(longest / 2, longest);
    let asked = asked.map(|asked| i64::try_from(asked.as_secs()).unwrap_or(i64::MAX).min(LONGEST_ASKED));
    asked.map_or(own, |asked| own.max(chance.between(asked, asked + (asked / 4).max(FIRST_PAUSE))))
}

/// Seconds from one report to the next: the interval, and up to a tenth more.
pub fn until_next_report(interval: Duration, chance: Chance) -> i64 {
    let interval = i64::try_from(interval.as_secs()).unwrap_or(i64::MAX);
    chance.between(interval, interval.saturating_add(interval / 10))
}

/// Whether the time `next` has come. A time further away than it can have been set was set by another clock.
pub(super) fn has_come(next: i64, now: i64, furthest: i64) -> bool {
    next <= now || next.saturating_sub(now) > furthest
}

/// The furthest that [`pause`] looks ahead, in seconds.
pub(super) const FURTHEST: i64 = LONGEST_ASKED + LONGEST_ASKED / 4;

/// Tells one report from all others, so that the receiver can leave out one that comes again: random (a UUID of version 4,
/// RFC 9562) or, of a report that several may make, a pseudonym. It tells nothing else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// A new one.
    ///
    /// # Errors
    /// The kernel has no random bytes to give.
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let [a, b, c, d, e] = [&bytes[..4], &bytes[4..6], &bytes[6..8], &bytes[8..10], &bytes[10..]].map(hex);
        Ok(Self(format!("{a}-{b}-{c}-{d}-{e}")))
    }

    /// The key of a report that several hosts may make, so that the receiver keeps one.
    pub(crate) fn of(report: &Pseudonym) -> Self {
        Self(report.as_str().to_owned())
    }

    /// The key in `text`, if it is one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let right = |(place, byte): (usize, u8)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        };
        (text.len() == 36 && text.bytes().enumerate().all(right)).then(|| Self(text.to_owned()))
    }

    /// `xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx`, lower-case hex.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_differ_and_are_read_again() {
        let (one, two) = (Key::new().unwrap(), Key::new().unwrap());
        assert_ne!(one, two);
        assert_eq!(Key::parse(one.as_str()), Some(one));
        for wrong in ["", "../../../../etc/passwd/aaaaaaaaaaaaaaa", "A2c4e6a8-b0c2-4d4e-8f60-a1b2c3d4e5f6"] {
            assert_eq!(Key::parse(wrong), None);
        }
    }

    #[test]
    fn a_time_set_by_another_clock_has_come() {
        assert!(has_come(100, 100, 50));
        assert!(!has_come(140, 100, 50));
        assert!(has_come(4_000_000_000, 100, 50));
        assert!(has_come(i64::MAX, i64::MIN, 50));
    }

    proptest! {
        #[test]
        fn pauses_grow_and_are_spread(failures in 1_u32.., bits: u64, asked in proptest::option::of(0_u64..)) {
            let chance = Chance::of(bits);
            let own = pause(failures, None, chance);
            prop_assert!((30..=LONGEST_PAUSE).contains(&own));
            prop_assert!(failures < 10 || own >= LONGEST_PAUSE / 2);
            let told = pause(failures, asked.map(Duration::from_secs), chance);
            prop_assert!((own..=FURTHEST).contains(&told));
            if let Some(asked) = asked.and_then(|asked| i64::try_from(asked).ok()) {
                prop_assert!(told >= asked.min(LONGEST_ASKED));
            }
        }

        #[test]
        fn reports_are_an_interval_apart_or_a_little_more(hours in 8_u64..8784, bits: u64) {
            let interval = Duration::from_secs(hours * 3600);
            let next = until_next_report(interval, Chance::of(bits));
            let least = i64::try_from(interval.as_secs()).unwrap();
            prop_assert!((least..=least + least / 10).contains(&next));
        }
    }
}
