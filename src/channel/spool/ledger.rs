//! What is known of the reports besides their bytes: attempts, ends, and what the other side can do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::channel::chance::{self, Key};
use crate::channel::durable;

/// Ends of reports that are remembered, for a process that waited while another one sent its report.
const ENDS: usize = 64;
/// The largest ledger that is read, in bytes.
const LARGEST: u64 = 1 << 20;
/// Two refusals that are nearer to each other, in seconds, may have one cause that passes: a proxy that is set up wrongly.
const REFUSALS_APART: u64 = 3600;

/// Why a report was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// It could not be delivered for too long, again and again.
    TooOld,
    /// It made room for newer ones.
    NoRoom,
    /// The endpoint said twice that it will never take it.
    Refused,
    /// Its file is damaged.
    Damaged,
    /// Telemetry was switched off, or the pseudonyms in it were replaced.
    Withdrawn,
    /// A newer one says anew what it said.
    Replaced,
}

impl Reason {
    /// As it stands in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::TooOld => "too_old",
            Self::NoRoom => "no_room",
            Self::Refused => "refused",
            Self::Damaged => "damaged",
            Self::Withdrawn => "withdrawn",
            Self::Replaced => "replaced",
        }
    }
}

/// An attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// In seconds since 1970 UTC.
    pub time: i64,
    /// What was wrong, in words; without user and password.
    pub error: String,
}

/// What the other side is known to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// Endpoints that said they take bodies packed by gzip.
    pub gzip: BTreeSet<String>,
    /// Proxies (`host:port`) that have spoken TLS: they are never spoken to in clear again.
    pub tls_proxies: BTreeSet<String>,
}

/// Attempts on a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Attempts {
    pub(super) failed: u32,
    /// Not again before, in seconds since 1970 UTC.
    pub(super) next: i64,
    /// When the last one failed, in seconds since 1970 UTC.
    last: i64,
    /// For how many seconds they have been failing. From one to the next no more counts than there can be between two, so that a
    /// clock that jumps is no time that passed.
    pub(super) failing: i64,
    /// When the endpoint first said that it will never take it, in seconds since 1970 UTC.
    refused: Option<i64>,
}

impl Attempts {
    /// After one more that failed.
    pub(super) fn and_failed(self, now: i64) -> Self {
        let since = if self.failed == 0 { 0 } else { now.saturating_sub(self.last) };
        let failing = self.failing.saturating_add(since.clamp(0, chance::FURTHEST));
        Self { failed: self.failed.saturating_add(1), last: now, failing, ..self }
    }

    /// After one more that was refused, and whether that is for good: it was refused before, at another time.
    pub(super) fn and_refused(self, now: i64) -> (Self, bool) {
        let failed = self.and_failed(now);
        match self.refused {
            Some(first) => (failed, now.abs_diff(first) >= REFUSALS_APART),
            None => (Self { refused: Some(now), ..failed }, false),
        }
    }
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    Delivered,
    GivenUp(Reason),
}

/// The ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Ledger {
    pub(super) attempts: BTreeMap<String, Attempts>,
    pub(super) ends: VecDeque<(String, End)>,
    pub(super) delivered: u64,
    pub(super) last_delivery: Option<i64>,
    pub(super) last_failure: Option<Failure>,
    pub(super) given_up: BTreeMap<Reason, u64>,
    pub(super) next_report: Option<i64>,
    pub(super) known: Known,
    /// Since when telemetry was on when the last report was made or sent, in seconds since 1970 UTC. `None`: it was off.
    pub(super) on_since: Option<i64>,
}

impl Ledger {
    /// The ledger at `path`; a new one where there is none, or none that can be read: then counts start anew, and the reports
    /// themselves are safe.
    pub(super) fn load(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error),
            Ok(facts) if facts.len() > LARGEST => return Ok(Self::default()),
            Ok(_) => {}
        }
        let text = fs::read(path)?;
        Ok(serde_json::from_slice(&text).unwrap_or_else(|_| {
            tracing::warn!(path = %path.display(), "the ledger of the spool is damaged: its counts start anew");
            Self::default()
        }))
    }

    pub(super) fn save(&self, aside: &Path, path: &Path) -> io::Result<()> {
        durable::put(aside, path, |file| {
            let mut text = serde_json::to_vec(self)?;
            text.push(b'\n');
            file.write_all(&text)
        })
    }

    pub(super) fn end_of(&self, key: &Key) -> Option<End> {
        self.ends.iter().rev().find(|(ended, _)| ended == key.as_str()).map(|(_, end)| *end)
    }

    /// Notes the end of a report, once. That it arrived after all, since it was on its way when it was withdrawn, takes the place
    /// of what was thought before.
    pub(super) fn end(&mut self, key: &Key, end: End, now: i64) {
        self.attempts.remove(key.as_str());
        match self.end_of(key) {
            None => {}
            Some(End::GivenUp(reason)) if end == End::Delivered => {
                if let Some(count) = self.given_up.get_mut(&reason) {
                    *count = count.saturating_sub(1);
                }
                self.given_up.retain(|_, count| *count > 0);
                self.ends.retain(|(ended, _)| ended != key.as_str());
            }
            Some(_) => return,
        }
        match end {
            End::Delivered => {
                self.delivered = self.delivered.saturating_add(1);
                self.last_delivery = Some(now);
                self.last_failure = None;
            }
            End::GivenUp(reason) => {
                let count = self.given_up.entry(reason).or_default();
                *count = count.saturating_add(1);
            }
        }
        self.ends.push_back((key.to_string(), end));
        while self.ends.len() > ENDS {
            self.ends.pop_front();
        }
    }
}
