//! The folder of the spool: adding reports, listing them, bounding them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::entry::{self, Entry, EntryError};
use super::error::{SpoolError, io_error};
use super::ledger::{End, Failure, Known, Ledger, Reason};
use crate::anonymise::Pseudonym;
use crate::channel::chance::{self, Chance, Key};
use crate::channel::durable::{self, Lock};

const FOLDER: &str = "spool";
/// Of the report of the cluster: its own ledger, its own times.
const CLUSTER_FOLDER: &str = "cluster-spool";
const REPORT: &str = "report";
const DAMAGED: &str = "damaged";
/// What is being written; whoever has the lock may remove it.
const ASIDE: &str = "aside";
/// How long changes of other processes are waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Damaged files that are kept to be looked at.
const DAMAGED_KEPT: usize = 4;

/// How much may wait, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A report that has been failing for longer is given up. A clock that jumps is no time that passed.
    pub age: Duration,
    /// All reports together; the oldest make room for new ones.
    pub bytes: u64,
    /// Number of reports.
    pub reports: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { age: Duration::from_secs(30 * 86_400), bytes: 512 << 20, reports: 100 }
    }
}

/// The spool of a host.
#[derive(Debug, Clone)]
pub struct Spool {
    folder: PathBuf,
    pub(super) limits: Limits,
    names: Option<Pseudonym>,
}

/// What waits in the spool, and what became of what waited.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overview {
    /// Reports that wait.
    pub waiting: usize,
    /// Their bytes.
    pub waiting_bytes: u64,
    /// When the oldest of them was made, in seconds since 1970 UTC.
    pub oldest: Option<i64>,
    /// When the next of them is due, in seconds since 1970 UTC.
    pub next_attempt: Option<i64>,
    /// Files in the spool that are no report that could be sent.
    pub unreadable: usize,
    /// Reports that were acknowledged.
    pub delivered: u64,
    /// When the last one was, in seconds since 1970 UTC.
    pub last_delivery: Option<i64>,
    /// The last failure, if nothing was delivered since.
    pub last_failure: Option<Failure>,
    /// Reports that were given up, and why.
    pub given_up: BTreeMap<Reason, u64>,
    /// When the next report is to be made, in seconds since 1970 UTC. `None`: none was made yet.
    pub next_report: Option<i64>,
    /// What the other side is known to do.
    pub known: Known,
}

/// What lies in the folder.
pub(super) struct Listing {
    pub(super) entries: Vec<Entry>,
    /// Files that are no report that can be sent now, and why.
    pub(super) bad: Vec<(Key, PathBuf, EntryError)>,
}

impl Spool {
    /// The spool in `state_dir`. Nothing is made there until a report is added.
    pub fn new(state_dir: &Path, limits: Limits) -> Self {
        Self { folder: state_dir.join(FOLDER), limits, names: None }
    }

    /// The spool of the cluster report in `state_dir`: apart from that of the device report, so that no key, no time and no
    /// connection is shared by the two.
    pub fn of_cluster(state_dir: &Path, limits: Limits) -> Self {
        Self { folder: state_dir.join(CLUSTER_FOLDER), limits, names: None }
    }

    /// The same spool for who makes reports with the secret that is called so, read before they are made: those that are added
    /// from here say it, on disk and nowhere else.
    #[must_use]
    pub fn under(&self, names: Pseudonym) -> Self {
        Self { names: Some(names), ..self.clone() }
    }

