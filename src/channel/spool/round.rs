//! One round of sending: what is due goes out, one report after another, and what became of each is noted.

use std::collections::BTreeSet;
use std::error::Error;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::entry::{Entry, EntryError};
use super::error::SpoolError;
use super::folder::Spool;
use super::ledger::{End, Failure, Ledger, Reason};
use crate::channel::chance::{self, Chance, Key};
use crate::channel::courier::{Courier, Verdict};

/// How long another process that sends is waited for.
const PATIENCE: Duration = Duration::from_secs(300);

/// Which reports are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// All of them, now: a person asked for it.
    All,
}

/// What a round did.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Round {
    /// Reports that were acknowledged.
    pub delivered: Vec<Key>,
    /// Reports that were given up, with what the endpoint said or what is wrong with them.
    pub given_up: Vec<(Key, Reason, String)>,
    /// Why the round ended before all reports were delivered. They wait.
    pub failure: Option<String>,
    /// Sending is not allowed, or no longer: the rest waits.
    pub forbidden: bool,
    /// Files that could not be read, and the like.
    pub notes: Vec<String>,
}

impl Round {
    /// With what a later one did.
    pub fn and_then(mut self, later: Self) -> Self {
        self.delivered.extend(later.delivered);
        self.given_up.extend(later.given_up);
        self.notes.extend(later.notes);
        Self { failure: later.failure, forbidden: later.forbidden, ..self }
    }
}

impl Spool {
    /// Sends what waits, as long as `allowed`, which is asked before each report, and again and again while one goes out. One process at a time does so; others wait.
    ///
    /// # Errors
    /// The spool cannot be read, or another process has been sending for minutes.
    pub fn deliver(
        &self,
        courier: &dyn Courier,
        which: Which,
        now: &dyn Fn() -> i64,
        allowed: &dyn Fn() -> bool,
    ) -> Result<Round, SpoolError> {
        let mut round = Round::default();
        if !self.exists()? {
            return Ok(round);
        }
        let _lock = self.lock_named("sending", PATIENCE, "sending")?;
        self.look_after(&mut round, now())?;
        let mut tried = BTreeSet::new();
        // Listed anew each time: another process may have added a report meanwhile.
        while let Some(entry) = self.next(&tried, which, now())? {
            tried.insert(entry.key.clone());
            if !allowed() {
                round.forbidden = true;
                break;
            }
            if !self.attempt(courier, &entry, now, allowed, &mut round)? {
                break;
            }
        }
        Ok(round)
    }

    /// Whether no process is sending, or none any more within `limit`. Nobody sends a report that it may not send, so after
    /// this not a byte leaves.
    ///
    /// # Errors
    /// The spool cannot be looked into.
    pub fn is_at_rest(&self, limit: Duration) -> Result<bool, SpoolError> {
        if !self.exists()? {
            return Ok(true);
        }
        match self.lock_named("sending", limit, "sending") {
            Err(SpoolError::Busy { .. }) => Ok(false),
            other => other.map(|_| true),
        }
    }

