//! How long a disk may last at the rate at which it wears.

/// Shorter histories say nothing of a rate, in seconds.
const SHORTEST: i64 = 7 * 86_400;
/// Points of percent that the wear must have grown by: it is reported in whole ones.
const LEAST: u64 = 2;

/// When the endurance will be used up, if the disk goes on being written to as it was: between two times, since wear
/// is told in whole percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LifeExpectancy {
    /// Not before, in seconds since 1970 UTC.
    pub min: i64,
    /// Not after, in seconds since 1970 UTC.
    pub max: i64,
    /// When the last sample it was calculated from was taken.
    pub stamp: i64,
}

/// Calculates it from samples of time (seconds since 1970) and wear in percent, oldest first. `None`: they span
/// less than a week, the wear has not grown by two points, or nothing is left.
pub fn life_expectancy(samples: impl IntoIterator<Item = (i64, u64)>) -> Option<LifeExpectancy> {
    let mut samples = samples.into_iter();
    let (begin, first) = samples.next()?;
    let (end, last) = samples.last()?;
    let span = end.checked_sub(begin).filter(|span| *span >= SHORTEST)?;
    let grown = last.checked_sub(first).filter(|grown| *grown >= LEAST)?;
    let left = 100u64.checked_sub(last).filter(|left| *left > 0)?;
    // What was told as `grown` may have been up to one point more or less.
    let after = |points: u64| {
        let seconds = i128::from(span) * i128::from(left) / i128::from(points);
        i64::try_from(i128::from(end) + seconds).ok()
    };
    Some(LifeExpectancy { min: after(grown + 1)?, max: after(grown - 1)?, stamp: end })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn a_disk_that_used_ten_percent_in_a_hundred_days_has_nine_hundred_left() {
        let found = life_expectancy([(0, 0), (50 * DAY, 4), (100 * DAY, 10)]).unwrap();
        assert_eq!(found.stamp, 100 * DAY);
        assert_eq!((found.min / DAY, found.max / DAY), (100 + 9000 / 11, 100 + 9000 / 9));
    }

    #[test]
    fn too_little_says_nothing() {
        for samples in [
            &[][..],
            &[(0, 5)],
            &[(0, 0), (6 * DAY, 50)],
            &[(0, 10), (90 * DAY, 11)],
            &[(0, 10), (90 * DAY, 3)],
            &[(0, 10), (90 * DAY, 100)],
            &[(0, 10), (90 * DAY, 180)],
            &[(i64::MIN, 0), (i64::MAX, 9)],
        ] {
            assert_eq!(life_expectancy(samples.iter().copied()), None, "{samples:?}");
        }
    }

    proptest! {
        #[test]
        fn the_end_comes_after_the_last_sample(samples in proptest::collection::vec(any::<(i64, u64)>(), 0..5)) {
            if let Some(found) = life_expectancy(samples.iter().copied()) {
                prop_assert!(found.stamp <= found.min && found.min <= found.max);
            }
        }
    }
}
