//! How a disk is, by its history: worn, expected to last, and what is wrong with it.

use jiff::Timestamp;

use crate::health::{self, Finding, LifeExpectancy, Severity};
use crate::history::{Device, History, HistoryError, Known, Stamp};
use crate::object;
use crate::report::{Object, Value};
use crate::telemetry::Host;

/// Growth is looked for over so many seconds before the newest sample: four weeks.
const WINDOW: i64 = 28 * 86_400;
/// A disk whose newest sample is older than so many seconds is not watched any more: two days.
const STALE: i64 = 2 * 86_400;

/// A sample that is stamped later than now by more than so many seconds was taken while the clock was ahead: an hour.
const AHEAD: i64 = 3600;

/// How a disk is.
#[derive(Debug)]
pub(in crate::cli) struct Condition {
    /// Endurance used, in percent.
    pub(super) wear: Option<u64>,
    pub(super) life: Option<LifeExpectancy>,
    pub(in crate::cli) findings: Vec<Finding>,
    /// The newest sample, if it is too old to go by, or nobody knows how old.
    pub(super) stale: Option<Stamp>,
    /// Samples that were taken while the clock was ahead.
    pub(super) ahead: usize,
}

impl Condition {
    /// Of a disk that the history knows.
    pub(in crate::cli) fn of(history: &History, known: &Known, now: Stamp) -> Result<Self, HistoryError> {
        let mut taken = history.taken_of(known.number)?;
        let ahead = taken.iter().filter(|sample| is_ahead(sample.stamp, now)).count();
        // By the order of storing: one that was taken while the clock was ahead is not the newest until that time has come.
        let newest = taken.iter().max_by_key(|sample| sample.number).copied();
        taken.retain(|sample| newest.is_some_and(|newest| sample.stamp <= newest.stamp));
        let worn: Vec<(i64, u64)> =
            taken.iter().filter_map(|sample| Some((sample.stamp.0, sample.wear?))).collect();
        let record = newest.map(|newest| history.record(&newest)).transpose()?.flatten();
        let earlier = newest.and_then(|newest| {
            taken
                .iter()
                .find(|sample| sample.stamp.0 >= newest.stamp.0 - WINDOW)
                .filter(|found| **found != newest)
        });
        let earlier = earlier.map(|earlier| history.record(earlier)).transpose()?.flatten();
        Ok(Self {
            wear: worn.last().map(|(_, wear)| *wear),
            life: health::life_expectancy(worn),
            findings: record.map_or_else(Vec::new, |record| health::check(&record, earlier.as_ref())),
            stale: newest
                .map(|newest| newest.stamp)
                .filter(|stamp| now.0.saturating_sub(stamp.0) > STALE || is_ahead(*stamp, now)),
            ahead,
        })
    }

    /// Is it expected to fail soon?
    pub(super) fn is_failing(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Failing)
    }

    /// The word in listings.
    pub(super) fn word(&self) -> &'static str {
        match (self.is_failing(), self.findings.is_empty(), self.stale) {
            (true, ..) => "FAILING",
            (false, false, _) => "watch",
            (false, true, Some(_)) => "unknown",
            (false, true, None) => "ok",
        }
    }

    /// The cluster's keys for wear and life expectancy.
    pub(super) fn add_to(&self, object: &mut Object) {
        let level = |wear: u64| Value::Float(f64::from(u32::try_from(wear).unwrap_or(u32::MAX)) / 100.0);
        object.set_some("wear_level", self.wear.map(level));
        if let Some(life) = self.life {
            object
                .set("life_expectancy_min", moment(life.min))
                .set("life_expectancy_max", moment(life.max))
                .set("life_expectancy_stamp", moment(life.stamp));
        }
    }

    /// Wear in percent, for people; empty: unknown.
    pub(super) fn wear_words(&self) -> String {
        self.wear.map(|wear| format!("{wear}%")).unwrap_or_default()
    }

    /// Life expectancy from `now` on, for people; empty: unknown.
    pub(super) fn life_words(&self, now: Stamp) -> String {
        let Some(life) = self.life else { return String::new() };
        match (span(life.min - now.0), span(life.max - now.0)) {
            (min, max) if min == max => min,
            (min, max) => format!("{min} to {max}"),
        }
    }
}

fn is_ahead(stamp: Stamp, now: Stamp) -> bool {
    stamp.0.saturating_sub(now.0) > AHEAD
}

/// Weeks up to half a year, then months, then years.
fn span(seconds: i64) -> String {
    let days = seconds / 86_400;
    match days {
        ..7 => "now".to_owned(),
        7..182 => format!("{}w", days / 7),
        182..1096 => format!("{}m", days / 30),
        _ => format!("{}y", days / 365),
    }
}

/// As the cluster writes it: `2026-12-01T00:00:00.000000+0000`.
pub(super) fn moment(time: i64) -> String {
    let time = Timestamp::from_second(time).unwrap_or(Timestamp::MAX);
    time.strftime("%Y-%m-%dT%H:%M:%S.000000+0000").to_string()
}

/// This host, as the cluster calls it.
pub(super) fn host() -> String {
    Host::this().names.into_iter().next().unwrap_or_default()
}

/// The cluster's `{devid, location, daemons}`.
pub(super) fn identified(device: &Device, host: &str) -> Object {
    let location = object! {
        "host" => host.to_owned(), "dev" => device.name.clone(), "path" => device.path.clone(),
    };
    object! {
        "devid" => device.device_id.clone(),
        "location" => Value::array([location]),
        "daemons" => Value::array(device.daemons.iter().cloned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_sample_is_the_one_that_was_stored_last_whatever_the_clock_said() {
        const NOW: Stamp = Stamp(1_795_362_062);
        let folder = tempfile::tempdir().unwrap();
        let mut history = History::open(folder.path()).unwrap();
        let device = Device { device_id: "ST1_A".into(), ..Device::default() };
        let mut put = |time: i64, passed: bool, wear: u64| {
            let record = crate::report::Record(object! { "smart_status" => object! { "passed" => passed } });
            let stamp = Stamp(NOW.0 + time);
            let sample = crate::history::Sample { device: &device, stamp, wear: Some(wear), record: &record };
            history.put(&[sample], stamp, History::RETENTION).unwrap();
            let known = history.device("ST1_A").unwrap().unwrap();
            Condition::of(&history, &known, NOW).unwrap()
        };
        assert_eq!(put(-100, true, 3).word(), "ok");
        let ahead = put(400 * 86_400, true, 99);
        assert_eq!((ahead.word(), ahead.ahead), ("unknown", 1), "nobody knows how old it is");
        let failed = put(0, false, 4);
        assert_eq!((failed.word(), failed.wear, failed.stale, failed.ahead), ("FAILING", Some(4), None, 1));
    }

    #[test]
    fn times_are_said_in_units_that_fit() {
        const DAY: i64 = 86_400;
        let said = [-1, 6 * DAY, 13 * DAY, 200 * DAY, 900 * DAY, 3000 * DAY].map(span);
        assert_eq!(said, ["now", "now", "1w", "6m", "30m", "8y"]);
        assert_eq!(moment(1_796_083_200), "2026-12-01T00:00:00.000000+0000");
    }
}
