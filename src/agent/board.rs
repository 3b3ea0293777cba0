//! What is served: what came of each disk in the last round, and what it said when it was read last.
//!
//! A disk that hangs, sleeps or is in quarantine keeps the numbers of its last reading; their age says how old they are.
//! One that is no longer found is no longer served.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::clock::Now;
use super::schedule::Outgoing;
use crate::metrics::{Lines, Outcome, Profile, agent as family, text};
use crate::object;
use crate::report::{Object, Value};

/// One disk of a round.
#[derive(Debug)]
pub struct Seen {
    /// Its label, `sda`: one disk has it.
    pub label: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it was not read, in words. `None`: it was.
    pub reason: Option<String>,
    /// What is told of it whatever came of it.
    pub told: Lines,
    /// What its record says. `None`: there is no new one.
    pub values: Option<Lines>,
}

/// A round.
#[derive(Debug)]
pub struct Round {
    /// Its disks.
    pub seen: Vec<Seen>,
    /// Names that led to no disk.
    pub unfound: usize,
    /// How long it took.
    pub took: Duration,
}

/// What is known of sending.
#[derive(Debug, Clone, Default)]
pub struct Sending {
    /// Whether telemetry is on.
    pub is_enabled: bool,
    /// Reports that wait.
    pub waiting: usize,
    /// Reports that were acknowledged.
    pub delivered: u64,
    /// When the last one was, in seconds since 1970 UTC.
    pub last_delivery: Option<i64>,
    /// The last failure, in words.
    pub failure: Option<String>,
    /// What is due when.
    pub outgoing: Outgoing,
    /// Another number for another way to the endpoints: what failed by the old one is tried again at once.
    pub route: u64,
}

#[derive(Debug, Clone)]
struct Shown {
    outcome: Outcome,
    reason: Option<String>,
    told: Arc<Lines>,
    /// When it was read, in milliseconds of the boot clock, and what it said.
    values: Option<(i64, Arc<Lines>)>,
}

#[derive(Debug, Default)]
struct State {
    disks: BTreeMap<String, Shown>,
    unfound: usize,
    rounds: u64,
    /// When the last round ended, and how long it took.
    last: Option<(i64, Duration)>,
    next: Option<i64>,
    period: Duration,
    sending: Option<Sending>,
}

/// What is served, by whom it is asked for.
#[derive(Debug)]
pub struct Board {
    state: Mutex<State>,
    profile: Profile,
    version: &'static str,
}

