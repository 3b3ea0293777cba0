//! What is due: a state machine of times, without clock or I/O.
//!
//! Everything that happens while this runs is timed by the clock that nobody can set. The other one is looked at for
//! what has to outlast this process: when the disks were read last, and when a report is due.

use std::time::Duration;

use super::clock::Now;

/// First pause after something failed, in milliseconds; each is twice the one before.
const FIRST_PAUSE: i64 = 60_000;
/// The longest pause after something failed, in milliseconds.
const LONGEST_PAUSE: i64 = 3_600_000;
/// Pause between two sends, in milliseconds: another host may have the turn to send what is due.
const BETWEEN: i64 = 30_000;
/// Reports that wait are looked at this often, whatever the clock on the wall says, in milliseconds.
const LOOK: i64 = 6 * 3_600_000;

/// What is to be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    /// Reading the disks.
    pub round: bool,
    /// Sending.
    pub send: bool,
}

/// What there is to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outgoing {
    /// When the next report is to be made, in seconds since 1970 UTC. `None`: none is to be made.
    pub report: Option<i64>,
    /// When the next of those that wait is to be tried, in seconds since 1970 UTC. `None`: none waits.
    pub attempt: Option<i64>,
}

/// One of the two duties: whether it is under way, and when it may begin again.
#[derive(Debug, Clone, Copy)]
struct Duty {
    /// Since when it is under way.
    since: Option<i64>,
    /// When it began last.
    began: Option<i64>,
    /// Not before.
    next: i64,
    failures: u32,
}

impl Duty {
    fn new(next: i64) -> Self {
        Self { since: None, began: None, next, failures: 0 }
    }

    fn may_begin(&self, now: i64) -> bool {
        self.since.is_none() && now >= self.next
    }

    fn begin(&mut self, now: i64) {
        self.since = Some(now);
        self.began = Some(now);
    }

    /// Ends it; `next`: when it is to begin again if it went well, `longest` how long it may pause if not.
    fn end(&mut self, now: i64, is_well: bool, next: i64, longest: i64) {
        self.since = None;
        if is_well {
            self.failures = 0;
            self.next = next;
        } else {
            let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(16)).min(longest);
            self.failures = self.failures.saturating_add(1);
            self.next = now.saturating_add(pause);
        }
    }
}

/// The state.
#[derive(Debug, Clone)]
pub struct Schedule {
    period: i64,
    round: Duty,
    send: Duty,
}

impl Schedule {
    /// At the start: the disks were read last at `last_round`, in seconds since 1970 UTC.
    pub fn new(now: Now, period: Duration, last_round: Option<i64>) -> Self {
        let period = milliseconds(period);
        // A round that lies in the future, or further back than a period, says that it is time for one.
        let left = last_round
            .map(|last| now.wall.saturating_sub(last).saturating_mul(1000))
            .filter(|ago| (0..period).contains(ago))
            .map_or(0, |ago| period - ago);
        let mut round = Duty::new(now.boot.saturating_add(left));
        // So that a shorter period counts from there.
        round.began = (left > 0).then(|| now.boot.saturating_add(left - period));
        Self { period, round, send: Duty::new(now.boot) }
    }

    /// What is to be begun now, and counts as begun.
    pub fn take(&mut self, now: Now, outgoing: &Outgoing) -> Due {
        let mut due =
            Due { round: self.round.may_begin(now.boot), send: self.is_time_to_send(now, outgoing) };
        // What a round is about to read belongs into the report.
        due.send &= !due.round && self.round.since.is_none();
        if due.round {
            self.round.begin(now.boot);
        }
        if due.send {
            self.send.begin(now.boot);
        }
        due
    }

    /// The same for who sends only.
    pub fn take_send(&mut self, now: Now, outgoing: &Outgoing) -> Due {
        let due = Due { round: false, send: self.is_time_to_send(now, outgoing) };
        if due.send {
            self.send.begin(now.boot);
        }
        due
    }

    fn is_time_to_send(&self, now: Now, outgoing: &Outgoing) -> bool {
        let has_come = |time: Option<i64>| time.is_some_and(|time| time <= now.wall);
        let looked = self.send.began.is_none_or(|began| now.boot.saturating_sub(began) >= LOOK);
        self.send.may_begin(now.boot)
            && (has_come(outgoing.report)
                || has_come(outgoing.attempt)
                // The clock may have been set back meanwhile: who sends looks at that more closely.
                || looked && (outgoing.attempt.is_some() || outgoing.report.is_some()))
    }

