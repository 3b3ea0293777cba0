//! Samples in and out: a round is stored in one transaction, and read back one record at a time.

use std::io;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, TransactionBehavior, params};

use super::codec;
use super::database::History;
use super::device::{Device, Identifiers};
use super::error::HistoryError;
use super::stamp::Stamp;
use crate::report::Record;

/// The longest time from one sample to the next, in seconds, that counts as time that passed: a week. A longer one may be a clock
/// that jumped.
const LONGEST_GAP: i64 = 7 * 86_400;

/// One sample to store.
#[derive(Debug)]
pub struct Sample<'a> {
    /// The disk it is of.
    pub device: &'a Device,
    /// When it was taken. Another one of the same disk and second is replaced.
    pub stamp: Stamp,
    /// Endurance used, in percent; `None`: unknown.
    pub wear: Option<u64>,
    /// What was read.
    pub record: &'a Record,
}

/// A disk of the history, by its number in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub number: i64,
    /// What is known of it.
    pub device: Device,
}

/// A sample that is there: what is needed to choose and order it, without its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Its number in the database, which grows in the order of storing, whatever the clock says.
    pub number: i64,
    /// The number of its disk.
    pub device: i64,
    /// When it was taken.
    pub stamp: Stamp,
    /// Endurance used, in percent; `None`: unknown.
    pub wear: Option<u64>,
}

impl History {
    /// Stores a round, all of it or nothing, and removes what is older than `retention`; the number of samples removed.
    ///
    /// A clock that is ahead, for however many rounds, removes next to nothing: of the time between two samples a week counts as
    /// passed. So a host that was off, or reads its disks less often, keeps its samples for longer.
    ///
    /// # Errors
    /// Nothing was stored: see [`HistoryError`].
    pub fn put(
        &mut self,
        round: &[Sample<'_>],
        now: Stamp,
        retention: Duration,
    ) -> Result<usize, HistoryError> {
        let encoded: io::Result<Vec<_>> = round.iter().map(|sample| codec::encode(sample.record)).collect();
        let encoded = encoded.map_err(HistoryError::io("store a record in", &self.path))?;
        let path = self.path.clone();
        let error = |source| HistoryError::of(&path, source);
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(error)?;
        let removed = prune(&transaction, now, retention).map_err(error)?;
        for (sample, record) in round.iter().zip(&encoded) {
            store(&transaction, sample, record).map_err(error)?;
        }
        transaction
            .execute("DELETE FROM device WHERE id NOT IN (SELECT device FROM sample)", [])
            .map_err(error)?;
        transaction.commit().map_err(error)?;
        if removed > 0 {
            // The samples are stored: that pages are not given back now is no error of this round.
            _ = self.connection.execute_batch("PRAGMA incremental_vacuum");
        }
        Ok(removed)
    }

    /// All disks that have samples, by their ids.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn devices(&self) -> Result<Vec<Known>, HistoryError> {
        self.rows("SELECT * FROM device ORDER BY device_id", [], known)
    }

    /// The disk with this id; `None`: it has no sample.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn device(&self, device_id: &str) -> Result<Option<Known>, HistoryError> {
        let found = self.rows("SELECT * FROM device WHERE device_id = ?", [device_id], known)?;
        Ok(found.into_iter().next())
    }

    /// The samples of all disks taken after `since` and not after `until`, oldest first.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn taken(&self, since: Stamp, until: Stamp) -> Result<Vec<Taken>, HistoryError> {
        let sql = "SELECT id, device, time, wear FROM sample WHERE time > ? AND time <= ? ORDER BY time, id";
        self.rows(sql, [since.0, until.0], taken)
    }

    /// The samples of one disk, oldest first.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn taken_of(&self, device: i64) -> Result<Vec<Taken>, HistoryError> {
        self.rows("SELECT id, device, time, wear FROM sample WHERE device = ? ORDER BY time", [device], taken)
    }

    /// The record of a sample. `None`: it has been removed meanwhile, or it is damaged (which is said in the log).
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn record(&self, sample: &Taken) -> Result<Option<Record>, HistoryError> {
        self.decoded(sample, codec::decode)
    }

    /// The same record as JSON, not looked at: for who looks at a part of it only.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn json(&self, sample: &Taken) -> Result<Option<Vec<u8>>, HistoryError> {
        self.decoded(sample, codec::unpack)
    }

    fn decoded<T>(&self, sample: &Taken, decode: fn(&[u8]) -> Option<T>) -> Result<Option<T>, HistoryError> {
        let read = || {
            let mut statement = self.connection.prepare_cached("SELECT record FROM sample WHERE id = ?")?;
            statement.query_row([sample.number], |row| Ok(decode(row.get_ref(0)?.as_blob()?))).optional()
        };
        let decoded = read().map_err(self.error())?;
        if matches!(decoded, Some(None)) {
            tracing::warn!(stamp = %sample.stamp, "a sample of the history is damaged and is left out");
        }
        Ok(decoded.flatten())
    }

    fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, HistoryError> {
        let rows = || -> rusqlite::Result<Vec<T>> {
            self.connection.prepare_cached(sql)?.query_map(params, read)?.collect()
        };
        rows().map_err(self.error())
    }
}

