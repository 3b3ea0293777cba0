//! Whose turn it is to send the cluster report: of all hosts that share a store, one.
//!
//! It is a lease. What holds, and what does not:
//!
//! - At most one host is told that it has the turn, as long as clocks differ by less than [`SKEW`], however slow the
//!   store is: see [`Store::claim_note`].
//! - A host that stalls between [`Turns::has`] and sending may send after another one has taken over. Both reports have the same
//!   number, hence the same [`Key`], and the receiver keeps one.
//! - A host that dies is waited for until its lease ends; the next one sends the report of the same number.
//! - No host is named: a holder is a pseudonym that is used for nothing else.

use std::fmt;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::host::Host;
use super::options::{Note, Store, StoreError};
use crate::anonymise::{Pseudonym, Secret};
use crate::channel::Key;

/// How long a turn lasts, in seconds: making a report and some attempts at sending it.
const LASTS: i64 = 900;
/// How much the clocks of two hosts may differ, in seconds.
const SKEW: i64 = 60;
/// A claim has so many times as long as the store took to read a note: it takes two commands, whose pace varies.
const PACE: u32 = 4;
/// The longest that a claim is given, in seconds.
const LONGEST_SETTLE: u64 = 120;
/// How often the turn is claimed of a store that is slow.
const ATTEMPTS: usize = 2;

/// The turns of one store, as one host takes them.
pub struct Turns<'a> {
    store: &'a dyn Store,
    holder: String,
}

/// What becomes of asking for the turn.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Taken {
    /// It is this host's.
    Mine(Turn),
    /// Another host has it, at most until then (seconds since 1970 UTC).
    Theirs(i64),
    /// Another host came first at this moment, or the store was too slow to tell: ask again in a while.
    Contested,
}

/// The turn, as this host has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What was sent before, read after the turn was taken: another host may have sent meanwhile, see [`Sent::due`].
    pub sent: Sent,
    /// When it ends, in seconds since 1970 UTC.
    pub until: i64,
    settle: u64,
    text: String,
}

/// What is known of cluster reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// How many were acknowledged.
    pub reports: u64,
    /// When the last one was, in seconds since 1970 UTC. `None`: none was.
    pub time: Option<i64>,
    /// When the next one is due, as who sent the last one has drawn it.
    pub next: Option<i64>,
}

/// The note.
#[derive(Debug, Serialize, Deserialize)]
struct Lease {
    holder: String,
    until: i64,
    /// See [`Store::claim_note`].
    #[serde(default)]
    settle: u64,
    /// Makes each claim another text.
    nonce: String,
}

impl<'a> Turns<'a> {
    /// Of `store`, for the host with this secret of its own, which is not that of the store.
    pub fn new(store: &'a dyn Store, own: &Secret, host: &Host) -> Self {
        Self { store, holder: Pseudonym::of_holder(own, &host.identity).to_string() }
    }

    /// Takes the turn at `now` (seconds since 1970 UTC), or takes it again. In a cluster's store this takes some seconds.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn take(&self, now: i64) -> Result<Taken, StoreError> {
        let start = Instant::now();
        let mut was = self.store.note(Note::Turn)?;
        let settle = (start.elapsed() * PACE).as_secs().min(LONGEST_SETTLE);
        if let Some(lease) = was.as_deref().and_then(|text| serde_json::from_str::<Lease>(text).ok())
            && lease.holder != self.holder
            && lease.lasts(now)
        {
            return Ok(Taken::Theirs(lease.until));
        }
        let until = now.saturating_add(LASTS);
        for attempt in 1..=ATTEMPTS {
            let Some(text) = self.lease(until, settle) else { break };
            if self.store.claim_note(Note::Turn, was.as_deref(), &text)? {
                return Ok(Taken::Mine(Turn { sent: self.sent()?, until, settle, text }));
            }
            // Nobody else came: the store was too slow for the time that claims had. Upon this one they have more.
            if self.store.note(Note::Turn)?.as_deref() != Some(&text) {
                break;
            }
            was = Some(text);
            if attempt == ATTEMPTS {
                // Nobody is to wait for the end of a turn that nobody has.
                self.free(settle)?;
            }
        }
        Ok(Taken::Contested)
    }

    /// Whether the turn is still this host's: asked right before each attempt at sending.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn has(&self, turn: &Turn, now: i64) -> Result<bool, StoreError> {
        Ok(now < turn.until && self.store.note(Note::Turn)?.as_deref() == Some(&turn.text))
    }

    /// Notes that the report of this turn was acknowledged, and when the `next` one is due (seconds since 1970 UTC).
    ///
    /// # Errors
    /// The store cannot be written: the next report has the same number, and the receiver leaves it out.
    pub fn note_sent(&self, turn: &Turn, now: i64, next: i64) -> Result<(), StoreError> {
        if self.sent()?.reports >= turn.number() {
            return Ok(());
        }
        let sent = Sent { reports: turn.number(), time: Some(now), next: Some(next) };
        self.store.put_note(Note::Sent, &serde_json::json!(sent).to_string())
    }

    /// Gives the turn back, so that nobody waits for its end. Where little of it is left, it just ends.
    ///
    /// # Errors
    /// The store cannot be read or written: the turn ends by itself.
    pub fn give_back(&self, turn: &Turn, now: i64) -> Result<(), StoreError> {
        if turn.until.saturating_sub(now) < SKEW || !self.has(turn, now)? {
            return Ok(());
        }
        self.free(turn.settle)
    }

    /// What was sent so far, by any host.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn sent(&self) -> Result<Sent, StoreError> {
        Sent::of(self.store)
    }

    fn free(&self, settle: u64) -> Result<(), StoreError> {
        self.lease(0, settle).map_or(Ok(()), |free| self.store.put_note(Note::Turn, &free))
    }

    /// `None`: the kernel gives no random bytes.
    fn lease(&self, until: i64, settle: u64) -> Option<String> {
        let nonce = format!("{:016x}", getrandom::u64().ok()?);
        Some(serde_json::json!(Lease { holder: self.holder.clone(), until, settle, nonce }).to_string())
    }
}

impl fmt::Debug for Turns<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turns").field("holder", &self.holder).finish_non_exhaustive()
    }
}

impl Lease {
    /// Whether it has to be waited for: one that ends later than it can was made by a clock that is wrong.
    fn lasts(&self, now: i64) -> bool {
        (now.saturating_sub(SKEW)..=now.saturating_add(LASTS + SKEW)).contains(&self.until)
    }
}

impl Sent {
    /// What `store` says.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(store: &dyn Store) -> Result<Self, StoreError> {
        let text = store.note(Note::Sent)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// When the next report is due, in seconds since 1970 UTC: an interval after the last one, or up to a tenth later, as was
    /// drawn. `None`: at once.
    pub fn due(&self, interval: Duration, now: i64) -> Option<i64> {
        // One that was sent in the future was sent by a clock that is wrong.
        let time = self.time.filter(|time| time.saturating_sub(now) <= SKEW)?;
        let interval = i64::try_from(interval.as_secs()).unwrap_or(i64::MAX);
        let first = time.saturating_add(interval);
        let due = self.next.unwrap_or(first).clamp(first, first.saturating_add(interval / 10));
        Some(due).filter(|due| *due > now)
    }
}

impl Turn {
    /// The number of the report to be sent.
    pub fn number(&self) -> u64 {
        self.sent.reports.saturating_add(1)
    }

    /// The key of the report: `secret` is that of the store, so it is the same whichever host sends it.
    pub fn key(&self, secret: &Secret) -> Key {
        Key::of(&Pseudonym::of_report(secret, self.number()))
    }
}