    /// The disks have been read, or could not be, all of them.
    pub fn round_ended(&mut self, now: Now, is_well: bool) {
        let began = self.round.began.unwrap_or(now.boot);
        // A round that takes longer than the period leaves the disks a tenth of it for themselves.
        let next = began.saturating_add(self.period).max(now.boot.saturating_add(self.period / 10));
        self.round.end(now.boot, is_well, next, LONGEST_PAUSE.min(self.period));
    }

    /// Sending has ended.
    pub fn send_ended(&mut self, now: Now, is_well: bool) {
        self.send.end(now.boot, is_well, now.boot.saturating_add(BETWEEN), LONGEST_PAUSE);
    }

    /// The time from one round to the next is another.
    pub fn set_period(&mut self, now: Now, period: Duration) {
        let period = milliseconds(period);
        if period == self.period {
            return;
        }
        self.period = period;
        if self.round.since.is_none() && self.round.failures == 0 {
            let next = self.round.began.map_or(now.boot, |began| began.saturating_add(period));
            self.round.next = next.max(now.boot);
        }
    }

    /// Pauses after failures end.
    pub fn lift_pauses(&mut self, now: Now) {
        for duty in [&mut self.round, &mut self.send] {
            if duty.failures > 0 {
                (duty.failures, duty.next) = (0, now.boot);
            }
        }
    }

    /// The pause after sending failed ends.
    pub fn lift_send_pause(&mut self, now: Now) {
        if self.send.failures > 0 {
            (self.send.failures, self.send.next) = (0, now.boot);
        }
    }

    /// When the next round is due, in milliseconds of the boot clock.
    pub fn next_round(&self) -> i64 {
        self.round.next
    }