fn store(transaction: &Transaction<'_>, sample: &Sample<'_>, record: &[u8]) -> rusqlite::Result<()> {
    let Device { device_id, name, path, daemons, identifiers } = sample.device;
    let Identifiers { vendor, model, serial, wwn } = identifiers;
    let number: i64 = transaction
        .prepare_cached(
            "INSERT INTO device (device_id, name, path, daemons, vendor, model, serial, wwn)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (device_id) DO UPDATE SET
                 name = excluded.name, path = excluded.path, daemons = excluded.daemons,
                 vendor = coalesce(excluded.vendor, vendor), model = coalesce(excluded.model, model),
                 serial = coalesce(excluded.serial, serial), wwn = coalesce(excluded.wwn, wwn)
             RETURNING id",
        )?
        .query_row(params![device_id, name, path, daemons.join(" "), vendor, model, serial, wwn], |row| {
            row.get(0)
        })?;
    let wear = sample.wear.and_then(|wear| i64::try_from(wear).ok());
    transaction
        .prepare_cached(
            "INSERT INTO sample (device, time, wear, record) VALUES (?, ?, ?, ?)
             ON CONFLICT (device, time) DO UPDATE SET wear = excluded.wear, record = excluded.record",
        )?
        .execute(params![number, sample.stamp.0, wear, record])?;
    Ok(())
}

fn prune(connection: &Connection, now: Stamp, retention: Duration) -> rusqlite::Result<usize> {
    let retention = i64::try_from(retention.as_secs()).unwrap_or(i64::MAX);
    match oldest_kept(connection, now, retention)? {
        Some(oldest) => connection.execute("DELETE FROM sample WHERE time < ?", [oldest]),
        None => Ok(0),
    }
}

/// The time before which samples are older than `retention`, in time that passed. `None`: none is.
fn oldest_kept(connection: &Connection, now: Stamp, retention: i64) -> rusqlite::Result<Option<i64>> {
    let mut within =
        connection.prepare_cached("SELECT min(time) FROM sample WHERE time >= ? AND time < ?")?;
    let mut before = connection.prepare_cached("SELECT max(time) FROM sample WHERE time < ?")?;
    let (mut time, mut left) = (now.0, retention);
    // Back from the present, at least the longest gap in every two steps.
    loop {
        let start = time.saturating_sub(LONGEST_GAP);
        let first: Option<i64> = within.query_row([start, time], |row| row.get(0))?;
        let earlier = match first {
            Some(first) => Some(first),
            None => before.query_row([time], |row| row.get(0))?,
        };
        let Some(earlier) = earlier else { return Ok(None) };
        let passed = time.saturating_sub(earlier).min(LONGEST_GAP);
        if passed > left {
            return Ok(Some(time.saturating_sub(left)));
        }
        (time, left) = (earlier, left - passed);
    }
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let daemons: String = row.get("daemons")?;
    Ok(Known {
        number: row.get("id")?,
        device: Device {
            device_id: row.get("device_id")?,
            name: row.get("name")?,
            path: row.get("path")?,
            daemons: daemons.split(' ').filter(|daemon| !daemon.is_empty()).map(str::to_owned).collect(),
            identifiers: Identifiers {
                vendor: row.get("vendor")?,
                model: row.get("model")?,
                serial: row.get("serial")?,
                wwn: row.get("wwn")?,
            },
        },
    })
}

fn taken(row: &Row<'_>) -> rusqlite::Result<Taken> {
    let wear: Option<i64> = row.get("wear")?;
    Ok(Taken {
        number: row.get("id")?,
        device: row.get("device")?,
        stamp: Stamp(row.get("time")?),
        wear: wear.and_then(|wear| u64::try_from(wear).ok()),
    })
}