    /// Adds a report that was made `now` (seconds since 1970 UTC). When this returns it is on disk, whatever happens then.
    /// Older ones may have made room for it; how many, is said.
    ///
    /// # Errors
    /// It cannot be written, or is larger than the spool: nothing of it is left.
    pub fn add(
        &self,
        now: i64,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(Key, usize), SpoolError> {
        let key = Key::new().map_err(SpoolError::Random)?;
        let _lock = self.lock()?;
        let gone = self.put(&key, now, body)?;
        Ok((key, gone))
    }

    /// Adds the report of a known key, which takes the place of all others: it says anew what they said.
    ///
    /// # Errors
    /// It cannot be written, or is larger than the spool.
    pub fn add_instead(
        &self,
        key: &Key,
        now: i64,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), SpoolError> {
        let _lock = self.lock()?;
        self.put(key, now, body)?;
        let mut ledger = self.ledger()?;
        ledger.ends.retain(|(ended, _)| ended != key.as_str());
        self.end_all(&mut ledger, Reason::Replaced, now, |other| other != key)?;
        self.save(&ledger)
    }

    /// With the lock. Says how many made room.
    fn put(
        &self,
        key: &Key,
        now: i64,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<usize, SpoolError> {
        self.clean();
        let path = self.path_of(key, REPORT);
        let written = durable::put(&self.aside(), &path, |file| {
            entry::write(file, key, now, self.names.as_ref(), self.limits.bytes, body).map(|_| ())
        });
        match written {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                return Err(SpoolError::TooLarge { limit: self.limits.bytes });
            }
            written => written.map_err(io_error("write a report to", &self.folder))?,
        }
        Ok(self.make_room(key, now))
    }

    /// When the next report is to be made: `None` if at once, else in seconds since 1970 UTC.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn next_report(&self, interval: Duration, now: i64) -> Result<Option<i64>, SpoolError> {
        let next = self.ledger()?.next_report;
        let furthest = chance::until_next_report(interval, Chance::of(0)).saturating_mul(2);
        Ok(next.filter(|next| !chance::has_come(*next, now, furthest)))
    }