    /// From one round to the next.
    pub fn period(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.period).unwrap_or(0))
    }

    /// Since when disks are read; `None`: they are not.
    pub fn reading_since(&self) -> Option<i64> {
        self.round.since
    }

    /// Since when reports are sent; `None`: they are not.
    pub fn sending_since(&self) -> Option<i64> {
        self.send.since
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 86_400;
    const NOTHING: Outgoing = Outgoing { report: None, attempt: None };

    fn at(boot: i64, wall: i64) -> Now {
        Now { boot: boot * 1000, wall }
    }

    fn day() -> Duration {
        Duration::from_secs(86_400)
    }

    #[test]
    fn a_restart_goes_on_where_the_last_process_was() {
        let mut schedule = Schedule::new(at(10, 1_000_000), day(), Some(1_000_000 - DAY / 2));
        assert!(!schedule.take(at(11, 1_000_001), &NOTHING).round);
        assert!(!schedule.take(at(DAY / 2, 1_000_000 + DAY / 2), &NOTHING).round);
        assert!(schedule.take(at(10 + DAY / 2, 1_000_000 + DAY / 2), &NOTHING).round);
        for last in [None, Some(1_000_000 - 2 * DAY), Some(1_000_001), Some(i64::MAX), Some(i64::MIN)] {
            let mut schedule = Schedule::new(at(10, 1_000_000), day(), last);
            assert!(schedule.take(at(10, 1_000_000), &NOTHING).round, "{last:?}");
        }
    }

    #[test]
    fn sleep_and_set_clocks_neither_stop_rounds_nor_bunch_them() {
        let mut schedule = Schedule::new(at(0, 1_000_000), day(), None);
        assert!(schedule.take(at(0, 1_000_000), &NOTHING).round);
        schedule.round_ended(at(60, 1_000_060), true);
        // Ten days asleep: one round, and the next a day later, though the clock on the wall is set twice.
        assert!(schedule.take(at(10 * DAY, 1_000_000 + 10 * DAY), &NOTHING).round);
        schedule.round_ended(at(10 * DAY + 60, 0), true);
        for (hour, wall) in [(1, 0), (12, i64::MAX), (23, i64::MIN)] {
            assert!(!schedule.take(at(10 * DAY + hour * 3600, wall), &NOTHING).round);
        }
        assert!(schedule.take(at(11 * DAY, -5), &NOTHING).round);
        assert!(!schedule.take(at(20 * DAY, -5), &NOTHING).round, "one at a time");
    }

    #[test]
    fn what_fails_is_tried_again_with_pauses_that_grow() {
        let mut schedule = Schedule::new(at(0, 0), day(), None);
        let (mut now, mut times) = (0, Vec::new());
        while times.len() < 9 {
            if schedule.take(at(now, now), &NOTHING).round {
                times.push(now);
                schedule.round_ended(at(now, now), false);
            }
            now += 1;
        }
        let pauses: Vec<_> = times.windows(2).map(|two| two[1] - two[0]).collect();
        assert_eq!(pauses, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        schedule.lift_pauses(at(now, now));
        assert!(schedule.take(at(now, now), &NOTHING).round);
    }

    #[test]
    fn a_changed_period_holds_at_once() {
        let mut schedule = Schedule::new(at(0, 0), day(), None);
        assert!(schedule.take(at(0, 0), &NOTHING).round);
        schedule.round_ended(at(1, 1), true);
        schedule.set_period(at(100, 100), Duration::from_secs(600));
        assert_eq!(schedule.next_round(), 600_000);
        schedule.set_period(at(700, 700), Duration::from_secs(650));
        assert!(schedule.take(at(700, 700), &NOTHING).round, "its time has passed already");
        schedule.round_ended(at(2700, 2700), true);
        assert_eq!(schedule.next_round(), 2_765_000, "a round longer than the period leaves a pause");
    }

    #[test]
    fn reports_are_sent_when_they_are_due_and_not_while_disks_are_read() {
        let mut schedule = Schedule::new(at(0, 1000), day(), Some(1000 - 5));
        let due = |report, attempt| Outgoing { report, attempt };
        assert!(!schedule.take(at(1, 1001), &NOTHING).send);
        assert!(schedule.take(at(2, 1002), &due(Some(1002), None)).send);
        assert!(!schedule.take(at(3, 1003), &due(Some(1002), None)).send, "one at a time");
        schedule.send_ended(at(4, 1004), true);
        assert!(!schedule.take(at(33, 1033), &due(Some(0), None)).send, "another host may have the turn");
        assert!(!schedule.take(at(35, 1035), &due(Some(2000), Some(1036))).send);
        assert!(schedule.take(at(36, 1036), &due(Some(2000), Some(1036))).send);
        schedule.send_ended(at(37, 1037), false);
        assert!(
            !schedule.take(at(96, 1096), &due(Some(0), Some(0))).send,
            "it failed less than a minute ago"
        );
        assert!(schedule.take(at(97, 1097), &due(Some(0), Some(0))).send);
        schedule.send_ended(at(98, 1098), true);
        // The clock was set back by years: what waits is looked at all the same.
        assert!(!schedule.take(at(200, -5), &due(None, Some(1000))).send);
        assert!(schedule.take(at(97 + 6 * 3600, -5), &due(None, Some(1000))).send);
        schedule.send_ended(at(97 + 6 * 3600, -5), true);
        let round = schedule.take(at(DAY, 1000), &due(Some(0), None));
        assert_eq!(round, Due { round: true, send: false }, "what is read goes into the report");
        assert!(!schedule.take(at(DAY + 1, 1001), &due(Some(0), None)).send);
        schedule.round_ended(at(DAY + 2, 1002), true);
        assert!(schedule.take(at(DAY + 3, 1003), &due(Some(0), None)).send);
    }

    proptest! {
        #[test]
        fn whatever_the_clocks_do_rounds_are_a_period_apart(
            period in 1_i64..1000,
            steps in proptest::collection::vec((0_i64..500, any::<i64>(), 0_i64..5), 1..200),
        ) {
            let length = Duration::from_secs(u64::try_from(period).unwrap());
            let mut schedule = Schedule::new(at(0, 0), length, None);
            let (mut boot, mut last): (i64, Option<i64>) = (0, None);
            for (passes, wall, takes) in steps {
                boot += passes;
                let late = last.is_none_or(|last| boot - last >= period + 5);
                let due = schedule.take(at(boot, wall), &Outgoing { report: Some(wall), attempt: None });
                prop_assert!(due.round || !late, "it never stops");
                if due.round {
                    prop_assert!(last.is_none_or(|last| boot - last >= period), "it is never early");
                    last = Some(boot);
                    boot += takes;
                    schedule.round_ended(at(boot, wall), true);
                } else if due.send {
                    schedule.send_ended(at(boot, wall), false);
                }
            }
        }
    }
}