impl Board {
    /// With nothing on it; `version` of the program.
    pub fn new(profile: Profile, version: &'static str) -> Self {
        Self { state: Mutex::default(), profile, version }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Whoever panicked with it left it whole: each change is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a disk said `age` seconds ago, from a time before this process.
    pub fn remember(&self, label: &str, age: i64, now: Now, told: Lines, values: Lines) {
        let read = now.boot.saturating_sub(age.max(0).saturating_mul(1000));
        let shown = Shown {
            outcome: Outcome::Read,
            reason: None,
            told: Arc::new(told),
            values: Some((read, Arc::new(values))),
        };
        self.lock().disks.entry(label.to_owned()).or_insert(shown);
    }

    /// A round has ended. Two disks of one label: the second one counts as not found.
    pub fn put(&self, round: Round, now: Now) {
        let mut state = self.lock();
        let mut disks: BTreeMap<String, Shown> = BTreeMap::new();
        let mut twice = 0;
        for seen in round.seen {
            let values = match seen.values {
                Some(values) => Some((now.boot, Arc::new(values))),
                None => state.disks.get(&seen.label).and_then(|shown| shown.values.clone()),
            };
            let shown =
                Shown { outcome: seen.outcome, reason: seen.reason, told: Arc::new(seen.told), values };
            match disks.entry(seen.label) {
                Entry::Vacant(free) => _ = free.insert(shown),
                Entry::Occupied(_) => twice += 1,
            }
        }
        state.disks = disks;
        state.unfound = round.unfound + twice;
        state.rounds = state.rounds.saturating_add(1);
        state.last = Some((now.boot, round.took));
    }

    /// When the next round begins, by the boot clock in milliseconds, and how often there is one.
    pub fn plan(&self, next: Option<i64>, period: Duration) {
        let mut state = self.lock();
        (state.next, state.period) = (next, period);
    }

    /// What is known of sending.
    pub fn sending(&self, sending: Sending) {
        self.lock().sending = Some(sending);
    }

    /// The metrics, as text.
    pub fn metrics(&self, now: Now) -> String {
        let mut own = Lines::default();
        own.add(&family::BUILD, &[("version", self.version)], 1);
        let build = format!("stone {}", self.version);
        let version = [
            ("json_format_version", "1.0"),
            ("smartctl_version", ""),
            ("svn_revision", ""),
            ("build_info", build.as_str()),
        ];
        own.add(&family::VERSION, &version, 1);
        let shown: Vec<Shown> = {
            let state = self.lock();
            of_state(&mut own, &state, now);
            for (label, shown) in &state.disks {
                if let Some((read, _)) = &shown.values {
                    own.add(&family::AGE, &[("device", label)], seconds(now.boot, *read));
                }
            }
            state.disks.values().cloned().collect()
        };
        let disks = shown.iter().flat_map(|shown| {
            [Some(&*shown.told), shown.values.as_ref().map(|(_, lines)| &**lines)].into_iter().flatten()
        });
        text(std::iter::once(&own).chain(disks), self.profile)
    }

    /// How the service is, for programs and people: `status` is `starting`, `ok`, `missing` (disks are) or `late`.
    pub fn health(&self, now: Now) -> Object {
        let state = self.lock();
        let missing: Vec<Object> = state
            .disks
            .iter()
            .filter(|(_, shown)| shown.outcome != Outcome::Read)
            .map(|(label, shown)| {
                let age = shown.values.as_ref().map(|(read, _)| seconds(now.boot, *read));
                let mut disk = object! { "device" => label.clone(), "outcome" => shown.outcome.word() };
                disk.set_some("reason", shown.reason.clone()).set_some("age_seconds", age);
                disk
            })
            .collect();
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let is_missing = state.unfound > 0 || state.disks.values().any(|shown| shown.outcome.is_missing());
        let mut health = object! {
            "status" => status(&state, now, is_missing),
            "disks" => count(state.disks.len()),
            "missing" => Value::array(missing),
            "unfound" => count(state.unfound),
            "rounds" => state.rounds,
        };
        if let Some((ended, took)) = state.last {
            let last = object! {
                "age_seconds" => seconds(now.boot, ended),
                "took_ms" => u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            };
            health.set("last_round", last);
        }
        health.set_some("next_round_in_seconds", state.next.map(|next| seconds(next, now.boot)));
        if let Some(sending) = &state.sending {
            let mut shown = object! {
                "enabled" => sending.is_enabled,
                "waiting" => count(sending.waiting),
                "delivered" => sending.delivered,
            };
            shown
                .set_some("last_delivery", sending.last_delivery)
                .set_some("next_report", sending.outgoing.report)
                .set_some("next_attempt", sending.outgoing.attempt)
                .set_some("last_failure", sending.failure.clone());
            health.set("sending", shown);
        }
        health
    }
}

/// `late`: the round that should have been is missing, for twice its period.
fn status(state: &State, now: Now, is_missing: bool) -> &'static str {
    let late = |next: i64| {
        let period = i64::try_from(state.period.as_millis()).unwrap_or(i64::MAX);
        now.boot.saturating_sub(next) > period.max(600_000)
    };
    match (state.next, state.rounds) {
        (Some(next), _) if late(next) => "late",
        (Some(_), 0) if state.disks.is_empty() => "starting",
        _ if is_missing => "missing",
        _ => "ok",
    }
}