    /// What became of a report that is no longer waiting: whether it was delivered. `None`: it is not known.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn was_delivered(&self, key: &Key) -> Result<Option<bool>, SpoolError> {
        Ok(self.ledger()?.end_of(key).map(|end| end == End::Delivered))
    }

    fn next(&self, tried: &BTreeSet<Key>, which: Which, now: i64) -> Result<Option<Entry>, SpoolError> {
        let ledger = self.ledger()?;
        let due = |entry: &Entry| match (which, ledger.attempts.get(entry.key.as_str())) {
            (Which::Due, Some(attempts)) => chance::has_come(attempts.next, now, chance::FURTHEST),
            _ => true,
        };
        Ok(self.list()?.entries.into_iter().find(|entry| !tried.contains(&entry.key) && due(entry)))
    }

    /// Sets damaged reports aside, and removes those that a process had delivered when it was killed.
    fn look_after(&self, round: &mut Round, now: i64) -> Result<(), SpoolError> {
        let listing = self.list()?;
        for (key, path, error) in listing.bad {
            self.put_up_with(&key, &path, &error, round, now)?;
        }
        let ledger = self.ledger()?;
        for entry in listing.entries {
            if let Some(end) = ledger.end_of(&entry.key) {
                self.end(&entry.key, end, now)?;
            }
        }
        Ok(())
    }

    fn put_up_with(
        &self,
        key: &Key,
        path: &Path,
        error: &EntryError,
        round: &mut Round,
        now: i64,
    ) -> Result<(), SpoolError> {
        let note = format!("{} {}", path.display(), chain(error));
        if matches!(error, EntryError::Damaged(_)) {
            self.set_aside(key, path, now)?;
            round.given_up.push((key.clone(), Reason::Damaged, note));
        } else {
            round.notes.push(note);
        }
        Ok(())
    }

    /// Says whether to go on with the next one.
    fn attempt(
        &self,
        courier: &dyn Courier,
        entry: &Entry,
        now: &dyn Fn() -> i64,
        allowed: &dyn Fn() -> bool,
        round: &mut Round,
    ) -> Result<bool, SpoolError> {
        let is_there = || entry.path.try_exists().unwrap_or(false);
        // One that is withdrawn meanwhile is gone.
        let may_go = || allowed() && is_there();
        let parcel = match entry.parcel(&may_go) {
            Ok(parcel) => parcel,
            // Withdrawn since it was listed.
            Err(EntryError::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => {
                self.put_up_with(&entry.key, &entry.path, &error, round, now())?;
                return Ok(true);
            }
        };
        let known = self.ledger()?.known;
        let mut learned = known.clone();
        let answer = courier.put(&parcel, &mut learned);
        let is_stopped = parcel.is_stopped();
        // Its room on the disk is free only after nobody has it open any more.
        drop(parcel);
        let now = now();
        if learned != known {
            self.note(round, |ledger| ledger.known = learned);
        }
        let error = match answer {
            Ok(()) => {
                round.delivered.push(entry.key.clone());
                // On a full disk it cannot be noted. The others are sent all the same: that makes room.
                if let Err(error) = self.end(&entry.key, End::Delivered, now) {
                    round
                        .notes
                        .push(format!("a report was delivered, which could not be noted: {}", chain(&error)));
                }
                return Ok(true);
            }
            Err(_) if is_stopped => {
                round.forbidden |= is_there();
                return Ok(!round.forbidden);
            }
            Err(error) => error,
        };
        let said = chain(&error);
        let verdict = error.verdict();
        let failure = Failure { time: now, error: said.clone() };
        let attempts = self.ledger()?.attempts.get(entry.key.as_str()).copied().unwrap_or_default();
        let (mut attempts, is_refused) = match verdict {
            Verdict::Never => attempts.and_refused(now),
            Verdict::Later(_) => (attempts.and_failed(now), false),
        };
        let is_old = u64::try_from(attempts.failing).is_ok_and(|time| time > self.limits.age.as_secs());
        if let Some(reason) = match (is_refused, is_old) {
            (true, _) => Some(Reason::Refused),
            (false, true) => Some(Reason::TooOld),
            (false, false) => None,
        } {
            self.note(round, |ledger| ledger.last_failure = Some(failure));
            round.given_up.push((entry.key.clone(), reason, said.clone()));
            self.end(&entry.key, End::GivenUp(reason), now)?;
        } else {
            let asked = if let Verdict::Later(asked) = verdict { asked } else { None };
            let chance = Chance::new().map_err(SpoolError::Random)?;
            attempts.next = now.saturating_add(chance::pause(attempts.failed, asked, chance));
            self.note(round, |ledger| {
                ledger.last_failure = Some(failure);
                // Else it was withdrawn while it was on its way.
                if ledger.end_of(&entry.key).is_none() {
                    ledger.attempts.insert(entry.key.to_string(), attempts);
                }
            });
        }
        // What refuses one report may refuse them all, and be no endpoint of ours: the others are not shown to it now.
        if !is_refused {
            round.failure = Some(said);
        }
        Ok(false)
    }

    /// Changes the ledger; where that fails, on a full disk for example, counts are wrong and nothing is lost.
    fn note(&self, round: &mut Round, change: impl FnOnce(&mut Ledger)) {
        if let Err(error) = self.change(change) {
            round.notes.push(chain(&error));
        }
    }
}

/// An error and its causes, joined by colons.
fn chain(error: &dyn Error) -> String {
    let (mut text, mut next) = (error.to_string(), error.source());
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
