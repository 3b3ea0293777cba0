//! The tables, and the way from each version of them to the next.

use rusqlite::{Connection, TransactionBehavior};

/// Says that a SQLite file is a history of this program (`PRAGMA application_id`): `ston`.
pub(super) const APPLICATION: i32 = 0x7374_6f6e;

/// Step N leads from version N to version N + 1. Steps are never changed once released, only added.
pub(super) const STEPS: &[&str] = &["
    CREATE TABLE device (
        id INTEGER PRIMARY KEY,
        device_id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        path TEXT NOT NULL,
        daemons TEXT NOT NULL,
        vendor TEXT,
        model TEXT,
        serial TEXT,
        wwn TEXT
    ) STRICT;
    CREATE TABLE sample (
        id INTEGER PRIMARY KEY,
        device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
        time INTEGER NOT NULL,
        wear INTEGER,
        record BLOB NOT NULL,
        UNIQUE (device, time)
    ) STRICT;
    CREATE INDEX sample_time ON sample (time);
"];

/// What the file is, by its header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A history of this version.
    Ready,
    /// A history of a version that this program does not know yet.
    Newer(usize),
    /// Somebody else's database.
    Foreign,
}

/// Brings the tables to the version that `steps` lead to; who comes second finds it done.
pub(super) fn migrate(connection: &mut Connection, steps: &[&str]) -> rusqlite::Result<Found> {
    // In one transaction: between two looks another process may make the tables.
    let transaction = connection.transaction()?;
    let found = version(&transaction)?;
    drop(transaction);
    match found {
        None => return Ok(Found::Foreign),
        Some(version) if version > steps.len() => return Ok(Found::Newer(version)),
        Some(version) if version == steps.len() => return Ok(Found::Ready),
        Some(_) => {}
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(version) = version(&transaction)? else { return Ok(Found::Foreign) };
    for step in steps.iter().skip(version) {
        transaction.execute_batch(step)?;
    }
    if version < steps.len() {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", i64::try_from(steps.len()).unwrap_or(i64::MAX))?;
    }
    transaction.commit()?;
    Ok(Found::Ready)
}

/// The version of the tables, 0 of an empty file; `None`: the file is another program's.
fn version(connection: &Connection) -> rusqlite::Result<Option<usize>> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, tables) {
        (APPLICATION, _) => usize::try_from(version).ok(),
        (0, 0) if version == 0 => Some(0),
        _ => None,
    })
}
