//! What of this host's state the commands need: its folder, the settings in it, the spool, and the clock.

#[cfg(feature = "http")]
use std::path::PathBuf;

use jiff::Timestamp;

use super::args::Cli;
use crate::channel::{Limits, Spool};
use crate::telemetry::{FileStore, StateError, state_dir};

/// The state of this host.
pub(super) struct State {
    #[cfg(feature = "http")]
    pub(super) folder: PathBuf,
    pub(super) store: FileStore,
    pub(super) spool: Spool,
}

impl State {
    /// Where the arguments say. Nothing is made yet.
    pub(super) fn of(cli: &Cli) -> Result<Self, StateError> {
        let folder = state_dir(cli.state_dir.as_deref())?;
        Ok(Self {
            store: FileStore::new(&folder),
            spool: Spool::new(&folder, Limits::default()),
            #[cfg(feature = "http")]
            folder,
        })
    }
}

/// The time, in seconds since 1970 UTC.
pub(super) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A time for people and programs, `2026-11-22T15:00:00Z`.
pub(super) fn stamp(time: i64) -> String {
    Timestamp::from_second(time).unwrap_or_default().to_string()
}
