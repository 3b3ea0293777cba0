//! The key of a sample: the second in which it was taken, `20261122-154102` in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const FORM: &str = "%Y%m%d-%H%M%S";

/// When a sample was taken: seconds since 1970 UTC, written as `YYYYMMDD-HHMMSS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(pub i64);

impl fmt::Display for Stamp {
    /// A time beyond the calendar is its beginning.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Timestamp::from_second(self.0).unwrap_or_default().strftime(FORM))
    }
}

impl FromStr for Stamp {
    type Err = NoStamp;

    fn from_str(text: &str) -> Result<Self, NoStamp> {
        let time = DateTime::strptime(FORM, text).map_err(|_| NoStamp)?;
        let time = time.to_zoned(TimeZone::UTC).map_err(|_| NoStamp)?;
        let stamp = Self(time.timestamp().as_second());
        // What is written in another way is no key of any sample.
        (stamp.to_string() == text).then_some(stamp).ok_or(NoStamp)
    }
}

/// A text that is no stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sample is called by the second it was taken in, in UTC: YYYYMMDD-HHMMSS")]
pub struct NoStamp;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_read_as_they_are_written() {
        for time in [0, 1_795_362_062, -1, 253_402_207_199] {
            assert_eq!(Stamp(time).to_string().parse(), Ok(Stamp(time)));
        }
        assert_eq!(Stamp(1_795_362_062).to_string(), "20261122-154102");
        for wrong in ["", "20261122", "20261322-000000", "20261122-154102 ", "20261122-1541", "x"] {
            assert_eq!(wrong.parse::<Stamp>(), Err(NoStamp), "{wrong}");
        }
    }
}