    /// Sets when the next report is to be made, in seconds since 1970 UTC.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_next_report(&self, time: i64) -> Result<(), SpoolError> {
        self.change(|ledger| ledger.next_report = Some(time))
    }

    /// Removes all reports unsent, since telemetry was switched off or pseudonyms were replaced; says how many. The next one is due at once.
    ///
    /// # Errors
    /// One of them cannot be removed.
    pub fn withdraw(&self, now: i64) -> Result<usize, SpoolError> {
        if !self.exists()? {
            return Ok(0);
        }
        let _lock = self.lock()?;
        self.clean();
        let mut ledger = self.ledger()?;
        let gone = self.end_all(&mut ledger, Reason::Withdrawn, now, |_| true)?;
        let was_due = ledger.next_report.take();
        // That they are gone is what counts: on a full disk, the counts are wrong.
        if (gone > 0 || was_due.is_some())
            && let Err(error) = self.save(&ledger)
        {
            tracing::warn!(%error, gone, "reports are withdrawn, which cannot be noted");
        }
        Ok(gone)
    }

    /// Reports are made and sent from here on because telemetry is on since `on_since` (seconds since 1970 UTC; `None`: it is off, and one
    /// was asked for once). Those that wait since it was on before are removed unsent, wherever it was switched off meanwhile, and
    /// the next one is due at once. Says how many.
    ///
    /// # Errors
    /// One of them cannot be removed, or it cannot be noted: then nothing may be sent.
    pub fn set_on_since(&self, on_since: Option<i64>, now: i64) -> Result<usize, SpoolError> {
        if self.ledger()?.on_since == on_since {
            return Ok(0);
        }
        let _lock = self.lock()?;
        let mut ledger = self.ledger()?;
        let mut gone = 0;
        if ledger.on_since.is_some_and(|since| Some(since) != on_since) {
            gone = self.end_all(&mut ledger, Reason::Withdrawn, now, |_| true)?;
            ledger.next_report = None;
        }
        ledger.on_since = on_since;
        self.save(&ledger)?;
        Ok(gone)
    }

    /// Removes the reports unsent whose names were made with another secret than the one of [`Spool::under`]: whoever made them
    /// read it before it was replaced. Says how many. The next report is due at once if there were any.
    ///
    /// # Errors
    /// The spool cannot be read, or one of them cannot be removed.
    pub fn withdraw_others(&self, now: i64) -> Result<usize, SpoolError> {
        let Some(names) = &self.names else { return Ok(0) };
        let others = || -> Result<BTreeSet<Key>, SpoolError> {
            let is_other = |entry: &Entry| entry.names.as_ref().is_some_and(|other| other != names.as_str());
            Ok(self.list()?.entries.into_iter().filter(is_other).map(|entry| entry.key).collect())
        };
        if others()?.is_empty() {
            return Ok(0);
        }
        let _lock = self.lock()?;
        let others = others()?;
        let mut ledger = self.ledger()?;
        let gone = self.end_all(&mut ledger, Reason::Withdrawn, now, |key| others.contains(key))?;
        if gone > 0 {
            ledger.next_report = None;
        }
        self.save(&ledger)?;
        Ok(gone)
    }

    /// Removes reports unsent, and notes it in `ledger`; says how many. With the lock.
    fn end_all(
        &self,
        ledger: &mut Ledger,
        reason: Reason,
        now: i64,
        which: impl Fn(&Key) -> bool,
    ) -> Result<usize, SpoolError> {
        let files: Vec<_> = self.files()?.into_iter().filter(|(key, _)| which(key)).collect();
        for (key, path) in &files {
            durable::remove(path).map_err(io_error("remove", path))?;
            ledger.end(key, End::GivenUp(reason), now);
        }
        Ok(files.len())
    }

    /// What waits, and what became of what waited.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn overview(&self) -> Result<Overview, SpoolError> {
        let (listing, ledger) = (self.list()?, self.ledger()?);
        let entries = || listing.entries.iter();
        let next = |entry: &Entry| ledger.attempts.get(entry.key.as_str()).map_or(entry.made, |one| one.next);
        Ok(Overview {
            waiting: listing.entries.len(),
            waiting_bytes: entries().map(|entry| entry.bytes).sum(),
            oldest: entries().map(|entry| entry.made).min(),
            next_attempt: entries().map(next).min(),
            unreadable: listing.bad.len(),
            delivered: ledger.delivered,
            last_delivery: ledger.last_delivery,
            last_failure: ledger.last_failure,
            given_up: ledger.given_up,
            next_report: ledger.next_report,
            known: ledger.known,
        })
    }

    pub(super) fn exists(&self) -> Result<bool, SpoolError> {
        self.folder.try_exists().map_err(io_error("look into", &self.folder))
    }

    /// The reports, those that failed least first, then the oldest: one that is never taken does not stand in the
    /// way of others.
    pub(super) fn list(&self) -> Result<Listing, SpoolError> {
        let mut listing = Listing { entries: Vec::new(), bad: Vec::new() };
        for (key, path) in self.files()? {
            match Entry::open(&path, key.clone()) {
                Ok(entry) => listing.entries.push(entry),
                // Sent or given up by another process meanwhile.
                Err(EntryError::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => listing.bad.push((key, path, error)),
            }
        }
        let ledger = self.ledger()?;
        let failed = |entry: &Entry| ledger.attempts.get(entry.key.as_str()).map_or(0, |one| one.failed);
        listing.entries.sort_by_key(|entry| (failed(entry), entry.made, entry.key.clone()));
        Ok(listing)
    }

    pub(super) fn ledger(&self) -> Result<Ledger, SpoolError> {
        let path = self.ledger_path();
        Ledger::load(&path).map_err(io_error("read", &path))
    }

    /// Changes the ledger, with the lock.
    pub(super) fn change(&self, change: impl FnOnce(&mut Ledger)) -> Result<(), SpoolError> {
        let _lock = self.lock()?;
        let mut ledger = self.ledger()?;
        change(&mut ledger);
        self.save(&ledger)
    }

    /// Notes the end of a report and removes it, in this order: whoever dies in between removes it later, unsent.
    pub(super) fn end(&self, key: &Key, end: End, now: i64) -> Result<(), SpoolError> {
        let noted = self.change(|ledger| ledger.end(key, end, now));
        // On a full disk nothing can be noted; what is removed makes room.
        let path = self.path_of(key, REPORT);
        durable::remove(&path).map_err(io_error("remove", &path))?;
        noted.or_else(|_| self.change(|ledger| ledger.end(key, end, now)))
    }

    /// Puts a damaged report where it is no longer one.
    pub(super) fn set_aside(&self, key: &Key, path: &Path, now: i64) -> Result<(), SpoolError> {
        let aside = self.path_of(key, DAMAGED);
        fs::rename(path, &aside).map_err(io_error("set aside", path))?;
        self.end(key, End::GivenUp(Reason::Damaged), now)?;
        let mut kept: Vec<_> = self.with_extension(DAMAGED)?;
        let made = |path: &Path| fs::metadata(path).and_then(|facts| facts.modified()).ok();
        kept.sort_by_cached_key(|(_, path)| made(path));
        for (_, path) in kept.iter().rev().skip(DAMAGED_KEPT) {
            durable::remove(path).map_err(io_error("remove", path))?;
        }
        Ok(())
    }

    /// The oldest reports go until the limits are kept, but never `newest`.
    fn make_room(&self, newest: &Key, now: i64) -> usize {
        let make_room = || -> Result<usize, SpoolError> {
            let mut entries = self.list()?.entries;
            entries.sort_by_key(|entry| (entry.key == *newest, entry.made));
            let (mut count, mut bytes) =
                (entries.len(), entries.iter().map(|entry| entry.bytes).sum::<u64>());
            let mut ledger = self.ledger()?;
            let mut gone = 0;
            for entry in entries {
                if count <= self.limits.reports.max(1) && bytes <= self.limits.bytes || entry.key == *newest {
                    break;
                }
                durable::remove(&entry.path).map_err(io_error("remove", &entry.path))?;
                ledger.end(&entry.key, End::GivenUp(Reason::NoRoom), now);
                (count, bytes, gone) = (count - 1, bytes - entry.bytes, gone + 1);
            }
            if gone > 0 {
                self.save(&ledger)?;
            }
            Ok(gone)
        };
        make_room().unwrap_or_else(|error| {
            tracing::warn!(%error, "the spool cannot be kept in its limits");
            0
        })
    }

    fn lock(&self) -> Result<Lock, SpoolError> {
        self.lock_named("lock", PATIENCE, "changing the spool")
    }

    pub(super) fn lock_named(
        &self,
        name: &str,
        limit: Duration,
        what: &'static str,
    ) -> Result<Lock, SpoolError> {
        durable::make_folder_inside(&self.folder).map_err(io_error("make", &self.folder))?;
        let path = self.folder.join(name);
        Lock::take(&path, limit)
            .map_err(io_error("lock", &path))?
            .ok_or_else(|| SpoolError::Busy { what, path: self.folder.clone() })
    }

    /// Removes what a process that was killed had half written. With the lock.
    fn clean(&self) {
        _ = fs::remove_file(self.aside());
    }

    fn save(&self, ledger: &Ledger) -> Result<(), SpoolError> {
        let path = self.ledger_path();
        ledger.save(&self.aside(), &path).map_err(io_error("write", &path))
    }

    fn files(&self) -> Result<Vec<(Key, PathBuf)>, SpoolError> {
        self.with_extension(REPORT)
    }

    fn with_extension(&self, extension: &str) -> Result<Vec<(Key, PathBuf)>, SpoolError> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(io_error("look into", &self.folder))?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(io_error("look into", &self.folder))?.path();
            let key = path.file_stem().and_then(|stem| stem.to_str()).and_then(Key::parse);
            if let Some(key) = key.filter(|_| path.extension().is_some_and(|found| found == extension)) {
                found.push((key, path));
            }
        }
        Ok(found)
    }

    fn path_of(&self, key: &Key, extension: &str) -> PathBuf {
        self.folder.join(format!("{key}.{extension}"))
    }

    fn ledger_path(&self) -> PathBuf {
        self.folder.join("ledger.json")
    }

    fn aside(&self) -> PathBuf {
        self.folder.join(ASIDE)
    }
}