fn of_state(own: &mut Lines, state: &State, now: Now) {
    own.add(&family::ROUNDS, &[], state.rounds);
    if state.next.is_some() {
        own.add(&family::ROUND_PERIOD, &[], state.period.as_secs());
    }
    if let Some((ended, took)) = state.last {
        own.add(&family::ROUND_AGE, &[], seconds(now.boot, ended));
        own.add(&family::ROUND_SECONDS, &[], format_args!("{:.3}", took.as_secs_f64()));
    }
    if state.rounds > 0 || !state.disks.is_empty() {
        own.add(&family::DEVICES, &[], state.disks.len());
        for outcome in Outcome::ALL {
            let count = state.disks.values().filter(|shown| shown.outcome == outcome).count();
            own.add(&family::DISKS, &[("outcome", outcome.word())], count);
        }
        own.add(&family::UNFOUND, &[], state.unfound);
    }
    if let Some(sending) = &state.sending {
        own.add(&family::ENABLED, &[], u8::from(sending.is_enabled));
        own.add(&family::WAITING, &[], sending.waiting);
        own.add(&family::DELIVERED, &[], sending.delivered);
        if let Some(time) = sending.last_delivery {
            own.add(&family::SINCE_DELIVERY, &[], now.wall.saturating_sub(time).max(0));
        }
    }
}

/// Seconds from `earlier` to `later`, both in milliseconds; 0 where they are the other way round.
fn seconds(later: i64, earlier: i64) -> u64 {
    u64::try_from(later.saturating_sub(earlier) / 1000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(value: u8) -> Lines {
        let mut lines = Lines::default();
        lines.add(&family::WAITING, &[("device", "x")], value);
        lines
    }

    fn seen(label: &str, outcome: Outcome, values: Option<u8>) -> Seen {
        let reason = (outcome != Outcome::Read).then(|| "no answer".to_owned());
        Seen { label: label.into(), outcome, reason, told: Lines::default(), values: values.map(lines) }
    }

    fn at(boot: i64) -> Now {
        Now { boot: boot * 1000, wall: 0 }
    }

    #[test]
    fn a_disk_that_hangs_keeps_its_numbers_and_they_grow_old() {
        let board = Board::new(Profile::Both, "1.2.3");
        let round = |seen| Round { seen, unfound: 0, took: Duration::from_millis(1500) };
        assert_eq!(board.health(at(0)).at("status").and_then(Value::as_str), Some("ok"));
        board.plan(Some(0), Duration::from_secs(60));
        assert_eq!(board.health(at(0)).at("status").and_then(Value::as_str), Some("starting"));
        board.put(
            round(vec![seen("sda", Outcome::Read, Some(7)), seen("sdb", Outcome::Read, Some(8))]),
            at(10),
        );
        board.put(round(vec![seen("sda", Outcome::Hung, None), seen("sda", Outcome::Read, Some(9))]), at(70));
        let text = board.metrics(at(75));
        for line in [
            "stone_device_age_seconds{device=\"sda\"} 65",
            "stone_reports_waiting{device=\"x\"} 7",
            "stone_disks{outcome=\"hung\"} 1",
            "stone_disks_unfound 1",
            "stone_round_age_seconds 5",
            "stone_round_seconds 1.500",
            "stone_rounds_total 2",
            "smartctl_devices 1",
            "stone_build_info{version=\"1.2.3\"} 1",
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
        assert!(!text.contains("sdb"), "it is gone");
        let health = board.health(at(75));
        assert_eq!(health.at("status").and_then(Value::as_str), Some("missing"));
        let missing = health.get("missing").and_then(Value::as_array).unwrap();
        let disk = missing[0].as_object().unwrap();
        assert_eq!(disk.get("reason").and_then(Value::as_str), Some("no answer"));
        assert_eq!(disk.get("age_seconds").and_then(Value::as_u64), Some(65));
        assert_eq!(board.health(at(5000)).at("status").and_then(Value::as_str), Some("late"));
    }

    #[test]
    fn what_was_known_before_the_start_is_served_with_its_age() {
        let board = Board::new(Profile::Both, "1");
        board.remember("sda", 3600, at(10), Lines::default(), lines(3));
        board.remember("sdb", -5, at(10), Lines::default(), lines(3));
        let text = board.metrics(at(20));
        assert!(text.contains("stone_device_age_seconds{device=\"sda\"} 3610\n"), "{text}");
        assert!(text.contains("stone_device_age_seconds{device=\"sdb\"} 10\n"), "{text}");
        assert!(text.contains("stone_rounds_total 0\n") && !text.contains("stone_round_age"), "{text}");
    }
}
